/*
 * From the tree of a rule file, already valid against rules/rule.rng, to
 * a struct rule.  The schema holds the shape; here stand the checks that
 * it cannot make: symbols, references to classes, numbers, one anchor.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "rules/parse.h"

void
rule_error_add(struct arena *a, struct rule_errors *errs, struct str path,
    unsigned line, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	struct rule_error *e;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	errs->v = arena_grow(a, errs->v, errs->n, &errs->cap, sizeof *errs->v);
	e = &errs->v[errs->n++];
	e->path = path;
	e->line = line;
	e->message = arena_str(a, str_of(buf));
}

void
parse_error(struct parser *p, const struct xml_node *n, const char *fmt, ...)
{
	char buf[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	p->failed = true;
	rule_error_add(p->a, p->errs, p->path, n->line, "%s", buf);
}

uint64_t
parse_number(struct parser *p, const struct xml_node *n, const char *attr,
    uint64_t dflt)
{
	struct str s = xml_attr(n, attr);
	uint64_t v = dflt;

	if (s.p != NULL && !str_u64(str_trim(s), &v))
		parse_error(p, n, "%s=\"%.*s\" is no number", attr, (int)s.n,
		    s.p);
	return v;
}

uint64_t
parse_span(struct parser *p, const struct xml_node *n, const char *attr)
{
	struct str s = xml_attr(n, attr);
	uint64_t span = 0;

	if (s.p != NULL && (!clock_parse_span(s, &span) || span == 0))
		parse_error(p, n, "%s=\"%.*s\": expected a time such as 90s, "
		    "10m, 12h, 30d", attr, (int)s.n, s.p);
	return span;
}

uint64_t
parse_count(struct parser *p, const struct xml_node *n, const char *attr,
    uint64_t dflt, uint64_t most)
{
	uint64_t v = parse_number(p, n, attr, dflt);

	if (v > most)
		parse_error(p, n, "%s=\"%" PRIu64 "\" is more than %" PRIu64,
		    attr, v, most);
	return v;
}

static enum side
side_parse(const struct xml_node *n, enum side dflt)
{
	struct str s = xml_attr(n, "side");

	if (s.p == NULL)
		return dflt;
	return str_is(s, "before") ? SIDE_BEFORE : SIDE_AFTER;
}

struct scope
parse_scope(struct parser *p, const struct xml_node *n, struct scope dflt)
{
	struct str s = xml_attr(n, "within");
	struct scope scope = { SCOPE_TIME, 0, side_parse(n, dflt.side) };

	if (s.p == NULL) {
		dflt.side = scope.side;
		return dflt;
	}
	if (str_is(s, "boot"))
		scope.kind = SCOPE_BOOT;
	else if (str_is(s, "anywhere"))
		scope.kind = SCOPE_ANYWHERE;
	else if (!clock_parse_span(s, &scope.span))
		parse_error(p, n, "within=\"%.*s\": expected boot, anywhere "
		    "or a time such as 90s, 10m, 12h, 30d", (int)s.n, s.p);
	return scope;
}

struct str
parse_text(struct arena *a, struct str s)
{
	char *buf = arena_raw(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n' || c == '\t' || c == '\r')
			c = ' ';
		if (c == ' ' && (n == 0 || buf[n - 1] == ' '))
			continue;
		buf[n++] = c;
	}
	while (n > 0 && buf[n - 1] == ' ')
		n--;
	buf[n] = '\0';
	return (struct str){ buf, n };
}

static struct str
child_text(struct parser *p, const struct xml_node *n, const char *name)
{
	const struct xml_node *c = xml_child(n, name);

	return c == NULL ? str_of("") : parse_text(p->a, c->text);
}

static size_t
children(const struct xml_node *n, const char *name)
{
	size_t count = 0;

	for (n = xml_child(n, name); n != NULL; n = xml_next(n, name))
		count++;
	return count;
}

static enum node_kind
node_kind_of(struct str name)
{
	if (str_is(name, "event"))
		return NODE_EVENT;
	if (str_is(name, "any"))
		return NODE_ANY;
	if (str_is(name, "sequence"))
		return NODE_SEQUENCE;
	if (str_is(name, "none"))
		return NODE_NONE;
	return NODE_ALL;
}

/* Depth is capped by the XML door (CAP_XML_DEPTH). */
static struct node *
node_parse(struct parser *p, const struct xml_node *n, struct scope scope,
    struct str join)
{
	struct node *node = arena_new(p->a, struct node);
	const struct node **tail = &node->child;
	struct str same = xml_attr(n, "same");

