/*
 * A worker that has been taken over sends what it likes: its job fails with
 * the reason, no other job does.
 */
#include "pool_jobs.h"
#include "base/adler32.h"
#include <sys/socket.h>

/* A frame of the kind that comes next, before it is spoiled. */
static size_t
next_frame(struct work *w, enum frame_type type, const void *p, size_t n)
{
	if (type == FRAME_BYTES) {
		memcpy(w->page->ring[w->sent % RING], p, n);
		return frame_close(w->frame, type, w->job, w->seq, 0, n);
	}
	memcpy(w->frame->payload, p, n);
	return frame_close(w->frame, type, w->job, w->seq, n, 0);
}

static void
put(struct work *w, size_t n)
{
	if (write(w->fd, w->frame, n) != (ssize_t)n)
		_exit(97);
}

static void
bad_magic(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->head.magic ^= 1;
	put(w, n);
}

static void
bad_zero(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->head.zero = 1;
	put(w, n);
}

static void
outside(struct work *w)
{
	memcpy(w->frame->payload, "abcd", 4);
	put(w, frame_close(w->frame, FRAME_BYTES, w->job, w->seq, 4, 4));
}

static void
body_too_long(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->head.body = FRAME_BODY + 1;
	put(w, n);
}

/* As long as a number can say. */
static void
body_longest(struct work *w)
{
	struct frame_done done = { .bytes = UINT32_MAX,
	    .sum = w->sum };
	size_t n = next_frame(w, FRAME_DONE, &done, sizeof done);

	w->frame->head.body = UINT32_MAX;
	put(w, n);
}

static void
bad_length_more(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->head.length = UINT32_MAX;
	put(w, n);
}

static void
bad_length_less(struct work *w)
{
	put(w, next_frame(w, FRAME_BYTES, "abcd", 4) + 1);
}

static void
too_long(struct work *w)
{
	static struct frame f[2];

	f[0].head.magic = FRAME_MAGIC;
	if (write(w->fd, f, sizeof f) != sizeof f)
		_exit(97);
}

static void
cut_short(struct work *w)
{
	next_frame(w, FRAME_BYTES, "abcd", 4);
	put(w, 10);
}

static void
cut_payload(struct work *w)
{
	struct frame_done done = { .bytes = w->at, .sum = w->sum };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done) - 1);
}

static void
empty_frame(struct work *w)
{
	put(w, next_frame(w, FRAME_BYTES, "", 0));
}

static void
other_job(struct work *w)
{
	w->job += 1000;
	put(w, next_frame(w, FRAME_BYTES, "abcd", 4));
}

static void
job_0(struct work *w)
{
	w->job = 0;
	put(w, next_frame(w, FRAME_BYTES, "abcd", 4));
}

static void
hello_again(struct work *w)
{
	struct frame_hello hello = { .layers = SEAL_ALL };

	w->job = 0;
	w->seq = 0;
	put(w, next_frame(w, FRAME_HELLO, &hello, sizeof hello));
}

static void
frame_twice(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	put(w, n);
	put(w, n);
}

static void
unknown_kind(struct work *w)
{
	put(w, next_frame(w, (enum frame_type)77, "abcd", 4));
}

static void
job_back(struct work *w)
{
	put(w, next_frame(w, FRAME_JOB, "abcd", 4));
}

static void
done_short(struct work *w)
{
	put(w, next_frame(w, FRAME_DONE, "abcd", 4));
}

