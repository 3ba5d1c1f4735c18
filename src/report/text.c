/*
 * The report for people: computer by computer, worst first, the problems
 * of each; then what could not be read and the totals.  Findings come
 * sorted, worst problem first; here they are only gathered by computer,
 * which keeps their order.
 */
#include <inttypes.h>
#include <stdlib.h>
#include "report/text.h"
#include "report/totals.h"

/* The findings of one computer: v[0] .. v[n - 1]. */
struct bundle {
	const struct finding *const *v;
	size_t		 n;
};

/* Computers by name, and bundles by their worst finding. */
struct plan {
	const struct host **hosts;
	bool		*told;		/* by index in the report */
	struct bundle	*bundles;
	size_t		 nbundles;
};

static int
cmp_host(const void *x, const void *y)
{
	const struct host *a = *(const struct host *const *)x;
	const struct host *b = *(const struct host *const *)y;

	return str_cmp(a->computer, b->computer);
}

static int
cmp_finding(const void *x, const void *y)
{
	const struct finding *a = *(const struct finding *const *)x;
	const struct finding *b = *(const struct finding *const *)y;
	int d = str_cmp(a->computer, b->computer);

	return d != 0 ? d : (a > b) - (a < b);
}

/* All findings stand in one array: what comes first in it is worse. */
static int
cmp_bundle(const void *x, const void *y)
{
	const struct bundle *a = x, *b = y;

	return (a->v[0] > b->v[0]) - (a->v[0] < b->v[0]);
}

static struct plan
plan_of(struct arena *a, const struct report *r)
{
	const struct finding **f = arena_array(a, const struct finding *,
	    r->nfindings + 1);
	struct plan s = {
		.hosts = arena_array(a, const struct host *, r->nhosts + 1),
		.told = arena_array(a, bool, r->nhosts + 1),
		.bundles = arena_array(a, struct bundle, r->nfindings + 1),
	};

	for (size_t i = 0; i < r->nhosts; i++)
		s.hosts[i] = &r->hosts[i];
	for (size_t i = 0; i < r->nfindings; i++)
		f[i] = &r->findings[i];
	qsort(s.hosts, r->nhosts, sizeof *s.hosts, cmp_host);
	qsort(f, r->nfindings, sizeof *f, cmp_finding);
	for (size_t i = 0, j; i < r->nfindings; i = j) {
		for (j = i + 1; j < r->nfindings; j++)
			if (!str_eq(f[i]->computer, f[j]->computer))
				break;
		s.bundles[s.nbundles++] = (struct bundle){ f + i, j - i };
	}
	qsort(s.bundles, s.nbundles, sizeof *s.bundles, cmp_bundle);
	return s;
}

static void
bundle_problems(struct page *p, const struct report *r,
    const struct bundle *b)
{
	for (size_t i = 0, j; i < b->n; i = j) {
		for (j = i + 1; j < b->n; j++)
			if (!str_eq(b->v[i]->problem, b->v[j]->problem))
				break;
		page_blank(p);
		text_problem(p, r, b->v + i, j - i);
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
		struct host named = {
			.computer = b->v[0]->computer,
			.os = os_none(),
		};
		const struct host *key = &named, **h;

		h = bsearch(&key, s->hosts, r->nhosts, sizeof *h, cmp_host);
		if (h != NULL)
			s->told[*h - r->hosts] = true;
		between(p, &some);
		text_host(p, h != NULL ? *h : &named);
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

static uint64_t
problems_found(const struct plan *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->nbundles; i++)
		for (size_t j = 0; j < s->bundles[i].n; j++)
			if (j == 0 || !str_eq(s->bundles[i].v[j]->problem,
			    s->bundles[i].v[j - 1]->problem))
				n++;
	return n;
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
	page_words(p, page_count(&p->a, problems_found(s), "problem,",
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
