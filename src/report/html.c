/*
 * A report as one page of HTML to be handed on: no scripts, nothing from
 * elsewhere, to be read on screens light and dark and to be printed.  The
 * page is well-formed XML too (https://www.w3.org/TR/html-polyglot/), so
 * that tools can take it apart.  Its policy allows the one style sheet
 * below, by its digest, and nothing else: should text of an event ever
 * pass for a tag, it could still load and run nothing.
 */
#include "base/gate.h"
#include "report/doc.h"
#include "report/report.h"

/* SHA-256 of the text between the style tags. */
#define STYLE_DIGEST \
	"6suvbW5xh0PINA/16+EiCGjvOlCzwOa9Em6rt3rNwiw="

static const char style[] =
    ":root{color-scheme:light dark;--bg:#ffffff;--fg:#1b1f24;--soft:#57606a;"
    "--line:#d0d7de;--card:#f6f8fa;--link:#0550ae;--critical:#a40e26;"
    "--high:#953800;--medium:#7d4e00;--low:#0550ae;--good:#116329}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;"
    "--soft:#9da7b3;--line:#3d444d;--card:#161b22;--link:#79c0ff;"
    "--critical:#ff7b72;--high:#ffa657;--medium:#e3b341;--low:#79c0ff;"
    "--good:#56d364}}\n"
    "body{background:var(--bg);color:var(--fg);margin:0 auto;padding:1rem;"
    "max-width:68rem;font:1rem/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.6rem}h2{font-size:1.3rem;margin-top:2.5rem;"
    "border-bottom:1px solid var(--line)}h3{font-size:1.1rem}"
    "h4{font-size:1rem;margin:1.2rem 0 .3rem}\n"
    "h1,h2,h3,h4,p,li,td,th{overflow-wrap:anywhere}\n"
    "a{color:var(--link)}code,pre{font:.875em/1.45 ui-monospace,monospace}"
    "pre{background:var(--bg);border:1px solid var(--line);padding:.4rem "
    ".6rem;margin:.3rem 0;white-space:pre-wrap}\n"
    "section section{background:var(--card);border:1px solid var(--line);"
    "border-left:.4rem solid var(--soft);padding:0 1rem .6rem;"
    "margin:1.2rem 0}section.critical{border-left-color:var(--critical)}"
    "section.high{border-left-color:var(--high)}"
    "section.medium{border-left-color:var(--medium)}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{border:1px solid var(--line);padding:.25rem .5rem;"
    "text-align:left;vertical-align:top;font-size:.9rem}"
    "th{font-weight:600}thead th{color:var(--soft)}\n"
    "strong.critical,strong.unmet{color:var(--critical)}"
    "strong.high,strong.risk{color:var(--high)}"
    "strong.medium,strong.likely,strong.unknown{color:var(--medium)}"
    "strong.low{color:var(--low)}strong.info,strong.possible"
    "{color:var(--soft)}strong.met,strong.confirmed{color:var(--good)}\n"
    "@media print{body{max-width:none;padding:0;font-size:10pt}"
    "section section,tr,pre,li{break-inside:avoid}section section"
    "{background:none}section.critical,section.high{break-inside:auto}"
    "h2,h3,h4{break-after:avoid}}\n";

static void
open_page(struct doc *d, struct str title)
{
	out_lit(d->o, "<!DOCTYPE html>\n"
	    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" "
	    "xml:lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'sha256-" STYLE_DIGEST
	    "'; base-uri 'none'; form-action 'none'\"/>\n"
	    "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
	    "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
	    "<title>Event log report");
	if (title.n > 0)
		out_lit(d->o, ": ");
	gate_html(d->o, title);
	out_lit(d->o, "</title>\n<style>");
	out_lit(d->o, style);
	out_lit(d->o, "</style>\n</head>\n<body>\n<main>\n"
	    "<h1>Event log report</h1>\n");
}

static void
close_page(struct doc *d)
{
	out_lit(d->o, "</main>\n</body>\n</html>\n");
}

static void
part(struct doc *d, const char *kind)
{
	out_fmt(d->o, "<section class=\"%s\">\n", kind);
}

static void
part_end(struct doc *d)
{
	out_lit(d->o, "</section>\n");
}

static void
heading(struct doc *d, unsigned level, size_t number)
{
	out_fmt(d->o, "<h%u", level);
	if (number > 0)
		out_fmt(d->o, " id=\"p%zu\"", number);
	out_char(d->o, '>');
}

