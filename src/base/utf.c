/*
 * UTF-16LE, Windows-1252 and claimed UTF-8 to the program's own text,
 * WTF-8 (The Unicode Standard 3.9; the WTF-8 encoding by S. Sapin).
 */
#include <string.h>
#include "base/utf.h"

size_t
utf_encode(uint32_t cp, char buf[4])
{
	if (cp < 0x80) {
		buf[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		buf[0] = (char)(0xC0 | cp >> 6);
		buf[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		buf[0] = (char)(0xE0 | cp >> 12);
		buf[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		buf[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	buf[0] = (char)(0xF0 | (cp >> 18 & 7));
	buf[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	buf[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	buf[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* The unit at i, a pair joined; moves *i behind it. */
static uint32_t
utf16_next(struct span s, size_t *i)
{
	uint32_t hi = le16(s.p + *i), lo;

	*i += 2;
	if ((hi & 0xFC00) != 0xD800 || s.n - *i < 2)
		return hi;
	lo = le16(s.p + *i);
	if ((lo & 0xFC00) != 0xDC00)
		return hi;
	*i += 2;
	return 0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00);
}

/* Eight units at a time: vectors of the compiler, whatever machine. */
typedef uint16_t eight_units __attribute__((vector_size(16)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));
typedef uint64_t two_words __attribute__((vector_size(16)));

#define NOT_ASCII UINT64_C(0xFF80FF80FF80FF80)

/* Packs units into bytes; returns what they had set, for a later look if
 * all were ASCII. */
static inline two_words
eight_put(char *to, const uint8_t *from)
{
	eight_units x;
	eight_bytes packed;

	memcpy(&x, from, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = x << 8 | x >> 8;
#endif
	packed = __builtin_convertvector(x, eight_bytes);
	memcpy(to, &packed, sizeof packed);
	return (two_words)x;
}

static inline uint64_t
four_put(char *to, const uint8_t *from)
{
	uint64_t x = le64(from), y = (x | x >> 8) & UINT64_C(0xFFFF0000FFFF);
	uint32_t packed = (uint32_t)(y | y >> 16);

	to[0] = (char)packed;
	to[1] = (char)(packed >> 8);
	to[2] = (char)(packed >> 16);
	to[3] = (char)(packed >> 24);
	return x;
}

/* Nearly all text is ASCII: false when this is not.  The last piece
 * overlaps the one before: a loop over a tail of random length costs more
 * than all the rest. */
static inline bool
ascii_put(char *to, const uint8_t *from, size_t units)
{
	uint64_t all = 0;

	if (units >= 8) {
		two_words most = eight_put(to + units - 8,
		    from + 2 * (units - 8));

		for (size_t i = 0; i < units - 8; i += 8)
			most |= eight_put(to + i, from + 2 * i);
		return ((most[0] | most[1]) & NOT_ASCII) == 0;
	}
	if (units >= 4) {
		all = four_put(to, from);
		all |= four_put(to + units - 4, from + 2 * (units - 4));
		return (all & NOT_ASCII) == 0;
	}
	for (size_t i = 0; i < units; i++) {
		all |= le16(from + 2 * i);
		to[i] = (char)from[2 * i];
	}
	return all < 0x80;
}

size_t
utf_write_utf16le(char *buf, struct span s)
{
	size_t n = 0, i = 0;

	s.n -= s.n % 2;
	if (ascii_put(buf, s.p, s.n / 2))
		return s.n / 2;
	while (i < s.n)
		n += utf_encode(utf16_next(s, &i), buf + n);
	return n;
}

struct str
utf_from_utf16le(struct arena *a, struct span s)
{
	char *p = arena_raw(a, 3 * (s.n / 2) + 1);
	size_t n = utf_write_utf16le(p, s);

	p[n] = '\0';
	return (struct str){ p, n };
}

/* 0x80..0x9F of Windows-1252. */
static const uint16_t cp1252[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

struct str
utf_from_cp1252(struct arena *a, struct span s)
{
	char *p = arena_raw(a, 3 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		uint32_t cp = s.p[i];

		while (s.n - i > 8 && (le64(s.p + i) &
		    UINT64_C(0x8080808080808080)) == 0) {
			memcpy(p + n, s.p + i, 8);
			n += 8;
			i += 8;
			cp = s.p[i];
		}
		if (cp >= 0x80 && cp < 0xA0)
			cp = cp1252[cp - 0x80];
		n += utf_encode(cp, p + n);
	}
	p[n] = '\0';
	return (struct str){ p, n };
}

static size_t
sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead < 0xE0)
		return 2;
	if (lead >= 0xE0 && lead < 0xF0)
		return 3;
	if (lead >= 0xF0 && lead < 0xF5)
		return 4;
	return 0;
}

uint32_t
utf_next(struct str s, size_t *at)
{
	unsigned char lead = (unsigned char)s.p[*at];
	size_t len = sequence_length(lead), i;
	uint32_t cp = lead;

	if (len > 1)
		cp &= 0x7Fu >> len;
	for (i = 1; i < len && i < s.n - *at; i++) {
		unsigned char c = (unsigned char)s.p[*at + i];

		if ((c & 0xC0) != 0x80)
			break;
		cp = cp << 6 | (c & 0x3F);
	}
	if (len == 0 || i < len || (len == 3 && cp < 0x800) ||
	    (len == 4 && (cp < 0x10000 || cp > 0x10FFFF))) {
		(*at)++;
		return UTF_BAD + lead;
	}
	*at += len;
	return cp;
}

struct str
utf_from_utf8(struct arena *a, struct span s)
{
	struct str in = { (const char *)s.p, s.n };
	char *p = arena_alloc(a, 3 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < in.n;) {
		uint32_t cp = utf_next(in, &i);

		if (cp >= UTF_BAD || (cp & 0xFFFFF800) == 0xD800)
			cp = 0xFFFD;
		n += utf_encode(cp, p + n);
	}
	return (struct str){ p, n };
}

struct interval { uint32_t lo, hi; };

/* Combining marks and other characters without width of their own. */
static const struct interval zero_width[] = {
	{ 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD },
	{ 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x06D6, 0x06DC },
	{ 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E },
	{ 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F },
	{ 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F },
	{ 0xE0100, 0xE01EF },
};
/* East Asian Wide and Fullwidth (UAX #11), and emoji. */
static const struct interval two_wide[] = {
	{ 0x1100, 0x115F }, { 0x2E80, 0x303E }, { 0x3041, 0x33FF },
	{ 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA000, 0xA4CF },
	{ 0xA960, 0xA97F }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
	{ 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 },
	{ 0x1F300, 0x1F64F }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};

static bool
among(uint32_t cp, const struct interval *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= v[i].lo && cp <= v[i].hi)
			return true;
	return false;
}

int
utf_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (among(cp, zero_width, sizeof zero_width / sizeof *zero_width))
		return 0;
	return among(cp, two_wide, sizeof two_wide / sizeof *two_wide) ? 2 : 1;
}
