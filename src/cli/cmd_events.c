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
#include "base/gate.h"
#include "cli/cli.h"
#include "codes/decode.h"
#include "log/log.h"
#include "model/input.h"
#include "report/report.h"
#include "triage/inputs.h"

/* From the worker: the newest time of a log, for --last. */
enum { SENT_NEWEST = SENT_MESSAGE };

struct printing {
	const struct options	*o;
	struct output		*p;
	struct filter		 filter;
	bool			 asks_ident;
	enum event_format	 format;
	bool			 bare;		/* text without facts */
	bool			 begun;		/* the document is */
	size_t			 lost;		/* problems but notes */
	uint64_t		 newest;	/* --last: of all inputs */
	/* In the worker: */
	struct work		*w;
	uint64_t		 records;	/* of the job */
	struct out		 text;		/* gathers, and is sent */
	struct arena		 file, scratch;
};

static void
begin(void *ctx, struct work *w)
{
	struct printing *x = ctx;

	x->w = w;
	x->records = 0;
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
	if (x->text.n == 0)
		inputs_text_begin(x->w, &x->text);
	report_event(&x->text, x->format, &e, x->bare ? NULL : &facts, path);
	if (inputs_text_full(&x->text))
		inputs_text_send(x->w, &x->text);
}

/* All of a log, or of a range; where that ended. */
static uint64_t
log_print(struct printing *x, struct work *w, struct log *l,
    struct problems *problems)
{
	uint64_t end = LOG_TO_END;
	struct tally tally;
	struct record r;
	struct str why;

	for (bool leave; l != NULL && !work_stopped(w);) {
		leave = work_at(w, x->records++, &why);
		if (log_next(l, &r) != LOG_RECORD)
			break;
		if (leave)
			problem_add(problems, GRADE_RECORD, r.offset,
			    "record %llu is left out: %.*s",
			    (unsigned long long)r.id, (int)why.n, why.p);
		else
			record_print(x, l, problems->path);
	}
	if (l != NULL) {
		end = log_range_end(l);
		log_close(l, &tally);
	}
	inputs_text_send(w, &x->text);
	for (size_t i = 0; i < problems->n; i++)
		inputs_problem(w, &problems->v[i]);
	arena_reset(&x->file);
	return end;
}

static void
input_print(void *ctx, struct work *w, struct source *s, struct str path)
{
	struct printing *x = ctx;
	struct problems problems = { .arena = &x->file, .path = path };

	(void)log_print(x, w, x->o->open(&x->file, s, &problems), &problems);
}

static uint64_t
range_print(void *ctx, struct work *w, struct source *s, struct str path,
    const struct log_range *r)
{
	struct printing *x = ctx;
	struct problems problems = { .arena = &x->file, .path = path };

	return log_print(x, w, log_open_range(&x->file, s, &problems, r),
	    &problems);
}

/* The time of the newest event. */
static uint64_t
log_newest(struct printing *x, struct work *w, struct log *l)
{
	uint64_t newest = 0, end = LOG_TO_END;
	struct tally tally;
	struct record r;
	struct str why;

	while (l != NULL && !work_stopped(w)) {
		struct ident id;
		struct event e = { .time = 0 };
		bool leave = work_at(w, x->records++, &why);

		if (log_next(l, &r) != LOG_RECORD)
			break;
		if (leave)
			continue;
		log_ident(l, &id);
		arena_reset(&x->scratch);
		if (!id.known && log_event(l, &x->scratch, &e))
			id.time = e.time;
		if (id.time > newest)
			newest = id.time;
	}
	if (l != NULL) {
		end = log_range_end(l);
		log_close(l, &tally);
	}
	inputs_send(w, SENT_NEWEST, &newest, sizeof newest);
	arena_reset(&x->file);
	return end;
}

static void
input_newest(void *ctx, struct work *w, struct source *s, struct str path)
{
	struct printing *x = ctx;
	struct problems unsaid = { .arena = &x->file };

	(void)path;
	(void)log_newest(x, w, x->o->open(&x->file, s, &unsaid));
}

static uint64_t
range_newest(void *ctx, struct work *w, struct source *s, struct str path,
    const struct log_range *r)
{
	struct printing *x = ctx;
	struct problems unsaid = { .arena = &x->file };

	(void)path;
	return log_newest(x, w, log_open_range(&x->file, s, &unsaid, r));
}

/* Neither what is recovered nor libevtx goes by ranges. */
static bool
by_ranges(const struct printing *x)
{
	return x->o->open == log_open;
}

static void
input_problem(void *ctx, struct work *w, struct str path, const char *why)
{
	const struct problem p = { path, NO_OFFSET, GRADE_FILE, str_of(why) };

	(void)ctx;
	inputs_problem(w, &p);
}

/* Heading and end of the document. */
static void
frame_print(struct printing *x,
    void (*frame)(struct out *, enum event_format))
{
	struct out o = out_memory();

	frame(&o, x->format);
	if (o.n > 0)
		out_bytes(&x->p->out, o.mem, o.n);
	out_free(&o);
}

/* With the first event, or at the end: where nothing may be read nothing is
 * begun. */
static void
document_begin(struct printing *x)
{
	if (!x->begun)
		frame_print(x, report_events_begin);
	x->begun = true;
}

