/*
 * A report as a document (doc.h): what it is about, an overview of the
 * problems, then computer by computer in the order of plan.h, and what was
 * read.
 */
#include "base/clock.h"
#include "report/doc.h"
#include "report/page.h"
#include "report/spool.h"
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
	doc_text(d, page_count(&d->a, s->nrows, "problem", "problems"));
	doc_lit(d, ", ");
	doc_text(d, page_count(&d->a, s->nfindings, "finding",
	    "findings"));
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
overview_row(struct doc *d, const struct plan_row *x, size_t number)
{
	d->ops->row(d);
	d->ops->cell(d);
	doc_severity(d, x->severity);
	d->ops->cell_end(d);
	doc_cell(d, computer_name(x->computer));
	d->ops->cell(d);
	d->ops->jump(d, number, x->title);
	d->ops->cell_end(d);
	d->ops->cell(d);
	doc_code(d, x->rule);
	doc_lit(d, " ");
	doc_lit(d, confidence_name(x->confidence));
	d->ops->cell_end(d);
	doc_cell(d, page_number(&d->a, x->count));
	doc_cell(d, x->last == 0 ? str_of("not known") :
	    clock_people(&d->a, x->last));
	d->ops->row_end(d);
	arena_reset(&d->a);
}

static void
overview(struct doc *d, const struct plan *s)
{
	static const char *const heads[] = { "Severity", "Computer",
	    "Problem", "Best explanation", "Times", "Last" };

	if (s->nrows == 0)
		return;
	d->ops->heading(d, 2, 0);
	doc_lit(d, "Overview");
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < s->nrows; i++)
		overview_row(d, &s->rows[i], i + 1);
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

/* One about which some rule speaks; number: of problems before. */
static void
computer_told(struct doc *d, size_t host, const struct concluded *c,
    size_t *number)
{
	if (c->nfindings == 0)
		return;
	d->ops->part(d, "computer");
	computer(d, &d->r->hosts[host]);
	for (size_t j = 0, n; j < c->nfindings; j += n) {
		n = plan_rivals(c->findings, c->nfindings, j);
		doc_problem(d, c->findings + j, n, ++*number);
	}
	d->ops->part_end(d);
}

static void
computer_silent(struct doc *d, const struct host *h)
{
	d->ops->part(d, "computer");
	computer(d, h);
	d->ops->para(d);
	doc_lit(d, "No rule matched.");
	d->ops->para_end(d);
	d->ops->part_end(d);
}

/* As soon as there is a computer about which no rule speaks. */
static void
no_proof(struct doc *d, const struct plan *s)
{
	if (s->nsilent == 0 && s->nfindings > 0)
		return;
	d->ops->para(d);
	doc_lit(d, "That no rule matched is no proof of health: a fault that "
	    "no rule knows, or that left no event in what was read, does not "
	    "show.");
	d->ops->para_end(d);
}

/* Rules that came near, or could not run. */
static void
misses_begin(struct doc *d)
{
	static const char *const heads[] = { "Rule", "Computer", "Events",
	    "Why" };

	d->ops->heading(d, 2, 0);
	doc_lit(d, "Rules that did not fire, though their first event was "
	    "there, or were not tried");
	d->ops->heading_end(d, 2);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
}

static void
misses_of(struct doc *d, const struct concluded *c)
{
	for (size_t i = 0; i < c->nmisses; i++) {
		const struct near_miss *m = &c->misses[i];

		d->ops->row(d);
		doc_cell(d, m->rule);
		doc_cell(d, m->computer);
		doc_cell(d, page_number(&d->a, m->anchors));
		doc_cell(d, m->why);
		d->ops->row_end(d);
	}
	arena_reset(&d->a);
}

/* What is said of computers, as far as it is said before its turn. */
struct ahead {
	struct plan	 plan;
	bool		*told;		/* by host: some rule speaks of it */
	struct spool	 sections, misses;
	size_t		 n;		/* hosts that are in the spools */
	size_t		 number;	/* problems of these */
};

/*
 * To conclude is most of the work, and what was concluded of one computer is
 * gone with the next; but the overview stands before all of them.  So what is
 * to be said of each is said at once, and waits.
 */
static void
look_ahead(struct doc *d, struct ahead *k)
{
	struct out *o = d->o;
	bool room = d->r->nhosts > 1;

	*k = (struct ahead){ .plan = plan_begin(&d->kept),
	    .told = arena_array(&d->kept, bool, d->r->nhosts),
	    .sections = spool_new(&d->kept, o),
	    .misses = spool_new(&d->kept, o) };
	for (size_t i = 0; i < d->r->nhosts; i++) {
		const struct concluded *c = d->r->conclude(d->r->ctx, i);

		plan_add(&k->plan, &d->r->hosts[i], c);
		k->told[i] = c->nfindings > 0;
		if (!room)
			continue;
		d->o = &k->sections.plain;
		computer_told(d, i, c, &k->number);
		d->o = &k->misses.plain;
		if (d->verbose)
			misses_of(d, c);
		k->n = i + 1;
		room = spool_settle(&k->sections);
		room = spool_settle(&k->misses) && room;
	}
	d->o = o;
}

static void
computers(struct doc *d, struct ahead *k)
{
	spool_write(&k->sections, d->o);
	for (size_t i = k->n; i < d->r->nhosts; i++)
		computer_told(d, i, d->r->conclude(d->r->ctx, i),
		    &k->number);
	for (size_t i = 0; i < d->r->nhosts && !d->quiet; i++)
		if (!k->told[i])
			computer_silent(d, &d->r->hosts[i]);
}

static void
misses(struct doc *d, struct ahead *k)
{
	bool any = k->misses.n + k->misses.plain.n > 0;

	if (any)
		misses_begin(d);
	spool_write(&k->misses, d->o);
	for (size_t i = k->n; i < d->r->nhosts; i++) {
		const struct concluded *c = d->r->conclude(d->r->ctx, i);

		if (c->nmisses > 0 && !any)
			misses_begin(d);
		any = any || c->nmisses > 0;
		misses_of(d, c);
	}
	if (any)
		d->ops->table_end(d);
}

void
doc_report(struct doc *d, const struct report *r,
    const struct report_options *opt)
{
	struct ahead k;

	d->r = r;
	d->verbose = opt != NULL && opt->verbose > 0;
	d->quiet = opt != NULL && opt->quiet;
	look_ahead(d, &k);
	d->ops->open(d, r->nhosts == 1 ? r->hosts[0].computer :
	    str_of(""));
	if (!d->quiet)
		preface(d, &k.plan);
	overview(d, &k.plan);
	computers(d, &k);
	if (!d->quiet) {
		no_proof(d, &k.plan);
		doc_unread(d);
		if (d->verbose)
			misses(d, &k);
		doc_inputs(d);
	}
	d->ops->close(d);
	arena_free(&d->a);
	arena_free(&d->kept);
}
