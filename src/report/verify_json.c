/*
 * Comparisons of two readers as one JSON document, written as they come:
 * the differences of an input stand before its counts.
 */
#include "report/json_parts.h"
#include "report/report.h"

void
report_verify_json_open(struct json *j, const char *version)
{
	json_object(j);
	json_key(j, "schema");
	json_lit(j, "evtriage.verify/1");
	json_key(j, "tool");
	json_object(j);
	json_key(j, "name");
	json_lit(j, "evtriage");
	json_key(j, "version");
	json_lit(j, version);
	json_end(j);
	json_key(j, "inputs");
	json_array(j);
}

void
report_verify_json_begin(struct json *j, struct str path)
{
	json_object(j);
	json_key(j, "path");
	json_str(j, path);
	json_key(j, "differences");
	json_array(j);
}

void
report_verify_json_difference(struct json *j, const struct difference *d)
{
	json_object(j);
	json_key(j, "record");
	json_u64(j, d->record);
	json_key(j, "offset");
	json_u64(j, d->offset);
	json_key(j, "field");
	json_str(j, d->field);
	json_key(j, "evtriage");
	json_str(j, d->ours);
	json_key(j, "libevtx");
	json_str(j, d->theirs);
	json_key(j, "cause");
	json_lit(j, divergence_name(d->why));
	json_end(j);
}

static void
count(struct json *j, const char *key, uint64_t n)
{
	json_key(j, key);
	json_u64(j, n);
}

static void
causes(struct json *j, const uint64_t why[DIVERGENCES])
{
	json_key(j, "causes");
	json_object(j);
	for (int i = 0; i < DIVERGENCES; i++)
		if (why[i] > 0 || i == DIV_UNEXPLAINED)
			count(j, divergence_name((enum divergence)i), why[i]);
	json_end(j);
}

static void
problems(struct json *j, const struct comparison *c)
{
	json_key(j, "problems");
	json_array(j);
	for (size_t i = 0; i < c->nproblems; i++) {
		const struct problem *p = &c->problems[i];

		json_object(j);
		json_key(j, "offset");
		if (p->offset == NO_OFFSET)
			json_null(j);
		else
			json_u64(j, p->offset);
		json_key(j, "grade");
		json_lit(j, grade_name(p->grade));
		json_key(j, "message");
		json_str(j, p->message);
		json_end(j);
	}
	json_end(j);
}

void
report_verify_json_end(struct json *j, const struct comparison *c)
{
	json_end(j);
	json_key(j, "format");
	if (c->format == NULL)
		json_null(j);
	else
		json_lit(j, c->format);
	json_key(j, "compared");
	json_bool(j, c->compared);
	json_key(j, "complete");
	json_bool(j, c->complete);
	json_key(j, "records");
	json_object(j);
	count(j, "evtriage", c->ours);
	count(j, "libevtx", c->theirs);
	count(j, "equal", c->equal);
	count(j, "differing", c->differing);
	count(j, "only_evtriage", c->only_ours);
	count(j, "only_libevtx", c->only_theirs);
	json_end(j);
	causes(j, c->why);
	problems(j, c);
	json_end(j);
}

void
report_verify_json_totals(struct json *j, const struct verify_totals *t,
    struct sandbox s)
{
	json_end(j);
	json_key(j, "totals");
	json_object(j);
	count(j, "inputs", t->inputs);
	count(j, "compared", t->compared);
	count(j, "evtriage", t->ours);
	count(j, "libevtx", t->theirs);
	count(j, "equal", t->equal);
	causes(j, t->why);
	json_end(j);
	json_sandbox(j, s);
	json_end(j);
	json_finish(j);
}
