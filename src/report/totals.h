/*
 * What a whole report adds up to; every renderer says the same.
 */
#ifndef EVTRIAGE_REPORT_TOTALS_H
#define EVTRIAGE_REPORT_TOTALS_H

#include "model/finding.h"

struct totals {
	uint64_t	inputs, incomplete;
	uint64_t	events;		/* records read or recovered */
	uint64_t	matched;
	uint64_t	hosts;
	uint64_t	problems;	/* those not kept included */
};

struct totals	totals_of(const struct report *r);

#endif
