/* Landlock, the kernel's own file rights for processes without privileges
 * (Documentation/userspace-api/landlock.rst).  Part of seal.c. */
#ifndef EVTRIAGE_SRC_BASE_LANDLOCK_H
#define EVTRIAGE_SRC_BASE_LANDLOCK_H

#include <stdbool.h>

/* Takes every right that this kernel knows from this process and its
 * children; what is open already stays good.  False: not available. */
bool	landlock_enter(void);

#endif
