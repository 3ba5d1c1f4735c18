/*
 * One computer, put together from what its logs told.  It is kept packed,
 * as it came, until it is folded: of ten thousand computers one is in
 * memory as a whole.
 */
#include <string.h>
#include "base/pack.h"
#include "triage/computer.h"

struct computer *
computer_new(struct arena *a, struct str name)
{
	struct computer *c = arena_new(a, struct computer);

	c->sum.name = name;
	c->last = &c->parts;
	return c;
}

static void
channel_add(struct summary *s, struct str channel)
{
	size_t i = 0;

	if (s->nchannels == CHANNELS_MOST)
		return;
	while (i < s->nchannels && str_casecmp(s->channels[i], channel) < 0)
		i++;
	if (i < s->nchannels && str_caseeq(s->channels[i], channel))
		return;
	memmove(&s->channels[i + 1], &s->channels[i],
	    (s->nchannels++ - i) * sizeof *s->channels);
	s->channels[i] = channel;
}

void
computer_add(struct computer *c, const struct summary *s, uint32_t input)
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
		channel_add(k, s->channels[i]);
}

void
computer_part(struct arena *a, struct computer *c, const struct part *p)
{
	struct part *kept = arena_new(a, struct part);

	*kept = *p;
	kept->next = NULL;
	*c->last = kept;
	c->last = &kept->next;
}

static void
marks_unpack(struct unpacked *u, const struct part *p)
{
	struct rd r = rd_init(p->body);
	struct mark m;

	while (rd_left(&r) > 0) {
		rd_mark(&r, &u->a, &m);
		m.input = p->input;
		u->marks = arena_grow(&u->a, u->marks, u->nmarks,
		    &u->marks_cap, sizeof *u->marks);
		u->marks[u->nmarks++] = m;
	}
}

/* They were checked when they came. */
static void
part_unpack(struct unpacked *u, const struct ruleset *rs,
    const struct part *p)
{
	switch (p->kind) {
	case MSG_TICKS:
		observations_ticks_add(u->obs, rs, p->body, p->input);
		break;
	case MSG_DETAILS:
		observations_details_add(u->obs, rs, p->body, p->input,
		    p->path);
		break;
	case MSG_TRIED:
		observations_tried_add(u->obs, rs, p->body);
		break;
	case MSG_MARKS:
		marks_unpack(u, p);
		break;
	case MSG_INPUT:
	case MSG_PROBLEM:
	case MSG_COMPUTER:
	case MSG_END:
		break;
	}
}

void
computer_unpack(struct unpacked *u, const struct computer *c,
    const struct ruleset *rs, struct arena *keep, const struct os *given,
    struct host *h)
{
	struct str *channels = arena_array(keep, struct str,
	    c->sum.nchannels);

	memset(u, 0, sizeof *u);
	u->of = c;
	u->obs = observations_new(&u->a, rs);
	for (const struct part *p = c->parts; p != NULL; p = p->next)
		part_unpack(u, rs, p);
	if (c->sum.nchannels > 0)
		memcpy(channels, c->sum.channels,
		    c->sum.nchannels * sizeof *channels);
	*h = (struct host){ .computer = c->sum.name,
	    .time_zone = c->sum.time_zone, .first = c->sum.first,
	    .last = c->sum.last, .events = c->sum.events, .os = *given,
	    .channels = channels, .nchannels = c->sum.nchannels };
	roles_list(keep, &c->sum.roles, h);
	boots_build(u, rs, keep, h);
	rules_sort(&u->a, rs, u->obs, h);
}

void
computer_pack(struct unpacked *u)
{
	arena_free(&u->a);
}
