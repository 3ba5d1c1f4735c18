/*
 * Pieces of JSON: facts, findings, inputs.  Keys
 * are always there and keep one type; what is not known is null.
 */
#include <string.h>
#include "report/json_parts.h"

static void
fact_object(struct json *j, const struct fact *f)
{
	json_object(j);
	json_key(j, "value");
	switch (f->type) {
	case FACT_CODE:
		json_hex(j, f->number);
		break;
	case FACT_NUMBER:
		json_u64(j, f->number);
		break;
	case FACT_TEXT:
		json_str(j, f->text);
		break;
	case FACT_TIME:
		json_time(j, f->number);
		break;
	}
	json_key_lit(j, "symbol", f->symbol);
	json_key_lit(j, "meaning", f->meaning);
	json_end(j);
}

bool
json_fact_first(const struct fact *facts, size_t i)
{
	size_t first = 0;

	while (strcmp(facts[first].name, facts[i].name) != 0)
		first++;
	return first == i;
}

void
json_facts(struct json *j, const struct fact *facts, size_t n)
{
	json_object(j);
	for (size_t i = 0; i < n; i++) {
		if (!json_fact_first(facts, i))
			continue;
		json_key(j, facts[i].name);
		fact_object(j, &facts[i]);
	}
	json_end(j);
}

const char *
json_state_name(enum record_state s)
{
	switch (s) {
	case RECORD_LIVE:
		return "live";
	case RECORD_TAIL:
		return "tail";
	case RECORD_RESYNC:
		return "resync";
	case RECORD_TORN:
		return "torn";
	case RECORD_SLACK:
		return "slack";
	case RECORD_ORPHAN:
		return "orphan";
	}
	return "live";
}

const char *
json_flag_name(unsigned flag)
{
	switch (flag) {
	case EVENT_LITERAL:
		return "literal";
	case EVENT_LOSSY:
		return "lossy";
	case EVENT_CUT:
		return "cut";
	case EVENT_INFERRED:
		return "inferred";
	default:
		return NULL;
	}
}

static void
evidence_object(struct json *j, const struct evidence *e)
{
	json_object(j);
	json_key_text(j, "input", e->input);
	json_key_u64(j, "record_id", e->record_id);
	json_key_u64(j, "offset", e->offset);
	json_key_time(j, "time", e->time);
	json_key_text(j, "provider", e->provider);
	json_key_u64(j, "event_id", e->event_id);
	json_key_lit(j, "state", json_state_name(e->state));
	json_key(j, "facts");
	json_facts(j, e->facts, e->nfacts);
	json_key(j, "data_words");
	json_array(j);
	for (size_t i = 0; i < e->nwords; i++)
		json_word(j, e->words[i]);
	json_end(j);
	json_end(j);
}

static void
remedy_array(struct json *j, const struct finding *f)
{
	json_key(j, "remedy");
	json_array(j);
	for (size_t i = 0; i < f->nremedy; i++) {
		json_object(j);
		json_key_text(j, "text", f->remedy[i].text);
		json_key_maybe(j, "command", f->remedy[i].command);
		json_key_lit(j, "risk", risk_name(f->remedy[i].risk));
		json_end(j);
	}
	json_end(j);
}

static void
reference_array(struct json *j, const struct finding *f)
{
	json_key(j, "references");
	json_array(j);
	for (size_t i = 0; i < f->nrefs; i++) {
		json_object(j);
		json_key_maybe(j, "kb", f->refs[i].kb);
		json_key_text(j, "title", f->refs[i].title);
		json_key_maybe(j, "url", f->refs[i].url);
		json_end(j);
	}
	json_end(j);
}

static void
condition_array(struct json *j, const struct finding *f)
{
	json_key(j, "conditions");
	json_array(j);
	for (size_t i = 0; i < f->nconditions; i++) {
		json_object(j);
		json_key_text(j, "text", f->conditions[i].text);
		json_key_lit(j, "result",
		    result_name(f->conditions[i].result));
		json_end(j);
	}
	json_end(j);
}

void
json_finding(struct json *j, const struct finding *f)
{
	json_key_text(j, "id", f->id);
	json_key_text(j, "rule", f->rule);
	json_key_text(j, "problem", f->problem);
	json_key_u64(j, "rank", f->rank);
	json_key_text(j, "title", f->title);
	json_key_lit(j, "severity", severity_name(f->severity));
	json_key_lit(j, "confidence", confidence_name(f->confidence));
	json_key_lit(j, "verdict", verdict_name(f->verdict));
	json_key_maybe(j, "consequence_of", f->follows);
	json_key_text(j, "computer", f->computer);
	json_key_time(j, "first", f->first);
	json_key_time(j, "last", f->last);
	json_key_u64(j, "count", f->count);
	json_key_text(j, "diagnosis", f->diagnosis);
	json_key_text(j, "cause", f->cause);
	remedy_array(j, f);
	reference_array(j, f);
	condition_array(j, f);
	json_key(j, "evidence");
	json_array(j);
	for (size_t i = 0; i < f->nevidence; i++)
		evidence_object(j, &f->evidence[i]);
	json_end(j);
}

void
json_missing(struct json *j, const struct tally *t)
{
	json_key(j, "missing");
	json_array(j);
	for (size_t i = 0; i < t->nmissing; i++) {
		json_array(j);
		json_u64(j, t->missing[i].first);
		json_u64(j, t->missing[i].last);
		json_end(j);
	}
	json_end(j);
}

void
json_input(struct json *j, const struct input *in)
{
	const struct tally *t = &in->tally;

	json_key_text(j, "path", in->path);
	json_key_lit(j, "format", in->format);
	json_key_u64(j, "bytes", in->bytes);
	json_key(j, "sha256");
	json_null(j);
	json_key(j, "records");
	json_object(j);
	json_key_u64(j, "read", t->read);
	json_key_u64(j, "matched", in->matched);
	json_key_u64(j, "recovered", t->recovered);
	json_key_u64(j, "torn", t->torn);
	json_key_u64(j, "undecodable", t->undecodable);
	json_key_u64(j, "slack", t->slack);
	json_end(j);
	json_missing(j, t);
	json_key_time(j, "first", in->first);
	json_key_time(j, "last", in->last);
	json_key(j, "complete");
	json_bool(j, t->complete);
}

static void
layers(struct json *j, const char *key, unsigned set)
{
	json_key(j, key);
	json_array(j);
	for (unsigned layer = 1; layer < SEAL_ALL; layer *= 2)
		if ((set & layer) != 0)
			json_lit(j, seal_name(layer));
	json_end(j);
}

void
json_sandbox(struct json *j, struct sandbox s)
{
	json_key(j, "sandbox");
	json_object(j);
	json_key(j, "apart");
	json_bool(j, s.apart);
	layers(j, "layers", s.layers);
	layers(j, "missing", SEAL_ALL & ~s.layers);
	json_end(j);
}
