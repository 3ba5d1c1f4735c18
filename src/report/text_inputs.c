/*
 * The read receipt for people: which inputs were read, which not whole
 * and why.  What was lost is shown always, what is merely worth knowing
 * (notes) and the table of inputs only when asked for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include "base/clock.h"
#include "report/text.h"

enum { FEW_RANGES = 8 };

static void
problem_line(struct page *p, const struct problem *q)
{
	page_indent(p, 4);
	if (q->offset != NO_OFFSET)
		page_fmt(p, 0, "at 0x%" PRIx64, q->offset);
	page_fmt(p, 1, "[%s]", grade_name(q->grade));
	p->indent = 6;
	page_words(p, q->message);
	page_end(p);
}

static size_t
problems_graded(const struct report *r, bool notes)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nproblems; i++)
		if ((r->problems[i].grade == GRADE_NOTE) == notes)
			n++;
	return n;
}

static void
missing(struct page *p, const struct tally *t)
{
	size_t n = t->nmissing;

	if (n == 0)
		return;
	page_whole_lit(p, 2, "missing record ids:");
	if (!p->verbose && n > FEW_RANGES)
		n = FEW_RANGES;
	for (size_t i = 0; i < n; i++) {
		const struct id_range *m = &t->missing[i];

		page_fmt(p, 1, m->first == m->last ? "%" PRIu64 "%s" :
		    "%" PRIu64 "%s%" PRIu64, m->first,
		    m->first == m->last ? "" : "-", m->last);
	}
	if (n < t->nmissing)
		page_fmt(p, 1, "and %zu more ranges", t->nmissing - n);
}

static void
tally_piece(struct page *p, uint64_t n, const char *what)
{
	struct str number = page_number(&p->a, n);

	if (n > 0)
		page_whole(p, 2, arena_fmt(&p->a, "%.*s %s", (int)number.n,
		    number.p, what));
}

static void
tally_line(struct page *p, const struct input *in)
{
	const struct tally *t = &in->tally;

	page_indent(p, 4);
	page_whole(p, 0, page_count(&p->a, t->read, "record read",
	    "records read"));
	tally_piece(p, t->recovered, "recovered");
	tally_piece(p, t->torn, "torn");
	tally_piece(p, t->undecodable, "not decoded whole");
	tally_piece(p, t->slack, "seen in unused space");
	tally_piece(p, t->units_bad, "bad chunks");
	missing(p, t);
	page_end(p);
}

/* Inputs that were not read whole, by path. */
struct lost {
	const struct input **v;
	bool		*told;
	size_t		 n;
};

static int
cmp_path(const void *x, const void *y)
{
	const struct input *a = *(const struct input *const *)x;
	const struct input *b = *(const struct input *const *)y;

	return str_cmp(a->path, b->path);
}

static struct lost
lost_inputs(struct arena *a, const struct report *r)
{
	struct lost l = {
		.v = arena_array(a, const struct input *, r->ninputs + 1),
		.told = arena_array(a, bool, r->ninputs + 1),
	};

	for (size_t i = 0; i < r->ninputs; i++)
		if (!r->inputs[i].tally.complete)
			l.v[l.n++] = &r->inputs[i];
	qsort(l.v, l.n, sizeof *l.v, cmp_path);
	return l;
}

/* The counts of the input at path, unless they were told already. */
static void
tell_lost(struct page *p, const struct lost *l, struct str path)
{
	struct input named = { .path = path };
	const struct input *key = &named, **found;

	if (l == NULL)
		return;
	found = bsearch(&key, l->v, l->n, sizeof *found, cmp_path);
	if (found == NULL || l->told[found - l->v])
		return;
	l->told[found - l->v] = true;
	tally_line(p, *found);
}

static void
path_line(struct page *p, struct str path)
{
	page_indent(p, 2);
	page_whole(p, 0, path);
	page_end(p);
}

/* Problems stand together by path; the path heads them, the counts of the
 * input (if l is given) close them. */
static void
problem_list(struct page *p, const struct report *r, const struct lost *l,
    bool notes)
{
	const struct problem *before = NULL;

	for (size_t i = 0; i < r->nproblems; i++) {
		const struct problem *q = &r->problems[i];

		if ((q->grade == GRADE_NOTE) != notes)
			continue;
		if (before == NULL || !str_eq(before->path, q->path)) {
			if (before != NULL)
				tell_lost(p, l, before->path);
			path_line(p, q->path);
		}
		problem_line(p, q);
		before = q;
	}
	if (before != NULL)
		tell_lost(p, l, before->path);
}

static void
section(struct page *p, const char *title)
{
	page_blank(p);
	page_indent(p, 0);
	page_ink(p, INK_BOLD);
	page_lit(p, title);
	page_ink(p, INK_PLAIN);
	page_end(p);
}

/* Nothing is lost, so it is no problem that counts; but what was read may
 * not be what was written. */
static void
checksum_lines(struct page *p, const struct report *r)
{
	bool first = true;

	for (size_t i = 0; i < r->ninputs; i++) {
		const struct input *in = &r->inputs[i];
		uint64_t n = in->tally.bad_checksums;

		if (n == 0)
			continue;
		if (first)
			section(p, "Read, but perhaps altered");
		first = false;
		path_line(p, in->path);
		page_indent(p, 4);
		page_whole(p, 0, page_count(&p->a, n, "checksum is wrong:",
		    "checksums are wrong:"));
		page_lit(p, "records may have been altered");
		page_end(p);
	}
}

void
text_unread(struct page *p, const struct report *r)
{
	struct arena a = { 0 };
	struct lost l = lost_inputs(&a, r);

	if (problems_graded(r, false) + l.n + r->problems_dropped > 0)
		section(p, "Not read whole");
	problem_list(p, r, &l, false);
	for (size_t i = 0; i < l.n; i++) {
		if (l.told[i])
			continue;
		path_line(p, l.v[i]->path);
		tally_line(p, l.v[i]);
	}
	if (r->problems_dropped > 0) {
		page_indent(p, 2);
		page_whole(p, 0, page_count(&p->a, r->problems_dropped,
		    "more was counted but not kept.",
		    "more were counted but not kept."));
		page_end(p);
	}
	arena_free(&a);
	checksum_lines(p, r);
}

void
text_notes(struct page *p, const struct report *r)
{
	if (problems_graded(r, true) == 0)
		return;
	section(p, "Notes");
	problem_list(p, r, NULL, true);
}

static void
input_lines(struct page *p, const struct input *in)
{
	path_line(p, in->path);
	page_indent(p, 4);
	page_whole_lit(p, 0, in->format != NULL ? in->format :
	    "format not known");
	page_whole(p, 2, page_count(&p->a, in->bytes, "byte", "bytes"));
	page_whole(p, 2, page_count(&p->a, in->matched, "event matched",
	    "events matched"));
	if (!in->tally.complete)
		page_whole_lit(p, 2, "not whole");
	if (in->tally.dirty)
		page_whole_lit(p, 2, "not closed properly");
	page_end(p);
	if (in->first != 0 && in->last != 0) {
		page_indent(p, 4);
		page_whole(p, 0, clock_people(&p->a, in->first));
		page_whole_lit(p, 1, "..");
		page_whole(p, 1, clock_people(&p->a, in->last));
		page_end(p);
	}
	tally_line(p, in);
}

void
text_inputs(struct page *p, const struct report *r)
{
	if (r->ninputs == 0)
		return;
	section(p, "Inputs");
	for (size_t i = 0; i < r->ninputs; i++)
		input_lines(p, &r->inputs[i]);
}
