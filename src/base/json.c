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

static void
escape(struct out *o, uint32_t cp)
{
	if (cp == '"')
		out_lit(o, "\\\"");
	else if (cp == '\\')
		out_lit(o, "\\\\");
	else if (cp >= UTF_BAD)
		out_fmt(o, "\\\\x%02x", cp - UTF_BAD);
	else if ((cp & 0xFFFFF800) == 0xD800)
		out_fmt(o, "\\\\u%04x", cp);
	else if (cp == '\n')
		out_lit(o, "\\n");
	else if (cp == '\t')
		out_lit(o, "\\t");
	else if (cp > 0xFFFF)
		out_fmt(o, "\\u%04x\\u%04x", 0xD800 + ((cp - 0x10000) >> 10),
		    0xDC00 + ((cp - 0x10000) & 0x3FF));
	else
		out_fmt(o, "\\u%04x", cp);
}

#define EIGHT(byte)	(UINT64_C(0x0101010101010101) * (byte))
/* Is one of the eight bytes zero?  (Mycroft's test, exact as a whole.) */
#define ANY_ZERO(x)	(((x) - EIGHT(1)) & ~(x) & EIGHT(0x80))

/* Do eight bytes stand as they are: ' ' to '~' but not '"' and '\\'? */
static inline bool
eight_plain(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
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
	while (s.n - at >= 8 && eight_plain(s.p + at))
		at += 8;
	while (at < s.n && one_plain(s.p[at]))
		at++;
	return at;
}

/* Text that needs no escaping: most.  False when it does, or no room. */
static bool
quoted_plain(struct out *o, struct str s)
{
	char *p = out_room(o, s.n + 2);

	if (p == NULL || plain_end(s, 0) < s.n)
		return false;
	*p = '"';
	if (s.n > 0)
		memcpy(p + 1, s.p, s.n);
	p[1 + s.n] = '"';
	out_wrote(o, p + s.n + 2);
	return true;
}

static void
quoted(struct json *j, struct str s)
{
	size_t from = 0, at = 0;

	if (quoted_plain(j->o, s))
		return;
	out_char(j->o, '"');
	while ((at = plain_end(s, at)) < s.n) {
		size_t here = at;
		uint32_t cp = utf_next(s, &at);

		if (cp != '"' && cp != '\\' && !gate_is_unsafe(cp))
			continue;
		out_bytes(j->o, s.p + from, here - from);
		escape(j->o, cp);
		from = at;
	}
	if (s.n > from)
		out_bytes(j->o, s.p + from, s.n - from);
	out_char(j->o, '"');
}

void
json_str(struct json *j, struct str s)
{
	json_separate(j);
	quoted(j, s);
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
