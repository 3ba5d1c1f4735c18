/*
 * Escaping for terminals and text files.  What is escaped: Unicode general
 * categories Cc, Cf, Zl, Zp, Cs and the blank Hangul fillers, and bytes
 * that are no character at all.
 */
#include <string.h>
#include "base/gate.h"
#include "base/utf.h"

struct interval { uint32_t lo, hi; };

static const struct interval unsafe[] = {
	{ 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD },
	{ 0x034F, 0x034F }, { 0x0600, 0x0605 }, { 0x061C, 0x061C },
	{ 0x06DD, 0x06DD }, { 0x070F, 0x070F }, { 0x0890, 0x0891 },
	{ 0x08E2, 0x08E2 }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
	{ 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x2028, 0x202E },
	{ 0x2060, 0x206F }, { 0x2800, 0x2800 }, { 0x3164, 0x3164 },
	{ 0xD800, 0xDFFF }, { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF },
	{ 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFC }, { 0xFFFE, 0xFFFF },
	{ 0x110BD, 0x110BD }, { 0x110CD, 0x110CD }, { 0x13430, 0x13455 },
	{ 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0x10FFFF },
};

bool
gate_is_unsafe(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F)
		return false;
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		if (cp >= unsafe[i].lo && cp <= unsafe[i].hi)
			return true;
	return cp > 0x10FFFF;
}

/* The visible form of an unsafe character; returns its length. */
static size_t
escape(uint32_t cp, char buf[12])
{
	static const char hex[] = "0123456789abcdef";
	int digits = 2;
	size_t n = 0;
	char kind = 'x';

	if (cp == '\t' || cp == '\n' || cp == '\r') {
		buf[0] = '\\';
		buf[1] = (char)(cp == '\t' ? 't' : cp == '\n' ? 'n' : 'r');
		return 2;
	}
	if (cp >= UTF_BAD) {
		cp -= UTF_BAD;
	} else if (cp > 0xFFFF) {
		kind = 'U';
		digits = 8;
	} else if (cp > 0xFF) {
		kind = 'u';
		digits = 4;
	}
	buf[n++] = '\\';
	buf[n++] = kind;
	while (digits-- > 0)
		buf[n++] = hex[cp >> 4 * digits & 0xF];
	return n;
}

void
gate_text(struct out *o, struct str s)
{
	size_t from = 0, at = 0;
	char buf[12];

	while (at < s.n) {
		size_t here = at;
		uint32_t cp;

		if (s.p[at] >= ' ' && s.p[at] <= '~') {
			at++;
			continue;
		}
		cp = utf_next(s, &at);
		if (!gate_is_unsafe(cp))
			continue;
		out_bytes(o, s.p + from, here - from);
		out_bytes(o, buf, escape(cp, buf));
		from = at;
	}
	if (s.n > from)
		out_bytes(o, s.p + from, s.n - from);
}

static bool
steers(uint8_t b)
{
	return (b < ' ' && b != '\n' && b != '\t' && b != '\r') || b == 0x7F;
}

/* So many bytes at once, in vectors: compilers make none of a loop at -O2. */
enum { LANES = 16, BLOCK = 8 * LANES };
typedef uint8_t lanes __attribute__((vector_size(LANES)));
typedef int8_t signed_lanes __attribute__((vector_size(LANES)));

static inline lanes
lanes_at(const uint8_t *p)
{
	lanes v;

	memcpy(&v, p, LANES);
	return v;
}

static inline bool
none_set(lanes v)
{
	uint64_t half[LANES / 8];

	memcpy(half, &v, LANES);
	return (half[0] | half[1]) == 0;
}

/* Those of ' ' to '~': DEL and what is beyond become negative. */
static inline lanes
printable(lanes v)
{
	return (lanes)((signed_lanes)(v + 1) > ' ');
}

static inline lanes
half_printable(const uint8_t *p)
{
	return printable(lanes_at(p)) & printable(lanes_at(p + LANES)) &
	    printable(lanes_at(p + (size_t)2 * LANES)) &
	    printable(lanes_at(p + (size_t)3 * LANES));
}

/* Are all of them printable?  Of a long line mostly they are. */
static inline bool
block_printable(const uint8_t *p)
{
	return none_set(~(half_printable(p) &
	    half_printable(p + BLOCK / 2)));
}

