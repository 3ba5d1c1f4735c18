/*
 * Pasted data: the ways in which Event Viewer and articles print it, and
 * the misprints they have.
 */
#include "unit.h"
#include "codes/paste.h"

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

static void
assert_bytes(const char *hex)
{
	struct str s = arena_fmt(&mem, "%s", "");

	for (size_t i = 0; i < p.bytes.n; i++)
		s = arena_fmt(&mem, "%s%02x", s.p, p.bytes.p[i]);
	assert_string_equal(s.p, hex);
}

static void
words_with_offsets_are_little_endian(void **state)
{
	(void)state;
	assert_true(paste("0000: 00040000 00540001 00000000 c00007e4\r\n"
	    "0010: 0000000b\r\n"));
	assert_true(p.words);
	assert_int_equal(p.nremarks, 0);
	assert_bytes("000004000100540000000000e40700c00b000000");
}

static void
bytes_with_a_column_of_characters(void **state)
{
	(void)state;
	/* The characters of the last line look like bytes. */
	assert_true(paste("0000: 46 46 20 46 46 20 46 46   FF FF FF\n"
	    "0008: 61 61   aa\n"));
	assert_false(p.words);
	assert_bytes("46462046462046466161");
}

/* Q120752: wide gaps everywhere; Q136251: an offset of three digits. */
static void
wide_gaps_and_short_offsets(void **state)
{
	(void)state;
	assert_true(paste("0000:   00   00   04   00   01   00   54   00\n"
	    "0008:   e7   1a"));
	assert_bytes("0000040001005400e71a");
	assert_true(paste("000:    02"));
	assert_bytes("02");
	assert_true(paste("Data: 0000: 000003eb (in words)"));
	assert_bytes("eb030000");
}

static void
tabs_and_spaces_that_do_not_break(void **state)
{
	(void)state;
	assert_true(paste("0000:\t34\xc2\xa0" "01\t00 c0"));
	assert_bytes("340100c0");
}

/* As a shell hands over what was pasted without quotes. */
static void
lines_run_together_are_taken_apart(void **state)
{
	(void)state;
	assert_true(paste("0000: 00040000 00540001 0008: c00007e4 0000000b"));
	assert_bytes("0000040001005400e40700c00b000000");
	assert_int_equal(p.nremarks, 0);
}

static void
many_bytes_in_one_line(void **state)
{
	struct str s = arena_fmt(&mem, "%s", "");

	(void)state;
	for (int i = 0; i < 168; i++)
		s = arena_fmt(&mem, "%s%02x ", s.p, i);
	assert_true(paste(s.p));
	assert_int_equal(p.bytes.n, 168);
}

/* Q150918. */
static void
a_word_of_nine_digits_loses_a_zero(void **state)
{
	(void)state;
	assert_true(paste("0000: c00000022"));
	assert_bytes("220000c0");
	assert_int_equal(p.nremarks, 1);
}

static void
letters_are_read_as_digits_and_said(void **state)
{
	(void)state;
	assert_true(paste("0000: OOO4OOOO 0054000l 00000000 c00007e4"));
	assert_bytes("000004000100540000000000e40700c0");
	assert_int_equal(p.nremarks, 2);
}

/* KB2885205 counts its lines in steps of eight. */
static void
wrong_offsets_are_said_and_passed_over(void **state)
{
	(void)state;
	assert_true(paste("0000: 00040000 002C0001 00000000 800007DC\n"
	    "0008: 00000000 C0000184 00000000 00000000\n"));
	assert_int_equal(p.bytes.n, 32);
	assert_int_equal(p.nremarks, 1);
}

static void
what_follows_a_missing_line_is_not_read(void **state)
{
	(void)state;
	assert_true(paste("0000: 00040000 00540001 00000000 c00007e4\n"
	    "0020: 00000000 00000000 0000000b\n"));
	assert_int_equal(p.bytes.n, 16);
	assert_int_equal(p.nremarks, 1);
}

