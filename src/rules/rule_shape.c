/*
 * What a rule is made of (rule_shape.h).  Beside each table stands what must
 * hold between its fields, and what is made of them: in a process that has
 * the rules as bytes, nothing of it is believed.
 */
#include "rules/parse.h"
#include "rules/rule_shape.h"

static const struct member scope_members[] = {
	UPTO(struct scope, kind, SCOPE_TIME),
	UPTO(struct scope, span, UINT64_MAX),
	UPTO(struct scope, side, SIDE_AFTER),
};
static const struct shape scope = SHAPE(struct scope, scope_members,
    NULL);

static const struct member test_members[] = {
	TEXT(struct test, fact),
	DERIVED(struct test, name),
	UPTO(struct test, kind, TEST_KIND),
	BOOL(struct test, negate),
	BOOL(struct test, masked),
	UPTO(struct test, mask, UINT64_MAX),
	UPTO(struct test, shift, 63),
	ARRAY(struct test, names, n, &shape_text),
	BESIDE(struct test, values, n, &shape_u64),
	DERIVED(struct test, pairs),
	UPTO(struct test, lo, UINT64_MAX),
	UPTO(struct test, hi, UINT64_MAX),
	DERIVED(struct test, regex),
	TEXT(struct test, other),
	UPTO(struct test, value_kind, KIND_IPV4_PUBLIC),
};
static bool
test_ready(struct arena *a, void *item)
{
	struct test *t = item;
	const char *why;

	t->name = datum_name(t->fact);
	if (t->kind == TEST_LIKE && t->n >= MANY_GLOBS) {
		struct pairs *pairs = arena_array(a, struct pairs, t->n);

		for (size_t i = 0; i < t->n; i++)
			pairs[i] = pairs_of(t->names[i], true);
		t->pairs = pairs;
	}
	if (t->kind == TEST_REGEX && t->n > 0)
		t->regex = regex_compile(a, t->names[0], &why);
	return t->kind == TEST_EQUAL ? t->n > 0 && t->values != NULL :
	    t->kind != TEST_REGEX || t->regex != NULL;
}

static const struct shape test = SHAPE_LIST(struct test, test_members,
    test_ready);

static const struct member part_members[] = {
	TEXT(struct part, name),
	TEXT(struct part, of),
	TEXT(struct part, pattern),
	DERIVED(struct part, regex),
};
static bool
part_ready(struct arena *a, void *item)
{
	struct part *p = item;
	const char *why;

	if (p->pattern.n > 0)
		p->regex = regex_compile(a, p->pattern, &why);
	return (p->pattern.n == 0) == (p->regex == NULL) &&
	    !str_starts(p->of, "part.");
}

static const struct shape part = SHAPE_LIST(struct part, part_members,
    part_ready);

static const struct member selector_members[] = {
	TEXT(struct selector, provider),
	BOOL(struct selector, glob),
	UPTO(struct selector, lo, UINT16_MAX),
	UPTO(struct selector, hi, UINT16_MAX),
	BOOL(struct selector, any_id),
};
static const struct shape selector = SHAPE_LIST(struct selector,
    selector_members, NULL);

static const struct member clause_members[] = {
	DERIVED(struct clause, number),
	TEXT(struct clause, name),
	LIST(struct clause, selectors, &selector),
	LIST(struct clause, tests, &test),
	TEXT(struct clause, says),
	DERIVED(struct clause, weight),
	BOOL(struct clause, previous),
	BOOL(struct clause, absent),
	LIST(struct clause, parts, &part),
	TEXT(struct clause, group),
	TEXT(struct clause, join),
	TEXT(struct clause, distinct),
	TEXT(struct clause, log),
	UPTO(struct clause, early, UINT64_MAX),
	UPTO(struct clause, late, UINT64_MAX),
	UPTO(struct clause, up, UINT64_MAX),
	NUMBER(struct clause, min, 1, COUNT_MOST),
	UPTO(struct clause, per, UINT64_MAX),
	UPTO(struct clause, every, UINT64_MAX),
	INSIDE(struct clause, scope, &scope),
	ARRAY(struct clause, shows, nshows, &shape_cstring),
	DERIVED(struct clause, rule),
};
static bool
clause_ready(struct arena *a, void *item)
{
	struct clause *c = item;

	(void)a;
	for (const struct test *t = c->tests; t != NULL; t = t->next)
		c->weight += test_weight(t);
	if (c->weight == 0)
		c->weight = 1;
	return true;
}

