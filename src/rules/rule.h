/*
 * A rule as loaded.  Read this, then tree.c (what a rule's conditions
 * mean) and conclude.c (how sure a finding is).
 */
#ifndef EVTRIAGE_SRC_RULES_RULE_H
#define EVTRIAGE_SRC_RULES_RULE_H

#include "base/caps.h"
#include "rules/regex.h"
#include "rules/rules.h"

/*
 * The name of a value, taken apart once: a fact's, string.N, data.NAME,
 * event.FIELD, binary.u32.N, part.NAME.
 */
enum name_kind { NAME_FACT, NAME_STRING, NAME_DATA, NAME_FIELD, NAME_BINARY,
    NAME_PART };
struct name {
	struct str	text;
	enum name_kind	kind;
	uint32_t	n;		/* NAME_STRING: N, 0 if it is none;
					 * else where the dot's other side
					 * begins */
};

/* Which pairs of neighbours a text holds, or a glob asks for, 256 sorts of
 * them: a text that lacks one that a glob asks for does not match. */
struct pairs {
	uint64_t	bits[4];
};

/* What a number in a rule may be: more would overflow what counts. */
enum { COUNT_MOST = 1000000000, WEIGHT_MOST = 1000, OS_MOST = 1000000 };
/* From so many globs on, their pairs are looked at first. */
enum { MANY_GLOBS = 3 };

/* A condition on one value of an event. */
enum test_kind {
	TEST_EQUAL,	/* one of values, after mask */
	TEST_RANGE,	/* lo..hi, after mask */
	TEST_LIKE,	/* one of the globs */
	TEST_PRESENT,	/* is there at all */
	TEST_REGEX,
	TEST_EQUALS,	/* equal to another value of the event */
	TEST_KIND,	/* what sort of address it is */
};

enum value_kind {
	KIND_KERNEL,	/* upper half of the address space */
	KIND_USER,
	KIND_NULL,	/* within 64 KiB of 0: through a null pointer */
	KIND_IPV4_NONE,	/* 0.0.0.0 */
	KIND_IPV4_PRIVATE,
	KIND_IPV4_LOOPBACK,
	KIND_IPV4_PUBLIC,
};

struct test {
	struct str	 fact;		/* the name of the value */
	struct name	 name;		/* ... taken apart */
	enum test_kind	 kind;
	bool		 negate;
	bool		 masked;
	uint64_t	 mask;
	unsigned	 shift;		/* behind the mask */
	const uint64_t	*values;	/* TEST_EQUAL */
	const struct str *names;	/* as the author wrote them; also the
					 * globs of TEST_LIKE */
	const struct pairs *pairs;	/* of each glob; NULL: they are few */
	size_t		 n;
	uint64_t	 lo, hi;
	const struct regex *regex;
	struct str	 other;		/* TEST_EQUALS: its name */
	enum value_kind	 value_kind;
	const struct test *next;
};

/* A value of the rule's own: another one, or a piece cut out of it. */
struct part {
	struct str	 name;		/* "part.peer" */
	struct str	 of;
	struct str	 pattern;	/* empty: the whole */
	const struct regex *regex;	/* of it */
	const struct part *next;
};

/* Which events: provider and ids, never an id alone. */
struct selector {
	struct str	 provider;
	bool		 glob;		/* ... has a star in it */
	uint16_t	 lo, hi;
	bool		 any_id;
	const struct selector *next;
};

struct class {
	struct str		 id;
	struct str		 says;	/* for conditions: "a bug check" */
	bool			 previous;	/* about the boot before */
	const struct selector	*selectors;
	const struct test	*tests;
	const struct class	*next;
};

/* Where around the anchor other events are looked for. */
enum scope_kind { SCOPE_ANYWHERE, SCOPE_BOOT, SCOPE_TIME };
enum side { SIDE_BOTH, SIDE_BEFORE, SIDE_AFTER };
struct scope {
	enum scope_kind	kind;
	uint64_t	span;		/* SCOPE_TIME: either side */
	enum side	side;		/* of the anchor */
};

