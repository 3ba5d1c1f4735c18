/*
 * Text that is made before its turn: squeezed, in memory, and no more of it
 * than there is room for.
 */
#ifndef EVTRIAGE_SRC_REPORT_SPOOL_H
#define EVTRIAGE_SRC_REPORT_SPOOL_H

#include "base/arena.h"
#include "base/out.h"

struct spool_piece;
struct spool {
	struct arena		*a;	/* where it lies */
	struct out		 plain;	/* where to write it */
	struct spool_piece	*first, *last;
	size_t			 n;	/* bytes of these, squeezed */
};
/* For a stream of that kind. */
struct spool	spool_new(struct arena *a, const struct out *like);
/* Between two things written: false says that it is full. */
bool		spool_settle(struct spool *s);
/* All of it; none is there then. */
void		spool_write(struct spool *s, struct out *to);

#endif
