/*
 * The BinXML token walker.  A record is a fragment; a fragment is either
 * literal elements or instances of templates: a definition (tokens with
 * numbered holes, stored once in a chunk) and values for the holes.  A
 * value may itself be a fragment; it never sees the values around it.
 *
 * Tokens are walked in a loop; the call stack grows only with fragments in
 * fragments, which CAP_EVENT_TEMPLATES bounds.  Every token and every value
 * counts against CAP_EVENT_WORK, so that templates within templates cannot
 * expand without end.
 */
#include <string.h>
#include "base/utf.h"
#include "log/build.h"
#include "log/walker.h"

void
chunk_begin(struct chunk *c, struct arena *names, struct span bytes)
{
	if (c->named)
		memset(c->names, 0, sizeof c->names);
	if (c->cached) {
		memset(c->programs, 0, sizeof c->programs);
		memset(c->known, 0, sizeof c->known);
	}
	c->named = c->cached = c->unsound = c->strict = c->torn = false;
	c->shift = 0;
	c->spent = 0;
	arena_reset(names);
	c->names_arena = names;
	c->bytes = bytes;
}

#define NAME_NOWHERE "a name is not where it should be"

/* Where the name of this offset is kept, or may be. */
static struct name_slot *
name_slot(struct chunk *c, uint32_t offset)
{
	for (size_t i = 0; i < NAME_PROBES; i++) {
		struct name_slot *s = &c->names[(offset + i) % NAME_SLOTS];

		if (s->offset == offset || s->offset == 0)
			return s;
	}
	return &c->names[offset % NAME_SLOTS];
}

static uint16_t
name_hash(struct span text)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < text.n; i += 2)
		hash = hash * 65599 + le16(text.p + i);
	return (uint16_t)hash;
}

/* A name ends with NUL: where it does not, its length is damaged, and the
 * hash tells whether it ends at the first one.  Its text; p NULL: none. */
static struct span
name_text(struct span s, size_t chars, unsigned hash)
{
	struct span text = span_sub(s, 0, 2 * chars);
	size_t n = 0;

	if (text.p != NULL && s.n >= text.n + 2 && chars > 0 &&
	    le16(s.p + text.n) == 0)
		return text;
	while (n + 2 <= s.n && n < 2 * (size_t)NAME_MOST && le16(s.p + n) != 0)
		n += 2;
	if (n > 0 && n + 2 <= s.n && name_hash(span_sub(s, 0, n)) == hash)
		return span_sub(s, 0, n);
	return s.n >= text.n + 2 && chars > 0 ? text :
	    (struct span){ NULL, 0 };
}

/* Reads a name into its slot; false when there is none. */
static bool
name_take(struct chunk *c, uint32_t offset, struct name_slot *slot)
{
	struct rd r = rd_at(c->bytes, offset);
	struct span text;
	struct str name;
	size_t chars;
	unsigned hash;

	rd_skip(&r, 4);		/* next in bucket */
	hash = rd_u16(&r);
	chars = rd_u16(&r);
	if (!rd_ok(&r) || c->spent > CAP_CHUNK_NAMES)
		return false;
	text = name_text(span_from(r.s, r.at), chars, hash);
	if (text.p == NULL)
		return false;
	name = utf_from_utf16le(c->names_arena, text);
	c->spent += name.n;
	if (memchr(name.p, '/', name.n) != NULL)
		return false;
	c->named = true;
	*slot = (struct name_slot){ offset, name, (uint32_t)(text.n + 10),
	    name_hash(text) == hash, text.n == 2 * chars };
	return true;
}

uint32_t
name_at(struct chunk *c, uint32_t offset, struct str *name)
{
	struct name_slot *slot = name_slot(c, offset);

	if ((slot->offset != offset || offset == 0) &&
	    !name_take(c, offset, slot))
		return 0;
	if (!slot->sound) {
		c->unsound = true;
		if (c->strict)
			return 0;
	}
	*name = slot->text;
	return slot->size;
}

/* Does a name lie at this offset that has its hash, length and all?  (The
 * hash alone is not enough: one byte beside a name half of it is right.) */
static bool
name_is_exact(struct chunk *c, uint32_t offset)
{
	const struct name_slot *slot = name_slot(c, offset);
	struct rd r = rd_at(c->bytes, (size_t)offset + 4);
	unsigned hash = rd_u16(&r);
	size_t chars = rd_u16(&r);
	struct span text = rd_span(&r, 2 * chars);

	if (slot->offset == offset && slot->exact)
		return true;
	return rd_u16(&r) == 0 && rd_ok(&r) && chars > 0 &&
	    chars <= NAME_MOST && name_hash(text) == hash;
}

