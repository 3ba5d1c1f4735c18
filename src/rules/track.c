/*
 * The ticks of each clause, sorted so that every question of tree.c is a
 * binary search.  Records that were read twice (one log exported twice, a
 * shadow copy beside the original) are dropped here.
 */
#include <stdlib.h>
#include <string.h>
#include "rules/rule.h"

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static uint64_t
record_id(const struct tick *t)
{
	return t->seq + t->rest->apart;
}

static uint64_t
place(const struct tick *t)
{
	return t->rest->by_seq ? t->seq : t->time + t->rest->moved;
}

/* Behind the keys that differ: independent of the order of the inputs as
 * long as record numbers differ. */
static int
cmp_rest(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(record_id(a), record_id(b));

	if (a->rest->input == b->rest->input)
		return cmp_u64(a->seq, b->seq);
	return d != 0 ? d : cmp_u64(a->rest->input, b->rest->input);
}

static int
cmp_place(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(place(a), place(b));

	return d != 0 ? d : cmp_rest(a, b);
}

static int
cmp_time(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->join, b->rest->join);

	if (d == 0)
		d = cmp_u64(a->time, b->time);
	return d != 0 ? d : cmp_rest(a, b);
}

static int
cmp_boot(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->join, b->rest->join);

	if (d == 0)
		d = (a->boot > b->boot) - (a->boot < b->boot);
	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_anywhere(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_anchor(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->group, b->rest->group);

	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_twins(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->time, b->time);

	if (d == 0)
		d = cmp_u64(record_id(a), record_id(b));
	return d != 0 ? d : cmp_u64(a->rest->input, b->rest->input);
}

typedef int compare(const struct tick *, const struct tick *);

/* Which order a scope needs. */
static compare *const by[] = {
	[SCOPE_ANYWHERE] = cmp_anywhere,
	[SCOPE_BOOT] = cmp_boot,
	[SCOPE_TIME] = cmp_time,
};

struct ordering {
	const struct tick	*ticks;
	compare			*cmp;
};

static int
cmp_places(const void *x, const void *y, void *ctx)
{
	const struct ordering *o = ctx;

	return o->cmp(&o->ticks[*(const uint32_t *)x],
	    &o->ticks[*(const uint32_t *)y]);
}

/* Logs come sorted already, mostly. */
static void
sort(const struct tick *ticks, uint32_t *v, size_t n, compare *cmp)
{
	struct ordering o = { ticks, cmp };
	size_t i = 1;

	while (i < n && cmp(&ticks[v[i - 1]], &ticks[v[i]]) <= 0)
		i++;
	if (i < n)
		qsort_r(v, n, sizeof *v, cmp_places, &o);
}

uint64_t
tick_apart(const struct tick *a, const struct tick *b)
{
	return a->time > b->time ? a->time - b->time : b->time - a->time;
}

static bool
same_input(const struct tick *a, const struct tick *b)
{
	return a->rest->input == b->rest->input;
}

static bool
same_record(const struct tick *a, const struct tick *b)
{
	return !same_input(a, b) && a->time == b->time &&
	    record_id(a) == record_id(b);
}

static size_t
twins_drop(struct track *k)
{
	size_t kept = 0, same = 1;

	/* One log holds every record once. */
	while (same < k->n && same_input(track_tick(k, same),
	    track_tick(k, 0)))
		same++;
	if (same >= k->n)
		return k->n;

	sort(k->ticks, k->v, k->n, cmp_twins);
	for (size_t i = 0; i < k->n; i++)
		if (kept == 0 || !same_record(track_tick(k, kept - 1),
		    track_tick(k, i)))
			k->v[kept++] = k->v[i];
	return kept;
}

/* Does it lie where in its session the clause says? */
static bool
placed(const struct clause *c, const struct tick *t, const struct host *h)
{
	const struct boot *b = t->boot >= 0 && (size_t)t->boot < h->nboots ?
	    &h->boots[t->boot] : NULL;
	uint64_t start = b == NULL || b->start == 0 ? h->first : b->start;
	uint64_t end = b == NULL ? 0 : b->end != 0 ? b->end : b->seen;
	uint64_t since = t->time > start ? t->time - start : 0;

	if (c->up > 0 && since < c->up)
		return false;
	if (c->early > 0 && (b == NULL || b->start == 0 || since > c->early))
		return false;
	return c->late == 0 || (end != 0 && t->time + c->late >= end);
}

