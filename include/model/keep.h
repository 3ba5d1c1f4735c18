/*
 * Copies that live longer than what they were made in.
 */
#ifndef EVTRIAGE_MODEL_KEEP_H
#define EVTRIAGE_MODEL_KEEP_H

#include "base/interned.h"
#include "model/finding.h"

/* A copy that borrows nothing but what is the rule's (remedy, references),
 * the host's (computer) and the input's (path).  It lies in the arena of t,
 * which has its texts: those of thousands of findings are mostly the same. */
struct finding	finding_keep(struct interned *t, const struct finding *f);

/* The report concludes what is given: v[i] of the host i. */
void		report_concluded(struct report *r, struct concluded *v);
/* From now on it has what it concludes in a: what it was made of is not
 * asked again.  Near misses are not kept. */
void		report_keep(struct arena *a, struct report *r);

#endif
