/*
 * The parts of the report for people; text.c puts them together.
 */
#ifndef EVTRIAGE_REPORT_TEXT_H
#define EVTRIAGE_REPORT_TEXT_H

#include "model/fact.h"
#include "model/finding.h"
#include "report/page.h"

/* text_host.c: the line that heads a computer, and its boots. */
void		text_host(struct page *p, const struct host *h);

/* text_problem.c: the n findings of one problem, best first. */
void		text_problem(struct page *p, const struct report *r,
		    const struct finding *f, size_t n);

/* text_evidence.c: the events behind them; facts as a table at column
 * indent, with what they mean when the page is verbose. */
void		text_evidence(struct page *p, const struct report *r,
		    const struct finding *f, size_t n);
void		text_facts(struct page *p, const struct fact *facts, size_t n,
		    unsigned indent);

/* event_text.c: how a record was found; NULL: where it should be. */
const char	*text_state(enum record_state s);
/* What is to be said of how an event was read; how many. */
enum { REMARKS = 5 };
size_t		 text_remarks(const struct event *e, const char *v[REMARKS]);

/* text_inputs.c: what was read and what was not. */
void		text_unread(struct page *p, const struct report *r);
void		text_notes(struct page *p, const struct report *r);
void		text_inputs(struct page *p, const struct report *r);

#endif
