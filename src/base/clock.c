/*
 * FILETIME to and from calendar dates (proleptic Gregorian), by day
 * counts: no libc time functions (but to measure), no time zone, any year
 * to 9999.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include "base/clock.h"

struct date { unsigned year, month, day, hour, minute, second, fraction; };

uint64_t
clock_from_unix(uint32_t seconds)
{
	return CLOCK_UNIX_EPOCH + seconds * CLOCK_SECOND;
}

/* Days from 1601-01-01; years are counted from March so that the leap day
 * is the last of a year. */
static uint64_t
days_from_date(unsigned y, unsigned m, unsigned d)
{
	uint64_t year = m <= 2 ? y - 1u : y, month = m <= 2 ? m + 9u : m - 3u;
	uint64_t days = 365 * year + year / 4 - year / 100 + year / 400;

	/* 584694: the same sum for 1601-01-01. */
	return days + (153 * month + 2) / 5 + d - 1 - 584694;
}

static void
date_from_days(uint64_t days, struct date *d)
{
	uint64_t z = days + 584694, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153;

	d->day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	d->month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	d->year = (unsigned)(yoe + era * 400 + (d->month <= 2 ? 1 : 0));
}

static struct date
date_of(uint64_t t)
{
	struct date d = { 0 };
	uint64_t left = t % CLOCK_DAY;

	date_from_days(t / CLOCK_DAY, &d);
	d.fraction = (unsigned)(left % CLOCK_SECOND);
	left /= CLOCK_SECOND;
	d.hour = (unsigned)(left / 3600);
	d.minute = (unsigned)(left / 60 % 60);
	d.second = (unsigned)(left % 60);
	return d;
}

static unsigned
month_days(unsigned y, unsigned m)
{
	static const unsigned char days[12] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return 29;
	return days[m - 1];
}

static bool
date_filetime(const struct date *d, uint64_t *t)
{
	if (d->year < 1601 || d->year > 9999 || d->month < 1 || d->month > 12 ||
	    d->day < 1 || d->day > month_days(d->year, d->month) ||
	    d->hour > 23 || d->minute > 59 || d->second > 59)
		return false;
	*t = days_from_date(d->year, d->month, d->day) * CLOCK_DAY +
	    d->hour * CLOCK_HOUR + d->minute * CLOCK_MINUTE +
	    d->second * CLOCK_SECOND + d->fraction;
	return true;
}

/* n as that many digits; returns behind them. */
static char *
digits_put(char *p, unsigned n, int many)
{
	for (int i = many; i-- > 0; n /= 10)
		p[i] = (char)('0' + n % 10);
	return p + many;
}

static inline char *
two_put(char *p, char before, unsigned n)
{
	p[0] = before;
	p[1] = (char)('0' + n / 10);
	p[2] = (char)('0' + n % 10);
	return p + 3;
}

/* digits of the fraction: 0 as many as it needs, else (7) all. */
static size_t
rfc3339(char buf[CLOCK_TEXT], uint64_t t, int digits)
{
	struct date d;
	char *p = buf;

	if (t >= CLOCK_LIMIT)
		return (size_t)snprintf(buf, CLOCK_TEXT, "0x%016" PRIx64, t);
	d = date_of(t);
	p = digits_put(p, d.year, 4);
	p = two_put(p, '-', d.month);
	p = two_put(p, '-', d.day);
	p = two_put(p, 'T', d.hour);
	p = two_put(p, ':', d.minute);
	p = two_put(p, ':', d.second);
	if (digits > 0 || d.fraction > 0) {
		*p++ = '.';
		p = digits_put(p, d.fraction, 7);
		while (digits == 0 && p[-1] == '0')
			p--;
	}
	*p++ = 'Z';
	*p = '\0';
	return (size_t)(p - buf);
}

size_t
clock_write(char buf[CLOCK_TEXT], uint64_t t)
{
	return rfc3339(buf, t, 0);
}

struct str
clock_rfc3339(struct arena *a, uint64_t t)
{
	char buf[CLOCK_TEXT];

	return arena_str(a, (struct str){ buf, rfc3339(buf, t, 0) });
}

struct str
clock_rfc3339_full(struct arena *a, uint64_t t)
{
	char *p = arena_raw(a, CLOCK_TEXT);

	return (struct str){ p, rfc3339(p, t, 7) };
}

