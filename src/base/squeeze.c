/*
 * Squeezing: of what is ahead the last place where the same four bytes
 * stood is looked up in a table by their hash, and as much as is equal is
 * copied from there.  Nothing better is sought: this runs over all that a
 * log tells, and must cost next to nothing beside reading it.
 */
#include <string.h>
#include "base/die.h"
#include "base/pack.h"
#include "base/squeeze.h"

enum {
	LEAST = 4,		/* bytes that are worth to be copied */
	HALF = 15, MORE = 255,	/* of the numbers of a piece */
	FAR = 65535,		/* what two bytes can say */
	BITS_FEW = 6, BITS_MOST = 12,	/* of the table: 64 places, 4096 */
	PATIENCE = 5		/* 32 places without luck: larger steps */
};

static uint32_t
four(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static size_t
hash(uint32_t v, unsigned bits)
{
	return (v * UINT32_C(2654435761)) >> (32 - bits);
}

/* How many bytes are equal, up to the end. */
static size_t
alike(const uint8_t *a, const uint8_t *b, const uint8_t *end)
{
	const uint8_t *from = b;
	uint64_t x, y;

	while (end - b >= (ptrdiff_t)sizeof x) {
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		if (x != y)
			break;
		a += sizeof x;
		b += sizeof y;
	}
	while (b < end && *a == *b) {
		a++;
		b++;
	}
	return (size_t)(b - from);
}

static char *
more_put(char *p, size_t n)
{
	for (; n >= MORE; n -= MORE)
		*p++ = (char)MORE;
	*p++ = (char)n;
	return p;
}

/* A piece; far 0: the last one. */
static char *
piece_put(char *p, const uint8_t *plain, size_t n, size_t far, size_t copied)
{
	size_t a = n < HALF ? n : HALF;
	size_t b = far == 0 ? 0 : copied - LEAST < HALF ? copied - LEAST :
	    HALF;

	*p++ = (char)(a << 4 | b);
	if (a == HALF)
		p = more_put(p, n - HALF);
	memcpy(p, plain, n);
	p += n;
	if (far == 0)
		return p;
	*p++ = (char)far;
	*p++ = (char)(far >> 8);
	return b == HALF ? more_put(p, copied - LEAST - HALF) : p;
}

/* Most bytes that n can become. */
static size_t
worst(size_t n)
{
	return n + n / MORE + 16;
}

void
squeeze(struct out *o, struct span s)
{
	uint32_t seen[1 << BITS_MOST];		/* 1 + place; 0: none */
	const uint8_t *plain = s.p, *at = s.p, *end = s.p + s.n;
	unsigned bits = BITS_FEW;
	size_t idle = 0;
	char *p;

	if (s.n > SQUEEZE_MOST)
		die("more than can be squeezed");
	pack_u64(o, s.n);
	if (s.n == 0)
		return;
	while (bits < BITS_MOST && s.n >> bits > 1)
		bits++;
	memset(seen, 0, sizeof *seen << bits);
	p = out_fit(o, out_place(o), worst(s.n));
	while (end - at >= LEAST) {
		uint32_t *place = &seen[hash(four(at), bits)];
		const uint8_t *had = s.p + *place - 1;
		size_t n;

		if (*place == 0 || at - had > FAR || four(had) != four(at)) {
			*place = (uint32_t)(at - s.p) + 1;
			at += 1 + (idle++ >> PATIENCE);
			continue;
		}
		*place = (uint32_t)(at - s.p) + 1;
		n = alike(had, at, end);
		p = piece_put(p, plain, (size_t)(at - plain),
		    (size_t)(at - had), n);
		plain = at += n;
		idle = 0;
	}
	out_wrote(o, piece_put(p, plain, (size_t)(end - plain), 0, 0));
}

size_t
squeezed_length(struct span s)
{
	struct rd r = rd_init(s);

	return (size_t)rd_pack_below(&r, SQUEEZE_MOST + 1);
}

static size_t
rd_more(struct rd *r, size_t n)
{
	uint8_t b = MORE;

	if (n < HALF)
		return n;
	/* The reader is bad at the end, and gives zeros. */
	while (b == MORE) {
		b = rd_u8(r);
		n += b;
	}
	return n;
}

/* What lies far back, again and again; each time twice as much is there. */
static void
copy_back(uint8_t *to, size_t far, size_t n)
{
	const uint8_t *from = to - far;

	while (n > far) {
		memcpy(to, from, far);
		to += far;
		n -= far;
		far *= 2;
	}
	memcpy(to, from, n);
}

/* The next piece, behind the n of `most` bytes that are there already;
 * how many are there then.  Or r is bad.  Nothing is left behind the last
 * one, which has no copy. */
static size_t
piece_undo(struct rd *r, uint8_t *to, size_t n, size_t most, bool *last)
{
	uint8_t head = rd_u8(r);
	struct span plain = rd_span(r, rd_more(r, head >> 4));
	size_t far, copied;

	if (!rd_ok(r) || plain.n > most - n) {
		r->bad = true;
		return n;
	}
	memcpy(to + n, plain.p, plain.n);
	n += plain.n;
	*last = rd_left(r) == 0;
	if (*last)
		return n;
	far = rd_u16(r);
	copied = rd_more(r, head & HALF) + LEAST;
	if (!rd_ok(r) || far == 0 || far > n || copied > most - n) {
		r->bad = true;
		return n;
	}
	copy_back(to + n, far, copied);
	return n + copied;
}

bool
unsqueeze(struct out *o, struct span s)
{
	struct rd r = rd_init(s);
	size_t most = (size_t)rd_pack_below(&r, SQUEEZE_MOST + 1), n = 0;
	bool last = false;
	char *to;

	o->n = 0;
	if (rd_ok(&r) && most == 0 && rd_left(&r) == 0)
		return true;
	to = out_fit(o, out_place(o), most);
	while (rd_ok(&r) && !last)
		n = piece_undo(&r, (uint8_t *)to, n, most, &last);
	if (!rd_ok(&r) || n != most || most == 0) {
		out_wrote(o, to);
		return false;
	}
	out_wrote(o, to + n);
	return true;
}
