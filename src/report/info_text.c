/*
 * What a log holds, for people: one block a log, labels in the margin.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/info.h"
#include "report/text.h"

enum { NAMES_SHOWN = 8, IDS_SHOWN = 8 };

static void
piece(struct page *p, bool *some, struct str s)
{
	if (*some)
		page_fmt(p, 0, ",");
	page_whole(p, *some ? 1 : 0, s);
	*some = true;
}

static void
format(struct page *p, const struct info *i)
{
	bool some = true;

	page_label(p, "format");
	page_whole_lit(p, 0, i->input.format != NULL ? i->input.format :
	    "not known");
	piece(p, &some, page_count(&p->a, i->input.bytes, "byte", "bytes"));
	if (i->input.tally.dirty)
		piece(p, &some, str_of("not closed properly"));
	page_end(p);
}

static void
records(struct page *p, const struct info *i)
{
	const struct tally *t = &i->input.tally;
	bool some = true;

	page_label(p, "records");
	page_whole(p, 0, page_number(&p->a, t->read));
	if (i->any)
		page_fmt(p, 1, "(numbers %" PRIu64 " to %" PRIu64 ")",
		    i->first_id, i->last_id);
	if (t->tail > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64
		    " beyond what a stale header admits", t->tail));
	if (t->resync > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64
		    " behind breaks", t->resync));
	if (t->recovered > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64 " recovered",
		    t->recovered));
	if (t->torn > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64 " torn",
		    t->torn));
	if (t->undecodable > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64
		    " not decoded whole", t->undecodable));
	if (t->slack > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64
		    " left in unused space (--recover)", t->slack));
	page_end(p);
}

static void
units(struct page *p, const struct info *i)
{
	const struct tally *t = &i->input.tally;
	bool some = true;

	if (t->units_valid + t->units_zero + t->units_bad == 0)
		return;
	page_label(p, "chunks");
	page_fmt(p, 0, "%" PRIu64, t->units_valid);
	if (t->units_zero > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64 " empty",
		    t->units_zero));
	if (t->units_bad > 0)
		piece(p, &some, arena_fmt(&p->a, "%" PRIu64 " damaged",
		    t->units_bad));
	if (t->bad_checksums > 0)
		piece(p, &some, page_count(&p->a, t->bad_checksums,
		    "wrong checksum", "wrong checksums"));
	else
		piece(p, &some, str_of("no checksum is wrong"));
	page_end(p);
}

static void
span(struct page *p, const struct info *i)
{
	if (i->input.first == 0)
		return;
	page_label(p, "span");
	page_whole(p, 0, clock_people(&p->a, i->input.first));
	page_whole_lit(p, 1, "..");
	page_whole(p, 1, clock_people(&p->a, i->input.last));
	page_end(p);
}

/* One name alone needs no count: it is that of all records. */
static void
names(struct page *p, const char *label, const struct info_counts *c)
{
	size_t shown = c->n > NAMES_SHOWN && !p->verbose ? NAMES_SHOWN :
	    c->n;
	bool some = false;

	if (c->n == 0 || (c->n == 1 && c->v[0].name.n == 0))
		return;
	page_label(p, label);
	for (size_t i = 0; i < shown; i++) {
		piece(p, &some, c->v[i].name.n > 0 ? c->v[i].name :
		    str_of("(none)"));
		if (c->n > 1)
			page_whole(p, 1, page_number(&p->a, c->v[i].n));
	}
	if (shown < c->n)
		piece(p, &some, arena_fmt(&p->a, "and %zu more (-v)",
		    c->n - shown));
	if (c->others > 0)
		piece(p, &some, page_count(&p->a, c->others,
		    "event of other names", "events of other names"));
	page_end(p);
}

static void
silences(struct page *p, const struct info *i)
{
	for (size_t k = 0; k < i->nsilences; k++) {
		const struct info_silence *s = &i->silences[k];
		struct str d = page_duration(&p->a, s->to - s->from);

		page_label(p, k == 0 ? "silences" : "");
		page_whole(p, 0, d);
		page_cell(p, PAGE_LABEL + 12, arena_fmt(&p->a,
		    "from %s, behind record %" PRIu64,
		    clock_people(&p->a, s->from).p, s->before));
		page_end(p);
	}
	if (i->backwards == 0)
		return;
	page_label(p, "clock");
	page_whole(p, 0, page_count(&p->a, i->backwards,
	    "record is older", "records are older"));
	page_lit(p, "than the one before by more than a minute");
	page_end(p);
}

static void
missing(struct page *p, const struct info *i)
{
	const struct tally *t = &i->input.tally;
	size_t shown = t->nmissing > IDS_SHOWN && !p->verbose ? IDS_SHOWN :
	    t->nmissing;
	bool some = false;

	if (t->nmissing == 0)
		return;
	page_label(p, "missing");
	for (size_t k = 0; k < shown; k++) {
		const struct id_range *r = &t->missing[k];

		piece(p, &some, r->first == r->last ? arena_fmt(&p->a,
		    "%" PRIu64, r->first) : arena_fmt(&p->a, "%" PRIu64
		    " to %" PRIu64, r->first, r->last));
	}
	if (shown < t->nmissing)
		piece(p, &some, arena_fmt(&p->a, "and %zu more (-v)",
		    t->nmissing - shown));
	if (t->missing_dropped > 0)
		piece(p, &some, page_count(&p->a, t->missing_dropped,
		    "gap not kept", "gaps not kept"));
	page_end(p);
}

static void
damage(struct page *p, const struct info *i)
{
	page_label(p, "damage");
	page_whole_lit(p, 0, i->nproblems == 0 ? "none found" :
	    i->input.tally.complete ? "nothing was lost" :
	    "not everything could be read");
	page_end(p);
	for (size_t k = 0; k < i->nproblems; k++) {
		page_indent(p, PAGE_LABEL);
		if (i->problems[k].offset != NO_OFFSET)
			page_fmt(p, 0, "at 0x%" PRIx64 ":",
			    i->problems[k].offset);
		page_words(p, i->problems[k].message);
		page_end(p);
	}
	if (i->problems_dropped == 0)
		return;
	page_indent(p, PAGE_LABEL);
	page_whole(p, 0, page_count(&p->a, i->problems_dropped,
	    "more was counted but not kept",
	    "more were counted but not kept"));
	page_end(p);
}

void
report_info_text(struct out *o, const struct info *i,
    const struct report_options *opt)
{
	struct page p = page_begin(o, opt);

	page_indent(&p, 0);
	page_ink(&p, INK_BOLD);
	page_whole(&p, 0, i->input.path);
	page_ink(&p, INK_PLAIN);
	page_end(&p);
	if (i->input.format != NULL) {
		format(&p, i);
		records(&p, i);
		units(&p, i);
		span(&p, i);
		names(&p, "computer", &i->computers);
		names(&p, "channel", &i->channels);
		names(&p, "provider", &i->providers);
		silences(&p, i);
		missing(&p, i);
	}
	damage(&p, i);
	p.verbose = true;
	for (size_t k = 0; k < i->nhosts; k++) {
		page_blank(&p);
		text_host(&p, &i->hosts[k]);
	}
	page_free(&p);
}
