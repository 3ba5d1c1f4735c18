/*
 * What was decoded by hand, as one document
 * (include/report/decode.schema.json).
 */
#include <string.h>
#include "report/json_parts.h"
#include "report/report.h"

static const char *
kind_name(enum reading_kind k)
{
	switch (k) {
	case READING_CODE:
		return "code";
	case READING_SEARCH:
		return "search";
	case READING_DATA:
		return "data";
	case READING_EVENT:
		return "event";
	}
	return "code";
}

static void
texts(struct json *j, const char *key, const char *const *v)
{
	json_key(j, key);
	json_array(j);
	for (; *v != NULL; v++)
		json_lit(j, *v);
	json_end(j);
}

static void
advice(struct json *j, const struct advice *x)
{
	json_key(j, "advice");
	if (x == NULL) {
		json_null(j);
		return;
	}
	json_object(j);
	texts(j, "causes", x->causes);
	texts(j, "steps", x->steps);
	json_end(j);
}

/* Parameters count from 1, as everywhere they are written down. */
static void
parts(struct json *j, const char *key, const struct bugcheck_part *v,
    size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_key_u64(j, "parameter", (uint64_t)v[i].i + 1);
		json_key(j, "from");
		json_hex(j, v[i].from);
		json_key(j, "to");
		json_hex(j, v[i].to);
		json_key_lit(j, "meaning", v[i].text);
		json_end(j);
	}
	json_end(j);
}

static void
rows(struct json *j, const struct reading *r)
{
	json_key(j, "codes");
	json_array(j);
	for (size_t i = 0; i < r->nrows; i++) {
		json_object(j);
		json_key_lit(j, "family", r->rows[i].family);
		json_key(j, "value");
		json_hex(j, r->rows[i].value);
		json_key_lit(j, "symbol", r->rows[i].symbol);
		json_key_lit(j, "meaning", r->rows[i].meaning);
		json_key_maybe(j, "note", r->rows[i].note);
		parts(j, "parameters", r->rows[i].sheet.parameters,
		    r->rows[i].sheet.nparameters);
		parts(j, "values", r->rows[i].sheet.values,
		    r->rows[i].sheet.nvalues);
		advice(j, r->rows[i].sheet.advice);
		json_end(j);
	}
	json_end(j);
	json_key_u64(j, "more", r->more);
}

/* Facts with the bytes that say so; two of one name are two. */
static void
facts(struct json *j, const struct reading *r)
{
	json_key(j, "fields");
	json_array(j);
	for (size_t i = 0; r->facts != NULL && i < r->facts->n; i++) {
		const struct fact *f = &r->facts->v[i];

		json_object(j);
		json_key(j, "offset");
		if (f->length > 0)
			json_u64(j, r->base + f->offset);
		else
			json_null(j);
		json_key_u64(j, "length", f->length);
		json_key_lit(j, "label", f->label);
		json_key(j, "fact");
		json_facts(j, f, 1);
		json_key_maybe(j, "note", f->note);
		advice(j, f->advice);
		json_end(j);
	}
	json_end(j);
}

static void
event(struct json *j, const struct reading *r)
{
	json_key_maybe(j, "provider", r->event != NULL ?
	    r->event->provider : str_of(NULL));
	json_key(j, "event_id");
	if (r->event != NULL && r->event->id != 0)
		json_u64(j, r->event->id);
	else
		json_null(j);
	json_key_lit(j, "layout", r->layout);
	json_key(j, "bytes");
	if (r->event != NULL && r->event->has_binary)
		json_bytes(j, r->event->binary);
	else
		json_null(j);
	json_key_u64(j, "base", r->base);
}

static void
reading(struct json *j, const struct reading *r)
{
	json_object(j);
	json_key_lit(j, "kind", kind_name(r->kind));
	json_key_maybe(j, "given", r->given);
	json_key(j, "value");
	if (r->kind == READING_CODE)
		json_hex(j, r->value);
	else
		json_null(j);
	rows(j, r);
	event(j, r);
	facts(j, r);
	json_end(j);
}

static void
articles(struct json *j, const struct decoding *d)
{
	json_key(j, "articles");
	json_array(j);
	for (size_t i = 0; i < d->narticles; i++) {
		const struct article *x = &d->articles[i];

		json_object(j);
		json_key_text(j, "rule", x->rule);
		json_key_text(j, "title", x->title);
		json_key_text(j, "provider", x->provider);
		json_key_u64(j, "event_id", x->event_id);
		json_key(j, "conditions");
		json_array(j);
		for (size_t k = 0; k < x->nconditions; k++)
			json_str(j, x->conditions[k]);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void
findings(struct json *j, const struct report *r)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;

	json_key(j, "findings");
	json_array(j);
	while (r != NULL && (f = finding_next(r, &at)) != NULL) {
		json_object(j);
		json_finding(j, f);
		json_end(j);
	}
	json_end(j);
}

void
report_decoding_json(struct out *o, const struct decoding *d)
{
	struct json j = json_begin(o, false);

	json_object(&j);
	json_key_lit(&j, "schema", "evtriage.decode/1");
	json_key_lit(&j, "version", EVTRIAGE_VERSION);
	json_key(&j, "remarks");
	json_array(&j);
	for (size_t i = 0; i < d->nremarks; i++)
		json_str(&j, d->remarks[i]);
	json_end(&j);
	json_key(&j, "readings");
	json_array(&j);
	for (size_t i = 0; i < d->nreadings; i++)
		reading(&j, &d->readings[i]);
	json_end(&j);
	articles(&j, d);
	findings(&j, d->report);
	json_end(&j);
	json_finish(&j);
}
