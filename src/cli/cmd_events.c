/*
 * events: the decoded events themselves, as they come, so that a pipe gets
 * the first before the last has been read.
 *
 * --last counts back from the newest event of all inputs, not from today:
 * exports are read long after they were made.  So the inputs are read
 * twice, the first time only for the times in the idents.
 */
#include <string.h>
#include <sys/stat.h>
#include "cli/cli.h"
#include "codes/decode.h"
#include "log/log.h"
#include "model/input.h"
#include "report/report.h"
#include "triage/triage.h"
#include "triage/walk.h"

/* Output gathers in memory before it goes down in one piece. */
enum { BATCH = 1 << 18 };

struct printing {
	const struct options	*o;
	struct output		*p;
	struct out		 batch;
	struct filter		 filter;
	bool			 asks_ident;
	enum event_format	 format;
	bool			 bare;		/* text without facts */
	struct problems		 problems;
	size_t			 said;		/* problems printed */
	struct arena		 file, scratch;
	uint64_t		 newest;	/* --last: of all inputs */
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
batch_send(struct printing *x)
{
	out_bytes(&x->p->out, x->batch.mem, x->batch.n);
	x->batch.n = 0;
}

static void
record_print(struct printing *x, struct log *l, struct str path)
{
	struct ident id;
	struct event e;
	struct facts facts;

	if (x->asks_ident) {
		log_ident(l, &id);
		if (!filter_ident(&x->filter, &id))
			return;
	}
	arena_reset(&x->scratch);
	log_event(l, &x->scratch, &e);
	if (!filter_event(&x->filter, &e))
		return;
	decode_event(&x->scratch, &e, &facts);
	report_event(&x->batch, x->format, &e, x->bare ? NULL : &facts, path);
	if (x->batch.n >= BATCH)
		batch_send(x);
}

static void
input_print(void *ctx, struct source *s, struct str path)
{
	struct printing *x = ctx;
	struct record r;
	uint64_t lost = x->problems.lost;
	struct tally tally;
	struct log *l;

	if (x->p->out.error != 0)
		return;
	x->problems.path = path;
	l = x->o->open(&x->file, s, &x->problems);
	while (l != NULL && x->p->out.error == 0 &&
	    log_next(l, &r) == LOG_RECORD)
		record_print(x, l, path);
	if (l != NULL)
		log_close(l, &tally);
	batch_send(x);
	/* Closed before its end, a log seems to lack the rest. */
	if (x->p->out.error == 0)
		problems_print(x);
	else
		x->problems.lost = lost;
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

/* The time of the newest event. */
static void
input_newest(void *ctx, struct source *s, struct str path)
{
	struct printing *x = ctx;
	struct problems unsaid = { .arena = &x->scratch };
	struct tally tally;
	struct record r;
	struct log *l;

	(void)path;
	l = x->o->open(&x->file, s, &unsaid);
	while (l != NULL && log_next(l, &r) == LOG_RECORD) {
		struct arena a = { 0 };
		struct ident id;
		struct event e = { .time = 0 };

		log_ident(l, &id);
		if (!id.known && log_event(l, &a, &e))
			id.time = e.time;
		if (id.time > x->newest)
			x->newest = id.time;
		arena_free(&a);
	}
	if (l != NULL)
		log_close(l, &tally);
	arena_reset(&x->file);
	arena_reset(&x->scratch);
}

/* Missed inputs are told by the second reading. */
static void
newest_missed(void *ctx, struct str path, const char *why)
{
	(void)ctx;
	(void)path;
	(void)why;
}

/* Is something named that can be read only once?  In folders only regular
 * files are opened. */
static bool
pipe_named(const struct options *o)
{
	struct stat st;

	for (size_t i = 0; i < o->nargs; i++)
		if (strcmp(o->args[i], "-") == 0 ||
		    (stat(o->args[i], &st) == 0 && !S_ISREG(st.st_mode) &&
		    !S_ISDIR(st.st_mode)))
			return true;
	return false;
}

static bool
last_resolve(struct arena *a, struct printing *x)
{
	struct walk_ops ops = { input_newest, newest_missed, x, 0 };

	if (x->filter.last == 0)
		return true;
	if (pipe_named(x->o)) {
		complain("--last reads its inputs twice, which a pipe does "
		    "not allow: give --from");
		return false;
	}
	walk_paths(a, x->o->args, x->o->nargs, &ops);
	filter_newest(&x->filter, x->newest);
	return true;
}

static enum event_format
event_format(enum format f)
{
	switch (f) {
	case FORMAT_CSV:
		return EVENT_CSV;
	case FORMAT_XML:
		return EVENT_XML;
	case FORMAT_JSONL:
		return EVENT_JSONL;
	case FORMAT_TEXT:
	case FORMAT_JSON:
	case FORMAT_HTML:
	case FORMAT_MD:
		break;
	}
	return EVENT_TEXT;
}

int
cmd_events(struct arena *a, const struct options *o)
{
	struct output p;
	struct printing x = { .o = o, .p = &p, .filter = o->filter,
	    .problems = { .arena = a }, .batch = out_memory(),
	    .format = event_format(o->format),
	    .bare = o->format == FORMAT_TEXT && !o->decode };
	struct walk_ops ops = { input_print, input_missed, &x, 0 };

	if (!output_open(&p, o))
		return STATUS_USAGE;
	if (!last_resolve(a, &x)) {
		output_drop(&p);
		return STATUS_USAGE;
	}
	x.asks_ident = filter_asks_ident(&x.filter);
	x.batch.color = p.out.color;
	report_events_begin(&x.batch, x.format);
	ops.own = output_fd(&p);
	walk_paths(a, o->args, o->nargs, &ops);
	report_events_end(&x.batch, x.format);
	batch_send(&x);
	out_free(&x.batch);
	arena_free(&x.file);
	arena_free(&x.scratch);
	if (!output_close(&p))
		return STATUS_USAGE;
	return x.problems.lost > 0 && p.out.error == 0 ? STATUS_INCOMPLETE :
	    STATUS_DONE;
}
