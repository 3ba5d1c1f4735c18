/*
 * Making and checking frames.  Every field of a frame from a worker is
 * checked here, before anything else looks at it: the worker has read a
 * hostile file.
 */
#include <string.h>
#include "base/adler32.h"
#include "triage/frame.h"

_Static_assert(sizeof(struct frame_head) == 32, "no holes in a frame head");
_Static_assert(sizeof(struct frame_job) == 24, "no holes in a job");
_Static_assert(offsetof(struct frame, payload) == 32, "nor behind it");

size_t
frame_close(struct frame *f, enum frame_type type, uint64_t job,
    uint32_t seq, size_t length, size_t body)
{
	f->head = (struct frame_head){ .magic = FRAME_MAGIC, .type = type,
	    .job = job, .seq = seq, .length = (uint32_t)length,
	    .body = (uint32_t)body };
	return sizeof f->head + length;
}

size_t
frame_body(const struct frame *f, size_t n)
{
	return n >= sizeof f->head && f->head.body <= FRAME_BODY ?
	    f->head.body : 0;
}

/* What is wrong with these n bytes as a frame; NULL: nothing. */
static const char *
frame_fault(const struct frame *f, size_t n)
{
	if (n > sizeof *f)
		return "a frame that is too long";
	if (n < sizeof f->head)
		return "a frame that is cut short";
	if (f->head.magic != FRAME_MAGIC || f->head.zero != 0)
		return "bytes that are no frame";
	if (f->head.length != n - sizeof f->head)
		return "a frame with a wrong length";
	if (f->head.body > FRAME_BODY)
		return "a body that is too long";
	return NULL;
}

void
intake_job(struct intake *in, uint64_t job)
{
	in->before = in->job == 0 ? in->before : in->job;
	in->job = job;
	in->seq = 0;
	in->bytes = 0;
	in->sum = 0;
}

static enum intake_got
bad(const char **why, const char *what)
{
	*why = what;
	return INTAKE_BAD;
}

/* One checksum for all bytes of a job: a slot that was filled anew before
 * its body had been taken is found at the end. */
static enum intake_got
take_bytes(struct intake *in, const struct frame *f, const uint8_t *body,
    const char **why)
{
	if (f->head.length != 0)
		return bad(why, "bytes outside of their slot");
	if (f->head.body == 0)
		return bad(why, "an empty frame");
	in->bytes += f->head.body;
	in->sum = adler32_update(in->sum, body, f->head.body);
	return INTAKE_BYTES;
}

static enum intake_got
take_done(struct intake *in, const struct frame *f, const uint8_t *body,
    const char **why)
{
	uint32_t sum = adler32_update(in->sum, body, f->head.body);
	struct frame_done done;

	if (f->head.length != sizeof done)
		return bad(why, "an end of a wrong length");
	memcpy(&done, f->payload, sizeof done);
	if (done.bytes != in->bytes + f->head.body)
		return bad(why, "an end that counts other bytes than came");
	if (done.sum != sum)
		return bad(why, "an end with the checksum of other bytes");
	in->bytes = done.bytes;
	in->sum = sum;
	in->before = in->job;
	in->job = 0;
	return INTAKE_DONE;
}

enum intake_got
intake_take(struct intake *in, const struct frame *f, size_t n,
    const uint8_t *body, const char **why)
{
	const struct frame_head *h = &f->head;

	*why = frame_fault(f, n);
	if (*why != NULL)
		return in->hello && in->job == 0 ? INTAKE_STRAY : INTAKE_BAD;
	if (!in->hello) {
		if (h->type != FRAME_HELLO || h->job != 0 || h->seq != 0 ||
		    h->length != sizeof(struct frame_hello) || h->body != 0)
			return bad(why, "no hello");
		in->hello = true;
		return INTAKE_HELLO;
	}
	if (in->job == 0 || (h->job == in->before && h->job != 0))
		return INTAKE_STRAY;
	if (h->job != in->job)
		return bad(why, "a frame of another job");
	if (h->seq != in->seq)
		return bad(why, "a frame out of order");
	in->seq++;
	if (h->type == FRAME_BYTES)
		return take_bytes(in, f, body, why);
	if (h->type == FRAME_DONE)
		return take_done(in, f, body, why);
	return bad(why, "a frame of an unknown kind");
}
