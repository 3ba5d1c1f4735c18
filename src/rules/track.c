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
cmp_time(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->join, b->rest->join);

	if (d == 0)
		d = cmp_u64(a->time, b->time);
	return d != 0 ? d : cmp_rest(a, b);
}

static int
cmp_boot(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->join, b->rest->join);

	if (d == 0)
		d = (a->boot > b->boot) - (a->boot < b->boot);
	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_anywhere(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_anchor(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->group, b->rest->group);

	return d != 0 ? d : cmp_place(a, b);
}

static int
cmp_twins(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->time, b->time);

	if (d == 0)
		d = cmp_u64(record_id(a), record_id(b));
	return d != 0 ? d : cmp_u64(a->rest->input, b->rest->input);
}

typedef int compare(const void *, const void *);

/* Logs come sorted already, mostly. */
static void
sort(const struct tick **v, size_t n, compare *cmp)
{
	size_t i = 1;

	while (i < n && cmp(&v[i - 1], &v[i]) <= 0)
		i++;
	if (i < n)
		qsort(v, n, sizeof *v, cmp);
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
twins_drop(const struct tick **v, size_t n)
{
	size_t kept = 0, same = 1;

	/* One log holds every record once. */
	while (same < n && same_input(v[same], v[0]))
		same++;
	if (same >= n)
		return n;

	sort(v, n, cmp_twins);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !same_record(v[kept - 1], v[i]))
			v[kept++] = v[i];
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
		v[i].value = boots ? (uint64_t)(k->v[i]->boot + 2) :
		    k->v[i]->rest->value;
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
		if (k->v[i]->rest->value == 0 && !str_is(c->distinct, "boot"))
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
		const struct tick *a = k->v[i], *b = i + 1 < k->n ?
		    k->v[i + 1] : NULL;
		uint64_t gap = b != NULL && a->rest->join == b->rest->join ?
		    tick_apart(a, b) : 0;

		gaps = gap >= c->every - slack && gap <= c->every + slack ?
		    gaps + 1 : 0;
		k->end[i] = (uint32_t)(gaps + 1 >= c->min ? i + c->min - 1 :
		    k->n);
	}
}

static bool
run_keeps(const struct clause *c, const struct track *k, size_t i)
{
	size_t end = k->end[i];

	return end < k->n && k->v[end]->rest->join == k->v[i]->rest->join &&
	    (c->per == 0 || tick_apart(k->v[i], k->v[end]) <= c->per);
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
	size_t near = k->n;

	k->end = arena_array(a, uint32_t, k->n);
	k->next = arena_array(a, uint32_t, k->n);
	k->prev = arena_array(a, uint32_t, k->n);
	if (c->distinct.n > 0)
		ends_distinct(c, k);
	else if (c->every > 0)
		ends_every(c, k);
	else
		for (size_t i = 0; i < k->n; i++)
			k->end[i] = (uint32_t)(i + c->min - 1 < k->n ?
			    i + c->min - 1 : k->n);
	for (size_t i = 0; i < k->n; i++) {
		near = run_keeps(c, k, i) ? i : near;
		k->prev[i] = (uint32_t)near;
	}
	near = k->n;
	for (size_t i = k->n; i-- > 0;) {
		near = run_keeps(c, k, i) ? i : near;
		k->next[i] = (uint32_t)near;
	}
}

static void
track_sort(struct arena *a, const struct clause *c, struct track *k)
{
	static compare *const by[] = {
		[SCOPE_ANYWHERE] = cmp_anywhere,
		[SCOPE_BOOT] = cmp_boot,
		[SCOPE_TIME] = cmp_time,
	};

	if (c == c->rule->anchor) {
		k->anchors = arena_array(a, const struct tick *, k->n);
		memcpy(k->anchors, k->v, k->n * sizeof *k->v);
		sort(k->anchors, k->n, cmp_anchor);
	}
	sort(k->v, k->n, by[c->scope.kind]);
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
		if (tracks[i].n > 0)
			tracks[i].v = arena_array(a, const struct tick *,
			    tracks[i].n);
		tracks[i].n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct track *k = &tracks[t[i].clause];

		if (placed(rs->clauses[t[i].clause], &t[i], host))
			k->v[k->n++] = &t[i];
	}
	for (size_t i = 0; i < rs->nclauses; i++) {
		if (tracks[i].n == 0)
			continue;
		tracks[i].n = twins_drop(tracks[i].v, tracks[i].n);
		track_sort(a, rs->clauses[i], &tracks[i]);
	}
	return tracks;
}

