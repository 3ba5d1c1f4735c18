/*
 * The pool: takes jobs into a window, gives them to workers, gives out their
 * results in order.  See the header for what it promises, pool_slot.c for a
 * job's bytes, pool_worker.c for the processes, pool_fault.c for what
 * happens when one fails.
 *
 * It cannot come to a standstill: the worker of the oldest job that runs is
 * read always, whatever waits; every worker that runs is read, stands still
 * (and is killed) or is paused behind that one; a job without a worker gets
 * one as soon as any is free.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <fcntl.h>
#include "triage/pool_parts.h"

enum {
	WORKERS = 256,
	SPARE = 24,		/* descriptors left to the caller */
	PLENTY = 1 << 16,	/* of them */
	HELD = 32 << 20,
};

struct slot *
pool_slot(const struct pool *p, unsigned i)
{
	return &p->window[(p->head + i) % p->nwindow];
}

bool
pool_stopped(const struct pool *p)
{
	return p->o.stop != NULL && *p->o.stop != 0;
}

bool
pool_paused(const struct pool *p, const struct worker *w)
{
	if (p->held < p->o.held || w->slot == NULL)
		return false;
	for (unsigned i = 0; i < p->taken; i++)
		if (pool_slot(p, i)->state == SLOT_RUNNING)
			return pool_slot(p, i) != w->slot;
	return false;
}

static void
pool_fill(struct pool *p)
{
	while (p->taken < p->nwindow && !p->no_more && !pool_stopped(p)) {
		struct job j = { .fd = -1, .path = { "", 0 },
		    .note = { "", 0 } };

		if (p->ops->next(p->ops->ctx, &j))
			slot_begin(p, pool_slot(p, p->taken++), &j);
		else
			p->no_more = true;
	}
}

/* bytes() does not want what a worker sent for s: it is not to be trusted
 * with another job. */
static void
pool_refuse(struct pool *p, const struct slot *s)
{
	for (unsigned i = 0; i < p->nworkers; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid == 0)
			continue;
		if (w->slot == s)
			worker_fault(p, w, FAULT_REFUSED, "");
		else if (w->pid == s->by)
			worker_fault(p, w, FAULT_STRAY, "");
	}
}

/* What has been waiting for its turn.  False: the oldest job is not done
 * yet. */
static bool
head_settle(struct pool *p)
{
	struct slot *s = pool_slot(p, 0);
	bool give = s->first != NULL && (!p->o.atomic ||
	    (s->state == SLOT_ENDED && s->failed.n == 0));

	if (give && !slot_give(p, s))
		pool_refuse(p, s);
	if (s->state != SLOT_ENDED)
		return false;
	slot_close(p, s);
	p->head = (p->head + 1) % p->nwindow;
	p->taken--;
	return true;
}

/* Does s rather wait for a worker that is at small files than have one more
 * started? */
static bool
start_is_early(const struct pool *p, const struct slot *s)
{
	if (s->fresh || !slot_brief(s) || p->clock - p->begun >= YOUNG)
		return false;
	for (unsigned i = 0; i < p->nworkers; i++) {
		const struct worker *w = &p->workers[i];

		if (w->slot != NULL && !w->slot->fresh && slot_brief(w->slot))
			return true;
	}
	return false;
}

/* A worker for s that is free or has been started, or NULL. */
static struct worker *
worker_pick(struct pool *p, const struct slot *s)
{
	struct worker *used = NULL, *none = NULL;
	int status;

	for (unsigned i = 0; i < p->nworkers; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid == 0)
			none = w;
		else if (w->slot == NULL && w->served == 0)
			return w;
		else if (w->slot == NULL)
			used = w;
	}
	if (used != NULL && !s->fresh)
		return used;
	if (start_is_early(p, s))
		return NULL;
	if (none == NULL && used != NULL) {
		(void)worker_reap(used, false, &status);
		none = used;
	}
	if (none == NULL || p->clock < p->start_again)
		return NULL;
	if (worker_start(p, none))
		return none;
	/* There may be no room for one more. */
	if (used != NULL && used != none)
		(void)worker_reap(used, false, &status);
	return NULL;
}