	node->kind = node_kind_of(n->name);
	if (node->kind == NODE_EVENT) {
		node->clause = parse_event(p, n, join, scope);
		node->scope = node->clause->scope;
		return node;
	}
	node->scope = scope = parse_scope(p, n, scope);
	if (same.p != NULL)
		join = parse_text(p->a, same);
	node->says = parse_text(p->a, xml_attr(n, "says"));
	p->nones += node->kind == NODE_NONE;
	for (const struct xml_node *c = n->child; c != NULL; c = c->next) {
		struct node *kid;

		if (node->kind == NODE_SEQUENCE && !str_is(c->name, "event"))
			parse_error(p, c, "a sequence holds events only");
		kid = node_parse(p, c, scope, join);
		*tail = kid;
		tail = &kid->next;
	}
	p->nones -= node->kind == NODE_NONE;
	return node;
}

/* "3790", "2195-3790" */
static void
range_parse(struct parser *p, const struct xml_node *n, const char *attr,
    int *lo, int *hi)
{
	struct str s = xml_attr(n, attr);
	size_t dash = str_find(s, "-", 0);
	uint64_t a, b;

	*lo = *hi = OS_UNKNOWN;
	if (s.p == NULL)
		return;
	if (!str_u64(str_sub(s, 0, dash == SIZE_MAX ? s.n : dash), &a))
		a = UINT64_MAX;
	b = a;
	if (dash != SIZE_MAX && !str_u64(str_sub(s, dash + 1, s.n), &b))
		b = UINT64_MAX;
	if (a > b || b > OS_MOST) {
		parse_error(p, n, "%s=\"%.*s\" is no number or range", attr,
		    (int)s.n, s.p);
		return;
	}
	*lo = (int)a;
	*hi = (int)b;
}

static void
version_parse(struct parser *p, const struct xml_node *n, struct str s,
    struct os *os)
{
	size_t dot = str_find(s, ".", 0), dot2;
	uint64_t major, minor, build;

	if (s.p == NULL)
		return;
	dot2 = dot == SIZE_MAX ? SIZE_MAX : str_find(s, ".", dot + 1);
	if (dot == SIZE_MAX || !str_u64(str_sub(s, 0, dot), &major) ||
	    !str_u64(str_sub(s, dot + 1, (dot2 == SIZE_MAX ? s.n : dot2) -
	    dot - 1), &minor) || major > 99 || minor > 99) {
		parse_error(p, n, "\"%.*s\" is no version such as 5.2",
		    (int)s.n, s.p);
		return;
	}
	os->major = (int)major;
	os->minor = (int)minor;
	if (dot2 != SIZE_MAX && str_u64(str_sub(s, dot2 + 1, s.n), &build) &&
	    build < OS_MOST)
		os->build = (int)build;
}

static const struct gate *
gates_parse(struct parser *p, const struct xml_node *applies)
{
	const struct gate *first = NULL, **tail = &first;

	for (const struct xml_node *n = xml_child(applies, "os"); n != NULL;
	    n = xml_next(n, "os")) {
		struct gate *g = arena_new(p->a, struct gate);
		struct os os = os_none();
		struct str server = xml_attr(n, "server");

		version_parse(p, n, xml_attr(n, "version"), &os);
		g->major = os.major;
		g->minor = os.minor;
		range_parse(p, n, "build", &g->build_lo, &g->build_hi);
		range_parse(p, n, "sp", &g->sp_lo, &g->sp_hi);
		g->server = server.p == NULL ? OS_UNKNOWN :
		    str_is(server, "yes");
		g->bits = (int)parse_number(p, n, "bits", 0);
		g->role = arena_str(p->a, xml_attr(n, "role"));
		g->says = parse_text(p->a, xml_attr(n, "says"));
		g->weight = (g->major != OS_UNKNOWN) +
		    (g->build_lo != OS_UNKNOWN) + (g->sp_lo != OS_UNKNOWN) +
		    (g->server != OS_UNKNOWN) + (g->bits != 0) +
		    (g->role.n > 0);
		*tail = g;
		tail = &g->next;
	}
	return first;
}

static const struct support *
supports_parse(struct parser *p, const struct xml_node *root)
{
	const struct support *first = NULL, **tail = &first;
	const struct scope anywhere = { SCOPE_ANYWHERE, 0, SIDE_BOTH };

	for (const struct xml_node *n = xml_child(root, "support"); n != NULL;
	    n = xml_next(n, "support")) {
		struct support *s = arena_new(p->a, struct support);

		s->scope = parse_scope(p, n, anywhere);
		s->says = parse_text(p->a, xml_attr(n, "says"));
		s->weight = (int)parse_count(p, n, "weight", 1,
		    WEIGHT_MOST);
		s->missing = str_is(xml_attr(n, "missing"), "unmet") ?
		    RESULT_UNMET : RESULT_UNKNOWN;
		s->computers = parse_count(p, n, "computers", 0, COUNT_MOST);
		if (s->computers == 0)
			s->clause = parse_event(p, xml_child(n, "event"),
			    str_of(""), s->scope);
		else if (s->scope.kind != SCOPE_TIME)
			parse_error(p, n, "computers=\"\" needs a time, "
			    "such as within=\"2m\"");
		*tail = s;
		tail = &s->next;
	}
	return first;
}

