/*
 * A report as markdown, of GitHub's kind (tables), for tickets and wikis.
 * Nothing in it is raw HTML but <br> between the lines of a cell.
 */
#include "base/gate.h"
#include "report/doc.h"
#include "report/report.h"

static void
open_page(struct doc *d, struct str title)
{
	out_lit(d->o, "# Event log report");
	if (title.n > 0)
		out_lit(d->o, ": ");
	gate_md(d->o, title);
	out_lit(d->o, "\n\n");
}

static void
nothing(struct doc *d)
{
	(void)d;
}

static void
part(struct doc *d, const char *kind)
{
	(void)d;
	(void)kind;
}

static void
heading(struct doc *d, unsigned level, size_t number)
{
	(void)number;
	out_lit(d->o, &"###### "[6 - level]);
}

static void
heading_end(struct doc *d, unsigned level)
{
	(void)level;
	out_lit(d->o, "\n\n");
}

static void
para_end(struct doc *d)
{
	out_lit(d->o, "\n\n");
}

static void
table(struct doc *d, const char *const *heads, size_t n)
{
	out_char(d->o, '|');
	for (size_t i = 0; i < n; i++)
		out_fmt(d->o, " %s |", heads[i]);
	out_lit(d->o, "\n|");
	for (size_t i = 0; i < n; i++)
		out_lit(d->o, " --- |");
	out_char(d->o, '\n');
}

static void
end(struct doc *d)
{
	out_char(d->o, '\n');
}

static void
row(struct doc *d)
{
	out_char(d->o, '|');
}

static void
cell(struct doc *d)
{
	out_char(d->o, ' ');
	d->line_due = false;
}

static void
cell_end(struct doc *d)
{
	out_lit(d->o, " |");
}

static void
list(struct doc *d, bool numbered)
{
	d->numbered = numbered;
	d->item = 0;
}

static void
item(struct doc *d)
{
	d->item++;
	d->closed = d->line_due = false;
	if (d->numbered)
		out_fmt(d->o, "%u. ", d->item);
	else
		out_lit(d->o, "- ");
}

static void
item_end(struct doc *d)
{
	if (!d->closed)
		out_char(d->o, '\n');
}

/* What belongs to an item stands below its first letter. */
static void
command(struct doc *d, struct str s)
{
	out_char(d->o, '\n');
	gate_md_block(d->o, s, !d->numbered ? 2 : d->item < 10 ? 3 : 4);
	d->closed = true;
}

/* Before a piece: the end of a line that something follows. */
static void
begin(struct doc *d)
{
	if (d->line_due)
		out_lit(d->o, "<br>");
	d->line_due = false;
}

static void
lit(struct doc *d, const char *program_text)
{
	begin(d);
	out_lit(d->o, program_text);
}

static void
text(struct doc *d, struct str s)
{
	begin(d);
	gate_md(d->o, s);
}

static void
code(struct doc *d, struct str s)
{
	begin(d);
	gate_md_code(d->o, s);
}

static void
mark(struct doc *d, const char *kind, const char *words)
{
	(void)kind;
	begin(d);
	out_fmt(d->o, "**%s**", words);
}

static void
linked(struct doc *d, struct str url, struct str s)
{
	struct out to = out_memory();

	begin(d);
	if (gate_url(&to, url)) {
		out_char(d->o, '[');
		gate_md(d->o, s);
		out_lit(d->o, "](<");
		out_bytes(d->o, to.mem, to.n);
		out_lit(d->o, ">)");
	} else {
		gate_md(d->o, s);
	}
	out_free(&to);
}

/* The names of headings are GitHub's own business. */
static void
jump(struct doc *d, size_t number, struct str s)
{
	(void)number;
	text(d, s);
}

static void
line(struct doc *d)
{
	d->line_due = true;
}

static const struct doc_ops ops = {
	.open = open_page, .close = nothing, .part = part,
	.part_end = nothing, .heading = heading, .heading_end = heading_end,
	.para = nothing, .para_end = para_end, .table = table,
	.table_end = end, .row = row, .row_end = end, .cell = cell,
	.cell_end = cell_end, .list = list, .list_end = end, .item = item,
	.item_end = item_end, .command = command, .lit = lit, .text = text,
	.code = code, .mark = mark, .link = linked, .jump = jump,
	.line = line,
};

void
report_md(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct doc d = { .o = o, .ops = &ops };

	doc_report(&d, r, opt);
}
