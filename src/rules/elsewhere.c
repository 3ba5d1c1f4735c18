/*
 * What a rule may ask of other computers: whether its anchor was logged on
 * some of them at about that time.  Of every computer only those times are
 * kept, so that thousands need not be in memory at once.
 */
#include <stdlib.h>
#include <string.h>
#include "rules/rule.h"

struct times {
	const struct rule	*rule;
	const uint64_t		*v;	/* sorted */
	size_t			 n;
};

struct elsewhere {
	const struct times	*v;	/* by number of the rule */
	size_t			 n;
};

static bool
looks(const struct rule *r)
{
	for (const struct support *s = r->supports; s != NULL; s = s->next)
		if (s->computers > 0)
			return true;
	return false;
}

bool
rules_look_elsewhere(const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->nrules; i++)
		if (looks(rs->rules[i]))
			return true;
	return false;
}

static int
cmp_times(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

void
rules_want_elsewhere(const struct ruleset *rs, struct observations *o)
{
	for (size_t i = 0; i < rs->nrules; i++)
		if (looks(rs->rules[i]))
			observations_want_rule(o, rs->rules[i]);
}

const struct elsewhere *
rules_elsewhere(struct arena *a, const struct ruleset *rs,
    const struct observations *o)
{
	struct elsewhere *e = arena_new(a, struct elsewhere);
	struct times *v = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < rs->nrules; i++) {
		const struct rule *r = rs->rules[i];
		const struct track *k = &observe_tracks(o)[r->anchor->number];
		uint64_t *times;

		if (!looks(r) || k->n == 0)
			continue;
		times = arena_array(a, uint64_t, k->n);
		for (size_t j = 0; j < k->n; j++)
			times[j] = track_tick(k, j)->time;
		qsort(times, k->n, sizeof *times, cmp_times);
		v = arena_grow(a, v, e->n, &cap, sizeof *v);
		v[e->n++] = (struct times){ r, times, k->n };
	}
	e->v = v;
	return e;
}

static const struct times *
times_of(const struct elsewhere *e, const struct rule *r)
{
	for (size_t i = 0; e != NULL && i < e->n; i++)
		if (e->v[i].rule == r)
			return &e->v[i];
	return NULL;
}

static bool
logged_near(const struct times *k, uint64_t time, uint64_t span)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->v[mid] + span < time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < k->n && k->v[lo] <= time + span;
}

uint64_t
elsewhere_count(const struct surroundings *around, const struct rule *r,
    uint64_t time, uint64_t span)
{
	uint64_t n = 0;

	for (size_t i = 0; i < around->nall; i++) {
		const struct times *k = i == around->self ||
		    around->all == NULL ? NULL : times_of(around->all[i], r);

		n += k != NULL && logged_near(k, time, span);
	}
	return n;
}
