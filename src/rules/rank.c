/*
 * Ranking.  Findings that share a problem on one computer are rivals: the
 * better explained one comes first, the bare symptom last.  Two rivals
 * that both look confirmed cannot both be: the log cannot tell them
 * apart, so neither is.  Problems are then put in order, worst first.
 */
#include <stdlib.h>
#include <string.h>
#include "rules/rule.h"

/* Within a problem: what is not contradicted, surer, heavier, less open. */
static int
cmp_rivals(const struct scored *a, const struct scored *b)
{
	if (a->f.symptom != b->f.symptom)
		return a->f.symptom ? 1 : -1;
	if (a->unmet != b->unmet)
		return a->unmet ? 1 : -1;
	if (a->f.confidence != b->f.confidence)
		return a->f.confidence > b->f.confidence ? -1 : 1;
	if (a->met != b->met)
		return a->met > b->met ? -1 : 1;
	if (a->unknown != b->unknown)
		return a->unknown < b->unknown ? -1 : 1;
	return str_cmp(a->f.rule, b->f.rule);
}

static int
cmp_problem_then_rank(const void *x, const void *y)
{
	const struct scored *a = x, *b = y;
	int d = str_cmp(a->f.problem, b->f.problem);

	if (d == 0)
		d = cmp_rivals(a, b);
	return d != 0 ? d : str_cmp(a->f.id, b->f.id);
}

static void
confirmed_rivals(struct arena *a, struct scored *v, size_t n)
{
	size_t confirmed = 0;

	for (size_t i = 0; i < n; i++)
		if (!v[i].f.symptom && v[i].f.confidence == CONF_CONFIRMED)
			confirmed++;
	if (confirmed < 2)
		return;
	for (size_t i = 0; i < n; i++) {
		struct finding *f = &v[i].f;
		struct condition *c;

		if (f->symptom || f->confidence != CONF_CONFIRMED)
			continue;
		c = arena_array(a, struct condition, f->nconditions + 1);
		memcpy(c, f->conditions, f->nconditions * sizeof *c);
		c[f->nconditions].text = str_of(
		    "another cause fits what was logged as well");
		c[f->nconditions].result = RESULT_UNKNOWN;
		f->conditions = c;
		f->nconditions++;
		f->confidence = CONF_LIKELY;
	}
}

/*
 * A problem is as bad as its best explanation says when that is more than
 * possible: a known harmless cause outweighs the alarm of the symptom.  A
 * rival that is as sure counts as much: what may be the graver of two must
 * not look harmless because the milder one has a little more weight.  One
 * that is less sure does not count.  If all are only possible, the worst.
 */
static enum severity
problem_severity(const struct scored *v, size_t n)
{
	bool explained = !v[0].f.symptom &&
	    v[0].f.confidence > CONF_POSSIBLE;
	enum severity worst = SEV_INFO;

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &v[i].f;

		if (explained && (f->symptom ||
		    f->confidence < v[0].f.confidence))
			continue;
		if (f->severity > worst)
			worst = f->severity;
	}
	return worst;
}

struct group {
	struct scored	*v;
	size_t		 n;
	enum severity	 severity;
	uint64_t	 last;
};

static int
cmp_groups(const void *x, const void *y)
{
	const struct group *a = x, *b = y;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->v[0].f.confidence != b->v[0].f.confidence)
		return a->v[0].f.confidence > b->v[0].f.confidence ? -1 : 1;
	if (a->last != b->last)
		return a->last > b->last ? -1 : 1;
	return str_cmp(a->v[0].f.problem, b->v[0].f.problem);
}

static struct group
group_rank(struct arena *a, struct scored *v, size_t n)
{
	struct group g = { v, n, SEV_INFO, 0 };
	struct str title = v[n - 1].f.symptom ? v[n - 1].f.title :
	    v[0].f.title;

	confirmed_rivals(a, v, n);
	g.severity = problem_severity(v, n);
	for (size_t i = 0; i < n; i++) {
		v[i].f.rank = (unsigned)(i + 1);
		v[i].f.problem_title = title;
		v[i].f.severity = g.severity;
		if (v[i].f.last > g.last)
			g.last = v[i].f.last;
	}
	return g;
}

