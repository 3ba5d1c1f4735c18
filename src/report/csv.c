/*
 * A report as CSV (RFC 4180), a row a finding, for spreadsheets.  The
 * columns are fixed; what is a list stands in one cell, its items joined
 * by "; ".  What could not be read has no place in it: the exit status
 * tells.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "base/gate.h"
#include "report/report.h"

/* A cell is put together in memory, then passed through the gate. */
static void
cell_end(struct out *o, struct out *cell)
{
	gate_csv(o, (struct str){ cell->mem, cell->n });
	out_char(o, ',');
	out_free(cell);
}

static void
cell_add(struct out *cell, struct str s)
{
	if (s.n > 0)
		out_bytes(cell, s.p, s.n);
}

static void
cell_next(struct out *cell)
{
	if (cell->n > 0)
		out_lit(cell, "; ");
}

static void
text(struct out *o, struct str s)
{
	gate_csv(o, s);
	out_char(o, ',');
}

static void
moment(struct out *o, uint64_t t)
{
	char buf[CLOCK_TEXT];

	if (t != 0)
		out_bytes(o, buf, clock_write(buf, t));
	out_char(o, ',');
}

static void
conditions(struct out *o, const struct finding *f, enum result r)
{
	struct out cell = out_memory();

	for (size_t i = 0; i < f->nconditions; i++) {
		if (f->conditions[i].result != r)
			continue;
		cell_next(&cell);
		cell_add(&cell, f->conditions[i].text);
	}
	cell_end(o, &cell);
}

static void
remedy(struct out *o, const struct finding *f)
{
	struct out cell = out_memory();

	for (size_t i = 0; i < f->nremedy; i++) {
		const struct step *s = &f->remedy[i];

		cell_next(&cell);
		out_fmt(&cell, "%zu. ", i + 1);
		cell_add(&cell, s->text);
		if (s->command.n > 0)
			out_lit(&cell, " > ");
		cell_add(&cell, s->command);
		if (s->risk != RISK_NONE)
			out_fmt(&cell, " [%s]", risk_name(s->risk));
	}
	cell_end(o, &cell);
}

static void
references(struct out *o, const struct finding *f)
{
	struct out cell = out_memory();

	for (size_t i = 0; i < f->nrefs; i++) {
		const struct reference *r = &f->refs[i];

		cell_next(&cell);
		if (r->kb.n > 0)
			out_lit(&cell, "KB");
		cell_add(&cell, r->kb);
		if (r->kb.n > 0)
			out_char(&cell, ' ');
		cell_add(&cell, r->title);
		if (r->url.n > 0)
			out_char(&cell, ' ');
		cell_add(&cell, r->url);
	}
	cell_end(o, &cell);
}

/* Input, number of the record, time and event of each. */
static void
evidence(struct out *o, const struct finding *f)
{
	struct out cell = out_memory();

	for (size_t i = 0; i < f->nevidence; i++) {
		const struct evidence *e = &f->evidence[i];
		char buf[CLOCK_TEXT];

		cell_next(&cell);
		cell_add(&cell, e->input);
		out_fmt(&cell, " #%" PRIu64 " ", e->record_id);
		if (e->time != 0)
			out_bytes(&cell, buf, clock_write(buf, e->time));
		out_char(&cell, ' ');
		cell_add(&cell, e->provider);
		out_fmt(&cell, " %u", (unsigned)e->event_id);
	}
	cell_end(o, &cell);
}

static void
finding_row(struct out *o, const struct finding *f)
{
	text(o, f->computer);
	text(o, str_of(severity_name(f->severity)));
	text(o, str_of(confidence_name(f->confidence)));
	text(o, str_of(verdict_name(f->verdict)));
	text(o, f->problem);
	text(o, f->problem_title);
	out_fmt(o, "%u,", f->rank);
	text(o, f->rule);
	text(o, f->title);
	out_fmt(o, "%" PRIu64 ",", f->count);
	moment(o, f->first);
	moment(o, f->last);
	text(o, f->diagnosis);
	text(o, f->cause);
	conditions(o, f, RESULT_MET);
	conditions(o, f, RESULT_UNMET);
	conditions(o, f, RESULT_UNKNOWN);
	remedy(o, f);
	references(o, f);
	evidence(o, f);
	text(o, f->follows);
	gate_csv(o, f->id);
	out_lit(o, "\r\n");
}

void
report_csv(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;

	(void)opt;
	out_lit(o, "computer,severity,confidence,verdict,problem,"
	    "problem_title,rank,rule,title,count,first,last,diagnosis,cause,"
	    "met,unmet,unknown,remedy,references,evidence,consequence_of,"
	    "id\r\n");
	while ((f = finding_next(r, &at)) != NULL)
		finding_row(o, f);
}