struct str
clock_people(struct arena *a, uint64_t t)
{
	struct date d = date_of(t);

	if (t >= CLOCK_LIMIT)
		return clock_rfc3339(a, t);
	return arena_fmt(a, "%04u-%02u-%02u %02u:%02u:%02uZ", d.year, d.month,
	    d.day, d.hour, d.minute, d.second);
}

struct str
clock_date(struct arena *a, uint64_t t)
{
	return str_sub(clock_people(a, t), 0, t >= CLOCK_LIMIT ? SIZE_MAX : 10);
}

/* Exactly n digits at *at. */
static bool
digits(struct str s, size_t *at, size_t n, unsigned *out)
{
	uint64_t v;
	struct str part = str_sub(s, *at, n);

	if (part.n != n || part.p[0] == '+' || !str_u64(part, &v) ||
	    (n > 1 && (part.p[1] == 'x' || part.p[1] == 'X')))
		return false;
	*out = (unsigned)v;
	*at += n;
	return true;
}

static bool
skip(struct str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

static bool
fraction(struct str s, size_t *at, unsigned *out)
{
	unsigned n = 0, v = 0;

	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++, n++)
		if (n < 7)
			v = v * 10 + (unsigned)(s.p[*at] - '0');
	if (n == 0 || n > 9)
		return false;
	for (; n < 7; n++)
		v *= 10;
	*out = v;
	return true;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing; applied to *t. */
static bool
zone(struct str s, size_t at, uint64_t *t)
{
	unsigned h, m;
	uint64_t shift;
	bool east;

	if (at == s.n)
		return true;
	if (s.p[at] == 'Z' || s.p[at] == 'z')
		return at + 1 == s.n;
	east = s.p[at] == '+';
	if (!east && s.p[at] != '-')
		return false;
	at++;
	if (!digits(s, &at, 2, &h) || !skip(s, &at, ':') ||
	    !digits(s, &at, 2, &m) || at != s.n || h > 23 || m > 59)
		return false;
	shift = h * CLOCK_HOUR + m * CLOCK_MINUTE;
	if (east && *t < shift)
		return false;
	*t = east ? *t - shift : *t + shift;
	return true;
}

bool
clock_parse(struct str s, uint64_t *t)
{
	struct date d = { 0 };
	size_t at = 0;

	s = str_trim(s);
	if (!digits(s, &at, 4, &d.year) || !skip(s, &at, '-') ||
	    !digits(s, &at, 2, &d.month) || !skip(s, &at, '-') ||
	    !digits(s, &at, 2, &d.day))
		return false;
	if (at == s.n)
		return date_filetime(&d, t);
	if (!skip(s, &at, 'T') && !skip(s, &at, 't') && !skip(s, &at, ' '))
		return false;
	if (!digits(s, &at, 2, &d.hour) || !skip(s, &at, ':') ||
	    !digits(s, &at, 2, &d.minute))
		return false;
	if (skip(s, &at, ':') && !digits(s, &at, 2, &d.second))
		return false;
	if (skip(s, &at, '.') && !fraction(s, &at, &d.fraction))
		return false;
	return date_filetime(&d, t) && zone(s, at, t);
}

bool
clock_from_systemtime(struct span s, uint64_t *t)
{
	struct rd r = rd_init(s);
	struct date d = { 0 };
	unsigned ms;

	d.year = rd_u16(&r);
	d.month = rd_u16(&r);
	rd_skip(&r, 2);		/* day of week */
	d.day = rd_u16(&r);
	d.hour = rd_u16(&r);
	d.minute = rd_u16(&r);
	d.second = rd_u16(&r);
	ms = rd_u16(&r);
	d.fraction = ms * 10000;
	return rd_ok(&r) && ms < 1000 && date_filetime(&d, t);
}

bool
clock_parse_span(struct str s, uint64_t *span)
{
	uint64_t n, unit;

	if (s.n < 2 || s.p[0] == '0' || !str_u64(str_sub(s, 0, s.n - 1), &n))
		return false;
	switch (s.p[s.n - 1]) {
	case 's':
		unit = CLOCK_SECOND;
		break;
	case 'm':
		unit = CLOCK_MINUTE;
		break;
	case 'h':
		unit = CLOCK_HOUR;
		break;
	case 'd':
		unit = CLOCK_DAY;
		break;
	default:
		return false;
	}
	if (n > UINT64_MAX / unit)
		return false;
	*span = n * unit;
	return true;
}

uint64_t
clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
