/*
 * Copies that live longer than what they were made in.
 */
#ifndef EVTRIAGE_MODEL_KEEP_H
#define EVTRIAGE_MODEL_KEEP_H

#include "base/arena.h"
#include "model/finding.h"

/* A copy in a that borrows nothing but what is the rule's (remedy,
 * references), the host's (computer) and the input's (path). */
struct finding	finding_keep(struct arena *a, const struct finding *f);

#endif
