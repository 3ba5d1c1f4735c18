/*
 * A log repeats itself: the same trouble writes the same event every few
 * minutes.  What is decoded, drawn and matched of it is the same each time,
 * so from the second time on it is kept and only time and place are new.
 *
 * Events are compared whole (a hash only finds the place to look).  Where
 * one names no time its own becomes a fact, and is set anew in each; but when
 * a rule asks for that fact, or another repeats the time, it is not good for
 * others.
 */
#include <string.h>
#include "codes/decode.h"
#include "triage/echo.h"

/* Bytes that are kept; beyond that all are thrown away and kept anew.  How
 * many places are looked at. */
enum { KEPT_MOST = 3 << 20, PROBES = 8 };

static void
kept_drop(struct echoes *x)
{
	arena_reset(&x->arena);
	memset(x->kept, 0, sizeof x->kept);
}

void
echoes_forget(struct echoes *x)
{
	kept_drop(x);
	memset(x->seen, 0, sizeof x->seen);
}

/* Both halves of a product. */
static uint64_t
mixed(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide m = (wide)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* In two lanes, so that none has to wait for the one before. */
struct hashing {
	uint64_t	a, b;
};

static void
hash_words(struct hashing *h, const uint8_t *p)
{
	uint64_t w[4];

	memcpy(w, p, sizeof w);
	h->a = mixed(h->a ^ w[0], UINT64_C(0x9E3779B97F4A7C15) ^ w[1]);
	h->b = mixed(h->b ^ w[2], UINT64_C(0xC2B2AE3D27D4EB4F) ^ w[3]);
}

/* Of many bytes the last ones count once or twice. */
static void
hash_bytes(struct hashing *h, const uint8_t *p, size_t n)
{
	enum { STEP = 4 * sizeof(uint64_t) };
	uint8_t few[STEP] = { 0 };

	for (size_t i = 0; i + STEP <= n; i += STEP)
		hash_words(h, p + i);
	if (n >= STEP && n % STEP > 0) {
		hash_words(h, p + n - STEP);
	} else if (n % STEP > 0) {
		memcpy(few, p, n);
		hash_words(h, few);
	}
}

static uint64_t
hash_of(const struct likeness *k)
{
	struct hashing of = { k->n + 1, k->rest.n + 1 };

	hash_bytes(&of, k->bytes, k->n);
	hash_bytes(&of, k->rest.p, k->rest.n);
	return mixed(of.a + UINT64_C(0x9E3779B97F4A7C15), of.b);
}

/* All of it is fetched at once, not one line behind the other. */
static bool
is_of(const struct echo *e, const struct likeness *k)
{
	enum { LINE = 64 };

	for (size_t i = 0; i < k->n + k->rest.n; i += LINE)
		__builtin_prefetch(e->likeness + i);
	return e->nlikeness == k->n && e->nrest == k->rest.n &&
	    memcmp(e->likeness, k->bytes, k->n) == 0 && (k->rest.n == 0 ||
	    memcmp(e->likeness + k->n, k->rest.p, k->rest.n) == 0);
}

static struct echo *
echo_new(struct arena *a, const struct likeness *k)
{
	struct echo *e = arena_alloc(a, sizeof *e + k->n + k->rest.n);

	memcpy(e->likeness, k->bytes, k->n);
	if (k->rest.n > 0)
		memcpy(e->likeness + k->n, k->rest.p, k->rest.n);
	e->nlikeness = k->n;
	e->nrest = k->rest.n;
	return e;
}

static size_t
place(uint64_t hash, size_t i)
{
	return (hash + i) % ECHOES;
}

/* Only one of the same tag is looked into. */
static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static struct echo *
kept_find(struct echoes *x, const struct likeness *k, uint64_t hash)
{
	for (size_t i = 0; i < PROBES; i++) {
		size_t at = place(hash, i);

		if (x->kept[at].tag == tag_of(hash) &&
		    is_of(x->kept[at].echo, k))
			return x->kept[at].echo;
	}
	return NULL;
}

/* A new one is kept in a free place, else instead of another. */
static void
kept_add(struct echoes *x, uint64_t hash, struct echo *e)
{
	size_t at = place(hash, 0);

	for (size_t i = PROBES; i-- > 0;)
		if (x->kept[place(hash, i)].echo == NULL)
			at = place(hash, i);
	x->kept[at].echo = e;
	x->kept[at].tag = tag_of(hash);
}

/* Has this one come lately?  It has now. */
static bool
was_seen(struct echoes *x, uint64_t hash)
{
	uint32_t *v = x->seen[hash / ECHOES % ECHOES_SEEN];
	uint32_t mine = tag_of(hash);

	for (size_t i = 0; i < ECHOES_BESIDE; i++)
		if (v[i] == mine)
			return true;
	memmove(v + 1, v, (ECHOES_BESIDE - 1) * sizeof *v);
	v[0] = mine;
	return false;
}

struct echo *
echo_find(struct echoes *x, const struct likeness *k,
    const struct record *at, bool *keep)
{
	uint64_t hash = hash_of(k);
	struct echo *e = kept_find(x, k, hash);

	*keep = e == NULL && was_seen(x, hash);
	if (e == NULL)
		return NULL;
	e->event.at = *at;
	e->event.time = k->time;
	e->event.record_id = k->record_id;
	for (size_t i = 0; i < e->ntimes; i++)
		*e->times[i] = k->time;
	return e->never ? NULL : e;
}

/* Is there a time that may be the event's, or what some rule goes by? */
static bool
tells_time(const struct facts *f, const struct event *e,
    const struct ruleset *rs)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].type == FACT_TIME && f->v[i].number == e->time &&
		    (!f->v[i].of_event || rules_ask(rs, e, f->v[i].name)))
			return true;
	return false;
}