struct valued {
	uint64_t	value;
	size_t		at;
};

static int
cmp_valued(const void *x, const void *y)
{
	const struct valued *a = x, *b = y;
	int d = cmp_u64(a->value, b->value);

	return d != 0 ? d : cmp_u64(a->at, b->at);
}

/* For each tick the next one of the same value (n: none). */
static size_t *
nexts_find(struct arena *a, const struct track *k, bool boots)
{
	struct valued *v = arena_array(a, struct valued, k->n);
	size_t *next = arena_array(a, size_t, k->n);

	for (size_t i = 0; i < k->n; i++) {
		v[i].value = boots ? (uint64_t)(track_tick(k, i)->boot + 2) :
		    track_tick(k, i)->rest->value;
		v[i].at = i;
	}
	qsort(v, k->n, sizeof *v, cmp_valued);
	for (size_t i = 0; i < k->n; i++)
		next[v[i].at] = i + 1 < k->n && v[i + 1].value == v[i].value ?
		    v[i + 1].at : k->n;
	return next;
}

/*
 * end[i]: the first j such that i..j hold min different values.  Two
 * pointers: when the left one leaves a value whose next occurrence lies
 * beyond the right one, there is one value less.
 */
static void
ends_distinct(const struct clause *c, struct track *k)
{
	struct arena scratch = { 0 };
	size_t *next = nexts_find(&scratch, k, str_is(c->distinct, "boot"));
	size_t *seen = arena_array(&scratch, size_t, k->n);
	uint64_t have = 0;
	size_t j = 0;

	/* seen[j]: 1 + the place before j of the same value; SIZE_MAX: the
	 * value is not there and does not count. */
	for (size_t i = 0; i < k->n; i++) {
		if (next[i] < k->n)
			seen[next[i]] = i + 1;
		if (track_tick(k, i)->rest->value == 0 &&
		    !str_is(c->distinct, "boot"))
			seen[i] = SIZE_MAX;
	}
	for (size_t i = 0; i < k->n; i++) {
		for (; j < k->n && have < c->min; j++)
			if (seen[j] < i + 1)
				have++;
		k->end[i] = (uint32_t)(have >= c->min ? j - 1 : k->n);
		if (next[i] >= j && seen[i] != SIZE_MAX)
			have--;
	}
	arena_free(&scratch);
}

/* How many gaps of about the period follow each other from i on. */
static void
ends_every(const struct clause *c, struct track *k)
{
	uint64_t slack = c->every / 5, gaps = 0;

	for (size_t i = k->n; i-- > 0;) {
		const struct tick *a = track_tick(k, i);
		const struct tick *b = i + 1 < k->n ? track_tick(k, i + 1) :
		    NULL;
		uint64_t gap = b != NULL && a->rest->join == b->rest->join ?
		    tick_apart(a, b) : 0;

		gaps = gap >= c->every - slack && gap <= c->every + slack ?
		    gaps + 1 : 0;
		k->end[i] = (uint32_t)(gaps + 1 >= c->min ? i + c->min - 1 :
		    k->n);
	}
}

/* Where a run from i on is complete, if it is one; k->n: nowhere. */
static size_t
run_end(const struct clause *c, const struct track *k, size_t i)
{
	if (k->end != NULL)
		return k->end[i];
	return i + c->min - 1 < k->n ? (size_t)(i + c->min - 1) : k->n;
}

static bool
run_keeps(const struct clause *c, const struct track *k, size_t i)
{
	size_t end = run_end(c, k, i);
	const struct tick *a = track_tick(k, i), *b;

	if (end >= k->n)
		return false;
	b = track_tick(k, end);
	return b->rest->join == a->rest->join &&
	    (c->per == 0 || tick_apart(a, b) <= c->per);
}

static bool
asks_run(const struct clause *c)
{
	return c->min > 1 || c->every > 0 || c->distinct.n > 0;
}

/* Beginnings of runs: at least min events (or different values), within
 * per of each other; or following each other about every so long. */
