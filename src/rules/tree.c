/*
 * What a rule's conditions mean together.  One event clause is the
 * anchor; every event that satisfies it is tried, and everything else is
 * looked for around it: in the same boot session, within a time, or
 * anywhere in the logs of the computer.
 *
 *	event		enough ticks in the scope (min, per, distinct, every)
 *	all, any	of the children
 *	sequence	children that are events, one before the other; the
 *			anchor is one of them
 *	none		no child holds
 */
#include <string.h>
#include "rules/rule.h"

struct walk {
	const struct track	*tracks;
	const struct clause	*anchor_clause;
	const struct tick	*anchor;
	struct instance		*in;
};

static void
companion_add(struct walk *w, const struct tick *t)
{
	struct instance *in = w->in;

	if (t != w->anchor && in->ncompanions < CAP_RULE_CLAUSES)
		in->companion[in->ncompanions++] = t;
}

static bool
failed(struct walk *w, const struct node *n)
{
	if (w->in->failed == NULL)
		w->in->failed = n;
	return false;
}

static struct range
node_range(const struct walk *w, const struct node *n)
{
	return track_range(&w->tracks[n->clause->number], n->clause,
	    w->anchor);
}

static bool
event_holds(struct walk *w, const struct node *n)
{
	const struct clause *c = n->clause;
	const struct tick *t;

	if (c == w->anchor_clause && c->min <= 1)
		return true;
	t = range_run(node_range(w, n), c, w->anchor);
	if (t == NULL)
		return failed(w, n);
	companion_add(w, t);
	return true;
}

static bool
sequence_side(struct walk *w, const struct node **v, size_t n, bool after)
{
	const struct tick *t = w->anchor;

	for (size_t i = 0; i < n; i++) {
		t = range_beside(node_range(w, v[i]), v[i]->clause->scope, t,
		    after);
		if (t == NULL)
			return failed(w, v[i]);
		companion_add(w, t);
	}
	return true;
}

static bool
sequence_holds(struct walk *w, const struct node *n)
{
	const struct node *before[CAP_RULE_CLAUSES], *after[CAP_RULE_CLAUSES];
	size_t nb = 0, na = 0;
	/* Without the anchor in it, it stands before the anchor. */
	bool seen = n->child->clause->scope.side == SIDE_AFTER;

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

static bool	node_holds(struct walk *w, const struct node *n);

static bool
any_holds(struct walk *w, const struct node *n)
{
	struct instance before = *w->in;

	for (const struct node *c = n->child; c != NULL; c = c->next) {
		if (node_holds(w, c)) {
			w->in->failed = before.failed;
			return true;
		}
		w->in->ncompanions = before.ncompanions;
	}
	w->in->failed = before.failed;
	return failed(w, n->child != NULL && n->child->next == NULL ?
	    n->child : n);
}

static bool
none_holds(struct walk *w, const struct node *n)
{
	const struct tick *room[CAP_RULE_CLAUSES];
	struct instance scratch = { .companion = room };
	struct walk aside = *w;

	aside.in = &scratch;
	for (const struct node *c = n->child; c != NULL; c = c->next)
		if (node_holds(&aside, c))
			return failed(w, n);
	return true;
}

/* Depth is that of the rule file, capped when it was parsed. */
static bool
node_holds(struct walk *w, const struct node *n)
{
	switch (n->kind) {
	case NODE_EVENT:
		return event_holds(w, n);
	case NODE_ALL:
		for (const struct node *c = n->child; c != NULL; c = c->next)
			if (!node_holds(w, c))
				return false;
		return true;
	case NODE_ANY:
		return any_holds(w, n);
	case NODE_SEQUENCE:
		return sequence_holds(w, n);
	case NODE_NONE:
		return none_holds(w, n);
	}
	return false;
}

bool
tree_holds(struct arena *a, const struct clause *anchor_clause,
    const struct node *when, const struct track *tracks,
    const struct tick *anchor, struct instance *in)
{
	const struct tick *room[CAP_RULE_CLAUSES];
	struct walk w = { tracks, anchor_clause, anchor, in };
	bool holds;

	*in = (struct instance){ .anchor = anchor, .companion = room };
	holds = node_holds(&w, when);
	in->companion = NULL;
	if (!holds || a == NULL)
		in->ncompanions = 0;
	if (in->ncompanions > 0) {
		in->companion = arena_array(a, const struct tick *,
		    in->ncompanions);
		memcpy(in->companion, room,
		    in->ncompanions * sizeof *in->companion);
	}
	return holds;
}
