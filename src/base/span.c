/* What of span.h is not inline. */
#include <string.h>
#include "base/span.h"

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_zero(struct span s)
{
	return s.n == 0 || (s.p[0] == 0 &&
	    memcmp(s.p, s.p + 1, s.n - 1) == 0);
}

size_t
span_words(struct span s, uint32_t *words, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < cap; i += 4) {
		size_t left = s.n - i < 4 ? s.n - i : 4;

		words[n] = 0;
		for (size_t j = 0; j < left; j++)
			words[n] |= (uint32_t)s.p[i + j] << 8 * j;
		n++;
	}
	return n;
}
