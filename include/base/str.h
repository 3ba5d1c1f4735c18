/*
 * Text that came from outside: UTF-8 with a length, not NUL-terminated,
 * and it may hold NUL, control characters and (as three-byte sequences,
 * "WTF-8") lone surrogates.  It is written by attackers: it reaches a
 * stream only through a gate (base/gate.h) or a document writer
 * (base/json.h).  Text of the program itself is plain const char *.
 */
#ifndef EVTRIAGE_BASE_STR_H
#define EVTRIAGE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char	*p;
	size_t		 n;
};

/* A string literal as struct str, usable in static initialisers too. */
#define STR(lit) { (lit), sizeof(lit) - 1 }

/* NULL: the empty string. */
static inline struct str
str_of(const char *cstr)
{
	return cstr == NULL ? (struct str){ "", 0 } :
	    (struct str){ cstr, strlen(cstr) };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

/* Equal but for the case of ASCII letters. */
bool		str_caseeq(struct str a, struct str b);
int		str_casecmp(struct str a, struct str b);

/* Inlined: the length of a literal is known then, and mostly decides. */
static inline bool
str_caseis(struct str a, const char *cstr)
{
	return a.n == strlen(cstr) && str_caseeq(a, str_of(cstr));
}

int		str_cmp(struct str a, struct str b);
bool		str_starts(struct str s, const char *prefix);
bool		str_casestarts(struct str s, const char *prefix);
struct str	str_trim(struct str s);		/* ASCII white space */
struct str	str_sub(struct str s, size_t off, size_t len);	/* clamped */
/* Offset of needle in s from off on, or SIZE_MAX. */
size_t		str_find(struct str s, const char *needle, size_t off);
/* Shell glob with * and ?, ASCII case ignored, linear time. */
bool		str_glob(struct str s, struct str pattern);
/* Whole of s as a number: decimal, or hexadecimal after 0x.  False when
 * anything else stands in it or it does not fit. */
bool		str_u64(struct str s, uint64_t *out);
/* Whole of s as bare hexadecimal digits (1 to 16). */
bool		str_hex64(struct str s, uint64_t *out);
/* Digits into buf, no NUL; returns how many.  For what is printed by the
 * million: printf takes ten times as long. */
#define STR_DIGITS 20
size_t		str_put_u64(char buf[STR_DIGITS], uint64_t n);
/* At least `least` digits (1 to 16). */
size_t		str_put_hex(char buf[STR_DIGITS], uint64_t n, int least,
		    bool upper);
/* Eight bytes of text out of a number, the lowest byte first; the compiler
 * makes one store of it.  Returns behind them. */
static inline char *
str_put_le64(char *p, uint64_t n)
{
	p[0] = (char)n;
	p[1] = (char)(n >> 8);
	p[2] = (char)(n >> 16);
	p[3] = (char)(n >> 24);
	p[4] = (char)(n >> 32);
	p[5] = (char)(n >> 40);
	p[6] = (char)(n >> 48);
	p[7] = (char)(n >> 56);
	return p + 8;
}

/* Eight hexadecimal digits as text, the first in the lowest byte: each
 * digit gets a byte, then those above 9 are moved to the letters. */
static inline uint64_t
str_hex8(uint32_t n, bool upper)
{
	uint64_t x = n >> 16 | (uint64_t)(n & 0xFFFF) << 32, letters;

	x = (x >> 8 & UINT64_C(0x000000FF000000FF)) |
	    (x & UINT64_C(0x000000FF000000FF)) << 16;
	x = (x >> 4 & UINT64_C(0x000F000F000F000F)) |
	    (x & UINT64_C(0x000F000F000F000F)) << 8;
	letters = (x + UINT64_C(0x0606060606060606)) >> 4 &
	    UINT64_C(0x0101010101010101);
	return x + UINT64_C(0x3030303030303030) + letters * (upper ? 7 : 39);
}

static inline char *
str_put_hex8(char *p, uint32_t n, bool upper)
{
	return str_put_le64(p, str_hex8(n, upper));
}

/* FNV-1a over the text, ASCII letters folded to lower case. */
uint64_t	str_casehash(struct str s);

#endif
