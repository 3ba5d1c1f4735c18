/*
 * What two independent readers of one log say differently, and the written
 * list of what is known to be wrong in the second one (libevtx 20181227).
 * A difference that the list does not explain is a bug of ours until it is
 * proved otherwise.
 */
#ifndef EVTRIAGE_MODEL_VERIFY_H
#define EVTRIAGE_MODEL_VERIFY_H

#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "model/event.h"
#include "model/input.h"

enum divergence {
	DIV_UNEXPLAINED,
	DIV_LITERAL, DIV_ENTITY, DIV_UNESCAPED, DIV_SIZET, DIV_NEGATIVE,
	DIV_RENDERING, DIV_NON_BMP, DIV_NULL, DIV_HEX, DIV_REAL,
	DIV_TIME, DIV_SURROGATE, DIV_BOM, DIV_NUL,
	DIV_BLANK, DIV_BREAK, DIV_REFUSED, DIV_FAILED,
	DIV_LIMIT, DIV_CUT, DIV_MENDED,
	DIVERGENCES
};

/* Short name ("sizet") and one sentence; constant. */
const char	*divergence_name(enum divergence d);
const char	*divergence_text(enum divergence d);

/* One difference. */
struct difference {
	uint64_t	offset, record;	/* record: as its header numbers it */
	struct str	field;		/* "record": all of it */
	struct str	ours, theirs;	/* values as read */
	enum divergence	why;
};

/* Two readings of one input. */
struct comparison {
	struct str	path;
	const char	*format;	/* NULL: no log */
	bool		compared;	/* there is a second reader for it */
	bool		complete;	/* the first reader read it whole */
	uint64_t	ours, theirs;	/* records */
	uint64_t	equal, differing;
	uint64_t	only_ours, only_theirs;
	uint64_t	why[DIVERGENCES];	/* differences by cause */
	const struct problem *problems;	/* of both readers */
	size_t		nproblems;
};

/*
 * Where two readings of one event differ: calls add for every field, in
 * the order of the event, and returns how many there were.  Values live in
 * a or in the events.
 */
typedef void	difference_add(void *ctx, const struct difference *d);
size_t		verify_events(struct arena *a, const struct event *ours,
		    const struct event *theirs, difference_add *add,
		    void *ctx);

#endif
