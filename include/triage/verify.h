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
	void	(*difference)(void *ctx, const struct difference *d);
	/* Everything in c is good until this returns. */
	void	(*end)(void *ctx, const struct comparison *c);
	void	*ctx;
};

void		verify_input(struct source *s, struct str path,
		    const struct verify_ops *ops);

#endif
