/*
 * rules: list, show, check and test rules, a skeleton for a new one.
 */
#include <stdio.h>
#include <string.h>
#include "base/gate.h"
#include "cli/cli.h"
#include "report/report.h"
#include "rules/rules.h"
#include "triage/triage.h"

enum { ID_WIDTH = 22 };	/* of a list */

/* Does the text stand in s? */
static bool
holds(struct arena *a, struct str s, const char *text)
{
	struct str glob = arena_fmt(a, "*%s*", text);

	return str_glob(s, glob);
}

static bool
any_holds(struct arena *a, const struct str *v, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (holds(a, v[i], text))
			return true;
	return false;
}

/* A rule without gates is for every release. */
static bool
listed(struct arena *a, const struct options *o, const struct rule_info *r)
{
	if (o->os != NULL && r->nsystems > 0 &&
	    !any_holds(a, r->systems, r->nsystems, o->os))
		return false;
	return o->family == NULL || holds(a, r->id, o->family) ||
	    holds(a, r->problem, o->family) ||
	    any_holds(a, r->conditions, r->nconditions, o->family);
}

static int
list(struct arena *a, const struct ruleset *rs, const struct options *o)
{
	for (size_t i = 0; i < rules_count(rs); i++) {
		struct rule_info r = rule_info(rules_get(rs, i));

		if (!listed(a, o, &r))
			continue;
		text_piece("", r.id);
		printf("%*s %-8s ", r.id.n < ID_WIDTH ?
		    ID_WIDTH - (int)r.id.n : 0, "",
		    severity_name(r.severity));
		text_line("", r.title);
	}
	return STATUS_DONE;
}

static void
paragraph(const char *head, struct str s)
{
	struct out o = out_file(stdout);

	if (s.n == 0)
		return;
	printf("%s\n  ", head);
	report_wrap(&o, s, 2, 80);
	printf("\n");
}

static void
steps(const struct rule_info *r)
{
	struct out o = out_file(stdout);

	printf("do this\n");
	for (size_t i = 0; i < r->nremedy; i++) {
		printf("  %zu. ", i + 1);
		report_wrap(&o, r->remedy[i].text, 5, 80);
		if (r->remedy[i].risk != RISK_NONE)
			printf("     [risk: %s]\n",
			    risk_name(r->remedy[i].risk));
		if (r->remedy[i].command.n > 0)
			text_line("       ", r->remedy[i].command);
	}
}

static void
references(const struct rule_info *r)
{
	for (size_t i = 0; i < r->nrefs; i++) {
		const struct reference *f = &r->refs[i];

		if (f->kb.n > 0)
			text_piece("see KB", f->kb);
		text_line(f->kb.n > 0 ? ", " : "see ", f->title);
		if (f->url.n > 0)
			text_line("    ", f->url);
	}
}

static int
show(const struct ruleset *rs, const char *id)
{
	const struct rule *rule = rules_by_id(rs, str_of(id));
	struct rule_info r;

	if (rule == NULL) {
		complain("there is no rule \"%s\"", id);
		return STATUS_USAGE;
	}
	r = rule_info(rule);
	text_piece("", r.id);
	printf("  %s  %s\n", severity_name(r.severity),
	    verdict_name(r.verdict));
	text_line("", r.title);
	text_line("in ", r.path);
	printf("\nfires on\n");
	for (size_t i = 0; i < r.nconditions; i++)
		text_line("  ", r.conditions[i]);
	printf("\n");
	paragraph("diagnosis", r.diagnosis);
	paragraph("cause", r.cause);
	steps(&r);
	references(&r);
	return STATUS_DONE;
}

static bool
as_expected(const struct rule_example *x, const struct example_result *r)
{
	if (r->error.n > 0 || r->raised != x->match)
		return false;
	if (r->harmless || x->harmless)
		return r->harmless == x->harmless;
	return !x->match || r->confidence == x->confidence;
}

static void
example_complain(const struct rule_info *info, const struct rule_example *x,
    const struct example_result *r)
{
	const char *got = !r->raised ? "nothing" : r->harmless ? "harmless" :
	    confidence_name(r->confidence);

	if (r->error.n > 0)
		complain("%.*s:%u: %.*s", (int)info->path.n, info->path.p,
		    x->line, (int)r->error.n, r->error.p);
	else
		complain("%.*s:%u: example \"%.*s\" gave %s, %s was expected",
		    (int)info->path.n, info->path.p, x->line, (int)x->note.n,
		    x->note.p, got, !x->match ? "nothing" : x->harmless ?
		    "harmless" : confidence_name(x->confidence));
}

