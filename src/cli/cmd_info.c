/*
 * info: what logs hold.  Workers read them (info_look.c); here what they
 * say is checked and printed, one log after another.
 */
#include "base/caps.h"
#include "base/json.h"
#include "base/pack.h"
#include "cli/cli.h"
#include "cli/info.h"
#include "triage/harvest.h"
#include "triage/triage.h"

struct gathering {
	const struct options	*o;
	struct output		*p;
	struct json		 json;
	bool			 some;		/* an input was told */
	size_t			 opened;	/* inputs of this job */
	bool			 lost;
	struct looking		 look;		/* in the worker */
	/* The input of which is being told: */
	bool			 open;
	struct arena		 a;
	struct info		 info;
	struct problem		*problems;
	size_t			 nproblems, problems_cap;
	struct out		 harvest;
};

static void
begin(void *ctx, struct work *w)
{
	struct gathering *g = ctx;

	look_begin(&g->look, w);
}

static void
log_read(void *ctx, struct work *w, struct source *s, struct str path)
{
	struct gathering *g = ctx;

	(void)w;
	look_log(&g->look, s, path);
}

static void
problem_send(void *ctx, struct work *w, struct str path, const char *why)
{
	const struct problem p = { path, NO_OFFSET, GRADE_FILE, str_of(why) };

	(void)ctx;
	inputs_problem(w, &p);
}

static void
input_begin(struct gathering *g, struct str path)
{
	g->info = (struct info){ .any = false };
	g->info.input.path = arena_str(&g->a, path);
	g->problems = NULL;
	g->nproblems = g->problems_cap = 0;
	g->harvest.n = 0;
	g->open = true;
	g->opened++;
}

static void
input_forget(struct gathering *g)
{
	arena_free(&g->a);
	g->open = false;
}

static void
problem_take(struct gathering *g, const struct problem *p)
{
	/* More are sent by no sound reader. */
	if (g->nproblems == CAP_PROBLEMS)
		return;
	g->problems = arena_grow(&g->a, g->problems, g->nproblems,
	    &g->problems_cap, sizeof *g->problems);
	g->problems[g->nproblems++] = (struct problem){ g->info.input.path,
	    p->offset, p->grade, arena_str(&g->a, p->message) };
}

/* With the first input, or at the end: where nothing may be read nothing is
 * begun. */
static void
document_begin(struct gathering *g)
{
	if (!g->some && g->o->format == FORMAT_JSON)
		report_info_json_begin(&g->json);
}

static void
input_print(struct gathering *g)
{
	struct report_options how = { .columns = output_columns(g->p),
	    .verbose = g->o->verbose };

	g->info.problems = g->problems;
	g->info.nproblems = g->nproblems;
	document_begin(g);
	if (g->o->format == FORMAT_JSON) {
		report_info_json(&g->json, &g->info);
	} else {
		if (g->some)
			out_char(&g->p->out, '\n');
		report_info_text(&g->p->out, &g->info, &how);
	}
	g->some = true;
	if (g->p->out.error != 0)
		jobs_stop();
}

/* All of the input has come: false when its harvest is none. */
static bool
input_end(struct gathering *g, size_t lost)
{
	struct triage *t = triage_new(&g->a, rules_none(&g->a));
	bool good = triage_harvest(t, (struct span){
	    (const uint8_t *)g->harvest.mem, g->harvest.n });
	struct report r;

	if (good) {
		triage_report(t, SEV_INFO, &r);
		g->info.hosts = r.hosts;
		g->info.nhosts = r.nhosts;
		g->lost = g->lost || lost > 0;
		input_print(g);
	}
	triage_free(t);
	input_forget(g);
	return good;
}

/* What cannot be opened or is lost as a whole. */
static void
input_lost(struct gathering *g, struct str path, struct str why)
{
	const struct problem p = { path, NO_OFFSET, GRADE_FILE, why };

	input_begin(g, path);
	problem_take(g, &p);
	g->lost = true;
	input_print(g);
	input_forget(g);
}

