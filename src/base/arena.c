/*
 * Bump allocation out of blocks that double in size.  A block is never
 * moved, so pointers stay good until the arena is reset; only a large
 * growing array, which has a block to itself, moves when it grows.
 */
#include <malloc.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/die.h"

enum { ALIGN = alignof(max_align_t), FIRST = 16 * 1024, MOST = 1024 * 1024,
    LARGE = 256 * 1024 };

struct arena_block {
	struct arena_block	*next;		/* older */
	size_t			 used, size;	/* of data */
	alignas(max_align_t) unsigned char data[];
};

static struct arena_block *
block_new(struct arena *a, size_t n)
{
	size_t size = a->blocks == NULL ? FIRST : 2 * a->blocks->size;
	struct arena_block *b;

	if (size > MOST)
		size = MOST;
	if (size < n)
		size = n;
	if (size > SIZE_MAX - sizeof *b)
		die("out of memory");
	b = malloc(sizeof *b + size);
	if (b == NULL)
		die("out of memory");
	b->next = a->blocks;
	b->used = 0;
	b->size = size;
	a->blocks = b;
	a->total += size;
	return b;
}

void *
arena_raw(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	void *p;

	if (n > SIZE_MAX - ALIGN)
		die("out of memory");
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n == 0)
		n = ALIGN;
	if (b == NULL || n > b->size - b->used)
		b = block_new(a, n);
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_raw(a, n), 0, n);
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		die("out of memory");
	return arena_alloc(a, n * size);
}

/* The newest block is the largest of the ordinary ones: keep that, unless
 * it was made for one huge item. */
void
arena_reset(struct arena *a)
{
	struct arena_block *keep = NULL, *next;

	for (struct arena_block *b = a->blocks; b != NULL; b = next) {
		next = b->next;
		if (keep == NULL && b->size <= MOST) {
			keep = b;
			continue;
		}
		free(b);
	}
	a->blocks = keep;
	a->total = 0;
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
		a->total = keep->size;
	}
}

void
arena_free(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
	a->total = 0;
}

void
arenas_settle(void)
{
	(void)malloc_trim(0);
}

/* A block of its own for a large array, behind the newest block, which
 * stays the one to allocate from. */
static void *
large_new(struct arena *a, size_t n)
{
	struct arena_block *b;

	if (a->blocks == NULL)
		(void)block_new(a, FIRST);
	if (n > SIZE_MAX - sizeof *b)
		die("out of memory");
	b = malloc(sizeof *b + n);
	if (b == NULL)
		die("out of memory");
	*b = (struct arena_block){ a->blocks->next, n, n };
	a->blocks->next = b;
	a->total += n;
	return b->data;
}

/* The large array items, made n bytes long. */
static void *
large_grow(struct arena *a, const void *items, size_t n)
{
	struct arena_block **at = &a->blocks, *b;

	while ((*at)->data != items)
		at = &(*at)->next;
	if (n > SIZE_MAX - sizeof *b)
		die("out of memory");
	b = realloc(*at, sizeof *b + n);
	if (b == NULL)
		die("out of memory");
	a->total += n - b->size;
	b->used = b->size = n;
	*at = b;
	return b->data;
}

void *
arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
	size_t had = *cap * size, want;
	void *p;

	if (n < *cap)
		return items;
	if (*cap > SIZE_MAX / 2 || (size > 0 && 2 * *cap > SIZE_MAX / size))
		die("out of memory");
	*cap = *cap == 0 ? 8 : 2 * *cap;
	want = *cap * size;
	if (had >= LARGE)
		return large_grow(a, items, want);
	p = want >= LARGE ? large_new(a, want) : arena_raw(a, want);
	if (n > 0)
		memcpy(p, items, n * size);
	return p;
}

struct str
arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_cstr(a, s), s.n };
}

struct span
arena_span(struct arena *a, struct span s)
{
	uint8_t *p = arena_raw(a, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct span){ p, s.n };
}

char *
arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_raw(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str
arena_join(struct arena *a, struct str x, struct str y)
{
	char *p = arena_raw(a, x.n + y.n + 1);

	if (x.n > 0)
		memcpy(p, x.p, x.n);
	if (y.n > 0)
		memcpy(p + x.n, y.p, y.n);
	p[x.n + y.n] = '\0';
	return (struct str){ p, x.n + y.n };
}

struct str
arena_fmt(struct arena *a, const char *fmt, ...)
{
	char buf[256];
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct str){ "", 0 };
	if ((size_t)n < sizeof buf)
		return arena_str(a, (struct str){ buf, (size_t)n });
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}
