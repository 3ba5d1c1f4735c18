#ifndef EVTRIAGE_SRC_RULES_LOAD_H
#define EVTRIAGE_SRC_RULES_LOAD_H

#include "rules/rules.h"

struct rule_files;

/* The rules that are right, not yet ready for work: the paths are names of
 * files, and what is derived is not there (rules/image.h).  Never NULL. */
struct ruleset	*load(struct arena *a, const char *dir,
		    const struct rule_files *f, const struct rules_env *env,
		    struct rule_errors *errs);

#endif
