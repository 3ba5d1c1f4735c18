/*
 * The rule engine: load rules, match events, fold what was seen on one
 * computer into findings.  The language is described in rules/README.md.
 *
 *	events + facts --rules_match--> observations --fold--> findings
 *
 * Matching looks at one event at a time and keeps ticks: plain values that
 * say which clause of which rule was satisfied, when and where.  Folding
 * looks at all ticks of one computer, whatever files they came from.
 */
#ifndef EVTRIAGE_RULES_RULES_H
#define EVTRIAGE_RULES_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/interned.h"
#include "base/out.h"
#include "base/seal.h"
#include "base/xml.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/finding.h"
#include "model/host.h"

struct rule;
struct ruleset;

/* What loading needs from the code book (the layers are siblings). */
struct rules_env {
	/* A symbol such as STATUS_NO_MEMORY to its number. */
	bool	(*symbol)(struct str name, uint32_t *value);
	/* What to do about a bug check; NULL when nothing is known. */
	const struct advice *(*advice)(uint32_t code);
	/* Examples are neither checked nor kept: they are most of a rule
	 * file, and a scan has no use for them. */
	bool	lean;
};

/* A mistake in a rule file. */
struct rule_error {
	struct str	path;
	unsigned	line;		/* 0: none known */
	struct str	message;
};

struct rule_errors {
	struct rule_error	*v;
	size_t			 n, cap;
};

struct rules_from {
	const char	*dir;
	const char	*base;		/* or NULL: has classes.xml and
					 * rule.rng, should dir lack them */
	const char	*image;		/* or NULL: what rules_image once gave
					 * for dir, in a file that only who
					 * may change the program can write */
	enum seal_policy policy;	/* of the process that reads them; OFF:
					 * this one does */
};

/*
 * Load every rule below dir (files *.xml, sorted by path).  Never NULL; what
 * could not be loaded is in errs and left out.  The image saves reading
 * files, in a lean loading, if it is of these files and this program.
 */
struct ruleset	*rules_load(struct arena *a, const struct rules_from *from,
		    const struct rules_env *env, struct rule_errors *errs);
/* Writes the rules as bytes; false when there are mistakes. */
bool		 rules_image(struct arena *a, const struct rules_from *from,
		    const struct rules_env *env, struct rule_errors *errs,
		    struct out *to);
/* A set without rules: for who wants to know of computers only. */
struct ruleset	*rules_none(struct arena *a);

size_t		 rules_count(const struct ruleset *rs);
struct str	 rules_digest(const struct ruleset *rs);
const struct rule *rules_get(const struct ruleset *rs, size_t i);
const struct rule *rules_by_id(const struct ruleset *rs, struct str id);

/* What a rule says of itself, for list and show. */
struct rule_info {
	struct str		 id, title, problem, cause, diagnosis, path;
	enum severity		 severity;
	enum verdict		 verdict;
	bool			 symptom;
	const struct str	*conditions;	size_t nconditions;
	const struct step	*remedy;	size_t nremedy;
	const struct reference	*refs;		size_t nrefs;
	size_t			 nexamples;
	const struct str	*systems;	size_t nsystems; /* gates */
};
struct rule_info rule_info(const struct rule *r);

/* An example: events that must, or must not, raise the rule. */
struct rule_example {
	struct str		 note;		/* what it shows */
	unsigned		 line;
	bool			 match;		/* false: a near miss */
	bool			 harmless;	/* by <benign> */
	enum confidence		 confidence;	/* expected when match */
	struct os		 os;		/* given, or os_none() */
	const struct xml_node	*events;	/* first <Event> or NULL */
};
struct rule_example rule_example(const struct rule *r, size_t i);

/* Does any rule name this provider and id? */
bool		 rules_want(const struct ruleset *rs, struct str provider,
		    struct str source, uint16_t id);
/* Does any rule ask for every event of this provider, whatever its id? */
bool		 rules_want_all(const struct ruleset *rs, struct str provider,
		    struct str source);

/* Does any rule that asks for this event look at a fact of that name, not
 * only to show it? */
bool		 rules_ask(const struct ruleset *rs, const struct event *e,
		    const char *fact);

/* The rules that ask for an event like this one and say what must be in
 * it, whatever else they ask for; at most cap. */
size_t		 rules_fitting(const struct ruleset *rs,
		    const struct event *e, const struct facts *f,
		    const struct rule **v, size_t cap);