/* Few clauses and lessons look at the fields again. */
static void
event_copy(struct arena *a, struct echo *k, const struct event *e, bool learn)
{
	k->event = *e;
	if (!learn && !matches_show(k->matches))
		k->event.nfields = 0;
	event_own(a, &k->event);
}

static size_t
times_in(const struct facts *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].of_event;
	return n;
}

static void
facts_copy(struct arena *a, struct echo *k, const struct facts *f)
{
	struct facts *own = facts_keep(a, f);

	k->facts = own;
	if (times_in(f) == 0)
		return;
	k->times = arena_array(a, uint64_t *, times_in(f));
	for (size_t i = 0; i < own->n; i++)
		if (own->v[i].of_event)
			k->times[k->ntimes++] = &own->v[i].number;
}

/* All that is needed of others that say the same. */
static void
echo_fill(struct arena *a, struct echo *k, const struct event *e,
    const struct facts *f)
{
	bool learn = decode_wants(e->provider, e->source, e->id);
	struct lesson *l;

	facts_copy(a, k, f);
	event_copy(a, k, e, learn);
	if (!learn)
		return;
	k->lesson = l = arena_new(a, struct lesson);
	lesson_draw(l, &k->event, k->facts);
}

struct matches *
echo_keep(struct echoes *x, const struct likeness *k, const struct event *e,
    const struct facts *f, const struct ruleset *rs)
{
	struct echo *echo;

	if (x->arena.total > KEPT_MOST)
		kept_drop(x);
	echo = echo_new(&x->arena, k);
	kept_add(x, hash_of(k), echo);
	echo->never = e->error != NULL || e->time != k->time ||
	    e->record_id != k->record_id || tells_time(f, e, rs);
	/* What they show is not the same when a time is in it. */
	echo->matches = rules_matches(&x->arena, rs, e, f,
	    times_in(f) > 0 ? 0 : ++x->sayings);
	if (!echo->never)
		echo_fill(&x->arena, echo, e, f);
	return echo->matches;
}
