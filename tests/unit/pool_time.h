/*
 * The time of the pool in its tests: it passes when every worker waits, and
 * at no other moment.
 *
 * So a deadline of seconds is over as soon as nothing else can happen, and no
 * worker is taken for hung because a busy machine did not let it run.  What
 * sleeps here wakes at its time; what hangs says so first (time_hang).  The
 * calls of libc that tell or spend time are replaced for the process that
 * called time_begin(), and for no worker.
 *
 * With EVTRIAGE_REAL_TIME set, and after time_begin(true, 0), it is the time of
 * the machine.
 */
#ifndef EVTRIAGE_TESTS_POOL_TIME_H
#define EVTRIAGE_TESTS_POOL_TIME_H

#include "procs.h"
#include <dlfcn.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

enum { TIME_WAITS = 256 };
#define TIME_NEVER UINT64_MAX

/* In memory that workers share. */
static struct {
	_Atomic uint64_t	 now;		/* ms */
	struct {
		atomic_int	 pid;		/* 0: free */
		_Atomic uint64_t until;		/* ms, or TIME_NEVER */
	} waits[TIME_WAITS];			/* in workers */
} *time_page;
static pid_t time_owner;
static bool time_real;
static uint64_t time_skip;
static void (*time_passes)(void);	/* may be NULL; each time it does */

static struct {
	int	(*clock_gettime)(clockid_t id, struct timespec *t);
	int	(*nanosleep)(const struct timespec *t, struct timespec *left);
	int	(*poll)(struct pollfd *f, nfds_t n, int ms);
} time_libc;

__attribute__((constructor)) static void
time_init(void)
{
	*(void **)&time_libc.clock_gettime = dlsym(RTLD_NEXT,
	    "clock_gettime");
	*(void **)&time_libc.nanosleep = dlsym(RTLD_NEXT, "nanosleep");
	*(void **)&time_libc.poll = dlsym(RTLD_NEXT, "poll");
}

