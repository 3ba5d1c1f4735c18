/*
 * How findings of one computer are told: problem by problem, each with its
 * rivals.  And what a document says of all computers before it comes to the
 * first: of each problem a line, since what is concluded of a computer is
 * gone with the next (model/finding.h).
 */
#ifndef EVTRIAGE_REPORT_PLAN_H
#define EVTRIAGE_REPORT_PLAN_H

#include "base/arena.h"
#include "base/interned.h"
#include "model/finding.h"

/* How many findings from f[i] on, of n, explain the same problem. */
size_t		plan_rivals(const struct finding *f, size_t n, size_t i);
/* How many problems they speak of. */
size_t		plan_problems(const struct finding *f, size_t n);
/* How often the problem of these n findings was seen, and when last. */
uint64_t	plan_count(const struct finding *f, size_t n);
uint64_t	plan_last(const struct finding *f, size_t n);
struct str	plan_title(const struct finding *f);
/* Is the j-th event of the i-th finding one of an earlier finding, or
 * stands it further up in its own? */
bool		plan_shown_before(const struct finding *f, size_t i,
		    size_t j);
/* Whose remedy is told: that of the best explanation; where it gives none,
 * that of the symptom. */
const struct finding *plan_remedy(const struct finding *f, size_t n);

/* A problem and its best explanation. */
struct plan_row {
	enum severity	severity;
	enum confidence	confidence;
	struct str	computer, title, rule;
	uint64_t	count, last;
};
struct plan {
	struct arena	*a;
	struct interned	 titles;
	struct plan_row	*rows;
	size_t		 nrows, cap;
	size_t		 nfindings;
	size_t		 nsilent;	/* computers without a finding */
};
/* Lives in a; computers are added in their order. */
struct plan	plan_begin(struct arena *a);
void		plan_add(struct plan *s, const struct host *h,
		    const struct concluded *c);

#endif
