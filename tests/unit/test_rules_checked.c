/*
 * The list of rule files that were found valid: what it spares, and what
 * it does not.  The rule breaks the schema, so that validation shows.
 */
#include <inttypes.h>
#include "rulesets.h"

static struct str
shipped(const char *name)
{
	char *text = arena_alloc(&mem, 65536);
	FILE *f = fopen(arena_fmt(&mem, "rules/%s", name).p, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, 65536, f);
	assert_in_range(n, 1, 65535);
	fclose(f);
	return (struct str){ text, n };
}

static void
bad_rule(const char *more)
{
	rule("bad", more, "", "<event provider='Srv' id='1'/>",
	    "\n<nonsense/>");
}

/* How many mistakes there are. */
static size_t
mistakes(const struct rules_env *env)
{
	if (rules != NULL)
		rules_free(rules);
	memset(&errors, 0, sizeof errors);
	rules = rules_load(&mem, folder, folder, env, &errors);
	return errors.n;
}

/* A folder whose list names the rule although it is not valid. */
static void
folder_fill(void)
{
	const uint64_t *v;
	size_t n;
	struct str list = str_of("");

	rule_file("rule.rng", shipped("rule.rng"));
	rule_file("classes.xml", shipped("classes.xml"));
	bad_rule("");
	assert_int_equal(mistakes(&triage_rules_env_lean), 1);
	v = rules_files(rules, &n);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		list = arena_fmt(&mem, "%.*s%016" PRIx64 "\n", (int)list.n,
		    list.p, v[i]);
	rule_file("checked", list);
}

static void
a_scan_validates_no_file_of_the_list(void **state)
{
	(void)state;
	folder_fill();
	assert_int_equal(mistakes(&triage_rules_env_lean), 0);
	assert_int_equal(rules_count(rules), 1);
	assert_int_equal(mistakes(&triage_rules_env), 1);
}

static void
a_changed_file_is_validated(void **state)
{
	(void)state;
	folder_fill();
	for (int n = 0; n < 20; n++) {
		bad_rule(arena_fmt(&mem, "%*s", n, "").p);
		assert_int_equal(mistakes(&triage_rules_env_lean), n > 0);
	}
}

static void
a_changed_schema_validates_all(void **state)
{
	struct str rng;

	(void)state;
	folder_fill();
	rng = shipped("rule.rng");
	rule_file("rule.rng", arena_fmt(&mem, "%.*s\n", (int)rng.n, rng.p));
	assert_int_equal(mistakes(&triage_rules_env_lean), 1);
}

static void
a_list_of_something_else_spares_nothing(void **state)
{
	static const char *const lists[] = { "", "0", "\n\n\n",
	    "no digests at all, but long enough to be taken for some\n",
	    "0000000000000000\nffffffffffffffff" };

	(void)state;
	folder_fill();
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		rule_file("checked", str_of(lists[i]));
		assert_int_equal(mistakes(&triage_rules_env_lean), 1);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_scan_validates_no_file_of_the_list),
		TEST(a_changed_file_is_validated),
		TEST(a_changed_schema_validates_all),
		TEST(a_list_of_something_else_spares_nothing),
	};

	return cmocka_run_group_tests_name("rules checked", tests, NULL,
	    NULL);
}
