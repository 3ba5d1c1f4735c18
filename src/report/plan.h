/*
 * In which order a report is told: computer by computer, worst first, and
 * of each its problems.  Findings come sorted, worst problem first; here
 * they are only gathered by computer, which keeps their order.
 */
#ifndef EVTRIAGE_REPORT_PLAN_H
#define EVTRIAGE_REPORT_PLAN_H

#include "base/arena.h"
#include "model/finding.h"

/* The findings of one computer: v[0] .. v[n - 1]. */
struct bundle {
	const struct finding *const *v;
	size_t		 n;
};

/* Computers by name, and bundles by their worst finding. */
struct plan {
	const struct report *report;
	const struct host **hosts;
	bool		*told;		/* a finding speaks of it: by index in
					 * the report */
	struct bundle	*bundles;
	size_t		 nbundles;
};

/* Lives in a. */
struct plan	plan_of(struct arena *a, const struct report *r);
/* The computer of b; *named filled with its name when the report has no
 * such computer. */
const struct host *plan_host(const struct plan *s, const struct bundle *b,
		    struct host *named);
/* How many findings from b->v[i] on explain the same problem. */
size_t		plan_rivals(const struct bundle *b, size_t i);
/* How often the problem of these n findings was seen. */
uint64_t	plan_count(const struct finding *const *f, size_t n);
/* Is the j-th event of the i-th finding one of an earlier finding, or
 * stands it further up in its own? */
bool		plan_shown_before(const struct finding *const *f, size_t i,
		    size_t j);
/* Whose remedy is told: that of the best explanation; where it gives none,
 * that of the symptom. */
const struct finding *plan_remedy(const struct finding *const *f, size_t n);
uint64_t	plan_problems(const struct plan *s);

#endif
