/*
 * What is told of a record without decoding it: its ident (plan.c) and its
 * likeness (likeness.c), both by the layout of its template instance
 * (layout.c).
 */
#ifndef EVTRIAGE_SRC_LOG_PLAN_H
#define EVTRIAGE_SRC_LOG_PLAN_H

#include <string.h>
#include "log/program.h"

/*
 * Where a template definition keeps what struct ident needs: as constant
 * text, or as the number of a value.  Made once for each program.
 */
enum plan_field { PLAN_PROVIDER, PLAN_SOURCE, PLAN_COMPUTER, PLAN_TEXTUAL,
    PLAN_ID = PLAN_TEXTUAL, PLAN_TIME, PLAN_FIELDS };
enum plan_kind { PLAN_ABSENT, PLAN_TEXT, PLAN_VALUE };
struct plan_place {
	enum plan_kind	kind;
	unsigned	index;		/* PLAN_VALUE */
	struct str	text;		/* PLAN_TEXT */
	uint32_t	number;		/* ... of the text, 0: not yet */
};
/* Windows' own definitions need the first 11 values. */
enum { PLAN_VALUES = 32, PLAN_LAYOUTS = 6 };
struct layout;
struct plan {
	bool		  usable;
	unsigned	  nvalues;	/* how many values are looked at */
	uint64_t	  number;	/* of a constant EventID */
	struct plan_place at[PLAN_FIELDS];
	/* How values lay lately, or NULL. */
	struct layout	 *last[PLAN_LAYOUTS];
};

/* Texts met lately, by their UTF-16. */
enum { PLAN_TEXTS = 64, TEXT_PROBES = 4 };
struct plan_text {
	uint16_t	nraw;
	uint32_t	number;
	size_t		n;
	uint8_t		raw[160];
	char		text[240];
};
struct plan_texts {
	struct plan_text v[PLAN_TEXTS];
};

/*
 * How the values of a template instance lie: what its descriptors (u16 size,
 * u8 type, u8 0) say.  Most instances of a definition have the same ones, but
 * for the size of the fragment among the values, which is left open.  Kept
 * for the log, with a number; where there is no more room, it is that of one
 * record, and its number 0.
 */
enum { LAYOUT_VALUES = 64, LAYOUT_RUNS = 8, LAYOUTS = 1024,
    LAYOUT_PROBES = 4 };
/* A part of the values, from their begin. */
struct layout_run {
	uint32_t	at, n;
};
/* A name that is a value, and which it was in the record met last. */
struct layout_text {
	enum plan_field	 field;
	struct layout_run run;
	const struct plan_text *text;
	uint32_t	 number;
};
struct layout {
	uint64_t	 number;
	const struct program *program;
	size_t		 n;		/* values */
	size_t		 open;		/* the one of open size; n: none */
	size_t		 before, behind;	/* it: bytes of the others */
	bool		 known;		/* there is an ident: */
	size_t		 reach;		/* bytes that it takes */
	struct ident	 ident;		/* of the record met last */
	uint32_t	 time, id;	/* where they lie; NO_PLACE: in ident */
	size_t		 ntexts;	/* names in it that are values */
	struct layout_text texts[PLAN_TEXTUAL];
	bool		 alike;		/* there is a likeness: */
	uint32_t	 written, record;	/* where time and record id
						 * lie; NO_PLACE: nowhere */
	size_t		 nruns;		/* what is no circumstance, before the
					 * open one */
	struct layout_run runs[LAYOUT_RUNS];
	uint8_t		 descriptors[];	/* the open size as zeros */
};
#define NO_PLACE UINT32_MAX

/* A definition in a chunk. */
enum { PLANS = 128, PLAN_PROBES = 4 };
struct plan_slot {
	uint32_t	 offset;	/* 0: free */
	uint32_t	 id;		/* its GUID begins so */
	uint32_t	 size;		/* of its tokens */
	const struct program *program;	/* NULL: it has none with sound names */
};

/* The one template instance that a fragment consists of. */
struct instance {
	struct plan_slot *slot;
	struct span	 body;		/* number of values, descriptors,
					 * values; and what follows */
};

/* Of one log. */
struct plans {
	struct arena	  *arena;	/* of the log: layouts */
	struct plan_slot  v[PLANS];
	uint64_t	  nlayouts;
	struct layout	  *layouts[LAYOUTS];
	struct layout	  *single;	/* of one record */
	/* The record whose ident was asked for last, if it has a layout:
	 * mostly its likeness is asked for next. */
	size_t		  off, end;	/* in the chunk; 0: none */
	struct instance	  instance;
	struct layout	  *layout;
	uint32_t	  numbers;	/* of texts that were given */
	struct plan_texts texts[PLAN_TEXTUAL];
};

