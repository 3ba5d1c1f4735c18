/*
 * A report as one JSON document, schema evtriage.scan/1
 * (include/report/scan.schema.json).  The same report gives the same
 * bytes: nothing of the run itself stands in it.
 */
#include "report/json_parts.h"
#include "report/report.h"
#include "report/totals.h"

static void
tool(struct json *j, const struct report *r)
{
	json_key(j, "tool");
	json_object(j);
	json_key_lit(j, "name", "evtriage");
	json_key_text(j, "version", str_of(r->version));
	json_key(j, "rules");
	json_object(j);
	json_key_u64(j, "count", r->nrules);
	json_key_text(j, "digest", r->rules_digest);
	json_end(j);
	json_sandbox(j, r->sandbox);
	json_end(j);
}

static void
totals(struct json *j, const struct report *r, uint64_t findings)
{
	struct totals t = totals_of(r);

	json_key(j, "totals");
	json_object(j);
	json_key_u64(j, "inputs", t.inputs);
	json_key_u64(j, "incomplete", t.incomplete);
	json_key_u64(j, "events", t.events);
	json_key_u64(j, "matched", t.matched);
	json_key_u64(j, "findings", findings);
	json_key_u64(j, "hosts", t.hosts);
	json_key_u64(j, "problems", t.problems);
	json_end(j);
}

static size_t
findings(struct json *j, const struct report *r)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;
	size_t n = 0;

	json_key(j, "findings");
	json_array(j);
	for (; (f = finding_next(r, &at)) != NULL; n++) {
		json_object(j);
		json_finding(j, f);
		json_end(j);
	}
	json_end(j);
	return n;
}

/* Returns how many findings there are. */
static size_t
lists(struct json *j, const struct report *r)
{
	size_t n;

	json_key(j, "hosts");
	json_array(j);
	for (size_t i = 0; i < r->nhosts; i++)
		json_host(j, &r->hosts[i]);
	json_end(j);
	n = findings(j, r);
	json_key(j, "inputs");
	json_array(j);
	for (size_t i = 0; i < r->ninputs; i++) {
		json_object(j);
		json_input(j, &r->inputs[i]);
		json_end(j);
	}
	json_end(j);
	json_key(j, "problems");
	json_array(j);
	for (size_t i = 0; i < r->nproblems; i++)
		json_problem(j, &r->problems[i]);
	json_end(j);
	return n;
}

/* The document is the same whatever opt says: it always holds all. */
void
report_json(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct json j = json_begin(o, false);

	(void)opt;
	json_object(&j);
	json_key_lit(&j, "schema", "evtriage.scan/1");
	tool(&j, r);
	totals(&j, r, lists(&j, r));
	json_end(&j);
	json_finish(&j);
}
