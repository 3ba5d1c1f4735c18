/*
 * The inside of the pool: jobs in the window, workers, and what its files
 * ask of each other.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_POOL_PARTS_H
#define EVTRIAGE_SRC_TRIAGE_POOL_PARTS_H

#include <poll.h>
#include <stdatomic.h>
#include <sys/types.h>
#include "base/arena.h"
#include "triage/frame.h"
#include "triage/pool.h"

/* Bytes that wait for their job's turn. */
struct piece {
	struct piece	*next;
	size_t		 n;
	uint8_t		 bytes[];
};

enum slot_state {
	SLOT_WAITING,		/* for a worker */
	SLOT_QUEUED,		/* with one that is at another yet */
	SLOT_RUNNING,
	SLOT_ENDED,		/* for its turn */
};

/* A job in the window. */
struct slot {
	struct job	 job;
	uint64_t	 number;	/* from 1, in order */
	enum slot_state	 state;
	bool		 file;		/* it has one to be read */
	off_t		 base;		/* where its descriptor stood; -1: it
					 * cannot be read again */
	uint64_t	 size;		/* bytes behind that, as of its begin */
	struct arena	 texts;		/* names and reasons */
	struct arena	 bytes;		/* the pieces */
	struct piece	*first, **last;
	size_t		 held;		/* bytes in pieces */
	uint64_t	 handed;	/* bytes given to bytes() */
	uint64_t	 read;		/* bytes of the file, as its worker
					 * said at the end */

	/* Of former tries: the longest stream of bytes that came. */
	uint64_t	 proved;
	uint32_t	 proved_sum;
	/* How much of that has come again in this one. */
	uint64_t	 seen;
	uint32_t	 seen_sum;

	struct pool_skip skips[POOL_TRIES + 1];
	size_t		 nskips;
	unsigned	 faults;	/* that were the job's own */
	unsigned	 mishaps;	/* that perhaps were not */
	uint64_t	 doubt;		/* ordinal of the last mishap, */
	bool		 doubted;	/* it came from outside */
	bool		 fresh;		/* wants a worker that read nothing */
	pid_t		 by;		/* the worker that ended it */
	struct str	 failed;
	bool		 interrupted;
};

/*
 * Memory that a worker shares with the pool.  Nothing in it is trusted: the
 * numbers are hints, and a body is copied before it is looked at.  No file
 * is behind it that could be cut off under the pool.
 *
 * The bodies of a worker's frames stand in the slots in turn.  Which is next
 * both sides count for themselves; `taken` tells the worker which are free
 * again.  With fewer of them small files would wait for one before the bell
 * is due; with eight, the bodies of a big log would stay in the cache, which
 * saves it 4 %.
 */
enum { RING = 16 };
struct page {
	_Atomic uint64_t	job;		/* that the worker has begun */
	_Atomic uint64_t	ordinal;	/* of the record being read */
	_Atomic uint64_t	beat;		/* changes with every record */
	_Atomic uint64_t	far;		/* bytes of the file read */
	_Atomic uint32_t	taken;		/* bodies, by the pool */
	_Atomic uint32_t	waits;		/* the worker, for a slot */
	uint8_t			ring[RING][FRAME_BODY];
};

enum {
	/* Jobs that a worker has got and not begun.  Of small files it gets
	 * some: to wake it, or the pool, costs as much as to read one. */
	QUEUE = 15,
	/* Jobs that are taken, for each worker. */
	WINDOW = QUEUE + 5,
};

struct worker {
	pid_t		 pid;		/* 0: none */
	int		 fd;
	int		 bell;		/* see worker.c */
	bool		 more;		/* frames may be there that no bell
					 * will be rung for */
	uint64_t	 looked;	/* ms, when it was read last */
	struct page	*page;
	struct intake	 in;
	struct slot	*slot;		/* at work on; NULL: idle */
	struct slot	*queue[QUEUE];	/* behind that, in order */
	unsigned	 nqueue;
	uint64_t	 queued;	/* bytes of the files of these */
	uint32_t	 bodies;	/* taken of it */
	unsigned	 served;	/* jobs it has ended */
	uint64_t	 beat, far;	/* as last seen */
	bool		 moved;		/* a frame came since the last tick */
	unsigned	 still;		/* ms without progress */
	uint64_t	 spent;		/* ms on this job */
};

struct pool {
	struct pool_options	 o;
	const struct pool_ops	*ops;
	struct pool_told	*told;
	struct worker		*workers;
	unsigned		 nworkers;
	struct pollfd		*polled;	/* two a worker */
	struct slot		*window;	/* a ring */
	unsigned		 nwindow, head, taken;
	uint64_t		 numbers;	/* given out */
	bool			 no_more;	/* next() has said */
	size_t			 held;		/* in all slots */
	uint64_t		 clock;		/* ms, of the last tick */
	uint64_t		 begun;		/* of that clock */
	uint64_t		 heard;		/* hellos */
	unsigned		 bad_starts;	/* one after the other */
	uint64_t		 start_again;	/* not before this time */
	const char		*start_what;	/* why the last one failed */
	int			 start_error;
	struct frame		*frame;		/* received, or to be sent */
	struct pool_far		 far;		/* of the jobs that are done */
	uint64_t		 watch_at;	/* ms: not told before */
	_Atomic uint64_t	 inside_far;	/* of the job that is done in
						 * this process */
	uint8_t			*body;		/* of that, our own copy */
};

