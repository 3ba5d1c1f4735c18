/*
 * Where a rule applies: release, build, service pack, server or client,
 * 32 or 64 bits, role.  Three-valued: what the log does not say is unknown,
 * neither yes nor no.
 */
#include "rules/rule.h"

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

/* A product that writes to the log is there; one that does not may only
 * be silent. */
static enum result
role_result(const struct host *h, struct str role)
{
	for (size_t i = 0; i < h->nroles; i++)
		if (str_is(role, h->roles[i]))
			return RESULT_MET;
	return role.n == 0 ? RESULT_MET : RESULT_UNKNOWN;
}

static enum result
gate_result(const struct gate *g, const struct os *os, const struct host *h)
{
	enum result r = within(os->major, g->major, g->major);

	r = worse(r, within(os->minor, g->minor, g->minor));
	r = worse(r, within(os->build, g->build_lo, g->build_hi));
	r = worse(r, within(os->sp, g->sp_lo, g->sp_hi));
	r = worse(r, within(os->server, g->server, g->server));
	if (g->bits != 0)
		r = worse(r, os->bits == 0 ? RESULT_UNKNOWN :
		    within(os->bits, g->bits, g->bits));
	return worse(r, role_result(h, g->role));
}

/* The operating system at the time of the event, else what the computer
 * is known to run. */
static struct os
case_os(const struct case_file *c)
{
	int32_t boot = case_anchor(c, c->n - 1)->boot;
	struct os os = os_none();

	if (boot >= 0 && (size_t)boot < c->host->nboots &&
	    c->host->boots[boot].os != NULL)
		os = *c->host->boots[boot].os;
	os_merge(&os, &c->host->os);
	os_complete(&os);
	return os;
}

static struct str
gates_say(struct arena *a, const struct gate *g)
{
	struct str says = g->says;

	for (g = g->next; g != NULL; g = g->next)
		says = arena_fmt(a, "%.*s, or %.*s", (int)says.n, says.p,
		    (int)g->says.n, g->says.p);
	return says;
}

/* Any one alternative is enough; the best result stands for all. */
enum result
gates_result(struct arena *a, const struct case_file *c, struct str *says,
    int *weight)
{
	struct os os = case_os(c);
	enum result best = RESULT_UNMET, r;
	const struct gate *which = c->rule->gates;

	for (const struct gate *g = c->rule->gates; g != NULL &&
	    best != RESULT_MET; g = g->next) {
		r = gate_result(g, &os, c->host);
		if (r == RESULT_MET ||
		    (r == RESULT_UNKNOWN && best == RESULT_UNMET)) {
			best = r;
			which = g;
		}
	}
	*says = best == RESULT_MET ? which->says :
	    gates_say(a, c->rule->gates);
	*weight = which->weight;
	if (best != RESULT_UNKNOWN && os.source != NULL)
		*says = arena_fmt(a, "%.*s (from %s)", (int)says->n, says->p,
		    os.source);
	return best;
}
