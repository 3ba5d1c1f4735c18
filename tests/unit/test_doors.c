/*
 * What leaves the program and what comes in as XML: the terminal gate,
 * the JSON writer, the door to libxml2.
 */
#include <stdio.h>
#include <stdlib.h>
#include "unit.h"
#include "base/caps.h"
#include "base/die.h"
#include "base/gate.h"
#include "base/json.h"
#include "base/utf.h"
#include "base/xml.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static void
gate(const char *in, size_t n, const char *expected)
{
	struct str s = gate_text_str(&mem, (struct str){ in, n });

	if (!str_is(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, expected);
}
#define GATE(in, expected) gate(in, sizeof(in) - 1, expected)

static void
plain_text_passes_the_gate(void **state)
{
	(void)state;
	GATE("", "");
	GATE("C:\\Windows\\x1b \"%SystemRoot%\"",
	    "C:\\Windows\\x1b \"%SystemRoot%\"");
	GATE("\303\244 \342\202\254 \344\270\226 \360\237\230\200",
	    "\303\244 \342\202\254 \344\270\226 \360\237\230\200");
}

static void
control_characters_become_visible(void **state)
{
	(void)state;
	GATE("a\033[2Jb", "a\\x1b[2Jb");
	GATE("a\0b", "a\\x00b");
	GATE("\t\r\n\b\177", "\\t\\r\\n\\x08\\x7f");
	/* C1: CSI and NEL as characters; the bare byte is no UTF-8. */
	GATE("\302\233" "2J\302\205", "\\x9b2J\\x85");
	GATE("\233" "2J", "\\x9b2J");
}

static void
characters_that_reorder_or_hide_become_visible(void **state)
{
	(void)state;
	/* U+202E, U+2066, U+200E, U+061C. */
	GATE("a\342\200\256b", "a\\u202eb");
	GATE("\342\201\246\342\200\216\330\234", "\\u2066\\u200e\\u061c");
	/* Zero width space and joiner, byte order mark, soft hyphen. */
	GATE("\342\200\213\342\200\215\357\273\277\302\255",
	    "\\u200b\\u200d\\ufeff\\xad");
	/* Line and paragraph separator. */
	GATE("\342\200\250\342\200\251", "\\u2028\\u2029");
	/* Tags, and variation selectors of both kinds. */
	GATE("\363\240\201\201\357\270\217\363\240\204\200",
	    "\\U000e0041\\ufe0f\\U000e0100");
	GATE("\343\205\244", "\\u3164");
}

static void
what_is_no_character_becomes_visible(void **state)
{
	(void)state;
	GATE("\355\240\200x\355\277\277", "\\ud800x\\udfff");
	GATE("\377\300\200", "\\xff\\xc0\\x80");
	GATE("a\342\202", "a\\xe2\\x82");
	GATE("\364\220\200\200", "\\xf4\\x90\\x80\\x80");
}

/* Whatever goes in: what comes out is UTF-8 without unsafe characters. */
static void
nothing_unsafe_passes_the_gate(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char in[24];
		struct str s;
		size_t at = 0;

		for (size_t i = 0; i < sizeof in; i++) {
			x = x * 1664525 + 1013904223;
			in[i] = (char)(x >> 24 | (round % 2 == 0 ? 0 : 0x80u));
		}
		s = gate_text_str(&mem, (struct str){ in, sizeof in });
		while (at < s.n)
			assert_false(gate_is_unsafe(utf_next(s, &at)));
	}
}

static void
json_quotes(const char *in, size_t n, const char *expected)
{
	struct out o = out_memory();
	struct json j = json_begin(&o, true);

	json_str(&j, (struct str){ in, n });
	assert_string_equal(o.mem, expected);
	out_free(&o);
}
#define JSON(in, expected) json_quotes(in, sizeof(in) - 1, expected)

static void
json_text_is_strict_utf8(void **state)
{
	(void)state;
	JSON("", "\"\"");
	JSON("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	JSON("\n\t\r\0\033\177", "\"\\n\\t\\u000d\\u0000\\u001b\\u007f\"");
	JSON("\303\244\360\237\230\200", "\"\303\244\360\237\230\200\"");
	JSON("\342\200\256\342\200\250", "\"\\u202e\\u2028\"");
	/* Escaped beyond the first plane: a pair. */
	JSON("\363\240\201\201", "\"\\udb40\\udc41\"");
	/* No reader takes these back: they stay visible text. */
	JSON("\355\240\200", "\"\\\\ud800\"");
	JSON("\377\300\200", "\"\\\\xff\\\\xc0\\\\x80\"");
}