const struct shape shape_clause = SHAPE(struct clause, clause_members,
    clause_ready);

static const struct shape node;
static const struct member node_members[] = {
	UPTO(struct node, kind, NODE_NONE),
	INSIDE(struct node, scope, &scope),
	ONE_OF(struct node, clause),
	TEXT(struct node, says),
	LIST(struct node, child, &node),
};
/* An event alone has a clause, and has no children. */
static bool
node_ready(struct arena *a, void *item)
{
	const struct node *n = item, *c = n->child;

	(void)a;
	if (n->kind == NODE_EVENT || n->clause != NULL || c == NULL)
		return n->kind == NODE_EVENT && n->clause != NULL && c == NULL;
	while (c != NULL && (n->kind != NODE_SEQUENCE ||
	    c->kind == NODE_EVENT))
		c = c->next;
	return c == NULL;
}

static const struct shape node = SHAPE_LIST(struct node, node_members,
    node_ready);

static const struct member support_members[] = {
	ONE_OF(struct support, clause),
	INSIDE(struct support, scope, &scope),
	UPTO(struct support, computers, COUNT_MOST),
	UPTO(struct support, missing, RESULT_UNKNOWN),
	UPTO(struct support, weight, WEIGHT_MOST),
	TEXT(struct support, says),
};
static bool
support_ready(struct arena *a, void *item)
{
	const struct support *s = item;

	(void)a;
	return (s->clause == NULL) == (s->computers > 0);
}

static const struct shape support = SHAPE_LIST(struct support, support_members,
    support_ready);

static const struct member check_members[] = {
	TEXT(struct check, text),
	UPTO(struct check, weight, WEIGHT_MOST),
	UPTO(struct check, kind, CHECK_GROWS),
	TEXT(struct check, subject),
	TEXT(struct check, older),
	BOOL(struct check, paged),
};
static const struct shape check = SHAPE_LIST(struct check, check_members,
    NULL);

static const struct member gate_members[] = {
	NUMBER(struct gate, major, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, minor, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, build_lo, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, build_hi, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, sp_lo, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, sp_hi, OS_UNKNOWN, OS_MOST),
	NUMBER(struct gate, server, OS_UNKNOWN, 1),
	UPTO(struct gate, bits, 64),
	TEXT(struct gate, role),
	TEXT(struct gate, says),
	UPTO(struct gate, weight, WEIGHT_MOST),
};
static const struct shape gate = SHAPE_LIST(struct gate, gate_members,
    NULL);

static const struct member benign_members[] = {
	TEXT(struct benign, says),
	LIST(struct benign, when, &node),
};
static bool
benign_ready(struct arena *a, void *item)
{
	const struct benign *b = item;

	(void)a;
	return b->when != NULL && b->when->next == NULL;
}

static const struct shape benign = SHAPE_LIST(struct benign, benign_members,
    benign_ready);

static const struct member escalate_members[] = {
	UPTO(struct escalate, severity, SEV_CRITICAL),
	NUMBER(struct escalate, min, 1, COUNT_MOST),
	UPTO(struct escalate, per, UINT64_MAX),
};
static const struct shape escalate = SHAPE_LIST(struct escalate,
    escalate_members, NULL);

static const struct member explains_members[] = {
	TEXT(struct explains, problem),
	INSIDE(struct explains, scope, &scope),
};
static const struct shape explains = SHAPE_LIST(struct explains,
    explains_members, NULL);

static const struct member step_members[] = {
	TEXT(struct step, text),
	TEXT(struct step, command),
	UPTO(struct step, risk, RISK_DATA),
};
static const struct shape step = SHAPE(struct step, step_members,
    NULL);

static const struct member reference_members[] = {
	TEXT(struct reference, kb),
	TEXT(struct reference, title),
	TEXT(struct reference, url),
};
static const struct shape reference = SHAPE(struct reference, reference_members,
    NULL);

static const struct member attr_members[] = {
	TEXT(struct xml_attr, name),
	TEXT(struct xml_attr, value),
};
static const struct shape attr = SHAPE_LIST(struct xml_attr, attr_members,
    NULL);

static const struct shape element;
static const struct member element_members[] = {
	TEXT(struct xml_node, name),
	TEXT(struct xml_node, text),
	UPTO(struct xml_node, line, UINT32_MAX),
	LIST(struct xml_node, attrs, &attr),
	LIST(struct xml_node, child, &element),
};
static const struct shape element = SHAPE_LIST(struct xml_node, element_members,
    NULL);

