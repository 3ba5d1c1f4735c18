/*
 * The readers through their one interface: values of every type, records
 * of every shape, .evt rings, event XML in its encodings.
 */
#include "base/caps.h"
#include "base/utf.h"
#include "readings.h"

#define HEAD "computer SRV\nchannel System\ntime 2004-10-18T07:20:11.5Z\n" \
	"provider P\nid 7\n"

static void
assert_field(const struct event *e, const char *name, enum value_type type,
    const char *text)
{
	const struct field *f = field_of(e, name);

	if (f->type != type || !str_is(f->text, text))
		fail_msg("%s: type %d, \"%.*s\" is not \"%s\"", name,
		    (int)f->type, (int)f->text.n, f->text.p, text);
}

static void
values_of_every_type(void **state)
{
	struct reading r = read_text(HEAD "event\ndata text t=a\303\244\n"
	    "data ansi a=b\ndata int8 i8=-1\ndata uint8 u8=255\n"
	    "data int16 i16=-32768\ndata uint16 u16=65535\n"
	    "data int32 i32=-5\ndata uint32 u32=4294967295\n"
	    "data int64 i64=-9223372036854775808\n"
	    "data uint64 u64=18446744073709551615\ndata bool b=1\n"
	    "data binary bin=00FFa0\n"
	    "data guid g={331c3b3a-2005-44c2-ac5e-77220c37d6b4}\n"
	    "data sizet s=16\ndata filetime f=2004-10-18T07:20:11Z\n"
	    "data sid sid=S-1-5-21-1-2-3-500\ndata hex32 h=0xc000009a\n"
	    "data hex64 hh=0xFFFFFFFFFFFFFFFF\ndata null n=\n", LOG_EVTX);
	const struct event *e = &r.events[0];

	(void)state;
	assert_int_equal(r.n, 1);
	assert_true(r.whole[0] && r.tally.complete);
	assert_field(e, "t", VALUE_TEXT, "a\303\244");
	assert_field(e, "a", VALUE_TEXT, "b");
	assert_field(e, "i8", VALUE_INT, "-1");
	assert_true(field_of(e, "i8")->number == UINT64_MAX);
	assert_field(e, "u8", VALUE_UINT, "255");
	assert_field(e, "i16", VALUE_INT, "-32768");
	assert_field(e, "u16", VALUE_UINT, "65535");
	assert_field(e, "i32", VALUE_INT, "-5");
	assert_field(e, "u32", VALUE_UINT, "4294967295");
	assert_field(e, "i64", VALUE_INT, "-9223372036854775808");
	assert_field(e, "u64", VALUE_UINT, "18446744073709551615");
	assert_field(e, "b", VALUE_BOOL, "true");
	assert_field(e, "bin", VALUE_BINARY, "00FFA0");
	assert_int_equal(field_of(e, "bin")->bytes.n, 3);
	assert_field(e, "g", VALUE_GUID,
	    "{331C3B3A-2005-44C2-AC5E-77220C37D6B4}");
	assert_field(e, "s", VALUE_HEX, "0x10");
	assert_field(e, "f", VALUE_TIME, "2004-10-18T07:20:11.0000000Z");
	assert_field(e, "sid", VALUE_SID, "S-1-5-21-1-2-3-500");
	assert_field(e, "h", VALUE_HEX, "0xc000009a");
	assert_field(e, "hh", VALUE_HEX, "0xffffffffffffffff");
	assert_field(e, "n", VALUE_NULL, "");
}

/* Each item repeats the element that holds the array. */
static void
arrays_become_several_fields(void **state)
{
	struct reading r = read_text(HEAD "event\ndata texts t=a||c\n"
	    "data uint16s u=1|2\ndata hex64s h=0x10|0x20\n", LOG_EVTX);
	static const char *const expected[] = { "a", "", "c", "1", "2",
	    "0x10", "0x20" };

	(void)state;
	assert_true(r.n == 1 && r.whole[0]);
	assert_int_equal(r.events[0].nfields, 7);
	for (size_t i = 0; i < 7; i++)
		assert_str(r.events[0].fields[i].text, expected[i]);
	assert_str(r.events[0].fields[4].name, "u");
}

