/*
 * An open hash table of numbers.  Texts come from logs too, so the hash
 * begins with bytes that the kernel drew for this process: nobody can
 * write a log whose texts all fall into one place.
 */
#include <string.h>
#include <sys/auxv.h>
#include "base/die.h"
#include "base/interned.h"

enum { WIDTH_FIRST = 64 };

static uint64_t
seed(void)
{
	const void *drawn = (const void *)getauxval(AT_RANDOM);
	uint64_t n = 0;

	if (drawn != NULL)
		memcpy(&n, drawn, sizeof n);
	return n;
}

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

static size_t
place(const struct interned *t, struct str s)
{
	uint64_t h = mix(t->seed, s.n), word = 0;
	size_t i = 0;

	for (; i + sizeof word < s.n; i += sizeof word) {
		memcpy(&word, s.p + i, sizeof word);
		h = mix(h, word);
	}
	/* The last eight, some of them once more. */
	if (s.n >= sizeof word)
		memcpy(&word, s.p + s.n - sizeof word, sizeof word);
	else if (s.n > 0)
		memcpy(&word, s.p, s.n);
	return (size_t)mix(h, word) & (t->width - 1);
}

struct interned
interned_new(struct arena *a)
{
	return (struct interned){ .a = a, .seed = seed() };
}

/* The slot that holds the number of s, or that is free for it. */
static uint32_t *
slot_of(const struct interned *t, struct str s)
{
	size_t at = place(t, s);

	while (t->slots[at] != 0 && !str_eq(t->v[t->slots[at] - 1], s))
		at = (at + 1) & (t->width - 1);
	return &t->slots[at];
}

/* At most half of the table is ever taken. */
static void
widen(struct interned *t)
{
	if (t->n >= UINT32_MAX / 2)
		die("out of memory");
	t->width = t->width == 0 ? WIDTH_FIRST : 4 * t->width;
	t->slots = arena_array(t->a, uint32_t, t->width);
	for (size_t i = 0; i < t->n; i++)
		*slot_of(t, t->v[i]) = (uint32_t)i + 1;
}

uint32_t
interned_add(struct interned *t, struct str s)
{
	uint32_t *slot;

	if (2 * t->n >= t->width)
		widen(t);
	slot = slot_of(t, s);
	if (*slot != 0)
		return *slot;
	t->v = arena_grow(t->a, t->v, t->n, &t->cap, sizeof *t->v);
	t->v[t->n++] = arena_str(t->a, s);
	return *slot = (uint32_t)t->n;
}

struct str
interned_str(struct interned *t, struct str s)
{
	uint32_t number = interned_add(t, s);

	return t->v[number - 1];
}
