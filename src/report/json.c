/*
 * A report as one JSON document, schema evtriage.scan/1
 * (include/report/scan.schema.json).  The same report gives the same
 * bytes: nothing of the run itself stands in it.
 */
#include <stdio.h>
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
	json_end(j);
}

static void
number_or_null(struct json *j, const char *key, int v)
{
	json_key(j, key);
	if (v == OS_UNKNOWN)
		json_null(j);
	else
		json_i64(j, v);
}

static void
os(struct json *j, const struct os *os)
{
	const char *common = os_name(os);
	struct str name = os->product.n > 0 ? os->product : str_of(common);
	char version[32];

	json_key(j, "os");
	if (name.n == 0 && os->major == OS_UNKNOWN &&
	    os->build == OS_UNKNOWN && os->sp == OS_UNKNOWN) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_maybe(j, "name", name);
	if (os->minor == OS_UNKNOWN)
		(void)snprintf(version, sizeof version, "%d", os->major);
	else
		(void)snprintf(version, sizeof version, "%d.%d", os->major,
		    os->minor);
	json_key_lit(j, "version", os->major == OS_UNKNOWN ? NULL : version);
	number_or_null(j, "build", os->build);
	number_or_null(j, "service_pack", os->sp);
	json_end(j);
}

static void
boot(struct json *j, const struct boot *b)
{
	json_object(j);
	json_key_time(j, "start", b->start);
	json_key_time(j, "end", b->end);
	json_key_lit(j, "ended", boot_end_name(b->ended));
	json_key(j, "bugcheck");
	if (b->has_bugcheck)
		json_hex(j, b->bugcheck);
	else
		json_null(j);
	json_end(j);
}

static void
host(struct json *j, const struct host *h)
{
	json_object(j);
	json_key_text(j, "computer", h->computer);
	os(j, &h->os);
	json_key(j, "roles");
	json_array(j);
	for (size_t i = 0; i < h->nroles; i++)
		json_lit(j, h->roles[i]);
	json_end(j);
	json_key_maybe(j, "time_zone", h->time_zone);
	json_key(j, "boots");
	json_array(j);
	for (size_t i = 0; i < h->nboots; i++)
		boot(j, &h->boots[i]);
	json_end(j);
	json_key_time(j, "first", h->first);
	json_key_time(j, "last", h->last);
	json_key_u64(j, "events", h->events);
	json_end(j);
}

static void
problem(struct json *j, const struct problem *q)
{
	json_object(j);
	json_key_text(j, "path", q->path);
	json_key(j, "offset");
	if (q->offset == NO_OFFSET)
		json_null(j);
	else
		json_u64(j, q->offset);
	json_key_lit(j, "grade", grade_name(q->grade));
	json_key_text(j, "message", q->message);
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
		host(j, &r->hosts[i]);
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
		problem(j, &r->problems[i]);
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
