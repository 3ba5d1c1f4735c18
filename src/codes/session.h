/*
 * The release of Windows as events print it.
 */
#ifndef EVTRIAGE_SRC_CODES_SESSION_H
#define EVTRIAGE_SRC_CODES_SESSION_H

#include "codes/add.h"

struct release {
	uint64_t	major, minor, build, sp;
	bool		has_sp;
};

/* "5.02." or "10.00" into major and minor. */
bool		release_version(struct str s, struct release *r);
/* "3790", perhaps with a dot behind it. */
bool		release_build(struct str s, struct release *r);
/* "Service Pack 6" or "Service Pack 6, RC 1.5" into sp. */
bool		release_sp(struct str s, struct release *r);
/* The facts os.major, os.minor, os.build and, if has_sp, os.sp. */
void		release_add(struct adding *d, const struct release *r);
/* os.* from the inventory in the data of EventLog 6013. */
void		release_inventory(struct adding *d);

#endif
