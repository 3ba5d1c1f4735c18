/*
 * The line that every release writes into the text of a STOP, whatever
 * the language around it:
 *
 *	0x0000007f (0x00000008, 0x00000000, 0x00000000, 0x00000000)
 */
#ifndef EVTRIAGE_SRC_CODES_STOP_H
#define EVTRIAGE_SRC_CODES_STOP_H

#include "base/str.h"

struct stop {
	uint32_t	code;
	uint64_t	p[4];
	int		np;	/* parameters that were printed, 1..4 */
};

/* The first such line in s; false if there is none. */
bool		stop_parse(struct str s, struct stop *stop);
/* The build in "[v15.1381]" or "(v15.1381)", which NT and 2000 print
 * behind the line. */
bool		stop_build(struct str s, uint64_t *build);
/* The path of the dump: s as a whole, or what of it runs from a drive
 * letter to ".dmp"; empty if neither. */
struct str	stop_dump(struct str s);
/* Does the documentation call parameter i of that bug check an
 * NTSTATUS? */
bool		stop_is_status(uint32_t code, int i, uint64_t p1);

#endif
