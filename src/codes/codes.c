/*
 * The code book: tables of numbers and names (tables.c), searched by number
 * and by name.
 *
 * The rows are sorted by value; beside each table stands an index of its
 * rows sorted by name, so that both ways are a binary search in constant
 * data.  Several rows may share a value: the first of them bears the
 * canonical name.  The bits of a code are read as [MS-ERREF] 2 lays them
 * out.
 */
#include <inttypes.h>

#include "codes/codes.h"
#include "codes/tables.h"

#define SRB_FLAGS	0xC0u		/* sense data valid, queue frozen */
#define REASON_FLAGS	0xFF000000u

static const char unknown[] = "not in the code book";

const char *
code_family_name(enum code_family f)
{
	return code_tables[f].title;
}

static const struct code *
find_exact(const struct code_rows *t, uint32_t value)
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

/* The code without what may stand beside it. */
static uint32_t
plain(enum code_family f, uint32_t value)
{
	if (f == CODE_BUGCHECK && (value & 0xFFFF0000u) == 0x10000000u)
		return value & 0xFFFFu;
	if (f == CODE_SRB_STATUS && value <= 0xFFu)
		return value & ~SRB_FLAGS;
	if (f == CODE_SHUTDOWN_REASON)
		return value & ~REASON_FLAGS;
	return value;
}

const struct code *
code_find(enum code_family f, uint32_t value)
{
	return find_exact(&code_tables[f], plain(f, value));
}

const struct code *
code_by_name(enum code_family f, struct str name)
{
	const struct code_rows *t = &code_tables[f];
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

/* [MS-ERREF] 2.3, and 2.1 whose severity is one bit. */
static struct str
status_bits(struct arena *a, enum code_family f, uint32_t value)
{
	static const char *const severity[4] = {
		"success", "informational", "warning", "error"
	};
	bool hresult = f == CODE_HRESULT;
	const char *word = hresult ? severity[value >> 31 == 0 ? 0 : 3] :
	    severity[value >> 30];
	const char *customer = (value & 0x20000000u) != 0 ?
	    " of a third party" : "";

	return arena_fmt(a, "%s%s, facility 0x%" PRIX32 ", code 0x%" PRIX32,
	    word, customer, value >> 16 & (hresult ? 0x7FFu : 0xFFFu),
	    value & 0xFFFFu);
}

static const char *
reason_word(uint32_t part, bool minor)
{
	const struct code_rows *t = &code_tables[CODE_SHUTDOWN_REASON];
	const struct code *c = find_exact(t, part);

	if (part == 0)
		return "other";
	return c == NULL ? NULL : c->name + (minor ?
	    sizeof "SHTDN_REASON_MINOR_" : sizeof "SHTDN_REASON_MAJOR_") - 1;
}

/* reason.h: flags, major in the third byte, minor in the low half. */
static struct str
reason_bits(struct arena *a, uint32_t value)
{
	const char *major = reason_word(value & 0xFF0000u, false);
	const char *minor = reason_word(value & 0xFFFFu, true);
	const char *planned = (value & 0x80000000u) != 0 ? "planned" :
	    "unplanned";

	if ((value & 0x40000000u) != 0)
		return arena_fmt(a, "major 0x%" PRIX32 ", minor 0x%" PRIX32
		    " as this computer defines them, %s", value >> 16 & 0xFFu,
		    value & 0xFFFFu, planned);
	if (major == NULL || minor == NULL)
		return arena_fmt(a, "major 0x%" PRIX32 ", minor 0x%" PRIX32
		    ", %s", value >> 16 & 0xFFu, value & 0xFFFFu, planned);
	return arena_fmt(a, "major %s, minor %s, %s", major, minor, planned);
}

static struct str
srb_bits(struct arena *a, uint32_t value)
{
	const struct code *c = code_find(CODE_SRB_STATUS, value);

	if (value > 0xFFu || (value & SRB_FLAGS) == 0)
		return str_of(unknown);
	return arena_fmt(a, "%s%s%s", c == NULL ? unknown : c->name,
	    (value & 0x80u) != 0 ? ", sense data valid" : "",
	    (value & 0x40u) != 0 ? ", queue frozen" : "");
}

struct str
code_bits(struct arena *a, enum code_family f, uint32_t value)
{
	if (f == CODE_NTSTATUS || f == CODE_EVENT || f == CODE_NDIS ||
	    f == CODE_HRESULT)
		return status_bits(a, f, value);
	if (f == CODE_SHUTDOWN_REASON)
		return reason_bits(a, value);
	if (f == CODE_SRB_STATUS)
		return srb_bits(a, value);
	if (f == CODE_ASC && value <= 0xFFFFu)
		return arena_fmt(a, "ASC 0x%02" PRIX32 ", ASCQ 0x%02" PRIX32,
		    value >> 8, value & 0xFFu);
	return str_of(unknown);
}

struct code_search
code_search(struct str text)
{
	return (struct code_search){ .text = text };
}

/* Does s hold these letters, whatever their case? */
static bool
has_letters(struct str s, struct str wanted)
{
	for (size_t at = 0; at + wanted.n <= s.n; at++)
		if (str_caseeq(str_sub(s, at, wanted.n), wanted))
			return true;
	return false;
}

static bool
fits(const struct code *c, struct str text)
{
	if (text.n == 0 || text.p[0] != ':')
		return str_glob(str_of(c->name), text);
	return c->meaning != NULL && text.n > 1 &&
	    has_letters(str_of(c->meaning), str_sub(text, 1, text.n - 1));
}

const struct code *
code_next(struct code_search *s, enum code_family *family)
{
	for (; s->family < CODE_FAMILIES; s->family++, s->row = 0)
		while (s->row < code_tables[s->family].n) {
			const struct code *c =
			    &code_tables[s->family].rows[s->row++];

			if (!fits(c, s->text))
				continue;
			*family = (enum code_family)s->family;
			return c;
		}
	return NULL;
}

size_t
code_table(enum code_family f, const struct code **rows)
{
	*rows = code_tables[f].rows;
	return code_tables[f].n;
}