/* No worker can be had for s, the oldest that has none. */
static void
slot_alone(struct pool *p, struct slot *s)
{
	bool clean = s->faults == 0 && s->mishaps == 0;

	for (unsigned i = 0; i < p->nworkers; i++)
		if (p->workers[i].pid != 0)
			return;
	if (p->o.policy != SEAL_REQUIRE && clean && p->bad_starts >= INSIDE) {
		p->told->unprotected = p->start_what;
		p->told->error = p->start_error;
		slot_inside(p, s);
	} else if (p->bad_starts >= BAD_STARTS) {
		slot_end(s, arena_fmt(&s->texts,
		    "no reader could be started (%s%s%s)", p->start_what,
		    p->start_error == 0 ? "" : ": ",
		    p->start_error == 0 ? "" : strerror(p->start_error)));
	}
}

/* A worker that can do s next, or NULL. */
static struct worker *
worker_queued(struct pool *p, const struct slot *s)
{
	struct worker *best = NULL;

	if (s->fresh || !slot_passes(s))
		return NULL;
	for (unsigned i = 0; i < p->nworkers; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid != 0 && worker_has_room(w, s) &&
		    (best == NULL || w->nqueue < best->nqueue))
			best = w;
	}
	return best;
}

/* The job could not be sent: its worker is gone, or something is wrong. */
static void
slot_unsent(struct worker *w, struct slot *s)
{
	int status, error = errno;

	/* What it is at has its due first (worker_read). */
	if (w->slot != NULL)
		return;
	(void)worker_reap(w, false, &status);
	if (++s->mishaps >= MISHAPS)
		slot_end(s, arena_fmt(&s->texts, "could not be given to a "
		    "reader: %s", strerror(error)));
}

/* True: a job was ended, there may be something to settle. */
static bool
pool_assign(struct pool *p)
{
	bool ended = false;

	for (unsigned i = 0; i < p->taken; i++) {
		struct slot *s = pool_slot(p, i);
		struct worker *w;

		if (s->state != SLOT_WAITING)
			continue;
		w = worker_pick(p, s);
		if (w == NULL)
			w = worker_queued(p, s);
		if (w == NULL)
			slot_alone(p, s);
		else if (!worker_give(p, w, s))
			slot_unsent(w, s);
		ended |= s->state == SLOT_ENDED;
		if (w == NULL || (w->slot != NULL &&
		    s->state == SLOT_WAITING))
			break;
	}
	return ended;
}

static void
bell_quiet(const struct worker *w)
{
	uint64_t rung;

	while (read(w->bell, &rung, sizeof rung) == -1 && errno == EINTR)
		;
}

/* Waits for a bell, or the end of a worker (which poll() tells unasked); what
 * comes without, see worker.c, is found in a little while.  True: all that
 * time nothing happened. */
static bool
pool_wait(struct pool *p)
{
	int wait = TICK;

	for (size_t i = 0; i < p->nworkers; i++) {
		const struct worker *w = &p->workers[i];
		bool read = w->pid != 0 && !pool_paused(p, w);

		p->polled[2 * i] = (struct pollfd){ .fd = read ? w->fd : -1 };
		p->polled[2 * i + 1] = (struct pollfd){ .events = POLLIN,
		    .fd = read ? w->bell : -1 };
		if (read && w->more)
			wait = 0;
	}
	return poll(p->polled, (nfds_t)2 * p->nworkers, wait) == 0 && wait > 0;
}

/* Reads from the workers, or waits a little for them. */
static void
pool_read(struct pool *p)
{
	bool all = pool_wait(p);

	for (size_t i = 0; i < p->nworkers; i++) {
		const struct pollfd *f = &p->polled[2 * i];
		struct worker *w = &p->workers[i];

		/* It may have been ended for what another one sent. */
		if (w->pid == 0 || f->fd != w->fd)
			continue;
		if (f[1].revents != 0)
			bell_quiet(w);
		if (all || w->more || f[0].revents != 0 ||
		    f[1].revents != 0 || p->clock - w->looked >= TICK)
			worker_read(p, w);
	}
	pool_tick(p);
}

static void
pool_kill(struct pool *p)
{
	int status;

	for (unsigned i = 0; i < p->nworkers; i++)
		if (p->workers[i].pid != 0)
			(void)worker_reap(&p->workers[i], false, &status);
}