/* The providers that rules name for events of this id; at most cap. */
size_t		 rules_providers(const struct ruleset *rs, uint16_t id,
		    struct str *v, size_t cap);

/*
 * What was seen in one log of one computer: filled by rules_match, in the
 * process that reads the log, and told to the one that folds as bytes.
 */
struct observer;

struct observer	*observer_new(struct arena *a, const struct ruleset *rs,
		    bool explain);	/* count what keeps events from
					 * fitting */
void		 observer_free(struct observer *o);

/* Match one event; true if any clause of any rule was satisfied.  all is
 * what rules_want_all says of its provider. */
bool		 rules_match(const struct ruleset *rs, const struct event *e,
		    const struct facts *facts, bool all, struct observer *o);

/*
 * The same in two steps, for events that say the same again and again:
 * what one of them matches (kept in a; saying is a number of theirs that no
 * others have, 0 when not all show the same), and that there was another.
 * Its facts may be those of the first (but for times of the event, see
 * rules_ask), and of the event only record, time and record id differ.
 * Observers told of a match have to last as long as it.  Nothing is counted
 * for rules_explain.
 */
struct matches;
struct matches	*rules_matches(struct arena *a,
		    const struct ruleset *rs, const struct event *e,
		    const struct facts *facts, uint64_t saying);
/* Does showing it take fields of the event (else facts and binary do)? */
bool		 matches_show(const struct matches *m);
bool		 rules_match_again(struct matches *m,
		    const struct event *e, const struct facts *facts,
		    struct observer *o);

/* Ticks seen since they were last taken, packed; good until the next
 * event.  How many bytes wait. */
struct span	 observer_ticks(struct observer *o);
size_t		 observer_waiting(const struct observer *o);
/* At the end of the log: what is kept for the report, and what for
 * rules_explain. */
void		 observer_details(const struct observer *o, struct out *to);
void		 observer_tried(const struct observer *o, struct out *to);
/* Ticks that were not kept (CAP_OBS_TICKS). */
uint64_t	 observer_dropped(const struct observer *o);

/* What most ticks of a computer share with others. */
struct tick_rest {
	uint32_t	input;		/* which input */
	bool		by_seq;		/* seq is its place among all events of
					 * the computer; else time + moved */
	uint64_t	moved;
	uint64_t	apart;		/* record_id - seq */
	uint64_t	group, join;	/* hashes of key values; 0 none */
	uint64_t	value;		/* ... of what is to be distinct */
};

/* One satisfied clause. */
struct tick {
	uint64_t	seq;		/* position in its input: the record's
					 * number */
	uint64_t	time;		/* FILETIME */
	const struct tick_rest *rest;
	uint32_t	clause;		/* number within the rule set */
	int32_t		boot;		/* session it speaks about, index into
					 * host.boots; -1 before the first */
};

/*
 * What a report may show of the events of one computer: of every clause and
 * key the oldest few and the newest few, whatever logs they are from.  All
 * zero it is empty.  Texts of the program are kept beside, once for all
 * computers.
 */
struct details {
	struct out	packed;		/* src/rules/details.c */
	size_t		settled;	/* bytes of it */
};
/* Is that what observer_details packs? */
bool		 details_good(const struct ruleset *rs, struct span packed);
/* What is good, copied.  input: its number, above those before. */
void		 details_add(struct details *d, const struct ruleset *rs,
		    struct interned *constants, struct span packed,
		    uint32_t input);
void		 details_free(struct details *d);

/*
 * What was seen on one computer, whatever files it came from, in arena a:
 * for folding.  Packed bytes are borrowed.  one: all ticks are of one log.
 */
struct observations;
struct observations *observations_new(struct arena *a,
		    const struct ruleset *rs, bool one);
void		 observations_free(struct observations *o);
/* Is that what observer_ticks packs? */
bool		 ticks_good(const struct ruleset *rs, struct span packed);
/* All packed ticks, input by input, and the end of them. */
void		 observations_survey(struct observations *o,
		    struct span packed, uint32_t input);
void		 observations_surveyed(struct observations *o);
/*
 * Then as often as needed: forget what was unpacked; say for which rules
 * ticks are wanted; give all of them again, in the same order.
 * observations_want forgets and wants as many rules from `from` on as can
 * be unpacked together: those before the one that it returns.
 */