/* What the worker wrote has passed the gates there; so it says. */
static bool
print(void *ctx, struct span piece)
{
	struct printing *x = ctx;

	document_begin(x);
	if (!gate_passed(&x->p->out, piece))
		return false;
	if (x->p->out.error != 0)
		jobs_stop();
	return true;
}

static bool
newest_take(void *ctx, unsigned kind, struct span message)
{
	struct printing *x = ctx;
	uint64_t newest;

	if (kind != SENT_NEWEST || message.n != sizeof newest)
		return false;
	memcpy(&newest, message.p, sizeof newest);
	if (newest > x->newest)
		x->newest = newest;
	return true;
}

/* What could not be read goes to standard error at once; but of a log that
 * nobody wanted to the end nothing is known. */
static void
problem_print(void *ctx, const struct problem *p)
{
	struct printing *x = ctx;

	if (p->grade == GRADE_NOTE || x->p->out.error != 0)
		return;
	x->lost++;
	if (p->offset == NO_OFFSET)
		complain("%.*s: %.*s", (int)p->path.n, p->path.p,
		    (int)p->message.n, p->message.p);
	else
		complain("%.*s: at byte %llu: %.*s", (int)p->path.n,
		    p->path.p, (unsigned long long)p->offset,
		    (int)p->message.n, p->message.p);
}

static void
done(void *ctx, const struct input_job *j, struct str failed)
{
	const struct problem p = { j->path, NO_OFFSET, GRADE_FILE, failed };

	if (failed.n > 0)
		problem_print(ctx, &p);
}

static void
missed(void *ctx, const struct input_job *j, const char *why)
{
	done(ctx, j, str_of(why));
}

/* Of the first of two readings nothing is told. */
static bool
print_nothing(void *ctx, struct span piece)
{
	(void)ctx;
	(void)piece;
	return false;
}

static void
problem_unsaid(void *ctx, const struct problem *p)
{
	(void)ctx;
	(void)p;
}

static void
done_unsaid(void *ctx, const struct input_job *j, struct str failed)
{
	(void)ctx;
	(void)j;
	(void)failed;
}

static void
missed_unsaid(void *ctx, const struct input_job *j, const char *why)
{
	(void)ctx;
	(void)j;
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

/* False: it cannot be done; said. */
static bool
last_resolve(struct arena *a, struct printing *x)
{
	const struct inputs_ops ops = { .begin = begin, .one = input_newest,
	    .problem = input_problem, .text = print_nothing,
	    .message = newest_take, .told = problem_unsaid,
	    .done = done_unsaid, .missed = missed_unsaid, .ctx = x,
	    .range = by_ranges(x) ? range_newest : NULL,
	    .units = x->o->units, .own = output_fd(x->p) };
	const struct pool_options how = jobs_options(x->o);
	struct pool_told told;

	if (x->filter.last == 0)
		return true;
	if (pipe_named(x->o)) {
		complain("--last reads its inputs twice, which a pipe does "
		    "not allow: give --from");
		return false;
	}
	(void)inputs_run(a, x->o->args, x->o->nargs, &how, &ops, &told);
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

static int
events(struct arena *a, struct printing *x)
{
	const struct inputs_ops ops = { .begin = begin, .one = input_print,
	    .problem = input_problem, .text = print, .told = problem_print,
	    .done = done, .missed = missed, .ctx = x,
	    .range = by_ranges(x) ? range_print : NULL,
	    .units = x->o->units, .own = output_fd(x->p) };
	const struct pool_options how = jobs_options(x->o);
	struct pool_told told;
	enum pool_end end;

	x->asks_ident = filter_asks_ident(&x->filter);
	end = inputs_run(a, x->o->args, x->o->nargs, &how, &ops, &told);
	if (end == POOL_REFUSED)
		return jobs_refused(x->p);
	jobs_tell(x->o, &told);
	/* A file of half the events would look like one of all. */
	if (end == POOL_INTERRUPTED && x->p->out.error == 0 &&
	    x->o->output != NULL) {
		output_drop(x->p);
		return STATUS_INTERRUPTED;
	}
	document_begin(x);
	frame_print(x, report_events_end);
	if (!output_close(x->p))
		return STATUS_USAGE;
	if (x->p->out.error != 0)
		return STATUS_DONE;
	return end == POOL_INTERRUPTED ? STATUS_INTERRUPTED :
	    x->lost > 0 ? STATUS_INCOMPLETE : STATUS_DONE;
}

int
cmd_events(struct arena *a, const struct options *o)
{
	struct output p;
	struct printing x = { .o = o, .p = &p, .filter = o->filter,
	    .text = out_memory(), .format = event_format(o->format),
	    .bare = o->format == FORMAT_TEXT && !o->decode };
	int status = STATUS_USAGE;

	if (!output_open(&p, o))
		return status;
	/* What comes is large: stdio would only cut it in two. */
	(void)setvbuf(p.out.f, NULL, _IONBF, 0);
	if (last_resolve(a, &x))
		status = events(a, &x);
	else
		output_drop(&p);
	out_free(&x.text);
	arena_free(&x.file);
	arena_free(&x.scratch);
	return status;
}
