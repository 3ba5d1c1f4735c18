/*
 * Rules as small files in a temporary folder, and logs scanned with them.
 */
#ifndef EVTRIAGE_TESTS_RULESETS_H
#define EVTRIAGE_TESTS_RULESETS_H

#include <unistd.h>
#include "readings.h"
#include "triage/reader.h"
#include "triage/triage.h"

static char folder[] = "/tmp/evtriage-rules-XXXXXX";
static struct str files[128];
static size_t nfiles;
static struct rule_errors errors;
static struct ruleset *rules;
static struct triage *triage;
static struct report report;

static inline int
rules_begin(void **state)
{
	(void)state;
	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	nfiles = 0;
	memset(&errors, 0, sizeof errors);
	rules = NULL;
	triage = NULL;
	return 0;
}

static inline int
rules_end(void **state)
{
	for (size_t i = 0; i < nfiles; i++)
		unlink(files[i].p);
	rmdir(folder);
	if (triage != NULL)
		triage_free(triage);
	return teardown(state);
}

static inline void
rule_file(const char *name, struct str text)
{
	struct str path = arena_fmt(&mem, "%s/%s", folder, name);
	FILE *f = fopen(path.p, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
	files[nfiles++] = path;
}

/* A rule for the problem "p": attributes of its head, <applies> or "",
 * what stands in <when>, what follows it. */
static inline void
rule(const char *id, const char *attrs, const char *applies,
    const char *when, const char *behind)
{
	rule_file(arena_fmt(&mem, "%s.xml", id).p, arena_fmt(&mem,
	    "<rule id='%s' problem='p' severity='high' verdict='fault' %s>\n"
	    "<title>%s</title>%s\n<when>%s</when>\n%s\n"
	    "<diagnosis>{count}</diagnosis><cause>c</cause>"
	    "<remedy><step>s</step></remedy>"
	    "<example expect='none' note='n'/></rule>\n", id, attrs, id,
	    applies, when, behind));
}

static inline void
rules_read(void)
{
	const struct rules_from from = { .dir = folder, .base = "rules" };

	rules = rules_load(&mem, &from, &triage_rules_env, &errors);
}

static inline void
scan_begin(void)
{
	rules_read();
	if (errors.n > 0)
		fail_msg("line %u: %.*s", errors.v[0].line,
		    (int)errors.v[0].message.n, errors.v[0].message.p);
	if (triage != NULL)
		triage_free(triage);
	triage = triage_new(&mem, rules);
}

static inline void
harvest_add(void *ctx, const void *p, size_t n)
{
	out_bytes(ctx, p, n);
}

/* What a worker and who put together its harvest do with a log. */
static inline void
scan_source(struct source *s, const char *path)
{
	struct reader_how how = *triage_how(triage);
	struct out harvest = out_memory();
	struct reader *reader;

	how.tell = harvest_add;
	how.ctx = &harvest;
	reader = reader_new(&mem, &how);
	reader_input(reader, s, str_of(path));
	reader_free(reader);
	assert_true(triage_harvest(triage, (struct span){
	    (const uint8_t *)harvest.mem, harvest.n }));
	out_free(&harvest);
}

static inline void
scan_log(const char *text, const char *path)
{
	struct source s;

	source_memory(&s, log_bytes(description(bytes_of(text), path),
	    LOG_EVTX));
	scan_source(&s, path);
}

static inline void
scan_end(void)
{
	triage_report(triage, SEV_INFO, &report);
}

static inline void
scan(const char *text)
{
	scan_begin();
	scan_log(text, "one");
	scan_end();
}

static inline const struct finding *
finding_of(const char *id)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;

	while ((f = finding_next(&report, &at)) != NULL)
		if (str_is(f->rule, id))
			break;
	return f;
}

static inline void
assert_finding(const char *id, enum confidence c)
{
	const struct finding *f = finding_of(id);

	if (f == NULL)
		fail_msg("rule %s was not raised", id);
	else if (f->confidence != c)
		fail_msg("rule %s is %s, not %s", id,
		    confidence_name(f->confidence), confidence_name(c));
}

static inline void
assert_no_finding(const char *id)
{
	if (finding_of(id) != NULL)
		fail_msg("rule %s was raised", id);
}

#endif
