/*
 * Bytes that repeat themselves, in fewer bytes.  What many events tell is
 * much alike (the same services write the same events in every boot), and
 * what is kept of millions of them is kept for the whole run.
 *
 * Squeezed are the length (base/pack.h) and a block of LZ4 (lz4.org,
 * lz4_Block_format.md): it stands alone, nothing before it is needed.
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
