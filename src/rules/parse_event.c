/*
 * Parsing of event clauses: which events (a class, or provider and ids)
 * and the conditions on their values.
 */
#include <string.h>
#include "rules/parse.h"

enum { LIST_MAX = 64 };

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/* Splits at sep (or at blanks and commas when that is 0); returns the
 * count, at most LIST_MAX. */
static size_t
split(struct parser *p, const struct xml_node *x, struct str s, char sep,
    struct str *out)
{
	size_t n = 0, i = 0;

	while (i < s.n) {
		size_t j = i;

		while (j < s.n && (sep != 0 ? s.p[j] != sep : !blank(s.p[j])))
			j++;
		if (j > i && n == LIST_MAX) {
			parse_error(p, x, "a list of more than %d", LIST_MAX);
			return n;
		}
		if (j > i)
			out[n++] = str_trim(str_sub(s, i, j - i));
		i = j + 1;
	}
	return n;
}

/* A number or a symbol of the code book.  Below zero it is taken as a
 * signed 32-bit word (-510: fffffe02). */
static uint64_t
value_parse(struct parser *p, const struct xml_node *n, struct str s)
{
	uint64_t v;
	uint32_t code;

	if (str_u64(s, &v))
		return v;
	if (str_starts(s, "-") && str_u64(str_sub(s, 1, s.n), &v) &&
	    v > 0 && v <= UINT64_C(0x80000000))
		return UINT64_C(0x100000000) - v;
	if (p->rs->env->symbol(s, &code))
		return code;
	parse_error(p, n, "\"%.*s\" is neither a number nor a known symbol",
	    (int)s.n, s.p);
	return 0;
}

static void
values_parse(struct parser *p, const struct xml_node *n, struct str list,
    struct test *t)
{
	struct str part[LIST_MAX], *names;
	uint64_t *values;

	t->n = split(p, n, list, 0, part);
	values = arena_array(p->a, uint64_t, t->n + 1);
	names = arena_array(p->a, struct str, t->n + 1);
	for (size_t i = 0; i < t->n; i++) {
		values[i] = value_parse(p, n, part[i]);
		names[i] = arena_str(p->a, part[i]);
	}
	if (t->n == 0)
		parse_error(p, n, "an empty list of values can never match");
	t->values = values;
	t->names = names;
}

static void
globs_parse(struct parser *p, const struct xml_node *n, struct str list,
    struct test *t)
{
	struct str part[LIST_MAX], *names;

	t->n = split(p, n, list, '|', part);
	names = arena_array(p->a, struct str, t->n + 1);
	for (size_t i = 0; i < t->n; i++)
		names[i] = arena_str(p->a, part[i]);
	if (t->n == 0)
		parse_error(p, n, "an empty pattern can never match");
	t->names = names;
}

/* One name as a list. */
static const struct str *
name_list(struct parser *p, struct str s)
{
	struct str *v = arena_new(p->a, struct str);

	*v = s;
	return v;
}

/* The pattern, found to be one; empty when there is none. */
static struct str
regex_parse(struct parser *p, const struct xml_node *n)
{
	struct str pattern = xml_attr(n, "regex");
	const char *why;

	if (pattern.p != NULL && regex_compile(p->a, pattern, &why) == NULL)
		parse_error(p, n, "regex=\"%.*s\": %s", (int)pattern.n,
		    pattern.p, why);
	return pattern.p == NULL ? str_of("") : arena_str(p->a, pattern);
}

static void
mask_parse(struct parser *p, const struct xml_node *n, struct test *t)
{
	struct str mask = xml_attr(n, "mask"), half = xml_attr(n, "half");

	t->masked = mask.p != NULL || half.p != NULL;
	if (mask.p != NULL)
		t->mask = value_parse(p, n, mask);
	else if (half.p != NULL)
		t->mask = str_is(half, "low") ? 0xFFFF : 0xFFFF0000;
	t->shift = str_is(half, "high") ? 16 : 0;
	for (size_t i = 0; half.p != NULL && i < t->n && t->values != NULL; i++)
		if ((t->values[i] & ~(t->mask >> t->shift)) != 0)
			parse_error(p, n, "%.*s has more than 16 bits: "
			    "this can never hold", (int)t->names[i].n,
			    t->names[i].p);
}

