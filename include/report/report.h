/*
 * Renderers: a report or an event becomes text.  Each renderer is one
 * file; event text reaches the stream only through the gate of its output
 * context (base/gate.h for terminals, base/json.h for JSON).
 */
#ifndef EVTRIAGE_REPORT_REPORT_H
#define EVTRIAGE_REPORT_REPORT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/out.h"
#include "model/decoding.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/finding.h"
#include "model/verify.h"

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
/* Documents to be handed on, with all evidence: one page of HTML that is
 * well-formed XML too, and markdown.  verbose adds notes, old boots, and
 * rules that did not fire; quiet leaves findings only. */
void	report_html(struct out *o, const struct report *r,
	    const struct report_options *opt);
void	report_md(struct out *o, const struct report *r,
	    const struct report_options *opt);
/* A row of CSV per finding, with the row of names (README.md tells the
 * columns). */
void	report_csv(struct out *o, const struct report *r,
	    const struct report_options *opt);
/* A line per finding; with verbose a line per input too. */
void	report_jsonl(struct out *o, const struct report *r,
	    const struct report_options *opt);

/*
 * Single events: begin, one after another, end.  The renderers write small
 * pieces: o is best in memory, sent on in batches.
 */
enum event_format { EVENT_TEXT, EVENT_JSONL, EVENT_CSV, EVENT_XML };
void	report_events_begin(struct out *o, enum event_format f);
void	report_event(struct out *o, enum event_format f,
	    const struct event *e, const struct facts *facts,
	    struct str input);
void	report_events_end(struct out *o, enum event_format f);

/* One decoded event with its facts, as a block of text. */
void	report_event_text(struct out *o, const struct event *e,
	    const struct facts *facts, struct str input);
/* ... as one line of JSON (include/report/event.schema.json). */
void	report_event_jsonl(struct out *o, const struct event *e,
	    const struct facts *facts, struct str input);

/* ... as a row of CSV (RFC 4180), with the row of names. */
void	report_event_csv_names(struct out *o);
void	report_event_csv(struct out *o, const struct event *e,
	    const struct facts *facts, struct str input);
/* ... as an <Event> on one line, as Windows renders it; facts and input
 * have no place in it. */
void	report_event_xml(struct out *o, const struct event *e);

/*
 * Comparisons of two readers, as they come: begin, the differences of an
 * input, its end, then the next; last the totals.
 */
struct verify_totals {
	uint64_t	inputs, compared, ours, theirs, equal;
	uint64_t	why[DIVERGENCES];
};
/* verbose prints the differences that are explained too. */
void	report_verify_text_begin(struct out *o, struct str path);
void	report_verify_text_difference(struct out *o,
	    const struct difference *d, unsigned verbose);
void	report_verify_text_end(struct out *o, const struct comparison *c);
void	report_verify_text_totals(struct out *o,
	    const struct verify_totals *t);
/* One document, schema evtriage.verify/1 (verify.schema.json here). */
void	report_verify_json_open(struct json *j, const char *version);
void	report_verify_json_begin(struct json *j, struct str path);
void	report_verify_json_difference(struct json *j,
	    const struct difference *d);
void	report_verify_json_end(struct json *j, const struct comparison *c);
void	report_verify_json_totals(struct json *j,
	    const struct verify_totals *t, struct sandbox s);
/* What the decode command found, for people and as one document
 * (include/report/decode.schema.json). */
void	report_decoding_text(struct out *o, const struct decoding *d,
	    const struct report_options *opt);
void	report_decoding_json(struct out *o, const struct decoding *d);

/* A paragraph for people: s through the gate, wrapped between words to
 * columns (0: not known), every line from column indent on, where the
 * stream stands already; ends the line. */
void	report_wrap(struct out *o, struct str s, unsigned indent,
	    unsigned columns);

#endif
