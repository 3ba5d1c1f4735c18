/*
 * What is kept of matched events while one log is read.  A tick, a few
 * plain numbers, is kept of every one, so that counts and correlations are
 * exact; it is packed at once, into some twelve bytes (packed.c).  The
 * detail that a report shows (facts, words) is kept only of the oldest few
 * and the newest few per clause and key, whatever order they come in, in
 * slots that are reused.
 */
#include <string.h>
#include "base/pack.h"
#include "rules/packed.h"
#include "rules/rule.h"

enum { FIRST = CAP_OBS_DETAILS / 2 };
/* Keys of which details are kept, and bytes that they may take: beyond
 * that events are counted, not shown. */
enum { BUCKETS_MAX = 20000, BUCKETS_FEW = 64, ROOM_MAX = 24 << 20 };

/* Facts, then words, then texts, all in room. */
struct slot {
	struct record_seen seen;
	char		*room;
	size_t		 cap;
	uint64_t	 saying;	/* what it shows; 0: has no number */
};

struct seen_when {
	uint64_t	time, record_id;
};

struct bucket {
	uint32_t	 clause;
	uint64_t	 group;
	struct bucket	*next;
	/* Once it is full, when the newest of the oldest was, the oldest of
	 * the newest, and the newest: mostly that is all to be asked. */
	struct seen_when	 early, late, newest;
	size_t		 n;
	struct slot	*slots[CAP_OBS_DETAILS];	/* oldest first */
};

struct observer {
	struct arena		*arena;
	const struct ruleset	*rs;
	struct tick_packer	 ticks;
	uint64_t		 nticks, dropped;
	struct bucket		**buckets;	/* by hash */
	size_t			 nbuckets, width;
	size_t			 room;		/* bytes in slots */
	struct tried		*tried;		/* by clause; for explain */
};

struct observer *
observer_new(struct arena *a, const struct ruleset *rs, bool explain)
{
	struct observer *o = arena_new(a, struct observer);

	o->arena = a;
	o->rs = rs;
	o->ticks.to = out_memory();
	if (explain)
		o->tried = arena_array(a, struct tried, rs->nclauses + 1);
	return o;
}

void
observer_free(struct observer *o)
{
	out_free(&o->ticks.to);
}

uint64_t
observer_dropped(const struct observer *o)
{
	return o->dropped;
}

static size_t
bucket_hash(const struct observer *o, uint32_t clause, uint64_t group)
{
	uint64_t h = (group ^ clause * UINT64_C(0x9E3779B1)) *
	    UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (o->width - 1);
}

/* Chains stay short: the table is four times as wide when it is full. */
static void
buckets_widen(struct observer *o)
{
	size_t had = o->width;
	struct bucket **old = o->buckets, *b, *next;

	o->width = had == 0 ? BUCKETS_FEW : 4 * had;
	o->buckets = arena_array(o->arena, struct bucket *, o->width);
	for (size_t i = 0; i < had; i++)
		for (b = old[i]; b != NULL; b = next) {
			size_t h = bucket_hash(o, b->clause, b->group);

			next = b->next;
			b->next = o->buckets[h];
			o->buckets[h] = b;
		}
}

static struct bucket *
bucket_get(struct observer *o, uint32_t clause, uint64_t group)
{
	struct bucket *b = NULL;
	size_t h;

	if (o->nbuckets == o->width)
		buckets_widen(o);
	h = bucket_hash(o, clause, group);
	for (b = o->buckets[h]; b != NULL; b = b->next)
		if (b->clause == clause && b->group == group)
			return b;
	if (o->nbuckets == BUCKETS_MAX || o->room > ROOM_MAX)
		return NULL;
	b = arena_new(o->arena, struct bucket);
	b->clause = clause;
	b->group = group;
	b->next = o->buckets[h];
	o->buckets[h] = b;
	o->nbuckets++;
	return b;
}

/* As much as may be kept, on a character boundary. */
static struct str
text_cut(struct str s, size_t most)
{
	size_t n = s.n < most ? s.n : most;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return (struct str){ s.p, n };
}

static void
fact_add(struct fact *v, size_t *n, const struct fact *f)
{
	if (*n == CAP_OBS_FACTS)
		return;
	v[*n] = *f;
	v[*n].text = text_cut(f->text, CAP_OBS_TEXT);
	v[*n].note = text_cut(f->note, CAP_OBS_NOTE);
	++*n;
}

/* A value that is no fact, such as string.1, as one; its text may lie in
 * room. */
static void
show_add(struct fact *v, size_t *n, const struct view *view,
    const char *name, struct datum *room)
{
	struct fact as = { .name = name, .label = name };

	if (!datum_find(view, str_of(name), room))
		return;
	if (str_starts(str_of(name), "part."))
		as.label = name + 5;
	else if (room->fact != NULL)
		return;
	as.type = room->text.n == 0 && room->has_number ? FACT_NUMBER :
	    FACT_TEXT;
	as.number = room->number;
	as.text = room->text;
	fact_add(v, n, &as);
}

