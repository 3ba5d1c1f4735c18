/*
 * One problem in a document: what happened, every explanation with its
 * conditions, the events behind it, what it means and what to do.  As in
 * the report for people (text_problem.c), but nothing is left out to save
 * lines, for it will be read far from the logs.
 */
#include <ctype.h>
#include <inttypes.h>
#include "base/clock.h"
#include "report/doc.h"
#include "report/page.h"
#include "report/text.h"
#include "report/words.h"

void
doc_severity(struct doc *d, enum severity s)
{
	const char *name = severity_name(s);
	char word[16] = { 0 };

	for (size_t i = 0; i < sizeof word - 1 && name[i] != '\0'; i++)
		word[i] = (char)toupper((unsigned char)name[i]);
	d->ops->mark(d, name, word);
}

static void
title(struct doc *d, const struct finding *f, size_t number)
{
	d->ops->heading(d, 3, number);
	doc_severity(d, f->severity);
	doc_lit(d, " ");
	doc_text(d, plan_title(f));
	d->ops->heading_end(d, 3);
}

static void
span_text(struct doc *d, uint64_t first, uint64_t last)
{
	if (last == 0)
		return;
	if (first != 0 && first != last) {
		doc_lit(d, ", first ");
		doc_text(d, clock_people(&d->a, first));
		doc_lit(d, ", last ");
	} else {
		doc_lit(d, ", ");
	}
	doc_text(d, clock_people(&d->a, last));
}

static void
when(struct doc *d, const struct finding *f, size_t n)
{
	uint64_t count = plan_count(f, n), first = f[0].first;

	for (size_t i = 0; i < n; i++)
		if (f[i].first != 0 && f[i].first < first)
			first = f[i].first;
	d->ops->para(d);
	doc_text(d, count == 1 ? str_of("Once") :
	    page_count(&d->a, count, "time", "times"));
	span_text(d, first, plan_last(f, n));
	doc_lit(d, ".");
	if (f[0].follows.n > 0) {
		doc_lit(d, " Follows from: ");
		doc_text(d, f[0].follows_title);
		doc_lit(d, ".");
	}
	d->ops->para_end(d);
}

static const char *
result_kind(enum result r)
{
	switch (r) {
	case RESULT_MET:
		return "met";
	case RESULT_UNMET:
		return "unmet";
	case RESULT_UNKNOWN:
		break;
	}
	return "unknown";
}

static void
conditions(struct doc *d, const struct finding *f)
{
	if (f->nconditions == 0)
		return;
	d->ops->list(d, false);
	for (size_t i = 0; i < f->nconditions; i++) {
		const struct condition *c = &f->conditions[i];

		d->ops->item(d);
		d->ops->mark(d, result_kind(c->result),
		    words_result(c->result));
		doc_lit(d, " ");
		doc_text(d, c->text);
		d->ops->item_end(d);
	}
	d->ops->list_end(d);
}

static void
standing(struct doc *d, const struct finding *f, uint64_t times)
{
	const char *verdict = words_verdict(f->verdict);

	d->ops->mark(d, confidence_name(f->confidence),
	    confidence_name(f->confidence));
	if (verdict != NULL) {
		doc_lit(d, ", ");
		doc_lit(d, verdict);
	}
	if (f->count < times)
		doc_lit(d, arena_fmt(&d->a, ", %" PRIu64 " of %" PRIu64
		    " times", f->count, times).p);
}

static void
label(struct doc *d, const char *words)
{
	d->ops->heading(d, 4, 0);
	doc_lit(d, words);
	d->ops->heading_end(d, 4);
}

static void
explanation(struct doc *d, const struct finding *f, const char *as,
    uint64_t times)
{
	d->ops->heading(d, 4, 0);
	doc_lit(d, as);
	doc_lit(d, ": ");
	doc_text(d, f->title);
	d->ops->heading_end(d, 4);
	d->ops->para(d);
	doc_code(d, f->rule);
	doc_lit(d, " ");
	standing(d, f, times);
	d->ops->para_end(d);
	conditions(d, f);
}

static void
paragraph(struct doc *d, struct str s)
{
	if (s.n == 0)
		return;
	d->ops->para(d);
	doc_text(d, s);
	d->ops->para_end(d);
}

/* Symptoms stand last; they speak when nothing explains them. */
static void
explanations(struct doc *d, const struct finding *f, size_t n)
{
	uint64_t times = plan_count(f, n);

	for (size_t i = 0; i < n; i++) {
		if (f[i].symptom && i > 0 && !d->verbose)
			continue;
		if (f[i].symptom) {
			explanation(d, &f[i], "What happened", times);
			paragraph(d, f[i].diagnosis);
			continue;
		}
		explanation(d, &f[i], i > 0 ? "Or" :
		    f[i].confidence == CONF_POSSIBLE ? "Possibly" :
		    "Most likely", times);
		/* Of the best it is said under "What it means". */
		if (i > 0)
			paragraph(d, f[i].cause);
	}
}

