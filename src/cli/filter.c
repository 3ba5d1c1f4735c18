/*
 * Filters of events.  What a record's ident tells is asked first, so that
 * what is not wanted is not decoded; level and channel need the event.
 */
#include "base/clock.h"
#include "cli/filter.h"

bool
filter_from(struct filter *f, const char *arg)
{
	return f->has_from = clock_parse(str_of(arg), &f->from);
}

/* A date alone means all of that day. */
bool
filter_to(struct filter *f, const char *arg)
{
	struct str s = str_trim(str_of(arg));

	f->has_to = clock_parse(s, &f->to);
	if (f->has_to && s.n == sizeof "2004-10-18" - 1)
		f->to += CLOCK_DAY - 1;
	return f->has_to;
}

bool
filter_last(struct filter *f, const char *arg)
{
	return clock_parse_span(str_of(arg), &f->last);
}

/* The piece of a list at *at, without its comma; false behind the last. */
static bool
list_next(struct str list, size_t *at, struct str *piece)
{
	size_t end;

	if (*at > list.n)
		return false;
	end = str_find(list, ",", *at);
	if (end == SIZE_MAX)
		end = list.n;
	*piece = str_trim(str_sub(list, *at, end - *at));
	*at = end + 1;
	return true;
}

/* "7" or "7-9", up to most. */
static bool
range_parse(struct str s, uint64_t most, uint64_t *first, uint64_t *last)
{
	size_t dash = str_find(s, "-", 0);

	if (!str_u64(str_sub(s, 0, dash), first))
		return false;
	*last = *first;
	if (dash != SIZE_MAX && !str_u64(str_sub(s, dash + 1, s.n), last))
		return false;
	return *first <= *last && *last <= most;
}

bool
filter_ids(struct filter *f, const char *arg)
{
	uint64_t first, last;
	struct str piece;

	for (size_t at = 0; list_next(str_of(arg), &at, &piece);) {
		if (!range_parse(piece, UINT16_MAX, &first, &last))
			return false;
		for (uint64_t id = first; id <= last; id++)
			f->ids[id / 8] |= (uint8_t)(1u << id % 8);
	}
	return f->has_ids = true;
}

/* The names that Event Viewer gives them; what it calls information is
 * level 0 too (winmeta.h: log always), which audits have. */
static uint32_t
level_named(struct str s)
{
	static const struct { const char *name; uint32_t bits; } names[] = {
		{ "critical", 1u << 1 }, { "error", 1u << 2 },
		{ "warning", 1u << 3 },
		{ "information", 1u << 4 | 1u << 0 },
		{ "info", 1u << 4 | 1u << 0 }, { "verbose", 1u << 5 },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_caseis(s, names[i].name))
			return names[i].bits;
	return 0;
}

bool
filter_levels(struct filter *f, const char *arg)
{
	uint64_t first, last;
	struct str piece;

	for (size_t at = 0; list_next(str_of(arg), &at, &piece);) {
		uint32_t bits = level_named(piece);

		if (bits == 0 && !range_parse(piece, 31, &first, &last))
			return false;
		f->levels |= bits;
		for (; bits == 0 && first <= last; first++)
			f->levels |= UINT32_C(1) << first;
	}
	return true;
}

bool
filter_glob(struct globs *g, const char *arg)
{
	if (*arg == '\0' || g->n == sizeof g->v / sizeof *g->v)
		return false;
	g->v[g->n++] = str_of(arg);
	return true;
}

static bool
globs_match(const struct globs *g, struct str s)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_glob(s, g->v[i]))
			return true;
	return g->n == 0;
}

/* Name and EventSourceName are both what people call the source. */
static bool
provider_match(const struct filter *f, struct str provider, struct str source)
{
	return globs_match(&f->provider, provider) ||
	    (source.n > 0 && globs_match(&f->provider, source));
}

/* An event without a time (0) lies in no span. */
static bool
time_match(const struct filter *f, uint64_t t)
{
	if (t == 0)
		return !f->has_from && !f->has_to;
	return (!f->has_from || t >= f->from) && (!f->has_to || t <= f->to);
}

static bool
id_match(const struct filter *f, uint16_t id)
{
	return !f->has_ids || (f->ids[id / 8] >> id % 8 & 1) != 0;
}

bool
filter_asks_ident(const struct filter *f)
{
	return f->has_ids || f->has_from || f->has_to ||
	    f->provider.n > 0 || f->computer.n > 0;
}

bool
filter_ident(const struct filter *f, const struct ident *id)
{
	return !id->known || (id_match(f, id->id) && time_match(f, id->time) &&
	    provider_match(f, id->provider, id->source) &&
	    globs_match(&f->computer, id->computer));
}

static bool
level_match(const struct filter *f, int level)
{
	return f->levels == 0 || (level >= 0 && level < 32 &&
	    (f->levels >> level & 1) != 0);
}

bool
filter_event(const struct filter *f, const struct event *e)
{
	return id_match(f, e->id) && time_match(f, e->time) &&
	    provider_match(f, e->provider, e->source) &&
	    globs_match(&f->computer, e->computer) &&
	    globs_match(&f->channel, e->channel) && level_match(f, e->level);
}

void
filter_newest(struct filter *f, uint64_t newest)
{
	uint64_t from = newest > f->last ? newest - f->last : 0;

	if (f->last == 0)
		return;
	if (!f->has_from || from > f->from)
		f->from = from;
	f->has_from = true;
}
