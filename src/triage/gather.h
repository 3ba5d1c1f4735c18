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
	struct interned		 constants;	/* of all details */
	struct interned		 names;		/* of all summaries */
};
void		gathered_init(struct gathered *g, struct arena *a,
		    const struct ruleset *rs);
/* What does not lie in the arena. */
void		gathered_free(struct gathered *g);

/*
 * Take in a whole harvest (harvest.h): what is kept of it is copied.
 * False when it is not what a reader tells: nothing of it is taken then.
 */
bool		gather(struct gathered *g, struct span harvest);

#endif
