/*
 * rules explain ID PATH...: why a rule fires on these logs, or does not.
 * And the file of --evidence.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "base/gate.h"
#include "base/source.h"
#include "cli/cli.h"
#include "rules/rules.h"
#include "triage/triage.h"

enum { EVIDENCE_MOST = 4 << 20 };

bool
evidence_give(struct arena *a, const struct options *o, struct triage *t)
{
	const struct exhibits *x;
	struct source s;
	struct span bytes;
	int fd;
	bool ok;

	if (o->evidence == NULL)
		return true;
	fd = open(o->evidence, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1) {
		complain("%s: %s", o->evidence, strerror(errno));
		return false;
	}
	source_fd(&s, fd);
	ok = source_slurp(&s, a, EVIDENCE_MOST, &bytes);
	if (!ok)
		complain("%s: %s", o->evidence, s.error == ERANGE ?
		    "larger than 4 MiB" : strerror(s.error));
	source_close(&s);
	if (!ok)
		return false;
	x = exhibits_read(a, bytes);
	if (x == NULL) {
		complain("%s: neither pool use (poolmon, memsnap) nor file "
		    "versions in it", o->evidence);
		return false;
	}
	triage_exhibits(t, x, str_of(o->evidence));
	return true;
}

static int
explain(struct arena *a, const struct options *o, const struct ruleset *rs,
    const struct rule *rule)
{
	struct triage *t = triage_new(a, rs);
	const struct pool_options how = jobs_options(o);
	struct pool_told told;
	struct report r;
	enum pool_end end;
	bool complete;

	if (!evidence_give(a, o, t)) {
		triage_free(t);
		return STATUS_USAGE;
	}
	triage_explain(t);
	end = triage_paths(t, o->args + 2, o->nargs - 2, &how, 0, &told);
	if (end == POOL_REFUSED) {
		triage_free(t);
		return jobs_refused(NULL);
	}
	jobs_tell(o, &told);
	triage_report(t, SEV_INFO, &r);
	complete = triage_complete(t);
	for (size_t i = 0; i < r.nhosts; i++) {
		const struct str *lines;
		size_t n = triage_why(t, rule, i, &lines);

		text_line("", r.hosts[i].computer.n > 0 ?
		    r.hosts[i].computer : str_of("(computer not named)"));
		for (size_t j = 0; j < n; j++)
			text_line("  ", lines[j]);
	}
	for (size_t i = 0; i < r.nproblems; i++)
		complain("%.*s: %.*s", (int)r.problems[i].path.n,
		    r.problems[i].path.p, (int)r.problems[i].message.n,
		    r.problems[i].message.p);
	triage_free(t);
	if (end == POOL_INTERRUPTED)
		return STATUS_INTERRUPTED;
	return complete ? STATUS_DONE : STATUS_INCOMPLETE;
}

int
rules_explain_run(struct arena *a, const struct options *o)
{
	struct ruleset *rs = rules_find(a, o);
	const struct rule *rule;
	int status = STATUS_USAGE;

	if (rs == NULL)
		return status;
	rule = rules_by_id(rs, str_of(o->args[1]));
	if (rule == NULL)
		complain("there is no rule \"%s\"", o->args[1]);
	else
		status = explain(a, o, rs, rule);
	return status;
}