/* What a file given with --evidence may tell. */
static void
exhibit_parse(struct parser *p, const struct xml_node *n, struct check *c)
{
	struct str file = xml_attr(n, "file"), leads = xml_attr(n, "leads");
	struct str pool = leads.p != NULL ? leads : xml_attr(n, "grows");

	if (file.p != NULL) {
		c->kind = CHECK_FILE;
		c->subject = arena_str(p->a, file);
		c->older = arena_str(p->a, xml_attr(n, "older"));
	} else if (pool.p != NULL) {
		c->kind = leads.p != NULL ? CHECK_LEADS : CHECK_GROWS;
		c->subject = arena_str(p->a, xml_attr(n, "pooltag"));
		c->paged = str_is(pool, "paged");
	}
}

static const struct check *
checks_parse(struct parser *p, const struct xml_node *root)
{
	const struct check *first = NULL, **tail = &first;

	for (const struct xml_node *n = xml_child(root, "check"); n != NULL;
	    n = xml_next(n, "check")) {
		struct check *c = arena_new(p->a, struct check);

		c->text = parse_text(p->a, n->text);
		c->weight = (int)parse_count(p, n, "weight", 2,
		    WEIGHT_MOST);
		exhibit_parse(p, n, c);
		*tail = c;
		tail = &c->next;
	}
	return first;
}

static const struct benign *
benign_parse(struct parser *p, const struct xml_node *root)
{
	const struct benign *first = NULL, **tail = &first;
	const struct scope anywhere = { SCOPE_ANYWHERE, 0, SIDE_BOTH };

	for (const struct xml_node *n = xml_child(root, "benign"); n != NULL;
	    n = xml_next(n, "benign")) {
		struct benign *b = arena_new(p->a, struct benign);

		b->says = parse_text(p->a, xml_attr(n, "says"));
		b->when = node_parse(p, n, anywhere, str_of(""));
		*tail = b;
		tail = &b->next;
	}
	return first;
}

static const struct escalate *
escalate_parse(struct parser *p, const struct xml_node *root)
{
	const struct escalate *first = NULL, **tail = &first;

	for (const struct xml_node *n = xml_child(root, "escalate"); n != NULL;
	    n = xml_next(n, "escalate")) {
		struct escalate *e = arena_new(p->a, struct escalate);

		if (!severity_parse(xml_attr(n, "severity"), &e->severity))
			parse_error(p, n, "unknown severity");
		e->min = parse_count(p, n, "min", 1, COUNT_MOST);
		e->per = parse_span(p, n, "per");
		*tail = e;
		tail = &e->next;
	}
	return first;
}

static const struct explains *
explains_parse(struct parser *p, const struct xml_node *root)
{
	const struct explains *first = NULL, **tail = &first;
	const struct scope boot = { SCOPE_BOOT, 0, SIDE_BOTH };

	for (const struct xml_node *n = xml_child(root, "explains"); n != NULL;
	    n = xml_next(n, "explains")) {
		struct explains *e = arena_new(p->a, struct explains);

		e->problem = arena_str(p->a, xml_attr(n, "problem"));
		e->scope = parse_scope(p, n, boot);
		*tail = e;
		tail = &e->next;
	}
	return first;
}

static void
remedy_parse(struct parser *p, const struct xml_node *root,
    struct rule_info *i)
{
	const struct xml_node *r = xml_child(root, "remedy");
	struct step *v;

	if (r == NULL)
		return;
	v = arena_array(p->a, struct step, children(r, "step") + 1);
	for (const struct xml_node *n = xml_child(r, "step"); n != NULL;
	    n = xml_next(n, "step")) {
		v[i->nremedy].text = parse_text(p->a, n->text);
		v[i->nremedy].command = child_text(p, n, "command");
		if (!risk_parse(xml_attr(n, "risk"), &v[i->nremedy].risk))
			v[i->nremedy].risk = RISK_NONE;
		i->nremedy++;
	}
	i->remedy = v;
}

