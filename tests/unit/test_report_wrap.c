/*
 * Paragraphs: where lines break, and how wide text is.
 */
#include "unit.h"
#include "report/page.h"
#include "report/report.h"

static void
words_are_broken_only_when_no_line_holds_them(void **state)
{
	struct out o = out_memory();
	char word[101];

	(void)state;
	memset(word, 'x', 100);
	word[100] = '\0';
	report_wrap(&o, str_of("one two  three four five six seven eight nine"),
	    4, 40);
	assert_string_equal(o.mem, "one two three four five six seven\n"
	    "    eight nine\n");
	out_free(&o);
	o = out_memory();
	report_wrap(&o, str_of(word), 4, 44);
	assert_int_equal(o.n, 100 + 2 * 5 + 1);
	assert_memory_equal(o.mem + 40, "\n    x", 6);
	out_free(&o);
}

/* A wide character takes two columns, a combining mark none. */
static void
width_is_what_a_terminal_shows(void **state)
{
	struct out o = out_memory();

	(void)state;
	report_wrap(&o, str_of("\344\270\226\347\225\214\344\270\226\347\225"
	    "\214\344\270\226\347\225\214\344\270\226\347\225\214\344\270\226"
	    "\347\225\214\344\270\226\347\225\214\344\270\226\347\225\214"
	    "\344\270\226\347\225\214\344\270\226\347\225\214 e\314\201e\314"
	    "\201 no"), 0, 40);
	assert_non_null(strstr(o.mem, " e\314\201e\314\201\nno\n"));
	out_free(&o);
}

/* What the gate makes of a character counts, not the character. */
static void
escapes_are_measured_as_they_are_shown(void **state)
{
	struct out o = out_memory();

	(void)state;
	report_wrap(&o, str_of("\033\033\033\033\033 \033\033\033\033\033"), 0,
	    40);
	assert_string_equal(o.mem, "\\x1b\\x1b\\x1b\\x1b\\x1b\n"
	    "\\x1b\\x1b\\x1b\\x1b\\x1b\n");
	out_free(&o);
}

static void
an_empty_paragraph_is_an_empty_line(void **state)
{
	struct out o = out_memory();

	(void)state;
	report_wrap(&o, str_of(""), 0, 0);
	assert_string_equal(o.mem, "\n");
	out_free(&o);
}

/* Behind the thousand million there was no comma any more. */
static void
numbers_have_a_comma_every_three_digits(void **state)
{
	static const struct { uint64_t n; const char *text; } numbers[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" },
		{ 1000000, "1,000,000" }, { 999999999, "999,999,999" },
		{ UINT64_C(1) << 40, "1,099,511,627,776" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		assert_true(str_is(page_number(&a, numbers[i].n),
		    numbers[i].text));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_broken_only_when_no_line_holds_them),
		cmocka_unit_test(width_is_what_a_terminal_shows),
		cmocka_unit_test(escapes_are_measured_as_they_are_shown),
		cmocka_unit_test(an_empty_paragraph_is_an_empty_line),
		cmocka_unit_test(numbers_have_a_comma_every_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
