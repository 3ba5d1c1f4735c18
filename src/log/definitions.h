/*
 * Template definitions met before, in other chunks of the log.
 */
#ifndef EVTRIAGE_SRC_LOG_DEFINITIONS_H
#define EVTRIAGE_SRC_LOG_DEFINITIONS_H

#include "log/program.h"

/* A name that a definition refers to by its place in the chunk. */
struct name_ref {
	uint32_t	at;		/* of the reference, in the tokens */
	bool		here;		/* the name is stored behind it */
	struct span	name;		/* its hash, length, text, NUL */
};

struct definitions;
/* Both live in a. */
struct definitions *definitions_new(struct arena *a);
/* The program of the tokens, the reader at their begin, if they have been
 * met before; else NULL. */
const struct program *definition_again(const struct definitions *d,
		    struct rd tokens, struct chunk *c);
/* Keeps the tokens and their program for later chunks and returns what was
 * kept; NULL when there is no room. */
const struct program *definition_keep(struct definitions *d,
		    struct rd tokens, const struct name_ref *refs,
		    size_t nrefs, const struct program *p);

#endif
