/*
 * What becomes of a job whose worker failed.
 *
 * Only a worker that had read nothing else before can be held against a
 * job: one that has may have been spoiled by a file before (a heap that is
 * full, or worse), and one with more in its queue may be at that already and
 * spoil what was not fetched yet.  So the first failure in such a worker
 * costs nothing, the job gets a fresh one to itself, and its result does not
 * depend on its neighbours.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include "triage/pool_parts.h"

enum { DEADLINE = 5, TOTAL = 30, TOTAL_UNIT = 1000000 };

static unsigned
deadline_of(const struct pool *p)
{
	return p->o.deadline != 0 ? p->o.deadline : DEADLINE;
}

static uint64_t
total_of(const struct pool *p, const struct slot *s)
{
	return p->o.total != 0 ? p->o.total : TOTAL + s->size / TOTAL_UNIT;
}

static const char *
signal_name(int n)
{
	static const struct {
		int		 n;
		const char	*name;
	} names[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGABRT, "SIGABRT" },
		{ SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
		{ SIGILL, "SIGILL" }, { SIGKILL, "SIGKILL" },
		{ SIGSYS, "SIGSYS" }, { SIGTRAP, "SIGTRAP" },
		{ SIGXCPU, "SIGXCPU" }, { SIGTERM, "SIGTERM" },
		{ SIGPIPE, "SIGPIPE" }, { SIGXFSZ, "SIGXFSZ" },
		{ SIGQUIT, "SIGQUIT" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].n == n)
			return names[i].name;
	return "unnamed";
}

/* How a worker died, from its wait status. */
static struct str
death(struct arena *a, bool itself, int status)
{
	if (!itself)
		return str_of("protocol violation: its socket is closed");
	if (WIFSIGNALED(status))
		return arena_fmt(a, "the reader was killed by signal %d (%s)",
		    WTERMSIG(status), signal_name(WTERMSIG(status)));
	if (WEXITSTATUS(status) == EXIT_MEMORY)
		return str_of("out of memory");
	return arena_fmt(a, "the reader ended before it was done (status %d)",
	    WEXITSTATUS(status));
}

static struct str
reason(const struct pool *p, struct slot *s, enum fault fault,
    const char *why)
{
	switch (fault) {
	case FAULT_STILL:
		return arena_fmt(&s->texts, "no progress for %u s",
		    deadline_of(p));
	case FAULT_LONG:
		return arena_fmt(&s->texts, "not done after %" PRIu64 " s",
		    total_of(p, s));
	case FAULT_REFUSED:
		if (*why == '\0')
			return str_of("gave other results when it was read "
			    "again");
		return arena_fmt(&s->texts, "protocol violation: %s", why);
	case FAULT_STRAY:
		return str_of("protocol violation: a frame of another job");
	case FAULT_DIED:
	case FAULT_PROTOCOL:
		break;
	}
	return arena_fmt(&s->texts, "protocol violation: %s", why);
}

static void
skip_add(struct slot *s, uint64_t at, struct str why)
{
	for (size_t i = 0; i < s->nskips; i++)
		if (s->skips[i].at == at)
			return;
	s->skips[s->nskips++] = (struct pool_skip){ at,
	    arena_str(&s->texts, why) };
}

/* A failure that the job answers for: without that record once more, or
 * the end. */
static void
slot_fault(struct pool *p, struct slot *s, enum fault fault, uint64_t at,
    struct str why)
{
	s->faults++;
	if (at == WORK_NOWHERE || fault == FAULT_PROTOCOL ||
	    fault == FAULT_STRAY) {
		slot_end(s, why);
		return;
	}
	skip_add(s, at, why);
	if (s->faults > POOL_TRIES)
		slot_end(s, why);
	else
		slot_again(p, s);
}

static void
start_fault(struct pool *p, struct slot *s)
{
	p->bad_starts++;
	p->start_what = "worker";
	p->start_error = 0;
	p->start_again = p->clock + START_PAUSE;
	if (s != NULL)
		slot_again(p, s);
}

/* SIGKILL is what the system sends when memory runs out; and when nothing
 * had been read yet, the file is perhaps not to blame. */
static bool
perhaps_outside(uint64_t at, int status)
{
	return at == WORK_NOWHERE ||
	    (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

void
worker_fault(struct pool *p, struct worker *w, enum fault fault,
    const char *why)
{
	struct slot *s = w->slot;
	struct intake in = w->in;
	bool used = w->served > 0 || w->nqueue > 0, itself, outside;
	uint64_t at = WORK_NOWHERE;
	struct str text;
	int status;

	if (s != NULL)
		s->read = worker_far(w);
	itself = worker_reap(w, fault == FAULT_DIED, &status);
	if (fault == FAULT_STRAY)
		p->told->stray++;
	if (!in.hello) {
		start_fault(p, s);
		return;
	}
	if (s == NULL)
		return;
	p->told->lost++;
	if (atomic_load(&w->page->job) == s->number)
		at = atomic_load(&w->page->ordinal);
	if (!used || s->handed > 0)
		slot_prove(s, &in);
	text = fault == FAULT_DIED ? death(&s->texts, itself, status) :
	    reason(p, s, fault, why);
	outside = fault == FAULT_DIED && itself &&
	    perhaps_outside(at, status) && !(s->doubted && s->doubt == at);
	if (fault == FAULT_REFUSED || fault == FAULT_LONG || s->base == -1) {
		slot_end(s, text);
	} else if ((used || outside || fault == FAULT_STRAY) &&
	    s->mishaps < MISHAPS) {
		s->mishaps++;
		s->doubted = outside;
		s->doubt = at;
		slot_again(p, s);
	} else {
		slot_fault(p, s, fault, at, text);
	}
}

/* Is there nothing for it to read yet?  A pipe may be slow. */
static bool
awaits_input(const struct slot *s)
{
	struct pollfd f = { .fd = s->job.fd, .events = POLLIN };

	return s->base == -1 && poll(&f, 1, 0) == 0;
}

static void
worker_tick(struct pool *p, struct worker *w, unsigned ms)
{
	uint64_t beat = atomic_load(&w->page->beat);
	uint64_t far = atomic_load(&w->page->far);
	bool moved = w->moved || beat != w->beat || far != w->far;

	w->moved = false;
	w->beat = beat;
	w->far = far;
	if (w->slot == NULL && w->in.hello)
		return;
	w->spent += ms;
	w->still = moved ? 0 : w->still + ms;
	if (w->slot != NULL && awaits_input(w->slot))
		w->still = 0;
	if (w->still >= 1000 * deadline_of(p))
		worker_fault(p, w, FAULT_STILL, "");
	else if (w->slot != NULL && w->slot->base != -1 &&
	    w->spent > 1000 * total_of(p, w->slot))
		worker_fault(p, w, FAULT_LONG, "");
}

/* Time in which this process itself did not run, or was busy with results,
 * is held against nobody. */
void
pool_tick(struct pool *p)
{
	struct timespec t;
	uint64_t now, ms;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	ms = now - p->clock;
	if (ms > (uint64_t)2 * TICK)
		ms = (uint64_t)2 * TICK;
	p->clock = now;
	for (unsigned i = 0; i < p->nworkers; i++)
		if (p->workers[i].pid != 0 && !pool_paused(p, &p->workers[i]))
			worker_tick(p, &p->workers[i], (unsigned)ms);
}
