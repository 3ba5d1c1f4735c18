/*
 * Template instances and how their values lie.  Records of one event mostly
 * differ in their values and in nothing else: number, types and sizes are
 * those of the record before.  So what follows from these (where the time is,
 * what is to be compared) is worked out once for each kind, and a record
 * costs a comparison of descriptors.
 */
#include <string.h>
#include "log/plan.h"

void
plans_init(struct plans *plans, struct arena *arena)
{
	plans->arena = arena;
	plans->single = arena_alloc(arena, sizeof *plans->single +
	    4 * (size_t)LAYOUT_VALUES);
}

void
plans_begin(struct plans *plans)
{
	for (size_t i = 0; i < PLANS; i++)
		plans->v[i].offset = 0;
	plans->off = plans->end = 0;
}

/* A definition that was not met in this chunk; no program for unsound names,
 * which only the full decoder can judge. */
struct plan_slot *
plan_slot_make(struct chunk *c, struct plans *plans, uint32_t offset,
    uint32_t id)
{
	struct plan_slot *s = &plans->v[plan_place_of(offset, 0)];
	const struct program *p = NULL;
	struct rd tokens;
	bool sound = false;

	for (size_t i = 1; i < PLAN_PROBES && s->offset != 0; i++)
		s = &plans->v[plan_place_of(offset, i)];
	if (definition_at(c, offset, id, &tokens))
		p = program_get(c, offset, tokens, &sound);
	*s = (struct plan_slot){ .offset = offset, .id = id };
	if (p != NULL && sound) {
		s->size = (uint32_t)(tokens.s.n - tokens.at);
		s->program = p;
	}
	return s;
}

static bool
is_fragment(unsigned type)
{
	return type == BX_XML || type == BX_EVTXML;
}

/* The ident needs the values up to there: only behind them may a size be
 * open. */
static size_t
open_find(const struct plan *plan, const uint8_t *descriptors, size_t n)
{
	size_t i = plan->usable ? plan->nvalues : 0;

	while (i < n && !is_fragment(descriptors[4 * i + 2]))
		i++;
	return i < n ? i : n;
}

struct layout_run
layout_value(const struct layout *l, size_t i)
{
	uint32_t at = 0;

	for (size_t k = 0; k < i; k++)
		at += le16(l->descriptors + 4 * k);
	return (struct layout_run){ at, le16(l->descriptors + 4 * i) };
}

/* From what number, program, n and open already say. */
static void
layout_fill(struct plans *plans, struct layout *l, const uint8_t *descriptors)
{
	memcpy(l->descriptors, descriptors, 4 * l->n);
	if (l->open < l->n)
		memset(l->descriptors + 4 * l->open, 0, 2);
	for (size_t i = 0; i < l->n; i++)
		*(i < l->open ? &l->before : &l->behind) +=
		    le16(l->descriptors + 4 * i);
	layout_ident(plans, l);
	layout_compare(l);
}

static size_t
layout_hash(const struct program *p, const uint8_t *descriptors, size_t n,
    size_t open)
{
	uint64_t h = (uint64_t)(uintptr_t)p + n;

	for (size_t i = 0; i < n; i++)
		h = h * 31 + (i == open ? 0 : le32(descriptors + 4 * i));
	return (size_t)(h * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

/* One that is kept, or kept from now on; NULL: there is no room. */
static struct layout *
layout_kept(struct plans *plans, const struct program *p,
    const uint8_t *descriptors, size_t n)
{
	size_t open = open_find(p->plan, descriptors, n);
	size_t at = layout_hash(p, descriptors, n, open);

	for (size_t i = 0; i < LAYOUT_PROBES; i++) {
		struct layout **v = &plans->layouts[(at + i) % LAYOUTS];

		if (*v == NULL) {
			*v = arena_alloc(plans->arena, sizeof **v + 4 * n);
			(*v)->number = ++plans->nlayouts;
			(*v)->program = p;
			(*v)->n = n;
			(*v)->open = open;
			layout_fill(plans, *v, descriptors);
			return *v;
		}
		if ((*v)->program == p && layout_is(*v, descriptors, n))
			return *v;
	}
	return NULL;
}

static struct layout *
layout_single(struct plans *plans, const struct program *p,
    const uint8_t *descriptors, size_t n)
{
	struct layout *l = plans->single;

	*l = (struct layout){ .program = p, .n = n,
	    .open = open_find(p->plan, descriptors, n) };
	layout_fill(plans, l, descriptors);
	return l;
}

/* One that was not met lately.  Only of programs that are kept for the log
 * may layouts be kept, and of very many values the first ones have to do. */
struct layout *
layout_find(struct plans *plans, const struct instance *in)
{
	const struct program *p = in->slot->program;
	const uint8_t *descriptors = in->body.p + 4;
	struct layout **last = p->plan->last, *l = NULL;
	size_t n = le32(in->body.p);

	if (n > LAYOUT_VALUES)
		return layout_single(plans, p, descriptors, LAYOUT_VALUES);
	if (p->kept)
		l = layout_kept(plans, p, descriptors, n);
	if (l == NULL)
		return layout_single(plans, p, descriptors, n);
	memmove(last + 1, last, (PLAN_LAYOUTS - 1) * sizeof *last);
	return last[0] = l;
}

struct layout *
record_layout(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct instance *in)
{
	if (plans->off == off && plans->end == end) {
		*in = plans->instance;
		return plans->layout;
	}
	return instance_find(c, plans, off, end, in) ? layout_get(plans, in) :
	    NULL;
}
