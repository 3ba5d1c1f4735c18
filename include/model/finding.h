/*
 * What evtriage concludes: findings, each one cause (or the bare symptom)
 * of one problem on one computer, with evidence and remedy.  Text marked
 * (rule) comes from the rule set and lives as long as it does.
 */
#ifndef EVTRIAGE_MODEL_FINDING_H
#define EVTRIAGE_MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/caps.h"
#include "base/seal.h"
#include "base/str.h"
#include "model/fact.h"
#include "model/host.h"
#include "model/input.h"

enum severity { SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_CRITICAL };
enum confidence { CONF_POSSIBLE, CONF_LIKELY, CONF_CONFIRMED };
enum verdict {
	VERDICT_FAULT, VERDICT_KNOWN_BUG, VERDICT_CONFIGURATION,
	VERDICT_HARDWARE, VERDICT_BENIGN, VERDICT_SECURITY,
};
enum result { RESULT_MET, RESULT_UNMET, RESULT_UNKNOWN };
enum risk { RISK_NONE, RISK_RESTART, RISK_REGISTRY, RISK_DATA };

const char	*severity_name(enum severity s);	/* "critical" */
bool		 severity_parse(struct str s, enum severity *out);
const char	*confidence_name(enum confidence c);
bool		 confidence_parse(struct str s, enum confidence *out);
const char	*verdict_name(enum verdict v);		/* "known-bug" */
bool		 verdict_parse(struct str s, enum verdict *out);
const char	*result_name(enum result r);
const char	*risk_name(enum risk r);
bool		 risk_parse(struct str s, enum risk *out);
const char	*boot_end_name(enum boot_end e);	/* model/host.h */
const char	*grade_name(enum grade g);		/* model/input.h */

struct step {				/* (rule) one step of a remedy */
	struct str	text;
	struct str	command;	/* or empty */
	enum risk	risk;
};

struct reference {			/* (rule) */
	struct str	kb;		/* "886670" or empty */
	struct str	title;
	struct str	url;		/* or empty */
};

struct condition {
	struct str	text;
	enum result	result;
};

/* One event that supports a finding, as plain capped values. */
struct evidence {
	struct str	input;		/* path */
	uint64_t	record_id, offset, time;
	enum record_state state;	/* model/event.h */
	struct str	provider;
	uint16_t	event_id;
	const struct fact *facts;	/* the ones worth showing */
	size_t		 nfacts;
	const uint32_t	*words;		/* the event's data as words */
	size_t		 nwords;
};

struct finding {
	struct str	 id;		/* stable: computer, rule and key */
	struct str	 rule;		/* (rule) id */
	struct str	 problem;	/* shared by rivals on one computer */
	struct str	 problem_title;	/* heading of the problem */
	unsigned	 rank;		/* 1 = best within the problem */
	bool		 symptom;	/* says what happened, not why */
	struct str	 follows;	/* id of the finding that it is a
					 * consequence of, or empty */
	struct str	 follows_title;	/* what that one is called */
	struct str	 title;		/* (rule) */
	enum severity	 severity;
	enum confidence	 confidence;
	enum verdict	 verdict;
	struct str	 computer;
	uint64_t	 first, last;
	uint64_t	 count;
	struct str	 diagnosis;	/* with values filled in */
	struct str	 cause;
	const struct step *remedy;	size_t nremedy;
	const struct reference *refs;	size_t nrefs;
	const struct condition *conditions; size_t nconditions;
	const struct evidence *evidence; size_t nevidence;
};

/* A rule that did not fire though its first event was there, or that could
 * not run because a log is not there. */
struct near_miss {
	struct str	computer;
	struct str	rule;		/* id */
	struct str	why;
	uint64_t	anchors;	/* events that fitted; 0: a log is
					 * not there */
};

/* Of one computer, worst problem first. */
struct concluded {
	const struct finding *findings;	size_t nfindings;
	const struct near_miss *misses;	size_t nmisses;
};

struct report {
	const char	*version;
	size_t		 nrules;
	struct str	 rules_digest;	/* of the rule files, hex */
	struct sandbox	 sandbox;
	const struct host *hosts;	size_t nhosts;
	/* What is concluded of one of the hosts: good until the next is asked
	 * for, since those of thousands would be most of the memory. */
	const struct concluded *(*conclude)(void *ctx, size_t host);
	void		*ctx;
	const struct input *inputs;	size_t ninputs;
	const struct problem *problems;	size_t nproblems;
	size_t		 problems_dropped;
};

/* One finding after the other, through all hosts; NULL at the end. */
struct finding_at {
	size_t		 host, finding;
};
const struct finding *finding_next(const struct report *r,
		    struct finding_at *at);

#endif
