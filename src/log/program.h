/*
 * What a template definition becomes (program.c): a list of steps.
 */
#ifndef EVTRIAGE_SRC_LOG_PROGRAM_H
#define EVTRIAGE_SRC_LOG_PROGRAM_H

#include "log/walker.h"

enum step_kind {
	STEP_START,	/* an element begins */
	STEP_LEAF,	/* the same, and it would be a leaf of EventData */
	STEP_ATTR,	/* an attribute of it */
	STEP_CONTENT,	/* what stands in it */
	STEP_SYSTEM,	/* a value in System */
	STEP_NUMBER,	/* the same, where a number belongs, from a hole */
	STEP_END,
};

/* Kept small: running through them is what a record costs. */
struct step {
	uint8_t		kind;
	bool		hole;		/* the value is a hole, else text */
	uint16_t	index;		/* of the hole; LEAF: in it */
	uint16_t	depends;	/* left out when that value is NULL */
	uint32_t	other;		/* START, LEAF: its END; CONTENT: the
					 * START that it stands in */
	uint32_t	place;		/* SYSTEM, NUMBER */
	struct str	name;		/* START, LEAF, ATTR */
	struct str	text;		/* LEAF: how EventData names it */
};

struct plan;
struct program {
	struct step	*steps;
	size_t		 n, cap;
	bool		 usable;	/* it became one */
	bool		 sound;		/* all its names are */
	bool		 mended;	/* a name was found elsewhere */
	struct plan	*plan;
	/* Of a program that is kept for the whole log (definitions.c), so
	 * that no other address is the same program: */
	bool		 kept;
	bool		 odd;		/* what follows does not hold */
	bool		 system;	/* it has a System element */
	uint64_t	 circumstances;	/* values that say only when and in
					 * which process, by bit */
	const struct step *time, *record;	/* which say it, or NULL */
};

/* likeness.c: sets what follows kept. */
void	program_circumstances(struct program *p);

#endif
