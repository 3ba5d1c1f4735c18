/*
 * The pool when all goes well: order, bytes, the window, backpressure, and
 * that results do not depend on the number of workers.
 */
#include "pool_jobs.h"

static void
test_order(void **state)
{
	(void)state;
	jobs_begin(50);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].records = mix((uint32_t)i) % 40;
		run.plans[i].sleep = i % 7 == 0 ? 100 : 0;
		run.plans[i].empty = i % 5 == 3;
	}
	for (unsigned workers = 0; workers <= 8; workers++) {
		for (int atomic = 0; atomic < 2; atomic++) {
			run.o.atomic = atomic;
			assert_int_equal(jobs_run(workers), POOL_DONE);
			for (size_t i = 0; i < run.n; i++)
				job_whole(i, 0);
			assert_int_equal(run.told.lost, 0);
			assert_int_equal(run.told.stray, 0);
		}
	}
}

static void
test_sizes(void **state)
{
	(void)state;
	jobs_begin(24);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].records = 1;
		run.plans[i].size = i < 4 ? i :
		    i < 12 ? FRAME_BODY + i - 8 : 4 << 20;
	}
	for (unsigned workers = 0; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, 0);
	}
}

static void
test_no_jobs(void **state)
{
	(void)state;
	jobs_begin(0);
	for (unsigned workers = 0; workers <= 2; workers++)
		assert_int_equal(jobs_run(workers), POOL_DONE);
	jobs_begin(9);
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].empty = true;
	for (unsigned workers = 0; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		assert_int_equal(run.ended, 9);
	}
}

/* A walk over many files streams: a window of jobs is open, no more, and
 * memory does not grow with their number. */
static void
test_many_jobs(void **state)
{
	struct mallinfo2 before, after;

	(void)state;
	jobs_begin(10000);
	for (size_t i = 0; i < run.n; i++) {
		run.plans[i].records = 2;
		run.plans[i].size = 100;
	}
	before = mallinfo2();
	assert_int_equal(jobs_run(3), POOL_DONE);
	after = mallinfo2();
	for (size_t i = 0; i < run.n; i += 97)
		job_whole(i, 0);
	assert_int_equal(run.ended, 10000);
	assert_true(run.open_most <= 3 * WINDOW);
	/* The names that the test itself keeps: 40 bytes a job. */
	assert_true(after.uordblks < before.uordblks + (2 << 20));
	/* None is kept for ever. */
	assert_true(run.told.workers >= 10000 / JOBS_A_WORKER);
}

/* The first job is slow, those behind it are large: they wait. */
static void
test_backpressure(void **state)
{
	(void)state;
	jobs_begin(12);
	run.o.held = 1 << 20;
	run.o.deadline = 1;
	run.plans[0].records = 13;
	run.plans[0].sleep = 100000;
	for (size_t i = 1; i < run.n; i++)
		run.plans[i].size = 1 << 20;
	/* Small files would all queue behind the first. */
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].room = 2 << 20;
	assert_int_equal(jobs_run(3), POOL_DONE);
	for (size_t i = 0; i < run.n; i++)
		job_whole(i, 0);
	assert_true(run.told.held >= 1 << 20);
	assert_true(run.told.held < (1 << 20) + 3 * (RING + 1) * FRAME_BODY);
	/* Who had to wait did not stand still. */
	assert_int_equal(run.told.lost, 0);
}

