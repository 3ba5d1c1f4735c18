/*
 * Template definitions as programs.  A chunk has a few definitions and a
 * hundred or more instances of them, so each is gone through once and kept
 * as a list of steps: names looked up, texts converted, and the children of
 * System known by the place that their values belong to.
 *
 * Only what is ordinary becomes a program: attributes and contents in one
 * piece, and nothing but elements, texts and holes.  The walker (binxml.c)
 * does all else, and says what a definition means in the first place.
 */
#include <string.h>
#include "base/utf.h"
#include "log/build.h"
#include "log/walker.h"

enum step_kind {
	STEP_START,	/* an element begins */
	STEP_LEAF,	/* the same, and it would be a leaf of EventData */
	STEP_ATTR,	/* an attribute of it */
	STEP_CONTENT,	/* what stands in it */
	STEP_SYSTEM,	/* a value in System */
	STEP_NUMBER,	/* the same, where a number belongs, from a hole */
	STEP_END,
};

/* Kept small: running through them is what a record costs. */
struct step {
	uint8_t		kind;
	bool		hole;		/* the value is a hole, else text */
	uint16_t	index;		/* of the hole; LEAF: in it */
	uint16_t	depends;	/* left out when that value is NULL */
	uint32_t	other;		/* START, LEAF: its END; CONTENT: the
					 * START that it stands in */
	uint32_t	place;		/* SYSTEM, NUMBER */
	struct str	name;		/* START, LEAF, ATTR */
	struct str	text;		/* LEAF: how EventData names it */
};

struct program {
	struct step	*steps;
	size_t		 n, cap;
	bool		 usable;	/* it became one */
	bool		 sound;		/* all its names are */
};

/* A definition being read. */
struct making {
	struct chunk	*c;
	struct rd	 r;
	struct program	*p;
	size_t		 open[CAP_EVENT_DEPTH];	/* STARTs */
	size_t		 depth;
	bool		 system;	/* in System: no steps for children */
	bool		 child;		/* ... in a child of it */
	uint16_t	 depends;	/* of that child */
	struct str	 element;	/* its name */
	bool		 content;	/* it had one */
};

static struct step *
step_add(struct making *k, enum step_kind kind)
{
	struct program *p = k->p;
	struct step *s;

	p->steps = arena_grow(k->c->names_arena, p->steps, p->n, &p->cap,
	    sizeof *p->steps);
	k->c->spent += 2 * sizeof *p->steps;
	if (k->c->spent > CAP_CHUNK_PROGRAMS)
		k->r.bad = true;
	s = &p->steps[p->n++];
	memset(s, 0, sizeof *s);
	s->kind = (uint8_t)kind;
	s->depends = NO_DEPENDENCY;
	return s;
}

static struct str
name_take(struct making *k)
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

/* A text or a hole, the reader behind its token. */
static bool
value_take(struct making *k, unsigned token, struct step *s)
{
	if (token == TOK_HOLE || token == TOK_OPTIONAL_HOLE) {
		s->hole = true;
		s->index = rd_u16(&k->r);
		rd_skip(&k->r, 1);
		return true;
	}
	if (token != TOK_TEXT || rd_u8(&k->r) != BX_STRING)
		return false;
	s->text = utf_from_utf16le(k->c->names_arena,
	    rd_span(&k->r, 2 * (size_t)rd_u16(&k->r)));
	k->c->spent += s->text.n;
	return true;
}

static bool
open_take(struct making *k, bool has_attrs)
{
	uint16_t depends = rd_u16(&k->r);
	struct str name;
	struct step *s;

	rd_skip(&k->r, 4);
	name = name_take(k);
	if (has_attrs)
		rd_skip(&k->r, 4);
	if (k->system) {
		if (k->child)
			return false;
		k->child = true;
		k->content = false;
		k->depends = depends;
		k->element = name;
		return true;
	}
	if (k->depth == CAP_EVENT_DEPTH)
		return false;
	k->system = k->depth == 1 && str_is(name, "System");
	k->open[k->depth++] = k->p->n;
	s = step_add(k, STEP_START);
	s->name = name;
	s->depends = depends;
	return true;
}

/* A value in System, or nothing when nobody asks for it. */
static bool
system_take(struct making *k, struct str attr, unsigned token)
{
	struct step s = { .kind = STEP_SYSTEM, .depends = k->depends };
	int place = system_place(k->element, attr);

	if (!k->child || !value_take(k, token, &s))
		return false;
	if (place < 0)
		return true;
	s.place = (uint32_t)place;
	if (s.hole && system_is_number(place))
		s.kind = STEP_NUMBER;
	*step_add(k, STEP_SYSTEM) = s;
	return true;
}