/*
 * By its offset, and when that is the place right behind the reference, the
 * name is stored there.  Where no sound name is, the offset may be damaged,
 * or bytes put in or taken away have moved the name: one that has its hash
 * lies here, or as far away as the definitions do.
 */
struct name_found
name_refer(struct chunk *c, struct rd *r)
{
	struct name_found n = { .offset = rd_u32(r) };
	uint32_t places[] = { n.offset, (uint32_t)r->at, n.offset + c->shift };

	if (!rd_ok(r))
		return n;
	for (size_t i = 0; i < 3; i++)
		if (name_is_exact(c, places[i])) {
			n.offset = places[i];
			n.mended = i > 0;
			break;
		}
	n.size = name_at(c, n.offset, &n.text);
	n.sound = n.size != 0 && name_slot(c, n.offset)->sound;
	n.here = n.size != 0 && n.offset == r->at;
	if (n.here)
		rd_skip(r, n.size);
	if (!rd_ok(r))
		n.size = 0;
	return n;
}

/* In a live record a name that is damaged costs itself. */
static bool
name_read(struct walker *w, struct frame *f, struct str *name)
{
	struct name_found n = name_refer(f->c, &f->r);

	*name = n.text;
	w->inferred |= n.mended;
	if (n.size != 0) {
		if (!n.sound)
			builder_note(w->b, NAME_UNSOUND);
		return true;
	}
	if (rd_ok(&f->r) && f->in_template && !f->c->strict &&
	    f->c->spent <= CAP_CHUNK_NAMES) {
		builder_note(w->b, NAME_NOWHERE);
		*name = str_of("damaged-name");
		return true;
	}
	fail(w, f->c->spent > CAP_CHUNK_NAMES ?
	    "the names of its chunk take too much room" : NAME_NOWHERE);
	return false;
}

/* Text of a token with a character count: TEXT (behind its type byte),
 * CDATA, PI data. */
static struct str
counted_text(struct walker *w, struct frame *f)
{
	size_t chars = rd_u16(&f->r);

	return utf_from_utf16le(w->a, rd_span(&f->r, 2 * chars));
}

static void
entity(struct walker *w, struct frame *f, struct value *v)
{
	struct str name;

	if (name_read(w, f, &name))
		v->text = value_entity(w->a, name);
}

/* The value for a hole; NULL when there is none. */
static const struct bx_value *
hole(struct walker *w, struct frame *f)
{
	size_t index = rd_u16(&f->r);

	rd_skip(&f->r, 1);	/* the type again */
	if (!rd_ok(&f->r) || index >= f->nvalues) {
		builder_note(w->b, "a substitution has no value");
		return NULL;
	}
	return &f->values[index];
}

/* A literal piece of text: what TEXT, CDATA, CHAR and ENTITY hold. */
static bool
piece_literal(struct walker *w, struct frame *f, unsigned token,
    struct value *v)
{
	char buf[4];

	memset(v, 0, sizeof *v);
	v->type = VALUE_TEXT;
	switch (token) {
	case TOK_TEXT:
		if (rd_u8(&f->r) != BX_STRING) {
			fail(w, "a literal value is not text");
			return false;
		}
		v->text = counted_text(w, f);
		return true;
	case TOK_CDATA:
		v->text = counted_text(w, f);
		return true;
	case TOK_CHAR:
		v->text = arena_str(w->a, (struct str){ buf,
		    utf_encode(rd_u16(&f->r), buf) });
		return true;
	case TOK_ENTITY:
		entity(w, f, v);
		return true;
	default:
		return false;
	}
}

/* More text behind that of *v.  False when it gets too long, or when all
 * joining of this record together copies too much. */
static bool
text_join(struct walker *w, struct value *v, const char *between,
    struct str more)
{
	v->type = VALUE_TEXT;
	if (*between != '\0')
		v->text = arena_join(w->a, v->text, str_of(between));
	v->text = arena_join(w->a, v->text, more);
	w->joined += v->text.n;
	if (v->text.n > CAP_EVENT_TEXT / 16 || w->joined / 16 > CAP_EVENT_TEXT)
		fail(w, "an attribute is too long");
	return !builder_full(w->b);
}

void
array_join(struct walker *w, const struct bx_value *x, struct value *v)
{
	struct span item;
	size_t at = 0;

	memset(v, 0, sizeof *v);
	v->type = VALUE_TEXT;
	while (value_item(x->type & ~(unsigned)BX_ARRAY, x->bytes, &at,
	    &item)) {
		struct value one;

		value_decode(w->a, x->type & ~(unsigned)BX_ARRAY, item, &one);
		if (!text_join(w, v, v->text.n > 0 ? ", " : "", one.text))
			return;
	}
}

