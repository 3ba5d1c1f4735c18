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

static uint64_t
le_any(struct span s)
{
	uint64_t v = 0;

	for (size_t i = s.n; i-- > 0;)
		v = v << 8 | s.p[i];
	return v;
}

static struct str
decimal(struct arena *a, uint64_t n, bool negative)
{
	char buf[1 + STR_DIGITS] = "-";
	size_t sign = negative ? 1 : 0;

	return arena_str(a, (struct str){ buf, sign +
	    str_put_u64(buf + sign, negative ? -n : n) });
}

/* Two's complement of any size. */
static uint64_t
signed_any(struct span s)
{
	uint64_t n = le_any(s), sign = UINT64_C(1) << (8 * s.n - 1);

	return s.n < 8 && (n & sign) != 0 ? n | ~(2 * sign - 1) : n;
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
	char buf[2 + STR_DIGITS] = "0x";

	v->type = VALUE_HEX;
	v->number = le_any(s);
	v->text = arena_str(a, (struct str){ buf, 2 +
	    str_put_hex(buf + 2, v->number, 1, false) });
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

static void
binary(struct arena *a, struct span s, struct value *v)
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = arena_alloc(a, 2 * s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		p[2 * i] = hex[s.p[i] >> 4];
		p[2 * i + 1] = hex[s.p[i] & 15];
	}
	v->type = VALUE_BINARY;
	v->bytes = arena_span(a, s);
	v->text = (struct str){ p, 2 * s.n };
}

static void
guid(struct arena *a, struct span s, struct value *v)
{
	/* Three numbers, then bytes; '-' before these. */
	static const unsigned char order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9,
	    10, 11, 12, 13, 14, 15 };
	char buf[38 + STR_DIGITS];
	size_t n = 0;

	buf[n++] = '{';
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf[n++] = '-';
		n += str_put_hex(buf + n, s.p[order[i]], 2, true);
	}
	buf[n++] = '}';
	v->type = VALUE_GUID;
	v->text = arena_str(a, (struct str){ buf, n });
}

static bool
sid(struct arena *a, struct span s, struct value *v)
{
	struct rd r = rd_init(s);
	unsigned revision = rd_u8(&r), count = rd_u8(&r);
	uint64_t authority = 0;
	char buf[64 + 255 * 11 + STR_DIGITS];
	size_t n;

	for (int i = 0; i < 6; i++)
		authority = authority << 8 | rd_u8(&r);
	if (!rd_ok(&r) || rd_left(&r) != 4 * (size_t)count)
		return false;
	buf[0] = 'S';
	buf[1] = '-';
	n = 2 + str_put_u64(buf + 2, revision);
	buf[n++] = '-';
	if (authority > UINT32_MAX) {
		buf[n++] = '0';
		buf[n++] = 'x';
		n += str_put_hex(buf + n, authority, 1, false);
	} else {
		n += str_put_u64(buf + n, authority);
	}
	for (unsigned i = 0; i < count; i++) {
		buf[n++] = '-';
		n += str_put_u64(buf + n, rd_u32(&r));
	}
	v->type = VALUE_SID;
	v->text = arena_str(a, (struct str){ buf, n });
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
number_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	float f;
	double d;

	if (s.n == 0 || s.n > 8)
		return false;
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
	case BX_REAL32:
		if (s.n != sizeof f)
			return false;
		memcpy(&f, s.p, sizeof f);
		number_real(a, (double)f, 9, v);
		return true;
	case BX_REAL64:
		if (s.n != sizeof d)
			return false;
		memcpy(&d, s.p, sizeof d);
		number_real(a, d, 17, v);
		return true;
	case BX_FILETIME:
		if (s.n != 8)
			return false;
		moment(a, le64(s.p), v);
		return true;
	default:
		return false;
	}
}

static bool
struct_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	uint64_t t;

	switch (type) {
	case BX_STRING:
		v->type = VALUE_TEXT;
		v->text = utf_from_utf16le(a, no_trailing_nuls(s, 2));
		return true;
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

bool
value_number_only(unsigned type, struct span s, struct value *v)
{
	*v = (struct value){ .type = VALUE_UINT, .text = { "", 0 } };
	if (s.n == 0 || s.n > 8)
		return false;
	switch (type) {
	case BX_INT8: case BX_INT16: case BX_INT32: case BX_INT64:
		v->number = signed_any(s);
		return true;
	case BX_UINT8: case BX_UINT16: case BX_UINT32: case BX_UINT64:
	case BX_SIZET: case BX_HEX32: case BX_HEX64: case BX_HANDLE:
		v->number = le_any(s);
		return true;
	case BX_FILETIME:
		v->type = VALUE_TIME;
		v->number = le_any(s);
		return s.n == 8;
	default:
		return false;
	}
}

void
value_decode(struct arena *a, unsigned type, struct span s, struct value *v)
{
	memset(v, 0, sizeof *v);
	v->text = str_of("");
	if (type == BX_NULL || (s.n == 0 && type != BX_STRING &&
	    type != BX_ANSI && type != BX_BINARY))
		return;
	if (!number_decode(a, type, s, v) && !struct_decode(a, type, s, v))
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
