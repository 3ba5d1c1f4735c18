/*
 * Idents by plan: a template definition is looked through once for the
 * places of provider, id, time and computer; after that a record costs a
 * sum over the sizes of its first values.  Whatever is out of the ordinary
 * (a value in several pieces, a definition that is not there) is left to
 * the full decoder: the ident is then not known.
 *
 * Names are compared as they lie in the chunk, and texts that come again
 * and again are converted once: that is what the time would go into.
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
	struct span	 element;	/* name at depth 3, UTF-16 */
	bool		 system;	/* below System */
	bool		 done;
};

/* Is this UTF-16 the ASCII text? */
static bool
utf16_is(struct span s, struct str ascii)
{
	if (s.n != 2 * ascii.n)
		return false;
	for (size_t i = 0; i < ascii.n; i++)
		if (s.p[2 * i] != (uint8_t)ascii.p[i] ||
		    s.p[2 * i + 1] != 0)
			return false;
	return true;
}

/* The field that an element's content (attr empty) or attribute holds. */
static struct plan_place *
place_of(struct look *k, struct span attr)
{
	static const struct { struct str element, attr; } names[] = {
		[PLAN_PROVIDER] = { STR("Provider"), STR("Name") },
		[PLAN_SOURCE] = { STR("Provider"), STR("EventSourceName") },
		[PLAN_COMPUTER] = { STR("Computer"), STR("") },
		[PLAN_ID] = { STR("EventID"), STR("") },
		[PLAN_TIME] = { STR("TimeCreated"), STR("SystemTime") },
	};

	if (!k->system || k->depth != 3)
		return NULL;
	for (size_t i = 0; i < PLAN_FIELDS; i++)
		if (utf16_is(k->element, names[i].element) &&
		    utf16_is(attr, names[i].attr))
			return &k->plan->at[i];
	return NULL;
}

/* Strings carry no terminator, but writers often leave some. */
static struct span
trailing_nuls_off(struct span s)
{
	s.n -= s.n % 2;
	while (s.n > 0 && s.p[s.n - 1] == 0 && s.p[s.n - 2] == 0)
		s.n -= 2;
	return s;
}

/* The text of UTF-16 that was met before, or is kept from now on.  False
 * for what is too long to keep. */
static bool
text_known(struct plan_texts *t, struct span s, struct str *out)
{
	struct plan_text *slot;

	s = trailing_nuls_off(s);
	if (s.n > sizeof slot->raw)
		return false;
	if (s.n == 0) {
		*out = str_of("");
		return true;
	}
	slot = &t->v[(s.n / 2 + s.p[0] + (size_t)s.p[s.n - 2] * 7 +
	    (size_t)s.p[s.n / 4 * 2] * 3) % PLAN_TEXTS];
	if (slot->nraw != s.n || memcmp(slot->raw, s.p, s.n) != 0) {
		memcpy(slot->raw, s.p, s.n);
		slot->nraw = (uint16_t)s.n;
		slot->n = utf_write_utf16le(slot->text, s);
	}
	*out = (struct str){ slot->text, slot->n };
	return true;
}

/* A piece of a value goes to its place; a second piece spoils the plan. */
static void
piece(struct look *k, struct plan_place *p, unsigned token)
{
	struct span text = { NULL, 0 };
	unsigned index = 0;

	if (token == TOK_TEXT) {
		rd_skip(&k->r, 1);
		text = rd_span(&k->r, 2 * (size_t)rd_u16(&k->r));
	} else if (token == TOK_HOLE || token == TOK_OPTIONAL_HOLE) {
		index = rd_u16(&k->r);
		rd_skip(&k->r, 1);
	} else {
		k->r.bad = true;
	}
	if (p == NULL || k->r.bad)
		return;
	if (p->kind != PLAN_ABSENT) {
		k->r.bad = true;
		return;
	}
	p->kind = token == TOK_TEXT ? PLAN_TEXT : PLAN_VALUE;
	p->index = index;
	p->raw = text;
}

static struct span
name_look(struct look *k)
{
	uint32_t offset = rd_u32(&k->r);
	struct rd name = rd_at(k->c->bytes, offset);
	struct span text;
	size_t chars;

	rd_skip(&name, 6);	/* next in bucket, hash */
	chars = rd_u16(&name);
	text = rd_span(&name, 2 * chars);
	if (!rd_ok(&name) || offset == 0)
		k->r.bad = true;
	else if (offset == k->r.at)
		rd_skip(&k->r, 2 * chars + 10);
	return text;
}

static void
open_look(struct look *k, unsigned token)
{
	struct span name;

	rd_skip(&k->r, 6);	/* dependency, size */
	name = name_look(k);
	if (token & MORE)
		rd_skip(&k->r, 4);
	k->depth++;
	if (k->depth == 2)
		k->system = utf16_is(name, str_of("System"));
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
	static const struct span no_attr = { NULL, 0 };
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
		piece(k, place_of(k, no_attr), token & (unsigned)TOK_KIND);
	}
}

/* A constant EventID is read once; the last value that is needed ends the
 * sum over sizes. */