static inline uint64_t
time_of_machine(void)
{
	struct timespec t;

	(void)time_libc.clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static inline uint64_t
time_now(void)
{
	return time_real ? time_of_machine() : atomic_load(&time_page->now);
}

/* This process is the pool's from now on, whose first look at the clock is
 * so many ms before the second. */
static inline void
time_begin(bool real, uint64_t skip)
{
	if (time_page == NULL)
		time_page = mmap(NULL, sizeof *time_page, PROT_READ |
		    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(time_page, MAP_FAILED);
	if (time_now() == 0)
		atomic_store(&time_page->now, 1000000);
	for (size_t i = 0; i < TIME_WAITS; i++)
		atomic_store(&time_page->waits[i].pid, 0);
	time_owner = getpid();
	time_skip = skip;
	time_real = real || getenv("EVTRIAGE_REAL_TIME") != NULL;
}

static inline bool
time_is_made(void)
{
	return time_page != NULL && !time_real && getpid() == time_owner;
}

/* Until when the worker waits by its own word; 0: it has given none. */
static inline uint64_t
time_until(pid_t pid)
{
	for (size_t i = 0; i < TIME_WAITS; i++)
		if (atomic_load(&time_page->waits[i].pid) == pid)
			return atomic_load(&time_page->waits[i].until);
	return 0;
}

/* Does every worker wait?  *wake: when the first one wakes.  What is true
 * stays so until this process does something. */
static inline bool
time_stands(uint64_t *wake)
{
	pid_t pids[TIME_WAITS];
	int n = procs_children(pids, TIME_WAITS);

	*wake = TIME_NEVER;
	for (int i = 0; i < n; i++) {
		uint64_t until = time_until(pids[i]);

		if (until != TIME_NEVER && !procs_waits(pids[i]))
			return false;
		if (until != 0 && until <= time_now())
			return false;
		if (until != 0 && until < *wake)
			*wake = until;
	}
	return n >= 0;
}

static inline void
time_pass(uint64_t ms, uint64_t wake)
{
	uint64_t now = time_now();

	atomic_store(&time_page->now, wake - now < ms ? wake : now + ms);
	if (time_passes != NULL)
		time_passes();
}

/* These stand before those of libc. */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	uint64_t now;

	if (id != CLOCK_MONOTONIC || !time_is_made())
		return time_libc.clock_gettime(id, t);
	now = atomic_fetch_add(&time_page->now, time_skip);
	time_skip = 0;
	t->tv_sec = (time_t)(now / 1000);
	t->tv_nsec = (long)(now % 1000 * 1000000);
	return 0;
}

int	time_poll(struct pollfd *f, nfds_t n, int ms) __asm__("poll");
	/* the head has an inline one of that name */

int
time_poll(struct pollfd *f, nfds_t n, int ms)
{
	uint64_t wake;
	bool stands;
	int got;

	if (ms <= 0 || !time_is_made()) {
		got = time_libc.poll(f, n, ms);
		if (got == 0 && ms > 0 && time_passes != NULL &&
		    getpid() == time_owner)
			time_passes();
		return got;
	}
	got = time_libc.poll(f, n, 0);
	if (got != 0)
		return got;
	stands = time_stands(&wake);
	/* What came before they all waited. */
	got = time_libc.poll(f, n, stands ? 0 : 1);
	if (got == 0 && stands)
		time_pass((uint64_t)ms, wake);
	return got;
}

int
nanosleep(const struct timespec *t, struct timespec *left)
{
	uint64_t wake;

	if (!time_is_made() || !time_stands(&wake))
		return time_libc.nanosleep(t, left);
	time_pass((uint64_t)t->tv_sec * 1000 +
	    (uint64_t)t->tv_nsec / 1000000, wake);
	return 0;
}

/* In a worker: an entry that says until when it waits. */
static inline size_t
time_wait(uint64_t until)
{
	for (size_t i = 0;; i = (i + 1) % TIME_WAITS) {
		int none = 0;

		if (!atomic_compare_exchange_strong(&time_page->waits[i].pid,
		    &none, -1))
			continue;
		atomic_store(&time_page->waits[i].until, until);
		atomic_store(&time_page->waits[i].pid, getpid());
		return i;
	}
}

/* Waits in a worker for something to come (fd -1: for nothing), but for so
 * many ms at most. */
static inline bool
time_await(int fd, uint64_t ms)
{
	const struct timespec little = { 0, 200000 };
	uint64_t until = time_now() + ms;
	size_t entry = time_wait(until);
	struct pollfd f = { .fd = fd, .events = POLLIN };
	int got;

	do
		got = ppoll(&f, 1, &little, NULL);
	while (got == 0 && time_now() < until);
	atomic_store(&time_page->waits[entry].pid, 0);
	return got > 0;
}

/* So many us, wherever the job is done.  Less than 1000 are no time but a
 * hurdle: others come first. */
static inline void
time_sleep(unsigned us)
{
	if (time_real)
		usleep(us);
	else if (us < 1000)
		for (unsigned i = 0; i < us; i++)
			(void)sched_yield();
	else if (getpid() == time_owner)
		time_pass(us / 1000, TIME_NEVER);
	else
		(void)time_await(-1, us / 1000);
}

/* In a worker that does nothing any more, whatever it seems to do. */
static inline void
time_hang(void)
{
	(void)time_wait(TIME_NEVER);
}

/* How many workers hang. */
static inline unsigned
time_hanging(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < TIME_WAITS; i++)
		n += atomic_load(&time_page->waits[i].pid) > 0 &&
		    atomic_load(&time_page->waits[i].until) == TIME_NEVER;
	return n;
}

/* In the pool: until no worker has anything to do. */
static inline void
time_settle(void)
{
	uint64_t wake;

	while (!time_stands(&wake) && procs_children(&(pid_t){ 0 }, 1) != -1)
		sched_yield();
}

#endif
