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
totals(struct json *j, const struct report *r)
{
	struct totals t = totals_of(r);

	json_key(j, "totals");
	json_object(j);
	json_key_u64(j, "inputs", t.inputs);
	json_key_u64(j, "incomplete", t.incomplete);
	json_key_u64(j, "events", t.events);
	json_key_u64(j, "matched", t.matched);
	json_key_u64(j, "findings", t.findings);
	json_key_u64(j, "hosts", t.hosts);
	json_key_u64(j, "problems", t.problems);
	json_end(j);
}

static void
lists(struct json *j, const struct report *r)
{
	json_key(j, "hosts");
	json_array(j);
	for (size_t i = 0; i < r->nhosts; i++)
		json_host(j, &r->hosts[i]);
	json_end(j);
	json_key(j, "findings");
	json_array(j);
	for (size_t i = 0; i < r->nfindings; i++) {
		json_object(j);
		json_finding(j, &r->findings[i]);
		json_end(j);
	}
	json_end(j);
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
	lists(&j, r);
	totals(&j, r);
	json_end(&j);
	json_finish(&j);
}
