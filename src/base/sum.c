/*
 * Fletcher's sums of 64-bit words, four side by side: a block adds each of
 * its words to one of four sums, and these to four others, in which a word
 * counts as often as blocks follow.
 */
#include <string.h>
#include "base/sum.h"

/* In vectors of the compiler, whatever machine. */
typedef uint64_t two_words __attribute__((vector_size(16)));

/* The next two words, copied if there is somewhere to. */
static inline __attribute__((always_inline)) two_words
two_take(uint8_t *to, const uint8_t *from)
{
	two_words x;

	memcpy(&x, from, sizeof x);
	if (to != NULL)
		memcpy(to, &x, sizeof x);
	return x;
}

/* Whole blocks, copied if there is somewhere to. */
static inline __attribute__((always_inline)) void
blocks_add(struct sum *s, uint8_t *to, const uint8_t *from, size_t n)
{
	two_words a, b, c, d;

	memcpy(&a, s->lanes, sizeof a);
	memcpy(&b, s->lanes + 2, sizeof b);
	memcpy(&c, s->sums, sizeof c);
	memcpy(&d, s->sums + 2, sizeof d);
	for (size_t i = 0; i < n; i += SUM_BLOCK) {
		a += two_take(to == NULL ? NULL : to + i, from + i);
		b += two_take(to == NULL ? NULL : to + i + 16, from + i + 16);
		c += a;
		d += b;
	}
	memcpy(s->lanes, &a, sizeof a);
	memcpy(s->lanes + 2, &b, sizeof b);
	memcpy(s->sums, &c, sizeof c);
	memcpy(s->sums + 2, &d, sizeof d);
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
	for (size_t i = 0; i < 4; i++) {
		h = (h ^ all.lanes[i]) * UINT64_C(0x9E3779B97F4A7C15);
		h = (h ^ h >> 32 ^ all.sums[i]) * UINT64_C(0x9E3779B97F4A7C15);
	}
	return h ^ h >> 32;
}
