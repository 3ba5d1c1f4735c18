/*
 * Events that say what others said before, word by word.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_ECHO_H
#define EVTRIAGE_SRC_TRIAGE_ECHO_H

#include "base/arena.h"
#include "log/log.h"
#include "rules/rules.h"
#include "triage/sighting.h"

/* What came of one of them; good for all, see likeness in log/log.h.  What
 * is looked at first comes first: echoes lie scattered. */
struct echo {
	size_t			 nlikeness, nrest;
	struct matches		*matches;
	const struct lesson	*lesson;	/* or NULL */
	const struct facts	*facts;
	uint64_t		**times;	/* in its facts, of the event */
	size_t			 ntimes;
	bool			 never;	/* not good for others after all */
	struct event		 event;	/* record, time, record id: the last
					 * one's; fields where needed */
	uint8_t			 likeness[];	/* and its rest */
};

/* Kept ones, and hashes of likenesses seen lately. */
enum { ECHOES = 2048, ECHOES_SEEN = 2048, ECHOES_BESIDE = 4 };
struct echoes {
	struct arena	 arena;
	uint64_t	 sayings;	/* numbered, over all logs */
	struct {
		uint32_t	 tag;	/* of the hash */
		struct echo	*echo;	/* NULL: free */
	}		 kept[ECHOES];
	uint32_t	 seen[ECHOES_SEEN][ECHOES_BESIDE];
};

/* Another log: likenesses are those of one. */
void		 echoes_forget(struct echoes *x);
/*
 * The echo of a likeness, its event set to this one, or NULL.  *keep: it
 * has come before; echo_keep is then asked to keep what it is.
 */
struct echo	*echo_find(struct echoes *x, const struct likeness *k,
		    const struct record *at, bool *keep);
/* For the event and its facts, which are copied; returns what it matches. */
struct matches	*echo_keep(struct echoes *x, const struct likeness *k,
		    const struct event *e, const struct facts *f,
		    const struct ruleset *rs);

#endif
