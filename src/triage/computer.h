/*
 * One computer, put together from what its logs told (computer.c) and made
 * ready for folding: boots.c makes boot sessions of its marks, roles.c
 * knows products.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_COMPUTER_H
#define EVTRIAGE_SRC_TRIAGE_COMPUTER_H

#include "triage/harvest.h"
#include "triage/sighting.h"

/* Packed ticks, marks or tries of one log, as they came; checked. */
struct part {
	struct part	*next;
	uint32_t	 input, n;
	uint8_t		 kind;		/* enum message_kind */
	uint8_t		 body[];	/* n bytes */
};

struct computer {
	struct summary	 sum;		/* of all its logs */
	uint32_t	 first_input;	/* the one that sum.first_seq is of */
	struct part	*parts, **last;	/* in the order they came */
	struct details	 details;
	bool		 concluded;	/* at least once, and: */
	bool		 found;		/* something, */
	enum severity	 worst;		/* so severe */
};

struct computer	*computer_new(struct arena *a, struct str name);
/* What one of its logs says at its end; texts are borrowed. */
void		 computer_add(struct arena *a, struct computer *c,
		    const struct summary *s, uint32_t input);
void		 computer_part(struct arena *a, struct computer *c,
		    enum message_kind kind, uint32_t input, struct span body);

/* Where in its log a session begins. */
struct boot_start {
	uint32_t	 input;
	int32_t		 boot;
	uint64_t	 seq;
};

/*
 * Ready to be folded: unpacked into arenas of its own; the host, which the
 * report keeps, into any (that of the unpacked too).
 */
struct unpacked {
	struct arena		 a;
	struct observations	*obs;
	const struct computer	*of;
	const struct host	*host;
	struct boot_start	*starts;	/* by position */
	size_t			 nstarts;
	/* Until boots_build has made sessions of them: */
	struct arena		 early;
	struct mark		*marks;
	size_t			 nmarks, marks_cap;
};
struct gathered;
/* given: what the caller knows of the system, or os_none(). */
void		 computer_unpack(struct unpacked *u, const struct computer *c,
		    const struct gathered *g, struct arena *keep,
		    const struct os *given, struct host *h);
/* The ticks that the observations want, with their sessions, sorted. */
void		 computer_ticks(struct unpacked *u, const struct ruleset *rs);
void		 computer_pack(struct unpacked *u);	/* forget it again */

/* Sessions of the host, in arena keep; and which one a tick is of. */
void		 boots_build(struct unpacked *u, struct arena *keep,
		    struct host *h);
void		 ticks_assign(const struct unpacked *u,
		    const struct ruleset *rs);

#endif
