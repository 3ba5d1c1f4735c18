/* The list of problems of a run. */
#include <inttypes.h>
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

void
tally_missing(struct tally *t, struct arena *a, struct problems *p,
    uint64_t offset, uint64_t first, uint64_t last)
{
	if (t->nmissing == CAP_MISSING) {
		t->missing_dropped++;
	} else {
		t->missing = arena_grow(a, t->missing, t->nmissing,
		    &t->missing_cap, sizeof *t->missing);
		t->missing[t->nmissing++] = (struct id_range){ first, last };
	}
	if (first == last)
		problem_add(p, GRADE_RECORD, offset,
		    "record %" PRIu64 " is missing", first);
	else
		problem_add(p, GRADE_RECORD, offset,
		    "records %" PRIu64 " to %" PRIu64 " are missing", first,
		    last);
}
