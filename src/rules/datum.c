/*
 * Values of an event by name: a fact of include/codes/decode.h
 * (packet.final_status), string.N (insertion string %N), data.NAME (a
 * named datum), event.FIELD (a System field), binary.u8.N, binary.u16.N,
 * binary.u32.N (little-endian at offset N of the data section),
 * binary.text.N (UTF-16 from there on), binary.size, or part.NAME (what
 * the rule cut out itself).
 */
#include <string.h>
#include "base/utf.h"
#include "rules/rule.h"

static bool
datum_number(struct datum *d, uint64_t v)
{
	d->has_number = true;
	d->number = v;
	return true;
}

static bool
datum_int(struct datum *d, int64_t v)
{
	return v != EVENT_ABSENT && datum_number(d, (uint64_t)v);
}

static bool
datum_text(struct datum *d, struct str s)
{
	d->text = s;
	return s.n > 0;
}

static bool
datum_field(struct datum *d, const struct field *f)
{
	if (f == NULL || f->type == VALUE_NULL)
		return false;
	d->text = f->text;
	switch (f->type) {
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_HEX:
	case VALUE_BOOL:
	case VALUE_TIME:
		return datum_number(d, f->number);
	case VALUE_TEXT:
		d->has_number = str_u64(str_trim(f->text), &d->number);
		return true;
	case VALUE_NULL:
	case VALUE_REAL:
	case VALUE_BINARY:
	case VALUE_GUID:
	case VALUE_SID:
		return true;
	}
	return true;
}

/* A System field by its short name. */
static bool
datum_system(const struct event *e, struct str name, struct datum *d)
{
	if (str_is(name, "id"))
		return datum_number(d, e->id);
	if (str_is(name, "level"))
		return datum_int(d, e->level);
	if (str_is(name, "version"))
		return datum_int(d, e->version);
	if (str_is(name, "task"))
		return datum_int(d, e->task);
	if (str_is(name, "qualifiers"))
		return datum_int(d, e->qualifiers);
	if (str_is(name, "user"))
		return datum_text(d, e->user);
	if (str_is(name, "channel"))
		return datum_text(d, e->channel);
	if (str_is(name, "provider"))
		return datum_text(d, e->provider);
	if (str_is(name, "computer"))
		return datum_text(d, e->computer);
	return false;
}

/* UTF-16 up to a NUL, as much as there is room for. */
static bool
datum_utf16(struct datum *d, struct rd r)
{
	size_t n = 0;

	while (rd_left(&r) >= 2 && n + 4 <= sizeof d->room) {
		uint32_t cp = rd_u16(&r);

		if (cp == 0)
			break;
		if (cp >= 0xD800 && cp < 0xDC00 && rd_left(&r) >= 2) {
			struct rd ahead = r;
			uint32_t low = rd_u16(&ahead);

			if (low >= 0xDC00 && low < 0xE000) {
				cp = 0x10000 + ((cp & 0x3FF) << 10) +
				    (low & 0x3FF);
				r = ahead;
			}
		}
		n += utf_encode(cp, d->room + n);
	}
	return datum_text(d, (struct str){ d->room, n });
}

static bool
datum_binary(const struct event *e, struct str name, struct datum *d)
{
	size_t dot = str_find(name, ".", 0);
	struct str what = str_sub(name, 0, dot == SIZE_MAX ? name.n : dot);
	uint64_t at, v;
	struct rd r;

	if (!e->has_binary)
		return false;
	if (str_is(name, "size"))
		return datum_number(d, e->binary.n);
	if (dot == SIZE_MAX || !str_u64(str_sub(name, dot + 1, name.n), &at))
		return false;
	r = rd_at(e->binary, (size_t)at);
	if (str_is(what, "text"))
		return datum_utf16(d, r);
	v = str_is(what, "u8") ? rd_u8(&r) : str_is(what, "u16") ?
	    rd_u16(&r) : rd_u32(&r);
	return rd_ok(&r) && datum_number(d, v);
}

