/*
 * Conditions in words, for reports and for `rules show`.
 */
#include <inttypes.h>
#include <string.h>
#include "base/clock.h"
#include "rules/rule.h"

struct str
fact_label(struct arena *a, struct str name)
{
	size_t dot = str_find(name, ".", 0);
	struct str last = dot == SIZE_MAX ? name :
	    str_sub(name, dot + 1, name.n);
	char *s;

	if (str_starts(name, "string."))
		return arena_fmt(a, "string %%%.*s", (int)last.n, last.p);
	if (str_starts(name, "bugcheck.") && str_is(last, "code"))
		return str_of("code");
	s = arena_cstr(a, last);
	for (char *p = s; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return str_of(s);
}

static struct str
value_says(struct arena *a, const struct test *t, size_t i)
{
	uint64_t v = t->values[i];
	struct str name = t->names[i];
	uint64_t n;

	if (str_u64(name, &n))
		return arena_fmt(a, "%.*s", (int)name.n, name.p);
	return arena_fmt(a, "%08" PRIx64 " %.*s", v, (int)name.n, name.p);
}

static const char *
kind_words(enum value_kind kind)
{
	switch (kind) {
	case KIND_KERNEL:
		return "a kernel address";
	case KIND_USER:
		return "a user address";
	case KIND_NULL:
		return "an address near 0";
	case KIND_IPV4_NONE:
		return "0.0.0.0";
	case KIND_IPV4_PRIVATE:
		return "a private address";
	case KIND_IPV4_LOOPBACK:
		return "the loopback address";
	case KIND_IPV4_PUBLIC:
		break;
	}
	return "a public address";
}

struct str
test_says(struct arena *a, const struct test *t)
{
	struct str label = fact_label(a, t->fact);
	struct str s = { "", 0 };
	const char *no = t->negate ? "not " : "";

	switch (t->kind) {
	case TEST_PRESENT:
		return arena_fmt(a, "%.*s %s", (int)label.n, label.p,
		    t->negate ? "absent" : "present");
	case TEST_RANGE:
		if (t->hi == UINT64_MAX)
			return arena_fmt(a, "%.*s %sat least %" PRIu64,
			    (int)label.n, label.p, no, t->lo);
		return arena_fmt(a, "%.*s %s%" PRIu64 " to %" PRIu64,
		    (int)label.n, label.p, no, t->lo, t->hi);
	case TEST_REGEX:
		return arena_fmt(a, "%.*s %smatching %.*s", (int)label.n,
		    label.p, no, (int)t->names[0].n, t->names[0].p);
	case TEST_EQUALS:
		s = fact_label(a, t->other);
		return arena_fmt(a, "%.*s %sequal to %.*s", (int)label.n,
		    label.p, no, (int)s.n, s.p);
	case TEST_KIND:
		return arena_fmt(a, "%.*s %s%s", (int)label.n, label.p, no,
		    kind_words(t->value_kind));
	case TEST_EQUAL:
	case TEST_LIKE:
		break;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct str v = t->kind == TEST_LIKE ? t->names[i] :
		    value_says(a, t, i);

		s = arena_fmt(a, "%.*s%s%.*s", (int)s.n, s.p,
		    i == 0 ? "" : " or ", (int)v.n, v.p);
	}
	if (t->shift > 0)
		return arena_fmt(a, "%.*s (high half) %s%.*s", (int)label.n,
		    label.p, no, (int)s.n, s.p);
	if (t->masked)
		return arena_fmt(a, "%.*s (bits %" PRIx64 ") %s%.*s",
		    (int)label.n, label.p, t->mask, no, (int)s.n, s.p);
	return arena_fmt(a, "%.*s %s%.*s", (int)label.n, label.p, no,
	    (int)s.n, s.p);
}

struct str
selectors_say(struct arena *a, const struct selector *s)
{
	struct str out = { "", 0 };
	const char *sep = "";

	for (; s != NULL; s = s->next, sep = " or ") {
		struct str p = s->provider;

		if (s->any_id)
			out = arena_fmt(a, "%.*s%s%.*s", (int)out.n, out.p,
			    sep, (int)p.n, p.p);
		else if (s->lo == s->hi)
			out = arena_fmt(a, "%.*s%s%.*s %u", (int)out.n, out.p,
			    sep, (int)p.n, p.p, s->lo);
		else
			out = arena_fmt(a, "%.*s%s%.*s %u-%u", (int)out.n,
			    out.p, sep, (int)p.n, p.p, s->lo, s->hi);
	}
	return out;
}

struct str
span_says(struct arena *a, uint64_t span)
{
	static const struct { uint64_t unit; const char *one, *many; } u[] = {
		{ CLOCK_DAY, "day", "days" },
		{ CLOCK_HOUR, "hour", "hours" },
		{ CLOCK_MINUTE, "minute", "minutes" },
		{ CLOCK_SECOND, "second", "seconds" },
	};

	for (size_t i = 0; i < sizeof u / sizeof *u; i++)
		if (span >= u[i].unit && span % u[i].unit == 0)
			return arena_fmt(a, "%" PRIu64 " %s",
			    span / u[i].unit, span == u[i].unit ? u[i].one :
			    u[i].many);
	return arena_fmt(a, "%" PRIu64 " seconds", span / CLOCK_SECOND);
}

/* "..., at least 3 different lba within 10 minutes" */
static struct str
often_says(struct arena *a, const struct clause *c, struct str s)
{
	struct str span;

	if (c->distinct.n > 0) {
		struct str label = str_is(c->distinct, "boot") ?
		    str_of("boot sessions") : fact_label(a, c->distinct);

		s = arena_fmt(a, "%.*s, at least %" PRIu64 " different %.*s",
		    (int)s.n, s.p, c->min, (int)label.n, label.p);
	} else if (c->min > 1 && c->every == 0) {
		s = arena_fmt(a, "%.*s, at least %" PRIu64 " times", (int)s.n,
		    s.p, c->min);
	}
	if (c->every > 0) {
		span = span_says(a, c->every);
		return arena_fmt(a, "%.*s, about every %.*s", (int)s.n, s.p,
		    (int)span.n, span.p);
	}
	if (c->min < 2 || c->per == 0)
		return s;
	span = span_says(a, c->per);
	return arena_fmt(a, "%.*s within %.*s", (int)s.n, s.p, (int)span.n,
	    span.p);
}

static struct str
place_says(struct arena *a, const struct clause *c, struct str s)
{
	const struct { uint64_t span; const char *words; } v[] = {
		{ c->early, "in the first %.*s of a session" },
		{ c->late, "in the last %.*s of a session" },
		{ c->up, "after %.*s of running" },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct str span = span_says(a, v[i].span), words;

		if (v[i].span == 0)
			continue;
		words = arena_fmt(a, v[i].words, (int)span.n, span.p);
		s = arena_fmt(a, "%.*s, %.*s", (int)s.n, s.p, (int)words.n,
		    words.p);
	}
	return s;
}

struct str
clause_says(struct arena *a, const struct clause *c)
{
	struct str s = c->says;
	const char *sep = ": ";

	if (s.n == 0)
		s = selectors_say(a, c->selectors);
	for (const struct test *t = c->tests; t != NULL; t = t->next) {
		struct str one = test_says(a, t);

		if (t->kind == TEST_PRESENT)
			continue;
		s = arena_fmt(a, "%.*s%s%.*s", (int)s.n, s.p, sep,
		    (int)one.n, one.p);
		sep = ", ";
	}
	return place_says(a, c, often_says(a, c, s));
}

static void
says_node(struct arena *a, const struct node *n, struct str *v, size_t *k,
    size_t max)
{
	if (*k == max)
		return;
	if (n->kind == NODE_EVENT)
		v[(*k)++] = clause_says(a, n->clause);
	else if (n->kind == NODE_NONE)
		v[(*k)++] = n->says;
	for (const struct node *c = n->kind == NODE_NONE ? NULL : n->child;
	    c != NULL; c = c->next)
		says_node(a, c, v, k, max);
}

void
conditions_say(const struct rule *r)
{
	struct arena *a = r->words->a;
	struct str v[4 * CAP_RULE_CLAUSES], *kept;
	size_t n = 0, max = sizeof v / sizeof *v;

	says_node(a, r->when, v, &n, max);
	for (const struct gate *g = r->gates; g != NULL && n < max;
	    g = g->next)
		v[n++] = g == r->gates ? g->says : arena_fmt(a, "or %.*s",
		    (int)g->says.n, g->says.p);
	for (const struct benign *b = r->benign; b != NULL && n < max;
	    b = b->next)
		v[n++] = arena_fmt(a, "harmless: %.*s", (int)b->says.n,
		    b->says.p);
	for (const struct support *s = r->supports; s != NULL && n < max;
	    s = s->next)
		v[n++] = arena_fmt(a, "%.*s (if it was logged)",
		    (int)s->says.n, s->says.p);
	for (const struct check *c = r->checks; c != NULL && n < max;
	    c = c->next)
		v[n++] = arena_fmt(a, "%.*s (%s)", (int)c->text.n, c->text.p,
		    c->kind == CHECK_READER ? "a log cannot tell" :
		    "a log cannot tell: see --evidence");
	kept = arena_array(a, struct str, n + 1);
	memcpy(kept, v, n * sizeof *v);
	r->words->conditions = kept;
	r->words->n = n;
	r->words->said = true;
}
