/*
 * The pool when the system fails it, and when the user interrupts: fewer
 * workers, never a wrong result, nothing left behind.
 */
#include "pool_jobs.h"
#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

/* Which calls fail, counted from 0: those from `from` on, `n` of them. */
struct fault_plan {
	unsigned	calls, from, n;
	int		error;
};

static struct fault_plan fork_plan, pair_plan, send_plan;
static unsigned processes_most;		/* then fork fails; 0: any number */

static bool
fails(struct fault_plan *f)
{
	unsigned call = f->calls++;

	if (call < f->from || call - f->from >= f->n)
		return false;
	errno = f->error;
	return true;
}

static unsigned
children(void)
{
	char name[64];
	unsigned n = 0;
	int pid;
	FILE *f;

	snprintf(name, sizeof name, "/proc/self/task/%d/children",
	    (int)getpid());
	f = fopen(name, "r");
	assert_non_null(f);
	while (fscanf(f, "%d", &pid) == 1)
		n++;
	fclose(f);
	return n;
}

/* These stand before those of libc. */
pid_t
fork(void)
{
	pid_t (*real)(void);

	if (fails(&fork_plan))
		return -1;
	if (processes_most > 0 && children() >= processes_most) {
		errno = EAGAIN;
		return -1;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "fork");
	return real();
}