static enum value_kind
kind_parse(struct str s)
{
	static const char *const names[] = {
		[KIND_KERNEL] = "kernel-address",
		[KIND_USER] = "user-address",
		[KIND_NULL] = "near-null",
		[KIND_IPV4_NONE] = "ipv4-none",
		[KIND_IPV4_PRIVATE] = "ipv4-private",
		[KIND_IPV4_LOOPBACK] = "ipv4-loopback",
		[KIND_IPV4_PUBLIC] = "ipv4-public",
	};
	size_t i = 0;

	while (i < KIND_IPV4_PUBLIC && !str_is(s, names[i]))
		i++;
	return (enum value_kind)i;
}

static struct test *
test_parse(struct parser *p, const struct xml_node *n)
{
	struct test *t = arena_new(p->a, struct test);
	struct str is = xml_attr(n, "is"), of = xml_attr(n, "one-of");
	struct str like = xml_attr(n, "like"), there = xml_attr(n, "present");

	t->fact = arena_str(p->a, xml_attr(n, "name"));
	t->negate = str_is(xml_attr(n, "not"), "yes");
	if (xml_attr(n, "regex").p != NULL) {
		t->kind = TEST_REGEX;
		t->names = name_list(p, regex_parse(p, n));
		t->n = 1;
	} else if (xml_attr(n, "equals").p != NULL) {
		t->kind = TEST_EQUALS;
		t->other = arena_str(p->a, xml_attr(n, "equals"));
	} else if (xml_attr(n, "kind").p != NULL) {
		t->kind = TEST_KIND;
		t->value_kind = kind_parse(xml_attr(n, "kind"));
	} else if (is.p != NULL || of.p != NULL) {
		t->kind = TEST_EQUAL;
		values_parse(p, n, is.p != NULL ? is : of, t);
	} else if (like.p != NULL) {
		t->kind = TEST_LIKE;
		globs_parse(p, n, like, t);
	} else if (there.p != NULL) {
		t->kind = TEST_PRESENT;
		t->negate = str_is(there, "no");
	} else {
		t->kind = TEST_RANGE;
		t->lo = parse_number(p, n, "min", 0);
		t->hi = parse_number(p, n, "max", UINT64_MAX);
		if (t->lo > t->hi)
			parse_error(p, n, "min is greater than max");
	}
	mask_parse(p, n, t);
	return t;
}

/* The <fact> children, in order, behind the tests of the class. */
static const struct test *
tests_parse(struct parser *p, const struct xml_node *n,
    const struct test *inherited)
{
	const struct test *first = NULL;
	struct test *last = NULL;

	for (; inherited != NULL; inherited = inherited->next) {
		struct test *t = arena_new(p->a, struct test);

		*t = *inherited;
		t->next = NULL;
		if (last == NULL)
			first = t;
		else
			last->next = t;
		last = t;
	}
	for (const struct xml_node *c = xml_child(n, "fact"); c != NULL;
	    c = xml_next(c, "fact")) {
		struct test *t = test_parse(p, c);

		if (last == NULL)
			first = t;
		else
			last->next = t;
		last = t;
	}
	return first;
}

static const struct selector *
selector_add(struct parser *p, const struct selector *next, struct str who,
    struct selector ids)
{
	struct selector *s = arena_new(p->a, struct selector);

	*s = ids;
	s->provider = arena_str(p->a, who);
	s->glob = str_find(who, "*", 0) != SIZE_MAX;
	s->next = next;
	return s;
}