enum {
	TICK = 100,		/* ms between looks at deadlines and *stop */
	JOBS_A_WORKER = 1024,
	HEAP_A_WORKER = 64 << 20,
	YOUNG = 250,		/* ms of a run in which small files wait for a
				 * worker that is there: a start costs more than
				 * many of them */
	BAD_STARTS = 20,	/* in a row: no more is expected */
	INSIDE = 3,		/* in a row, and no worker is left: a job may
				 * be done in this process */
	START_PAUSE = 100,	/* ms after one */
	MISHAPS = 16,		/* a job; then they count as its faults */
	EXIT_MEMORY = 70,	/* of a worker, from die() */
};

/* What went wrong with a worker. */
enum fault {
	FAULT_DIED,
	FAULT_STILL,		/* no progress */
	FAULT_LONG,		/* too long in all */
	FAULT_PROTOCOL,
	FAULT_REFUSED,		/* bytes() did not want its bytes */
	FAULT_STRAY,		/* frames of no job of now */
};

/* pool.c */
/* The i-th oldest. */
struct slot	*pool_slot(const struct pool *p, unsigned i);
bool		 pool_stopped(const struct pool *p);
/* Is it not read, because too much waits for its turn? */
bool		 pool_paused(const struct pool *p, const struct worker *w);

/* pool_slot.c: the bytes of a job, and its end. */
/* More bytes of the present try, which has had `at` before.  False with
 * *why set: not to be accepted. */
enum slot_got { SLOT_TOOK, SLOT_REFUSED, SLOT_DIFFERS, SLOT_TOO_MANY };
enum slot_got	 slot_take(struct pool *p, struct slot *s, uint64_t at,
		    struct span bytes);
/* The present try has sent what has come and is over. */
void		 slot_prove(struct slot *s, const struct intake *in);
/* Has everything come again that had come before? */
bool		 slot_proved(const struct slot *s);
/* To be tried again. */
void		 slot_again(struct pool *p, struct slot *s);
void		 slot_end(struct slot *s, struct str failed);
/* Gives what is held to bytes(); false: refused. */
bool		 slot_give(struct pool *p, struct slot *s);
void		 slot_drop(struct pool *p, struct slot *s);
/* The job from next() into s. */
void		 slot_begin(struct pool *p, struct slot *s,
		    const struct job *j);
/* done(), and everything of it given back. */
void		 slot_close(struct pool *p, struct slot *s);
/* work() in this process. */
void		 slot_inside(struct pool *p, struct slot *s);

/* pool_worker.c: processes. */
bool		 worker_start(struct pool *p, struct worker *w);
/* When none is to be started at this place any more. */
void		 worker_strip(struct worker *w);
/* Has it room for this job behind the one it is at? */
bool		 worker_has_room(const struct worker *w,
		    const struct slot *s);
/* Is it a small file? */
bool		 slot_brief(const struct slot *s);
/* May s stand in a queue, or others behind it?  What takes its time would
 * keep them from a worker that is free: small files may, and parts. */
bool		 slot_passes(const struct slot *s);
/* The worker is at s from now on, or s is in its queue; false: it is gone. */
bool		 worker_give(struct pool *p, struct worker *w,
		    struct slot *s);
/* Ends it (if it has not ended) and takes its wait status; what is in its
 * queue waits again.  False: it was alive until we killed it. */
bool		 worker_reap(struct worker *w, bool wait, int *status);
/* Frames that have come; w->more: perhaps not all of them. */
void		 worker_read(struct pool *p, struct worker *w);

/* pool_fault.c: what becomes of a job whose worker has failed. */
void		 worker_fault(struct pool *p, struct worker *w,
		    enum fault fault, const char *why);
/* Looks at the clock: who stands still? */
void		 pool_tick(struct pool *p);

/* pool_watch.c: how far it is. */
void		 pool_watch(struct pool *p);
/* How far w says that it is with its job, as far as that can be true. */
uint64_t	 worker_far(const struct worker *w);
/* The job is over: it counts. */
void		 far_add(struct pool *p, const struct slot *s);

/* worker.c: the child. */
struct work {
	/* In this process: where bytes go. */
	void		(*inside)(struct work *w, const void *p, size_t n);
	struct pool	*pool;
	struct slot	*slot;
	uint64_t	 at;		/* bytes sent */
	enum slot_got	 got;		/* of the first that was not taken */

	/* In a worker. */
	int		 fd;
	int		 bell;
	unsigned	 unrung;	/* ends of jobs since it was rung */
	uint64_t	 beat;
	struct page	*page;
	struct frame	*frame;
	uint64_t	 job;
	uint32_t	 seq;
	uint32_t	 sum;		/* of these */
	uint32_t	 sent;		/* bodies, by this worker */
	size_t		 n;		/* bytes waiting in the next one */
	const uint8_t	*heap_before;	/* where that of the parent ends */
	struct pool_skip skips[POOL_TRIES + 1];
	size_t		 nskips;
};
/* From a fork, with its socket, bell and page in w. */
_Noreturn void	 worker_main(const struct pool *p, struct work w,
		    pid_t parent);

#endif