struct plan	*plan_new(struct arena *a, const struct program *program);

/* All zero before; arena: of the log. */
void	plans_init(struct plans *plans, struct arena *arena);
/* A new chunk: its definitions are not known yet. */
void	plans_begin(struct plans *plans);
/* The ident of the record whose BinXML is [off, end) of the chunk.  Its
 * texts last until the next call. */
void	plan_ident(struct chunk *c, struct plans *plans, size_t off,
	    size_t end, struct ident *id);
/* Its likeness, borrowed from the chunk; false when it has none. */
bool	likeness_make(struct chunk *c, struct plans *plans, size_t off,
	    size_t end, struct likeness *to);

/* A definition that was not met in this chunk. */
struct plan_slot *plan_slot_make(struct chunk *c, struct plans *plans,
	    uint32_t offset, uint32_t id);
/* A layout that was not met lately. */
struct layout *layout_find(struct plans *plans, const struct instance *in);
/* Both of a record, NULL when it cannot be told; good until the next call. */
struct layout *record_layout(struct chunk *c, struct plans *plans,
	    size_t off, size_t end, struct instance *in);
/* What plan.c and likeness.c know of a new one. */
void	layout_ident(struct plans *plans, struct layout *l);
void	layout_compare(struct layout *l);
/* A value of it that lies before the open one. */
struct layout_run layout_value(const struct layout *l, size_t i);

/* What follows is all that most records cost; so it is inlined. */
static inline size_t
plan_place_of(uint32_t offset, size_t i)
{
	return ((offset * UINT32_C(0x9E3779B1) >> 16) + i) % PLANS;
}

static inline struct plan_slot *
plan_slot_get(struct chunk *c, struct plans *plans, uint32_t offset,
    uint32_t id)
{
	for (size_t i = 0; i < PLAN_PROBES; i++) {
		struct plan_slot *s = &plans->v[plan_place_of(offset, i)];

		if (s->offset == offset)
			return s;
		if (s->offset == 0)
			break;
	}
	return plan_slot_make(c, plans, offset, id);
}

/* The template instance at off of the chunk, of a definition that has a
 * program; false when anything else is there. */
static inline bool
instance_find(struct chunk *c, struct plans *plans, size_t off, size_t end,
    struct instance *in)
{
	/* Fragment header; token, 1, id and place of the definition; then
	 * perhaps that. */
	enum { HEADER = 4, HEAD = 10, DEFINITION = 24 };
	const uint8_t *p = c->bytes.p + off;
	size_t left = end - off, skip = 0;
	uint32_t offset, id;

	if (off > end || end > c->bytes.n || left < HEADER + HEAD + 4)
		return false;
	if (*p == TOK_HEADER)
		skip = HEADER;
	id = le32(p + skip + 2);
	offset = le32(p + skip + 6);
	if (p[skip] != TOK_TEMPLATE || offset == 0)
		return false;
	in->slot = plan_slot_get(c, plans, offset, id);
	if (in->slot->program == NULL || in->slot->id != id)
		return false;
	skip += HEAD;
	if (offset == off + skip)
		skip += DEFINITION + (size_t)in->slot->size;
	if (skip > left - 4)
		return false;
	in->body = (struct span){ p + skip, left - skip };
	return le32(p + skip) <= (left - skip - 4) / 4;
}

/* Are these its descriptors? */
static inline bool
layout_is(const struct layout *l, const uint8_t *descriptors, size_t n)
{
	size_t open = 4 * l->open, rest = open + 4;

	if (l->n != n || memcmp(l->descriptors, descriptors, open) != 0)
		return false;
	return l->open == n || (le16(l->descriptors + open + 2) ==
	    le16(descriptors + open + 2) && (rest == 4 * n ||
	    memcmp(l->descriptors + rest, descriptors + rest,
	    4 * n - rest) == 0));
}

/* How its values lie; good until the next call. */
static inline struct layout *
layout_get(struct plans *plans, const struct instance *in)
{
	struct layout **last = in->slot->program->plan->last, *l;
	size_t n = le32(in->body.p);

	for (size_t i = 0; i < PLAN_LAYOUTS && last[i] != NULL; i++) {
		if (!layout_is(last[i], in->body.p + 4, n))
			continue;
		l = last[i];
		last[i] = last[0];
		return last[0] = l;
	}
	return layout_find(plans, in);
}

#endif