/* Where in [lo, hi) of v the first tick stands that is not before t. */
static size_t
lower(const struct tick **v, size_t lo, size_t hi, const struct tick *t,
    compare *cmp)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cmp(&v[mid], &t) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
cmp_join_only(const void *x, const void *y)
{
	return cmp_u64((*(const struct tick *const *)x)->rest->join,
	    (*(const struct tick *const *)y)->rest->join);
}

static int
cmp_join_boot(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : (a->boot > b->boot) - (a->boot < b->boot);
}

static int
cmp_join_time(const void *x, const void *y)
{
	const struct tick *a = *(const struct tick *const *)x;
	const struct tick *b = *(const struct tick *const *)y;
	int d = cmp_u64(a->rest->join, b->rest->join);

	return d != 0 ? d : cmp_u64(a->time, b->time);
}

/* From the first tick that is not below `from` to the first above `to`. */
static struct range
range_of(const struct track *k, struct tick from, struct tick to,
    compare *cmp)
{
	struct range r = { k, 0, 0 };

	r.lo = lower(k->v, 0, k->n, &from, cmp);
	if (to.rest->join != UINT64_MAX)
		r.hi = lower(k->v, r.lo, k->n, &to, cmp);
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
		rest.join = r.k->v[r.lo]->rest->join;
		key.boot = c->scope.kind == SCOPE_BOOT ?
		    r.k->v[r.lo]->boot : key.boot;
	}
	at = lower(r.k->v, r.lo, r.hi, &key, cmp);
	if (c->scope.side == SIDE_BEFORE)
		r.hi = at;
	else
		r.lo = at < r.hi && same_input(r.k->v[at], anchor) &&
		    r.k->v[at]->seq == anchor->seq ? at + 1 : at;
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
	rest.join = r.k->v[r.lo]->rest->join;
	key.rest = &rest;
	if (s.kind == SCOPE_BOOT)
		key.boot = r.k->v[r.lo]->boot;
	return lower(r.k->v, r.lo, r.hi, &key, s.kind == SCOPE_TIME ?
	    cmp_time : s.kind == SCOPE_BOOT ? cmp_boot : cmp_anywhere);
}

const struct tick *
range_nearest(struct range r, struct scope s, const struct tick *anchor)
{
	size_t at = range_find(r, s, anchor);
	const struct tick *below = at > r.lo ? r.k->v[at - 1] : NULL;
	const struct tick *above = at < r.hi ? r.k->v[at] : NULL;

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
		return at > r.lo ? r.k->v[at - 1] : NULL;
	if (at < r.hi && same_input(r.k->v[at], t) &&
	    r.k->v[at]->seq == t->seq)
		at++;
	return at < r.hi ? r.k->v[at] : NULL;
}

const struct tick *
range_run(struct range r, const struct clause *c, const struct tick *anchor)
{
	const struct track *k = r.k;
	size_t at, i;

	if (!asks_run(c))
		return range_nearest(r, c->scope, anchor);
	if (r.lo >= r.hi)
		return NULL;
	at = range_find(r, c->scope, anchor);
	i = k->prev[at < r.hi ? at : r.hi - 1];
	if (i >= k->n || i < r.lo || k->end[i] >= r.hi)
		i = k->next[r.lo];
	return i < r.hi && k->end[i] < r.hi ? k->v[k->end[i]] : NULL;
}
