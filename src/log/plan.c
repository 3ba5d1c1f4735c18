/*
 * Idents by plan: a template definition is looked through once for the
 * places of provider, id, time and computer; after that a record costs a
 * walk over the sizes of its values.  Whatever is out of the ordinary (a
 * value in several pieces, a definition that is not there) is left to the
 * full decoder: the ident is then not known.
 */
#include <string.h>
#include "base/utf.h"
#include "log/binxml.h"

/* A look through the tokens of a definition. */
struct look {
	struct chunk	*c;
	struct rd	 r;
	struct plan	*plan;
	size_t		 depth;
	struct str	 element;	/* at depth 3 */
	bool		 system;	/* below System */
	bool		 done;
};

/* The field that an element's content (attr empty) or attribute holds. */
static struct plan_place *
place_of(struct look *k, struct str attr)
{
	static const struct { const char *element, *attr; } names[] = {
		[PLAN_PROVIDER] = { "Provider", "Name" },
		[PLAN_SOURCE] = { "Provider", "EventSourceName" },
		[PLAN_ID] = { "EventID", "" },
		[PLAN_TIME] = { "TimeCreated", "SystemTime" },
		[PLAN_COMPUTER] = { "Computer", "" },
	};

	for (size_t i = 0; i < PLAN_FIELDS; i++)
		if (k->system && k->depth == 3 && str_is(k->element,
		    names[i].element) && str_is(attr, names[i].attr))
			return &k->plan->at[i];
	return NULL;
}

/* A piece of a value goes to its place; a second piece spoils the plan. */
static void
piece(struct look *k, struct plan_place *p, unsigned token)
{
	struct span text;
	unsigned index = 0;

	if (token == TOK_TEXT) {
		rd_skip(&k->r, 1);
		text = rd_span(&k->r, 2 * (size_t)rd_u16(&k->r));
	} else if (token == TOK_HOLE || token == TOK_OPTIONAL_HOLE) {
		index = rd_u16(&k->r);
		rd_skip(&k->r, 1);
		text = (struct span){ NULL, 0 };
	} else {
		k->r.bad = true;
		return;
	}
	if (p == NULL)
		return;
	if (p->kind != PLAN_ABSENT) {
		k->r.bad = true;
		return;
	}
	p->kind = token == TOK_TEXT ? PLAN_TEXT : PLAN_VALUE;
	p->index = index;
	if (token == TOK_TEXT)
		p->text = utf_from_utf16le(k->c->names_arena, text);
}

static struct str
name_look(struct look *k)
{
	struct str name = { "", 0 };
	uint32_t offset = rd_u32(&k->r);
	uint32_t size = rd_ok(&k->r) ? name_at(k->c, offset, &name) : 0;

	if (size == 0)
		k->r.bad = true;
	else if (offset == k->r.at)
		rd_skip(&k->r, size);
	return name;
}

static void
open_look(struct look *k, unsigned token)
{
	struct str name;

	rd_skip(&k->r, 6);	/* dependency, size */
	name = name_look(k);
	if (token & MORE)
		rd_skip(&k->r, 4);
	k->depth++;
	if (k->depth == 2)
		k->system = str_is(name, "System");
	if (k->depth == 3)
		k->element = name;
}

static void
attr_look(struct look *k)
{
	struct plan_place *p = place_of(k, name_look(k));

	while (rd_left(&k->r) > 0) {
		unsigned token = k->r.s.p[k->r.at] & (unsigned)TOK_KIND;

		if (token == TOK_ATTR || token == TOK_CLOSE_START ||
		    token == TOK_CLOSE_EMPTY)
			return;
		rd_skip(&k->r, 1);
		piece(k, p, token);
	}
}

static void
token_look(struct look *k)
{
	unsigned token = rd_u8(&k->r);

	switch (token & (unsigned)TOK_KIND) {
	case TOK_OPEN:
		open_look(k, token);
		return;
	case TOK_ATTR:
		attr_look(k);
		return;
	case TOK_CLOSE_START:
		return;
	case TOK_CLOSE_EMPTY:
	case TOK_CLOSE:
		/* Behind System there is nothing more to learn. */
		if (k->depth == 2 && k->system)
			k->done = true;
		if (k->depth == 0)
			k->r.bad = true;
		else
			k->depth--;
		return;
	case TOK_HEADER:
		rd_skip(&k->r, 3);
		return;
	default:
		piece(k, place_of(k, (struct str){ "", 0 }),
		    token & (unsigned)TOK_KIND);
	}
}

