/*
 * Text: comparing, patterns, numbers, encodings, points in time, and memory
 * that it is written to.
 */
#include <inttypes.h>
#include <stdio.h>
#include "unit.h"
#include "base/clock.h"
#include "base/out.h"
#include "base/utf.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static struct span
units(const uint8_t *p, size_t n)
{
	return (struct span){ p, n };
}
#define UNITS(...) units((const uint8_t[]){ __VA_ARGS__ }, \
	sizeof (const uint8_t[]){ __VA_ARGS__ })

static void
assert_str(struct str s, const char *expected)
{
	if (!str_is(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, expected);
}

static void
comparison_folds_ascii_only(void **state)
{
	(void)state;
	assert_true(str_caseis(str_of("Service CONTROL"), "sERVICE control"));
	assert_false(str_caseis(str_of("\303\204"), "\303\244"));
	assert_false(str_caseis(str_of("a"), "ab"));
	assert_false(str_is(str_of("A"), "a"));
	/* '@' and '[' stand beside the letters. */
	assert_false(str_caseis(str_of("@["), "`{"));
	assert_true(str_casecmp(str_of("b"), str_of("A")) > 0);
	assert_true(str_cmp(str_of("b"), str_of("a")) > 0);
	assert_true(str_cmp(str_of("a"), str_of("ab")) < 0);
	assert_int_equal(str_cmp(str_of(""), str_of(NULL)), 0);
	/* Bytes compare as unsigned. */
	assert_true(str_cmp(str_of("\377"), str_of("a")) > 0);
	assert_true(str_casecmp(str_of("\377"), str_of("a")) > 0);
	assert_true(str_casehash(str_of("EventLog")) ==
	    str_casehash(str_of("EVENTLOG")));
	assert_true(str_casehash(str_of("ab")) != str_casehash(str_of("ba")));
}

static void
parts_are_clamped(void **state)
{
	struct str s = str_of("abcdef");

	(void)state;
	assert_str(str_sub(s, 2, 3), "cde");
	assert_str(str_sub(s, 4, SIZE_MAX), "ef");
	assert_str(str_sub(s, 7, 1), "");
	assert_str(str_sub(s, SIZE_MAX, SIZE_MAX), "");
	assert_str(str_trim(str_of(" \t\r\n a b \v\f")), "a b");
	assert_str(str_trim(str_of("   ")), "");
	assert_true(str_starts(s, "abc") && str_starts(s, ""));
	assert_false(str_starts(s, "abcdefg"));
	assert_true(str_casestarts(s, "ABC"));
	assert_false(str_casestarts(str_of("ab"), "abc"));
	assert_int_equal(str_find(s, "cd", 0), 2);
	assert_int_equal(str_find(s, "cd", 2), 2);
	assert_true(str_find(s, "cd", 3) == SIZE_MAX);
	assert_true(str_find(s, "a", SIZE_MAX) == SIZE_MAX);
	assert_int_equal(str_find(s, "", 6), 6);
	assert_true(str_find(str_of(NULL), "a", 0) == SIZE_MAX);
}

static bool
globs(const char *s, const char *pattern)
{
	return str_glob(str_of(s), str_of(pattern));
}

static void
patterns_match_the_whole_text(void **state)
{
	(void)state;
	assert_true(globs("C:\\WINDOWS\\Srv.SYS", "*\\srv.sys"));
	assert_true(globs("", "*") && globs("", "") && globs("abc", "***"));
	assert_false(globs("", "?"));
	assert_true(globs("abc", "a?c"));
	assert_false(globs("ac", "a?c"));
	assert_false(globs("abcd", "abc"));
	assert_false(globs("abc", "abcd"));
	assert_true(globs("xaab", "*aab"));
	assert_true(globs("abXabYab", "ab*ab"));
	assert_false(globs("abXabYa", "ab*ab"));
	assert_true(globs("a*b", "a*b"));
	assert_false(globs("[a]", "[b]"));
}

/* What makes careless matchers run for hours. */
static void
patterns_take_no_exponential_time(void **state)
{
	char text[20001], pattern[101];

	(void)state;
	memset(text, 'a', 20000);
	text[20000] = '\0';
	for (int i = 0; i < 100; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[99] = 'b';
	pattern[100] = '\0';
	assert_false(globs(text, pattern));
}

static bool
number(const char *s, uint64_t expected)
{
	uint64_t v = 0;

	return str_u64(str_of(s), &v) && v == expected;
}

static void
numbers_are_whole_or_refused(void **state)
{
	static const char *const bad[] = { "", "0x", "-1", "+1", " 1", "1 ",
	    "1a", "0xg", "18446744073709551616", "0x10000000000000000",
	    "99999999999999999999", "1.0", "0x0x1" };
	uint64_t v = 77;

	(void)state;
	assert_true(number("0", 0) && number("007", 7));
	assert_true(number("18446744073709551615", UINT64_MAX));
	assert_true(number("0xFFFFFFFFffffffff", UINT64_MAX));
	assert_true(number("0Xc000009a", 0xC000009A));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (str_u64(str_of(bad[i]), &v))
			fail_msg("\"%s\" is taken as a number", bad[i]);
	assert_int_equal(v, 77);
	assert_true(str_hex64(str_of("C000009A"), &v) && v == 0xC000009A);
	assert_false(str_hex64(str_of("0x1"), &v));
	assert_false(str_hex64(str_of(""), &v));
	assert_false(str_hex64(str_of("00000000000000001"), &v));
}

static void
utf16_becomes_text(void **state)
{
	(void)state;
	assert_str(utf_from_utf16le(&mem, UNITS(0x41, 0, 0xE4, 0)),
	    "A\303\244");
	/* Beyond the first plane: U+1F600. */
	assert_str(utf_from_utf16le(&mem, UNITS(0x3D, 0xD8, 0x00, 0xDE)),
	    "\360\237\230\200");
	assert_str(utf_from_utf16le(&mem, UNITS(0xFF, 0xDB, 0xFF, 0xDF)),
	    "\364\217\277\277");
	assert_str(utf_from_utf16le(&mem, UNITS(0xAC, 0x20)),
	    "\342\202\254");
	/* An odd byte at the end is no character. */
	assert_str(utf_from_utf16le(&mem, UNITS(0x41, 0, 0x42)), "A");
	assert_str(utf_from_utf16le(&mem, UNITS(0x41)), "");
	assert_int_equal(utf_from_utf16le(&mem,
	    (struct span){ NULL, 0 }).n, 0);
	/* NUL is a character like any other. */
	assert_int_equal(utf_from_utf16le(&mem, UNITS(0, 0, 0x41, 0)).n, 2);
}

static void
lone_surrogates_are_kept(void **state)
{
	struct str s;
	size_t at = 0;

	(void)state;
	assert_str(utf_from_utf16le(&mem, UNITS(0x00, 0xD8)),
	    "\355\240\200");
	assert_str(utf_from_utf16le(&mem, UNITS(0x00, 0xDC, 0x41, 0)),
	    "\355\260\200A");
	/* High, high, low: only the last two are a pair. */
	s = utf_from_utf16le(&mem, UNITS(0x00, 0xD8, 0x3D, 0xD8, 0x00, 0xDE));
	assert_str(s, "\355\240\200\360\237\230\200");
	assert_int_equal(utf_next(s, &at), 0xD800);
	assert_int_equal(at, 3);
	assert_int_equal(utf_next(s, &at), 0x1F600);
	/* A pair whose second half is cut in two. */
	assert_str(utf_from_utf16le(&mem, UNITS(0x3D, 0xD8, 0x00)),
	    "\355\240\275");
}

static void
windows_1252_becomes_text(void **state)
{
	(void)state;
	assert_str(utf_from_cp1252(&mem, UNITS(0x41, 0x80, 0xE4, 0xFF)),
	    "A\342\202\254\303\244\303\277");
	assert_str(utf_from_cp1252(&mem, UNITS(0x99, 0x9F, 0xA0)),
	    "\342\204\242\305\270\302\240");
	/* Its five holes. */
	assert_str(utf_from_cp1252(&mem, UNITS(0x81, 0x8D, 0x8F, 0x90, 0x9D)),
	    "\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275");
}

static uint32_t
first(const char *s, size_t *at)
{
	*at = 0;
	return utf_next(str_of(s), at);
}

static void
bytes_that_are_no_utf8_are_told_one_by_one(void **state)
{
	static const char *const bad[] = {
		"\200", "\277", "\300\200", "\301\277", "\302", "\302A",
		"\340\200\200", "\340\237\277", "\342\202", "\342\202A",
		"\360\200\200\200", "\360\217\277\277", "\364\220\200\200",
		"\365\200\200\200", "\370\210\200\200\200", "\377",
		"\360\237\230",
	};
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint32_t cp = first(bad[i], &at);

		if (cp != UTF_BAD + (unsigned char)bad[i][0] || at != 1)
			fail_msg("sequence %zu: %#x, %zu bytes", i, cp, at);
	}
	assert_int_equal(first("\302\200", &at), 0x80);
	assert_int_equal(first("\340\240\200", &at), 0x800);
	assert_int_equal(first("\360\220\200\200", &at), 0x10000);
	assert_int_equal(first("\364\217\277\277", &at), 0x10FFFF);
	assert_int_equal(at, 4);
}

static void
claimed_utf8_comes_out_strict(void **state)
{
	(void)state;
	assert_str(utf_from_utf8(&mem, UNITS('a', 0xFF, 'b', 0xC3, 0xA4)),
	    "a\357\277\275b\303\244");
	assert_str(utf_from_utf8(&mem, UNITS(0xED, 0xA0, 0x80)),
	    "\357\277\275");
	assert_str(utf_from_utf8(&mem, UNITS(0xF0, 0x9F)),
	    "\357\277\275\357\277\275");
}

static void
every_character_goes_there_and_back(void **state)
{
	char buf[4];

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp += cp < 0x11000 ? 1 : 61) {
		size_t n = utf_encode(cp, buf), at = 0;

		if (utf_next((struct str){ buf, n }, &at) != cp || at != n)
			fail_msg("U+%04X", cp);
	}
}