/* A part is never made of another part (the parser sees to that). */
static bool
datum_part(const struct view *v, struct str name, struct datum *d)
{
	const struct part *p = v->parts;
	struct str s;

	while (p != NULL && !str_eq(p->name, name))
		p = p->next;
	if (p == NULL || !datum_find(v, p->of, d))
		return false;
	if (p->regex == NULL)
		return true;
	if (!regex_find(p->regex, d->text, &s) || s.p == NULL)
		return false;
	d->text = s;
	d->fact = NULL;
	d->has_number = str_u64(str_trim(s), &d->number);
	return true;
}

static bool
datum_fact(const struct facts *f, struct str name, struct datum *d)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!str_is(name, f->v[i].name))
			continue;
		d->fact = &f->v[i];
		d->text = d->fact->text;
		return d->fact->type == FACT_TEXT ||
		    datum_number(d, d->fact->number);
	}
	return false;
}

/* event_field for a name with a length. */
static const struct field *
field_named(const struct event *e, struct str name)
{
	for (size_t k = 0; k < e->nfields; k++) {
		const struct field *f = &e->fields[k];

		if ((f->part == PART_DATA || f->part == PART_USER) &&
		    f->name.n > 0 && str_caseeq(f->name, name))
			return f;
	}
	return NULL;
}

struct name
datum_name(struct str text)
{
	static const struct { struct str prefix; enum name_kind kind; } v[] = {
		{ STR("string."), NAME_STRING }, { STR("data."), NAME_DATA },
		{ STR("event."), NAME_FIELD }, { STR("binary."), NAME_BINARY },
		{ STR("part."), NAME_PART },
	};
	struct name x = { text, NAME_FACT, 0 };
	uint64_t n;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		if (text.n >= v[i].prefix.n && str_eq(str_sub(text, 0,
		    v[i].prefix.n), v[i].prefix)) {
			x.kind = v[i].kind;
			x.n = (uint32_t)v[i].prefix.n;
		}
	if (x.kind == NAME_STRING)
		x.n = str_u64(str_sub(text, x.n, text.n), &n) &&
		    n <= UINT32_MAX ? (uint32_t)n : 0;
	return x;
}

bool
datum_get(const struct view *v, const struct name *name, struct datum *d)
{
	struct str rest = str_sub(name->text, name->n, name->text.n);

	d->has_number = false;
	d->number = 0;
	d->text = (struct str){ "", 0 };
	d->fact = NULL;
	switch (name->kind) {
	case NAME_STRING:
		return name->n > 0 &&
		    datum_field(d, event_string(v->e, name->n - 1));
	case NAME_DATA:
		return datum_field(d, field_named(v->e, rest));
	case NAME_FIELD:
		return datum_system(v->e, rest, d);
	case NAME_BINARY:
		return datum_binary(v->e, rest, d);
	case NAME_PART:
		return datum_part(v, name->text, d);
	case NAME_FACT:
		break;
	}
	return datum_fact(v->facts, name->text, d);
}

bool
datum_find(const struct view *v, struct str name, struct datum *d)
{
	const struct name x = datum_name(name);

	return datum_get(v, &x, d);
}

uint64_t
datum_key(const struct view *v, struct str names)
{
	uint64_t key = 0, h;
	struct datum d;

	for (size_t i = 0, j; i < names.n; i = j + 1) {
		for (j = i; j < names.n && names.p[j] != ' '; j++)
			continue;
		if (j == i)
			continue;
		if (!datum_find(v, str_sub(names, i, j - i), &d))
			return 0;
		h = d.text.n > 0 ? str_casehash(d.text) :
		    (d.number + 1) * UINT64_C(0x9E3779B97F4A7C15);
		key = (key * 31 + (h ^ h >> 29)) | 1;
	}
	return key;
}
