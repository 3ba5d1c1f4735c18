/*
 * How much there is to be read, for who watches: a second walk beside the
 * first, which opens no file and does a little at a time, so that nothing
 * waits for it.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_SURVEY_H
#define EVTRIAGE_SRC_TRIAGE_SURVEY_H

#include "triage/inputs.h"

struct survey;

/* In arena a; survey_free gives back what does not lie there. */
struct survey	*survey_new(struct arena *a, char *const *paths, size_t n,
		    const struct inputs_ops *ops);
/* Some more of it; fills in known, all_files, all_bytes when it is over. */
void		 survey_go_on(struct survey *s, struct pool_far *f);
void		 survey_free(struct survey *s);

#endif
