/*
 * What was seen on one computer, unpacked for folding.  Every log brings
 * the details of its own oldest and newest events; of all of them together
 * the oldest and newest are kept, so that it makes no difference over how
 * many files the log was spread.
 */
#include <stdlib.h>
#include <string.h>
#include "rules/packed.h"
#include "rules/rule.h"

struct observations {
	struct arena		*arena;
	const struct ruleset	*rs;
	struct tick		*ticks;
	size_t			 n, cap;
	uint64_t		 dropped;
	struct detail		*details;	/* by clause, input, seq */
	size_t			 ndetails, details_cap;
	struct tried		*tried;		/* by clause; for explain */
	struct track		*tracks;	/* after rules_sort */
};

struct observations *
observations_new(struct arena *a, const struct ruleset *rs)
{
	struct observations *o = arena_new(a, struct observations);

	o->arena = a;
	o->rs = rs;
	return o;
}

bool
observations_ticks_add(struct observations *o, const struct ruleset *rs,
    struct span packed, uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick t;

	while (rd_left(&r) > 0) {
		rd_tick(&r, &coder, rs->nclauses, &t);
		if (!rd_ok(&r) || o == NULL)
			continue;
		if (o->n == CAP_OBS_TICKS) {
			o->dropped++;
			continue;
		}
		t.input = input;
		o->ticks = arena_grow(o->arena, o->ticks, o->n, &o->cap,
		    sizeof *o->ticks);
		o->ticks[o->n++] = t;
	}
	return rd_ok(&r);
}

bool
observations_details_add(struct observations *o, const struct ruleset *rs,
    struct span packed, uint32_t input, struct str path)
{
	struct arena scratch = { 0 };
	struct rd r = rd_init(packed);
	struct detail d;

	while (rd_left(&r) > 0) {
		rd_detail(&r, o == NULL ? &scratch : o->arena, rs, &d);
		if (!rd_ok(&r) || o == NULL)
			continue;
		d.input = input;
		d.evidence.input = path;
		o->details = arena_grow(o->arena, o->details, o->ndetails,
		    &o->details_cap, sizeof *o->details);
		o->details[o->ndetails++] = d;
	}
	arena_free(&scratch);
	return rd_ok(&r);
}

bool
observations_tried_add(struct observations *o, const struct ruleset *rs,
    struct span packed)
{
	struct rd r = rd_init(packed);
	struct tried t;

	if (o != NULL && o->tried == NULL)
		o->tried = arena_array(o->arena, struct tried,
		    rs->nclauses + 1);
	while (rd_left(&r) > 0) {
		uint32_t clause = rd_tried(&r, rs->nclauses, &t);

		if (!rd_ok(&r) || o == NULL)
			continue;
		o->tried[clause].asked += t.asked;
		for (size_t i = 0; i < CAP_CONDITIONS; i++)
			o->tried[clause].failed[i] += t.failed[i];
	}
	return rd_ok(&r);
}

uint64_t
observations_dropped(const struct observations *o)
{
	return o->dropped;
}

struct tick *
observations_ticks(struct observations *o, size_t *n)
{
	*n = o->n;
	return o->ticks;
}

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* As slots of an observer are sorted. */
static int
cmp_age(const void *x, const void *y)
{
	const struct detail *a = x, *b = y;
	int d = cmp_u64(a->clause, b->clause);

	if (d == 0)
		d = cmp_u64(a->group, b->group);
	if (d == 0)
		d = cmp_u64(a->evidence.time, b->evidence.time);
	if (d == 0)
		d = cmp_u64(a->evidence.record_id, b->evidence.record_id);
	if (d == 0)
		d = cmp_u64(a->input, b->input);
	return d != 0 ? d : cmp_u64(a->seq, b->seq);
}

static int
cmp_position(const void *x, const void *y)
{
	const struct detail *a = x, *b = y;
	int d = cmp_u64(a->clause, b->clause);

	if (d == 0)
		d = cmp_u64(a->input, b->input);
	return d != 0 ? d : cmp_u64(a->seq, b->seq);
}

/* The same record, read from two files. */
static bool
twins(const struct detail *a, const struct detail *b)
{
	return a->clause == b->clause && a->group == b->group &&
	    a->input != b->input && a->evidence.time == b->evidence.time &&
	    a->evidence.record_id == b->evidence.record_id;
}

static size_t
details_untwin(struct detail *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !twins(&v[kept - 1], &v[i]))
			v[kept++] = v[i];
	return kept;
}

static void
details_settle(struct observations *o)
{
	enum { HALF = CAP_OBS_DETAILS / 2 };
	struct detail *v = o->details;
	size_t kept = 0, n;

	if (o->ndetails == 0)
		return;
	qsort(v, o->ndetails, sizeof *v, cmp_age);
	n = details_untwin(v, o->ndetails);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n; j++)
			if (v[j].clause != v[i].clause ||
			    v[j].group != v[i].group)
				break;
		for (size_t k = i; k < j; k++)
			if (k < i + HALF || k + HALF >= j)
				v[kept++] = v[k];
	}
	o->ndetails = kept;
	qsort(v, kept, sizeof *v, cmp_position);
}

void
rules_sort(struct arena *a, const struct ruleset *rs, struct observations *o,
    const struct host *host)
{
	details_settle(o);
	o->tracks = tracks_new(a, rs, o, host);
}

const struct track *
observe_tracks(const struct observations *o)
{
	return o->tracks;
}

const struct tried *
observe_tried(const struct observations *o, uint32_t clause)
{
	return o->tried == NULL ? NULL : &o->tried[clause];
}

const struct detail *
observe_detail(const struct observations *o, const struct tick *t)
{
	const struct detail key = { .clause = t->clause, .input = t->input,
	    .seq = t->seq };

	return o->ndetails == 0 ? NULL : bsearch(&key, o->details,
	    o->ndetails, sizeof *o->details, cmp_position);
}