static size_t
rule_test(const struct ruleset *rs, const struct rule *rule, size_t *run)
{
	struct rule_info info = rule_info(rule);
	size_t failed = 0;

	for (size_t i = 0; i < info.nexamples; i++) {
		struct rule_example x = rule_example(rule, i);
		struct arena a = { 0 };
		struct example_result r = triage_example(&a, rs, rule, &x);

		++*run;
		if (!as_expected(&x, &r)) {
			failed++;
			example_complain(&info, &x, &r);
		}
		arena_free(&a);
	}
	return failed;
}

static int
test(const struct ruleset *rs, const struct options *o)
{
	size_t run = 0, failed = 0;

	for (size_t i = 0; i < rules_count(rs); i++)
		failed += rule_test(rs, rules_get(rs, i), &run);
	if (!o->quiet || failed > 0)
		printf("rules: %zu, examples: %zu, failed: %zu\n",
		    rules_count(rs), run, failed);
	return failed > 0 ? STATUS_USAGE : STATUS_DONE;
}

/* Events that no example has: a misspelt name would look like that. */
static size_t
sense_examples(const struct ruleset *rs, const struct rule *rule)
{
	struct rule_info info = rule_info(rule);
	struct arena a = { 0 };
	uint32_t seen = 0;
	size_t notes = 0;

	for (size_t i = 0; i < info.nexamples; i++) {
		struct rule_example x = rule_example(rule, i);

		seen |= triage_example(&a, rs, rule, &x).fitted;
		arena_reset(&a);
	}
	for (unsigned i = 0; i < 32; i++) {
		struct str says = rule_clause(&a, rs, rule, i);

		if (says.n == 0)
			break;
		if ((seen >> i & 1) != 0)
			continue;
		notes++;
		complain("%.*s: note: no example has \"%.*s\"; is every name "
		    "right?", (int)info.path.n, info.path.p, (int)says.n,
		    says.p);
	}
	arena_free(&a);
	return notes;
}

/* Rules that ask for the same words. */
static size_t
sense_overlap(const struct rule_info *a, const struct rule_info *b)
{
	bool rivals = str_eq(a->problem, b->problem);
	bool all = a->nconditions == b->nconditions;

	if (a->symptom || b->symptom || a->nconditions == 0 ||
	    b->nconditions == 0 ||
	    !str_eq(a->conditions[0], b->conditions[0]))
		return 0;
	for (size_t i = 0; all && i < a->nconditions; i++)
		all = str_eq(a->conditions[i], b->conditions[i]);
	if (!all)
		return 0;
	complain("%.*s: note: %.*s asks for the same event%s",
	    (int)a->path.n, a->path.p, (int)b->id.n, b->id.p, rivals ?
	    ", and nothing tells the two apart: give each a <check>" :
	    " under another problem: the two are not ranked as rivals");
	return 1;
}

/* What the grammar allows and is hardly meant. */
static size_t
sense(const struct ruleset *rs)
{
	size_t notes = 0, n = rules_count(rs);

	for (size_t i = 0; i < n; i++) {
		struct rule_info a = rule_info(rules_get(rs, i));

		notes += sense_examples(rs, rules_get(rs, i));
		for (size_t j = i + 1; j < n; j++) {
			struct rule_info b = rule_info(rules_get(rs, j));

			notes += sense_overlap(&a, &b);
		}
	}
	return notes;
}

static int
folder_test(struct arena *a, const struct options *o,
    const struct rules_from *from, bool examples)
{
	struct rule_errors errs = { NULL, 0, 0 };
	struct ruleset *rs = rules_load(a, from, &triage_rules_env, &errs);
	int status = errs.n > 0 ? STATUS_USAGE : STATUS_DONE, tested;
	size_t notes;

	rules_mistakes(&errs);
	if (rules_count(rs) == 0 && errs.n == 0) {
		complain("%s: no rules in this folder", from->dir);
		return STATUS_USAGE;
	}
	if (examples) {
		tested = test(rs, o);
		return tested != STATUS_DONE ? tested : status;
	}
	notes = sense(rs);
	if (!o->quiet)
		printf("good rules: %zu, mistakes: %zu, notes: %zu\n",
		    rules_count(rs), errs.n, notes);
	return status;
}

