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
#include <inttypes.h>
#include <string.h>
#include "rules/rule.h"

enum { CONFIRM = 3 };

bool
log_is_there(const struct host *h, const struct clause *c)
{
	for (size_t i = 0; i < h->nchannels; i++)
		if (str_caseeq(h->channels[i], c->log))
			return true;
	return c->log.n == 0;
}

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

static bool
companion_of(const struct instance *in, const struct rule *r,
    const struct clause *c)
{
	for (size_t i = 0; i < in->ncompanions; i++)
		if (in->companion[i]->clause == c->number)
			return true;
	return r->anchor == c;
}

/* Absence is known only where the log reaches: a time after the anchor
 * must be over, and the log that would hold the event must be there. */
static enum result
absence(const struct case_file *c, const struct node *n)
{
	const struct tick *anchor = case_anchor(c, c->n - 1);
	const struct clause *k = n->clause;
	enum result r = RESULT_MET;

	for (const struct node *x = n->child; x != NULL; x = x->next)
		if (absence(c, x) == RESULT_UNKNOWN)
			r = RESULT_UNKNOWN;
	if (n->kind != NODE_EVENT)
		return r;
	if (k->scope.side == SIDE_AFTER && k->scope.kind == SCOPE_TIME &&
	    anchor->time + k->scope.span > c->host->last)
		return RESULT_UNKNOWN;
	return log_is_there(c->host, k) ? r : RESULT_UNKNOWN;
}

/* Conditions of the tree that hold for the newest instance. */
static void
tree_conditions(struct tally_up *u, const struct node *n,
    const struct case_file *c, const struct instance *newest)
{
	switch (n->kind) {
	case NODE_EVENT:
		if (companion_of(newest, c->rule, n->clause))
			condition_add(u, clause_says(u->a, n->clause),
			    RESULT_MET, n->clause->weight);
		return;
	case NODE_NONE:
		condition_add(u, n->says, absence(c, n), 1);
		return;
	case NODE_ALL:
	case NODE_ANY:
	case NODE_SEQUENCE:
		break;
	}
	for (const struct node *x = n->child; x != NULL; x = x->next)
		tree_conditions(u, x, c, newest);
}

/* Any one alternative is enough; the best result stands for all. */
static enum result
gates_conclude(struct tally_up *u, const struct case_file *c)
{
	struct str says;
	int weight;
	enum result r = gates_result(u->a, c, &says, &weight);

	condition_add(u, says, r, weight);
	return r;
}

static const struct tick *
support_seen(const struct case_file *c, const struct support *s)
{
	const struct tick *t = NULL;

	if (s->clause == NULL)
		return NULL;
	for (size_t i = c->n; t == NULL && i-- > 0;) {
		const struct tick *anchor = case_anchor(c, i);

		t = range_run(track_range(&c->tracks[s->clause->number],
		    s->clause, anchor), s->clause, anchor);
	}
	return t;
}

static enum result
support_result(const struct case_file *c, const struct support *s)
{
	if (s->computers == 0)
		return support_seen(c, s) != NULL ? RESULT_MET :
		    log_is_there(c->host, s->clause) ? s->missing :
		    RESULT_UNKNOWN;
	for (size_t i = c->n; i-- > 0;)
		if (elsewhere_count(c->around, c->rule,
		    case_anchor(c, i)->time, s->scope.span) >=
		    s->computers)
			return RESULT_MET;
	return c->around->nall > s->computers ? s->missing : RESULT_UNKNOWN;
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
evidence_of(struct arena *a, const struct ruleset *rs,
    const struct evidence *kept, const struct tick *t)
{
	const struct clause *c = rs->clauses[t->clause];
	struct evidence e = *kept;
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
	const struct evidence *kept;

	if (t == NULL || l->n == CAP_EVIDENCE)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->t[i]->rest->input == t->rest->input &&
		    l->t[i]->seq == t->seq)
			return;
	kept = observe_evidence(c->obs, t);
	if (kept == NULL)
		return;
	l->t[l->n] = t;
	l->v[l->n++] = evidence_of(a, c->rs, kept, t);
}

/* The newest instance whole, its supports, then older anchors. */
static void
evidence_collect(struct arena *a, const struct case_file *c,
    const struct instance *newest, struct finding *f)
{
	struct evidence_list *l = arena_new(a, struct evidence_list);

	evidence_add(a, c, l, case_anchor(c, c->n - 1));
	for (size_t i = 0; i < newest->ncompanions; i++)
		evidence_add(a, c, l, newest->companion[i]);
	for (const struct support *s = c->rule->supports; s != NULL;
	    s = s->next)
		evidence_add(a, c, l, support_seen(c, s));
	for (size_t i = c->n; i-- > 0;)
		evidence_add(a, c, l, case_anchor(c, i));
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
		int32_t boot = case_anchor(c, i)->boot;

		if (i == 0 || boot != last)
			n++;
		last = boot;
	}
	return n;
}

/* Is there a run of so many instances within the time? */
static bool
escalates(const struct case_file *c, const struct escalate *e)
{
	if (e->per == 0)
		return case_count(c) >= e->min;
	for (size_t i = 0; i + e->min <= c->n; i++)
		if (tick_apart(case_anchor(c, i),
		    case_anchor(c, i + e->min - 1)) <= e->per)
			return true;
	return false;
}

static enum severity
severity_of(const struct case_file *c)
{
	enum severity s = c->rule->info.severity;

	for (const struct escalate *e = c->rule->escalate; e != NULL;
	    e = e->next)
		if (e->severity > s && escalates(c, e))
			s = e->severity;
	return s;
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
	f->severity = severity_of(c);
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
		uint64_t t = case_anchor(c, i)->time;

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
	struct instance newest;
	bool excluded;

	memset(out, 0, sizeof *out);
	out->rule = r;
	(void)tree_holds(r->anchor, r->when, c->tracks,
	    case_anchor(c, c->n - 1), &newest);
	tree_conditions(&u, r->when, c, &newest);
	excluded = r->gates != NULL &&
	    gates_conclude(&u, c) == RESULT_UNMET && !r->keep;
	for (const struct support *s = r->supports; s != NULL; s = s->next)
		condition_add(&u, s->says, support_result(c, s), s->weight);
	for (const struct check *k = r->checks; k != NULL; k = k->next)
		condition_add(&u, k->text, exhibit_result(
		    c->around->exhibits, k), k->weight);
	if (c->harmless > 0)
		condition_add(&u, arena_fmt(a, "%" PRIu64 "%s %s harmless: "
		    "%.*s", c->harmless, c->all_harmless ? "" : " further",
		    c->harmless == 1 ? "event is" : "events are",
		    (int)c->benign->says.n, c->benign->says.p),
		    RESULT_MET, 0);
	finding_text(a, c, f);
	finding_times(c, f);
	evidence_collect(a, c, &newest, f);
	f->conditions = u.v;
	f->nconditions = u.n;
	f->confidence = confidence_of(r, &u);
	out->met = u.met;
	out->unknown = u.unknown;
	out->unmet = u.unmet;
	return !excluded;
}
