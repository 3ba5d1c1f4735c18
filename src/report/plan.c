/* See plan.h. */
#include <stdlib.h>
#include "base/arena.h"
#include "report/plan.h"

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

static const struct host **
host_find(const struct plan *s, struct str computer)
{
	struct host named = { .computer = computer };
	const struct host *key = &named;

	return bsearch(&key, s->hosts, s->report->nhosts, sizeof *s->hosts,
	    cmp_host);
}

static void
plan_tell(struct plan *s)
{
	for (size_t i = 0; i < s->nbundles; i++) {
		const struct host **h = host_find(s,
		    s->bundles[i].v[0]->computer);

		if (h != NULL)
			s->told[*h - s->report->hosts] = true;
	}
}

struct plan
plan_of(struct arena *a, const struct report *r)
{
	const struct finding **f = arena_array(a, const struct finding *,
	    r->nfindings + 1);
	struct plan s = {
		.report = r,
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
	plan_tell(&s);
	return s;
}

const struct host *
plan_host(const struct plan *s, const struct bundle *b, struct host *named)
{
	const struct host **h = host_find(s, b->v[0]->computer);

	*named = (struct host){
		.computer = b->v[0]->computer,
		.os = os_none(),
	};
	return h != NULL ? *h : named;
}

size_t
plan_rivals(const struct bundle *b, size_t i)
{
	size_t j = i + 1;

	while (j < b->n && str_eq(b->v[i]->problem, b->v[j]->problem))
		j++;
	return j - i;
}

uint64_t
plan_problems(const struct plan *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->nbundles; i++)
		for (size_t j = 0; j < s->bundles[i].n;
		    j += plan_rivals(&s->bundles[i], j))
			n++;
	return n;
}

uint64_t
plan_count(const struct finding *const *f, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i]->count > most)
			most = f[i]->count;
	return most;
}

static bool
same_event(const struct evidence *a, const struct evidence *b)
{
	return a->offset == b->offset && a->record_id == b->record_id &&
	    str_eq(a->input, b->input);
}

bool
plan_shown_before(const struct finding *const *f, size_t i, size_t j)
{
	const struct evidence *e = &f[i]->evidence[j];

	for (size_t k = 0; k <= i; k++) {
		size_t n = k < i ? f[k]->nevidence : j;

		for (size_t l = 0; l < n; l++)
			if (same_event(&f[k]->evidence[l], e))
				return true;
	}
	return false;
}

const struct finding *
plan_remedy(const struct finding *const *f, size_t n)
{
	return f[0]->nremedy == 0 && f[n - 1]->symptom ? f[n - 1] : f[0];
}
