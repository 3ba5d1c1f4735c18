/*
 * Jobs that wait in a worker which is at another: what happens to that one
 * is not theirs.  Each is begun once, but for those that commit a crime.
 */
#include "pool_jobs.h"
#include <sys/socket.h>

enum { LARGE = 2 << 20, LARGER = 64 << 20 };

/* In memory that workers share: how often each job was begun, and how often
 * one found a job in its queue. */
static struct {
	atomic_uint	 begun[64];
	atomic_uint	 waiting;
} *count;

static int
count_begin(void **state)
{
	(void)state;
	count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return count == MAP_FAILED;
}

static int
count_end(void **state)
{
	(void)state;
	return munmap(count, sizeof *count);
}

/* Numbers of jobs begin at 1. */
static void
begun(struct work *w)
{
	atomic_fetch_add(&count->begun[w->job - 1], 1);
}

/* Until something waits, 0.3 s at most: behind a second try nothing does. */
static void
await_queue(struct work *w)
{
	char byte;

	if (time_await(w->fd, 300) &&
	    recv(w->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		atomic_fetch_add(&count->waiting, 1);
}

static void
counted_begin(size_t n)
{
	jobs_begin(n);
	memset(count, 0, sizeof *count);
	for (size_t i = 0; i < n; i++)
		job_crime(i, 0, begun);
}

static void
test_next_is_there(void **state)
{
	(void)state;
	counted_begin(6);
	for (size_t i = 0; i < 4; i++)
		job_crime(i, 1, await_queue);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(atomic_load(&count->waiting), 4);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

/* A large file is not waited for when another worker may be free, and does
 * not wait itself; neither does anything behind a pipe. */
static void
test_large_alone(void **state)
{
	(void)state;
	counted_begin(4);
	run.plans[0].room = run.plans[2].room = LARGE;
	run.plans[3].pipe = true;
	for (size_t i = 0; i < run.n; i++)
		job_crime(i, 1, await_queue);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(atomic_load(&count->waiting), 0);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

/* Parts of a file are small, whatever the file is: no worker waits between
 * them until it is given the next. */
static void
test_next_part_is_there(void **state)
{
	(void)state;
	counted_begin(4);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].room = LARGER;
		run.plans[i].part = i < 3 ? LARGE : LARGER / 2;
		job_crime(i, 1, await_queue);
	}
	assert_int_equal(jobs_run(1), POOL_DONE);
	/* The last is large itself. */
	assert_int_equal(atomic_load(&count->waiting), 2);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
}

static void
dies(struct work *w)
{
	(void)w;
	_exit(3);
}

static void
hangs(struct work *w)
{
	(void)w;
	time_hang();
	for (;;)
		pause();
}

/* As if it were the next one already. */
static void
lies(struct work *w)
{
	memcpy(w->page->ring[w->sent % RING], "abcd", 4);
	if (write(w->fd, w->frame, frame_close(w->frame, FRAME_BYTES,
	    w->job + 1, 0, 0, 4)) == -1)
		_exit(97);
	hangs(w);
}

/* Where it is, it tells of the next one. */
static void
page_lies(struct work *w)
{
	atomic_store(&w->page->job, w->job + 1);
	_exit(3);
}

/* The crime at record 5 of job 2, while others wait behind it. */
static void
crime_queued(crime *what, bool skipped, const char *why)
{
	counted_begin(8);
	run.o.deadline = 1;
	job_crime(2, 5, await_queue);
	job_crime(2, 5, what);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_true(atomic_load(&count->waiting) > 0);
	for (size_t i = 0; i < run.n; i++) {
		if (i == 2)
			continue;
		job_whole(i, 0);
		assert_int_equal(atomic_load(&count->begun[i]), 1);
	}
	if (skipped) {
		job_whole(2, 1);
		assert_int_equal(run.results[2].skips[0], 5);
		assert_true(str_is(run.results[2].why, why));
	} else {
		job_failed(2, why);
		assert_int_equal(run.results[2].nskips, 0);
	}
}

static void
test_others_are_unharmed(void **state)
{
	(void)state;
	crime_queued(dies, true,
	    "the reader ended before it was done (status 3)");
	crime_queued(hangs, true, "no progress for 1 s");
	crime_queued(lies, false,
	    "protocol violation: a frame of another job");
	crime_queued(page_lies, false,
	    "the reader ended before it was done (status 3)");
}

/* A worker dies with its end of one job sent, at another, and a third
 * unread: what it has sent is not lost with it. */
static void
test_end_before_death(void **state)
{
	(void)state;
	counted_begin(8);
	run.each = time_settle;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].records = 2;
	job_crime(4, 1, dies);
	assert_int_equal(jobs_run(1), POOL_DONE);
	for (size_t i = 0; i < run.n; i++) {
		job_whole(i, i == 4);
		if (i != 4)
			assert_int_equal(atomic_load(&count->begun[i]), 1);
	}
}

/* The first job of a fresh worker is spoiled by the one behind it, which
 * does not wait until all is fetched. */
static void
spoils(struct work *w)
{
	for (size_t i = 0; i < RING; i++)
		memset(w->page->ring[i], 0xaa, 4000);
	_exit(3);
}

static void
test_spoiled_by_the_next(void **state)
{
	(void)state;
	counted_begin(4);
	run.each = time_settle;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].records = 2;
	job_crime(0, 0, await_queue);
	job_crime(1, 1, spoils);
	assert_int_equal(jobs_run(1), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, i == 1);
}

