/*
 * Damage to a .evt file, case by case: what is really damaged is lost and
 * told, and nothing else.
 */
#include "base/clock.h"
#include "told.h"

enum { HEADER = 48, EOF_SIZE = 40, RECORDS = 40 };

static uint8_t *p;
static size_t n;

static void
put16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)v;
	at[1] = (uint8_t)(v >> 8);
}

static void
put32(uint8_t *at, uint32_t v)
{
	put16(at, v & 0xFFFF);
	put16(at + 2, v >> 16);
}

static void
start(bool split)
{
	struct span s = log_bytes(description(bytes_of("computer SRV\n"
	    "provider Test\nqualifiers 0xC000\nuser S-1-5-18\nevent\nid 7\n"
	    "time 1999-01-01T00:00:00Z\nstring one\nstring two\n"
	    "words 11111111 22222222\nrepeat 39 every 1m\n"), "damage"),
	    split ? LOG_EVT_SPLIT : LOG_EVT);

	n = s.n;
	p = arena_alloc(&mem, n + 4096);
	memcpy(p, s.p, n);
}

static int
setup(void **state)
{
	(void)state;
	start(false);
	return 0;
}

/* The k-th record of a log that has not wrapped. */
static uint8_t *
record(size_t k)
{
	uint8_t *at = p + HEADER;

	while (k-- > 0)
		at += le32(at);
	return at;
}

static struct reading
reading(void)
{
	return read_bytes((struct span){ p, n });
}

static struct reading
recovering(void)
{
	return read_how((struct span){ p, n }, log_open_recover);
}

static void
records_ascend(const struct reading *r)
{
	assert_string_equal(r->format, "evt");
	for (size_t i = 1; i < r->n; i++)
		assert_true(r->events[i].at.id > r->events[i - 1].at.id);
}

/* Nothing lost and nothing to tell. */
#define ALL "40 live, 48 of header, 4640 of records, 104 unused"

/* 40: the header may be anything. */
static void
test_header(void **state)
{
	static const size_t at[] = { 0, 4, 8, 12, 16, 20, 24, 28, 32, 44 };

	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct reading r;

		setup(NULL);
		put32(p + at[i], 0xEEEEEEEE);
		r = reading();
		records_ascend(&r);
		assert_told(&r, at[i] < 8 ? ALL ", 1 told" : ALL);
		assert_int_equal(problem_says(&r.problems,
		    "header is damaged"), at[i] < 8);
	}
}

/* A start that is damaged and yet the place of a record: ten were lost
 * without a word.  And the end record's copy of it. */
static void
test_start_of_another(void **state)
{
	(void)state;
	for (size_t k = 1; k <= RECORDS; k++) {
		struct reading r;

		setup(NULL);
		put32(p + 16, (uint32_t)(record(k) - p));
		r = reading();
		records_ascend(&r);
		assert_told(&r, ALL);
		setup(NULL);
		put32(record(RECORDS) + 20, (uint32_t)(record(k) - p));
		r = reading();
		records_ascend(&r);
		assert_told(&r, ALL);
	}
}

/* The records and what is behind them, moved by so much around the ring. */
static void
rotate(size_t by)
{
	size_t ring = n - HEADER, end = (size_t)(record(RECORDS) - p) - HEADER;
	uint8_t *old = arena_alloc(&mem, ring);

	memcpy(old, p + HEADER, ring);
	put32(old + end + 20, (uint32_t)(HEADER + by));
	put32(old + end + 24, (uint32_t)(HEADER + (end + by) % ring));
	for (size_t i = 0; i < ring; i++)
		p[HEADER + (i + by) % ring] = old[i];
	put32(p + 16, (uint32_t)(HEADER + by));
	put32(p + 20, (uint32_t)(HEADER + (end + by) % ring));
	put32(p + 36, 2);
}

