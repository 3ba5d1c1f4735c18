/*
 * Folding: the ticks of one computer become findings.  Each rule is tried
 * on every event that satisfies its anchor, key by key.
 */
#include <string.h>
#include "rules/rule.h"

struct fold {
	struct arena		*a;
	const struct ruleset	*rs;
	const struct host	*host;
	struct observations	*obs;
	const struct track	*tracks;
	const struct surroundings *around;
	struct scored		*v;
	size_t			 n, cap;
	struct near_miss	*misses;
	size_t			 nmisses, misses_cap;
};

static const struct benign *
benign_for(const struct fold *f, const struct rule *r,
    const struct tick *anchor)
{
	const struct benign *b = r->benign;
	struct instance scratch;

	while (b != NULL && !tree_holds(NULL, r->anchor, b->when,
	    f->tracks, anchor, &scratch))
		b = b->next;
	return b;
}

/* Harmless all of it: said once, as such. */
static void
make_harmless(struct scored *s)
{
	if (s->f.severity > SEV_INFO)
		s->f.severity = SEV_INFO;
	s->f.verdict = VERDICT_BENIGN;
}

static void
miss_add(struct fold *f, const struct rule *r, struct str why,
    uint64_t anchors)
{
	f->misses = arena_grow(f->a, f->misses, f->nmisses, &f->misses_cap,
	    sizeof *f->misses);
	f->misses[f->nmisses++] = (struct near_miss){ f->host->computer,
	    r->info.id, why, anchors };
}

/* What stood in the way, in words. */
static struct str
missing_says(struct arena *a, const struct node *n)
{
	struct str s = n->says;

	if (n->kind == NODE_EVENT)
		s = clause_says(a, n->clause);
	else if (n->kind != NODE_NONE && n->child != NULL)
		s = arena_fmt(a, "one of several, such as: %.*s",
		    (int)missing_says(a, n->child).n,
		    missing_says(a, n->child).p);
	return s;
}

/* Instances among the anchors [from, to), which share a key. */
static void
fold_key(struct fold *f, const struct rule *r, size_t from, size_t to)
{
	const struct track *k = &f->tracks[r->anchor->number];
	struct instance *in = arena_array(f->a, struct instance, 1);
	const struct node *failed = NULL;
	const struct benign *b;
	size_t cap = 1, n = 0, kept = 0;
	struct case_file c = { f->rs, r, f->host, f->obs, f->tracks,
	    f->around, NULL, 0, 0, false, NULL };

	for (size_t i = from; i < to; i++) {
		in = arena_grow(f->a, in, n, &cap, sizeof *in);
		if (tree_holds(f->a, r->anchor, r->when, f->tracks,
		    k->anchors[i], &in[n]))
			n++;
		else
			failed = in[n].failed;
	}
	for (size_t i = 0; i < n; i++) {
		b = benign_for(f, r, in[i].anchor);
		if (b == NULL)
			in[kept++] = in[i];
		else if (c.benign == NULL)
			c.benign = b;
	}
	if (n == 0) {
		if (failed != NULL)
			miss_add(f, r, arena_fmt(f->a, "%s: %.*s",
			    failed->kind == NODE_NONE ? "not so" : "not seen",
			    (int)missing_says(f->a, failed).n,
			    missing_says(f->a, failed).p), to - from);
		return;
	}
	c.harmless = n - kept;
	c.all_harmless = kept == 0;
	c.instances = in;
	c.n = kept > 0 ? kept : n;
	f->v = arena_grow(f->a, f->v, f->n, &f->cap, sizeof *f->v);
	if (!conclude(f->a, &c, &f->v[f->n])) {
		miss_add(f, r, str_of("the release is another"), n);
		return;
	}
	if (c.all_harmless)
		make_harmless(&f->v[f->n]);
	f->n++;
}

const struct clause *
log_missing(const struct node *n, const struct host *h)
{
	const struct clause *c = NULL;

	if (n->kind == NODE_EVENT)
		return log_is_there(h, n->clause) ? NULL : n->clause;
	if (n->kind == NODE_NONE || n->kind == NODE_ANY)
		return NULL;
	for (const struct node *k = n->child; k != NULL && c == NULL;
	    k = k->next)
		c = log_missing(k, h);
	return c;
}

static void
fold_rule(struct fold *f, const struct rule *r)
{
	const struct track *k = &f->tracks[r->anchor->number];
	const struct clause *c = log_missing(r->when, f->host);

	if (c != NULL) {
		miss_add(f, r, arena_fmt(f->a, "needs the %.*s log",
		    (int)c->log.n, c->log.p), 0);
		return;
	}
	for (size_t i = 0, j; i < k->n; i = j) {
		for (j = i + 1; j < k->n; j++)
			if (k->anchors[i]->group != k->anchors[j]->group)
				break;
		fold_key(f, r, i, j);
	}
}

struct folded
rules_fold(struct arena *a, const struct ruleset *rs,
    struct observations *o, const struct host *host,
    const struct surroundings *around)
{
	struct fold f = { .a = a, .rs = rs, .host = host, .obs = o,
	    .tracks = observe_tracks(o), .around = around };
	struct finding *out;

	for (size_t i = 0; i < rs->nrules; i++)
		fold_rule(&f, rs->rules[i]);
	rank_findings(a, f.v, f.n);
	out = arena_array(a, struct finding, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		out[i] = f.v[i].f;
	return (struct folded){ out, f.n, f.misses, f.nmisses };
}
