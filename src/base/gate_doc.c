/*
 * The gates of documents: HTML and markdown.
 *
 * Markdown: https://spec.commonmark.org/0.31.2/ and
 * https://github.github.com/gfm/ (tables, and links made of bare text).
 */
#include <string.h>
#include "base/gate.h"
#include "base/utf.h"

static const char *
html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
gate_html(struct out *o, struct str s)
{
	size_t from = 0;

	for (size_t at = 0; at < s.n; at++) {
		const char *entity = html_entity(s.p[at]);

		if (entity == NULL)
			continue;
		gate_text(o, str_sub(s, from, at - from));
		out_lit(o, entity);
		from = at + 1;
	}
	gate_text(o, str_sub(s, from, s.n));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool
gate_url(struct out *o, struct str s)
{
	if (!str_casestarts(s, "http://") && !str_casestarts(s, "https://"))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool escaped = c == '%' && i + 2 < s.n &&
		    is_hex(s.p[i + 1]) && is_hex(s.p[i + 2]);

		if (c == '&')
			out_lit(o, "&amp;");
		else if (escaped || is_word(c) ||
		    (c != '\0' && strchr("-._~:/?#@!$+,;=", c) != NULL))
			out_char(o, c);
		else
			out_fmt(o, "%%%02X", (unsigned)(unsigned char)c);
	}
	return true;
}

/* The byte of s before or behind a place; a space beyond its ends. */
static char
before(struct str s, size_t at)
{
	if (at == 0)
		return ' ';
	return s.p[at - 1];
}

static char
behind(struct str s, size_t at)
{
	if (at + 1 >= s.n)
		return ' ';
	return s.p[at + 1];
}

/* Do only spaces, or a number, stand before it: is it what begins a
 * heading, an item or a rule? */
static bool
begins(struct str s, size_t at, bool number)
{
	size_t from = 0;

	while (from < at && s.p[from] == ' ')
		from++;
	if (number && from == at)
		return false;
	while (number && from < at && is_digit(s.p[from]))
		from++;
	return from == at;
}

static bool
md_backslash(struct str s, size_t at)
{
	switch (s.p[at]) {
	case '\\':
	case '`':
	case '*':
	case '[':
	case ']':
	case '~':
	case '#':	/* at the end of a heading too */
		return true;
	case '_':
		/* STATUS_SUCCESS stays as it is. */
		return !is_word(before(s, at)) || !is_word(behind(s, at));
	case '+':
	case '-':
	case '=':
	case ':':
		return begins(s, at, false);
	case '.':
	case ')':
		return begins(s, at, true);
	default:
		return false;
	}
}

static const char *
md_reference(struct str s, size_t at)
{
	switch (s.p[at]) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '|':
		return "&#124;";
	case '$':		/* mathematics */
		return "&#36;";
	case ' ':		/* would be taken off */
		return at == 0 || at + 1 == s.n ? "&#32;" : NULL;
	default:
		return NULL;
	}
}

/* Would GitHub make a link of what begins or goes on here? */
static bool
md_link(struct str s, size_t at)
{
	switch (s.p[at]) {
	case '@':
	case '#':
		return is_word(behind(s, at));
	case ':':
		return behind(s, at) == '/';
	case 'w':
	case 'W':
		return behind(s, at) == '.' && at >= 2 &&
		    str_caseis(str_sub(s, at - 2, 3), "www");
	default:
		return false;
	}
}

/* The character at *at, which moves behind it. */
static void
md_character(struct out *o, struct str s, size_t *at)
{
	const char *reference = md_reference(s, *at);
	size_t here = *at;
	bool link = md_link(s, here);
	uint32_t cp = utf_next(s, at);

	if (reference != NULL) {
		out_lit(o, reference);
		return;
	}
	/* The visible escape begins with a backslash: that is escaped. */
	if (md_backslash(s, here) || gate_is_unsafe(cp))
		out_char(o, '\\');
	gate_text(o, str_sub(s, here, *at - here));
	if (link)
		out_lit(o, "<!-- -->");
}

void
gate_md(struct out *o, struct str s)
{
	size_t at = 0;

	while (at < s.n)
		md_character(o, s, &at);
}

/* The longest run of backticks in s. */
static size_t
longest_run(struct str s)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void
fence(struct out *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_char(o, '`');
}

/* One space is taken off both ends when both have one, unless there is
 * nothing but spaces. */
static bool
needs_padding(struct str s)
{
	char first = s.p[0], last = s.p[s.n - 1];

	return !begins(s, s.n, false) && (first == '`' || last == '`' ||
	    (first == ' ' && last == ' '));
}

void
gate_md_code(struct out *o, struct str s)
{
	size_t ticks = longest_run(s) + 1;

	if (s.n == 0)
		return;
	if (str_find(s, "|", 0) != SIZE_MAX) {
		gate_md(o, s);
		return;
	}
	fence(o, ticks);
	if (needs_padding(s))
		out_char(o, ' ');
	gate_text(o, s);
	if (needs_padding(s))
		out_char(o, ' ');
	fence(o, ticks);
}

void
gate_md_block(struct out *o, struct str s, unsigned indent)
{
	size_t ticks = longest_run(s);

	ticks = ticks < 3 ? 3 : ticks + 1;
	out_fmt(o, "%*s", (int)indent, "");
	fence(o, ticks);
	out_fmt(o, "\n%*s", (int)indent, "");
	gate_text(o, s);
	out_fmt(o, "\n%*s", (int)indent, "");
	fence(o, ticks);
	out_char(o, '\n');
}
