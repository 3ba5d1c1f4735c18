/*
 * info: what logs hold.  Every event is decoded, since the channel stands
 * in the event alone; boots and systems come from triage with no rules.
 */
#include <stdlib.h>
#include <string.h>
#include "base/caps.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/cli.h"
#include "log/log.h"
#include "report/info.h"
#include "triage/triage.h"
#include "triage/walk.h"

struct gathering {
	const struct options	*o;
	struct output		*p;
	struct json		 json;
	bool			 some;		/* an input was told */
	bool			 lost;
};

/* One input. */
struct look {
	struct arena	 a, event;
	struct problems	 problems;
	struct triage	*triage;
	struct info	 info;
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

static void
counts_sort(struct info_counts *c)
{
	if (c->n > 0)
		qsort(c->v, c->n, sizeof *c->v, cmp_counts);
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

/* The numbers of a record that is not whole prove nothing. */
static bool
time_counts(const struct event *e)
{
	return e->at.state != RECORD_TORN && e->time != 0;
}

static void
span_look(struct look *k, const struct event *e)
{
	struct input *in = &k->info.input;

	if (!time_counts(e)) {
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
record_look(struct look *k, struct log *l, const struct record *r)
{
	struct info *i = &k->info;
	struct event e;

	arena_reset(&k->event);
	log_event(l, &k->event, &e);
	if (!i->any || r->id < i->first_id)
		i->first_id = r->id;
	if (!i->any || r->id > i->last_id)
		i->last_id = r->id;
	i->any = true;
	span_look(k, &e);
	k->id = r->id;
	count(&k->a, &i->computers, e.computer);
	count(&k->a, &i->channels, e.channel);
	count(&k->a, &i->providers, e.provider);
	if (e.provider.n > 0 && r->state != RECORD_TORN)
		triage_event(k->triage, &e);
}

static void
log_look(struct look *k, struct source *s, struct str path, log_opener *open)
{
	struct log *l = open(&k->a, s, &k->problems);
	struct record r;

	k->info.input.path = path;
	if (l == NULL)
		return;
	k->info.input.format = log_format(l);
	while (log_next(l, &r) == LOG_RECORD)
		record_look(k, l, &r);
	log_close(l, &k->info.input.tally);
	k->info.input.bytes = s->at;
}

static void
look_finish(struct look *k)
{
	struct info *i = &k->info;
	struct report r;

	counts_sort(&i->computers);
	counts_sort(&i->channels);
	counts_sort(&i->providers);
	triage_report(k->triage, SEV_INFO, &r);
	i->hosts = r.hosts;
	i->nhosts = r.nhosts;
	i->problems = k->problems.v;
	i->nproblems = k->problems.n;
	i->problems_dropped = k->problems.dropped;
}

static void
tell(struct gathering *g, const struct look *k)
{
	struct report_options how = { .columns = output_columns(g->p),
	    .verbose = g->o->verbose };

	if (k->problems.lost > 0)
		g->lost = true;
	if (g->o->format == FORMAT_JSON) {
		report_info_json(&g->json, &k->info);
		return;
	}
	if (g->some)
		out_char(&g->p->out, '\n');
	g->some = true;
	report_info_text(&g->p->out, &k->info, &how);
}

/* s is NULL for what could not be opened, why says why. */
static void
input_tell(struct gathering *g, struct source *s, struct str path,
    const char *why)
{
	struct look k = { .id = 0 };

	k.problems.arena = &k.a;
	k.problems.path = path;
	k.info.input.path = path;
	k.triage = triage_new(&k.a, rules_none(&k.a));
	if (s != NULL)
		log_look(&k, s, path, g->o->open);
	else
		problem_add(&k.problems, GRADE_FILE, NO_OFFSET, "%s", why);
	look_finish(&k);
	tell(g, &k);
	triage_free(k.triage);
	arena_free(&k.event);
	arena_free(&k.a);
}

static void
input_look(void *ctx, struct source *s, struct str path)
{
	input_tell(ctx, s, path, NULL);
}

static void
input_missed(void *ctx, struct str path, const char *why)
{
	input_tell(ctx, NULL, path, why);
}

int
cmd_info(struct arena *a, const struct options *o)
{
	struct output p;
	struct gathering g = { .o = o, .p = &p };
	struct walk_ops ops = { input_look, input_missed, &g, 0 };

	if (!output_open(&p, o))
		return STATUS_USAGE;
	g.json = json_begin(&p.out, false);
	if (o->format == FORMAT_JSON)
		report_info_json_begin(&g.json);
	walk_paths(a, o->args, o->nargs, &ops);
	if (o->format == FORMAT_JSON)
		report_info_json_end(&g.json);
	if (!output_close(&p))
		return STATUS_USAGE;
	return g.lost ? STATUS_INCOMPLETE : STATUS_DONE;
}