/* One kind of event that a rule asks for. */
struct clause {
	uint32_t		 number;	/* in the rule set */
	struct str		 name;		/* "as"; may be empty */
	const struct selector	*selectors;
	const struct test	*tests;		/* of the class and its own */
	struct str		 says;		/* in words */
	int			 weight;	/* how specific it is */
	bool			 previous;
	bool			 absent;	/* stands in a <none> */
	const struct part	*parts;
	struct str		 group;		/* values for tick.group:
						 * names, blanks between */
	struct str		 join;		/* ... tick.join */
	struct str		 distinct;	/* ... tick.value; "boot" */
	struct str		 log;		/* channel it is written to */
	uint64_t		 early, late, up;	/* place in its
							 * session */
	uint64_t		 min, per, every;
	struct scope		 scope;
	const char		**shows;	/* values kept for the report
						 * that are no facts */
	size_t			 nshows;
	const struct rule	*rule;
};

enum node_kind { NODE_EVENT, NODE_ALL, NODE_ANY, NODE_SEQUENCE, NODE_NONE };

struct node {
	enum node_kind		 kind;
	struct scope		 scope;
	const struct clause	*clause;	/* NODE_EVENT */
	struct str		 says;		/* NODE_NONE */
	const struct node	*child, *next;
};

/* Further evidence that is good to have. */
struct support {
	const struct clause	*clause;	/* NULL: the anchor's own */
	struct scope		 scope;
	uint64_t		 computers;	/* others that it is on */
	enum result		 missing;	/* when it is not seen */
	int			 weight;
	struct str		 says;
	const struct support	*next;
};

enum check_kind { CHECK_READER, CHECK_FILE, CHECK_LEADS, CHECK_GROWS };

/* What a log cannot tell; a file given beside the logs perhaps can. */
struct check {
	struct str		 text;
	int			 weight;
	enum check_kind		 kind;
	struct str		 subject;	/* file name or pool tag */
	struct str		 older;		/* version */
	bool			 paged;
	const struct check	*next;
};

/* An alternative of <applies>: every attribute given must hold. */
struct gate {
	int			 major, minor;	/* OS_UNKNOWN: not asked */
	int			 build_lo, build_hi;
	int			 sp_lo, sp_hi;
	int			 server, bits;
	struct str		 role;		/* or empty */
	struct str		 says;
	int			 weight;
	const struct gate	*next;
};

/* Events that make it harmless. */
struct benign {
	struct str		 says;
	const struct node	*when;
	const struct benign	*next;
};

/* From a certain number on it is worse. */
struct escalate {
	enum severity		 severity;
	uint64_t		 min, per;
	const struct escalate	*next;
};

/* Problems (globs) that follow from this one. */
struct explains {
	struct str		 problem;
	struct scope		 scope;
	const struct explains	*next;
};

/* What a rule says only when it is asked: a scan asks few of them. */
struct words {
	struct arena		*a;
	bool			 said;
	const struct str	*conditions;
	size_t			 n;
};

struct rule {
	struct rule_info	 info;		/* its conditions: words */
	struct words		*words;
	bool			 per_boot;	/* count sessions, not events */
	bool			 keep;		/* fires although the gate is
						 * unmet, as possible */
	bool			 capped;
	enum confidence		 at_most;
	const struct gate	*gates;
	size_t			 first_clause;	/* of its own, in a row */
	const struct node	*when;
	const struct clause	*anchor;
	const struct benign	*benign;
	const struct escalate	*escalate;
	const struct explains	*explains;
	const struct support	*supports;
	const struct check	*checks;
	const struct rule_example *examples;
};

struct ruleset {
	const struct rules_env	*env;
	const struct class	*classes;
	const struct rule	**rules;
	size_t			 nrules, rules_cap;
	const struct clause	**clauses;
	size_t			 nclauses, clauses_cap;
	struct str		 digest;
	/* Index: clauses by event id, as chains. */
	struct index		*index;
};

/* datum.c: values of events by name. */
struct view {
	const struct event	*e;
	const struct facts	*facts;
	const struct part	*parts;
};
struct datum {
	bool		 has_number;
	uint64_t	 number;
	struct str	 text;		/* empty for numbers of facts; may
					 * point to room */
	const struct fact *fact;	/* when it is one */
	char		 room[CAP_OBS_TEXT];
};
struct name	datum_name(struct str text);	/* borrows text */
bool		datum_get(const struct view *v, const struct name *name,
		    struct datum *d);
