/*
 * Putting harvests together.  A harvest comes from a process that has read
 * bytes of who knows whom: it is checked from end to end before the first
 * value of it is used.  A computer is known by its name: "SRV1" and
 * "SRV1.corp.example" are the same one, since a machine that joins a domain
 * changes from the first to the second within one log.
 */
#include <string.h>
#include "base/pack.h"
#include "base/squeeze.h"
#include "triage/gather.h"
#include "triage/harvest.h"
#include "triage/reader.h"

/* Bytes that a harvest may be unsqueezed to: eight times what may come. */
#define UNSQUEEZED_MOST	(UINT64_C(8) << 30)

/* What is known of a harvest while it is checked. */
struct checking {
	const struct ruleset	*rs;
	struct arena		 scratch;
	struct out		 plain;		/* of what was squeezed */
	uint64_t		 unsqueezed;	/* bytes of it, in all */
	bool			 inside;	/* of an input */
	uint64_t		 computers;	/* whose end has come */
	uint64_t		 most;		/* 1 + highest number met */
};

static bool
marks_good(struct checking *k, struct span packed)
{
	struct mark_coder coder = { .os = NULL };
	struct rd r = rd_init(packed);
	struct mark m;

	while (rd_left(&r) > 0)
		rd_mark(&r, &k->scratch, &coder, &m);
	return rd_ok(&r);
}

/* What was squeezed becomes plain.  A harvest is at most 1 GiB long
 * (triage/pool.h); what it says may be more, but not without end. */
static bool
plain_of(struct checking *k, enum message_kind kind, struct span *rest)
{
	if (!message_squeezed(kind))
		return true;
	k->unsqueezed += squeezed_length(*rest);
	if (k->unsqueezed > UNSQUEEZED_MOST || !unsqueeze(&k->plain, *rest))
		return false;
	*rest = (struct span){ (const uint8_t *)k->plain.mem, k->plain.n };
	return true;
}

/* Behind the number of the computer; r is there. */
static bool
of_computer_good(struct checking *k, enum message_kind kind, struct rd *r)
{
	uint64_t number = rd_pack_below(r, UINT32_MAX);
	struct span rest = rd_span(r, rd_left(r));
	struct rd body = rd_init(rest);
	struct summary s;

	if (!rd_ok(r) || !k->inside || !plain_of(k, kind, &rest))
		return false;
	if (number >= k->most)
		k->most = number + 1;
	switch (kind) {
	case MSG_TICKS:
		return ticks_good(k->rs, rest);
	case MSG_DETAILS:
		return details_good(k->rs, rest);
	case MSG_TRIED:
		return observations_tried_add(NULL, k->rs, rest);
	case MSG_MARKS:
		return marks_good(k, rest);
	case MSG_COMPUTER:
		rd_summary(&body, &k->scratch, &s);
		return number == k->computers++ && rd_ok(&body) &&
		    rd_left(&body) == 0;
	case MSG_INPUT:
	case MSG_PROBLEM:
	case MSG_END:
		break;
	}
	return false;
}

static bool
message_good(struct checking *k, const struct message *m)
{
	struct rd r = rd_init(m->body);
	struct problem p;
	struct input_end e;

	switch (m->kind) {
	case MSG_INPUT:
		if (k->inside)
			return false;
		k->inside = true;
		k->computers = k->most = 0;
		(void)rd_pack_str(&r, PATH_MOST);
		break;
	case MSG_PROBLEM:
		rd_problem(&r, &p);
		if (!k->inside)
			return false;
		break;
	case MSG_END:
		rd_input_end(&r, &k->scratch, &e);
		if (!k->inside || k->most != k->computers)
			return false;
		k->inside = false;
		break;
	case MSG_TICKS:
	case MSG_MARKS:
	case MSG_DETAILS:
	case MSG_TRIED:
	case MSG_COMPUTER:
		return of_computer_good(k, m->kind, &r);
	}
	return rd_ok(&r) && rd_left(&r) == 0;
}

static bool
harvest_good(const struct ruleset *rs, struct span harvest)
{
	struct checking k = { .rs = rs, .plain = out_memory() };
	struct rd r = rd_init(harvest);
	struct message m;
	bool good = true;

	while (good && rd_message(&r, &m)) {
		good = message_good(&k, &m);
		arena_reset(&k.scratch);
	}
	arena_free(&k.scratch);
	out_free(&k.plain);
	return good && rd_ok(&r) && !k.inside;
}

void
gathered_init(struct gathered *g, struct arena *a, const struct ruleset *rs)
{
	*g = (struct gathered){ .a = a, .rs = rs,
	    .problems = { .arena = a }, .constants = interned_new(a),
	    .names = interned_new(a) };
}

void
gathered_free(struct gathered *g)
{
	for (size_t i = 0; i < g->ncomputers; i++)
		computer_free(g->computers[i]);
}

