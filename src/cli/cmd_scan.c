/*
 * scan: diagnose logs.
 */
#include "cli/cli.h"
#include "report/report.h"
#include "rules/rules.h"
#include "triage/triage.h"

static bool
found_at_least(const struct report *r, enum severity s)
{
	for (size_t i = 0; i < r->nfindings; i++)
		if (r->findings[i].severity >= s)
			return true;
	return false;
}

static void
render(struct output *p, const struct report *r, const struct options *o)
{
	struct report_options how = { .columns = output_columns(p),
	    .verbose = o->verbose, .quiet = o->quiet };

	switch (o->format) {
	case FORMAT_TEXT:
		report_text(&p->out, r, &how);
		break;
	case FORMAT_JSON:
		report_json(&p->out, r, &how);
		break;
	case FORMAT_JSONL:
		report_jsonl(&p->out, r, &how);
		break;
	case FORMAT_CSV:
		report_csv(&p->out, r, &how);
		break;
	case FORMAT_HTML:
		report_html(&p->out, r, &how);
		break;
	case FORMAT_MD:
		report_md(&p->out, r, &how);
		break;
	case FORMAT_XML:
		break;
	}
}

static int
scan(struct arena *a, const struct options *o, const struct ruleset *rs,
    struct output *p)
{
	struct triage *t = triage_new(a, rs);
	struct report r;
	bool complete;

	if (!evidence_give(a, o, t)) {
		triage_free(t);
		output_drop(p);
		return STATUS_USAGE;
	}
	triage_opener(t, o->open);
	triage_paths(t, o->args, o->nargs);
	triage_report(t, o->min_severity, &r);
	if (o->evidence != NULL && r.nhosts > 1)
		complain("%s is left aside: it speaks of one computer, the "
		    "logs are of %zu", o->evidence, r.nhosts);
	complete = triage_complete(t);
	render(p, &r, o);
	triage_free(t);
	if (!output_close(p))
		return STATUS_USAGE;
	if (!complete)
		return STATUS_INCOMPLETE;
	if (o->fail_on_set && found_at_least(&r, o->fail_on))
		return STATUS_FOUND;
	return STATUS_DONE;
}

int
cmd_scan(struct arena *a, const struct options *o)
{
	struct ruleset *rs = rules_find(a, o);
	struct output p;
	int status = STATUS_USAGE;

	if (rs == NULL)
		return status;
	if (output_open(&p, o))
		status = scan(a, o, rs, &p);
	rules_free(rs);
	return status;
}
