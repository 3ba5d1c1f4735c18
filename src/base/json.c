/*
 * JSON (RFC 8259), written forward.
 */
#include <string.h>
#include "base/clock.h"
#include "base/die.h"
#include "base/gate.h"
#include "base/json.h"
#include "base/utf.h"

struct json
json_begin(struct out *o, bool compact)
{
	return (struct json){ .o = o, .compact = compact };
}

void
json_indent(struct json *j)
{
	out_char(j->o, '\n');
	for (int i = 0; i < j->depth; i++)
		out_lit(j->o, "  ");
}

static void
push(struct json *j, char bracket)
{
	json_separate(j);
	if (j->depth == JSON_DEPTH)
		die("JSON is nested too deeply");
	out_char(j->o, bracket);
	j->open[j->depth] = bracket;
	j->some[j->depth++] = false;
}

void
json_object(struct json *j)
{
	push(j, '{');
}

void
json_array(struct json *j)
{
	push(j, '[');
}

void
json_end(struct json *j)
{
	if (j->depth == 0)
		die("JSON is closed more often than opened");
	j->depth--;
	if (j->some[j->depth] && !j->compact)
		json_indent(j);
	out_char(j->o, j->open[j->depth] == '{' ? '}' : ']');
}

/* "\\uXXXX" and the like: prefix, digits. */
static void
escape_hex(struct out *o, const char *prefix, uint32_t n, int digits)
{
	out_bytes(o, prefix, strlen(prefix));
	out_hex(o, n, digits, false);
}

static void
escape(struct out *o, uint32_t cp)
{
	if (cp == '"')
		out_lit(o, "\\\"");
	else if (cp == '\\')
		out_lit(o, "\\\\");
	else if (cp >= UTF_BAD)
		escape_hex(o, "\\\\x", cp - UTF_BAD, 2);
	else if ((cp & 0xFFFFF800) == 0xD800)
		escape_hex(o, "\\\\u", cp, 4);
	else if (cp == '\n')
		out_lit(o, "\\n");
	else if (cp == '\t')
		out_lit(o, "\\t");
	else if (cp > 0xFFFF) {
		escape_hex(o, "\\u", 0xD800 + ((cp - 0x10000) >> 10), 4);
		escape_hex(o, "\\u", 0xDC00 + ((cp - 0x10000) & 0x3FF), 4);
	} else
		escape_hex(o, "\\u", cp, 4);
}

#define EIGHT(byte)	(UINT64_C(0x0101010101010101) * (byte))
/* Is one of the eight bytes zero?  (Mycroft's test, exact as a whole.) */
#define ANY_ZERO(x)	(((x) - EIGHT(1)) & ~(x) & EIGHT(0x80))

/* Do eight bytes stand as they are: ' ' to '~' but not '"' and '\\'? */
static inline bool
eight_plain(uint64_t x)
{
	return ((x & EIGHT(0x80)) | ((x - EIGHT(' ')) & ~x & EIGHT(0x80)) |
	    ANY_ZERO(x ^ EIGHT(0x7F)) | ANY_ZERO(x ^ EIGHT('"')) |
	    ANY_ZERO(x ^ EIGHT('\\'))) == 0;
}

static inline bool
one_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* Where the text that stands as it is ends. */
static inline size_t
plain_end(struct str s, size_t at)
{
	uint64_t x;

	for (; s.n - at >= 8; at += 8) {
		memcpy(&x, s.p + at, sizeof x);
		if (!eight_plain(x))
			break;
	}
	while (at < s.n && one_plain(s.p[at]))
		at++;
	return at;
}

/* Sixteen bytes at a time: a vector of the compiler, whatever machine. */
typedef uint8_t sixteen __attribute__((vector_size(16)));
typedef int8_t sixteen_signed __attribute__((vector_size(16)));
typedef uint64_t two_words __attribute__((vector_size(16)));

/* Copies sixteen bytes; zero if all stand as they are. */
static inline two_words
sixteen_copy(char *to, const char *from)
{
	sixteen x;

	memcpy(&x, from, sizeof x);
	memcpy(to, &x, sizeof x);
	return (two_words)((sixteen_signed)x < ' ') | (two_words)(x == 0x7F) |
	    (two_words)(x == '"') | (two_words)(x == '\\');
}

static inline bool
eight_copy(char *to, const char *from)
{
	uint64_t x;

	memcpy(&x, from, sizeof x);
	memcpy(to, &x, sizeof x);
	return eight_plain(x);
}

/* Four to seven bytes, as two words that overlap. */
static inline bool
four_copy(char *to, const char *from, size_t n)
{
	uint32_t head, tail;

	memcpy(&head, from, sizeof head);
	memcpy(&tail, from + n - 4, sizeof tail);
	memcpy(to, &head, sizeof head);
	memcpy(to + n - 4, &tail, sizeof tail);
	return eight_plain((uint64_t)head << 32 | tail);
}

/*
 * Copies text that stands as it is: most.  False when some does not; what
 * is at `to` is then of no use.  The last piece overlaps the one before: a
 * loop over a tail of random length costs more than all the rest.
 */
static inline bool
plain_copy(char *to, struct str s)
{
	if (s.n >= 16) {
		two_words bad = sixteen_copy(to + s.n - 16, s.p + s.n - 16);

		for (size_t at = 0; at < s.n - 16; at += 16)
			bad |= sixteen_copy(to + at, s.p + at);
		return (bad[0] | bad[1]) == 0;
	}
	if (s.n >= 8)
		return eight_copy(to, s.p) &
		    eight_copy(to + s.n - 8, s.p + s.n - 8);
	if (s.n >= 4)
		return four_copy(to, s.p, s.n);
	for (size_t at = 0; at < s.n; at++) {
		if (!one_plain(s.p[at]))
			return false;
		to[at] = s.p[at];
	}
	return true;
}

