/*
 * Putting harvests together: inputs, problems, computers.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_GATHER_H
#define EVTRIAGE_SRC_TRIAGE_GATHER_H

#include "model/input.h"
#include "rules/rules.h"
#include "triage/computer.h"

struct gathered {
	struct arena		*a;
	const struct ruleset	*rs;
	struct computer		**computers;
	size_t			 ncomputers, computers_cap;
	struct computer		*newest;	/* found last */
	struct input		*inputs;
	size_t			 ninputs, inputs_cap;
	struct problems		 problems;
};

/*
 * Take in a whole harvest (harvest.h), copied.  False when it is not what a
 * reader tells: nothing of it is taken then.
 */
bool		gather(struct gathered *g, struct span harvest);

#endif
