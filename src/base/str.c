/*
 * Text with a length.  Comparison folds ASCII letters only: names of
 * providers, channels and symbols are ASCII, and locale has no say.
 */
#include <string.h>
#include "base/str.h"

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

int
str_casecmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return fold(a.p[i]) < fold(b.p[i]) ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

/* Mostly they are the same, or differ soon from the end on: names of
 * providers begin alike. */
bool
str_caseeq(struct str a, struct str b)
{
	size_t i = a.n;

	if (a.n != b.n)
		return false;
	if (str_eq(a, b))
		return true;
	while (i > 0 && fold(a.p[i - 1]) == fold(b.p[i - 1]))
		i--;
	return i == 0;
}

bool
str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool
str_casestarts(struct str s, const char *prefix)
{
	struct str p = str_of(prefix);

	return s.n >= p.n && str_caseeq(str_sub(s, 0, p.n), p);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str
str_sub(struct str s, size_t off, size_t len)
{
	if (off > s.n)
		off = s.n;
	if (len > s.n - off)
		len = s.n - off;
	return (struct str){ s.n == 0 ? s.p : s.p + off, len };
}

size_t
str_find(struct str s, const char *needle, size_t off)
{
	size_t n = strlen(needle);
	const char *hit;

	if (off > s.n || n > s.n - off)
		return SIZE_MAX;
	if (n == 0)
		return off;
	hit = memmem(s.p + off, s.n - off, needle, n);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

/* Greedy with one point of return: the last star. */
bool
str_glob(struct str s, struct str pattern)
{
	size_t i = 0, j = 0, star = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (j < pattern.n && pattern.p[j] == '*') {
			star = j++;
			from = i;
		} else if (j < pattern.n && (pattern.p[j] == '?' ||
		    fold(pattern.p[j]) == fold(s.p[i]))) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			j = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (j < pattern.n && pattern.p[j] == '*')
		j++;
	return j == pattern.n;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (fold(c) >= 'a' && fold(c) <= 'f')
		return fold(c) - 'a' + 10;
	return 16;
}

static bool
number(struct str s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)digit(s.p[i]);

		if (d >= base || v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	*out = v;
	return true;
}

bool
str_u64(struct str s, uint64_t *out)
{
	if (str_casestarts(s, "0x"))
		return number(str_sub(s, 2, s.n), 16, out);
	return number(s, 10, out);
}

bool
str_hex64(struct str s, uint64_t *out)
{
	return s.n <= 16 && number(s, 16, out);
}

uint64_t
str_casehash(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ fold(s.p[i])) * UINT64_C(0x100000001b3);
	return h;
}

/*
 * Eight digits of n (below 10^8), one a byte, the first in the lowest: by
 * halves, in lanes of 32, 16 and 8 bits.  The factors are 1/100 and 1/10
 * rounded up, exact for what can stand in a lane.
 */
static inline uint64_t
eight_digits(uint32_t n)
{
	uint64_t four = n / 10000 | (uint64_t)(n % 10000) << 32, two, one;

	two = four * 10486 >> 20 & UINT64_C(0x7F0000007F);
	two |= (four - 100 * two) << 16;
	one = two * 103 >> 10 & UINT64_C(0x000F000F000F000F);
	return one | (two - 10 * one) << 8;
}

static inline void
eight_put(char *p, uint64_t digits)
{
	(void)str_put_le64(p, digits + UINT64_C(0x3030303030303030));
}

size_t
str_put_u64(char buf[STR_DIGITS], uint64_t n)
{
	const uint64_t most = 100000000;
	uint64_t digits;
	size_t zeros, many;

	if (n < 10) {
		buf[0] = (char)('0' + n);
		return 1;
	}
	if (n >= most) {
		many = str_put_u64(buf, n / most);
		eight_put(buf + many, eight_digits((uint32_t)(n % most)));
		return many + 8;
	}
	digits = eight_digits((uint32_t)n);
	zeros = (size_t)__builtin_ctzll(digits) / 8;
	eight_put(buf, digits >> 8 * zeros);
	return 8 - zeros;
}

size_t
str_put_hex(char buf[STR_DIGITS], uint64_t n, int least, bool upper)
{
	size_t digits = n == 0 ? 1 : 16 - (size_t)__builtin_clzll(n) / 4;

	if (digits < (size_t)least)
		digits = (size_t)least;
	if (digits > 8) {
		/* The last eight go over what the first wrote too much. */
		(void)str_put_le64(buf, str_hex8((uint32_t)(n >> 32), upper) >>
		    8 * (16 - digits));
		(void)str_put_hex8(buf + digits - 8, (uint32_t)n, upper);
		return digits;
	}
	(void)str_put_le64(buf, str_hex8((uint32_t)n, upper) >>
	    8 * (8 - digits));
	return digits;
}
