/*
 * From inputs to a report: reads logs, decodes, matches, learns about the
 * computers, folds.  This is where the sibling layers meet.
 *
 *	t = triage_new(arena, rules);
 *	triage_paths(t, paths, n, ...);		workers read, once
 *	triage_report(t, &report);
 */
#ifndef EVTRIAGE_TRIAGE_TRIAGE_H
#define EVTRIAGE_TRIAGE_TRIAGE_H

#include "base/arena.h"
#include "base/source.h"
#include "log/log.h"
#include "model/finding.h"
#include "rules/rules.h"
#include "triage/part.h"
#include "triage/pool.h"

struct triage;

struct triage	*triage_new(struct arena *a, const struct ruleset *rs);
/* What another process has read: a whole harvest (src/triage/harvest.h),
 * copied.  False when it is not what a reader tells: nothing of it is
 * taken. */
bool		 triage_harvest(struct triage *t, struct span harvest);
/* One event that comes from no log. */
void		 triage_event(struct triage *t, const struct event *e);
/* What the caller knows of the operating system; fills in what the logs
 * leave open. */
void		 triage_given(struct triage *t, const struct os *os);
/* How inputs are opened from now on; log_open unless said. */
void		 triage_opener(struct triage *t, log_opener *open);
/* A file given with --evidence, and its path.  It speaks of one computer:
 * with several in the logs it is left aside, with a note. */
void		 triage_exhibits(struct triage *t, const struct exhibits *x,
		    struct str path);
/* An input that could not even be opened, or a folder without logs. */
void		 triage_problem(struct triage *t, struct str path,
		    const char *why);
/* Of everything read so far.  Findings below min are left out.  The report
 * borrows from the triage and folds the computer that it is asked for. */
void		 triage_report(struct triage *t, enum severity min,
		    struct report *r);
/* After it: is there a finding in it that is as severe? */
bool		 triage_found(struct triage *t, enum severity s);
/* Before the first input: count what keeps events from fitting. */
void		 triage_explain(struct triage *t);
/* Why the rule fired on that host of the report or did not, line by
 * line. */
size_t		 triage_why(struct triage *t, const struct rule *r,
		    size_t host, const struct str **lines);
/* Which event clauses of the rule were seen, as bits; after the report. */
uint32_t	 triage_fitted(struct triage *t, const struct rule *r);
/* Gives back what does not lie in the arena of triage_new. */
void		 triage_free(struct triage *t);
/* Was everything read whole? */
bool		 triage_complete(const struct triage *t);

/* What loading of rules needs from the code book. */
extern const struct rules_env triage_rules_env, triage_rules_env_lean;

/* One example of a rule, run as if it were a log. */
struct example_result {
	bool		raised;
	bool		harmless;	/* all of it */
	enum confidence	confidence;
	uint32_t	fitted;		/* clauses seen */
	struct str	error;		/* why it could not be run, or empty */
};
struct example_result triage_example(struct arena *a,
		    const struct ruleset *rs, const struct rule *r,
		    const struct rule_example *x);

/*
 * Every input that is found under the paths (triage/inputs.h), read by
 * workers.  What was finished before an interrupt is taken, the rest are
 * problems.  own: a descriptor of our own output that is no input, or 0.
 */
enum pool_end	 triage_paths(struct triage *t, char *const *paths, size_t n,
		    const struct pool_options *how, int own,
		    struct pool_told *told);

/* One line of partial results (triage/part.h), in the order of seq: what
 * it holds is checked. */
void		 triage_line(struct triage *t, const struct part_line *l);
/* The same reading, but every line goes elsewhere. */
struct lines_ops {
	void		(*line)(void *ctx, const struct part_line *l);
	void		*ctx;
	int		 own;		/* as above */
	unsigned	 shard, shards;	/* of the inputs; see inputs.h */
};
enum pool_end	 triage_lines(const struct triage *t, char *const *paths,
		    size_t n, const struct pool_options *how,
		    const struct lines_ops *lines, struct pool_told *told);

#endif
