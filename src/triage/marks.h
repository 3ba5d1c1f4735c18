/*
 * The marks of one computer, in order: how many there are does not matter,
 * as long as they are of one log that was written in order.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_MARKS_H
#define EVTRIAGE_SRC_TRIAGE_MARKS_H

#include "triage/computer.h"

struct marks {
	struct unpacked	*u;
	struct arena	*a;
	struct interned	 texts;
	/* The first that tells of a start. */
	bool		 starts;
	struct mark	 first;
	/* In order they are unpacked one by one: */
	bool		 ordered;
	const struct part *part;	/* the next one */
	struct mark_coder coder;
	struct rd	 r;		/* in the one before */
	uint32_t	 input;		/* ... of this log */
	struct mark	 one;
	/* Else all of them, and sorted. */
	struct mark	*v;
	size_t		 n, cap, at;
};
/* What they say lies in a. */
void		marks_open(struct marks *k, struct unpacked *u,
		    struct arena *a);
/* Good until the next; NULL at the end.  twin: the mark that the same record
 * made when it was read from another file, or NULL. */
struct mark	*marks_next(struct marks *k, const struct mark **twin);

#endif
