/*
 * Two readings of one event, field by field.  The first comes from typed
 * values, the second from XML text, so values of numbers are compared as
 * numbers; what then differs in form only is still said, with its cause.
 */
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf.h"
#include "model/verify.h"

enum kind { AS_TEXT, AS_NAME, AS_U16, AS_I32, AS_I64, AS_U64, AS_TIME };

struct place {
	const char	*name;
	enum kind	 kind;
	size_t		 at;	/* offset in struct event */
};

#define AT(member) offsetof(struct event, member)

static const struct place places[] = {
	{ "at.id", AS_U64, AT(at.id) },
	{ "Provider", AS_TEXT, AT(provider) },
	{ "EventSourceName", AS_TEXT, AT(source) },
	{ "Guid", AS_NAME, AT(guid) },
	{ "EventID", AS_U16, AT(id) },
	{ "Qualifiers", AS_I32, AT(qualifiers) },
	{ "Version", AS_I32, AT(version) },
	{ "Level", AS_I32, AT(level) },
	{ "Task", AS_I32, AT(task) },
	{ "Opcode", AS_I32, AT(opcode) },
	{ "Keywords", AS_U64, AT(keywords) },
	{ "TimeCreated", AS_TIME, AT(time) },
	{ "EventRecordID", AS_U64, AT(record_id) },
	{ "ActivityID", AS_NAME, AT(activity) },
	{ "RelatedActivityID", AS_NAME, AT(related_activity) },
	{ "ProcessID", AS_I64, AT(process) },
	{ "ThreadID", AS_I64, AT(thread) },
	{ "Channel", AS_TEXT, AT(channel) },
	{ "Computer", AS_TEXT, AT(computer) },
	{ "UserID", AS_NAME, AT(user) },
};

struct pair {
	struct arena		*a;
	const struct event	*ours, *theirs;
	difference_add		*add;
	void			*ctx;
	size_t			 n;
};

static void
differ(struct pair *p, struct str field, struct str ours, struct str theirs,
    enum divergence why)
{
	struct difference d = { p->ours->at.offset, p->ours->at.id, field,
	    ours, theirs, why };

	p->n++;
	p->add(p->ctx, &d);
}

/* Characters that XML cannot hold reach us as U+FFFD. */
static struct str
xml_text(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, 3 * s.n + 1);
	size_t n = 0, i = 0;

	while (i < s.n) {
		uint32_t cp = utf_next(s, &i);

		if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') ||
		    (cp >= 0xD800 && cp < 0xE000) || cp == 0xFFFE ||
		    cp == 0xFFFF || cp >= UTF_BAD)
			cp = 0xFFFD;
		n += utf_encode(cp, out + n);
	}
	return (struct str){ out, n };
}

/* How libuna of 2018 puts a surrogate pair together: it takes 0xDFFF from
 * the low half. */
static struct str
pairs_as_libuna(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0, i = 0;

	while (i < s.n) {
		uint32_t cp = utf_next(s, &i);

		if (cp >= 0x10000 && cp < UTF_BAD)
			cp -= 0xDFFF - 0xDC00;
		n += utf_encode(cp, out + n);
	}
	return (struct str){ out, n };
}

static bool
has_pair(struct str s)
{
	for (size_t i = 0; i < s.n;)
		if (utf_next(s, &i) - 0x10000 < 0x100000)
			return true;
	return false;
}

static bool
has_lone(struct str s)
{
	for (size_t i = 0; i < s.n;)
		if ((utf_next(s, &i) & ~0x7FFu) == 0xD800)
			return true;
	return false;
}

static bool
has_bom(struct str s)
{
	return str_find(s, "\xEF\xBB\xBF", 0) != SIZE_MAX ||
	    str_find(s, "\xEF\xBF\xBE", 0) != SIZE_MAX;
}

static bool
has_any(struct str s, const char *chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\0' && strchr(chars, s.p[i]) != NULL)
			return true;
	return false;
}

static bool
event_any(const struct event *e, bool (*is)(struct str s))
{
	for (size_t i = 0; i < e->nfields; i++)
		if (is(e->fields[i].text))
			return true;
	return is(e->message);
}