/* Text is copied in pieces that overlap: what has to be escaped stands
 * anywhere in a text of any length. */
static void
json_finds_what_it_escapes_anywhere(void **state)
{
	static const struct { char c; const char *escaped; } kinds[] = {
		{ '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" },
		{ '\037', "\\u001f" }, { '\177', "\\u007f" },
		{ '\377', "\\\\xff" },
	};
	char in[40], expected[100];

	(void)state;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t n = 1; n <= sizeof in; n++)
			for (size_t at = 0; at < n; at++) {
				memset(in, 'x', n);
				in[at] = kinds[k].c;
				snprintf(expected, sizeof expected,
				    "\"%.*s%s%.*s\"", (int)at, in,
				    kinds[k].escaped, (int)(n - at - 1),
				    in + at + 1);
				json_quotes(in, n, expected);
			}
}

/* A file gets a long text in slices: the same as memory gets at once,
 * wherever characters of several bytes, whole and broken, lie. */
static void
json_in_a_file_is_that_in_memory(void **state)
{
	static const char *const parts[] = { "\342\202\254", "x", "\303\244",
	    "\360\237\230\200", "\200\200\200\200\200", "\342\202", "\n" };
	struct str s = { "", 0 };
	uint32_t x = 7;

	(void)state;
	for (size_t i = 0; i < 1500; i++) {
		struct out memory = out_memory();
		char *text = NULL;
		size_t n = 0;
		FILE *f = open_memstream(&text, &n);
		struct out file = out_file(f);

		x = x * 1664525 + 1013904223;
		s = arena_join(&mem, s, str_of(parts[(x >> 16) % 7]));
		json_quote(&memory, s);
		json_quote(&file, s);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(n, memory.n);
		assert_memory_equal(text, memory.mem, n);
		free(text);
		out_free(&memory);
	}
}

static void
json_nests_with_commas_in_place(void **state)
{
	struct out o = out_memory();
	struct json j = json_begin(&o, true);

	(void)state;
	json_object(&j);
	json_key(&j, "a");
	json_array(&j);
	json_u64(&j, UINT64_MAX);
	json_i64(&j, INT64_MIN);
	json_object(&j);
	json_end(&j);
	json_array(&j);
	json_end(&j);
	json_end(&j);
	json_key(&j, "h");
	json_hex(&j, 0x9A);
	json_key(&j, "s");
	json_str(&j, str_of("\"\033"));
	json_key(&j, "t");
	json_time(&j, UINT64_C(127425576110000000));
	json_key(&j, "n");
	json_time(&j, 0);
	json_key(&j, "b");
	json_bool(&j, false);
	json_end(&j);
	json_finish(&j);
	assert_string_equal(o.mem, "{\"a\": [18446744073709551615, "
	    "-9223372036854775808, {}, []], \"h\": \"0x0000009A\", "
	    "\"s\": \"\\\"\\u001b\", \"t\": \"2004-10-18T07:20:11Z\", "
	    "\"n\": null, \"b\": false}\n");
	out_free(&o);
	o = out_memory();
	j = json_begin(&o, false);
	json_array(&j);
	json_lit(&j, "x");
	json_null(&j);
	json_end(&j);
	assert_string_equal(o.mem, "[\n  \"x\",\n  null\n]");
	out_free(&o);
}

static jmp_buf died;

static void
jump_out(const char *what)
{
	(void)what;
	longjmp(died, 1);
}

/* Brackets that do not pair are a mistake of the program: it ends. */
static void
json_that_would_not_close_ends_the_process(void **state)
{
	static struct out o;
	static struct json j;
	static volatile int deaths, depth;

	(void)state;
	o = out_memory();
	die_handler(jump_out);
	j = json_begin(&o, true);
	if (setjmp(died) == 0)
		json_end(&j);
	else
		deaths++;
	if (setjmp(died) == 0)
		for (depth = 0; depth <= JSON_DEPTH; depth++)
			json_array(&j);
	else
		deaths++;
	if (setjmp(died) == 0)
		json_finish(&j);
	else
		deaths++;
	die_handler(NULL);
	assert_int_equal(deaths, 3);
	assert_int_equal(depth, JSON_DEPTH);
	out_free(&o);
}