static void
the_system_element_is_read_whole(void **state)
{
	struct reading r = read_text(HEAD "guid {331c3b3a-2005-44c2-ac5e-"
	    "77220c37d6b4}\nsource Old\nlevel error\ntask 3\nopcode 4\n"
	    "version 2\nkeywords 0x8000000000000000\nprocess 8\nthread 9\n"
	    "user S-1-5-18\nrecord 77\nevent\nevent\nqualifiers 0xC000\n"
	    "string one\nstring\nbytes 01 02\nmessage Hello\n", LOG_EVTX);
	const struct event *e = &r.events[0];

	(void)state;
	assert_int_equal(r.n, 2);
	assert_str(e->provider, "P");
	assert_str(e->source, "Old");
	assert_true(event_from(e, "old"));
	assert_str(e->channel, "System");
	assert_str(e->computer, "SRV");
	assert_str(e->user, "S-1-5-18");
	assert_int_equal(e->id, 7);
	assert_int_equal(e->qualifiers, EVENT_ABSENT);
	assert_int_equal(e->level, 2);
	assert_int_equal(e->task, 3);
	assert_int_equal(e->opcode, 4);
	assert_int_equal(e->version, 2);
	assert_true(e->has_keywords && e->keywords == UINT64_C(1) << 63);
	assert_true(e->process == 8 && e->thread == 9);
	assert_true(e->time % 10000000 == 5000000);
	assert_false(e->has_binary);
	e = &r.events[1];
	assert_int_equal(e->qualifiers, 0xC000);
	assert_true(e->has_binary);
	assert_memory_equal(e->binary.p, "\1\2", 2);
	assert_str(e->message, "Hello");
	assert_str(event_string(e, 0)->text, "one");
	assert_str(event_string(e, 1)->text, "");
	assert_null(event_string(e, 2));
}

static void
user_data_is_named_by_its_path(void **state)
{
	struct reading r = read_text(HEAD "event\nuserdata\ndata uint32 A=5\n"
	    "data text B=x\n", LOG_EVTX);

	(void)state;
	assert_true(r.n == 1 && r.whole[0]);
	assert_field(&r.events[0], "A", VALUE_UINT, "5");
	assert_int_equal(field_of(&r.events[0], "B")->part, PART_USER);
	assert_null(event_string(&r.events[0], 0));
	assert_non_null(event_field(&r.events[0], "b"));
}

static void
a_record_without_a_template_is_read(void **state)
{
	struct reading r = read_text(HEAD "event\nliteral\nlevel warning\n"
	    "data text A=\342\202\254\nevent\nstring x\n", LOG_EVTX);

	(void)state;
	assert_int_equal(r.n, 2);
	assert_true(r.whole[0] && r.whole[1]);
	assert_true(r.events[0].flags & EVENT_LITERAL);
	assert_false(r.events[1].flags & EVENT_LITERAL);
	assert_str(r.events[0].provider, "P");
	assert_int_equal(r.events[0].level, 3);
	assert_true(r.events[0].time == r.events[1].time - 10000000);
	assert_field(&r.events[0], "A", VALUE_TEXT, "\342\202\254");
}

static void
several_chunks_are_one_log(void **state)
{
	struct reading r = read_text(HEAD "event\nstring x\n"
	    "repeat 1999 every 1m\n", LOG_EVTX);

	(void)state;
	assert_int_equal(r.n, 2000);
	assert_true(r.tally.units_valid > 4);
	assert_true(r.tally.complete);
	assert_int_equal(r.problems.n, 0);
	for (size_t i = 0; i < r.n; i++)
		assert_true(r.events[i].record_id == i + 1 && r.whole[i]);
}

static void
an_evt_is_read_oldest_first_wrapped_or_not(void **state)
{
	static const char text[] = HEAD "qualifiers 0xC000\nlevel error\n"
	    "user S-1-5-18\nrecord 100\nevent\nstring \303\244\nstring b\n"
	    "words c000009a\nrepeat 6 every 1m\n";

	(void)state;
	for (int split = 0; split < 2; split++) {
		struct reading r = read_text(text, split ? LOG_EVT_SPLIT :
		    LOG_EVT);

		assert_string_equal(r.format, "evt");
		assert_int_equal(r.n, 7);
		assert_true(r.tally.complete);
		for (size_t i = 0; i < 7; i++) {
			const struct event *e = &r.events[i];

			assert_true(r.whole[i]);
			assert_true(e->record_id == r.events[0].record_id + i);
			assert_int_equal(e->id, 7);
			assert_int_equal(e->qualifiers, 0xC000);
			assert_int_equal(e->level, 2);
			assert_str(e->user, "S-1-5-18");
			assert_str(event_string(e, 0)->text, "\303\244");
			assert_int_equal(le32(e->binary.p), 0xC000009A);
		}
	}
}

#define EVENT(n, more) "<Event xmlns='http://schemas.microsoft.com/win/2004/" \
	"08/events/event'><System><Provider Name='P'/><EventID>" n \
	"</EventID><Computer>C</Computer></System>" more "</Event>\n"
#define TWO EVENT("1", "<EventData><Data>\303\244 \360\237\230\200</Data>" \
	"<Data Name='x'>&lt;1&gt;</Data><Binary>9A 00\n00C0</Binary>" \
	"</EventData>") EVENT("2", "")

static void
assert_two(struct span bytes)
{
	struct reading r = read_bytes(bytes);

	assert_string_equal(r.format, "xml");
	assert_int_equal(r.n, 2);
	assert_true(r.whole[0] && r.whole[1] && r.tally.complete);
	assert_int_equal(r.events[0].id, 1);
	assert_int_equal(r.events[1].id, 2);
	assert_str(event_string(&r.events[0], 0)->text,
	    "\303\244 \360\237\230\200");
	assert_str(event_field(&r.events[0], "X")->text, "<1>");
	assert_int_equal(r.events[0].binary.n, 4);
	assert_int_equal(r.events[0].binary.p[3], 0xC0);
}

