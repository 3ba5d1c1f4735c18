/*
 * From what was seen to a finding: the list of conditions with their
 * results, and the confidence computed from it.
 *
 *	a condition that is not met	-> possible
 *	nothing unknown			-> confirmed, if what was seen weighs
 *					   at least CONFIRM
 *	unknown ones			-> likely, if what is met weighs twice
 *					   what is unknown; else possible
 *
 * A symptom only repeats what was logged: it needs no weight.  Never more
 * than the rule's own at-most.  Weights: a whole data word
 * 3, a masked word, range or string 2, that an event is there 1; an
 * operating system gate 1 for each thing it asks (version, build, service
 * pack, kind); supports 1 and checks 2 unless the rule says otherwise.
 */
#include <string.h>
#include "rules/rule.h"

enum { CONFIRM = 3 };

struct tally_up {
	struct arena	*a;
	struct condition *v;
	size_t		 n, cap;
	int		 met, unknown;
	bool		 unmet;
};

static void
condition_add(struct tally_up *u, struct str text, enum result r, int weight)
{
	u->v = arena_grow(u->a, u->v, u->n, &u->cap, sizeof *u->v);
	u->v[u->n].text = text;
	u->v[u->n++].result = r;
	switch (r) {
	case RESULT_MET:
		u->met += weight;
		break;
	case RESULT_UNMET:
		u->unmet = true;
		break;
	case RESULT_UNKNOWN:
		u->unknown += weight;
		break;
	}
}

/* Conditions of the tree that hold for the newest instance. */
static void
tree_conditions(struct tally_up *u, const struct node *n,
    const struct instance *in)
{
	switch (n->kind) {
	case NODE_EVENT:
		if (n->clause->number == in->anchor->clause) {
			condition_add(u, clause_says(u->a, n->clause),
			    RESULT_MET, n->clause->weight);
			return;
		}
		for (size_t i = 0; i < in->ncompanions; i++)
			if (in->companion[i]->clause == n->clause->number) {
				condition_add(u, clause_says(u->a, n->clause),
				    RESULT_MET, n->clause->weight);
				return;
			}
		return;
	case NODE_NONE:
		condition_add(u, n->says, RESULT_MET, 1);
		return;
	case NODE_ALL:
	case NODE_ANY:
	case NODE_SEQUENCE:
		break;
	}
	for (const struct node *c = n->child; c != NULL; c = c->next)
		tree_conditions(u, c, in);
}

static enum result
worse(enum result a, enum result b)
{
	if (a == RESULT_UNMET || b == RESULT_UNMET)
		return RESULT_UNMET;
	return a == RESULT_UNKNOWN ? a : b;
}

static enum result
within(int value, int lo, int hi)
{
	if (lo == OS_UNKNOWN)
		return RESULT_MET;
	if (value == OS_UNKNOWN)
		return RESULT_UNKNOWN;
	return value >= lo && value <= hi ? RESULT_MET : RESULT_UNMET;
}

static enum result
gate_result(const struct gate *g, const struct os *os)
{
	enum result r = within(os->major, g->major, g->major);

	r = worse(r, within(os->minor, g->minor, g->minor));
	r = worse(r, within(os->build, g->build_lo, g->build_hi));
	r = worse(r, within(os->sp, g->sp_lo, g->sp_hi));
	return worse(r, within(os->server, g->server, g->server));
}

/* The operating system at the time of the event, else what the computer
 * is known to run. */
static struct os
case_os(const struct case_file *c)
{
	int32_t boot = c->instances[c->n - 1].anchor->boot;
	struct os os = os_none();

	if (boot >= 0 && (size_t)boot < c->host->nboots)
		os = c->host->boots[boot].os;
	os_merge(&os, &c->host->os);
	return os;
}

/* Any one alternative is enough; the best result stands for all. */
static enum result
gates_conclude(struct tally_up *u, const struct case_file *c)
{
	struct os os = case_os(c);
	enum result best = RESULT_UNMET, r;
	const struct gate *which = c->rule->gates;
	struct str says;

	for (const struct gate *g = c->rule->gates; g != NULL; g = g->next) {
		r = gate_result(g, &os);
		if (r == RESULT_MET ||
		    (r == RESULT_UNKNOWN && best == RESULT_UNMET)) {
			best = r;
			which = g;
		}
		if (r == RESULT_MET)
			break;
	}
	says = which->says;
	if (best != RESULT_MET)
		for (const struct gate *g = c->rule->gates; g != NULL;
		    g = g->next)
			says = g == c->rule->gates ? g->says :
			    arena_fmt(u->a, "%.*s, or %.*s", (int)says.n,
			    says.p, (int)g->says.n, g->says.p);
	if (best != RESULT_UNKNOWN && os.source != NULL)
		says = arena_fmt(u->a, "%.*s (from %s)", (int)says.n, says.p,
		    os.source);
	condition_add(u, says, best, which->weight);
	return best;
}

static const struct tick *
support_seen(const struct case_file *c, const struct support *s)
{
	const struct tick *t = NULL;

	for (size_t i = c->n; t == NULL && i-- > 0;)
		t = scope_nearest(&c->tracks[s->clause->number], s->scope,
		    c->instances[i].anchor);
	return t;
}

