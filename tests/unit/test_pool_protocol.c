/*
 * A worker that has been taken over sends what it likes: its job fails with
 * the reason, no other job does.
 */
#include "pool_jobs.h"
#include <sys/socket.h>

/* A frame of the kind that comes next, before it is spoiled. */
static size_t
next_frame(struct work *w, enum frame_type type, const void *p, size_t n)
{
	memcpy(w->frame->payload, p, n);
	return frame_close(w->frame, type, w->job, w->seq, n);
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
bad_checksum(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->head.checksum ^= 0x80000000u;
	put(w, n);
}

static void
bad_payload(struct work *w)
{
	size_t n = next_frame(w, FRAME_BYTES, "abcd", 4);

	w->frame->payload[3] ^= 1;
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
	put(w, next_frame(w, FRAME_BYTES, "abcd", 4) - 1);
}

static void
empty_frame(struct work *w)
{
	put(w, next_frame(w, FRAME_BYTES, "", 0));
}

static void
other_job(struct work *w)
{
	w->job++;
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
	struct frame_done done = { .bytes = w->at + 1, .hash = w->hash };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

static void
done_hash(struct work *w)
{
	struct frame_done done = { .bytes = w->at, .hash = w->hash ^ 1 };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

static void
done_hash_high(struct work *w)
{
	struct frame_done done = { .bytes = w->at,
	    .hash = w->hash | UINT64_C(1) << 32 };

	put(w, next_frame(w, FRAME_DONE, &done, sizeof done));
}

static const struct {
	crime		*what;
	const char	*why;
} crimes[] = {
	{ bad_magic, "bytes that are no frame" },
	{ bad_zero, "bytes that are no frame" },
	{ bad_checksum, "a frame with a wrong checksum" },
	{ bad_payload, "a frame with a wrong checksum" },
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
	struct frame_done done = { .bytes = w->at, .hash = w->hash };

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

/* Every bit of a frame. */
static void
test_every_bit(void **state)
{
	static struct frame f, bent;
	struct intake in = { .hello = true };
	const char *why;
	size_t n;

	(void)state;
	intake_job(&in, 3);
	memcpy(f.payload, "payload", 7);
	n = frame_close(&f, FRAME_BYTES, 3, 0, 7);
	assert_int_equal(n, 39);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		struct intake was = in, now = in;

		bent = f;
		((uint8_t *)&bent)[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(intake_take(&now, &bent, n, &why),
		    INTAKE_BAD);
		assert_non_null(why);
		assert_memory_equal(&now, &was, sizeof was);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(intake_take(&in, &f, cut, &why), INTAKE_BAD);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BYTES);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
}

static void
test_hello(void **state)
{
	struct frame_hello hello = { .layers = SEAL_ALL };
	struct intake in = { 0 };
	static struct frame f;
	const char *why;
	size_t n;

	(void)state;
	memcpy(f.payload, &hello, sizeof hello);
	n = frame_close(&f, FRAME_HELLO, 1, 0, sizeof hello);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 1, sizeof hello);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 0, sizeof hello + 1);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_BYTES, 0, 0, sizeof hello);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
	assert_string_equal(why, "no hello");
	assert_int_equal(intake_take(&in, &f, 0, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_HELLO, 0, 0, sizeof hello);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_HELLO);
	/* Nothing was asked of it: no frame belongs to anything. */
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_STRAY);
	assert_int_equal(intake_take(&in, &f, 0, &why), INTAKE_STRAY);
}

/* What belongs to the job before is not this one's doing. */
static void
test_stray(void **state)
{
	struct intake in = { .hello = true };
	static struct frame f;
	const char *why;
	size_t n;

	(void)state;
	intake_job(&in, 1);
	n = frame_close(&f, FRAME_DONE, 1, 0,
	    sizeof(struct frame_done));
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_DONE);
	n = frame_close(&f, FRAME_BYTES, 1, 1, 1);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_STRAY);
	intake_job(&in, 2);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_STRAY);
	n = frame_close(&f, FRAME_BYTES, 3, 0, 1);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BAD);
	n = frame_close(&f, FRAME_BYTES, 2, 0, 1);
	assert_int_equal(intake_take(&in, &f, n, &why), INTAKE_BYTES);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_violations),
		cmocka_unit_test(test_bytes_after_end),
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_stray),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
