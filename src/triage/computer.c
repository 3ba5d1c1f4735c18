/*
 * One computer, put together from what its logs told.  It is kept packed,
 * as it came, until it is folded: of ten thousand computers one is in
 * memory as a whole.
 */
#include <string.h>
#include "base/pack.h"
#include "base/squeeze.h"
#include "triage/gather.h"

/* Bytes of a part that lies apart, and of ticks that are kept by clause: so
 * many are more than two turns of rules (rules/observations.c). */
enum { BIG = 1 << 14, MANY = 1 << 18 };

struct computer *
computer_new(struct arena *a, struct str name)
{
	struct computer *c = arena_new(a, struct computer);

	c->sum.name = name;
	return c;
}

void
computer_add(struct arena *a, struct computer *c, const struct summary *s,
    uint32_t input)
{
	struct summary *k = &c->sum;

	if (k->events == 0) {
		c->first_input = input;
		k->first_seq = s->first_seq;
	}
	k->events += s->events;
	k->dropped += s->dropped;
	k->roles.seen |= s->roles.seen;
	if (s->name_time >= k->name_time && s->name_time != 0) {
		k->name = s->name;
		k->name_time = s->name_time;
	}
	if (s->time_zone.n > 0 && s->zone_time >= k->zone_time) {
		k->time_zone = s->time_zone;
		k->zone_time = s->zone_time;
	}
	if (s->first != 0 && (k->first == 0 || s->first < k->first))
		k->first = s->first;
	if (s->last > k->last)
		k->last = s->last;
	for (size_t i = 0; i < s->nchannels; i++)
		summary_channel(a, k, s->channels[i]);
}

static struct parts *
parts_of(struct computer *c, enum message_kind kind)
{
	return kind == MSG_TICKS ? &c->ticks : kind == MSG_MARKS ? &c->marks :
	    &c->tried;
}

void
computer_part(struct arena *a, struct computer *c, enum message_kind kind,
    uint32_t input, struct span body)
{
	struct parts *v = parts_of(c, kind);
	size_t plain = message_squeezed(kind) ? squeezed_length(body) : body.n;
	struct part *p = arena_raw(plain < BIG ? a : &v->big,
	    sizeof *p + body.n);

	p->next = NULL;
	p->input = input;
	p->n = (uint32_t)body.n;
	memcpy(p->body, body.p, body.n);
	if (v->first == NULL)
		v->first = p;
	else
		v->last->next = p;
	v->last = p;
	v->plain += plain;
}

/* They are not needed any more. */
static void
parts_drop(struct parts *v)
{
	arena_free(&v->big);
	*v = (struct parts){ .first = NULL };
}

void
computer_free(struct computer *c)
{
	parts_drop(&c->ticks);
	parts_drop(&c->marks);
	parts_drop(&c->tried);
	details_free(&c->details);
}

/* They were checked when they came. */
struct span
part_plain(struct unpacked *u, const struct part *p)
{
	(void)unsqueeze(&u->plain, (struct span){ p->body, p->n });
	return (struct span){ (const uint8_t *)u->plain.mem, u->plain.n };
}

static bool
ticks_of_one_log(const struct computer *c)
{
	for (const struct part *p = c->ticks.first; p != NULL; p = p->next)
		if (p->input != c->ticks.first->input)
			return false;
	return true;
}

static void
host_make(struct unpacked *u, struct gathered *g, struct host *h)
{
	const struct summary *k = &u->of->sum;
	struct str *channels = arena_array(g->a, struct str, k->nchannels);

	if (k->nchannels > 0)
		memcpy(channels, k->channels, k->nchannels * sizeof *channels);
	h->computer = k->name;
	h->time_zone = k->time_zone;
	h->first = k->first;
	h->last = k->last;
	h->events = k->events;
	h->channels = channels;
	h->nchannels = k->nchannels;
	roles_list(g->a, &k->roles, h);
	boots_build(u, g, h);
	parts_drop(&u->of->marks);
}

static void
observations_open(struct unpacked *u, const struct gathered *g)
{
	const struct computer *c = u->of;

	u->obs = observations_new(&u->a, g->rs, ticks_of_one_log(c));
	if (c->kept != NULL)
		observations_kept(u->obs, c->kept);
	for (const struct part *p = c->ticks.first; p != NULL; p = p->next)
		observations_survey(u->obs, part_plain(u, p), p->input);
	for (const struct part *p = c->tried.first; p != NULL; p = p->next)
		observations_tried_add(u->obs, g->rs,
		    (struct span){ p->body, p->n });
	observations_surveyed(u->obs);
	observations_details(u->obs, &c->details, &g->constants, g->inputs);
}

static void
ticks_keep_all(struct unpacked *u, struct gathered *g, bool explain)
{
	struct computer *c = u->of;

	c->kept = ticks_keep(g->a, u->obs, explain);
	for (const struct part *p = c->ticks.first; p != NULL; p = p->next)
		ticks_keep_add(c->kept, u->obs, part_plain(u, p), p->input);
	ticks_kept_end(c->kept);
	parts_drop(&c->ticks);
	observations_kept(u->obs, c->kept);
}

void
computer_meet(struct unpacked *u, struct computer *c, struct gathered *g,
    const struct os *given, bool explain, struct host *h)
{
	*u = (struct unpacked){ .of = c, .host = h, .plain = out_memory() };
	*h = (struct host){ .os = *given };
	host_make(u, g, h);
	observations_open(u, g);
	if (c->ticks.plain > MANY)
		ticks_keep_all(u, g, explain);
}

void
computer_unpack(struct unpacked *u, struct computer *c,
    const struct gathered *g, const struct host *h)
{
	*u = (struct unpacked){ .of = c, .host = h, .plain = out_memory() };
	observations_open(u, g);
}

void
computer_ticks(struct unpacked *u, const struct ruleset *rs)
{
	const struct computer *c = u->of;

	if (c->kept != NULL)
		observations_ticks_take(u->obs);
	for (const struct part *p = c->ticks.first; p != NULL; p = p->next)
		observations_ticks_add(u->obs, part_plain(u, p), p->input);
	ticks_assign(u, rs);
	rules_sort(u->obs, u->host);
}

void
computer_pack(struct unpacked *u)
{
	observations_free(u->obs);
	out_free(&u->plain);
	arena_free(&u->a);
}
