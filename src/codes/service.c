/*
 * Error numbers among the insertion strings, and the service control
 * manager's events, whose strings stand in another order in each.  The
 * orders were read off the message texts (netevent.dll), which have kept
 * them from NT 3.5 on.
 */
#include "codes/add.h"

#define NONE (-1)

/* Where the service and the error stand, counted from 0. */
static const struct layout {
	uint16_t	id;
	int		service, error;
} layouts[] = {
	{ 7000, 0, 1 }, { 7001, 0, 2 }, { 7002, 0, NONE },
	{ 7003, 0, NONE }, { 7005, NONE, 1 }, { 7006, NONE, 2 },
	{ 7009, 1, NONE }, { 7011, 1, NONE }, { 7013, NONE, 0 },
	{ 7016, 0, NONE }, { 7017, 0, NONE }, { 7019, 0, NONE },
	{ 7020, 0, NONE }, { 7022, 0, NONE }, { 7023, 0, 1 },
	{ 7024, 0, 1 }, { 7030, 0, NONE }, { 7031, 0, NONE },
	{ 7032, 2, 3 }, { 7034, 0, NONE }, { 7035, 0, NONE },
	{ 7036, 0, NONE }, { 7037, NONE, 1 }, { 7038, 0, 2 },
	{ 7039, 0, NONE }, { 7040, 0, NONE }, { 7041, 0, NONE },
	{ 7042, 0, NONE }, { 7043, 0, NONE }, { 7045, 0, NONE },
	{ 7046, 0, NONE },
};

static const struct layout *
layout_of(uint16_t id)
{
	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
		if (layouts[i].id == id)
			return &layouts[i];
	return NULL;
}

static bool
from_manager(const struct event *e)
{
	return event_from(e, "Service Control Manager") ||
	    event_from(e, "Microsoft-Windows-Service Control Manager");
}

/* "%%1053" */
static bool
is_insert(struct str s, uint64_t *n)
{
	return s.n > 2 && s.n <= 12 && str_starts(s, "%%") &&
	    s.p[2] >= '0' && s.p[2] <= '9' &&
	    str_u64(str_sub(s, 2, s.n - 2), n) && *n <= UINT32_MAX;
}

/*
 * Inserts of classic sources (whose ids have a high half, the qualifiers)
 * stand for system errors.  The audit log and sources with a manifest use
 * them for words of their own.
 */
static bool
inserts_are_errors(const struct event *e)
{
	if (from_manager(e))
		return true;
	if (event_from(e, "Security") ||
	    event_from(e, "Microsoft-Windows-Security-Auditing"))
		return false;
	return e->qualifiers != EVENT_ABSENT ||
	    !str_casestarts(e->provider, "Microsoft-Windows-");
}

static bool
find_error(const struct event *e, const struct layout *l, uint64_t *n)
{
	const struct field *f;

	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].part == PART_DATA &&
		    is_insert(str_trim(e->fields[i].text), n) &&
		    inserts_are_errors(e))
			return true;
	if (l == NULL || l->error == NONE)
		return false;
	f = event_string(e, (size_t)l->error);
	return field_u64(f, n) && *n <= UINT32_MAX;
}

/* What 7024 gives as a bare number only its service can name. */
static void
add_error(struct adding *d, const struct layout *l, uint32_t n)
{
	struct fact_id id = { "param.error", "error" };
	uint64_t bare;
	struct fact *fact;

	if (l == NULL || l->id != 7024 || !field_u64(event_string(d->e,
	    (size_t)l->error), &bare)) {
		add_status(d, id, n);
		return;
	}
	fact = add_word(d, id, n);
	if (fact != NULL)
		fact->note = str_of("the service's own number");
}

void
decode_service(struct adding *d)
{
	const struct event *e = d->e;
	const struct layout *l = from_manager(e) ? layout_of(e->id) : NULL;
	struct str name;
	uint64_t n;

	if (l != NULL && l->service != NONE) {
		name = event_text(e, (size_t)l->service);
		if (name.n > 0)
			add_text(d, (struct fact_id){ "service.name",
			    "service" }, name);
	}
	if (find_error(e, l, &n))
		add_error(d, l, (uint32_t)n);
}
