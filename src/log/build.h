/*
 * Shared by the parts of the event builder: build.c (payload, caps),
 * build_system.c (the System element).
 */
#ifndef EVTRIAGE_SRC_LOG_BUILD_H
#define EVTRIAGE_SRC_LOG_BUILD_H

#include "log/ops.h"

/* Where the content or an attribute of a child of System goes. */
enum place_kind {
	AS_TEXT, AS_ID, AS_QUALIFIERS, AS_INT, AS_LONG, AS_KEYWORDS, AS_TIME,
	AS_RECORD,
};

struct place {
	struct str	element, attr;		/* attr empty: the content */
	enum place_kind	kind;
	size_t		at;			/* offset in struct event */
};

extern const struct place system_places[];

/* A number that does not fit where it belongs is left out. */
static inline void
number_set(struct event *e, const struct place *p, uint64_t n)
{
	void *at = (char *)e + p->at;

	switch (p->kind) {
	case AS_ID:
		if (n <= UINT16_MAX)
			e->id = (uint16_t)n;
		return;
	case AS_QUALIFIERS:
		if (n <= UINT16_MAX)
			e->qualifiers = (int32_t)n;
		return;
	case AS_INT:
		if (n <= UINT16_MAX)
			*(int *)at = (int)n;
		return;
	case AS_LONG:
		if (n <= UINT32_MAX)
			*(int64_t *)at = (int64_t)n;
		return;
	case AS_KEYWORDS:
		e->keywords = n;
		e->has_keywords = true;
		return;
	case AS_RECORD:
		e->record_id = n;
		return;
	case AS_TEXT:
	case AS_TIME:
		break;
	}
}

/* A child of System has ended with this value (type NULL when empty). */
void	system_element(struct event *e, struct str element,
	    const struct value *v);
/* An attribute of a child of System. */
void	system_attr(struct event *e, struct str element, struct str attr,
	    const struct value *v);

struct event	*builder_event(struct builder *b);

/* event_xml.c: event_from_xml (log/log.h) for an event that may lack a
 * provider. */
bool	event_from_tree(struct arena *a, const struct xml_node *root,
	    struct event *e);
/* xml_events.c: the text of a document with what XML forbids replaced by
 * U+FFFD; *lossy is set if there was any. */
struct span	xml_clean(struct arena *a, struct str s, bool *lossy);

#endif
