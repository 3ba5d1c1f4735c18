/*
 * Damage to an EVTX file, case by case: header, chunks, grid.  What is
 * really damaged is lost and told, and nothing else.
 */
#include "damage.h"

/* 1, 2: nothing, and no more than a part of the header. */
static void
test_no_header(void **state)
{
	static const size_t sizes[] = { 8, 100, 127, 128, 4095, 4096 };
	struct reading r;

	(void)state;
	n = 0;
	r = reading();
	assert_null(r.format);
	assert_problem(&r.problems, "empty");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		n = sizes[i];
		r = reading();
		assert_string_equal(r.format, "evtx");
		expect(&r, 0, 0, false);
	}
}

/* 3, 4, 5, 6, 7, 8: the file header is compared, never believed. */
static void
test_header(void **state)
{
	static const unsigned sizes[] = { 0, 1, 0xFFFF }, counts[] = { 0, 1 };
	struct reading r;

	(void)state;
	p[0] = 'X';
	r = reading();
	expect(&r, total, 0, true);
	assert_problem(&r.problems, "header is damaged");
	setup(NULL);
	p[124] ^= 1;
	r = reading();
	expect(&r, total, 0, true);
	assert_int_equal(r.tally.bad_checksums, 1);
	for (size_t i = 0; i < 3; i++) {
		put16(p + 40, sizes[i]);
		header_repair();
		r = reading();
		expect(&r, total, 0, true);
	}
	for (size_t i = 0; i < 2; i++) {
		put16(p + 42, counts[i]);
		header_repair();
		r = reading();
		expect(&r, total, 0, true);
	}
	put16(p + 42, 77);
	header_repair();
	r = reading();
	expect(&r, total, 0, false);
	assert_problem(&r.problems, "counts 77 chunks, the file holds 3");
}

static void
test_versions(void **state)
{
	static const struct { unsigned minor, major; bool known; } v[] = {
		{ 1, 3, true }, { 2, 3, true }, { 0, 3, false },
		{ 9, 9, false },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct reading r;

		put16(p + 36, v[i].minor);
		put16(p + 38, v[i].major);
		header_repair();
		r = reading();
		expect(&r, total, 0, true);
		assert_int_equal(problem_says(&r.problems, "not known"),
		    !v[i].known);
	}
}

static void
test_dirty(void **state)
{
	struct reading r;

	(void)state;
	p[120] |= 1;
	header_repair();
	r = reading();
	expect(&r, total, 0, true);
	assert_true(r.tally.dirty);
}

/* 9: cut off anywhere, every record before the cut is there. */
static void
test_truncated(void **state)
{
	(void)state;
	for (n = HEADER + 4096; n < whole.n; n += 4096) {
		struct reading r = reading();
		size_t fits = 0;

		for (size_t i = 0; i < CHUNKS; i++)
			for (size_t k = 0; k < per[i]; k++) {
				const uint8_t *at = record(i, k);

				if (at + le32(at + 4) <= p + n)
					fits++;
			}
		assert_int_equal(r.tally.read, fits);
		assert_int_equal(r.tally.complete, fits == total);
	}
	n = whole.n;
}

/* 10: bytes too many, or missing: the grid is found again. */
static void
test_shifted(void **state)
{
	struct reading r;

	(void)state;
	memmove(chunk(1) + 512, chunk(1), n - HEADER - CHUNK);
	memset(chunk(1), 'x', 512);
	n += 512;
	r = reading();
	expect(&r, total, 0, false);
	assert_int_equal(r.tally.units_valid, 3);
	setup(NULL);
	memmove(chunk(0) + 30000, chunk(0) + 31000, n - HEADER - 31000);
	n -= 1000;
	r = reading();
	assert_true(r.tally.read + r.tally.torn >= total - 8);
	assert_int_equal(r.tally.units_valid, 3);
	assert_false(r.tally.complete);
}

/* 10: one byte too many, or missing, inside of a record: those behind it
 * are not aligned any more, and are found. */
