/*
 * The code book: look-ups both ways, the order of its tables, meanings,
 * and the parameters of bug checks.
 */
#include "unit.h"
#include "codes/codes.h"
#include "codes/decode.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static const char *
name_of(enum code_family f, uint32_t value)
{
	const struct code *c = code_find(f, value);

	return c == NULL ? "(none)" : c->name;
}

static void
tables_are_sorted_and_unique(void **state)
{
	static const size_t least[CODE_FAMILIES] = {
		1700, 2300, 430, 700, 1350, 9, 28, 16, 160, 170, 180, 65, 60,
		30, 38, 70, 28,
	};

	(void)state;
	for (unsigned f = 0; f < CODE_FAMILIES; f++) {
		const struct code *rows;
		size_t n = code_table((enum code_family)f, &rows);

		assert_true(n >= least[f]);
		for (size_t i = 1; i < n; i++) {
			assert_true(rows[i - 1].value <= rows[i].value);
			assert_true(rows[i - 1].value < rows[i].value ||
			    strcmp(rows[i - 1].name, rows[i].name) != 0);
		}
	}
}

static void
every_row_is_found_by_value_and_by_name(void **state)
{
	(void)state;
	for (unsigned k = 0; k < CODE_FAMILIES; k++) {
		enum code_family f = (enum code_family)k;
		const struct code *rows, *c;
		size_t n = code_table(f, &rows);

		for (size_t i = 0; i < n; i++) {
			c = code_find(f, rows[i].value);
			assert_non_null(c);
			assert_int_equal(c->value, rows[i].value);
			c = code_by_name(f, str_of(rows[i].name));
			assert_ptr_equal(c, &rows[i]);
		}
	}
}

static void
the_canonical_name_comes_first(void **state)
{
	(void)state;
	assert_string_equal(name_of(CODE_NTSTATUS, 0), "STATUS_SUCCESS");
	assert_string_equal(name_of(CODE_NTSTATUS, 0x80),
	    "STATUS_ABANDONED");
	assert_string_equal(name_of(CODE_WIN32, 0), "ERROR_SUCCESS");
	assert_string_equal(name_of(CODE_WIN32, 2250), "ERROR_NOT_CONNECTED");
	assert_string_equal(name_of(CODE_BUGCHECK, 0xC000021A),
	    "WINLOGON_FATAL_ERROR");
}

static void
bug_checks_beyond_the_header_are_known(void **state)
{
	(void)state;
	assert_string_equal(name_of(CODE_BUGCHECK, 0x124),
	    "WHEA_UNCORRECTABLE_ERROR");
	assert_string_equal(name_of(CODE_BUGCHECK, 0xFA),
	    "HTTP_DRIVER_CORRUPTED");
	assert_string_equal(name_of(CODE_BUGCHECK, 0x1000008E),
	    "KERNEL_MODE_EXCEPTION_NOT_HANDLED");
	/* Texts of the blue screen are no bug checks. */
	assert_string_equal(name_of(CODE_BUGCHECK, 0x4000007E), "(none)");
	assert_string_equal(name_of(CODE_BUGCHECK, 0x20000000), "(none)");
}

static void
names_are_looked_up_whatever_their_case(void **state)
{
	const struct code *c = code_by_name(CODE_NTSTATUS,
	    str_of("status_Insufficient_RESOURCES"));

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->value, 0xC000009A);
	assert_null(code_by_name(CODE_WIN32,
	    str_of("STATUS_INSUFFICIENT_RESOURCES")));
	assert_null(code_by_name(CODE_NTSTATUS, str_of("")));
	assert_null(code_by_name(CODE_NTSTATUS, str_of("STATUS_")));
}

static void
a_symbol_of_any_family_is_found(void **state)
{
	uint32_t v = 0;

	(void)state;
	assert_true(code_symbol(str_of("STATUS_NO_MEMORY"), &v));
	assert_int_equal(v, 0xC0000017);
	assert_true(code_symbol(str_of("ERROR_ACCESS_DENIED"), &v));
	assert_int_equal(v, 5);
	assert_true(code_symbol(str_of("EVENT_SRV_NO_NONPAGED_POOL"), &v));
	assert_int_equal(v, 0xC00007E3);
	assert_true(code_symbol(str_of("IO_ERR_CONTROLLER_ERROR"), &v));
	assert_int_equal(v, 0xC004000B);
	assert_true(code_symbol(str_of("DPC_WATCHDOG_VIOLATION"), &v));
	assert_int_equal(v, 0x133);
	v = 77;
	assert_false(code_symbol(str_of("NO_SUCH_SYMBOL"), &v));
	assert_int_equal(v, 77);
}

static void
bits_of_unknown_codes_are_spelled_out(void **state)
{
	(void)state;
	assert_string_equal(code_bits(&mem, CODE_NTSTATUS, 0xC00C0123).p,
	    "error, facility 0xC, code 0x123");
	assert_string_equal(code_bits(&mem, CODE_EVENT, 0x80041001).p,
	    "warning, facility 0x4, code 0x1001");
	assert_string_equal(code_bits(&mem, CODE_NTSTATUS, 0xE0000001).p,
	    "error of a third party, facility 0x0, code 0x1");
	assert_string_equal(code_bits(&mem, CODE_WIN32, 0x9999).p,
	    "not in the code book");
	assert_string_equal(code_bits(&mem, CODE_BUGCHECK, 0x9999).p,
	    "not in the code book");
}

