/*
 * Memory.  Whatever has a pointer lives in the arena handed to the
 * function that made it; nobody frees single things.  Anything returned
 * const is borrowed: until the next record (event, facts), the next file,
 * or the end (rules, report).  Wrappers of foreign libraries aside, this
 * is the only place that calls malloc.
 */
#ifndef EVTRIAGE_BASE_ARENA_H
#define EVTRIAGE_BASE_ARENA_H

#include <stddef.h>
#include "base/str.h"
#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block	*blocks;	/* newest first */
	size_t			 total;		/* bytes got from malloc */
};

/* n zeroed bytes, aligned for any type.  Never NULL: out of memory ends
 * the process through die() (base/die.h). */
void		*arena_alloc(struct arena *a, size_t n);
/* The same, not zeroed: for bytes that are written at once. */
void		*arena_raw(struct arena *a, size_t n);
/* Forget everything but keep one block for reuse. */
void		 arena_reset(struct arena *a);
/* Give everything back; a is then as new (all zero). */
void		 arena_free(struct arena *a);

/* Where much was given back and more will be needed: the system gets back
 * what malloc holds of it. */
void		 arenas_settle(void);

#define arena_new(a, type)	((type *)arena_alloc((a), sizeof(type)))
/* n items of type, zeroed; dies when n * sizeof overflows. */
#define arena_array(a, type, n)	\
	((type *)arena_calloc((a), (n), sizeof(type)))
void		*arena_calloc(struct arena *a, size_t n, size_t size);

/*
 * A growing array: returns items with room for at least n + 1 of size
 * bytes each, moved if need be (what pointed into it is then no longer
 * good), and updates *cap; the new room is not zeroed.  items must come
 * from arena_grow or be NULL.  Use:
 *	v = arena_grow(a, v, n, &cap, sizeof *v);
 *	v[n++] = item;
 */
void		*arena_grow(struct arena *a, void *items, size_t n, size_t *cap,
		    size_t size);

struct str	 arena_str(struct arena *a, struct str s);	/* copy */
struct span	 arena_span(struct arena *a, struct span s);	/* copy */
/* The text with a NUL behind it, for calls into libc. */
char		*arena_cstr(struct arena *a, struct str s);
/* One text behind the other, whatever they hold (%.*s stops at a NUL). */
struct str	 arena_join(struct arena *a, struct str x, struct str y);
/* printf into the arena; the result is also NUL-terminated. */
struct str	 arena_fmt(struct arena *a, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));

#endif
