/*
 * From what somebody has in hand to readings, articles and a diagnosis.
 *
 *	decoding_read(a, &given, &d);		codes and facts: no rules
 *	if (decoding_wants_rules(&d))
 *		decoding_judge(a, rules, &given, &d);
 */
#ifndef EVTRIAGE_TRIAGE_DECODING_H
#define EVTRIAGE_TRIAGE_DECODING_H

#include "base/arena.h"
#include "model/decoding.h"
#include "rules/rules.h"

struct given {
	struct str	text;		/* UTF-8; may hold anything */
	struct str	provider;	/* empty: not known */
	bool		has_id;
	uint16_t	id;
};

/* Fills d (cleared first); everything lives in a. */
void		decoding_read(struct arena *a, const struct given *g,
		    struct decoding *d);
/* Is there an event in it that rules could say something about? */
bool		decoding_wants_rules(const struct decoding *d);
/* Adds articles and, where provider and id are known, the report. */
void		decoding_judge(struct arena *a, const struct ruleset *rs,
		    struct decoding *d);

#endif
