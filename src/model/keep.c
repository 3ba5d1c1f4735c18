/* Copies that live longer than what they were made in. */
#include <string.h>
#include "model/keep.h"

static const char *
cstr_keep(struct interned *t, const char *s)
{
	return s == NULL ? NULL : interned_str(t, str_of(s)).p;
}

static void
fact_keep(struct interned *t, struct fact *f)
{
	bool same = f->label == f->name;

	f->name = cstr_keep(t, f->name);
	f->label = same ? f->name : cstr_keep(t, f->label);
	f->text = interned_str(t, f->text);
	f->symbol = cstr_keep(t, f->symbol);
	f->meaning = cstr_keep(t, f->meaning);
	f->note = interned_str(t, f->note);
}

static void
evidence_keep(struct interned *t, struct evidence *e)
{
	struct fact *facts = arena_array(t->a, struct fact, e->nfacts);
	uint32_t *words = arena_array(t->a, uint32_t, e->nwords);

	if (e->nfacts > 0)
		memcpy(facts, e->facts, e->nfacts * sizeof *facts);
	if (e->nwords > 0)
		memcpy(words, e->words, e->nwords * sizeof *words);
	for (size_t i = 0; i < e->nfacts; i++)
		fact_keep(t, &facts[i]);
	e->provider = interned_str(t, e->provider);
	e->facts = facts;
	e->words = words;
}

struct finding
finding_keep(struct interned *t, const struct finding *f)
{
	struct condition *conditions = arena_array(t->a, struct condition,
	    f->nconditions);
	struct evidence *evidence = arena_array(t->a, struct evidence,
	    f->nevidence);
	struct finding k = *f;

	k.id = arena_str(t->a, f->id);
	k.problem = interned_str(t, f->problem);
	k.problem_title = interned_str(t, f->problem_title);
	k.follows = interned_str(t, f->follows);
	k.follows_title = interned_str(t, f->follows_title);
	k.title = interned_str(t, f->title);
	k.diagnosis = interned_str(t, f->diagnosis);
	k.cause = interned_str(t, f->cause);
	for (size_t i = 0; i < f->nconditions; i++) {
		conditions[i] = f->conditions[i];
		conditions[i].text = interned_str(t, f->conditions[i].text);
	}
	k.conditions = conditions;
	for (size_t i = 0; i < f->nevidence; i++) {
		evidence[i] = f->evidence[i];
		evidence_keep(t, &evidence[i]);
	}
	k.evidence = evidence;
	return k;
}

static const struct concluded *
given(void *ctx, size_t host)
{
	const struct concluded *v = ctx;

	return &v[host];
}

void
report_concluded(struct report *r, struct concluded *v)
{
	r->conclude = given;
	r->ctx = v;
}

void
report_keep(struct arena *a, struct report *r)
{
	struct concluded *v = arena_array(a, struct concluded, r->nhosts);
	struct interned texts = interned_new(a);

	for (size_t i = 0; i < r->nhosts; i++) {
		const struct concluded *c = r->conclude(r->ctx, i);
		struct finding *f = arena_array(a, struct finding,
		    c->nfindings);

		for (size_t j = 0; j < c->nfindings; j++)
			f[j] = finding_keep(&texts, &c->findings[j]);
		v[i] = (struct concluded){ .findings = f,
		    .nfindings = c->nfindings };
	}
	report_concluded(r, v);
}
