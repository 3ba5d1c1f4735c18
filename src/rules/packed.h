/*
 * Observations as bytes.  Who reads a log packs them, in a process that may
 * have been turned against us; who folds them unpacks them and believes
 * nothing: every reader here is sticky (base/span.h) and refuses what the
 * packer does not write.
 */
#ifndef EVTRIAGE_SRC_RULES_PACKED_H
#define EVTRIAGE_SRC_RULES_PACKED_H

#include "base/out.h"
#include "rules/rule.h"

/*
 * Ticks, each as differences to the one before; keys (hashes of 64 bits)
 * that were met before as one byte.  A packing begins anew, with nothing
 * before, where tick_packer_reset is called: every batch stands alone.
 */
enum { TICK_KEYS = 128 };
struct tick_coder {
	uint64_t	seq, time;
	uint64_t	keys[TICK_KEYS];	/* met lately, by hash */
};
struct tick_packer {
	struct out		to;
	struct tick_coder	coder;
};
void		tick_pack(struct tick_packer *p, const struct tick *t);
/* What was packed stays where it is until the next tick. */
void		tick_packer_reset(struct tick_packer *p);
/* The next tick; clauses are below nclauses.  All but input and boot. */
void		rd_tick(struct rd *r, struct tick_coder *c, size_t nclauses,
		    struct tick *t);

void		detail_pack(struct out *o, const struct detail *d);
/* Texts are borrowed from what is read or lie in a; the path of the input
 * is the caller's to say. */
void		rd_detail(struct rd *r, struct arena *a,
		    const struct ruleset *rs, struct detail *d);

void		tried_pack(struct out *o, uint32_t clause,
		    const struct tried *t);
uint32_t	rd_tried(struct rd *r, size_t nclauses, struct tried *t);

#endif