static void
done_count(struct work *w)
{
	struct frame_done done = { .bytes = w->at + 1,
	    .sum = w->sum };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

static void
done_hash(struct work *w)
{
	struct frame_done done = { .bytes = w->at,
	    .sum = w->sum ^ 1 };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

static void
done_hash_high(struct work *w)
{
	struct frame_done done = { .bytes = w->at,
	    .sum = w->sum ^ UINT64_C(1) << 32 };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

/* The end says that there is a body, and what is in the slot is not what it
 * has counted. */
static void
done_body(struct work *w)
{
	struct frame_done done = { .bytes = w->at + 4,
	    .sum = w->sum };

	memcpy(w->page->ring[w->sent % RING], "abcd", 4);
	memcpy(w->frame->payload, &done, sizeof done);
	put(w, frame_close(w->frame, FRAME_DONE, w->job, w->seq,
	    sizeof done, 4));
}

static const struct {
	crime		*what;
	const char	*why;
} crimes[] = {
	{ bad_magic, "bytes that are no frame" },
	{ bad_zero, "bytes that are no frame" },
	{ outside, "bytes outside of their slot" },
	{ body_too_long, "a body that is too long" },
	{ body_longest, "a body that is too long" },
	{ bad_length_more, "a frame with a wrong length" },
	{ bad_length_less, "a frame with a wrong length" },
	{ too_long, "a frame that is too long" },
	{ cut_short, "a frame that is cut short" },
	{ cut_payload, "a frame with a wrong length" },
	{ empty_frame, "an empty frame" },
	{ other_job, "a frame of another job" },
	{ job_0, "a frame of another job" },
	{ hello_again, "a frame of another job" },
	{ frame_twice, "a frame out of order" },
	{ unknown_kind, "a frame of an unknown kind" },
	{ job_back, "a frame of an unknown kind" },
	{ done_short, "an end of a wrong length" },
	{ done_count, "an end that counts other bytes than came" },
	{ done_hash, "an end with the checksum of other bytes" },
	{ done_hash_high, "an end with the checksum of other bytes" },
	{ done_body, "an end with the checksum of other bytes" },
};
enum { NCRIMES = sizeof crimes / sizeof *crimes };

static void
test_violations(void **state)
{
	char why[128];

	(void)state;
	jobs_begin(2 * NCRIMES + 1);
	for (size_t i = 0; i < NCRIMES; i++)
		job_crime(2 * i + 1, i % 20, crimes[i].what);
	for (unsigned workers = 1; workers <= 5; workers += 2) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i += 2)
			job_whole(i, 0);
		for (size_t i = 0; i < NCRIMES; i++) {
			snprintf(why, sizeof why, "protocol violation: %s",
			    crimes[i].why);
			job_failed(2 * i + 1, why);
			assert_int_equal(run.results[2 * i + 1].nskips, 0);
		}
		assert_int_equal(run.told.stray, 0);
	}
}

/* An end, and then more: nothing of it reaches the job behind. */
static void
bytes_after_end(struct work *w)
{
	struct frame_done done = { .bytes = w->at, .sum = w->sum };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
	w->seq++;
	put(w, next_frame(w, FRAME_BYTES, "abcd", 4));
}

static void
test_bytes_after_end(void **state)
{
	(void)state;
	jobs_begin(6);
	job_crime(2, 5, bytes_after_end);
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			if (i != 2)
				job_whole(i, 0);
		/* None if all was over before it came. */
		assert_true(run.told.stray <= 1);
	}
}

/* Descriptors that a worker sends do not stay here. */
static void
descriptor(struct work *w)
{
	union {
		struct cmsghdr	head;
		char		room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec io = { w->frame, next_frame(w, FRAME_BYTES, "abcd", 4) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &w->fd, sizeof(int));
	if (sendmsg(w->fd, &m, 0) == -1)
		_exit(97);
	_exit(5);
}

static void
test_descriptor(void **state)
{
	(void)state;
	jobs_begin(3);
	job_crime(1, 0, descriptor);
	assert_int_equal(jobs_run(1), POOL_DONE);
	job_whole(0, 0);
	job_whole(2, 0);
}

/* The shared page is a hint: what it says may cost the job, no other. */
static void
page_forged(struct work *w)
{
	atomic_store(&w->page->ordinal, mix((uint32_t)getpid()) | 1u << 20);
	_exit(6);
}

static void
page_other_job(struct work *w)
{
	atomic_store(&w->page->job, 4);
	_exit(6);
}

/* Until all is taken that was sent: the pool would say the truth again, and
 * of a job before, whose last bytes wait in the ring, no more can be spoiled
 * (which happened whenever the pool was slow, and cost that job). */
static void
await_taken(const struct work *w)
{
	while (atomic_load(&w->page->taken) != w->sent)
		sched_yield();
}

static void
ring_forged(struct work *w)
{
	await_taken(w);
	atomic_store(&w->page->taken, 1000);
}

static void
ring_forged_late(struct work *w)
{
	await_taken(w);
	atomic_store(&w->page->taken, w->sent + 1);
}

/* Which slots are free the worker is told, and could tell itself: it waits
 * for ever or fills one that has not been read, of its own job. */
static void
test_ring_forged(void **state)
{
	(void)state;
	jobs_begin(6);
	run.o.deadline = 1;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 100000;
	job_crime(2, 0, ring_forged);
	job_crime(4, 3, ring_forged_late);
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			if (i != 2 && i != 4)
				job_whole(i, 0);
		job_whole(2, 1);
		assert_true(str_is(run.results[2].why,
		    "no progress for 1 s"));
	}
}

/* More than all slots hold, to who takes his time: the worker waits, and
 * nothing is written over. */
static void
test_ring_full(void **state)
{
	(void)state;
	jobs_begin(3);
	run.each = time_settle;
	for (size_t i = 0; i < run.n; i++)
		run.plans[i].size = 3 * FRAME_BODY;
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++) {
			job_whole(i, 0);
			assert_true(run.results[i].bytes > RING * FRAME_BODY);
		}
	}
}

static void
test_page(void **state)
{
	(void)state;
	jobs_begin(6);
	job_crime(2, 5, page_forged);
	job_crime(4, 5, page_other_job);
	for (unsigned workers = 1; workers <= 2; workers++) {
		assert_int_equal(jobs_run(workers), POOL_DONE);
		for (size_t i = 0; i < run.n; i++)
			if (i != 2 && i != 4)
				job_whole(i, 0);
		job_failed(2, "the reader ended before it was done "
		    "(status 6)");
		job_failed(4, "the reader ended before it was done "
		    "(status 6)");
		assert_int_equal(run.results[4].nskips, 0);
	}
}

