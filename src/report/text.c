/*
 * The report for people: computer by computer, worst first, the problems
 * of each; then what could not be read and the totals.
 */
#include <inttypes.h>
#include "report/plan.h"
#include "report/text.h"
#include "report/totals.h"

/* What was said, or is to be said at the end. */
struct told {
	bool		*hosts;		/* a finding speaks of it */
	size_t		 nhosts, problems, findings;
};

static void
between(struct page *p, bool *some)
{
	if (*some)
		page_blank(p);
	*some = true;
}

static void
computer(struct page *p, const struct report *r, const struct host *h,
    const struct concluded *c)
{
	text_host(p, h);
	for (size_t i = 0, n; i < c->nfindings; i += n) {
		n = plan_rivals(c->findings, c->nfindings, i);
		page_blank(p);
		text_problem(p, r, c->findings + i, n);
	}
}

static void
computers(struct page *p, const struct report *r, struct told *t)
{
	bool some = false;

	for (size_t i = 0; i < r->nhosts; i++) {
		const struct concluded *c = r->conclude(r->ctx, i);

		if (c->nfindings == 0)
			continue;
		t->hosts[i] = true;
		t->nhosts++;
		t->findings += c->nfindings;
		t->problems += plan_problems(c->findings, c->nfindings);
		between(p, &some);
		computer(p, r, &r->hosts[i], c);
	}
	for (size_t i = 0; i < r->nhosts && !p->quiet; i++) {
		if (t->hosts[i])
			continue;
		between(p, &some);
		text_host(p, &r->hosts[i]);
		page_indent(p, 2);
		page_lit(p, "No rule matched.");
		page_end(p);
	}
}

static void
nothing(struct page *p, const struct report *r)
{
	if (r->nhosts > 0)
		page_blank(p);
	page_indent(p, 0);
	page_lit(p, r->nhosts == 0 ? "No rule matched. This" :
	    "That no rule matched");
	page_lit(p, "is no proof of health: a fault that no rule knows, or "
	    "that left no event in what was read, does not show.");
	page_end(p);
}

static void
totals_line(struct page *p, const struct report *r, const struct told *told)
{
	struct totals t = totals_of(r);

	page_blank(p);
	page_indent(p, 0);
	page_words(p, page_count(&p->a, t.inputs, "input", "inputs"));
	if (t.incomplete > 0)
		page_fmt(p, 1, "(%" PRIu64 " not whole)", t.incomplete);
	page_fmt(p, 0, ",");
	page_words(p, page_count(&p->a, t.events, "event,", "events,"));
	page_words(p, page_count(&p->a, t.hosts, "computer,", "computers,"));
	page_words(p, page_count(&p->a, told->problems, "problem,",
	    "problems,"));
	page_words(p, page_count(&p->a, told->findings, "finding",
	    "findings"));
	page_end(p);
}

/* Rules that came near, or could not run. */
static void
misses_begin(struct page *p)
{
	page_blank(p);
	page_indent(p, 0);
	page_lit(p, "not fired, though the first event was there, or not "
	    "tried");
	page_end(p);
}

static void
misses(struct page *p, const struct report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->nhosts; i++) {
		const struct concluded *c = r->conclude(r->ctx, i);

		for (size_t j = 0; j < c->nmisses; j++) {
			const struct near_miss *m = &c->misses[j];

			if (!any)
				misses_begin(p);
			any = true;
			page_indent(p, 2);
			page_whole(p, 0, m->rule);
			page_indent(p, 24);
			if (r->nhosts > 1)
				page_whole(p, 0, arena_fmt(&p->a, "%.*s:",
				    (int)m->computer.n, m->computer.p));
			page_words(p, m->why);
			if (m->anchors > 1)
				page_fmt(p, 1, "(%" PRIu64 " events)",
				    m->anchors);
			page_end(p);
		}
	}
}

void
report_text(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct arena a = { 0 };
	struct page p = page_begin(o, opt);
	struct told t = { .hosts = arena_array(&a, bool, r->nhosts) };

	computers(&p, r, &t);
	if (!p.quiet) {
		/* A computer, or a whole report, about which no rule
		 * speaks. */
		if (t.nhosts < r->nhosts || t.findings == 0)
			nothing(&p, r);
		text_unread(&p, r);
		if (p.verbose) {
			misses(&p, r);
			text_notes(&p, r);
			text_inputs(&p, r);
		}
		totals_line(&p, r, &t);
	}
	page_free(&p);
	arena_free(&a);
}
