/*
 * Matching one event against all clauses of all rules.  Clauses are
 * indexed by event id, so that a rule costs nothing for events that it
 * does not ask for; clauses that take any id of a provider (is there such
 * a product?) by the length of the provider's name.
 */
#include <string.h>
#include "rules/rule.h"

struct link {
	const struct clause	*clause;
	const struct selector	*selector;
	const struct link	*next;
};

/* Ranges of so many ids or more stand in a chain of their own. */
enum { RANGE_MOST = 64, LENGTHS = 64 };

struct index {
	const struct link	*by_id[65536];
	const struct link	*any_id[LENGTHS];	/* by length of name */
	const struct link	*globs;			/* any id, any name */
	const struct link	*wide;			/* wide ranges of ids */
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
			if (s->any_id && s->glob) {
				link_add(a, &ix->globs, c, s);
				continue;
			}
			if (s->any_id) {
				link_add(a, &ix->any_id[s->provider.n %
				    LENGTHS], c, s);
				continue;
			}
			if (s->hi - s->lo >= RANGE_MOST) {
				link_add(a, &ix->wide, c, s);
				continue;
			}
			for (unsigned id = s->lo; id <= s->hi; id++)
				link_add(a, &ix->by_id[id], c, s);
		}
	}
	rs->index = ix;
}

/* What an event is looked up by. */
struct caller {
	struct str	provider, source;
	uint16_t	id;
};

static bool
name_fits(const struct selector *s, struct str have)
{
	return have.n > 0 && (s->glob ? str_glob(have, s->provider) :
	    str_caseeq(s->provider, have));
}

static bool
link_fits(const struct link *l, const struct caller *who)
{
	const struct selector *s = l->selector;

	if (!s->any_id && (who->id < s->lo || who->id > s->hi))
		return false;
	return name_fits(s, who->provider) || name_fits(s, who->source);
}

static bool
chain_wants(const struct link *l, const struct caller *who)
{
	for (; l != NULL; l = l->next)
		if (link_fits(l, who))
			return true;
	return false;
}

/* From ANY_ID on those for any id. */
enum { ANY_ID = 2, CHAINS = 5 };

/* The chains that an event can be in. */
static size_t
chains_of(const struct index *ix, const struct caller *who,
    const struct link *v[CHAINS])
{
	size_t n = 0, source = who->source.n % LENGTHS;

	v[n++] = ix->by_id[who->id];
	v[n++] = ix->wide;
	v[n++] = ix->globs;
	v[n++] = ix->any_id[who->provider.n % LENGTHS];
	if (who->source.n > 0 && source != who->provider.n % LENGTHS)
		v[n++] = ix->any_id[source];
	return n;
}

bool
rules_want(const struct ruleset *rs, struct str provider, struct str source,
    uint16_t id)
{
	const struct caller who = { provider, source, id };

	return chain_wants(rs->index->by_id[id], &who) ||
	    chain_wants(rs->index->wide, &who);
}

bool
rules_want_all(const struct ruleset *rs, struct str provider,
    struct str source)
{
	const struct caller who = { provider, source, 0 };
	const struct link *v[CHAINS];
	size_t n = chains_of(rs->index, &who, v);

	for (size_t i = ANY_ID; i < n; i++)
		if (chain_wants(v[i], &who))
			return true;
	return false;
}

/* The number of the first test that fails, -1 when all hold.  What stands
 * in a <none> must be ruled out: there a test that is open counts. */
static int
clause_failed(const struct clause *c, const struct view *v)
{
	int i = 0;

	for (const struct test *t = c->tests; t != NULL; t = t->next, i++)
		if (!test_holds(t, v) && !(c->absent && test_open(t, v)))
			return i;
	return -1;
}

/* Does an earlier link name the same clause?  An event satisfies a clause
 * once, though several selectors may fit it. */
static bool
clause_done(const struct link *const *v, size_t chain,
    const struct link *here, const struct caller *who)
{
	for (size_t i = 0; i <= chain; i++)
		for (const struct link *l = v[i]; l != NULL && l != here;
		    l = l->next)
			if (l->clause == here->clause && link_fits(l, who))
				return true;
	return false;
}

static bool
link_match(const struct link *l, const struct event *e,
    const struct facts *f, struct observer *o)
{
	struct view v = { e, f, l->clause->parts };
	int failed = clause_failed(l->clause, &v);

	observe_try(o, l->clause, failed);
	if (failed >= 0)
		return false;
	observe(o, l->clause, &v);
	return true;
}

bool
rules_match(const struct ruleset *rs, const struct event *e,
    const struct facts *f, bool all, struct observer *o)
{
	const struct caller who = { e->provider, e->source, e->id };
	const struct link *v[CHAINS];
	size_t n = all ? chains_of(rs->index, &who, v) : ANY_ID;
	bool any = false;

	if (!all) {
		v[0] = rs->index->by_id[e->id];
		v[1] = rs->index->wide;
	}

	for (size_t i = 0; i < n; i++)
		for (const struct link *l = v[i]; l != NULL; l = l->next)
			if (link_fits(l, &who) &&
			    !clause_done(v, i, l, &who))
				any = link_match(l, e, f, o) || any;
	return any;
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
	const struct caller who = { e->provider, e->source, e->id };
	size_t n = 0;

	for (const struct link *l = rs->index->by_id[e->id]; l != NULL;
	    l = l->next) {
		struct view view = { e, f, l->clause->parts };
		bool known = false;

		if (l->clause->tests == NULL || !link_fits(l, &who) ||
		    clause_failed(l->clause, &view) >= 0)
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