static bool
harvest_take(void *ctx, struct span piece)
{
	struct gathering *g = ctx;

	out_bytes(&g->harvest, piece.p, piece.n);
	return g->open;
}

static bool
name_take(struct gathering *g, struct rd *r)
{
	struct info_counts *c = info_counts(&g->info, rd_pack_u64(r));
	struct str name = rd_pack_str(r, SENT_MOST);
	uint64_t n = rd_pack_u64(r);

	if (c == NULL || c->n == CAP_INFO_NAMES || !rd_ok(r) ||
	    rd_left(r) > 0)
		return false;
	c->v = arena_grow(&g->a, c->v, c->n, &c->cap, sizeof *c->v);
	c->v[c->n++] = (struct info_count){ arena_str(&g->a, name), n };
	return true;
}

static bool
message_take(void *ctx, unsigned kind, struct span message)
{
	struct gathering *g = ctx;
	struct rd r = rd_init(message);
	struct str path;
	size_t lost;

	if (kind == SENT_LOOK && !g->open) {
		path = rd_pack_str(&r, PATH_MOST);
		input_begin(g, path);
		return rd_ok(&r) && rd_left(&r) == 0;
	}
	if (kind == SENT_NAMED && g->open)
		return name_take(g, &r);
	return kind == SENT_LOOKED && g->open &&
	    info_unpack(&g->a, message, &g->info, &lost) &&
	    input_end(g, lost);
}

static void
told(void *ctx, const struct problem *p)
{
	struct gathering *g = ctx;

	if (g->open)
		problem_take(g, p);
	else
		input_lost(g, p->path, p->message);
}

static void
done(void *ctx, const struct input_job *j, struct str failed)
{
	struct gathering *g = ctx;

	if (g->open && failed.n == 0)
		failed = str_of("what its reader said is cut off");
	if (failed.n == 0 && g->opened < j->logs)
		failed = str_of(INPUT_UNTOLD);
	g->opened = 0;
	input_forget(g);
	if (failed.n > 0)
		input_lost(g, j->path, failed);
}

static void
missed(void *ctx, const struct input_job *j, const char *why)
{
	input_lost(ctx, j->path, str_of(why));
}

static int
info(struct arena *a, struct gathering *g)
{
	const struct inputs_ops ops = { .begin = begin, .one = log_read,
	    .problem = problem_send, .text = harvest_take,
	    .message = message_take, .told = told, .done = done,
	    .missed = missed, .ctx = g, .own = output_fd(g->p) };
	struct pool_options how = jobs_options(g->o);
	struct pool_told told_of;
	enum pool_end end;

	/* Of a log that could not be read to its end nothing is said but
	 * that: the first half of the numbers would look like all. */
	how.atomic = true;
	end = inputs_run(a, g->o->args, g->o->nargs, &how, &ops, &told_of);
	if (end == POOL_REFUSED)
		return jobs_refused(g->p);
	jobs_tell(g->o, &told_of);
	/* A list of half the inputs would look like one of all. */
	if (end == POOL_INTERRUPTED && g->p->out.error == 0 &&
	    g->o->output != NULL) {
		output_drop(g->p);
		return STATUS_INTERRUPTED;
	}
	document_begin(g);
	if (g->o->format == FORMAT_JSON)
		report_info_json_end(&g->json, jobs_sandbox(&told_of));
	if (!output_close(g->p))
		return STATUS_USAGE;
	if (g->p->out.error != 0)
		return STATUS_DONE;
	return end == POOL_INTERRUPTED ? STATUS_INTERRUPTED :
	    g->lost ? STATUS_INCOMPLETE : STATUS_DONE;
}

int
cmd_info(struct arena *a, const struct options *o)
{
	struct output p;
	struct gathering g = { .o = o, .p = &p, .look = { .open = o->open },
	    .harvest = out_memory() };
	int status;

	if (!output_open(&p, o))
		return STATUS_USAGE;
	g.json = json_begin(&p.out, false);
	status = info(a, &g);
	look_free(&g.look);
	out_free(&g.harvest);
	arena_free(&g.a);
	return status;
}