/* Q139357 prints the end only. */
static void
data_may_begin_later(void **state)
{
	(void)state;
	assert_true(paste("0028: 00 00 00 00 00 00 00 00\n"
	    "0030: 00 00 00 00 07 00 00 00\n"));
	assert_int_equal(p.base, 0x28);
	assert_int_equal(p.bytes.n, 16);
}

static void
a_binary_element_is_bytes(void **state)
{
	(void)state;
	assert_true(paste("<Binary>5E0000C0</Binary>"));
	assert_bytes("5e0000c0");
	assert_true(paste("0000040001002C0000000000DC070080"));
	assert_bytes("0000040001002c0000000000dc070080");
}

static void
single_codes_and_text_are_no_data(void **state)
{
	(void)state;
	assert_false(paste("c000009a"));
	assert_false(paste("c000009a c00007e4"));
	assert_false(paste("the service could not be started: access denied"));
	assert_false(paste(""));
	assert_false(paste("12:30:45 Uhr"));
}

static size_t
code(const char *s, uint64_t v[2])
{
	struct str why;

	return paste_code(&mem, str_of(s), v, &why);
}

static void
codes_in_every_notation(void **state)
{
	static const char *const same[] = { "0xC000009A", "c000009a",
		"C000009Ah", "3221225626", "-1073741670" };
	uint64_t v[2];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		assert_true(code(same[i], v) >= 1);
		assert_int_equal(v[0], 0xC000009A);
	}
	/* Digits alone are a number first, eight of them a code first. */
	assert_int_equal(code("51", v), 2);
	assert_int_equal(v[0], 51);
	assert_int_equal(v[1], 0x51);
	assert_int_equal(code("80070005", v), 2);
	assert_int_equal(v[0], 0x80070005);
	assert_int_equal(code("5", v), 1);
	assert_int_equal(code("xyz", v), 0);
	assert_int_equal(code("-", v), 0);
	assert_int_equal(code("", v), 0);
	assert_int_equal(code("0x", v), 0);
	assert_int_equal(code("c00000022", v), 1);
	assert_int_equal(v[0], 0xC0000022);
}

static void
the_line_of_a_debugger_becomes_a_stop_line(void **state)
{
	struct str s = str_of("BugCheck 7F, {8, 80042000, 0, 0}");

	(void)state;
	s = paste_stop(&mem, s);
	assert_string_equal(arena_cstr(&mem, s), "0x0000007F (0x00000008, "
	    "0x80042000, 0x00000000, 0x00000000)");
	s = paste_stop(&mem, str_of("BugCheck } {"));
	assert_string_equal(arena_cstr(&mem, s), "BugCheck } {");
}

static void
labels_of_event_viewer_are_found(void **state)
{
	struct str s = str_of("Log Name: System\n  Source:  Srv\n"
	    "Event ID: 2020\n");

	(void)state;
	assert_string_equal(arena_cstr(&mem, paste_label(s, "Source:")),
	    "Srv");
	assert_string_equal(arena_cstr(&mem, paste_label(s, "Event ID:")),
	    "2020");
	assert_int_equal(paste_label(s, "User:").n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_with_offsets_are_little_endian),
		cmocka_unit_test(bytes_with_a_column_of_characters),
		cmocka_unit_test(wide_gaps_and_short_offsets),
		cmocka_unit_test(tabs_and_spaces_that_do_not_break),
		cmocka_unit_test(lines_run_together_are_taken_apart),
		cmocka_unit_test(many_bytes_in_one_line),
		cmocka_unit_test(a_word_of_nine_digits_loses_a_zero),
		cmocka_unit_test(letters_are_read_as_digits_and_said),
		cmocka_unit_test(wrong_offsets_are_said_and_passed_over),
		cmocka_unit_test(what_follows_a_missing_line_is_not_read),
		cmocka_unit_test(data_may_begin_later),
		cmocka_unit_test(a_binary_element_is_bytes),
		cmocka_unit_test(single_codes_and_text_are_no_data),
		cmocka_unit_test(codes_in_every_notation),
		cmocka_unit_test(the_line_of_a_debugger_becomes_a_stop_line),
		cmocka_unit_test(labels_of_event_viewer_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