static bool
parses(const char *s, const char *as)
{
	uint64_t t;

	return clock_parse(str_of(s), &t) &&
	    str_is(clock_rfc3339(&mem, t), as);
}

static void
times_are_read_and_written(void **state)
{
	uint64_t t;

	(void)state;
	assert_true(clock_parse(str_of("1970-01-01T00:00:00Z"), &t));
	assert_true(t == CLOCK_UNIX_EPOCH);
	assert_true(clock_parse(str_of("2004-10-18T07:20:11Z"), &t));
	assert_true(t == UINT64_C(127425576110000000));
	assert_true(parses("1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z"));
	assert_true(parses("9999-12-31T23:59:59.9999999Z",
	    "9999-12-31T23:59:59.9999999Z"));
	assert_true(parses("2004-10-18 07:20", "2004-10-18T07:20:00Z"));
	assert_true(parses("2004-10-18", "2004-10-18T00:00:00Z"));
	assert_true(parses("2004-10-18t07:20:11z", "2004-10-18T07:20:11Z"));
	assert_true(parses(" 2004-10-18T07:20:11 ", "2004-10-18T07:20:11Z"));
	assert_true(parses("2004-10-18T07:20:11.5Z",
	    "2004-10-18T07:20:11.5Z"));
	assert_true(parses("2004-10-18T07:20:11.0000001Z",
	    "2004-10-18T07:20:11.0000001Z"));
	/* Nanoseconds are cut to what a FILETIME holds. */
	assert_true(parses("2004-10-18T07:20:11.123456789Z",
	    "2004-10-18T07:20:11.1234567Z"));
	assert_true(parses("2004-10-18T01:20:11+02:00",
	    "2004-10-17T23:20:11Z"));
	assert_true(parses("2004-10-18T23:20:11-01:30",
	    "2004-10-19T00:50:11Z"));
	assert_true(parses("2000-02-29", "2000-02-29T00:00:00Z"));
	assert_true(clock_from_unix(UINT32_MAX) - CLOCK_UNIX_EPOCH ==
	    UINT32_MAX * CLOCK_SECOND);
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = { "", "2004", "2004-10", "2004-1-18",
	    "2004-13-01", "2004-00-01", "2004-02-30", "1900-02-29",
	    "2004-10-00", "1600-12-31", "2004-10-18T24:00:00Z",
	    "2004-10-18T07:60:00Z", "2004-10-18T07:20:60Z",
	    "2004-10-18T07:20:11.Z", "2004-10-18T07:20:11.1234567890Z",
	    "2004-10-18T07:20:11+2:00", "2004-10-18T07:20:11+24:00",
	    "2004-10-18T07:20:11ZZ", "2004-10-18T07", "2004-10-18X07:20:11Z",
	    "0x12-10-18", "+004-10-18", "2004-0x-18", "2004-10-18T7:20:11Z",
	    "1601-01-01T00:00:00+01:00" };
	uint64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (clock_parse(str_of(bad[i]), &t))
			fail_msg("\"%s\" is taken as a time", bad[i]);
}

