/*
 * Folding: the ticks of one computer become findings.  Ticks are sorted
 * per clause, records that were read twice (one log exported twice, a
 * shadow copy beside the original) are dropped, then each rule is tried
 * on every event that satisfies its anchor, key by key.
 */
#include <stdlib.h>
#include <string.h>
#include "rules/rule.h"

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_time(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->time, b->time);

	if (d == 0)
		d = cmp_u64(a->record_id, b->record_id);
	if (d == 0)
		d = cmp_u64(a->input, b->input);
	return d != 0 ? d : cmp_u64(a->seq, b->seq);
}

static int
cmp_boot(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;

	if (a->boot != b->boot)
		return (a->boot > b->boot) - (a->boot < b->boot);
	if (tick_before(a, b))
		return -1;
	return tick_before(b, a) ? 1 : 0;
}

/* The same record, met in another file? */
static bool
same_record(const struct tick *a, const struct tick *b)
{
	return a->input != b->input && a->time == b->time &&
	    a->record_id == b->record_id;
}

static void
track_sort(struct track *k, struct arena *a)
{
	size_t n = 0;

	qsort(k->by_time, k->n, sizeof *k->by_time, cmp_time);
	for (size_t i = 0; i < k->n; i++)
		if (n == 0 || !same_record(k->by_time[n - 1], k->by_time[i]))
			k->by_time[n++] = k->by_time[i];
	k->n = n;
	k->by_boot = arena_array(a, const struct tick *, n + 1);
	if (n > 0)
		memcpy(k->by_boot, k->by_time, n * sizeof *k->by_boot);
	qsort(k->by_boot, n, sizeof *k->by_boot, cmp_boot);
}

static struct track *
tracks_new(struct arena *a, const struct ruleset *rs,
    struct observations *o)
{
	struct track *tracks = arena_array(a, struct track, rs->nclauses + 1);
	size_t n;
	const struct tick *t = observations_ticks(o, &n);

	for (size_t i = 0; i < n; i++)
		tracks[t[i].clause].n++;
	for (size_t i = 0; i < rs->nclauses; i++) {
		tracks[i].by_time = arena_array(a, const struct tick *,
		    tracks[i].n + 1);
		tracks[i].n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct track *k = &tracks[t[i].clause];

		k->by_time[k->n++] = &t[i];
	}
	for (size_t i = 0; i < rs->nclauses; i++)
		track_sort(&tracks[i], a);
	return tracks;
}

struct fold {
	struct arena		*a;
	const struct ruleset	*rs;
	const struct host	*host;
	struct observations	*obs;
	struct track		*tracks;
	struct scored		*v;
	size_t			 n, cap;
};

/* One rule and one key: the instances among the anchor's ticks. */
static void
fold_key(struct fold *f, const struct rule *r, uint64_t group)
{
	const struct track *k = &f->tracks[r->anchor->number];
	struct instance *in = arena_array(f->a, struct instance, 1);
	size_t cap = 1, n = 0;
	struct case_file c = { f->rs, r, f->host, f->obs, f->tracks, NULL, 0 };

	for (size_t i = 0; i < k->n; i++) {
		if (k->by_boot[i]->group != group)
			continue;
		in = arena_grow(f->a, in, n, &cap, sizeof *in);
		if (tree_holds(r, f->tracks, k->by_boot[i], &in[n]))
			n++;
	}
	if (n == 0)
		return;
	c.instances = in;
	c.n = n;
	f->v = arena_grow(f->a, f->v, f->n, &f->cap, sizeof *f->v);
	if (conclude(f->a, &c, &f->v[f->n]))
		f->n++;
}

static int
cmp_key(const void *x, const void *y)
{
	return cmp_u64(*(const uint64_t *)x, *(const uint64_t *)y);
}

static void
fold_rule(struct fold *f, const struct rule *r)
{
	const struct track *k = &f->tracks[r->anchor->number];
	uint64_t *keys;

	if (k->n == 0)
		return;
	keys = arena_array(f->a, uint64_t, k->n);
	for (size_t i = 0; i < k->n; i++)
		keys[i] = k->by_boot[i]->group;
	qsort(keys, k->n, sizeof *keys, cmp_key);
	for (size_t i = 0; i < k->n; i++)
		if (i == 0 || keys[i] != keys[i - 1])
			fold_key(f, r, keys[i]);
}

size_t
rules_fold(struct arena *a, const struct ruleset *rs,
    struct observations *o, const struct host *host,
    const struct finding **findings)
{
	struct fold f = { .a = a, .rs = rs, .host = host, .obs = o };
	struct finding *out;

	f.tracks = tracks_new(a, rs, o);
	for (size_t i = 0; i < rs->nrules; i++)
		fold_rule(&f, rs->rules[i]);
	rank_findings(a, f.v, f.n);
	out = arena_array(a, struct finding, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		out[i] = f.v[i].f;
	*findings = out;
	return f.n;
}
