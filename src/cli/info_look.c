/*
 * The half of info that reads logs: it runs in a worker and sends what it
 * saw.  Every event is decoded, since the channel stands in the event
 * alone; of boots and systems goes what a scan with no rules would tell.
 */
#include <stdlib.h>
#include <string.h>
#include "base/caps.h"
#include "base/clock.h"
#include "base/pack.h"
#include "cli/info.h"
#include "triage/harvest.h"
#include "triage/reader.h"
#include "triage/walk.h"

enum { NAME_KINDS = 3 };

/* One log. */
struct look {
	struct looking	*all;
	struct problems	 problems;
	struct info	 info;
	uint64_t	 left;		/* records left out */
	uint64_t	 id, time;	/* of the record before; 0 none */
};

static void
count(struct arena *a, struct info_counts *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!str_eq(c->v[i].name, name))
			continue;
		c->v[i].n++;
		return;
	}
	if (c->n == CAP_INFO_NAMES) {
		c->others++;
		return;
	}
	c->v = arena_grow(a, c->v, c->n, &c->cap, sizeof *c->v);
	c->v[c->n++] = (struct info_count){ arena_str(a, name), 1 };
}

static int
cmp_counts(const void *a, const void *b)
{
	const struct info_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* Keeps the longest ones in order. */
static void
silence_add(struct info *i, struct info_silence s)
{
	size_t at = i->nsilences;

	while (at > 0 && s.to - s.from >
	    i->silences[at - 1].to - i->silences[at - 1].from)
		at--;
	if (at == INFO_SILENCES)
		return;
	if (i->nsilences < INFO_SILENCES)
		i->nsilences++;
	memmove(&i->silences[at + 1], &i->silences[at],
	    (i->nsilences - 1 - at) * sizeof s);
	i->silences[at] = s;
}

/* Only records whose numbers follow each other say something about the
 * time between them; exports may run from new to old. */
static void
times_compare(struct look *k, uint64_t id, uint64_t time)
{
	struct info_silence s = { k->time, time, k->id, id };

	if (k->id == id + 1)
		s = (struct info_silence){ time, k->time, id, k->id };
	else if (k->id + 1 != id)
		return;
	if (s.from == 0 || s.to == 0)
		return;
	if (s.to > s.from && s.to - s.from >= INFO_SILENCE)
		silence_add(&k->info, s);
	if (s.from > s.to && s.from - s.to > CLOCK_MINUTE)
		k->info.backwards++;
}

/* As a scan takes it (triage/reader.c): what is left of a torn record may
 * be less than it seems. */
static bool
counts(const struct event *e)
{
	return e->at.state != RECORD_TORN || e->error == NULL;
}

static void
span_look(struct look *k, const struct event *e)
{
	struct input *in = &k->info.input;

	if (e->time == 0 || !counts(e)) {
		k->time = 0;
		return;
	}
	if (in->first == 0 || e->time < in->first)
		in->first = e->time;
	if (e->time > in->last)
		in->last = e->time;
	times_compare(k, e->at.id, e->time);
	k->time = e->time;
}

static void
event_look(struct look *k, const struct event *e)
{
	struct arena *a = &k->all->file;

	count(a, &k->info.computers, e->computer);
	count(a, &k->info.channels, e->channel);
	count(a, &k->info.providers, e->provider);
	if (e->provider.n > 0 && counts(e))
		reader_event(k->all->reader, e);
}

/* leave: it killed a worker before, and why; else NULL. */
static void
record_look(struct look *k, struct log *l, const struct record *r,
    const struct str *leave)
{
	struct info *i = &k->info;
	struct event e = { .time = 0 };

	if (!i->any || r->id < i->first_id)
		i->first_id = r->id;
	if (!i->any || r->id > i->last_id)
		i->last_id = r->id;
	i->any = true;
	if (leave == NULL) {
		arena_reset(&k->all->event);
		log_event(l, &k->all->event, &e);
	} else {
		problem_add(&k->problems, GRADE_RECORD, r->offset,
		    "record %llu is left out: %.*s",
		    (unsigned long long)r->id, (int)leave->n, leave->p);
		k->left++;
	}
	span_look(k, &e);
	k->id = r->id;
	if (leave == NULL)
		event_look(k, &e);
}

static void
records_look(struct look *k, struct log *l)
{
	struct looking *all = k->all;
	struct record r;
	struct str why;

	while (!work_stopped(all->w)) {
		bool leave = work_at(all->w, all->records++, &why);

		if (log_next(l, &r) != LOG_RECORD)
			return;
		record_look(k, l, &r, leave ? &why : NULL);
	}
}

static void
message_send(const struct look *k, unsigned kind, struct out *o)
{
	inputs_send(k->all->w, kind, o->mem, o->n);
	o->n = 0;
}

static void
numbers_pack(struct out *o, const struct look *k)
{
	const struct info *i = &k->info;
	const struct input_end end = { i->input, k->problems.dropped,
	    k->problems.lost };

	input_end_pack(o, &end);
	pack_u64(o, i->any);
	pack_u64(o, i->first_id);
	pack_u64(o, i->last_id);
	pack_u64(o, i->computers.others);
	pack_u64(o, i->channels.others);
	pack_u64(o, i->providers.others);
	pack_u64(o, i->backwards);
	pack_u64(o, i->nsilences);
	for (size_t n = 0; n < i->nsilences; n++) {
		pack_u64(o, i->silences[n].from);
		pack_u64(o, i->silences[n].to);
		pack_u64(o, i->silences[n].before);
		pack_u64(o, i->silences[n].after);
	}
}

bool
info_unpack(struct arena *a, struct span message, struct info *i,
    size_t *lost)
{
	struct rd r = rd_init(message);
	struct str path = i->input.path;
	struct input_end end;

	rd_input_end(&r, a, &end);
	i->input = end.input;
	i->input.path = path;
	i->problems_dropped = end.problems_dropped;
	*lost = end.problems_lost;
	i->any = rd_pack_below(&r, 2) == 1;
	i->first_id = rd_pack_u64(&r);
	i->last_id = rd_pack_u64(&r);
	i->computers.others = rd_pack_u64(&r);
	i->channels.others = rd_pack_u64(&r);
	i->providers.others = rd_pack_u64(&r);
	i->backwards = rd_pack_u64(&r);
	i->nsilences = (size_t)rd_pack_below(&r, INFO_SILENCES + 1);
	for (size_t n = 0; n < i->nsilences; n++) {
		i->silences[n].from = rd_pack_u64(&r);
		i->silences[n].to = rd_pack_u64(&r);
		i->silences[n].before = rd_pack_u64(&r);
		i->silences[n].after = rd_pack_u64(&r);
	}
	return rd_ok(&r) && rd_left(&r) == 0;
}

struct info_counts *
info_counts(struct info *i, uint64_t kind)
{
	return kind == 0 ? &i->computers : kind == 1 ? &i->channels :
	    kind == 2 ? &i->providers : NULL;
}

static void
names_send(struct look *k, unsigned kind, struct out *o)
{
	struct info_counts *c = info_counts(&k->info, kind);

	if (c->n > 0)
		qsort(c->v, c->n, sizeof *c->v, cmp_counts);
	for (size_t i = 0; i < c->n; i++) {
		pack_u64(o, kind);
		pack_str(o, c->v[i].name);
		pack_u64(o, c->v[i].n);
		message_send(k, SENT_NAMED, o);
	}
}

void
look_log(struct looking *all, struct source *s, struct str path)
{
	struct look k = { .all = all, .problems = { .arena = &all->file,
	    .path = path } };
	const struct file_state before = file_state(s->fd);
	struct out o = out_memory();
	struct log *l;

	pack_str(&o, path);
	message_send(&k, SENT_LOOK, &o);
	reader_begin(all->reader, str_of("(event)"));
	l = all->open(&all->file, s, &k.problems);
	if (l != NULL) {
		k.info.input.format = log_format(l);
		records_look(&k, l);
		log_close(l, &k.info.input.tally);
		k.info.input.tally.undecodable += k.left;
		k.info.input.bytes = s->at;
	}
	file_change_add(&k.problems, &before, s->fd);
	reader_end(all->reader);
	for (unsigned kind = 0; kind < NAME_KINDS; kind++)
		names_send(&k, kind, &o);
	for (size_t i = 0; i < k.problems.n; i++)
		inputs_problem(all->w, &k.problems.v[i]);
	numbers_pack(&o, &k);
	message_send(&k, SENT_LOOKED, &o);
	out_free(&o);
	arena_reset(&all->file);
}

static void
harvest_send(void *ctx, const void *p, size_t n)
{
	struct looking *all = ctx;

	inputs_send(all->w, SENT_TEXT, p, n);
}

void
look_begin(struct looking *all, struct work *w)
{
	all->w = w;
	all->records = 0;
	if (all->reader == NULL) {
		const struct reader_how how = { .rules = rules_none(&all->a),
		    .tell = harvest_send, .ctx = all };

		all->reader = reader_new(&all->a, &how);
	}
}

void
look_free(struct looking *all)
{
	if (all->reader != NULL)
		reader_free(all->reader);
	arena_free(&all->a);
	arena_free(&all->file);
	arena_free(&all->event);
}
