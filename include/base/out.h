/*
 * An output stream: buffered, remembers its first error, and takes only
 * program text.  Text from events has type struct str and goes through
 * base/gate.h or a document writer on top of this.
 */
#ifndef EVTRIAGE_BASE_OUT_H
#define EVTRIAGE_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct out {
	FILE	*f;		/* where it goes; NULL: kept in mem */
	char	*mem;		/* only when f is NULL; NUL-terminated */
	size_t	 n, cap;	/* of mem; 0 with f */
	int	 error;		/* errno of the first failed write, or 0 */
	bool	 lent;		/* mem is somebody else's */
	bool	 color;		/* colour escapes are wanted */
	bool	 wide;		/* stream can show non-ASCII (UTF-8) */
};

struct out	out_file(FILE *f);
struct out	out_memory(void);
/* Into cap bytes that are somebody else's.  What does not fit there moves to
 * memory of its own, all of it; lent is false then. */
struct out	out_lent(char *mem, size_t cap);
void		out_free(struct out *o);	/* memory of such a one */
/* Gives back what such a one has and does not need at the moment. */
void		out_trim(struct out *o);
/* What does not fit the memory at hand, or goes to a file. */
void		out_more(struct out *o, const void *p, size_t n);

/* Makes room for n bytes (and a NUL) at p, the end of what a stream in
 * memory holds, or NULL before it holds any; returns the new place. */
char		*out_grow(struct out *o, char *p, size_t n);

/* Inlined with out_lit and out_char: documents are made of small pieces,
 * and of those whose length is known the copy is one store. */
static inline void
out_bytes(struct out *o, const void *p, size_t n)
{
	if (n >= o->cap - o->n) {
		out_more(o, p, n);
		return;
	}
	memcpy(o->mem + o->n, p, n);
	o->n += n;
	o->mem[o->n] = '\0';
}

/* The place of the next n bytes, if they fit the memory at hand: to write
 * several pieces with one check, up to end, which out_wrote is told. */
static inline char *
out_room(struct out *o, size_t n)
{
	return n < o->cap - o->n ? o->mem + o->n : NULL;
}

static inline void
out_wrote(struct out *o, char *end)
{
	*end = '\0';
	o->n = (size_t)(end - o->mem);
}

/*
 * The same with the place kept in a register, for lines of a hundred small
 * pieces.  Of a stream in memory only:
 *	p = out_place(o);
 *	p = out_put(o, p, "a piece");	checks the room, and so on
 *	out_wrote(o, p);
 * Until then nothing else may write to the stream.
 */
static inline char *
out_place(struct out *o)
{
	return o->mem == NULL ? out_grow(o, NULL, 1) : o->mem + o->n;
}

/* p, or where it is after the memory has grown: n bytes fit there. */
static inline char *
out_fit(struct out *o, char *p, size_t n)
{
	return n < (size_t)(o->mem + o->cap - p) ? p : out_grow(o, p, n);
}

static inline __attribute__((always_inline)) char *
out_put(struct out *o, char *p, const char *program_text)
{
	size_t n = strlen(program_text);

	p = out_fit(o, p, n);
	memcpy(p, program_text, n);
	return p + n;
}

static inline void
out_lit(struct out *o, const char *program_text)
{
	out_bytes(o, program_text, strlen(program_text));
}

static inline void
out_char(struct out *o, char c)
{
	out_bytes(o, &c, 1);
}

void		out_u64(struct out *o, uint64_t n);
/* At least `least` hexadecimal digits, at most 16. */
void		out_hex(struct out *o, uint64_t n, int least, bool upper);
void		out_fmt(struct out *o, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
/* Push everything down; true if nothing failed since the beginning. */
bool		out_flush(struct out *o);

#endif
