/*
 * verify: read .evtx with two independent readers and print where they
 * differ.  Differences do not change the exit status: whether they matter
 * is in their cause, which scripts find in the JSON.
 *
 * Workers read and compare; they send, of each input,
 *
 *	SENT_COMPARE	its path
 *	SENT_DIFFERENCE	one difference, as soon as it is found
 *	problems
 *	SENT_COMPARED	all the numbers
 *
 * so that memory does not grow with the log, and an input whose reader died
 * is closed here as what it is.
 */
#include <string.h>
#include "base/caps.h"
#include "base/pack.h"
#include "cli/cli.h"
#include "report/report.h"
#include "triage/harvest.h"
#include "triage/inputs.h"
#include "triage/verify.h"

enum { SENT_COMPARE = SENT_MESSAGE, SENT_DIFFERENCE, SENT_COMPARED };
enum { READERS = 2, FORMAT_MOST = 16, COUNTS = 6 };

struct verifying {
	const struct options	*o;
	struct output		*p;
	struct json		 json;
	struct verify_totals	 totals;
	bool			 begun;		/* the document is */
	bool			 incomplete;
	size_t			 opened;	/* inputs of this job */
	/* The input of which is being told: */
	bool			 open;
	struct arena		 a;
	struct comparison	 c;
	struct problem		 problems[READERS * CAP_PROBLEMS];
	/* In the worker: */
	struct work		*w;
	uint64_t		 records;	/* of the job */
	struct out		 message;
};

/* In one order for both ways. */
static void
comparison_counts(struct comparison *c, uint64_t *v[COUNTS])
{
	uint64_t *all[COUNTS] = { &c->ours, &c->theirs, &c->equal,
	    &c->differing, &c->only_ours, &c->only_theirs };

	memcpy(v, all, sizeof all);
}

static void
message_send(struct verifying *x, unsigned kind)
{
	inputs_send(x->w, kind, x->message.mem, x->message.n);
	x->message.n = 0;
}

static void
worker_begin(void *ctx, struct work *w)
{
	struct verifying *x = ctx;

	x->w = w;
	x->records = 0;
}

static void
path_send(void *ctx, struct str path)
{
	struct verifying *x = ctx;

	pack_str(&x->message, path);
	message_send(x, SENT_COMPARE);
}

static bool
record_at(void *ctx, struct str *why)
{
	struct verifying *x = ctx;

	return work_at(x->w, x->records++, why);
}

static bool
stopped(void *ctx)
{
	const struct verifying *x = ctx;

	return work_stopped(x->w);
}

static void
difference_send(void *ctx, const struct difference *d)
{
	struct verifying *x = ctx;

	pack_u64(&x->message, d->offset);
	pack_u64(&x->message, d->record);
	pack_str(&x->message, d->field);
	pack_str(&x->message, d->ours);
	pack_str(&x->message, d->theirs);
	pack_u64(&x->message, d->why);
	message_send(x, SENT_DIFFERENCE);
}

static void
comparison_send(void *ctx, const struct comparison *c)
{
	struct verifying *x = ctx;
	struct comparison copy = *c;
	uint64_t *counts[COUNTS];

	for (size_t i = 0; i < c->nproblems; i++)
		inputs_problem(x->w, &c->problems[i]);
	comparison_counts(&copy, counts);
	pack_cstr(&x->message, c->format);
	pack_u64(&x->message, c->compared);
	pack_u64(&x->message, c->complete);
	for (size_t i = 0; i < COUNTS; i++)
		pack_u64(&x->message, *counts[i]);
	message_send(x, SENT_COMPARED);
}

static void
log_compare(void *ctx, struct work *w, struct source *s, struct str path)
{
	const struct verify_ops ops = { path_send, record_at, stopped,
	    difference_send, comparison_send, ctx };

	(void)w;
	verify_input(s, path, &ops);
}

static void
problem_send(void *ctx, struct work *w, struct str path, const char *why)
{
	const struct problem p = { path, NO_OFFSET, GRADE_FILE, str_of(why) };

	(void)ctx;
	inputs_problem(w, &p);
}

static bool
as_json(const struct verifying *x)
{
	return x->o->format == FORMAT_JSON;
}

/* With the first input, or at the end: where nothing may be read nothing is
 * begun. */
static void
document_begin(struct verifying *x)
{
	if (!x->begun && as_json(x))
		report_verify_json_open(&x->json, EVTRIAGE_VERSION);
	x->begun = true;
}

static void
input_begin(struct verifying *x, struct str path)
{
	document_begin(x);
	x->open = true;
	x->opened++;
	x->c = (struct comparison){ .path = arena_str(&x->a, path),
	    .problems = x->problems };
	if (as_json(x))
		report_verify_json_begin(&x->json, path);
	else
		report_verify_text_begin(&x->p->out, path);
}

static void
problem_take(struct verifying *x, const struct problem *p)
{
	/* More are sent by no sound reader. */
	if (x->c.nproblems == (size_t)READERS * CAP_PROBLEMS)
		return;
	x->problems[x->c.nproblems++] = (struct problem){ x->c.path,
	    p->offset, p->grade, arena_str(&x->a, p->message) };
}