/* 41, 42, 45: wherever the ring is cut: in the head of a record, in its
 * size or the copy of it, in the end record. */
static void
test_wrapped_anywhere(void **state)
{
	size_t ring = n - HEADER;

	(void)state;
	for (size_t by = 0; by < ring; by += 4)
		for (int dirty = 0; dirty < 2; dirty++) {
			struct reading r;

			setup(NULL);
			rotate(by);
			if (dirty) {
				put32(p + 16, HEADER);
				put32(p + 20, HEADER);
				p[36] |= 1;
			}
			r = reading();
			records_ascend(&r);
			assert_told(&r, dirty ? ALL ", 1 dirty" : ALL);
			arena_reset(&mem);
		}
}

/* 41, 45: a ring that has wrapped, inside of a record. */
static void
test_wrapped(void **state)
{
	struct reading r;

	(void)state;
	start(true);
	r = reading();
	assert_told(&r, "40 live, 48 of header, 4640 of records, 104 unused");
	assert_true(r.events[0].at.offset > r.events[RECORDS - 1].at.offset);
	assert_str(r.events[RECORDS / 2].fields[1].text, "two");
	/* Dirty, with the header of an empty log: the end record tells. */
	put32(p + 16, HEADER);
	put32(p + 20, HEADER);
	p[36] |= 1;
	r = reading();
	assert_told(&r, "40 live, 48 of header, 4640 of records, 104 unused, 1 "
	    "dirty");
	assert_true(r.tally.dirty);
}

/* 42: the end record missing, from a ring that has wrapped too. */
static void
test_end_record_missing(void **state)
{
	static const char told[] = "40 resync, 48 of header, 4640 of records, "
	    "104 unused, 2 told, 1 lost, 3 exit";
	size_t ring = n - HEADER, end = (size_t)(record(RECORDS) - p);
	struct reading r;

	(void)state;
	memset(p + end, 0, EOF_SIZE);
	r = reading();
	assert_told(&r, told);
	assert_problem(&r.problems, "end of the log is missing");
	for (size_t by = 0; by < ring; by += 100) {
		setup(NULL);
		memset(p + end, 0, EOF_SIZE);
		rotate(by);
		r = reading();
		records_ascend(&r);
		assert_told(&r, told);
	}
	/* Numbers that fall and do not go on at the other end are of two
	 * logs, and stay where they are. */
	setup(NULL);
	memset(p + end, 0, EOF_SIZE);
	for (size_t k = 0; k < 10; k++)
		put32(record(k) + 8, (uint32_t)(1000 + k));
	r = reading();
	assert_told(&r, told);
	assert_int_equal(r.events[0].at.id, 1000);
	assert_int_equal(r.events[10].at.id, 11);
	/* With a record of which the size is damaged: torn, wherever. */
	setup(NULL);
	memset(p + end, 0, EOF_SIZE);
	put32(record(5), 8);
	r = reading();
	records_ascend(&r);
	assert_told(&r, "39 resync, 1 torn, 48 of header, 4640 of records, "
	    "104 unused, 3 told, 2 lost, 3 exit");
	/* Dirty it was not closed, and only the torn record is lost. */
	p[36] |= 1;
	r = reading();
	assert_told(&r, "39 resync, 1 torn, 48 of header, 4640 of records, "
	    "104 unused, 1 dirty, 2 told, 1 lost, 3 exit");
}

