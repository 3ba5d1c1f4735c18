/*
 * Fletcher's sums of 64-bit words, several side by side: a block adds each of
 * its words to one of the lanes, and these to as many others, in which a word
 * counts once more with every block that follows.
 */
#include <string.h>
#include "base/sum.h"

/* In vectors of the compiler, whatever machine. */
typedef uint64_t two_words __attribute__((vector_size(16)));

/* The next two words, copied if there is somewhere to. */
static inline __attribute__((always_inline)) void
two_add(two_words *lanes, two_words *sums, uint8_t *to, const uint8_t *from)
{
	two_words x;

	memcpy(&x, from, sizeof x);
	if (to != NULL)
		memcpy(to, &x, sizeof x);
	*lanes += x;
	*sums += *lanes;
}

/* Whole blocks, copied if there is somewhere to.  Compilers do not unroll a
 * loop at -O2. */
static inline __attribute__((always_inline)) void
blocks_add(struct sum *s, uint8_t *to, const uint8_t *from, size_t n)
{
	two_words a[4], b[4];

	memcpy(a, s->lanes, sizeof a);
	memcpy(b, s->sums, sizeof b);
	for (const uint8_t *end = from + n; from < end; from += SUM_BLOCK) {
		two_add(&a[0], &b[0], to, from);
		two_add(&a[1], &b[1], to == NULL ? NULL : to + 16, from + 16);
		two_add(&a[2], &b[2], to == NULL ? NULL : to + 32, from + 32);
		two_add(&a[3], &b[3], to == NULL ? NULL : to + 48, from + 48);
		to = to == NULL ? NULL : to + SUM_BLOCK;
	}
	memcpy(s->lanes, a, sizeof a);
	memcpy(s->sums, b, sizeof b);
}

/* Into the block that is not whole, which they may complete. */
static void
rest_fill(struct sum *s, const uint8_t *p, size_t n)
{
	size_t have = s->n % SUM_BLOCK;

	if (n == 0)
		return;
	memcpy(s->rest + have, p, n);
	s->n += n;
	if (have + n == SUM_BLOCK)
		blocks_add(s, NULL, s->rest, SUM_BLOCK);
}

/* How many of n bytes complete the block that is not whole. */
static size_t
rest_wants(const struct sum *s, size_t n)
{
	size_t have = s->n % SUM_BLOCK, k = have == 0 ? 0 : SUM_BLOCK - have;

	return k < n ? k : n;
}

void
sum_add(struct sum *s, const void *p, size_t n)
{
	const uint8_t *from = p;
	size_t at = rest_wants(s, n);
	size_t whole = (n - at) / SUM_BLOCK * SUM_BLOCK;

	rest_fill(s, from, at);
	blocks_add(s, NULL, from + at, whole);
	s->n += whole;
	at += whole;
	rest_fill(s, from + at, n - at);
}

/* The source may be changing: what is summed is what has been copied. */
void
sum_copy(struct sum *s, void *copy, const void *p, size_t n)
{
	const uint8_t *from = p;
	uint8_t *to = copy;
	size_t at = rest_wants(s, n);
	size_t whole = (n - at) / SUM_BLOCK * SUM_BLOCK;

	if (at > 0)
		memcpy(to, from, at);
	rest_fill(s, to, at);
	blocks_add(s, to + at, from + at, whole);
	s->n += whole;
	at += whole;
	if (n > at)
		memcpy(to + at, from + at, n - at);
	rest_fill(s, to + at, n - at);
}

uint64_t
sum_end(const struct sum *s)
{
	struct sum all = *s;
	size_t have = s->n % SUM_BLOCK;
	uint64_t h = s->n;

	if (have > 0) {
		memset(all.rest + have, 0, SUM_BLOCK - have);
		blocks_add(&all, NULL, all.rest, SUM_BLOCK);
	}
	for (size_t i = 0; i < SUM_LANES; i++) {
		h = (h ^ all.lanes[i]) * UINT64_C(0x9E3779B97F4A7C15);
		h = (h ^ h >> 32 ^ all.sums[i]) * UINT64_C(0x9E3779B97F4A7C15);
	}
	return h ^ h >> 32;
}
