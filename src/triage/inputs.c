/*
 * Walk and pool put together.  What a worker sends is a row of pieces:
 * kind, length, bytes.  Three kinds are ours: that a log has been found (a
 * folder in which none was is told to the user), problems, and where a range
 * of a log has ended.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/pack.h"
#include "base/unpack.h"
#include "triage/frame.h"
#include "triage/harvest.h"
#include "triage/inputs.h"
#include "triage/ranges.h"
#include "triage/survey.h"
#include "triage/walk.h"

enum { SENT_LOG = 1, SENT_PROBLEM = 2, SENT_END = 3,
    SENT_OURS };
/* The tag of a job: its kind and, above, its place in the walk. */
enum { KIND_FILE, KIND_INSIDE, KIND_PROBLEM, KIND_FOLDER_END, KIND_BITS = 2 };
#define KIND_MASK ((UINT64_C(1) << KIND_BITS) - 1)
/* How long an interrupted walk goes on, and after how many files the clock
 * is asked: a small rest is counted whatever the machine is at. */
enum { REST_MS = 2000, REST_STEP = 256 };

/* Where in the row of pieces of a job the parent is. */
struct parsing {
	uint8_t		head[11];	/* kind and length, as far as there */
	size_t		nhead;
	unsigned	kind;
	uint64_t	left;		/* of the piece; 0: a head is next */
	struct out	whole;		/* of a message */
};

struct inputs {
	struct arena		*a;
	const struct inputs_ops	*ops;
	char *const		*paths;
	size_t			 npaths;
	struct walk		*walk;
	struct parsing		 in;
	size_t			 logs;		/* in this job */
	bool			 said;		/* ... anything */
	size_t			 inside;	/* in the files of this
						 * folder */
	uint64_t		 seq;		/* of the next job */
	uint64_t		 lost;		/* could not be read */
	struct survey		*survey;	/* when somebody watches */
	struct out		 note;		/* of a folder */
	struct giving		 giving;
	struct joining		 joining;
	const struct log_range	*range;		/* bytes come from */
	struct arena		 visit;		/* of the worker's job */
};

void
inputs_send(struct work *w, unsigned kind, const void *p, size_t n)
{
	struct out head = out_memory();

	pack_u64(&head, kind);
	pack_u64(&head, n);
	work_send(w, head.mem, head.n);
	if (n > 0)
		work_send(w, p, n);
	out_free(&head);
}

void
inputs_problem(struct work *w, const struct problem *p)
{
	struct out o = out_memory();

	problem_pack(&o, p);
	inputs_send(w, SENT_PROBLEM, o.mem, o.n);
	out_free(&o);
}

/* Kind and length of a text, the length as long as any: it is known last. */
enum { TEXT_HEAD = 1 + 4, TEXT_MOST = 1 << 7 * 4 };
/* With less than this left there is no beginning another line; and how much
 * gathers where it has to be copied. */
enum { TEXT_LEFT = 1 << 14, TEXT_BATCH = 1 << 18 };
_Static_assert(FRAME_BODY < TEXT_MOST, "the length of a text fits its head");

void
inputs_text_begin(struct work *w, struct out *o)
{
	size_t n;
	char *p = work_room(w, TEXT_HEAD + 2 * TEXT_LEFT, &n);

	if (p == NULL)
		return;
	out_free(o);
	*o = out_lent(p + TEXT_HEAD, n - TEXT_HEAD);
}

bool
inputs_text_full(const struct out *o)
{
	return o->lent ? o->cap - o->n < TEXT_LEFT : o->n >= TEXT_BATCH;
}

/* A line that did not fit is with all before it in memory of its own. */
void
inputs_text_send(struct work *w, struct out *o)
{
	size_t n = o->n;
	char *head;

	if (o->n == 0)
		return;
	if (!o->lent) {
		inputs_send(w, SENT_TEXT, o->mem, o->n);
		o->n = 0;
		return;
	}
	head = o->mem - TEXT_HEAD;
	head[0] = SENT_TEXT;
	for (size_t i = 1; i < TEXT_HEAD; i++, n >>= 7)
		head[i] = (char)((n & 0x7F) | (i < TEXT_HEAD - 1 ? 0x80 : 0));
	work_filled(w, TEXT_HEAD + o->n);
	*o = out_memory();
}

/* What the callbacks of input_visit need beside our own. */
struct visit {
	struct inputs	*in;
	struct work	*w;
};

