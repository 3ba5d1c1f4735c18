/*
 * The read receipt in a document: what could not be read, and what was.
 */
#include <inttypes.h>
#include "report/doc.h"
#include "report/page.h"
#include "report/words.h"

static struct str
place(struct doc *d, const struct problem *q)
{
	return q->offset == NO_OFFSET ? str_of("") :
	    arena_fmt(&d->a, "0x%" PRIx64, q->offset);
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
problem_rows(struct doc *d, const char *heading, bool notes)
{
	static const char *const heads[] = { "Input", "At byte", "Lost",
	    "What" };

	if (problems_graded(d->r, notes) == 0)
		return;
	d->ops->heading(d, 2, 0);
	doc_lit(d, heading);
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < d->r->nproblems; i++) {
		const struct problem *q = &d->r->problems[i];

		if ((q->grade == GRADE_NOTE) != notes)
			continue;
		d->ops->row(d);
		d->ops->cell(d);
		doc_code(d, q->path);
		d->ops->cell_end(d);
		doc_cell(d, place(d, q));
		doc_cell(d, str_of(notes ? "nothing" :
		    grade_name(q->grade)));
		doc_cell(d, q->message);
		d->ops->row_end(d);
	}
	d->ops->table_end(d);
	arena_reset(&d->a);
}

void
doc_unread(struct doc *d)
{
	problem_rows(d, "What could not be read", false);
	if (d->r->problems_dropped > 0) {
		d->ops->para(d);
		doc_text(d, page_count(&d->a, d->r->problems_dropped,
		    "more was counted but not kept.",
		    "more were counted but not kept."));
		d->ops->para_end(d);
	}
	if (d->verbose)
		problem_rows(d, "Notes", true);
}

static void
count(struct doc *d, uint64_t n, const char *what)
{
	if (n == 0)
		return;
	doc_text(d, page_number(&d->a, n));
	doc_lit(d, " ");
	doc_lit(d, what);
	d->ops->line(d);
}

/* Ranges are many only when much is missing: all of them are told. */
static void
missing(struct doc *d, const struct tally *t)
{
	if (t->nmissing == 0)
		return;
	doc_lit(d, "missing record ids:");
	for (size_t i = 0; i < t->nmissing; i++) {
		const struct id_range *m = &t->missing[i];

		doc_lit(d, arena_fmt(&d->a, m->first == m->last ?
		    " %" PRIu64 : " %" PRIu64 "-%" PRIu64, m->first,
		    m->last).p);
	}
	if (t->missing_dropped > 0) {
		doc_lit(d, " and ");
		doc_text(d, page_number(&d->a, t->missing_dropped));
		doc_lit(d, " more ranges");
	}
	d->ops->line(d);
}

static void
damage(struct doc *d, const struct tally *t)
{
	count(d, t->recovered, "recovered");
	count(d, t->torn, "torn");
	count(d, t->undecodable, "not decoded whole");
	count(d, t->slack, "seen in unused space");
	count(d, t->units_bad, "bad chunks");
	count(d, t->bad_checksums, "wrong checksums: records may have been "
	    "altered");
	if (t->dirty) {
		doc_lit(d, "not closed properly");
		d->ops->line(d);
	}
	missing(d, t);
}

static void
input_row(struct doc *d, const struct input *in)
{
	d->ops->row(d);
	d->ops->cell(d);
	doc_code(d, in->path);
	d->ops->cell_end(d);
	doc_cell(d, str_of(in->format != NULL ? in->format : "not known"));
	doc_cell(d, page_number(&d->a, in->bytes));
	doc_cell(d, page_number(&d->a, in->tally.read));
	doc_cell(d, words_span(&d->a, in->first, in->last));
	d->ops->cell(d);
	if (in->tally.complete)
		doc_lit(d, "yes");
	else
		d->ops->mark(d, "unmet", "no");
	d->ops->cell_end(d);
	d->ops->cell(d);
	damage(d, &in->tally);
	d->ops->cell_end(d);
	d->ops->row_end(d);
	arena_reset(&d->a);
}

void
doc_inputs(struct doc *d)
{
	static const char *const heads[] = { "Input", "Format", "Bytes",
	    "Records", "Time span", "Whole", "Remarks" };

	if (d->r->ninputs == 0)
		return;
	d->ops->heading(d, 2, 0);
	doc_lit(d, "What was read");
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < d->r->ninputs; i++)
		input_row(d, &d->r->inputs[i]);
	d->ops->table_end(d);
}