bool		datum_find(const struct view *v, struct str name,
		    struct datum *d);
/* The values of names (blanks between) as one number; 0 when one is not
 * there. */
uint64_t	datum_key(const struct view *v, struct str names);

/* test.c: conditions on values. */
struct pairs	pairs_of(struct str s, bool glob);
bool		test_holds(const struct test *t, const struct view *v);
/* Could it hold, for all that is known of an event that is incomplete? */
bool		test_open(const struct test *t, const struct view *v);
int		test_weight(const struct test *t);

/* says.c: conditions in words. */
struct str	test_says(struct arena *a, const struct test *t);
/* The clause in words: "Srv 2020: final status c000009a STATUS_..." */
struct str	clause_says(struct arena *a, const struct clause *c);
/* "packet.final_status" -> "final status". */
struct str	fact_label(struct arena *a, struct str name);
struct str	selectors_say(struct arena *a, const struct selector *s);
/* Fills the rule's words: every condition, for list and show. */
void		conditions_say(const struct rule *r);
/* "10 minutes" */
struct str	span_says(struct arena *a, uint64_t span);

/* parse.c */
struct parser;
struct rule	*rule_parse(struct arena *a, struct ruleset *rs,
		    const struct xml_node *root, struct str path,
		    struct rule_errors *errs);
bool		classes_parse(struct arena *a, struct ruleset *rs,
		    const struct xml_node *root, struct str path,
		    struct rule_errors *errs);
void		rule_error_add(struct arena *a, struct rule_errors *errs,
		    struct str path, unsigned line, const char *fmt, ...)
		    __attribute__((format(printf, 5, 6)));

/* match.c */
void		index_build(struct arena *a, struct ruleset *rs);

/* details.c: of one computer, unpacked as far as it is asked for; borrows
 * from all of these. */
struct details_read;
struct details_read *details_open(struct arena *a, const struct ruleset *rs,
		    const struct details *d,
		    const struct interned *constants);
const struct evidence *details_find(struct details_read *k,
		    const struct tick *t, const struct input *inputs);

/* observer.c, observations.c: ticks, and the evidence kept with some of
 * them. */
/* That an event satisfied a clause, and its keys there. */
struct bucket;
struct hit {
	const struct clause	*clause;
	uint32_t		 number;	/* of it */
	uint64_t		 group, join, value;
	/* Where the observer that was told of it last puts it. */
	const struct observer	*of;
	struct bucket		*bucket;
};
struct hit	observe_keys(const struct clause *c, const struct view *v);
/* saying: the number of what the event says, the same for all that say the
 * same; 0: none. */
void		observe(struct observer *o, struct hit *h,
		    const struct view *v, uint64_t saying);
/* What is kept of the record of a tick, or NULL. */
const struct evidence *observe_evidence(struct observations *o,
		    const struct tick *t);
/* An event of the clause's providers and ids was tried: it failed in the
 * test of that number, or held (-1). */
void		observe_try(struct observer *o, const struct clause *c,
		    int failed);
struct tried {
	uint64_t	 asked;		/* events of these providers, ids */
	uint64_t	 failed[CAP_CONDITIONS];	/* by test */
};
/* What rules_sort made. */
const struct track *observe_tracks(const struct observations *o);
/* NULL unless the observer was to explain. */
const struct tried *observe_tried(const struct observations *o,
		    uint32_t clause);

/* elsewhere.c: on how many other computers an anchor of the rule was
 * logged within span of a time. */
uint64_t	elsewhere_count(const struct surroundings *around,
		    const struct rule *r, uint64_t time, uint64_t span);

/*
 * track.c: the ticks of one clause, sorted so that its scope is a range:
 * by join key, then by session and place (boot), place (anywhere) or time.
 */
