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
	const struct node *failed_before = w->in->failed;
	size_t ncompanions = w->in->ncompanions;

	for (const struct node *c = n->child; c != NULL; c = c->next) {
		if (node_holds(w, c)) {
			w->in->failed = failed_before;
			return true;
		}
		w->in->ncompanions = ncompanions;
	}
	w->in->failed = failed_before;
	return failed(w, n->child != NULL && n->child->next == NULL ?
	    n->child : n);
}

static bool
none_holds(struct walk *w, const struct node *n)
{
	struct instance scratch;
	struct walk aside = *w;

	scratch.ncompanions = 0;
	scratch.failed = NULL;
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
tree_holds(const struct clause *anchor_clause, const struct node *when,
    const struct track *tracks, const struct tick *anchor,
    struct instance *in)
{
	struct walk w = { tracks, anchor_clause, anchor, in };

	in->ncompanions = 0;
	in->failed = NULL;
	return node_holds(&w, when);
}
