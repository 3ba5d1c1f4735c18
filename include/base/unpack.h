/*
 * Packed inputs: a log behind gzip, zstd, xz or bzip2, and the files of a
 * zip, tar or 7z, unpacked as they are read.
 *
 * By libarchive: one well-kept library (Debian, FreeBSD and CMake build on
 * it) knows all of these, where zlib and libzstd would each know one and zip
 * would be ours to parse.  All but 7z come from a forward-only stream; a 7z
 * has its table of contents at its end, and is refused from a pipe.
 *
 * What comes out is capped twice (CAP_UNPACKED, CAP_UNPACK_RATIO), so that
 * a small file cannot keep the program busy for ever.
 */
#ifndef EVTRIAGE_BASE_UNPACK_H
#define EVTRIAGE_BASE_UNPACK_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/source.h"

struct unpack;

/* Does a packed file begin like this (SOURCE_PEEK bytes or all)? */
bool		 unpack_sniff(struct span first);
/* Reads from s, which must outlive it.  Never NULL. */
struct unpack	*unpack_open(struct arena *a, struct source *s);
/*
 * The next file in it, to be read from *file until the next call; its name
 * (in the arena) is empty for what is only compressed.  False at the end,
 * or on a fault: then unpack_error says which.
 */
bool		 unpack_next(struct unpack *u, struct source *file,
		    struct str *name);
/* What went wrong, empty when nothing did; text from outside. */
struct str	 unpack_error(const struct unpack *u);
void		 unpack_close(struct unpack *u);

#endif
