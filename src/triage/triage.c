/*
 * Reading inputs and putting together what they say about each computer.
 * A computer is known by its name: "SRV1" and "SRV1.corp.example" are the
 * same one, since a machine that joins a domain changes from the first to
 * the second within one log.
 */
#include <stdlib.h>
#include <string.h>
#include "codes/codes.h"
#include "codes/decode.h"
#include "log/log.h"
#include "triage/computer.h"
#include "triage/triage.h"
#include "triage/walk.h"

/* A provider met lately and what is known of it, so that the answers are
 * found once and not for every record. */
enum { MEMOS = 64, MEMO_TEXT = 160 };
struct memo {
	size_t		nprovider, nsource;	/* 0, 0: free */
	char		text[MEMO_TEXT];	/* one behind the other */
	bool		all;		/* some rule wants all its events */
	struct roles	roles;
};

struct triage {
	struct arena		*a;
	const struct ruleset	*rs;
	struct computer		**computers;
	size_t			 ncomputers, computers_cap;
	struct computer		*newest;	/* of the last event */
	struct input		*inputs;
	size_t			 ninputs, inputs_cap;
	struct problems		 problems;
	struct os		 given;
	log_opener		*open;
	bool			 explain;
	size_t			 channel_known;	/* 1 + input whose channel is
						 * known */
	const struct exhibits	*exhibits;	/* --evidence, or NULL */
	struct str		 exhibits_path;
	struct arena		 file;		/* one input */
	struct arena		 scratch;	/* one event */
	struct memo		 memos[MEMOS];
	struct memo		 memo_long;	/* of names that do not fit */
};

static bool
symbol_lookup(struct str name, uint32_t *value)
{
	return code_symbol(name, value);
}

const struct rules_env triage_rules_env = { symbol_lookup, false };
const struct rules_env triage_rules_env_lean = { symbol_lookup, true };

struct triage *
triage_new(struct arena *a, const struct ruleset *rs)
{
	struct triage *t = arena_new(a, struct triage);

	t->a = a;
	t->open = log_open;
	t->rs = rs;
	t->problems.arena = a;
	t->given = os_none();
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
	t->open = open;
}

void
triage_exhibits(struct triage *t, const struct exhibits *x, struct str path)
{
	t->exhibits = x;
	t->exhibits_path = path;
}

static struct str
first_label(struct str name)
{
	size_t dot = str_find(name, ".", 0);

	return str_sub(name, 0, dot);
}

static bool
same_computer(struct str a, struct str b)
{
	struct str la = first_label(a), lb = first_label(b);

	if (!str_caseeq(la, lb))
		return false;
	return la.n == a.n || lb.n == b.n || str_caseeq(a, b);
}

void
triage_explain(struct triage *t)
{
	t->explain = true;
}

static struct computer *
computer_get(struct triage *t, struct str name)
{
	struct computer *c;

	if (t->newest != NULL && str_eq(t->newest->name, name))
		return t->newest;
	for (size_t i = 0; i < t->ncomputers; i++)
		if (same_computer(t->computers[i]->name, name))
			return t->newest = t->computers[i];
	c = arena_new(t->a, struct computer);
	c->arena = t->a;
	c->name = arena_str(t->a, name);
	c->obs = observations_new(t->a, t->rs);
	if (t->explain)
		observations_explain(c->obs);
	t->computers = arena_grow(t->a, t->computers, t->ncomputers,
	    &t->computers_cap, sizeof(struct computer *));
	t->computers[t->ncomputers++] = c;
	return t->newest = c;
}

static struct input *
input_new(struct triage *t, struct str path)
{
	t->inputs = arena_grow(t->a, t->inputs, t->ninputs, &t->inputs_cap,
	    sizeof *t->inputs);
	memset(&t->inputs[t->ninputs], 0, sizeof *t->inputs);
	t->inputs[t->ninputs].path = arena_str(t->a, path);
	t->problems.path = t->inputs[t->ninputs].path;
	return &t->inputs[t->ninputs++];
}

static struct ident
ident_of(const struct event *e)
{
	return (struct ident){ .provider = e->provider, .source = e->source,
	    .computer = e->computer, .id = e->id, .time = e->time,
	    .known = true };
}

static bool
memo_is(const struct memo *m, struct str provider, struct str source)
{
	return m->nprovider == provider.n && m->nsource == source.n &&
	    memcmp(m->text, provider.p, provider.n) == 0 &&
	    (source.n == 0 || memcmp(m->text + provider.n, source.p,
	    source.n) == 0);
}

static const struct memo *
memo_get(struct triage *t, const struct ident *id)
{
	struct str p = id->provider, s = id->source;
	bool fits = p.n > 0 && p.n <= MEMO_TEXT && s.n <= MEMO_TEXT - p.n;
	struct memo *m = !fits ? &t->memo_long : &t->memos[(p.n +
	    (unsigned char)p.p[p.n - 1] * 7u + (unsigned char)p.p[p.n / 2] *
	    3u + s.n) % MEMOS];

	if (fits && memo_is(m, p, s))
		return m;
	m->all = rules_want_all(t->rs, p, s);
	m->roles = roles_of(p);
	if (fits) {
		m->nprovider = p.n;
		m->nsource = s.n;
		memcpy(m->text, p.p, p.n);
		if (s.n > 0)
			memcpy(m->text + p.n, s.p, s.n);
	}
	return m;
}

