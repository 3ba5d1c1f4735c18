/*
 * Boot sessions from marks.  A boot writes up to five kinds of start mark
 * within minutes, in an order that differs between releases; the same kind
 * again, or a start behind a stop, is another boot.
 *
 * Sessions lie between starts.  What happened before the first start
 * belongs to session 0, whose own start is not in the log.
 */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "triage/gather.h"
#include "triage/marks.h"

/* Start marks of one boot lie no further apart. */
#define BOOT_WINDOW (15 * CLOCK_MINUTE)
/* ... nor behind more records than these. */
#define BOOT_RECORDS 200

struct making {
	struct arena	*a;
	struct boot	*v;
	size_t		 n, cap;
	struct os	*os;		/* of each, as long as it is learnt */
	size_t		 nos, os_cap;
	unsigned	 kinds;		/* of start mark, in this session */
	uint64_t	 start;		/* time of the first */
	uint32_t	 input;		/* the last, by its position */
	uint64_t	 seq;
	bool		 stopped;
	struct boot_start *starts;	/* as they came */
	size_t		 nstarts, starts_cap;
};

/* A session begins at this mark or before. */
static void
start_note(struct making *k, const struct mark *m)
{
	k->starts = arena_grow(k->a, k->starts, k->nstarts, &k->starts_cap,
	    sizeof *k->starts);
	k->starts[k->nstarts++] = (struct boot_start){ m->input, m->boot,
	    m->seq };
}

static void
mark_repeat(struct making *k, struct mark *m, const struct mark *twin)
{
	m->boot = twin->boot;
	m->start = twin->start;
	if (m->start)
		start_note(k, m);
}

static struct boot *
boot_add(struct making *k, uint64_t start)
{
	struct boot *b;

	k->v = arena_grow(k->a, k->v, k->n, &k->cap, sizeof *k->v);
	b = &k->v[k->n++];
	memset(b, 0, sizeof *b);
	b->start = start;
	k->os = arena_grow(k->a, k->os, k->nos, &k->os_cap, sizeof *k->os);
	k->os[k->nos++] = os_none();
	k->kinds = 0;
	k->start = start;
	k->stopped = false;
	return b;
}

static bool
in_window(const struct making *k, const struct mark *m)
{
	uint64_t apart = m->time > k->start ? m->time - k->start :
	    k->start - m->time;

	return apart <= BOOT_WINDOW;
}

/*
 * The kernel speaks first (Kernel-General 12), by the clock of the machine;
 * where that is wrong, in the time of another zone say, it is set before
 * the event log service speaks.  Then the two lie hours apart, and near to
 * each other in their log.
 */
static bool
clock_was_set(const struct making *k, const struct mark *m)
{
	return k->kinds == 1u << MARK_KERNEL_START && m->input == k->input &&
	    m->seq >= k->seq && m->seq - k->seq <= BOOT_RECORDS;
}

static bool
begins_boot(const struct making *k, const struct mark *m)
{
	if (k->n == 0 || k->v[k->n - 1].start == 0 || k->stopped)
		return true;
	return (k->kinds >> m->kind & 1) != 0 ||
	    (!in_window(k, m) && !clock_was_set(k, m));
}

/* From Windows 8 on the kernel's stop is often delivered behind the first
 * marks of the next start, before the kernel's own: it speaks of the
 * session before. */
static bool
stop_is_late(const struct making *k, const struct mark *m)
{
	return m->kind == MARK_KERNEL_STOP && k->n >= 2 && !k->stopped &&
	    (k->kinds >> MARK_KERNEL_START & 1) == 0 &&
	    m->time < k->v[k->n - 1].start;
}

static void
stop_apply(struct making *k, const struct mark *m)
{
	bool late = stop_is_late(k, m);
	struct boot *b = k->n > 0 ? &k->v[k->n - 1 - late] : boot_add(k, 0);

	b->ended = BOOT_CLEAN;
	if (!late || m->time > b->end)
		b->end = m->time;
	if (!late)
		k->stopped = true;
}

/* The kernel's start may come late too.  Of a clock that was set, what it
 * said before is wrong. */
static void
start_join(struct making *k, const struct mark *m)
{
	struct boot *b = &k->v[k->n - 1];

	if (!in_window(k, m))
		b->start = k->start = m->time;
	else if (m->time < b->start)
		b->start = m->time;
}

static void
request_apply(struct boot *b, const struct mark *m)
{
	b->words = m->words;
	b->told = m->kind == MARK_TOLD;
}

/* It ended otherwise than somebody had asked for. */
static void
request_forget(struct boot *b)
{
	if (!b->told)
		b->words = NULL;
}

