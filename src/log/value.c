/*
 * BinXML values to text, as Windows renders them in event XML.  Sources:
 * [MS-EVEN6] 2.2.12, [MS-DTYP] for GUID, SID, FILETIME and SYSTEMTIME;
 * the forms were compared with what Windows shows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf.h"
#include "log/binxml.h"

static struct str
decimal(struct arena *a, uint64_t n, bool negative)
{
	char *p = arena_raw(a, 1 + STR_DIGITS + 1);
	size_t sign = negative ? 1 : 0;

	p[0] = '-';
	sign += str_put_u64(p + sign, negative ? -n : n);
	p[sign] = '\0';
	return (struct str){ p, sign };
}

static void
number_signed(struct arena *a, struct span s, struct value *v)
{
	uint64_t n = signed_any(s);

	v->type = VALUE_INT;
	v->number = n;
	v->text = decimal(a, n, (int64_t)n < 0);
}

static void
number_unsigned(struct arena *a, struct span s, struct value *v)
{
	v->type = VALUE_UINT;
	v->number = le_any(s);
	v->text = decimal(a, v->number, false);
}

static void
number_hex(struct arena *a, struct span s, struct value *v)
{
	char *p = arena_raw(a, 2 + STR_DIGITS + 1);
	size_t n;

	v->type = VALUE_HEX;
	v->number = le_any(s);
	p[0] = '0';
	p[1] = 'x';
	n = 2 + str_put_hex(p + 2, v->number, 1, false);
	p[n] = '\0';
	v->text = (struct str){ p, n };
}

/* The fewest digits that give the same number back. */
static void
number_real(struct arena *a, double d, int most, struct value *v)
{
	char buf[40];
	double back;
	int digits = 6;

	do {
		(void)snprintf(buf, sizeof buf, "%.*g", digits, d);
		back = strtod(buf, NULL);
	} while (digits++ < most && (most == 9 ? (float)back != (float)d :
	    back != d) && !isnan(d));
	v->type = VALUE_REAL;
	v->text = arena_str(a, str_of(buf));
}

/* Two digits each; returns behind them. */
static inline char *
hex_put(char *p, const uint8_t *bytes, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i = 0;

	for (; n - i >= 4; i += 4)
		p = str_put_hex8(p, be32(bytes + i), true);
	for (; i < n; i++) {
		*p++ = hex[bytes[i] >> 4];
		*p++ = hex[bytes[i] & 15];
	}
	return p;
}

static void
binary(struct arena *a, struct span s, struct value *v)
{
	char *p = arena_raw(a, 2 * s.n + 1);

	*hex_put(p, s.p, s.n) = '\0';
	v->type = VALUE_BINARY;
	v->bytes = arena_span(a, s);
	v->text = (struct str){ p, 2 * s.n };
}

/* Four digits out of the low half of n. */
static inline char *
hex4_put(char *p, uint32_t n)
{
	(void)str_put_hex8(p, n << 16, true);
	return p + 4;
}

/* Three numbers, then bytes.  Groups of four digits are written as eight
 * of which the rest is written over. */
static void
guid(struct arena *a, struct span s, struct value *v)
{
	char *text = arena_raw(a, 38 + 8), *p = text;

	*p++ = '{';
	p = str_put_hex8(p, le32(s.p), true);
	*p++ = '-';
	p = hex4_put(p, le16(s.p + 4));
	*p++ = '-';
	p = hex4_put(p, le16(s.p + 6));
	*p++ = '-';
	p = hex4_put(p, be32(s.p + 8) >> 16);
	*p++ = '-';
	p = str_put_hex8(p, be32(s.p + 10), true);
	p = hex4_put(p, be32(s.p + 12));
	*p++ = '}';
	*p = '\0';
	v->type = VALUE_GUID;
	v->text = (struct str){ text, 38 };
}

static bool
sid(struct arena *a, struct span s, struct value *v)
{
	unsigned revision, count;
	uint64_t authority;
	char *p;
	size_t n;

	if (s.n < 8 || s.n - 8 != 4 * (size_t)s.p[1])
		return false;
	revision = s.p[0];
	count = s.p[1];
	authority = (uint64_t)be32(s.p) << 32 | be32(s.p + 4);
	authority &= UINT64_C(0xFFFFFFFFFFFF);
	/* Ten digits and a dash each, and room to write a last number. */
	p = arena_raw(a, 32 + 11 * (size_t)count + STR_DIGITS + 1);
	p[0] = 'S';
	p[1] = '-';
	n = 2 + str_put_u64(p + 2, revision);
	p[n++] = '-';
	if (authority > UINT32_MAX) {
		p[n++] = '0';
		p[n++] = 'x';
		n += str_put_hex(p + n, authority, 1, false);
	} else {
		n += str_put_u64(p + n, authority);
	}
	for (size_t i = 0; i < count; i++) {
		p[n++] = '-';
		n += str_put_u64(p + n, le32(s.p + 8 + 4 * i));
	}
	p[n] = '\0';
	v->type = VALUE_SID;
	v->text = (struct str){ p, n };
	return true;
}