static void
times_beyond_the_calendar_are_shown_as_numbers(void **state)
{
	char buf[CLOCK_TEXT];

	(void)state;
	assert_str(clock_rfc3339(&mem, CLOCK_LIMIT - 1),
	    "9999-12-31T23:59:59.9999999Z");
	assert_str(clock_rfc3339(&mem, CLOCK_LIMIT), "0x24c85a5ed1c04000");
	assert_str(clock_people(&mem, UINT64_MAX), "0xffffffffffffffff");
	assert_str(clock_date(&mem, UINT64_MAX), "0xffffffffffffffff");
	assert_str(clock_rfc3339_full(&mem, 1),
	    "1601-01-01T00:00:00.0000001Z");
	assert_str(clock_rfc3339_full(&mem, CLOCK_DAY),
	    "1601-01-02T00:00:00.0000000Z");
	assert_str(clock_people(&mem, CLOCK_UNIX_EPOCH + 1),
	    "1970-01-01 00:00:00Z");
	assert_str(clock_date(&mem, CLOCK_UNIX_EPOCH), "1970-01-01");
	assert_int_equal(clock_write(buf, UINT64_MAX), 18);
	assert_int_equal(strlen(buf), 18);
}

/* Every day of four centuries and their ends, there and back. */
static void
every_day_goes_there_and_back(void **state)
{
	(void)state;
	for (uint64_t d = 0; d < CLOCK_LIMIT / CLOCK_DAY; d += d % 20 + 1) {
		uint64_t t = d * CLOCK_DAY + d % 86400 * CLOCK_SECOND, back;

		if (!clock_parse(clock_rfc3339(&mem, t), &back) || back != t)
			fail_msg("day %llu", (unsigned long long)d);
		if (d % 1000 < 20)
			arena_reset(&mem);
	}
}

