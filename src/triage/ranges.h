/*
 * One big file read by several workers: how inputs.c gives it out as a row of
 * jobs, a range of the log each, and makes one reading of what they give.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_RANGES_H
#define EVTRIAGE_SRC_TRIAGE_RANGES_H

#include "base/out.h"
#include "log/log.h"
#include "triage/pool.h"

/* The file that is given out: ranges from here on are still to come. */
struct giving {
	struct job		 job;	/* of each; the descriptor is kept for
					 * the last */
	struct log_range	 next;
	uint64_t		 bytes;	/* of the file, not given out */
	uint64_t		 passed;	/* of all, never given out */
	bool			 on;
	struct out		 note;
};

/* The file whose ranges come in. */
struct joining {
	uint64_t		 tag;
	bool			 any, over;
	uint64_t		 due;	/* where the next one has to begin */
	bool			 ended;	/* the present one has said where: */
	uint64_t		 end;
};

/* From now on j, a file of so many bytes, is given out. */
void		giving_begin(struct giving *g, const struct job *j,
		    uint64_t bytes, uint64_t step);
/* Its next range; false: there are no more. */
bool		giving_next(struct giving *g, const struct joining *in,
		    struct job *j);
/* Nobody wants the rest. */
void		giving_end(struct giving *g);
/* The range of a job, by its note; false: it is a whole file. */
bool		range_read(struct str note, struct log_range *r);
/* Is what comes from this range wanted? */
bool		joining_wants(struct joining *in, uint64_t tag,
		    const struct log_range *r);
/* What the worker says: false, no sound one says it. */
bool		joining_end(struct joining *in, const struct log_range *r,
		    struct span message);

#endif
