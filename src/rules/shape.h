/*
 * What a struct is made of, written once as a table, from which it is both
 * packed and unpacked: the two cannot drift apart.
 *
 * Unpacking trusts nothing.  The reader is sticky (base/span.h), numbers lie
 * between the limits of the table, nothing is made that the bytes left could
 * not hold, and lists in lists end at a depth; what must hold between fields
 * the shape's ready() looks at.
 */
#ifndef EVTRIAGE_SRC_RULES_SHAPE_H
#define EVTRIAGE_SRC_RULES_SHAPE_H

#include "base/arena.h"
#include "base/out.h"
#include "base/span.h"

enum member_kind {
	MEMBER_NUMBER,	/* integer, enum or bool, least..most */
	MEMBER_TEXT,	/* struct str; unpacked it ends in a NUL, and is
			 * borrowed from the bytes */
	MEMBER_CSTRING,	/* the same as const char * */
	MEMBER_INSIDE,	/* a struct in this one */
	MEMBER_LIST,	/* pointer to the first of a list, or NULL */
	MEMBER_ARRAY,	/* pointer; another field says how many */
	MEMBER_BESIDE,	/* the same, of as many as the array of a field
			 * before it, or NULL */
	MEMBER_ONE_OF,	/* pointer to one of coder.things, or NULL */
	MEMBER_DERIVED,	/* made of the others when all are there */
};

struct shape;
struct member {
	enum member_kind		 kind;
	size_t			 at, size;	/* in the struct */
	int64_t			 least;
	uint64_t		 most;
	const struct shape	*of;		/* of each item */
	size_t			 count;		/* where the size_t stands */
};
struct shape {
	size_t			 size;
	size_t			 next;		/* of a list: where the pointer
						 * to the next one stands */
	const struct member	*v;
	size_t			 n;
	/* Makes what is derived; false when the fields do not fit together.
	 * NULL: nothing to do. */
	bool			(*ready)(struct arena *a, void *item);
};

#define SHAPE_AT(t, f) offsetof(t, f), sizeof ((t *)NULL)->f
#define NUMBER(t, f, least, most) \
	{ MEMBER_NUMBER, SHAPE_AT(t, f), least, most, NULL, 0 }
#define UPTO(t, f, most)	NUMBER(t, f, 0, most)
#define BOOL(t, f)		NUMBER(t, f, 0, 1)
#define TEXT(t, f)		{ MEMBER_TEXT, SHAPE_AT(t, f), 0, 0, NULL, 0 }
#define INSIDE(t, f, of)	{ MEMBER_INSIDE, SHAPE_AT(t, f), 0, 0, of, 0 }
#define LIST(t, f, of)		{ MEMBER_LIST, SHAPE_AT(t, f), 0, 0, of, 0 }
#define ARRAY(t, f, n, of) \
	{ MEMBER_ARRAY, SHAPE_AT(t, f), 0, 0, of, offsetof(t, n) }
#define BESIDE(t, f, n, of) \
	{ MEMBER_BESIDE, SHAPE_AT(t, f), 0, 0, of, offsetof(t, n) }
#define ONE_OF(t, f)		{ MEMBER_ONE_OF, SHAPE_AT(t, f), 0, 0, NULL, 0 }
#define DERIVED(t, f) \
	{ MEMBER_DERIVED, SHAPE_AT(t, f), 0, 0, NULL, 0 }

#define SHAPE(t, members, ready) \
	{ sizeof(t), 0, members, sizeof (members) / sizeof *(members), ready }
#define SHAPE_LIST(t, members, ready) \
	{ sizeof(t), offsetof(t, next), members, \
	    sizeof (members) / sizeof *(members), ready }

/* Items of arrays that are no structs. */
extern const struct shape shape_u64, shape_text, shape_cstring;

void		shape_pack(struct out *o, const struct shape *s,
		    const void *item, const void *const *things, size_t n);

struct unpacker {
	struct rd		 r;
	struct arena		*a;		/* where it goes */
	const void *const	*things;
	size_t			 n;
	unsigned		 depth;
};
/* item is zeroed; whatever u->r says, its pointers are good. */
void		shape_unpack(struct unpacker *u, const struct shape *s,
		    void *item);

#endif
