/*
 * What was seen on one computer, made ready for folding.  Ticks stay packed,
 * some five bytes each; unpacked they take fifteen times as much.  So they
 * are surveyed first, and then unpacked for as many rules at a time as have
 * together no more than GROUP of them.  When that takes several turns, the
 * first one packs them anew in a row for each clause, so that every tick is
 * unpacked in one turn only, not in each.
 *
 * Place among all events of a computer (tick.order): within one log the
 * position decides, because clocks jump during a boot and record numbers
 * do not.  Across logs only time can, so a record that carries a time
 * ahead of later records of its log (early in a boot, before the zone is
 * known) takes theirs, if they are less than a day apart.
 */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/pack.h"
#include "rules/packed.h"
#include "rules/rule.h"

enum { GROUP = 1 << 15 };

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

/*
 * The ticks of one clause, packed: input (as difference) and what keys
 * follow, place (as differences), keys that are not those of the tick
 * before.
 */
enum { KEY_NONE, KEY_SAME, KEY_NEW, KEY_BITS = 2, KEYS = 3 };
struct row {
	bool		taken;		/* unpacked, and not kept further */
	struct out	to;
	struct tick	last;
};

struct observations {
	struct arena		*arena;
	const struct ruleset	*rs;
	bool			 one;		/* all ticks are of one log */
	uint64_t		*counts;	/* of ticks, by clause */
	uint64_t		 all, dropped;
	struct survey		 survey;
	bool			 again;		/* there will be more turns */
	struct row		*rows;		/* by clause; NULL: none */
	bool			 rows_whole;
	struct early		*early;		/* sorted */
	size_t			 nearly, early_cap;
	struct details_read	*details;	/* NULL: none were given */
	const struct input	*inputs;	/* ... by number */
	struct tried		*tried;		/* by clause; for explain */
	/* Of the rules that are folded now: */
	struct arena		 now;
	bool			*wanted;	/* by clause */
	uint64_t		 seen;		/* of all ticks */
	struct tick		*ticks;
	size_t			 n, room;
	struct track		*tracks;	/* after rules_sort */
};

struct observations *
observations_new(struct arena *a, const struct ruleset *rs, bool one)
{
	struct observations *o = arena_new(a, struct observations);

	o->arena = a;
	o->rs = rs;
	o->one = one;
	o->counts = arena_array(a, uint64_t, rs->nclauses + 1);
	o->wanted = arena_array(a, bool, rs->nclauses + 1);
	return o;
}

static void
rows_drop(struct observations *o)
{
	for (size_t c = 0; o->rows != NULL && c < o->rs->nclauses; c++)
		out_free(&o->rows[c].to);
	o->rows = NULL;
	o->rows_whole = false;
}

void
observations_free(struct observations *o)
{
	arena_free(&o->now);
	rows_drop(o);
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
		o->early = arena_grow(o->arena, o->early, o->nearly,
		    &o->early_cap, sizeof *o->early);
		o->early[o->nearly++] = (struct early){ s->input, k->seq,
		    k->time, later };
	}
	s->n = 0;
}

static void
place_survey(struct survey *s, const struct tick *t)
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
	struct tick t;

	if (input != o->survey.input)
		input_surveyed(o);
	o->survey.input = input;
	while (rd_left(&r) > 0) {
		rd_tick(&r, &coder, o->rs->nclauses, &t);
		if (o->all == CAP_OBS_TICKS) {
			o->dropped++;
			continue;
		}
		o->all++;
		o->counts[t.clause]++;
		if (!o->one)
			place_survey(&o->survey, &t);
	}
}

void
observations_surveyed(struct observations *o)
{
	input_surveyed(o);
	arena_free(&o->survey.a);
	if (o->nearly > 0)
		qsort(o->early, o->nearly, sizeof *o->early, cmp_early);
}

static uint64_t
order_of(const struct observations *o, const struct tick *t)
{
	const struct early key = { t->input, t->seq, t->time, 0 };
	const struct early *e = o->one || o->nearly == 0 ? NULL :
	    bsearch(&key, o->early, o->nearly, sizeof key, cmp_early);

	if (o->one)
		return t->seq;
	return e == NULL ? t->time : e->order;
}

bool
ticks_good(const struct ruleset *rs, struct span packed)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick t;

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

	if (o->counts[r->anchor->number] == 0)
		return 0;
	for (size_t c = r->first_clause; c < end; c++)
		n += o->counts[c];
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
	o->again = i < rs->nrules;
	return i;
}

void
observations_want_rule(struct observations *o, const struct rule *r)
{
	size_t end = clauses_end(o->rs, r);

	for (size_t c = r->first_clause; c < end; c++) {
		o->wanted[c] = true;
		if (o->rows != NULL && o->rows[c].taken)
			rows_drop(o);
	}
}

void
observations_forget(struct observations *o)
{
	arena_reset(&o->now);
	if (!o->rows_whole)
		rows_drop(o);
	memset(o->wanted, 0, o->rs->nclauses * sizeof *o->wanted);
	o->seen = 0;
	o->ticks = NULL;
	o->n = 0;
	o->tracks = NULL;
}