static bool
has_markup(struct str s)
{
	return has_any(s, "<&\"");
}

/* Why texts that are not numbers differ. */
static enum divergence
why_text(struct arena *a, struct str ours, struct str theirs)
{
	const char *nul = ours.n == 0 ? NULL : memchr(ours.p, 0, ours.n);

	if (nul != NULL && theirs.n == (size_t)(nul - ours.p) &&
	    memcmp(ours.p, theirs.p, theirs.n) == 0)
		return DIV_NUL;
	if (has_pair(ours) && str_eq(xml_text(a, pairs_as_libuna(a, ours)),
	    theirs))
		return DIV_NON_BMP;
	if (theirs.n == 0 && str_trim(ours).n == 0)
		return DIV_BLANK;
	if (has_lone(ours))
		return DIV_SURROGATE;
	if (has_bom(ours))
		return DIV_BOM;
	return DIV_UNEXPLAINED;
}

/* -0x4805F for 0x8004805F: the sign, and the number without its top bit. */
static bool
sign_magnitude(uint64_t ours, struct str theirs)
{
	uint64_t n;

	if (theirs.n < 2 || theirs.p[0] != '-' || (int64_t)ours >= 0 ||
	    !str_u64(str_sub(theirs, 1, theirs.n), &n))
		return false;
	return n == (ours & INT64_MAX) || n == (ours & INT32_MAX) ||
	    n == (ours & INT16_MAX) || n == (ours & INT8_MAX);
}

static bool
real_same(struct arena *a, struct str x, struct str y)
{
	double d = strtod(arena_cstr(a, x), NULL);
	double e = strtod(arena_cstr(a, y), NULL);

	return (isnan(d) && isnan(e)) || fabs(d - e) <= fabs(d) * 1e-6 ||
	    (isinf(d) && isinf(e));
}

static bool
time_same(uint64_t ours, struct str theirs)
{
	uint64_t t;

	return clock_parse(str_trim(theirs), &t) && t == ours;
}

/* Why these values differ; they do. */
static enum divergence
why_value(struct arena *a, const struct field *f, struct str theirs)
{
	uint64_t n;

	switch (f->type) {
	case VALUE_HEX:
		if (!str_u64(theirs, &n) || n != f->number)
			break;
		return str_starts(theirs, "0x") ? DIV_HEX : DIV_SIZET;
	case VALUE_INT:
		if (sign_magnitude(f->number, theirs))
			return DIV_NEGATIVE;
		break;
	case VALUE_REAL:
		if (real_same(a, f->text, theirs))
			return DIV_REAL;
		break;
	case VALUE_TIME:
		if (time_same(f->number, theirs))
			return DIV_TIME;
		break;
	case VALUE_TEXT:
		return why_text(a, f->text, theirs);
	case VALUE_NULL:
	case VALUE_UINT:
	case VALUE_BOOL:
	case VALUE_BINARY:
	case VALUE_GUID:
	case VALUE_SID:
		break;
	}
	return DIV_UNEXPLAINED;
}

static bool
text_same(struct arena *a, struct str ours, struct str theirs)
{
	return str_eq(ours, theirs) || str_eq(xml_text(a, ours), theirs);
}

static bool
value_same(struct arena *a, const struct field *f, struct str theirs)
{
	if (text_same(a, f->text, theirs))
		return true;
	return (f->type == VALUE_GUID || f->type == VALUE_SID ||
	    f->type == VALUE_BINARY) && str_caseeq(f->text, theirs);
}

static struct str
system_text(struct arena *a, const struct event *e, const struct place *p)
{
	const char *at = (const char *)e + p->at;
	uint64_t u64;
	int64_t i64;
	int32_t i32;
	uint16_t u16;
	struct str s = { "", 0 };

	switch (p->kind) {
	case AS_TEXT:
	case AS_NAME:
		memcpy(&s, at, sizeof s);
		break;
	case AS_U16:
		memcpy(&u16, at, sizeof u16);
		return arena_fmt(a, "%u", (unsigned)u16);
	case AS_I32:
		memcpy(&i32, at, sizeof i32);
		return i32 == EVENT_ABSENT ? s : arena_fmt(a, "%" PRId32, i32);
	case AS_I64:
		memcpy(&i64, at, sizeof i64);
		return i64 == EVENT_ABSENT ? s : arena_fmt(a, "%" PRId64, i64);
	case AS_U64:
		memcpy(&u64, at, sizeof u64);
		return arena_fmt(a, "%" PRIu64, u64);
	case AS_TIME:
		memcpy(&u64, at, sizeof u64);
		return u64 == 0 ? s : clock_rfc3339_full(a, u64);
	}
	return s;
}

