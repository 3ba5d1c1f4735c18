/*
 * The gates of CSV and XML (HTML and markdown: test_gates_doc.c), and the
 * number forms that JSON and values are written with.
 */
#include "unit.h"
#include "base/gate.h"
#include "base/json.h"
#include "base/utf.h"

static void
assert_gate(void (*gate)(struct out *, struct str), struct str s,
    const char *want)
{
	struct out o = out_memory();

	gate(&o, s);
	assert_string_equal(o.mem == NULL ? "" : o.mem, want);
	out_free(&o);
}

static void
csv_cells(void **state)
{
	static const struct { struct str s; const char *want; } cases[] = {
		{ STR("plain text"), "plain text" },
		{ STR("a,b"), "\"a,b\"" },
		{ STR("say \"x\""), "\"say \"\"x\"\"\"" },
		{ STR("two\r\nlines"), "two\\r\\nlines" },
		{ STR("=1+1"), "'=1+1" },
		{ STR("+1"), "'+1" },
		{ STR("-1"), "'-1" },
		{ STR("@x"), "'@x" },
		{ STR("\tx"), "'\\tx" },
		{ STR("\rx"), "'\\rx" },
		{ STR("\357\274\235x"), "'\357\274\235x" },
		{ STR("=a,\"b\""), "\"'=a,\"\"b\"\"\"" },
		{ STR("a=b"), "a=b" },
		{ STR("  =1"), "'  =1" },
		{ STR("\n=1"), "'\\n=1" },
		{ STR("'=1"), "''=1" },
		{ STR("it's"), "it's" },
		{ STR("a;=1"), "\"a;=1\"" },
		{ STR("\033[31m"), "\\x1b[31m" },
		{ STR("\355\240\200\377"), "\\ud800\\xff" },
		{ STR("\xC3\xA4\xE6\xBC\xA2"), "\xC3\xA4\xE6\xBC\xA2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_gate(gate_csv, cases[i].s, cases[i].want);
	assert_gate(gate_csv, str_of(NULL), "");
}

static void
xml_text(void **state)
{
	static const struct { struct str s; const char *want; } cases[] = {
		{ STR("a<b>&'\""), "a&lt;b&gt;&amp;&apos;&quot;" },
		{ STR("]]>"), "]]&gt;" },
		{ STR("a\tb\nc\r"), "a&#x9;b&#xA;c&#xD;" },
		{ STR("\033\0\a"), "\\x1b\\x00\\x07" },
		{ STR("\177\302\233"), "&#x7F;&#x9B;" },
		{ STR("\342\200\256"), "&#x202E;" },
		{ STR("\357\273\277"), "&#xFEFF;" },
		{ STR("\357\277\276\357\277\277"), "\\ufffe\\uffff" },
		{ STR("\355\240\200\377"), "\\ud800\\xff" },
		{ STR("\363\240\200\201"), "&#xE0001;" },
		{ STR("\xC3\xA4\xF0\x9F\x98\x80"),
		  "\xC3\xA4\xF0\x9F\x98\x80" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_gate(gate_xml, cases[i].s, cases[i].want);
}

static void
xml_names(void **state)
{
	(void)state;
	assert_gate(gate_xml_name, str_of("Data_1.x-y"), "Data_1.x-y");
	assert_gate(gate_xml_name, str_of("1a"), "_a");
	assert_gate(gate_xml_name, str_of("-a"), "_a");
	assert_gate(gate_xml_name, str_of("a b='c'><x"), "a_b__c___x");
	assert_gate(gate_xml_name, str_of(""), "_");
	assert_gate(gate_xml_name, str_of("n\xC3\xA4" "me\377"),
	    "n\xC3\xA4me_");
}

static void
assert_json(struct str s, const char *want)
{
	struct out o = out_memory();
	struct json j = json_begin(&o, true);

	json_str(&j, s);
	assert_string_equal(o.mem, want);
	out_free(&o);
}

/* Text is looked at eight bytes at a time: what has to be escaped may
 * stand at any of the eight places, and right behind them. */
static void
json_escapes_at_every_place(void **state)
{
	static const struct { char c; const char *want; } bad[] = {
		{ '"', "\\\"" }, { '\\', "\\\\" }, { '\n', "\\n" },
		{ '\0', "\\u0000" }, { '\037', "\\u001f" },
		{ '\177', "\\u007f" }, { '\377', "\\\\xff" },
	};

	(void)state;
	for (size_t at = 0; at < 19; at++) {
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
			char text[20] = "~abcdefg hij!klmn#[";
			char want[64];

			text[at] = bad[i].c;
			(void)snprintf(want, sizeof want, "\"%.*s%s%s\"",
			    (int)at, "~abcdefg hij!klmn#[", bad[i].want,
			    &"~abcdefg hij!klmn#["[at + 1]);
			assert_json((struct str){ text, 19 }, want);
		}
	}
}

static void
digits(void **state)
{
	char buf[STR_DIGITS];
	struct out o = out_memory();
	struct json j = json_begin(&o, true);

	(void)state;
	assert_int_equal(str_put_u64(buf, 0), 1);
	assert_memory_equal(buf, "0", 1);
	assert_int_equal(str_put_u64(buf, UINT64_MAX), 20);
	assert_memory_equal(buf, "18446744073709551615", 20);
	assert_int_equal(str_put_hex(buf, 0, 1, true), 1);
	assert_int_equal(str_put_hex(buf, 0xABC, 8, false), 8);
	assert_memory_equal(buf, "00000abc", 8);
	assert_int_equal(str_put_hex(buf, UINT64_MAX, 1, true), 16);
	json_array(&j);
	json_i64(&j, INT64_MIN);
	json_i64(&j, -1);
	json_hex(&j, 0x7F);
	json_word(&j, 0xC000009A);
	json_end(&j);
	assert_string_equal(o.mem, "[-9223372036854775808, -1, "
	    "\"0x0000007F\", \"c000009a\"]");
	out_free(&o);
}

/* The short way through text that is ASCII gives what the long one does. */
static void
utf16_at_every_length(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t n = 0; n < 20; n++) {
		for (size_t odd = 0; odd <= n; odd++) {
			uint8_t units[40] = { 0 };
			char want[44];
			size_t len = 0;
			struct str s;

			for (size_t i = 0; i < n; i++) {
				units[2 * i] = (uint8_t)(i == odd ? 0xE4 :
				    'a' + i);
				len += utf_encode(units[2 * i], want + len);
			}
			s = utf_from_utf16le(&a, (struct span){ units,
			    2 * n });
			assert_int_equal(s.n, len);
			assert_memory_equal(s.p, want, len);
			assert_int_equal(s.p[len], '\0');
		}
	}
	arena_free(&a);
}

/* What says that it has passed a gate is looked at all the same. */
static void
what_has_passed_a_gate_steers_no_terminal(void **state)
{
	(void)state;
	for (unsigned b = 0; b < 256; b++) {
		const uint8_t line[] = { 'a', 'b', 'c', 'd', 'e', 'f', 'g',
		    'h', 'i', (uint8_t)b, 'j', 0xC3, 0xA4, 'k', 'l', 'm', 'n',
		    (uint8_t)b, '\n' };
		struct out o = out_memory();
		bool steers = (b < 0x20 && b != '\n' && b != '\t' &&
		    b != '\r') || b == 0x7F;
		bool passed = gate_passed(&o, (struct span){ line,
		    sizeof line });

		assert_int_equal(passed, !steers);
		assert_int_equal(o.n, steers ? 0 : sizeof line);
		out_free(&o);
	}
}

/* Many bytes are looked at together: each of them counts. */
static void
what_steers_is_seen_at_every_place(void **state)
{
	uint8_t lines[2 * 128 + 6];

	(void)state;
	for (size_t at = 0; at < sizeof lines; at++) {
		for (unsigned b = 0; b < 256; b++) {
			struct out o = out_memory();
			bool steers = (b < 0x20 && b != '\n' && b != '\t' &&
			    b != '\r') || b == 0x7F;

			memset(lines, at % 2 == 0 ? 'a' : 0xFF, sizeof lines);
			lines[at ^ 1] = '\n';
			lines[at] = (uint8_t)b;
			assert_int_equal(gate_passed(&o, (struct span){ lines,
			    sizeof lines }), !steers);
			out_free(&o);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_cells),
		cmocka_unit_test(xml_text),
		cmocka_unit_test(xml_names),
		cmocka_unit_test(json_escapes_at_every_place),
		cmocka_unit_test(what_has_passed_a_gate_steers_no_terminal),
		cmocka_unit_test(what_steers_is_seen_at_every_place),
		cmocka_unit_test(digits),
		cmocka_unit_test(utf16_at_every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
