/*
 * Every input that the user named, found by the walk (triage/walk.h) and
 * read by workers (triage/pool.h), results in order: what all commands that
 * read logs have in common.
 *
 * The half of the ops that runs in the worker sees bytes of logs and says
 * what it makes of them through inputs_send; the half that runs here gets
 * that and must trust none of it.
 */
#ifndef EVTRIAGE_TRIAGE_INPUTS_H
#define EVTRIAGE_TRIAGE_INPUTS_H

#include "base/arena.h"
#include "base/out.h"
#include "base/source.h"
#include "log/log.h"
#include "model/input.h"
#include "triage/pool.h"

/* What can be sent.  Text comes out as it went in, cut anywhere; a message
 * comes whole, with its number, and is at most SENT_MOST bytes long. */
enum { SENT_TEXT = 0, SENT_MESSAGE = 16, SENT_KINDS = 32 };
enum { SENT_MOST = 1 << 23 };	/* above CAP_EVENT_TEXT and what libevtx
				 * makes of an event together */

/* Why an input failed of which, or of a log in it, no word came. */
#define INPUT_UNTOLD	"its reader said nothing of it"

/* A range of a log, where nothing else is asked for: a worker has it done
 * before its output has to wait. */
enum { RANGE_UNITS = 32 };

/* A file, folder or problem of the walk. */
struct input_job {
	uint64_t	seq;		/* its place in the walk, shards or
					 * not */
	struct str	path;
	bool		inside;		/* FILE: of a folder that is named */
	size_t		logs;		/* FILE: found in it */
};

struct inputs_ops {
	/* In the worker: the beginning of a job (NULL: nothing is to be
	 * done); a log (of a packed file there may be many in one
	 * job), or what is wrong with the file as a whole. */
	void	(*begin)(void *ctx, struct work *w);
	void	(*one)(void *ctx, struct work *w, struct source *s,
		    struct str path);
	void	(*problem)(void *ctx, struct work *w, struct str path,
		    const char *why);
	/* May be NULL.  In the worker: a range of a log that is big enough to
	 * be read by several, each in a job; returns log_range_end.  What
	 * the ranges send is joined as if it came from one(). */
	uint64_t (*range)(void *ctx, struct work *w, struct source *s,
		    struct str path, const struct log_range *r);
	/* Here: false says that no sound worker sends this.  message may be
	 * NULL: then there are none. */
	bool	(*text)(void *ctx, struct span piece);
	bool	(*message)(void *ctx, unsigned kind, struct span message);
	/* A problem sent with inputs_problem; borrowed. */
	void	(*told)(void *ctx, const struct problem *p);
	/* The end of a file that was read, whole or not (then why). */
	void	(*done)(void *ctx, const struct input_job *j,
		    struct str failed);
	/* What cannot be opened; a folder without logs. */
	void	(*missed)(void *ctx, const struct input_job *j,
		    const char *why);
	/* The end of a folder, as in struct found: for who decides himself
	 * whether it had logs in it; NULL: it is missed when it had not. */
	void	(*folder)(void *ctx, const struct input_job *j,
		    size_t again, size_t told);
	void	*ctx;
	int	 own;		/* a descriptor of our own output, or 0 */
	/* Of the jobs only every shards-th, from the shard-th on, counted
	 * from 1; 0 of 0: all. */
	unsigned shard, shards;
	uint64_t units;			/* a range; 0: RANGE_UNITS */
};

/*
 * When *how->stop becomes STOP_INTERRUPTED, every file that was found and
 * not read whole fails with POOL_NOT_SCANNED, then the walk goes on without
 * opening files: the next NOT_SCANNED_NAMED fail likewise, the rest is
 * counted and missed under the name of its first.  STOP_UNWANTED: nobody
 * wants to know any more.
 */
enum { STOP_INTERRUPTED = 1, STOP_UNWANTED };
enum { NOT_SCANNED_NAMED = 16 };
enum pool_end	inputs_run(struct arena *a, char *const *paths, size_t n,
		    const struct pool_options *how,
		    const struct inputs_ops *ops, struct pool_told *told);

/* In the worker. */
void		inputs_send(struct work *w, unsigned kind, const void *p,
		    size_t n);
void		inputs_problem(struct work *w, const struct problem *p);
/*
 * Much text, which is not copied if it can be helped: begin when o is empty,
 * write to it until it is full, send.  Nothing else may be sent between.
 * o is an out_memory() before and after.
 */
void		inputs_text_begin(struct work *w, struct out *o);
bool		inputs_text_full(const struct out *o);
void		inputs_text_send(struct work *w, struct out *o);

#endif
