/*
 * Setting words in columns (page.h).  Text goes through the gate first;
 * then it is cut at spaces, and each word is placed on the line if it
 * still fits, else on the next.  Widths are those of a terminal: two
 * columns for wide East Asian characters, none for combining marks.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/gate.h"
#include "base/utf.h"
#include "report/page.h"

struct page
page_begin(struct out *o, const struct report_options *opt)
{
	struct page p = { .o = o, .columns = PAGE_COLUMNS };

	if (opt != NULL) {
		p.columns = opt->columns != 0 ? opt->columns : PAGE_COLUMNS;
		p.verbose = opt->verbose > 0;
		p.quiet = opt->quiet;
	}
	if (p.columns < PAGE_LEAST)
		p.columns = PAGE_LEAST;
	return p;
}

void
page_free(struct page *p)
{
	arena_free(&p->a);
}

static void
spaces(struct page *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		out_char(p->o, ' ');
	p->at += n;
}

static void
next_line(struct page *p)
{
	out_char(p->o, '\n');
	p->at = 0;
	p->begun = false;
	spaces(p, p->indent);
}

/* Columns of text that has been through the gate. */
static unsigned
columns_of(struct str gated)
{
	unsigned w = 0;

	for (size_t at = 0; at < gated.n;)
		w += (unsigned)utf_width(utf_next(gated, &at));
	return w;
}

unsigned
page_width(struct page *p, struct str s)
{
	return columns_of(gate_text_str(&p->a, s));
}

static void
show_ink(struct page *p)
{
	static const char *const codes[] = {
		[INK_PLAIN] = "\033[0m",
		[INK_BOLD] = "\033[1m",
		[INK_RED] = "\033[1;31m",
		[INK_YELLOW] = "\033[33m",
		[INK_GREEN] = "\033[32m",
	};

	if (p->ink != p->want)
		out_lit(p->o, codes[p->want]);
	p->ink = p->want;
}

static void
put(struct page *p, struct str gated, unsigned width)
{
	show_ink(p);
	out_bytes(p->o, gated.p, gated.n);
	p->at += width;
	p->begun = true;
}

/* A word that no line can hold: character by character. */
static void
put_broken(struct page *p, struct str word)
{
	size_t at = 0;

	while (at < word.n) {
		size_t from = at;
		unsigned w = (unsigned)utf_width(utf_next(word, &at));

		if (p->at + w > p->columns)
			next_line(p);
		put(p, str_sub(word, from, at - from), w);
	}
}

static void
put_word(struct page *p, struct str word)
{
	unsigned w = columns_of(word);
	unsigned gap = p->begun ? 1 : 0;

	if (gap > 0 && p->at + gap + w > p->columns)
		next_line(p);
	else
		spaces(p, gap);
	if (p->at + w > p->columns)
		put_broken(p, word);
	else
		put(p, word, w);
}

void
page_words(struct page *p, struct str s)
{
	struct str rest = gate_text_str(&p->a, s);
	size_t space;

	while (rest.n > 0) {
		space = str_find(rest, " ", 0);
		if (space == SIZE_MAX)
			space = rest.n;
		if (space > 0)
			put_word(p, str_sub(rest, 0, space));
		rest = str_sub(rest, space + 1, rest.n);
	}
}

void
page_lit(struct page *p, const char *program_text)
{
	page_words(p, str_of(program_text));
}

void
page_whole(struct page *p, unsigned gap, struct str s)
{
	struct str gated = gate_text_str(&p->a, s);
	unsigned w = columns_of(gated);

	if (!p->begun)
		gap = 0;
	else if (p->at + gap + w > p->columns) {
		next_line(p);
		gap = 0;
	}
	spaces(p, gap);
	put(p, gated, w);
}

void
page_cell(struct page *p, unsigned column, struct str s)
{
	page_whole(p, column > p->at + 2 ? column - p->at : 2, s);
}

void
page_whole_lit(struct page *p, unsigned gap, const char *program_text)
{
	page_whole(p, gap, str_of(program_text));
}

void
page_indent(struct page *p, unsigned indent)
{
	p->indent = indent;
	p->begun = false;
	if (p->at < indent)
		spaces(p, indent - p->at);
}

void
page_fmt(struct page *p, unsigned gap, const char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	page_whole(p, gap, str_of(buf));
}

void
page_label(struct page *p, const char *label)
{
	page_indent(p, 2);
	page_whole_lit(p, 0, label);
	page_indent(p, PAGE_LABEL);
}

void
page_end(struct page *p)
{
	out_char(p->o, '\n');
	p->at = 0;
	p->begun = false;
	arena_reset(&p->a);
}

void
page_blank(struct page *p)
{
	out_char(p->o, '\n');
	p->at = 0;
}

void
page_ink(struct page *p, enum ink ink)
{
	p->want = p->o->color ? ink : INK_PLAIN;
	if (p->want == INK_PLAIN)
		show_ink(p);
}

struct str
page_number(struct arena *a, uint64_t n)
{
	struct str head;

	if (n < 1000)
		return arena_fmt(a, "%" PRIu64, n);
	head = page_number(a, n / 1000);
	return arena_fmt(a, "%.*s,%03" PRIu64, (int)head.n, head.p, n % 1000);
}

struct str
page_count(struct arena *a, uint64_t n, const char *one, const char *many)
{
	struct str number = page_number(a, n);

	return arena_fmt(a, "%.*s %s", (int)number.n, number.p,
	    n == 1 ? one : many);
}

struct str
page_duration(struct arena *a, uint64_t t)
{
	uint64_t minutes = t / CLOCK_MINUTE;

	if (t >= CLOCK_DAY)
		return arena_fmt(a, "%" PRIu64 " d %" PRIu64 " h",
		    t / CLOCK_DAY, t % CLOCK_DAY / CLOCK_HOUR);
	if (t >= CLOCK_HOUR)
		return arena_fmt(a, "%" PRIu64 " h %" PRIu64 " min",
		    minutes / 60, minutes % 60);
	if (t >= CLOCK_MINUTE)
		return arena_fmt(a, "%" PRIu64 " min", minutes);
	return arena_fmt(a, "%" PRIu64 " s", t / CLOCK_SECOND);
}

void
report_wrap(struct out *o, struct str s, unsigned indent, unsigned columns)
{
	struct report_options opt = { .columns = columns };
	struct page p = page_begin(o, &opt);

	p.indent = p.at = indent;
	page_words(&p, s);
	page_end(&p);
	page_free(&p);
}
