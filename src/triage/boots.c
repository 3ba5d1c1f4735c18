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
#include "triage/computer.h"

/* Start marks of one boot lie no further apart. */
#define BOOT_WINDOW (15 * CLOCK_MINUTE)
/* ... nor behind more records than these. */
#define BOOT_RECORDS 200

static int
cmp_position(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int
cmp_time(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->input != y->input && x->record_id != y->record_id)
		return x->record_id < y->record_id ? -1 : 1;
	return cmp_position(a, b);
}

/* A mark that is ahead of later ones of its log (Kernel-General 12 is
 * written before the clock is right) takes their time. */
static void
orders_give(struct unpacked *c)
{
	for (size_t i = c->nmarks; i-- > 0;) {
		struct mark *m = &c->marks[i];
		const struct mark *next = i + 1 < c->nmarks ? m + 1 : m;

		m->order = next->input == m->input &&
		    m->time > next->order &&
		    m->time - next->order <= CLOCK_DAY ? next->order :
		    m->time;
		if (next == m)
			m->order = m->time;
	}
}

/* In one log the position orders; across logs only the time can. */
static void
marks_sort(struct unpacked *c)
{
	bool one = true;

	for (size_t i = 1; i < c->nmarks; i++)
		one = one && c->marks[i].input == c->marks[0].input;
	if (c->nmarks == 0)
		return;
	qsort(c->marks, c->nmarks, sizeof *c->marks, cmp_position);
	orders_give(c);
	if (!one)
		qsort(c->marks, c->nmarks, sizeof *c->marks, cmp_time);
}

/* The mark that the same record made when it was read from another file,
 * or NULL. */
static const struct mark *
mark_twin(const struct unpacked *c, size_t i)
{
	const struct mark *m = &c->marks[i];

	for (size_t j = i; j-- > 0 && c->marks[j].time == m->time;)
		if (c->marks[j].kind == m->kind &&
		    c->marks[j].record_id == m->record_id &&
		    c->marks[j].input != m->input)
			return &c->marks[j];
	return NULL;
}

static void
mark_repeat(struct mark *m, const struct mark *twin)
{
	m->boot = twin->boot;
	m->start = twin->start;
}

struct making {
	struct arena	*a;
	struct boot	*v;
	size_t		 n, cap;
	unsigned	 kinds;		/* of start mark, in this session */
	uint64_t	 start;		/* time of the first */
	uint32_t	 input;		/* the last, by its position */
	uint64_t	 seq;
	bool		 stopped;
};

static struct boot *
boot_add(struct making *k, uint64_t start)
{
	struct boot *b;

	k->v = arena_grow(k->a, k->v, k->n, &k->cap, sizeof *k->v);
	b = &k->v[k->n++];
	memset(b, 0, sizeof *b);
	b->start = start;
	b->os = os_none();
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
	b->reason = m->words->reason;
	b->initiator = m->words->initiator;
	b->told = m->kind == MARK_TOLD;
}

/* It ended otherwise than somebody had asked for. */
static void
request_forget(struct boot *b)
{
	if (!b->told)
		b->reason = b->initiator = (struct str){ "", 0 };
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

		os_merge(&os, &k->v[k->n - 1].os);
		k->v[k->n - 1].os = os;
	}
	about_previous(k, m);
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
		os_merge(&k->v[i].os, &given);
		if (i > 0)
			os_merge(&k->v[i].os, &k->v[i - 1].os);
	}
	for (size_t i = k->n; i-- > 0;)
		os_merge(&h->os, &k->v[i].os);
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
starts_collect(struct unpacked *c, struct arena *keep)
{
	struct boot_start *v;
	size_t n = 0;

	for (size_t i = 0; i < c->nmarks; i++)
		n += c->marks[i].start;
	v = arena_array(keep, struct boot_start, n + 1);
	n = 0;
	for (size_t i = 0; i < c->nmarks; i++) {
		const struct mark *m = &c->marks[i];

		if (m->start)
			v[n++] = (struct boot_start){ m->input, m->boot,
			    m->seq };
	}
	qsort(v, n, sizeof *v, cmp_starts);
	c->of->starts = v;
	c->of->nstarts = n;
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
starts_earlier(const struct unpacked *c)
{
	const struct summary *k = &c->of->sum;

	for (size_t i = 0; i < c->nmarks; i++)
		if (c->marks[i].kind < MARK_STARTS)
			return c->marks[i].input != c->of->first_input ?
			    k->first < c->marks[i].time :
			    k->first_seq < c->marks[i].seq;
	return true;
}

/* What the report keeps does not borrow from what is unpacked. */
static void
boots_keep(struct making *k, struct arena *keep, struct host *h)
{
	struct boot *v = arena_array(keep, struct boot, k->n);

	if (k->n > 0)
		memcpy(v, k->v, k->n * sizeof *v);
	for (size_t i = 0; i < k->n; i++)
		if (v[i].os.source != NULL)
			v[i].os.source = arena_cstr(keep,
			    str_of(v[i].os.source));
	if (h->os.source != NULL)
		h->os.source = arena_cstr(keep, str_of(h->os.source));
	h->boots = v;
	h->nboots = k->n;
}

void
boots_build(struct unpacked *c, struct arena *keep, struct host *h)
{
	struct making k = { .a = &c->early };

	marks_sort(c);
	if (c->of->sum.events > 0 && starts_earlier(c))
		boot_add(&k, 0);
	for (size_t i = 0; i < c->nmarks; i++) {
		const struct mark *twin = mark_twin(c, i);

		if (twin == NULL)
			mark_apply(&k, &c->marks[i]);
		else
			mark_repeat(&c->marks[i], twin);
	}
	os_carry(&k, h);
	downs_find(&k);
	boots_keep(&k, keep, h);
	starts_collect(c, keep);
}
