/*
 * One computer, put together from what its logs told.  It is kept packed,
 * as it came, until it is folded: of ten thousand computers one is in
 * memory as a whole.
 */
#include <string.h>
#include "base/pack.h"
#include "triage/gather.h"

struct computer *
computer_new(struct arena *a, struct str name)
{
	struct computer *c = arena_new(a, struct computer);

	c->sum.name = name;
	c->last = &c->parts;
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

void
computer_part(struct arena *a, struct computer *c, enum message_kind kind,
    uint32_t input, struct span body)
{
	struct part *p = arena_raw(a, sizeof *p + body.n);

	p->next = NULL;
	p->input = input;
	p->n = (uint32_t)body.n;
	p->kind = (uint8_t)kind;
	memcpy(p->body, body.p, body.n);
	*c->last = p;
	c->last = &p->next;
}

static struct span
part_body(const struct part *p)
{
	return (struct span){ p->body, p->n };
}

static void
marks_unpack(struct unpacked *u, const struct part *p)
{
	struct mark_coder coder = { .os_known = false };
	struct rd r = rd_init(part_body(p));
	struct mark m;

	while (rd_left(&r) > 0) {
		rd_mark(&r, &u->early, &coder, &m);
		m.input = p->input;
		u->marks = arena_grow(&u->early, u->marks, u->nmarks,
		    &u->marks_cap, sizeof *u->marks);
		u->marks[u->nmarks++] = m;
	}
}

/* They were checked when they came. */
static void
part_unpack(struct unpacked *u, const struct ruleset *rs,
    const struct part *p)
{
	if (p->kind == MSG_TICKS)
		observations_survey(u->obs, part_body(p), p->input);
	else if (p->kind == MSG_TRIED)
		observations_tried_add(u->obs, rs, part_body(p));
	else
		marks_unpack(u, p);
}

static bool
ticks_of_one_log(const struct computer *c)
{
	const struct part *first = NULL;

	for (const struct part *p = c->parts; p != NULL; p = p->next) {
		if (p->kind != MSG_TICKS)
			continue;
		if (first == NULL)
			first = p;
		if (p->input != first->input)
			return false;
	}
	return true;
}

void
computer_unpack(struct unpacked *u, const struct computer *c,
    const struct gathered *g, struct arena *keep, const struct os *given,
    struct host *h)
{
	const struct ruleset *rs = g->rs;
	struct str *channels;

	memset(u, 0, sizeof *u);
	channels = arena_array(keep, struct str, c->sum.nchannels);
	u->of = c;
	u->host = h;
	u->obs = observations_new(&u->a, rs, ticks_of_one_log(c));
	for (const struct part *p = c->parts; p != NULL; p = p->next)
		part_unpack(u, rs, p);
	observations_surveyed(u->obs);
	observations_details(u->obs, &c->details, &g->constants, g->inputs);
	if (c->sum.nchannels > 0)
		memcpy(channels, c->sum.channels,
		    c->sum.nchannels * sizeof *channels);
	*h = (struct host){ .computer = c->sum.name,
	    .time_zone = c->sum.time_zone, .first = c->sum.first,
	    .last = c->sum.last, .events = c->sum.events, .os = *given,
	    .channels = channels, .nchannels = c->sum.nchannels };
	roles_list(keep, &c->sum.roles, h);
	boots_build(u, keep, h);
	arena_free(&u->early);
}

void
computer_ticks(struct unpacked *u, const struct ruleset *rs)
{
	for (const struct part *p = u->of->parts; p != NULL; p = p->next)
		if (p->kind == MSG_TICKS)
			observations_ticks_add(u->obs, part_body(p),
			    p->input);
	ticks_assign(u, rs);
	rules_sort(u->obs, u->host);
}

void
computer_pack(struct unpacked *u)
{
	observations_free(u->obs);
	arena_free(&u->a);
}
