/*
 * Which rules to use: those of -r, else installed beside the program, else
 * in the source tree that it was built in, else where it was configured to
 * be installed.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "rules/rules.h"
#include "triage/triage.h"

static const char *
folder_with_rules(struct arena *a, const char *dir)
{
	struct str schema = arena_fmt(a, "%s/rule.rng", dir);

	return access(schema.p, R_OK) == 0 ? dir : NULL;
}

/* The folder that the running program lies in. */
static struct str
program_folder(struct arena *a)
{
	char buf[4096];
	ssize_t n = readlink("/proc/self/exe", buf, sizeof buf - 1);
	char *slash;

	buf[n > 0 ? n : 0] = '\0';
	slash = strrchr(buf, '/');
	return arena_str(a, (struct str){ buf, slash == NULL ? 0 :
	    (size_t)(slash - buf) });
}

/* Without ".." and links, as people want to read it. */
static const char *
path_clean(struct arena *a, const char *path)
{
	char buf[PATH_MAX];

	return realpath(path, buf) == NULL ? path :
	    arena_str(a, str_of(buf)).p;
}

const char *
rules_folder(struct arena *a)
{
	struct str here = program_folder(a);
	const char *const places[] = {
		arena_fmt(a, "%s/../share/evtriage/rules", here.p).p,
		arena_fmt(a, "%s/../rules", here.p).p,
		arena_fmt(a, "%s/../../rules", here.p).p,	/* build/asan */
		EVTRIAGE_RULES,
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (folder_with_rules(a, places[i]) != NULL)
			return path_clean(a, places[i]);
	return NULL;
}

static void
mistakes_print(const struct rule_errors *errs)
{
	for (size_t i = 0; i < errs->n; i++) {
		const struct rule_error *e = &errs->v[i];

		if (e->line == 0)
			complain("%.*s: %.*s", (int)e->path.n, e->path.p,
			    (int)e->message.n, e->message.p);
		else
			complain("%.*s:%u: %.*s", (int)e->path.n, e->path.p,
			    e->line, (int)e->message.n, e->message.p);
	}
}

static struct ruleset *
open_with(struct arena *a, const char *dir, const char *base,
    const struct rules_env *env, size_t *mistakes)
{
	struct rule_errors errs = { NULL, 0, 0 };
	struct ruleset *rs = rules_load(a, dir, base, env, &errs);

	mistakes_print(&errs);
	*mistakes = errs.n;
	return rs;
}

struct ruleset *
rules_open(struct arena *a, const char *dir, const char *base,
    size_t *mistakes)
{
	return open_with(a, dir, base, &triage_rules_env, mistakes);
}

struct ruleset *
rules_find(struct arena *a, const struct options *o)
{
	const char *base = rules_folder(a);
	const char *dir = o->rules != NULL ? o->rules : base;
	struct ruleset *rs;
	size_t mistakes;

	if (dir == NULL) {
		complain("the rules were not found: say where with --rules");
		return NULL;
	}
	rs = open_with(a, dir, base, &triage_rules_env_lean, &mistakes);
	if (mistakes == 0 && rules_count(rs) > 0)
		return rs;
	if (mistakes == 0)
		complain("%s: no rules in this folder", dir);
	rules_free(rs);
	return NULL;
}
