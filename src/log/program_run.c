/*
 * Instances of definitions that are programs (program.c): the steps, put
 * into the builder with the values of an instance.
 */
#include "log/build.h"
#include "log/program.h"

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

/* A leaf, or its begin; returns the number of the next step. */
static inline size_t
leaf_step(const struct running *k, size_t i)
{
	const struct step *s = &k->p->steps[i];

	if ((i > 0 && left_out(k, s)) || leaf_run(k, s))
		return s->other + 1;
	builder_start(k->w->b, s->name);
	return i + 1;
}

/* One step; returns the number of the next. */
static size_t
step_run(const struct running *k, size_t i)
{
	const struct step *s = &k->p->steps[i];

	switch ((enum step_kind)s->kind) {
	case STEP_LEAF:
		return leaf_step(k, i);
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

	w->inferred |= p->mended;
	while (i < p->n && !builder_full(w->b)) {
		if (++w->work > CAP_EVENT_WORK) {
			fail(w, "it expands beyond all measure");
			return;
		}
		/* What most steps are takes the short way. */
		if (p->steps[i].kind == STEP_NUMBER)
			number_run(&k, &p->steps[i++]);
		else if (p->steps[i].kind == STEP_LEAF)
			i = leaf_step(&k, i);
		else
			i = step_run(&k, i);
	}
}
