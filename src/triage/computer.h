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
	uint8_t		 body[];	/* n bytes */
};
/* Those of one kind, in the order they came. */
struct parts {
	struct part	*first, *last;
	uint64_t	 plain;		/* bytes of all, unsqueezed */
	struct arena	 big;		/* where big ones lie, to be given back
					 * before all else */
};

/* Where in its log a session begins. */
struct boot_start {
	uint32_t	 input;
	int32_t		 boot;
	uint64_t	 seq;
};

struct computer {
	struct summary	 sum;		/* of all its logs */
	uint32_t	 first_input;	/* the one that sum.first_seq is of */
	struct parts	 ticks, marks, tried;
	struct ticks_kept *kept;	/* of many ticks, instead of parts */
	struct details	 details;
	/* From when it was unpacked first: */
	const struct boot_start *starts;	/* by position */
	size_t		 nstarts;
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
/* What does not lie in an arena of the caller. */
void		 computer_free(struct computer *c);

/*
 * Ready to be folded: unpacked into an arena of its own, but the host and
 * where its sessions begin, which are kept.
 */
struct unpacked {
	struct arena		 a;
	struct observations	*obs;
	struct computer		*of;
	const struct host	*host;
	struct out		 plain;		/* of a part that is read */
};
/* What squeezed ticks or marks say, good until the next is read. */
struct span	 part_plain(struct unpacked *u, const struct part *p);

struct gathered;
/* The first time: makes the host, which lies in the arena of g.  given: what
 * the caller knows of the system, or os_none().  explain: rules_explain will
 * be asked. */
void		 computer_meet(struct unpacked *u, struct computer *c,
		    struct gathered *g, const struct os *given, bool explain,
		    struct host *h);
/* From then on: h is that of the first time. */
void		 computer_unpack(struct unpacked *u, struct computer *c,
		    const struct gathered *g, const struct host *h);
/* The ticks that the observations want, with their sessions, sorted. */
void		 computer_ticks(struct unpacked *u, const struct ruleset *rs);
void		 computer_pack(struct unpacked *u);	/* forget it again */

/* Sessions of the host, in the arena of g; and which one a tick is of. */
void		 boots_build(struct unpacked *u, struct gathered *g,
		    struct host *h);
void		 ticks_assign(const struct unpacked *u,
		    const struct ruleset *rs);

#endif
