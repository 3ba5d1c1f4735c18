/*
 * Examples of rules: their events go the way of any log, so that what an
 * example proves holds for real ones.
 */
#include "base/clock.h"
#include "log/log.h"
#include "triage/triage.h"

/* Events of an example need no record numbers and no time: position and
 * a minute's distance are filled in. */
static bool
events_take(struct arena *a, struct triage *t, const struct xml_node *first,
    struct str *error)
{
	uint64_t n = 0, time = UINT64_C(127424448000000000);
	const char *why = NULL;

	for (const struct xml_node *x = first; x != NULL;
	    x = xml_next(x, "Event")) {
		struct event e = { .at = { .id = ++n } };

		if (!event_from_xml(a, x, &e, &why)) {
			*error = arena_fmt(a, "event in line %u: %s", x->line,
			    why == NULL ? "malformed" : why);
			return false;
		}
		if (e.time == 0)
			e.time = time + n * CLOCK_MINUTE;
		e.at.id = n;
		if (e.record_id == 0)
			e.record_id = n;
		triage_event(t, &e);
	}
	return true;
}

struct example_result
triage_example(struct arena *a, const struct ruleset *rs,
    const struct rule *r, const struct rule_example *x)
{
	struct example_result result = { .raised = false };
	struct triage *t = triage_new(a, rs);
	struct rule_info info = rule_info(r);
	struct finding_at at = { .host = 0 };
	const struct finding *f;
	struct report report;

	triage_given(t, &x->os);
	if (!events_take(a, t, x->events, &result.error)) {
		triage_free(t);
		return result;
	}
	triage_report(t, SEV_INFO, &report);
	while ((f = finding_next(&report, &at)) != NULL) {
		if (!str_eq(f->rule, info.id))
			continue;
		result.raised = true;
		result.harmless = f->verdict == VERDICT_BENIGN &&
		    info.verdict != VERDICT_BENIGN;
		result.confidence = f->confidence;
	}
	result.fitted = triage_fitted(t, r);
	triage_free(t);
	return result;
}
