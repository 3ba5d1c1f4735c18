/* See plan.h. */
#include "report/plan.h"

size_t
plan_rivals(const struct finding *f, size_t n, size_t i)
{
	size_t j = i + 1;

	while (j < n && str_eq(f[i].problem, f[j].problem))
		j++;
	return j - i;
}

size_t
plan_problems(const struct finding *f, size_t n)
{
	size_t problems = 0;

	for (size_t i = 0; i < n; i += plan_rivals(f, n, i))
		problems++;
	return problems;
}

uint64_t
plan_count(const struct finding *f, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i].count > most)
			most = f[i].count;
	return most;
}

uint64_t
plan_last(const struct finding *f, size_t n)
{
	uint64_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i].last > last)
			last = f[i].last;
	return last;
}

struct str
plan_title(const struct finding *f)
{
	return f->problem_title.n > 0 ? f->problem_title : f->title;
}

static bool
same_event(const struct evidence *a, const struct evidence *b)
{
	return a->offset == b->offset && a->record_id == b->record_id &&
	    str_eq(a->input, b->input);
}

bool
plan_shown_before(const struct finding *f, size_t i, size_t j)
{
	const struct evidence *e = &f[i].evidence[j];

	for (size_t k = 0; k <= i; k++) {
		size_t n = k < i ? f[k].nevidence : j;

		for (size_t l = 0; l < n; l++)
			if (same_event(&f[k].evidence[l], e))
				return true;
	}
	return false;
}

const struct finding *
plan_remedy(const struct finding *f, size_t n)
{
	return f[0].nremedy == 0 && f[n - 1].symptom ? &f[n - 1] : &f[0];
}

struct plan
plan_begin(struct arena *a)
{
	return (struct plan){ .a = a, .titles = interned_new(a) };
}

void
plan_add(struct plan *s, const struct host *h, const struct concluded *c)
{
	const struct finding *f = c->findings;

	s->nfindings += c->nfindings;
	s->nsilent += c->nfindings == 0;
	for (size_t j = 0, n; j < c->nfindings; j += n) {
		n = plan_rivals(f, c->nfindings, j);
		s->rows = arena_grow(s->a, s->rows, s->nrows, &s->cap,
		    sizeof *s->rows);
		s->rows[s->nrows++] = (struct plan_row){ f[j].severity,
		    f[j].confidence, h->computer,
		    interned_str(&s->titles, plan_title(&f[j])), f[j].rule,
		    plan_count(f + j, n), plan_last(f + j, n) };
	}
}
