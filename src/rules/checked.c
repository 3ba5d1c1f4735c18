/*
 * Rule files that were validated before.  Validation is more than half of
 * what start-up costs, and the files that come with the program do not
 * change: the build writes the digests of those that passed (rules
 * digests) into a file "checked" beside them, and a file whose digest
 * stands there is not validated again.  One bit changed in a file, or in
 * the schema, is another digest.  The list is read from the program's own
 * folder only: who can write there can as well change the program.
 *
 * The digest tells edits apart; it is no defence against who makes a file
 * to a given digest.
 */
#include <stdlib.h>
#include "rules/rule.h"

enum { LINE = 17 };		/* 16 digits and a line end */

/* Each step is one-to-one in the word and in what came before. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

uint64_t
digest_of(uint64_t seed, struct span s)
{
	uint64_t h = mix(seed, s.n);
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8)
		h = mix(h, le64(s.p + i));
	for (; i < s.n; i++)
		h = mix(h, s.p[i]);
	return h;
}

static int
cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

struct checked
checked_parse(struct arena *a, struct span text)
{
	uint64_t *v = arena_array(a, uint64_t, text.n / LINE);
	size_t n = 0;

	for (; text.n >= LINE; text = span_from(text, LINE)) {
		struct str hex = { (const char *)text.p, LINE - 1 };

		if (str_u64(arena_fmt(a, "0x%.*s", (int)hex.n, hex.p), &v[n]))
			n++;
	}
	if (n > 0)
		qsort(v, n, sizeof *v, cmp);
	return (struct checked){ v, n };
}

bool
checked_has(const struct checked *c, uint64_t digest)
{
	return c->n > 0 &&
	    bsearch(&digest, c->v, c->n, sizeof *c->v, cmp) != NULL;
}
