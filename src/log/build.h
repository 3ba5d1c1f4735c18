/*
 * Shared by the parts of the event builder: build.c (payload, caps),
 * build_system.c (the System element).
 */
#ifndef EVTRIAGE_SRC_LOG_BUILD_H
#define EVTRIAGE_SRC_LOG_BUILD_H

#include "log/ops.h"

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
