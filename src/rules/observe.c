/*
 * What is kept of matched events.  A tick, a few plain numbers, is kept of
 * every one, so that counts and correlations are exact; the detail that a
 * report shows (facts, words) only of the oldest few and the newest few per
 * clause and key, whatever order they come in, in slots that are reused.
 */
#include <string.h>
#include "rules/rule.h"

enum { FIRST = CAP_OBS_DETAILS / 2 };
enum { BUCKETS = 1024, BUCKETS_MAX = 20000 };

struct slot {
	struct detail	detail;
	struct fact	facts[CAP_OBS_FACTS];
	char		text[CAP_OBS_FACTS][CAP_OBS_TEXT];
	char		note[CAP_OBS_FACTS][64];
	char		provider[CAP_OBS_TEXT];
	uint32_t	words[CAP_OBS_WORDS];
};

struct bucket {
	uint32_t	 clause;
	uint64_t	 group;
	size_t		 n;
	struct slot	*slots[CAP_OBS_DETAILS];	/* oldest first */
	struct bucket	*next;
};

struct observations {
	struct arena		*arena;
	const struct ruleset	*rs;
	struct tick		*ticks;
	size_t			 n, cap;
	uint64_t		 dropped;
	struct bucket		*buckets[BUCKETS];
	size_t			 nbuckets;
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

struct tick *
observations_ticks(struct observations *o, size_t *n)
{
	*n = o->n;
	return o->ticks;
}

uint64_t
observations_dropped(const struct observations *o)
{
	return o->dropped;
}

static size_t
bucket_hash(uint32_t clause, uint64_t group)
{
	return (size_t)((group ^ clause * UINT64_C(0x9E3779B1)) % BUCKETS);
}

static struct bucket *
bucket_find(const struct observations *o, uint32_t clause, uint64_t group)
{
	struct bucket *b = o->buckets[bucket_hash(clause, group)];

	while (b != NULL && (b->clause != clause || b->group != group))
		b = b->next;
	return b;
}

static struct bucket *
bucket_get(struct observations *o, uint32_t clause, uint64_t group)
{
	struct bucket *b = bucket_find(o, clause, group);
	size_t h = bucket_hash(clause, group);

	if (b != NULL || o->nbuckets == BUCKETS_MAX)
		return b;
	b = arena_new(o->arena, struct bucket);
	b->clause = clause;
	b->group = group;
	b->next = o->buckets[h];
	o->buckets[h] = b;
	o->nbuckets++;
	return b;
}

/* Copies as much as fits, on a character boundary. */
static struct str
text_keep(char *buf, size_t cap, struct str s)
{
	size_t n = s.n < cap ? s.n : cap;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	memcpy(buf, s.n > 0 ? s.p : "", n);
	return (struct str){ buf, n };
}

static void
fact_keep(struct slot *s, const struct fact *f)
{
	size_t i = s->detail.evidence.nfacts;

	if (i == CAP_OBS_FACTS)
		return;
	s->facts[i] = *f;
	s->facts[i].text = text_keep(s->text[i], CAP_OBS_TEXT, f->text);
	s->facts[i].note = text_keep(s->note[i], sizeof s->note[i], f->note);
	s->detail.evidence.nfacts++;
}

/* A value that is no fact, such as string.1, as one. */
static void
show_keep(struct slot *s, const struct view *v, const char *name)
{
	struct datum d;
	struct fact as = { .name = name, .label = name };

	if (!datum_find(v, str_of(name), &d))
		return;
	if (str_starts(str_of(name), "part."))
		as.label = name + 5;
	else if (d.fact != NULL)
		return;
	as.type = d.text.n == 0 && d.has_number ? FACT_NUMBER : FACT_TEXT;
	as.number = d.number;
	as.text = d.text;
	fact_keep(s, &as);
}

static void
slot_fill(struct slot *s, const struct clause *c, const struct view *view)
{
	struct evidence *v = &s->detail.evidence;
	const struct event *e = view->e;
	const struct facts *f = view->facts;

	v->record_id = e->record_id;
	v->offset = e->at.offset;
	v->state = e->at.state;
	v->time = e->time;
	v->event_id = e->id;
	v->provider = text_keep(s->provider, sizeof s->provider, e->provider);
	v->facts = s->facts;
	v->nfacts = 0;
	for (size_t i = 0; i < c->nshows; i++)
		show_keep(s, view, c->shows[i]);
	for (size_t i = 0; i < f->n; i++)
		fact_keep(s, &f->v[i]);
	v->nwords = span_words(e->binary, s->words, CAP_OBS_WORDS);
	v->words = s->words;
}

/*
 * The slot for one more event, NULL when it is neither among the oldest
 * nor among the newest.
 */
static struct slot *
slot_for(struct observations *o, struct bucket *b, const struct tick *t)
{
	struct slot *s;
	size_t at = b->n;

	while (at > 0 && t->time < b->slots[at - 1]->detail.evidence.time)
		at--;
	if (b->n < CAP_OBS_DETAILS) {
		s = arena_new(o->arena, struct slot);
		memmove(&b->slots[at + 1], &b->slots[at],
		    (b->n++ - at) * sizeof *b->slots);
	} else if (at == FIRST) {
		return NULL;
	} else if (at < FIRST) {
		/* The newest of the oldest makes room. */
		s = b->slots[FIRST - 1];
		memmove(&b->slots[at + 1], &b->slots[at],
		    (FIRST - 1 - at) * sizeof *b->slots);
	} else {
		s = b->slots[FIRST];
		memmove(&b->slots[FIRST], &b->slots[FIRST + 1],
		    (--at - FIRST) * sizeof *b->slots);
	}
	return b->slots[at] = s;
}

static struct tick *
tick_add(struct observations *o, const struct clause *c,
    const struct view *v, const struct place *at)
{
	struct tick *t;

	if (o->n == CAP_OBS_TICKS) {
		o->dropped++;
		return NULL;
	}
	o->ticks = arena_grow(o->arena, o->ticks, o->n, &o->cap,
	    sizeof *o->ticks);
	t = &o->ticks[o->n++];
	memset(t, 0, sizeof *t);
	t->clause = c->number;
	t->input = at->number;
	t->boot = -1;
	t->seq = at->seq;
	t->time = v->e->time;
	t->record_id = v->e->record_id;
	t->group = datum_key(v, c->group);
	t->join = datum_key(v, c->join);
	if (!str_is(c->distinct, "boot"))
		t->value = datum_key(v, c->distinct);
	return t;
}

void
observe(struct observations *o, const struct clause *c,
    const struct view *v, const struct place *at)
{
	const struct tick *t = tick_add(o, c, v, at);
	struct bucket *b = t == NULL ? NULL :
	    bucket_get(o, t->clause, t->group);
	struct slot *s = b == NULL ? NULL : slot_for(o, b, t);

	if (s == NULL)
		return;
	slot_fill(s, c, v);
	s->detail.input = at->number;
	s->detail.seq = at->seq;
	s->detail.evidence.input = at->input;
}

void
observations_explain(struct observations *o)
{
	if (o->tried == NULL)
		o->tried = arena_array(o->arena, struct tried,
		    o->rs->nclauses + 1);
}

void
observe_try(struct observations *o, const struct clause *c, int failed)
{
	struct tried *t = o->tried == NULL ? NULL : &o->tried[c->number];

	if (t == NULL)
		return;
	t->asked++;
	if (failed >= 0 && failed < CAP_CONDITIONS)
		t->failed[failed]++;
}

const struct tried *
observe_tried(const struct observations *o, uint32_t clause)
{
	return o->tried == NULL ? NULL : &o->tried[clause];
}

void
rules_sort(struct arena *a, const struct ruleset *rs, struct observations *o,
    const struct host *host)
{
	o->tracks = tracks_new(a, rs, o, host);
}

const struct track *
observe_tracks(const struct observations *o)
{
	return o->tracks;
}

const struct detail *
observe_detail(const struct observations *o, const struct tick *t)
{
	const struct bucket *b = bucket_find(o, t->clause, t->group);

	for (size_t i = 0; b != NULL && i < b->n; i++)
		if (b->slots[i]->detail.input == t->input &&
		    b->slots[i]->detail.seq == t->seq)
			return &b->slots[i]->detail;
	return NULL;
}
