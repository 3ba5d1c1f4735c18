/*
 * Borrowed bytes, and the only way to read numbers out of them.
 *
 * A span never owns its bytes.  Everything that comes from a file is read
 * through struct rd, a sticky reader: a read past the end returns zero and
 * marks the reader bad, so that a structure is read field by field and
 * checked once with rd_ok().  Nothing else in the program indexes into
 * bytes that it did not make itself.  All of it is inline: the program does
 * nothing more often.
 */
#ifndef EVTRIAGE_BASE_SPAN_H
#define EVTRIAGE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t	*p;
	size_t		 n;
};

/* The part [off, off + len) of s; an empty span with p == NULL if it does
 * not lie wholly inside.  "len <= n - off" after "off <= n": nothing can
 * overflow. */
static inline struct span
span_sub(struct span s, size_t off, size_t len)
{
	if (off > s.n || len > s.n - off)
		return (struct span){ NULL, 0 };
	return (struct span){ s.p == NULL ? NULL : s.p + off, len };
}

/* Everything of s from off on; empty with p == NULL if off > s.n. */
static inline struct span
span_from(struct span s, size_t off)
{
	if (off > s.n)
		return (struct span){ NULL, 0 };
	return span_sub(s, off, s.n - off);
}

bool		span_eq(struct span a, struct span b);
bool		span_zero(struct span s);	/* nothing but zeros, if that */
/* The bytes as little-endian 32-bit words, as Event Viewer's Words view
 * shows them; a rest of 1..3 bytes is zero-extended into the last.
 * Returns the count, at most cap. */
size_t		span_words(struct span s, uint32_t *words, size_t cap);

/* Little-endian loads from a place already known to be inside: for fixed
 * structures whose size was checked once. */
static inline uint16_t
le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

static inline uint64_t
le64(const uint8_t *p)
{
	return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32;
}

static inline uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

struct rd {
	struct span	s;	/* what is being read */
	size_t		at;	/* offset of the next read */
	bool		bad;	/* a read went past the end */
};

static inline struct rd
rd_init(struct span s)
{
	return (struct rd){ .s = s };
}

/* A reader placed at an offset of s; bad at once if off > s.n. */
static inline struct rd
rd_at(struct span s, size_t off)
{
	if (off > s.n)
		return (struct rd){ .s = s, .at = s.n, .bad = true };
	return (struct rd){ .s = s, .at = off };
}

/* The next len bytes; empty with p == NULL and the reader bad if short. */
static inline struct span
rd_span(struct rd *r, size_t len)
{
	struct span s;

	if (r->bad || len > r->s.n - r->at) {
		r->bad = true;
		return (struct span){ NULL, 0 };
	}
	s = span_sub(r->s, r->at, len);
	r->at += len;
	return s;
}

static inline uint8_t
rd_u8(struct rd *r)
{
	struct span s = rd_span(r, 1);

	return s.p == NULL ? 0 : s.p[0];
}

static inline uint16_t
rd_u16(struct rd *r)
{
	struct span s = rd_span(r, 2);

	return s.p == NULL ? 0 : le16(s.p);
}

static inline uint32_t
rd_u32(struct rd *r)
{
	struct span s = rd_span(r, 4);

	return s.p == NULL ? 0 : le32(s.p);
}

static inline uint64_t
rd_u64(struct rd *r)
{
	struct span s = rd_span(r, 8);

	return s.p == NULL ? 0 : le64(s.p);
}

static inline void
rd_skip(struct rd *r, size_t len)
{
	(void)rd_span(r, len);
}

static inline bool
rd_ok(const struct rd *r)
{
	return !r->bad;
}

static inline size_t
rd_left(const struct rd *r)
{
	return r->bad ? 0 : r->s.n - r->at;
}

#endif
