/*
 * Idents by plan: the program of a template definition tells which values
 * are provider, id, time and computer, and its layout (layout.c) where they
 * lie.  Whatever is out of the ordinary (a definition that is no program or
 * not there, a damaged name in it, a value that depends on another) is left to
 * the full decoder: the ident is then not known.
 *
 * Texts that come again and again are converted once, and numbered: that is
 * what the time would go into.
 */
#include <stddef.h>
#include <string.h>
#include "base/utf.h"
#include "log/build.h"
#include "log/plan.h"

/* Strings carry no terminator, but writers often leave some. */
static struct span
trailing_nuls_off(struct span s)
{
	s.n -= s.n % 2;
	while (s.n > 0 && s.p[s.n - 1] == 0 && s.p[s.n - 2] == 0)
		s.n -= 2;
	return s;
}

/* Where it is kept, or may be. */
static struct plan_text *
text_slot(struct plan_texts *t, struct span s)
{
	size_t at = s.n / 2 + s.p[0] + (size_t)s.p[s.n - 2] * 7 +
	    (size_t)s.p[s.n / 4 * 2] * 3;

	for (size_t i = 0; i < TEXT_PROBES; i++) {
		struct plan_text *slot = &t->v[(at + i) % PLAN_TEXTS];

		if (slot->nraw == 0 || (slot->nraw == s.n &&
		    memcmp(slot->raw, s.p, s.n) == 0))
			return slot;
	}
	return &t->v[at % PLAN_TEXTS];
}

/* The text of UTF-16 that was met before, or is kept from now on, under a
 * new number.  NULL for what is too long to keep. */
static const struct plan_text *
text_known(struct plans *plans, struct plan_texts *t, struct span s)
{
	static const struct plan_text none;
	struct plan_text *slot;

	s = trailing_nuls_off(s);
	if (s.n > sizeof slot->raw)
		return NULL;
	if (s.n == 0)
		return &none;
	slot = text_slot(t, s);
	if (slot->nraw != s.n || memcmp(slot->raw, s.p, s.n) != 0) {
		memcpy(slot->raw, s.p, s.n);
		slot->nraw = (uint16_t)s.n;
		slot->n = utf_write_utf16le(slot->text, s);
		slot->number = ++plans->numbers;
	}
	return slot;
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

static void
names_number(struct ident *id, enum plan_field f, uint32_t number)
{
	if (f == PLAN_PROVIDER)
		id->names = (id->names & UINT32_MAX) | (uint64_t)number << 32;
	else if (f == PLAN_SOURCE)
		id->names = (id->names >> 32) << 32 | number;
	else
		id->where = number;
}

static struct str *
name_of(struct ident *id, enum plan_field f)
{
	return f == PLAN_PROVIDER ? &id->provider :
	    f == PLAN_SOURCE ? &id->source : &id->computer;
}

/* A name of the ident: a text of the definition, or a value, which may be
 * NULL. */
static bool
text_place(struct plans *plans, struct layout *l, enum plan_field f)
{
	struct plan_place *p = &l->program->plan->at[f];
	unsigned type;

	*name_of(&l->ident, f) = (struct str){ "", 0 };
	if (p->kind == PLAN_ABSENT)
		return true;
	if (p->kind == PLAN_TEXT) {
		if (p->number == 0)
			p->number = ++plans->numbers;
		*name_of(&l->ident, f) = p->text;
		names_number(&l->ident, f, p->number);
		return true;
	}
	type = l->descriptors[4 * p->index + 2];
	if (type == BX_STRING)
		l->texts[l->ntexts++] = (struct layout_text){ .field = f,
		    .run = layout_value(l, p->index) };
	return type == BX_STRING || type == BX_NULL;
}

/* A number of the ident of this type and size. */
static bool
number_place(const struct layout *l, enum plan_field f, unsigned type,
    size_t size, uint32_t *at)
{
	unsigned index = l->program->plan->at[f].index;
	struct layout_run run = layout_value(l, index);

	*at = run.at;
	return l->descriptors[4 * index + 2] == type && run.n == size;
}

void
layout_ident(struct plans *plans, struct layout *l)
{
	const struct plan *p = l->program->plan;

	if (!p->usable || l->n < p->nvalues)
		return;
	for (size_t i = 0; i < p->nvalues; i++)
		l->reach += le16(l->descriptors + 4 * i);
	l->id = NO_PLACE;
	l->ident.id = (uint16_t)p->number;
	l->ident.known = l->known =
	    number_place(l, PLAN_TIME, BX_FILETIME, 8, &l->time) &&
	    (p->at[PLAN_ID].kind == PLAN_TEXT ||
	    number_place(l, PLAN_ID, BX_UINT16, 2, &l->id)) &&
	    text_place(plans, l, PLAN_PROVIDER) &&
	    text_place(plans, l, PLAN_SOURCE) &&
	    text_place(plans, l, PLAN_COMPUTER);
}

/* Another name than the one met last, which has not lost its place since? */
static bool
text_is(const struct layout_text *t, struct span s)
{
	return t->text != NULL && t->text->number == t->number &&
	    t->text->nraw == s.n && memcmp(t->text->raw, s.p, s.n) == 0;
}

static bool
text_read(struct plans *plans, struct ident *id, struct layout_text *t,
    struct span s)
{
	if (s.n == 0 || text_is(t, s))
		return true;
	t->text = text_known(plans, &plans->texts[t->field], s);
	if (t->text == NULL)
		return false;
	t->number = t->text->number;
	*name_of(id, t->field) = (struct str){ t->text->text, t->text->n };
	names_number(id, t->field, t->number);
	return true;
}

void
plan_ident(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct ident *id)
{
	struct instance *in = &plans->instance;
	struct layout *l;
	struct span bytes;

	plans->off = plans->end = 0;
	if (off >= end || c->bytes.p[off] != TOK_HEADER ||
	    !instance_find(c, plans, off, end, in))
		return;
	plans->layout = l = layout_get(plans, in);
	plans->off = off;
	plans->end = end;
	bytes = span_from(in->body, 4 + 4 * (size_t)le32(in->body.p));
	if (!l->known || l->reach > bytes.n)
		return;
	for (size_t i = 0; i < l->ntexts; i++) {
		struct layout_text *t = &l->texts[i];

		if (!text_read(plans, &l->ident, t, (struct span){
		    bytes.p + t->run.at, t->run.n }))
			return;
	}
	*id = l->ident;
	id->time = le64(bytes.p + l->time);
	if (l->id != NO_PLACE)
		id->id = le16(bytes.p + l->id);
}
