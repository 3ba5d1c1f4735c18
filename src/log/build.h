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

#endif
