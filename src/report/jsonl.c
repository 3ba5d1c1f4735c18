/*
 * A report as lines of JSON, one a finding and, when verbose, one an
 * input: for streams and for the results of many machines put together.
 * Each line names its schema and stands for itself.
 */
#include "report/json_parts.h"
#include "report/report.h"

static void
finding_line(struct out *o, const struct finding *f)
{
	struct json j = json_begin(o, true);

	json_object(&j);
	json_key_lit(&j, "schema", "evtriage.finding/1");
	json_finding(&j, f);
	json_end(&j);
	json_finish(&j);
}

static void
input_line(struct out *o, const struct input *in)
{
	struct json j = json_begin(o, true);

	json_object(&j);
	json_key_lit(&j, "schema", "evtriage.input/1");
	json_input(&j, in);
	json_end(&j);
	json_finish(&j);
}

void
report_jsonl(struct out *o, const struct report *r,
    const struct report_options *opt)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;

	while ((f = finding_next(r, &at)) != NULL)
		finding_line(o, f);
	if (opt == NULL || opt->verbose == 0)
		return;
	for (size_t i = 0; i < r->ninputs; i++)
		input_line(o, &r->inputs[i]);
}
