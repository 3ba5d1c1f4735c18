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
#include "log/definitions.h"
#include "log/plan.h"

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
	struct rd	 tokens;	/* at their begin */
	struct name_ref	*refs;
	size_t		 nrefs, refs_cap;
};

/* What is kept of a chunk has a ceiling. */
static void
spend(struct making *k, size_t n)
{
	k->c->spent += n;
	if (k->c->spent > CAP_CHUNK_PROGRAMS)
		k->r.bad = true;
}

static struct step *
step_add(struct making *k, enum step_kind kind)
{
	struct program *p = k->p;
	struct step *s;

	p->steps = arena_grow(k->c->names_arena, p->steps, p->n, &p->cap,
	    sizeof *p->steps);
	spend(k, 2 * sizeof *p->steps);
	s = &p->steps[p->n++];
	memset(s, 0, sizeof *s);
	s->kind = (uint8_t)kind;
	s->depends = NO_DEPENDENCY;
	return s;
}

static struct str
name_take(struct making *k)
{
	uint32_t at = (uint32_t)(k->r.at - k->tokens.at);
	struct name_found n = name_refer(k->c, &k->r);

	if (n.size == 0) {
		k->r.bad = true;
		return str_of("");
	}
	k->p->mended |= n.mended;
	k->refs = arena_grow(k->c->names_arena, k->refs, k->nrefs,
	    &k->refs_cap, sizeof *k->refs);
	k->refs[k->nrefs++] = (struct name_ref){ at, n.here,
	    span_sub(k->c->bytes, (size_t)n.offset + 4, n.size - 4) };
	spend(k, 2 * sizeof *k->refs);
	return n.text;
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
	spend(k, s->text.n);
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

/* One whose names are not all sound is not known again in other chunks. */
static const struct program *
program_done(struct making *k)
{
	struct chunk *c = k->c;
	const struct program *kept = NULL;

	if (k->p->usable && k->p->sound && !k->p->mended &&
	    c->definitions != NULL)
		kept = definition_keep(c->definitions, k->tokens, k->refs,
		    k->nrefs, k->p);
	if (kept != NULL)
		return kept;
	if (k->p->usable) {
		c->spent += sizeof *k->p->plan;
		k->p->plan = plan_new(c->names_arena, k->p);
	}
	return k->p;
}

static const struct program *
program_make(struct chunk *c, struct rd definition)
{
	struct making k = { .c = c, .r = definition, .tokens = definition,
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
	return program_done(&k);
}

/* Beyond the ceiling of the chunk nothing is known, again or anew. */
static const struct program *
program_find(struct chunk *c, struct rd definition)
{
	const struct program *p = c->definitions == NULL ||
	    c->spent > CAP_CHUNK_PROGRAMS ? NULL :
	    definition_again(c->definitions, definition, c);

	return p != NULL ? p : program_make(c, definition);
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
			s->program = program_find(c, definition);
			return program_of(s, sound);
		}
	}
	*sound = true;
	return NULL;
}