/* The clock of a job that waited behind a slow one begins with it. */
static void
test_clock(void **state)
{
	(void)state;
	counted_begin(4);
	run.o.total = 1;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].sleep = 35000;	/* 0.7 s */
	job_crime(0, 0, await_queue);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_true(atomic_load(&count->waiting) > 0);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
	assert_int_equal(run.told.lost, 0);
}

/* Its bell is full, so that nobody wakes. */
static void
bell_full(struct work *w)
{
	static const uint64_t most = UINT64_MAX - 1;

	if (write(w->bell, &most, sizeof most) != sizeof most)
		time_sleep(1000);
}

static void
bell_taken(struct work *w)
{
	uint64_t rung;

	time_sleep(1000);
	if (read(w->bell, &rung, sizeof rung) != sizeof rung)
		time_sleep(1000);
}

static void
bell_closed(struct work *w)
{
	close(w->bell);
}

/* The bell only says when to look: whatever a worker does to it, all that it
 * sends is found, if later. */
static void
test_bell(void **state)
{
	static crime *const what[] = { bell_full, bell_taken, bell_closed };

	(void)state;
	jobs_begin(9);
	for (size_t i = 0; i < 3; i++)
		job_crime(3 * i + 1, i, what[i]);
	run.plans[8].size = 100000;
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, 0);
		assert_int_equal(run.told.lost, 0);
	}
}

static volatile sig_atomic_t stop;

static void
stop_at_two(void)
{
	if (run.ended == 2)
		stop = 1;
}

static void
test_interrupt(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers <= 2; workers++) {
		counted_begin(12);
		stop = 0;
		run.o.stop = &stop;
		run.each = stop_at_two;
		for (size_t i = 2; i < run.n; i++)
			job_crime(i, 3, hangs);
		job_crime(1, 0, await_queue);
		assert_int_equal(jobs_run(workers), POOL_INTERRUPTED);
		assert_int_equal(run.ended, run.asked);
		for (size_t i = 0; i < run.asked; i++) {
			assert_int_equal(run.results[i].interrupted, i >= 2);
			if (i < 2)
				job_whole(i, 0);
			else
				job_failed(i, POOL_NOT_SCANNED);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_is_there),
		cmocka_unit_test(test_large_alone),
		cmocka_unit_test(test_next_part_is_there),
		cmocka_unit_test(test_others_are_unharmed),
		cmocka_unit_test(test_end_before_death),
		cmocka_unit_test(test_spoiled_by_the_next),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_bell),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests(tests, count_begin, count_end);
}
