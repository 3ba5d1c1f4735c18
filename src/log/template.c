/*
 * Instances of templates: a definition, stored once in a chunk, and the
 * values for its holes.
 */
#include <string.h>
#include "base/clock.h"
#include "log/build.h"
#include "log/walker.h"

/* Where all definitions of Windows have what identifies an event: of 33401
 * real records all but two, which were damaged. */
enum { STANDARD_ID = 3, STANDARD_TIME = 6, STANDARD_RECORD = 10 };
/* Behind its values a record has their end, and is filled up to 8 bytes. */
enum { BEHIND_MOST = 8 };
/* Of 33401 real records none has more than 20 values. */
enum { COUNT_MOST = 64 };

/* The size of a type that has but one; 0: it has many, or is not known. */
static size_t
type_size(unsigned type)
{
	static const uint8_t sizes[] = {
		[BX_INT8] = 1, [BX_UINT8] = 1, [BX_INT16] = 2, [BX_UINT16] = 2,
		[BX_INT32] = 4, [BX_UINT32] = 4, [BX_HEX32] = 4,
		[BX_REAL32] = 4, [BX_BOOL] = 4, [BX_INT64] = 8,
		[BX_UINT64] = 8, [BX_HEX64] = 8, [BX_REAL64] = 8,
		[BX_FILETIME] = 8, [BX_GUID] = 16, [BX_SYSTEMTIME] = 16,
	};

	return type < sizeof sizes ? sizes[type] : 0;
}

static bool
value_is(const struct bx_value *v, unsigned type)
{
	return v->type == type && v->bytes.n == type_size(type);
}

/* How much of what the record's header says its values say as well, when
 * they lie where they do in all definitions of Windows: 0, 1 or 2. */
static int
values_agree(const struct record *at, const struct bx_value *v, size_t n)
{
	uint64_t time, number;

	if (n <= STANDARD_RECORD || !value_is(&v[STANDARD_ID], BX_UINT16) ||
	    !value_is(&v[STANDARD_TIME], BX_FILETIME) ||
	    !value_is(&v[STANDARD_RECORD], BX_UINT64))
		return 0;
	time = le64(v[STANDARD_TIME].bytes.p);
	number = le64(v[STANDARD_RECORD].bytes.p);
	return (time - at->written + CLOCK_DAY <= 2 * CLOCK_DAY) +
	    (number == at->id);
}

/* A time whose type is damaged lies where all definitions have it, and is
 * about the header's. */
static void
time_of_any_type(struct event *e, struct walker *w)
{
	const struct bx_value *v;
	uint64_t time;

	if (e->time != 0 || w->nfirst <= STANDARD_RECORD)
		return;
	v = &w->first[STANDARD_TIME];
	if (v->bytes.n != 8 || v->type == BX_FILETIME)
		return;
	time = le64(v->bytes.p);
	if (time - e->at.written + CLOCK_DAY > 2 * CLOCK_DAY) {
		builder_note(w->b, "its time is damaged");
		return;
	}
	e->time = time;
	w->inferred = true;
}

void
standard_values(struct walker *w)
{
	struct event *e = builder_event(w->b);
	const struct bx_value *v = w->first;

	time_of_any_type(e, w);
	if (e->error == NULL)
		return;
	if (values_agree(&e->at, v, w->nfirst) == 0)
		return;
	w->inferred |= e->time == 0 || e->id == 0;
	if (e->time == 0)
		e->time = le64(v[STANDARD_TIME].bytes.p);
	if (e->id == 0)
		e->id = le16(v[STANDARD_ID].bytes.p);
	if (e->record_id == 0)
		e->record_id = le64(v[STANDARD_RECORD].bytes.p);
}

/* Values one behind the other: the bytes that are left behind them, or
 * SIZE_MAX when there are too few. */
static size_t
values_lay(struct bx_value *v, size_t n, struct span sizes, struct span bytes,
    bool by_type)
{
	for (size_t i = 0; i < n; i++) {
		size_t size = le16(sizes.p + 4 * i);

		v[i].type = sizes.p[4 * i + 2];
		if (by_type && type_size(v[i].type) != 0)
			size = type_size(v[i].type);
		if (size > bytes.n)
			return SIZE_MAX;
		v[i].bytes = (struct span){ bytes.p, size };
		bytes.p += size;
		bytes.n -= size;
	}
	return bytes.n;
}

static bool
behind_fits(size_t left)
{
	return left > 0 && left <= BEHIND_MOST;
}

/*
 * A size that its type contradicts moves all values behind it.  With the
 * sizes that the types have they are where they were if that fits the end
 * of the record, and what its header says of it, better.
 */
static void
values_mend(struct walker *w, struct bx_value *v, size_t n, struct span sizes,
    struct span bytes, size_t *left)
{
	const struct record *at = &builder_event(w->b)->at;
	struct bx_value *x = arena_raw(w->a, (n + 1) * sizeof *x);
	size_t behind = values_lay(x, n, sizes, bytes, true);

	if (!behind_fits(behind))
		return;
	if (behind_fits(*left) && values_agree(at, x, n) <=
	    values_agree(at, v, n)) {
		builder_note(w->b, "the size of a value contradicts its type");
		return;
	}
	memcpy(v, x, n * sizeof *v);
	*left = behind;
	w->inferred = true;
}