/* 2004-10-18 (a Monday) 07:20:11.250. */
static void
systemtime_is_a_date_or_nothing(void **state)
{
	uint8_t b[16] = { 0xD4, 0x07, 10, 0, 1, 0, 18, 0, 7, 0, 20, 0, 11, 0,
	    250, 0 };
	uint64_t t;

	(void)state;
	assert_true(clock_from_systemtime(units(b, 16), &t));
	assert_str(clock_rfc3339(&mem, t), "2004-10-18T07:20:11.25Z");
	assert_false(clock_from_systemtime(units(b, 15), &t));
	b[2] = 13;
	assert_false(clock_from_systemtime(units(b, 16), &t));
	b[2] = 0;
	assert_false(clock_from_systemtime(units(b, 16), &t));
	b[2] = 10;
	b[14] = 0xE8;
	b[15] = 3;		/* 1000 ms */
	assert_false(clock_from_systemtime(units(b, 16), &t));
	memset(b, 0, sizeof b);
	assert_false(clock_from_systemtime(units(b, 16), &t));
}

static void
spans_of_time_have_one_unit(void **state)
{
	static const char *const bad[] = { "", "d", "0s", "10", "10w", "-1d",
	    "1 d", "1.5h", "0x1d", "99999999999999999999d",
	    "21350399d", "1dd" };
	uint64_t t;

	(void)state;
	assert_true(clock_parse_span(str_of("30d"), &t) &&
	    t == 30 * CLOCK_DAY);
	assert_true(clock_parse_span(str_of("12h"), &t) &&
	    t == CLOCK_DAY / 2);
	assert_true(clock_parse_span(str_of("10m"), &t) &&
	    t == 600 * CLOCK_SECOND);
	assert_true(clock_parse_span(str_of("90s"), &t) &&
	    t == 90 * CLOCK_SECOND);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (clock_parse_span(str_of(bad[i]), &t))
			fail_msg("\"%s\" is taken as a span", bad[i]);
}

