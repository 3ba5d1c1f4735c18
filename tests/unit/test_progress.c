/*
 * The line that tells how far reading is: what it says and how wide it is.
 */
#include "unit.h"
#include "cli/progress.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static void
line_is(const struct pool_far *f, double rate, size_t columns,
    const char *expected)
{
	struct str s = progress_line(&mem, f, rate, columns);

	if (!str_is(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, expected);
}

static const struct pool_far much = { .files = 12, .bytes = 34500000,
    .passed = 800000, .known = true, .all_files = 905,
    .all_bytes = 170000000, .path = { "logs/System.evtx", 16 } };

static void
what_is_known_is_said(void **state)
{
	struct pool_far f = much;

	(void)state;
	line_is(&f, 45300000, 100, "12 of 905 files, 34.5 of 169.2 MB, "
	    "45.3 MB/s, 3 s left: logs/System.evtx");
	f.lost = 2;
	line_is(&f, 45300000, 100, "12 of 905 files, 34.5 of 169.2 MB, "
	    "45.3 MB/s, 3 s left, 2 not read: logs/System.evtx");
	line_is(&f, 0, 100, "12 of 905 files, 34.5 of 169.2 MB, 2 not read: "
	    "logs/System.evtx");
	/* A pipe has no size. */
	f.all_bytes = 0;
	line_is(&f, 1000, 100, "12 of 905 files, 34.5 MB, 1.0 kB/s, 2 not "
	    "read: logs/System.evtx");
	f.known = false;
	f.lost = 0;
	f.path.n = 0;
	line_is(&f, 2e9, 100, "12 files, 34.5 MB, 2.0 GB/s");
	f.files = 1;
	f.bytes = 0;
	line_is(&f, 0, 100, "1 file, 0.0 kB");
	f.known = true;
	f.all_files = 1;
	line_is(&f, 0, 100, "1 of 1 file, 0.0 kB");
	f.bytes = UINT64_MAX;
	line_is(&f, 0, 100, "1 of 1 file, 18446.7 PB");
	f.bytes = 999960;
	line_is(&f, 0, 100, "1 of 1 file, 1.0 MB");
}

/* Files that appeared meanwhile, or more bytes than there are in all: what
 * does not fit together is not said. */
static void
what_cannot_be_is_not_said(void **state)
{
	struct pool_far f = much;

	(void)state;
	f.path.n = 0;
	f.files = 906;
	f.passed = 170000001;
	line_is(&f, 1e6, 100, "906 files, 34.5 MB, 1.0 MB/s");
	f.passed = 0;
	f.bytes = 170000001;
	line_is(&f, 1e6, 100, "906 files, 170.0 MB, 1.0 MB/s");
}

static void
time_left_is_rounded_up(void **state)
{
	struct pool_far f = { .known = true, .all_files = 1,
	    .all_bytes = 10000000, .path = { "", 0 } };

	(void)state;
	line_is(&f, 1e7, 100, "0 of 1 file, 0.0 of 10.0 MB, 10.0 MB/s, 2 s "
	    "left");
	line_is(&f, 1e5, 100, "0 of 1 file, 0.0 of 10.0 MB, 100.0 kB/s, "
	    "2 min left");
	line_is(&f, 1e3, 100, "0 of 1 file, 0.0 of 10.0 MB, 1.0 kB/s, "
	    "2 h 46 min left");
	f.all_bytes *= 1000000000;
	line_is(&f, 1e3, 100, "0 of 1 file, 0.0 of 10.0 PB, 1.0 kB/s, "
	    "277 h 46 min left");
	line_is(&f, 49, 100, "0 of 1 file, 0.0 of 10.0 PB");
}

static void
no_line_is_wider_than_the_terminal(void **state)
{
	struct pool_far f = much;

	(void)state;
	f.lost = 2;
	line_is(&f, 45300000, 80, "12 of 905 files, 34.5 of 169.2 MB, "
	    "45.3 MB/s, 3 s left, 2 not read");
	line_is(&f, 45300000, 44, "12 of 905 files, 34.5 of 169.2 MB, "
	    "45.3 MB/s");
	line_is(&f, 45300000, 16, "12 of 905 files");
	line_is(&f, 45300000, 14, "");
	for (size_t columns = 0; columns < 130; columns++)
		assert_true(progress_line(&mem, &f, 50, columns).n <= columns);
}

static void
of_a_name_the_end_is_shown(void **state)
{
	struct pool_far f = { .path = str_of("a/long/way/to/System.evtx") };

	(void)state;
	line_is(&f, 0, 33, "0 files, 0.0 kB: ...o/System.evtx");
	line_is(&f, 0, 42, "0 files, 0.0 kB: a/long/way/to/System.evtx");
	/* Each may be two columns wide. */
	f.path = str_of("\u65e5\u65e5\u65e5\u65e5\u65e5\u65e5\u65e5\u65e5"
	    "\u65e5");
	line_is(&f, 0, 34, "0 files, 0.0 kB: ...\u65e5\u65e5\u65e5\u65e5"
	    "\u65e5\u65e5\u65e5");
}

/* A name is text from outside. */
static void
no_name_steers_the_terminal(void **state)
{
	struct pool_far f = { .path = str_of("a\x1b[2J\r\nb\x9b") };

	(void)state;
	line_is(&f, 0, 80, "0 files, 0.0 kB: a\\x1b[2J\\r\\nb\\x9b");
}

static void
the_rate_is_that_of_the_last_seconds(void **state)
{
	struct progress_rate r = { .ms = 1000 };

	(void)state;
	assert_true(progress_rate(&r, 1500, 500) > 999.9);
	assert_true(progress_rate(&r, 1500, 500) < 1000.1);
	/* Steady. */
	for (uint64_t ms = 1700; ms < 9000; ms += 200)
		(void)progress_rate(&r, ms, ms - 1000);
	assert_true(r.rate > 999.9 && r.rate < 1000.1);
	/* Something is read again, and nothing comes any more. */
	assert_true(progress_rate(&r, 9100, 10) < 1000);
	for (uint64_t ms = 9300; ms < 60000; ms += 200)
		(void)progress_rate(&r, ms, 10);
	assert_true(r.rate >= 0 && r.rate < 1);
}

#define TEST(t) cmocka_unit_test_teardown(t, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_known_is_said),
		TEST(what_cannot_be_is_not_said),
		TEST(time_left_is_rounded_up),
		TEST(no_line_is_wider_than_the_terminal),
		TEST(of_a_name_the_end_is_shown),
		TEST(no_name_steers_the_terminal),
		TEST(the_rate_is_that_of_the_last_seconds),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
