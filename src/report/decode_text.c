/*
 * What was decoded by hand, for people.  Codes: a row for every table that
 * has the number.  Data: the dump with what every part of it says, in the
 * order of the bytes; bytes that nothing explains stand there as words.
 */
#include <inttypes.h>
#include <string.h>
#include "report/text.h"

enum {
	FIELD_COLUMN = 20,	/* where the name of a field stands */
	VALUE_COLUMN = 20,
	SHEET_COLUMN = 14,	/* of a row of the code book: its family */
	MEANING_COLUMN = 34,
	SHEET_VALUES = 20	/* of one parameter; -v shows all */
};

/* Words behind a piece; further lines at that indent. */
static void
spaced(struct page *p, struct str s, unsigned indent)
{
	size_t space = str_find(s, " ", 0);

	page_whole(p, 1, str_sub(s, 0, space));
	p->indent = indent;
	if (space != SIZE_MAX)
		page_words(p, str_sub(s, space, s.n));
}

/* A line of the sheet of a bug check. */
static void
sheet_line(struct page *p, struct str label, const char *text)
{
	if (label.n > 0) {
		page_indent(p, SHEET_COLUMN);
		page_whole(p, 0, label);
		page_cell(p, MEANING_COLUMN, str_of(""));
		page_indent(p, MEANING_COLUMN);
	} else {
		page_indent(p, MEANING_COLUMN);
	}
	page_lit(p, text);
	page_end(p);
}

static void
sheet_parameter(struct page *p, const struct bugcheck_part *x)
{
	struct str when = str_of("");

	if (x->from == x->to)
		when = arena_fmt(&p->a, " if p1 = 0x%" PRIX64, x->from);
	else if (x->to != UINT64_MAX)
		when = arena_fmt(&p->a, " if p1 = 0x%" PRIX64 "-0x%" PRIX64,
		    x->from, x->to);
	sheet_line(p, arena_fmt(&p->a, "p%d%.*s", x->i + 1, (int)when.n,
	    when.p), x->text);
}

static void
sheet_values(struct page *p, const struct bugcheck_sheet *s, int i)
{
	size_t n = 0;

	for (size_t k = 0; k < s->nvalues; k++) {
		const struct bugcheck_part *x = &s->values[k];

		if (x->i == i && (n++ < SHEET_VALUES || p->verbose))
			sheet_line(p, arena_fmt(&p->a, "p%d = 0x%" PRIX64,
			    i + 1, x->from), x->text);
	}
	if (n > SHEET_VALUES && !p->verbose) {
		page_indent(p, MEANING_COLUMN);
		page_fmt(p, 0, "and %zu values more (-v)", n - SHEET_VALUES);
		page_end(p);
	}
}

static void
advice_lines(struct page *p, const struct advice *x)
{
	for (size_t i = 0; x->causes[i] != NULL; i++)
		sheet_line(p, str_of(i == 0 ? "usual causes" : ""),
		    x->causes[i]);
	for (size_t i = 0; x->steps[i] != NULL; i++)
		sheet_line(p, str_of(i == 0 ? "first steps" : ""),
		    x->steps[i]);
}

static void
sheet(struct page *p, const struct bugcheck_sheet *s)
{
	for (int i = 0; i < 4; i++) {
		for (size_t k = 0; k < s->nparameters; k++)
			if (s->parameters[k].i == i)
				sheet_parameter(p, &s->parameters[k]);
		sheet_values(p, s, i);
	}
	if (s->advice != NULL)
		advice_lines(p, s->advice);
}

static void
row_line(struct page *p, const struct code_row *r)
{
	page_indent(p, 2);
	page_fmt(p, 0, "0x%08" PRIX32, r->value);
	page_cell(p, SHEET_COLUMN, str_of(r->family));
	if (r->symbol != NULL)
		page_cell(p, MEANING_COLUMN, str_of(r->symbol));
	if (r->note.n > 0)
		page_cell(p, MEANING_COLUMN, r->note);
	page_end(p);
	if (r->meaning != NULL) {
		page_indent(p, MEANING_COLUMN);
		page_lit(p, r->meaning);
		page_end(p);
	}
	sheet(p, &r->sheet);
}

