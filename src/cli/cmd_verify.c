/*
 * verify: read .evtx with two independent readers and print where they
 * differ.  Differences do not change the exit status: whether they matter
 * is in their cause, which scripts find in the JSON.
 */
#include "cli/cli.h"
#include "report/report.h"
#include "triage/triage.h"
#include "triage/walk.h"
#include "triage/verify.h"

struct verifying {
	const struct options	*o;
	struct output		*p;
	struct json		 json;
	struct verify_totals	 totals;
	bool			 incomplete;
};

static bool
as_json(const struct verifying *x)
{
	return x->o->format == FORMAT_JSON;
}

static void
begin(void *ctx, struct str path)
{
	struct verifying *x = ctx;

	if (as_json(x))
		report_verify_json_begin(&x->json, path);
	else
		report_verify_text_begin(&x->p->out, path);
}

static void
difference(void *ctx, const struct difference *d)
{
	struct verifying *x = ctx;

	if (as_json(x))
		report_verify_json_difference(&x->json, d);
	else
		report_verify_text_difference(&x->p->out, d, x->o->verbose);
}

static void
end(void *ctx, const struct comparison *c)
{
	struct verifying *x = ctx;

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
}

static void
input_take(void *ctx, struct source *s, struct str path)
{
	struct verifying *x = ctx;
	struct verify_ops ops = { begin, difference, end, x };

	if (x->p->out.error == 0)
		verify_input(s, path, &ops);
}

static void
input_missed(void *ctx, struct str path, const char *why)
{
	struct problem p = { .path = path, .offset = NO_OFFSET,
	    .grade = GRADE_FILE, .message = str_of(why) };
	struct comparison c = { .path = path, .problems = &p,
	    .nproblems = 1 };

	begin(ctx, path);
	end(ctx, &c);
}

int
cmd_verify(struct arena *a, const struct options *o)
{
	struct output p;
	struct verifying x = { .o = o, .p = &p };
	struct walk_ops ops = { input_take, input_missed, &x, 0 };

	if (!output_open(&p, o))
		return STATUS_USAGE;
	x.json = json_begin(&p.out, false);
	if (as_json(&x))
		report_verify_json_open(&x.json, EVTRIAGE_VERSION);
	walk_paths(a, o->args, o->nargs, &ops);
	if (as_json(&x))
		report_verify_json_totals(&x.json, &x.totals);
	else
		report_verify_text_totals(&p.out, &x.totals);
	if (!output_close(&p))
		return STATUS_USAGE;
	return x.incomplete ? STATUS_INCOMPLETE : STATUS_DONE;
}
