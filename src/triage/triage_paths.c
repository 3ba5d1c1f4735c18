/*
 * A triage of everything under some paths: workers read and send harvests,
 * this process puts them together.
 */
#include "triage/inputs.h"
#include "triage/reader.h"
#include "triage/triage.h"

struct scanning {
	struct triage	*t;
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
missed(void *ctx, struct str path, const char *why)
{
	struct scanning *s = ctx;

	triage_problem(s->t, path, why);
}

static void
done(void *ctx, struct str path, struct str failed)
{
	struct scanning *s = ctx;
	struct span harvest = { (const uint8_t *)s->harvest.mem,
	    s->harvest.n };

	if (failed.n == 0 && !triage_harvest(s->t, harvest))
		failed = str_of("what its reader said makes no sense");
	if (failed.n > 0)
		triage_problem(s->t, path, arena_cstr(&s->a, failed));
	s->harvest.n = 0;
}

enum pool_end
triage_paths(struct triage *t, char *const *paths, size_t n,
    const struct pool_options *how, int own, struct pool_told *told)
{
	struct scanning s = { .t = t, .harvest = out_memory() };
	const struct inputs_ops ops = { .begin = begin, .one = one,
	    .problem = problem, .text = text, .done = done,
	    .missed = missed, .ctx = &s, .own = own };
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