int
socketpair(int domain, int type, int protocol, int pair[2])
{
	int (*real)(int, int, int, int *);

	if (fails(&pair_plan))
		return -1;
	*(void **)&real = dlsym(RTLD_NEXT, "socketpair");
	return real(domain, type, protocol, pair);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	ssize_t (*real)(int, const struct msghdr *, int);

	if (fails(&send_plan))
		return -1;
	*(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
	return real(fd, m, flags);
}

static void
faults_none(void)
{
	fork_plan = pair_plan = send_plan = (struct fault_plan){ 0 };
	processes_most = 0;
}

static void
all_whole(void)
{
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

static void
segv(struct work *w)
{
	volatile uintptr_t at = 8;

	(void)w;
	*(volatile int *)at = 1;
}

/* No worker at all. */
static void
test_no_workers(void **state)
{
	static struct fault_plan *const plans[] = { &fork_plan, &pair_plan };
	static const char *const what[] = { "fork", "socketpair" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		jobs_begin(9);
		*plans[i] = (struct fault_plan){ .n = UINT32_MAX,
		    .error = EAGAIN };
		assert_int_equal(jobs_run(3), POOL_DONE);
		all_whole();
		assert_string_equal(run.told.unprotected, what[i]);
		assert_int_equal(run.told.error, EAGAIN);
		assert_int_equal(run.told.layers, 0);
		run.o.policy = SEAL_REQUIRE;
		assert_int_equal(jobs_run(3), POOL_REFUSED);
		assert_int_equal(run.asked, 0);
		faults_none();
	}
}

/* The n-th fork, socketpair, sendmsg fails, or all from there on do. */
static void
test_nth_fails(void **state)
{
	static struct fault_plan *const plans[] = { &fork_plan, &pair_plan,
	    &send_plan };

	(void)state;
	jobs_begin(12);
	job_crime(3, 4, segv);
	for (size_t i = 0; i < 3; i++) {
		for (unsigned from = 0; from < 6; from++) {
			faults_none();
			*plans[i] = (struct fault_plan){ .from = from,
			    .n = 1, .error = EAGAIN };
			assert_int_equal(jobs_run(3), POOL_DONE);
			for (size_t k = 0; k < run.n; k++)
				job_whole(k, k == 3);
		}
	}
	faults_none();
}

/* There may be fewer processes than were asked for. */
static void
test_few_processes(void **state)
{
	(void)state;
	jobs_begin(30);
	for (size_t i = 0; i < run.n; i += 10)
		job_crime(i, 4, segv);
	for (processes_most = 1; processes_most <= 3; processes_most++) {
		assert_int_equal(jobs_run(8), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, i % 10 == 0);
		assert_null(run.told.unprotected);
	}
	faults_none();
}

/* Later jobs fill what may wait, and the oldest one has no worker: its own
 * has died, no other can be started. */
static void
test_no_standstill(void **state)
{
	(void)state;
	jobs_begin(12);
	run.o.held = 100000;
	for (size_t i = 1; i < run.n; i++)
		run.plans[i].size = 200000;
	run.plans[0].sleep = 10000;
	job_crime(0, 10, segv);
	fork_plan = (struct fault_plan){ .from = 3, .n = 10,
	    .error = EAGAIN };
	assert_int_equal(jobs_run(3), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, i == 0);
	faults_none();
}

/* The first worker dies, and then none can be started any more: what has
 * killed one is never read in this process. */
static void
test_never_inside(void **state)
{
	(void)state;
	jobs_begin(6);
	job_crime(2, 4, segv);
	fork_plan = (struct fault_plan){ .from = 1, .n = UINT32_MAX,
	    .error = EAGAIN };
	assert_int_equal(jobs_run(3), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		if (i != 2)
			job_whole(i, 0);
	job_failed(2, "no reader could be started (fork: Resource "
	    "temporarily unavailable)");
	assert_string_equal(run.told.unprotected, "fork");
	run.o.policy = SEAL_REQUIRE;
	run.o.seal.test_off = 0;
	fork_plan.calls = 0;
	if (jobs_run(3) == POOL_DONE) {
		job_whole(1, 0);
		for (size_t i = 2; i < run.n; i++)
			job_failed(i, "no reader could be started (fork: "
			    "Resource temporarily unavailable)");
		assert_null(run.told.unprotected);
	}
	faults_none();
}

/* A job wants a fresh worker, no more can be started, and one that has done
 * other jobs is idle: it makes room. */
static void
test_idle_makes_room(void **state)
{
	(void)state;
	jobs_begin(4);
	job_crime(3, 19, segv);
	run.plans[3].sleep = 5000;
	fork_plan = (struct fault_plan){ .from = 2, .n = 4, .error = EAGAIN };
	assert_int_equal(jobs_run(2), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, i == 3);
	fork_plan = (struct fault_plan){ .from = 2, .n = UINT32_MAX,
	    .error = EAGAIN };
	assert_int_equal(jobs_run(2), POOL_DONE);
	for (size_t i = 0; i < 3; i++)
		job_whole(i, 0);
	job_failed(3, "no reader could be started (fork: Resource "
	    "temporarily unavailable)");
	faults_none();
}

static void
test_never_sent(void **state)
{
	(void)state;
	jobs_begin(3);
	send_plan = (struct fault_plan){ .n = UINT32_MAX,
	    .error = ETOOMANYREFS };
	assert_int_equal(jobs_run(1), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_failed(i, "could not be given to a reader: "
		    "Too many references: cannot splice");
	faults_none();
}

/* The test's own next() fails when it gets no descriptor. */
static void
test_few_descriptors(void **state)
{
	struct rlimit was, few;

	(void)state;
	jobs_begin(60);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	for (rlim_t n = 30; n < 60; n += 5) {
		few = was;
		few.rlim_cur = (rlim_t)run.files + n;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		assert_int_equal(jobs_run(16), POOL_DONE);
		all_whole();
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	}
}

static volatile sig_atomic_t stop;
static size_t stop_at;

static void
stop_there(void)
{
	if (run.ended >= stop_at)
		stop = 1;
}

static void
on_alarm(int sig)
{
	(void)sig;
	stop = 1;
}

static void
on_tick(int sig)
{
	(void)sig;
}

/* Signals all the time. */
static void
test_eintr(void **state)
{
	static const struct itimerval often = { { 0, 300 }, { 0, 300 } },
	    never;
	struct sigaction sa = { .sa_handler = on_tick }, was;

	(void)state;
	jobs_begin(100);
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 50000;
	job_crime(50, 4, segv);
	sigaction(SIGALRM, &sa, &was);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_int_equal(jobs_run(3), POOL_DONE);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &was, NULL);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, i == 50);
}

/* Every job that was taken comes to done(): whole, or not scanned. */
static void
check_interrupted(void)
{
	size_t cut = 0;

	assert_int_equal(run.ended, run.asked);
	for (size_t i = 0; i < run.asked; i++) {
		if (run.results[i].interrupted) {
			job_failed(i, POOL_NOT_SCANNED);
			cut++;
		} else {
			job_whole(i, 0);
		}
	}
	assert_true(cut > 0 || run.asked < run.n);
}

static void
test_interrupt(void **state)
{
	(void)state;
	jobs_begin(40);
	run.o.stop = &stop;
	run.each = stop_there;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 100000;
	for (stop_at = 0; stop_at < 30; stop_at += 7) {
		for (unsigned workers = 0; workers <= 3; workers++) {
			stop = 0;
			assert_int_equal(jobs_run(workers),
			    POOL_INTERRUPTED);
			check_interrupted();
			assert_true(run.ended >= stop_at);
		}
	}
}

static void
hang(struct work *w)
{
	volatile bool forever = true;

	(void)w;
	while (forever)
		usleep(1000);
}

/* While every worker hangs. */
static void
test_interrupt_hanging(void **state)
{
	static const struct itimerval soon = { { 0, 0 }, { 0, 200000 } };
	struct sigaction sa = { .sa_handler = on_alarm }, was;
	struct timespec from, to;

	(void)state;
	jobs_begin(10);
	run.o.stop = &stop;
	for (size_t i = 1; i < run.n; i++)
		job_crime(i, 2, hang);
	stop = 0;
	sigaction(SIGALRM, &sa, &was);
	clock_gettime(CLOCK_MONOTONIC, &from);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(jobs_run(3), POOL_INTERRUPTED);
	clock_gettime(CLOCK_MONOTONIC, &to);
	sigaction(SIGALRM, &was, NULL);
	assert_true(to.tv_sec - from.tv_sec < 4);
	check_interrupted();
}

/* The parent is killed: so are its workers. */
static void
test_parent_killed(void **state)
{
	size_t gone = 0;
	int status;
	pid_t pid;

	(void)state;
	jobs_begin(4);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].room = 2 << 20;
		job_crime(i, 0, hang);
	}
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		jobs_run(3);
		_exit(0);
	}
	usleep(300000);
	assert_int_equal(kill(pid, SIGKILL), 0);
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGKILL);
		gone++;
	}
	assert_int_equal(errno, ECHILD);
	assert_int_equal(gone, 4);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_workers),
		cmocka_unit_test(test_nth_fails),
		cmocka_unit_test(test_few_processes),
		cmocka_unit_test(test_no_standstill),
		cmocka_unit_test(test_never_inside),
		cmocka_unit_test(test_idle_makes_room),
		cmocka_unit_test(test_never_sent),
		cmocka_unit_test(test_few_descriptors),
		cmocka_unit_test(test_eintr),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_interrupt_hanging),
		cmocka_unit_test(test_parent_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