/* 42: the end record twice, and where it should not be. */
static void
test_end_record(void **state)
{
	size_t end = (size_t)(record(RECORDS) - p);
	struct reading r;

	(void)state;
	memcpy(p + n, record(RECORDS), EOF_SIZE);
	n += EOF_SIZE;
	r = reading();
	assert_told(&r, "40 live, 48 of header, 4640 of records, 144 unused");
	/* Somewhat behind the newest record. */
	setup(NULL);
	memmove(record(RECORDS) + 48, record(RECORDS), EOF_SIZE);
	memset(record(RECORDS), 0, EOF_SIZE);
	r = reading();
	assert_told(&r, "40 live, 48 of header, 4640 of records, 56 unused, "
	    "48 of damage, 1 told, 1 lost, 3 exit");
	/* A second one over a record, and then with a header that knows of
	 * neither. */
	setup(NULL);
	memcpy(record(20), record(RECORDS), EOF_SIZE);
	r = reading();
	assert_told(&r, "20 live, 19 resync, 48 of header, 4524 of records, "
	    "104 unused, 116 of damage, 21 to 21 missing, 2 told, 2 lost, 3 "
	    "exit");
	put32(p + 20, HEADER);
	r = reading();
	assert_told(&r, "20 live, 19 resync, 48 of header, 4524 of records, "
	    "104 unused, 116 of damage, 21 to 21 missing, 2 told, 2 lost, 3 "
	    "exit");
	/* It alone, over a record. */
	memset(p + end, 0, EOF_SIZE);
	r = reading();
	assert_told(&r, "20 live, 19 unseen, 48 of header, 2320 of records, "
	    "2424 unused, 21 to 40 missing, 1 told, 1 lost, 3 exit");
	/* In the data of a record. */
	setup(NULL);
	memcpy(record(20) + 60, record(RECORDS), EOF_SIZE);
	p[36] |= 1;
	r = reading();
	assert_told(&r, "40 live, 1 undecodable, 48 of header, 4640 of "
	    "records, 104 unused, 1 dirty, 1 told, 1 lost, 3 exit");
}

/* 43: a log that was in use: the header is that of the last clean close. */
static void
test_dirty(void **state)
{
	struct reading r;

	(void)state;
	put32(p + 16, HEADER);
	put32(p + 20, HEADER);
	p[36] |= 1;
	r = reading();
	assert_told(&r, "40 live, 48 of header, 4640 of records, 104 unused, 1 "
	    "dirty");
	assert_true(r.tally.dirty);
}

/* 44, 46: one size that cannot be costs one record, which is still read
 * as far as it goes. */
static void
test_record_size(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 4, 0x34, 0x38, 61, 4096,
	    0xFFFFFFFC, 0xFFFFFFFF };
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		setup(NULL);
		put32(record(5), sizes[i]);
		r = reading();
		assert_told(&r, "5 live, 34 resync, 1 torn, 48 of header, 4640 "
		    "of records, 104 unused, 1 told, 1 lost, 3 exit");
		assert_int_equal(r.tally.nmissing, 0);
		assert_int_equal(r.events[5].at.state, RECORD_TORN);
		assert_int_equal(r.events[5].id, 7);
		assert_str(r.events[5].fields[1].text, "two");
	}
	/* The signature. */
	setup(NULL);
	put32(record(5) + 4, 0);
	r = reading();
	assert_told(&r, "5 live, 34 resync, 48 of header, 4524 of records, 104 "
	    "unused, 116 of damage, 6 to 6 missing, 2 told, 2 lost, 3 exit");
}

/* 44: the copy of a size, which may look like the head of another record;
 * of one that the ring cuts too. */
static void
test_record_size_copy(void **state)
{
	static const uint32_t copies[] = { 0, 8, 0x654C664C, 0xFFFFFFFF };
	size_t size = le32(record(5)), end = 5 * size + size - 4;

	(void)state;
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
		for (size_t cut = end - 100; cut <= end + 4; cut += 4) {
			size_t ring = n - HEADER;
			struct reading r;

			setup(NULL);
			put32(p + HEADER + end, copies[i]);
			rotate(ring - cut);
			r = reading();
			records_ascend(&r);
			assert_told(&r, "5 live, 34 resync, 1 torn, 48 of "
			    "header, 4640 of records, 104 unused, 1 told, "
			    "1 lost, 3 exit");
			assert_int_equal(r.events[5].at.state, RECORD_TORN);
			assert_str(r.events[5].fields[1].text, "two");
		}
}