/* Does one of them steer? */
static bool
block_steers(const uint8_t *p)
{
	lanes found = { 0 };

	for (size_t i = 0; i < BLOCK; i += LANES) {
		lanes v = lanes_at(p + i);

		found |= ((lanes)(v < ' ') & (lanes)(v != '\n') &
		    (lanes)(v != '\t') & (lanes)(v != '\r')) |
		    (lanes)(v == 0x7F);
	}
	return !none_set(found);
}

bool
gate_passed(struct out *o, struct span lines)
{
	size_t i = 0;

	for (; lines.n - i >= BLOCK; i += BLOCK)
		if (!block_printable(lines.p + i) && block_steers(lines.p + i))
			return false;
	for (; i < lines.n; i++)
		if (steers(lines.p[i]))
			return false;
	if (lines.n > 0)
		out_bytes(o, lines.p, lines.n);
	return true;
}

struct str
gate_text_str(struct arena *a, struct str s)
{
	struct out o = out_memory();
	struct str r;

	gate_text(&o, s);
	r = arena_str(a, (struct str){ o.mem == NULL ? "" : o.mem, o.n });
	out_free(&o);
	return r;
}

/* Does s begin like a formula, perhaps behind spaces?  An apostrophe too
 * gets one in front, so that the first can always be taken off again.
 * Sources: OWASP, "CSV Injection". */
static bool
like_formula(struct str s)
{
	static const uint32_t heads[] = { '=', '+', '-', '@', '\t', '\r',
	    '\n', '\'', 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20 };
	size_t at = 0;
	uint32_t cp = ' ';

	while (at < s.n && cp == ' ')
		cp = utf_next(s, &at);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (cp == heads[i])
			return true;
	return false;
}

void
gate_csv(struct out *o, struct str s)
{
	bool quoted = str_find(s, "\"", 0) != SIZE_MAX ||
	    str_find(s, ",", 0) != SIZE_MAX ||
	    str_find(s, ";", 0) != SIZE_MAX;
	size_t at = 0, quote;

	if (quoted)
		out_char(o, '"');
	if (like_formula(s))
		out_char(o, '\'');
	while ((quote = str_find(s, "\"", at)) != SIZE_MAX) {
		gate_text(o, str_sub(s, at, quote + 1 - at));
		out_char(o, '"');
		at = quote + 1;
	}
	gate_text(o, str_sub(s, at, s.n));
	if (quoted)
		out_char(o, '"');
}

static bool
xml_allows(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' ||
	    (cp >= 0x20 && cp < 0xD800) || (cp >= 0xE000 && cp < 0xFFFE) ||
	    (cp >= 0x10000 && cp <= 0x10FFFF);
}

static const char *
xml_entity(uint32_t cp)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	default:
		return NULL;
	}
}

void
gate_xml(struct out *o, struct str s)
{
	size_t from = 0, at = 0;

	while (at < s.n) {
		size_t here = at;
		const char *entity;
		uint32_t cp;
		char buf[12];

		if (s.p[at] >= '?' && s.p[at] <= '~') {
			at++;		/* letters: most of it */
			continue;
		}
		cp = utf_next(s, &at);
		entity = xml_entity(cp);

		if (entity == NULL && !gate_is_unsafe(cp))
			continue;
		out_bytes(o, s.p + from, here - from);
		from = at;
		if (entity != NULL)
			out_lit(o, entity);
		else if (xml_allows(cp))
			out_fmt(o, "&#x%X;", cp);
		else
			out_bytes(o, buf, escape(cp, buf));
	}
	if (s.n > from)
		out_bytes(o, s.p + from, s.n - from);
}

/* Letters beyond ASCII are taken as they are, but for what XML leaves out
 * of names up to U+00BF and the two signs (XML 1.0, production 4). */
static bool
name_character(uint32_t cp, bool first)
{
	if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_')
		return true;
	if ((cp >= '0' && cp <= '9') || cp == '-' || cp == '.')
		return !first;
	return cp >= 0xC0 && cp != 0xD7 && cp != 0xF7 && cp < 0x300;
}

void
gate_xml_name(struct out *o, struct str s)
{
	size_t at = 0;

	if (s.n == 0)
		out_char(o, '_');
	while (at < s.n) {
		size_t here = at;
		uint32_t cp = utf_next(s, &at);

		if (name_character(cp, here == 0))
			out_bytes(o, s.p + here, at - here);
		else
			out_char(o, '_');
	}
}
