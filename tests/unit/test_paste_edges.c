/*
 * Pasted text that is almost data, almost a code, almost a STOP line: what
 * it is not taken for, and what is said when it is put right.
 */
#include "unit.h"
#include "codes/paste.h"
#include "codes/stop.h"

static struct arena mem;
static struct paste p;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static bool
paste(const char *text)
{
	return paste_data(&mem, paste_plain(&mem, str_of(text)), 4, &p);
}

static const char *
bytes(void)
{
	struct str s = arena_fmt(&mem, "%s", "");

	for (size_t i = 0; i < p.bytes.n; i++)
		s = arena_fmt(&mem, "%s%02x", s.p, p.bytes.p[i]);
	return s.p;
}

static void
assert_remark(const char *part)
{
	for (size_t i = 0; i < p.nremarks; i++)
		if (str_find(p.remarks[i], part, 0) != SIZE_MAX)
			return;
	fail_msg("no remark says \"%s\"", part);
}

static void
characters_of_word_processors_become_plain(void **state)
{
	static const char *const v[][2] = {
		{ "a\xC2\xA0" "b", "a b" }, { "a\xE2\x80\x87" "b", "a b" },
		{ "a\xE2\x80\xAF" "b", "a b" },
		{ "a\xE3\x80\x80" "b", "a b" },
		{ "\xE2\x80\x98\xE2\x80\x99\xE2\x80\x9A\xE2\x80\xB2", "''''" },
		{ "\xE2\x80\x9C\xE2\x80\x9D\xE2\x80\x9E\xE2\x80\xB3",
		    "\"\"\"\"" },
		{ "\xE2\x80\x90\xE2\x80\x91\xE2\x80\x92\xE2\x80\x93"
		    "\xE2\x88\x92", "-----" },
		{ "\xEF\xBB\xBF" "a\xE2\x80\x8B\xE2\x80\x8E\xE2\x80\x8F\r",
		    "a" },
		{ "\xE4\xB8\x80", "\xE4\xB8\x80" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		assert_true(str_is(paste_plain(&mem, str_of(v[i][0])),
		    v[i][1]));
}

static void
words_with_misread_digits(void **state)
{
	(void)state;
	assert_true(paste("0000: OOO40000 0054000l"));
	assert_string_equal(bytes(), "0000040001005400");
	assert_remark("read as 00040000");
	assert_remark("read as 00540001");
	assert_true(paste("0000: ooo40000 I054000I"));
	assert_string_equal(bytes(), "0000040001005410");
	/* Seven digits with a run of zeros, and with none. */
	assert_true(paste("0000: c000022 00000001"));
	assert_string_equal(bytes(), "220000c001000000");
	assert_remark("read as c0000022");
	assert_false(paste("0000: c123422"));
	assert_false(paste("0000: c12345678"));
	assert_false(paste("0000: c00000g2"));
	assert_false(paste("0000: c000"));
	assert_false(paste("0000: c00000000000000000000000000000022"));
	/* A byte is not put right: "OK" is a word. */
	assert_false(paste("0000: OK"));
}

static void
offsets_that_are_none(void **state)
{
	(void)state;
	/* Too short, too long, too large, part of a word. */
	assert_false(paste("12: 00000001"));
	assert_false(paste("000000010: 00000001"));
	assert_false(paste("10000: 00000001"));
	assert_false(paste("x0010: 00000001"));
	assert_true(paste("a: b: 0010: 00000001"));
	assert_remark("the data begins at offset 0010");
	assert_true(paste("\t0000: 00000001"));
}

static void
offsets_that_do_not_fit(void **state)
{
	(void)state;
	assert_true(paste("0000: 00000001 00000002\n0020: 00000003\n"
	    "0024: 00000004\n"));
	assert_string_equal(bytes(), "0100000002000000");
	assert_remark("from 0008 to 001f is missing");
	assert_true(paste("0000: 00000001\n0000: 00000002\n"));
	assert_string_equal(bytes(), "0100000002000000");
	assert_remark("offset 0000 stands where 0004 belongs");
	/* A line without an offset among those that have one is text. */
	assert_true(paste("0000: 00000001\n00000002\n"));
	assert_string_equal(bytes(), "01000000");
	/* Steps of two for lines of words: a misprint of all of them. */
	assert_true(paste("0000: 00000001 00000002 00000003 00000004\n"
	    "0002: 00000005 00000006\n"));
	assert_int_equal(p.bytes.n, 24);
	/* One byte a line. */
	assert_true(paste("0000: 01 02\n0001: 02\n0002: 03\n"));
	assert_string_equal(bytes(), "010203");
}

static void
lines_that_are_too_long(void **state)
{
	char *s = arena_alloc(&mem, 3 * 2100 + 1);

	(void)state;
	for (size_t i = 0; i < 2100; i++)
		memcpy(s + 3 * i, "61 ", 3);
	assert_true(paste(s));
	assert_int_equal(p.bytes.n, 2048);
	assert_remark("more than 2048 groups in one line");
}

static void
runs_of_digits(void **state)
{
	(void)state;
	assert_true(paste("<Binary>0a0B\n 0c</Binary>"));
	assert_string_equal(bytes(), "0a0b0c");
	assert_false(paste("<Binary>0a0</Binary>"));
	assert_false(paste("<Binary>0a0x</Binary>"));
	assert_false(paste("<Binary></Binary>"));
	assert_false(paste("</Binary>0a<Binary>"));
	assert_false(paste("<Binary>0a0b"));
	assert_true(paste("0102030405060708"));
	assert_string_equal(bytes(), "0102030405060708");
	/* Shorter, it is rather a code. */
	assert_false(paste("01020304050607"));
	assert_false(paste("010203040506070"));
	assert_false(paste(""));
}

static size_t
code(const char *s, uint64_t v[2], struct str *why)
{
	v[0] = v[1] = 0;
	return paste_code(&mem, str_of(s), v, why);
}

static void
codes_in_every_notation(void **state)
{
	static const struct { const char *s; size_t n; uint64_t a, b; } t[] = {
		{ "0xc000009a", 1, 0xC000009Au, 0 },
		{ "0Xc000009A", 1, 0xC000009Au, 0 },
		{ "c000009ah", 1, 0xC000009Au, 0 },
		{ "C000009AH", 1, 0xC000009Au, 0 },
		{ "h", 0, 0, 0 }, { "xh", 0, 0, 0 }, { "0x", 0, 0, 0 },
		{ "-1", 1, 0xFFFFFFFFu, 0 },
		{ "-1073741670", 1, 0xC000009Au, 0 },
		{ "-0", 0, 0, 0 }, { "-", 0, 0, 0 }, { "-x", 0, 0, 0 },
		{ "-4294967296", 0, 0, 0 },
		{ "5", 1, 5, 0 }, { "123", 2, 123, 0x123 },
		{ "80000005", 2, 0x80000005u, 80000005 },
		{ "3221225626", 1, 3221225626u, 0 },
		{ "123456789", 1, 123456789, 0 },
		{ "c00000022", 1, 0xC0000022u, 0 },
		{ "0xc12345678", 1, UINT64_C(0xC12345678), 0 },
		{ "xyz", 0, 0, 0 }, { "", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct str why;
		uint64_t v[2];
		size_t n = code(t[i].s, v, &why);

		if (n != t[i].n || (n > 0 && v[0] != t[i].a) ||
		    (n > 1 && v[1] != t[i].b))
			fail_msg("\"%s\": %zu, 0x%llx, 0x%llx", t[i].s, n,
			    (unsigned long long)v[0],
			    (unsigned long long)v[1]);
		assert_int_equal(why.n > 0, strcmp(t[i].s, "c00000022") == 0);
	}
}

static void
labels_at_the_head_of_a_line(void **state)
{
	struct str s = STR("x\n  Event ID: 51 \nSource:\n");

	(void)state;
	assert_true(str_is(paste_label(s, "event id:"), "51"));
	assert_true(str_is(paste_label(s, "Source:"), ""));
	assert_int_equal(paste_label(s, "51").n, 0);
	assert_int_equal(paste_label(str_of(""), "51").n, 0);
}

static void
bug_checks_of_the_debugger(void **state)
{
	static const char *const v[][2] = {
		{ "BugCheck 7F, {8, 80042000, 0, 0}",
		    "0x0000007F (0x00000008, 0x80042000, 0x00000000, "
		    "0x00000000)" },
		{ "x\nBugCheck 7F {8}", "0x0000007F (0x00000008)" },
		{ "BugCheck 7F, {}", "0x0000007F ()" },
		{ "BugCheck 7F", "BugCheck 7F" },
		{ "BugCheck 7F, {8", "BugCheck 7F, {8" },
		{ "}BugCheck 7F, {8", "}BugCheck 7F, {8" },
		{ "BugCheck 7F }{8", "BugCheck 7F }{8" },
		{ "BugCheck x, {8}", "BugCheck x, {8}" },
		{ "BugCheck , {8}", "BugCheck , {8}" },
		{ "BugCheck 7F, {8, x}", "BugCheck 7F, {8, x}" },
		{ "a STOP", "a STOP" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct str s = paste_stop(&mem, str_of(v[i][0]));

		if (!str_is(s, v[i][1]))
			fail_msg("\"%s\" gave \"%.*s\"", v[i][0], (int)s.n,
			    s.p);
	}
}

static void
stop_lines_that_are_none(void **state)
{
	static const char *const good[] = {
		"0x7f (0x1)", "STOP: 0X0000007F ( 0x1 , 0x2 )",
		"0xffffffffc000021a (0x1, 0x2, 0x3, 0x4)",
		"0x1 0x2 0x7f (0x1,\t0x2,\r\n0x3,0x4)",
		/* Cut off behind a parameter. */
		"0x7f (0x1, 0x2", "0x7f (0x1,",
	};
	static const char *const bad[] = {
		"0x7f", "0x (0x1)", "0x7f 0x1", "0x7f (", "0x7f ()",
		"0x7f (1)", "0x7f (0x1 0x2)", "0x7f (0x1; 0x2)",
		"0x10000007f (0x1)", "0x12345678123456789 (0x1)",
		"0x7f (0x1, 0x2, 0x3, 0x4, 0x5)", "x7f (0x1)", "0", "",
		"0x7f (0y1)", "0x7f (0x1, 0x2 and more",
	};
	struct stop stop;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!stop_parse(str_of(good[i]), &stop))
			fail_msg("no STOP line: \"%s\"", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (stop_parse(str_of(bad[i]), &stop))
			fail_msg("a STOP line: \"%s\"", bad[i]);
}

static void
builds_and_dumps_of_stop_texts(void **state)
{
	uint64_t build = 0;

	(void)state;
	assert_true(stop_build(str_of("[v15.1057]"), &build));
	assert_int_equal(build, 1057);
	assert_true(stop_build(str_of("v15. (v15.1381)"), &build));
	assert_int_equal(build, 1381);
	assert_false(stop_build(str_of("v15.1057]"), &build));
	assert_false(stop_build(str_of("[v15.]"), &build));
	assert_false(stop_build(str_of("[v15.105712]"), &build));
	assert_false(stop_build(str_of("[v15.1057"), &build));
	assert_false(stop_build(str_of("[v15.1057x"), &build));
	assert_true(str_is(stop_dump(str_of(" C:\\WINNT\\MEMORY.DMP ")),
	    "C:\\WINNT\\MEMORY.DMP"));
	assert_true(str_is(stop_dump(str_of("(saved in D:\\a\\b.dmp now)")),
	    "D:\\a\\b.dmp"));
	assert_int_equal(stop_dump(str_of("(saved in D:\\a\\b)")).n, 0);
	assert_int_equal(stop_dump(str_of("1:\\a.dmp")).n, 0);
	assert_int_equal(stop_dump(str_of("{:\\a.dmp")).n, 0);
	assert_int_equal(stop_dump(str_of("a.dmp")).n, 0);
	assert_int_equal(stop_dump(str_of("")).n, 0);
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(characters_of_word_processors_become_plain),
		TEST(words_with_misread_digits),
		TEST(offsets_that_are_none),
		TEST(offsets_that_do_not_fit),
		TEST(lines_that_are_too_long),
		TEST(runs_of_digits),
		TEST(codes_in_every_notation),
		TEST(labels_at_the_head_of_a_line),
		TEST(bug_checks_of_the_debugger),
		TEST(stop_lines_that_are_none),
		TEST(builds_and_dumps_of_stop_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
