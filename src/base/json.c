/*
 * JSON (RFC 8259), written forward.
 */
#include <string.h>
#include "base/clock.h"
#include "base/die.h"
#include "base/json.h"

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
	size_t i = 0;

	for (; s.n - i >= 4; i += 4)
		p = str_put_hex8(p, be32(s.p + i), false);
	for (; i < s.n; i++) {
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
	p = out_fit(o, p, 10);
	*p++ = '"';
	p = str_put_hex8(p, word, false);
	*p++ = '"';
	return p;
}

void
json_str(struct json *j, struct str s)
{
	json_separate(j);
	json_quote(j->o, s);
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