static void
runs_find(struct arena *a, const struct clause *c, struct track *k)
{
	if (c->distinct.n > 0 || c->every > 0)
		k->end = arena_array(a, uint32_t, k->n);
	if (c->distinct.n > 0)
		ends_distinct(c, k);
	else if (c->every > 0)
		ends_every(c, k);
	for (size_t i = 0; i < k->n; i++)
		k->nruns += run_keeps(c, k, i);
	k->runs = arena_array(a, uint32_t, k->nruns);
	k->nruns = 0;
	for (size_t i = 0; i < k->n; i++)
		if (run_keeps(c, k, i))
			k->runs[k->nruns++] = (uint32_t)i;
}

/* By key, then place.  Where the clause asks for a run v needs another
 * order, but mostly, in one log and without keys, it is the same one. */
static void
anchors_sort(struct arena *a, const struct clause *c, struct track *k)
{
	size_t i = 1;

	for (; i < k->n; i++) {
		const struct tick *x = track_tick(k, i - 1);
		const struct tick *y = track_tick(k, i);

		if (cmp_anchor(x, y) >= 0 || by[c->scope.kind](x, y) >= 0)
			break;
	}
	k->anchors = k->v;
	if (i < k->n && c->min > 1) {
		k->anchors = arena_array(a, uint32_t, k->n);
		memcpy(k->anchors, k->v, k->n * sizeof *k->v);
	}
	if (i < k->n)
		sort(k->ticks, k->anchors, k->n, cmp_anchor);
}

static void
track_sort(struct arena *a, const struct clause *c, struct track *k)
{
	if (c == c->rule->anchor)
		anchors_sort(a, c, k);
	/* Nobody looks for a single anchor around another. */
	if (c == c->rule->anchor && c->min <= 1)
		return;
	sort(k->ticks, k->v, k->n, by[c->scope.kind]);
	if (k->n > 0 && asks_run(c))
		runs_find(a, c, k);
}

struct track *
tracks_new(struct arena *a, const struct ruleset *rs,
    struct observations *o, const struct host *host)
{
	struct track *tracks = arena_array(a, struct track, rs->nclauses + 1);
	size_t n;
	struct tick *t = observations_ticks(o, &n);

	for (size_t i = 0; i < n; i++)
		tracks[t[i].clause].n++;
	for (size_t i = 0; i < rs->nclauses; i++) {
		tracks[i].ticks = t;
		if (tracks[i].n > 0)
			tracks[i].v = arena_array(a, uint32_t, tracks[i].n);
		tracks[i].n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct track *k = &tracks[t[i].clause];

		if (placed(rs->clauses[t[i].clause], &t[i], host))
			k->v[k->n++] = (uint32_t)i;
	}
	for (size_t i = 0; i < rs->nclauses; i++) {
		if (tracks[i].n == 0)
			continue;
		tracks[i].n = twins_drop(&tracks[i]);
		track_sort(a, rs->clauses[i], &tracks[i]);
	}
	return tracks;
}

/* Where in [lo, hi) of v the first tick stands that is not before t. */
static size_t
lower(const struct track *k, size_t lo, size_t hi, const struct tick *t,
    compare *cmp)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cmp(track_tick(k, mid), t) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
cmp_join_only(const struct tick *a, const struct tick *b)
{
	return cmp_u64(a->rest->join, b->rest->join);
}

static int
cmp_join_boot(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : (a->boot > b->boot) - (a->boot < b->boot);
}

static int
cmp_join_time(const struct tick *a, const struct tick *b)
{
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : cmp_u64(a->time, b->time);
}

/* From the first tick that is not below `from` to the first above `to`. */
static struct range
range_of(const struct track *k, struct tick from, struct tick to,
    compare *cmp)
{
	struct range r = { k, 0, 0 };

	r.lo = lower(k, 0, k->n, &from, cmp);
	if (to.rest->join != UINT64_MAX)
		r.hi = lower(k, r.lo, k->n, &to, cmp);
	return r;
}

/* Cuts off what does not lie on the side of the anchor. */
static struct range
side_cut(struct range r, const struct clause *c, const struct tick *anchor)
{
	struct tick_rest rest = *anchor->rest;
	struct tick key = *anchor;
	compare *cmp = c->scope.kind == SCOPE_TIME ? cmp_time :
	    c->scope.kind == SCOPE_BOOT ? cmp_boot : cmp_anywhere;
	size_t at;

	if (c->scope.side == SIDE_BOTH)
		return r;
	key.rest = &rest;
	if (r.lo < r.hi) {
		rest.join = track_tick(r.k, r.lo)->rest->join;
		key.boot = c->scope.kind == SCOPE_BOOT ?
		    track_tick(r.k, r.lo)->boot : key.boot;
	}
	at = lower(r.k, r.lo, r.hi, &key, cmp);
	if (c->scope.side == SIDE_BEFORE)
		r.hi = at;
	else
		r.lo = at < r.hi && same_input(track_tick(r.k, at), anchor) &&
		    track_tick(r.k, at)->seq == anchor->seq ? at + 1 : at;
	return r;
}

