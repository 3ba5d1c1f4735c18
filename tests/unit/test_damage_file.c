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
	for (n = 0; n < 8; n++) {
		r = reading();
		assert_null(r.format);
		assert_problem(&r.problems, n == 0 ? "empty" :
		    "not an event log");
		assert_told(&r, "1 told, 1 lost, 3 exit");
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char expected[60];

		n = sizes[i];
		r = reading();
		assert_string_equal(r.format, "evtx");
		assert_problem(&r.problems, n < 128 ? "ends inside of its "
		    "header" : "counts 3 chunks, the file holds 0");
		snprintf(expected, sizeof expected, "%zu of header, 1 told, "
		    "1 lost, 3 exit", n);
		assert_told(&r, expected);
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
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records, "
	    "1 told");
	assert_problem(&r.problems, "header is damaged");
	setup(NULL);
	p[124] ^= 1;
	r = reading();
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records, "
	    "1 checksums, 1 told");
	assert_int_equal(r.tally.bad_checksums, 1);
	for (size_t i = 0; i < 3; i++) {
		put16(p + 40, sizes[i]);
		header_repair();
		r = reading();
		assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of "
		    "records");
	}
	for (size_t i = 0; i < 2; i++) {
		put16(p + 42, counts[i]);
		header_repair();
		r = reading();
		assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of "
		    "records");
	}
	put16(p + 42, 77);
	header_repair();
	r = reading();
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records, "
	    "1 told, 1 lost, 3 exit");
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
		assert_told(&r, v[i].known ? ALL : ALL ", 1 told");
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
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records, "
	    "1 dirty");
	assert_true(r.tally.dirty);
}

/*
 * What is told of a log cut off at n, in chunk i, behind the records 1 to
 * fits: one of which the head is there is torn, the rest of its chunk is
 * missing, and the header counts the chunks.
 */
static char *
cut_told(size_t i, size_t fits)
{
	size_t first = 1, last = per[0], torn;
	char *s = arena_alloc(&mem, 300), *at = s;

	for (size_t k = 0; k < i; k++) {
		first += per[k];
		last += per[k + 1];
	}
	torn = fits < last && p + n - record(i, fits + 1 - first) >= 24;
	at += sprintf(at, "%zu live, %s%zu valid, 4096 of header, %zu of "
	    "records, ", fits, torn ? "1 torn, " : "", i + 1, n - HEADER);
	if (fits < last)
		at += sprintf(at, "%zu to %zu missing, ", fits + torn + 1,
		    last);
	if (fits == total)
		sprintf(at, "1 told");
	else if (fits == last)
		sprintf(at, "1 told, 1 lost, 3 exit");
	else
		sprintf(at, "%zu told, %zu lost, 3 exit", 3 + torn + (i < 2),
		    2 + torn + (i < 2));
	return s;
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
		assert_told(&r, cut_told((n - HEADER - 1) / CHUNK, fits));
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
	assert_told(&r, "500 live, 3 valid, 1 bad, 4096 of header, 196608 of "
	    "records, 512 of damage, 1 told, 1 lost, 3 exit");
	setup(NULL);
	memmove(chunk(0) + 30000, chunk(0) + 31000, n - HEADER - 31000);
	n -= 1000;
	r = reading();
	assert_told(&r, "397 live, 100 resync, 1 torn, 3 valid, 4096 of "
	    "header, 195608 of records, 1 checksums, 84 to 85 missing, 4 told, "
	    "2 lost, 3 exit");
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
	assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 1 bad, 4096 of "
	    "header, 196608 of records, 1 of damage, 1 checksums, 4 told, 2 "
	    "lost, 3 exit");
	setup(NULL);
	at = record(1, 5) + 200;
	memmove(at, at + 1, rest - 1);
	n--;
	r = reading();
	assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 4096 of "
	    "header, 196607 of records, 1 checksums, 3 told, 1 lost, 3 exit");
}

/* 11, 12, 13, 14: one field of one chunk header costs nothing. */
static void
test_chunk_header(void **state)
{
	/* Which checksums do not fit then; the free space is told as well. */
	static const char one[] = ALL ", 1 checksums, 1 told",
	    two[] = ALL ", 2 checksums, 2 told",
	    space[] = ALL ", 2 checksums, 3 told",
	    tail[] = "315 live, 185 tail, 3 valid, 4096 of header, 196608 of "
	    "records, 2 checksums, 2 told";
	static const struct { size_t at; uint32_t value; const char *told; }
	fields[] = {
		{ 40, 0, one }, { 40, 0x1234, one }, { 48, 0, space },
		{ 48, 65537, space }, { 48, 0xFFFFFFFF, space },
		{ 44, 512, one }, { 44, 0, one }, { 52, 0, two },
		{ 124, 0, one }, { 128, 0xFFFFFFFF, one }, { 384, 7, one },
		{ 48, 512, tail },
	};

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct reading r;

		setup(NULL);
		put32(chunk(1) + fields[i].at, fields[i].value);
		r = reading();
		assert_told(&r, fields[i].told);
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
		assert_told(&r, fill[i] == 0 ? "315 live, 2 valid, 1 zero, "
		    "4096 of header, 131072 of records, 65536 unused, "
		    "186 to 370 missing, 2 told, 2 lost, 3 exit" : "315 live, "
		    "2 valid, 1 bad, 4096 of header, 131072 of records, "
		    "65536 of damage, 186 to 370 missing, 2 told, 2 lost, "
		    "3 exit");
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
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records");
	assert_int_equal(r.problems.n, 0);
	memcpy(chunk(2), keep, CHUNK);
	r = reading();
	assert_told(&r, "555 live, 3 valid, 4096 of header, 196608 of records, "
	    "1 told");
	assert_problem(&r.problems, "repeat record ids");
}

