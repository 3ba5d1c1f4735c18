/*
 * The gates, each against a reader of its format that is not ours or not
 * the same code: what comes out says what went in (characters that the
 * format cannot hold, or that nobody may see, as visible escapes), and it
 * stays where it was put.
 */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include "base/gate.h"
#include "base/json.h"
#include "fuzz/fuzz.h"

#define BAD 0x80000000u		/* a byte that is no character */

static void
hold(bool yes)
{
	if (!yes)
		abort();
}

static struct str
text_of(const struct out *o)
{
	return (struct str){ o->mem == NULL ? "" : o->mem, o->n };
}

static void
assert_same(const struct out *a, const struct out *b)
{
	hold(str_eq(text_of(a), text_of(b)));
}

/* UTF-8 as RFC 3629 has it, and surrogates: lead, least value, length. */
static size_t
decode(const uint8_t *p, size_t n, uint32_t *cp)
{
	static const struct { uint8_t mask, lead; uint32_t least; } forms[] = {
		{ 0x80, 0x00, 0 }, { 0xE0, 0xC0, 0x80 },
		{ 0xF0, 0xE0, 0x800 }, { 0xF8, 0xF0, 0x10000 },
	};

	*cp = BAD | p[0];
	for (size_t k = 0; k < 4; k++) {
		uint32_t v = p[0] & (uint8_t)~forms[k].mask;

		if ((p[0] & forms[k].mask) != forms[k].lead)
			continue;
		if (k + 1 > n)
			return 1;
		for (size_t i = 1; i <= k; i++) {
			if ((p[i] & 0xC0) != 0x80)
				return 1;
			v = v << 6 | (p[i] & 0x3F);
		}
		if (v < forms[k].least || v > 0x10FFFF)
			return 1;
		*cp = v;
		return k + 1;
	}
	return 1;
}

/* What nobody may see as it is: the list of the attacks that are known,
 * not the gate's own table. */
static bool
dangerous(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xAD ||
	    cp == 0x61C || (cp >= 0x200B && cp <= 0x200F) ||
	    (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2069) ||
	    cp == 0xFEFF || cp == 0xFFFE || cp == 0xFFFF ||
	    (cp >= 0xD800 && cp < 0xE000) || (cp >= 0xE0000 && cp <= 0xE007F) ||
	    cp >= BAD;
}

static void
show(struct out *o, uint32_t cp)
{
	if (cp == '\n')
		out_lit(o, "\\n");
	else if (cp == '\r')
		out_lit(o, "\\r");
	else if (cp == '\t')
		out_lit(o, "\\t");
	else if (cp >= BAD || cp <= 0xFF)
		out_fmt(o, "\\x%02x", cp & 0xFF);
	else if (cp <= 0xFFFF)
		out_fmt(o, "\\u%04x", cp);
	else
		out_fmt(o, "\\U%08x", cp);
}

/* What a format can hold although it is not shown. */
typedef bool	holds(uint32_t cp);

static bool
nothing_more(uint32_t cp)
{
	(void)cp;
	return false;
}

static bool
xml_holds(uint32_t cp)
{
	return cp == 0x9 || cp == 0xA || cp == 0xD || (cp >= 0x20 &&
	    cp < 0xD800) || (cp >= 0xE000 && cp < 0xFFFE) ||
	    (cp >= 0x10000 && cp < BAD);
}

static bool
json_holds(uint32_t cp)
{
	return cp < 0xD800 || (cp >= 0xE000 && cp < BAD);
}

/* The text as a reader of the format has to see it. */
static struct out
expected(const uint8_t *p, size_t n, holds *more)
{
	struct out o = out_memory();
	uint32_t cp;

	for (size_t at = 0, len; at < n; at += len) {
		len = decode(p + at, n - at, &cp);
		if (!more(cp) && (dangerous(cp) || gate_is_unsafe(cp)))
			show(&o, cp);
		else
			out_bytes(&o, p + at, len);
	}
	return o;
}

/* All of it may stand before somebody's eyes, on one line. */
static void
assert_harmless(const struct out *o)
{
	const uint8_t *p = (const uint8_t *)text_of(o).p;
	uint32_t cp;

	for (size_t at = 0; at < o->n;) {
		at += decode(p + at, o->n - at, &cp);
		hold(!dangerous(cp));
	}
}

struct entity { const char *name, *text; };

/* Takes the entity at p, of n bytes, out of its text. */
static size_t
entity_read(const char *p, size_t n, const struct entity *known, size_t k,
    struct out *o)
{
	for (size_t i = 0; i < k; i++) {
		size_t len = strlen(known[i].name);

		if (len > n || memcmp(p, known[i].name, len) != 0)
			continue;
		out_lit(o, known[i].text);
		return len;
	}
	abort();
}