struct range
track_range(const struct track *k, const struct clause *c,
    const struct tick *anchor)
{
	struct tick_rest first = { .join = 0 }, last = { .join = 0 };
	struct tick from = { .rest = &first }, to = { .rest = &last };
	struct range r = { k, 0, 0 };

	if (c->join.n > 0 && anchor->rest->join == 0)
		return r;
	if (c->join.n > 0)
		first.join = last.join = anchor->rest->join;
	switch (c->scope.kind) {
	case SCOPE_ANYWHERE:
		last.join++;
		r = range_of(k, from, to, cmp_join_only);
		break;
	case SCOPE_BOOT:
		from.boot = anchor->boot;
		to.boot = anchor->boot + 1;
		r = range_of(k, from, to, cmp_join_boot);
		break;
	case SCOPE_TIME:
		from.time = anchor->time > c->scope.span ?
		    anchor->time - c->scope.span : 0;
		to.time = anchor->time + c->scope.span + 1;
		if (to.time < anchor->time)
			to.time = UINT64_MAX;
		r = range_of(k, from, to, cmp_join_time);
		break;
	}
	return side_cut(r, c, anchor);
}

/* Where t would stand in the range. */
static size_t
range_find(struct range r, struct scope s, const struct tick *t)
{
	struct tick_rest rest = *t->rest;
	struct tick key = *t;

	if (r.lo == r.hi)
		return r.lo;
	rest.join = track_tick(r.k, r.lo)->rest->join;
	key.rest = &rest;
	if (s.kind == SCOPE_BOOT)
		key.boot = track_tick(r.k, r.lo)->boot;
	return lower(r.k, r.lo, r.hi, &key, s.kind == SCOPE_TIME ?
	    cmp_time : s.kind == SCOPE_BOOT ? cmp_boot : cmp_anywhere);
}

const struct tick *
range_nearest(struct range r, struct scope s, const struct tick *anchor)
{
	size_t at = range_find(r, s, anchor);
	const struct tick *below = at > r.lo ? track_tick(r.k, at - 1) : NULL;
	const struct tick *above = at < r.hi ? track_tick(r.k, at) : NULL;

	if (below == NULL || above == NULL)
		return below == NULL ? above : below;
	return tick_apart(below, anchor) <= tick_apart(above, anchor) ?
	    below : above;
}

const struct tick *
range_beside(struct range r, struct scope s, const struct tick *t,
    bool after)
{
	size_t at = range_find(r, s, t);

	if (!after)
		return at > r.lo ? track_tick(r.k, at - 1) : NULL;
	if (at < r.hi && same_input(track_tick(r.k, at), t) &&
	    track_tick(r.k, at)->seq == t->seq)
		at++;
	return at < r.hi ? track_tick(r.k, at) : NULL;
}

/* How many runs begin before i. */
static size_t
runs_before(const struct track *k, size_t i)
{
	size_t lo = 0, hi = k->nruns;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->runs[mid] < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct tick *
range_run(struct range r, const struct clause *c, const struct tick *anchor)
{
	const struct track *k = r.k;
	size_t at, run, end;

	if (!asks_run(c))
		return range_nearest(r, c->scope, anchor);
	if (r.lo >= r.hi)
		return NULL;
	at = range_find(r, c->scope, anchor);
	run = runs_before(k, (at < r.hi ? at : r.hi - 1) + 1);
	if (run > 0 && k->runs[run - 1] >= r.lo) {
		end = run_end(c, k, k->runs[run - 1]);
		if (end < r.hi)
			return track_tick(k, end);
	}
	run = runs_before(k, r.lo);
	if (run == k->nruns || k->runs[run] >= r.hi)
		return NULL;
	end = run_end(c, k, k->runs[run]);
	return end < r.hi ? track_tick(k, end) : NULL;
}
