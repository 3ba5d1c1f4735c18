/*
 * scan: diagnose logs.
 */
#include "cli/cli.h"
#include "report/report.h"
#include "rules/rules.h"
#include "triage/triage.h"

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

int
scan_report(struct triage *t, const struct options *o, struct output *p,
    struct sandbox read_in, bool incomplete)
{
	struct report r;

	triage_report(t, o->min_severity, &r);
	r.sandbox = read_in;
	if (o->evidence != NULL && r.nhosts > 1)
		complain("%s is left aside: it speaks of one computer, the "
		    "logs are of %zu", o->evidence, r.nhosts);
	incomplete = incomplete || !triage_complete(t);
	render(p, &r, o);
	if (!output_close(p))
		return STATUS_USAGE;
	if (incomplete)
		return STATUS_INCOMPLETE;
	if (o->fail_on_set && triage_found(t, o->fail_on))
		return STATUS_FOUND;
	return STATUS_DONE;
}

static int
scan(const struct options *o, struct triage *t, struct output *p)
{
	const struct pool_options how = jobs_options(o);
	struct pool_told told;
	enum pool_end end = triage_paths(t, o->args, o->nargs, &how,
	    output_fd(p), &told);
	int status;

	if (end == POOL_REFUSED)
		return jobs_refused(p);
	jobs_tell(o, &told);
	status = scan_report(t, o, p, jobs_sandbox(&told), false);
	return end == POOL_INTERRUPTED ? STATUS_INTERRUPTED : status;
}

struct parting {
	struct out	*to;
	uint64_t	 lines;
	bool		 lost;
};

static void
line_write(void *ctx, const struct part_line *l)
{
	struct parting *x = ctx;

	part_write(x->to, l);
	x->lines++;
	if (l->kind == PART_PROBLEM || l->failed.n > 0)
		x->lost = true;
}

/* Only the reading: what was seen is concluded elsewhere. */
static int
scan_part(const struct options *o, const struct triage *t,
    const struct ruleset *rs, struct output *p)
{
	const struct pool_options how = jobs_options(o);
	struct parting x = { &p->out, 0, false };
	const struct part_head head = { str_of(EVTRIAGE_VERSION),
	    rules_digest(rs), o->shards > 0 ? o->shard : 1,
	    o->shards > 0 ? o->shards : 1 };
	const struct lines_ops lines = { .line = line_write, .ctx = &x,
	    .own = output_fd(p),
	    .shard = head.shard, .shards = head.shards };
	struct pool_told told;
	enum pool_end end;

	part_begin(&p->out, &head);
	end = triage_lines(t, o->args, o->nargs, &how, &lines, &told);
	if (end == POOL_REFUSED)
		return jobs_refused(p);
	jobs_tell(o, &told);
	if (end == POOL_DONE)
		part_end(&p->out, x.lines, jobs_sandbox(&told));
	if (!output_close(p))
		return STATUS_USAGE;
	if (end == POOL_INTERRUPTED)
		return STATUS_INTERRUPTED;
	return x.lost ? STATUS_INCOMPLETE : STATUS_DONE;
}

int
cmd_scan(struct arena *a, const struct options *o)
{
	struct ruleset *rs = rules_find(a, o);
	struct triage *t;
	struct output p;
	int status = STATUS_USAGE;

	if (rs == NULL)
		return status;
	t = triage_new(a, rs);
	triage_opener(t, o->open);
	if (!output_open(&p, o))
		;
	else if (!evidence_give(a, o, t))
		output_drop(&p);
	else if (o->part)
		status = scan_part(o, t, rs, &p);
	else
		status = scan(o, t, &p);
	triage_free(t);
	return status;
}