static void
code(struct page *p, const struct reading *r)
{
	uint32_t low = (uint32_t)r->value;

	page_indent(p, 0);
	page_ink(p, INK_BOLD);
	page_words(p, r->given);
	page_ink(p, INK_PLAIN);
	if (r->kind == READING_CODE) {
		page_fmt(p, 2, "0x%08" PRIX64, r->value);
		page_fmt(p, 2, "%" PRIu64, r->value);
		if (r->value <= UINT32_MAX && low >> 31)
			page_fmt(p, 2, "%" PRId64,
			    (int64_t)low - INT64_C(0x100000000));
	} else {
		page_whole(p, 2, page_count(&p->a, r->nrows + r->more,
		    "code", "codes"));
	}
	page_end(p);
	for (size_t i = 0; i < r->nrows; i++)
		row_line(p, &r->rows[i]);
	if (r->more > 0) {
		page_indent(p, 2);
		page_fmt(p, 0, "and %zu more", r->more);
		page_end(p);
	}
}

/* A stretch of the data: what a fact says, or bytes without one. */
struct part {
	size_t			 at, length;
	const struct fact	*fact;
};

/* Does a finer fact explain all or some of these bytes? */
static bool
finer(const struct facts *f, const struct fact *x)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct fact *y = &f->v[i];

		if (y != x && y->length > 0 && y->offset < x->offset +
		    x->length && x->offset < y->offset + y->length &&
		    strncmp(y->name, "packet.dump", 11) != 0)
			return true;
	}
	return false;
}

static size_t
parts_of(const struct facts *f, struct part *v)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct fact *x = &f->v[i];
		size_t j = n;

		if (x->length == 0 || (strncmp(x->name, "packet.dump", 11) ==
		    0 && x->name[11] >= '0' && x->name[11] <= '9' &&
		    finer(f, x)))
			continue;
		for (; j > 0 && v[j - 1].at > x->offset; j--)
			v[j] = v[j - 1];
		v[j] = (struct part){ x->offset, x->length, x };
		n++;
	}
	return n;
}

static void
offset(struct page *p, size_t at)
{
	page_indent(p, 2);
	page_fmt(p, 0, "%04zx", at);
}

/* Bytes as Event Viewer shows words: four at a time, lowest last. */
static void
bare(struct page *p, struct span s, size_t from, size_t to, size_t base)
{
	while (from < to) {
		size_t n = 4 - from % 4;
		uint32_t word = 0;

		n = n > to - from ? to - from : n;
		(void)span_words(span_sub(s, from, n), &word, 1);
		offset(p, base + from);
		page_fmt(p, 2, "%0*" PRIx32, (int)(2 * n), word);
		page_end(p);
		from += n;
	}
}

/* Value, symbol and what is noted; the value only where the word does not
 * say it already. */
static void
fact_words(struct page *p, const struct fact *f, bool shown)
{
	if (shown && f->symbol == NULL && f->note.n == 0) {
		page_end(p);
		return;
	}
	page_cell(p, FIELD_COLUMN + VALUE_COLUMN, str_of(""));
	page_indent(p, FIELD_COLUMN + VALUE_COLUMN);
	if (!shown)
		page_words(p, fact_text(&p->a, f));
	if (f->symbol != NULL && (f->note.n == 0 ||
	    !str_starts(f->note, f->symbol)))
		page_whole_lit(p, p->at > p->indent ? 2 : 0, f->symbol);
	if (f->note.n > 0 && p->at > p->indent)
		page_whole_lit(p, 2, "");
	page_words(p, f->note);
	page_end(p);
	if (f->meaning != NULL) {
		page_indent(p, p->indent);
		page_lit(p, f->meaning);
		page_end(p);
	}
}

