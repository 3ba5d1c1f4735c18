/* Look-up of facts. */
#include <string.h>
#include "model/fact.h"

const struct fact *
fact_find(const struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	return NULL;
}
