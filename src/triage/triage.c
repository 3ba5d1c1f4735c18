/*
 * From inputs to a report.  What reads (reader.c) may be another process;
 * what it tells is put together here (gather.c), then every computer is
 * unpacked, folded and forgotten again, one after another.
 */
#include <stdlib.h>
#include <string.h>
#include "codes/codes.h"
#include "codes/decode.h"
#include "triage/computer.h"
#include "triage/gather.h"
#include "triage/reader.h"
#include "triage/triage.h"
#include "triage/walk.h"

struct triage {
	struct arena		*a;
	const struct ruleset	*rs;
	struct gathered		 all;
	struct os		 given;
	struct reader_how	 how;
	struct reader		*reader;	/* made when it is needed */
	struct out		 harvest;	/* of the input that is read */
	bool			 events;	/* one from no log is open */
	size_t			 inside;	/* logs of the folder */
	const struct exhibits	*exhibits;	/* --evidence, or NULL */
	struct str		 exhibits_path;
	/* For the report: */
	enum severity		 min;
	struct surroundings	 around;
	/* The computer that is unpacked, around.self: */
	bool			 open;
	bool			 folded;
	struct unpacked		 unpacked;
	struct host		*hosts;
	struct concluded	 concluded;
};

static bool
symbol_lookup(struct str name, uint32_t *value)
{
	return code_symbol(name, value);
}

const struct rules_env triage_rules_env = { symbol_lookup,
    bugcheck_advice, false };
const struct rules_env triage_rules_env_lean = { symbol_lookup,
    bugcheck_advice, true };

static void
harvest_add(void *ctx, const void *p, size_t n)
{
	struct triage *t = ctx;

	out_bytes(&t->harvest, p, n);
}

struct triage *
triage_new(struct arena *a, const struct ruleset *rs)
{
	struct triage *t = arena_new(a, struct triage);

	t->a = a;
	t->rs = rs;
	gathered_init(&t->all, a, rs);
	t->given = os_none();
	t->how.rules = rs;
	t->how.open = log_open;
	t->how.tell = harvest_add;
	t->how.ctx = t;
	t->harvest = out_memory();
	return t;
}

void
triage_given(struct triage *t, const struct os *os)
{
	t->given = *os;
}

void
triage_opener(struct triage *t, log_opener *open)
{
	t->how.open = open;
}

void
triage_explain(struct triage *t)
{
	t->how.explain = true;
}

void
triage_exhibits(struct triage *t, const struct exhibits *x, struct str path)
{
	t->exhibits = x;
	t->exhibits_path = path;
}

static struct reader *
reader_get(struct triage *t)
{
	if (t->reader == NULL)
		t->reader = reader_new(t->a, &t->how);
	return t->reader;
}

bool
triage_harvest(struct triage *t, struct span harvest)
{
	return gather(&t->all, harvest);
}

/* Our own harvest: it is good. */
static void
harvest_take(struct triage *t)
{
	(void)triage_harvest(t, (struct span){
	    (const uint8_t *)t->harvest.mem, t->harvest.n });
	t->harvest.n = 0;
}

void
triage_problem(struct triage *t, struct str path, const char *why)
{
	reader_missed(reader_get(t), path, why);
	harvest_take(t);
}

static void
file_line(struct triage *t, const struct part_line *l)
{
	struct str failed = l->failed;

	if (failed.n == 0 && l->job.logs > 0 && l->harvest.n == 0)
		failed = str_of(INPUT_UNTOLD);
	if (failed.n == 0 && !triage_harvest(t, l->harvest))
		failed = str_of("what its reader said makes no sense");
	if (l->job.inside)
		t->inside += l->job.logs + (failed.n > 0);
	if (failed.n > 0)
		triage_problem(t, l->job.path, arena_cstr(t->a, failed));
}