/* 47, 48: offsets and lengths inside of a record. */
static void
test_inside_record(void **state)
{
	static const struct { size_t at, size; uint32_t v; const char *says; }
	fields[] = {
		{ 26, 2, 0xFFFF, "number of its strings is damaged" },
		{ 26, 2, 3, "number of its strings is damaged" },
		{ 26, 2, 0, "number of its strings is damaged" },
		{ 36, 4, 0xFFFFFFFF, "strings are cut off" },
		{ 52, 4, 0xFFFFFFFF, "data is cut off" },
		{ 48, 4, 0xFFFFFFFF, "data is cut off" },
		/* Where the SID lies, and how long it is. */
		{ 44, 4, 0xFFFFFFFF, "user is damaged" },
		{ 40, 4, 0xFFFFFFFF, "user is damaged" },
		{ 40, 4, 9, "user is damaged" },
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		setup(NULL);
		if (fields[i].size == 2)
			put16(record(5) + fields[i].at, fields[i].v);
		else
			put32(record(5) + fields[i].at, fields[i].v);
		r = reading();
		assert_told(&r, "40 live, 1 undecodable, 48 of header, 4640 of "
		    "records, 104 unused, 1 told, 1 lost, 3 exit");
		assert_problem(&r.problems, fields[i].says);
		assert_str(r.events[5].provider, "Test");
		assert_int_equal(r.events[5].id, 7);
		if (fields[i].at != 26)
			continue;
		assert_int_equal(r.events[5].nfields, 2);
		assert_str(r.events[5].fields[1].text, "two");
	}
}

#define UNDECODED "40 live, 1 undecodable, 48 of header, 4640 of records, " \
	"104 unused, 1 told, 1 lost, 3 exit"

/* 49: strings that do not end, or begin or end in the middle of a
 * character. */
static void
test_strings(void **state)
{
	uint8_t *at = record(5);
	struct reading r;

	(void)state;
	memset(at + le32(at + 36), 'x', 16);
	r = reading();
	assert_told(&r, UNDECODED);
	assert_problem(&r.problems, "strings are cut off");
	assert_str(r.events[5].computer, "SRV");
	/* A byte late, in the middle of a character; into the data; up to a
	 * byte before the end. */
	setup(NULL);
	at = record(5);
	put32(at + 36, le32(at + 36) + 1);
	r = reading();
	assert_told(&r, UNDECODED);
	assert_problem(&r.problems, "strings are damaged");
	setup(NULL);
	at = record(5);
	put32(at + 52, le32(at + 36) + 8);
	r = reading();
	assert_told(&r, UNDECODED);
	assert_problem(&r.problems, "strings are damaged");
	assert_str(r.events[5].fields[1].text, "two");
	setup(NULL);
	at = record(5);
	put32(at + 36, le32(at) - 4 - 7);
	r = reading();
	assert_told(&r, UNDECODED);
	assert_problem(&r.problems, "strings are cut off");
}

/* 50: names that do not end, or not before what stands behind them. */
static void
test_names(void **state)
{
	struct reading r;

	(void)state;
	memset(record(5) + 56, 'x', le32(record(5)) - 60);
	r = reading();
	assert_told(&r, UNDECODED);
	/* The NUL of the source: the filling behind the names is the computer
	 * then, and nothing contradicts it. */
	setup(NULL);
	put16(record(5) + 56 + 2 * 4, 'x');
	r = reading();
	assert_told(&r, ALL);
	assert_str(r.events[5].provider, "TestxSRV");
	assert_str(r.events[5].computer, "");
	/* That of the computer, and the filling. */
	setup(NULL);
	memset(record(5) + 56 + 2 * 8, 'x', 4);
	r = reading();
	assert_told(&r, UNDECODED);
	assert_problem(&r.problems, "names are cut off");
	assert_str(r.events[5].provider, "Test");
	assert_str(r.events[5].computer, "SRV\xE7\xA1\xB8\xE7\xA1\xB8");
	assert_str(r.events[5].fields[1].text, "two");
	/* Both. */
	put16(record(5) + 56 + 2 * 4, 'x');
	r = reading();
	assert_told(&r, UNDECODED);
	assert_str(r.events[5].computer, "");
}

