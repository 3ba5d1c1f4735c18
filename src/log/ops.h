/*
 * What a reader provides, and the event builder that all readers share.
 */
#ifndef EVTRIAGE_SRC_LOG_OPS_H
#define EVTRIAGE_SRC_LOG_OPS_H

#include "base/caps.h"
#include "log/log.h"

struct log_ops {
	const char	*format;
	/* Can this be mine?  first: SOURCE_PEEK bytes or all. */
	bool		(*sniff)(struct span first);
	/* State of the reader, allocated in l->arena; reads l->source,
	 * reports to l->problems, counts in l->tally. */
	void		*(*open)(struct log *l);
	enum log_step	(*next)(struct log *l, struct record *r);
	void		(*ident)(struct log *l, struct ident *id);
	/* NULL: nothing is known of likenesses. */
	bool		(*likeness)(struct log *l, struct likeness *k);
	/* False with e->error set; log.c counts and reports it. */
	bool		(*event)(struct log *l, struct arena *a,
			    struct event *e);
	/* Last checks; tally.complete is log.c's business. */
	void		(*close)(struct log *l);
};

struct log {
	const struct log_ops	*ops;
	void			*state;
	struct arena		*arena;
	struct source		*source;
	struct problems		*problems;
	struct tally		 tally;
	struct record		 at;	/* returned last */
	size_t			 lost;	/* problems->lost when opened */
	bool			 ended;		/* log_next said LOG_END */
	struct log_range	 range;		/* log_open_range, or zeros */
	uint64_t		 range_end;	/* a unit, or LOG_TO_END */
	uint64_t		 before;	/* bytes behind the header that
						 * are of other ranges */
	bool			 recover;	/* log_open_recover */
	bool			 carve;	/* ... and no reader knows it */
};

extern const struct log_ops evtx_ops, evt_ops, xml_ops, raw_ops, libevtx_ops;

/*
 * Event builder: BinXML and Event XML both call these as they walk an
 * event in document order; it fills the struct event.  Names are local
 * names.  Typed values come from BinXML, VALUE_TEXT from XML; System
 * fields accept both (text is parsed).  An element whose content is
 * several values joins their text.  Caps of base/caps.h hold here.
 */
struct value {
	enum value_type	type;
	struct str	text;	/* as Windows renders it */
	uint64_t	number;
	struct span	bytes;
};

/* Inside of the builder, here only for what is inlined below. */
/* An element that is open. */
struct open {
	struct str	name;
	struct str	label;	/* its Name attribute */
	struct str	path;	/* below UserData and the like */
	struct value	value;
	size_t		nvalues;
	bool		children;
};

struct builder {
	struct arena	*a;
	struct event	*e;
	size_t		 depth;
	size_t		 elements, text;	/* against the caps */
	enum field_part	 part;
	bool		 system;	/* inside System */
	struct field	*fields;
	size_t		 nfields, cap;
	bool		 full;
	struct open	 stack[CAP_EVENT_DEPTH];
};

struct builder	*builder_new(struct arena *a, struct event *e);
void		 builder_start(struct builder *b, struct str name);
void		 builder_attr(struct builder *b, struct str name,
		    const struct value *v);
void		 builder_value(struct builder *b, const struct value *v);
void		 builder_end(struct builder *b);
/*
 * The short way for a leaf of EventData, which most values are: whether
 * elements that begin now are children of EventData, with room for another
 * of this much text (path and label, which count); and one with its value,
 * false when that does not fit any more.  When either says no, start, attr,
 * value and end say why.
 */
static inline bool
builder_in_data(const struct builder *b, size_t text)
{
	return b->depth == 2 && b->part == PART_DATA && !b->system &&
	    !b->full && b->elements < CAP_EVENT_ELEMENTS &&
	    text <= CAP_EVENT_TEXT - b->text;
}

bool		 builder_leaf(struct builder *b, size_t text, struct str name,
		    const struct value *v);
/*
 * The short way for the System element, whose shape is known: where the
 * content (attr empty) or an attribute of its children belongs, -1 when
 * nowhere; whether its text is of no interest; and its value.
 */
int		 system_place(struct str element, struct str attr);
bool		 system_is_number(int place);
void		 builder_system(struct builder *b, int place,
		    const struct value *v);
/* A value of which only its place is known. */
void		 builder_raw(struct builder *b, struct str name,
		    const struct value *v);
/* A cap was hit or something was unreadable: keeps the first reason. */
void		 builder_fail(struct builder *b, const char *why);
/* True once no more may be added (caps): the walk should stop. */
static inline bool
builder_full(const struct builder *b)
{
	return b->full;
}

/* The same, and the walk goes on: what follows can be read. */
void		 builder_note(struct builder *b, const char *why);
/* Ends it: fixes up the event; false if e->error is set. */
bool		 builder_finish(struct builder *b);

#endif
