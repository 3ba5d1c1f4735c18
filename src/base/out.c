/*
 * Output with memory of its first error.  stdio buffers files (without its
 * locks: the program has one thread); memory streams grow by doubling.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/die.h"
#include "base/out.h"
#include "base/str.h"

struct out
out_file(FILE *f)
{
	return (struct out){ .f = f };
}

struct out
out_memory(void)
{
	return (struct out){ .f = NULL };
}

struct out
out_lent(char *mem, size_t cap)
{
	return (struct out){ .mem = mem, .cap = cap, .lent = true };
}

void
out_free(struct out *o)
{
	if (!o->lent)
		free(o->mem);
	o->mem = NULL;
	o->lent = false;
	o->n = o->cap = 0;
}

void
out_trim(struct out *o)
{
	char *mem = o->mem == NULL || o->lent ? NULL :
	    realloc(o->mem, o->n + 1);

	if (mem == NULL)
		return;
	o->mem = mem;
	o->cap = o->n + 1;
}

char *
out_grow(struct out *o, char *p, size_t n)
{
	size_t used = p == NULL ? o->n : (size_t)(p - o->mem);
	size_t cap = o->cap == 0 ? 1024 : o->cap;
	char *mem;

	while (cap - used <= n) {
		if (cap > SIZE_MAX / 2)
			die("out of memory");
		cap *= 2;
	}
	mem = realloc(o->lent ? NULL : o->mem, cap);
	if (mem == NULL)
		die("out of memory");
	if (o->lent)
		memcpy(mem, o->mem, used);
	o->lent = false;
	o->mem = mem;
	o->cap = cap;
	return mem + used;
}

static void
mem_add(struct out *o, const void *p, size_t n)
{
	if (n >= o->cap - o->n || o->cap == 0)
		(void)out_grow(o, NULL, n);
	memcpy(o->mem + o->n, p, n);
	o->n += n;
	o->mem[o->n] = '\0';
}

void
out_more(struct out *o, const void *p, size_t n)
{
	if (n == 0 || o->error != 0)
		return;
	if (o->f == NULL)
		mem_add(o, p, n);
	else if (fwrite_unlocked(p, 1, n, o->f) != n)
		o->error = errno != 0 ? errno : EIO;
}

void
out_u64(struct out *o, uint64_t n)
{
	char buf[STR_DIGITS];

	out_bytes(o, buf, str_put_u64(buf, n));
}

void
out_hex(struct out *o, uint64_t n, int least, bool upper)
{
	char buf[STR_DIGITS];

	out_bytes(o, buf, str_put_hex(buf, n, least, upper));
}

void
out_fmt(struct out *o, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof buf)
		die("a formatted line does not fit its buffer");
	out_bytes(o, buf, (size_t)n);
}

bool
out_flush(struct out *o)
{
	if (o->f != NULL && fflush(o->f) != 0 && o->error == 0)
		o->error = errno != 0 ? errno : EIO;
	return o->error == 0;
}
