/* Copies that live longer than what they were made in. */
#include <string.h>
#include "model/keep.h"

static const char *
cstr_keep(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_cstr(a, str_of(s));
}

static void
fact_keep(struct arena *a, struct fact *f)
{
	bool same = f->label == f->name;

	f->name = cstr_keep(a, f->name);
	f->label = same ? f->name : cstr_keep(a, f->label);
	f->text = arena_str(a, f->text);
	f->symbol = cstr_keep(a, f->symbol);
	f->meaning = cstr_keep(a, f->meaning);
	f->note = arena_str(a, f->note);
}

static void
evidence_keep(struct arena *a, struct evidence *e)
{
	struct fact *facts = arena_array(a, struct fact, e->nfacts);
	uint32_t *words = arena_array(a, uint32_t, e->nwords);

	if (e->nfacts > 0)
		memcpy(facts, e->facts, e->nfacts * sizeof *facts);
	if (e->nwords > 0)
		memcpy(words, e->words, e->nwords * sizeof *words);
	for (size_t i = 0; i < e->nfacts; i++)
		fact_keep(a, &facts[i]);
	e->provider = arena_str(a, e->provider);
	e->facts = facts;
	e->words = words;
}

struct finding
finding_keep(struct arena *a, const struct finding *f)
{
	struct condition *conditions = arena_array(a, struct condition,
	    f->nconditions);
	struct evidence *evidence = arena_array(a, struct evidence,
	    f->nevidence);
	struct finding k = *f;

	k.id = arena_str(a, f->id);
	k.problem = arena_str(a, f->problem);
	k.problem_title = arena_str(a, f->problem_title);
	k.follows = arena_str(a, f->follows);
	k.follows_title = arena_str(a, f->follows_title);
	k.title = arena_str(a, f->title);
	k.diagnosis = arena_str(a, f->diagnosis);
	k.cause = arena_str(a, f->cause);
	for (size_t i = 0; i < f->nconditions; i++) {
		conditions[i] = f->conditions[i];
		conditions[i].text = arena_str(a, f->conditions[i].text);
	}
	k.conditions = conditions;
	for (size_t i = 0; i < f->nevidence; i++) {
		evidence[i] = f->evidence[i];
		evidence_keep(a, &evidence[i]);
	}
	k.evidence = evidence;
	return k;
}
