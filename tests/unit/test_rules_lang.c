/*
 * The rule language below its files: patterns, exhibits, and what folding
 * promises for many events and for logs in pieces.  The constructs one by
 * one stand in tests/rules, as rules with examples.
 */
#include "unit.h"
#include <time.h>
#include "base/clock.h"
#include "rules/regex.h"
#include "rules/rules.h"

static bool
finds(const char *pattern, const char *text, const char *part)
{
	struct arena a = { 0 };
	const char *why;
	const struct regex *r = regex_compile(&a, str_of(pattern), &why);
	struct str got = { "", 0 };
	bool found;

	assert_non_null(r);
	found = regex_find(r, str_of(text), &got);
	if (found && part != NULL)
		assert_true(str_is(got, part));
	arena_free(&a);
	return found;
}

static const char *
refused(const char *pattern)
{
	struct arena a = { 0 };
	const char *why = NULL;

	assert_null(regex_compile(&a, str_of(pattern), &why));
	arena_free(&a);
	return why;
}

static void
patterns_match_what_they_say(void **state)
{
	(void)state;
	assert_true(finds("lun (\\d+)", "path 0 LUN 17 target", "17"));
	assert_true(finds("a|bc|d", "xbcx", "bc"));
	assert_true(finds("^a{2,3}$", "aaa", NULL));
	assert_false(finds("^a{2,3}$", "aaaa", NULL));
	assert_true(finds("^(ab){2}c*$", "ABABCC", "AB"));
	assert_true(finds("^x?y{0,2}$", "yy", NULL));
	assert_false(finds("^x?y{0,2}$", "xx", NULL));
	assert_true(finds("^y{2,}$", "yyyyy", NULL));
	assert_true(finds("[^a-c]", "abcd", "d"));
	assert_true(finds("[]x]", "]", "]"));
	assert_true(finds("\\(\\.\\)", "(.)", NULL));
	assert_false(finds("\\w\\W\\s", "a_ ", NULL));
	assert_true(finds("(a|ab)(c|bcd)(d*)", "abcd", NULL));
	assert_true(finds("^a.c$", "axc", NULL));
	assert_true(finds("[\\d\\w]+", "!a1", "a1"));
	assert_true(finds("^[a-]+$", "a-a", NULL));
	assert_true(finds("[\\]]", "]", "]"));
	assert_true(finds("^\\D\\S$", "xy", NULL));
	assert_false(finds("^[^]]$", "]", NULL));
	assert_true(finds("^a{0,1}b{0,}$", "bb", NULL));
	assert_true(finds("^(a*){2}b$", "aab", NULL));
	assert_true(finds("^(a|b?c){2,3}$", "abcc", NULL));
	assert_true(finds("é", "caf\xC3\xA9", NULL));
	assert_true(finds("a(b)?c", "ac", NULL));
	/* Leftmost, then the earlier alternative, then the longer run. */
	assert_true(finds("b+|a+", "aabb", "aa"));
	assert_true(finds("()*|a", "a", NULL));
}

static void
patterns_with_mistakes_are_refused(void **state)
{
	(void)state;
	assert_non_null(strstr(refused("(a"), ")"));
	assert_non_null(strstr(refused("a)"), "("));
	assert_non_null(strstr(refused("[a"), "]"));
	assert_non_null(strstr(refused("*a"), "repetition"));
	assert_non_null(strstr(refused("a{3,2}"), "{m,n}"));
	assert_non_null(strstr(refused("a{256}"), "255"));
	assert_non_null(strstr(refused("[z-a]"), "backwards"));
	assert_non_null(strstr(refused("\\1"), "escaped"));
	assert_non_null(strstr(refused("a\\"), "nothing"));
	assert_non_null(strstr(refused("((((a{99}){99}){99}){99})"),
	    "too large"));
	assert_non_null(refused(""));
	assert_non_null(strstr(refused("+a"), "repetition"));
	assert_non_null(strstr(refused("?a"), "repetition"));
	assert_non_null(strstr(refused("{2}a"), "repetition"));
	assert_non_null(strstr(refused("a{"), "{m,n}"));
	assert_non_null(strstr(refused("a{2"), "{m,n}"));
	assert_non_null(strstr(refused("a{2,"), "{m,n}"));
	assert_non_null(strstr(refused("a{,3}"), "{m,n}"));
	assert_non_null(strstr(refused("a{2,x}"), "{m,n}"));
	assert_non_null(strstr(refused("a{0}"), "{m,n}"));
	assert_non_null(strstr(refused("a{0,0}"), "{m,n}"));
	assert_non_null(strstr(refused("a{2,999}"), "255"));
	assert_non_null(strstr(refused("[\\"), "]"));
	assert_non_null(strstr(refused("\\Z"), "escaped"));
	assert_non_null(strstr(refused("((((((((((((((((((((((a"), "deeply"));
	assert_non_null(strstr(refused("a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|"
	    "a|a|a|a"), "alternatives"));
	assert_non_null(strstr(refused("(((((a{0,99}){99}){99}){99})"),
	    "too large"));
	assert_non_null(strstr(refused("((a{99}){99,})"), "too large"));
}

