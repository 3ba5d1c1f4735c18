/*
 * Instances of templates: a definition, stored once in a chunk, and the
 * values for its holes.
 */
#include "log/walker.h"

/* The values of a template instance: descriptors (u16 size, u8 type, u8 0),
 * then the bytes of one value behind the other. */
static bool
values_read(struct walker *w, struct frame *f, struct frame *inner)
{
	size_t n = rd_u32(&f->r), left;
	struct span sizes, bytes;
	struct bx_value *v;

	if (n > CAP_EVENT_VALUES || n > rd_left(&f->r) / 4) {
		fail(w, "a template instance has too many values");
		return false;
	}
	w->work += n;
	v = arena_raw(w->a, (n + 1) * sizeof *v);
	sizes = rd_span(&f->r, 4 * n);
	bytes = rd_span(&f->r, rd_left(&f->r));
	left = bytes.n;
	for (size_t i = 0; i < n; i++) {
		size_t size = le16(sizes.p + 4 * i);

		if (size > left) {
			fail(w, "the values of a template instance are cut "
			    "off");
			return false;
		}
		v[i].type = sizes.p[4 * i + 2];
		v[i].bytes = (struct span){ bytes.p, size };
		bytes.p += size;
		left -= size;
	}
	f->r.at -= left;
	inner->values = v;
	inner->nvalues = n;
	return true;
}

/* The definition at an offset: the id that it goes by, and its tokens. */
static bool
tokens_at(const struct chunk *c, uint32_t offset, uint32_t *id,
    struct rd *tokens)
{
	struct rd def = rd_at(c->bytes, (size_t)offset + 4);
	size_t size;

	*id = rd_u32(&def);
	rd_skip(&def, 12);
	size = rd_u32(&def);
	if (!rd_ok(&def) || size > rd_left(&def))
		return false;
	*tokens = rd_at(span_sub(c->bytes, 0, def.at + size), def.at);
	return true;
}

bool
definition_at(const struct chunk *c, uint32_t offset, uint32_t id,
    struct rd *tokens)
{
	uint32_t here;

	return tokens_at(c, offset, &here, tokens) && here == id;
}

static bool
one_byte_apart(uint32_t a, uint32_t b)
{
	uint32_t x = a ^ b;

	return (x & 0xFFFFFF00) == 0 || (x & 0xFFFF00FF) == 0 ||
	    (x & 0xFF00FFFF) == 0 || (x & 0x00FFFFFF) == 0;
}

/*
 * Where the definition of a template lies: in the chunk, at the offset that
 * the instance names.  Its id repeats the first bytes of the definition's
 * GUID: if it does not, another definition has been written over the one
 * that was meant, and only the library may know that.  In a live record
 * nothing was written over it, and ids do not resemble each other by
 * chance: one byte apart, it is the id that is damaged.
 */
static bool
definition_find(struct walker *w, uint32_t id, uint32_t *offset,
    struct frame *inner)
{
	struct chunk *other;
	uint32_t here;

	if (definition_at(w->c, *offset, id, &inner->r))
		return true;
	other = library_find(w->c->library, id, offset);
	if (other != NULL)
		inner->c = other;
	else if (w->c->strict || !tokens_at(w->c, *offset, &here,
	    &inner->r) || !one_byte_apart(here, id))
		return false;
	w->inferred = true;
	return other == NULL || definition_at(other, *offset, id, &inner->r);
}

/* Where a chunk lost its header its offsets mean nothing: a definition that
 * stands here is known by its id alone, and passed over. */
static void
stray_skip(struct frame *f, uint32_t id)
{
	struct rd def = f->r;

	rd_skip(&def, 4);
	if (rd_u32(&def) != id)
		return;
	rd_skip(&def, 12);
	rd_skip(&def, rd_u32(&def));
	if (rd_ok(&def))
		f->r = def;
}

/* Without its template an instance is a row of values without names. */
static void
values_raw(struct walker *w, const struct frame *inner)
{
	for (size_t i = 0; i < inner->nvalues; i++) {
		const struct bx_value *x = &inner->values[i];
		struct value v;

		if (x->type == BX_NULL)
			continue;
		if (x->type & BX_ARRAY)
			array_join(w, x, &v);
		else
			value_decode(w->a, x->type, x->bytes, &v);
		builder_raw(w->b, arena_fmt(w->a, "value %zu", i), &v);
	}
	fail(w, "its template is not there");
}

/*
 * A template instance behind its token: id, place of the definition, the
 * definition itself when it is stored here, the values.
 */
void
template_instance(struct walker *w, struct frame *f)
{
	struct frame inner;
	const struct program *p;
	uint32_t id, offset, at;
	bool found, sound = true;

	frame_begin(&inner, w->c, true);
	rd_skip(&f->r, 1);
	id = rd_u32(&f->r);
	offset = rd_u32(&f->r);
	if (!rd_ok(&f->r)) {
		fail(w, "a template instance is cut off");
		return;
	}
	at = offset;
	found = definition_find(w, id, &at, &inner);
	if (found && offset == f->r.at && inner.c == w->c)
		rd_skip(&f->r, inner.r.s.n - offset);
	else if (!found || inner.c != w->c)
		stray_skip(f, id);
	if (!values_read(w, f, &inner))
		return;
	p = found ? program_get(inner.c, at, inner.r, &sound) : NULL;
	if (!found || (inner.c->strict && !sound)) {
		values_raw(w, &inner);
		return;
	}
	if (w->nested == CAP_EVENT_TEMPLATES) {
		fail(w, "templates are nested too deeply");
		return;
	}
	w->nested++;
	if (p != NULL)
		program_run(w, p, inner.values, inner.nvalues);
	else
		walk(w, &inner);
	w->nested--;
}