/* A fact, and which bytes of the event's data said so. */
static void
fact(struct doc *d, const struct fact *f)
{
	struct str symbol = f->symbol != NULL ? str_of(f->symbol) : f->note;

	doc_code(d, fact_text(&d->a, f));
	if (symbol.n > 0) {
		doc_lit(d, " ");
		doc_code(d, symbol);
	}
	doc_lit(d, " ");
	doc_text(d, str_of(f->label != NULL ? f->label : f->name));
	if (f->length > 0)
		doc_lit(d, arena_fmt(&d->a, " (byte 0x%02x)",
		    (unsigned)f->offset).p);
	if (f->meaning != NULL) {
		doc_lit(d, ": ");
		doc_text(d, str_of(f->meaning));
	}
	d->ops->line(d);
}

static void
data_words(struct doc *d, const struct evidence *e)
{
	struct str s = str_of("");

	for (size_t i = 0; i < e->nwords; i++)
		s = arena_join(&d->a, s, arena_fmt(&d->a, "%s%08" PRIx32,
		    i > 0 ? " " : "", e->words[i]));
	if (e->nwords == 0)
		return;
	doc_lit(d, "data words ");
	doc_code(d, s);
	d->ops->line(d);
}

static void
event_row(struct doc *d, const struct evidence *e)
{
	const char *state = text_state(e->state);

	d->ops->row(d);
	doc_cell(d, e->time == 0 ? str_of("no time") :
	    clock_people(&d->a, e->time));
	d->ops->cell(d);
	doc_text(d, e->provider);
	doc_lit(d, arena_fmt(&d->a, " %u", (unsigned)e->event_id).p);
	d->ops->cell_end(d);
	d->ops->cell(d);
	for (size_t i = 0; i < e->nfacts; i++)
		fact(d, &e->facts[i]);
	data_words(d, e);
	d->ops->cell_end(d);
	d->ops->cell(d);
	doc_code(d, e->input);
	doc_lit(d, arena_fmt(&d->a, ", record %" PRIu64 " at byte 0x%"
	    PRIx64, e->record_id, e->offset).p);
	if (state != NULL) {
		doc_lit(d, ", ");
		doc_lit(d, state);
	}
	d->ops->cell_end(d);
	d->ops->row_end(d);
}

static void
evidence(struct doc *d, const struct finding *f, size_t n)
{
	static const char *const heads[] = { "Time", "Event", "What it says",
	    "Where" };
	bool any = false;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < f[i].nevidence; j++) {
			if (plan_shown_before(f, i, j))
				continue;
			if (!any) {
				label(d, "Evidence");
				d->ops->table(d, heads,
				    sizeof heads / sizeof *heads);
			}
			any = true;
			event_row(d, &f[i].evidence[j]);
		}
	if (any)
		d->ops->table_end(d);
	if (f[0].count > f[0].nevidence && f[0].nevidence > 0) {
		d->ops->para(d);
		doc_lit(d, "Not all of the ");
		doc_text(d, page_number(&d->a, f[0].count));
		doc_lit(d, " times are shown.");
		d->ops->para_end(d);
	}
}

static void
meaning(struct doc *d, const struct finding *f)
{
	if ((f->symptom || f->diagnosis.n == 0) && f->cause.n == 0)
		return;
	label(d, "What it means");
	if (!f->symptom)
		paragraph(d, f->diagnosis);
	paragraph(d, f->cause);
}

static void
remedy(struct doc *d, const struct finding *f)
{
	if (f->nremedy == 0)
		return;
	label(d, "What to do");
	d->ops->list(d, true);
	for (size_t i = 0; i < f->nremedy; i++) {
		const struct step *s = &f->remedy[i];
		const char *risk = words_risk(s->risk);

		d->ops->item(d);
		doc_text(d, s->text);
		if (risk != NULL) {
			doc_lit(d, " ");
			d->ops->mark(d, "risk", risk);
		}
		if (s->command.n > 0)
			d->ops->command(d, s->command);
		d->ops->item_end(d);
	}
	d->ops->list_end(d);
}

static void
references(struct doc *d, const struct finding *f)
{
	if (f->nrefs == 0)
		return;
	label(d, "See");
	d->ops->list(d, false);
	for (size_t i = 0; i < f->nrefs; i++) {
		const struct reference *r = &f->refs[i];

		d->ops->item(d);
		if (r->kb.n > 0) {
			doc_lit(d, "KB");
			doc_text(d, r->kb);
			doc_lit(d, " ");
		}
		d->ops->link(d, r->url, r->title);
		d->ops->item_end(d);
	}
	d->ops->list_end(d);
}

void
doc_problem(struct doc *d, const struct finding *f, size_t n,
    size_t number)
{
	d->ops->part(d, severity_name(f[0].severity));
	title(d, &f[0], number);
	when(d, f, n);
	explanations(d, f, n);
	evidence(d, f, n);
	meaning(d, &f[0]);
	remedy(d, plan_remedy(f, n));
	references(d, &f[0]);
	d->ops->part_end(d);
	arena_reset(&d->a);
}
