/*
 * The gates of HTML and markdown.  What holds for any text is the business
 * of the fuzz target "gates"; here stands how it looks.
 */
#include "unit.h"
#include "base/gate.h"

static void
block(struct out *o, struct str s)
{
	gate_md_block(o, s, 2);
}

static void
url(struct out *o, struct str s)
{
	assert_int_equal(gate_url(o, s), str_casestarts(s, "http"));
}

struct gate_case { struct str s; const char *want; };

static void
assert_cases(void (*gate)(struct out *, struct str),
    const struct gate_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct out o = out_memory();

		gate(&o, c[i].s);
		assert_string_equal(o.mem == NULL ? "" : o.mem, c[i].want);
		out_free(&o);
	}
}
#define ASSERT_CASES(gate, c) assert_cases(gate, c, sizeof c / sizeof *c)

/* Invisible characters are shown, never referred to. */
static void
html_text(void **state)
{
	static const struct gate_case cases[] = {
		{ STR(""), "" },
		{ STR("a<b>&'\""), "a&lt;b&gt;&amp;&#39;&quot;" },
		{ STR("</script>"), "&lt;/script&gt;" },
		{ STR("&#x202e;"), "&amp;#x202e;" },
		{ STR("]]>"), "]]&gt;" },
		{ STR("a\tb\r\n\0\033["), "a\\tb\\r\\n\\x00\\x1b[" },
		{ STR("\342\200\256\342\201\246\342\200\250"),
		  "\\u202e\\u2066\\u2028" },
		{ STR("\357\273\277\355\240\200\377<"),
		  "\\ufeff\\ud800\\xff&lt;" },
		{ STR("\xC3\xA4\xF0\x9F\x98\x80"),
		  "\xC3\xA4\xF0\x9F\x98\x80" },
	};

	(void)state;
	ASSERT_CASES(gate_html, cases);
}

static void
addresses(void **state)
{
	static const struct gate_case cases[] = {
		{ STR("https://h/a?b=1&c=%41#d"),
		  "https://h/a?b=1&amp;c=%41#d" },
		{ STR("HTTP://h/"), "HTTP://h/" },
		{ STR("http://h/ \"'<>()\\|`\n%4"),
		  "http://h/%20%22%27%3C%3E%28%29%5C%7C%60%0A%254" },
		{ STR("http://h/\xC3\xA4\0"), "http://h/%C3%A4%00" },
		{ STR("javascript:alert(1)"), "" },
		{ STR(" https://h"), "" },
		{ STR("//h"), "" },
		{ STR("data:text/html,x"), "" },
		{ STR(""), "" },
	};

	(void)state;
	ASSERT_CASES(url, cases);
}

static void
markdown_text(void **state)
{
	static const struct gate_case cases[] = {
		{ STR(""), "" },
		{ STR("Srv.sys 5.2 (x86), 2004-10-18"),
		  "Srv.sys 5.2 (x86), 2004-10-18" },
		{ STR("STATUS_NO_MEMORY _x_"), "STATUS_NO_MEMORY \\_x\\_" },
		{ STR("C:\\Windows"), "C:\\\\Windows" },
		{ STR("[x](javascript:a)"), "\\[x\\](javascript:a)" },
		{ STR("**b** `c` ~~d~~"),
		  "\\*\\*b\\*\\* \\`c\\` \\~\\~d\\~\\~" },
		{ STR("<b>&amp;"), "&lt;b&gt;&amp;amp;" },
		{ STR("a|b\\|c $x$"), "a&#124;b\\\\&#124;c &#36;x&#36;" },
		{ STR("# a #1"), "\\# a \\#<!-- -->1" },
		{ STR("- a - b"), "\\- a - b" },
		{ STR("12. a 1. b"), "12\\. a 1. b" },
		{ STR("1) a"), "1\\) a" },
		{ STR("==="), "\\===" },
		{ STR(" a "), "&#32;a&#32;" },
		{ STR("@who a@b.c @ x"),
		  "@<!-- -->who a@<!-- -->b.c @ x" },
		{ STR("http://h www.h"),
		  "http:<!-- -->//h www<!-- -->.h" },
		{ STR("a\nb\033\342\200\256\377"),
		  "a\\\\nb\\\\x1b\\\\u202e\\\\xff" },
		{ STR("\xC3\xA4"), "\xC3\xA4" },
	};

	(void)state;
	ASSERT_CASES(gate_md, cases);
}

static void
markdown_code(void **state)
{
	static const struct gate_case cases[] = {
		{ STR(""), "" },
		{ STR("C:\\a_b*<c>"), "`C:\\a_b*<c>`" },
		{ STR("a`b``c"), "```a`b``c```" },
		{ STR("`a"), "`` `a ``" },
		{ STR("a`"), "`` a` ``" },
		{ STR(" a "), "`  a  `" },
		{ STR(" a"), "` a`" },
		{ STR("  "), "`  `" },
		{ STR("a|b`"), "a&#124;b\\`" },
		{ STR("a\nb\0"), "`a\\nb\\x00`" },
	};

	(void)state;
	ASSERT_CASES(gate_md_code, cases);
}

static void
markdown_block(void **state)
{
	static const struct gate_case cases[] = {
		{ STR("dir | more"), "  ```\n  dir | more\n  ```\n" },
		{ STR("```\nx"), "  ````\n  ```\\nx\n  ````\n" },
		{ STR(""), "  ```\n  \n  ```\n" },
	};

	(void)state;
	ASSERT_CASES(block, cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_text),
		cmocka_unit_test(addresses),
		cmocka_unit_test(markdown_text),
		cmocka_unit_test(markdown_code),
		cmocka_unit_test(markdown_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
