/*
 * Names of hostile chunks: what is kept of them has a ceiling, and what is
 * no name is none.
 */
#include "handmade.h"
#include "log/binxml.h"

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
	assert_int_equal(r.tally.undecodable, SMALL);
	assert_problem(&r.problems, "a name in it is damaged");
	for (size_t i = 0; i < r.n; i++)
		assert_str(r.events[i].provider, "Srv");
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
		TEST(names_by_turns_take_little_memory),
		TEST(one_name_named_often), TEST(names_that_are_none),
	};

	return cmocka_run_group_tests_name("binxml names", tests, NULL, NULL);
}