/* An attribute has one piece: behind it the next begins, or the tag ends. */
static bool
attr_take(struct making *k)
{
	struct str name = name_take(k);
	unsigned token = rd_u8(&k->r) & (unsigned)TOK_KIND;
	struct step *s;
	unsigned next;

	if (k->system) {
		if (!system_take(k, name, token))
			return false;
	} else {
		s = step_add(k, STEP_ATTR);
		s->name = name;
		if (!value_take(k, token, s))
			return false;
	}
	next = rd_left(&k->r) == 0 ? TOK_END :
	    k->r.s.p[k->r.at] & (unsigned)TOK_KIND;
	return next == TOK_ATTR || next == TOK_CLOSE_START ||
	    next == TOK_CLOSE_EMPTY;
}

static bool
content_take(struct making *k, unsigned token)
{
	struct step *s;

	if (k->system) {
		if (k->content)
			return false;
		k->content = true;
		return system_take(k, str_of(""), token);
	}
	if (k->depth == 0)
		return false;
	s = step_add(k, STEP_CONTENT);
	s->other = (uint32_t)k->open[k->depth - 1];
	return value_take(k, token, s);
}

/*
 * <Data Name="text">hole</Data>, the steps from start up to end: in
 * EventData it is a leaf named by that text, else by the element.
 */
static void
leaf_mark(struct making *k, size_t start, size_t end)
{
	struct step *s = &k->p->steps[start];
	const struct step *content = &k->p->steps[end - 1];
	const struct step *attr = end - start == 3 ? &s[1] : NULL;

	if (end - start < 2 || end - start > 3 || str_is(s->name, "Binary") ||
	    content->kind != STEP_CONTENT || !content->hole)
		return;
	if (attr != NULL && (attr->kind != STEP_ATTR || attr->hole ||
	    !str_is(attr->name, "Name")))
		return;
	s->text = attr != NULL ? attr->text : str_of("");
	if (s->text.n == 0 && !str_is(s->name, "Data"))
		s->text = s->name;
	s->index = content->index;
	s->kind = STEP_LEAF;
}

static bool
close_take(struct making *k)
{
	size_t end = k->p->n;

	if (k->child) {
		k->child = false;
		return true;
	}
	if (k->depth == 0)
		return false;
	k->system = false;
	leaf_mark(k, k->open[k->depth - 1], end);
	(void)step_add(k, STEP_END);
	k->p->steps[k->open[--k->depth]].other = (uint32_t)end;
	return true;
}

/* One token; false when it is out of the ordinary. */
static bool
token_take(struct making *k, unsigned token)
{
	switch (token & (unsigned)TOK_KIND) {
	case TOK_OPEN:
		return open_take(k, (token & MORE) != 0);
	case TOK_ATTR:
		return attr_take(k);
	case TOK_CLOSE_START:
		return true;
	case TOK_CLOSE_EMPTY:
	case TOK_CLOSE:
		return close_take(k);
	case TOK_TEXT:
	case TOK_HOLE:
	case TOK_OPTIONAL_HOLE:
		return content_take(k, token & (unsigned)TOK_KIND);
	case TOK_HEADER:
		rd_skip(&k->r, 3);
		return true;
	default:
		return false;
	}
}

static struct program *
program_make(struct chunk *c, struct rd definition)
{
	struct making k = { .c = c, .r = definition,
	    .p = arena_new(c->names_arena, struct program) };
	bool strict = c->strict;
	unsigned token;

	c->unsound = c->strict = false;
	while (rd_left(&k.r) > 0 && (token = rd_u8(&k.r)) != TOK_END)
		if (!token_take(&k, token))
			k.r.bad = true;
	k.p->sound = !c->unsound;
	c->strict = strict;
	k.p->usable = rd_ok(&k.r) && k.depth == 0 && !k.child;
	return k.p;
}

/* The program of a slot; *sound: are all its names?  What could not become
 * a program is not known to be otherwise. */
static const struct program *
program_of(const struct program_slot *s, bool *sound)
{
	*sound = s->program->sound;
	return s->program->usable ? s->program : NULL;
}

const struct program *
program_get(struct chunk *c, uint32_t offset, struct rd definition,
    bool *sound)
{
	size_t at = offset * UINT32_C(0x9E3779B1) >> 16;

	for (size_t i = 0; i < PROGRAM_PROBES; i++) {
		struct program_slot *s = &c->programs[(at + i) % PROGRAMS];

		if (s->offset == offset)
			return program_of(s, sound);
		if (s->offset == 0) {
			c->cached = true;
			s->offset = offset;
			s->program = program_make(c, definition);
			return program_of(s, sound);
		}
	}
	*sound = true;
	return NULL;
}

/* An instance being put into the builder. */
struct running {
	struct walker		*w;
	const struct program	*p;
	const struct bx_value	*values;
	size_t			 nvalues;
};

static const struct bx_value *
hole_value(const struct running *k, const struct step *s)
{
	if (s->index < k->nvalues)
		return &k->values[s->index];
	builder_note(k->w->b, "a substitution has no value");
	return NULL;
}

static bool
left_out(const struct running *k, const struct step *s)
{
	return s->depends != NO_DEPENDENCY && s->depends < k->nvalues &&
	    k->values[s->depends].type == BX_NULL;
}

