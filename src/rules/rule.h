/*
 * A rule as loaded.  Read this, then tree.c (what a rule's conditions
 * mean) and conclude.c (how sure a finding is).
 */
#ifndef EVTRIAGE_SRC_RULES_RULE_H
#define EVTRIAGE_SRC_RULES_RULE_H

#include "base/caps.h"
#include "rules/rules.h"

/* A condition on one value of an event. */
enum test_kind {
	TEST_EQUAL,	/* one of values, after mask */
	TEST_RANGE,	/* lo..hi, after mask */
	TEST_LIKE,	/* one of the globs */
	TEST_PRESENT,	/* is there at all */
};

struct test {
	struct str	 fact;		/* fact name, string.N, data.NAME,
					 * event.FIELD */
	enum test_kind	 kind;
	bool		 negate;
	bool		 masked;
	uint64_t	 mask;
	const uint64_t	*values;	/* TEST_EQUAL */
	const struct str *names;	/* as the author wrote them; also the
					 * globs of TEST_LIKE */
	size_t		 n;
	uint64_t	 lo, hi;
	const struct test *next;
};

/* Which events: provider and ids, never an id alone. */
struct selector {
	struct str	 provider;
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

/* One kind of event that a rule asks for. */
struct clause {
	uint32_t		 number;	/* in the rule set */
	struct str		 name;		/* "as"; may be empty */
	const struct selector	*selectors;
	const struct test	*tests;		/* of the class and its own */
	struct str		 says;		/* in words */
	int			 weight;	/* how specific it is */
	bool			 previous;
	struct str		 group;		/* fact for tick.group */
	struct str		 join;		/* ... tick.join */
	const char		**shows;	/* values kept for the report
						 * that are no facts */
	size_t			 nshows;
	const struct rule	*rule;
};

/* Where around the anchor other events are looked for. */
enum scope_kind { SCOPE_ANYWHERE, SCOPE_BOOT, SCOPE_TIME };
struct scope {
	enum scope_kind	kind;
	uint64_t	span;		/* SCOPE_TIME: either side */
};

enum node_kind { NODE_EVENT, NODE_ALL, NODE_ANY, NODE_SEQUENCE, NODE_NONE };

struct node {
	enum node_kind		 kind;
	struct scope		 scope;
	const struct clause	*clause;	/* NODE_EVENT */
	uint64_t		 min;		/* NODE_EVENT: how often */
	uint64_t		 per;		/* ... within it; 0 any */
	bool			 joined;	/* as the anchor is */
	struct str		 says;		/* NODE_NONE */
	const struct node	*child, *next;
};

/* Further evidence that is good to have. */
struct support {
	const struct clause	*clause;
	struct scope		 scope;
	enum result		 missing;	/* when it is not seen */
	int			 weight;
	struct str		 says;
	const struct support	*next;
};

/* What a log cannot tell. */
struct check {
	struct str		 text;
	int			 weight;
	const struct check	*next;
};

/* An alternative of <applies>: every attribute given must hold. */
struct gate {
	int			 major, minor;	/* OS_UNKNOWN: not asked */
	int			 build_lo, build_hi;
	int			 sp_lo, sp_hi;
	int			 server;
	struct str		 says;
	int			 weight;
	const struct gate	*next;
};

struct rule {
	struct rule_info	 info;
	uint32_t		 number;
	bool			 per_boot;	/* count sessions, not events */
	bool			 keep;		/* fires although the gate is
						 * unmet, as possible */
	bool			 capped;
	enum confidence		 at_most;
	const struct gate	*gates;
	const struct node	*when;
	const struct clause	*anchor;
	const struct support	*supports;
	const struct check	*checks;
	const struct rule_example *examples;
};

struct ruleset {
	const struct rules_env	*env;
	struct xml_schema	*schema;
	const struct class	*classes;
	const struct rule	**rules;
	size_t			 nrules, rules_cap;
	const struct clause	**clauses;
	size_t			 nclauses, clauses_cap;
	struct str		 digest;
	uint64_t		 hash;
	/* Index: clauses by event id, as chains. */
	struct index		*index;
};

/* test.c: values of events and conditions on them. */
struct datum {
	bool		 has_number;
	uint64_t	 number;
	struct str	 text;		/* empty for numbers of facts */
	const struct fact *fact;	/* when it is one */
};
bool		datum_find(const struct event *e, const struct facts *f,
		    struct str name, struct datum *d);
uint64_t	datum_hash(const struct datum *d);
bool		test_holds(const struct test *t, const struct event *e,
		    const struct facts *f);
int		test_weight(const struct test *t);
struct str	test_says(struct arena *a, const struct test *t);
/* The clause in words: "Srv 2020: final status c000009a STATUS_..." */
struct str	clause_says(struct arena *a, const struct clause *c);
/* "packet.final_status" -> "final status". */
struct str	fact_label(struct arena *a, struct str name);

/* parse.c */
struct parser;
const struct rule *rule_parse(struct arena *a, struct ruleset *rs,
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

/* observe.c: ticks and the details kept with some of them. */
struct detail {
	uint32_t	 input;
	uint64_t	 seq;
	struct evidence	 evidence;
};
void		observe(struct observations *o, const struct clause *c,
		    const struct event *e, const struct facts *f,
		    const struct place *at);
/* The detail kept with a tick, or NULL. */
const struct detail *observe_detail(const struct observations *o,
		    const struct tick *t);

/* tree.c: ticks of one clause in the orders that scopes need. */
struct track {
	const struct tick	**by_time;
	const struct tick	**by_boot;	/* then by position */
	size_t			 n;
};
/* One anchor for which the rule's conditions hold. */
struct instance {
	const struct tick	*anchor;
	const struct tick	*companion[CAP_RULE_CLAUSES];
	size_t			 ncompanions;
};
bool		tree_holds(const struct rule *r, const struct track *tracks,
		    const struct tick *anchor, struct instance *in);
/* The tick of the clause nearest to the anchor within the scope. */
const struct tick *scope_nearest(const struct track *track,
		    struct scope scope, const struct tick *anchor);
bool		tick_before(const struct tick *a, const struct tick *b);

/* conclude.c: from the instances of one key to a finding. */
struct case_file {
	const struct ruleset	*rs;
	const struct rule	*rule;
	const struct host	*host;
	struct observations	*obs;
	const struct track	*tracks;
	const struct instance	*instances;	/* in order */
	size_t			 n;
};
/* Score: what ranking needs beside the finding. */
struct scored {
	struct finding		 f;
	int			 met, unknown;
	bool			 unmet;
};
/* False if the gate excludes it. */
bool		conclude(struct arena *a, const struct case_file *c,
		    struct scored *out);
/* How often: instances, or boot sessions for count per="boot". */
uint64_t	case_count(const struct case_file *c);
/* "{bugcheck.code}" and the like filled from the case. */
struct str	fill(struct arena *a, struct str pattern,
		    const struct case_file *c);

/* rank.c */
void		rank_findings(struct arena *a, struct scored *v, size_t n);

#endif