static struct span
utf16(const char *text, bool big)
{
	struct str s = str_of(text);
	uint8_t *p = arena_alloc(&mem, 4 * s.n + 2);
	size_t n = 2;

	p[big ? 0 : 1] = 0xFE;
	p[big ? 1 : 0] = 0xFF;
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf_next(s, &at), unit[2] = { cp, 0 };

		if (cp > 0xFFFF) {
			unit[0] = 0xD800 + ((cp - 0x10000) >> 10);
			unit[1] = 0xDC00 + (cp & 0x3FF);
		}
		for (int i = 0; i < (cp > 0xFFFF ? 2 : 1); i++, n += 2) {
			p[big ? n : n + 1] = (uint8_t)(unit[i] >> 8);
			p[big ? n + 1 : n] = (uint8_t)unit[i];
		}
	}
	return (struct span){ p, n };
}

static void
event_xml_is_read_bare_and_wrapped_in_every_encoding(void **state)
{
	static const char wrapped[] = "<?xml version='1.0' encoding='utf-8'?>"
	    "\n<!-- <Event> --><Events>" TWO "</Events>";

	(void)state;
	assert_two(bytes_of(TWO));
	assert_two(bytes_of("\357\273\277" TWO));
	assert_two(bytes_of(wrapped));
	assert_two(utf16(TWO, false));
	assert_two(utf16(TWO, true));
	assert_two(utf16(wrapped, false));
	assert_two(span_from(utf16(TWO, false), 2));
}

/* Cut off, not well formed, an entity that nobody declared. */
static void
a_damaged_piece_of_xml_costs_itself(void **state)
{
	static const char *const bad[] = { "<Event><System>",
	    "<Event><System></Event>", "<Event>&x;</Event>",
	    "<Event a='1' a='2'></Event>" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct reading r = read_bytes(bytes_of(arena_fmt(&mem,
		    "<Events>%s%s%s</Events>", EVENT("1", ""), bad[i],
		    EVENT("2", "")).p));

		assert_int_equal(r.n, 2);
		assert_int_equal(r.events[1].id, 2);
		assert_int_equal(r.tally.torn, 1);
		assert_false(r.tally.complete);
		assert_problem(&r.problems, "an event cannot be read");
	}
}

/* What XML forbids and event text holds is replaced and said. */
static void
forbidden_characters_are_replaced(void **state)
{
	struct reading r = read_bytes(bytes_of(EVENT("1", "<EventData><Data>"
	    "a\033b&#1;\377</Data></EventData>") EVENT("2", "")));

	(void)state;
	assert_int_equal(r.n, 2);
	assert_str(event_string(&r.events[0], 0)->text,
	    "a\357\277\275b\357\277\275\357\277\275");
	assert_true(r.events[0].flags & EVENT_LOSSY);
	assert_false(r.events[1].flags & EVENT_LOSSY);
}

static void
an_event_over_its_budget_costs_itself(void **state)
{
	char *p = arena_alloc(&mem, CAP_EVENT_TEXT + 2);
	struct reading r;

	(void)state;
	memset(p, 'a', CAP_EVENT_TEXT + 1);
	r = read_bytes(bytes_of(arena_fmt(&mem, "%s<Event><System><Provider "
	    "Name='P'/></System><EventData><Data>%s</Data></EventData>"
	    "</Event>%s", EVENT("1", ""), p, EVENT("2", "")).p));
	assert_int_equal(r.n, 3);
	assert_true(r.whole[0] && !r.whole[1] && r.whole[2]);
	assert_true(r.events[1].flags & EVENT_CUT);
	assert_str(r.events[1].provider, "P");
	assert_problem(&r.problems, "text of its values is too long");
}

static void
what_is_no_log_is_refused(void **state)
{
	static const char *const bad[] = { "", "x", "<html></html>",
	    "<Eventful/>", "<!-- never closed <Event>", "ElfFil", "0LfLe" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct reading r = read_bytes(bytes_of(bad[i]));

		assert_null(r.format);
		assert_int_equal(r.problems.n, 1);
		assert_int_equal(r.problems.v[0].grade, GRADE_FILE);
		assert_false(log_sniff(bytes_of(bad[i])));
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_of_every_type), TEST(arrays_become_several_fields),
		TEST(the_system_element_is_read_whole),
		TEST(user_data_is_named_by_its_path),
		TEST(a_record_without_a_template_is_read),
		TEST(several_chunks_are_one_log),
		TEST(an_evt_is_read_oldest_first_wrapped_or_not),
		TEST(event_xml_is_read_bare_and_wrapped_in_every_encoding),
		TEST(a_damaged_piece_of_xml_costs_itself),
		TEST(forbidden_characters_are_replaced),
		TEST(an_event_over_its_budget_costs_itself),
		TEST(what_is_no_log_is_refused),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
