/*
 * Which rules to use: those of -r, else installed beside the program, else
 * in the source tree that it was built in, else where it was configured to
 * be installed.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "rules/rules.h"
#include "triage/triage.h"

static bool
has_rules(struct arena *a, const char *dir)
{
	return access(arena_fmt(a, "%s/rule.rng", dir).p, R_OK) == 0;
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

/* Where rules are, and the image that was built of them. */
struct place {
	const char	*dir, *image;
};

static struct place
place_find(struct arena *a)
{
	const char *here = program_folder(a).p;
	const char *shared = arena_fmt(a, "%s/../share/evtriage/rules",
	    here).p;
	const char *built = arena_fmt(a, "%s/rules.image", here).p;
	const struct place places[] = {
		{ shared, arena_fmt(a, "%s/rules.image", shared).p },
		{ arena_fmt(a, "%s/../rules", here).p, built },
		{ arena_fmt(a, "%s/../../rules", here).p, built }, /* asan */
		{ EVTRIAGE_RULES, EVTRIAGE_RULES "/rules.image" },
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (has_rules(a, places[i].dir))
			return (struct place){ path_clean(a, places[i].dir),
			    places[i].image };
	return (struct place){ NULL, NULL };
}

struct rules_from
rules_from(struct arena *a, const struct options *o, const char *dir)
{
	struct place p = place_find(a);

	if (dir == NULL)
		dir = o->rules;
	return (struct rules_from){ .dir = dir != NULL ? dir : p.dir,
	    .base = p.dir, .image = dir != NULL ? NULL : p.image,
	    .policy = o->sandbox };
}

void
rules_mistakes(const struct rule_errors *errs)
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

struct ruleset *
rules_find(struct arena *a, const struct options *o)
{
	const struct rules_from from = rules_from(a, o, NULL);
	struct rule_errors errs = { NULL, 0, 0 };
	struct ruleset *rs;

	if (from.dir == NULL) {
		complain("the rules were not found: say where with --rules");
		return NULL;
	}
	rs = rules_load(a, &from, &triage_rules_env_lean, &errs);
	rules_mistakes(&errs);
	if (errs.n == 0 && rules_count(rs) > 0)
		return rs;
	if (errs.n == 0)
		complain("%s: no rules in this folder", from.dir);
	return NULL;
}