static bool
ids_parse(struct str s, struct selector *out)
{
	size_t dash = str_find(s, "-", 0);
	uint64_t lo, hi;

	memset(out, 0, sizeof *out);
	if (str_is(s, "*")) {
		out->any_id = true;
		return true;
	}
	if (!str_u64(str_sub(s, 0, dash == SIZE_MAX ? s.n : dash), &lo))
		return false;
	hi = lo;
	if (dash != SIZE_MAX && !str_u64(str_sub(s, dash + 1, s.n), &hi))
		return false;
	if (lo > hi || hi > UINT16_MAX)
		return false;
	out->lo = (uint16_t)lo;
	out->hi = (uint16_t)hi;
	return true;
}

/* provider="A|B" id="1,5-7" of n, put before the selectors given. */
static const struct selector *
selectors_parse(struct parser *p, const struct xml_node *n,
    const struct selector *s)
{
	struct str who[LIST_MAX], ids[LIST_MAX];
	size_t nwho = split(p, n, xml_attr(n, "provider"), '|', who);
	size_t nids = split(p, n, xml_attr(n, "id"), 0, ids);
	struct selector one;

	if (nwho == 0 || nids == 0)
		parse_error(p, n, "an event needs a class, or a provider and "
		    "an id (id=\"*\" for any)");
	for (size_t i = nwho; i-- > 0;)
		for (size_t j = nids; j-- > 0;) {
			if (ids_parse(ids[j], &one))
				s = selector_add(p, s, who[i], one);
			else
				parse_error(p, n, "\"%.*s\" is no event id or "
				    "range of ids", (int)ids[j].n, ids[j].p);
		}
	return s;
}

static const struct class *
class_find(const struct ruleset *rs, struct str id)
{
	const struct class *c = rs->classes;

	while (c != NULL && !str_eq(c->id, id))
		c = c->next;
	return c;
}

void
parse_class(struct parser *p, const struct xml_node *n)
{
	struct class *c = arena_new(p->a, struct class);

	c->id = arena_str(p->a, xml_attr(n, "id"));
	c->says = parse_text(p->a, xml_attr(n, "says"));
	c->previous = str_is(xml_attr(n, "about"), "previous-boot");
	for (const struct xml_node *e = xml_child(n, "event"); e != NULL;
	    e = xml_next(e, "event"))
		c->selectors = selectors_parse(p, e, c->selectors);
	c->tests = tests_parse(p, n, NULL);
	if (class_find(p->rs, c->id) != NULL)
		parse_error(p, n, "class \"%.*s\" is defined twice",
		    (int)c->id.n, c->id.p);
	c->next = p->rs->classes;
	p->rs->classes = c;
}

static void
clause_class(struct parser *p, const struct xml_node *n, struct clause *c,
    const struct test **tests)
{
	struct str id = xml_attr(n, "class");
	const struct class *class;

	if (id.p == NULL) {
		c->selectors = selectors_parse(p, n, NULL);
		c->previous = str_is(xml_attr(n, "about"), "previous-boot");
		return;
	}
	class = class_find(p->rs, id);
	if (class == NULL) {
		parse_error(p, n, "there is no event class \"%.*s\"",
		    (int)id.n, id.p);
		return;
	}
	c->selectors = class->selectors;
	c->says = class->says;
	c->previous = class->previous;
	*tests = class->tests;
}

static void
clause_shows(struct parser *p, const struct xml_node *n, struct clause *c)
{
	size_t cap = 0;

	for (const struct part *x = c->parts; x != NULL; x = x->next) {
		c->shows = arena_grow(p->a, c->shows, c->nshows, &cap,
		    sizeof *c->shows);
		c->shows[c->nshows++] = arena_cstr(p->a, x->name);
	}
	for (const struct xml_node *s = xml_child(n, "show"); s != NULL;
	    s = xml_next(s, "show")) {
		c->shows = arena_grow(p->a, c->shows, c->nshows, &cap,
		    sizeof *c->shows);
		c->shows[c->nshows++] = arena_cstr(p->a, xml_attr(s, "fact"));
	}
}