static enum pool_end
pool_interrupt(struct pool *p)
{
	pool_kill(p);
	while (p->taken > 0) {
		struct slot *s = pool_slot(p, 0);

		if (s->state != SLOT_ENDED) {
			slot_drop(p, s);
			s->interrupted = true;
			slot_end(s, str_of(POOL_NOT_SCANNED));
		}
		(void)head_settle(p);
	}
	return POOL_INTERRUPTED;
}

static enum pool_end
pool_loop(struct pool *p)
{
	for (;;) {
		if (pool_stopped(p))
			return pool_interrupt(p);
		pool_fill(p);
		if (p->taken == 0 && p->no_more)
			return POOL_DONE;
		if (p->taken == 0 || head_settle(p))
			continue;
		if (p->o.in_process)
			slot_inside(p, pool_slot(p, 0));
		else if (!pool_assign(p))
			pool_read(p);
		pool_watch(p);
	}
}

/* The first worker, before the first job is asked for: can there be any,
 * and how well are they sealed? */
static bool
pool_begin(struct pool *p)
{
	struct worker *w = &p->workers[0];

	while (!pool_stopped(p) && p->bad_starts < INSIDE && !w->in.hello) {
		if (w->pid == 0 && p->clock >= p->start_again)
			(void)worker_start(p, w);
		pool_read(p);
	}
	if (w->in.hello || pool_stopped(p))
		return true;
	if (p->o.policy == SEAL_REQUIRE)
		return false;
	p->told->unprotected = p->start_what;
	p->told->error = p->start_error;
	p->o.in_process = true;
	return true;
}

/* How many jobs and workers there is room for, with a descriptor for each
 * job and two for each worker. */
static void
pool_measure(struct pool *p)
{
	unsigned n = p->o.workers == 0 ? 1 : p->o.workers;
	/* The lowest free number: about how many are taken. */
	int first = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	struct rlimit files;
	unsigned left = 0;

	if (n > WORKERS)
		n = WORKERS;
	if (first >= 0)
		(void)close(first);
	else if (errno == EBADF)
		first = 0;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && first >= 0 &&
	    files.rlim_cur > (rlim_t)first + SPARE)
		left = files.rlim_cur - (rlim_t)first - SPARE > PLENTY ?
		    PLENTY : (unsigned)files.rlim_cur - (unsigned)first -
		    SPARE;
	if (n > left / 3)
		n = left < 6 ? 1 : left / 3;
	p->nworkers = p->o.in_process ? 0 : n;
	p->nwindow = p->o.in_process ? 1 : WINDOW * n;
	if (p->nwindow + 2 * n > left)
		p->nwindow = left <= 2 * n ? 1 : left - 2 * n;
}

enum pool_end
pool_run(const struct pool_options *options, const struct pool_ops *ops,
    struct pool_told *told)
{
	struct pool p = { .o = *options, .ops = ops, .told = told };
	enum pool_end end = POOL_REFUSED;
	struct arena a = { 0 };

	*told = (struct pool_told){ .layers = 0 };
	pool_measure(&p);
	if (p.o.held == 0)
		p.o.held = HELD;
	p.workers = arena_array(&a, struct worker, p.nworkers);
	p.polled = arena_array(&a, struct pollfd, 2 * (size_t)p.nworkers);
	p.window = arena_array(&a, struct slot, p.nwindow);
	p.frame = arena_new(&a, struct frame);
	p.body = arena_array(&a, uint8_t, FRAME_BODY);
	pool_tick(&p);
	p.begun = p.clock;
	p.watch_at = p.clock + POOL_UNWATCHED;
	if (p.o.in_process)
		told->unprotected = "in_process";
	if (p.o.in_process ? p.o.policy != SEAL_REQUIRE : pool_begin(&p))
		end = pool_loop(&p);
	if (p.o.watch != NULL)
		p.o.watch(NULL);
	pool_kill(&p);
	for (unsigned i = 0; i < p.nworkers; i++)
		worker_strip(&p.workers[i]);
	for (unsigned i = 0; i < p.nwindow; i++) {
		arena_free(&p.window[i].texts);
		arena_free(&p.window[i].bytes);
	}
	arena_free(&a);
	return end;
}
