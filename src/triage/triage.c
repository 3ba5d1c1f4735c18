/*
 * From inputs to a report.  What reads (reader.c) may be another process;
 * what it tells is put together here (gather.c), then every computer is
 * unpacked, folded and forgotten again, one after another.
 */
#include <stdlib.h>
#include <string.h>
#include "codes/codes.h"
#include "codes/decode.h"
#include "model/keep.h"
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
	bool			 tell_misses;
	const struct exhibits	*exhibits;	/* --evidence, or NULL */
	struct str		 exhibits_path;
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
triage_misses(struct triage *t)
{
	t->tell_misses = true;
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

void
triage_free(struct triage *t)
{
	if (t->events)
		reader_end(t->reader);	/* a bad event came before the end */
	if (t->reader != NULL)
		reader_free(t->reader);
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

struct list {
	struct interned	 texts;
	struct finding	*v;
	size_t		 n, cap;
	struct near_miss *misses;
	size_t		 nmisses, misses_cap;
};

/* What folding found lies where the computer was unpacked: the report
 * keeps copies. */
static void
folded_keep(struct triage *t, const struct folded *f, enum severity min,
    struct list *out)
{
	for (size_t i = 0; i < f->nfindings; i++) {
		if (f->findings[i].severity < min)
			continue;
		out->v = arena_grow(t->a, out->v, out->n, &out->cap,
		    sizeof *out->v);
		out->v[out->n++] = finding_keep(&out->texts,
		    &f->findings[i]);
	}
	for (size_t i = 0; t->tell_misses && i < f->nmisses; i++) {
		struct near_miss m = f->misses[i];

		m.why = interned_str(&out->texts, m.why);
		out->misses = arena_grow(t->a, out->misses, out->nmisses,
		    &out->misses_cap, sizeof *out->misses);
		out->misses[out->nmisses++] = m;
	}
}

static void
dropped_tell(struct triage *t, const struct computer *c, uint64_t dropped)
{
	if (dropped == 0)
		return;
	t->all.problems.path = c->sum.name;
	problem_add(&t->all.problems, GRADE_RECORD, NO_OFFSET,
	    "%llu matching events of this computer were too many to "
	    "keep: counts are too low", (unsigned long long)dropped);
}

static struct surroundings
surroundings_of(struct triage *t)
{
	size_t n = t->all.ncomputers;

	return (struct surroundings){ n > 1 ? NULL : t->exhibits, NULL, n,
	    0 };
}

/* Some rules look at other computers: what those have to say is looked up
 * before any is folded. */
static void
others_look(struct triage *t, struct surroundings *around)
{
	const struct elsewhere **all = arena_array(t->a,
	    const struct elsewhere *, around->nall);
	struct arena hosts = { 0 };
	struct unpacked u;
	struct host h;

	if (around->nall < 2 || !rules_look_elsewhere(t->rs))
		return;
	for (size_t i = 0; i < around->nall; i++) {
		computer_unpack(&u, t->all.computers[i], &t->all, &hosts,
		    &t->given, &h);
		rules_want_elsewhere(t->rs, u.obs);
		computer_ticks(&u, t->rs);
		all[i] = rules_elsewhere(t->a, t->rs, u.obs);
		computer_pack(&u);
		arena_reset(&hosts);
	}
	arena_free(&hosts);
	around->all = all;
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
computer_fold(struct triage *t, struct unpacked *u,
    const struct surroundings *around)
{
	struct fold *f = fold_new(&u->a, t->rs, u->obs, u->host, around);
	size_t n = rules_count(t->rs);

	for (size_t from = 0, to; from < n; from = to) {
		to = observations_want(u->obs, from);
		computer_ticks(u, t->rs);
		fold_rules(f, from, to);
	}
	return fold_end(f);
}

static void
computers_fold(struct triage *t, struct host *hosts, enum severity min,
    struct list *out)
{
	struct surroundings around = surroundings_of(t);

	others_look(t, &around);
	for (size_t i = 0; i < around.nall; i++) {
		const struct computer *c = t->all.computers[i];
		struct unpacked u;
		struct folded f;

		computer_unpack(&u, c, &t->all, t->a, &t->given, &hosts[i]);
		around.self = i;
		f = computer_fold(t, &u, &around);
		folded_keep(t, &f, min, out);
		dropped_tell(t, c, c->sum.dropped +
		    observations_dropped(u.obs));
		computer_pack(&u);
	}
}

void
triage_report(struct triage *t, enum severity min, struct report *r)
{
	struct gathered *g = &t->all;
	struct list findings = { .texts = interned_new(t->a) };
	struct host *hosts;

	events_end(t);
	hosts = arena_array(t->a, struct host, g->ncomputers);
	if (g->ncomputers > 0)
		qsort(g->computers, g->ncomputers, sizeof *g->computers,
		    cmp_computers);
	computers_fold(t, hosts, min, &findings);
	exhibits_judge(t);
	memset(r, 0, sizeof *r);
	r->version = EVTRIAGE_VERSION;
	r->nrules = rules_count(t->rs);
	r->rules_digest = rules_digest(t->rs);
	r->hosts = hosts;
	r->nhosts = g->ncomputers;
	r->findings = findings.v;
	r->nfindings = findings.n;
	r->misses = findings.misses;
	r->nmisses = findings.nmisses;
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
		struct unpacked u;
		struct host h;

		computer_unpack(&u, t->all.computers[i], &t->all, t->a,
		    &t->given, &h);
		observations_want_rule(u.obs, r);
		computer_ticks(&u, t->rs);
		bits |= rules_fitted(t->rs, r, u.obs);
		computer_pack(&u);
	}
	return bits;
}

size_t
triage_why(struct triage *t, const struct rule *r, size_t host,
    const struct str **lines)
{
	struct surroundings around = surroundings_of(t);
	struct unpacked u;
	struct host h;
	struct str *kept;
	size_t n;

	others_look(t, &around);
	around.self = host;
	computer_unpack(&u, t->all.computers[host], &t->all, t->a,
	    &t->given, &h);
	observations_want_rule(u.obs, r);
	computer_ticks(&u, t->rs);
	n = rules_explain(&u.a, t->rs, r, u.obs, &h, &around, lines);
	kept = arena_array(t->a, struct str, n);
	for (size_t i = 0; i < n; i++)
		kept[i] = arena_str(t->a, (*lines)[i]);
	*lines = kept;
	computer_pack(&u);
	return n;
}
