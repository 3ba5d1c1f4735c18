/*
 * From elements, attributes and values in document order to a struct
 * event.  The event schema ([MS-EVEN6] 2.2.13, event.xsd of the Windows
 * SDK): Event holds System, then one of EventData, UserData, DebugData
 * ..., then perhaps RenderingInfo.
 */
#include <stddef.h>
#include <string.h>
#include "base/caps.h"
#include "base/clock.h"
#include "log/build.h"

enum { FIELDS = 16 };	/* seldom more */


struct builder *
builder_new(struct arena *a, struct event *e)
{
	struct builder *b = arena_raw(a, sizeof *b);
	struct record at = e->at;

	memset(e, 0, sizeof *e);
	e->at = at;
	e->qualifiers = EVENT_ABSENT;
	e->version = e->level = e->task = e->opcode = EVENT_ABSENT;
	e->process = e->thread = EVENT_ABSENT;
	e->record_id = at.id;
	/* The stack is large; what of it is in use is set on the way. */
	memset(b, 0, offsetof(struct builder, stack));
	b->a = a;
	b->e = e;
	b->cap = FIELDS;
	b->fields = arena_raw(a, FIELDS * sizeof *b->fields);
	return b;
}

struct event *
builder_event(struct builder *b)
{
	return b->e;
}

void
builder_note(struct builder *b, const char *why)
{
	if (b->e->error == NULL)
		b->e->error = why;
}

void
builder_fail(struct builder *b, const char *why)
{
	builder_note(b, why);
	b->full = true;
}

static void
cut(struct builder *b, const char *why)
{
	b->e->flags |= EVENT_CUT;
	builder_fail(b, why);
}

static struct open *
top(struct builder *b)
{
	return b->depth == 0 ? NULL : &b->stack[b->depth - 1];
}

static inline void
field_add(struct builder *b, struct str name, const struct value *v)
{
	struct field *f;

	if (b->nfields == b->cap)
		b->fields = arena_grow(b->a, b->fields, b->nfields, &b->cap,
		    sizeof *b->fields);
	f = &b->fields[b->nfields++];
	*f = (struct field){ .name = name, .text = v->text,
	    .number = v->number, .bytes = v->bytes, .type = v->type,
	    .part = b->part };
}

void
builder_raw(struct builder *b, struct str name, const struct value *v)
{
	enum field_part part = b->part;

	if (b->full)
		return;
	b->part = PART_OTHER;
	field_add(b, name, v);
	b->part = part;
}

static bool
text_fits(struct builder *b, struct str s)
{
	if (s.n > CAP_EVENT_TEXT - b->text) {
		cut(b, "the text of its values is too long");
		return false;
	}
	b->text += s.n;
	return true;
}

bool
builder_leaf(struct builder *b, size_t text, struct str name,
    const struct value *v)
{
	if (v->text.n > CAP_EVENT_TEXT - b->text - text)
		return false;
	b->text += text + v->text.n;
	b->elements++;
	b->stack[1].children = true;
	field_add(b, name, v);
	return true;
}

/* Two names with something between them, each up to a NUL: what is taken
 * for a name in damage may be half a chunk. */
static struct str
path_join(struct arena *a, struct str above, const char *between,
    struct str name)
{
	size_t n = strlen(between);
	char *p;

	above.n = above.n == 0 ? 0 : strnlen(above.p, above.n);
	name.n = name.n == 0 ? 0 : strnlen(name.p, name.n);
	p = arena_raw(a, above.n + n + name.n + 1);
	if (above.n > 0)
		memcpy(p, above.p, above.n);
	memcpy(p + above.n, between, n);
	if (name.n > 0)
		memcpy(p + above.n + n, name.p, name.n);
	n += above.n + name.n;
	p[n] = '\0';
	return (struct str){ p, n };
}

/* Name of an element below UserData: the path from below its one child. */
static struct str
path_of(struct builder *b, struct str name)
{
	struct str above;

	if (b->depth < 3 && b->part == PART_USER)
		return str_of("");
	above = b->stack[b->depth - 1].path;
	if (above.n == 0)
		return name;
	return path_join(b->a, above, "/", name);
}

static void
section_enter(struct builder *b, struct str name)
{
	b->system = str_is(name, "System");
	if (str_is(name, "EventData"))
		b->part = PART_DATA;
	else if (str_is(name, "UserData"))
		b->part = PART_USER;
	else if (str_is(name, "RenderingInfo"))
		b->part = PART_RENDERING;
	else
		b->part = PART_OTHER;
	if (b->part == PART_OTHER && !b->system)
		b->e->other_section = name;
}

