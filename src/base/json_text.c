/*
 * Text as JSON quotes it.  Most of it stands as it is and is copied in
 * large pieces; the rest comes byte by byte.
 */
#include <string.h>
#include "base/die.h"
#include "base/gate.h"
#include "base/json.h"
#include "base/utf.h"

/* Bytes that one byte of text can become: "\u0001"; and what a piece that
 * is stored whole may reach beyond its end. */
enum { GROWTH = 6, BEYOND = 16, SLICE = 1024 };

static inline bool
one_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* Sixteen bytes at a time: a vector of the compiler, whatever machine. */
typedef uint8_t sixteen __attribute__((vector_size(16)));
typedef int8_t sixteen_signed __attribute__((vector_size(16)));
typedef uint64_t two_words __attribute__((vector_size(16)));

/* All bits of those bytes that stand as they are; DEL and what is beyond
 * become negative. */
static inline sixteen
sixteen_plain(sixteen x)
{
	return (sixteen)((sixteen_signed)(x + 1) > ' ') &
	    ~((sixteen)(x == '"') | (sixteen)(x == '\\'));
}

static inline bool
all_set(sixteen x)
{
	two_words w = (two_words)x;

	return (w[0] & w[1]) == UINT64_MAX;
}

/* Copies sixteen bytes. */
static inline sixteen
sixteen_copy(char *to, const char *from)
{
	sixteen x;

	memcpy(&x, from, sizeof x);
	memcpy(to, &x, sizeof x);
	return sixteen_plain(x);
}

/* Eight to fifteen bytes, as two words that overlap. */
static inline bool
eight_copy(char *to, const char *from, size_t n)
{
	uint64_t head, tail;

	memcpy(&head, from, sizeof head);
	memcpy(&tail, from + n - 8, sizeof tail);
	memcpy(to, &head, sizeof head);
	memcpy(to + n - 8, &tail, sizeof tail);
	return all_set(sixteen_plain((sixteen)(two_words){ head, tail }));
}

/* Four to seven. */
static inline bool
four_copy(char *to, const char *from, size_t n)
{
	uint32_t head, tail;
	uint64_t both;

	memcpy(&head, from, sizeof head);
	memcpy(&tail, from + n - 4, sizeof tail);
	memcpy(to, &head, sizeof head);
	memcpy(to + n - 4, &tail, sizeof tail);
	both = (uint64_t)head << 32 | tail;
	return all_set(sixteen_plain((sixteen)(two_words){ both, both }));
}

/*
 * Copies text that stands as it is.  False when some does not; what is at
 * `to` is then of no use.  The last piece overlaps the one before: a loop
 * over a tail of random length costs more than all the rest.
 */
static inline bool
plain_copy(char *to, struct str s)
{
	if (s.n >= 16) {
		sixteen plain = sixteen_copy(to + s.n - 16, s.p + s.n - 16);

		for (size_t at = 0; at < s.n - 16; at += 16)
			plain &= sixteen_copy(to + at, s.p + at);
		return all_set(plain);
	}
	if (s.n >= 8)
		return eight_copy(to, s.p, s.n);
	if (s.n >= 4)
		return four_copy(to, s.p, s.n);
	for (size_t at = 0; at < s.n; at++) {
		if (!one_plain(s.p[at]))
			return false;
		to[at] = s.p[at];
	}
	return true;
}

/* The last digits of n behind a prefix. */
static char *
hex_put(char *p, const char *prefix, uint32_t n, int digits)
{
	static const char hex[] = "0123456789abcdef";

	while (*prefix != '\0')
		*p++ = *prefix++;
	while (digits-- > 0)
		*p++ = hex[n >> 4 * digits & 15];
	return p;
}