/* Is an instance of the root in the scope of this one?  Instances are
 * in order. */
static bool
instance_near(const struct scored *root, struct scope s,
    const struct moment *t)
{
	size_t lo = 0, hi = root->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct moment *r = &root->moments[mid];

		if (s.kind == SCOPE_BOOT ? r->boot < t->boot :
		    r->time + s.span < t->time)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == root->n)
		return false;
	if (s.kind == SCOPE_BOOT)
		return root->moments[lo].boot == t->boot;
	return root->moments[lo].time <= t->time + s.span;
}

/* A consequence is one only when each of its events lies near an event of
 * the root. */
static bool
follows(const struct scored *root, const struct scored *s)
{
	for (const struct explains *e = root->rule->explains; e != NULL;
	    e = e->next) {
		size_t near = 0;

		if (!str_glob(s->f.problem, e->problem))
			continue;
		while (near < s->n && (e->scope.kind == SCOPE_ANYWHERE ||
		    instance_near(root, e->scope, &s->moments[near])))
			near++;
		if (near == s->n)
			return true;
	}
	return false;
}

/* Marks what follows from a likely root.  A root that follows itself from
 * another passes its consequences on. */
static void
roots_find(struct scored *v, size_t n)
{
	for (size_t r = 0; r < n; r++) {
		if (v[r].rule->explains == NULL ||
		    v[r].f.confidence == CONF_POSSIBLE)
			continue;
		for (size_t i = 0; i < n; i++)
			if (v[i].root == NULL && v[r].root != &v[i] &&
			    !str_eq(v[i].f.problem, v[r].f.problem) &&
			    follows(&v[r], &v[i]))
				v[i].root = &v[r];
	}
}

/* The group that holds the root, if all of g follows; else g itself. */
static const struct group *
group_root(const struct group *groups, size_t n, const struct group *g)
{
	const struct scored *root = NULL;

	for (size_t i = 0; i < g->n; i++) {
		root = g->v[i].root;
		if (root == NULL)
			return g;
	}
	for (size_t i = 0; i < n; i++)
		if (root >= groups[i].v && root < groups[i].v + groups[i].n)
			return &groups[i];
	return g;
}

/* Puts groups that follow from another behind it.  Chains are cut after
 * one step, so that none can run in a circle. */
static void
groups_place(struct arena *a, struct scored *sorted,
    const struct group *groups, size_t n)
{
	const struct group **roots = arena_array(a, const struct group *,
	    n + 1);
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		roots[i] = group_root(groups, n, &groups[i]);

	for (size_t i = 0; i < n; i++) {
		const struct group *g = &groups[i];
		const struct group *root = roots[i];

		if (root != g && roots[root - groups] == root)
			continue;
		memcpy(sorted + at, g->v, g->n * sizeof *g->v);
		at += g->n;
		for (size_t j = 0; j < n; j++) {
			const struct group *k = &groups[j];

			if (j == i || root != g || roots[j] != g)
				continue;
			for (size_t x = 0; x < k->n; x++) {
				sorted[at] = k->v[x];
				sorted[at].f.follows = k->v[x].root->f.id;
				sorted[at++].f.follows_title =
				    k->v[x].root->f.problem_title;
			}
		}
	}
}

void
rank_findings(struct arena *a, struct scored *v, size_t n)
{
	struct group *groups = arena_array(a, struct group, n + 1);
	struct scored *sorted = arena_array(a, struct scored, n + 1);
	size_t ngroups = 0;

	if (n == 0)
		return;
	qsort(v, n, sizeof *v, cmp_problem_then_rank);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n; j++)
			if (!str_eq(v[i].f.problem, v[j].f.problem))
				break;
		groups[ngroups++] = group_rank(a, v + i, j - i);
	}
	roots_find(v, n);
	qsort(groups, ngroups, sizeof *groups, cmp_groups);
	groups_place(a, sorted, groups, ngroups);
	memcpy(v, sorted, n * sizeof *v);
}
