/*
 * Regular expressions in linear time.
 *
 * The subset: literals, ".", classes ([a-z], [^...]), \d \w \s and their
 * capitals, escaped characters, "|", groups, "*" "+" "?" and {m}, {m,},
 * {m,n}, "^" and "$".  ASCII case is ignored.  No back-references, no
 * look-around: both cost more than linear time.  The first group is
 * remembered; further groups only group.
 *
 * A pattern becomes a program of at most REGEX_STEPS instructions, which
 * all its threads run through side by side (Thompson 1968, after Pike's
 * matcher): time is at most length of text times length of program.
 */
#ifndef EVTRIAGE_SRC_RULES_REGEX_H
#define EVTRIAGE_SRC_RULES_REGEX_H

#include "base/arena.h"

enum { REGEX_STEPS = 1000 };

struct regex;

/* NULL when the pattern is none; *why then says what is wrong with it. */
const struct regex *regex_compile(struct arena *a, struct str pattern,
		    const char **why);
/* Does it occur in s?  *part (may be NULL) is what the first group held,
 * or the whole match when the pattern has no group. */
bool		regex_find(const struct regex *r, struct str s,
		    struct str *part);

#endif
