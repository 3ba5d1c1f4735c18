/*
 * A sum of bytes that come in pieces, cut anywhere.  Bytes that are changed,
 * missing or in another place show in it.  It finds mistakes, not lies: who
 * wants to can make other bytes of the same sum.  Made while bytes are copied
 * it costs next to nothing, where a CRC of what lies in the cache costs more
 * than the copy.
 */
#ifndef EVTRIAGE_BASE_SUM_H
#define EVTRIAGE_BASE_SUM_H

#include <stddef.h>
#include <stdint.h>

enum { SUM_LANES = 8, SUM_BLOCK = 8 * SUM_LANES };

/* All zero at the start. */
struct sum {
	uint64_t	n;			/* bytes */
	uint64_t	lanes[SUM_LANES];	/* of blocks: Fletcher's */
	uint64_t	sums[SUM_LANES];	/* two sums, modulo 2^64 */
	uint8_t		rest[SUM_BLOCK];	/* no block yet */
};

void		sum_add(struct sum *s, const void *p, size_t n);
/* The same of what is copied, read once; they do not overlap. */
void		sum_copy(struct sum *s, void *to, const void *from, size_t n);
/* Of all bytes so far. */
uint64_t	sum_end(const struct sum *s);

#endif
