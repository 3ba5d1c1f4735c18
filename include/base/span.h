/*
 * Borrowed bytes, and the only way to read numbers out of them.
 *
 * A span never owns its bytes.  Everything that comes from a file is read
 * through struct rd, a sticky reader: a read past the end returns zero and
 * marks the reader bad, so that a structure is read field by field and
 * checked once with rd_ok().  Nothing else in the program indexes into
 * bytes that it did not make itself.
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
 * not lie wholly inside. */
struct span	span_sub(struct span s, size_t off, size_t len);
/* Everything of s from off on; empty with p == NULL if off > s.n. */
struct span	span_from(struct span s, size_t off);
bool		span_eq(struct span a, struct span b);
/* The bytes as little-endian 32-bit words, as Event Viewer's Words view
 * shows them; a rest of 1..3 bytes is zero-extended into the last.
 * Returns the count, at most cap. */
size_t		span_words(struct span s, uint32_t *words, size_t cap);

/* Little-endian loads from a place already known to be inside: for fixed
 * structures whose size was checked once. */
uint16_t	le16(const uint8_t *p);
uint32_t	le32(const uint8_t *p);
uint64_t	le64(const uint8_t *p);

struct rd {
	struct span	s;	/* what is being read */
	size_t		at;	/* offset of the next read */
	bool		bad;	/* a read went past the end */
};

struct rd	rd_init(struct span s);
/* A reader placed at an offset of s; bad at once if off > s.n. */
struct rd	rd_at(struct span s, size_t off);
uint8_t		rd_u8(struct rd *r);
uint16_t	rd_u16(struct rd *r);
uint32_t	rd_u32(struct rd *r);
uint64_t	rd_u64(struct rd *r);
/* The next len bytes; empty with p == NULL and the reader bad if short. */
struct span	rd_span(struct rd *r, size_t len);
void		rd_skip(struct rd *r, size_t len);
bool		rd_ok(const struct rd *r);
size_t		rd_left(const struct rd *r);

#endif
