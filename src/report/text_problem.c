/*
 * One problem for people: the heading, the explanations in the order of
 * their worth, what would tell them apart, the evidence, what it means
 * and what to do.  Findings that only say what happened (symptoms) stand
 * last in a problem; they speak when nothing explains it.
 */
#include <ctype.h>
#include <inttypes.h>
#include "base/clock.h"
#include "report/plan.h"
#include "report/text.h"
#include "report/words.h"

enum { SEVERITY_WIDTH = 10, HANG_MOST = 36 };

static enum ink
severity_ink(enum severity s)
{
	switch (s) {
	case SEV_CRITICAL:
	case SEV_HIGH:
		return INK_RED;
	case SEV_MEDIUM:
		return INK_YELLOW;
	case SEV_LOW:
	case SEV_INFO:
		break;
	}
	return INK_BOLD;
}

static enum ink
confidence_ink(enum confidence c)
{
	switch (c) {
	case CONF_CONFIRMED:
		return INK_GREEN;
	case CONF_LIKELY:
		return INK_YELLOW;
	case CONF_POSSIBLE:
		break;
	}
	return INK_PLAIN;
}

static char
result_mark(enum result r)
{
	switch (r) {
	case RESULT_MET:
		return '+';
	case RESULT_UNMET:
		return '-';
	case RESULT_UNKNOWN:
		break;
	}
	return '?';
}

static void
when(struct page *p, uint64_t count, uint64_t last)
{
	struct str times = page_count(&p->a, count, "time", "times");
	struct str time = clock_people(&p->a, last);

	if (count == 1)
		times = str_of("once");
	if (last == 0)
		page_whole(p, 3, times);
	else
		page_whole(p, 3, arena_fmt(&p->a, "%.*s, %s%.*s",
		    (int)times.n, times.p, count == 1 ? "" : "last ",
		    (int)time.n, time.p));
}

static void
heading(struct page *p, const struct finding *f, size_t n)
{
	char word[SEVERITY_WIDTH] = { 0 };
	const char *name = severity_name(f[0].severity);

	for (size_t i = 0; i < sizeof word - 1 && name[i] != '\0'; i++)
		word[i] = (char)toupper((unsigned char)name[i]);
	page_indent(p, 0);
	page_ink(p, severity_ink(f[0].severity));
	page_whole_lit(p, 0, word);
	page_ink(p, INK_PLAIN);
	page_indent(p, SEVERITY_WIDTH);
	page_ink(p, INK_BOLD);
	page_words(p, plan_title(&f[0]));
	page_ink(p, INK_PLAIN);
	when(p, plan_count(f, n), plan_last(f, n));
	page_end(p);
}

static void
consequence(struct page *p, const struct finding *f)
{
	if (f->follows.n == 0)
		return;
	page_label(p, "follows from");
	page_words(p, f->follows_title);
	page_end(p);
}

static void
conditions(struct page *p, const struct finding *f)
{
	for (size_t i = 0; i < f->nconditions; i++) {
		page_indent(p, PAGE_LABEL);
		page_fmt(p, 0, "%c", result_mark(f->conditions[i].result));
		page_indent(p, PAGE_LABEL + 2);
		page_words(p, f->conditions[i].text);
		page_end(p);
	}
}

/* The id of a rule, the text behind it hanging beside it. */
static void
rule_id(struct page *p, struct str id)
{
	page_whole(p, 0, id);
	if (p->at + 2 <= HANG_MOST)
		page_indent(p, p->at + 2);
}

static void
standing(struct page *p, const struct finding *f, uint64_t times)
{
	const char *verdict = words_verdict(f->verdict);

	page_ink(p, confidence_ink(f->confidence));
	page_whole_lit(p, 2, confidence_name(f->confidence));
	page_ink(p, INK_PLAIN);
	if (verdict != NULL)
		page_fmt(p, 1, "(%s)", verdict);
	if (f->count < times)
		page_fmt(p, 1, "(%" PRIu64 " of %" PRIu64 " times)",
		    f->count, times);
}

