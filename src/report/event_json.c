/*
 * One decoded event as a line of JSON (include/report/event.schema.json).
 * Every key is always there.  Whole numbers of events stay numbers of 64
 * bits; reals are text, as Windows renders them, since not all of them
 * (infinities) are numbers to JSON.
 */
#include "report/json_parts.h"
#include "report/report.h"

/* What stands between the name of a field and its value. */
#define TYPE(name)	STR(", \"type\": \"" name "\", \"value\": ")
static const struct str types[] = {
	[VALUE_NULL] = TYPE("null"), [VALUE_TEXT] = TYPE("text"),
	[VALUE_INT] = TYPE("int"), [VALUE_UINT] = TYPE("uint"),
	[VALUE_HEX] = TYPE("hex"), [VALUE_REAL] = TYPE("real"),
	[VALUE_BOOL] = TYPE("bool"), [VALUE_BINARY] = TYPE("binary"),
	[VALUE_GUID] = TYPE("guid"), [VALUE_TIME] = TYPE("time"),
	[VALUE_SID] = TYPE("sid"),
};

static inline char *
put_type(struct out *o, char *p, enum value_type t)
{
	p = out_fit(o, p, types[t].n);
	memcpy(p, types[t].p, types[t].n);
	return p + types[t].n;
}

static char *
put_value(struct out *o, char *p, const struct field *f)
{
	switch (f->type) {
	case VALUE_NULL:
		return out_put(o, p, "null");
	case VALUE_INT:
		return json_put_i64(o, p, (int64_t)f->number);
	case VALUE_UINT:
		return json_put_u64(o, p, f->number);
	case VALUE_BOOL:
		return out_put(o, p, f->number != 0 ? "true" : "false");
	case VALUE_BINARY:
		return json_put_bytes(o, p, f->bytes);
	case VALUE_TEXT:
	case VALUE_HEX:
	case VALUE_REAL:
	case VALUE_GUID:
	case VALUE_TIME:
	case VALUE_SID:
		break;
	}
	return json_put_str(o, p, f->text);
}

/* null when the text is empty. */
static inline char *
put_maybe(struct out *o, char *p, struct str s)
{
	return s.n > 0 ? json_put_str(o, p, s) : out_put(o, p, "null");
}

static char *
put_fields(struct out *o, char *p, const struct event *e,
    enum field_part part)
{
	bool some = false;

	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		if (f->part != part)
			continue;
		p = out_put(o, p, some ? ", {\"name\": " : "[{\"name\": ");
		some = true;
		p = put_maybe(o, p, f->name);
		p = put_type(o, p, f->type);
		p = put_value(o, p, f);
		p = out_put(o, p, "}");
	}
	return out_put(o, p, some ? "]" : "[]");
}

/* Which parts have fields, a bit each. */
static unsigned
parts_of(const struct event *e)
{
	unsigned parts = 0;

	for (size_t i = 0; i < e->nfields; i++)
		parts |= 1u << e->fields[i].part;
	return parts;
}

static char *
put_payload(struct out *o, char *p, const struct event *e)
{
	unsigned parts = parts_of(e);

	p = out_put(o, p, ", \"data\": ");
	p = put_fields(o, p, e, PART_DATA);
	if ((parts & ~(1u << PART_DATA)) == 0)
		return out_put(o, p, ", \"user_data\": [], \"rendering\": [], "
		    "\"other\": []");
	p = out_put(o, p, ", \"user_data\": ");
	p = put_fields(o, p, e, PART_USER);
	p = out_put(o, p, ", \"rendering\": ");
	p = put_fields(o, p, e, PART_RENDERING);
	p = out_put(o, p, ", \"other\": ");
	return put_fields(o, p, e, PART_OTHER);
}

static inline char *
put_number(struct out *o, char *p, int64_t v)
{
	if (v == EVENT_ABSENT)
		return out_put(o, p, "null");
	if (v < 0 || v > 9)
		return json_put_i64(o, p, v);
	/* Versions, levels and opcodes are. */
	p = out_fit(o, p, 1);
	*p = (char)('0' + v);
	return p + 1;
}

static char *
put_binary(struct out *o, char *p, const struct event *e)
{
	if (!e->has_binary)
		return out_put(o, p, ", \"binary\": null, \"words\": []");
	p = out_put(o, p, ", \"binary\": ");
	p = json_put_bytes(o, p, e->binary);
	p = out_put(o, p, ", \"words\": [");
	for (size_t at = 0; at < e->binary.n; at += 4) {
		uint32_t word = 0;

		if (e->binary.n - at >= 4)
			word = le32(e->binary.p + at);
		else
			(void)span_words(span_from(e->binary, at), &word, 1);
		if (at > 0)
			p = out_put(o, p, ", ");
		p = json_put_word(o, p, word);
	}
	return out_put(o, p, "]");
}

static char *
put_flags(struct out *o, char *p, unsigned set)
{
	bool some = false;

	p = out_put(o, p, ", \"flags\": [");
	for (unsigned flag = 1; flag <= set; flag <<= 1) {
		const char *name = json_flag_name(set & flag);

		if (name == NULL)
			continue;
		if (some)
			p = out_put(o, p, ", ");
		some = true;
		p = json_put_str(o, p, str_of(name));
	}
	return out_put(o, p, "]");
}

