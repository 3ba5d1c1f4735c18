/*
 * Rule files are looked into by a process that has given up its rights, and
 * whatever becomes of it is a mistake with a name.  Looking up a symbol is
 * where a test gets into it.
 */
#include "rulesets.h"
#include <fcntl.h>
#include <signal.h>
#include "base/die.h"

static unsigned looked_up;	/* in this process */

static bool
symbol_seen(struct str name, uint32_t *value)
{
	(void)name;
	*value = 1;
	looked_up++;
	return true;
}

#ifndef __SANITIZE_ADDRESS__	/* which has its own way to end */
static bool
symbol_crashes(struct str name, uint32_t *value)
{
	(void)name;
	(void)value;
	(void)signal(SIGABRT, SIG_DFL);
	abort();
}

static bool
symbol_opens(struct str name, uint32_t *value)
{
	(void)name;
	*value = (uint32_t)open("/etc/passwd", O_RDONLY);
	return true;
}
#endif

static bool
symbol_ends(struct str name, uint32_t *value)
{
	(void)name;
	(void)value;
	_exit(0);
}

static bool
symbol_dies(struct str name, uint32_t *value)
{
	(void)name;
	(void)value;
	die("out of memory");
}

/* Whatever it can write to. */
static bool
symbol_babbles(struct str name, uint32_t *value)
{
	static const char text[] = "evtrule1 and then nothing of the kind";

	(void)name;
	(void)value;
	for (int fd = 3; fd < 64; fd++)
		if (write(fd, text, sizeof text) != (ssize_t)sizeof text)
			continue;
	_exit(0);
}

static void
read_with(bool (*symbol)(struct str, uint32_t *), enum seal_policy policy)
{
	const struct rules_env env = { symbol, NULL, false };
	const struct rules_from from = { .dir = folder, .base = "rules",
	    .policy = policy };

	errors.n = 0;
	rules = rules_load(&mem, &from, &env, &errors);
}

static void
one_symbol(void)
{
	rule("a", "", "", "<event provider='Srv' id='1'><fact name='event.id' "
	    "is='A_SYMBOL'/></event>", "");
}

static void
assert_ended(bool (*symbol)(struct str, uint32_t *), const char *says)
{
	read_with(symbol, SEAL_AUTO);
	assert_int_equal(errors.n, 1);
	assert_true(str_is(errors.v[0].path, folder));
	assert_int_equal(errors.v[0].line, 0);
	if (str_find(errors.v[0].message, says, 0) == SIZE_MAX)
		fail_msg("%.*s", (int)errors.v[0].message.n,
		    errors.v[0].message.p);
	assert_int_equal(rules_count(rules), 0);
}

static void
files_are_looked_into_by_another_process(void **state)
{
	(void)state;
	one_symbol();
	looked_up = 0;
	read_with(symbol_seen, SEAL_AUTO);
	assert_int_equal(errors.n, 0);
	assert_int_equal(rules_count(rules), 1);
	assert_int_equal(looked_up, 0);
	read_with(symbol_seen, SEAL_OFF);
	assert_int_equal(rules_count(rules), 1);
	assert_int_equal(looked_up, 1);
}

static void
what_becomes_of_that_process_is_said(void **state)
{
	(void)state;
	one_symbol();
	assert_ended(symbol_ends, "gave a wrong answer");
	assert_ended(symbol_babbles, "gave a wrong answer");
	assert_ended(symbol_dies, "ran out of memory");
#ifndef __SANITIZE_ADDRESS__
	assert_ended(symbol_crashes, "crashed (signal 6)");
	if ((seal_probe() & SEAL_SECCOMP) != 0)
		assert_ended(symbol_opens, "an attack?");
#endif
}

static void
require_is_met_or_nothing_is_read(void **state)
{
	(void)state;
	one_symbol();
	read_with(symbol_seen, SEAL_REQUIRE);
	if (seal_probe() == SEAL_ALL)
		assert_int_equal(errors.n, 0);
	else
		assert_true(str_find(errors.v[0].message, "--sandbox require",
		    0) != SIZE_MAX);
}

/* Mistakes come through with their lines, and in their order. */
static void
mistakes_are_the_same_in_either_process(void **state)
{
	struct rule_errors inside;

	(void)state;
	rule("b", "", "", "<event provider='Srv' id='1'/>", "\n<nonsense/>");
	rule("c", "", "", "\n<event class='nobody'/>", "");
	rule_file("d.xml", str_of("<rule>\n<title>"));
	read_with(symbol_seen, SEAL_OFF);
	assert_true(errors.n >= 3);
	inside = errors;
	memset(&errors, 0, sizeof errors);
	read_with(symbol_seen, SEAL_AUTO);
	assert_int_equal(errors.n, inside.n);
	for (size_t i = 0; i < errors.n; i++) {
		assert_int_equal(errors.v[i].line, inside.v[i].line);
		assert_true(str_eq(errors.v[i].path, inside.v[i].path));
		assert_true(str_eq(errors.v[i].message, inside.v[i].message));
	}
}

static void
a_file_whose_kind_cannot_be_told_is_a_mistake(void **state)
{
	struct str link = arena_fmt(&mem, "%s/z.xml", folder);

	(void)state;
	one_symbol();
	assert_int_equal(symlink("nowhere.xml", link.p), 0);
	files[nfiles++] = link;
	read_with(symbol_seen, SEAL_AUTO);
	assert_int_equal(errors.n, 1);
	assert_true(str_eq(errors.v[0].path, link));
	assert_true(str_starts(errors.v[0].message, "cannot be read: No such"));
}

/* What cannot be read stands among the mistakes of what can. */
static void
a_file_that_is_too_large_is_named(void **state)
{
	struct str name = arena_fmt(&mem, "%s/large.xml", folder);
	int fd;

	(void)state;
	one_symbol();
	rule_file("large.xml", str_of(""));
	fd = open(name.p, O_WRONLY);
	assert_int_equal(ftruncate(fd, (1 << 20) + 1), 0);
	close(fd);
	read_with(symbol_seen, SEAL_AUTO);
	assert_int_equal(errors.n, 1);
	assert_true(str_eq(errors.v[0].path, name));
	assert_true(str_is(errors.v[0].message,
	    "cannot be read: larger than 1 MiB"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_looked_into_by_another_process),
		TEST(what_becomes_of_that_process_is_said),
		TEST(require_is_met_or_nothing_is_read),
		TEST(mistakes_are_the_same_in_either_process),
		TEST(a_file_whose_kind_cannot_be_told_is_a_mistake),
		TEST(a_file_that_is_too_large_is_named),
	};

	return cmocka_run_group_tests_name("rules box", tests, NULL, NULL);
}
