/*
 * What is learnt about one computer while its logs are read: computer.c
 * gathers, boots.c makes boot sessions of it, roles.c knows products.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_COMPUTER_H
#define EVTRIAGE_SRC_TRIAGE_COMPUTER_H

#include "log/log.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/host.h"
#include "rules/rules.h"

/* What an event says about boot sessions. */
enum mark_kind {
	/* A boot has begun.  One boot writes several of these, each kind
	 * once. */
	MARK_KERNEL_START,	/* Kernel-General 12 */
	MARK_VERSION,		/* EventLog 6009 */
	MARK_LOG_START,		/* EventLog 6005 */
	MARK_UNEXPECTED,	/* EventLog 6008; time: last alive */
	MARK_POWER,		/* Kernel-Power 41 */
	MARK_STARTS,		/* how many kinds of start there are */
	/* The end of one, in order. */
	MARK_STOP = MARK_STARTS,	/* EventLog 6006 */
	MARK_KERNEL_STOP,	/* Kernel-General 13; may come late */
	/* About the session before. */
	MARK_BUGCHECK,
	MARK_TOLD,		/* USER32 1076: what somebody says it was */
	/* About the session that it stands in. */
	MARK_ASKED,		/* USER32 1074: a shutdown was asked for */
	MARK_OS,
};

struct mark {
	enum mark_kind	kind;
	uint32_t	input;
	uint64_t	seq, time, record_id;
	uint64_t	order;		/* time, as far as it can be right */
	uint64_t	before;		/* time of the event before it in its
					 * log; 0 none */
	uint64_t	value;		/* BUGCHECK: code; UNEXPECTED: last
					 * alive, FILETIME or 0 */
	struct os	os;		/* OS, VERSION, KERNEL_START */
	struct str	reason, initiator;	/* TOLD, ASKED */
	int32_t		boot;		/* set by boots_build, and: */
	bool		start;		/* a session begins at or before it */
};

struct roles {
	uint32_t	seen;		/* bits by place in the table */
};

struct computer {
	struct str	 name;		/* newest */
	uint64_t	 name_time;
	struct arena	*arena;
	struct observations *obs;
	struct mark	*marks;
	size_t		 nmarks, marks_cap;
	struct roles	 roles;
	struct str	 time_zone;
	uint64_t	 zone_time;
	uint64_t	 first, last, events;
	struct str	*channels;
	size_t		 nchannels, channels_cap;
	uint64_t	 seen_seq, seen_time;	/* of the event before */
	uint32_t	 seen_input;
	uint64_t	 before;	/* its time, if the same log */
	uint64_t	 first_seq;	/* lowest of the input below */
	uint32_t	 first_input;
};

/* An event of the computer has been seen; roles: what its provider stands
 * for. */
void		computer_see(struct computer *c, const struct ident *id,
		    struct roles roles, const struct place *at);
/* A log of that channel was read ("" says nothing). */
void		computer_channel(struct computer *c, struct str channel);
/* What its facts say about the computer itself. */
void		computer_learn(struct computer *c, const struct event *e,
		    const struct facts *f, const struct place *at);
/* The host as the report shows it, and every tick of the computer given
 * its boot session.  given: what the caller knows of the system, or
 * os_none(). */
void		computer_host(struct computer *c, const struct ruleset *rs,
		    const struct os *given, struct host *h);

void		boots_build(struct computer *c, const struct ruleset *rs,
		    struct host *h);

struct roles	roles_of(struct str provider);
void		roles_list(struct arena *a, const struct roles *r,
		    struct host *h);

#endif
