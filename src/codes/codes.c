/*
 * The code book: four tables of numbers and names, searched by number and
 * by name.
 *
 * The rows are generated (gen_tables, README.md), sorted by value; beside
 * each table stands an index of its rows sorted by name, so that both ways
 * are a binary search in constant data.  Several rows may share a value:
 * the first of them bears the canonical name.  The bits of a code are read
 * as [MS-ERREF] 2.3 lays them out.
 */
#include <inttypes.h>

#include "codes/codes.h"

#define ROW(value, name, meaning) { value, name, meaning },
static const struct code ntstatus_rows[] = {
#include "codes/ntstatus.def"
};
static const struct code win32_rows[] = {
#include "codes/win32.def"
};
static const struct code bugcheck_rows[] = {
#include "codes/bugcheck.def"
};
static const struct code event_rows[] = {
#include "codes/event.def"
};
#undef ROW

static const uint16_t ntstatus_names[] = {
#include "codes/ntstatus_names.def"
};
static const uint16_t win32_names[] = {
#include "codes/win32_names.def"
};
static const uint16_t bugcheck_names[] = {
#include "codes/bugcheck_names.def"
};
static const uint16_t event_names[] = {
#include "codes/event_names.def"
};

/* Tables, and one past the last family an empty one. */
static const struct table {
	const char		*name;
	const struct code	*rows;
	const uint16_t		*by_name;
	size_t			 n;
} tables[CODE_FAMILIES + 1] = {
	[CODE_NTSTATUS] = { "NTSTATUS", ntstatus_rows, ntstatus_names,
	    sizeof ntstatus_rows / sizeof ntstatus_rows[0] },
	[CODE_WIN32] = { "Win32", win32_rows, win32_names,
	    sizeof win32_rows / sizeof win32_rows[0] },
	[CODE_BUGCHECK] = { "bug check", bugcheck_rows, bugcheck_names,
	    sizeof bugcheck_rows / sizeof bugcheck_rows[0] },
	[CODE_EVENT] = { "event", event_rows, event_names,
	    sizeof event_rows / sizeof event_rows[0] },
	[CODE_FAMILIES] = { "", NULL, NULL, 0 },
};

_Static_assert(sizeof ntstatus_names / sizeof ntstatus_names[0] ==
    sizeof ntstatus_rows / sizeof ntstatus_rows[0], "ntstatus index");
_Static_assert(sizeof win32_names / sizeof win32_names[0] ==
    sizeof win32_rows / sizeof win32_rows[0], "win32 index");
_Static_assert(sizeof bugcheck_names / sizeof bugcheck_names[0] ==
    sizeof bugcheck_rows / sizeof bugcheck_rows[0], "bugcheck index");
_Static_assert(sizeof event_names / sizeof event_names[0] ==
    sizeof event_rows / sizeof event_rows[0], "event index");

const char *
code_family_name(enum code_family f)
{
	return tables[f].name;
}

static const struct code *
find_exact(const struct table *t, uint32_t value)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->rows[mid].value < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == t->n || t->rows[lo].value != value)
		return NULL;
	return &t->rows[lo];
}

const struct code *
code_find(enum code_family f, uint32_t value)
{
	if (f == CODE_BUGCHECK && (value & 0xFFFF0000u) == 0x10000000u)
		value &= 0xFFFFu;
	return find_exact(&tables[f], value);
}

const struct code *
code_by_name(enum code_family f, struct str name)
{
	const struct table *t = &tables[f];
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct code *c = &t->rows[t->by_name[mid]];
		int order = str_casecmp(str_of(c->name), name);

		if (order == 0)
			return c;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

bool
code_symbol(struct str name, uint32_t *value)
{
	enum code_family first = str_casestarts(name, "EVENT_") ?
	    CODE_EVENT : CODE_NTSTATUS;
	const struct code *c = code_by_name(first, name);

	for (unsigned f = 0; c == NULL && f < CODE_FAMILIES; f++)
		c = code_by_name((enum code_family)f, name);
	if (c == NULL)
		return false;
	*value = c->value;
	return true;
}

struct str
code_bits(struct arena *a, enum code_family f, uint32_t value)
{
	static const char *const severity[4] = {
		"success", "informational", "warning", "error"
	};
	const char *customer = (value & 0x20000000u) != 0 ?
	    " of a third party" : "";

	if (f == CODE_WIN32 || f == CODE_BUGCHECK)
		return str_of("not in the code book");
	return arena_fmt(a, "%s%s, facility 0x%" PRIX32 ", code 0x%" PRIX32,
	    severity[value >> 30], customer, value >> 16 & 0xFFFu,
	    value & 0xFFFFu);
}

size_t
code_table(enum code_family f, const struct code **rows)
{
	*rows = tables[f].rows;
	return tables[f].n;
}