/* Text that needs no escaping: most.  False when it does, or no room. */
static bool
quoted_plain(struct out *o, struct str s)
{
	char *p = out_room(o, s.n + 2);

	if (p == NULL || !plain_copy(p + 1, s))
		return false;
	*p = '"';
	p[1 + s.n] = '"';
	out_wrote(o, p + s.n + 2);
	return true;
}

static void
quoted(struct out *o, struct str s)
{
	size_t from = 0, at = 0;

	if (quoted_plain(o, s))
		return;
	out_char(o, '"');
	while ((at = plain_end(s, at)) < s.n) {
		size_t here = at;
		uint32_t cp = utf_next(s, &at);

		if (cp != '"' && cp != '\\' && !gate_is_unsafe(cp))
			continue;
		out_bytes(o, s.p + from, here - from);
		escape(o, cp);
		from = at;
	}
	if (s.n > from)
		out_bytes(o, s.p + from, s.n - from);
	out_char(o, '"');
}

char *
json_put_str(struct out *o, char *p, struct str s)
{
	p = out_fit(o, p, s.n + 2);
	if (plain_copy(p + 1, s)) {
		*p = '"';
		p[1 + s.n] = '"';
		return p + s.n + 2;
	}
	out_wrote(o, p);
	quoted(o, s);
	return out_place(o);
}

char *
json_put_u64(struct out *o, char *p, uint64_t v)
{
	p = out_fit(o, p, STR_DIGITS);
	return p + str_put_u64(p, v);
}

char *
json_put_i64(struct out *o, char *p, int64_t v)
{
	if (v >= 0)
		return json_put_u64(o, p, (uint64_t)v);
	return json_put_u64(o, out_put(o, p, "-"), -(uint64_t)v);
}

char *
json_put_hex(struct out *o, char *p, uint64_t v)
{
	p = out_fit(o, out_put(o, p, "\"0x"), STR_DIGITS);
	p += str_put_hex(p, v, 8, true);
	return out_put(o, p, "\"");
}

char *
json_put_time(struct out *o, char *p, uint64_t t)
{
	if (t == 0)
		return out_put(o, p, "null");
	p = out_fit(o, p, CLOCK_TEXT + 2);
	*p++ = '"';
	p += clock_write(p, t);
	*p++ = '"';
	return p;
}

/* Two digits for each byte. */
static char *
put_bytes(char *p, struct span s)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < s.n; i++) {
		*p++ = hex[s.p[i] >> 4];
		*p++ = hex[s.p[i] & 15];
	}
	return p;
}

char *
json_put_bytes(struct out *o, char *p, struct span s)
{
	p = out_fit(o, p, 2 * s.n + 2);
	*p++ = '"';
	p = put_bytes(p, s);
	*p++ = '"';
	return p;
}

char *
json_put_word(struct out *o, char *p, uint32_t word)
{
	uint8_t b[4] = { (uint8_t)(word >> 24), (uint8_t)(word >> 16),
	    (uint8_t)(word >> 8), (uint8_t)word };

	return json_put_bytes(o, p, (struct span){ b, sizeof b });
}

void
json_key_str(struct json *j, struct str key)
{
	json_separate(j);
	quoted(j->o, key);
	out_lit(j->o, ": ");
	j->after_key = true;
}

void
json_str(struct json *j, struct str s)
{
	json_separate(j);
	quoted(j->o, s);
}

void
json_lit(struct json *j, const char *program_text)
{
	json_str(j, str_of(program_text));
}

void
json_u64(struct json *j, uint64_t v)
{
	json_separate(j);
	out_u64(j->o, v);
}

void
json_i64(struct json *j, int64_t v)
{
	json_separate(j);
	if (v < 0)
		out_char(j->o, '-');
	out_u64(j->o, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void
json_bool(struct json *j, bool v)
{
	json_separate(j);
	out_lit(j->o, v ? "true" : "false");
}

void
json_null(struct json *j)
{
	json_separate(j);
	out_lit(j->o, "null");
}

void
json_hex(struct json *j, uint64_t v)
{
	json_separate(j);
	out_lit(j->o, "\"0x");
	out_hex(j->o, v, 8, true);
	out_char(j->o, '"');
}

/* Text that needs no escaping. */
static void
json_plain(struct json *j, const char *p, size_t n)
{
	json_separate(j);
	out_char(j->o, '"');
	out_bytes(j->o, p, n);
	out_char(j->o, '"');
}

void
json_time(struct json *j, uint64_t t)
{
	char buf[CLOCK_TEXT];

	if (t == 0)
		json_null(j);
	else
		json_plain(j, buf, clock_write(buf, t));
}

void
json_bytes(struct json *j, struct span s)
{
	json_separate(j);
	out_char(j->o, '"');
	for (size_t i = 0; i < s.n; i++)
		out_hex(j->o, s.p[i], 2, false);
	out_char(j->o, '"');
}

void
json_word(struct json *j, uint32_t word)
{
	json_separate(j);
	out_char(j->o, '"');
	out_hex(j->o, word, 8, false);
	out_char(j->o, '"');
}

void
json_finish(struct json *j)
{
	if (j->depth != 0)
		die("JSON is not closed");
	out_char(j->o, '\n');
}