/* For all that are wanted: they have been counted. */
static struct tick *
ticks_room(struct observations *o)
{
	uint64_t n = 0;

	for (size_t c = 0; c < o->rs->nclauses; c++)
		n += o->wanted[c] ? o->counts[c] : 0;
	o->room = (size_t)n;
	return arena_raw(&o->now, o->room * sizeof *o->ticks);
}

static void
keys_of(struct tick *t, uint64_t *v[KEYS])
{
	v[0] = &t->group;
	v[1] = &t->join;
	v[2] = &t->value;
}

static void
row_add(struct row *k, struct tick *t)
{
	uint64_t head, *keys[KEYS], *had[KEYS];

	keys_of(t, keys);
	keys_of(&k->last, had);
	head = t->input - k->last.input;
	for (size_t i = 0; i < KEYS; i++)
		head = head << KEY_BITS | (*keys[i] == 0 ? KEY_NONE :
		    *keys[i] == *had[i] ? KEY_SAME : KEY_NEW);
	pack_u64(&k->to, head);
	pack_i64(&k->to, (int64_t)(t->seq - k->last.seq));
	pack_i64(&k->to, (int64_t)(t->time - k->last.time));
	pack_i64(&k->to, (int64_t)(t->record_id - t->seq -
	    (k->last.record_id - k->last.seq)));
	for (size_t i = 0; i < KEYS; i++)
		if (*keys[i] != 0 && *keys[i] != *had[i])
			out_bytes(&k->to, keys[i], sizeof *keys[i]);
	/* A key that is the same is that of the last tick that had one. */
	for (size_t i = 0; i < KEYS; i++)
		if (*keys[i] != 0)
			*had[i] = *keys[i];
	k->last.input = t->input;
	k->last.seq = t->seq;
	k->last.time = t->time;
	k->last.record_id = t->record_id;
}

/* t: the one before in its row, but that its keys are those met last. */
static void
row_next(struct rd *r, struct tick *met, struct tick *t)
{
	uint64_t head = rd_pack_u64(r), apart = met->record_id - met->seq;
	uint64_t *keys[KEYS], *had[KEYS];

	met->input += (uint32_t)(head >> KEYS * KEY_BITS);
	met->seq += (uint64_t)rd_pack_i64(r);
	met->time += (uint64_t)rd_pack_i64(r);
	met->record_id = met->seq + apart + (uint64_t)rd_pack_i64(r);
	*t = *met;
	keys_of(t, keys);
	keys_of(met, had);
	for (size_t i = 0; i < KEYS; i++) {
		unsigned is = head >> (KEYS - 1 - i) * KEY_BITS & 3;

		if (is == KEY_NEW)
			*had[i] = rd_u64(r);
		*keys[i] = is == KEY_NONE ? 0 : *had[i];
	}
}

static void
row_unpack(struct observations *o, uint32_t clause)
{
	struct row *k = &o->rows[clause];
	struct tick met = { .clause = clause, .boot = -1 };
	struct rd r = rd_init((struct span){ (const uint8_t *)k->to.mem,
	    k->to.n });

	while (rd_left(&r) > 0 && o->n < o->room) {
		struct tick *t = &o->ticks[o->n++];

		row_next(&r, &met, t);
		t->order = order_of(o, t);
	}
	out_free(&k->to);
	k->taken = true;
}

static void
rows_unpack(struct observations *o)
{
	o->ticks = ticks_room(o);
	for (uint32_t c = 0; c < o->rs->nclauses; c++)
		if (o->wanted[c])
			row_unpack(o, c);
}

/* One of the first turn: of clauses whose turn it is not, a row is made. */
static void
turn_add(struct observations *o, struct tick *t)
{
	if (o->again && !o->wanted[t->clause])
		row_add(&o->rows[t->clause], t);
	if (!o->wanted[t->clause] || o->n == o->room)
		return;
	t->order = order_of(o, t);
	o->ticks[o->n++] = *t;
}

/* Are they all there? */
static void
turn_end(struct observations *o)
{
	if (!o->again || o->seen < o->all)
		return;
	o->rows_whole = true;
	for (size_t c = 0; c < o->rs->nclauses; c++)
		o->rows[c].taken = o->wanted[c];
}

void
observations_ticks_add(struct observations *o, struct span packed,
    uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick t;

	if (o->rows_whole) {
		if (o->ticks == NULL)
			rows_unpack(o);
		return;
	}
	if (o->ticks == NULL)
		o->ticks = ticks_room(o);
	if (o->again && o->rows == NULL)
		o->rows = arena_array(o->arena, struct row, o->rs->nclauses);
	while (rd_left(&r) > 0 && o->seen < CAP_OBS_TICKS) {
		rd_tick(&r, &coder, o->rs->nclauses, &t);
		o->seen++;
		t.input = input;
		turn_add(o, &t);
	}
	turn_end(o);
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
	return o->dropped;
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
