/*
 * A computer for people: one line that says which it is, what it runs and
 * what its logs span; a line about its boots when some ended badly.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/text.h"
#include "report/words.h"

static void
boots_summary(struct page *p, const struct host *h)
{
	if (words_boots_bad(h) == 0 && !p->verbose)
		return;
	page_indent(p, 2);
	page_words(p, words_boots(&p->a, h));
	page_end(p);
}

static void
boot_reason(struct page *p, const struct boot *b)
{
	const struct boot_words *w = b->words;

	if (w == NULL || w->reason.n + w->initiator.n == 0)
		return;
	page_indent(p, 6);
	page_lit(p, b->told ? "said afterwards:" : "asked for:");
	page_words(p, w->reason.n > 0 ? w->reason : str_of("(no reason)"));
	if (w->initiator.n > 0) {
		page_lit(p, "by");
		page_words(p, w->initiator);
	}
	page_end(p);
}

static void
boot_line(struct page *p, const struct boot *b, const struct boot *next)
{
	struct str down = words_boot_down(&p->a, b, next);

	page_indent(p, 4);
	if (b->start != 0)
		page_whole(p, 0, clock_people(&p->a, b->start));
	else
		page_whole_lit(p, 0, "before the log    ");
	page_whole_lit(p, 2, "..");
	if (b->end != 0)
		page_whole(p, 2, clock_people(&p->a, b->end));
	page_whole_lit(p, 2, words_boot_end(b));
	if (b->has_bugcheck)
		page_fmt(p, 1, "(STOP 0x%08" PRIX64 ")", b->bugcheck);
	if (down.n > 0)
		page_whole(p, 2, down);
	page_end(p);
	boot_reason(p, b);
}

static void
more(struct page *p, const struct host *h)
{
	if (h->nroles > 0) {
		page_indent(p, 2);
		page_lit(p, "roles:");
		for (size_t i = 0; i < h->nroles; i++)
			page_lit(p, h->roles[i]);
		page_end(p);
	}
	if (h->time_zone.n > 0) {
		page_indent(p, 2);
		page_lit(p, "time zone:");
		page_words(p, h->time_zone);
		page_end(p);
	}
	for (size_t i = 0; i < h->nboots; i++)
		boot_line(p, &h->boots[i], i + 1 < h->nboots ?
		    &h->boots[i + 1] : NULL);
}

void
text_host(struct page *p, const struct host *h)
{
	struct str version, span;

	page_indent(p, 0);
	page_ink(p, INK_BOLD);
	page_whole(p, 0, h->computer.n > 0 ? h->computer :
	    str_of("(computer not named)"));
	page_ink(p, INK_PLAIN);
	p->indent = 2;
	page_whole(p, 3, words_os(&p->a, &h->os));
	version = words_version(&p->a, &h->os);
	if (version.n > 0)
		page_whole(p, 1, version);
	if (!p->quiet) {
		page_whole(p, 3, page_count(&p->a, h->events, "event",
		    "events"));
		span = words_span(&p->a, h->first, h->last);
		if (span.n > 0)
			page_whole(p, 3, span);
	}
	page_end(p);
	if (p->quiet || h->nboots == 0)
		return;
	boots_summary(p, h);
	if (p->verbose)
		more(p, h);
}
