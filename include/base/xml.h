/*
 * The one door to libxml2: a small document of bytes becomes a plain tree
 * in an arena.  UTF-8 (or what the XML declaration says), no DOCTYPE, no
 * external entities, no network, depth and size capped (base/caps.h).
 * Names are local names; namespaces are not kept.
 */
#ifndef EVTRIAGE_BASE_XML_H
#define EVTRIAGE_BASE_XML_H

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

struct xml_attr {
	struct str		 name, value;
	const struct xml_attr	*next;
};

struct xml_node {
	struct str		 name;
	struct str		 text;	/* own text, children's left out */
	unsigned		 line;	/* 1-based, in the parsed bytes */
	const struct xml_attr	*attrs;
	const struct xml_node	*child;	/* first */
	const struct xml_node	*next;	/* sibling */
};

struct xml_error {
	unsigned	line;	/* 0 when the library gives none */
	struct str	message;	/* library text: print through a gate */
};

struct xml_schema;	/* a compiled RELAX NG schema; opaque */

/* The root element, or NULL with *err filled.  schema may be NULL; with
 * it the document must be valid.  Everything lives in a. */
const struct xml_node *xml_parse(struct arena *a, struct span bytes,
		    const struct xml_schema *schema, struct xml_error *err);
/* The same without what the elements of that name below the root hold: it
 * must be well-formed, but is neither validated nor kept. */
const struct xml_node *xml_parse_hollow(struct arena *a, struct span bytes,
		    const struct xml_schema *schema, const char *name,
		    struct xml_error *err);
/* Compile a RELAX NG (XML syntax) schema; NULL with *err filled.  Free
 * with xml_schema_free. */
struct xml_schema *xml_schema_new(struct arena *a, struct span bytes,
		    struct xml_error *err);
void		xml_schema_free(struct xml_schema *s);

/* Look-ups; an absent attribute is { NULL, 0 }. */
struct str	xml_attr(const struct xml_node *n, const char *name);
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
const struct xml_node *xml_next(const struct xml_node *n, const char *name);

#endif