static void
test_pipe(void **state)
{
	(void)state;
	jobs_begin(3);
	run.plans[1].pipe = true;
	for (unsigned workers = 0; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			job_whole(i, 0);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	jobs_begin(12);
	run.refuse = 3;
	for (int atomic = 0; atomic < 2; atomic++) {
		run.o.atomic = atomic;
		for (unsigned workers = 0; workers <= 4; workers++) {
			assert_int_equal(jobs_run(workers), POOL_DONE);
			for (size_t i = 0; i < run.n; i++) {
				if (i != run.refuse)
					job_whole(i, 0);
			}
			job_failed(3, "protocol violation: bytes that no "
			    "sound reader sends");
			assert_int_equal(run.results[3].bytes, 0);
		}
	}
}

/* More than a job may send. */
static void
test_most(void **state)
{
	(void)state;
	jobs_begin(4);
	run.o.atomic = true;
	run.o.most = 1 << 20;
	run.plans[1].size = 1 << 20;
	for (unsigned workers = 0; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		job_whole(0, 0);
		job_failed(1, "protocol violation: more bytes than a job may "
		    "send");
		assert_int_equal(run.results[1].bytes, 0);
		job_whole(2, 0);
		job_whole(3, 0);
	}
}

static void
heap_fill(struct work *w)
{
	(void)w;
	/* Below malloc's threshold for mappings of their own: stays. */
	for (int i = 0; i < 1000; i++) {
		volatile char *p = malloc(100000);

		if (p != NULL)
			*p = 1;
	}
}

/* A worker whose heap has grown is replaced. */
static void
test_heap(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	jobs_begin(6);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(run.told.workers, 1);
	job_crime(2, 0, heap_fill);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(run.told.workers, 2);
	assert_int_equal(run.told.lost, 0);
}

/* What the parent has gathered is no worker's doing: neither is a worker
 * replaced for it after every job, nor does it run out of memory. */
static void
test_heap_of_the_parent(void **state)
{
	enum { MUCH = 200 << 20 };
	char *gathered;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	gathered = malloc(MUCH);
	assert_non_null(gathered);
	memset(gathered, 1, MUCH);
	jobs_begin(6);
	run.o.seal.memory = 100 << 20;
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(run.told.workers, 1);
	assert_int_equal(run.told.lost, 0);
	free(gathered);
}

static struct {
	unsigned	calls, ends;
	uint64_t	files, bytes;
	bool		path;
} seen;

static void
watch(const struct pool_far *f)
{
	assert_int_equal(seen.ends, 0);
	if (f == NULL) {
		seen.ends++;
		return;
	}
	seen.calls++;
	assert_true(f->files <= run.n);
	assert_true(f->files >= seen.files);
	/* Eight bytes each: no more, whatever a worker says. */
	assert_true(f->bytes + f->passed <= 8 * run.n);
	assert_true(f->path.n == 0 ||
	    str_find(f->path, "job ", 0) == 0);
	seen.files = f->files;
	seen.bytes = f->bytes;
	seen.path |= f->path.n > 0;
}

static void
lie(struct work *w)
{
	atomic_store(work_far(w), UINT64_MAX);
}

static void
test_watched(void **state)
{
	(void)state;
	jobs_begin(3);
	run.o.watch = watch;
	job_crime(0, 0, lie);
	job_crime(1, 0, lie);
	run.plans[2].records = 8;
	run.plans[2].sleep = 100000;
	for (unsigned workers = 0; workers <= 2; workers++) {
		memset(&seen, 0, sizeof seen);
		assert_int_equal(jobs_run(workers), POOL_DONE);
		assert_true(seen.calls > 0 && seen.calls < 1000);
		assert_true(seen.path);
		assert_int_equal(seen.files, 2);
		assert_int_equal(seen.bytes, 16);
		assert_int_equal(seen.ends, 1);
	}
	/* What is over at once is not worth a look. */
	jobs_begin(0);
	run.o.watch = watch;
	memset(&seen, 0, sizeof seen);
	assert_int_equal(jobs_run(1), POOL_DONE);
	assert_int_equal(seen.calls, 0);
	assert_int_equal(seen.ends, 1);
}

static void
read_on(struct work *w)
{
	for (int i = 0; i < 30; i++) {
		time_sleep(100000);
		atomic_fetch_add(work_far(w), 1);
	}
}

/* Gigabytes of zeros in a log took its reader for hung. */
static void
test_bytes_are_progress(void **state)
{
	(void)state;
	jobs_begin(1);
	run.o.deadline = 2;
	job_crime(0, 3, read_on);
	assert_int_equal(jobs_run(1), POOL_DONE);
	job_whole(0, 0);
	assert_int_equal(run.told.lost, 0);
}

static void
test_policy(void **state)
{
	(void)state;
	jobs_begin(3);
	run.o.policy = SEAL_REQUIRE;
	assert_int_equal(jobs_run(2), POOL_REFUSED);
	assert_int_equal(run.asked, 0);
	assert_int_equal(run.told.layers & FREE_WORK, 0);
	assert_int_equal(jobs_run(0), POOL_REFUSED);
	assert_int_equal(run.asked, 0);
	run.o.policy = SEAL_OFF;
	assert_int_equal(jobs_run(2), POOL_DONE);
	assert_int_equal(run.told.layers, 0);
	assert_null(run.told.unprotected);
	run.o.policy = SEAL_AUTO;
	assert_int_equal(jobs_run(0), POOL_DONE);
	assert_string_equal(run.told.unprotected, "in_process");
	assert_int_equal(jobs_run(2), POOL_DONE);
	assert_null(run.told.unprotected);
	job_whole(2, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_no_jobs),
		cmocka_unit_test(test_many_jobs),
		cmocka_unit_test(test_backpressure),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_heap),
		cmocka_unit_test(test_heap_of_the_parent),
		cmocka_unit_test(test_watched),
		cmocka_unit_test(test_bytes_are_progress),
		cmocka_unit_test(test_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
