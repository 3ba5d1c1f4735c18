/*
 * Where the bytes of an input come from: a regular file or a pipe, read
 * strictly forward, never mapped.
 */
#ifndef EVTRIAGE_BASE_SOURCE_H
#define EVTRIAGE_BASE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/span.h"

/* Bytes that can be seen before reading: a 4 KiB EVTX header and what
 * stands behind it. */
#define SOURCE_PEEK 8192

/* Gives up to n bytes; 0 is the end, or a failure when *error is set. */
typedef size_t	source_reader(void *ctx, void *buf, size_t n, int *error);

struct source {
	int		 fd;		/* -1: memory, or a reader */
	source_reader	*reader;
	void		*ctx;
	struct span	 mem;
	uint64_t	 at;		/* bytes handed out so far */
	uint64_t	 size;		/* SOURCE_UNKNOWN for a pipe */
	int		 error;		/* errno of a failed read, or 0 */
	_Atomic uint64_t *far;		/* where at is told to who watches;
					 * NULL: to nobody */
	uint64_t	 past;		/* of at, gone over with source_go: not
					 * told */
	uint64_t	 base;		/* of the descriptor when taken over */
	struct span	 whole;		/* memory: all of it */
	struct span	 peeked;	/* read ahead, not yet handed out */
	uint8_t		 ahead[SOURCE_PEEK];
};
#define SOURCE_UNKNOWN UINT64_MAX

/* Takes over fd; source_close closes it. */
void		source_fd(struct source *s, int fd);
void		source_memory(struct source *s, struct span bytes);
void		source_from(struct source *s, source_reader *reader, void *ctx);
/* Reads until n bytes are there or the input ends; returns how many.  A
 * short count with s->error == 0 is the end of the input. */
size_t		source_read(struct source *s, void *buf, size_t n);
/* The first SOURCE_PEEK bytes, or what there is, without taking them; only
 * at the start. */
struct span	source_peek(struct source *s);
/* Bytes from a place of a regular file or memory, without moving; returns
 * how many, 0 for a pipe. */
size_t		source_at(const struct source *s, uint64_t at, void *buf,
		    size_t n);
/*
 * How many bytes from a place of a regular file on lie in a hole: they read
 * as zeros, and need not be read.  0 where none is there, in anything else
 * and on file systems that do not tell.  A question costs some system calls:
 * to be asked where zeros were seen.
 */
uint64_t	source_hole(struct source *s, uint64_t at);
/* Goes over the hole that lies ahead, as many whole units as fit into it;
 * returns the bytes, which count as handed out. */
uint64_t	source_skip_hole(struct source *s, uint64_t unit);
/* Goes on at this place of a regular file or memory, behind where it is. */
void		source_go(struct source *s, uint64_t at);
/* To who watches: at work, though not getting on. */
void		source_stir(struct source *s);
/* Everything that is left, or false (error ERANGE) beyond cap. */
bool		source_slurp(struct source *s, struct arena *a, size_t cap,
		    struct span *out);
void		source_close(struct source *s);

#endif