static bool
wanted(const struct triage *t, const struct memo *m, const struct ident *id)
{
	return m->all || rules_want(t->rs, id->provider, id->source, id->id) ||
	    decode_wants(id->provider, id->source, id->id);
}

/* Every event counts, wanted or not. */
static struct computer *
event_see(struct triage *t, struct input *in, const struct ident *id,
    const struct memo *m, const struct place *at)
{
	struct computer *c = computer_get(t, id->computer);

	if (id->time != 0 && (in->first == 0 || id->time < in->first))
		in->first = id->time;
	if (id->time > in->last)
		in->last = id->time;
	computer_see(c, id, m->roles, at);
	return c;
}

/* Order within a log is by record number, whatever the order of the file:
 * exports may be newest first, rings wrap. */
static struct place
place_of(const struct triage *t, const struct input *in,
    const struct record *r)
{
	return (struct place){ in->path, (uint32_t)(in - t->inputs), r->id };
}

/* .evt does not say which log it is; its name mostly does. */
static struct str
channel_of_name(struct str path)
{
	size_t from = path.n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	path = str_sub(path, from, path.n);
	if (str_glob(path, str_of("*app*.evt")))
		return str_of("Application");
	if (str_glob(path, str_of("*sec*.evt")))
		return str_of("Security");
	return str_of(str_glob(path, str_of("*.evt")) ? "System" : "");
}

static void
event_take(struct triage *t, struct input *in, const struct event *e)
{
	struct ident id = ident_of(e);
	struct place at = place_of(t, in, &e->at);
	const struct memo *m = memo_get(t, &id);
	struct computer *c = event_see(t, in, &id, m, &at);
	struct facts facts;

	computer_channel(c, e->channel.n > 0 ? e->channel :
	    channel_of_name(in->path));
	t->channel_known = (size_t)(in - t->inputs) + 1;
	if (!wanted(t, m, &id))
		return;
	decode_event(&t->scratch, e, &facts);
	if (decode_wants(id.provider, id.source, id.id))
		computer_learn(c, e, &facts, &at);
	if (rules_match(t->rs, e, &facts, &at, m->all, c->obs))
		in->matched++;
}

static void
record_take(struct triage *t, struct log *log, struct input *in,
    const struct record *r)
{
	const struct memo *m;
	struct ident id;
	struct event e;
	bool whole;

	log_ident(log, &id);
	m = memo_get(t, &id);
	/* The first event of an input is decoded for its channel, and a torn
	 * record to see whether it is whole. */
	if (id.known && r->state != RECORD_TORN && t->channel_known ==
	    (size_t)(in - t->inputs) + 1 && !wanted(t, m, &id)) {
		struct place at = place_of(t, in, r);

		event_see(t, in, &id, m, &at);
		return;
	}
	arena_reset(&t->scratch);
	whole = log_event(log, &t->scratch, &e);
	/* What is left of a torn record may be less than it seems. */
	if (e.provider.n > 0 && (whole || r->state != RECORD_TORN))
		event_take(t, in, &e);
}

/* What the tally points to goes with the log; the report needs it. */
static void
missing_keep(struct triage *t, struct tally *tally)
{
	struct id_range *kept = arena_array(t->a, struct id_range,
	    tally->nmissing + 1);

	if (tally->nmissing > 0)
		memcpy(kept, tally->missing, tally->nmissing * sizeof *kept);
	tally->missing = kept;
}

void
triage_input(struct triage *t, struct source *s, struct str path)
{
	struct input *in = input_new(t, path);
	struct log *log = t->open(&t->file, s, &t->problems);
	struct record r;

	if (log == NULL) {
		in->bytes = s->at;
		return;
	}
	in->format = log_format(log);
	while (log_next(log, &r) == LOG_RECORD)
		record_take(t, log, in, &r);
	log_close(log, &in->tally);
	in->bytes = s->at;
	missing_keep(t, &in->tally);
	arena_reset(&t->file);
	arena_reset(&t->scratch);
}

void
triage_event(struct triage *t, const struct event *e)
{
	if (t->ninputs == 0)
		input_new(t, str_of("(event)"));
	event_take(t, &t->inputs[t->ninputs - 1], e);
}

void
triage_problem(struct triage *t, struct str path, const char *why)
{
	(void)input_new(t, path);
	problem_add(&t->problems, GRADE_FILE, NO_OFFSET, "%s", why);
}

static void
path_take(void *ctx, struct source *s, struct str path)
{
	triage_input(ctx, s, path);
}

static void
path_missed(void *ctx, struct str path, const char *why)
{
	triage_problem(ctx, path, why);
}

