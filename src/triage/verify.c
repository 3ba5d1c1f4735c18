/*
 * Both readers side by side.  Each goes forward through the input for
 * itself; both return records in the order of the file, so the offset pairs
 * them.  This runs sealed: nothing can be opened.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "log/log.h"
#include "triage/verify.h"

/* A pipe can be read once: it is kept in memory up to this. */
#define CAP_VERIFY_PIPE	(1u << 28)

struct reading {
	struct source	*source;
	struct problems	problems;
	struct log	*log;
	struct arena	file, scratch;
	struct record	at;
	bool		more;		/* at is a record */
};

struct verify {
	struct reading		 ours, theirs;
	struct source		 first, second;	/* of a pipe; the other */
	const struct source	*file;		/* else: what second reads */
	uint64_t		 file_at;	/* so far */
	bool			 leave;		/* our record killed a
						 * process before */
	struct comparison	 c;
	const struct verify_ops	*ops;
	struct arena		 arena;		/* problems, a pipe */
	struct arena		 scratch;	/* one comparison */
};

static void
reading_next(struct reading *r)
{
	r->more = r->log != NULL && log_next(r->log, &r->at) == LOG_RECORD;
}

static void
ours_next(struct verify *v)
{
	const struct verify_ops *ops = v->ops;
	struct reading *r = &v->ours;
	struct str why = { "", 0 };

	v->leave = ops->at != NULL && ops->at(ops->ctx, &why);
	reading_next(r);
	v->leave = v->leave && r->more;
	if (v->leave)
		problem_add(&r->problems, GRADE_RECORD, r->at.offset,
		    "record %llu is left out: %.*s",
		    (unsigned long long)r->at.id, (int)why.n, why.p);
}

static void
reading_event(struct reading *r, struct event *e)
{
	arena_reset(&r->scratch);
	(void)log_event(r->log, &r->scratch, e);
}

static void
difference_take(void *ctx, const struct difference *d)
{
	struct verify *v = ctx;

	v->c.why[d->why]++;
	v->ops->difference(v->ops->ctx, d);
}

static void
whole_record(struct verify *v, const struct record *r, const char *ours,
    const char *theirs, enum divergence why)
{
	struct difference d = { r->offset, r->id, str_of("record"),
	    str_of(ours), str_of(theirs), why };

	difference_take(v, &d);
}

static bool
is_attribute(const struct field *f)
{
	return str_find(f->name, "/@", 0) != SIZE_MAX;
}

/* Does some text of the event hold one of these characters? */
static bool
holds(const struct event *e, const char *chars, bool attributes_only)
{
	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		if (attributes_only && !is_attribute(f))
			continue;
		for (size_t k = 0; k < f->text.n; k++)
			if (f->text.p[k] != '\0' &&
			    strchr(chars, f->text.p[k]) != NULL)
				return true;
	}
	return false;
}

static bool
holds_null(const struct event *e)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].type == VALUE_NULL)
			return true;
	return false;
}

/* libevtx has the record but could not make an event of it. */
static enum divergence
why_unreadable(const struct event *ours, const char *error)
{
	if (strcmp(error, LIBEVTX_NO_XML) == 0)
		return holds(ours, "<&\"", false) ? DIV_UNESCAPED :
		    DIV_UNEXPLAINED;
	if ((ours->flags & EVENT_INFERRED) != 0)
		return DIV_MENDED;
	if ((ours->flags & EVENT_LITERAL) != 0)
		return DIV_LITERAL;
	if (holds(ours, "<>&'\"", true))
		return DIV_ENTITY;
	return holds_null(ours) ? DIV_NULL : DIV_UNEXPLAINED;
}

/* One of them or both could not decode it. */
static size_t
unreadable(struct verify *v, const struct event *ours,
    const struct event *theirs)
{
	if (ours->error != NULL && theirs->error != NULL)
		return 0;
	if (theirs->error != NULL)
		whole_record(v, &ours->at, "decoded", theirs->error,
		    why_unreadable(ours, theirs->error));
	else
		whole_record(v, &ours->at, ours->error, "decoded",
		    (ours->flags & EVENT_CUT) != 0 ? DIV_LIMIT :
		    (ours->flags & EVENT_LITERAL) != 0 ? DIV_LITERAL :
		    DIV_UNEXPLAINED);
	return 1;
}

static void
both(struct verify *v)
{
	size_t n, kept = v->theirs.problems.n;
	struct event ours, theirs;

	if (v->leave)
		return;
	reading_event(&v->ours, &ours);
	reading_event(&v->theirs, &theirs);
	/* It shows as a difference, if it is one. */
	v->theirs.problems.n = kept;
	arena_reset(&v->scratch);
	if (ours.error == NULL && theirs.error == NULL)
		n = verify_events(&v->scratch, &ours, &theirs,
		    difference_take, v);
	else
		n = unreadable(v, &ours, &theirs);
	if (n == 0)
		v->c.equal++;
	else
		v->c.differing++;
}

