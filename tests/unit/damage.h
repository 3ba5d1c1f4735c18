/*
 * Damage to an EVTX file: the log of three chunks that the tests damage,
 * and what they ask of the reading.
 */
#ifndef EVTRIAGE_TESTS_DAMAGE_H
#define EVTRIAGE_TESTS_DAMAGE_H

#include "base/crc32.h"
#include "told.h"

/* What is told of it when nothing is lost and there is nothing to tell. */
#define ALL "500 live, 3 valid, 4096 of header, 196608 of records"

enum { HEADER = 4096, CHUNK = 65536, CHUNKS = 3 };

/* The log, whole and as a copy to be damaged. */
static struct span whole;
static uint8_t *p;
static size_t n, total, per[CHUNKS];

static inline uint8_t *
chunk(size_t i)
{
	return p + HEADER + CHUNK * i;
}

/* The k-th record of a chunk. */
static inline uint8_t *
record(size_t i, size_t k)
{
	uint8_t *at = chunk(i) + 512;

	while (k-- > 0)
		at += le32(at + 4);
	return at;
}

static inline void
put16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)v;
	at[1] = (uint8_t)(v >> 8);
}

static inline void
put32(uint8_t *at, uint32_t v)
{
	put16(at, v & 0xFFFF);
	put16(at + 2, v >> 16);
}

static inline void
put64(uint8_t *at, uint64_t v)
{
	put32(at, (uint32_t)v);
	put32(at + 4, (uint32_t)(v >> 32));
}

static inline void
sums_repair(uint8_t *c)
{
	put32(c + 52, crc32_update(0, c + 512, le32(c + 48) - 512));
	put32(c + 124, crc32_update(crc32_update(0, c, 120), c + 128, 384));
}

static inline void
header_repair(void)
{
	put32(p + 124, crc32_update(0, p, 120));
}

/* Another log from a description, undamaged so far. */
static inline void
start_with(const char *text)
{
	whole = log_bytes(description(bytes_of(text), "damage"), LOG_EVTX);
	n = whole.n;
	p = arena_alloc(&mem, n + 4096);
	memcpy(p, whole.p, n);
}

static inline int
setup(void **state)
{
	(void)state;
	start_with("computer SRV\nchannel System\nprovider Test\nevent\n"
	    "id 7\ntime 2020-01-01T00:00:00Z\nstring a text of some length, "
	    "so that a record is of the size that is usual\n"
	    "repeat 499 every 1m\n");
	assert_int_equal(n, HEADER + CHUNKS * CHUNK);
	total = 500;
	for (size_t i = 0; i < CHUNKS; i++)
		per[i] = (size_t)(le32(chunk(i) + 16) - le32(chunk(i) + 8)) + 1;
	assert_int_equal(per[0] + per[1] + per[2], total);
	return 0;
}

static inline struct reading
reading(void)
{
	return read_bytes((struct span){ p, n });
}

static inline struct reading
recovering(void)
{
	return read_how((struct span){ p, n }, log_open_recover);
}

static inline void
expect(const struct reading *r, uint64_t read, uint64_t torn, bool complete)
{
	assert_int_equal(r->tally.read, read);
	assert_int_equal(r->tally.torn, torn);
	assert_int_equal(r->n, read + torn + r->tally.recovered);
	assert_int_equal(r->tally.complete, complete);
	assert_false(problem_says(&r->problems, "accounting error"));
	assert_int_equal(r->tally.bytes_header + r->tally.bytes_valid +
	    r->tally.bytes_unused + r->tally.bytes_bad, n);
}

static inline void
expect_missing(const struct reading *r, uint64_t first, uint64_t last)
{
	for (size_t i = 0; i < r->tally.nmissing; i++)
		if (r->tally.missing[i].first == first &&
		    r->tally.missing[i].last == last)
			return;
	fail_msg("records %llu to %llu are not told to be missing",
	    (unsigned long long)first, (unsigned long long)last);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