/* Digits are made eight at once: around every length. */
static void
digits_are_those_of_printf(void **state)
{
	char buf[STR_DIGITS + 1], expected[40];

	(void)state;
	for (uint64_t n = 1; n != 0; n = n > UINT64_MAX / 3 ? 0 : 3 * n)
		for (int d = -1; d <= 1; d++) {
			uint64_t v = n + (uint64_t)(int64_t)d;

			buf[str_put_u64(buf, v)] = '\0';
			snprintf(expected, sizeof expected, "%" PRIu64, v);
			assert_string_equal(buf, expected);
		}
	for (uint64_t n = 1; n != 0; n = n > UINT64_MAX / 10 ? 0 : 10 * n) {
		buf[str_put_u64(buf, n - 1)] = '\0';
		snprintf(expected, sizeof expected, "%" PRIu64, n - 1);
		assert_string_equal(buf, expected);
	}
	buf[str_put_u64(buf, UINT64_MAX)] = '\0';
	assert_string_equal(buf, "18446744073709551615");
	for (int shift = 0; shift < 64; shift++)
		for (int least = 1; least <= 16; least++) {
			uint64_t v = UINT64_C(0xFEDCBA9876543210) >> shift;

			buf[str_put_hex(buf, v, least, least % 2 == 0)] = '\0';
			snprintf(expected, sizeof expected, least % 2 == 0 ?
			    "%0*" PRIX64 : "%0*" PRIx64, least, v);
			assert_string_equal(buf, expected);
		}
}

/* UTF-16 is packed in pieces that overlap: one character that is not ASCII,
 * anywhere in a text of any length. */
static void
one_character_of_another_kind_is_found_anywhere(void **state)
{
	uint8_t in[2 * 40];
	char out[3 * 40], expected[3 * 40];

	(void)state;
	for (size_t n = 1; n <= 40; n++)
		for (size_t at = 0; at <= n; at++) {
			size_t len = 0;

			for (size_t i = 0; i < n; i++) {
				uint32_t c = i == at ? 0x20AC : 'a';

				in[2 * i] = (uint8_t)c;
				in[2 * i + 1] = (uint8_t)(c >> 8);
				len += utf_encode(c, expected + len);
			}
			assert_int_equal(utf_write_utf16le(out,
			    units(in, 2 * n)), len);
			assert_memory_equal(out, expected, len);
		}
}

/* Memory that is lent is written to as far as it goes, and never behind. */
static void
lent_memory_is_left_when_it_is_full(void **state)
{
	char room[16 + 1] = "................";

	(void)state;
	for (size_t n = 0; n < 40; n++) {
		struct out o = out_lent(room, 15), whole = out_memory();

		for (size_t i = 0; i < n; i++) {
			if (i % 2 == 0)
				out_char(&o, (char)('a' + i % 26));
			else
				out_wrote(&o, out_put(&o, out_place(&o), "-"));
			out_char(&whole, (char)(i % 2 ? '-' : 'a' + i % 26));
		}
		out_trim(&o);
		assert_int_equal(o.lent, n < 15);
		assert_int_equal(o.n, n);
		if (n > 0)
			assert_string_equal(o.mem, whole.mem);
		out_free(&o);
		assert_false(o.lent);
		out_free(&whole);
		assert_string_equal(room + 15, ".");
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comparison_folds_ascii_only), TEST(parts_are_clamped),
		TEST(patterns_match_the_whole_text),
		TEST(patterns_take_no_exponential_time),
		TEST(numbers_are_whole_or_refused),
		TEST(digits_are_those_of_printf),
		TEST(one_character_of_another_kind_is_found_anywhere),
		TEST(utf16_becomes_text),
		TEST(lone_surrogates_are_kept),
		TEST(windows_1252_becomes_text),
		TEST(bytes_that_are_no_utf8_are_told_one_by_one),
		TEST(claimed_utf8_comes_out_strict),
		TEST(every_character_goes_there_and_back),
		TEST(times_are_read_and_written),
		TEST(what_is_no_time_is_refused),
		TEST(times_beyond_the_calendar_are_shown_as_numbers),
		TEST(every_day_goes_there_and_back),
		TEST(systemtime_is_a_date_or_nothing),
		TEST(spans_of_time_have_one_unit),
		TEST(lent_memory_is_left_when_it_is_full),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
