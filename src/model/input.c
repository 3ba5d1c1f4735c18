/* The list of problems of a run. */
#include <stdarg.h>
#include <stdio.h>
#include "base/caps.h"
#include "model/input.h"

/* How many are already kept for this path: they stand at the end. */
static size_t
kept(const struct problems *p)
{
	size_t n = 0;

	while (n < p->n && str_eq(p->v[p->n - 1 - n].path, p->path))
		n++;
	return n;
}

void
problem_add(struct problems *p, enum grade g, uint64_t offset,
    const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	if (!p->any || g > p->worst)
		p->worst = g;
	p->any = true;
	if (g != GRADE_NOTE)
		p->lost++;
	if (kept(p) >= CAP_PROBLEMS) {
		p->dropped++;
		return;
	}
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof text)
		n = sizeof text - 1;
	p->v = arena_grow(p->arena, p->v, p->n, &p->cap, sizeof *p->v);
	p->v[p->n++] = (struct problem){
		.path = p->path, .offset = offset, .grade = g,
		.message = arena_str(p->arena,
		    (struct str){ text, (size_t)n }),
	};
}
