/*
 * BinXML made by hand, as no writer would make it.  Every log holds a good
 * record, the hostile one and a good one: the hostile one costs itself,
 * says why, and takes neither time nor memory without end.
 */
#include "fixture/bytes.h"
#include "log/binxml.h"
#include "readings.h"

/* Names and definitions lie where no records are. */
enum { NAMES = 60000, NAME_ROOM = 64, DEFINITIONS = 40000, CHUNK = 65536 };
enum { EVENT, SYSTEM, PROVIDER, NAME, EVENT_ID, EVENT_DATA, DATA };

static const char *const names[] = { "Event", "System", "Provider", "Name",
    "EventID", "EventData", "Data" };

static uint8_t *chunk;
static size_t record_end;
static struct bytes x;			/* BinXML being written */

static void
put32(size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		chunk[at + (size_t)i] = (uint8_t)(v >> 8 * i);
}

static void
name_reference(unsigned name)
{
	bytes_u32(&x, NAMES + NAME_ROOM * name);
}

static void
fragment(void)
{
	x = (struct bytes){ .a = &mem };
	bytes_u32(&x, 0x0001010F);
}

/* Literal elements have no dependency, those of a template do. */
static void
open_at(uint32_t name_offset, bool attrs, bool in_template)
{
	bytes_u8(&x, attrs ? 0x41 : 0x01);
	if (in_template)
		bytes_u16(&x, 0xFFFF);
	bytes_u32(&x, 0);
	bytes_u32(&x, name_offset);
	if (attrs)
		bytes_u32(&x, 0);
}

static void
start(unsigned name, bool in_template)
{
	open_at(NAMES + NAME_ROOM * name, false, in_template);
	bytes_u8(&x, 0x02);
}

static void
end(void)
{
	bytes_u8(&x, 0x04);
}

static void
text(const char *s)
{
	bytes_u8(&x, 0x05);
	bytes_u8(&x, 0x01);
	bytes_u16(&x, (unsigned)strlen(s));
	bytes_utf16(&x, str_of(s), false);
}

/* <Event><System>...</System>, the rest is the caller's. */
static void
head(bool in_template)
{
	start(EVENT, in_template);
	start(SYSTEM, in_template);
	open_at(NAMES + NAME_ROOM * PROVIDER, true, in_template);
	bytes_u8(&x, 0x06);
	name_reference(NAME);
	text("Srv");
	bytes_u8(&x, 0x03);
	start(EVENT_ID, in_template);
	text("2020");
	end();
	end();
}

static void
hole(unsigned index, unsigned type)
{
	bytes_u8(&x, 0x0D);
	bytes_u16(&x, index);
	bytes_u8(&x, type);
}

static void
instance(uint32_t id, uint32_t offset, uint32_t values)
{
	bytes_u8(&x, 0x0C);
	bytes_u8(&x, 1);
	bytes_u32(&x, id);
	bytes_u32(&x, offset);
	bytes_u32(&x, values);
}

/* What was written becomes definition id. */
static uint32_t
definition(uint32_t id)
{
	uint32_t at = DEFINITIONS + 4096 * id;

	bytes_u8(&x, 0);
	assert_true(x.n + 24 <= 4096);
	put32(at + 4, id);
	put32(at + 20, (uint32_t)x.n);
	memcpy(chunk + at + 24, x.p, x.n);
	return at;
}

static void
record(void)
{
	size_t size, at = record_end;

	bytes_u8(&x, 0);
	size = (24 + x.n + 4 + 7) / 8 * 8;
	assert_true(at + size <= DEFINITIONS);
	memcpy(chunk + at, "**\0\0", 4);
	put32(at + 4, (uint32_t)size);
	put32(at + 8, le32(chunk + 32) + 1);
	memcpy(chunk + at + 24, x.p, x.n);
	put32(at + size - 4, (uint32_t)size);
	record_end = at + size;
	put32(32, le32(chunk + 32) + 1);
	put32(48, (uint32_t)record_end);
}

static void
good(void)
{
	fragment();
	head(false);
	end();
	record();
}

