/*
 * How far the jobs are, for who watches.  What is done is counted here; of
 * what runs its worker tells (struct page), which is taken for a hint and
 * cut to what can be true.
 */
#include "base/clock.h"
#include "triage/pool_parts.h"

enum { AGAIN = 200 };		/* ms */
/* Of what has no size, a pipe. */
#define FAR_MOST (UINT64_C(1) << 50)

static uint64_t
far_cut(const struct slot *s, uint64_t far)
{
	uint64_t most = s->base == -1 ? FAR_MOST : s->size;

	return far < most ? far : most;
}

uint64_t
worker_far(const struct worker *w)
{
	return w->slot == NULL ||
	    atomic_load(&w->page->job) != w->slot->number ? 0 :
	    far_cut(w->slot, atomic_load(&w->page->far));
}

void
far_add(struct pool *p, const struct slot *s)
{
	uint64_t read = far_cut(s, s->read);

	if (!s->file)
		return;
	p->far.files++;
	p->far.bytes += read;
	if (s->base != -1)
		p->far.passed += s->size - read;
}

static bool
watch_due(struct pool *p)
{
	uint64_t now = clock_ms();

	if (now < p->watch_at)
		return false;
	p->watch_at = now + AGAIN;
	return true;
}

void
pool_watch(struct pool *p)
{
	struct pool_far f = p->far;

	if (p->o.watch == NULL || !watch_due(p))
		return;
	f.path = (struct str){ "", 0 };
	for (unsigned i = 0; i < p->taken && f.path.n == 0; i++)
		if (pool_slot(p, i)->state == SLOT_RUNNING)
			f.path = pool_slot(p, i)->job.path;
	for (unsigned i = 0; i < p->nworkers; i++)
		f.bytes += worker_far(&p->workers[i]);
	if (p->o.in_process && p->taken > 0)
		f.bytes += far_cut(pool_slot(p, 0),
		    atomic_load(&p->inside_far));
	if (p->ops->far != NULL)
		p->ops->far(p->ops->ctx, &f);
	p->o.watch(&f);
}