static void
log_visit(void *ctx, struct source *s, struct str path)
{
	struct visit *v = ctx;

	inputs_send(v->w, SENT_LOG, NULL, 0);
	v->in->ops->one(v->in->ops->ctx, v->w, s, path);
}

static void
problem_visit(void *ctx, struct str path, const char *why)
{
	struct visit *v = ctx;

	v->in->ops->problem(v->in->ops->ctx, v->w, path, why);
}

/* What is no EVTX has no ranges: it is read by who has the first. */
static void
range_work(struct inputs *in, struct visit *v, struct source *s,
    const struct job *j, const struct log_range *r)
{
	const struct visit_ops ops = { log_visit, problem_visit, v };
	struct span first = source_peek(s);
	uint64_t end = LOG_TO_END;

	if (s->error == 0 && !unpack_sniff(first) && log_has_ranges(first)) {
		inputs_send(v->w, SENT_LOG, NULL, 0);
		end = in->ops->range(in->ops->ctx, v->w, s, j->path, r);
	} else if (r->from == 0) {
		input_visit(&in->visit, s, j->path, j->named, &ops);
	}
	inputs_send(v->w, SENT_END, &end, sizeof end);
}

static void
work(void *ctx, struct work *w, const struct job *j)
{
	struct inputs *in = ctx;
	struct visit v = { in, w };
	const struct visit_ops ops = { log_visit, problem_visit, &v };
	struct log_range r;
	struct source s;

	if (in->ops->begin != NULL)
		in->ops->begin(in->ops->ctx, w);
	source_fd(&s, j->fd);
	s.far = work_far(w);
	if (range_read(j->note, &r))
		range_work(in, &v, &s, j, &r);
	else
		input_visit(&in->visit, &s, j->path, j->named, &ops);
	source_close(&s);
	arena_reset(&in->visit);
}

static void
folder_job(struct inputs *in, const struct found *f, struct job *j)
{
	in->note.n = 0;
	pack_u64(&in->note, f->again);
	pack_u64(&in->note, f->told);
	j->note = (struct str){ in->note.mem, in->note.n };
	j->tag |= KIND_FOLDER_END;
}

/* A file, a problem of the walk or the end of a folder: all of them are
 * jobs, so that they are told in order. */
static void
job_of(struct inputs *in, const struct found *f, struct job *j)
{
	*j = (struct job){ .fd = -1, .path = f->path,
	    .tag = (in->seq - 1) << KIND_BITS };
	switch (f->kind) {
	case FOUND_FILE:
		j->fd = f->fd;
		j->named = f->named;
		j->tag |= f->inside ? KIND_INSIDE : KIND_FILE;
		break;
	case FOUND_PROBLEM:
		j->note = str_of(f->why);
		j->tag |= KIND_PROBLEM;
		break;
	case FOUND_FOLDER_END:
		folder_job(in, f, j);
		break;
	}
}

/* Is it to be read by several?  j is then its first range. */
static bool
range_begin(struct inputs *in, const struct found *f, struct job *j)
{
	uint64_t step = in->ops->units != 0 ? in->ops->units : RANGE_UNITS;

	if (in->ops->range == NULL || f->kind != FOUND_FILE || f->fd == -1 ||
	    !f->sized || f->bytes / LOG_UNIT <= step ||
	    lseek(f->fd, 0, SEEK_CUR) != 0)
		return false;
	giving_begin(&in->giving, j, f->bytes, step);
	return giving_next(&in->giving, &in->joining, j);
}

static bool
next(void *ctx, struct job *j)
{
	struct inputs *in = ctx;
	unsigned shards = in->ops->shards;
	struct found f;

	if (giving_next(&in->giving, &in->joining, j))
		return true;
	while (walk_next(in->walk, &f)) {
		uint64_t at = in->seq++;

		if (shards < 2 || at % shards == in->ops->shard - 1) {
			job_of(in, &f, j);
			(void)range_begin(in, &f, j);
			return true;
		}
		if (f.fd != -1)
			(void)close(f.fd);
	}
	return false;
}

static void
far(void *ctx, struct pool_far *f)
{
	struct inputs *in = ctx;

	if (in->survey == NULL)
		in->survey = survey_new(in->a, in->paths, in->npaths,
		    in->ops);
	f->lost = in->lost;
	f->passed += in->giving.passed;
	survey_go_on(in->survey, f);
}

static bool
problem_told(const struct inputs *in, struct span s)
{
	struct rd r = rd_init(s);
	struct problem p;

	rd_problem(&r, &p);
	if (!rd_ok(&r) || rd_left(&r) > 0)
		return false;
	in->ops->told(in->ops->ctx, &p);
	return true;
}

