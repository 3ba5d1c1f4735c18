/*
 * Two readings of one event: every cause that the list of divergences
 * knows is told from the values, and nothing else is excused.
 */
#include "unit.h"
#include "base/arena.h"
#include "model/verify.h"

static struct arena mem;
static struct difference seen[16];
static size_t nseen;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static void
see(void *ctx, const struct difference *d)
{
	(void)ctx;
	assert_true(nseen < sizeof seen / sizeof *seen);
	seen[nseen++] = *d;
}

static size_t
compare(const struct event *ours, const struct event *theirs)
{
	size_t n;

	nseen = 0;
	n = verify_events(&mem, ours, theirs, see, NULL);
	assert_int_equal(n, nseen);
	return n;
}

static struct event
event_with(struct field *fields, size_t n)
{
	return (struct event){ .provider = STR("P"), .id = 7,
	    .qualifiers = EVENT_ABSENT, .version = 1, .level = 2, .task = 3,
	    .opcode = 4, .process = EVENT_ABSENT, .thread = 9, .time = 1,
	    .record_id = 5, .fields = fields, .nfields = n };
}

struct row {
	enum value_type	 type;
	const char	*ours;
	uint64_t	 number;
	const char	*theirs;
	int		 why;		/* -1: the same */
};

static const struct row rows[] = {
	{ VALUE_TEXT, "a", 0, "a", -1 },
	{ VALUE_TEXT, "a", 0, "b", DIV_UNEXPLAINED },
	{ VALUE_TEXT, "", 0, "b", DIV_UNEXPLAINED },
	{ VALUE_TEXT, "A", 0, "a", DIV_UNEXPLAINED },
	/* XML holds no control characters but these three. */
	{ VALUE_TEXT, "a\x01\t\n\rb", 0, "a\xEF\xBF\xBD\t\n\rb", -1 },
	{ VALUE_TEXT, "\xEF\xBF\xBE\xEF\xBF\xBF", 0,
	    "\xEF\xBF\xBD\xEF\xBF\xBD", -1 },
	{ VALUE_TEXT, "\xED\xA0\x80", 0, "\xEF\xBF\xBD", -1 },
	{ VALUE_TEXT, "\xF0\x9F\x98\x80", 0, "\xF0\x9F\x91\x80",
	    DIV_UNEXPLAINED },
	{ VALUE_TEXT, "\xF0\x9F\x98\x80 x", 0, "\xF0\x9F\x88\x81 x",
	    DIV_NON_BMP },
	{ VALUE_TEXT, "  ", 0, "", DIV_BLANK },
	{ VALUE_TEXT, "a", 0, "", DIV_UNEXPLAINED },
	{ VALUE_TEXT, "a\xED\xA0\x80", 0, "a", DIV_SURROGATE },
	{ VALUE_TEXT, "a\xEF\xBB\xBF", 0, "a", DIV_BOM },
	{ VALUE_TEXT, "a\xEF\xBF\xBE", 0, "a", DIV_BOM },
	{ VALUE_HEX, "0x1f", 31, "0x0000001f", DIV_HEX },
	{ VALUE_HEX, "0x1f", 31, "31", DIV_SIZET },
	{ VALUE_HEX, "0x1f", 31, "32", DIV_UNEXPLAINED },
	{ VALUE_HEX, "0x1f", 31, "x", DIV_UNEXPLAINED },
	{ VALUE_INT, "-1", UINT64_MAX, "-127", DIV_NEGATIVE },
	{ VALUE_INT, "-1", UINT64_MAX, "-32767", DIV_NEGATIVE },
	{ VALUE_INT, "-1", UINT64_MAX, "-2147483647", DIV_NEGATIVE },
	{ VALUE_INT, "-1", UINT64_MAX, "-9223372036854775807",
	    DIV_NEGATIVE },
	{ VALUE_INT, "-1", UINT64_MAX, "-2", DIV_UNEXPLAINED },
	{ VALUE_INT, "-1", UINT64_MAX, "-", DIV_UNEXPLAINED },
	{ VALUE_INT, "-1", UINT64_MAX, "127", DIV_UNEXPLAINED },
	{ VALUE_INT, "-1", UINT64_MAX, "-x", DIV_UNEXPLAINED },
	{ VALUE_INT, "1", 1, "-1", DIV_UNEXPLAINED },
	{ VALUE_REAL, "0.1", 0, "0.100000", DIV_REAL },
	{ VALUE_REAL, "nan", 0, "-nan", DIV_REAL },
	{ VALUE_REAL, "inf", 0, "infinity", DIV_REAL },
	{ VALUE_REAL, "nan", 0, "1", DIV_UNEXPLAINED },
	{ VALUE_REAL, "0.1", 0, "0.2", DIV_UNEXPLAINED },
	{ VALUE_TIME, "1970-01-01T00:00:00.0000000Z",
	    UINT64_C(116444736000000000), "1970-01-01T00:00:00Z", DIV_TIME },
	{ VALUE_TIME, "1970-01-01T00:00:00.0000000Z",
	    UINT64_C(116444736000000000), "1970-01-01T00:00:01Z",
	    DIV_UNEXPLAINED },
	{ VALUE_TIME, "1970-01-01T00:00:00.0000000Z",
	    UINT64_C(116444736000000000), "never", DIV_UNEXPLAINED },
	{ VALUE_GUID, "{0A}", 0, "{0a}", -1 },
	{ VALUE_SID, "S-1-5", 0, "s-1-5", -1 },
	{ VALUE_BINARY, "0A", 0, "0a", -1 },
	{ VALUE_GUID, "{0A}", 0, "{0B}", DIV_UNEXPLAINED },
	{ VALUE_UINT, "1", 1, "2", DIV_UNEXPLAINED },
	{ VALUE_BOOL, "true", 1, "1", DIV_UNEXPLAINED },
	{ VALUE_NULL, "", 0, "x", DIV_UNEXPLAINED },
};

