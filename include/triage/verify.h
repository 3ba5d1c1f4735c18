/*
 * Reading an input with both readers and comparing what they say, as it
 * comes: memory does not grow with the log.
 */
#ifndef EVTRIAGE_TRIAGE_VERIFY_H
#define EVTRIAGE_TRIAGE_VERIFY_H

#include "base/source.h"
#include "model/verify.h"

struct verify_ops {
	void	(*begin)(void *ctx, struct str path);
	/* The next record is about to be read; true: leave it out, and why
	 * (work_at of triage/pool.h).  Has the user had enough?  Both may
	 * be NULL. */
	bool	(*at)(void *ctx, struct str *why);
	bool	(*stopped)(void *ctx);
	void	(*difference)(void *ctx, const struct difference *d);
	/* Everything in c is good until this returns. */
	void	(*end)(void *ctx, const struct comparison *c);
	void	*ctx;
};

void		verify_input(struct source *s, struct str path,
		    const struct verify_ops *ops);

#endif
