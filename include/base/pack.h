/*
 * Plain values as bytes: what one process tells another, and what is kept
 * of much.  Numbers are LEB128 (7 bits a byte, lowest first), so that small
 * ones are short; texts have their length in front.
 *
 * Reading trusts nothing: struct rd (base/span.h) is sticky, and what does
 * not fit its limit marks it bad.
 */
#ifndef EVTRIAGE_BASE_PACK_H
#define EVTRIAGE_BASE_PACK_H

#include "base/arena.h"
#include "base/out.h"
#include "base/span.h"
#include "base/str.h"

void		pack_u64(struct out *o, uint64_t n);
/* Small differences are short, whichever their sign. */
void		pack_i64(struct out *o, int64_t n);
void		pack_str(struct out *o, struct str s);
void		pack_cstr(struct out *o, const char *s);	/* or NULL */

uint64_t	rd_pack_long(struct rd *r);

/* Inlined: most are below 128. */
static inline uint64_t
rd_pack_u64(struct rd *r)
{
	if (rd_left(r) > 0 && r->s.p[r->at] < 0x80)
		return r->s.p[r->at++];
	return rd_pack_long(r);
}

int64_t		rd_pack_i64(struct rd *r);
/* A number below limit, else the reader is bad and it is 0. */
uint64_t	rd_pack_below(struct rd *r, uint64_t limit);
/* Borrowed from what is read; longer than most marks the reader bad. */
struct str	rd_pack_str(struct rd *r, size_t most);
/* Can it be a text of the program itself: printable ASCII or UTF-8 without
 * anything that a gate would escape?  It will not pass one. */
bool		pack_is_plain(struct str s);
/* Such a text that was packed with pack_cstr.  Copied into a; NULL as it
 * was. */
const char	*rd_pack_cstr(struct rd *r, struct arena *a, size_t most);

#endif
