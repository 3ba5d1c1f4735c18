/* What the owner of the rules writes: rules, patterns, exhibits. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/die.h"
#include "fuzz/fuzz.h"
#include "rules/regex.h"
#include "triage/triage.h"

/* A folder with one rule file, written anew for every input. */
static char folder[] = "/tmp/evtriage-fuzz-XXXXXX";
static char path[sizeof folder + 8];

static void
folder_remove(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
rule_write(const uint8_t *p, size_t n)
{
	int fd;

	if (path[0] == '\0') {
		if (mkdtemp(folder) == NULL)
			die("no folder for rules");
		(void)snprintf(path, sizeof path, "%s/r.xml", folder);
		(void)atexit(folder_remove);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		die("the rule cannot be written");
	(void)close(fd);
}

/* It is refused with a word, or it is a rule whose examples can be run. */
void
fuzz_rules(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	const struct rules_from from = { .dir = folder, .base = "rules" };
	struct ruleset *rs;

	rule_write(p, n);
	rs = rules_load(&a, &from, &triage_rules_env, &errs);
	if (rules_count(rs) + errs.n == 0)
		abort();
	for (size_t i = 0; i < errs.n; i++)
		if (errs.v[i].message.n == 0)
			abort();
	for (size_t i = 0; i < rules_count(rs); i++) {
		const struct rule *r = rules_get(rs, i);
		struct rule_info info = rule_info(r);

		for (size_t k = 0; k < info.nexamples; k++) {
			struct rule_example x = rule_example(r, k);

			(void)triage_example(&a, rs, r, &x);
		}
	}
	arena_free(&a);
}

static bool
anchored(struct str pattern)
{
	return memchr(pattern.p, '^', pattern.n) != NULL ||
	    memchr(pattern.p, '$', pattern.n) != NULL;
}

static bool
found(const struct regex *r, struct str s)
{
	struct str part;
	bool yes = regex_find(r, s, &part);

	if (yes && part.p != NULL && (part.p < s.p ||
	    part.p + part.n > s.p + s.n))
		abort();
	if (yes != regex_find(r, s, NULL))
		abort();
	return yes;
}

/* A pattern, the end of the line, a text.  What occurs in a text occurs in
 * a longer one, unless the pattern asks for an end. */
void
fuzz_regex(const uint8_t *p, size_t n)
{
	const uint8_t *end = n == 0 ? NULL : memchr(p, '\n', n);
	size_t k = end == NULL ? n : (size_t)(end - p);
	struct str pattern = { (const char *)p, k };
	struct str text = { (const char *)p + k, 0 };
	struct arena a = { 0 };
	const char *why = NULL;
	const struct regex *r = regex_compile(&a, pattern, &why);

	if (r == NULL && why == NULL)
		abort();
	if (end != NULL) {
		text.p++;
		text.n = n - k - 1;
	}
	if (r != NULL && found(r, text) && !anchored(pattern)) {
		struct str before = arena_join(&a, str_of("x"), text);
		struct str behind = arena_join(&a, text, str_of("x"));

		if (!found(r, before) || !found(r, behind))
			abort();
	}
	arena_free(&a);
}

void
fuzz_exhibits(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };

	(void)exhibits_read(&a, (struct span){ p, n });
	arena_free(&a);
}