static void
input_end(struct verifying *x)
{
	const struct comparison *c = &x->c;

	x->totals.inputs++;
	x->totals.compared += c->compared;
	x->totals.ours += c->ours;
	x->totals.theirs += c->theirs;
	x->totals.equal += c->equal;
	for (int i = 0; i < DIVERGENCES; i++)
		x->totals.why[i] += c->why[i];
	if (!c->complete)
		x->incomplete = true;
	if (as_json(x))
		report_verify_json_end(&x->json, c);
	else
		report_verify_text_end(&x->p->out, c);
	arena_reset(&x->a);
	x->open = false;
	if (x->p->out.error != 0)
		jobs_stop();
}

/* What cannot be opened, or was not compared to its end. */
static void
input_lost(struct verifying *x, struct str path, struct str why)
{
	const struct problem p = { path, NO_OFFSET, GRADE_FILE, why };

	if (!x->open)
		input_begin(x, path);
	problem_take(x, &p);
	input_end(x);
}

static bool
difference_take(struct verifying *x, struct rd *r)
{
	struct difference d = { .offset = rd_pack_u64(r) };

	d.record = rd_pack_u64(r);
	d.field = rd_pack_str(r, SENT_MOST);
	d.ours = rd_pack_str(r, SENT_MOST);
	d.theirs = rd_pack_str(r, SENT_MOST);
	d.why = (enum divergence)rd_pack_below(r, DIVERGENCES);
	if (!rd_ok(r) || rd_left(r) > 0)
		return false;
	x->c.why[d.why]++;
	if (as_json(x))
		report_verify_json_difference(&x->json, &d);
	else
		report_verify_text_difference(&x->p->out, &d, x->o->verbose);
	if (x->p->out.error != 0)
		jobs_stop();
	return true;
}

/* Of a message that is none nothing is believed. */
static bool
comparison_take(struct verifying *x, struct rd *r)
{
	struct comparison c = x->c;
	uint64_t *counts[COUNTS];

	comparison_counts(&c, counts);
	c.format = rd_pack_cstr(r, &x->a, FORMAT_MOST);
	c.compared = rd_pack_below(r, 2) == 1;
	c.complete = rd_pack_below(r, 2) == 1;
	for (size_t i = 0; i < COUNTS; i++)
		*counts[i] = rd_pack_u64(r);
	if (!rd_ok(r) || rd_left(r) > 0)
		return false;
	x->c = c;
	input_end(x);
	return true;
}

static bool
message_take(void *ctx, unsigned kind, struct span message)
{
	struct verifying *x = ctx;
	struct rd r = rd_init(message);
	struct str path;

	if (kind == SENT_DIFFERENCE && x->open)
		return difference_take(x, &r);
	if (kind == SENT_COMPARED && x->open)
		return comparison_take(x, &r);
	if (kind != SENT_COMPARE || x->open)
		return false;
	path = rd_pack_str(&r, PATH_MOST);
	if (rd_ok(&r) && rd_left(&r) == 0)
		input_begin(x, path);
	return x->open;
}

static bool
text_refuse(void *ctx, struct span piece)
{
	(void)ctx;
	(void)piece;
	return false;
}

static void
told(void *ctx, const struct problem *p)
{
	struct verifying *x = ctx;

	if (x->open)
		problem_take(x, p);
	else
		input_lost(x, p->path, p->message);
}

static void
done(void *ctx, const struct input_job *j, struct str failed)
{
	struct verifying *x = ctx;

	if (x->open && failed.n == 0)
		failed = str_of("what its reader said is cut off");
	if (failed.n == 0 && x->opened < j->logs)
		failed = str_of(INPUT_UNTOLD);
	x->opened = 0;
	if (failed.n > 0)
		input_lost(x, j->path, failed);
}

static void
missed(void *ctx, const struct input_job *j, const char *why)
{
	input_lost(ctx, j->path, str_of(why));
}

static int
verify(struct arena *a, struct verifying *x)
{
	const struct inputs_ops ops = { .begin = worker_begin,
	    .one = log_compare, .problem = problem_send, .text = text_refuse,
	    .message = message_take, .told = told, .done = done,
	    .missed = missed, .ctx = x, .own = output_fd(x->p) };
	struct pool_options how = jobs_options(x->o);
	struct pool_told told_of;
	enum pool_end end;

	jobs_libevtx(&how);
	end = inputs_run(a, x->o->args, x->o->nargs, &how, &ops, &told_of);
	if (end == POOL_REFUSED)
		return jobs_refused(x->p);
	jobs_tell(x->o, &told_of);
	/* Totals of half the inputs would look like those of all. */
	if (end == POOL_INTERRUPTED && x->p->out.error == 0 &&
	    x->o->output != NULL) {
		output_drop(x->p);
		return STATUS_INTERRUPTED;
	}
	document_begin(x);
	if (as_json(x))
		report_verify_json_totals(&x->json, &x->totals,
		    jobs_sandbox(&told_of));
	else
		report_verify_text_totals(&x->p->out, &x->totals);
	if (!output_close(x->p))
		return STATUS_USAGE;
	if (x->p->out.error != 0)
		return STATUS_DONE;
	return end == POOL_INTERRUPTED ? STATUS_INTERRUPTED :
	    x->incomplete ? STATUS_INCOMPLETE : STATUS_DONE;
}

int
cmd_verify(struct arena *a, const struct options *o)
{
	struct output p;
	struct verifying x = { .o = o, .p = &p, .message = out_memory() };
	int status;

	if (!output_open(&p, o))
		return STATUS_USAGE;
	x.json = json_begin(&p.out, false);
	status = verify(a, &x);
	out_free(&x.message);
	arena_free(&x.a);
	return status;
}
