/*
 * Renderers: a report or an event becomes text.  Each renderer is one
 * file; event text reaches the stream only through the gate of its output
 * context (base/gate.h for terminals, base/json.h for JSON).
 */
#ifndef EVTRIAGE_REPORT_REPORT_H
#define EVTRIAGE_REPORT_REPORT_H

#include "base/arena.h"
#include "base/out.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/finding.h"

struct report_options {
	unsigned	columns;	/* width to wrap at; 0: not known, 80 */
	unsigned	verbose;	/* 0, 1: all evidence, inputs, notes */
	bool		quiet;		/* findings only */
};

/* For people (DESIGN: heading per computer, then problems, worst first,
 * each with ranked causes, conditions, evidence, remedy). */
void	report_text(struct out *o, const struct report *r,
	    const struct report_options *opt);
/* One document, schema evtriage.scan/1 (include/report/scan.schema.json). */
void	report_json(struct out *o, const struct report *r,
	    const struct report_options *opt);
/* A line per finding; with verbose a line per input too. */
void	report_jsonl(struct out *o, const struct report *r,
	    const struct report_options *opt);

/* One decoded event with its facts, as a block of text. */
void	report_event_text(struct out *o, const struct event *e,
	    const struct facts *facts, struct str input);
/* ... as one line of JSON (include/report/event.schema.json). */
void	report_event_jsonl(struct out *o, const struct event *e,
	    const struct facts *facts, struct str input);

/* A paragraph for people: s through the gate, wrapped between words to
 * columns (0: not known), every line from column indent on, where the
 * stream stands already; ends the line. */
void	report_wrap(struct out *o, struct str s, unsigned indent,
	    unsigned columns);

#endif
