/*
 * A log repeats itself: the same trouble writes the same event every few
 * minutes.  What is decoded, drawn and matched of it is the same each time,
 * so from the second time on it is kept and only time and place are new.
 *
 * Events are compared whole (a hash only finds the place to look), and one
 * of whose facts some repeat its time is never kept.
 */
#include <string.h>
#include "codes/decode.h"
#include "triage/echo.h"

/* Bytes that are kept; beyond that all are thrown away and kept anew.  How
 * many places are looked at. */
enum { KEPT_MOST = 3 << 20, PROBES = 4 };

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

static uint64_t
hash_of(const struct likeness *k)
{
	uint64_t h = k->n, word;
	size_t i = 0;

	for (; i + sizeof word <= k->n; i += sizeof word) {
		memcpy(&word, k->bytes + i, sizeof word);
		h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 32;
	}
	for (; i < k->n; i++)
		h = (h ^ k->bytes[i]) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

static bool
is_of(const struct echo *e, const struct likeness *k)
{
	return e != NULL && e->likeness.n == k->n &&
	    memcmp(e->likeness.p, k->bytes, k->n) == 0;
}

static struct echo **
place(struct echoes *x, uint64_t hash, size_t i)
{
	return &x->kept[(hash + i) % ECHOES];
}

static struct echo *
kept_find(struct echoes *x, const struct likeness *k, uint64_t hash)
{
	for (size_t i = 0; i < PROBES; i++) {
		struct echo *e = *place(x, hash, i);

		if (is_of(e, k))
			return e;
	}
	return NULL;
}

/* Where a new one is kept: a free place, else instead of another. */
static struct echo **
place_new(struct echoes *x, uint64_t hash)
{
	for (size_t i = 0; i < PROBES; i++)
		if (*place(x, hash, i) == NULL)
			return place(x, hash, i);
	return place(x, hash, 0);
}

struct echo *
echo_find(struct echoes *x, const struct likeness *k,
    const struct record *at, bool *keep)
{
	uint64_t hash = hash_of(k);
	uint32_t *seen = &x->seen[hash / ECHOES % ECHOES_SEEN];
	uint32_t mine = (uint32_t)(hash >> 32) | 1;
	struct echo *e = kept_find(x, k, hash);

	*keep = false;
	if (e == NULL) {
		*keep = *seen == mine;
		*seen = mine;
		return NULL;
	}
	e->event.at = *at;
	e->event.time = k->time;
	e->event.record_id = k->record_id;
	return e->never ? NULL : e;
}

static bool
tells_time(const struct facts *f, uint64_t time)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].type == FACT_TIME && f->v[i].number == time)
			return true;
	return false;
}

/* Few clauses and marks look at the fields again. */
static void
event_copy(struct arena *a, struct echo *k, const struct event *e)
{
	k->event = *e;
	if (!k->marks && !matches_show(k->matches))
		k->event.nfields = 0;
	event_own(a, &k->event);
}

const struct matches *
echo_keep(struct echoes *x, const struct likeness *k, const struct event *e,
    const struct facts *f, const struct ruleset *rs)
{
	struct echo *echo;

	if (x->arena.total > KEPT_MOST)
		kept_drop(x);
	echo = arena_new(&x->arena, struct echo);
	*place_new(x, hash_of(k)) = echo;
	echo->likeness = arena_span(&x->arena,
	    (struct span){ k->bytes, k->n });
	echo->never = e->error != NULL || e->time != k->time ||
	    e->record_id != k->record_id || tells_time(f, e->time);
	echo->matches = rules_matches(&x->arena, rs, e, f, ++x->sayings);
	if (echo->never)
		return echo->matches;
	echo->marks = decode_wants(e->provider, e->source, e->id);
	echo->facts = facts_keep(&x->arena, f);
	event_copy(&x->arena, echo, e);
	return echo->matches;
}
