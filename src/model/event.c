/* Look-ups in a decoded event. */
#include "model/event.h"

const struct field *
event_string(const struct event *e, size_t i)
{
	for (size_t k = 0; k < e->nfields; k++)
		if (e->fields[k].part == PART_DATA && i-- == 0)
			return &e->fields[k];
	return NULL;
}

const struct field *
event_field(const struct event *e, const char *name)
{
	for (size_t k = 0; k < e->nfields; k++) {
		const struct field *f = &e->fields[k];

		if ((f->part == PART_DATA || f->part == PART_USER) &&
		    f->name.n > 0 && str_caseis(f->name, name))
			return f;
	}
	return NULL;
}

static void
text_keep(struct arena *a, struct str *s)
{
	if (s->n > 0)
		*s = arena_str(a, *s);
	else
		*s = str_of("");
}

void
event_own(struct arena *a, struct event *e)
{
	struct str *const texts[] = { &e->provider, &e->source, &e->guid,
	    &e->activity, &e->related_activity, &e->channel, &e->computer,
	    &e->user, &e->message, &e->user_root, &e->other_section };
	struct field *fields = e->nfields == 0 ? NULL :
	    arena_array(a, struct field, e->nfields);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		text_keep(a, texts[i]);
	for (size_t i = 0; i < e->nfields; i++) {
		fields[i] = e->fields[i];
		text_keep(a, &fields[i].name);
		text_keep(a, &fields[i].text);
		if (fields[i].bytes.n > 0)
			fields[i].bytes = arena_span(a, fields[i].bytes);
	}
	e->fields = fields;
	if (e->binary.n > 0)
		e->binary = arena_span(a, e->binary);
}
