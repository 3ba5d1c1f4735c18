/*
 * What a record says, apart from the circumstances: when it was written,
 * under which number, and in which process and thread.  Logs repeat
 * themselves, and whoever remembers what came of the first need not decode
 * the rest.
 *
 * A likeness is made of the programs of the record's templates (known again
 * in every chunk, definitions.c) and of the values, with zeros where one
 * tells of nothing but circumstances.  Records of one likeness are the same
 * event otherwise: the decoder has nothing else to go by.  Whatever is out
 * of the ordinary has none.
 */
#include <string.h>
#include "log/build.h"
#include "log/program.h"

enum { BITS = 64 };

/* Values and their descriptors (u16 size, u8 type, u8 0). */
struct instance {
	const struct program	*p;
	size_t			 n;
	struct span		 descriptors, bytes;
};

static bool
is_circumstance(const struct step *s)
{
	const struct place *place = &system_places[s->place];

	if (s->kind == STEP_NUMBER)
		return place->kind == AS_TIME || place->kind == AS_RECORD ||
		    place->kind == AS_LONG;
	return s->kind == STEP_SYSTEM && (str_is(place->attr, "ActivityID") ||
	    str_is(place->attr, "RelatedActivityID"));
}

/* Time and number are to be read from one hole each. */
static void
numbers_find(struct program *p, const struct step *s)
{
	enum place_kind kind = system_places[s->place].kind;
	const struct step **at = kind == AS_TIME ? &p->time : &p->record;

	p->system = true;
	if (kind != AS_TIME && kind != AS_RECORD)
		return;
	if (s->kind != STEP_NUMBER || *at != NULL || s->index >= BITS)
		p->odd = true;
	*at = s;
}

void
program_circumstances(struct program *p)
{
	uint64_t other = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->steps[i];

		if (s->kind == STEP_SYSTEM || s->kind == STEP_NUMBER)
			numbers_find(p, s);
		else if (str_is(s->name, "System"))
			p->system = true;
		if (!s->hole || s->index >= BITS)
			continue;
		if (is_circumstance(s))
			p->circumstances |= UINT64_C(1) << s->index;
		else
			other |= UINT64_C(1) << s->index;
	}
	p->circumstances &= ~other;
	p->odd = p->odd || p->time == NULL;
}

/* The one template instance that is all of [off, end). */
static bool
instance_find(struct chunk *c, size_t off, size_t end, struct instance *in)
{
	struct rd r = rd_at(span_sub(c->bytes, 0, end), off);
	unsigned token = rd_u8(&r);
	uint32_t id, offset;
	struct rd tokens;
	bool sound;

	if (token == TOK_HEADER) {
		rd_skip(&r, 3);
		token = rd_u8(&r);
	}
	rd_skip(&r, 1);
	id = rd_u32(&r);
	offset = rd_u32(&r);
	if (token != TOK_TEMPLATE || !rd_ok(&r) ||
	    !definition_at(c, offset, id, &tokens))
		return false;
	if (offset == r.at)
		rd_skip(&r, tokens.s.n - offset);
	in->n = rd_u32(&r);
	if (!rd_ok(&r) || in->n > rd_left(&r) / 4)
		return false;
	in->descriptors = rd_span(&r, 4 * in->n);
	in->bytes = rd_span(&r, rd_left(&r));
	in->p = program_get(c, offset, tokens, &sound);
	return in->p != NULL && sound && in->p->kept;
}

static unsigned
type_of(const struct instance *in, size_t i)
{
	return in->descriptors.p[4 * i + 2];
}

static size_t
size_of(const struct instance *in, size_t i)
{
	return le16(in->descriptors.p + 4 * i);
}

static bool
is_xml(unsigned type)
{
	return type == BX_XML || type == BX_EVTXML;
}

/* A type whose values have nothing wrong with them but their size. */
static bool
is_plain(unsigned type, struct span bytes)
{
	uint64_t n;

	return type == BX_GUID || value_number_only(type, bytes, &n);
}