/* What the second reader had to say about the chunk of this record. */
static enum divergence
why_missing(const struct verify *v, const struct record *r)
{
	const struct problems *p = &v->theirs.problems;

	switch (r->state) {
	case RECORD_TAIL:
	case RECORD_RESYNC:
	case RECORD_SLACK:
	case RECORD_ORPHAN:
		return DIV_BREAK;
	case RECORD_TORN:
		return DIV_CUT;
	case RECORD_LIVE:
		break;
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct problem *x = &p->v[i];

		if (x->offset > r->offset || r->offset - x->offset >= 65536)
			continue;
		if (str_is(x->message, LIBEVTX_REFUSES))
			return DIV_REFUSED;
		if (str_starts(x->message, "libevtx"))
			return DIV_FAILED;
	}
	return DIV_UNEXPLAINED;
}

static void
only_ours(struct verify *v)
{
	v->c.only_ours++;
	whole_record(v, &v->ours.at, "read", "not there",
	    why_missing(v, &v->ours.at));
}

static void
only_theirs(struct verify *v)
{
	v->c.only_theirs++;
	whole_record(v, &v->theirs.at, "not there", "read", DIV_UNEXPLAINED);
}

static void
compare(struct verify *v)
{
	struct reading *o = &v->ours, *t = &v->theirs;

	ours_next(v);
	reading_next(t);
	while ((o->more || t->more) && (v->ops->stopped == NULL ||
	    !v->ops->stopped(v->ops->ctx))) {
		bool take_ours = o->more && (!t->more ||
		    o->at.offset <= t->at.offset);
		bool take_theirs = t->more && (!o->more ||
		    t->at.offset <= o->at.offset);

		if (take_ours && take_theirs)
			both(v);
		else if (take_ours)
			only_ours(v);
		else
			only_theirs(v);
		v->c.ours += take_ours;
		v->c.theirs += take_theirs;
		if (take_ours)
			ours_next(v);
		if (take_theirs)
			reading_next(t);
	}
}

/* The same file from its own place on. */
static size_t
file_again(void *ctx, void *buf, size_t n, int *error)
{
	struct verify *v = ctx;
	ssize_t got;

	do
		got = pread(v->file->fd, buf, n,
		    (off_t)(v->file->base + v->file_at));
	while (got == -1 && errno == EINTR);
	if (got == -1)
		*error = errno;
	if (got <= 0)
		return 0;
	v->file_at += (uint64_t)got;
	return (size_t)got;
}

/*
 * The input twice: a file is read at two places of its one descriptor, a
 * pipe is kept in memory.
 */
static bool
sources_open(struct verify *v, struct source *s)
{
	struct span bytes;

	v->ours.source = s;
	v->theirs.source = &v->second;
	if (s->fd != -1 && s->size != SOURCE_UNKNOWN) {
		v->file = s;
		source_from(&v->second, file_again, v);
		return true;
	}
	if (!source_slurp(s, &v->arena, CAP_VERIFY_PIPE, &bytes))
		return false;
	source_memory(&v->first, bytes);
	source_memory(&v->second, bytes);
	v->ours.source = &v->first;
	return true;
}

static void
reading_open(struct verify *v, struct reading *r, log_opener *open)
{
	r->problems.arena = &v->arena;
	r->problems.path = v->c.path;
	r->log = open(&r->file, r->source, &r->problems);
}

static void
reading_close(struct reading *r, struct tally *t)
{
	memset(t, 0, sizeof *t);
	if (r->log != NULL)
		log_close(r->log, t);
	arena_free(&r->file);
	arena_free(&r->scratch);
}

/* What both had to say, for whoever prints it. */
static void
problems_join(struct verify *v)
{
	const struct problems *o = &v->ours.problems, *t = &v->theirs.problems;
	struct problem *all = arena_array(&v->arena, struct problem,
	    o->n + t->n + 1);

	if (o->n > 0)
		memcpy(all, o->v, o->n * sizeof *all);
	if (t->n > 0)
		memcpy(all + o->n, t->v, t->n * sizeof *all);
	v->c.problems = all;
	v->c.nproblems = o->n + t->n;
}

static void
input_compare(struct verify *v)
{
	struct tally ours, theirs;

	reading_open(v, &v->ours, log_open);
	if (v->ours.log != NULL)
		v->c.format = log_format(v->ours.log);
	v->c.compared = v->c.format != NULL &&
	    strcmp(v->c.format, "evtx") == 0;
	if (v->c.compared) {
		reading_open(v, &v->theirs, log_open_libevtx);
		compare(v);
	}
	reading_close(&v->ours, &ours);
	reading_close(&v->theirs, &theirs);
	v->c.complete = v->ours.problems.lost == 0;
}

void
verify_input(struct source *s, struct str path, const struct verify_ops *ops)
{
	struct verify v = { .ops = ops, .c = { .path = path } };

	ops->begin(ops->ctx, path);
	v.ours.problems.arena = &v.arena;
	v.ours.problems.path = path;
	if (sources_open(&v, s))
		input_compare(&v);
	else
		problem_add(&v.ours.problems, GRADE_FILE, NO_OFFSET,
		    "it cannot be read twice: %s", strerror(s->error));
	problems_join(&v);
	ops->end(ops->ctx, &v.c);
	arena_free(&v.arena);
	arena_free(&v.scratch);
}
