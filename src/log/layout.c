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
	    4 * LAYOUT_VALUES);
}

void
plans_begin(struct plans *plans)
{
	for (size_t i = 0; i < PLANS; i++)
		plans->v[i].offset = 0;
}

static size_t
slot_place(uint32_t offset, size_t i)
{
	return ((offset * UINT32_C(0x9E3779B1) >> 16) + i) % PLANS;
}

/* A definition that was not met in this chunk; no program for unsound names,
 * which only the full decoder can judge. */
static struct plan_slot *
slot_make(struct chunk *c, struct plans *plans, uint32_t offset, uint32_t id)
{
	struct plan_slot *s = &plans->v[slot_place(offset, 0)];
	const struct program *p = NULL;
	struct rd tokens;
	bool sound = false;

	for (size_t i = 1; i < PLAN_PROBES && s->offset != 0; i++)
		s = &plans->v[slot_place(offset, i)];
	if (definition_at(c, offset, id, &tokens))
		p = program_get(c, offset, tokens, &sound);
	*s = (struct plan_slot){ .offset = offset, .id = id };
	if (p != NULL && sound) {
		s->size = (uint32_t)(tokens.s.n - tokens.at);
		s->program = p;
	}
	return s;
}

static inline struct plan_slot *
slot_get(struct chunk *c, struct plans *plans, uint32_t offset, uint32_t id)
{
	for (size_t i = 0; i < PLAN_PROBES; i++) {
		struct plan_slot *s = &plans->v[slot_place(offset, i)];

		if (s->offset == offset)
			return s;
		if (s->offset == 0)
			break;
	}
	return slot_make(c, plans, offset, id);
}

bool
instance_find(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct instance *in)
{
	/* Fragment header; token, 1, id and place of the definition. */
	enum { HEADER = 4, HEAD = 10, DEFINITION = 24 };
	struct span body = span_from(span_sub(c->bytes, 0, end), off);
	uint32_t offset, id;
	size_t skip = 0;

	if (body.n >= HEADER && body.p[0] == TOK_HEADER)
		skip = HEADER;
	if (body.n < skip + HEAD || body.p[skip] != TOK_TEMPLATE)
		return false;
	id = le32(body.p + skip + 2);
	offset = le32(body.p + skip + 6);
	if (offset == 0)
		return false;
	in->slot = slot_get(c, plans, offset, id);
	if (in->slot->program == NULL || in->slot->id != id)
		return false;
	skip += HEAD;
	if (offset == off + skip)
		skip += DEFINITION + (size_t)in->slot->size;
	in->body = span_from(body, skip);
	return in->body.n >= 4 &&
	    le32(in->body.p) <= (in->body.n - 4) / 4;
}

/* Are these its descriptors? */
static inline bool
is_of(const struct layout *l, const uint8_t *descriptors, size_t n)
{
	size_t open = 4 * l->open, rest = open + 4;

	if (l->n != n || memcmp(l->descriptors, descriptors, open) != 0)
		return false;
	return l->open == n || (le16(l->descriptors + open + 2) ==
	    le16(descriptors + open + 2) && (rest == 4 * n ||
	    memcmp(l->descriptors + rest, descriptors + rest,
	    4 * n - rest) == 0));
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
		if (i != open)
			h = (h ^ le32(descriptors + 4 * i)) *
			    UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(h >> 32);
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
		if ((*v)->program == p && is_of(*v, descriptors, n))
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
static struct layout *
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
layout_get(struct plans *plans, const struct instance *in)
{
	struct layout **last = in->slot->program->plan->last, *l;
	size_t n = le32(in->body.p);

	for (size_t i = 0; i < PLAN_LAYOUTS && last[i] != NULL; i++) {
		if (!is_of(last[i], in->body.p + 4, n))
			continue;
		l = last[i];
		last[i] = last[0];
		return last[0] = l;
	}
	return layout_find(plans, in);
}
