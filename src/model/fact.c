/* Look-up of facts, and their values in words. */
#include <inttypes.h>
#include <string.h>
#include "base/clock.h"
#include "model/fact.h"

struct str
fact_text(struct arena *a, const struct fact *f)
{
	switch (f->type) {
	case FACT_CODE:
		return arena_fmt(a, "0x%08" PRIX64, f->number);
	case FACT_NUMBER:
		return arena_fmt(a, "%" PRIu64, f->number);
	case FACT_TIME:
		return clock_people(a, f->number);
	case FACT_TEXT:
		break;
	}
	return f->text;
}

struct facts *
facts_keep(struct arena *a, const struct facts *f)
{
	size_t n = offsetof(struct facts, v) + f->n * sizeof *f->v;
	struct facts *kept = memcpy(arena_raw(a, n), f, n);

	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].text.n > 0)
			kept->v[i].text = arena_str(a, f->v[i].text);
		if (f->v[i].note.n > 0)
			kept->v[i].note = arena_str(a, f->v[i].note);
	}
	return kept;
}

const struct fact *
fact_find(const struct facts *f, const char *name)
{
	/* Mostly it is not there, and seldom with the same first letter. */
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].name[0] == name[0] &&
		    strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	return NULL;
}

/* packet.dump0 and so on only repeat a word. */
static bool
is_bare(const struct fact *f)
{
	static const char prefix[] = "packet.dump";

	return strncmp(f->name, prefix, sizeof prefix - 1) == 0 &&
	    f->name[sizeof prefix - 1] >= '0' &&
	    f->name[sizeof prefix - 1] <= '9';
}

/* Is the byte at this offset one that a fact explains? */
static bool
explained(const struct fact *const *says, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (at >= says[i]->offset &&
		    at < (size_t)says[i]->offset + says[i]->length)
			return true;
	return false;
}

size_t
facts_unexplained(const struct facts *f, struct span binary)
{
	const struct fact *says[CAP_FACTS];
	size_t nsays = 0, n = 0;

	if (binary.n == 0)
		return 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].length > 0 && !is_bare(&f->v[i]))
			says[nsays++] = &f->v[i];
	for (size_t at = 0; at < binary.n; at++)
		if (binary.p[at] != 0 && !explained(says, nsays, at))
			n++;
	return n;
}
