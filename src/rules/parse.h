/*
 * Shared by the parts of the rule parser: parse.c (rules), parse_event.c
 * (event clauses, classes, conditions on values).
 */
#ifndef EVTRIAGE_SRC_RULES_PARSE_H
#define EVTRIAGE_SRC_RULES_PARSE_H

#include "rules/rule.h"

/* One rule file on its way in. */
struct parser {
	struct arena		*a;
	struct ruleset		*rs;
	struct str		 path;
	struct rule_errors	*errs;
	bool			 failed;
	struct rule		*rule;		/* NULL while reading classes */
	const struct clause	*anchor;	/* the first or the marked */
	bool			 anchor_marked;
	size_t			 nclauses;
	unsigned		 nones;		/* <none> around this place */
	struct str		 group;		/* <group by=""> */
};

/* Records a mistake at node n; the rule will be left out. */
void		parse_error(struct parser *p, const struct xml_node *n,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* An attribute as an integer; dflt when absent, error when no number. */
uint64_t	parse_number(struct parser *p, const struct xml_node *n,
		    const char *attr, uint64_t dflt);
/* The same, error when it is more than most. */
uint64_t	parse_count(struct parser *p, const struct xml_node *n,
		    const char *attr, uint64_t dflt, uint64_t most);
/* within="boot", "10m" or "anywhere"; dflt when absent. */
struct scope	parse_scope(struct parser *p, const struct xml_node *n,
		    struct scope dflt);
/* Text with runs of white space made one space. */
struct str	parse_text(struct arena *a, struct str s);

/* An <event> element; a NULL result has been reported. */
const struct clause *parse_event(struct parser *p, const struct xml_node *n,
		    struct str join, struct scope scope);
/* A time such as 10m; 0 when absent. */
uint64_t	parse_span(struct parser *p, const struct xml_node *n,
		    const char *attr);
void		parse_class(struct parser *p, const struct xml_node *n);

#endif
