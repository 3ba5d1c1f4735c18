/*
 * Conditions on single values of an event: finding the value by its name,
 * testing it, and saying the test in words.
 *
 * Names: a fact of include/codes/decode.h (packet.final_status), or
 * string.N (insertion string %N), data.NAME (a named datum), event.FIELD
 * (a System field).
 */
#include <inttypes.h>
#include <string.h>
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
	return false;
}

bool
datum_find(const struct event *e, const struct facts *f, struct str name,
    struct datum *d)
{
	char key[64];
	uint64_t n;
	const struct fact *fact;

	memset(d, 0, sizeof *d);
	if (name.n >= sizeof key)
		return false;
	memcpy(key, name.p, name.n);
	key[name.n] = '\0';
	if (str_starts(name, "string."))
		return str_u64(str_sub(name, 7, name.n), &n) && n > 0 &&
		    datum_field(d, event_string(e, (size_t)n - 1));
	if (str_starts(name, "data."))
		return datum_field(d, event_field(e, key + 5));
	if (str_starts(name, "event."))
		return datum_system(e, str_sub(name, 6, name.n), d);
	fact = fact_find(f, key);
	if (fact == NULL)
		return false;
	d->fact = fact;
	if (fact->type == FACT_TEXT)
		d->text = fact->text;
	else
		datum_number(d, fact->number);
	return true;
}

uint64_t
datum_hash(const struct datum *d)
{
	uint64_t h;

	if (d->text.n > 0)
		return str_casehash(d->text) | 1;
	h = (d->number + 1) * UINT64_C(0x9E3779B97F4A7C15);
	return (h ^ h >> 29) | 1;
}

static bool
values_hold(const struct test *t, uint64_t v)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i] == v)
			return true;
	return false;
}

static bool
globs_hold(const struct test *t, struct str s)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_glob(s, t->names[i]))
			return true;
	return false;
}

/* A value that is absent satisfies nothing but <... present="no">: a
 * negated test too asks for a value that is there and differs. */
bool
test_holds(const struct test *t, const struct event *e,
    const struct facts *f)
{
	struct datum d;
	bool there = datum_find(e, f, t->fact, &d);
	bool holds = false;

	switch (t->kind) {
	case TEST_PRESENT:
		return there != t->negate;
	case TEST_EQUAL:
	case TEST_RANGE:
		if (!there || !d.has_number)
			return false;
		if (t->masked)
			d.number &= t->mask;
		holds = t->kind == TEST_EQUAL ? values_hold(t, d.number) :
		    d.number >= t->lo && d.number <= t->hi;
		break;
	case TEST_LIKE:
		if (!there)
			return false;
		holds = globs_hold(t, d.text);
		break;
	}
	return holds != t->negate;
}

/* A whole data word tells most, then a masked word or a range, then a
 * string; that something is there at all tells little. */
int
test_weight(const struct test *t)
{
	switch (t->kind) {
	case TEST_EQUAL:
		return t->negate || t->masked || t->n > 1 ? 2 : 3;
	case TEST_RANGE:
	case TEST_LIKE:
		return 2;
	case TEST_PRESENT:
		return 1;
	}
	return 0;
}

struct str
fact_label(struct arena *a, struct str name)
{
	size_t dot = str_find(name, ".", 0);
	struct str last = dot == SIZE_MAX ? name :
	    str_sub(name, dot + 1, name.n);
	char *s;

	if (str_starts(name, "string."))
		return arena_fmt(a, "string %%%.*s", (int)last.n, last.p);
	if (str_starts(name, "bugcheck.") && str_is(last, "code"))
		return str_of("code");
	s = arena_cstr(a, last);
	for (char *p = s; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return str_of(s);
}

static struct str
value_says(struct arena *a, const struct test *t, size_t i)
{
	uint64_t v = t->values[i];
	struct str name = t->names[i];
	uint64_t n;

	if (str_u64(name, &n))
		return arena_fmt(a, "%.*s", (int)name.n, name.p);
	return arena_fmt(a, "%08" PRIx64 " %.*s", v, (int)name.n, name.p);
}

struct str
test_says(struct arena *a, const struct test *t)
{
	struct str label = fact_label(a, t->fact);
	struct str s = { "", 0 };
	const char *no = t->negate ? "not " : "";

	switch (t->kind) {
	case TEST_PRESENT:
		return arena_fmt(a, "%.*s %s", (int)label.n, label.p,
		    t->negate ? "absent" : "present");
	case TEST_RANGE:
		if (t->hi == UINT64_MAX)
			return arena_fmt(a, "%.*s %sat least %" PRIu64,
			    (int)label.n, label.p, no, t->lo);
		return arena_fmt(a, "%.*s %s%" PRIu64 " to %" PRIu64,
		    (int)label.n, label.p, no, t->lo, t->hi);
	case TEST_EQUAL:
	case TEST_LIKE:
		break;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct str v = t->kind == TEST_LIKE ? t->names[i] :
		    value_says(a, t, i);

		s = arena_fmt(a, "%.*s%s%.*s", (int)s.n, s.p,
		    i == 0 ? "" : " or ", (int)v.n, v.p);
	}
	if (t->masked)
		return arena_fmt(a, "%.*s (bits %" PRIx64 ") %s%.*s",
		    (int)label.n, label.p, t->mask, no, (int)s.n, s.p);
	return arena_fmt(a, "%.*s %s%.*s", (int)label.n, label.p, no,
	    (int)s.n, s.p);
}

static struct str
selectors_say(struct arena *a, const struct selector *s)
{
	struct str out = { "", 0 };
	const char *sep = "";

	for (; s != NULL; s = s->next, sep = " or ") {
		struct str p = s->provider;

		if (s->any_id)
			out = arena_fmt(a, "%.*s%s%.*s", (int)out.n, out.p,
			    sep, (int)p.n, p.p);
		else if (s->lo == s->hi)
			out = arena_fmt(a, "%.*s%s%.*s %u", (int)out.n, out.p,
			    sep, (int)p.n, p.p, s->lo);
		else
			out = arena_fmt(a, "%.*s%s%.*s %u-%u", (int)out.n,
			    out.p, sep, (int)p.n, p.p, s->lo, s->hi);
	}
	return out;
}

struct str
clause_says(struct arena *a, const struct clause *c)
{
	struct str s = c->says;
	const char *sep = ": ";

	if (s.n == 0)
		s = selectors_say(a, c->selectors);
	for (const struct test *t = c->tests; t != NULL; t = t->next) {
		struct str one = test_says(a, t);

		if (t->kind == TEST_PRESENT)
			continue;
		s = arena_fmt(a, "%.*s%s%.*s", (int)s.n, s.p, sep,
		    (int)one.n, one.p);
		sep = ", ";
	}
	return s;
}
