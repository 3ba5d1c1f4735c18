/*
 * Jobs done by worker processes, their results in the order of the jobs.
 *
 * A job is one input file, or a range of a big one.  Workers are forked and
 * sealed (base/seal.h) before they see a byte of one: whatever a file does to
 * its worker, this process gets checked frames, or a reason why not.  What
 * kills a worker costs one record: the record is left out and the job tried
 * again.  The pool knows nothing of logs; what a job's bytes mean is between
 * work() and bytes().
 *
 * What jobs give does not depend on the number of workers, nor on whether
 * there are any.
 */
#ifndef EVTRIAGE_TRIAGE_POOL_H
#define EVTRIAGE_TRIAGE_POOL_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/seal.h"
#include "base/span.h"
#include "base/str.h"

struct job {
	int		 fd;		/* open for reading, the pool's from
					 * next() on; -1: nothing is to be
					 * read, to done() in its turn */
	struct str	 path;		/* the pool copies it, and note */
	bool		 named;		/* by the user (not found by a walk) */
	uint64_t	 tag;		/* the caller's */
	struct str	 note;		/* the caller's */
	uint64_t	 bytes;		/* of the file that are to be read;
					 * 0: all */
	bool		 part;		/* another job counts as the file */
};
/* path and note together; a job with more fails. */
#define POOL_NAMES_MAX 32768

/* A record that was left out because it killed a worker. */
struct pool_skip {
	uint64_t	 at;		/* its ordinal, from work_at() */
	struct str	 why;		/* as job_end.failed */
};

struct job_end {
	struct str	 failed;	/* empty: whole, but for the skipped;
					 * else why not: "the reader was killed
					 * by signal 11 (SIGSEGV)", "no
					 * progress for 5 s", "out of memory",
					 * "protocol violation: ...",
					 * POOL_NOT_SCANNED */
	bool		 interrupted;	/* failed with POOL_NOT_SCANNED */
	const struct pool_skip *skips;	/* ascending */
	size_t		 nskips;
};
#define POOL_NOT_SCANNED "not scanned: interrupted"

/* How far the jobs are; half of it hints, for people to look at. */
struct pool_far {
	uint64_t	 files;		/* jobs with a file that are done */
	uint64_t	 bytes;		/* read of these and of those that
					 * run */
	uint64_t	 passed;	/* bytes of what is done that nobody
					 * needed to read */
	struct str	 path;		/* of the oldest that runs, or empty */
	/* What pool_ops.far may know: */
	uint64_t	 lost;		/* files that could not be read */
	bool		 known;		/* what there is in all; of bytes 0
					 * when only that is not known */
	uint64_t	 all_files, all_bytes;
};

struct work;

/*
 * next: the next job, false when there are no more (then not asked again).
 *	Asked only when there is room for it: 4 jobs a worker are open at a
 *	time, fewer when descriptors are scarce.
 * work: in the worker.  j->fd is work's: it closes it.  Takes what it needs
 *	from memory of before the fork (rules, options); what it changes there
 *	nobody sees.  Memory that runs out ends the worker (base/die.h).
 * bytes: the next piece of what work_send() sent for this job, cut anywhere.
 *	Not a byte of it can be trusted: false says that no sound worker
 *	sends this; the worker is killed, the job fails.
 * done: the end of a job; jobs strictly in order, each once, no bytes() of
 *	it before those of another are done.  Everything in *end is borrowed
 *	until it returns.
 * far: may be NULL; adds what the caller knows before watch() gets it.
 */
struct pool_ops {
	bool	(*next)(void *ctx, struct job *j);
	void	(*work)(void *ctx, struct work *w, const struct job *j);
	bool	(*bytes)(void *ctx, const struct job *j, struct span s);
	void	(*done)(void *ctx, const struct job *j,
		    const struct job_end *end);
	void	(*far)(void *ctx, struct pool_far *f);
	void	*ctx;
};