static void
begin(void)
{
	chunk = arena_alloc(&mem, CHUNK);
	record_end = 512;
	memcpy(chunk, "ElfChnk", 8);
	put32(24, 1);
	put32(120, 4);			/* no checksums */
	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bytes b = { .a = &mem };

		bytes_u32(&b, NAMES + NAME_ROOM * i);	/* next: itself */
		bytes_u16(&b, 0);
		bytes_u16(&b, (unsigned)strlen(names[i]));
		bytes_utf16(&b, str_of(names[i]), true);
		memcpy(chunk + NAMES + NAME_ROOM * i, b.p, b.n);
	}
	good();
}

static struct reading
finish(void)
{
	record();
	good();
	return read_bytes((struct span){ chunk, CHUNK });
}

static void
assert_costs_itself(const char *why)
{
	struct reading r = finish();

	assert_int_equal(r.n, 3);
	assert_true(r.whole[0] && r.whole[2]);
	assert_int_equal(r.events[2].id, 2020);
	assert_false(r.whole[1]);
	assert_problem(&r.problems, why);
	assert_int_equal(r.tally.undecodable, 1);
	assert_false(r.tally.complete);
	assert_true(mem.total < 64u << 20);
}

/* The chain of names of one hash runs in a circle; nobody follows it. */
static void
names_in_a_circle_are_read(void **state)
{
	struct reading r;

	(void)state;
	begin();
	fragment();
	head(false);
	end();
	r = finish();
	assert_int_equal(r.n, 3);
	assert_true(r.whole[1]);
	assert_str(r.events[1].provider, "Srv");
	assert_true(r.events[1].flags & EVENT_LITERAL);
	assert_true(r.tally.complete);
}

static void
a_name_outside_of_the_chunk(void **state)
{
	static const uint32_t where[] = { CHUNK, CHUNK - 4, 0x7FFFFFFF,
	    UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin();
		fragment();
		open_at(where[i], false, false);
		assert_costs_itself("a name is not where it should be");
	}
}

static void
a_template_that_is_not_there(void **state)
{
	static const uint32_t where[] = { 0, 512, CHUNK - 8, CHUNK,
	    0x7FFFFFFF, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		begin();
		fragment();
		instance(0xBADC0DE, where[i], 0);
		assert_costs_itself("its template is not there");
	}
	/* Forward, over the record itself. */
	begin();
	fragment();
	instance(0xBADC0DE, (uint32_t)record_end + 24, 0);
	assert_costs_itself("its template is not there");
}

static void
a_template_longer_than_the_chunk(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	at = definition(1);
	put32(at + 20, UINT32_MAX);
	fragment();
	instance(1, at, 0);
	assert_costs_itself("its template is not there");
}

static void
more_values_than_bytes(void **state)
{
	static const uint32_t counts[] = { UINT32_MAX, 0x40000000, 5000 };
	uint32_t at;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		begin();
		fragment();
		at = definition(1);
		fragment();
		instance(1, at, counts[i]);
		assert_costs_itself("too many values");
	}
}

static void
a_value_longer_than_its_record(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	end();
	at = definition(1);
	fragment();
	instance(1, at, 1);
	bytes_u32(&x, 0x0001FFFF);
	assert_costs_itself("are cut off");
}

static void
a_hole_without_a_value(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	hole(7, 1);
	end();
	at = definition(1);
	fragment();
	instance(1, at, 0);
	assert_costs_itself("a substitution has no value");
}

static void
a_template_that_holds_itself(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	instance(1, DEFINITIONS + 4096, 0);
	end();
	at = definition(1);
	fragment();
	instance(1, at, 0);
	assert_costs_itself("nested too deeply");
}

/* A value that is a fragment that holds the same template again, and so
 * on, twenty times. */
static void
values_within_values(void **state)
{
	struct bytes inner = { .a = &mem };
	uint32_t at;

	(void)state;
	begin();
	fragment();
	hole(0, 0x21);
	at = definition(1);
	for (int i = 0; i < 20; i++) {
		fragment();
		instance(1, at, 1);
		bytes_u16(&x, (unsigned)inner.n);
		bytes_u16(&x, 0x21);
		bytes_put(&x, inner.p, inner.n);
		inner = x;
	}
	assert_costs_itself("nested too deeply");
}