static struct computer *
computer_get(struct gathered *g, struct str name)
{
	if (g->newest != NULL && str_eq(g->newest->sum.name, name))
		return g->newest;
	for (size_t i = 0; i < g->ncomputers; i++)
		if (same_computer(g->computers[i]->sum.name, name))
			return g->newest = g->computers[i];
	g->computers = arena_grow(g->a, g->computers, g->ncomputers,
	    &g->computers_cap, sizeof(struct computer *));
	return g->newest = g->computers[g->ncomputers++] =
	    computer_new(g->a, name);
}

/* The messages of one input whose computer is not told yet. */
struct waiting {
	struct arena		 scratch;
	const struct message	**v;
	size_t			 n, cap;
};

/* All messages about computer `number` that have come so far are of c. */
static void
parts_take(struct gathered *g, struct computer *c,
    const struct waiting *w, uint64_t number)
{
	uint32_t input = (uint32_t)g->ninputs - 1;

	for (size_t i = 0; i < w->n; i++) {
		struct rd r = rd_init(w->v[i]->body);
		struct span body;

		if (rd_pack_u64(&r) != number)
			continue;
		body = rd_span(&r, rd_left(&r));
		if (w->v[i]->kind == MSG_DETAILS)
			details_add(&c->details, g->rs, &g->constants, body,
			    input);
		else
			computer_part(g->a, c, w->v[i]->kind, input, body);
	}
}

/* Names of channels and zones are the same in most logs. */
static void
summary_keep(struct gathered *g, struct summary *s)
{
	s->name = interned_str(&g->names, s->name);
	s->time_zone = interned_str(&g->names, s->time_zone);
	for (size_t i = 0; i < s->nchannels; i++)
		s->channels[i] = interned_str(&g->names, s->channels[i]);
}

static void
computer_take(struct gathered *g, struct waiting *w, const struct message *m)
{
	struct rd r = rd_init(m->body);
	uint64_t number = rd_pack_u64(&r);
	struct computer *c;
	struct summary s;

	rd_summary(&r, &w->scratch, &s);
	summary_keep(g, &s);
	c = computer_get(g, s.name);
	computer_add(g->a, c, &s, (uint32_t)g->ninputs - 1);
	parts_take(g, c, w, number);
}

static void
input_take(struct gathered *g, const struct message *m)
{
	struct rd r = rd_init(m->body);

	g->inputs = arena_grow(g->a, g->inputs, g->ninputs, &g->inputs_cap,
	    sizeof *g->inputs);
	g->inputs[g->ninputs++] = (struct input){
	    .path = arena_str(g->a, rd_pack_str(&r, PATH_MOST)) };
}

static void
problem_take(struct gathered *g, const struct message *m)
{
	struct str path = g->inputs[g->ninputs - 1].path;
	struct problems *all = &g->problems;
	struct rd r = rd_init(m->body);
	struct problem p;

	rd_problem(&r, &p);
	p.path = str_eq(p.path, path) ? path : arena_str(g->a, p.path);
	p.message = arena_str(g->a, p.message);
	all->v = arena_grow(g->a, all->v, all->n, &all->cap, sizeof *all->v);
	all->v[all->n++] = p;
}

static void
end_take(struct gathered *g, const struct message *m)
{
	struct input *in = &g->inputs[g->ninputs - 1];
	struct rd r = rd_init(m->body);
	struct str path = in->path;
	struct input_end e;

	rd_input_end(&r, g->a, &e);
	*in = e.input;
	in->path = path;
	g->problems.dropped += e.problems_dropped;
	g->problems.lost += e.problems_lost;
}

static void
wait(struct waiting *w, const struct message *m)
{
	struct message *kept = arena_new(&w->scratch, struct message);

	*kept = *m;
	w->v = arena_grow(&w->scratch, w->v, w->n, &w->cap,
	    sizeof(struct message *));
	w->v[w->n++] = kept;
}

static void
message_take(struct gathered *g, struct waiting *w, const struct message *m)
{
	switch (m->kind) {
	case MSG_INPUT:
		input_take(g, m);
		break;
	case MSG_PROBLEM:
		problem_take(g, m);
		break;
	case MSG_TICKS:
	case MSG_MARKS:
	case MSG_DETAILS:
	case MSG_TRIED:
		wait(w, m);
		break;
	case MSG_COMPUTER:
		computer_take(g, w, m);
		break;
	case MSG_END:
		end_take(g, m);
		arena_reset(&w->scratch);
		w->v = NULL;
		w->n = w->cap = 0;
		break;
	}
}

bool
gather(struct gathered *g, struct span harvest)
{
	struct waiting w = { .n = 0 };
	struct message m;
	struct rd r;

	if (!harvest_good(g->rs, harvest))
		return false;
	r = rd_init(harvest);
	while (rd_message(&r, &m))
		message_take(g, &w, &m);
	arena_free(&w.scratch);
	return true;
}
