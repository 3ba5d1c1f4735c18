/*
 * The pool when workers die: one record is lost, and named; everything else
 * comes, once, in order.
 */
#include "pool_jobs.h"
#include <fcntl.h>

static void
crime_segv(struct work *w)
{
	volatile uintptr_t at = 8;

	(void)w;
	*(volatile int *)at = 1;
}

static void
crime_abort(struct work *w)
{
	(void)w;
	abort();
}

static void
crime_exit(struct work *w)
{
	(void)w;
	_exit(3);
}

static void
crime_exit_0(struct work *w)
{
	(void)w;
	_exit(0);
}

static void
crime_kill(struct work *w)
{
	(void)w;
	kill(getpid(), SIGKILL);
}

static void
crime_loop(struct work *w)
{
	volatile bool forever = true;

	(void)w;
	time_hang();
	while (forever)
		;
}

static void
crime_stop(struct work *w)
{
	(void)w;
	kill(getpid(), SIGSTOP);
}

static void
crime_close(struct work *w)
{
	close(w->fd);
	crime_loop(w);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int
overflow(volatile int *depth)
{
	volatile int more[1000] = { *depth };

	more[0]++;
	return overflow(more) + more[0];
}
#pragma GCC diagnostic pop

static void
crime_stack(struct work *w)
{
	volatile int depth = 0;

	(void)w;
	overflow(&depth);
}

static void
crime_bomb(struct work *w)
{
	struct arena a = { 0 };

	(void)w;
	for (;;)
		*(volatile char *)arena_raw(&a, 1 << 20) = 1;
}

/* Comes out of nowhere, as when the system runs out of memory: the first
 * time only. */
static atomic_int *times;

static void
crime_kill_once(struct work *w)
{
	if (atomic_fetch_add(times, 1) == 0)
		crime_kill(w);
}

#define KILLED(n, name) "the reader was killed by signal " n " (" name ")"

/* A job in the middle of others commits a crime at some records. */
static void
crime_check(crime *what, const char *why)
{
	static const uint64_t at[] = { 0, 7, 19 };
	uint64_t bytes = 0;

	jobs_begin(9);
	run.o.deadline = 1;
#ifndef __SANITIZE_ADDRESS__
	run.o.seal.memory = 256 << 20;
#endif
	for (size_t i = 0; i < 3; i++)
		job_crime(4, at[i], what);
	for (unsigned workers = 1; workers <= 3; workers += 2) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, i == 4 ? 3 : 0);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(run.results[4].skips[i], at[i]);
		if (!str_is(run.results[4].why, why))
			print_error("%.*s\n", (int)run.results[4].why.n,
			    run.results[4].why.p);
		assert_true(str_is(run.results[4].why, why));
		assert_true(workers == 1 || bytes == run.results[4].bytes);
		bytes = run.results[4].bytes;
	}
}

static void
test_crimes(void **state)
{
	(void)state;
	crime_check(crime_segv, KILLED("11", "SIGSEGV"));
	crime_check(crime_abort, KILLED("6", "SIGABRT"));
	crime_check(crime_kill, KILLED("9", "SIGKILL"));
	crime_check(crime_exit,
	    "the reader ended before it was done (status 3)");
	crime_check(crime_exit_0,
	    "the reader ended before it was done (status 0)");
	crime_check(crime_stack, KILLED("11", "SIGSEGV"));
}

/* All at the same time: waiting takes long enough. */
static void
test_stands_still(void **state)
{
	(void)state;
	jobs_begin(9);
	run.o.deadline = 1;
	job_crime(0, 3, crime_loop);
	job_crime(1, 5, crime_stop);
	/* It keeps running behind a closed socket. */
	job_crime(2, 7, crime_close);
	assert_int_equal(jobs_run(3), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, i < 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(run.results[i].skips[0], 2 * i + 3);
	assert_true(str_is(run.results[0].why, "no progress for 1 s"));
	assert_true(str_is(run.results[1].why, "no progress for 1 s"));
	assert_true(str_is(run.results[2].why,
	    "protocol violation: its socket is closed"));
}

/* What an attacker would do first. */
static void
crime_open(struct work *w)
{
	if (open("/etc/passwd", O_RDONLY) != -1)
		work_send(w, "opened", 6);
	_exit(4);
}

static void
test_sealed(void **state)
{
	(void)state;
	jobs_begin(9);
	run.o.seal.test_off = 0;
	if (seal_probe() != SEAL_ALL)
		skip();
	run.o.policy = SEAL_REQUIRE;
	job_crime(2, 3, crime_segv);
	job_crime(4, 5, crime_open);
#ifndef __SANITIZE_ADDRESS__
	run.o.seal.memory = 256 << 20;
	job_crime(4, 9, crime_bomb);
#endif
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 20000;
	for (unsigned workers = 1; workers <= 3; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		assert_int_equal(run.told.layers, SEAL_ALL);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, i == 2 ? 1 : i == 4 ?
			    run.plans[4].ncrimes : 0);
		assert_true(str_is(run.results[2].why,
		    KILLED("11", "SIGSEGV")));
#ifndef __SANITIZE_ADDRESS__
		assert_true(str_is(run.results[4].why,
		    KILLED("31", "SIGSYS")));
#endif
	}
}