/* The value of an attribute; type NULL: it is absent. */
static void
attr_value(const struct running *k, const struct step *s, struct value *v)
{
	const struct bx_value *x;

	*v = (struct value){ .type = VALUE_TEXT, .text = s->text };
	if (!s->hole)
		return;
	x = hole_value(k, s);
	if (x == NULL)
		return;
	if (x->type & BX_ARRAY)
		array_join(k->w, x, v);
	else
		value_decode(k->w->a, x->type, x->bytes, v);
}

static void
system_run(const struct running *k, const struct step *s)
{
	struct value v;

	if (left_out(k, s) || (s->hole && s->index < k->nvalues &&
	    k->values[s->index].type == BX_NULL))
		return;
	attr_value(k, s, &v);
	builder_system(k->w->b, (int)s->place, &v);
}

static void
number_run(const struct running *k, const struct step *s)
{
	const struct place *place = &system_places[s->place];
	const struct bx_value *x;
	uint64_t n;

	if (s->index >= k->nvalues) {
		system_run(k, s);
		return;
	}
	x = &k->values[s->index];
	if (x->type == BX_NULL || left_out(k, s))
		return;
	if (!value_number_only(x->type, x->bytes, &n))
		system_run(k, s);
	else if (place->kind != AS_TIME)
		number_set(k->w->b->e, place, n);
	else if (x->type == BX_FILETIME)
		k->w->b->e->time = n;
}

static void
attr_run(const struct running *k, const struct step *s)
{
	struct value v;

	attr_value(k, s, &v);
	if (v.type != VALUE_NULL)
		builder_attr(k->w->b, s->name, &v);
}

/* Items of an array repeat the element that holds them. */
static void
array_run(const struct running *k, const struct step *s,
    const struct bx_value *x)
{
	unsigned type = x->type & ~(unsigned)BX_ARRAY;
	const struct step *start = &k->p->steps[s->other];
	struct builder *b = k->w->b;
	struct span item;
	struct value v;
	size_t at = 0, n = 0;

	while (!builder_full(b) && value_item(type, x->bytes, &at, &item)) {
		if (n++ > 0) {
			builder_end(b);
			builder_start(b, start->name);
			for (const struct step *t = start + 1; t < s &&
			    t->kind == STEP_ATTR; t++)
				attr_run(k, t);
			k->w->work++;
		}
		value_decode(k->w->a, type, item, &v);
		builder_value(b, &v);
	}
}

static void
content_run(const struct running *k, const struct step *s)
{
	const struct bx_value *x;
	struct value v;

	if (!s->hole) {
		v = (struct value){ .type = VALUE_TEXT, .text = s->text };
		builder_value(k->w->b, &v);
		return;
	}
	x = hole_value(k, s);
	if (x == NULL || x->type == BX_NULL)
		return;
	if (x->type & BX_ARRAY) {
		array_run(k, s, x);
	} else if (x->type == BX_XML || x->type == BX_EVTXML) {
		fragment_value(k->w, x);
	} else {
		value_decode(k->w->a, x->type, x->bytes, &v);
		if (v.type != VALUE_NULL)
			builder_value(k->w->b, &v);
	}
}

/* The short way for <Data>; false when it is not for this one. */
static bool
leaf_run(const struct running *k, const struct step *s)
{
	size_t weight = s->name.n + s->text.n;
	const struct bx_value *x;
	struct value v;

	if (s->index >= k->nvalues || !builder_in_data(k->w->b, weight))
		return false;
	x = &k->values[s->index];
	if ((x->type & BX_ARRAY) != 0 || x->type == BX_XML ||
	    x->type == BX_EVTXML)
		return false;
	value_decode(k->w->a, x->type, x->bytes, &v);
	return builder_leaf(k->w->b, weight, s->text, &v);
}

/* One step; returns the number of the next. */
static size_t
step_run(const struct running *k, size_t i)
{
	const struct step *s = &k->p->steps[i];

	switch ((enum step_kind)s->kind) {
	case STEP_LEAF:
		if (i > 0 && left_out(k, s))
			return s->other + 1;
		if (leaf_run(k, s))
			return s->other + 1;
		builder_start(k->w->b, s->name);
		break;
	case STEP_START:
		if (i > 0 && left_out(k, s))
			return s->other + 1;
		builder_start(k->w->b, s->name);
		break;
	case STEP_ATTR:
		attr_run(k, s);
		break;
	case STEP_CONTENT:
		content_run(k, s);
		break;
	case STEP_SYSTEM:
		system_run(k, s);
		break;
	case STEP_NUMBER:
		number_run(k, s);
		break;
	case STEP_END:
		builder_end(k->w->b);
		break;
	}
	return i + 1;
}

void
program_run(struct walker *w, const struct program *p,
    const struct bx_value *values, size_t nvalues)
{
	struct running k = { w, p, values, nvalues };
	size_t i = 0;

	while (i < p->n && !builder_full(w->b)) {
		if (++w->work > CAP_EVENT_WORK) {
			fail(w, "it expands beyond all measure");
			return;
		}
		i = step_run(&k, i);
	}
}