static void
fact_part(struct page *p, const struct part *x, struct span s, size_t base)
{
	const char *label = x->fact->label;
	bool code = x->fact->type == FACT_CODE;
	uint32_t word = 0;

	offset(p, base + x->at);
	(void)span_words(span_sub(s, x->at, x->length <= 4 ? x->length : 0),
	    &word, 1);
	if (x->length > 1 && x->length <= 4 && word != x->fact->number &&
	    x->fact->type != FACT_TEXT) {
		/* Not the lowest first: as they stand. */
		for (size_t i = 0; i < x->length; i++)
			page_fmt(p, i == 0 ? 2 : 1, "%02x", s.p[x->at + i]);
	} else if (x->length <= 4) {
		page_fmt(p, 2, "%0*" PRIx32, (int)(2 * x->length), word);
	} else {
		page_fmt(p, 2, "%zu bytes", x->length);
	}
	page_cell(p, FIELD_COLUMN, str_of(label));
	fact_words(p, x->fact, code && x->length <= 4 &&
	    word == x->fact->number);
}

static void
dump(struct page *p, const struct reading *r)
{
	struct part v[CAP_FACTS];
	size_t n = parts_of(r->facts, v), at = 0;
	struct span s = r->event->binary;

	for (size_t i = 0; i < n; i++) {
		if (v[i].at > at)
			bare(p, s, at, v[i].at, r->base);
		fact_part(p, &v[i], s, r->base);
		if (v[i].at + v[i].length > at)
			at = v[i].at + v[i].length;
	}
	bare(p, s, at, s.n, r->base);
}

/* Facts that stand in no byte of the data. */
static void
others(struct page *p, const struct facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].length > 0 ||
		    strcmp(f->v[i].name, "bugcheck.layout") == 0)
			continue;
		page_indent(p, 2);
		page_words(p, str_of(f->v[i].label));
		fact_words(p, &f->v[i], false);
	}
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].advice != NULL)
			advice_lines(p, f->v[i].advice);
}

static void
data_source(struct page *p, const struct event *e, bool behind)
{
	bool known = e->provider.n > 0;

	if (known)
		page_whole(p, behind ? 2 : 0, e->provider);
	if (e->id != 0)
		page_fmt(p, known ? 1 : 2, "%s%u", known ? "" : "event ",
		    (unsigned)e->id);
}

static void
data(struct page *p, const struct reading *r)
{
	const struct event *e = r->event;

	page_indent(p, 0);
	page_ink(p, INK_BOLD);
	if (r->layout != NULL)
		page_lit(p, r->layout);
	if (r->kind == READING_DATA || r->layout == NULL)
		data_source(p, e, r->layout != NULL);
	page_ink(p, INK_PLAIN);
	if (e->binary.n > 0)
		page_whole(p, 2, page_count(&p->a, e->binary.n, "byte",
		    "bytes"));
	page_end(p);
	dump(p, r);
	others(p, r->facts);
}

static void
article(struct page *p, const struct article *x)
{
	page_indent(p, 2);
	page_whole(p, 0, x->rule);
	spaced(p, x->title, 4);
	page_end(p);
	for (size_t i = 0; i < x->nconditions; i++) {
		page_indent(p, 4);
		page_whole_lit(p, 0, "-");
		spaced(p, x->conditions[i], 6);
		page_end(p);
	}
}

static void
articles(struct page *p, const struct decoding *d)
{
	if (d->narticles == 0)
		return;
	page_blank(p);
	page_indent(p, 0);
	page_lit(p, "Articles that print such data, and what each asks for:");
	page_end(p);
	for (size_t i = 0; i < d->narticles; i++)
		article(p, &d->articles[i]);
}

static void
remarks(struct page *p, const struct decoding *d)
{
	for (size_t i = 0; i < d->nremarks; i++) {
		page_indent(p, 0);
		page_whole_lit(p, 0, "note:");
		spaced(p, d->remarks[i], 6);
		page_end(p);
	}
}

void
report_decoding_text(struct out *o, const struct decoding *d,
    const struct report_options *opt)
{
	struct page p = page_begin(o, opt);

	remarks(&p, d);
	for (size_t i = 0; i < d->nreadings; i++) {
		const struct reading *r = &d->readings[i];

		if (i > 0)
			page_blank(&p);
		if (r->event != NULL)
			data(&p, r);
		else
			code(&p, r);
	}
	articles(&p, d);
	if (d->report != NULL) {
		page_blank(&p);
		page_free(&p);
		report_text(o, d->report, opt);
		return;
	}
	page_free(&p);
}
