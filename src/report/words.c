/*
 * See words.h.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "report/page.h"
#include "report/words.h"

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

struct str
words_os(struct arena *a, const struct os *os)
{
	const char *common = os_name(os);

	if (os->product.n > 0)
		return os->product;
	if (common != NULL)
		return str_of(common);
	return str_of(version(a, os).n > 0 ? "Windows" :
	    "Windows, version not known");
}

struct str
words_version(struct arena *a, const struct os *os)
{
	const char *common = os_name(os);
	struct str v = version(a, os), sp = service_pack(a, os);
	bool nothing = os->product.n == 0 && common == NULL && v.n == 0;

	if (nothing || v.n + sp.n == 0)
		return str_of("");
	return arena_fmt(a, "(%.*s%s%.*s)", (int)v.n, v.p,
	    v.n > 0 && sp.n > 0 ? ", " : "", (int)sp.n, sp.p);
}

struct str
words_span(struct arena *a, uint64_t from, uint64_t to)
{
	struct str first = clock_date(a, from), last = clock_date(a, to);

	if (from == 0 || to == 0)
		return str_of("");
	if (str_eq(first, last))
		return first;
	return arena_fmt(a, "%.*s .. %.*s", (int)first.n, first.p,
	    (int)last.n, last.p);
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

size_t
words_boots_bad(const struct host *h)
{
	return boots_ended(h, BOOT_CRASH) + boots_ended(h, BOOT_POWER) +
	    boots_cut_off(h);
}

/* Behind the sessions that nobody had shut down: what was planned is no
 * failure. */
static struct str
down_words(struct arena *a, const struct host *h)
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
		return str_of("");
	d = page_duration(a, down);
	return arena_fmt(a, ", down %s%.*s", known < bad ? "at least " : "",
	    (int)d.n, d.p);
}

struct str
words_boots(struct arena *a, const struct host *h)
{
	const struct { size_t n; const char *how; } ends[] = {
		{ boots_ended(h, BOOT_CRASH), "by a crash" },
		{ boots_ended(h, BOOT_POWER), "by power loss" },
		{ boots_cut_off(h), "without a shutdown" },
	};
	struct str s = page_count(a, h->nboots, "boot", "boots");
	bool first = true;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (ends[i].n == 0)
			continue;
		s = arena_join(a, s, arena_fmt(a, ", %zu %s%s", ends[i].n,
		    first ? "ended " : "", ends[i].how));
		first = false;
	}
	return arena_join(a, s, down_words(a, h));
}

const char *
words_boot_end(const struct boot *b)
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
struct str
words_boot_down(struct arena *a, const struct boot *b,
    const struct boot *next)
{
	struct str d;

	if (b->has_down) {
		d = page_duration(a, b->down);
		return arena_fmt(a, "down %.*s", (int)d.n, d.p);
	}
	if (b->stepped)
		return str_of("the clock was set back");
	if (next == NULL || b->end != 0 || b->seen == 0 ||
	    b->seen < b->start || b->seen > next->start)
		return str_of("");
	d = page_duration(a, next->start - b->seen);
	return arena_fmt(a, "down at most %.*s", (int)d.n, d.p);
}

const char *
words_verdict(enum verdict v)
{
	switch (v) {
	case VERDICT_KNOWN_BUG:
		return "known bug";
	case VERDICT_CONFIGURATION:
		return "configuration";
	case VERDICT_HARDWARE:
		return "hardware";
	case VERDICT_BENIGN:
		return "harmless";
	case VERDICT_SECURITY:
		return "security";
	case VERDICT_FAULT:
		break;
	}
	return NULL;
}

const char *
words_risk(enum risk r)
{
	switch (r) {
	case RISK_RESTART:
		return "needs a restart";
	case RISK_REGISTRY:
		return "changes the registry";
	case RISK_DATA:
		return "can lose data";
	case RISK_NONE:
		break;
	}
	return NULL;
}

const char *
words_result(enum result r)
{
	switch (r) {
	case RESULT_MET:
		return "met";
	case RESULT_UNMET:
		return "not met";
	case RESULT_UNKNOWN:
		break;
	}
	return "not known";
}
