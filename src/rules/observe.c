/*
 * What is kept of matched events.  A tick, a few plain numbers, is kept of
 * every one, so that counts and correlations are exact; the detail that a
 * report shows (facts, words) only of the first few and the last few per
 * clause and key, in slots that are reused.
 */
#include <string.h>
#include "rules/rule.h"

enum { FIRST = CAP_OBS_DETAILS / 2, LAST = CAP_OBS_DETAILS - FIRST };
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
	uint64_t	 n;		/* events seen */
	struct slot	*slots[CAP_OBS_DETAILS];
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
show_keep(struct slot *s, const struct event *e, const struct facts *f,
    const char *name)
{
	struct datum d;
	struct fact as = { .name = name, .label = name };

	if (!datum_find(e, f, str_of(name), &d) || d.fact != NULL)
		return;
	as.type = d.text.n > 0 ? FACT_TEXT : FACT_NUMBER;
	as.number = d.number;
	as.text = d.text;
	fact_keep(s, &as);
}

static void
slot_fill(struct slot *s, const struct clause *c, const struct event *e,
    const struct facts *f)
{
	struct evidence *v = &s->detail.evidence;

	v->record_id = e->record_id;
	v->offset = e->at.offset;
	v->time = e->time;
	v->event_id = e->id;
	v->provider = text_keep(s->provider, sizeof s->provider, e->provider);
	v->facts = s->facts;
	v->nfacts = 0;
	for (size_t i = 0; i < c->nshows; i++)
		show_keep(s, e, f, c->shows[i]);
	for (size_t i = 0; i < f->n; i++)
		fact_keep(s, &f->v[i]);
	v->nwords = span_words(e->binary, s->words, CAP_OBS_WORDS);
	v->words = s->words;
}

static uint64_t
key_hash(const struct event *e, const struct facts *f, struct str name)
{
	struct datum d;

	if (name.n == 0 || !datum_find(e, f, name, &d))
		return 0;
	return datum_hash(&d);
}

void
observe(struct observations *o, const struct clause *c,
    const struct event *e, const struct facts *f, const struct place *at)
{
	struct tick *t;
	struct bucket *b;
	size_t i;

	if (o->n == CAP_OBS_TICKS) {
		o->dropped++;
		return;
	}
	o->ticks = arena_grow(o->arena, o->ticks, o->n, &o->cap,
	    sizeof *o->ticks);
	t = &o->ticks[o->n++];
	memset(t, 0, sizeof *t);
	t->clause = c->number;
	t->input = at->number;
	t->boot = -1;
	t->seq = at->seq;
	t->time = e->time;
	t->record_id = e->record_id;
	t->group = key_hash(e, f, c->group);
	t->join = key_hash(e, f, c->join);
	b = bucket_get(o, t->clause, t->group);
	if (b == NULL)
		return;
	i = b->n < FIRST ? b->n : FIRST + (b->n - FIRST) % LAST;
	b->n++;
	if (b->slots[i] == NULL)
		b->slots[i] = arena_new(o->arena, struct slot);
	slot_fill(b->slots[i], c, e, f);
	b->slots[i]->detail.input = at->number;
	b->slots[i]->detail.seq = at->seq;
	b->slots[i]->detail.evidence.input = at->input;
}

const struct detail *
observe_detail(const struct observations *o, const struct tick *t)
{
	const struct bucket *b = bucket_find(o, t->clause, t->group);

	for (size_t i = 0; b != NULL && i < CAP_OBS_DETAILS; i++)
		if (b->slots[i] != NULL &&
		    b->slots[i]->detail.input == t->input &&
		    b->slots[i]->detail.seq == t->seq)
			return &b->slots[i]->detail;
	return NULL;
}