/* What is there of values that go beyond the record. */
static void
values_cut(struct walker *w, struct bx_value *v, size_t n, struct span sizes,
    struct span bytes)
{
	builder_note(w->b, "the values of a template instance are cut off");
	for (size_t i = 0; i < n; i++) {
		size_t size = le16(sizes.p + 4 * i);
		bool whole = size <= bytes.n;

		if (!whole)
			size = bytes.n;
		v[i].type = whole || size > 0 ? sizes.p[4 * i + 2] : BX_NULL;
		v[i].bytes = (struct span){ bytes.p, size };
		bytes.p += size;
		bytes.n = whole ? bytes.n - size : 0;
	}
}

/* Does a type contradict its size? */
static bool
sizes_odd(const struct bx_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (type_size(v[i].type) != 0 &&
		    type_size(v[i].type) != v[i].bytes.n)
			return true;
	return false;
}

/* The values of a template instance: descriptors (u16 size, u8 type, u8 0),
 * then the bytes of one value behind the other. */
struct laid {
	struct bx_value	*v;
	size_t		 n, left;	/* left: SIZE_MAX for too few bytes */
	struct span	 sizes, bytes;
};

/* The reader behind their count; false when there is no room for them. */
static bool
values_take(struct walker *w, struct rd r, size_t n, struct laid *x)
{
	if (n > CAP_EVENT_VALUES || n > rd_left(&r) / 4)
		return false;
	x->n = n;
	x->v = arena_raw(w->a, (n + 1) * sizeof *x->v);
	x->sizes = rd_span(&r, 4 * n);
	x->bytes = rd_span(&r, rd_left(&r));
	x->left = values_lay(x->v, n, x->sizes, x->bytes, false);
	return true;
}

/* A count that they contradict: with another they end where the record
 * does, and say what its header says. */
static bool
count_mend(struct walker *w, struct rd r, struct laid *x)
{
	const struct record *at = &builder_event(w->b)->at;
	struct laid y;

	for (size_t n = STANDARD_RECORD + 1; n <= COUNT_MOST &&
	    values_take(w, r, n, &y); n++)
		if (behind_fits(y.left) && values_agree(at, y.v, n) == 2) {
			*x = y;
			w->inferred = true;
			return true;
		}
	return false;
}

/* Do they end where the record does, or say what its header says? */
static bool
count_fits(struct walker *w, const struct laid *x)
{
	return behind_fits(x->left) || (x->left != SIZE_MAX &&
	    values_agree(&builder_event(w->b)->at, x->v, x->n) == 2);
}

static bool
values_read(struct walker *w, struct frame *f, struct frame *inner)
{
	size_t n = rd_u32(&f->r);
	bool mends = w->nested == 0 && !w->c->torn;
	struct laid x;
	bool fits = values_take(w, f->r, n, &x);

	if (mends && (!fits || !count_fits(w, &x)))
		fits = count_mend(w, f->r, &x) || fits;
	if (!fits) {
		fail(w, "a template instance has too many values");
		return false;
	}
	rd_skip(&f->r, rd_left(&f->r));
	w->work += x.n;
	if (mends && (x.left == SIZE_MAX || sizes_odd(x.v, x.n)))
		values_mend(w, x.v, x.n, x.sizes, x.bytes, &x.left);
	if (x.left == SIZE_MAX) {
		values_cut(w, x.v, x.n, x.sizes, x.bytes);
		x.left = 0;
		/* It may begin anywhere, and its values be another's. */
		if (w->c->torn && values_agree(&builder_event(w->b)->at, x.v,
		    x.n) == 0) {
			fail(w, "the values of a torn record are not its own");
			return false;
		}
	}
	if (w->nested == 0) {
		w->first = x.v;
		w->nfirst = x.n;
	}
	f->r.at -= x.left;
	inner->values = x.v;
	inner->nvalues = x.n;
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
 * Bytes that were put in or taken away have moved it: one that stands right
 * here tells how far, and so do those before it for an instance without.
 */
static bool
definition_moved(struct walker *w, uint32_t id, uint32_t behind,
    uint32_t *offset, struct frame *inner)
{
	struct chunk *c = w->c;
	uint32_t moved = *offset + c->shift;

	if (id != 0 && definition_at(c, behind, id, &inner->r)) {
		c->shift = behind - *offset;
		moved = behind;
	} else if (id == 0 || c->shift == 0 ||
	    !definition_at(c, moved, id, &inner->r)) {
		return false;
	}
	*offset = moved;
	w->inferred = true;
	return true;
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
definition_find(struct walker *w, uint32_t id, uint32_t behind,
    uint32_t *offset, struct frame *inner)
{
	struct chunk *other;
	uint32_t here;

	if (definition_at(w->c, *offset, id, &inner->r))
		return true;
	if (definition_moved(w, id, behind, offset, inner))
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

/* A definition that stands here, with a damaged id or where a chunk lost its
 * header and offsets mean nothing, is known by its place or its id, and
 * passed over. */
static void
stray_skip(struct frame *f, uint32_t id, uint32_t offset)
{
	struct rd def = f->r;

	rd_skip(&def, 4);
	if (rd_u32(&def) != id && offset != f->r.at)
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
	found = definition_find(w, id, (uint32_t)f->r.at, &at, &inner);
	if (found && at == f->r.at && inner.c == w->c)
		rd_skip(&f->r, inner.r.s.n - at);
	else if (!found || inner.c != w->c)
		stray_skip(f, id, offset);
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
	if (!sound)
		builder_note(w->b, NAME_UNSOUND);
	w->nested++;
	if (p != NULL)
		program_run(w, p, inner.values, inner.nvalues);
	else
		walk(w, &inner);
	w->nested--;
}
