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