/* All zero: one worker, sealed as the machine can, no limit of memory. */
struct pool_options {
	unsigned	 workers;	/* 0: 1 */
	bool		 in_process;	/* none: work() runs in this process,
					 * unprotected */
	enum seal_policy policy;
	struct seal	 seal;		/* keep, nkeep and parent are filled
					 * by the pool */
	bool		 atomic;	/* bytes() only of jobs that are whole:
					 * all of them just before done() */
	size_t		 most;		/* bytes a job may send; 0: 1 GiB when
					 * atomic (they are held), any number
					 * when not */
	unsigned	 deadline;	/* seconds without a new record or
					 * byte; 0: 5 */
	unsigned	 total;		/* seconds a job; 0: 30 and one for
					 * each MB of the file */
	size_t		 held;		/* bytes of later jobs that may wait
					 * for their turn; 0: 32 MB */
	const volatile sig_atomic_t *stop;	/* NULL: none.  Set by a signal
					 * handler: workers are killed, the
					 * jobs taken end as POOL_NOT_SCANNED
					 * unless they are whole already */
	void		(*watch)(const struct pool_far *f);	/* NULL: nobody
					 * looks.  Called now and then, five
					 * times a second at most, not in the
					 * first POOL_UNWATCHED ms; with NULL
					 * at the end */
};
#define POOL_UNWATCHED 400

enum pool_end {
	POOL_DONE,		/* every job went through done() */
	POOL_INTERRUPTED,	/* *stop was set; next() may have had more */
	POOL_REFUSED,		/* SEAL_REQUIRE, and a layer is missing or no
				 * worker could be started; no job was taken */
};

/* What became of the protection, for the report. */
struct pool_told {
	unsigned	 layers;	/* SEAL_*: on in every worker */
	const char	*unprotected;	/* NULL; else why jobs were read in
					 * this process: "fork", "socketpair",
					 * "in_process" ... */
	int		 error;		/* errno of that, or 0 */
	uint64_t	 workers;	/* started */
	uint64_t	 lost;		/* of these, died or were killed while
					 * they had a job */
	uint64_t	 stray;		/* killed for bytes that belong to no
					 * job of theirs */
	size_t		 held;		/* most bytes that ever waited */
};

/*
 * Does the jobs.  No worker and no descriptor of a job is left when it
 * returns.  The process must have one thread; SIGCHLD is not to be ignored.
 *
 * A job that kills its worker or stands still is tried again without the
 * record it was at, alone in a fresh worker, at most POOL_TRIES times.  What
 * may not be its fault costs nothing the first time: a failure in a worker
 * that had done other jobs or had more of them, SIGKILL from outside (memory
 * that ran out), a death before the first record.  A file that cannot be read
 * from the start again (a pipe) is not tried again.
 *
 * bytes() sees no byte twice: the pool drops what it has given already, and
 * a job that sends something else the second time fails ("gave other results
 * when it was read again").  So work() must be deterministic: up to the
 * record that is left out, the same bytes.
 */
enum pool_end	 pool_run(const struct pool_options *options,
		    const struct pool_ops *ops, struct pool_told *told);
#define POOL_TRIES 8

/* For work() alone: */

/* More bytes of this job. */
void		 work_send(struct work *w, const void *p, size_t n);
/* The same without a copy: room for what comes next, *n bytes and at least
 * so many (no more than 64 KiB).  work_filled sends what stands there then;
 * who sends anything else before gives it up.  NULL: there is none. */
char		*work_room(struct work *w, size_t least, size_t *n);
void		 work_filled(struct work *w, size_t n);
/*
 * "I am about to decode record number `ordinal` of this job" (any number
 * that is the same when the job is tried again).  True: leave it out, it
 * killed a worker before; *why says how, good until work() returns.
 */
bool		 work_at(struct work *w, uint64_t ordinal, struct str *why);
/* Where to tell how many bytes of the file are read; good until work()
 * returns.  Bytes count as progress, like records.  May be NULL. */
_Atomic uint64_t *work_far(struct work *w);
/* "I am at none": what happens now is no record's fault. */
#define WORK_NOWHERE UINT64_MAX
/* True: the user has interrupted, leave off.  Only in_process; workers are
 * killed. */
bool		 work_stopped(const struct work *w);

#endif