/* One piece of an attribute; false when the token is none. */
static bool
attr_piece(struct walker *w, struct frame *f, unsigned token,
    struct value *v)
{
	const struct bx_value *x;

	if (token != TOK_HOLE && token != TOK_OPTIONAL_HOLE)
		return piece_literal(w, f, token, v);
	x = hole(w, f);
	if (x == NULL)
		return false;
	if (x->type & BX_ARRAY)
		array_join(w, x, v);
	else
		value_decode(w->a, x->type, x->bytes, v);
	return true;
}

/* An attribute behind its token: name and pieces.  One whose only piece is
 * NULL is absent. */
static void
attribute(struct walker *w, struct frame *f)
{
	struct value whole = { .type = VALUE_NULL }, piece;
	struct str name;
	size_t pieces = 0;

	if (!name_read(w, f, &name))
		return;
	while (rd_left(&f->r) > 0 && !builder_full(w->b)) {
		unsigned token = f->r.s.p[f->r.at] & (unsigned)TOK_KIND;

		if (token == TOK_ATTR || token == TOK_CLOSE_START ||
		    token == TOK_CLOSE_EMPTY)
			break;
		rd_skip(&f->r, 1);
		if (!attr_piece(w, f, token, &piece)) {
			fail(w, "an attribute is malformed");
			return;
		}
		if (pieces++ == 0) {
			whole = piece;
			continue;
		}
		if (!text_join(w, &whole, "", piece.text))
			return;
	}
	if (whole.type != VALUE_NULL)
		builder_attr(w->b, name, &whole);
}

/*
 * The start of an element up to the end of its start tag, the reader
 * behind the opening token.  False when the element is left out: it
 * depends on a value that is NULL.
 */
static bool
start_tag(struct walker *w, struct frame *f, bool has_attrs)
{
	unsigned depends = f->dependent ? rd_u16(&f->r) : NO_DEPENDENCY;
	size_t size = rd_u32(&f->r);
	struct rd behind = f->r;
	struct str name;

	rd_skip(&behind, size);
	if (depends != NO_DEPENDENCY && depends < f->nvalues && f->depth > 0 &&
	    f->values[depends].type == BX_NULL) {
		f->r = behind;
		return false;
	}
	if (!name_read(w, f, &name))
		return false;
	if (has_attrs)
		rd_skip(&f->r, 4);	/* size of the attribute list */
	builder_start(w->b, name);
	while (rd_left(&f->r) > 0 && !builder_full(w->b)) {
		unsigned token = f->r.s.p[f->r.at] & (unsigned)TOK_KIND;

		if (token != TOK_ATTR)
			break;
		rd_skip(&f->r, 1);
		w->work++;
		attribute(w, f);
	}
	return true;
}

/* Would an element that begins here, the reader behind its token and any
 * dependency, fit: its size, and the place of its name? */
static bool
element_fits(const struct frame *f, size_t skip)
{
	struct rd r = f->r;
	size_t size;
	uint32_t offset;
	struct str name;

	rd_skip(&r, skip);
	size = rd_u32(&r);
	if (!rd_ok(&r) || size > rd_left(&r))
		return false;
	offset = rd_u32(&r);
	return rd_ok(&r) && offset >= 512 && offset <= r.at &&
	    name_at(f->c, offset, &name) != 0;
}

/* Elements name the value that they depend on inside of templates; those
 * outside should not, but some writers have them do it. */
static void
dependent_decide(struct frame *f)
{
	f->dependent = f->in_template || (!element_fits(f, 0) &&
	    element_fits(f, 2));
}

static void
element_open(struct walker *w, struct frame *f, unsigned token)
{
	size_t start = f->r.at;

	if (f->depth == 0)
		dependent_decide(f);
	if (!start_tag(w, f, (token & MORE) != 0))
		return;
	if (f->depth == CAP_EVENT_DEPTH) {
		fail(w, "elements are nested too deeply");
		return;
	}
	f->starts[f->depth++] = start;
}

/* Items of an array repeat the element that holds them. */
static void
array_items(struct walker *w, struct frame *f, const struct bx_value *x)
{
	unsigned type = x->type & ~(unsigned)BX_ARRAY;
	struct rd here = f->r;
	size_t at = 0, start, n = 0;
	struct span item;
	struct value v;

	if (f->depth == 0) {
		fail(w, "an array stands outside of an element");
		return;
	}
	start = f->starts[f->depth - 1];
	while (!builder_full(w->b) && value_item(type, x->bytes, &at, &item)) {
		if (n++ > 0) {
			builder_end(w->b);
			f->r = rd_at(f->r.s, start);
			start_tag(w, f, (f->r.s.p[start - 1] & MORE) != 0);
			w->work++;
		}
		value_decode(w->a, type, item, &v);
		builder_value(w->b, &v);
	}
	f->r = here;
}