static bool
shown(const struct clause *c, const char *name)
{
	for (size_t i = 0; i < c->nshows; i++)
		if (strcmp(c->shows[i], name) == 0)
			return true;
	return false;
}

/* In their order; but of more than there is room for, those that the rule
 * wants to be seen. */
static void
facts_add(struct fact *v, size_t *n, const struct clause *c,
    const struct facts *f)
{
	bool tight = f->n > CAP_OBS_FACTS - *n;

	for (size_t i = 0; tight && i < f->n; i++)
		if (shown(c, f->v[i].name))
			fact_add(v, n, &f->v[i]);
	for (size_t i = 0; i < f->n; i++)
		if (!tight || !shown(c, f->v[i].name))
			fact_add(v, n, &f->v[i]);
}

static struct str
text_move(char **at, struct str s)
{
	struct str moved = { *at, s.n };

	if (s.n > 0)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return moved;
}

/* Room for at least n bytes; what was in it is forgotten. */
static void
slot_room(struct observer *o, struct slot *s, size_t n)
{
	if (n <= s->cap)
		return;
	s->cap = n + n / 2;
	s->room = arena_raw(o->arena, s->cap);
	o->room += s->cap;
}

static void
slot_keep(struct observer *o, struct slot *s, const struct fact *facts,
    size_t nfacts, const struct event *e)
{
	struct evidence *v = &s->seen.evidence;
	struct str provider = text_cut(e->provider, CAP_OBS_TEXT);
	uint32_t words[CAP_OBS_WORDS];
	size_t n = span_words(e->binary, words, CAP_OBS_WORDS);
	size_t need = nfacts * sizeof *facts + n * sizeof *words +
	    provider.n;
	struct fact *kept;
	char *at;

	for (size_t i = 0; i < nfacts; i++)
		need += facts[i].text.n + facts[i].note.n;
	slot_room(o, s, need);
	at = s->room;
	if (nfacts > 0)
		memcpy(at, facts, nfacts * sizeof *facts);
	v->facts = kept = (struct fact *)(void *)at;
	v->nfacts = nfacts;
	at += nfacts * sizeof *facts;
	if (n > 0)
		memcpy(at, words, n * sizeof *words);
	v->words = (uint32_t *)(void *)at;
	v->nwords = n;
	at += n * sizeof *words;
	v->provider = text_move(&at, provider);
	for (size_t i = 0; i < nfacts; i++) {
		kept[i].text = text_move(&at, facts[i].text);
		kept[i].note = text_move(&at, facts[i].note);
	}
}

static void
slot_show(struct observer *o, struct slot *s, const struct clause *c,
    const struct view *view)
{
	const struct view own = { view->e, view->facts, c->parts };
	struct fact facts[CAP_OBS_FACTS];
	struct datum rooms[CAP_OBS_FACTS];
	size_t n = 0;

	for (size_t i = 0; i < c->nshows && i < CAP_OBS_FACTS; i++)
		show_add(facts, &n, &own, c->shows[i], &rooms[i]);
	facts_add(facts, &n, c, view->facts);
	slot_keep(o, s, facts, n, view->e);
}

static void
slot_fill(struct observer *o, struct slot *s, const struct clause *c,
    const struct view *view, uint64_t saying)
{
	struct evidence *v = &s->seen.evidence;
	const struct event *e = view->e;

	v->record_id = e->record_id;
	v->offset = e->at.offset;
	v->state = e->at.state;
	v->time = e->time;
	v->event_id = e->id;
	/* Slots are reused; often what they show comes again. */
	if (saying == 0 || s->saying != saying)
		slot_show(o, s, c, view);
	s->saying = saying;
}

static struct seen_when
moment_of(const struct slot *s)
{
	return (struct seen_when){ s->seen.evidence.time,
	    s->seen.evidence.record_id };
}

static bool
before(const struct tick_seen *t, struct seen_when m)
{
	return t->time != m.time ? t->time < m.time :
	    t->record_id < m.record_id;
}

static void
moments_keep(struct bucket *b)
{
	if (b->n < CAP_OBS_DETAILS)
		return;
	b->early = moment_of(b->slots[FIRST - 1]);
	b->late = moment_of(b->slots[FIRST]);
	b->newest = moment_of(b->slots[CAP_OBS_DETAILS - 1]);
}

/* How many of those that are kept are not newer. */
static size_t
place_of(const struct bucket *b, const struct tick_seen *t)
{
	size_t at = b->n;

	if (b->n == CAP_OBS_DETAILS && !before(t, b->newest))
		return at;
	if (b->n == CAP_OBS_DETAILS && !before(t, b->early) &&
	    before(t, b->late))
		return FIRST;
	while (at > 0 && before(t, moment_of(b->slots[at - 1])))
		at--;
	return at;
}

/*
 * The slot for one more event, NULL when it is neither among the oldest
 * nor among the newest.
 */
