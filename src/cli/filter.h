/*
 * Which events are wanted: by time, id, provider, channel, computer and
 * level.  An event must satisfy every kind that was asked for.
 */
#ifndef EVTRIAGE_SRC_CLI_FILTER_H
#define EVTRIAGE_SRC_CLI_FILTER_H

#include "log/log.h"
#include "model/event.h"

/* Shell globs, of which one must match; case is ignored. */
struct globs {
	struct str	v[16];
	size_t		n;
};

struct filter {
	bool		has_from, has_to;
	uint64_t	from, to;	/* FILETIME, both included */
	uint64_t	last;		/* span before the newest event; 0 */
	bool		has_ids;
	uint8_t		ids[65536 / 8];	/* bit map */
	uint32_t	levels;		/* bits 0 to 31; 0: all */
	struct globs	provider, channel, computer;
};

/* The arguments of options; false when they are malformed. */
bool	filter_from(struct filter *f, const char *arg);
bool	filter_to(struct filter *f, const char *arg);
bool	filter_last(struct filter *f, const char *arg);
bool	filter_ids(struct filter *f, const char *arg);	/* 51,2019-2021 */
bool	filter_levels(struct filter *f, const char *arg); /* error,1-3 */
bool	filter_glob(struct globs *g, const char *arg);

/* Does an ident help to decide? */
bool	filter_asks_ident(const struct filter *f);
/* Can this record be wanted?  False only when it surely is not. */
bool	filter_ident(const struct filter *f, const struct ident *id);
bool	filter_event(const struct filter *f, const struct event *e);
/* Makes of `last` a `from`: newest is the time of the newest event. */
void	filter_newest(struct filter *f, uint64_t newest);

#endif
