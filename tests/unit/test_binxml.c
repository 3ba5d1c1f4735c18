/*
 * BinXML made by hand, as no writer would make it.  Every log holds a good
 * record, the hostile one and a good one: the hostile one costs itself,
 * says why, and takes neither time nor memory without end.
 */
#include "handmade.h"

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
	assert_told(&r, "3 live, 1 valid, 65536 of records");
	assert_str(r.events[1].provider, "Srv");
	assert_true(r.events[1].flags & EVENT_LITERAL);
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
 * on: as often as a record has room. */
static void
values_within_values(void **state)
{
	static const int levels[] = { 9, 20, 1700 };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct bytes inner = { .a = &mem };
		uint32_t at;

		begin();
		fragment();
		hole(0, 0x21);
		at = definition(1);
		for (int i = 0; i < levels[k]; i++) {
			fragment();
			instance(1, at, 1);
			bytes_u16(&x, (unsigned)inner.n);
			bytes_u16(&x, 0x21);
			bytes_put(&x, inner.p, inner.n);
			inner = x;
		}
		assert_costs_itself("nested too deeply");
		arena_free(&mem);
	}
}

static void
elements_too_deep(void **state)
{
	static const int levels[] = { 64, 70, 3900 };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		begin();
		fragment();
		head(false);
		for (int i = 0; i < levels[k]; i++)
			start(DATA, false);
		assert_costs_itself("elements are nested too deeply");
	}
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
	char name[2000];

	(void)state;
	begin();
	memset(name, 'n', sizeof name);
	name_put(NAMES + NAME_ROOM * 10, (struct str){ name, sizeof name });
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

/* Character data, a character, an entity and an instruction, in a record. */
static void
tokens_that_are_rare(void **state)
{
	struct reading r;

	(void)state;
	begin();
	name_put(NAMES + NAME_ROOM * 10, str_of("amp"));
	fragment();
	head(false);
	bytes_u8(&x, 0x0A);
	name_reference(10);
	bytes_u8(&x, 0x0B);
	bytes_u16(&x, 2);
	bytes_utf16(&x, str_of("pi"), false);
	start(EVENT_DATA, false);
	start(DATA, false);
	bytes_u8(&x, 0x07);
	bytes_u16(&x, 3);
	bytes_utf16(&x, str_of("a<b"), false);
	bytes_u8(&x, 0x08);
	bytes_u16(&x, 0xE9);
	bytes_u8(&x, 0x09);
	name_reference(10);
	end();
	end();
	end();
	r = finish();
	assert_told(&r, "3 live, 1 valid, 65536 of records");
	assert_int_equal(r.events[1].nfields, 1);
	assert_str(r.events[1].fields[0].text, "a<b\xC3\xA9&");
}

/* SIDs with no, 15 and 255 parts, one that is too short, half a GUID: as
 * text where they are whole, else their bytes. */
static void
sids_and_guids_of_any_length(void **state)
{
	static const struct { unsigned type, parts; size_t size;
	    enum value_type as; } v[] = {
		{ 0x13, 0, 8, VALUE_SID }, { 0x13, 15, 68, VALUE_SID },
		{ 0x13, 255, 1028, VALUE_SID }, { 0x13, 2, 12, VALUE_BINARY },
		{ 0x13, 255, 8, VALUE_BINARY }, { 0x0F, 0, 8, VALUE_BINARY },
	};
	enum { N = sizeof v / sizeof *v };
	struct reading r;
	uint32_t at;

	(void)state;
	begin();
	fragment();
	head(true);
	start(EVENT_DATA, true);
	for (unsigned i = 0; i < N; i++) {
		start(DATA, true);
		hole(i, v[i].type);
		end();
	}
	end();
	end();
	at = definition(1);
	fragment();
	instance(1, at, N);
	for (size_t i = 0; i < N; i++) {
		bytes_u16(&x, (unsigned)v[i].size);
		bytes_u16(&x, v[i].type);
	}
	for (size_t i = 0; i < N; i++) {
		bytes_u8(&x, 1);
		bytes_u8(&x, v[i].parts);
		bytes_fill(&x, 5, v[i].size - 2);
	}
	r = finish();
	assert_told(&r, "3 live, 1 valid, 65536 of records");
	assert_int_equal(r.events[1].nfields, N);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(r.events[1].fields[i].type, v[i].as);
}

/* An event with one value of a type. */
static struct reading
value_of(unsigned type, size_t size)
{
	uint32_t at;

	begin();
	fragment();
	head(true);
	start(EVENT_DATA, true);
	start(DATA, true);
	hole(0, type);
	end();
	end();
	end();
	at = definition(1);
	fragment();
	instance(1, at, 1);
	bytes_u16(&x, (unsigned)size);
	bytes_u16(&x, type);
	/* Not zero, and a SID of one part. */
	bytes_fill(&x, 1, size);
	return finish();
}

/* Any type, known or not, alone and as an array: as itself or as bytes (a
 * 257th month too).  Where BinXML should be and is none, that is told. */
static void
values_of_all_types(void **state)
{
	static const struct { uint8_t size, is; } known[128] = {
		[0x00] = { 8, VALUE_NULL }, [0x01] = { 2, VALUE_TEXT },
		[0x02] = { 8, VALUE_TEXT }, [0x03] = { 1, VALUE_INT },
		[0x04] = { 1, VALUE_UINT }, [0x05] = { 2, VALUE_INT },
		[0x06] = { 2, VALUE_UINT }, [0x07] = { 4, VALUE_INT },
		[0x08] = { 4, VALUE_UINT }, [0x09] = { 8, VALUE_INT },
		[0x0A] = { 8, VALUE_UINT }, [0x0B] = { 4, VALUE_REAL },
		[0x0C] = { 8, VALUE_REAL }, [0x0D] = { 4, VALUE_BOOL },
		[0x0E] = { 8, VALUE_BINARY }, [0x0F] = { 16, VALUE_GUID },
		[0x10] = { 8, VALUE_HEX }, [0x11] = { 8, VALUE_TIME },
		[0x12] = { 16, VALUE_BINARY }, [0x13] = { 12, VALUE_SID },
		[0x14] = { 4, VALUE_HEX }, [0x15] = { 8, VALUE_HEX },
		[0x20] = { 8, VALUE_HEX },
	};

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		size_t size = known[type & 0x7F].size;
		bool xml = type == 0x21 || type == 0x23;
		struct reading r = value_of(type, size > 0 ? size : 8);
		const struct event *e = &r.events[1];

		assert_told(&r, xml ? "3 live, 1 undecodable, 1 valid, 65536 "
		    "of records, 1 told, 1 lost, 3 exit" :
		    "3 live, 1 valid, 65536 of records");
		assert_int_equal(e->id, 2020);
		assert_int_equal(e->nfields, !xml);
		if (!xml)
			assert_int_equal(e->fields[0].type, size > 0 ?
			    known[type & 0x7F].is : VALUE_BINARY);
		arena_free(&mem);
	}
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
		TEST(values_of_all_types),
		TEST(tokens_that_are_rare), TEST(sids_and_guids_of_any_length),
	};

	return cmocka_run_group_tests_name("binxml", tests, NULL, NULL);
}