static struct slot *
slot_for(struct observer *o, struct bucket *b, const struct tick_seen *t)
{
	size_t at = place_of(b, t);
	struct slot *s;

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

struct hit
observe_keys(const struct clause *c, const struct view *v)
{
	struct hit h = { .clause = c, .number = c->number };

	h.group = datum_key(v, c->group);
	h.join = datum_key(v, c->join);
	if (!str_is(c->distinct, "boot"))
		h.value = datum_key(v, c->distinct);
	return h;
}

/* The same as last time, or NULL. */
static struct bucket *
bucket_of(struct observer *o, struct hit *h)
{
	if (h->of == o)
		return h->bucket;
	h->bucket = bucket_get(o, h->number, h->group);
	h->of = h->bucket == NULL ? NULL : o;
	return h->bucket;
}

void
observe(struct observer *o, struct hit *h, const struct view *v,
    uint64_t saying)
{
	struct tick_seen t = { .clause = h->number, .seq = v->e->at.id,
	    .time = v->e->time, .record_id = v->e->record_id,
	    .group = h->group, .join = h->join, .value = h->value };
	struct bucket *b;
	struct slot *s;

	if (o->nticks == CAP_OBS_TICKS) {
		o->dropped++;
		return;
	}
	o->nticks++;
	tick_pack(&o->ticks, &t);
	b = bucket_of(o, h);
	s = b == NULL ? NULL : slot_for(o, b, &t);
	if (s == NULL)
		return;
	s->seen.seq = t.seq;
	slot_fill(o, s, h->clause, v, saying);
	moments_keep(b);
}

void
observe_try(struct observer *o, const struct clause *c, int failed)
{
	struct tried *t = o->tried == NULL ? NULL : &o->tried[c->number];

	if (t == NULL)
		return;
	t->asked++;
	if (failed >= 0 && failed < CAP_CONDITIONS)
		t->failed[failed]++;
}

size_t
observer_waiting(const struct observer *o)
{
	return o->ticks.to.n;
}

struct span
observer_ticks(struct observer *o)
{
	struct span s = { (const uint8_t *)o->ticks.to.mem, o->ticks.to.n };

	tick_packer_reset(&o->ticks);
	return s;
}

static bool
facts_same(const struct fact *a, const struct fact *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].name != b[i].name || a[i].label != b[i].label ||
		    a[i].type != b[i].type || a[i].number != b[i].number ||
		    a[i].symbol != b[i].symbol ||
		    a[i].meaning != b[i].meaning ||
		    a[i].advice != b[i].advice ||
		    a[i].offset != b[i].offset ||
		    a[i].length != b[i].length ||
		    !str_eq(a[i].text, b[i].text) ||
		    !str_eq(a[i].note, b[i].note))
			return false;
	return true;
}

/* Is there nothing that would be packed in another way? */
static bool
seen_same(const struct record_seen *x, const struct record_seen *y)
{
	const struct evidence *a = &x->evidence, *b = &y->evidence;

	return x->input == y->input && x->seq == y->seq &&
	    a->record_id == b->record_id && a->offset == b->offset &&
	    a->state == b->state && a->time == b->time &&
	    a->event_id == b->event_id && str_eq(a->provider, b->provider) &&
	    a->nwords == b->nwords && (a->nwords == 0 || memcmp(a->words,
	    b->words, a->nwords * sizeof *a->words) == 0) &&
	    a->nfacts == b->nfacts && facts_same(a->facts, b->facts,
	    a->nfacts);
}

/* Records packed lately: several clauses show the same one, and to compare
 * two costs less than to pack one. */
enum { LATELY = 256 };
struct lately {
	const struct record_seen *seen;
	uint32_t		 number;
};

static uint32_t
seen_pack(struct detail_packer *p, struct lately *lately,
    const struct record_seen *seen)
{
	struct lately *at = &lately[seen->seq % LATELY];

	if (at->seen == NULL || !seen_same(at->seen, seen))
		*at = (struct lately){ seen, record_pack(p, seen) };
	return at->number;
}

void
observer_details(const struct observer *o, struct out *to)
{
	struct lately lately[LATELY] = { { NULL, 0 } };
	struct arena scratch = { 0 };
	struct detail_packer p;

	detail_packer_init(&p, &scratch, NULL);
	for (size_t i = 0; i < o->width; i++)
		for (const struct bucket *b = o->buckets[i]; b != NULL;
		    b = b->next)
			for (size_t k = 0; k < b->n; k++)
				shown_pack(&p, b->clause, b->group,
				    seen_pack(&p, lately, &b->slots[k]->seen));
	if (p.to.n > 0)
		out_bytes(to, p.to.mem, p.to.n);
	detail_packer_free(&p);
	arena_free(&scratch);
}

void
observer_tried(const struct observer *o, struct out *to)
{
	for (uint32_t i = 0; o->tried != NULL && i < o->rs->nclauses; i++)
		if (o->tried[i].asked > 0)
			tried_pack(to, i, &o->tried[i]);
}