/* What a start mark says of the session before. */
static void
about_previous(struct making *k, const struct mark *m)
{
	struct boot *b = k->n >= 2 ? &k->v[k->n - 2] : NULL;

	if (b == NULL)
		return;
	if (m->kind == MARK_BUGCHECK) {
		request_forget(b);
		b->ended = BOOT_CRASH;
		b->has_bugcheck = true;
		b->bugcheck = m->value;
	} else if (m->kind == MARK_POWER && !b->has_bugcheck) {
		request_forget(b);
		b->ended = BOOT_POWER;
	} else if (m->kind == MARK_UNEXPECTED) {
		request_forget(b);
		b->unexpected = true;
		b->end = m->value;
		if (b->ended == BOOT_CLEAN)
			b->ended = BOOT_UNKNOWN;
	} else if (m->kind == MARK_TOLD) {
		request_apply(b, m);
	}
}

static void
mark_apply(struct making *k, struct mark *m)
{
	if (m->kind < MARK_STARTS) {
		m->start = true;
		if (begins_boot(k, m)) {
			if (k->n > 0)
				k->v[k->n - 1].seen = m->before;
			boot_add(k, m->time);
		} else {
			start_join(k, m);
		}
		k->kinds |= 1u << m->kind;
		k->input = m->input;
		k->seq = m->seq;
	}
	if (m->kind == MARK_BUGCHECK && k->n == 1 && k->v[0].start == 0) {
		/* Its own start is not in the log, but there was one. */
		m->start = true;
		boot_add(k, m->time);
	}
	if (k->n == 0)
		boot_add(k, 0);
	m->boot = (int32_t)k->n - 1;
	if (m->kind == MARK_STOP || m->kind == MARK_KERNEL_STOP)
		stop_apply(k, m);
	else if (m->kind == MARK_ASKED)
		request_apply(&k->v[k->n - 1], m);
	else if (m->kind == MARK_OS) {
		struct os os = *m->os;

		os_merge(&os, &k->os[k->n - 1]);
		k->os[k->n - 1] = os;
	}
	about_previous(k, m);
	if (m->start)
		start_note(k, m);
}

/* How long it was down behind each session.  Where the clock was set back
 * nobody knows. */
static void
downs_find(struct making *k)
{
	for (size_t i = 0; i < k->n; i++) {
		struct boot *b = &k->v[i];
		const struct boot *next = i + 1 < k->n ? b + 1 : NULL;

		if (b->end == 0)
			continue;
		b->stepped = b->end < b->start ||
		    (next != NULL && next->start < b->end);
		b->has_down = next != NULL && !b->stepped;
		if (b->has_down)
			b->down = next->start - b->end;
	}
}

/* A session that nothing says more about runs the system of the one
 * before it, as far as is known. */
static void
os_carry(struct making *k, struct host *h)
{
	struct os given = h->os;

	for (size_t i = 0; i < k->n; i++) {
		os_merge(&k->os[i], &given);
		if (i > 0)
			os_merge(&k->os[i], &k->os[i - 1]);
	}
	for (size_t i = k->n; i-- > 0;)
		os_merge(&h->os, &k->os[i]);
}

