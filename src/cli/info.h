/*
 * What the worker of info says of a log.  In the row of pieces of a job
 * (triage/inputs.h), for each log:
 *
 *	SENT_LOOK	its path: all up to SENT_LOOKED is about it
 *	text		its harvest (triage/harvest.h), of no rules
 *	SENT_NAMED	one name and how many events have it
 *	problems
 *	SENT_LOOKED	all the numbers
 */
#ifndef EVTRIAGE_SRC_CLI_INFO_H
#define EVTRIAGE_SRC_CLI_INFO_H

#include "log/log.h"
#include "report/info.h"
#include "triage/inputs.h"

enum { SENT_LOOK = SENT_MESSAGE, SENT_NAMED, SENT_LOOKED };

/* In the worker: one for all its jobs. */
struct looking {
	log_opener	*open;
	struct work	*w;
	uint64_t	 records;	/* of the job */
	struct reader	*reader;	/* made with the first job */
	struct arena	 a, file, event;
};
/* The half of struct inputs_ops that runs there; ctx is the looking. */
void	look_begin(struct looking *k, struct work *w);
void	look_log(struct looking *k, struct source *s, struct str path);
void	look_free(struct looking *k);

/* The counts of one kind of name; NULL: there is no such kind. */
struct info_counts *info_counts(struct info *i, uint64_t kind);
/* Reads SENT_LOOKED; ranges of missing records are copied into a.  False
 * when it is none. */
bool	info_unpack(struct arena *a, struct span message, struct info *i,
	    size_t *lost);

#endif
