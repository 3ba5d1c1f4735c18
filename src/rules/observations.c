/*
 * What was seen on one computer, made ready for folding.  Ticks stay packed,
 * some five bytes each; unpacked they take six times as much.  So they
 * are surveyed first, and then unpacked for as many rules at a time as have
 * together no more than GROUP of them.  Of a computer that has many, so that
 * this takes several turns, they are packed anew before, in a row for each
 * clause: every tick is unpacked in one turn only, not in each.
 *
 * Place among all events of a computer (struct tick_rest): within one log the
 * position decides, because clocks jump during a boot and record numbers
 * do not.  Across logs only time can, so a record that carries a time
 * ahead of later records of its log (early in a boot, before the zone is
 * known) takes theirs, if they are less than a day apart.
 */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/pack.h"
#include "rules/rows.h"
#include "rules/rule.h"

enum { GROUP = 1 << 15, RESTS_MET = 256 };

/* A record that some rule ticks off. */
struct record_place {
	uint64_t	seq, time;
};

/* One whose place is not that of its time. */
struct early {
	uint32_t	input;
	uint64_t	seq, time, order;
};

/* While the ticks of one input are surveyed. */
struct survey {
	struct arena		a;
	uint32_t		input;
	struct record_place	*v;
	size_t			n, cap;
};

/* What a survey told. */
struct surveyed {
	bool		 one;		/* all ticks are of one log */
	uint64_t	*counts;	/* of ticks, by clause */
	uint64_t	 all, dropped;
	struct early	*early;		/* sorted */
	size_t		 nearly, early_cap;
};

struct ticks_kept {
	struct surveyed	 known;
	bool		 silent;	/* those of rules are there that no
					 * event fitted the anchor of */
	struct tick_rows rows;
	struct row_filler filler;
	uint64_t	 seen;		/* of all, while it is filled */
};

struct observations {
	struct arena		*arena;
	const struct ruleset	*rs;
	struct surveyed		 known;
	struct survey		 survey;
	const struct ticks_kept	*kept;		/* NULL: ticks are given */
	struct details_read	*details;	/* NULL: none were given */
	const struct input	*inputs;	/* ... by number */
	struct tried		*tried;		/* by clause; for explain */
	/* Of the rules that are folded now: */
	struct arena		 now;
	bool			*wanted;	/* by clause */
	uint64_t		 seen;		/* of all ticks */
	struct tick		*ticks;
	size_t			 n, room;
	const struct tick_rest	*met[RESTS_MET];	/* by hash */
	struct track		*tracks;	/* after rules_sort */
};

struct observations *
observations_new(struct arena *a, const struct ruleset *rs, bool one)
{
	struct observations *o = arena_new(a, struct observations);

	o->arena = a;
	o->rs = rs;
	o->known.one = one;
	o->known.counts = arena_array(a, uint64_t, rs->nclauses + 1);
	o->wanted = arena_array(a, bool, rs->nclauses + 1);
	return o;
}

void
observations_free(struct observations *o)
{
	arena_free(&o->now);
}

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_seq(const void *x, const void *y)
{
	const struct record_place *a = x, *b = y;

	return cmp_u64(a->seq, b->seq);
}

static int
cmp_early(const void *x, const void *y)
{
	const struct early *a = x, *b = y;
	int d = cmp_u64(a->input, b->input);

	if (d == 0)
		d = cmp_u64(a->seq, b->seq);
	return d != 0 ? d : cmp_u64(a->time, b->time);
}

/* The places of the records of one input are known. */
static void
input_surveyed(struct observations *o)
{
	struct surveyed *known = &o->known;
	struct survey *s = &o->survey;
	uint64_t later = s->n > 0 ? s->v[s->n - 1].time : 0;
	size_t i = 1;

	while (i < s->n && s->v[i - 1].seq <= s->v[i].seq)
		i++;
	if (i < s->n) {
		qsort(s->v, s->n, sizeof *s->v, cmp_seq);
		later = s->v[s->n - 1].time;
	}
	for (i = s->n; i-- > 0;) {
		const struct record_place *k = &s->v[i];

		if (k->time < later || k->time - later > CLOCK_DAY)
			later = k->time;
		if (later == k->time)
			continue;
		known->early = arena_grow(o->arena, known->early,
		    known->nearly, &known->early_cap, sizeof *known->early);
		known->early[known->nearly++] = (struct early){ s->input,
		    k->seq, k->time, later };
	}
	s->n = 0;
}