static enum confidence
confidence_of(const struct rule *r, const struct tally_up *u)
{
	enum confidence c = CONF_POSSIBLE;

	if (!u->unmet && u->unknown == 0)
		c = u->met >= CONFIRM || r->info.symptom ? CONF_CONFIRMED :
		    CONF_LIKELY;
	else if (!u->unmet && u->met >= 2 * u->unknown)
		c = CONF_LIKELY;
	return r->capped && c > r->at_most ? r->at_most : c;
}

/* Facts worth showing: those the clause tests or shows; when it names
 * none, all. */
static bool
fact_worth(const struct clause *c, const struct fact *f)
{
	for (const struct test *t = c->tests; t != NULL; t = t->next)
		if (str_is(t->fact, f->name))
			return true;
	for (size_t i = 0; i < c->nshows; i++)
		if (strcmp(c->shows[i], f->name) == 0)
			return true;
	return false;
}

static struct evidence
evidence_of(struct arena *a, const struct ruleset *rs, const struct detail *d,
    const struct tick *t)
{
	const struct clause *c = rs->clauses[t->clause];
	struct evidence e = d->evidence;
	struct fact *v = arena_array(a, struct fact, e.nfacts + 1);
	size_t n = 0;

	for (size_t i = 0; i < e.nfacts; i++)
		if (fact_worth(c, &e.facts[i]))
			v[n++] = e.facts[i];
	if (n > 0) {
		e.facts = v;
		e.nfacts = n;
	}
	return e;
}

struct evidence_list {
	struct evidence		v[CAP_EVIDENCE];
	const struct tick	*t[CAP_EVIDENCE];
	size_t			n;
};

static void
evidence_add(struct arena *a, const struct case_file *c,
    struct evidence_list *l, const struct tick *t)
{
	const struct detail *d;

	if (t == NULL || l->n == CAP_EVIDENCE)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->t[i]->input == t->input && l->t[i]->seq == t->seq)
			return;
	d = observe_detail(c->obs, t);
	if (d == NULL)
		return;
	l->t[l->n] = t;
	l->v[l->n++] = evidence_of(a, c->rs, d, t);
}

/* The newest instance whole, its supports, then older anchors. */
static void
evidence_collect(struct arena *a, const struct case_file *c,
    struct finding *f)
{
	struct evidence_list *l = arena_new(a, struct evidence_list);
	const struct instance *newest = &c->instances[c->n - 1];

	evidence_add(a, c, l, newest->anchor);
	for (size_t i = 0; i < newest->ncompanions; i++)
		evidence_add(a, c, l, newest->companion[i]);
	for (const struct support *s = c->rule->supports; s != NULL;
	    s = s->next)
		evidence_add(a, c, l, support_seen(c, s));
	for (size_t i = c->n; i-- > 0;)
		evidence_add(a, c, l, c->instances[i].anchor);
	f->evidence = l->v;
	f->nevidence = l->n;
}

uint64_t
case_count(const struct case_file *c)
{
	uint64_t n = 0;
	int32_t last = 0;

	if (!c->rule->per_boot)
		return c->n;
	for (size_t i = 0; i < c->n; i++) {
		int32_t boot = c->instances[i].anchor->boot;

		if (i == 0 || boot != last)
			n++;
		last = boot;
	}
	return n;
}

static void
finding_text(struct arena *a, const struct case_file *c, struct finding *f)
{
	const struct rule_info *i = &c->rule->info;

	f->rule = i->id;
	f->title = fill(a, i->title, c);
	f->problem = fill(a, i->problem, c);
	f->diagnosis = fill(a, i->diagnosis, c);
	f->cause = fill(a, i->cause, c);
	f->severity = i->severity;
	f->verdict = i->verdict;
	f->symptom = i->symptom;
	f->remedy = i->remedy;
	f->nremedy = i->nremedy;
	f->refs = i->refs;
	f->nrefs = i->nrefs;
	f->computer = c->host->computer;
	f->id = arena_fmt(a, "%.*s/%.*s/%.*s", (int)f->computer.n,
	    f->computer.p, (int)f->problem.n, f->problem.p, (int)f->rule.n,
	    f->rule.p);
}

static void
finding_times(const struct case_file *c, struct finding *f)
{
	f->first = UINT64_MAX;
	for (size_t i = 0; i < c->n; i++) {
		uint64_t t = c->instances[i].anchor->time;

		if (t < f->first)
			f->first = t;
		if (t > f->last)
			f->last = t;
	}
	f->count = case_count(c);
}

bool
conclude(struct arena *a, const struct case_file *c, struct scored *out)
{
	struct tally_up u = { .a = a };
	const struct rule *r = c->rule;
	struct finding *f = &out->f;

	memset(out, 0, sizeof *out);
	tree_conditions(&u, r->when, &c->instances[c->n - 1]);
	if (r->gates != NULL && gates_conclude(&u, c) == RESULT_UNMET &&
	    !r->keep)
		return false;
	for (const struct support *s = r->supports; s != NULL; s = s->next)
		condition_add(&u, s->says, support_seen(c, s) != NULL ?
		    RESULT_MET : s->missing, s->weight);
	for (const struct check *k = r->checks; k != NULL; k = k->next)
		condition_add(&u, k->text, RESULT_UNKNOWN, k->weight);
	finding_text(a, c, f);
	finding_times(c, f);
	evidence_collect(a, c, f);
	f->conditions = u.v;
	f->nconditions = u.n;
	f->confidence = confidence_of(r, &u);
	out->met = u.met;
	out->unknown = u.unknown;
	out->unmet = u.unmet;
	return true;
}
