/*
 * The second reader when its child dies: one record is lost, and said.
 * The child is sealed, as far as this machine gives it.
 */
#include "unit.h"
#include <inttypes.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>
#include "base/seal.h"
#include "fixture/fixture.h"
#include "log/log.h"

enum { EVENTS = 2001, KILL_AT = 10 };

static const char text[] =
    "computer A\nprovider P\nid 7\nevent\nstring some text\n"
    "repeat 2000 every 1s\n";

/* The only child of this process; 0 when the kernel does not tell. */
static pid_t
only_child(void)
{
	char name[64];
	int pid = 0;
	FILE *f;

	snprintf(name, sizeof name, "/proc/self/task/%d/children",
	    (int)getpid());
	f = fopen(name, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%d", &pid) != 1)
		pid = 0;
	fclose(f);
	return pid;
}

/* Does /proc say of a process that it has no privileges to come and a
 * filter of system calls? */
static bool
filtered(pid_t pid)
{
	char name[64], line[128];
	bool none_new = false, filter = false;
	FILE *f;

	snprintf(name, sizeof name, "/proc/%d/status", (int)pid);
	f = fopen(name, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		none_new |= strcmp(line, "NoNewPrivs:\t1\n") == 0;
		filter |= strcmp(line, "Seccomp:\t2\n") == 0;
	}
	fclose(f);
	return none_new && filter;
}

/* Ends the child with a signal in the midst of a log; what is said then. */
static void
ended_by(int how, const char *says)
{
	struct arena a = { 0 }, scratch = { 0 };
	struct problems problems = { .arena = &a };
	struct str error = { "", 0 };
	struct fx_log *fx = fixture_parse(&a, (struct span){
	    (const uint8_t *)text, sizeof text - 1 }, "test", &error);
	struct source s;
	struct record r;
	struct tally tally;
	struct event e;
	struct log *l;
	size_t n = 0;

	assert_non_null(fx);
	source_memory(&s, fixture_evtx(&a, fx));
	l = log_open_libevtx(&a, &s, &problems);
	assert_non_null(l);
	while (log_next(l, &r) == LOG_RECORD) {
		arena_reset(&scratch);
		assert_true(log_event(l, &scratch, &e));
		assert_int_equal(e.id, 7);
		if (++n == KILL_AT) {
			pid_t child = only_child();

			if (child == 0)
				skip();
			if (seal_probe() == SEAL_ALL)
				assert_true(filtered(child));
			assert_int_equal(kill(child, how), 0);
		}
	}
	log_close(l, &tally);
	assert_int_equal(n, EVENTS - 1);
	assert_int_equal(problems.lost, 1);
	assert_non_null(strstr(problems.v[0].message.p, says));
	assert_false(tally.complete);
	arena_free(&scratch);
	arena_free(&a);
}

static void
test_killed(void **state)
{
	(void)state;
	ended_by(SIGKILL, "libevtx ended at record ");
}

/* As the filter of system calls ends it; cmocka's handlers aside, which a
 * child inherits. */
static void
test_forbidden_call(void **state)
{
	(void)state;
	(void)signal(SIGSYS, SIG_DFL);
	ended_by(SIGSYS, "(a forbidden system call: an attack?) at record ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_forbidden_call) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
