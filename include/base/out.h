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

struct out {
	FILE	*f;		/* where it goes; NULL: kept in mem */
	char	*mem;		/* only when f is NULL; NUL-terminated */
	size_t	 n, cap;	/* of mem */
	int	 error;		/* errno of the first failed write, or 0 */
	bool	 color;		/* colour escapes are wanted */
	bool	 wide;		/* stream can show non-ASCII (UTF-8) */
};

struct out	out_file(FILE *f);
struct out	out_memory(void);
void		out_free(struct out *o);	/* memory of an out_memory() */
void		out_bytes(struct out *o, const void *p, size_t n);
void		out_lit(struct out *o, const char *program_text);
void		out_char(struct out *o, char c);
void		out_fmt(struct out *o, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
/* Push everything down; true if nothing failed since the beginning. */
bool		out_flush(struct out *o);

#endif
