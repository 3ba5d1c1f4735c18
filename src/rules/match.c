/*
 * Matching one event against all clauses of all rules.  Clauses are
 * indexed by event id, so that a rule costs nothing for events that it
 * does not ask for; clauses that take any id of a provider (is there such
 * a product?) by the length of the provider's name.
 *
 * A log repeats itself: which clauses ask for a provider's events of one
 * id is found once and remembered, so that names are not compared for
 * every record.
 */
#include <string.h>
#include "rules/rule.h"

struct link {
	const struct clause	*clause;
	const struct selector	*selector;
	const struct link	*next;
};

/* The clauses that ask for the events of one provider and id, each once,
 * in the order in which they are tried. */
struct memo {
	size_t			 nprovider, nsource;
	uint16_t		 id;
	const struct clause	**v;
	size_t			 n, cap;
	size_t			 nid;	/* the first of v: those that name
					 * the id */
	char			 text[];	/* provider, source */
};

/* Ranges of so many ids or more stand in a chain of their own. */
enum { RANGE_MOST = 64, LENGTHS = 64, IDS = 1024, MEMOS = 512,
    MEMO_TEXT = 120 };

struct index {
	struct arena		*a;
	uint64_t		 named[65536 / 64];	/* ids, as bits */
	const struct link	*by_id[IDS];		/* by id % IDS */
	const struct link	*any_id[LENGTHS];	/* by length of name */
	const struct link	*globs;			/* any id, any name */
	const struct link	*wide;			/* wide ranges of ids */
	struct memo		*memos[MEMOS];
	struct memo		 other;		/* whose names are longer */
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

/* A clause's links stand behind those of the clauses before it. */
static void
selector_add(struct index *ix, const struct clause *c,
    const struct selector *s)
{
	if (s->any_id && s->glob) {
		link_add(ix->a, &ix->globs, c, s);
	} else if (s->any_id) {
		link_add(ix->a, &ix->any_id[s->provider.n % LENGTHS], c, s);
	} else if (s->hi - s->lo >= RANGE_MOST) {
		link_add(ix->a, &ix->wide, c, s);
	} else {
		for (unsigned id = s->lo; id <= s->hi; id++) {
			link_add(ix->a, &ix->by_id[id % IDS], c, s);
			ix->named[id / 64] |= UINT64_C(1) << id % 64;
		}
	}
}

void
index_build(struct arena *a, struct ruleset *rs)
{
	struct index *ix = arena_new(a, struct index);

	ix->a = a;
	for (size_t i = rs->nclauses; i-- > 0;)
		for (const struct selector *s = rs->clauses[i]->selectors;
		    s != NULL; s = s->next)
			selector_add(ix, rs->clauses[i], s);
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

static void
memo_add(struct arena *a, struct memo *m, const struct link *l,
    const struct caller *who)
{
	for (; l != NULL; l = l->next) {
		size_t i = 0;

		if (!link_fits(l, who))
			continue;
		/* An event satisfies a clause once, though several of its
		 * selectors may fit it. */
		while (i < m->n && m->v[i] != l->clause)
			i++;
		if (i < m->n)
			continue;
		m->v = arena_grow(a, m->v, m->n, &m->cap, sizeof *m->v);
		m->v[m->n++] = l->clause;
	}
}

static const struct memo *
memo_fill(struct index *ix, struct memo *m, const struct caller *who)
{
	size_t provider = who->provider.n % LENGTHS;
	size_t source = who->source.n % LENGTHS;

	m->n = 0;
	memo_add(ix->a, m, ix->by_id[who->id % IDS], who);
	memo_add(ix->a, m, ix->wide, who);
	m->nid = m->n;
	memo_add(ix->a, m, ix->globs, who);
	memo_add(ix->a, m, ix->any_id[provider], who);
	if (who->source.n > 0 && source != provider)
		memo_add(ix->a, m, ix->any_id[source], who);
	return m;
}

static bool
memo_is(const struct memo *m, const struct caller *who)
{
	return m->id == who->id && m->nprovider == who->provider.n &&
	    m->nsource == who->source.n &&
	    memcmp(m->text, who->provider.p, who->provider.n) == 0 &&
	    (who->source.n == 0 || memcmp(m->text + who->provider.n,
	    who->source.p, who->source.n) == 0);
}

/* The newest takes the place: logs of more providers than there is room
 * for are only slower. */
static const struct memo *
memo_get(const struct ruleset *rs, const struct caller *who)
{
	struct index *ix = rs->index;
	struct str p = who->provider, s = who->source;
	struct memo **slot;

	if (p.n == 0 || p.n > MEMO_TEXT || s.n > MEMO_TEXT - p.n)
		return memo_fill(ix, &ix->other, who);
	slot = &ix->memos[(who->id * (size_t)31 + p.n * 7 + s.n +
	    (unsigned char)p.p[p.n - 1] +
	    (size_t)3 * (unsigned char)p.p[p.n / 2]) % MEMOS];
	if (*slot != NULL && memo_is(*slot, who))
		return *slot;
	if (*slot == NULL)
		*slot = arena_alloc(ix->a, sizeof **slot + MEMO_TEXT);
	(*slot)->id = who->id;
	(*slot)->nprovider = p.n;
	(*slot)->nsource = s.n;
	memcpy((*slot)->text, p.p, p.n);
	if (s.n > 0)
		memcpy((*slot)->text + p.n, s.p, s.n);
	return memo_fill(ix, *slot, who);
}

bool
rules_want(const struct ruleset *rs, struct str provider, struct str source,
    uint16_t id)
{
	const struct caller who = { provider, source, id };
	const struct index *ix = rs->index;

	return (ix->wide != NULL || (ix->named[id / 64] >> id % 64 & 1)) &&
	    memo_get(rs, &who)->nid > 0;
}

static bool
chain_wants(const struct link *l, const struct caller *who)
{
	while (l != NULL && !link_fits(l, who))
		l = l->next;
	return l != NULL;
}

bool
rules_want_all(const struct ruleset *rs, struct str provider,
    struct str source)
{
	const struct caller who = { provider, source, 0 };
	const struct index *ix = rs->index;

	return chain_wants(ix->globs, &who) ||
	    chain_wants(ix->any_id[provider.n % LENGTHS], &who) ||
	    (source.n > 0 && chain_wants(ix->any_id[source.n % LENGTHS],
	    &who));
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

/* Tries the clauses in their order; the one that the event satisfies next,
 * from the *i-th on, or NULL. */
static const struct clause *
satisfied(const struct memo *m, size_t n, size_t *i, struct view *v,
    struct observer *o)
{
	while (*i < n) {
		const struct clause *c = m->v[(*i)++];
		int failed;

		v->parts = c->parts;
		failed = clause_failed(c, v);
		if (o != NULL)
			observe_try(o, c, failed);
		if (failed < 0)
			return c;
	}
	return NULL;
}

bool
rules_match(const struct ruleset *rs, const struct event *e,
    const struct facts *f, bool all, struct observer *o)
{
	const struct caller who = { e->provider, e->source, e->id };
	const struct memo *m = memo_get(rs, &who);
	size_t n = all ? m->n : m->nid, i = 0;
	struct view v = { e, f, NULL };
	const struct clause *c;
	bool any = false;

	while ((c = satisfied(m, n, &i, &v, o)) != NULL) {
		struct hit h = observe_keys(c, &v);

		observe(o, &h, &v, 0);
		any = true;
	}
	return any;
}

/* What an event satisfied, in order. */
struct matches {
	uint64_t	 saying;
	struct hit	*v;
	size_t		 n, cap;
};

struct matches *
rules_matches(struct arena *a, const struct ruleset *rs,
    const struct event *e, const struct facts *f, uint64_t saying)
{
	const struct caller who = { e->provider, e->source, e->id };
	const struct memo *m = memo_get(rs, &who);
	bool all = rules_want_all(rs, e->provider, e->source);
	struct matches *found = arena_new(a, struct matches);
	size_t n = all ? m->n : m->nid, i = 0;
	struct view v = { e, f, NULL };
	const struct clause *c;

	found->saying = saying;
	while ((c = satisfied(m, n, &i, &v, NULL)) != NULL) {
		found->v = arena_grow(a, found->v, found->n, &found->cap,
		    sizeof *found->v);
		found->v[found->n++] = observe_keys(c, &v);
	}
	return found;
}

static bool
clause_asks(const struct clause *c, const char *fact)
{
	for (const struct test *t = c->tests; t != NULL; t = t->next)
		if (str_is(t->fact, fact) || str_is(t->other, fact))
			return true;
	for (const struct part *p = c->parts; p != NULL; p = p->next)
		if (str_is(p->of, fact))
			return true;
	return str_find(c->group, fact, 0) != SIZE_MAX ||
	    str_find(c->join, fact, 0) != SIZE_MAX ||
	    str_find(c->distinct, fact, 0) != SIZE_MAX;
}

bool
rules_ask(const struct ruleset *rs, const struct event *e, const char *fact)
{
	const struct caller who = { e->provider, e->source, e->id };
	const struct memo *m = memo_get(rs, &who);

	for (size_t i = 0; i < m->n; i++)
		if (clause_asks(m->v[i], fact))
			return true;
	return false;
}

bool
matches_show(const struct matches *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].clause->nshows > 0)
			return true;
	return false;
}

bool
rules_match_again(struct matches *m, const struct event *e,
    const struct facts *f, struct observer *o)
{
	struct view v = { e, f, NULL };

	for (size_t i = 0; i < m->n; i++)
		observe(o, &m->v[i], &v, m->saying);
	return m->n > 0;
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

	for (const struct link *l = rs->index->by_id[e->id % IDS]; l != NULL;
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

	for (const struct link *l = rs->index->by_id[id % IDS]; l != NULL;
	    l = l->next) {
		bool known = id < l->selector->lo || id > l->selector->hi;

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
