/*
 * The pool's side of the frame protocol: what a worker may send, taken over
 * or not, and what bytes() is given of it.
 *
 * The input is a list of steps, each a letter and what it needs:
 *
 *	b LENGTH BYTES		the next frame of bytes, as it should be
 *	d			the end that fits
 *	e LENGTH BYTES		the same, with a last body
 *	t TYPE JOB SEQ LENGTH BYTES	a frame with these fields; what
 *				follows stands behind it and is its body
 *	r LENGTH BYTES		a message as it is
 *	a			the worker is gone, the job is tried again
 *	n			a worker is given the next job
 *
 * LENGTH is one byte; bytes that are not there are zero.  TYPE, JOB and SEQ
 * are a byte, the last two a distance from the right one.
 */
#include <stdlib.h>
#include <string.h>
#include "base/adler32.h"
#include "fuzz/fuzz.h"
#include "triage/pool_parts.h"

/* What bytes() has been given, and what came whole. */
struct given {
	uint64_t	bytes;
	uint32_t	sum;
};

struct line {
	struct pool	 pool;
	struct pool_told told;
	struct slot	 slot;
	struct intake	 in;
	struct given	 given;
	struct frame	 frame;
	uint8_t		 body[FRAME_BODY];
};

static bool
given_bytes(void *ctx, const struct job *j, struct span s)
{
	struct given *g = ctx;

	(void)j;
	if (s.n == 0)
		abort();
	g->sum = adler32_update(g->sum, s.p, s.n);
	g->bytes += s.n;
	return true;
}

/* The worker is at a new job. */
static void
job_begin(struct line *l)
{
	static const struct job none = { .fd = -1, .path = { "", 0 },
	    .note = { "", 0 } };

	slot_drop(&l->pool, &l->slot);
	slot_begin(&l->pool, &l->slot, &none);
	l->slot.state = SLOT_RUNNING;
	l->given = (struct given){ 0 };
	intake_job(&l->in, l->slot.number);
}

/* What must hold at the end of a job: it was given what was sent, once. */
static void
job_check(struct line *l, const struct intake *in)
{
	if (!slot_proved(&l->slot))
		return;
	if (l->pool.o.atomic && !slot_give(&l->pool, &l->slot))
		abort();
	if (l->given.bytes != in->bytes || l->given.sum != in->sum)
		abort();
}

/* The worker is gone, and the job is tried again. */
static void
again(struct line *l)
{
	slot_prove(&l->slot, &l->in);
	slot_again(&l->pool, &l->slot);
	l->slot.state = SLOT_RUNNING;
	intake_job(&l->in, l->slot.number);
	l->in.before = 0;
}

static void
message(struct line *l, size_t n)
{
	struct intake was = l->in;
	struct span s = { l->body, frame_body(&l->frame, n) };
	const char *why = NULL;

	switch (intake_take(&l->in, &l->frame, n, l->body, &why)) {
	case INTAKE_HELLO:
		break;
	case INTAKE_BYTES:
		if (l->in.bytes != was.bytes + s.n || s.n > FRAME_BODY ||
		    l->frame.head.job != l->slot.number)
			abort();
		if (slot_take(&l->pool, &l->slot, was.bytes, s) != SLOT_TOOK)
			job_begin(l);
		break;
	case INTAKE_DONE:
		if (l->in.bytes != was.bytes + s.n)
			abort();
		if (s.n == 0 || slot_take(&l->pool, &l->slot, was.bytes, s) ==
		    SLOT_TOOK)
			job_check(l, &l->in);
		job_begin(l);
		break;
	case INTAKE_BAD:
		if (why == NULL)
			abort();
		again(l);
		break;
	case INTAKE_STRAY:
		again(l);
		break;
	}
}

/* The rest of a step: its length, and so many bytes into payload and body. */
static size_t
payload(struct line *l, struct rd *r)
{
	size_t n = rd_u8(r);
	struct span s = rd_span(r, n);

	memset(l->frame.payload, 0, n);
	if (s.p != NULL)
		memcpy(l->frame.payload, s.p, n);
	memcpy(l->body, l->frame.payload, n);
	return n;
}

static size_t
end_make(struct line *l, size_t body)
{
	struct frame_done done = { .bytes = l->in.bytes + body,
	    .sum = adler32_update(l->in.sum, l->body, body) };

	memcpy(l->frame.payload, &done, sizeof done);
	return frame_close(&l->frame, FRAME_DONE, l->in.job, l->in.seq,
	    sizeof done, body);
}

static void
step(struct line *l, struct rd *r)
{
	uint8_t type, job, seq;
	size_t n;

	switch (rd_u8(r)) {
	case 'b':
		n = payload(l, r);
		message(l, frame_close(&l->frame, FRAME_BYTES,
		    l->in.job, l->in.seq, 0, n));
		break;
	case 'd':
		message(l, end_make(l, 0));
		break;
	case 'e':
		message(l, end_make(l, payload(l, r)));
		break;
	case 't':
		type = rd_u8(r);
		job = rd_u8(r);
		seq = rd_u8(r);
		n = payload(l, r);
		message(l, frame_close(&l->frame,
		    (enum frame_type)type, l->in.job + job,
		    l->in.seq + seq, n, n));
		break;
	case 'r':
		n = payload(l, r);
		memmove(&l->frame, l->frame.payload, n);
		message(l, n);
		break;
	case 'n':
		job_begin(l);
		break;
	default:
		again(l);
		break;
	}
}

static void
frames(struct rd r, bool atomic)
{
	static struct line l;
	const struct pool_ops ops = { .bytes = given_bytes,
	    .ctx = &l.given };
	struct frame_hello hello = { 0 };

	l = (struct line){ .pool = { .ops = &ops, .told = &l.told,
	    .window = &l.slot, .nwindow = 1, .o.atomic = atomic } };
	job_begin(&l);
	memcpy(l.frame.payload, &hello, sizeof hello);
	message(&l, frame_close(&l.frame, FRAME_HELLO, 0, 0, sizeof hello,
	    0));
	if (!l.in.hello)
		abort();
	while (rd_left(&r) > 0)
		step(&l, &r);
	arena_free(&l.slot.texts);
	arena_free(&l.slot.bytes);
}

void
fuzz_frames(const uint8_t *p, size_t n)
{
	struct rd r = rd_init((struct span){ p, n });

	frames(r, false);
	frames(r, true);
}