static void
test_memory(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	crime_check(crime_bomb, "out of memory");
}

/* Large records: most of the job has been given out when it happens, and is
 * not given again. */
static void
test_given_once(void **state)
{
	(void)state;
	jobs_begin(3);
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 300000;
	job_crime(0, 5, crime_segv);
	job_crime(0, 15, crime_segv);
	job_crime(2, 19, crime_segv);
	for (int atomic = 0; atomic < 2; atomic++) {
		run.o.atomic = atomic;
		for (unsigned workers = 1; workers <= 3; workers++) {
			assert_int_equal(jobs_run(workers), POOL_DONE);
			job_whole(0, 2);
			job_whole(1, 0);
			job_whole(2, 1);
		}
	}
}

static void
test_every_record(void **state)
{
	(void)state;
	jobs_begin(60);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].records = 60;
		job_crime(i, i, i % 2 == 0 ? crime_segv : crime_exit);
	}
	for (unsigned workers = 1; workers <= 4; workers += 3) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++) {
			job_whole(i, 1);
			assert_int_equal(run.results[i].skips[0], i);
		}
	}
}

/* After POOL_TRIES the job fails; what came before has been given. */
static void
test_tries(void **state)
{
	(void)state;
	jobs_begin(4);
	for (uint64_t k = 0; k < POOL_TRIES; k++)
		job_crime(1, 2 * k, crime_segv);
	for (uint64_t k = 0; k <= POOL_TRIES; k++)
		job_crime(2, 2 * k, crime_segv);
	for (unsigned workers = 1; workers <= 3; workers += 2) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		job_whole(0, 0);
		job_whole(1, POOL_TRIES);
		job_failed(2, KILLED("11", "SIGSEGV"));
		assert_int_equal(run.results[2].nskips, POOL_TRIES + 1);
		job_whole(3, 0);
	}
}

static void
nowhere(struct work *w)
{
	struct str why;

	work_at(w, WORK_NOWHERE, &why);
	crime_segv(w);
}

/* No record is to blame: the job fails, others do not. */
static void
test_nowhere(void **state)
{
	(void)state;
	jobs_begin(4);
	job_crime(1, 3, nowhere);
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		job_whole(0, 0);
		job_failed(1, KILLED("11", "SIGSEGV"));
		assert_int_equal(run.results[1].nskips, 0);
		job_whole(2, 0);
		job_whole(3, 0);
	}
}

/* Killed once from outside, a record is read when it is tried again. */
static void
test_second_chance(void **state)
{
	(void)state;
	times = mmap(NULL, sizeof *times, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(times, MAP_FAILED);
	jobs_begin(3);
	job_crime(0, 5, crime_kill_once);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(atomic_load(times), 2);
	assert_int_equal(run.told.lost, 1);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
	munmap(times, sizeof *times);
}

/* The job gets a fresh worker, also when a used one is idle. */
static void
crime_if_used(struct work *w)
{
	if (jobs_here > 1)
		crime_segv(w);
}

static void
test_used_worker(void **state)
{
	(void)state;
	jobs_begin(5);
	for (size_t i = 2; i < run.n; i++)
		job_crime(i, 19, crime_if_used);
	run.plans[4].sleep = 5000;
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		assert_true(run.told.lost > 0);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, 0);
	}
}

/* What work() leaves open does not use up the worker's descriptors. */
static void
test_left_open(void **state)
{
	(void)state;
	jobs_begin(60);
	run.o.seal.test_off = 0;
	run.leave_open = true;
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(run.told.lost, 0);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

static void
test_pipe_once(void **state)
{
	(void)state;
	jobs_begin(3);
	run.plans[1].pipe = true;
	job_crime(1, 5, crime_segv);
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		job_whole(0, 0);
		job_failed(1, KILLED("11", "SIGSEGV"));
		job_whole(2, 0);
	}
}

