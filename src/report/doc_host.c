/*
 * A computer in a document: what its logs say of it, and its boots.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/doc.h"
#include "report/page.h"
#include "report/words.h"

/* The newest that are shown unless all are asked for. */
enum { FEW_BOOTS = 20 };

static void
system_row(struct doc *d, const struct host *h)
{
	struct str version = words_version(&d->a, &h->os);

	doc_row(d, "System");
	doc_text(d, words_os(&d->a, &h->os));
	if (version.n > 0) {
		doc_lit(d, " ");
		doc_text(d, version);
	}
	if (h->os.source != NULL) {
		doc_lit(d, ", from ");
		doc_lit(d, h->os.source);
	}
	doc_row_end(d);
}

static void
roles_row(struct doc *d, const struct host *h)
{
	if (h->nroles == 0)
		return;
	doc_row(d, "Roles");
	for (size_t i = 0; i < h->nroles; i++) {
		if (i > 0)
			doc_lit(d, ", ");
		doc_lit(d, h->roles[i]);
	}
	doc_row_end(d);
}

static void
text_row(struct doc *d, const char *head, struct str s)
{
	if (s.n == 0)
		return;
	doc_row(d, head);
	doc_text(d, s);
	doc_row_end(d);
}

static void
logs_row(struct doc *d, const struct host *h)
{
	if (h->nchannels == 0)
		return;
	doc_row(d, "Logs");
	for (size_t i = 0; i < h->nchannels; i++) {
		if (i > 0)
			doc_lit(d, ", ");
		doc_text(d, h->channels[i]);
	}
	doc_row_end(d);
}

static struct str
moment(struct doc *d, uint64_t t, const char *otherwise)
{
	return t != 0 ? clock_people(&d->a, t) : str_of(otherwise);
}

static void
boot_row(struct doc *d, const struct boot *b, const struct boot *next)
{
	const struct boot_words *w = b->words;

	d->ops->row(d);
	doc_cell(d, moment(d, b->start, "before the log"));
	doc_cell(d, moment(d, b->end, ""));
	d->ops->cell(d);
	doc_lit(d, words_boot_end(b));
	if (b->has_bugcheck)
		doc_lit(d, arena_fmt(&d->a, " (STOP 0x%08" PRIX64 ")",
		    b->bugcheck).p);
	d->ops->cell_end(d);
	doc_cell(d, words_boot_down(&d->a, b, next));
	d->ops->cell(d);
	if (w != NULL && w->reason.n + w->initiator.n > 0) {
		doc_lit(d, b->told ? "said afterwards: " : "asked for: ");
		doc_text(d, w->reason.n > 0 ? w->reason :
		    str_of("(no reason)"));
	}
	if (w != NULL && w->initiator.n > 0) {
		doc_lit(d, " by ");
		doc_text(d, w->initiator);
	}
	d->ops->cell_end(d);
	d->ops->row_end(d);
}

static void
boots(struct doc *d, const struct host *h)
{
	static const char *const heads[] = { "Started", "Ended", "How",
	    "Down", "Reason given" };
	size_t from = 0;

	if (h->nboots == 0)
		return;
	if (!d->verbose && h->nboots > FEW_BOOTS)
		from = h->nboots - FEW_BOOTS;
	d->ops->heading(d, 3, 0);
	doc_lit(d, "Boots");
	d->ops->heading_end(d, 3);
	d->ops->table(d, heads, sizeof heads / sizeof *heads);
	for (size_t i = from; i < h->nboots; i++)
		boot_row(d, &h->boots[i], i + 1 < h->nboots ?
		    &h->boots[i + 1] : NULL);
	d->ops->table_end(d);
	if (from > 0) {
		d->ops->para(d);
		doc_text(d, page_count(&d->a, from, "earlier boot is left out",
		    "earlier boots are left out"));
		doc_lit(d, " (scan -v lists all).");
		d->ops->para_end(d);
	}
}

void
doc_host(struct doc *d, const struct host *h)
{
	static const char *const heads[] = { "", "" };

	d->ops->table(d, heads, 2);
	system_row(d, h);
	roles_row(d, h);
	text_row(d, "Time zone", h->time_zone);
	text_row(d, "Events", page_number(&d->a, h->events));
	text_row(d, "Time span", words_span(&d->a, h->first, h->last));
	logs_row(d, h);
	if (h->nboots > 0)
		text_row(d, "Boots", words_boots(&d->a, h));
	d->ops->table_end(d);
	boots(d, h);
}