/* A number as UTF-8. */
static void
encode(struct out *o, uint32_t cp)
{
	if (cp < 0x80) {
		out_char(o, (char)cp);
		return;
	}
	if (cp < 0x800) {
		out_char(o, (char)(0xC0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			out_char(o, (char)(0xE0 | cp >> 12));
		} else {
			out_char(o, (char)(0xF0 | cp >> 18));
			out_char(o, (char)(0x80 | (cp >> 12 & 0x3F)));
		}
		out_char(o, (char)(0x80 | (cp >> 6 & 0x3F)));
	}
	out_char(o, (char)(0x80 | (cp & 0x3F)));
}

static void
terminal(struct str s, const struct out *want)
{
	struct out o = out_memory();

	gate_text(&o, s);
	assert_harmless(&o);
	assert_same(&o, want);
	out_free(&o);
}

/* One text in the content of an element and in attributes of both quotes,
 * by a parser that is not ours. */
static void
by_libxml2(const struct out *made, const struct out *want, bool html)
{
	struct out doc = out_memory();
	xmlDocPtr d;
	xmlNodePtr p;
	xmlChar *content;

	out_lit(&doc, html ? "<html><body><p title=\"" : "<p title=\"");
	out_bytes(&doc, text_of(made).p, made->n);
	out_lit(&doc, "\" lang='");
	out_bytes(&doc, text_of(made).p, made->n);
	out_lit(&doc, "'>:");
	out_bytes(&doc, text_of(made).p, made->n);
	out_lit(&doc, html ? ":</p></body></html>" : ":</p>");
	d = html ? htmlReadMemory(doc.mem, (int)doc.n, NULL, "utf-8",
	    HTML_PARSE_NONET | HTML_PARSE_NOERROR) :
	    xmlReadMemory(doc.mem, (int)doc.n, NULL, "utf-8",
	    XML_PARSE_NONET | XML_PARSE_HUGE);
	hold(d != NULL);
	p = xmlDocGetRootElement(d);
	if (html)
		p = p->children->children;
	hold(p->next == NULL && p->children->next == NULL);
	content = xmlNodeGetContent(p);
	hold(strlen((char *)content) == want->n + 2 &&
	    memcmp(content + 1, text_of(want).p, want->n) == 0);
	xmlFree(content);
	for (const char *const *a = (const char *const []){ "title", "lang",
	    NULL }; *a != NULL; a++) {
		content = xmlGetProp(p, (const xmlChar *)*a);
		hold(str_eq(str_of((char *)content), text_of(want)));
		xmlFree(content);
	}
	xmlFreeDoc(d);
	out_free(&doc);
}

static void
html(struct str s, const struct out *want)
{
	static const struct entity known[] = { { "&amp;", "&" },
	    { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
	    { "&#39;", "'" } };
	struct out o = out_memory(), back = out_memory();

	gate_html(&o, s);
	assert_harmless(&o);
	for (size_t i = 0; i < o.n;) {
		hold(strchr("<>\"'", o.mem[i]) == NULL);
		if (o.mem[i] == '&')
			i += entity_read(o.mem + i, o.n - i, known, 5, &back);
		else
			out_char(&back, o.mem[i++]);
	}
	assert_same(&back, want);
	by_libxml2(&o, want, true);
	by_libxml2(&o, want, false);
	out_free(&back);
	out_free(&o);
}

static size_t
xml_reference(const char *p, size_t n, struct out *back)
{
	static const struct entity known[] = { { "&amp;", "&" },
	    { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
	    { "&apos;", "'" } };
	char *end;
	uint32_t cp;

	if (n < 3 || memcmp(p, "&#x", 3) != 0)
		return entity_read(p, n, known, 5, back);
	cp = (uint32_t)strtoul(p + 3, &end, 16);
	hold(*end == ';' && xml_holds(cp));
	encode(back, cp);
	return (size_t)(end + 1 - p);
}

static void
xml(struct str s)
{
	struct out want = expected((const uint8_t *)s.p, s.n, xml_holds);
	struct out o = out_memory(), back = out_memory();

	gate_xml(&o, s);
	assert_harmless(&o);
	for (size_t i = 0; i < o.n;) {
		hold(strchr("<>\"'", o.mem[i]) == NULL);
		if (o.mem[i] == '&')
			i += xml_reference(o.mem + i, o.n - i, &back);
		else
			out_char(&back, o.mem[i++]);
	}
	assert_same(&back, &want);
	by_libxml2(&o, &want, false);
	out_free(&back);
	out_free(&o);
	out_free(&want);
}

static void
xml_name(struct str s)
{
	struct out o = out_memory();
	struct out doc = out_memory();
	xmlDocPtr d;

	gate_xml_name(&o, s);
	out_char(&doc, '<');
	out_bytes(&doc, o.mem, o.n);
	out_lit(&doc, "/>");
	d = xmlReadMemory(doc.mem, (int)doc.n, NULL, "utf-8",
	    XML_PARSE_NONET | XML_PARSE_HUGE);
	hold(d != NULL);
	hold(str_eq(str_of((const char *)xmlDocGetRootElement(d)->name),
	    text_of(&o)));
	xmlFreeDoc(d);
	out_free(&doc);
	out_free(&o);
}

/* RFC 4180, and that no reader with other separators splits it. */
static void
csv(struct str s, const struct out *want)
{
	struct out o = out_memory(), cell = out_memory();
	size_t i = 0, spaces = 0;
	bool quoted;

	gate_csv(&o, s);
	assert_harmless(&o);
	quoted = o.n > 0 && o.mem[0] == '"';
	for (i = quoted; i < o.n; i++) {
		if (o.mem[i] == '"') {
			hold(quoted);
			if (++i == o.n)
				break;
			hold(o.mem[i] == '"');
		}
		hold(quoted || strchr(",;\"", o.mem[i]) == NULL);
		out_char(&cell, o.mem[i]);
	}
	hold(!quoted || (o.n > 1 && o.mem[o.n - 1] == '"'));
	while (spaces < cell.n && cell.mem[spaces] == ' ')
		spaces++;
	hold(spaces == cell.n || strchr("=+-@", cell.mem[spaces]) == NULL);
	i = cell.n > 0 && cell.mem[0] == '\'';
	hold(cell.n - i == want->n &&
	    (want->n == 0 || memcmp(cell.mem + i, want->mem, want->n) == 0));
	out_free(&cell);
	out_free(&o);
}

static uint32_t
json_unit(const char *p)
{
	char digits[5] = { p[0], p[1], p[2], p[3], '\0' };

	return (uint32_t)strtoul(digits, NULL, 16);
}

/* The escape behind a backslash at p; returns its length. */
static size_t
json_escape(const char *p, struct out *back)
{
	uint32_t cp;

	switch (*p) {
	case '"':
	case '\\':
		out_char(back, *p);
		return 1;
	case 'n':
		out_char(back, '\n');
		return 1;
	case 't':
		out_char(back, '\t');
		return 1;
	case 'u':
		break;
	default:
		abort();
	}
	cp = json_unit(p + 1);
	hold(cp < 0xDC00 || cp > 0xDFFF);
	if (cp < 0xD800 || cp > 0xDFFF) {
		encode(back, cp);
		return 5;
	}
	hold(p[5] == '\\' && p[6] == 'u');
	encode(back, 0x10000 + ((cp - 0xD800) << 10) +
	    (json_unit(p + 7) - 0xDC00));
	return 11;
}

static void
json(struct str s)
{
	struct out want = expected((const uint8_t *)s.p, s.n, json_holds);
	struct out o = out_memory(), back = out_memory();
	struct json j = json_begin(&o, true);

	json_str(&j, s);
	assert_harmless(&o);
	hold(o.n >= 2 && o.mem[0] == '"' && o.mem[o.n - 1] == '"');
	for (size_t i = 1; i < o.n - 1;) {
		hold(o.mem[i] != '"');
		if (o.mem[i] == '\\')
			i += 1 + json_escape(o.mem + i + 1, &back);
		else
			out_char(&back, o.mem[i++]);
	}
	assert_same(&back, &want);
	out_free(&back);
	out_free(&o);
	out_free(&want);
}

/* Nothing at the begin of a line that makes it a heading, an item, a rule
 * or code. */
static void
md_begin(const struct out *o)
{
	size_t digits = 0;

	if (o->n == 0)
		return;
	hold(strchr("#+-=: \t>", o->mem[0]) == NULL);
	while (digits < o->n && o->mem[digits] >= '0' &&
	    o->mem[digits] <= '9')
		digits++;
	hold(digits == 0 || digits == o->n ||
	    strchr(".)", o->mem[digits]) == NULL);
}

static bool
alone(const struct out *o, size_t i)
{
	return i == 0 || i + 1 >= o->n ||
	    (o->mem[i - 1] & 0x80) != 0 || (o->mem[i + 1] & 0x80) != 0 ||
	    strchr(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", o->mem[i - 1]) !=
	    NULL ||
	    strchr(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", o->mem[i + 1]) !=
	    NULL;
}

/* No character that has a meaning stands there without its backslash. */
static void
md_plain(const struct out *o, size_t i)
{
	char c = o->mem[i], next = i + 1 < o->n ? o->mem[i + 1] : ' ';

	hold(strchr("`*[]~<>|$#", c) == NULL);
	hold(c != '_' || !alone(o, i));
	hold(c != '@' || strchr("0123456789abcdefghijklmnop"
	    "qrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", next) == NULL);
	hold(c != ':' || next != '/');
	hold(i + 4 > o->n || strncasecmp(o->mem + i, "www.", 4) != 0);
}

static void
md(struct str s, const struct out *want)
{
	static const struct entity known[] = { { "&amp;", "&" },
	    { "&lt;", "<" }, { "&gt;", ">" }, { "&#124;", "|" },
	    { "&#36;", "$" }, { "&#32;", " " } };
	struct out o = out_memory(), back = out_memory();

	gate_md(&o, s);
	assert_harmless(&o);
	md_begin(&o);
	for (size_t i = 0; i < o.n;) {
		if (o.mem[i] == '&') {
			i += entity_read(o.mem + i, o.n - i, known, 6, &back);
		} else if (o.n - i >= 8 &&
		    memcmp(o.mem + i, "<!-- -->", 8) == 0) {
			i += 8;
		} else if (o.mem[i] == '\\') {
			hold(strchr("\\`*[]~_#+-=:.)", o.mem[++i]) != NULL);
			out_char(&back, o.mem[i++]);
		} else {
			md_plain(&o, i);
			out_char(&back, o.mem[i++]);
		}
	}
	assert_same(&back, want);
	hold(o.n == 0 || o.mem[o.n - 1] != ' ');
	out_free(&back);
	out_free(&o);
}

static size_t
ticks(const char *p)
{
	return strspn(p, "`");
}

/* CommonMark 6.1: the first run of as many backticks ends it. */
static void
md_code(struct str s, const struct out *want)
{
	struct out o = out_memory();
	size_t n, end, i;

	gate_md_code(&o, s);
	assert_harmless(&o);
	if (s.n == 0 || memchr(s.p, '|', s.n) != NULL) {
		hold(s.n > 0 || o.n == 0);
		out_free(&o);
		return;
	}
	n = ticks(o.mem);
	hold(n > 0);
	for (i = n; i < o.n && ticks(o.mem + i) != n;)
		i += ticks(o.mem + i) > 0 ? ticks(o.mem + i) : 1;
	end = i;
	hold(end + n == o.n);
	hold(memchr(o.mem, '|', o.n) == NULL);
	i = n;
	if (o.mem[i] == ' ' && o.mem[end - 1] == ' ' &&
	    strspn(o.mem + i, " ") < end - i) {
		i++;
		end--;
	}
	hold(end - i == want->n && memcmp(o.mem + i, want->mem, want->n) == 0);
	out_free(&o);
}

static void
md_block(struct str s, const struct out *want)
{
	struct out o = out_memory();
	size_t n, line;

	gate_md_block(&o, s, 3);
	n = ticks(o.mem + 3);
	hold(memcmp(o.mem, "   ", 3) == 0 && n >= 3 && o.mem[3 + n] == '\n');
	line = 3 + n + 1 + 3;
	hold(o.n == line + want->n + 1 + 3 + n + 1);
	hold(want->n == 0 || memcmp(o.mem + line, want->mem, want->n) == 0);
	/* The line of text does not close it, the last one does. */
	hold(ticks(text_of(want).p + strspn(text_of(want).p, " ")) < n);
	hold(ticks(o.mem + line + want->n + 4) == n);
	hold(o.mem[o.n - 1] == '\n');
	out_free(&o);
}

static void
url(struct str s)
{
	struct out o = out_memory();
	bool is = s.n >= 7 && (strncasecmp(s.p, "http://", 7) == 0 ||
	    (s.n >= 8 && strncasecmp(s.p, "https://", 8) == 0));

	hold(gate_url(&o, s) == is);
	hold(is || o.n == 0);
	for (size_t i = 0; i < o.n; i++)
		hold(o.mem[i] > ' ' && o.mem[i] < 0x7F &&
		    strchr("\"'<>\\`()[]{}|*", o.mem[i]) == NULL &&
		    (o.mem[i] != '&' ||
		    strncmp(o.mem + i, "&amp;", 5) == 0));
	out_free(&o);
}

void
fuzz_gates(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct out want = expected(p, n, nothing_more);

	terminal(s, &want);
	csv(s, &want);
	html(s, &want);
	xml(s);
	xml_name(s);
	json(s);
	md(s, &want);
	md_code(s, &want);
	md_block(s, &want);
	url(s);
	out_free(&want);
}
