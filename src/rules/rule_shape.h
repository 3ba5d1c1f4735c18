/*
 * The tables (rules/shape.h) of rules and of mistakes in them.
 */
#ifndef EVTRIAGE_SRC_RULES_RULE_SHAPE_H
#define EVTRIAGE_SRC_RULES_RULE_SHAPE_H

#include "rules/rule.h"
#include "rules/shape.h"

/* A rule is unpacked with its clauses as the unpacker's things; left to do
 * are words and paths, and numbering clauses within the set. */
extern const struct shape shape_rule, shape_clause, shape_errors;

#endif