static const struct part *
parts_parse(struct parser *p, const struct xml_node *n)
{
	const struct part *first = NULL, **tail = &first;

	for (const struct xml_node *x = xml_child(n, "part"); x != NULL;
	    x = xml_next(x, "part")) {
		struct part *part = arena_new(p->a, struct part);

		part->name = arena_str(p->a, xml_attr(x, "name"));
		part->of = arena_str(p->a, xml_attr(x, "of"));
		part->pattern = regex_parse(p, x);
		if (str_starts(part->of, "part."))
			parse_error(p, x, "a part is made of the event's own "
			    "values, not of another part");
		*tail = part;
		tail = &part->next;
	}
	return first;
}

static void
clause_count(struct parser *p, const struct xml_node *n, struct clause *c)
{
	c->distinct = arena_str(p->a, xml_attr(n, "distinct"));
	c->every = parse_span(p, n, "every");
	c->per = parse_span(p, n, "per");
	c->min = parse_count(p, n, "min", c->distinct.n > 0 ? 2 :
	    c->every > 0 ? 4 : 1, COUNT_MOST);
	c->early = parse_span(p, n, "early");
	c->late = parse_span(p, n, "late");
	c->up = parse_span(p, n, "up");
	if (c->every > 0 && (c->distinct.n > 0 || c->per > 0 || c->min < 3))
		parse_error(p, n, "every=\"\" asks for at least 3 events, and "
		    "goes with neither distinct nor per");
	if (c->min == 0)
		parse_error(p, n, "min=\"0\" asks for nothing: leave it out, "
		    "or use <none>");
}

/* Two tests of one value that no value can pass. */
static void
tests_contradict(struct parser *p, const struct xml_node *n,
    const struct test *list)
{
	for (const struct test *t = list; t != NULL; t = t->next) {
		for (const struct test *u = t->next; u != NULL; u = u->next) {
			bool one = t->kind == TEST_EQUAL &&
			    u->kind == TEST_EQUAL && t->n == 1 && u->n == 1 &&
			    !t->negate && !u->negate && !t->masked &&
			    !u->masked;

			if (one && str_eq(t->fact, u->fact) &&
			    t->values[0] != u->values[0])
				parse_error(p, n, "%.*s cannot be both %.*s "
				    "and %.*s", (int)t->fact.n, t->fact.p,
				    (int)t->names[0].n, t->names[0].p,
				    (int)u->names[0].n, u->names[0].p);
		}
	}
}

static void
clause_add(struct parser *p, const struct xml_node *n, struct clause *c)
{
	struct ruleset *rs = p->rs;
	bool marked = str_is(xml_attr(n, "anchor"), "yes");

	c->number = (uint32_t)rs->nclauses;
	rs->clauses = arena_grow(p->a, rs->clauses, rs->nclauses,
	    &rs->clauses_cap, sizeof *rs->clauses);
	rs->clauses[rs->nclauses++] = c;
	if (p->anchor != NULL && !marked)
		return;
	if (p->anchor_marked)
		parse_error(p, n, "a rule has one anchor");
	p->anchor_marked = marked;
	p->anchor = c;
	c->group = p->group;
}

const struct clause *
parse_event(struct parser *p, const struct xml_node *n, struct str join,
    struct scope scope)
{
	struct clause *c = arena_new(p->a, struct clause);
	const struct test *inherited = NULL;

	if (p->nclauses++ == CAP_RULE_CLAUSES) {
		parse_error(p, n, "more than %d events in one rule",
		    CAP_RULE_CLAUSES);
		return c;
	}
	c->name = arena_str(p->a, xml_attr(n, "as"));
	c->rule = p->rule;
	c->join = join;
	c->absent = p->nones > 0;
	c->scope = parse_scope(p, n, scope);
	c->log = arena_str(p->a, xml_attr(n, "log"));
	clause_class(p, n, c, &inherited);
	if (xml_attr(n, "says").p != NULL)
		c->says = parse_text(p->a, xml_attr(n, "says"));
	c->parts = parts_parse(p, n);
	c->tests = tests_parse(p, n, inherited);
	tests_contradict(p, n, c->tests);
	clause_count(p, n, c);
	clause_shows(p, n, c);
	clause_add(p, n, c);
	return c;
}
