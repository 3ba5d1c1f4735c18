/*
 * A computer for people: one line that says which it is, what it runs and
 * what its logs span; a line about its boots when some ended badly.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/text.h"

static struct str
version(struct arena *a, const struct os *os)
{
	struct str v = { "", 0 };

	if (os->major == OS_UNKNOWN)
		return v;
	v = arena_fmt(a, "%d", os->major);
	if (os->minor != OS_UNKNOWN)
		v = arena_fmt(a, "%.*s.%d", (int)v.n, v.p, os->minor);
	if (os->build != OS_UNKNOWN)
		v = arena_fmt(a, "%.*s.%d", (int)v.n, v.p, os->build);
	return v;
}

/* Service packs ended with Windows 7: later ones do not lack them. */
static struct str
service_pack(struct arena *a, const struct os *os)
{
	bool modern = os->major > 6 || (os->major == 6 && os->minor >= 2);

	if (os->sp > 0)
		return arena_fmt(a, "SP%d", os->sp);
	return str_of(os->sp == 0 && !modern ? "no service pack" : "");
}

static void
os_piece(struct page *p, const struct os *os)
{
	const char *common = os_name(os);
	struct str name = os->product.n > 0 ? os->product : str_of(common);
	struct str v = version(&p->a, os);
	struct str sp = service_pack(&p->a, os);
	const char *comma = v.n > 0 && sp.n > 0 ? ", " : "";

	if (name.n == 0 && v.n == 0) {
		page_whole_lit(p, 3, "Windows, version not known");
		return;
	}
	page_whole(p, 3, name.n > 0 ? name : str_of("Windows"));
	if (v.n + sp.n > 0)
		page_whole(p, 1, arena_fmt(&p->a, "(%.*s%s%.*s)", (int)v.n,
		    v.p, comma, (int)sp.n, sp.p));
}

static void
span_piece(struct page *p, const struct host *h)
{
	struct str first = clock_date(&p->a, h->first);
	struct str last = clock_date(&p->a, h->last);

	if (h->first == 0 || h->last == 0)
		return;
	if (str_eq(first, last))
		page_whole(p, 3, first);
	else
		page_whole(p, 3, arena_fmt(&p->a, "%.*s .. %.*s",
		    (int)first.n, first.p, (int)last.n, last.p));
}

static size_t
boots_ended(const struct host *h, enum boot_end how)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nboots; i++)
		if (h->boots[i].ended == how)
			n++;
	return n;
}

static void
boots_summary(struct page *p, const struct host *h)
{
	size_t crash = boots_ended(h, BOOT_CRASH);
	size_t power = boots_ended(h, BOOT_POWER);

	if (crash + power == 0 && !p->verbose)
		return;
	page_indent(p, 2);
	page_whole(p, 0, page_count(&p->a, h->nboots, "boot", "boots"));
	if (crash > 0)
		page_fmt(p, 0, ", %zu ended by a crash", crash);
	if (power > 0)
		page_fmt(p, 0, crash > 0 ? ", %zu by power loss" :
		    ", %zu ended by power loss", power);
	page_end(p);
}

static const char *
boot_words(enum boot_end how)
{
	switch (how) {
	case BOOT_CLEAN:
		return "shut down";
	case BOOT_CRASH:
		return "crashed";
	case BOOT_POWER:
		return "lost power or was reset";
	case BOOT_UNKNOWN:
		break;
	}
	return "end not known";
}

static void
boot_line(struct page *p, const struct boot *b)
{
	page_indent(p, 4);
	if (b->start != 0)
		page_whole(p, 0, clock_people(&p->a, b->start));
	else
		page_whole_lit(p, 0, "before the log    ");
	page_whole_lit(p, 2, "..");
	if (b->end != 0)
		page_whole(p, 2, clock_people(&p->a, b->end));
	page_whole_lit(p, 2, boot_words(b->ended));
	if (b->has_bugcheck)
		page_fmt(p, 1, "(STOP 0x%08" PRIX64 ")", b->bugcheck);
	page_end(p);
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
		boot_line(p, &h->boots[i]);
}

void
text_host(struct page *p, const struct host *h)
{
	page_indent(p, 0);
	page_ink(p, INK_BOLD);
	page_whole(p, 0, h->computer.n > 0 ? h->computer :
	    str_of("(computer not named)"));
	page_ink(p, INK_PLAIN);
	p->indent = 2;
	os_piece(p, &h->os);
	if (!p->quiet) {
		page_whole(p, 3, page_count(&p->a, h->events, "event",
		    "events"));
		span_piece(p, h);
	}
	page_end(p);
	if (p->quiet || h->nboots == 0)
		return;
	boots_summary(p, h);
	if (p->verbose)
		more(p, h);
}