static char *
put_system(struct out *o, char *p, const struct event *e)
{
	p = out_put(o, p, ", \"record_id\": ");
	p = json_put_u64(o, p, e->record_id);
	p = out_put(o, p, ", \"time\": ");
	p = json_put_time(o, p, e->time);
	p = out_put(o, p, ", \"provider\": ");
	p = json_put_str(o, p, e->provider);
	p = out_put(o, p, ", \"source\": ");
	p = put_maybe(o, p, e->source);
	p = out_put(o, p, ", \"guid\": ");
	p = put_maybe(o, p, e->guid);
	p = out_put(o, p, ", \"event_id\": ");
	p = json_put_u64(o, p, e->id);
	p = out_put(o, p, ", \"qualifiers\": ");
	p = put_number(o, p, e->qualifiers);
	p = out_put(o, p, ", \"version\": ");
	p = put_number(o, p, e->version);
	p = out_put(o, p, ", \"level\": ");
	p = put_number(o, p, e->level);
	p = out_put(o, p, ", \"task\": ");
	p = put_number(o, p, e->task);
	p = out_put(o, p, ", \"opcode\": ");
	p = put_number(o, p, e->opcode);
	p = out_put(o, p, ", \"keywords\": ");
	p = e->has_keywords ? json_put_hex(o, p, e->keywords) :
	    out_put(o, p, "null");
	p = out_put(o, p, ", \"channel\": ");
	p = put_maybe(o, p, e->channel);
	p = out_put(o, p, ", \"computer\": ");
	p = json_put_str(o, p, e->computer);
	p = out_put(o, p, ", \"user\": ");
	p = put_maybe(o, p, e->user);
	p = out_put(o, p, ", \"process\": ");
	p = put_number(o, p, e->process);
	p = out_put(o, p, ", \"thread\": ");
	p = put_number(o, p, e->thread);
	p = out_put(o, p, ", \"activity\": ");
	p = put_maybe(o, p, e->activity);
	p = out_put(o, p, ", \"related_activity\": ");
	return put_maybe(o, p, e->related_activity);
}

/* Program text as JSON's text, or null. */
static inline char *
put_program_text(struct out *o, char *p, const char *text)
{
	return text == NULL ? out_put(o, p, "null") :
	    json_put_str(o, p, str_of(text));
}

static char *
put_fact(struct out *o, char *p, const struct fact *f)
{
	p = json_put_str(o, p, str_of(f->name));
	p = out_put(o, p, ": {\"value\": ");
	switch (f->type) {
	case FACT_CODE:
		p = json_put_hex(o, p, f->number);
		break;
	case FACT_NUMBER:
		p = json_put_u64(o, p, f->number);
		break;
	case FACT_TEXT:
		p = json_put_str(o, p, f->text);
		break;
	case FACT_TIME:
		p = json_put_time(o, p, f->number);
		break;
	}
	p = out_put(o, p, ", \"symbol\": ");
	p = put_program_text(o, p, f->symbol);
	p = out_put(o, p, ", \"meaning\": ");
	p = put_program_text(o, p, f->meaning);
	return out_put(o, p, "}");
}

static char *
put_facts(struct out *o, char *p, const struct event *e,
    const struct facts *facts)
{
	bool some = false;

	p = out_put(o, p, ", \"facts\": {");
	if (facts == NULL)
		return out_put(o, p, "}, \"unexplained\": null");
	for (size_t i = 0; i < facts->n; i++) {
		if (!json_fact_first(facts->v, i))
			continue;
		if (some)
			p = out_put(o, p, ", ");
		some = true;
		p = put_fact(o, p, &facts->v[i]);
	}
	p = out_put(o, p, "}, \"unexplained\": ");
	return json_put_u64(o, p, facts_unexplained(facts, e->binary));
}

static void
line_write(struct out *o, const struct event *e, const struct facts *facts,
    struct str input)
{
	char *p = out_place(o);

	p = out_put(o, p, "{\"schema\": \"evtriage.event/1\", \"input\": ");
	p = json_put_str(o, p, input);
	p = out_put(o, p, ", \"offset\": ");
	p = json_put_u64(o, p, e->at.offset);
	p = put_system(o, p, e);
	p = put_payload(o, p, e);
	p = put_binary(o, p, e);
	p = put_facts(o, p, e, facts);
	p = out_put(o, p, ", \"message\": ");
	p = put_maybe(o, p, e->message);
	p = out_put(o, p, ", \"state\": ");
	p = json_put_str(o, p, str_of(json_state_name(e->at.state)));
	p = put_flags(o, p, e->flags);
	p = out_put(o, p, ", \"error\": ");
	p = put_program_text(o, p, e->error);
	p = out_put(o, p, "}\n");
	out_wrote(o, p);
}

void
report_event_jsonl(struct out *o, const struct event *e,
    const struct facts *facts, struct str input)
{
	struct out line;

	if (o->f == NULL) {
		line_write(o, e, facts, input);
		return;
	}
	line = out_memory();
	line_write(&line, e, facts, input);
	out_bytes(o, line.mem, line.n);
	out_free(&line);
}
