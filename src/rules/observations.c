/* What was seen on one computer, unpacked for folding. */
#include "rules/packed.h"
#include "rules/rule.h"

struct observations {
	struct arena		*arena;
	const struct ruleset	*rs;
	struct tick		*ticks;
	size_t			 n, cap;
	uint64_t		 dropped;
	struct details_read	*details;	/* NULL: none were given */
	const struct input	*inputs;	/* ... by number */
	struct tried		*tried;		/* by clause; for explain */
	struct track		*tracks;	/* after rules_sort */
};

struct observations *
observations_new(struct arena *a, const struct ruleset *rs)
{
	struct observations *o = arena_new(a, struct observations);

	o->arena = a;
	o->rs = rs;
	return o;
}

bool
observations_ticks_add(struct observations *o, const struct ruleset *rs,
    struct span packed, uint32_t input)
{
	struct tick_coder coder = { 0 };
	struct rd r = rd_init(packed);
	struct tick t;

	while (rd_left(&r) > 0) {
		rd_tick(&r, &coder, rs->nclauses, &t);
		if (!rd_ok(&r) || o == NULL)
			continue;
		if (o->n == CAP_OBS_TICKS) {
			o->dropped++;
			continue;
		}
		t.input = input;
		o->ticks = arena_grow(o->arena, o->ticks, o->n, &o->cap,
		    sizeof *o->ticks);
		o->ticks[o->n++] = t;
	}
	return rd_ok(&r);
}

void
observations_details(struct observations *o, const struct details *d,
    const struct interned *constants, const struct input *inputs)
{
	o->details = details_open(o->arena, o->rs, d, constants);
	o->inputs = inputs;
}

bool
observations_tried_add(struct observations *o, const struct ruleset *rs,
    struct span packed)
{
	struct rd r = rd_init(packed);
	struct tried t;

	if (o != NULL && o->tried == NULL)
		o->tried = arena_array(o->arena, struct tried,
		    rs->nclauses + 1);
	while (rd_left(&r) > 0) {
		uint32_t clause = rd_tried(&r, rs->nclauses, &t);

		if (!rd_ok(&r) || o == NULL)
			continue;
		o->tried[clause].asked += t.asked;
		for (size_t i = 0; i < CAP_CONDITIONS; i++)
			o->tried[clause].failed[i] += t.failed[i];
	}
	return rd_ok(&r);
}

uint64_t
observations_dropped(const struct observations *o)
{
	return o->dropped;
}

struct tick *
observations_ticks(struct observations *o, size_t *n)
{
	*n = o->n;
	return o->ticks;
}

void
rules_sort(struct arena *a, const struct ruleset *rs, struct observations *o,
    const struct host *host)
{
	o->tracks = tracks_new(a, rs, o, host);
}

const struct track *
observe_tracks(const struct observations *o)
{
	return o->tracks;
}

const struct tried *
observe_tried(const struct observations *o, uint32_t clause)
{
	return o->tried == NULL ? NULL : &o->tried[clause];
}

const struct evidence *
observe_evidence(struct observations *o, const struct tick *t)
{
	return o->details == NULL ? NULL :
	    details_find(o->details, t, o->inputs);
}