static bool
message_done(struct inputs *in)
{
	struct parsing *p = &in->in;
	struct span s = { (const uint8_t *)p->whole.mem, p->whole.n };

	p->whole.n = 0;
	if (p->kind == SENT_LOG) {
		in->logs++;
		return true;
	}
	if (p->kind == SENT_END)
		return in->range != NULL && joining_end(&in->joining,
		    in->range, s);
	if (p->kind == SENT_PROBLEM)
		return problem_told(in, s);
	return in->ops->message != NULL &&
	    in->ops->message(in->ops->ctx, p->kind, s);
}

/* One more byte of a head; *good false when it can be none. */
static bool
head_add(struct parsing *p, uint8_t byte, bool *good)
{
	struct rd r;

	p->head[p->nhead++] = byte;
	/* A length ends with a byte below 0x80; kinds have one byte. */
	if (p->nhead < 2 || byte >= 0x80) {
		*good = p->nhead < sizeof p->head;
		return false;
	}
	r = rd_init((struct span){ p->head, p->nhead });
	p->kind = (unsigned)rd_pack_below(&r, SENT_KINDS);
	p->left = rd_pack_below(&r, p->kind == SENT_TEXT ? SIZE_MAX :
	    SENT_MOST + 1);
	p->nhead = 0;
	*good = rd_ok(&r) && (p->kind < SENT_OURS || p->kind >= SENT_MESSAGE);
	return *good;
}

static bool
piece_take(struct inputs *in, struct span piece)
{
	struct parsing *p = &in->in;

	p->left -= piece.n;
	if (p->kind == SENT_TEXT)
		return piece.n == 0 || in->ops->text(in->ops->ctx, piece);
	out_bytes(&p->whole, piece.p, piece.n);
	return p->left > 0 || message_done(in);
}

/* Its note is something else, and so is that of a problem. */
static bool
is_file(const struct job *j)
{
	unsigned kind = j->tag & KIND_MASK;

	return kind == KIND_FILE || kind == KIND_INSIDE;
}

static bool
bytes(void *ctx, const struct job *j, struct span s)
{
	struct inputs *in = ctx;
	size_t at = 0;
	struct log_range r;
	bool good = true;

	in->range = is_file(j) && range_read(j->note, &r) ? &r : NULL;
	if (in->range != NULL && !joining_wants(&in->joining, j->tag, &r))
		return true;
	in->said = in->said || s.n > 0;
	while (good && at < s.n) {
		size_t n;

		if (in->in.left == 0 &&
		    !head_add(&in->in, s.p[at++], &good))
			continue;
		n = in->in.left < s.n - at ? (size_t)in->in.left : s.n - at;
		good = piece_take(in, span_sub(s, at, n));
		at += n;
	}
	return good;
}

static void
file_done(struct inputs *in, const struct input_job *j,
    const struct job_end *end)
{
	struct str failed = end->failed;

	/* Whole, and yet in the middle of a piece. */
	if (failed.n == 0 && (in->in.left > 0 || in->in.nhead > 0))
		failed = str_of("what its reader said is cut off");
	/* Of what is no log a folder says nothing, but who named it is told. */
	if (failed.n == 0 && !in->said && !j->inside)
		failed = str_of(INPUT_UNTOLD);
	in->lost += failed.n > 0;
	if (j->inside)
		in->inside += in->logs + (failed.n > 0);
	in->ops->done(in->ops->ctx, j, failed);
}

/* A range: a file is done with the one that ends it, or fails. */
static void
range_done(struct inputs *in, const struct input_job *j,
    const struct job *job, const struct log_range *r,
    const struct job_end *end)
{
	struct joining *join = &in->joining;
	struct job_end whole = *end;

	if (!joining_wants(join, job->tag, r)) {
		/* Nobody has read what lies before it. */
		if (join->over || r->from != r->last)
			return;
		whole.failed = str_of("it cannot be opened once more");
	} else if (end->failed.n == 0 && (!join->ended ||
	    in->in.left > 0 || in->in.nhead > 0)) {
		whole.failed = str_of("what its reader said is cut off");
	}
	if (whole.failed.n == 0 && join->end != LOG_TO_END) {
		join->due = join->end;
		join->ended = false;
		return;
	}
	join->over = true;
	file_done(in, j, &whole);
}

