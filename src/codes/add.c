/*
 * Putting down facts: the part that all decoders share.
 *
 * A status that a service reports may be an NTSTATUS, a Win32 code or an
 * HRESULT that wraps one of the two; which it is shows in its value: the
 * ranges do not overlap ([MS-ERREF] 2.1 to 2.3).
 */
#include <inttypes.h>
#include <string.h>

#include "codes/add.h"

#define HRESULT_WIN32	0x80070000u	/* FACILITY_WIN32, failure */
#define HRESULT_NT	0x10000000u	/* FACILITY_NT_BIT */

static struct fact *
add(struct adding *d, struct fact_id id, enum fact_type type)
{
	struct fact *fact;

	if (d->f->n == CAP_FACTS) {
		d->f->dropped++;
		return NULL;
	}
	fact = &d->f->v[d->f->n++];
	memset(fact, 0, sizeof *fact);
	fact->name = id.name;
	fact->label = id.label;
	fact->type = type;
	return fact;
}

static struct fact *
add_counted(struct adding *d, struct fact_id id, enum fact_type type,
    uint64_t n)
{
	struct fact *fact = add(d, id, type);

	if (fact != NULL)
		fact->number = n;
	return fact;
}

struct fact *
add_number(struct adding *d, struct fact_id id, uint64_t n)
{
	return add_counted(d, id, FACT_NUMBER, n);
}

struct fact *
add_time(struct adding *d, struct fact_id id, uint64_t t)
{
	return add_counted(d, id, FACT_TIME, t);
}

struct fact *
add_word(struct adding *d, struct fact_id id, uint64_t n)
{
	return add_counted(d, id, FACT_CODE, n);
}

struct fact *
add_text(struct adding *d, struct fact_id id, struct str s)
{
	struct fact *fact = add(d, id, FACT_TEXT);

	if (fact != NULL)
		fact->text = s;
	return fact;
}

void
fact_symbol(struct fact *fact, enum code_family family, uint32_t code)
{
	const struct code *c = code_find(family, code);

	if (fact == NULL || c == NULL)
		return;
	fact->symbol = c->name;
	fact->meaning = c->meaning;
}

struct fact *
add_code(struct adding *d, struct fact_id id, enum code_family family,
    uint32_t code)
{
	struct fact *fact = add_word(d, id, code);

	fact_symbol(fact, family, code);
	if (fact != NULL && fact->symbol == NULL)
		fact->note = code_bits(d->a, family, code);
	return fact;
}

/* An HRESULT says in its own bits what it wraps. */
static struct str
wrapped_note(struct arena *a, uint32_t code)
{
	bool win32 = (code & 0xFFFF0000u) == HRESULT_WIN32;
	enum code_family family = win32 ? CODE_WIN32 : CODE_NTSTATUS;
	uint32_t inner = win32 ? code & 0xFFFFu : code & ~HRESULT_NT;
	const struct code *c = code_find(family, inner);

	if (c == NULL)
		return arena_fmt(a, "HRESULT of %s 0x%08" PRIX32,
		    code_family_name(family), inner);
	return arena_fmt(a, "HRESULT of %s", c->name);
}

struct fact *
add_status(struct adding *d, struct fact_id id, uint32_t code)
{
	enum code_family family = code <= 0xFFFFu ? CODE_WIN32 :
	    CODE_NTSTATUS;
	struct fact *fact = add_word(d, id, code);

	fact_symbol(fact, family, code);
	if (fact == NULL || fact->symbol != NULL)
		return fact;
	if ((code & 0xFFFF0000u) == HRESULT_WIN32 ||
	    (code & 0xF0000000u) == 0xD0000000u)
		fact->note = wrapped_note(d->a, code);
	else if (code >= 0xFFFF0000u)
		fact->note = arena_fmt(d->a, "%" PRId64 " as a signed number",
		    (int64_t)code - INT64_C(0x100000000));
	else if ((code & 0xE0000000u) == 0xC0000000u)
		fact->note = code_bits(d->a, CODE_NTSTATUS, code);
	else
		fact->note = code_bits(d->a, CODE_WIN32, code);
	return fact;
}

void
fact_bytes(struct fact *fact, size_t offset, size_t length)
{
	if (fact == NULL || offset > UINT16_MAX || length > UINT16_MAX)
		return;
	fact->offset = (uint16_t)offset;
	fact->length = (uint16_t)length;
}

bool
field_u64(const struct field *f, uint64_t *n)
{
	if (f == NULL)
		return false;
	switch (f->type) {
	case VALUE_INT: case VALUE_UINT: case VALUE_HEX: case VALUE_BOOL:
	case VALUE_TIME:
		*n = f->number;
		return true;
	case VALUE_TEXT:
		break;
	case VALUE_NULL: case VALUE_REAL: case VALUE_BINARY:
	case VALUE_GUID: case VALUE_SID:
		return false;
	}
	if (str_caseis(str_trim(f->text), "true")) {
		*n = 1;
		return true;
	}
	if (str_caseis(str_trim(f->text), "false")) {
		*n = 0;
		return true;
	}
	return str_u64(str_trim(f->text), n);
}

struct str
event_text(const struct event *e, size_t i)
{
	const struct field *f = event_string(e, i);

	return f == NULL ? str_of(NULL) : str_trim(f->text);
}