static void
a_value_that_differs_has_its_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct field f = { .name = STR("n"), .text = str_of(r->ours),
		    .number = r->number, .type = r->type };
		struct field g = { .name = STR("n"),
		    .text = str_of(r->theirs), .type = VALUE_TEXT };
		struct event o = event_with(&f, 1), t = event_with(&g, 1);
		size_t n = compare(&o, &t);

		if (n != (r->why >= 0) || (n == 1 && (int)seen[0].why !=
		    r->why))
			fail_msg("\"%s\" and \"%s\": %zu differences, %s",
			    r->ours, r->theirs, n, n == 0 ? "" :
			    divergence_name(seen[0].why));
		if (n == 1)
			assert_true(str_is(seen[0].field, "n"));
	}
}

/* An embedded NUL ends the text for them. */
static void
a_text_that_they_cut_at_its_nul(void **state)
{
	struct field f = { .text = { "ab\0c", 4 }, .type = VALUE_TEXT };
	struct field g = { .text = STR("ab"), .type = VALUE_TEXT };
	struct event o = event_with(&f, 1), t = event_with(&g, 1);

	(void)state;
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_NUL);
	assert_true(str_is(seen[0].field, "%1"));
	g.text = str_of("ac");
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_UNEXPLAINED);
	g.text = str_of("a");
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_UNEXPLAINED);
}

static void
system_fields_are_compared_one_by_one(void **state)
{
	struct event o = event_with(NULL, 0), t = o;

	(void)state;
	o.guid = str_of("{AB}");
	t.guid = str_of("{ab}");
	assert_int_equal(compare(&o, &t), 0);
	t.guid = str_of("{ac}");
	t.provider = str_of("p");
	t.id = 8;
	t.qualifiers = 0;
	t.thread = EVENT_ABSENT;
	t.time = 0;
	assert_int_equal(compare(&o, &t), 6);
	assert_true(str_is(seen[0].field, "Provider"));
	assert_true(str_is(seen[1].field, "Guid"));
	assert_true(str_is(seen[2].field, "EventID"));
	assert_true(str_is(seen[2].theirs, "8"));
	assert_true(str_is(seen[3].field, "Qualifiers"));
	assert_true(str_is(seen[3].ours, ""));
	assert_true(str_is(seen[4].field, "TimeCreated"));
	assert_true(str_is(seen[5].field, "ThreadID"));
	assert_true(str_is(seen[5].theirs, ""));
}

/* Another number of fields, a message or data on one side only: nothing
 * can be set side by side, and there is one difference for all. */
static void
a_payload_of_another_shape_is_one_difference(void **state)
{
	static const uint8_t byte[] = { 0xAB };
	struct field f[2] = { { .text = STR("a"), .type = VALUE_TEXT },
	    { .text = STR("b"), .type = VALUE_TEXT } };
	struct event o = event_with(f, 2), t = event_with(f, 1);

	(void)state;
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_UNEXPLAINED);
	assert_true(str_is(seen[0].ours, "2 fields"));
	assert_true(str_is(seen[0].theirs, "1 fields"));
	f[1].text = str_of("a<b");
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_UNESCAPED);
	f[1].text = str_of("\xEF\xBB\xBF");
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_BOM);
	f[1].part = PART_RENDERING;
	assert_int_equal(compare(&o, &t), 1);
	assert_int_equal(seen[0].why, DIV_RENDERING);
	t = o;
	t.has_binary = true;
	t.binary = (struct span){ byte, 1 };
	t.message = str_of("m");
	assert_int_equal(compare(&o, &t), 1);
	assert_true(str_is(seen[0].theirs, "2 fields, binary, message"));
	assert_int_equal(compare(&t, &o), 1);
	assert_true(str_is(seen[0].ours, "2 fields, binary, message"));
}

static void
names_parts_data_and_message_are_compared(void **state)
{
	static const uint8_t ours[] = { 0xAB, 0x0C }, theirs[] = { 0xAB, 0x0D };
	struct field f = { .name = STR("x"), .type = VALUE_NULL };
	struct field g = { .name = STR("y"), .type = VALUE_TEXT,
	    .part = PART_USER };
	struct event o = event_with(&f, 1), t = event_with(&g, 1);

	(void)state;
	o.has_binary = t.has_binary = true;
	o.binary = (struct span){ ours, 2 };
	t.binary = (struct span){ theirs, 2 };
	o.message = str_of("  ");
	t.message = str_of("m");
	assert_int_equal(compare(&o, &t), 4);
	assert_true(str_is(seen[0].field, "name"));
	assert_true(str_is(seen[1].field, "part"));
	assert_true(str_is(seen[2].field, "Binary"));
	assert_true(str_is(seen[2].ours, "AB0C"));
	assert_true(str_is(seen[2].theirs, "AB0D"));
	assert_true(str_is(seen[3].field, "Message"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_value_that_differs_has_its_cause,
		    teardown),
		cmocka_unit_test_teardown(a_text_that_they_cut_at_its_nul,
		    teardown),
		cmocka_unit_test_teardown(
		    system_fields_are_compared_one_by_one, teardown),
		cmocka_unit_test_teardown(
		    a_payload_of_another_shape_is_one_difference, teardown),
		cmocka_unit_test_teardown(
		    names_parts_data_and_message_are_compared, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
