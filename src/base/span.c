/*
 * Bounds arithmetic, the only place that does it.  Sizes are compared as
 * "len <= n - off" after "off <= n", so that nothing can overflow.
 */
#include <string.h>
#include "base/span.h"

struct span
span_sub(struct span s, size_t off, size_t len)
{
	if (off > s.n || len > s.n - off)
		return (struct span){ NULL, 0 };
	return (struct span){ s.p == NULL ? NULL : s.p + off, len };
}

struct span
span_from(struct span s, size_t off)
{
	if (off > s.n)
		return (struct span){ NULL, 0 };
	return span_sub(s, off, s.n - off);
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

uint16_t
le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

uint64_t
le64(const uint8_t *p)
{
	return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32;
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

struct rd
rd_init(struct span s)
{
	return (struct rd){ .s = s };
}

struct rd
rd_at(struct span s, size_t off)
{
	if (off > s.n)
		return (struct rd){ .s = s, .at = s.n, .bad = true };
	return (struct rd){ .s = s, .at = off };
}

struct span
rd_span(struct rd *r, size_t len)
{
	struct span s = { NULL, 0 };

	if (r->bad || len > r->s.n - r->at) {
		r->bad = true;
		return s;
	}
	s = span_sub(r->s, r->at, len);
	r->at += len;
	return s;
}

uint8_t
rd_u8(struct rd *r)
{
	struct span s = rd_span(r, 1);

	return s.p == NULL ? 0 : s.p[0];
}

uint16_t
rd_u16(struct rd *r)
{
	struct span s = rd_span(r, 2);

	return s.p == NULL ? 0 : le16(s.p);
}

uint32_t
rd_u32(struct rd *r)
{
	struct span s = rd_span(r, 4);

	return s.p == NULL ? 0 : le32(s.p);
}

uint64_t
rd_u64(struct rd *r)
{
	struct span s = rd_span(r, 8);

	return s.p == NULL ? 0 : le64(s.p);
}

void
rd_skip(struct rd *r, size_t len)
{
	(void)rd_span(r, len);
}

bool
rd_ok(const struct rd *r)
{
	return !r->bad;
}

size_t
rd_left(const struct rd *r)
{
	return r->bad ? 0 : r->s.n - r->at;
}