void
fragment_value(struct walker *w, const struct bx_value *x)
{
	struct frame f;
	size_t at, end;

	if (x->bytes.n == 0)
		return;
	at = (size_t)(x->bytes.p - w->c->bytes.p);
	end = at + x->bytes.n;
	if (w->nested == CAP_EVENT_TEMPLATES) {
		fail(w, "fragments are nested too deeply");
		return;
	}
	frame_begin(&f, w->c, false);
	f.r = rd_at(span_sub(w->c->bytes, 0, end), at);
	w->nested++;
	walk(w, &f);
	w->nested--;
}

static void
hole_content(struct walker *w, struct frame *f)
{
	const struct bx_value *x = hole(w, f);
	struct value v;

	if (x == NULL || x->type == BX_NULL)
		return;
	if (x->type & BX_ARRAY) {
		array_items(w, f, x);
		return;
	}
	if (x->type == BX_XML || x->type == BX_EVTXML) {
		fragment_value(w, x);
		return;
	}
	value_decode(w->a, x->type, x->bytes, &v);
	if (v.type != VALUE_NULL)
		builder_value(w->b, &v);
}

static void
element_close(struct walker *w, struct frame *f)
{
	if (f->depth == 0) {
		fail(w, "an element ends that was not begun");
		return;
	}
	f->depth--;
	builder_end(w->b);
}

/* One token, the reader behind it.  False at the end of the fragment. */
static bool
token_walk(struct walker *w, struct frame *f, unsigned token)
{
	struct value v;
	struct str name;

	switch (token & (unsigned)TOK_KIND) {
	case TOK_END:
		return false;
	case TOK_OPEN:
		element_open(w, f, token);
		return true;
	case TOK_CLOSE_START:
		return true;
	case TOK_CLOSE_EMPTY:
	case TOK_CLOSE:
		element_close(w, f);
		return true;
	case TOK_TEXT: case TOK_CDATA: case TOK_CHAR: case TOK_ENTITY:
		if (piece_literal(w, f, token & (unsigned)TOK_KIND, &v))
			builder_value(w->b, &v);
		return true;
	case TOK_PI_TARGET:
		return name_read(w, f, &name);
	case TOK_PI_DATA:
		rd_skip(&f->r, 2 * (size_t)rd_u16(&f->r));
		return true;
	case TOK_TEMPLATE:
		template_instance(w, f);
		return true;
	case TOK_HOLE:
	case TOK_OPTIONAL_HOLE:
		hole_content(w, f);
		return true;
	case TOK_HEADER:
		rd_skip(&f->r, 3);
		return true;
	default:
		fail(w, "an unknown token");
		return false;
	}
}

void
walk(struct walker *w, struct frame *f)
{
	while (!builder_full(w->b) && rd_left(&f->r) > 0) {
		if (++w->work > CAP_EVENT_WORK) {
			fail(w, "it expands beyond all measure");
			return;
		}
		if (!token_walk(w, f, rd_u8(&f->r)))
			break;
	}
	if (!rd_ok(&f->r))
		fail(w, "it ends in the middle of a token");
	else if (f->depth > 0)
		fail(w, "an element is not closed");
}

size_t
binxml_behind_header(struct span record, bool *mended)
{
	struct rd r = rd_init(record);
	uint32_t head = rd_u32(&r);
	unsigned behind = rd_u8(&r) & (unsigned)TOK_KIND;
	bool header = rd_ok(&r) && behind != 0 &&
	    (head & TOK_KIND) == TOK_HEADER;

	*mended = !header && rd_ok(&r) && head >> 8 == 0x0101 &&
	    (behind == TOK_TEMPLATE || behind == TOK_OPEN);
	return header || *mended ? 4 : 0;
}

bool
binxml_walk(struct chunk *c, struct arena *a, struct builder *b, size_t off,
    size_t end)
{
	struct span body = span_sub(c->bytes, 0, end);
	struct walker w = { .c = c, .a = a, .b = b };
	struct frame f;

	frame_begin(&f, c, false);
	f.r = rd_at(body, off + binxml_behind_header(span_from(body, off),
	    &w.inferred));
	walk(&w, &f);
	standard_values(&w);
	return w.inferred;
}