static char *
escape_put(char *p, uint32_t cp)
{
	if (cp >= UTF_BAD)
		return hex_put(p, "\\\\x", cp - UTF_BAD, 2);
	if ((cp & 0xFFFFF800) == 0xD800)
		return hex_put(p, "\\\\u", cp, 4);
	if (cp > 0xFFFF) {
		p = hex_put(p, "\\u", 0xD800 + ((cp - 0x10000) >> 10), 4);
		return hex_put(p, "\\u", 0xDC00 + ((cp - 0x10000) & 0x3FF), 4);
	}
	if (cp != '"' && cp != '\\' && cp != '\n' && cp != '\t')
		return hex_put(p, "\\u", cp, 4);
	*p++ = '\\';
	*p++ = (char)(cp == '\n' ? 'n' : cp == '\t' ? 't' : cp);
	return p;
}

/* The character at *at, of which one byte may not stand as it is. */
static char *
character_put(char *p, struct str s, size_t *at)
{
	size_t here = *at;
	uint32_t cp = (unsigned char)s.p[here];

	if (cp < 0x80)
		(*at)++;
	else
		cp = utf_next(s, at);
	if (cp == '"' || cp == '\\' || gate_is_unsafe(cp))
		return escape_put(p, cp);
	while (here < *at)
		*p++ = s.p[here++];
	return p;
}

/* How many of sixteen bytes stand as they are before the first that does
 * not. */
static inline size_t
plain_run(sixteen plain)
{
	two_words w = ~(two_words)plain;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = (two_words){ __builtin_bswap64(w[0]), __builtin_bswap64(w[1]) };
#endif
	if (w[0] != 0)
		return (size_t)__builtin_ctzll(w[0]) / 8;
	return w[1] == 0 ? 16 : 8 + (size_t)__builtin_ctzll(w[1]) / 8;
}

/* Without the quotes; at p is room for GROWTH * s.n + BEYOND bytes.  Paths
 * are full of backslashes: they take no detour. */
static char *
text_put(char *p, struct str s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t plain = 0;

		if (s.n - at >= 16)
			plain = plain_run(sixteen_copy(p, s.p + at));
		else if (one_plain(*p = s.p[at]))
			plain = 1;
		p += plain;
		at += plain;
		if (plain == 16 || at == s.n || one_plain(s.p[at]))
			continue;
		if (s.p[at] == '\\') {
			*p++ = '\\';
			*p++ = '\\';
			at++;
		} else {
			p = character_put(p, s, &at);
		}
	}
	return p;
}

/* How much of s to take at once: no character is cut in two. */
static size_t
slice(struct str s)
{
	size_t n = SLICE;

	if (s.n <= SLICE)
		return s.n;
	for (size_t back = 0; back < 3 && (s.p[n] & 0xC0) == 0x80; back++)
		n--;
	return (s.p[n] & 0xC0) == 0x80 ? SLICE : n;
}

/* A part at a time: no more room is asked for than it can come to. */
static __attribute__((noinline)) char *
quoted_put(struct out *o, char *p, struct str s)
{
	*p++ = '"';
	while (s.n > 0) {
		size_t n = slice(s);

		p = out_fit(o, p, GROWTH * n + BEYOND + 1);
		p = text_put(p, (struct str){ s.p, n });
		s = str_sub(s, n, s.n);
	}
	*p++ = '"';
	return p;
}

char *
json_put_str(struct out *o, char *p, struct str s)
{
	p = out_fit(o, p, s.n + 2);
	if (!plain_copy(p + 1, s))
		return quoted_put(o, p, s);
	*p = '"';
	p[1 + s.n] = '"';
	return p + s.n + 2;
}

void
json_quote(struct out *o, struct str s)
{
	char buf[GROWTH * SLICE + BEYOND];

	if (o->f == NULL) {
		out_wrote(o, json_put_str(o, out_place(o), s));
		return;
	}
	out_char(o, '"');
	while (s.n > 0) {
		size_t n = slice(s);
		char *end = text_put(buf, (struct str){ s.p, n });

		out_bytes(o, buf, (size_t)(end - buf));
		s = str_sub(s, n, s.n);
	}
	out_char(o, '"');
}
