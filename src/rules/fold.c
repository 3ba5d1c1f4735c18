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
	struct arena		 own;	/* for instances of one key */
};

static const struct benign *
benign_for(const struct fold *f, const struct rule *r,
    const struct tick *anchor)
{
	const struct benign *b = r->benign;
	struct instance scratch;

	while (b != NULL && !tree_holds(r->anchor, b->when, f->tracks, anchor,
	    &scratch))
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

/* May it be asked when the events of this finding were? */
static bool
moments_matter(const struct fold *f, const struct scored *s)
{
	if (s->rule->explains != NULL)
		return true;
	for (size_t i = 0; i < f->rs->nrules; i++)
		for (const struct explains *e = f->rs->rules[i]->explains;
		    e != NULL; e = e->next)
			if (e->scope.kind != SCOPE_ANYWHERE &&
			    str_glob(s->f.problem, e->problem))
				return true;
	return false;
}

/* What ranking needs of the instances, when their ticks are gone. */
static void
moments_keep(struct fold *f, struct scored *s, const struct case_file *c)
{
	struct moment *v;

	s->n = c->n;
	if (!moments_matter(f, s))
		return;
	s->moments = v = arena_array(f->a, struct moment, c->n);
	for (size_t i = 0; i < c->n; i++)
		v[i] = (struct moment){ case_anchor(c, i)->time,
		    case_anchor(c, i)->boot };
}

/* Anchors of one key that are instances: the first ones of all, else a list
 * of our own. */
struct instances {
	const uint32_t	*v;
	uint32_t	*own;		/* v, or NULL */
	size_t		 n;
};

/* Makes it a list of its own, with room for all. */
static void
instances_own(struct fold *f, struct instances *k, size_t all)
{
	if (k->own != NULL)
		return;
	k->own = arena_raw(&f->own, all * sizeof *k->own);
	memcpy(k->own, k->v, k->n * sizeof *k->own);
	k->v = k->own;
}

/* Those of n anchors for which the rule holds; why the last other does
 * not. */
static struct instances
instances_find(struct fold *f, const struct rule *r,
    const uint32_t *v, size_t n, const struct node **failed)
{
	const struct tick *ticks = f->tracks[r->anchor->number].ticks;
	struct instances k = { v, NULL, 0 };
	struct instance in;

	for (size_t i = 0; i < n; i++) {
		if (!tree_holds(r->anchor, r->when, f->tracks,
		    &ticks[v[i]], &in)) {
			*failed = in.failed;
			continue;
		}
		if (k.n < i)
			instances_own(f, &k, n);
		if (k.own != NULL)
			k.own[k.n] = v[i];
		k.n++;
	}
	return k;
}

/* Those that are not harmless come first, if there are any. */
static void
harmless_leave(struct fold *f, struct instances *k, struct case_file *c)
{
	const struct benign *b;
	size_t kept = 0;

	if (c->rule->benign == NULL)
		return;
	instances_own(f, k, k->n);
	for (size_t i = 0; i < k->n; i++) {
		b = benign_for(f, c->rule, &c->ticks[k->own[i]]);
		if (b == NULL)
			k->own[kept++] = k->own[i];
		else if (c->benign == NULL)
			c->benign = b;
	}
	c->harmless = k->n - kept;
	c->all_harmless = kept == 0;
	if (kept > 0)
		k->n = kept;
}

/* Instances among n anchors, which share a key. */
static void
fold_key(struct fold *f, const struct rule *r, const uint32_t *v, size_t n)
{
	const struct node *failed = NULL;
	struct case_file c = { f->rs, r, f->host, f->obs, f->tracks,
	    f->around, f->tracks[r->anchor->number].ticks, v, 0, 0, false,
	    NULL };
	struct instances k;

	arena_reset(&f->own);
	k = instances_find(f, r, v, n, &failed);
	if (k.n == 0) {
		if (failed != NULL)
			miss_add(f, r, arena_fmt(f->a, "%s: %.*s",
			    failed->kind == NODE_NONE ? "not so" : "not seen",
			    (int)missing_says(f->a, failed).n,
			    missing_says(f->a, failed).p), n);
		return;
	}
	n = k.n;
	harmless_leave(f, &k, &c);
	c.anchors = k.v;
	c.n = k.n;
	f->v = arena_grow(f->a, f->v, f->n, &f->cap, sizeof *f->v);
	if (!conclude(f->a, &c, &f->v[f->n])) {
		miss_add(f, r, str_of("the release is another"), n);
		return;
	}
	if (c.all_harmless)
		make_harmless(&f->v[f->n]);
	moments_keep(f, &f->v[f->n++], &c);
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
			if (k->ticks[k->anchors[i]].rest->group !=
			    k->ticks[k->anchors[j]].rest->group)
				break;
		fold_key(f, r, k->anchors + i, j - i);
	}
}

struct fold *
fold_new(struct arena *a, const struct ruleset *rs, struct observations *o,
    const struct host *host, const struct surroundings *around)
{
	struct fold *f = arena_new(a, struct fold);

	f->a = a;
	f->rs = rs;
	f->host = host;
	f->obs = o;
	f->around = around;
	return f;
}

void
fold_rules(struct fold *f, size_t from, size_t to)
{
	f->tracks = observe_tracks(f->obs);
	for (size_t i = from; i < to; i++)
		fold_rule(f, f->rs->rules[i]);
}

struct folded
fold_end(struct fold *f)
{
	struct finding *out = arena_array(f->a, struct finding, f->n + 1);

	arena_free(&f->own);
	rank_findings(f->a, f->v, f->n);
	for (size_t i = 0; i < f->n; i++)
		out[i] = f->v[i].f;
	return (struct folded){ out, f->n, f->misses, f->nmisses };
}
