/*
 * What logs hold, as one JSON document, schema evtriage.info/1
 * (include/report/info.schema.json).
 */
#include "base/clock.h"
#include "report/info.h"
#include "report/json_parts.h"

void
report_info_json_begin(struct json *j)
{
	json_object(j);
	json_key_lit(j, "schema", "evtriage.info/1");
	json_key(j, "inputs");
	json_array(j);
}

void
report_info_json_end(struct json *j, struct sandbox s)
{
	json_end(j);
	json_sandbox(j, s);
	json_end(j);
	json_finish(j);
}

static void
id(struct json *j, const char *key, const struct info *i, uint64_t v)
{
	json_key(j, key);
	if (i->any)
		json_u64(j, v);
	else
		json_null(j);
}

static void
tally(struct json *j, const struct info *i)
{
	const struct tally *t = &i->input.tally;

	json_key(j, "records");
	json_object(j);
	json_key_u64(j, "read", t->read);
	json_key_u64(j, "tail", t->tail);
	json_key_u64(j, "resync", t->resync);
	json_key_u64(j, "recovered", t->recovered);
	json_key_u64(j, "torn", t->torn);
	json_key_u64(j, "undecodable", t->undecodable);
	json_key_u64(j, "inferred", t->inferred);
	json_key_u64(j, "slack", t->slack);
	id(j, "first_id", i, i->first_id);
	id(j, "last_id", i, i->last_id);
	json_end(j);
	json_key(j, "units");
	json_object(j);
	json_key_u64(j, "valid", t->units_valid);
	json_key_u64(j, "empty", t->units_zero);
	json_key_u64(j, "bad", t->units_bad);
	json_key_u64(j, "bad_checksums", t->bad_checksums);
	json_end(j);
	json_missing(j, t);
	json_key_u64(j, "missing_dropped", t->missing_dropped);
}

static void
counts(struct json *j, const char *key, const struct info_counts *c)
{
	json_key(j, key);
	json_object(j);
	json_key(j, "names");
	json_array(j);
	for (size_t i = 0; i < c->n; i++) {
		json_object(j);
		json_key_maybe(j, "name", c->v[i].name);
		json_key_u64(j, "events", c->v[i].n);
		json_end(j);
	}
	json_end(j);
	json_key_u64(j, "others", c->others);
	json_end(j);
}

static void
silences(struct json *j, const struct info *i)
{
	json_key(j, "silences");
	json_array(j);
	for (size_t k = 0; k < i->nsilences; k++) {
		const struct info_silence *s = &i->silences[k];

		json_object(j);
		json_key_time(j, "from", s->from);
		json_key_time(j, "to", s->to);
		json_key_u64(j, "seconds", (s->to - s->from) / CLOCK_SECOND);
		json_key_u64(j, "before", s->before);
		json_key_u64(j, "after", s->after);
		json_end(j);
	}
	json_end(j);
	json_key_u64(j, "backwards", i->backwards);
}

static void
lists(struct json *j, const struct info *i)
{
	json_key(j, "hosts");
	json_array(j);
	for (size_t k = 0; k < i->nhosts; k++)
		json_host(j, &i->hosts[k]);
	json_end(j);
	json_key(j, "problems");
	json_array(j);
	for (size_t k = 0; k < i->nproblems; k++)
		json_problem(j, &i->problems[k]);
	json_end(j);
	json_key_u64(j, "problems_dropped", i->problems_dropped);
}

void
report_info_json(struct json *j, const struct info *i)
{
	json_object(j);
	json_key_text(j, "path", i->input.path);
	json_key_lit(j, "format", i->input.format);
	json_key_u64(j, "bytes", i->input.bytes);
	json_key_time(j, "first", i->input.first);
	json_key_time(j, "last", i->input.last);
	json_key(j, "complete");
	json_bool(j, i->input.tally.complete);
	json_key(j, "dirty");
	json_bool(j, i->input.tally.dirty);
	tally(j, i);
	counts(j, "computers", &i->computers);
	counts(j, "channels", &i->channels);
	counts(j, "providers", &i->providers);
	silences(j, i);
	lists(j, i);
	json_end(j);
}
