/*
 * Facts: typed, named values drawn from an event by codes/.  Names are
 * dotted: packet.final_status, bugcheck.code, status.value, os.build.
 * The full list stands in include/codes/decode.h.
 */
#ifndef EVTRIAGE_MODEL_FACT_H
#define EVTRIAGE_MODEL_FACT_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/caps.h"
#include "base/str.h"
#include "model/bugcheck.h"
#include "model/event.h"

enum fact_type {
	FACT_CODE,	/* number printed as 0x%08X, perhaps with a symbol */
	FACT_NUMBER,	/* number printed in decimal */
	FACT_TEXT,	/* text */
	FACT_TIME,	/* number is a FILETIME */
};

struct fact {
	const char	*name;		/* constant, dotted */
	const char	*label;		/* for people: "final status" */
	enum fact_type	 type;
	uint64_t	 number;
	struct str	 text;		/* of FACT_TEXT */
	const char	*symbol;	/* STATUS_INSUFFICIENT_RESOURCES or
					 * NULL; constant */
	const char	*meaning;	/* one line or NULL; constant */
	struct str	 note;		/* severity/facility of an unknown
					 * code, or empty */
	/* Causes and first steps of a bug check; constant, or NULL. */
	const struct advice *advice;
	/* Which bytes of the event's binary said so; length 0: none. */
	uint16_t	 offset, length;
	bool		 of_event;	/* FACT_TIME: it is the event's own
					 * time, since it names none */
};

struct facts {
	size_t		 n;
	size_t		 dropped;	/* beyond CAP_FACTS */
	struct fact	 v[CAP_FACTS];
};

/* How many bytes of the event's binary are not zero and explained by no
 * fact (a dump word without more is no explanation). */
size_t		 facts_unexplained(const struct facts *f, struct span binary);
/* The value for people: 0xC000009A, 14, a moment, or the text itself. */
struct str	 fact_text(struct arena *a, const struct fact *f);
/* A copy in a with all its texts, of no more facts than there are. */
struct facts	*facts_keep(struct arena *a, const struct facts *f);
const struct fact *fact_find(const struct facts *f, const char *name);

#endif
