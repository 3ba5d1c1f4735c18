/*
 * A set of texts (or other short bytes), numbered from 1 in the order in
 * which they came: what is said often is kept, or sent, once.
 */
#ifndef EVTRIAGE_BASE_INTERNED_H
#define EVTRIAGE_BASE_INTERNED_H

#include "base/arena.h"

struct interned {
	struct arena	*a;		/* where the texts lie */
	struct str	*v;		/* v[number - 1], a NUL behind each */
	size_t		 n, cap;
	uint32_t	*slots;		/* numbers by hash, 0 is free */
	size_t		 width;
	uint64_t	 seed;		/* of the hash */
};

struct interned	interned_new(struct arena *a);
/* The number of s, which is copied when it is not there yet. */
uint32_t	interned_add(struct interned *t, struct str s);
/* The one copy of s. */
struct str	interned_str(struct interned *t, struct str s);

#endif
