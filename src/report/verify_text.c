/*
 * Comparisons of two readers, for people.
 */
#include <inttypes.h>
#include "base/gate.h"
#include "base/utf.h"
#include "report/report.h"

enum { SHOWN = 60, BEFORE = 16 };

void
report_verify_text_begin(struct out *o, struct str path)
{
	gate_text(o, path);
	out_char(o, '\n');
}

/* Where two texts part, at the begin of a character. */
static size_t
parting(struct str a, struct str b)
{
	size_t i = 0, last = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i]) {
		if (((unsigned char)a.p[i] & 0xC0) != 0x80)
			last = i;
		i++;
	}
	return i < a.n && ((unsigned char)a.p[i] & 0xC0) == 0x80 ? last : i;
}

/* A window of a value, from off on. */
static void
value_print(struct out *o, struct str s, size_t off)
{
	size_t at = off, n = 0;

	out_lit(o, off > 0 ? "\"..." : "\"");
	while (at < s.n && n++ < SHOWN)
		(void)utf_next(s, &at);
	gate_text(o, str_sub(s, off, at - off));
	out_lit(o, at < s.n ? "...\"" : "\"");
}

/* Long values are shown from a little before the place where they part. */
static size_t
window(struct str a, struct str b)
{
	size_t off = parting(a, b);

	if (off <= SHOWN / 2)
		return 0;
	off -= BEFORE;
	while (off < a.n && ((unsigned char)a.p[off] & 0xC0) == 0x80)
		off++;
	return off;
}

void
report_verify_text_difference(struct out *o, const struct difference *d,
    unsigned verbose)
{
	size_t off = window(d->ours, d->theirs);

	if (d->why != DIV_UNEXPLAINED && verbose == 0)
		return;
	out_fmt(o, "  #%" PRIu64 " at 0x%" PRIx64 "  ", d->record,
	    d->offset);
	gate_text(o, d->field);
	out_fmt(o, "  (%s)\n    evtriage  ", divergence_name(d->why));
	value_print(o, d->ours, off);
	out_lit(o, "\n    libevtx   ");
	value_print(o, d->theirs, off);
	out_char(o, '\n');
}

static void
causes_print(struct out *o, const uint64_t why[DIVERGENCES])
{
	for (int i = 0; i < DIVERGENCES; i++)
		if (why[i] > 0)
			out_fmt(o, "  %8" PRIu64 " x %-11s  %s\n", why[i],
			    divergence_name((enum divergence)i),
			    divergence_text((enum divergence)i));
}

static void
problems_print(struct out *o, const struct comparison *c)
{
	for (size_t i = 0; i < c->nproblems; i++) {
		const struct problem *p = &c->problems[i];

		if (p->grade == GRADE_NOTE)
			continue;
		out_lit(o, "  ");
		if (p->offset != NO_OFFSET)
			out_fmt(o, "at byte %" PRIu64 ": ", p->offset);
		gate_text(o, p->message);
		out_char(o, '\n');
	}
}

void
report_verify_text_end(struct out *o, const struct comparison *c)
{
	problems_print(o, c);
	if (c->compared) {
		out_fmt(o, "  records: %" PRIu64 " by evtriage, %" PRIu64
		    " by libevtx; %" PRIu64 " the same, %" PRIu64
		    " differ, %" PRIu64 " only by evtriage, %" PRIu64
		    " only by libevtx\n", c->ours, c->theirs, c->equal,
		    c->differing, c->only_ours, c->only_theirs);
		causes_print(o, c->why);
	} else if (c->format != NULL) {
		out_fmt(o, "  not compared: there is no second reader for "
		    "%s\n", c->format);
	}
}

void
report_verify_text_totals(struct out *o, const struct verify_totals *t)
{
	uint64_t known = 0;

	for (int i = DIV_UNEXPLAINED + 1; i < DIVERGENCES; i++)
		known += t->why[i];
	out_fmt(o, "%" PRIu64 " of %" PRIu64 " inputs compared: %" PRIu64
	    " records by evtriage, %" PRIu64 " by libevtx, %" PRIu64
	    " the same;\n%" PRIu64 " differences with a known cause, %" PRIu64
	    " unexplained\n", t->compared, t->inputs, t->ours, t->theirs,
	    t->equal, known, t->why[DIV_UNEXPLAINED]);
}