static void
refs_parse(struct parser *p, const struct xml_node *root,
    struct rule_info *i)
{
	struct reference *v = arena_array(p->a, struct reference,
	    children(root, "reference") + 1);

	for (const struct xml_node *n = xml_child(root, "reference");
	    n != NULL; n = xml_next(n, "reference")) {
		v[i->nrefs].kb = arena_str(p->a, xml_attr(n, "kb"));
		v[i->nrefs].title = parse_text(p->a, xml_attr(n, "title"));
		v[i->nrefs++].url = arena_str(p->a, xml_attr(n, "url"));
	}
	i->refs = v;
}

static void
examples_parse(struct parser *p, const struct xml_node *root, struct rule *r)
{
	struct rule_example *v = arena_array(p->a, struct rule_example,
	    children(root, "example") + 1);
	size_t n = 0;
	int sp, unused;

	for (const struct xml_node *x = xml_child(root, "example"); x != NULL;
	    x = xml_next(x, "example")) {
		struct rule_example e = { .line = x->line };

		e.note = parse_text(p->a, xml_attr(x, "note"));
		e.match = confidence_parse(xml_attr(x, "expect"),
		    &e.confidence);
		e.harmless = str_is(xml_attr(x, "expect"), "harmless");
		e.match = e.match || e.harmless;
		e.os = os_none();
		version_parse(p, x, xml_attr(x, "os"), &e.os);
		range_parse(p, x, "sp", &sp, &unused);
		e.os.sp = sp;
		e.events = xml_child(x, "Event");
		v[n++] = e;
	}
	r->examples = v;
	r->info.nexamples = n;
}

static void
heading_parse(struct parser *p, const struct xml_node *root, struct rule *r)
{
	struct rule_info *i = &r->info;

	i->id = arena_str(p->a, xml_attr(root, "id"));
	i->title = child_text(p, root, "title");
	i->problem = arena_str(p->a, xml_attr(root, "problem"));
	i->diagnosis = child_text(p, root, "diagnosis");
	i->cause = child_text(p, root, "cause");
	i->symptom = str_is(xml_attr(root, "kind"), "symptom");
	r->capped = confidence_parse(xml_attr(root, "at-most"), &r->at_most);
	r->per_boot = xml_child(root, "count") != NULL;
	if (!severity_parse(xml_attr(root, "severity"), &i->severity))
		parse_error(p, root, "unknown severity");
	if (!verdict_parse(xml_attr(root, "verdict"), &i->verdict))
		parse_error(p, root, "unknown verdict");
}

static void
when_parse(struct parser *p, const struct xml_node *root, struct rule *r)
{
	const struct xml_node *when = xml_child(root, "when");
	const struct xml_node *group = xml_child(root, "group");
	const struct scope anywhere = { SCOPE_ANYWHERE, 0, SIDE_BOTH };

	if (group != NULL)
		p->group = parse_text(p->a, xml_attr(group, "by"));
	r->when = node_parse(p, when, anywhere, str_of(""));
	r->anchor = p->anchor;
	if (p->anchor == NULL)
		parse_error(p, when, "a rule needs at least one event");
}

struct rule *
rule_parse(struct arena *a, struct ruleset *rs, const struct xml_node *root,
    struct str path, struct rule_errors *errs)
{
	struct rule *r = arena_new(a, struct rule);
	struct parser p = { .a = a, .rs = rs, .path = path, .errs = errs,
	    .rule = r };
	const struct xml_node *applies = xml_child(root, "applies");
	size_t clauses = rs->nclauses;

	r->first_clause = rs->nclauses;
	heading_parse(&p, root, r);
	when_parse(&p, root, r);
	if (applies != NULL) {
		r->gates = gates_parse(&p, applies);
		r->keep = str_is(xml_attr(applies, "else"), "possible");
	}
	r->benign = benign_parse(&p, root);
	r->escalate = escalate_parse(&p, root);
	r->explains = explains_parse(&p, root);
	r->supports = supports_parse(&p, root);
	r->checks = checks_parse(&p, root);
	remedy_parse(&p, root, &r->info);
	refs_parse(&p, root, &r->info);
	if (!rs->env->lean)
		examples_parse(&p, root, r);
	if (p.failed) {
		rs->nclauses = clauses;
		return NULL;
	}
	return r;
}

bool
classes_parse(struct arena *a, struct ruleset *rs,
    const struct xml_node *root, struct str path, struct rule_errors *errs)
{
	struct parser p = { .a = a, .rs = rs, .path = path, .errs = errs };

	for (const struct xml_node *n = xml_child(root, "class"); n != NULL;
	    n = xml_next(n, "class"))
		parse_class(&p, n);
	return !p.failed;
}
