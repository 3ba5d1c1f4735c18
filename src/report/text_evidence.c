/*
 * Evidence for people: each event that supports a finding with its facts,
 * one a line: value, symbol, what the value is.  Only a page that is not
 * verbose leaves things out, and it says how many: further events of a
 * kind that was shown, and facts beyond the first few.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/plan.h"
#include "report/text.h"

enum {
	FEW_FACTS = 8,
	FEW_EVENTS = 3,
	VALUE_WIDEST = 18,	/* columns set aside at most */
	SYMBOL_WIDEST = 32
};

/* The symbol of a code; of an unknown one its severity and facility. */
static struct str
fact_symbol(const struct fact *f)
{
	return f->symbol != NULL ? str_of(f->symbol) : f->note;
}

struct widths {
	unsigned	value, symbol;
};

static struct widths
fact_widths(struct page *p, const struct fact *f, size_t n)
{
	struct widths w = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned v = page_width(p, fact_text(&p->a, &f[i]));
		unsigned s = page_width(p, fact_symbol(&f[i]));

		if (v > w.value && v <= VALUE_WIDEST)
			w.value = v;
		if (s > w.symbol && s <= SYMBOL_WIDEST)
			w.symbol = s;
	}
	return w;
}

static void
fact_line(struct page *p, const struct fact *f, unsigned indent,
    struct widths w)
{
	const char *label = f->label != NULL ? f->label : f->name;
	struct str symbol = fact_symbol(f);
	unsigned column = indent + w.value + 2;

	page_indent(p, indent);
	page_words(p, fact_text(&p->a, f));
	if (symbol.n > 0)
		page_cell(p, column, symbol);
	if (w.symbol > 0)
		column += w.symbol + 2;
	page_cell(p, column, str_of(label));
	page_end(p);
	if (p->verbose && f->meaning != NULL) {
		page_indent(p, indent + 2);
		page_lit(p, f->meaning);
		page_end(p);
	}
}

void
text_facts(struct page *p, const struct fact *facts, size_t n,
    unsigned indent)
{
	struct widths w = fact_widths(p, facts, n);

	for (size_t i = 0; i < n; i++)
		fact_line(p, &facts[i], indent, w);
}

static void
words_line(struct page *p, const struct evidence *e)
{
	if (e->nwords == 0)
		return;
	page_indent(p, PAGE_LABEL + 2);
	page_whole_lit(p, 0, "words  ");
	page_indent(p, p->at);
	page_fmt(p, 0, "%08" PRIx32, e->words[0]);
	for (size_t i = 1; i < e->nwords; i++)
		page_fmt(p, 1, "%08" PRIx32, e->words[i]);
	page_end(p);
}

/* What nobody vouches for: left over or damaged. */
static bool
recovered(enum record_state s)
{
	return s == RECORD_TORN || s == RECORD_SLACK || s == RECORD_ORPHAN;
}

static void
event_lines(struct page *p, const struct evidence *e, bool where)
{
	size_t n = e->nfacts;

	page_indent(p, PAGE_LABEL);
	page_fmt(p, 0, "#%" PRIu64, e->record_id);
	if (e->time != 0)
		page_whole(p, 2, clock_people(&p->a, e->time));
	page_whole(p, 2, e->provider);
	page_fmt(p, 1, "%u", (unsigned)e->event_id);
	if (recovered(e->state))
		page_fmt(p, 1, "(%s)", text_state(e->state));
	page_end(p);
	if (where) {
		page_indent(p, PAGE_LABEL + 2);
		page_lit(p, "in");
		page_whole(p, 1, e->input);
		page_fmt(p, 1, "at 0x%" PRIx64, e->offset);
		page_end(p);
	}
	if (!p->verbose && n > FEW_FACTS)
		n = FEW_FACTS;
	text_facts(p, e->facts, n, PAGE_LABEL + 2);
	if (n < e->nfacts) {
		page_indent(p, PAGE_LABEL + 2);
		page_fmt(p, 0, "and %zu more facts (-v shows them)",
		    e->nfacts - n);
		page_end(p);
	}
	if (p->verbose)
		words_line(p, e);
}

static bool
same_kind(const struct evidence *a, const struct evidence *b)
{
	return a->event_id == b->event_id &&
	    str_caseeq(a->provider, b->provider);
}

static void
evidence_all(struct page *p, const struct finding *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < f[i].nevidence; j++)
			if (!plan_shown_before(f, i, j))
				event_lines(p, &f[i].evidence[j], true);
}

static void
evidence_few(struct page *p, const struct finding *f, bool where)
{
	size_t shown = 0;

	for (size_t i = 0; i < f->nevidence && shown < FEW_EVENTS; i++) {
		bool known = false;

		for (size_t j = 0; j < i; j++)
			if (same_kind(&f->evidence[j], &f->evidence[i]))
				known = true;
		if (known)
			continue;
		event_lines(p, &f->evidence[i], where);
		shown++;
	}
	if (shown < f->nevidence) {
		page_indent(p, PAGE_LABEL);
		page_fmt(p, 0, "and %zu more (-v shows them)",
		    f->nevidence - shown);
		page_end(p);
	}
}

void
text_evidence(struct page *p, const struct report *r,
    const struct finding *f, size_t n)
{
	if (n == 0 || f[0].nevidence == 0)
		return;
	page_label(p, "evidence");
	if (p->verbose)
		evidence_all(p, f, n);
	else
		evidence_few(p, &f[0], r->ninputs > 1);
}
