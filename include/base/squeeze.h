/*
 * Bytes that repeat themselves, in fewer bytes.  What many events tell is
 * much alike (the same services write the same events in every boot), and
 * what is kept of millions of them is kept for the whole run.
 *
 * Squeezed are the length (base/pack.h) and then pieces, each
 *
 *	a byte	how many bytes follow as they are (high four bits), and how
 *		many more than 4 are copied (low four bits); 15: and as much
 *		more as the next bytes say, which are added up to the first
 *		that is not 255: for the first number before the bytes, for
 *		the second behind the distance
 *	bytes	as they are
 *	two	bytes, lowest first: how far back lies what is copied, from
 *		1 on; the last piece ends before them
 *
 * so that what is squeezed stands alone: it needs nothing before it.
 */
#ifndef EVTRIAGE_BASE_SQUEEZE_H
#define EVTRIAGE_BASE_SQUEEZE_H

#include "base/out.h"
#include "base/span.h"

/* More bytes are never squeezed at once. */
#define SQUEEZE_MOST ((size_t)1 << 24)

/* Adds s, squeezed, to a stream in memory. */
void		squeeze(struct out *o, struct span s);
/* How many bytes they say that they were, 0 when they say nothing. */
size_t		squeezed_length(struct span s);
/* What was squeezed, instead of what such a stream held.  Trusts nothing:
 * false (and an empty stream) when no squeeze() made it. */
bool		unsqueeze(struct out *o, struct span s);

#endif
