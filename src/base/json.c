/*
 * JSON (RFC 8259), written forward.
 */
#include <inttypes.h>
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

static void
indent(struct json *j)
{
	if (j->compact)
		return;
	out_char(j->o, '\n');
	for (int i = 0; i < j->depth; i++)
		out_lit(j->o, "  ");
}

/* Before a value or a key: comma and new line, as needed. */
static void
separate(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	if (j->some[j->depth - 1])
		out_lit(j->o, j->compact ? ", " : ",");
	j->some[j->depth - 1] = true;
	indent(j);
}

static void
push(struct json *j, char bracket)
{
	separate(j);
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
	if (j->some[j->depth])
		indent(j);
	out_char(j->o, j->open[j->depth] == '{' ? '}' : ']');
}

static void
escape(struct out *o, uint32_t cp)
{
	if (cp >= UTF_BAD)
		out_fmt(o, "\\\\x%02x", cp - UTF_BAD);
	else if ((cp & 0xFFFFF800) == 0xD800)
		out_fmt(o, "\\\\u%04x", cp);
	else if (cp == '"' || cp == '\\')
		out_fmt(o, "\\%c", (char)cp);
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

static void
quoted(struct json *j, struct str s)
{
	size_t from = 0, at = 0;

	out_char(j->o, '"');
	while (at < s.n) {
		size_t here = at;
		uint32_t cp;

		if (s.p[at] >= ' ' && s.p[at] <= '~' && s.p[at] != '"' &&
		    s.p[at] != '\\') {
			at++;
			continue;
		}
		cp = utf_next(s, &at);
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
json_key_str(struct json *j, struct str key)
{
	separate(j);
	quoted(j, key);
	out_lit(j->o, ": ");
	j->after_key = true;
}

void
json_key(struct json *j, const char *key)
{
	json_key_str(j, str_of(key));
}

void
json_str(struct json *j, struct str s)
{
	separate(j);
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
	separate(j);
	out_fmt(j->o, "%" PRIu64, v);
}

void
json_i64(struct json *j, int64_t v)
{
	separate(j);
	out_fmt(j->o, "%" PRId64, v);
}

void
json_bool(struct json *j, bool v)
{
	separate(j);
	out_lit(j->o, v ? "true" : "false");
}

void
json_null(struct json *j)
{
	separate(j);
	out_lit(j->o, "null");
}

void
json_hex(struct json *j, uint64_t v)
{
	separate(j);
	out_fmt(j->o, "\"0x%08" PRIX64 "\"", v);
}

void
json_time(struct json *j, uint64_t t)
{
	char buf[CLOCK_TEXT];

	if (t == 0)
		json_null(j);
	else
		json_str(j, (struct str){ buf, clock_write(buf, t) });
}

void
json_finish(struct json *j)
{
	if (j->depth != 0)
		die("JSON is not closed");
	out_char(j->o, '\n');
}
