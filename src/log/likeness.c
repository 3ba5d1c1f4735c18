/*
 * What a record says, apart from the circumstances: when it was written,
 * under which number, and in which process and thread.  Logs repeat
 * themselves, and whoever remembers what came of the first need not decode
 * the rest.
 *
 * A likeness is made of the layout of the record's values (layout.c; it says
 * which program they are for, known again in every chunk, definitions.c), of
 * the values but those that tell of nothing but circumstances, and of the
 * fragment among them as it lies there.  Records of one likeness are the same
 * event otherwise: the decoder has nothing else to go by.  Whatever is out
 * of the ordinary has none.
 */
#include <string.h>
#include "log/build.h"
#include "log/plan.h"

enum { BITS = 64 };

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

/* A type whose values have nothing wrong with them but their size. */
static bool
is_plain(unsigned type, size_t size)
{
	static const uint8_t zeros[8];
	uint64_t n;

	return type == BX_GUID || (size <= sizeof zeros &&
	    value_number_only(type, (struct span){ zeros, size }, &n));
}

static unsigned
type_of(const uint8_t *descriptors, size_t i)
{
	return descriptors[4 * i + 2];
}

/* Where the value lies that a step of System reads, which has to be of this
 * type and eight bytes.  False when it is not what belongs there. */
static bool
number_place(const struct layout *l, const struct step *s, unsigned type,
    uint32_t *place)
{
	struct layout_run run;

	*place = NO_PLACE;
	if (s == NULL)
		return true;
	if (s->index >= l->open)
		return false;
	if (type_of(l->descriptors, s->index) == BX_NULL)
		return type != BX_FILETIME;
	if (s->depends != NO_DEPENDENCY && s->depends < l->n &&
	    type_of(l->descriptors, s->depends) == BX_NULL)
		return false;
	run = layout_value(l, s->index);
	*place = run.at;
	return type_of(l->descriptors, s->index) == type && run.n == 8;
}

/* One more value to be compared; false when there are too many parts. */
static bool
run_add(struct layout *l, uint32_t at, uint32_t n)
{
	struct layout_run *last = l->runs + l->nruns;

	if (n == 0)
		return true;
	if (l->nruns > 0 && last[-1].at + last[-1].n == at) {
		last[-1].n += n;
		return true;
	}
	if (l->nruns == LAYOUT_RUNS)
		return false;
	l->runs[l->nruns++] = (struct layout_run){ at, n };
	return true;
}

static bool
runs_find(struct layout *l)
{
	uint32_t at = 0;

	for (size_t i = 0; i < l->open; i++) {
		uint32_t n = le16(l->descriptors + 4 * i);
		unsigned type = type_of(l->descriptors, i);

		if (type == BX_XML || type == BX_EVTXML)
			return false;
		if ((i >= BITS || (l->program->circumstances >> i & 1) == 0 ||
		    !is_plain(type, n)) && !run_add(l, at, n))
			return false;
		at += n;
	}
	for (size_t i = l->open + 1; i < l->n; i++)
		if (type_of(l->descriptors, i) == BX_XML ||
		    type_of(l->descriptors, i) == BX_EVTXML)
			return false;
	return true;
}

void
layout_compare(struct layout *l)
{
	const struct program *p = l->program;

	l->alike = p->kept && !p->odd && runs_find(l) &&
	    number_place(l, p->time, BX_FILETIME, &l->written) &&
	    number_place(l, p->record, BX_UINT64, &l->record);
}

static bool
put(struct likeness *to, const void *p, size_t n)
{
	if (n > LIKENESS_MOST - to->n)
		return false;
	if (n > 0)
		memcpy(to->bytes + to->n, p, n);
	to->n += n;
	return true;
}

/* A layout without number is all that it consists of. */
static bool
layout_put(struct likeness *to, const struct layout *l)
{
	return put(to, &l->number, sizeof l->number) && (l->number != 0 ||
	    (put(to, &l->program, sizeof l->program) &&
	    put(to, &l->n, sizeof l->n) &&
	    put(to, l->descriptors, 4 * l->n)));
}

/* The values around the fragment, whose size is given; without those that
 * are circumstances. */
static bool
values_put(struct likeness *to, const struct layout *l, struct span bytes,
    size_t fragment)
{
	for (size_t i = 0; i < l->nruns; i++)
		if (!put(to, bytes.p + l->runs[i].at, l->runs[i].n))
			return false;
	return put(to, bytes.p + l->before + fragment, l->behind);
}

/* Behind the values nothing more may be said. */
static bool
is_end(struct span bytes, size_t at)
{
	return at == bytes.n || (at < bytes.n && bytes.p[at] == TOK_END);
}

/* The fragment among the values: its program, and as they are its
 * descriptors and values, of which none may be a fragment again. */
static bool
fragment_put(struct likeness *to, const struct instance *in)
{
	const struct program *p = in->slot->program;
	size_t n = le32(in->body.p), size = 4 + 4 * n;

	for (size_t i = 0; i < n; i++) {
		unsigned type = type_of(in->body.p + 4, i);

		if (type == BX_XML || type == BX_EVTXML)
			return false;
		size += le16(in->body.p + 4 + 4 * i);
	}
	to->rest = span_sub(in->body, 0, size);
	return p->kept && !p->system && size <= LIKENESS_MOST &&
	    is_end(in->body, size) && put(to, &p, sizeof p);
}

/* Of a fragment not even the size is compared: it may bring along its
 * definition. */
bool
likeness_make(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct likeness *to)
{
	const struct layout *l;
	struct instance in;
	struct span bytes;
	size_t fragment = 0;

	to->n = 0;
	to->rest = (struct span){ NULL, 0 };
	l = record_layout(c, plans, off, end, &in);
	if (l == NULL || !l->alike || l->n != le32(in.body.p))
		return false;
	bytes = span_from(in.body, 4 + 4 * l->n);
	if (l->open < l->n)
		fragment = le16(in.body.p + 4 + 4 * l->open);
	if (!is_end(bytes, l->before + fragment + l->behind) ||
	    !layout_put(to, l) || !values_put(to, l, bytes, fragment))
		return false;
	to->time = le64(bytes.p + l->written);
	if (l->record != NO_PLACE)
		to->record_id = le64(bytes.p + l->record);
	if (l->open == l->n)
		return true;
	off = (size_t)(bytes.p - c->bytes.p) + l->before;
	return instance_find(c, plans, off, off + fragment, &in) &&
	    fragment_put(to, &in);
}
