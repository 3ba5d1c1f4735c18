/*
 * Idents by plan: the program of a template definition tells the places of
 * provider, id, time and computer; after that a record costs a sum over the
 * sizes of its first values.  Whatever is out of the ordinary (a definition
 * that is no program or not there, a damaged name in it, a value that depends
 * on another) is left to the full decoder: the ident is then not known.
 *
 * Texts that come again and again are converted once, and numbered: that is
 * what the time would go into.
 */
#include <stddef.h>
#include <string.h>
#include "base/utf.h"
#include "log/build.h"
#include "log/program.h"

/* Strings carry no terminator, but writers often leave some. */
static struct span
trailing_nuls_off(struct span s)
{
	s.n -= s.n % 2;
	while (s.n > 0 && s.p[s.n - 1] == 0 && s.p[s.n - 2] == 0)
		s.n -= 2;
	return s;
}

struct numbered {
	struct str	text;
	uint32_t	number;
};

/* The text of UTF-16 that was met before, or is kept from now on, under a
 * new number.  False for what is too long to keep. */
static bool
text_known(struct plans *plans, struct plan_texts *t, struct span s,
    struct numbered *out)
{
	struct plan_text *slot;

	s = trailing_nuls_off(s);
	if (s.n > sizeof slot->raw)
		return false;
	if (s.n == 0)
		return true;
	slot = &t->v[(s.n / 2 + s.p[0] + (size_t)s.p[s.n - 2] * 7 +
	    (size_t)s.p[s.n / 4 * 2] * 3) % PLAN_TEXTS];
	if (slot->nraw != s.n || memcmp(slot->raw, s.p, s.n) != 0) {
		memcpy(slot->raw, s.p, s.n);
		slot->nraw = (uint16_t)s.n;
		slot->n = utf_write_utf16le(slot->text, s);
		slot->number = ++plans->numbers;
	}
	*out = (struct numbered){ { slot->text, slot->n }, slot->number };
	return true;
}

/* The field that a step of System fills, or PLAN_FIELDS. */
static enum plan_field
field_of(const struct step *s)
{
	static const size_t at[] = {
		[PLAN_PROVIDER] = offsetof(struct event, provider),
		[PLAN_SOURCE] = offsetof(struct event, source),
		[PLAN_COMPUTER] = offsetof(struct event, computer),
		[PLAN_ID] = offsetof(struct event, id),
		[PLAN_TIME] = offsetof(struct event, time),
	};
	enum plan_field f = PLAN_PROVIDER;

	if (s->kind != STEP_SYSTEM && s->kind != STEP_NUMBER)
		return PLAN_FIELDS;
	while (f < PLAN_FIELDS && at[f] != system_places[s->place].at)
		f++;
	return f;
}

/* A second value for a field, or one that depends on another, spoils the
 * plan. */
static bool
place_set(struct plan_place *p, const struct step *s)
{
	if (p->kind != PLAN_ABSENT || (s->depends != NO_DEPENDENCY &&
	    (!s->hole || s->depends != s->index)))
		return false;
	p->kind = s->hole ? PLAN_VALUE : PLAN_TEXT;
	p->index = s->index;
	p->text = s->text;
	while (p->text.n > 0 && p->text.p[p->text.n - 1] == '\0')
		p->text.n--;
	return true;
}

/* A constant EventID is read once; the last value that is needed ends the
 * sum over sizes. */
static bool
plan_finish(struct plan *p)
{
	const struct plan_place *id = &p->at[PLAN_ID];

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

struct plan *
plan_new(struct arena *a, const struct program *program)
{
	struct plan *p = arena_new(a, struct plan);

	p->usable = true;
	for (size_t i = 0; i < program->n; i++) {
		const struct step *s = &program->steps[i];
		enum plan_field f = field_of(s);

		if (f < PLAN_FIELDS && !place_set(&p->at[f], s))
			p->usable = false;
	}
	p->usable = p->usable && plan_finish(p);
	return p;
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

/* A name's text and number; that of an absent one is 0. */
static bool
text_get(struct plans *plans, struct plan *p, enum plan_field f,
    const struct brought *b, struct numbered *out)
{
	struct plan_place *at = &p->at[f];

	if (at->kind == PLAN_TEXT) {
		if (at->number == 0)
			at->number = ++plans->numbers;
		*out = (struct numbered){ at->text, at->number };
	}
	if (at->kind != PLAN_VALUE || value_type(b, at->index) == BX_NULL)
		return true;
	return value_type(b, at->index) == BX_STRING && text_known(plans,
	    &plans->texts[f], value_bytes(b, at->index), out);
}

static bool
ident_fill(struct plans *plans, struct plan *p, const struct brought *b,
    struct ident *id)
{
	unsigned time = p->at[PLAN_TIME].index, number = p->at[PLAN_ID].index;
	struct numbered provider = { { "", 0 }, 0 }, source = provider;
	struct numbered computer = provider;

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
	if (!text_get(plans, p, PLAN_PROVIDER, b, &provider) ||
	    !text_get(plans, p, PLAN_SOURCE, b, &source) ||
	    !text_get(plans, p, PLAN_COMPUTER, b, &computer))
		return false;
	id->provider = provider.text;
	id->source = source.text;
	id->computer = computer.text;
	id->names = (uint64_t)provider.number << 32 | source.number;
	return true;
}

/* The plan of the definition at an offset; none for unsound names, which
 * only the full decoder can judge. */
static struct plan_slot *
slot_get(struct chunk *c, struct plans *plans, uint32_t offset, uint32_t id)
{
	struct plan_slot *s = &plans->v[offset / 8 % PLANS];
	const struct program *p = NULL;
	struct rd tokens;
	bool sound = false;

	if (s->offset == offset)
		return s;
	if (definition_at(c, offset, id, &tokens))
		p = program_get(c, offset, tokens, &sound);
	*s = (struct plan_slot){ .offset = offset, .id = id };
	if (p != NULL && sound && p->plan->usable) {
		s->size = (uint32_t)(tokens.s.n - tokens.at);
		s->plan = p->plan;
	}
	return s;
}

void
plan_ident(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct ident *id)
{
	/* Fragment header (4), token, 1, id and place of the definition. */
	enum { HEAD = 14 };
	struct span body = span_from(span_sub(c->bytes, 0, end), off);
	struct plan_slot *s;
	struct brought b;
	uint32_t offset;

	if (body.n < HEAD || body.p[0] != TOK_HEADER ||
	    body.p[4] != TOK_TEMPLATE)
		return;
	offset = le32(body.p + 10);
	if (offset == 0)
		return;
	s = slot_get(c, plans, offset, le32(body.p + 6));
	if (s->plan == NULL || s->id != le32(body.p + 6))
		return;
	body = span_from(body, HEAD +
	    (offset == off + HEAD ? 24 + (size_t)s->size : 0));
	id->known = values_place(body, s->plan, &b) &&
	    ident_fill(plans, s->plan, &b, id);
}

void
plans_begin(struct plans *plans)
{
	for (size_t i = 0; i < PLANS; i++)
		plans->v[i].offset = 0;
}
