/*
 * One decoded event as a line of JSON (include/report/event.schema.json).
 * Every key is always there.  Whole numbers of events stay numbers of 64
 * bits; reals are text, as Windows renders them, since not all of them
 * (infinities) are numbers to JSON.
 */
#include "report/json_parts.h"
#include "report/report.h"

static const char *
type_name(enum value_type t)
{
	switch (t) {
	case VALUE_NULL:
		return "null";
	case VALUE_TEXT:
		return "text";
	case VALUE_INT:
		return "int";
	case VALUE_UINT:
		return "uint";
	case VALUE_HEX:
		return "hex";
	case VALUE_REAL:
		return "real";
	case VALUE_BOOL:
		return "bool";
	case VALUE_BINARY:
		return "binary";
	case VALUE_GUID:
		return "guid";
	case VALUE_TIME:
		return "time";
	case VALUE_SID:
		return "sid";
	}
	return "text";
}

static void
field_value(struct json *j, const struct field *f)
{
	switch (f->type) {
	case VALUE_NULL:
		json_null(j);
		return;
	case VALUE_INT:
		json_i64(j, (int64_t)f->number);
		return;
	case VALUE_UINT:
		json_u64(j, f->number);
		return;
	case VALUE_BOOL:
		json_bool(j, f->number != 0);
		return;
	case VALUE_BINARY:
		json_bytes(j, f->bytes);
		return;
	case VALUE_TEXT:
	case VALUE_HEX:
	case VALUE_REAL:
	case VALUE_GUID:
	case VALUE_TIME:
	case VALUE_SID:
		break;
	}
	json_str(j, f->text);
}

static void
fields(struct json *j, const char *key, const struct event *e,
    enum field_part part)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		if (f->part != part)
			continue;
		json_object(j);
		json_key_maybe(j, "name", f->name);
		json_key_lit(j, "type", type_name(f->type));
		json_key(j, "value");
		field_value(j, f);
		json_end(j);
	}
	json_end(j);
}

static inline void
number(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	if (v == EVENT_ABSENT)
		json_null(j);
	else
		json_i64(j, v);
}

static void
binary(struct json *j, const struct event *e)
{
	json_key(j, "binary");
	if (e->has_binary)
		json_bytes(j, e->binary);
	else
		json_null(j);
	json_key(j, "words");
	json_array(j);
	for (size_t at = 0; at < e->binary.n; at += 4) {
		size_t left = e->binary.n - at;
		uint32_t word = 0;

		(void)span_words(span_sub(e->binary, at, left < 4 ? left : 4),
		    &word, 1);
		json_word(j, word);
	}
	json_end(j);
}

static void
flags(struct json *j, unsigned set)
{
	json_key(j, "flags");
	json_array(j);
	if (set & EVENT_LITERAL)
		json_lit(j, "literal");
	if (set & EVENT_LOSSY)
		json_lit(j, "lossy");
	if (set & EVENT_CUT)
		json_lit(j, "cut");
	if (set & EVENT_INFERRED)
		json_lit(j, "inferred");
	json_end(j);
}

static void
system_keys(struct json *j, const struct event *e)
{
	json_key_u64(j, "record_id", e->record_id);
	json_key_time(j, "time", e->time);
	json_key_text(j, "provider", e->provider);
	json_key_maybe(j, "source", e->source);
	json_key_maybe(j, "guid", e->guid);
	json_key_u64(j, "event_id", e->id);
	number(j, "qualifiers", e->qualifiers);
	number(j, "version", e->version);
	number(j, "level", e->level);
	number(j, "task", e->task);
	number(j, "opcode", e->opcode);
	json_key(j, "keywords");
	if (e->has_keywords)
		json_hex(j, e->keywords);
	else
		json_null(j);
	json_key_maybe(j, "channel", e->channel);
	json_key_text(j, "computer", e->computer);
	json_key_maybe(j, "user", e->user);
	number(j, "process", e->process);
	number(j, "thread", e->thread);
	json_key_maybe(j, "activity", e->activity);
	json_key_maybe(j, "related_activity", e->related_activity);
}

void
report_event_jsonl(struct out *o, const struct event *e,
    const struct facts *facts, struct str input)
{
	struct json j = json_begin(o, true);

	json_object(&j);
	json_key_lit(&j, "schema", "evtriage.event/1");
	json_key_text(&j, "input", input);
	json_key_u64(&j, "offset", e->at.offset);
	system_keys(&j, e);
	fields(&j, "data", e, PART_DATA);
	fields(&j, "user_data", e, PART_USER);
	fields(&j, "rendering", e, PART_RENDERING);
	fields(&j, "other", e, PART_OTHER);
	binary(&j, e);
	json_key(&j, "facts");
	json_facts(&j, facts != NULL ? facts->v : NULL,
	    facts != NULL ? facts->n : 0);
	json_key(&j, "unexplained");
	if (facts != NULL)
		json_u64(&j, facts_unexplained(facts, e->binary));
	else
		json_null(&j);
	json_key_maybe(&j, "message", e->message);
	json_key_lit(&j, "state", json_state_name(e->at.state));
	flags(&j, e->flags);
	json_key_lit(&j, "error", e->error);
	json_end(&j);
	json_finish(&j);
}
