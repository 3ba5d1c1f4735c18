/*
 * What a rule's conditions mean together.  One event clause is the
 * anchor; every event that satisfies it is tried, and everything else is
 * looked for around it: in the same boot session, within a time, or
 * anywhere in the logs of the computer.
 *
 *	event		at least min ticks in the scope (within `per`)
 *	all, any	of the children
 *	sequence	children that are events, one before the other; the
 *			anchor is one of them
 *	none		no child holds
 *
 * "Before" is by position within one log and by time across logs, because
 * clocks jump during a boot and record numbers do not.
 */
#include <string.h>
#include "rules/rule.h"

struct walk {
	const struct track	*tracks;
	const struct clause	*anchor_clause;
	const struct tick	*anchor;
	struct instance		*in;
};

bool
tick_before(const struct tick *a, const struct tick *b)
{
	if (a->input == b->input)
		return a->seq < b->seq;
	if (a->time != b->time)
		return a->time < b->time;
	return a->input < b->input;
}

static uint64_t
apart(const struct tick *a, const struct tick *b)
{
	return a->time > b->time ? a->time - b->time : b->time - a->time;
}

/* The ticks of a track that can lie in the scope, as a range. */
struct range {
	const struct tick	**v;
	size_t			 n;
};

static size_t
first_boot(const struct track *k, int32_t boot)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->by_boot[mid]->boot < boot)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
first_time(const struct track *k, uint64_t time)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->by_time[mid]->time < time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct range
scope_range(const struct track *k, struct scope s, const struct tick *anchor)
{
	uint64_t from, to;
	size_t lo, hi;

	switch (s.kind) {
	case SCOPE_ANYWHERE:
		return (struct range){ k->by_boot, k->n };
	case SCOPE_BOOT:
		lo = first_boot(k, anchor->boot);
		hi = first_boot(k, anchor->boot + 1);
		return (struct range){ k->by_boot + lo, hi - lo };
	case SCOPE_TIME:
		break;
	}
	from = anchor->time > s.span ? anchor->time - s.span : 0;
	to = anchor->time + s.span;
	lo = first_time(k, from);
	hi = first_time(k, to < anchor->time ? UINT64_MAX : to + 1);
	return (struct range){ k->by_time + lo, hi - lo };
}

static bool
tick_joined(const struct node *n, const struct tick *t,
    const struct tick *anchor)
{
	return !n->joined || (t->join != 0 && t->join == anchor->join);
}

const struct tick *
scope_nearest(const struct track *track, struct scope scope,
    const struct tick *anchor)
{
	struct range r = scope_range(track, scope, anchor);
	const struct tick *best = NULL;

	for (size_t i = 0; i < r.n; i++)
		if (best == NULL || apart(r.v[i], anchor) < apart(best, anchor))
			best = r.v[i];
	return best;
}

static void
companion_add(struct walk *w, const struct tick *t)
{
	struct instance *in = w->in;

	if (t != w->anchor && in->ncompanions < CAP_RULE_CLAUSES)
		in->companion[in->ncompanions++] = t;
}

/* Are there min ticks (the one given among them) within per of it? */
static bool
dense(const struct node *n, struct range r, size_t i)
{
	uint64_t have = 0;

	for (size_t j = 0; j < r.n && have < n->min; j++)
		if (n->per == 0 || (apart(r.v[j], r.v[i]) <= n->per &&
		    !tick_before(r.v[j], r.v[i])))
			have++;
	return have >= n->min;
}

static bool
event_holds(struct walk *w, const struct node *n)
{
	const struct track *k = &w->tracks[n->clause->number];
	struct range r = scope_range(k, n->scope, w->anchor);
	const struct tick *best = NULL;

	if (n->clause == w->anchor_clause && n->min <= 1)
		return true;
	for (size_t i = 0; i < r.n; i++) {
		if (!tick_joined(n, r.v[i], w->anchor) || !dense(n, r, i))
			continue;
		if (best == NULL || apart(r.v[i], w->anchor) <
		    apart(best, w->anchor))
			best = r.v[i];
		if (n->per == 0 && n->min > 1)
			break;
	}
	if (best == NULL)
		return false;
	companion_add(w, best);
	return true;
}

/* The nearest tick of n on the given side of t, or NULL. */
static const struct tick *
beside(struct walk *w, const struct node *n, const struct tick *t, bool after)
{
	struct range r = scope_range(&w->tracks[n->clause->number], n->scope,
	    w->anchor);
	const struct tick *best = NULL;

	for (size_t i = 0; i < r.n; i++) {
		const struct tick *c = r.v[i];

		if (!tick_joined(n, c, w->anchor) ||
		    (after ? !tick_before(t, c) : !tick_before(c, t)))
			continue;
		if (best == NULL || (after ? tick_before(c, best) :
		    tick_before(best, c)))
			best = c;
	}
	return best;
}

static bool
sequence_side(struct walk *w, const struct node **v, size_t n, bool after)
{
	const struct tick *t = w->anchor;

	for (size_t i = 0; i < n; i++) {
		t = beside(w, v[i], t, after);
		if (t == NULL)
			return false;
		companion_add(w, t);
	}
	return true;
}

static bool
sequence_holds(struct walk *w, const struct node *n)
{
	const struct node *before[CAP_RULE_CLAUSES], *after[CAP_RULE_CLAUSES];
	size_t nb = 0, na = 0;
	bool seen = false;

	for (const struct node *c = n->child; c != NULL; c = c->next) {
		if (c->clause == w->anchor_clause)
			seen = true;
		else if (seen && na < CAP_RULE_CLAUSES)
			after[na++] = c;
		else if (!seen && nb < CAP_RULE_CLAUSES)
			before[nb++] = c;
	}
	for (size_t i = 0; i < nb / 2; i++) {
		const struct node *swap = before[i];

		before[i] = before[nb - 1 - i];
		before[nb - 1 - i] = swap;
	}
	return sequence_side(w, before, nb, false) &&
	    sequence_side(w, after, na, true);
}

/* Depth is that of the rule file, capped when it was parsed. */
static bool
node_holds(struct walk *w, const struct node *n)
{
	const struct node *c;
	struct instance scratch = { .ncompanions = 0 };
	struct walk aside = *w;

	switch (n->kind) {
	case NODE_EVENT:
		return event_holds(w, n);
	case NODE_ALL:
		for (c = n->child; c != NULL; c = c->next)
			if (!node_holds(w, c))
				return false;
		return true;
	case NODE_ANY:
		for (c = n->child; c != NULL; c = c->next)
			if (node_holds(w, c))
				return true;
		return false;
	case NODE_SEQUENCE:
		return sequence_holds(w, n);
	case NODE_NONE:
		aside.in = &scratch;
		for (c = n->child; c != NULL; c = c->next)
			if (node_holds(&aside, c))
				return false;
		return true;
	}
	return false;
}

bool
tree_holds(const struct rule *r, const struct track *tracks,
    const struct tick *anchor, struct instance *in)
{
	struct walk w = { tracks, r->anchor, anchor, in };

	in->anchor = anchor;
	in->ncompanions = 0;
	return node_holds(&w, r->when);
}