static void
explanations(struct page *p, const struct finding *f, size_t n,
    uint64_t times)
{
	const char *label = f[0].confidence == CONF_POSSIBLE ? "possibly" :
	    "most likely";

	for (size_t i = 0; i < n; i++) {
		page_label(p, i == 0 ? label : "or");
		rule_id(p, f[i].rule);
		page_words(p, f[i].title);
		standing(p, &f[i], times);
		page_end(p);
		if (i == 0 || p->verbose)
			conditions(p, &f[i]);
	}
}

/* What is not known of the rivals (the best one's unknown conditions
 * stand under it). */
static void
tell_apart(struct page *p, const struct finding *f, size_t n)
{
	bool first = true;

	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < f[i].nconditions; j++) {
			if (f[i].conditions[j].result != RESULT_UNKNOWN)
				continue;
			if (first)
				page_label(p, "tell apart by");
			first = false;
			page_indent(p, PAGE_LABEL);
			rule_id(p, f[i].rule);
			page_words(p, f[i].conditions[j].text);
			page_end(p);
		}
}

static void
symptom(struct page *p, const struct finding *f)
{
	page_label(p, "what happened");
	page_words(p, f->diagnosis.n > 0 ? f->diagnosis : f->title);
	page_whole(p, 1, arena_fmt(&p->a, "(rule %.*s)", (int)f->rule.n,
	    f->rule.p));
	page_end(p);
	if (p->verbose)
		conditions(p, f);
}

static void
meaning(struct page *p, const struct finding *f)
{
	bool diagnosis = !f->symptom && f->diagnosis.n > 0;

	if (!diagnosis && f->cause.n == 0)
		return;
	page_label(p, "what it means");
	if (diagnosis) {
		page_words(p, f->diagnosis);
		page_end(p);
	}
	if (f->cause.n > 0) {
		page_indent(p, PAGE_LABEL);
		page_words(p, f->cause);
		page_end(p);
	}
}

/* A command is never wrapped, so that it can be copied. */
static void
step(struct page *p, const struct step *s, size_t number)
{
	const char *risk = words_risk(s->risk);

	page_indent(p, PAGE_LABEL);
	page_fmt(p, 0, "%zu. ", number);
	page_indent(p, p->at);
	page_words(p, s->text);
	if (risk != NULL)
		page_fmt(p, 1, "[%s]", risk);
	page_end(p);
	if (s->command.n > 0) {
		page_indent(p, PAGE_LABEL + 3);
		page_whole_lit(p, 0, "> ");
		page_indent(p, p->at);
		page_whole(p, 0, s->command);
		page_end(p);
	}
}

static void
remedy(struct page *p, const struct finding *f)
{
	if (f->nremedy == 0)
		return;
	page_label(p, "do this");
	for (size_t i = 0; i < f->nremedy; i++)
		step(p, &f->remedy[i], i + 1);
}

static void
references(struct page *p, const struct finding *f)
{
	if (f->nrefs == 0)
		return;
	page_label(p, "see");
	for (size_t i = 0; i < f->nrefs; i++) {
		const struct reference *r = &f->refs[i];

		page_indent(p, PAGE_LABEL);
		if (r->kb.n > 0)
			rule_id(p, arena_fmt(&p->a, "KB%.*s", (int)r->kb.n,
			    r->kb.p));
		page_words(p, r->title);
		page_end(p);
		if (r->url.n > 0) {
			page_indent(p, PAGE_LABEL + 2);
			page_whole(p, 0, r->url);
			page_end(p);
		}
	}
}

void
text_problem(struct page *p, const struct report *r,
    const struct finding *f, size_t n)
{
	size_t causes = 0;

	while (causes < n && !f[causes].symptom)
		causes++;
	heading(p, f, n);
	consequence(p, &f[0]);
	if (causes > 0)
		explanations(p, f, causes, plan_count(f, n));
	if (causes > 1 && !p->verbose)
		tell_apart(p, f, causes);
	for (size_t i = causes; i < n; i++)
		if (causes == 0 || p->verbose)
			symptom(p, &f[i]);
	text_evidence(p, r, f, n);
	meaning(p, &f[0]);
	remedy(p, plan_remedy(f, n));
	references(p, &f[0]);
}