static bool
plan_finish(struct chunk *c, struct plan *p)
{
	const struct plan_place *id = &p->at[PLAN_ID];

	if (c->spent > CAP_CHUNK_PROGRAMS)
		return false;
	for (size_t f = 0; f < PLAN_TIME; f++)
		if (p->at[f].kind == PLAN_TEXT)
			p->at[f].text = utf_from_utf16le(c->names_arena,
			    trailing_nuls_off(p->at[f].raw));
	for (size_t f = 0; f < PLAN_TIME; f++)
		c->spent += p->at[f].text.n;
	for (size_t f = 0; f < PLAN_FIELDS; f++)
		if (p->at[f].kind == PLAN_VALUE && p->at[f].index >= p->nvalues)
			p->nvalues = p->at[f].index + 1;
	if (p->nvalues > PLAN_VALUES)
		return false;
	if (id->kind == PLAN_TEXT && (!str_u64(str_trim(id->text),
	    &p->number) || p->number > UINT16_MAX))
		return false;
	return id->kind != PLAN_ABSENT && p->at[PLAN_PROVIDER].kind !=
	    PLAN_ABSENT && p->at[PLAN_TIME].kind == PLAN_VALUE;
}

static void
plan_make(struct chunk *c, struct plan *p, uint32_t offset)
{
	struct look k = { .c = c, .plan = p };
	struct rd head = rd_at(c->bytes, offset);

	memset(p, 0, sizeof *p);
	p->offset = offset;
	rd_skip(&head, 4);
	p->id = rd_u32(&head);
	rd_skip(&head, 12);
	p->size = rd_u32(&head);
	k.r = rd_init(span_sub(c->bytes, 0, (size_t)offset + 24 + p->size));
	rd_skip(&k.r, (size_t)offset + 24);
	while (rd_left(&k.r) > 0 && !k.done)
		token_look(&k);
	p->usable = rd_ok(&head) && rd_ok(&k.r) && k.done &&
	    plan_finish(c, p);
}

/* The values that a record brings along: descriptors (u16 size, u8 type,
 * u8 0), and where each of the first few begins. */
struct brought {
	struct span	descriptors, bytes;
	uint32_t	at[PLAN_VALUES + 1];
};

/* body: behind the template instance's head, where the values begin. */
static bool
values_place(struct span body, const struct plan *p, struct brought *b)
{
	size_t n, at = 0;

	if (body.n < 4)
		return false;
	n = le32(body.p);
	if (n < p->nvalues || n > (body.n - 4) / 4)
		return false;
	b->descriptors = span_sub(body, 4, 4 * n);
	b->bytes = span_from(body, 4 + 4 * n);
	for (size_t i = 0; i < p->nvalues; i++) {
		b->at[i] = (uint32_t)at;
		at += le16(b->descriptors.p + 4 * i);
	}
	b->at[p->nvalues] = (uint32_t)at;
	return at <= b->bytes.n;
}

static unsigned
value_type(const struct brought *b, unsigned i)
{
	return b->descriptors.p[4 * i + 2];
}

static struct span
value_bytes(const struct brought *b, unsigned i)
{
	return (struct span){ b->bytes.p + b->at[i], b->at[i + 1] - b->at[i] };
}

static bool
text_get(struct plans *plans, const struct plan *p, enum plan_field f,
    const struct brought *b, struct str *out)
{
	const struct plan_place *at = &p->at[f];

	if (at->kind == PLAN_TEXT)
		*out = at->text;
	if (at->kind != PLAN_VALUE || value_type(b, at->index) == BX_NULL)
		return true;
	return value_type(b, at->index) == BX_STRING &&
	    text_known(&plans->texts[f], value_bytes(b, at->index), out);
}

static bool
ident_fill(struct plans *plans, const struct plan *p,
    const struct brought *b, struct ident *id)
{
	unsigned time = p->at[PLAN_TIME].index, number = p->at[PLAN_ID].index;

	if (value_type(b, time) != BX_FILETIME || value_bytes(b, time).n != 8)
		return false;
	id->time = le64(value_bytes(b, time).p);
	if (p->at[PLAN_ID].kind == PLAN_TEXT)
		id->id = (uint16_t)p->number;
	else if (value_type(b, number) == BX_UINT16 &&
	    value_bytes(b, number).n == 2)
		id->id = le16(value_bytes(b, number).p);
	else
		return false;
	return text_get(plans, p, PLAN_PROVIDER, b, &id->provider) &&
	    text_get(plans, p, PLAN_SOURCE, b, &id->source) &&
	    text_get(plans, p, PLAN_COMPUTER, b, &id->computer);
}

void
plan_ident(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct ident *id)
{
	/* Fragment header (4), token, 1, id and place of the definition. */
	enum { HEAD = 14 };
	struct span body = span_from(span_sub(c->bytes, 0, end), off);
	struct brought b;
	struct plan *p;
	uint32_t offset;

	if (body.n < HEAD || body.p[0] != TOK_HEADER ||
	    body.p[4] != TOK_TEMPLATE)
		return;
	offset = le32(body.p + 10);
	if (offset == 0)
		return;
	p = &plans->v[offset / 8 % PLANS];
	if (p->offset != offset)
		plan_make(c, p, offset);
	if (!p->usable || p->id != le32(body.p + 6))
		return;
	body = span_from(body, HEAD +
	    (offset == off + HEAD ? 24 + (size_t)p->size : 0));
	id->known = values_place(body, p, &b) && ident_fill(plans, p, &b, id);
}

void
plans_begin(struct plans *plans)
{
	for (size_t i = 0; i < PLANS; i++)
		plans->v[i].offset = 0;
}