static void
test_shifted_by_one(void **state)
{
	struct reading r;
	uint8_t *at = record(1, 5) + 200;
	size_t rest = n - (size_t)(at - p);

	(void)state;
	memmove(at + 1, at, rest);
	n++;
	r = reading();
	expect(&r, total - 1, 1, false);
	setup(NULL);
	at = record(1, 5) + 200;
	memmove(at, at + 1, rest - 1);
	n--;
	r = reading();
	expect(&r, total - 1, 1, false);
}

/* 11, 12, 13, 14: one field of one chunk header costs nothing. */
static void
test_chunk_header(void **state)
{
	static const struct { size_t at; uint32_t value; } fields[] = {
		{ 40, 0 }, { 40, 0x1234 }, { 48, 0 }, { 48, 65537 },
		{ 48, 0xFFFFFFFF }, { 44, 512 }, { 52, 0 }, { 124, 0 },
		{ 128, 0xFFFFFFFF }, { 384, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct reading r;

		setup(NULL);
		put32(chunk(1) + fields[i].at, fields[i].value);
		r = reading();
		expect(&r, total, 0, true);
		assert_true(r.tally.bad_checksums > 0);
	}
}

/* 15: a chunk gone is a chunk gone, and its records are counted. */
static void
test_chunk_lost(void **state)
{
	static const int fill[] = { 0, 0xFF, 'r' };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct reading r;

		setup(NULL);
		memset(chunk(1), fill[i], CHUNK);
		r = reading();
		expect(&r, total - per[1], 0, false);
		expect_missing(&r, per[0] + 1, per[0] + per[1]);
		assert_int_equal(r.tally.units_zero, fill[i] == 0);
		assert_int_equal(r.tally.units_bad, fill[i] != 0);
	}
}

/* 16: chunks exchanged or standing twice. */
static void
test_chunk_order(void **state)
{
	uint8_t *keep = arena_alloc(&mem, CHUNK);
	struct reading r;

	(void)state;
	memcpy(keep, chunk(0), CHUNK);
	memcpy(chunk(0), chunk(1), CHUNK);
	memcpy(chunk(1), keep, CHUNK);
	r = reading();
	expect(&r, total, 0, true);
	assert_int_equal(r.problems.n, 0);
	memcpy(chunk(2), keep, CHUNK);
	r = reading();
	expect(&r, total - per[2] + per[0], 0, true);
	assert_problem(&r.problems, "repeat record ids");
}

/* A damaged magic leaves orphans, which are counted and can be had. */
static void
test_chunk_magic(void **state)
{
	struct reading r;

	(void)state;
	chunk(1)[0] ^= 0x40;
	r = reading();
	expect(&r, total - per[1], 0, false);
	assert_int_equal(r.tally.slack, per[1]);
	r = recovering();
	expect(&r, total - per[1], 0, false);
	assert_int_equal(r.tally.recovered, per[1]);
	assert_int_equal(r.events[per[0]].at.state, RECORD_ORPHAN);
	assert_str(r.events[per[0]].computer, "SRV");
	assert_true(r.whole[per[0]]);
}

/* Raw bytes with chunks somewhere in them, as in a disk image. */
static void
test_carved(void **state)
{
	uint8_t *image = arena_alloc(&mem, 400000);
	struct reading r;

	(void)state;
	memset(image, 0xC3, 400000);
	memcpy(image + 12345, chunk(0), CHUNK);
	memcpy(image + 12345 + CHUNK + 70000, chunk(2), CHUNK);
	p = image;
	n = 400000;
	r = reading();
	assert_null(r.format);
	r = read_how((struct span){ image, n }, log_open_recover);
	whole = (struct span){ image, n };
	assert_int_equal(r.tally.read, per[0] + per[2]);
	assert_int_equal(r.tally.units_valid, 2);
	assert_problem(&r.problems, "searched for chunks and records");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_no_header), CASE(test_header), CASE(test_versions),
		CASE(test_dirty), CASE(test_truncated), CASE(test_shifted),
		CASE(test_shifted_by_one),
		CASE(test_chunk_header), CASE(test_chunk_lost),
		CASE(test_chunk_order), CASE(test_chunk_magic),
		CASE(test_carved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
