/*
 * Why a rule fired or did not: what was asked of the log, how often it
 * was there, which test kept events out, which condition failed.
 */
#include <inttypes.h>
#include "rules/rule.h"

struct lines {
	struct arena	*a;
	struct str	*v;
	size_t		 n, cap;
};

static void
line_add(struct lines *l, struct str s)
{
	l->v = arena_grow(l->a, l->v, l->n, &l->cap, sizeof *l->v);
	l->v[l->n++] = s;
}

static void
clause_lines(struct lines *l, const struct clause *c,
    struct observations *o)
{
	const struct tried *t = observe_tried(o, c->number);
	const struct track *k = &observe_tracks(o)[c->number];
	struct str who = selectors_say(l->a, c->selectors);
	int i = 0;

	line_add(l, arena_fmt(l->a, "event %.*s%s: %" PRIu64
	    " in the log, %zu fit", (int)who.n, who.p,
	    c == c->rule->anchor ? " (the anchor)" : "",
	    t == NULL ? 0 : t->asked, k->n));
	for (const struct test *x = c->tests; x != NULL; x = x->next, i++) {
		struct str s = test_says(l->a, x);

		if (t != NULL && i < CAP_CONDITIONS && t->failed[i] > 0)
			line_add(l, arena_fmt(l->a, "  %" PRIu64
			    " do not have: %.*s", t->failed[i], (int)s.n,
			    s.p));
	}
}

static struct str
node_words(struct arena *a, const struct node *n)
{
	if (n->kind == NODE_NONE)
		return n->says;
	if (n->kind == NODE_EVENT)
		return clause_says(a, n->clause);
	return n->child == NULL ? str_of("") : node_words(a, n->child);
}

/* Which condition failed how often, over all anchors. */
static void
node_lines(struct lines *l, const struct rule *r, const struct track *tracks,
    const struct node *n)
{
	const struct track *k = &tracks[r->anchor->number];
	struct instance in;
	uint64_t fails = 0;

	for (size_t i = 0; i < k->n; i++)
		if (!tree_holds(r->anchor, r->when, tracks,
		    &k->ticks[k->anchors[i]], &in) && in.failed == n)
			fails++;
	if (fails > 0) {
		struct str s = node_words(l->a, n);

		line_add(l, arena_fmt(l->a, "%" PRIu64 " of %zu anchors fail "
		    "here: %s%.*s", fails, k->n, n->kind == NODE_NONE ?
		    "" : n->kind == NODE_ANY ? "none of: " : "not seen: ",
		    (int)s.n, s.p));
	}
	for (const struct node *c = n->child; c != NULL; c = c->next)
		node_lines(l, r, tracks, c);
}

/* What conclude says of all anchors that hold. */
static void
verdict_lines(struct lines *l, struct case_file *c)
{
	const struct rule *r = c->rule;
	const struct track *k = &c->tracks[r->anchor->number];
	const struct clause *unread = log_missing(r->when, c->host);
	uint32_t *v = arena_array(l->a, uint32_t, k->n);
	struct instance in;
	struct scored s;
	bool fires;

	if (unread != NULL) {
		line_add(l, arena_fmt(l->a, "is not tried: needs the %.*s log",
		    (int)unread->log.n, unread->log.p));
		return;
	}
	for (size_t i = 0; i < k->n; i++)
		if (tree_holds(r->anchor, r->when, c->tracks,
		    &k->ticks[k->anchors[i]], &in))
			v[c->n++] = k->anchors[i];
	if (c->n == 0) {
		line_add(l, str_of(k->n == 0 ?
		    "does not fire: no event fits the anchor" :
		    "does not fire: no anchor has all it needs around it"));
		return;
	}
	c->anchors = v;
	fires = conclude(l->a, c, &s);
	for (size_t i = 0; i < s.f.nconditions; i++)
		line_add(l, arena_fmt(l->a, "%s: %.*s",
		    result_name(s.f.conditions[i].result),
		    (int)s.f.conditions[i].text.n,
		    s.f.conditions[i].text.p));
	line_add(l, fires ? arena_fmt(l->a, "fires: %s, weight met %d, "
	    "unknown %d, before rivals are compared",
	    confidence_name(s.f.confidence), s.met, s.unknown) :
	    str_of("does not fire: the release is another"));
}

static const struct clause *
clause_of(const struct ruleset *rs, const struct rule *r, unsigned i)
{
	for (size_t c = r->first_clause; c < rs->nclauses; c++)
		if (rs->clauses[c]->rule != r)
			break;
		else if (i-- == 0)
			return rs->clauses[c];
	return NULL;
}

uint32_t
rules_fitted(const struct ruleset *rs, const struct rule *r,
    struct observations *o)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < CAP_RULE_CLAUSES; i++) {
		const struct clause *c = clause_of(rs, r, i);

		if (c != NULL && observe_tracks(o)[c->number].n > 0)
			bits |= UINT32_C(1) << i;
	}
	return bits;
}

struct str
rule_clause(struct arena *a, const struct ruleset *rs, const struct rule *r,
    unsigned i)
{
	const struct clause *c = clause_of(rs, r, i);

	return c == NULL ? str_of("") : clause_says(a, c);
}

size_t
rules_explain(struct arena *a, const struct ruleset *rs,
    const struct rule *r, struct observations *o, const struct host *host,
    const struct surroundings *around, const struct str **lines)
{
	struct lines l = { .a = a };
	const struct track *tracks = observe_tracks(o);
	struct case_file c = { .rs = rs, .rule = r, .host = host, .obs = o,
	    .tracks = tracks, .around = around,
	    .ticks = tracks[r->anchor->number].ticks };

	for (unsigned i = 0; i < CAP_RULE_CLAUSES; i++) {
		const struct clause *k = clause_of(rs, r, i);

		if (k == NULL)
			break;
		clause_lines(&l, k, o);
		if (!log_is_there(host, k))
			line_add(&l, arena_fmt(a, "  its log was not read: "
			    "%.*s", (int)k->log.n, k->log.p));
	}
	node_lines(&l, r, c.tracks, r->when);
	verdict_lines(&l, &c);
	*lines = l.v;
	return l.n;
}