static void
folder_done(struct inputs *in, const struct input_job *j, struct str note,
    bool interrupted)
{
	struct rd r = rd_init((struct span){ (const uint8_t *)note.p,
	    note.n });
	struct found f = { .kind = FOUND_FOLDER_END };
	const char *why;

	f.again = (size_t)rd_pack_u64(&r);
	f.told = (size_t)rd_pack_u64(&r);
	if (in->ops->folder != NULL) {
		in->ops->folder(in->ops->ctx, j, f.again, f.told);
		return;
	}
	why = folder_verdict(&f, in->inside);
	in->inside = 0;
	if (why != NULL && !interrupted)
		in->ops->missed(in->ops->ctx, j, why);
}

static void
done(void *ctx, const struct job *j, const struct job_end *end)
{
	struct inputs *in = ctx;
	unsigned kind = j->tag & KIND_MASK;
	struct log_range r;
	const struct input_job job = { j->tag >> KIND_BITS, j->path,
	    kind == KIND_INSIDE, in->logs };

	in->lost += kind == KIND_PROBLEM;
	if (kind == KIND_PROBLEM)
		in->ops->missed(in->ops->ctx, &job,
		    arena_cstr(in->a, j->note));
	else if (kind == KIND_FOLDER_END)
		folder_done(in, &job, j->note, end->interrupted);
	else if (range_read(j->note, &r))
		range_done(in, &job, j, &r, end);
	else
		file_done(in, &job, end);
	in->logs = in->in.nhead = in->in.whole.n = 0;
	in->said = false;
	in->in.left = 0;
}

/* The job of the first file that is not named any more. */
struct rest {
	struct job	first;
	uint64_t	n;		/* files */
	uint64_t	until;		/* ms */
	bool		broken_off;
};

static bool
rest_next(struct inputs *in, struct rest *r, struct job *j)
{
	if (r->n % REST_STEP == REST_STEP - 1 && clock_ms() > r->until) {
		r->broken_off = true;
		return false;
	}
	return next(in, j);
}

/* Behind the jobs that the pool had taken when it was interrupted. */
static void
rest_tell(struct inputs *in)
{
	const struct job_end end = { .failed = str_of(POOL_NOT_SCANNED),
	    .interrupted = true };
	struct rest r = { .until = clock_ms() + REST_MS };
	struct job j;

	if (giving_next(&in->giving, &in->joining, &j)) {
		(void)close(j.fd);
		done(in, &j, &end);
	}
	giving_end(&in->giving);
	walk_look_only(in->walk);
	while (rest_next(in, &r, &j)) {
		if ((j.tag & KIND_MASK) == KIND_FOLDER_END)
			continue;
		if (r.n++ < NOT_SCANNED_NAMED) {
			done(in, &j, &end);
		} else if (r.n == NOT_SCANNED_NAMED + 1) {
			r.first = j;
			r.first.path = arena_str(in->a, j.path);
		}
	}
	if (r.n <= NOT_SCANNED_NAMED)
		return;
	r.n -= NOT_SCANNED_NAMED + 1;
	if (r.n > 0)
		r.first.note = arena_fmt(in->a, POOL_NOT_SCANNED "; %s%"
		    PRIu64 " more behind it were not scanned either",
		    r.broken_off ? "at least " : "", r.n);
	else
		r.first.note = str_of(POOL_NOT_SCANNED);
	r.first.tag = (r.first.tag & ~KIND_MASK) | KIND_PROBLEM;
	done(in, &r.first, &end);
}

enum pool_end
inputs_run(struct arena *a, char *const *paths, size_t n,
    const struct pool_options *how, const struct inputs_ops *ops,
    struct pool_told *told)
{
	struct inputs in = { .a = a, .ops = ops, .paths = paths,
	    .npaths = n, .in = { .whole = out_memory() },
	    .note = out_memory(), .giving = { .note = out_memory() } };
	const struct pool_ops pool = { next, work, bytes, done, far, &in };
	enum pool_end end;

	in.walk = walk_new(a, paths, n);
	if (ops->own > 0)
		walk_pass_over(in.walk, ops->own);
	end = pool_run(how, &pool, told);
	if (end == POOL_INTERRUPTED && *how->stop == STOP_INTERRUPTED)
		rest_tell(&in);
	giving_end(&in.giving);
	walk_free(in.walk);
	if (in.survey != NULL)
		survey_free(in.survey);
	out_free(&in.in.whole);
	out_free(&in.note);
	out_free(&in.giving.note);
	arena_free(&in.visit);
	return end;
}