static void
system_compare(struct pair *p)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const struct place *at = &places[i];
		struct str ours = system_text(p->a, p->ours, at);
		struct str theirs = system_text(p->a, p->theirs, at);

		if (text_same(p->a, ours, theirs) ||
		    (at->kind == AS_NAME && str_caseeq(ours, theirs)))
			continue;
		differ(p, str_of(at->name), ours, theirs,
		    why_text(p->a, ours, theirs));
	}
}

static struct str
field_name(struct arena *a, const struct field *f, size_t i)
{
	return f->name.n > 0 ? f->name : arena_fmt(a, "%%%zu", i + 1);
}

static bool
has_rendering(const struct event *e)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].part == PART_RENDERING)
			return true;
	return e->message.n > 0;
}

/* The payload has another shape: no field can be set beside another. */
static bool
shape_compare(struct pair *p)
{
	enum divergence why = DIV_UNEXPLAINED;
	struct str ours, theirs;

	if (p->ours->nfields == p->theirs->nfields &&
	    (p->ours->message.n == 0) == (p->theirs->message.n == 0) &&
	    p->ours->has_binary == p->theirs->has_binary)
		return true;
	if (has_rendering(p->ours) && !has_rendering(p->theirs))
		why = DIV_RENDERING;
	else if (event_any(p->ours, has_markup))
		why = DIV_UNESCAPED;
	else if (event_any(p->ours, has_bom))
		why = DIV_BOM;
	ours = arena_fmt(p->a, "%zu fields%s%s", p->ours->nfields,
	    p->ours->has_binary ? ", binary" : "",
	    p->ours->message.n > 0 ? ", message" : "");
	theirs = arena_fmt(p->a, "%zu fields%s%s", p->theirs->nfields,
	    p->theirs->has_binary ? ", binary" : "",
	    p->theirs->message.n > 0 ? ", message" : "");
	differ(p, str_of("payload"), ours, theirs, why);
	return false;
}

static struct str
hex_text(struct arena *a, struct span s)
{
	char *out = arena_alloc(a, 2 * s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		out[2 * i] = "0123456789ABCDEF"[s.p[i] >> 4];
		out[2 * i + 1] = "0123456789ABCDEF"[s.p[i] & 15];
	}
	return (struct str){ out, 2 * s.n };
}

static void
payload_compare(struct pair *p)
{
	const struct event *o = p->ours, *t = p->theirs;

	for (size_t i = 0; i < o->nfields; i++) {
		const struct field *f = &o->fields[i], *g = &t->fields[i];
		struct str name = field_name(p->a, f, i);

		if (!text_same(p->a, f->name, g->name))
			differ(p, str_of("name"), f->name, g->name,
			    why_text(p->a, f->name, g->name));
		if (f->part != g->part)
			differ(p, str_of("part"), name, name,
			    DIV_UNEXPLAINED);
		if (!value_same(p->a, f, g->text))
			differ(p, name, f->text, g->text,
			    why_value(p->a, f, g->text));
	}
	if (!span_eq(o->binary, t->binary))
		differ(p, str_of("Binary"), hex_text(p->a, o->binary),
		    hex_text(p->a, t->binary), DIV_UNEXPLAINED);
	if (!text_same(p->a, o->message, t->message))
		differ(p, str_of("Message"), o->message, t->message,
		    why_text(p->a, o->message, t->message));
}

size_t
verify_events(struct arena *a, const struct event *ours,
    const struct event *theirs, difference_add *add, void *ctx)
{
	struct pair p = { a, ours, theirs, add, ctx, 0 };

	system_compare(&p);
	if (shape_compare(&p))
		payload_compare(&p);
	return p.n;
}