static void
moment(struct arena *a, uint64_t t, struct value *v)
{
	v->type = VALUE_TIME;
	v->number = t;
	v->text = clock_rfc3339_full(a, t);
}

/* Strings carry no terminator, but writers often leave one or more. */
static struct span
no_trailing_nuls(struct span s, size_t unit)
{
	s.n -= s.n % unit;
	while (s.n > 0 && s.p[s.n - 1] == 0 && s.p[s.n - unit] == 0)
		s.n -= unit;
	return s;
}

static void
truth(uint64_t n, struct value *v)
{
	v->type = VALUE_BOOL;
	v->number = n != 0;
	v->text = str_of(n != 0 ? "true" : "false");
}

static bool
real_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	float f;
	double d;

	if (type == BX_REAL32 && s.n == sizeof f) {
		memcpy(&f, s.p, sizeof f);
		number_real(a, (double)f, 9, v);
		return true;
	}
	if (type == BX_REAL64 && s.n == sizeof d) {
		memcpy(&d, s.p, sizeof d);
		number_real(a, d, 17, v);
		return true;
	}
	return false;
}

/* What has more than eight bytes, or other rules for its size. */
static bool
struct_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	uint64_t t;

	switch (type) {
	case BX_ANSI:
		v->type = VALUE_TEXT;
		v->text = utf_from_cp1252(a, no_trailing_nuls(s, 1));
		return true;
	case BX_GUID:
		if (s.n != 16)
			return false;
		guid(a, s, v);
		return true;
	case BX_SYSTEMTIME:
		if (s.n != 16 || !clock_from_systemtime(s, &t))
			return false;
		moment(a, t, v);
		return true;
	case BX_SID:
		return sid(a, s, v);
	default:
		return false;
	}
}

/* False: the type is not known, or it cannot have that size. */
static bool
known_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	if (s.n > 8 || s.n == 0)
		return struct_decode(a, type, s, v);
	switch (type) {
	case BX_INT8: case BX_INT16: case BX_INT32: case BX_INT64:
		number_signed(a, s, v);
		return true;
	case BX_UINT8: case BX_UINT16: case BX_UINT32: case BX_UINT64:
		number_unsigned(a, s, v);
		return true;
	case BX_SIZET: case BX_HEX32: case BX_HEX64: case BX_HANDLE:
		number_hex(a, s, v);
		return true;
	case BX_BOOL:
		truth(le_any(s), v);
		return true;
	case BX_REAL32: case BX_REAL64:
		return real_decode(a, type, s, v);
	case BX_FILETIME:
		if (s.n != 8)
			return false;
		moment(a, le64(s.p), v);
		return true;
	default:
		return struct_decode(a, type, s, v);
	}
}

void
value_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	*v = (struct value){ .text = STR("") };
	if (type == BX_STRING) {
		v->type = VALUE_TEXT;
		v->text = utf_from_utf16le(a, no_trailing_nuls(s, 2));
		return;
	}
	if (type == BX_NULL || (s.n == 0 && type != BX_ANSI &&
	    type != BX_BINARY))
		return;
	if (!known_decode(a, type, s, v))
		binary(a, s, v);
}

struct str
value_entity(struct arena *a, struct str name)
{
	static const struct { const char *name, *text; } known[] = {
		{ "amp", "&" }, { "lt", "<" }, { "gt", ">" },
		{ "quot", "\"" }, { "apos", "'" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_is(name, known[i].name))
			return str_of(known[i].text);
	return arena_fmt(a, "&%.*s;", (int)name.n, name.p);
}

static size_t
item_size(unsigned type)
{
	switch (type) {
	case BX_INT8: case BX_UINT8:
		return 1;
	case BX_INT16: case BX_UINT16:
		return 2;
	case BX_INT32: case BX_UINT32: case BX_REAL32: case BX_BOOL:
	case BX_HEX32:
		return 4;
	case BX_GUID: case BX_SYSTEMTIME:
		return 16;
	default:
		return 8;
	}
}

/* Length of the text at the head of s, its NUL not counted. */
static size_t
text_length(struct span s, size_t unit)
{
	size_t n = 0;

	while (n + unit <= s.n && (s.p[n] != 0 || s.p[n + unit - 1] != 0))
		n += unit;
	return n;
}

bool
value_item(unsigned type, struct span s, size_t *at, struct span *item)
{
	struct span left = span_from(s, *at);
	size_t unit = type == BX_STRING ? 2 : 1, n;

	if (left.n == 0)
		return false;
	if (type == BX_STRING || type == BX_ANSI) {
		n = text_length(left, unit);
		*item = span_sub(left, 0, n);
		*at += n + unit;
		if (*at > s.n)
			*at = s.n;
		return true;
	}
	n = type == BX_SID && left.n >= 2 ? 8 + 4 * (size_t)left.p[1] :
	    item_size(type);
	if (n > left.n)
		n = left.n;
	*item = span_sub(left, 0, n);
	*at += n;
	return true;
}
