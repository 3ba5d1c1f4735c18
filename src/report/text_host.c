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

/* Sessions of which only the event log service says that they had no
 * shutdown. */
static size_t
boots_cut_off(const struct host *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nboots; i++)
		if (h->boots[i].unexpected &&
		    h->boots[i].ended == BOOT_UNKNOWN)
			n++;
	return n;
}

static bool
ended_badly(const struct boot *b)
{
	return b->unexpected || b->ended == BOOT_CRASH ||
	    b->ended == BOOT_POWER;
}

/* Behind the sessions that nobody had shut down: what was planned is no
 * failure. */
static void
down_piece(struct page *p, const struct host *h)
{
	uint64_t down = 0;
	size_t bad = 0, known = 0;
	struct str d;

	for (size_t i = 0; i < h->nboots; i++) {
		const struct boot *b = &h->boots[i];

		if (!ended_badly(b))
			continue;
		bad++;
		if (b->has_down) {
			down += b->down;
			known++;
		}
	}
	if (known == 0)
		return;
	d = page_duration(&p->a, down);
	page_whole(p, 0, arena_fmt(&p->a, ", down %s%.*s",
	    known < bad ? "at least " : "", (int)d.n, d.p));
}

static void
ended_piece(struct page *p, size_t n, const char *how, bool *first)
{
	if (n == 0)
		return;
	page_fmt(p, 0, ", %zu %s%s", n, *first ? "ended " : "", how);
	*first = false;
}

static void
boots_summary(struct page *p, const struct host *h)
{
	size_t crash = boots_ended(h, BOOT_CRASH);
	size_t power = boots_ended(h, BOOT_POWER);
	size_t cut = boots_cut_off(h);
	bool first = true;

	if (crash + power + cut == 0 && !p->verbose)
		return;
	page_indent(p, 2);
	page_whole(p, 0, page_count(&p->a, h->nboots, "boot", "boots"));
	ended_piece(p, crash, "by a crash", &first);
	ended_piece(p, power, "by power loss", &first);
	ended_piece(p, cut, "without a shutdown", &first);
	down_piece(p, h);
	page_end(p);
}

static const char *
boot_words(const struct boot *b)
{
	switch (b->ended) {
	case BOOT_CLEAN:
		return "shut down";
	case BOOT_CRASH:
		return "crashed";
	case BOOT_POWER:
		return "lost power or was reset";
	case BOOT_UNKNOWN:
		break;
	}
	return b->unexpected ? "not shut down" : "end not known";
}

/* Only whole events show when it was alive for the last time. */
static void
boot_down(struct page *p, const struct boot *b, const struct boot *next)
{
	struct str d;

	if (b->has_down) {
		d = page_duration(&p->a, b->down);
		page_whole(p, 2, arena_fmt(&p->a, "down %.*s", (int)d.n,
		    d.p));
	} else if (b->stepped) {
		page_whole_lit(p, 2, "the clock was set back");
	} else if (next != NULL && b->end == 0 && b->seen != 0 &&
	    b->seen >= b->start && b->seen <= next->start) {
		d = page_duration(&p->a, next->start - b->seen);
		page_whole(p, 2, arena_fmt(&p->a, "down at most %.*s",
		    (int)d.n, d.p));
	}
}

static void
boot_reason(struct page *p, const struct boot *b)
{
	if (b->reason.n + b->initiator.n == 0)
		return;
	page_indent(p, 6);
	page_lit(p, b->told ? "said afterwards:" : "asked for:");
	page_words(p, b->reason.n > 0 ? b->reason : str_of("(no reason)"));
	if (b->initiator.n > 0) {
		page_lit(p, "by");
		page_words(p, b->initiator);
	}
	page_end(p);
}

static void
boot_line(struct page *p, const struct boot *b, const struct boot *next)
{
	page_indent(p, 4);
	if (b->start != 0)
		page_whole(p, 0, clock_people(&p->a, b->start));
	else
		page_whole_lit(p, 0, "before the log    ");
	page_whole_lit(p, 2, "..");
	if (b->end != 0)
		page_whole(p, 2, clock_people(&p->a, b->end));
	page_whole_lit(p, 2, boot_words(b));
	if (b->has_bugcheck)
		page_fmt(p, 1, "(STOP 0x%08" PRIX64 ")", b->bugcheck);
	boot_down(p, b, next);
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