/* A backtracking engine would need 2^5000 steps. */
/* Nothing is left to write to when the last part of it is empty. */
static void
a_pattern_that_just_does_not_fit_is_refused(void **state)
{
	char text[REGEX_STEPS + 8];

	(void)state;
	for (size_t n = REGEX_STEPS - 8; n < REGEX_STEPS; n++) {
		static const char *const ends[] = { "||b", "()*", "()?", "()+",
		    "(){2,3}", "(){0,}" };

		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
			struct arena a = { 0 };
			const char *why = NULL;

			memset(text, 'a', n);
			memcpy(text, "(a)", 3);
			strcpy(text + n, ends[i]);
			if (regex_compile(&a, str_of(text), &why) == NULL)
				assert_non_null(strstr(why, "too large"));
			arena_free(&a);
		}
	}
	assert_non_null(strstr(refused(text), "too large"));
}

static void
patterns_take_linear_time(void **state)
{
	char text[5002];
	clock_t start = clock();

	(void)state;
	memset(text, 'a', sizeof text - 2);
	text[sizeof text - 2] = 'b';
	text[sizeof text - 1] = '\0';
	assert_false(finds("^(a+)+$", text, NULL));
	assert_false(finds("^(a|aa|a*)*c", text, NULL));
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
}

static const char files[] =
    "Tag  Type     Allocs            Frees            Diff   Bytes\n"
    " MmSt Paged  100 (   1)  50 (   0)   50  9000000 (  0)  20\n"
    " Strg Nonp   100 (   1)  50 (   0)   50  1000000 (  0)  20\n"
    "C:\\WINDOWS\\system32\\drivers\\srv.sys  5.2.3790.100  352,000\n"
    "a line about nothing 1.2.3.4.5 x.sys\n"
    " MmSt Paged  100 (   1)  50 (   0)   50  9100000 (  0)  20\n"
    " Strg Nonp   100 (   1)  50 (   0)   50  5000000 (  0)  20\n";

static bool
no_symbol(struct str name, uint32_t *value)
{
	(void)name;
	(void)value;
	return false;
}

static void
exhibits_are_listings_or_nothing(void **state)
{
	struct arena a = { 0 };
	static const char other[] = "Tag Type\nhello world 1.2\n";

	(void)state;
	assert_non_null(exhibits_read(&a, (struct span){
	    (const uint8_t *)files, sizeof files - 1 }));
	assert_null(exhibits_read(&a, (struct span){
	    (const uint8_t *)other, sizeof other - 1 }));
	assert_null(exhibits_read(&a, (struct span){ NULL, 0 }));
	arena_free(&a);
}

enum { LOGS = 3 };
struct world {
	struct arena		 a;
	struct ruleset		*rs;
	struct observer		*seen[LOGS];	/* by input */
	struct span		 ticks[LOGS];
	struct observations	*o;
	struct details		 details;
	struct interned		 constants;
	struct host		 host;
	struct boot		 boot;
};

static void
world_open(struct world *w)
{
	static const struct rules_env e = { no_symbol, NULL, true };
	static const struct rules_from from = { .dir = "tests/rules",
	    .base = "rules" };
	struct rule_errors errs = { NULL, 0, 0 };

	memset(w, 0, sizeof *w);
	w->rs = rules_load(&w->a, &from, &e, &errs);
	assert_int_equal(errs.n, 0);
	for (size_t i = 0; i < LOGS; i++)
		w->seen[i] = observer_new(&w->a, w->rs, false);
	w->constants = interned_new(&w->a);
	w->boot = (struct boot){ .start = 1 };
	w->host = (struct host){ .computer = STR("SRV"), .boots = &w->boot,
	    .nboots = 1 };
}

/* Event A 1 or B 2 of a synthetic log. */
static void
world_event(struct world *w, const char *provider, const char *string,
    uint32_t input, uint64_t record)
{
	struct field f = { .text = str_of(string), .type = VALUE_TEXT,
	    .part = PART_DATA };
	struct event e = { .at = { .id = record },
	    .provider = str_of(provider),
	    .id = provider[0] == 'A' ? 1 : 2, .record_id = record,
	    .time = CLOCK_UNIX_EPOCH + record * CLOCK_SECOND,
	    .fields = &f, .nfields = 1 };
	static const struct facts none;

	rules_match(w->rs, &e, &none, true, w->seen[input]);
	w->host.last = e.time > w->host.last ? e.time : w->host.last;
}