void
triage_paths(struct triage *t, char *const *paths, size_t n)
{
	const struct walk_ops ops = { path_take, path_missed, t, 0 };

	walk_paths(t->a, paths, n, &ops);
}

void
triage_free(struct triage *t)
{
	arena_free(&t->file);
	arena_free(&t->scratch);
}

bool
triage_complete(const struct triage *t)
{
	return t->problems.lost == 0;
}

static int
cmp_computers(const void *a, const void *b)
{
	const struct computer *x = *(struct computer *const *)a;
	const struct computer *y = *(struct computer *const *)b;
	int c = str_casecmp(x->name, y->name);

	return c != 0 ? c : str_cmp(x->name, y->name);
}

struct list {
	struct finding	*v;
	size_t		 n, cap;
	struct near_miss *misses;
	size_t		 nmisses, misses_cap;
};

static void
host_fold(struct triage *t, struct computer *c, const struct host *h,
    const struct surroundings *all, enum severity min, struct list *out)
{
	uint64_t dropped = observations_dropped(c->obs);
	struct folded f = rules_fold(t->a, t->rs, c->obs, h, all);

	for (size_t i = 0; i < f.nfindings; i++) {
		if (f.findings[i].severity < min)
			continue;
		out->v = arena_grow(t->a, out->v, out->n, &out->cap,
		    sizeof *out->v);
		out->v[out->n++] = f.findings[i];
	}
	for (size_t i = 0; i < f.nmisses; i++) {
		out->misses = arena_grow(t->a, out->misses, out->nmisses,
		    &out->misses_cap, sizeof *out->misses);
		out->misses[out->nmisses++] = f.misses[i];
	}
	if (dropped > 0) {
		t->problems.path = c->name;
		problem_add(&t->problems, GRADE_RECORD, NO_OFFSET,
		    "%llu matching events of this computer were too many to "
		    "keep: counts are too low", (unsigned long long)dropped);
	}
}

/* Everything is sorted before anything is folded: a rule may look at other
 * computers. */
static struct surroundings
computers_sort(struct triage *t, struct host *hosts)
{
	struct observations **all = arena_array(t->a, struct observations *,
	    t->ncomputers + 1);

	for (size_t i = 0; i < t->ncomputers; i++) {
		struct computer *c = t->computers[i];

		computer_host(c, t->rs, &t->given, &hosts[i]);
		rules_sort(t->a, t->rs, c->obs, &hosts[i]);
		all[i] = c->obs;
	}
	return (struct surroundings){ t->ncomputers > 1 ? NULL : t->exhibits,
	    all, t->ncomputers };
}

/* A listing that is of one computer says nothing of several. */
static void
exhibits_judge(struct triage *t)
{
	if (t->exhibits == NULL || t->ncomputers < 2)
		return;
	t->problems.path = t->exhibits_path;
	problem_add(&t->problems, GRADE_NOTE, NO_OFFSET, "left aside: it "
	    "speaks of one computer, the logs are of %zu", t->ncomputers);
}

void
triage_report(struct triage *t, enum severity min, struct report *r)
{
	struct host *hosts = arena_array(t->a, struct host,
	    t->ncomputers + 1);
	struct list findings = { NULL, 0, 0, NULL, 0, 0 };
	struct surroundings all;

	if (t->ncomputers > 0)
		qsort(t->computers, t->ncomputers, sizeof *t->computers,
		    cmp_computers);
	all = computers_sort(t, hosts);
	for (size_t i = 0; i < t->ncomputers; i++)
		host_fold(t, t->computers[i], &hosts[i], &all, min,
		    &findings);
	exhibits_judge(t);
	memset(r, 0, sizeof *r);
	r->version = EVTRIAGE_VERSION;
	r->nrules = rules_count(t->rs);
	r->rules_digest = rules_digest(t->rs);
	r->hosts = hosts;
	r->nhosts = t->ncomputers;
	r->findings = findings.v;
	r->nfindings = findings.n;
	r->misses = findings.misses;
	r->nmisses = findings.nmisses;
	r->inputs = t->inputs;
	r->ninputs = t->ninputs;
	r->problems = t->problems.v;
	r->nproblems = t->problems.n;
	r->problems_dropped = t->problems.dropped;
}

uint32_t
triage_fitted(const struct triage *t, const struct rule *r)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < t->ncomputers; i++)
		bits |= rules_fitted(t->rs, r, t->computers[i]->obs);
	return bits;
}

size_t
triage_why(struct triage *t, const struct rule *r, const struct report *rep,
    size_t host, const struct str **lines)
{
	struct observations **all = arena_array(t->a, struct observations *,
	    t->ncomputers + 1);
	struct surroundings around = { t->ncomputers > 1 ? NULL :
	    t->exhibits, all, t->ncomputers };

	for (size_t i = 0; i < t->ncomputers; i++)
		all[i] = t->computers[i]->obs;
	return rules_explain(t->a, t->rs, r, all[host], &rep->hosts[host],
	    &around, lines);
}