/* A full disk is remembered, and nothing is written behind it. */
static void
a_stream_remembers_its_first_error(void **state)
{
	FILE *f = fopen("/dev/full", "w");
	struct out o = out_file(f);

	(void)state;
	assert_non_null(f);
	for (int i = 0; i < 2000; i++)
		out_lit(&o, "a line that fills the buffer\n");
	assert_false(out_flush(&o));
	assert_int_not_equal(o.error, 0);
	fclose(f);
}

static struct xml_error err;

static const struct xml_node *
parse(const char *text)
{
	err = (struct xml_error){ 0, { "", 0 } };
	return xml_parse(&mem, (struct span){ (const uint8_t *)text,
	    strlen(text) }, NULL, &err);
}

static void
assert_refused(const char *text, unsigned line, const char *why)
{
	if (parse(text) != NULL)
		fail_msg("it was not refused");
	if (line != err.line || str_find(err.message, why, 0) == SIZE_MAX)
		fail_msg("line %u: %.*s", err.line, (int)err.message.n,
		    err.message.p);
}

static void
xml_becomes_a_plain_tree(void **state)
{
	const struct xml_node *n = parse("<?xml version='1.0'?>\n<!-- c -->\n"
	    "<e:a xmlns:e='urn:x' b='1 &amp; 2'>one<b/>\ntwo<![CDATA[<&>]]>"
	    "&lt;\n<c x='' e:y='z'>&#228;</c><b/></e:a>\n");
	const struct xml_node *c;

	(void)state;
	assert_non_null(n);
	assert_true(str_is(n->name, "a"));
	assert_int_equal(n->line, 3);
	assert_true(str_is(xml_attr(n, "b"), "1 & 2"));
	assert_true(str_is(n->text, "one\ntwo<&><\n"));
	c = xml_child(n, "c");
	assert_int_equal(c->line, 5);
	assert_true(str_is(c->text, "\303\244"));
	assert_non_null(xml_attr(c, "x").p);
	assert_int_equal(xml_attr(c, "x").n, 0);
	assert_true(str_is(xml_attr(c, "y"), "z"));
	assert_null(xml_attr(c, "absent").p);
	assert_non_null(xml_next(c, "b"));
	assert_null(xml_next(c, "c"));
	assert_null(xml_child(n, "absent"));
}

static void
malformed_xml_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("", 1, "");
	assert_refused("no markup", 1, "");
	assert_refused("<a>\n<b>\n</a>", 3, "");
	assert_refused("<a>\n\n<b c='1' c='2'/></a>", 3, "redefined");
	assert_refused("<a>\n&undefined;</a>", 2, "not defined");
	assert_refused("<a>\n\001</a>", 2, "");
	assert_refused("<a>\n\377</a>", 2, "");
	assert_refused("<a/><b/>", 1, "");
}

/* Entities are the attack surface: none can be declared. */
static void
a_doctype_is_refused(void **state)
{
	(void)state;
	assert_refused("<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>", 2,
	    "DOCTYPE");
	assert_refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 1,
	    "DOCTYPE");
	assert_refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'>\n<a/>", 1,
	    "DOCTYPE");
	assert_refused("<!DOCTYPE a [<!ENTITY % x SYSTEM 'file:///etc/"
	    "passwd'> %x;]><a/>", 1, "DOCTYPE");
}

/* depth elements, each in the one before. */
static const char *
nested(int depth)
{
	char *p = arena_alloc(&mem, (size_t)depth * 7 + 1), *at = p;

	for (int i = 0; i < depth; i++, at += 3)
		memcpy(at, "<a>", 3);
	for (int i = 0; i < depth; i++, at += 4)
		memcpy(at, "</a>", 4);
	return p;
}

static void
xml_is_as_deep_as_its_cap(void **state)
{
	(void)state;
	assert_non_null(parse(nested(CAP_XML_DEPTH)));
	assert_refused(nested(CAP_XML_DEPTH + 1), 1, "nested too deeply");
	assert_null(parse(nested(10000)));
}

static void
xml_is_as_large_as_its_cap(void **state)
{
	char *p = arena_alloc(&mem, CAP_XML_NODES * 4 + 8), *at = p;

	(void)state;
	memcpy(at, "<a>", 3);
	at += 3;
	for (int i = 1; i < CAP_XML_NODES; i++, at += 4)
		memcpy(at, "<b/>", 4);
	memcpy(at, "</a>", 4);
	assert_non_null(parse(p));
	memcpy(at, "<b/></a>", 8);
	p = arena_cstr(&mem, (struct str){ p, (size_t)(at + 8 - p) });
	assert_refused(p, 1, "too many elements");
}

