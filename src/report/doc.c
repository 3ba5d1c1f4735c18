/*
 * A report as a document (doc.h): what it is about, an overview of the
 * problems, then computer by computer in the order of plan.h, and what was
 * read.
 */
#include "base/clock.h"
#include "report/doc.h"
#include "report/page.h"
#include "report/totals.h"

void
doc_lit(struct doc *d, const char *program_text)
{
	d->ops->lit(d, program_text);
}

void
doc_text(struct doc *d, struct str s)
{
	d->ops->text(d, s);
}

void
doc_code(struct doc *d, struct str s)
{
	d->ops->code(d, s);
}

void
doc_cell(struct doc *d, struct str s)
{
	d->ops->cell(d);
	d->ops->text(d, s);
	d->ops->cell_end(d);
}

void
doc_row(struct doc *d, const char *head)
{
	d->ops->row(d);
	doc_cell(d, str_of(head));
	d->ops->cell(d);
}

void
doc_row_end(struct doc *d)
{
	d->ops->cell_end(d);
	d->ops->row_end(d);
}

static struct str
computer_name(struct str computer)
{
	return computer.n > 0 ? computer : str_of("(computer not named)");
}

static void
counts(struct doc *d, const struct plan *s)
{
	struct totals t = totals_of(d->r);

	doc_text(d, page_count(&d->a, t.inputs, "input", "inputs"));
	if (t.incomplete > 0) {
		doc_lit(d, " (");
		doc_text(d, page_number(&d->a, t.incomplete));
		doc_lit(d, " not whole)");
	}
	doc_lit(d, ", ");
	doc_text(d, page_count(&d->a, t.events, "event", "events"));
	doc_lit(d, ", ");
	doc_text(d, page_count(&d->a, t.hosts, "computer", "computers"));
	doc_lit(d, ", ");
	doc_text(d, page_count(&d->a, plan_problems(s), "problem",
	    "problems"));
	doc_lit(d, ", ");
	doc_text(d, page_count(&d->a, t.findings, "finding", "findings"));
	doc_lit(d, ".");
}

static void
preface(struct doc *d, const struct plan *s)
{
	d->ops->para(d);
	counts(d, s);
	doc_lit(d, " All times are UTC.");
	d->ops->para_end(d);
	if (totals_of(d->r).incomplete > 0 || d->r->problems_dropped > 0) {
		d->ops->para(d);
		d->ops->mark(d, "unmet", "Not everything could be read");
		doc_lit(d, "; what could not stands at the end.");
		d->ops->para_end(d);
	}
	d->ops->para(d);
	doc_lit(d, "Made by evtriage ");
	doc_lit(d, d->r->version != NULL ? d->r->version : "");
	doc_lit(d, " with ");
	doc_text(d, page_count(&d->a, d->r->nrules, "rule", "rules"));
	doc_lit(d, ", digest ");
	doc_code(d, d->r->rules_digest);
	doc_lit(d, ". Confirmed: every condition was seen. Likely: what was "
	    "seen outweighs what is open. Possible: it fits, and so may "
	    "something else.");
	d->ops->para_end(d);
}

static void
overview_row(struct doc *d, const struct finding *const *f, size_t n,
    size_t number)
{
	uint64_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i]->last > last)
			last = f[i]->last;
	d->ops->row(d);
	d->ops->cell(d);
	doc_severity(d, f[0]->severity);
	d->ops->cell_end(d);
	doc_cell(d, computer_name(f[0]->computer));
	d->ops->cell(d);
	d->ops->jump(d, number, f[0]->problem_title.n > 0 ?
	    f[0]->problem_title : f[0]->title);
	d->ops->cell_end(d);
	d->ops->cell(d);
	doc_code(d, f[0]->rule);
	doc_lit(d, " ");
	doc_lit(d, confidence_name(f[0]->confidence));
	d->ops->cell_end(d);
	doc_cell(d, page_number(&d->a, plan_count(f, n)));
	doc_cell(d, last == 0 ? str_of("not known") :
	    clock_people(&d->a, last));
	d->ops->row_end(d);
	arena_reset(&d->a);
}