/* What one input told, the way it goes from process to process. */
static void
world_gather(struct world *w, uint32_t input)
{
	struct out details = out_memory();
	struct span packed;

	w->ticks[input] = observer_ticks(w->seen[input]);
	assert_true(ticks_good(w->rs, w->ticks[input]));
	observer_details(w->seen[input], &details);
	packed = (struct span){ (const uint8_t *)details.mem, details.n };
	assert_true(details_good(w->rs, packed));
	details_add(&w->details, w->rs, &w->constants, packed, input);
	out_free(&details);
}

static void
world_ticks(struct world *w)
{
	struct tick *t;
	size_t n;

	for (uint32_t i = 0; i < LOGS; i++)
		observations_ticks_add(w->o, w->ticks[i], i);
	t = observations_ticks(w->o, &n);
	for (size_t i = 0; i < n; i++)
		t[i].boot = 0;
	rules_sort(w->o, &w->host);
}

static const struct finding *
world_finding(struct world *w, const char *rule, struct folded *f)
{
	static const struct input inputs[] = { { .path = STR("log") },
	    { .path = STR("log") }, { .path = STR("log") } };
	struct surroundings around = { NULL, NULL, 1, 0 };
	struct fold *fold;
	size_t logs = 0;

	for (uint32_t i = 0; i < LOGS; i++) {
		world_gather(w, i);
		logs += w->ticks[i].n > 0;
	}
	w->o = observations_new(&w->a, w->rs, logs < 2);
	for (uint32_t i = 0; i < LOGS; i++)
		observations_survey(w->o, w->ticks[i], i);
	observations_surveyed(w->o);
	observations_details(w->o, &w->details, &w->constants, inputs);
	fold = fold_new(&w->a, w->rs, w->o, &w->host, &around);
	for (size_t from = 0, to; from < rules_count(w->rs); from = to) {
		to = observations_want(w->o, from);
		world_ticks(w);
		fold_rules(fold, from, to);
	}
	*f = fold_end(fold);
	for (size_t i = 0; i < f->nfindings; i++)
		if (str_is(f->findings[i].rule, rule))
			return &f->findings[i];
	return NULL;
}

static void
world_close(struct world *w)
{
	for (size_t i = 0; i < LOGS; i++)
		observer_free(w->seen[i]);
	observations_free(w->o);
	details_free(&w->details);
	arena_free(&w->a);
}

/* Every event an anchor, each looking for others around it: exact, and in
 * a time that a quadratic search could not keep. */
static void
counts_are_exact_over_many_events(void **state)
{
	enum { MANY = 100000 };
	struct world w;
	struct folded f;
	const struct finding *x;
	clock_t start = clock();

	(void)state;
	world_open(&w);
	for (uint64_t i = 1; i <= MANY; i++)
		world_event(&w, "A", "1", 0, i);
	world_event(&w, "B", "1", 0, MANY + 60);
	x = world_finding(&w, "benign-boot", &f);
	assert_non_null(x);
	/* Those within two minutes of the B are harmless: 61 of them. */
	assert_int_equal(x->count, MANY - 61);
	assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
	world_close(&w);
}

/* The same events: in order, and in two files, the later one first, with
 * ten of them in both. */
static void
result_does_not_depend_on_files(void **state)
{
	struct world one, two;
	struct folded f, g;

	(void)state;
	world_open(&one);
	world_open(&two);
	for (uint64_t i = 1; i <= 200; i++)
		world_event(&one, "A", i % 2 ? "1" : "2", 0, i);
	for (uint64_t i = 95; i <= 200; i++)
		world_event(&two, "A", i % 2 ? "1" : "2", 0, i);
	for (uint64_t i = 1; i <= 105; i++)
		world_event(&two, "A", i % 2 ? "1" : "2", 1, i);
	world_finding(&one, "", &f);
	world_finding(&two, "", &g);
	assert_true(f.nfindings > 0);
	assert_int_equal(f.nfindings, g.nfindings);
	for (size_t i = 0; i < f.nfindings; i++) {
		const struct finding *x = &f.findings[i];
		const struct finding *y = &g.findings[i];

		assert_true(str_eq(x->rule, y->rule));
		assert_int_equal(x->count, y->count);
		assert_int_equal(x->first, y->first);
		assert_int_equal(x->confidence, y->confidence);
		assert_int_equal(x->nevidence, y->nevidence);
		for (size_t k = 0; k < x->nevidence; k++)
			assert_int_equal(x->evidence[k].record_id,
			    y->evidence[k].record_id);
	}
	world_close(&one);
	world_close(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_what_they_say),
		cmocka_unit_test(patterns_with_mistakes_are_refused),
		cmocka_unit_test(a_pattern_that_just_does_not_fit_is_refused),
		cmocka_unit_test(patterns_take_linear_time),
		cmocka_unit_test(exhibits_are_listings_or_nothing),
		cmocka_unit_test(counts_are_exact_over_many_events),
		cmocka_unit_test(result_does_not_depend_on_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