/* Where a fragment stands among the values. */
struct inner {
	bool		there;
	size_t		i, at, n;
};

/* Looks through the values: sets zeros for circumstances in a copy of
 * them, *size to what they take and inner to the fragment; false when there
 * are two or the values are cut off. */
static bool
values_pass(const struct instance *in, uint8_t *copy, struct inner *inner,
    size_t *size)
{
	size_t at = 0;

	inner->there = false;
	for (size_t i = 0; i < in->n; i++) {
		size_t n = size_of(in, i);

		if (n > in->bytes.n - at)
			return false;
		if (is_xml(type_of(in, i))) {
			if (inner->there)
				return false;
			*inner = (struct inner){ true, i, at, n };
		} else if (i < BITS && (in->p->circumstances >> i & 1) != 0 &&
		    is_plain(type_of(in, i), span_sub(in->bytes, at, n))) {
			memset(copy + at, 0, n);
		}
		at += n;
	}
	*size = at;
	/* Behind the values nothing more may be said. */
	return at == in->bytes.n || in->bytes.p[at] == TOK_END;
}

static void
put(struct likeness *to, const void *p, size_t n)
{
	if (n > 0)
		memcpy(to->bytes + to->n, p, n);
	to->n += n;
}

/* Program, descriptors, values.  Of a fragment nothing is left, not even
 * its size: one may bring along its template. */
static bool
instance_put(struct likeness *to, const struct instance *in,
    struct inner *inner)
{
	size_t head = sizeof in->p + sizeof in->n, size;
	uint8_t *descriptors, *values;

	if (in->n > LIKENESS_MOST || head + 4 * in->n + in->bytes.n >
	    LIKENESS_MOST - to->n)
		return false;
	put(to, &in->p, sizeof in->p);
	put(to, &in->n, sizeof in->n);
	descriptors = to->bytes + to->n;
	put(to, in->descriptors.p, in->descriptors.n);
	values = to->bytes + to->n;
	memcpy(values, in->bytes.p, in->bytes.n);
	if (!values_pass(in, values, inner, &size))
		return false;
	if (inner->there) {
		memset(descriptors + 4 * inner->i, 0, 2);
		memmove(values + inner->at, values + inner->at + inner->n,
		    size - inner->at - inner->n);
		size -= inner->n;
	}
	to->n += size;
	return true;
}

/* What a step of System reads from its hole; false when it is not what
 * belongs there.  Left as it is when there is no value. */
static bool
number_of(const struct instance *in, const struct step *s, unsigned type,
    uint64_t *number)
{
	size_t at = 0;

	if (s == NULL)
		return true;
	if (s->index >= in->n)
		return false;
	if (type_of(in, s->index) == BX_NULL)
		return type != BX_FILETIME;
	if (s->depends != NO_DEPENDENCY && s->depends < in->n &&
	    type_of(in, s->depends) == BX_NULL)
		return false;
	for (size_t i = 0; i < s->index; i++)
		at += size_of(in, i);
	return type_of(in, s->index) == type && value_number_only(type,
	    span_sub(in->bytes, at, size_of(in, s->index)), number);
}

bool
likeness_make(struct chunk *c, size_t off, size_t end, struct likeness *to)
{
	struct instance in, within;
	struct inner inner, none;

	to->n = 0;
	if (!instance_find(c, off, end, &in) || in.p->odd ||
	    !instance_put(to, &in, &inner) ||
	    !number_of(&in, in.p->time, BX_FILETIME, &to->time) ||
	    !number_of(&in, in.p->record, BX_UINT64, &to->record_id))
		return false;
	if (!inner.there)
		return true;
	off = (size_t)(in.bytes.p - c->bytes.p) + inner.at;
	return inner.n > 0 && instance_find(c, off, off + inner.n, &within) &&
	    !within.p->system && instance_put(to, &within, &none) &&
	    !none.there;
}
