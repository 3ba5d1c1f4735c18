/*
 * The jobs of the pool: their bytes, which wait until their turn comes and
 * are given out once however often the job is tried, and their end.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/adler32.h"
#include "triage/pool_parts.h"

#define REFUSED "protocol violation: bytes that no sound reader sends"

enum { KEEP_ARENA = 128 << 10 };	/* more is given back at once */
#define MOST_ATOMIC	((size_t)1 << 30)

static void
arena_empty(struct arena *a)
{
	if (a->total > KEEP_ARENA)
		arena_free(a);
	else
		arena_reset(a);
}

void
slot_drop(struct pool *p, struct slot *s)
{
	p->held -= s->held;
	s->held = 0;
	s->first = NULL;
	s->last = &s->first;
	arena_empty(&s->bytes);
}

static void
slot_hold(struct pool *p, struct slot *s, struct span bytes)
{
	struct piece *k = arena_raw(&s->bytes, sizeof *k + bytes.n);

	k->next = NULL;
	k->n = bytes.n;
	memcpy(k->bytes, bytes.p, bytes.n);
	*s->last = k;
	s->last = &k->next;
	s->held += bytes.n;
	p->held += bytes.n;
	if (p->held > p->told->held)
		p->told->held = p->held;
}

/* What came in a former try has to come again; false: it differs. */
static bool
slot_verify(struct slot *s, struct span bytes)
{
	uint64_t left = s->proved - s->seen;
	size_t n = bytes.n < left ? bytes.n : (size_t)left;

	if (n == 0)
		return true;
	s->seen_sum = adler32_update(s->seen_sum, bytes.p, n);
	s->seen += n;
	return s->seen < s->proved || s->seen_sum == s->proved_sum;
}

bool
slot_proved(const struct slot *s)
{
	return s->seen == s->proved;
}

void
slot_prove(struct slot *s, const struct intake *in)
{
	if (in->bytes > s->proved) {
		s->proved = in->bytes;
		s->proved_sum = in->sum;
	}
}

enum slot_got
slot_take(struct pool *p, struct slot *s, uint64_t at, struct span bytes)
{
	size_t most = p->o.most != 0 ? p->o.most :
	    p->o.atomic ? MOST_ATOMIC : SIZE_MAX;

	if (at > most || bytes.n > most - at)
		return SLOT_TOO_MANY;
	if (!slot_verify(s, bytes))
		return SLOT_DIFFERS;
	if (p->o.atomic || s != pool_slot(p, 0)) {
		slot_hold(p, s, bytes);
		return SLOT_TOOK;
	}
	if (at + bytes.n <= s->handed)
		return SLOT_TOOK;
	if (at < s->handed)
		bytes = span_from(bytes, (size_t)(s->handed - at));
	if (!p->ops->bytes(p->ops->ctx, &s->job, bytes))
		return SLOT_REFUSED;
	s->handed += bytes.n;
	return SLOT_TOOK;
}

bool
slot_give(struct pool *p, struct slot *s)
{
	bool taken = true;

	for (struct piece *k = s->first; k != NULL && taken; k = k->next) {
		taken = p->ops->bytes(p->ops->ctx, &s->job,
		    (struct span){ k->bytes, k->n });
		s->handed += k->n;
	}
	slot_drop(p, s);
	if (!taken)
		slot_end(s, str_of(REFUSED));
	return taken;
}

void
slot_again(struct pool *p, struct slot *s)
{
	slot_drop(p, s);
	s->seen = 0;
	s->seen_sum = 0;
	s->fresh = true;
	s->state = SLOT_WAITING;
}

/* The first reason stays. */
void
slot_end(struct slot *s, struct str failed)
{
	s->state = SLOT_ENDED;
	if (s->failed.n == 0)
		s->failed = arena_str(&s->texts, failed);
}

void
slot_begin(struct pool *p, struct slot *s, const struct job *j)
{
	struct arena texts = s->texts, bytes = s->bytes;
	struct stat st;

	*s = (struct slot){ .job = *j, .number = ++p->numbers,
	    .texts = texts, .bytes = bytes, .failed = { "", 0 },
	    .base = -1, .file = j->fd != -1 };
	s->last = &s->first;
	s->job.path = arena_str(&s->texts, j->path);
	s->job.note = arena_str(&s->texts, j->note);
	if (j->fd == -1) {
		s->state = SLOT_ENDED;
		return;
	}
	s->base = lseek(j->fd, 0, SEEK_CUR);
	if (s->base != -1 && fstat(j->fd, &st) == 0 && st.st_size > s->base)
		s->size = (uint64_t)(st.st_size - s->base);
	if (j->path.n > POOL_NAMES_MAX ||
	    j->note.n > POOL_NAMES_MAX - j->path.n)
		slot_end(s, str_of("its name is too long"));
}

/* Skips in the order of records, whatever order they were found in. */
static void
skips_sort(struct slot *s)
{
	for (size_t i = 1; i < s->nskips; i++) {
		struct pool_skip k = s->skips[i];
		size_t to = i;

		for (; to > 0 && s->skips[to - 1].at > k.at; to--)
			s->skips[to] = s->skips[to - 1];
		s->skips[to] = k;
	}
}

void
slot_close(struct pool *p, struct slot *s)
{
	struct job_end end = { .failed = s->failed,
	    .interrupted = s->interrupted, .skips = s->skips,
	    .nskips = s->nskips };

	skips_sort(s);
	slot_drop(p, s);
	if (s->job.fd != -1)
		(void)close(s->job.fd);
	far_add(p, s);
	p->ops->done(p->ops->ctx, &s->job, &end);
	arena_empty(&s->texts);
}

static void
inside_send(struct work *w, const void *bytes, size_t n)
{
	struct span s = { bytes, n };

	if (n == 0 || w->got != SLOT_TOOK)
		return;
	w->got = slot_take(w->pool, w->slot, w->at, s);
	w->at += n;
}

void
slot_inside(struct pool *p, struct slot *s)
{
	struct work w = { .inside = inside_send, .pool = p, .slot = s };
	struct job j = s->job;

	s->job.fd = -1;
	s->state = SLOT_RUNNING;
	atomic_store(&p->inside_far, 0);
	p->ops->work(p->ops->ctx, &w, &j);
	s->read = atomic_load(&p->inside_far);
	if (pool_stopped(p)) {
		slot_drop(p, s);
		s->interrupted = true;
		slot_end(s, str_of(POOL_NOT_SCANNED));
	} else if (w.got == SLOT_REFUSED) {
		slot_end(s, str_of(REFUSED));
	} else if (w.got == SLOT_TOO_MANY) {
		slot_drop(p, s);
		slot_end(s, str_of("protocol violation: more bytes than a "
		    "job may send"));
	}
	s->state = SLOT_ENDED;
}