void		 observations_forget(struct observations *o);
size_t		 observations_want(struct observations *o, size_t from);
void		 observations_want_rule(struct observations *o,
		    const struct rule *r);
void		 observations_ticks_add(struct observations *o,
		    struct span packed, uint32_t input);
/*
 * Where there are many, they are kept otherwise: by clause, squeezed, in an
 * arena that may outlive the observations, and the packed ones are needed no
 * more.  Made when o is surveyed, of all packed ticks once more, input by
 * input.  silent: those of rules too that no event fitted the anchor of
 * (which nobody asks for but rules_explain).
 */
struct ticks_kept;
struct ticks_kept *ticks_keep(struct arena *a, const struct observations *o,
		    bool silent);
void		 ticks_keep_add(struct ticks_kept *k,
		    const struct observations *o, struct span packed,
		    uint32_t input);
void		 ticks_kept_end(struct ticks_kept *k);
/* Instead of a survey; then ticks are taken, not added. */
void		 observations_kept(struct observations *o,
		    const struct ticks_kept *k);
void		 observations_ticks_take(struct observations *o);
/* False when the bytes are not what observer_tried packs; with o NULL it
 * only checks that. */
bool		 observations_tried_add(struct observations *o,
		    const struct ruleset *rs, struct span packed);
/* inputs: all, by number. */
void		 observations_details(struct observations *o,
		    const struct details *d, const struct interned *constants,
		    const struct input *inputs);
/* Ticks that were more than CAP_OBS_TICKS. */
uint64_t	 observations_dropped(const struct observations *o);
/* Ticks, to be given their boot session before folding. */
struct tick	*observations_ticks(struct observations *o, size_t *n);
/* Do events of this clause speak about the session before (a bug check
 * is recorded after the restart)? */
bool		 rules_about_previous(const struct ruleset *rs,
		    uint32_t clause);

/*
 * What is known beside the logs of a computer: other computers read in
 * the same run, and files given with --evidence (pool use, versions).
 */
struct exhibits;
struct elsewhere;
struct surroundings {
	const struct exhibits	*exhibits;	/* or NULL */
	const struct elsewhere	*const *all;	/* of every computer */
	size_t			 nall;
	size_t			 self;		/* which of these it is */
};

/* Does any rule look at other computers? */
bool		 rules_look_elsewhere(const struct ruleset *rs);
/* Wants the ticks of these rules. */
void		 rules_want_elsewhere(const struct ruleset *rs,
		    struct observations *o);
/* What other computers may want to know of this one; after rules_sort. */
const struct elsewhere *rules_elsewhere(struct arena *a,
		    const struct ruleset *rs, const struct observations *o);

/* Reads a file of exhibits: lines of poolmon or memsnap, lines with a file
 * name and a version.  NULL when it holds neither. */
const struct exhibits *exhibits_read(struct arena *a, struct span bytes);

/* Sort the ticks that were unpacked, after they have been given their
 * sessions. */
void		 rules_sort(struct observations *o, const struct host *host);

struct folded {
	const struct finding	*findings;	size_t nfindings;
	const struct near_miss	*misses;	size_t nmisses;
};

/*
 * Fold one computer: rules from..to - 1, for which rules_sort was called,
 * until all had their turn.  Findings live in a (and borrow from rs and o)
 * and are ranked within each problem.  Their order: worst problem first,
 * what follows from another behind it.
 */
struct fold;
struct fold	*fold_new(struct arena *a, const struct ruleset *rs,
		    struct observations *o, const struct host *host,
		    const struct surroundings *around);
void		 fold_rules(struct fold *f, size_t from, size_t to);
struct folded	 fold_end(struct fold *f);

/* Which event clauses of the rule (bits, as they stand in it) were seen;
 * and one of them in words, an empty string when there is none. */
uint32_t	 rules_fitted(const struct ruleset *rs, const struct rule *r,
		    struct observations *o);
struct str	 rule_clause(struct arena *a, const struct ruleset *rs,
		    const struct rule *r, unsigned i);

/* Why the rule fired, or did not: one line each.  After rules_sort. */
size_t		 rules_explain(struct arena *a, const struct ruleset *rs,
		    const struct rule *r, struct observations *o,
		    const struct host *host, const struct surroundings *around,
		    const struct str **lines);

#endif
