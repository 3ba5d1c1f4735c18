/*
 * Matching one event against all clauses of all rules.  Clauses are
 * indexed by event id, so that a rule costs nothing for events that it
 * does not ask for; clauses that take any id of a provider (is there such
 * a product?) stand in a chain of their own.
 */
#include <string.h>
#include "rules/rule.h"

struct link {
	const struct clause	*clause;
	const struct selector	*selector;
	const struct link	*next;
};

struct index {
	const struct link	*by_id[65536];
	const struct link	*any_id;
};

static void
link_add(struct arena *a, const struct link **chain, const struct clause *c,
    const struct selector *s)
{
	struct link *l = arena_new(a, struct link);

	l->clause = c;
	l->selector = s;
	l->next = *chain;
	*chain = l;
}

void
index_build(struct arena *a, struct ruleset *rs)
{
	struct index *ix = arena_new(a, struct index);

	for (size_t i = rs->nclauses; i-- > 0;) {
		const struct clause *c = rs->clauses[i];

		for (const struct selector *s = c->selectors; s != NULL;
		    s = s->next) {
			if (s->any_id) {
				link_add(a, &ix->any_id, c, s);
				continue;
			}
			for (unsigned id = s->lo; id <= s->hi; id++)
				link_add(a, &ix->by_id[id], c, s);
		}
	}
	rs->index = ix;
}

static bool
link_from(const struct link *l, struct str provider, struct str source)
{
	struct str want = l->selector->provider;

	return str_caseeq(want, provider) ||
	    (source.n > 0 && str_caseeq(want, source));
}

static bool
chain_wants(const struct link *l, struct str provider, struct str source)
{
	for (; l != NULL; l = l->next)
		if (link_from(l, provider, source))
			return true;
	return false;
}

bool
rules_want(const struct ruleset *rs, struct str provider, struct str source,
    uint16_t id)
{
	return chain_wants(rs->index->by_id[id], provider, source);
}

bool
rules_want_all(const struct ruleset *rs, struct str provider,
    struct str source)
{
	return chain_wants(rs->index->any_id, provider, source);
}

static bool
clause_holds(const struct clause *c, const struct event *e,
    const struct facts *f)
{
	for (const struct test *t = c->tests; t != NULL; t = t->next)
		if (!test_holds(t, e, f))
			return false;
	return true;
}

/* Does an earlier link of the chain name the same clause?  An event
 * satisfies a clause once, though several selectors may fit it. */
static bool
clause_done(const struct link *from, const struct link *here,
    const struct event *e)
{
	for (; from != here; from = from->next)
		if (from->clause == here->clause &&
		    link_from(from, e->provider, e->source))
			return true;
	return false;
}

static bool
chain_match(const struct link *chain, const struct event *e,
    const struct facts *f, const struct place *at, struct observations *o)
{
	bool any = false;

	for (const struct link *l = chain; l != NULL; l = l->next) {
		if (!link_from(l, e->provider, e->source) ||
		    clause_done(chain, l, e) || !clause_holds(l->clause, e, f))
			continue;
		observe(o, l->clause, e, f, at);
		any = true;
	}
	return any;
}

bool
rules_match(const struct ruleset *rs, const struct event *e,
    const struct facts *f, const struct place *at, struct observations *o)
{
	bool any = chain_match(rs->index->by_id[e->id], e, f, at, o);

	return chain_match(rs->index->any_id, e, f, at, o) || any;
}

/* Room for one more, and not there yet? */
static bool
may_add(size_t n, size_t cap, bool known)
{
	return !known && n < cap;
}

size_t
rules_fitting(const struct ruleset *rs, const struct event *e,
    const struct facts *f, const struct rule **v, size_t cap)
{
	size_t n = 0;

	for (const struct link *l = rs->index->by_id[e->id]; l != NULL;
	    l = l->next) {
		bool known = false;

		if (l->clause->tests == NULL ||
		    !link_from(l, e->provider, e->source) ||
		    !clause_holds(l->clause, e, f))
			continue;
		for (size_t i = 0; i < n; i++)
			known = known || v[i] == l->clause->rule;
		if (may_add(n, cap, known))
			v[n++] = l->clause->rule;
	}
	return n;
}

size_t
rules_providers(const struct ruleset *rs, uint16_t id, struct str *v,
    size_t cap)
{
	size_t n = 0;

	for (const struct link *l = rs->index->by_id[id]; l != NULL;
	    l = l->next) {
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known = known || str_caseeq(v[i],
			    l->selector->provider);
		if (may_add(n, cap, known))
			v[n++] = l->selector->provider;
	}
	return n;
}

bool
rules_about_previous(const struct ruleset *rs, uint32_t clause)
{
	return rs->clauses[clause]->previous;
}