static void
overview(struct doc *d, const struct plan *s)
{
	static const char *const heads[] = { "Severity", "Computer",
	    "Problem", "Best explanation", "Times", "Last" };
	size_t number = 0;

	if (s->nbundles == 0)
		return;
	d->ops->heading(d, 2, 0);
	doc_lit(d, "Overview");
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < s->nbundles; i++) {
		const struct bundle *b = &s->bundles[i];

		for (size_t j = 0, n; j < b->n; j += n) {
			n = plan_rivals(b, j);
			overview_row(d, b->v + j, n, ++number);
		}
	}
	d->ops->table_end(d);
}

static void
computer(struct doc *d, const struct host *h)
{
	d->ops->heading(d, 2, 0);
	doc_text(d, computer_name(h->computer));
	d->ops->heading_end(d, 2);
	if (!d->quiet)
		doc_host(d, h);
	arena_reset(&d->a);
}

static void
computers(struct doc *d, const struct plan *s)
{
	size_t number = 0;

	for (size_t i = 0; i < s->nbundles; i++) {
		const struct bundle *b = &s->bundles[i];
		struct host named;

		d->ops->part(d, "computer");
		computer(d, plan_host(s, b, &named));
		for (size_t j = 0, n; j < b->n; j += n) {
			n = plan_rivals(b, j);
			doc_problem(d, b->v + j, n, ++number);
		}
		d->ops->part_end(d);
	}
	for (size_t i = 0; i < d->r->nhosts && !d->quiet; i++) {
		if (s->told[i])
			continue;
		d->ops->part(d, "computer");
		computer(d, &d->r->hosts[i]);
		d->ops->para(d);
		doc_lit(d, "No rule matched.");
		d->ops->para_end(d);
		d->ops->part_end(d);
	}
}

/* As soon as there is a computer about which no rule speaks. */
static void
no_proof(struct doc *d, const struct plan *s)
{
	bool silent = d->r->nfindings == 0;

	for (size_t i = 0; i < d->r->nhosts; i++)
		silent = silent || !s->told[i];
	if (!silent)
		return;
	d->ops->para(d);
	doc_lit(d, "That no rule matched is no proof of health: a fault that "
	    "no rule knows, or that left no event in what was read, does not "
	    "show.");
	d->ops->para_end(d);
}

/* Rules that came near, or could not run. */
static void
misses(struct doc *d)
{
	static const char *const heads[] = { "Rule", "Computer", "Events",
	    "Why" };

	if (d->r->nmisses == 0)
		return;
	d->ops->heading(d, 2, 0);
	doc_lit(d, "Rules that did not fire, though their first event was "
	    "there, or were not tried");
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < d->r->nmisses; i++) {
		const struct near_miss *m = &d->r->misses[i];

		d->ops->row(d);
		doc_cell(d, m->rule);
		doc_cell(d, m->computer);
		doc_cell(d, page_number(&d->a, m->anchors));
		doc_cell(d, m->why);
		d->ops->row_end(d);
	}
	d->ops->table_end(d);
	arena_reset(&d->a);
}

void
doc_report(struct doc *d, const struct report *r,
    const struct report_options *opt)
{
	struct arena a = { 0 };
	struct plan s = plan_of(&a, r);

	d->r = r;
	d->verbose = opt != NULL && opt->verbose > 0;
	d->quiet = opt != NULL && opt->quiet;
	d->ops->open(d, r->nhosts == 1 ? r->hosts[0].computer :
	    str_of(""));
	if (!d->quiet)
		preface(d, &s);
	overview(d, &s);
	computers(d, &s);
	if (!d->quiet) {
		no_proof(d, &s);
		doc_unread(d);
		if (d->verbose)
			misses(d);
		doc_inputs(d);
	}
	d->ops->close(d);
	arena_free(&d->a);
	arena_free(&a);
}
