/*
 * Reading inputs in whatever process does it, telling what is learnt as
 * bytes (harvest.h).
 */
#ifndef EVTRIAGE_SRC_TRIAGE_READER_H
#define EVTRIAGE_SRC_TRIAGE_READER_H

#include "base/source.h"
#include "log/log.h"
#include "rules/rules.h"

struct reader;
struct reader_how {
	const struct ruleset	*rules;
	log_opener		*open;
	bool			 explain;	/* tell why events do not fit */
	/* Takes a piece of the harvest. */
	void			(*tell)(void *ctx, const void *p, size_t n);
	/*
	 * "I am about to look at record number n", counted through all
	 * inputs of this reader; true: leave it out, *why.  NULL: none is.
	 */
	bool			(*at)(void *ctx, uint64_t n, struct str *why);
	void			*ctx;
};

/* In arena a; reader_free gives back what does not lie there. */
struct reader	*reader_new(struct arena *a, const struct reader_how *how);
void		 reader_free(struct reader *t);

/* One log to its end. */
void		 reader_input(struct reader *t, struct source *s,
		    struct str path);
/* An input that cannot even be opened. */
void		 reader_missed(struct reader *t, struct str path,
		    const char *why);
/* An input whose events come from elsewhere. */
void		 reader_begin(struct reader *t, struct str path);
void		 reader_event(struct reader *t, const struct event *e);
void		 reader_end(struct reader *t);

/* Records are counted from 0 again: another job. */
void		 reader_restart(struct reader *t);

/* How a triage reads (triage.c). */
struct triage;
const struct reader_how *triage_how(const struct triage *t);

/* Are these names of one computer?  "SRV1" and "SRV1.corp.example" are. */
bool		 same_computer(struct str a, struct str b);

#endif
