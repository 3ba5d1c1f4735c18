/*
 * The report for people: computer by computer, worst first, the problems
 * of each; then what could not be read and the totals.
 */
#include <inttypes.h>
#include "report/plan.h"
#include "report/text.h"
#include "report/totals.h"

static void
bundle_problems(struct page *p, const struct report *r,
    const struct bundle *b)
{
	for (size_t i = 0, n; i < b->n; i += n) {
		n = plan_rivals(b, i);
		page_blank(p);
		text_problem(p, r, b->v + i, n);
	}
}

static void
between(struct page *p, bool *some)
{
	if (*some)
		page_blank(p);
	*some = true;
}

static void
computers(struct page *p, const struct report *r, const struct plan *s)
{
	bool some = false;

	for (size_t i = 0; i < s->nbundles; i++) {
		const struct bundle *b = &s->bundles[i];
		struct host named;
		const struct host *h = plan_host(s, b, &named);

		between(p, &some);
		text_host(p, h);
		bundle_problems(p, r, b);
	}
	if (p->quiet)
		return;
	for (size_t i = 0; i < r->nhosts; i++) {
		if (s->told[i])
			continue;
		between(p, &some);
		text_host(p, &r->hosts[i]);
		page_indent(p, 2);
		page_lit(p, "No rule matched.");
		page_end(p);
	}
}

/* Is there a computer, or a whole report, about which no rule speaks? */
static bool
silent(const struct report *r, const struct plan *s)
{
	for (size_t i = 0; i < r->nhosts; i++)
		if (!s->told[i])
			return true;
	return r->nfindings == 0;
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
totals_line(struct page *p, const struct report *r, const struct plan *s)
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
	page_words(p, page_count(&p->a, plan_problems(s), "problem,",
	    "problems,"));
	page_words(p, page_count(&p->a, t.findings, "finding", "findings"));
	page_end(p);
}

/* Rules that came near, or could not run. */
static void
misses(struct page *p, const struct report *r)
{
	if (r->nmisses == 0)
		return;
	page_blank(p);
	page_indent(p, 0);
	page_lit(p, "not fired, though the first event was there, or not "
	    "tried");
	page_end(p);
	for (size_t i = 0; i < r->nmisses; i++) {
		const struct near_miss *m = &r->misses[i];

		page_indent(p, 2);
		page_whole(p, 0, m->rule);
		page_indent(p, 24);
		if (r->nhosts > 1)
			page_whole(p, 0, arena_fmt(&p->a, "%.*s:",
			    (int)m->computer.n, m->computer.p));
		page_words(p, m->why);
		if (m->anchors > 1)
			page_fmt(p, 1, "(%" PRIu64 " events)", m->anchors);
		page_end(p);
	}
}

void
report_text(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct arena a = { 0 };
	struct page p = page_begin(o, opt);
	struct plan s = plan_of(&a, r);

	computers(&p, r, &s);
	if (!p.quiet) {
		if (silent(r, &s))
			nothing(&p, r);
		text_unread(&p, r);
		if (p.verbose) {
			misses(&p, r);
			text_notes(&p, r);
			text_inputs(&p, r);
		}
		totals_line(&p, r, &s);
	}
	page_free(&p);
	arena_free(&a);
}
