/*
 * One line on the terminal that tells how far reading is, written again and
 * again in the same place and taken away at the end.
 */
#ifndef EVTRIAGE_SRC_CLI_PROGRESS_H
#define EVTRIAGE_SRC_CLI_PROGRESS_H

#include "base/arena.h"
#include "base/out.h"
#include "cli/cli.h"
#include "triage/pool.h"

/* Is there a terminal for it, that nothing else is printed to meanwhile? */
bool		progress_wanted(const struct options *o);
/* pool_options.watch */
void		progress_show(const struct pool_far *f);
/* Before anything else is written to standard error. */
void		progress_clear(void);

/*
 * What the line says, in at most `columns` columns: as many of its pieces
 * as fit.  rate: bytes a second, 0 when not known.
 *
 *	12 of 905 files, 34.5 of 169.2 MB, 45.3 MB/s, 3 s left, 2 not read:
 *	logs/System.evtx
 */
struct str	progress_line(struct arena *a, const struct pool_far *f,
		    double rate, size_t columns);

/* The rate, as it was in the last few seconds. */
struct progress_rate {
	uint64_t	ms, bytes;	/* when last asked */
	uint64_t	age;		/* ms that rate is made of */
	double		rate;		/* bytes a second */
};
double		progress_rate(struct progress_rate *r, uint64_t ms,
		    uint64_t bytes);

#endif
