/* Plain values as bytes. */
#include "base/gate.h"
#include "base/pack.h"
#include "base/utf.h"

enum { NUMBER_MOST = 10 };	/* bytes of 64 bits, 7 a byte */

void
pack_u64(struct out *o, uint64_t n)
{
	char buf[NUMBER_MOST];
	char *room = out_room(o, sizeof buf), *p = room != NULL ? room : buf;

	for (; n > 0x7F; n >>= 7)
		*p++ = (char)(n | 0x80);
	*p++ = (char)n;
	if (room != NULL)
		out_wrote(o, p);
	else
		out_bytes(o, buf, (size_t)(p - buf));
}

/* Zigzag: 0, -1, 1, -2 ... become 0, 1, 2, 3. */
void
pack_i64(struct out *o, int64_t n)
{
	pack_u64(o, (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0));
}

void
pack_str(struct out *o, struct str s)
{
	pack_u64(o, s.n);
	if (s.n > 0)
		out_bytes(o, s.p, s.n);
}

/* NULL is 0, and a text one longer than it is. */
void
pack_cstr(struct out *o, const char *s)
{
	if (s == NULL) {
		pack_u64(o, 0);
		return;
	}
	pack_u64(o, strlen(s) + 1);
	out_lit(o, s);
}

uint64_t
rd_pack_long(struct rd *r)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < NUMBER_MOST; i++) {
		uint8_t b = rd_u8(r);

		/* Of the tenth byte one bit is left. */
		if (i == NUMBER_MOST - 1 && b > 1)
			break;
		n |= (uint64_t)(b & 0x7F) << 7 * i;
		if (b < 0x80)
			return r->bad ? 0 : n;
	}
	r->bad = true;
	return 0;
}

int64_t
rd_pack_i64(struct rd *r)
{
	uint64_t n = rd_pack_u64(r);

	return (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0));
}

uint64_t
rd_pack_below(struct rd *r, uint64_t limit)
{
	uint64_t n = rd_pack_u64(r);

	if (n < limit)
		return n;
	r->bad = true;
	return 0;
}

struct str
rd_pack_str(struct rd *r, size_t most)
{
	struct span s = rd_span(r, (size_t)rd_pack_below(r, most + 1));

	return s.p == NULL ? (struct str){ "", 0 } :
	    (struct str){ (const char *)s.p, s.n };
}

bool
pack_is_plain(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (gate_is_unsafe(utf_next(s, &at)))
			return false;
	return true;
}

const char *
rd_pack_cstr(struct rd *r, struct arena *a, size_t most)
{
	size_t n = (size_t)rd_pack_below(r, most + 2);
	struct str text;
	struct span s;

	if (n == 0)
		return NULL;
	s = rd_span(r, n - 1);
	text = (struct str){ (const char *)s.p, s.n };
	if (s.p == NULL || !pack_is_plain(text)) {
		r->bad = true;
		return NULL;
	}
	return arena_cstr(a, text);
}