static void
elements_too_deep(void **state)
{
	(void)state;
	begin();
	fragment();
	head(false);
	for (int i = 0; i < 70; i++)
		start(DATA, false);
	assert_costs_itself("elements are nested too deeply");
}

static void
elements_without_end(void **state)
{
	(void)state;
	begin();
	fragment();
	head(false);
	for (int i = 0; i < 3; i++)
		end();
	assert_costs_itself("an element ends that was not begun");
	begin();
	fragment();
	head(false);
	assert_costs_itself("an element is not closed");
}

/* An array repeats its element: 25,000 items, each one byte. */
static void
too_many_elements(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	start(EVENT_DATA, true);
	start(DATA, true);
	hole(0, 0x84);
	end();
	end();
	end();
	at = definition(1);
	fragment();
	instance(1, at, 1);
	bytes_u16(&x, 25000);
	bytes_u16(&x, 0x84);
	bytes_fill(&x, 7, 25000);
	assert_costs_itself("too many elements");
}

/* One long value, shown again and again. */
static void
too_much_text(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	start(EVENT_DATA, true);
	for (int i = 0; i < 60; i++) {
		start(DATA, true);
		hole(0, 0x02);
		end();
	}
	end();
	end();
	at = definition(1);
	fragment();
	instance(1, at, 1);
	bytes_u16(&x, 20000);
	bytes_u16(&x, 0x02);
	bytes_fill(&x, 'a', 20000);
	assert_costs_itself("text of its values is too long");
}

/* The same in pieces of one attribute: 900 times 20,000. */
static void
a_long_attribute_in_pieces(void **state)
{
	uint32_t at;

	(void)state;
	begin();
	fragment();
	open_at(NAMES + NAME_ROOM * EVENT, true, true);
	bytes_u8(&x, 0x06);
	name_reference(NAME);
	for (int i = 0; i < 900; i++)
		hole(0, 0x02);
	bytes_u8(&x, 0x03);
	at = definition(1);
	fragment();
	instance(1, at, 1);
	bytes_u16(&x, 20000);
	bytes_u16(&x, 0x02);
	bytes_fill(&x, 'a', 20000);
	assert_costs_itself("an attribute is too long");
}

/* Each definition holds the next a hundred times, four values each. */
static void
templates_that_multiply(void **state)
{
	uint32_t at = 0;

	(void)state;
	begin();
	for (uint32_t id = 4; id > 0; id--) {
		fragment();
		for (int i = 0; i < 100; i++) {
			if (id == 4) {
				bytes_u8(&x, 0x0B);
				bytes_u16(&x, 10);
				bytes_fill(&x, 'p', 20);
				continue;
			}
			instance(id + 1, at, 4);
			bytes_fill(&x, 0, 16);
		}
		at = definition(id);
	}
	fragment();
	instance(1, at, 0);
	assert_costs_itself("beyond all measure");
}

/* Paths of names below UserData are text too. */
static void
long_names_nested_deep(void **state)
{
	(void)state;
	begin();
	put32(NAMES + NAME_ROOM * 10, 0);
	put32(NAMES + NAME_ROOM * 10 + 4, 2000u << 16);
	for (size_t i = 0; i < 4000; i += 2)
		chunk[NAMES + NAME_ROOM * 10 + 8 + i] = 'n';
	fragment();
	head(false);
	start(EVENT_DATA, false);
	for (int i = 0; i < 50; i++)
		start(10, false);
	for (int i = 0; i < 3000; i++) {
		open_at(NAMES + NAME_ROOM * 10, false, false);
		bytes_u8(&x, 0x03);
	}
	assert_costs_itself("text of its values is too long");
}

/*
 * Names at offsets that find no room beside each other in what is kept,
 * named by turns in a definition that is out of the ordinary, so that it
 * is walked for every one of many small records: each name is converted
 * anew.
 */
enum { LONG_NAMES = 50000, LONG_CHARS = 900, TURNS = 200, SMALL = 500 };