static void
plan_make(struct chunk *c, struct plan *p, uint32_t offset)
{
	struct look k = { .c = c, .plan = p };
	struct plan_place *id = &p->at[PLAN_ID];
	struct rd head = rd_at(c->bytes, offset);

	memset(p, 0, sizeof *p);
	p->offset = offset;
	rd_skip(&head, 20);
	p->size = rd_u32(&head);
	k.r = rd_init(span_sub(c->bytes, 0, (size_t)offset + 24 + p->size));
	rd_skip(&k.r, (size_t)offset + 24);
	while (rd_left(&k.r) > 0 && !k.done)
		token_look(&k);
	if (id->kind == PLAN_TEXT && (!str_u64(str_trim(id->text),
	    &id->number) || id->number > UINT16_MAX))
		return;
	p->usable = rd_ok(&head) && rd_ok(&k.r) && k.done &&
	    id->kind != PLAN_ABSENT && p->at[PLAN_PROVIDER].kind !=
	    PLAN_ABSENT && p->at[PLAN_TIME].kind == PLAN_VALUE;
}

/* Where the bytes of the values that a plan asks for lie. */
struct picked {
	unsigned	type;
	struct span	bytes;
};

/* Goes over the descriptors once; false when one is missing. */
static bool
values_pick(struct rd *r, const struct plan *p,
    struct picked picked[PLAN_FIELDS])
{
	size_t n = rd_u32(r);
	struct rd sizes = *r;

	if (n > rd_left(r) / 4)
		return false;
	rd_skip(r, 4 * n);
	for (size_t i = 0; i < n; i++) {
		size_t size = rd_u16(&sizes);
		unsigned type = rd_u8(&sizes);
		struct span bytes = rd_span(r, size);

		rd_skip(&sizes, 1);
		for (size_t f = 0; f < PLAN_FIELDS; f++)
			if (p->at[f].kind == PLAN_VALUE && p->at[f].index == i)
				picked[f] = (struct picked){ type, bytes };
	}
	return rd_ok(r);
}

static bool
text_get(struct arena *a, const struct plan_place *p,
    const struct picked *v, struct str *out)
{
	if (p->kind == PLAN_TEXT)
		*out = p->text;
	if (p->kind != PLAN_VALUE || v->type == BX_NULL)
		return true;
	if (v->type != BX_STRING)
		return false;
	*out = utf_from_utf16le(a, v->bytes);
	while (out->n > 0 && out->p[out->n - 1] == '\0')
		out->n--;
	return true;
}

static bool
ident_fill(struct arena *a, const struct plan *p,
    const struct picked v[PLAN_FIELDS], struct ident *id)
{
	const struct picked *number = &v[PLAN_ID], *time = &v[PLAN_TIME];

	if (time->type != BX_FILETIME || time->bytes.n != 8)
		return false;
	id->time = le64(time->bytes.p);
	if (p->at[PLAN_ID].kind == PLAN_TEXT)
		id->id = (uint16_t)p->at[PLAN_ID].number;
	else if (number->type == BX_UINT16 && number->bytes.n == 2)
		id->id = le16(number->bytes.p);
	else
		return false;
	return text_get(a, &p->at[PLAN_PROVIDER], &v[PLAN_PROVIDER],
	    &id->provider) &&
	    text_get(a, &p->at[PLAN_SOURCE], &v[PLAN_SOURCE], &id->source) &&
	    text_get(a, &p->at[PLAN_COMPUTER], &v[PLAN_COMPUTER],
	    &id->computer);
}

void
plan_ident(struct chunk *c, struct plan *plans, struct arena *a, size_t off,
    size_t end, struct ident *id)
{
	struct picked picked[PLAN_FIELDS] = { 0 };
	struct rd r = rd_at(span_sub(c->bytes, 0, end), off);
	struct rd guid;
	struct plan *p;
	uint32_t template_id, offset;

	if (rd_u8(&r) != TOK_HEADER)
		return;
	rd_skip(&r, 3);
	if (rd_u8(&r) != TOK_TEMPLATE)
		return;
	rd_skip(&r, 1);
	template_id = rd_u32(&r);
	offset = rd_u32(&r);
	guid = rd_at(c->bytes, offset);
	rd_skip(&guid, 4);
	if (!rd_ok(&r) || offset == 0 || rd_u32(&guid) != template_id)
		return;
	p = &plans[offset / 8 % PLANS];
	if (p->offset != offset)
		plan_make(c, p, offset);
	if (!p->usable)
		return;
	if (offset == r.at)
		rd_skip(&r, 24 + (size_t)p->size);
	id->known = values_pick(&r, p, picked) &&
	    ident_fill(a, p, picked, id);
}