void
builder_start(struct builder *b, struct str name)
{
	struct open *o;
	struct str path = str_of("");

	if (b->full)
		return;
	if (b->depth == CAP_EVENT_DEPTH) {
		cut(b, "elements are nested too deeply");
		return;
	}
	if (++b->elements > CAP_EVENT_ELEMENTS) {
		cut(b, "too many elements");
		return;
	}
	if (b->depth == 0 && !str_is(name, "Event"))
		builder_note(b, "the outermost element is not Event");
	if (b->depth == 1)
		section_enter(b, name);
	else if (b->depth >= 2 && !b->system)
		path = path_of(b, name);
	if (b->depth == 2 && b->part == PART_USER && !b->system)
		b->e->user_root = name;
	/* Paths grow with depth, so they count as text does. */
	if (!text_fits(b, path))
		return;
	if (b->depth > 0)
		top(b)->children = true;
	o = &b->stack[b->depth++];
	memset(o, 0, sizeof *o);
	o->name = name;
	o->path = path;
}

void
builder_attr(struct builder *b, struct str name, const struct value *v)
{
	struct open *o = top(b);

	if (b->full || o == NULL || !text_fits(b, v->text))
		return;
	if (b->system) {
		if (b->depth == 3)
			system_attr(b->e, o->name, name, v);
		return;
	}
	/* Namespaces are declared to parsers: no data. */
	if (str_is(name, "xmlns") || str_starts(name, "xmlns:") ||
	    b->depth < 2)
		return;
	if (str_is(name, "Name") && b->part == PART_DATA) {
		o->label = v->text;
		return;
	}
	if (b->depth < 3)
		return;
	name = path_join(b->a, o->path, "/@", name);
	if (text_fits(b, name))
		field_add(b, name, v);
}

void
builder_value(struct builder *b, const struct value *v)
{
	struct open *o = top(b);

	if (b->full || o == NULL || !text_fits(b, v->text))
		return;
	if (o->nvalues++ == 0) {
		o->value = *v;
		return;
	}
	/* Several pieces make one text. */
	o->value = (struct value){ .type = VALUE_TEXT,
	    .text = arena_join(b->a, o->value.text, v->text) };
	b->text += o->value.text.n;
	if (b->text > CAP_EVENT_TEXT)
		cut(b, "the text of its values is too long");
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "00AB..." to bytes; white space between digits is let through. */
static bool
hex_bytes(struct arena *a, struct str s, struct span *out)
{
	uint8_t *p = arena_alloc(a, s.n / 2 + 1);
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		int d = hex_digit(s.p[i]);

		if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r'))
			continue;
		if (d < 0)
			return false;
		p[digits / 2] = (uint8_t)(p[digits / 2] << 4 | d);
		digits++;
	}
	*out = (struct span){ p, digits / 2 };
	return digits % 2 == 0;
}

static void
binary_end(struct builder *b, const struct open *o)
{
	b->e->has_binary = true;
	if (o->value.type == VALUE_BINARY)
		b->e->binary = o->value.bytes;
	else if (!hex_bytes(b->a, o->value.text, &b->e->binary))
		builder_fail(b, "its Binary element is not hexadecimal");
}

static bool
blank(struct str s)
{
	return str_trim(s).n == 0;
}

/* An element of the payload has ended: a leaf is a field, and so is an
 * element with children that has text of its own. */
static void
payload_end(struct builder *b, const struct open *o)
{
	struct str name = o->path;

	if (o->children && blank(o->value.text))
		return;
	if (b->part == PART_DATA) {
		if (b->depth == 3 && str_is(o->name, "Binary")) {
			binary_end(b, o);
			return;
		}
		name = o->label;
		if (name.n == 0 && !str_is(o->name, "Data"))
			name = o->name;
	} else if (b->part == PART_USER && b->depth == 3 && o->nvalues == 0) {
		return;
	} else if (b->part == PART_RENDERING && str_is(o->name, "Message")) {
		b->e->message = o->value.text;
		return;
	}
	if (name.n == 0 && b->part != PART_DATA)
		name = o->name;
	field_add(b, name, &o->value);
}

void
builder_end(struct builder *b)
{
	const struct open *o = top(b);

	if (b->full || o == NULL)
		return;
	if (b->system && b->depth == 3)
		system_element(b->e, o->name, &o->value);
	else if (!b->system && b->depth >= 3)
		payload_end(b, o);
	else if (b->depth == 2 && o->nvalues > 0 && !blank(o->value.text))
		field_add(b, o->name, &o->value);
	b->depth--;
	if (b->depth == 1)
		b->system = false;
}

bool
builder_finish(struct builder *b)
{
	b->e->fields = b->fields;
	b->e->nfields = b->nfields;
	if (b->e->error == NULL && b->elements == 0)
		b->e->error = "it is empty";
	return b->e->error == NULL;
}
