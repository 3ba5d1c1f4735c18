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
	in->p = program_get(c, offset, tokens);
	return in->p != NULL && in->p->kept;
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

/* A value that says nothing else, of a type whose size is all that may be
 * wrong with it. */
static bool
passes_over(const struct instance *in, size_t i)
{
	uint64_t n;

	return i < BITS && (in->p->circumstances >> i & 1) != 0 &&
	    (type_of(in, i) == BX_GUID || value_number_only(type_of(in, i),
	    (struct span){ in->bytes.p, size_of(in, i) }, &n));
}

/* A likeness being made. */
struct making {
	struct chunk	*c;
	struct likeness	*to;
	size_t		 inner, inner_end;	/* the fragment in it */
};

static void
put(struct likeness *to, const void *p, size_t n)
{
	if (n > 0)
		memcpy(to->bytes + to->n, p, n);
	to->n += n;
}

/* One value; p is where it lies. */
static bool
value_put(struct making *k, const struct instance *in, size_t i,
    const uint8_t *p)
{
	static const uint8_t zeros[16];
	struct instance at = { in->p, in->n, in->descriptors, { p, 16 } };
	size_t n = size_of(in, i);

	if (type_of(in, i) == BX_XML || type_of(in, i) == BX_EVTXML) {
		if (k->inner != 0 || n == 0)
			return false;
		k->inner = (size_t)(p - k->c->bytes.p);
		k->inner_end = k->inner + n;
		return true;
	}
	if (n > LIKENESS_MOST - k->to->n)
		return false;
	if (n <= sizeof zeros && passes_over(&at, i))
		put(k->to, zeros, n);
	else
		put(k->to, p, n);
	return true;
}

/* The size of the fragment is not part of it: one may bring along its
 * template. */
static void
descriptor_put(struct likeness *to, const struct instance *in, size_t i)
{
	static const uint8_t none[2];
	bool xml = type_of(in, i) == BX_XML || type_of(in, i) == BX_EVTXML;

	put(to, xml ? none : in->descriptors.p + 4 * i, 2);
	put(to, in->descriptors.p + 4 * i + 2, 1);
}

static bool
instance_put(struct making *k, const struct instance *in)
{
	size_t at = 0;

	if (in->n > LIKENESS_MOST || sizeof in->p + sizeof in->n + 3 * in->n >
	    LIKENESS_MOST - k->to->n)
		return false;
	put(k->to, &in->p, sizeof in->p);
	put(k->to, &in->n, sizeof in->n);
	for (size_t i = 0; i < in->n; i++)
		descriptor_put(k->to, in, i);
	for (size_t i = 0; i < in->n; i++) {
		size_t n = size_of(in, i);

		if (n > in->bytes.n - at || !value_put(k, in, i,
		    in->bytes.p + at))
			return false;
		at += n;
	}
	/* Behind the values nothing more may be said. */
	return at == in->bytes.n || in->bytes.p[at] == TOK_END;
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
	struct making k = { .c = c, .to = to };
	struct instance in;

	to->n = 0;
	if (!instance_find(c, off, end, &in) || in.p->odd ||
	    !instance_put(&k, &in) ||
	    !number_of(&in, in.p->time, BX_FILETIME, &to->time) ||
	    !number_of(&in, in.p->record, BX_UINT64, &to->record_id))
		return false;
	if (k.inner == 0)
		return true;
	return instance_find(c, k.inner, k.inner_end, &in) && !in.p->system &&
	    instance_put(&k, &in);
}