static void
heading_end(struct doc *d, unsigned level)
{
	out_fmt(d->o, "</h%u>\n", level);
}

static void
para(struct doc *d)
{
	out_lit(d->o, "<p>");
}

static void
para_end(struct doc *d)
{
	out_lit(d->o, "</p>\n");
}

static void
table(struct doc *d, const char *const *heads, size_t n)
{
	out_lit(d->o, "<table>\n");
	if (heads[0][0] != '\0') {
		out_lit(d->o, "<thead><tr>");
		for (size_t i = 0; i < n; i++)
			out_fmt(d->o, "<th scope=\"col\">%s</th>", heads[i]);
		out_lit(d->o, "</tr></thead>\n");
	}
	out_lit(d->o, "<tbody>\n");
}

static void
table_end(struct doc *d)
{
	out_lit(d->o, "</tbody>\n</table>\n");
}

static void
row(struct doc *d)
{
	out_lit(d->o, "<tr>");
	d->cell = 0;
}

static void
row_end(struct doc *d)
{
	out_lit(d->o, "</tr>\n");
}

static void
cell(struct doc *d)
{
	out_lit(d->o, ++d->cell == 1 ? "<th scope=\"row\">" : "<td>");
	d->line_due = false;
}

static void
cell_end(struct doc *d)
{
	out_lit(d->o, d->cell == 1 ? "</th>" : "</td>");
}

static void
list(struct doc *d, bool numbered)
{
	out_lit(d->o, numbered ? "<ol>\n" : "<ul>\n");
	d->numbered = numbered;
}

static void
list_end(struct doc *d)
{
	out_lit(d->o, d->numbered ? "</ol>\n" : "</ul>\n");
}

static void
item(struct doc *d)
{
	out_lit(d->o, "<li>");
	d->line_due = false;
}

static void
item_end(struct doc *d)
{
	out_lit(d->o, "</li>\n");
}

static void
command(struct doc *d, struct str s)
{
	out_lit(d->o, "<pre>");
	gate_html(d->o, s);
	out_lit(d->o, "</pre>");
}

/* Before a piece: the end of a line that something follows. */
static void
begin(struct doc *d)
{
	if (d->line_due)
		out_lit(d->o, "<br/>");
	d->line_due = false;
}

static void
text(struct doc *d, struct str s)
{
	begin(d);
	gate_html(d->o, s);
}

static void
lit(struct doc *d, const char *program_text)
{
	text(d, str_of(program_text));
}

static void
code(struct doc *d, struct str s)
{
	begin(d);
	out_lit(d->o, "<code>");
	gate_html(d->o, s);
	out_lit(d->o, "</code>");
}

static void
mark(struct doc *d, const char *kind, const char *words)
{
	begin(d);
	out_fmt(d->o, "<strong class=\"%s\">%s</strong>", kind, words);
}

static void
linked(struct doc *d, struct str url, struct str s)
{
	struct out href = out_memory();

	begin(d);
	if (gate_url(&href, url)) {
		out_lit(d->o, "<a rel=\"noopener noreferrer\" href=\"");
		out_bytes(d->o, href.mem, href.n);
		out_lit(d->o, "\">");
		gate_html(d->o, s);
		out_lit(d->o, "</a>");
	} else {
		gate_html(d->o, s);
	}
	out_free(&href);
}

static void
jump(struct doc *d, size_t number, struct str s)
{
	begin(d);
	out_fmt(d->o, "<a href=\"#p%zu\">", number);
	gate_html(d->o, s);
	out_lit(d->o, "</a>");
}

static void
line(struct doc *d)
{
	d->line_due = true;
}

static const struct doc_ops ops = {
	.open = open_page, .close = close_page, .part = part,
	.part_end = part_end, .heading = heading, .heading_end = heading_end,
	.para = para, .para_end = para_end, .table = table,
	.table_end = table_end, .row = row, .row_end = row_end, .cell = cell,
	.cell_end = cell_end, .list = list, .list_end = list_end,
	.item = item, .item_end = item_end, .command = command, .lit = lit,
	.text = text, .code = code, .mark = mark, .link = linked,
	.jump = jump, .line = line,
};

void
report_html(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct doc d = { .o = o, .ops = &ops };

	doc_report(&d, r, opt);
}