void
triage_line(struct triage *t, const struct part_line *l)
{
	const struct found end = { .kind = FOUND_FOLDER_END,
	    .again = l->again, .told = l->told };
	const char *why;

	switch (l->kind) {
	case PART_FILE:
		file_line(t, l);
		break;
	case PART_PROBLEM:
		triage_problem(t, l->job.path, arena_cstr(t->a, l->failed));
		break;
	case PART_FOLDER:
		why = folder_verdict(&end, t->inside);
		t->inside = 0;
		if (why != NULL)
			triage_problem(t, l->job.path, why);
		break;
	}
}

void
triage_event(struct triage *t, const struct event *e)
{
	if (!t->events)
		reader_begin(reader_get(t), str_of("(event)"));
	t->events = true;
	reader_event(t->reader, e);
}

static void
events_end(struct triage *t)
{
	if (!t->events)
		return;
	t->events = false;
	reader_end(t->reader);
	harvest_take(t);
}

const struct reader_how *
triage_how(const struct triage *t)
{
	return &t->how;
}

/* The computer is no longer needed. */
static void
computer_close(struct triage *t)
{
	if (t->open)
		computer_pack(&t->unpacked);
	t->open = false;
}

void
triage_free(struct triage *t)
{
	if (t->events)
		reader_end(t->reader);	/* a bad event came before the end */
	if (t->reader != NULL)
		reader_free(t->reader);
	computer_close(t);
	out_free(&t->harvest);
	gathered_free(&t->all);
}

bool
triage_complete(const struct triage *t)
{
	return t->all.problems.lost == 0;
}

static int
cmp_computers(const void *a, const void *b)
{
	const struct summary *x = &(*(struct computer *const *)a)->sum;
	const struct summary *y = &(*(struct computer *const *)b)->sum;
	int c = str_casecmp(x->name, y->name);

	return c != 0 ? c : str_cmp(x->name, y->name);
}

/* Unpacked; the first time its host is made. */
static void
computer_open(struct triage *t, size_t i, bool first)
{
	computer_close(t);
	if (first)
		computer_meet(&t->unpacked, t->all.computers[i], &t->all,
		    &t->given, t->how.explain, &t->hosts[i]);
	else
		computer_unpack(&t->unpacked, t->all.computers[i], &t->all,
		    &t->hosts[i]);
	t->around.self = i;
	t->open = true;
	t->folded = false;
}

static void
dropped_tell(struct triage *t, const struct computer *c)
{
	uint64_t dropped = c->sum.dropped +
	    observations_dropped(t->unpacked.obs);

	if (dropped == 0)
		return;
	t->all.problems.path = c->sum.name;
	problem_add(&t->all.problems, GRADE_RECORD, NO_OFFSET,
	    "%llu matching events of this computer were too many to "
	    "keep: counts are too low", (unsigned long long)dropped);
}

/* Some rules look at other computers: what those have to say is looked up
 * before any is folded. */
static const struct elsewhere *
elsewhere_of(struct triage *t)
{
	struct observations *obs = t->unpacked.obs;

	rules_want_elsewhere(t->rs, obs);
	computer_ticks(&t->unpacked, t->rs);
	return rules_elsewhere(t->a, t->rs, obs);
}

/* Each is looked at once; one that is alone stays open. */
static void
computers_look(struct triage *t)
{
	size_t n = t->all.ncomputers;
	bool look = n > 1 && rules_look_elsewhere(t->rs), many = false;
	const struct elsewhere **all = look ? arena_array(t->a,
	    const struct elsewhere *, n) : NULL;

	t->around = (struct surroundings){ n > 1 ? NULL : t->exhibits, NULL,
	    n, 0 };
	for (size_t i = 0; i < n; i++) {
		computer_open(t, i, true);
		dropped_tell(t, t->all.computers[i]);
		if (look)
			all[i] = elsewhere_of(t);
		many = many || t->all.computers[i]->kept != NULL;
	}
	if (n > 1)
		computer_close(t);
	t->around.all = all;
	/* What they were made of is gone, and folding will want as much. */
	if (many)
		arenas_settle();
}

/* A listing that is of one computer says nothing of several. */
static void
exhibits_judge(struct triage *t)
{
	if (t->exhibits == NULL || t->all.ncomputers < 2)
		return;
	t->all.problems.path = t->exhibits_path;
	problem_add(&t->all.problems, GRADE_NOTE, NO_OFFSET, "left aside: it "
	    "speaks of one computer, the logs are of %zu",
	    t->all.ncomputers);
}

