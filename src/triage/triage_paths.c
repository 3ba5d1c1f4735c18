/*
 * A triage of everything under some paths: workers read and send harvests,
 * this process puts them together, or into a file for another one.
 */
#include "triage/inputs.h"
#include "triage/reader.h"
#include "triage/triage.h"

/* Memory for harvests of this size is kept for the next one. */
enum { HARVEST_KEPT = 1 << 20 };

struct scanning {
	const struct triage *t;
	const struct lines_ops *lines;
	struct out	 harvest;	/* of the job, as far as it came */
	/* In the worker: */
	struct arena	 a;
	struct reader	*reader;
	struct work	*w;
};

static void
tell(void *ctx, const void *p, size_t n)
{
	struct scanning *s = ctx;

	inputs_send(s->w, SENT_TEXT, p, n);
}

static bool
at(void *ctx, uint64_t n, struct str *why)
{
	struct scanning *s = ctx;

	return work_at(s->w, n, why);
}

/* A worker has one reader for all its jobs. */
static void
begin(void *ctx, struct work *w)
{
	struct scanning *s = ctx;
	struct reader_how how = *triage_how(s->t);

	how.tell = tell;
	how.at = at;
	how.ctx = s;
	if (s->reader == NULL)
		s->reader = reader_new(&s->a, &how);
	reader_restart(s->reader);
	s->w = w;
}

static void
one(void *ctx, struct work *w, struct source *source, struct str path)
{
	struct scanning *s = ctx;

	(void)w;
	reader_input(s->reader, source, path);
}

static void
problem(void *ctx, struct work *w, struct str path, const char *why)
{
	struct scanning *s = ctx;

	(void)w;
	reader_missed(s->reader, path, why);
}

static bool
text(void *ctx, struct span piece)
{
	struct scanning *s = ctx;

	out_bytes(&s->harvest, piece.p, piece.n);
	return true;
}

static void
done(void *ctx, const struct input_job *j, struct str failed)
{
	struct scanning *s = ctx;
	const struct part_line l = { .kind = PART_FILE, .job = *j,
	    .failed = failed, .harvest = { (const uint8_t *)s->harvest.mem,
	    s->harvest.n } };

	s->lines->line(s->lines->ctx, &l);
	s->harvest.n = 0;
	if (s->harvest.cap > HARVEST_KEPT)
		out_free(&s->harvest);
}

static void
missed(void *ctx, const struct input_job *j, const char *why)
{
	struct scanning *s = ctx;
	const struct part_line l = { .kind = PART_PROBLEM, .job = *j,
	    .failed = str_of(why) };

	s->lines->line(s->lines->ctx, &l);
}

static void
folder(void *ctx, const struct input_job *j, size_t again, size_t told)
{
	struct scanning *s = ctx;
	const struct part_line l = { .kind = PART_FOLDER, .job = *j,
	    .again = again, .told = told };

	s->lines->line(s->lines->ctx, &l);
}

enum pool_end
triage_lines(const struct triage *t, char *const *paths, size_t n,
    const struct pool_options *how, const struct lines_ops *lines,
    struct pool_told *told)
{
	struct scanning s = { .t = t, .lines = lines,
	    .harvest = out_memory() };
	const struct inputs_ops ops = { .begin = begin, .one = one,
	    .problem = problem, .text = text, .done = done,
	    .missed = missed, .folder = folder, .ctx = &s,
	    .own = lines->own, .shard = lines->shard,
	    .shards = lines->shards };
	struct pool_options atomic = *how;
	enum pool_end end;

	atomic.atomic = true;
	end = inputs_run(&s.a, paths, n, &atomic, &ops, told);
	if (s.reader != NULL)
		reader_free(s.reader);
	out_free(&s.harvest);
	arena_free(&s.a);
	return end;
}

static void
line_take(void *ctx, const struct part_line *l)
{
	triage_line(ctx, l);
}

enum pool_end
triage_paths(struct triage *t, char *const *paths, size_t n,
    const struct pool_options *how, int own, struct pool_told *told)
{
	const struct lines_ops lines = { .line = line_take, .ctx = t,
	    .own = own };

	return triage_lines(t, paths, n, how, &lines, told);
}
