/*
 * Which program this is: the build id that the linker made of its contents,
 * another for every other program.
 */
#ifndef EVTRIAGE_BASE_SELF_H
#define EVTRIAGE_BASE_SELF_H

#include "base/span.h"

/* Empty when it was linked without one. */
struct span	self_id(void);

#endif