/* What the build puts beside the program (rules/rules.h). */
static int
image(struct arena *a, const struct rules_from *from)
{
	struct rule_errors errs = { NULL, 0, 0 };
	struct out o = out_file(stdout);
	bool good = rules_image(a, from, &triage_rules_env_lean, &errs, &o);

	rules_mistakes(&errs);
	return good ? STATUS_DONE : STATUS_USAGE;
}

/* check, test and image take a folder of their own as argument. */
static int
folder_do(struct arena *a, const struct options *o, const char *what)
{
	const struct rules_from from = rules_from(a, o,
	    o->nargs > 1 ? o->args[1] : NULL);

	if (from.dir == NULL) {
		complain("the rules were not found: say where with --rules");
		return STATUS_USAGE;
	}
	return strcmp(what, "image") == 0 ? image(a, &from) :
	    folder_test(a, o, &from, strcmp(what, "test") == 0);
}

/* What rules/README.md tells step by step, ready to be filled in. */
static int
skeleton(const char *id)
{
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789.-");

	if (id[n] != '\0' || n == 0) {
		complain("\"%s\" is no id: letters, digits, dots, dashes", id);
		return STATUS_USAGE;
	}
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<!-- %s.xml -->\n"
	    "<rule id=\"%s\" problem=\"WHAT-IS-WRONG\" severity=\"high\" "
	    "verdict=\"fault\">\n"
	    "  <title>What is wrong, in one line</title>\n"
	    "  <applies>\n"
	    "    <os version=\"5.2\" says=\"Windows Server 2003\"/>\n"
	    "  </applies>\n"
	    "  <when>\n"
	    "    <event provider=\"PROVIDER\" id=\"1\">\n"
	    "      <fact name=\"string.1\" like=\"*\"/>\n"
	    "    </event>\n"
	    "  </when>\n"
	    "  <check>What no log can tell</check>\n", id, id);
	printf("  <diagnosis>What was seen: first {first}, {count} times."
	    "</diagnosis>\n"
	    "  <cause>Why it happens.</cause>\n"
	    "  <remedy>\n"
	    "    <step>What to do first.</step>\n"
	    "  </remedy>\n"
	    "  <example expect=\"possible\" os=\"5.2.3790\" sp=\"0\" "
	    "note=\"As it is logged\">\n"
	    "    <Event>\n"
	    "      <System><Provider Name=\"PROVIDER\"/><EventID>1</EventID>"
	    "\n        <Channel>System</Channel><Computer>SRV</Computer>"
	    "</System>\n"
	    "      <EventData><Data>TEXT</Data></EventData>\n"
	    "    </Event>\n"
	    "  </example>\n"
	    "  <example expect=\"none\" note=\"Near miss: nothing logged\"/>"
	    "\n</rule>\n");
	return STATUS_DONE;
}

static bool
is_action(const char *word)
{
	static const char *const actions[] = { "list", "show", "explain",
	    "new", "check", "test", "image" };

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (strcmp(word, actions[i]) == 0)
			return true;
	complain("rules has no command \"%s\": list, show ID, explain ID "
	    "PATH..., new ID, check, test, image", word);
	return false;
}

int
cmd_rules(struct arena *a, const struct options *o)
{
	const char *what = o->args[0];
	struct ruleset *rs;

	if (!is_action(what) || !options_fit(o, what))
		return STATUS_USAGE;
	if (what[0] == 'c' || what[0] == 't' || what[0] == 'i')
		return folder_do(a, o, what);
	if (what[0] != 'l' && o->nargs < 2) {
		complain("rules %s needs the id of a rule", what);
		return STATUS_USAGE;
	}
	if (what[0] == 'n')
		return skeleton(o->args[1]);
	if (what[0] == 'e' && o->nargs < 3) {
		complain("rules explain needs logs behind the id");
		return STATUS_USAGE;
	}
	if (what[0] == 'e')
		return rules_explain_run(a, o);
	rs = rules_find(a, o);
	if (rs == NULL)
		return STATUS_USAGE;
	return what[0] == 'l' ? list(a, rs, o) : show(rs, o->args[1]);
}