static void
common_codes_have_a_meaning_of_one_line(void **state)
{
	static const size_t least[CODE_FAMILIES] = {
		100, 80, 390, 40, 30, 7, 24, 13, 28, 0, 0, 25, 18, 18, 0, 0, 8,
	};

	(void)state;
	for (unsigned f = 0; f < CODE_FAMILIES; f++) {
		const struct code *rows;
		size_t n = code_table((enum code_family)f, &rows), with = 0;

		for (size_t i = 0; i < n; i++) {
			const char *m = rows[i].meaning;

			if (m == NULL)
				continue;
			with++;
			assert_true(strlen(m) > 5 && strlen(m) < 80);
			assert_null(strchr(m, '\n'));
			assert_true(m[strlen(m) - 1] != '.');
			/* It stands on the row that a look-up returns. */
			assert_string_equal(code_find((enum code_family)f,
			    rows[i].value)->meaning, m);
		}
		assert_true(with >= least[f]);
	}
}

static void
common_bug_checks_explain_themselves(void **state)
{
	static const uint32_t common[] = {
		0x0A, 0x19, 0x1A, 0x1E, 0x24, 0x3B, 0x3F, 0x4E, 0x50, 0x51,
		0x77, 0x7A, 0x7B, 0x7E, 0x7F, 0x8E, 0x9F, 0xBE, 0xC2, 0xC4,
		0xC5, 0xD1, 0xEF, 0xF4, 0xFC, 0x101, 0x10D, 0x116, 0x119,
		0x124, 0x133, 0x139, 0x154, 0xC000021A, 0xC0000218,
	};

	(void)state;
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		const struct code *c = code_find(CODE_BUGCHECK, common[i]);
		bool any = false;

		assert_non_null(c);
		assert_non_null(c->meaning);
		for (int p = 0; p < 4; p++)
			any = any ||
			    bugcheck_parameter(common[i], p, 0) != NULL;
		assert_true(any);
	}
	assert_non_null(code_find(CODE_BUGCHECK, 0xE2)->meaning);
}

static void
values_of_parameters_are_named(void **state)
{
	(void)state;
	assert_string_equal(bugcheck_value(0x7F, 0, 8), "double fault");
	assert_string_equal(bugcheck_value(0x7F, 0, 0), "divide error");
	assert_string_equal(bugcheck_value(0x1000007F, 0, 0xD),
	    "general protection fault");
	assert_string_equal(bugcheck_value(0x124, 0, 4), "PCI Express error");
	assert_non_null(bugcheck_value(0x139, 0, 3));
	assert_non_null(bugcheck_value(0x1A, 0, 0x41790));
	assert_non_null(bugcheck_value(0x9F, 0, 3));
	assert_null(bugcheck_value(0x7F, 0, 0x80050033));
	assert_null(bugcheck_value(0x7F, 1, 8));
	assert_null(bugcheck_value(0x9999, 0, 0));
	assert_null(bugcheck_value(0x7F, -1, 8));
}

static void
the_first_parameter_selects_what_the_others_are(void **state)
{
	(void)state;
	assert_string_equal(bugcheck_parameter(0x9F, 3, 3), "blocked IRP");
	assert_string_equal(bugcheck_parameter(0x9F, 3, 4), "triage block");
	assert_null(bugcheck_parameter(0x9F, 3, 9));
	assert_string_equal(bugcheck_parameter(0x77, 1, 0xC0000185),
	    "status of the read");
	assert_string_equal(bugcheck_parameter(0x3F, 2, 0),
	    "free system page table entries");
	assert_null(bugcheck_parameter(0x3F, 4, 0));
	assert_null(bugcheck_parameter(0x3F, -1, 0));
}

static void
a_bug_check_has_causes_and_first_steps(void **state)
{
	const struct advice *x = bugcheck_advice(0x3F);

	(void)state;
	assert_non_null(x);
	assert_non_null(strstr(x->causes[0], "system page table entries"));
	assert_null(x->causes[1]);
	assert_non_null(strstr(x->steps[0], "SystemPages"));
	assert_ptr_equal(bugcheck_advice(0x1000003F), x);
	/* Steps without a cause, neither, and no bug check at all. */
	assert_null(bugcheck_advice(0x2)->causes[0]);
	assert_non_null(bugcheck_advice(0x2)->steps[0]);
	assert_null(bugcheck_advice(0));
	assert_null(bugcheck_advice(0x9999));
}

static void
a_sheet_holds_what_one_bug_check_has(void **state)
{
	struct bugcheck_sheet s = bugcheck_sheet(0x9F);
	size_t kinds = 0;

	(void)state;
	for (size_t i = 0; i < s.nparameters; i++)
		assert_int_equal(s.parameters[i].code, 0x9F);
	for (size_t i = 0; i < s.nvalues; i++)
		kinds += s.values[i].code == 0x9F && s.values[i].i == 0;
	assert_int_equal(kinds, 6);
	assert_string_equal(s.parameters[0].text, "kind of failure");
	assert_non_null(s.advice);
	s = bugcheck_sheet(0x9999);
	assert_int_equal(s.nparameters + s.nvalues, 0);
	assert_null(s.advice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted_and_unique),
		cmocka_unit_test(every_row_is_found_by_value_and_by_name),
		cmocka_unit_test(the_canonical_name_comes_first),
		cmocka_unit_test(bug_checks_beyond_the_header_are_known),
		cmocka_unit_test(names_are_looked_up_whatever_their_case),
		cmocka_unit_test(a_symbol_of_any_family_is_found),
		cmocka_unit_test_teardown(
		    bits_of_unknown_codes_are_spelled_out, teardown),
		cmocka_unit_test(common_codes_have_a_meaning_of_one_line),
		cmocka_unit_test(common_bug_checks_explain_themselves),
		cmocka_unit_test(values_of_parameters_are_named),
		cmocka_unit_test(
		    the_first_parameter_selects_what_the_others_are),
		cmocka_unit_test(a_bug_check_has_causes_and_first_steps),
		cmocka_unit_test(a_sheet_holds_what_one_bug_check_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