static const struct member os_members[] = {
	NUMBER(struct os, major, OS_UNKNOWN, OS_MOST),
	NUMBER(struct os, minor, OS_UNKNOWN, OS_MOST),
	NUMBER(struct os, build, OS_UNKNOWN, OS_MOST),
	NUMBER(struct os, sp, OS_UNKNOWN, OS_MOST),
	NUMBER(struct os, server, OS_UNKNOWN, 1),
	UPTO(struct os, bits, 64),
	TEXT(struct os, product),
	DERIVED(struct os, source),
};
static const struct shape os = SHAPE(struct os, os_members,
    NULL);

static const struct member example_members[] = {
	TEXT(struct rule_example, note),
	UPTO(struct rule_example, line, UINT32_MAX),
	BOOL(struct rule_example, match),
	BOOL(struct rule_example, harmless),
	UPTO(struct rule_example, confidence, CONF_CONFIRMED),
	INSIDE(struct rule_example, os, &os),
	LIST(struct rule_example, events, &element),
};
static bool
example_ready(struct arena *a, void *item)
{
	struct rule_example *x = item;

	(void)a;
	if (x->os.major != OS_UNKNOWN)
		x->os.source = "the example";
	return true;
}

static const struct shape example = SHAPE(struct rule_example, example_members,
    example_ready);

static const struct member info_members[] = {
	TEXT(struct rule_info, id),
	TEXT(struct rule_info, title),
	TEXT(struct rule_info, problem),
	TEXT(struct rule_info, cause),
	TEXT(struct rule_info, diagnosis),
	TEXT(struct rule_info, path),
	UPTO(struct rule_info, severity, SEV_CRITICAL),
	UPTO(struct rule_info, verdict, VERDICT_SECURITY),
	BOOL(struct rule_info, symptom),
	DERIVED(struct rule_info, conditions),
	DERIVED(struct rule_info, nconditions),
	ARRAY(struct rule_info, remedy, nremedy, &step),
	ARRAY(struct rule_info, refs, nrefs, &reference),
	DERIVED(struct rule_info, nexamples),
	DERIVED(struct rule_info, systems),
	DERIVED(struct rule_info, nsystems),
};
static const struct shape info = SHAPE(struct rule_info, info_members,
    NULL);

/* Its clauses come first: nodes point to them. */
static const struct member rule_members[] = {
	INSIDE(struct rule, info, &info),
	DERIVED(struct rule, words),
	BOOL(struct rule, per_boot),
	BOOL(struct rule, keep),
	BOOL(struct rule, capped),
	UPTO(struct rule, at_most, CONF_CONFIRMED),
	LIST(struct rule, gates, &gate),
	DERIVED(struct rule, first_clause),
	LIST(struct rule, when, &node),
	ONE_OF(struct rule, anchor),
	LIST(struct rule, benign, &benign),
	LIST(struct rule, escalate, &escalate),
	LIST(struct rule, explains, &explains),
	LIST(struct rule, supports, &support),
	LIST(struct rule, checks, &check),
	ARRAY(struct rule, examples, info.nexamples, &example),
};
/* The releases in words, for `rules list`. */
static bool
rule_ready(struct arena *a, void *item)
{
	struct rule *r = item;
	struct str *v;
	size_t n = 0;

	for (const struct gate *g = r->gates; g != NULL; g = g->next)
		n++;
	r->info.systems = v = arena_array(a, struct str, n + 1);
	for (const struct gate *g = r->gates; g != NULL; g = g->next)
		v[r->info.nsystems++] = g->says;
	return r->anchor != NULL && r->when != NULL && r->when->next == NULL;
}

const struct shape shape_rule = SHAPE(struct rule, rule_members,
    rule_ready);

static const struct member error_members[] = {
	TEXT(struct rule_error, path),
	UPTO(struct rule_error, line, UINT32_MAX),
	TEXT(struct rule_error, message),
};
static const struct shape error = SHAPE(struct rule_error, error_members,
    NULL);

static const struct member errors_members[] = {
	ARRAY(struct rule_errors, v, n, &error),
	DERIVED(struct rule_errors, cap),
};
const struct shape shape_errors = SHAPE(struct rule_errors, errors_members,
    NULL);