/* A log that is made as it is read: so many chunks, each with one record
 * that fills it. */
struct endless {
	uint64_t	at, size;
	uint8_t		head[HEADER];
	uint8_t		chunk[CHUNK];
};

static size_t
endless_read(void *ctx, void *buf, size_t room, int *error)
{
	struct endless *m = ctx;
	uint64_t in = (m->at + CHUNK - HEADER) % CHUNK;
	uint64_t number = (m->at + CHUNK - HEADER) / CHUNK;
	const uint8_t *from = number == 0 ? m->head + m->at : m->chunk + in;
	size_t part = number == 0 ? HEADER - m->at : CHUNK - in;

	(void)error;
	if (m->at == m->size)
		return 0;
	for (size_t i = 8; i < 40; i += 8)	/* first and last, twice */
		put64(m->chunk + i, number);
	put64(m->chunk + 512 + 8, number);
	if (part > room)
		part = room;
	memcpy(buf, from, part);
	m->at += part;
	return part;
}

static struct endless *
endless_new(size_t chunks)
{
	struct endless *m = arena_new(&mem, struct endless);
	uint32_t size = CHUNK - 512;

	m->size = HEADER + (uint64_t)CHUNK * chunks;
	memcpy(m->head, p, HEADER);
	put16(m->head + 42, (unsigned)chunks & 0xFFFF);
	put32(m->head + 124, crc32_update(0, m->head, 120));
	memcpy(m->chunk, chunk(0), 512);
	put32(m->chunk + 48, CHUNK);
	put32(m->chunk + 120, 4);	/* no checksums */
	memcpy(m->chunk + 512, "**\0\0", 4);
	put32(m->chunk + 512 + 4, size);
	put32(m->chunk + CHUNK - 4, size);
	return m;
}

/* 17: more chunks than the header can count; what is told is what one of
 * as many would be, and what is missing is seen behind them too. */
static void
test_many_chunks(void **state)
{
	static const size_t many[] = { 65535, 65536, 65537, 70000 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct reading r = { .format = "evtx",
		    .problems = { .arena = &mem } };
		struct event e = { .id = 0 };
		struct source s;
		struct log *log;
		char expected[200];

		setup(NULL);
		source_from(&s, endless_read, endless_new(many[i]));
		log = log_open(&mem, &s, &r.problems);
		while (log_next(log, &e.at) == LOG_RECORD) {
			reading_add(&r, &e, true);
			assert_int_equal(e.at.id, r.n);
		}
		log_close(log, &r.tally);
		snprintf(expected, sizeof expected, "%zu live, %zu valid, "
		    "4096 of header, %llu of records", many[i], many[i],
		    (unsigned long long)CHUNK * many[i]);
		assert_told(&r, expected);
		arena_free(&mem);
	}
}

/* A damaged magic leaves orphans, which are counted and can be had. */
static void
test_chunk_magic(void **state)
{
	struct reading r;

	(void)state;
	chunk(1)[0] ^= 0x40;
	r = reading();
	assert_told(&r, "315 live, 185 unseen, 2 valid, 1 bad, 4096 of header, "
	    "131072 of records, 65536 of damage, 186 to 370 missing, 2 told, 2 "
	    "lost, 3 exit");
	r = recovering();
	assert_told(&r, "315 live, 185 orphan, 2 valid, 1 bad, 4096 of header, "
	    "131072 of records, 65536 of damage, 186 to 370 missing, 2 told, 2 "
	    "lost, 3 exit");
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
	assert_told(&r, "1 told, 1 lost, 3 exit");
	r = read_how((struct span){ image, n }, log_open_recover);
	whole = (struct span){ image, n };
	assert_told(&r, "315 live, 2 valid, 6 bad, 131072 of records, 268928 "
	    "of damage, 186 to 370 missing, 2 told, 1 lost, 3 exit");
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
		CASE(test_chunk_order), CASE(test_many_chunks),
		CASE(test_chunk_magic),
		CASE(test_carved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