struct track {
	const struct tick	*ticks;		/* of all clauses */
	uint32_t		*v;		/* places in ticks */
	size_t			 n;
	uint32_t		*anchors;	/* by group key, then place;
						 * NULL if it is no anchor;
						 * may be v */
	/*
	 * For clauses that ask for more than one event: where runs begin,
	 * ascending.  One that begins at v[i] is complete at v[end[i]]; end
	 * is NULL where any min events are one.
	 */
	uint32_t		*runs;
	size_t			 nruns;
	uint32_t		*end;
};
static inline const struct tick *
track_tick(const struct track *k, size_t i)
{
	return &k->ticks[k->v[i]];
}
struct range {
	const struct track	*k;
	size_t			 lo, hi;	/* of k->v, hi excluded */
};
struct track	*tracks_new(struct arena *a, const struct ruleset *rs,
		    struct observations *o, const struct host *host);
/* The ticks of the clause that lie in its scope around the anchor. */
struct range	track_range(const struct track *k, const struct clause *c,
		    const struct tick *anchor);
/* The one nearest to the anchor, NULL in an empty range. */
const struct tick *range_nearest(struct range r, struct scope s,
		    const struct tick *anchor);
/* The first behind t, or the last before it. */
const struct tick *range_beside(struct range r, struct scope s,
		    const struct tick *t, bool after);
/* The event that completes what the clause asks for, or NULL. */
const struct tick *range_run(struct range r, const struct clause *c,
		    const struct tick *anchor);
/* How far apart in time. */
uint64_t	tick_apart(const struct tick *a, const struct tick *b);

/* tree.c */
/* An anchor that was tried.  Of those for which the rule's conditions hold
 * there may be hundreds of thousands: no more is kept than the anchor, and
 * the rest found again where it is asked for. */
struct instance {
	const struct tick	*companion[CAP_RULE_CLAUSES];
	size_t			 ncompanions;	/* the other events */
	const struct node	*failed;	/* the first that does not
						 * hold, when it is none */
};
bool		tree_holds(const struct clause *anchor_clause,
		    const struct node *when, const struct track *tracks,
		    const struct tick *anchor, struct instance *in);

/* conclude.c: from the instances of one key to a finding. */
struct case_file {
	const struct ruleset	*rs;
	const struct rule	*rule;
	const struct host	*host;
	struct observations	*obs;
	const struct track	*tracks;
	const struct surroundings *around;
	const struct tick	*ticks;
	const uint32_t		*anchors;	/* of the instances, in order:
						 * places in ticks */
	size_t			 n;
	uint64_t		 harmless;	/* left out as benign */
	bool			 all_harmless;	/* ... all */
	const struct benign	*benign;	/* ... the first that held */
};
static inline const struct tick *
case_anchor(const struct case_file *c, size_t i)
{
	return &c->ticks[c->anchors[i]];
}
/* Score: what ranking needs beside the finding. */
struct moment {
	uint64_t		 time;
	int32_t			 boot;
};
struct scored {
	struct finding		 f;
	const struct rule	*rule;
	const struct moment	*moments;	/* of its instances, in order;
						 * NULL: nobody asks */
	size_t			 n;
	int			 met, unknown;
	bool			 unmet;
	const struct scored	*root;		/* what it follows from */
};
/* Was a log read that events of the clause are written to? */
bool		log_is_there(const struct host *h, const struct clause *c);
/* A clause that must hold but whose log was not read (the rule is then not
 * tried), or NULL. */
const struct clause *log_missing(const struct node *n, const struct host *h);
/* False if the gate excludes it; the finding's conditions are there all
 * the same. */
bool		conclude(struct arena *a, const struct case_file *c,
		    struct scored *out);
/* How often: instances, or boot sessions for count per="boot". */
uint64_t	case_count(const struct case_file *c);

/* gate.c: the best of a rule's gates, in words. */
enum result	gates_result(struct arena *a, const struct case_file *c,
		    struct str *says, int *weight);

/* "{bugcheck.code}" and the like filled from the case. */
struct str	fill(struct arena *a, struct str pattern,
		    const struct case_file *c);

/* exhibit.c */
enum result	exhibit_result(const struct exhibits *x,
		    const struct check *k);

/* rank.c */
void		rank_findings(struct arena *a, struct scored *v, size_t n);

#endif