/* A document without what its <x> hold. */
static void
assert_hollow(const char *text, const struct xml_schema *s)
{
	const struct xml_node *n, *x;

	n = xml_parse_hollow(&mem, (struct span){ (const uint8_t *)text,
	    strlen(text) }, s, "x", &err);
	assert_non_null(n);
	for (x = xml_child(n, "x"); x != NULL; x = xml_next(x, "x")) {
		assert_null(x->child);
		assert_int_equal(x->text.n, 0);
		assert_true(str_is(xml_attr(x, "a"), "1 > 0"));
	}
	x = xml_child(n, "last");
	assert_non_null(x);
	assert_int_equal(x->line, 5);
	assert_true(str_is(x->text, "<x>"));
}

static void
what_hollow_elements_hold_is_left_out(void **state)
{
	static const char rng[] = "<element name='r' xmlns='http://relaxng.org"
	    "/ns/structure/1.0'><zeroOrMore><element><anyName/><optional>"
	    "<attribute name='a'/></optional><text/></element></zeroOrMore>"
	    "</element>";
	static const char *const texts[] = {
		"<?xml version='1.0'?>\n<r>\n<x a='1 > 0'>\n<y/>\nt</x>"
		"<last>&lt;x></last></r>",
		"<r><x a='1 > 0'/>\n<x a='1 > 0'><y z='>'/>\n<x/><x>\n</x>"
		"\n</x ><last><![CDATA[<x>]]></last></r>",
		"<r><!-- <x> --><xx/><x\na='1 > 0'\n>\n<!-- </x> -->"
		"<![CDATA[</x>]]><?x </x>?>\n</x><last>&lt;x></last></r>",
		"<r>\n\n\n\n<last>&lt;x></last><x a=\"1 > 0\">t</x></r>",
	};
	struct xml_schema *s = xml_schema_new(&mem, (struct span){
	    (const uint8_t *)rng, sizeof rng - 1 }, &err);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_hollow(texts[i], s);
	xml_schema_free(s);
}

static void
a_schema_names_the_line_that_breaks_it(void **state)
{
	static const char rng[] = "<element name='a' xmlns='http://relaxng.org"
	    "/ns/structure/1.0'><zeroOrMore><element name='b'><text/>"
	    "</element></zeroOrMore></element>";
	static const char good[] = "<a>\n<b/>\n</a>", bad[] = "<a>\n<c/>\n</a>";
	struct xml_schema *s = xml_schema_new(&mem, (struct span){
	    (const uint8_t *)rng, sizeof rng - 1 }, &err);

	(void)state;
	assert_non_null(s);
	assert_non_null(xml_parse(&mem, (struct span){ (const uint8_t *)good,
	    sizeof good - 1 }, s, &err));
	err.line = 0;
	assert_null(xml_parse(&mem, (struct span){ (const uint8_t *)bad,
	    sizeof bad - 1 }, s, &err));
	assert_int_equal(err.line, 2);
	xml_schema_free(s);
	assert_null(xml_schema_new(&mem, (struct span){ (const uint8_t *)good,
	    sizeof good - 1 }, &err));
	assert_null(xml_schema_new(&mem, (struct span){ NULL, 0 }, &err));
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_text_passes_the_gate),
		TEST(control_characters_become_visible),
		TEST(characters_that_reorder_or_hide_become_visible),
		TEST(what_is_no_character_becomes_visible),
		TEST(nothing_unsafe_passes_the_gate),
		TEST(json_text_is_strict_utf8),
		TEST(json_finds_what_it_escapes_anywhere),
		TEST(json_in_a_file_is_that_in_memory),
		TEST(json_nests_with_commas_in_place),
		TEST(json_that_would_not_close_ends_the_process),
		TEST(a_stream_remembers_its_first_error),
		TEST(xml_becomes_a_plain_tree),
		TEST(malformed_xml_is_refused_with_its_line),
		TEST(a_doctype_is_refused), TEST(xml_is_as_deep_as_its_cap),
		TEST(xml_is_as_large_as_its_cap),
		TEST(what_hollow_elements_hold_is_left_out),
		TEST(a_schema_names_the_line_that_breaks_it),
	};

	return cmocka_run_group_tests_name("doors", tests, NULL, NULL);
}
