/*
 * Marks of one computer in order.  They are looked through before: those of
 * a log that was written in order, which nearly all are, stay packed and are
 * unpacked one by one, since a big log has hundreds of thousands.
 */
#include <stdlib.h>
#include "base/clock.h"
#include "triage/marks.h"

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
orders_give(struct marks *k)
{
	for (size_t i = k->n; i-- > 0;) {
		struct mark *m = &k->v[i];
		const struct mark *next = i + 1 < k->n ? m + 1 : m;

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
marks_sort(struct marks *k)
{
	bool one = true;

	for (size_t i = 1; i < k->n; i++)
		one = one && k->v[i].input == k->v[0].input;
	if (k->n == 0)
		return;
	qsort(k->v, k->n, sizeof *k->v, cmp_position);
	orders_give(k);
	if (!one)
		qsort(k->v, k->n, sizeof *k->v, cmp_time);
}

static void
marks_rewind(struct marks *k, struct interned *texts)
{
	k->part = k->u->of->marks.first;
	k->coder = (struct mark_coder){ .texts = texts };
	k->r = rd_init((struct span){ NULL, 0 });
}

/* As they came. */
static bool
mark_unpack(struct marks *k, struct arena *a, struct mark *m)
{
	if (rd_left(&k->r) == 0) {
		if (k->part == NULL)
			return false;
		k->r = rd_init(part_plain(k->u, k->part));
		k->coder = (struct mark_coder){ .texts = k->coder.texts };
		k->input = k->part->input;
		k->part = k->part->next;
	}
	rd_mark(&k->r, a, &k->coder, m);
	m->input = k->input;
	return true;
}

static void
start_meet(struct marks *k, const struct mark *m)
{
	if (!k->starts && m->kind < MARK_STARTS) {
		k->first = *m;
		k->starts = true;
	}
}

static bool
marks_ordered(struct marks *k)
{
	struct arena scratch = { 0 };
	struct mark m, before;
	bool ordered = true;

	marks_rewind(k, NULL);
	for (bool any = false; ordered &&
	    mark_unpack(k, &scratch, &m); any = true) {
		ordered = !any || cmp_position(&before, &m) <= 0;
		ordered = ordered && (!any || before.input == m.input);
		before = m;
		start_meet(k, &m);
		if (rd_left(&k->r) == 0)
			arena_reset(&scratch);
	}
	arena_free(&scratch);
	return ordered;
}

void
marks_open(struct marks *k, struct unpacked *u, struct arena *a)
{
	struct mark m;

	*k = (struct marks){ .u = u, .a = a, .texts = interned_new(a) };
	k->ordered = marks_ordered(k);
	marks_rewind(k, &k->texts);
	if (k->ordered)
		return;
	while (mark_unpack(k, a, &m)) {
		k->v = arena_grow(a, k->v, k->n, &k->cap, sizeof *k->v);
		k->v[k->n++] = m;
	}
	marks_sort(k);
	k->starts = false;
	for (size_t i = 0; i < k->n; i++)
		start_meet(k, &k->v[i]);
}

static const struct mark *
mark_twin(const struct marks *k, size_t i)
{
	const struct mark *m = &k->v[i];

	for (size_t j = i; j-- > 0 && k->v[j].time == m->time;)
		if (k->v[j].kind == m->kind &&
		    k->v[j].record_id == m->record_id &&
		    k->v[j].input != m->input)
			return &k->v[j];
	return NULL;
}

struct mark *
marks_next(struct marks *k, const struct mark **twin)
{
	*twin = NULL;
	if (k->ordered)
		return mark_unpack(k, k->a, &k->one) ? &k->one : NULL;
	if (k->at == k->n)
		return NULL;
	*twin = mark_twin(k, k->at);
	return &k->v[k->at++];
}