/* What reads a pipe waits for its writer, and that is no standstill. */
static int late = -1;
static uint64_t late_at;

static void
write_late(void)
{
	uint64_t tag = 0;

	if (late != -1 && time_now() >= late_at && write(late, &tag, 8) == 8) {
		close(late);
		late = -1;
	}
}

static void
test_pipe_slow(void **state)
{
	(void)state;
	jobs_begin(2);
	run.o.deadline = 1;
	run.plans[0].pipe = true;
	run.late = &late;
	time_begin(false, 0);
	late_at = time_now() + 1800;
	time_passes = write_late;
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(late, -1);
	job_whole(0, 0);
	job_whole(1, 0);
}

/* By the time of the machine, which in the other tests is made up. */
static void
test_pipe_hangs(void **state)
{
	(void)state;
	jobs_begin(2);
	run.real_time = true;
	run.o.deadline = 1;
	run.plans[0].pipe = true;
	job_crime(0, 4, crime_loop);
	jobs_run(1);
	job_failed(0, "no progress for 1 s");
	job_whole(1, 0);
}

/* Time on one job in all. */
static void
test_total(void **state)
{
	(void)state;
	jobs_begin(3);
	run.o.total = 1;
	run.plans[1].records = 1000;
	run.plans[1].sleep = 10000;
	assert_int_equal(jobs_run(2), POOL_DONE);
	job_whole(0, 0);
	job_failed(1, "not done after 1 s");
	job_whole(2, 0);
}

/* What differs when it is read again is not to be trusted. */
static void
differ(struct work *w)
{
	work_send(w, w->nskips > 0 ? "B" : "A", 1);
}

static void
shorter(struct work *w)
{
	static uint8_t much[3 * FRAME_BODY];

	if (w->nskips == 0)
		work_send(w, much, sizeof much);
}

static void
test_differs(void **state)
{
	static crime *const odd[] = { differ, shorter };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		jobs_begin(3);
		run.plans[1].size = 100000;
		job_crime(1, 2, odd[i]);
		job_crime(1, 15, crime_segv);
		for (unsigned workers = 1; workers <= 2; workers++) {
			assert_int_equal(jobs_run(workers), POOL_DONE);
			job_whole(0, 0);
			job_failed(1,
			    "gave other results when it was read again");
			job_whole(2, 0);
		}
	}
}

/* Some child of this process; 0: none, or the kernel does not tell. */
static pid_t
some_child(uint32_t random)
{
	pid_t pids[64];
	int n = procs_children(pids, 64);

	return n <= 0 ? 0 : pids[random % (uint32_t)n];
}

static unsigned kills;

static void
kill_some(void)
{
	static uint32_t x = 1;
	pid_t pid;

	x = mix(x + 1);
	if (x % 16 != 0)
		return;
	pid = some_child(x >> 8);
	if (pid != 0 && kill(pid, x % 32 == 0 ? SIGKILL : SIGABRT) == 0)
		kills++;
}

/* Signals of the terminal, which all processes of the group get, are for the
 * parent to act on. */
static void
interrupt_some(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	static uint32_t x;
	pid_t pid = some_child(++x / 3);

	if (pid != 0)
		kill(pid, signals[x % 3]);
}

static void
test_terminal(void **state)
{
	(void)state;
	jobs_begin(100);
	run.each = interrupt_some;
	assert_int_equal(jobs_run(3), POOL_DONE);
	assert_int_equal(run.told.lost, 0);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

/* Whatever is hit from outside: what is not there is named. */
static void
test_killed_from_outside(void **state)
{
	size_t left = 0, failed = 0;

	(void)state;
	jobs_begin(300);
	run.each = kill_some;
	kills = 0;
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].records = 30;
		run.plans[i].size = 20000;
	}
	assert_int_equal(jobs_run(3), POOL_DONE);
	for (size_t i = 0; i < run.n; i++) {
		left += run.results[i].nskips;
		/* Hit twice before its first record. */
		if (run.results[i].failed.n > 0)
			failed++;
		else
			job_expect(i);
	}
	assert_true(kills > 10);
	assert_true(failed <= 2);
	assert_true(failed + left <= kills);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crimes),
		cmocka_unit_test(test_stands_still),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_given_once),
		cmocka_unit_test(test_every_record),
		cmocka_unit_test(test_tries),
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_second_chance),
		cmocka_unit_test(test_used_worker),
		cmocka_unit_test(test_left_open),
		cmocka_unit_test(test_pipe_once),
		cmocka_unit_test(test_pipe_slow),
		cmocka_unit_test(test_pipe_hangs),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_differs),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_killed_from_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
