/*
 * What the process that reads rule files may say: rules as bytes.  Those that
 * are taken then do their work, on events that they ask for.
 */
#include <stdlib.h>
#include "fuzz/fuzz.h"
#include "rules/image.h"
#include "triage/triage.h"

enum { EVENTS_MOST = 40 };

/* An event of the clause's provider and id, with what it is tested for. */
static void
event_for(struct triage *t, const struct clause *c, uint64_t n)
{
	struct field v[2] = { { .part = PART_DATA, .type = VALUE_TEXT },
	    { .part = PART_DATA, .type = VALUE_TEXT } };
	struct event e = { .provider = c->selectors->provider,
	    .id = c->selectors->lo, .at = { .id = n }, .record_id = n,
	    .time = UINT64_C(127424448000000000) + n, .computer = STR("A"),
	    .channel = STR("System"), .fields = v, .nfields = 2 };

	if (c->tests != NULL && c->tests->n > 0)
		v[0].text = v[1].text = c->tests->names[0];
	triage_event(t, &e);
}

static void
work(struct arena *a, struct ruleset *rs)
{
	struct triage *t = triage_new(a, rs);
	struct report r;

	for (size_t i = 0; i < rs->nclauses && i < EVENTS_MOST; i++)
		if (rs->clauses[i]->selectors != NULL)
			event_for(t, rs->clauses[i], i + 1);
	triage_report(t, SEV_INFO, &r);
	(void)triage_found(t, SEV_CRITICAL);
	for (size_t i = 0; i < rules_count(rs) && i < EVENTS_MOST; i++) {
		(void)rule_info(rules_get(rs, i));
		(void)triage_fitted(t, rules_get(rs, i));
	}
	triage_free(t);
}

void
fuzz_image(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	struct out o = out_memory();
	struct ruleset *rs;

	image_begin(&o, 0, 0);
	out_bytes(&o, p, n);
	rs = image_unpack(&a, image_end(&o), "rules", &triage_rules_env,
	    &errs);
	if (rs != NULL)
		work(&a, rs);
	out_free(&o);
	arena_free(&a);
}