static void
place_survey(struct survey *s, const struct tick_seen *t)
{
	if (s->n > 0 && s->v[s->n - 1].seq == t->seq &&
	    s->v[s->n - 1].time == t->time)
		return;
	s->v = arena_grow(&s->a, s->v, s->n, &s->cap, sizeof *s->v);
	s->v[s->n++] = (struct record_place){ t->seq, t->time };
}

void
observations_survey(struct observations *o, struct span packed,
    uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick_seen t;

	if (input != o->survey.input)
		input_surveyed(o);
	o->survey.input = input;
	while (rd_left(&r) > 0) {
		rd_tick(&r, &coder, o->rs->nclauses, &t);
		if (o->known.all == CAP_OBS_TICKS) {
			o->known.dropped++;
			continue;
		}
		o->known.all++;
		o->known.counts[t.clause]++;
		if (!o->known.one)
			place_survey(&o->survey, &t);
	}
}

void
observations_surveyed(struct observations *o)
{
	const struct surveyed *known = &o->known;

	input_surveyed(o);
	arena_free(&o->survey.a);
	if (known->nearly > 0)
		qsort(known->early, known->nearly, sizeof *known->early,
		    cmp_early);
}

/* How far its place is from its time. */
static uint64_t
moved_of(const struct observations *o, const struct tick_seen *t)
{
	const struct early key = { t->input, t->seq, t->time, 0 };
	const struct surveyed *k = &o->known;
	const struct early *e = k->one || k->nearly == 0 ? NULL :
	    bsearch(&key, k->early, k->nearly, sizeof key, cmp_early);

	return e == NULL ? 0 : e->order - t->time;
}

static bool
rest_same(const struct tick_rest *a, const struct tick_rest *b)
{
	return a->input == b->input && a->moved == b->moved &&
	    a->apart == b->apart && a->group == b->group &&
	    a->join == b->join && a->value == b->value;
}

/* One that was met lately, or a new one. */
static const struct tick_rest *
rest_of(struct observations *o, const struct tick_seen *t)
{
	const struct tick_rest rest = { t->input, o->known.one, moved_of(o, t),
	    t->record_id - t->seq, t->group, t->join, t->value };
	uint64_t h = (rest.group ^ rest.join * 3 ^ rest.value * 5 ^
	    rest.apart * 7 ^ rest.moved * 11) * UINT64_C(0x9E3779B97F4A7C15);
	const struct tick_rest **met = &o->met[(h >> 32) % RESTS_MET];
	struct tick_rest *new;

	if (*met != NULL && rest_same(*met, &rest))
		return *met;
	new = arena_new(&o->now, struct tick_rest);
	*new = rest;
	return *met = new;
}

bool
ticks_good(const struct ruleset *rs, struct span packed)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick_seen t;

	while (rd_left(&r) > 0)
		rd_tick(&r, &coder, rs->nclauses, &t);
	return rd_ok(&r);
}

/* The clauses of a rule stand in a row. */
static size_t
clauses_end(const struct ruleset *rs, const struct rule *r)
{
	size_t c = r->first_clause;

	while (c < rs->nclauses && rs->clauses[c]->rule == r)
		c++;
	return c;
}

/* How many ticks it has; none that speaks where no event fitted its
 * anchor. */
static uint64_t
rule_ticks(const struct observations *o, const struct rule *r)
{
	size_t end = clauses_end(o->rs, r);
	uint64_t n = 0;

	if (o->known.counts[r->anchor->number] == 0)
		return 0;
	for (size_t c = r->first_clause; c < end; c++)
		n += o->known.counts[c];
	return n;
}

size_t
observations_want(struct observations *o, size_t from)
{
	const struct ruleset *rs = o->rs;
	uint64_t n = 0;
	size_t i = from;

	observations_forget(o);
	for (; i < rs->nrules; i++) {
		const struct rule *r = rs->rules[i];
		uint64_t more = rule_ticks(o, r);

		if (n > 0 && n + more > GROUP)
			break;
		n += more;
		if (more > 0)
			observations_want_rule(o, r);
	}
	return i;
}

void
observations_want_rule(struct observations *o, const struct rule *r)
{
	size_t end = clauses_end(o->rs, r);

	for (size_t c = r->first_clause; c < end; c++)
		o->wanted[c] = true;
}