/* 51: times at the ends of their range. */
static void
test_times(void **state)
{
	static const uint32_t times[] = { 0, 0x7FFFFFFF, 0x80000000,
	    0xFFFFFFFF };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct reading r;

		put32(record(5) + 12, times[i]);
		r = reading();
		assert_told(&r, "40 live, 48 of header, 4640 of records, 104 "
		    "unused");
		assert_true(r.events[5].time == CLOCK_UNIX_EPOCH +
		    times[i] * CLOCK_SECOND);
	}
}

/* Records that lie behind the end of the ring are of earlier times. */
static void
test_slack(void **state)
{
	struct reading r;
	size_t old = 15, end = (size_t)(record(RECORDS - old) - p);

	(void)state;
	/* As a log that was cleared and filled again up to there: the end
	 * record has been written over the first record of the old ones. */
	memcpy(p + end, record(RECORDS), EOF_SIZE);
	put32(p + end + 24, (uint32_t)end);
	put32(p + end + 28, (uint32_t)(RECORDS - old + 1));
	put32(p + 20, (uint32_t)end);
	r = reading();
	assert_told(&r, "25 live, 14 unseen, 48 of header, 2900 of records, "
	    "1844 unused");
	r = recovering();
	assert_told(&r, "25 live, 14 slack, 48 of header, 4524 of records, "
	    "220 unused");
	assert_int_equal(r.events[r.n - 1].at.state, RECORD_SLACK);
	assert_str(r.events[r.n - 1].fields[0].text, "one");
}

/*
 * A log cut off at n: every whole record before the cut; one of which the
 * fixed part is there is torn, less of one is damage, and one that lost no
 * more than the copy of its size is whole (it seems to wrap).
 */
static char *
cut_told(size_t size)
{
	size_t in = n - HEADER, whole = in / size < RECORDS ? in / size :
	    RECORDS, rest = in - whole * size;
	bool wraps = whole > 0 && whole < RECORDS && rest == size - 4;
	bool torn = !wraps && whole < RECORDS && rest >= 56;
	size_t left = wraps || torn ? 0 : rest;
	bool bad = left >= 8 && whole < RECORDS;
	char *s = arena_alloc(&mem, 300), *at = s;

	if (whole + wraps > 0)
		at += sprintf(at, "%zu resync, ", whole + wraps);
	at += sprintf(at, "%s48 of header", torn ? "1 torn, " : "");
	if (in > left)
		at += sprintf(at, ", %zu of records", in - left);
	if (left > 0)
		at += sprintf(at, ", %zu %s", left, bad ? "of damage" :
		    "unused");
	sprintf(at, torn || bad ? ", 3 told, 2 lost, 3 exit" :
	    ", 2 told, 1 lost, 3 exit");
	return s;
}

static void
test_truncated(void **state)
{
	size_t size = le32(record(0)), whole = n;

	(void)state;
	for (n = HEADER + 4; n < whole - 64; n += 4) {
		struct reading r = reading();

		assert_told(&r, cut_told(size));
		records_ascend(&r);
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_header), CASE(test_start_of_another),
		CASE(test_wrapped),
		CASE(test_wrapped_anywhere), CASE(test_end_record),
		CASE(test_end_record_missing),
		CASE(test_dirty), CASE(test_record_size),
		CASE(test_record_size_copy),
		CASE(test_inside_record), CASE(test_strings),
		CASE(test_names), CASE(test_times), CASE(test_slack),
		CASE(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
