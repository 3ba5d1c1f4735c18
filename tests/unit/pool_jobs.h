/*
 * Made-up jobs for the tests of the pool: each has a file with its number in
 * it, "records" of bytes that follow from job and record, and crimes that
 * its worker commits at a record.  What the pool gives is compared with what
 * has to come, record by record.
 */
#ifndef EVTRIAGE_TESTS_POOL_JOBS_H
#define EVTRIAGE_TESTS_POOL_JOBS_H

#include "unit.h"
#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/crc32.h"
#include "pool_time.h"
#include "triage/pool_parts.h"

enum { JOBS_MAX = 10000, CRIMES = 16, FREE_WORK = SEAL_SECCOMP |
    SEAL_LANDLOCK };

/* In the worker, at a record. */
typedef void	crime(struct work *w);

struct plan {
	bool		 empty;		/* fd -1 */
	bool		 pipe;
	unsigned	 records;
	size_t		 size;		/* of one, at most */
	off_t		 room;		/* the file is as long */
	uint64_t	 part;		/* of its file that is to be read */
	unsigned	 sleep;		/* us, each record */
	struct {
		uint64_t	 at;
		crime		*what;
	} crimes[CRIMES];
	size_t		 ncrimes;
};

struct result {
	bool		 done;
	struct str	 failed;
	bool		 interrupted;
	uint64_t	 skips[CRIMES];
	struct str	 why;		/* of the first skip */
	size_t		 nskips;
	uint64_t	 bytes;
	uint32_t	 hash;
};

/* Everything of a run. */
static struct run {
	struct arena	 arena;
	struct pool_options o;
	struct pool_told told;
	struct plan	*plans;
	size_t		 n;
	size_t		 asked, ended;	/* next() and done() */
	size_t		 open_most;	/* jobs between the two, at most */
	struct result	*results;
	bool		 real_time;
	bool		 leave_open;	/* work() does not close its file */
	uint64_t	 refuse;	/* bytes() refuses this job (tag) */
	void		(*each)(void);	/* called with every callback */
	int		*late;		/* not NULL: pipes are left open here,
					 * with nothing in them */
	int		 files;		/* descriptors before */
} run;

static int
files_open(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static uint32_t
mix(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x7feb352du;
	x ^= x >> 15;
	x *= 0x846ca68bu;
	return x ^ x >> 16;
}

/* Record k of a job: *n bytes. */
static const uint8_t *
record_bytes(size_t job, uint64_t k, size_t *n)
{
	static uint8_t *buf;
	static size_t cap;
	uint32_t x = mix((uint32_t)(job * 7919 + k + 1));

	*n = run.plans[job].size == 0 ? 0 : x % (run.plans[job].size + 1);
	if (*n + 4 > cap) {
		cap = *n + 4;
		buf = realloc(buf, cap);
		assert_non_null(buf);
	}
	for (size_t i = 0; i < *n; i += 4) {
		x = x * 1664525u + 1013904223u;
		memcpy(buf + i, &x, 4);
	}
	return buf;
}

static unsigned jobs_here;		/* that this process has worked at */

static const char left_out[] = "left out\n";

static bool
jobs_next(void *ctx, struct job *j)
{
	size_t i = run.asked;
	uint64_t tag = i;
	int pair[2];

	(void)ctx;
	if (run.each != NULL)
		run.each();
	if (i == run.n)
		return false;
	run.asked++;
	if (run.asked - run.ended > run.open_most)
		run.open_most = run.asked - run.ended;
	j->tag = tag;
	j->named = i % 2 == 0;
	j->path = arena_fmt(&run.arena, "job %zu", i);
	j->note = arena_fmt(&run.arena, "note %zu", i);
	j->fd = -1;
	j->bytes = run.plans[i].part;
	j->part = j->bytes != 0;
	if (run.plans[i].empty)
		return true;
	if (run.plans[i].pipe) {
		assert_int_equal(pipe(pair), 0);
		j->fd = pair[0];
		if (run.late != NULL) {
			*run.late = pair[1];
			return true;
		}
		assert_int_equal(write(pair[1], &tag, 8), 8);
		close(pair[1]);
		return true;
	}
	j->fd = memfd_create("job", MFD_CLOEXEC);
	assert_int_not_equal(j->fd, -1);
	assert_int_equal(write(j->fd, "skip", 4), 4);
	assert_int_equal(write(j->fd, &tag, 8), 8);
	if (run.plans[i].room > 0)
		assert_int_equal(ftruncate(j->fd, run.plans[i].room), 0);
	assert_int_equal(lseek(j->fd, 4, SEEK_SET), 4);
	return true;
}

static void
jobs_work(void *ctx, struct work *w, const struct job *j)
{
	const struct plan *p = &run.plans[j->tag];
	uint64_t tag = 0;
	struct str why;
	char name[32];

	(void)ctx;
	snprintf(name, sizeof name, "job %d", (int)j->tag);
	if (read(j->fd, &tag, 8) != 8 || tag != j->tag ||
	    !str_is(j->path, name) || j->note.n != j->path.n + 1 ||
	    j->named != (j->tag % 2 == 0))
		_exit(99);
	jobs_here++;
	if (!run.leave_open)
		close(j->fd);
	for (uint64_t k = 0; k < p->records && !work_stopped(w); k++) {
		const uint8_t *bytes;
		size_t n;

		if (work_at(w, k, &why)) {
			if (why.n == 0)
				_exit(98);
			work_send(w, left_out, sizeof left_out - 1);
			continue;
		}
		for (size_t i = 0; i < p->ncrimes; i++)
			if (p->crimes[i].at == k)
				p->crimes[i].what(w);
		if (p->sleep > 0)
			time_sleep(p->sleep);
		bytes = record_bytes(j->tag, k, &n);
		work_send(w, bytes, n / 2);
		work_send(w, bytes + n / 2, n - n / 2);
	}
}

static bool
jobs_bytes(void *ctx, const struct job *j, struct span s)
{
	struct result *r = &run.results[j->tag];

	(void)ctx;
	if (run.each != NULL)
		run.each();
	assert_int_equal(j->tag, run.ended);
	assert_true(s.n > 0);
	if (j->tag == run.refuse)
		return false;
	r->hash = crc32_update(r->hash, s.p, s.n);
	r->bytes += s.n;
	return true;
}

static void
jobs_done(void *ctx, const struct job *j, const struct job_end *end)
{
	struct result *r = &run.results[j->tag];

	(void)ctx;
	assert_int_equal(j->tag, run.ended++);
	assert_false(r->done);
	assert_true(end->nskips <= CRIMES);
	r->done = true;
	r->failed = arena_str(&run.arena, end->failed);
	r->interrupted = end->interrupted;
	r->nskips = end->nskips;
	for (size_t i = 0; i < end->nskips; i++) {
		r->skips[i] = end->skips[i].at;
		assert_true(end->skips[i].why.n > 0);
		assert_true(i == 0 || r->skips[i] > r->skips[i - 1]);
	}
	if (end->nskips > 0)
		r->why = arena_str(&run.arena, end->skips[0].why);
	if (run.each != NULL)
		run.each();
}

/* n jobs of some records each; the test changes what it likes. */
static void
jobs_begin(size_t n)
{
	arena_free(&run.arena);
	time_passes = NULL;
	run = (struct run){ .n = n, .refuse = UINT64_MAX,
	    .o = { .seal = { .test_off = FREE_WORK } } };
	assert_true(n <= JOBS_MAX);
	run.plans = arena_array(&run.arena, struct plan, n);
	run.results = arena_array(&run.arena, struct result, n);
	for (size_t i = 0; i < n; i++) {
		run.plans[i].records = 20;
		run.plans[i].size = 1000;
	}
	run.files = files_open();
}

static inline void
job_crime(size_t job, uint64_t at, crime *what)
{
	struct plan *p = &run.plans[job];

	assert_true(p->ncrimes < CRIMES);
	p->crimes[p->ncrimes].at = at;
	p->crimes[p->ncrimes++].what = what;
}

/* Nothing may be left of a run: no process, no descriptor. */
static void
nothing_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(files_open(), run.files);
}