void
observations_forget(struct observations *o)
{
	arena_reset(&o->now);
	memset(o->wanted, 0, o->rs->nclauses * sizeof *o->wanted);
	memset(o->met, 0, sizeof o->met);
	o->seen = 0;
	o->ticks = NULL;
	o->n = 0;
	o->tracks = NULL;
}

/* Did any event fit the anchor of its rule? */
static bool
speaks(const struct observations *o, uint32_t clause)
{
	const struct rule *r = o->rs->clauses[clause]->rule;

	return o->known.counts[r->anchor->number] > 0;
}

/* For all that are wanted: they have been counted. */
static struct tick *
ticks_room(struct observations *o)
{
	uint64_t n = 0;

	for (size_t c = 0; c < o->rs->nclauses; c++)
		n += o->wanted[c] && (o->kept == NULL || o->kept->silent ||
		    speaks(o, (uint32_t)c)) ? o->known.counts[c] : 0;
	o->room = (size_t)n;
	return arena_raw(&o->now, o->room * sizeof *o->ticks);
}

static void
tick_add(struct observations *o, const struct tick_seen *t)
{
	o->ticks[o->n++] = (struct tick){ t->seq, t->time, rest_of(o, t),
	    t->clause, -1 };
}

void
observations_ticks_add(struct observations *o, struct span packed,
    uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick_seen t;

	if (o->ticks == NULL)
		o->ticks = ticks_room(o);
	while (rd_left(&r) > 0 && o->seen < CAP_OBS_TICKS) {
		rd_tick(&r, &coder, o->rs->nclauses, &t);
		o->seen++;
		t.input = input;
		if (o->wanted[t.clause] && o->n < o->room)
			tick_add(o, &t);
	}
}

struct ticks_kept *
ticks_keep(struct arena *a, const struct observations *o, bool silent)
{
	struct ticks_kept *k = arena_new(a, struct ticks_kept);
	size_t nclauses = o->rs->nclauses;

	k->known = o->known;
	k->known.counts = arena_array(a, uint64_t, nclauses + 1);
	memcpy(k->known.counts, o->known.counts,
	    nclauses * sizeof *k->known.counts);
	k->known.early = arena_array(a, struct early, k->known.nearly);
	if (k->known.nearly > 0)
		memcpy(k->known.early, o->known.early,
		    k->known.nearly * sizeof *k->known.early);
	k->silent = silent;
	rows_begin(&k->filler, a, nclauses);
	return k;
}

void
ticks_keep_add(struct ticks_kept *k, const struct observations *o,
    struct span packed, uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick_seen t;

	for (; rd_left(&r) > 0 && k->seen < CAP_OBS_TICKS; k->seen++) {
		rd_tick(&r, &coder, o->rs->nclauses, &t);
		t.input = input;
		if (k->silent || speaks(o, t.clause))
			rows_add(&k->filler, &t);
	}
}

void
ticks_kept_end(struct ticks_kept *k)
{
	rows_end(&k->filler, &k->rows);
}

void
observations_kept(struct observations *o, const struct ticks_kept *k)
{
	o->known = k->known;
	o->kept = k;
}

void
observations_ticks_take(struct observations *o)
{
	struct row_reader k;
	struct tick_seen t;

	o->ticks = ticks_room(o);
	for (uint32_t c = 0; c < o->rs->nclauses; c++) {
		if (!o->wanted[c])
			continue;
		row_open(&k, &o->kept->rows, c);
		while (row_next(&k, &t) && o->n < o->room)
			tick_add(o, &t);
		row_close(&k);
	}
}

void
observations_details(struct observations *o, const struct details *d,
    const struct interned *constants, const struct input *inputs)
{
	o->details = details_open(o->arena, o->rs, d, constants);
	o->inputs = inputs;
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
	return o->known.dropped;
}

struct tick *
observations_ticks(struct observations *o, size_t *n)
{
	*n = o->n;
	return o->ticks;
}

void
rules_sort(struct observations *o, const struct host *host)
{
	o->tracks = tracks_new(&o->now, o->rs, o, host);
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

const struct evidence *
observe_evidence(struct observations *o, const struct tick *t)
{
	return o->details == NULL ? NULL :
	    details_find(o->details, t, o->inputs);
}
