/*
 * events: the decoded events themselves, as they come, so that a pipe gets
 * the first before the last has been read.
 */
#include "cli/cli.h"
#include "codes/decode.h"
#include "log/log.h"
#include "model/input.h"
#include "report/report.h"
#include "triage/triage.h"

struct printing {
	const struct options	*o;
	struct output		*p;
	struct problems		 problems;
	size_t			 said;		/* problems printed */
	struct arena		 file, scratch;
};

/* What could not be read goes to standard error at once. */
static void
problems_print(struct printing *x)
{
	for (; x->said < x->problems.n; x->said++) {
		const struct problem *p = &x->problems.v[x->said];

		if (p->grade == GRADE_NOTE)
			continue;
		if (p->offset == NO_OFFSET)
			complain("%.*s: %.*s", (int)p->path.n, p->path.p,
			    (int)p->message.n, p->message.p);
		else
			complain("%.*s: at byte %llu: %.*s", (int)p->path.n,
			    p->path.p, (unsigned long long)p->offset,
			    (int)p->message.n, p->message.p);
	}
}

static void
event_print(struct printing *x, const struct event *e, struct str path)
{
	struct facts facts;

	decode_event(&x->scratch, e, &facts);
	if (x->o->format == FORMAT_JSONL)
		report_event_jsonl(&x->p->out, e, &facts, path);
	else
		report_event_text(&x->p->out, e, &facts, path);
}

static void
input_print(void *ctx, struct source *s, struct str path)
{
	struct printing *x = ctx;
	struct record r;
	struct tally tally;
	struct log *l;

	x->problems.path = path;
	l = x->o->open(&x->file, s, &x->problems);
	while (l != NULL && x->p->out.error == 0 &&
	    log_next(l, &r) == LOG_RECORD) {
		struct event e;

		arena_reset(&x->scratch);
		log_event(l, &x->scratch, &e);
		event_print(x, &e, path);
	}
	if (l != NULL)
		log_close(l, &tally);
	problems_print(x);
	arena_reset(&x->file);
}

static void
input_missed(void *ctx, struct str path, const char *why)
{
	struct printing *x = ctx;

	x->problems.path = path;
	problem_add(&x->problems, GRADE_FILE, NO_OFFSET, "%s", why);
	problems_print(x);
}

int
cmd_events(struct arena *a, const struct options *o)
{
	struct output p;
	struct printing x = { .o = o, .p = &p, .problems = { .arena = a } };
	struct walk_ops ops = { input_print, input_missed, &x };

	if (!output_open(&p, o))
		return STATUS_USAGE;
	walk_paths(a, o->args, o->nargs, &ops);
	arena_free(&x.file);
	arena_free(&x.scratch);
	if (!output_close(&p))
		return STATUS_USAGE;
	return x.problems.lost > 0 ? STATUS_INCOMPLETE : STATUS_DONE;
}