/* As many rules at a time as have not too many ticks together. */
static struct folded
computer_fold(struct triage *t, struct unpacked *u)
{
	struct fold *f = fold_new(&u->a, t->rs, u->obs, u->host, &t->around);
	size_t n = rules_count(t->rs);

	for (size_t from = 0, to; from < n; from = to) {
		to = observations_want(u->obs, from);
		computer_ticks(u, t->rs);
		fold_rules(f, from, to);
	}
	observations_forget(u->obs);
	return fold_end(f);
}

/* Those that are severe enough. */
static struct concluded
folded_filter(struct triage *t, struct computer *c, const struct folded *f)
{
	struct finding *v = arena_array(&t->unpacked.a, struct finding,
	    f->nfindings);
	size_t n = 0;

	for (size_t i = 0; i < f->nfindings; i++) {
		const struct finding *x = &f->findings[i];

		if (x->severity < t->min)
			continue;
		v[n++] = *x;
		if (!c->found || x->severity > c->worst)
			c->worst = x->severity;
		c->found = true;
	}
	c->concluded = true;
	return (struct concluded){ v, n, f->misses, f->nmisses };
}

static const struct concluded *
conclude(void *ctx, size_t host)
{
	struct triage *t = ctx;
	struct folded f;

	if (!t->open || t->around.self != host)
		computer_open(t, host, false);
	if (!t->folded) {
		f = computer_fold(t, &t->unpacked);
		t->concluded = folded_filter(t, t->all.computers[host], &f);
		t->folded = true;
	}
	return &t->concluded;
}

bool
triage_found(struct triage *t, enum severity s)
{
	for (size_t i = 0; i < t->all.ncomputers; i++) {
		const struct computer *c = t->all.computers[i];

		if (!c->concluded)
			(void)conclude(t, i);
		if (c->found && c->worst >= s)
			return true;
	}
	return false;
}

void
triage_report(struct triage *t, enum severity min, struct report *r)
{
	struct gathered *g = &t->all;

	events_end(t);
	t->hosts = arena_array(t->a, struct host, g->ncomputers);
	if (g->ncomputers > 0)
		qsort(g->computers, g->ncomputers, sizeof *g->computers,
		    cmp_computers);
	t->min = min;
	computers_look(t);
	exhibits_judge(t);
	memset(r, 0, sizeof *r);
	r->version = EVTRIAGE_VERSION;
	r->nrules = rules_count(t->rs);
	r->rules_digest = rules_digest(t->rs);
	r->hosts = t->hosts;
	r->nhosts = g->ncomputers;
	r->conclude = conclude;
	r->ctx = t;
	r->inputs = g->inputs;
	r->ninputs = g->ninputs;
	r->problems = g->problems.v;
	r->nproblems = g->problems.n;
	r->problems_dropped = g->problems.dropped;
}

uint32_t
triage_fitted(struct triage *t, const struct rule *r)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < t->all.ncomputers; i++) {
		struct unpacked *u = &t->unpacked;

		computer_open(t, i, false);
		observations_want_rule(u->obs, r);
		computer_ticks(u, t->rs);
		bits |= rules_fitted(t->rs, r, u->obs);
	}
	return bits;
}

size_t
triage_why(struct triage *t, const struct rule *r, size_t host,
    const struct str **lines)
{
	struct unpacked *u = &t->unpacked;
	struct str *kept;
	size_t n;

	if (!t->open || t->around.self != host)
		computer_open(t, host, false);
	observations_forget(u->obs);
	observations_want_rule(u->obs, r);
	computer_ticks(u, t->rs);
	n = rules_explain(&u->a, t->rs, r, u->obs, u->host, &t->around,
	    lines);
	kept = arena_array(t->a, struct str, n);
	for (size_t i = 0; i < n; i++)
		kept[i] = arena_str(t->a, (*lines)[i]);
	*lines = kept;
	return n;
}