/* Every bit of a frame and of its body.  What the frame does not show, its
 * body or how much of it counts, shows at the end. */
static void
test_every_bit(void **state)
{
	enum { BODY = 7, HEAD = 8 * offsetof(struct frame_head, body) };
	static struct frame f, bent, end;
	static uint8_t body[FRAME_BODY] = "payload";
	const struct intake in = { .hello = true, .job = 3 };
	struct intake whole = in;
	struct frame_done done = { .bytes = BODY };
	uint32_t sum = 0;
	const char *why;
	size_t n, last;

	(void)state;
	sum = adler32_update(sum, body, BODY);
	done.sum = sum;
	n = frame_close(&f, FRAME_BYTES, 3, 0, 0, BODY);
	memcpy(end.payload, &done, sizeof done);
	last = frame_close(&end, FRAME_DONE, 3, 1, sizeof done, 0);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		struct intake now = in;
		bool counts = bit >= HEAD && bit < HEAD + 32;

		bent = f;
		((uint8_t *)&bent)[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (intake_take(&now, &bent, n, body, &why) != INTAKE_BAD) {
			assert_true(counts);
			assert_int_equal(intake_take(&now, &end, last, body,
			    &why), INTAKE_BAD);
		}
		assert_non_null(why);
	}
	for (size_t bit = 0; bit < 8 * BODY; bit++) {
		struct intake now = in;

		body[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(intake_take(&now, &f, n, body, &why),
		    INTAKE_BYTES);
		body[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(intake_take(&now, &end, last, body, &why),
		    INTAKE_BAD);
		assert_string_equal(why,
		    "an end with the checksum of other bytes");
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(intake_take(&whole, &f, cut, body, &why),
		    INTAKE_BAD);
	assert_memory_equal(&whole, &in, sizeof in);
	assert_int_equal(intake_take(&whole, &f, n, body, &why),
	    INTAKE_BYTES);
	assert_int_equal(intake_take(&whole, &f, n, body, &why), INTAKE_BAD);
	assert_int_equal(intake_take(&whole, &end, last, body, &why),
	    INTAKE_DONE);
}

/* How much is copied before anything is checked. */
static void
test_body(void **state)
{
	static struct frame f;
	size_t n = frame_close(&f, FRAME_BYTES, 1, 0, 0, FRAME_BODY);

	(void)state;
	assert_int_equal(frame_body(&f, n), FRAME_BODY);
	assert_int_equal(frame_body(&f, sizeof f.head - 1), 0);
	assert_int_equal(frame_body(&f, 0), 0);
	f.head.body++;
	assert_int_equal(frame_body(&f, n), 0);
	f.head.body = UINT32_MAX;
	assert_int_equal(frame_body(&f, n), 0);
}

static void
test_hello(void **state)
{
	struct frame_hello hello = { .layers = SEAL_ALL };
	struct intake in = { 0 };
	static struct frame f;
	static const uint8_t body[FRAME_BODY];
	const char *why;
	size_t n;

	(void)state;
	memcpy(f.payload, &hello, sizeof hello);
	n = frame_close(&f, FRAME_HELLO, 1, 0, sizeof hello, 0);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 1, sizeof hello, 0);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 0, sizeof hello + 1, 0);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_BYTES, 0, 0, 0, 4);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	assert_string_equal(why, "no hello");
	n = frame_close(&f, FRAME_HELLO, 0, 0, sizeof hello, 4);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	assert_string_equal(why, "no hello");
	assert_int_equal(intake_take(&in, &f, 0, body, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 0, sizeof hello, 0);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_HELLO);
	/* Nothing was asked of it: no frame belongs to anything. */
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_STRAY);
	assert_int_equal(intake_take(&in, &f, 0, body, &why), INTAKE_STRAY);
}

/* What belongs to the job before is not this one's doing. */
static void
test_stray(void **state)
{
	struct intake in = { .hello = true };
	static struct frame f;
	static const uint8_t body[FRAME_BODY];
	const char *why;
	size_t n;

	(void)state;
	intake_job(&in, 1);
	n = frame_close(&f, FRAME_DONE, 1, 0,
	    sizeof(struct frame_done), 0);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_DONE);
	n = frame_close(&f, FRAME_BYTES, 1, 1, 0, 1);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_STRAY);
	intake_job(&in, 2);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_STRAY);
	n = frame_close(&f, FRAME_BYTES, 3, 0, 0, 1);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_BYTES, 2, 0, 0, 1);
	assert_int_equal(intake_take(&in, &f, n, body, &why), INTAKE_BYTES);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_violations),
		cmocka_unit_test(test_bytes_after_end),
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_ring_forged),
		cmocka_unit_test(test_ring_full),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_stray),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
