/*
 * Text of rules with values filled in.  Between braces stands
 *
 *	count first last computer	of the finding
 *	FACT				of the newest anchor event
 *	NAME:FACT			of the event clause called NAME
 *
 * and behind it |symbol or |meaning for what the code book says of the
 * value, |causes or |steps for what it says of a bug check.  What is not
 * known is filled in as "unknown".
 */
#include <inttypes.h>
#include <string.h>
#include "base/clock.h"
#include "rules/rule.h"

static const struct fact *
evidence_fact(const struct evidence *e, struct str name)
{
	for (size_t i = 0; e != NULL && i < e->nfacts; i++)
		if (str_is(name, e->facts[i].name))
			return &e->facts[i];
	return NULL;
}

/* The newest event of the case that the clause name asks for ("" is the
 * anchor) and that has this fact. */
static const struct fact *
case_fact(const struct case_file *c, struct str clause, struct str name)
{
	bool anchor = clause.n == 0 || str_eq(clause, c->rule->anchor->name);
	const struct fact *f = NULL;
	struct instance in;

	for (size_t i = c->n; f == NULL && i-- > 0;) {
		if (anchor) {
			f = evidence_fact(observe_evidence(c->obs,
			    case_anchor(c, i)), name);
			continue;
		}
		(void)tree_holds(c->rule->anchor, c->rule->when, c->tracks,
		    case_anchor(c, i), &in);
		for (size_t j = 0; f == NULL && j < in.ncompanions; j++)
			f = evidence_fact(observe_evidence(c->obs,
			    in.companion[j]), name);
	}
	return f;
}

/* What the code book says, if it does. */
static struct str
in_book(const char *s)
{
	return str_of(s != NULL ? s : "(not in the code book)");
}

static struct str
listed(struct arena *a, const char *const *v)
{
	struct str out = { "", 0 };

	if (v == NULL || *v == NULL)
		return in_book(NULL);
	for (; *v != NULL; v++)
		out = arena_fmt(a, "%.*s%s%s", (int)out.n, out.p,
		    out.n > 0 ? "; " : "", *v);
	return out;
}

/* What the code book says of a fact; false when nothing is asked. */
static bool
fill_known(struct arena *a, struct str want, const struct fact *f,
    struct str *out)
{
	if (str_is(want, "symbol"))
		*out = in_book(f->symbol);
	else if (str_is(want, "meaning"))
		*out = in_book(f->meaning);
	else if (str_is(want, "causes"))
		*out = listed(a, f->advice != NULL ? f->advice->causes : NULL);
	else if (str_is(want, "steps"))
		*out = listed(a, f->advice != NULL ? f->advice->steps : NULL);
	else
		return false;
	return true;
}

static struct str
moment(struct arena *a, uint64_t t)
{
	return t == 0 ? str_of("unknown") : clock_people(a, t);
}

static struct str
fill_value(struct arena *a, struct str key, const struct case_file *c)
{
	size_t bar = str_find(key, "|", 0), colon;
	struct str want = { "", 0 }, clause = { "", 0 }, v;
	const struct fact *f;

	if (str_is(key, "count"))
		return arena_fmt(a, "%" PRIu64, case_count(c));
	if (str_is(key, "computer"))
		return c->host->computer;
	if (str_is(key, "first"))
		return moment(a, case_anchor(c, 0)->time);
	if (str_is(key, "last"))
		return moment(a, case_anchor(c, c->n - 1)->time);
	if (bar != SIZE_MAX) {
		want = str_sub(key, bar + 1, key.n);
		key = str_sub(key, 0, bar);
	}
	colon = str_find(key, ":", 0);
	if (colon != SIZE_MAX) {
		clause = str_sub(key, 0, colon);
		key = str_sub(key, colon + 1, key.n);
	}
	f = case_fact(c, clause, key);
	if (f == NULL)
		return str_of("unknown");
	return fill_known(a, want, f, &v) ? v : fact_text(a, f);
}

struct str
fill(struct arena *a, struct str pattern, const struct case_file *c)
{
	struct str out = { "", 0 };
	size_t at = 0;

	for (;;) {
		size_t open = str_find(pattern, "{", at);
		size_t close = open == SIZE_MAX ? SIZE_MAX :
		    str_find(pattern, "}", open);
		struct str lead, v;

		if (close == SIZE_MAX)
			break;
		lead = str_sub(pattern, at, open - at);
		v = fill_value(a, str_sub(pattern, open + 1, close - open - 1),
		    c);
		out = arena_join(a, arena_join(a, out, lead), v);
		at = close + 1;
	}
	if (at == 0)
		return pattern;
	return arena_join(a, out, str_sub(pattern, at, pattern.n));
}