static enum pool_end
jobs_run(unsigned workers)
{
	static const struct pool_ops ops = { jobs_next, jobs_work,
	    jobs_bytes, jobs_done, NULL, NULL };
	enum pool_end end;

	/* A young pool has one worker for small files. */
	time_begin(run.real_time, YOUNG);
	run.o.workers = workers;
	run.o.in_process = workers == 0;
	run.asked = run.ended = 0;
	memset(run.results, 0, run.n * sizeof *run.results);
	end = pool_run(&run.o, &ops, &run.told);
	nothing_left();
	return end;
}

/* What a job must have given: all its records but those it says it left
 * out, up to `most` bytes. */
static inline void
job_expect(size_t job)
{
	const struct result *r = &run.results[job];
	const struct plan *p = &run.plans[job];
	uint64_t bytes = 0;
	uint32_t hash = 0;

	assert_true(r->done);
	for (uint64_t k = 0; !p->empty && k < p->records; k++) {
		const uint8_t *from;
		bool out = false;
		size_t n;

		for (size_t i = 0; i < r->nskips; i++)
			out |= r->skips[i] == k;
		from = record_bytes(job, k, &n);
		if (out) {
			from = (const uint8_t *)left_out;
			n = sizeof left_out - 1;
		}
		hash = crc32_update(hash, from, n);
		bytes += n;
	}
	assert_int_equal(r->bytes, bytes);
	assert_int_equal(r->hash, hash);
}

/* Whole, and exactly these records are missing. */
static inline void
job_whole(size_t job, size_t nskips)
{
	const struct result *r = &run.results[job];

	if (r->failed.n > 0)
		print_error("job %zu: %.*s\n", job, (int)r->failed.n,
		    r->failed.p);
	assert_int_equal(r->failed.n, 0);
	assert_int_equal(r->nskips, nskips);
	job_expect(job);
}

static inline void
job_failed(size_t job, const char *why)
{
	const struct result *r = &run.results[job];

	assert_true(r->done);
	if (!str_is(r->failed, why))
		print_error("job %zu: \"%.*s\", not \"%s\"\n", job,
		    (int)r->failed.n, r->failed.p, why);
	assert_true(str_is(r->failed, why));
}

#endif