static int
cmp_starts(const void *a, const void *b)
{
	const struct boot_start *x = a, *y = b;

	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Where in its log each session begins. */
static void
starts_keep(struct making *k, struct computer *c, struct arena *keep)
{
	struct boot_start *v = arena_array(keep, struct boot_start,
	    k->nstarts + 1);

	if (k->nstarts > 0)
		memcpy(v, k->starts, k->nstarts * sizeof *v);
	qsort(v, k->nstarts, sizeof *v, cmp_starts);
	c->starts = v;
	c->nstarts = k->nstarts;
}

/* How many starts lie at or before a position. */
static size_t
starts_before(const struct unpacked *c, uint32_t input, uint64_t seq)
{
	size_t lo = 0, hi = c->of->nstarts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct boot_start *s = &c->of->starts[mid];

		if (s->input < input || (s->input == input && s->seq <= seq))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int32_t
boot_by_time(const struct host *h, uint64_t time)
{
	size_t lo = 0, hi = h->nboots;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (h->boots[mid].start <= time)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (int32_t)lo - 1;
}

static int32_t
tick_boot(const struct unpacked *c, const struct tick *t)
{
	const struct boot_start *v = c->of->starts;
	uint32_t input = t->rest->input;
	size_t n = starts_before(c, input, t->seq);

	if (n > 0 && v[n - 1].input == input)
		return v[n - 1].boot;
	if (n == c->of->nstarts || v[n].input != input)
		return boot_by_time(c->host, t->time);
	/* Before the first start of its own log: the session before. */
	return v[n].boot - 1;
}

/* Every tick gets its session; marks of the ticks' own log decide. */
void
ticks_assign(const struct unpacked *c, const struct ruleset *rs)
{
	size_t n;
	struct tick *t = observations_ticks(c->obs, &n);

	for (size_t i = 0; i < n; i++) {
		t[i].boot = tick_boot(c, &t[i]);
		if (rules_about_previous(rs, t[i].clause) && t[i].boot >= 0)
			t[i].boot--;
	}
}

/* Is something in the log before its first mark of a start? */
static bool
starts_earlier(const struct computer *c, const struct marks *marks)
{
	const struct mark *first = &marks->first;

	if (!marks->starts)
		return true;
	return first->input != c->first_input ? c->sum.first < first->time :
	    c->sum.first_seq < first->seq;
}

static bool
os_same(const struct os *a, const struct os *b)
{
	return a->major == b->major && a->minor == b->minor &&
	    a->build == b->build && a->sp == b->sp &&
	    a->server == b->server && a->bits == b->bits &&
	    str_eq(a->product, b->product) && (a->source == b->source ||
	    (a->source != NULL && b->source != NULL &&
	    strcmp(a->source, b->source) == 0));
}

static bool
words_same(const struct boot_words *a, const struct boot_words *b)
{
	return str_eq(a->reason, b->reason) &&
	    str_eq(a->initiator, b->initiator);
}

static void
os_keep(struct gathered *g, struct os *os)
{
	os->product = interned_str(&g->names, os->product);
	if (os->source != NULL)
		os->source = interned_str(&g->names,
		    str_of(os->source)).p;
}

/* What sessions of one computer have in common is kept once, as long as it
 * comes again soon. */
enum { LATELY = 16 };

static void
systems_keep(struct making *k, struct gathered *g, struct boot *v)
{
	const struct os *lately[LATELY] = { NULL };
	size_t n = 0, at;
	struct os *os;

	for (size_t i = 0; i < k->n; i++) {
		for (at = 0; at < LATELY && lately[at] != NULL; at++)
			if (os_same(lately[at], &k->os[i]))
				break;
		if (at == LATELY || lately[at] == NULL) {
			os = arena_new(g->a, struct os);
			*os = k->os[i];
			os_keep(g, os);
			at = n++ % LATELY;
			lately[at] = os;
		}
		v[i].os = lately[at];
	}
}

static void
words_keep(struct making *k, struct gathered *g, struct boot *v)
{
	const struct boot_words *lately[LATELY] = { NULL };
	size_t n = 0, at;
	struct boot_words *w;

	for (size_t i = 0; i < k->n; i++) {
		if (v[i].words == NULL)
			continue;
		for (at = 0; at < LATELY && lately[at] != NULL; at++)
			if (words_same(lately[at], v[i].words))
				break;
		if (at == LATELY || lately[at] == NULL) {
			w = arena_new(g->a, struct boot_words);
			w->reason = interned_str(&g->names,
			    v[i].words->reason);
			w->initiator = interned_str(&g->names,
			    v[i].words->initiator);
			at = n++ % LATELY;
			lately[at] = w;
		}
		v[i].words = lately[at];
	}
}

/* What the report keeps does not borrow from what is unpacked. */
static void
boots_keep(struct making *k, struct gathered *g, struct host *h)
{
	struct boot *v = arena_array(g->a, struct boot, k->n);

	if (k->n > 0)
		memcpy(v, k->v, k->n * sizeof *v);
	words_keep(k, g, v);
	systems_keep(k, g, v);
	os_keep(g, &h->os);
	h->boots = v;
	h->nboots = k->n;
}

void
boots_build(struct unpacked *u, struct gathered *g, struct host *h)
{
	struct arena early = { 0 };
	struct making k = { .a = &early };
	const struct mark *twin;
	struct marks marks;
	struct mark *m;

	marks_open(&marks, u, &early);
	if (u->of->sum.events > 0 && starts_earlier(u->of, &marks))
		boot_add(&k, 0);
	while ((m = marks_next(&marks, &twin)) != NULL) {
		if (twin == NULL)
			mark_apply(&k, m);
		else
			mark_repeat(&k, m, twin);
	}
	os_carry(&k, h);
	downs_find(&k);
	boots_keep(&k, g, h);
	starts_keep(&k, u->of, g->a);
	arena_free(&early);
}