static void
names_by_turns(void)
{
	uint32_t at;

	begin();
	for (size_t i = LONG_NAMES; i < NAMES; i += 2)
		memcpy(chunk + i, "\0\x4E", 2);
	for (size_t k = 0; k < 2 * NAME_PROBES; k++)
		put32(LONG_NAMES + 512 * k + 4, LONG_CHARS << 16 | 1);
	x = (struct bytes){ .a = &mem };
	head(true);
	start(EVENT_DATA, true);
	bytes_u8(&x, 0x08);
	bytes_u16(&x, ' ');
	for (uint32_t i = 0; i < TURNS; i++) {
		open_at(LONG_NAMES + 512 * (i % (2 * NAME_PROBES)), false,
		    true);
		bytes_u8(&x, 0x03);
	}
	end();
	end();
	at = definition(1);
	for (int i = 0; i < SMALL; i++) {
		fragment();
		instance(1, at, 0);
		record();
	}
}

/* The walk of every record, as the reader does it; how many are whole. */
static size_t
records_walk(struct chunk *c, struct arena *a)
{
	size_t whole = 0, size;

	for (size_t at = 512; at < record_end; at += size) {
		struct event e = { .id = 0 };
		struct builder *b;

		size = le32(chunk + at + 4);
		arena_reset(a);
		b = builder_new(a, &e);
		binxml_walk(c, a, b, at + 24, at + size - 4);
		whole += builder_finish(b);
	}
	return whole;
}

static void
names_by_turns_take_little_memory(void **state)
{
	struct arena kept = { 0 }, a = { 0 };
	struct chunk *c;
	struct reading r;

	(void)state;
	names_by_turns();
	c = arena_new(&mem, struct chunk);
	chunk_begin(c, &kept, (struct span){ chunk, CHUNK });
	assert_true(records_walk(c, &a) < SMALL);
	assert_true(kept.total <= 3 * CAP_CHUNK_NAMES);
	arena_free(&kept);
	arena_free(&a);
	/* The reader forgets what was kept before it is too much. */
	r = read_bytes((struct span){ chunk, CHUNK });
	assert_int_equal(r.n, SMALL + 1);
	for (size_t i = 0; i < r.n; i++) {
		assert_true(r.whole[i]);
		assert_str(r.events[i].provider, "Srv");
	}
}

/* The same name as often costs nothing. */
static void
one_name_named_often(void **state)
{
	struct reading r;

	(void)state;
	begin();
	fragment();
	head(false);
	start(EVENT_DATA, false);
	for (uint32_t i = 0; i < TURNS; i++) {
		open_at(NAMES + NAME_ROOM * DATA, false, false);
		bytes_u8(&x, 0x03);
	}
	end();
	end();
	r = finish();
	assert_true(r.whole[0] && r.whole[1] && r.whole[2]);
}

/* A name that is empty, or could be a path, is none. */
static void
names_that_are_none(void **state)
{
	(void)state;
	begin();
	put32(NAMES + NAME_ROOM * 10 + 4, 0);
	fragment();
	open_at(NAMES + NAME_ROOM * 10, false, false);
	assert_costs_itself("a name is not where it should be");
	begin();
	put32(NAMES + NAME_ROOM * 10 + 4, 3u << 16);
	memcpy(chunk + NAMES + NAME_ROOM * 10 + 8, "a\0/\0b\0", 6);
	fragment();
	open_at(NAMES + NAME_ROOM * 10, false, false);
	assert_costs_itself("a name is not where it should be");
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_in_a_circle_are_read),
		TEST(a_name_outside_of_the_chunk),
		TEST(a_template_that_is_not_there),
		TEST(a_template_longer_than_the_chunk),
		TEST(more_values_than_bytes),
		TEST(a_value_longer_than_its_record),
		TEST(a_hole_without_a_value),
		TEST(a_template_that_holds_itself), TEST(values_within_values),
		TEST(elements_too_deep), TEST(elements_without_end),
		TEST(too_many_elements), TEST(too_much_text),
		TEST(a_long_attribute_in_pieces),
		TEST(templates_that_multiply), TEST(long_names_nested_deep),
		TEST(names_by_turns_take_little_memory),
		TEST(one_name_named_often), TEST(names_that_are_none),
	};

	return cmocka_run_group_tests_name("binxml", tests, NULL, NULL);
}
