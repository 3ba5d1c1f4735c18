/*
 * What a file beside the log tells of a check: met, not met, or nothing.
 */
#include "rulesets.h"

#define LOG "computer A\nchannel System\ntime 2004-10-18T07:00:00Z\n" \
	"provider P\nevent\nid 1\n"

/* What the one check comes to, beside this file. */
static enum result
check(const char *attrs, const char *file)
{
	static unsigned n;
	const struct finding *f;
	const struct exhibits *x = exhibits_read(&mem, bytes_of(file));
	enum result r = RESULT_UNKNOWN;
	bool found = false;

	assert_non_null(x);
	rule(arena_fmt(&mem, "r%u", n++).p, "", "",
	    "<event provider='P' id='1'/>", arena_fmt(&mem,
	    "<check %s>the check</check>", attrs).p);
	errors.n = 0;
	scan_begin();
	triage_exhibits(triage, x, str_of("a file"));
	scan_log(LOG, "one");
	scan_end();
	f = finding_of(arena_fmt(&mem, "r%u", n - 1).p);
	assert_non_null(f);
	for (size_t i = 0; i < f->nconditions; i++)
		if (str_find(f->conditions[i].text, "the check", 0) !=
		    SIZE_MAX) {
			r = f->conditions[i].result;
			found = true;
		}
	assert_true(found);
	triage_free(triage);
	triage = NULL;
	rules = NULL;
	return r;
}

#define OLDER "file='srv.sys' older='5.2.3790.223'"

static void
versions_of_a_file(void **state)
{
	(void)state;
	assert_int_equal(check(OLDER, "srv.sys 5.2.3790.100\n"), RESULT_MET);
	assert_int_equal(check(OLDER, "srv.sys 5.2.3790.223\n"),
	    RESULT_UNMET);
	assert_int_equal(check(OLDER, "srv.sys 5.2.3790.224"), RESULT_UNMET);
	assert_int_equal(check(OLDER, "srv.sys 5.1.9999.999\r\n"),
	    RESULT_MET);
	assert_int_equal(check(OLDER, "srv.sys 6.0.6000\r\n"), RESULT_UNMET);
	/* Another file; both sides; a version that is none. */
	assert_int_equal(check(OLDER, "ntfs.sys 5.2.3790.100\n"),
	    RESULT_UNKNOWN);
	assert_int_equal(check(OLDER, "srv.sys 5.2.3790.100\n"
	    "srv.sys 5.2.3790.300\n"), RESULT_UNKNOWN);
	assert_int_equal(check(OLDER, "srv.sys 5.2\nntfs.sys 1.2.3\n"),
	    RESULT_UNKNOWN);
	assert_int_equal(check(OLDER, "srv.sys 0x5.2.3790.100\n"
	    "srv.sys 5.0x2.3790\nsrv.sys 5.2.3790.1.1\nntfs.sys 1.2.3\n"),
	    RESULT_UNKNOWN);
	/* As dir, filever and wmic print it; the first version counts. */
	assert_int_equal(check(OLDER,
	    "\"C:\\WINDOWS\\SRV.SYS\",\"5.2.3790.100\"\n"), RESULT_MET);
	assert_int_equal(check(OLDER, "Version=5.2.3790.100\tC:/w/srv.sys\n"),
	    RESULT_MET);
	assert_int_equal(check(OLDER, "srv.sys 5.2.3790.100 9.9.9.9\n"),
	    RESULT_MET);
}

static void
a_tag_that_leads_its_pool(void **state)
{
	static const char leads[] = "pooltag='MmSt' leads='paged'";
	static const char lists[] =
	    "MmSt Paged 9 (1) 1 (0) 8 900 (0) 1\n"
	    "Toke Paged 9 1 8 100 1\nStrg Nonp 9 1 8 5000 1\n";

	(void)state;
	assert_int_equal(check(leads, lists), RESULT_MET);
	assert_int_equal(check("pooltag='Toke' leads='paged'", lists),
	    RESULT_UNMET);
	assert_int_equal(check("pooltag='Strg' leads='nonpaged'", lists),
	    RESULT_MET);
	/* The last snapshot counts. */
	assert_int_equal(check(leads, arena_fmt(&mem,
	    "%sToke Paged 9 1 8 1000 1\n", lists).p), RESULT_UNMET);
	assert_int_equal(check(leads, "Strg Nonp 9 1 8 5000 1\n"),
	    RESULT_UNKNOWN);
	/* Lines that are not whole are none. */
	assert_int_equal(check(leads, "MmSt Paged 9 1 8\nMmSt Paged 9 x 8 1\n"
	    "MmSts Paged 9 1 8 1\nMmSt Other 9 1 8 1\n\n"
	    "Strg Nonp 9 1 8 1\n"), RESULT_UNKNOWN);
	assert_int_equal(check(leads, "srv.sys 1.2.3\n"), RESULT_UNKNOWN);
}

static void
a_tag_that_grows(void **state)
{
	static const char grows[] = "pooltag='Strg' grows='nonpaged'";

	(void)state;
	assert_int_equal(check(grows, "Strg Nonp 9 1 8 1000000 1\n"
	    "Strg Nonp 9 1 8 5000000 1\n"), RESULT_MET);
	/* By less than a quarter, by less than 1 MB, not at all. */
	assert_int_equal(check(grows, "Strg Nonp 9 1 8 100000000 1\n"
	    "Strg Nonp 9 1 8 101000000 1\n"), RESULT_UNMET);
	assert_int_equal(check(grows, "Strg Nonp 9 1 8 1000 1\n"
	    "Strg Nonp 9 1 8 900000 1\n"), RESULT_UNMET);
	assert_int_equal(check(grows, "Strg Nonp 9 1 8 5000000 1\n"
	    "Strg Nonp 9 1 8 1000000 1\n"), RESULT_UNMET);
	/* One snapshot, another pool, another tag. */
	assert_int_equal(check(grows, "Strg Nonp 9 1 8 5000000 1\n"),
	    RESULT_UNKNOWN);
	assert_int_equal(check(grows, "Strg Paged 9 1 8 1 1\n"
	    "Strg Paged 9 1 8 9000000 1\nMmSt Nonp 9 1 8 1 1\n"),
	    RESULT_UNKNOWN);
}

/* So many tags and files are kept; those behind them are not known. */
static void
lists_have_an_end(void **state)
{
	struct str s;
	char *p = arena_alloc(&mem, 4100 * 32);
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 4050; i++)
		n += (size_t)snprintf(p + n, 32, "%04x Paged 9 1 8 1 1\n", i);
	s = arena_fmt(&mem, "%sLast Nonp 9 1 8 1 1\n", p);
	assert_int_equal(check("pooltag='Last' leads='nonpaged'", s.p),
	    RESULT_UNKNOWN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(versions_of_a_file),
		TEST(a_tag_that_leads_its_pool),
		TEST(a_tag_that_grows),
		TEST(lists_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
