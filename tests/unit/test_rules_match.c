/*
 * Which clauses ask for an event: what matching remembers must say the
 * same as asking every selector, however often and in whatever order.
 */
#include "rulesets.h"
#include "rules/packed.h"
#include "rules/rule.h"

/* Rules of one clause each; what it names once more, as a table. */
struct asks {
	const char	*rule;
	const char	*provider[2];	/* globs */
	int		 id[3][2];	/* ranges; -1 ends, 65536: any id */
};

enum { ANY = 65536 };

static const struct asks asks[] = {
	{ "A", { "Srv" }, { { 1, 1 }, { -1, -1 } } },
	{ "B", { "srv", "Other" }, { { 1025, 1025 }, { 1, 3 }, { -1, -1 } } },
	{ "C", { "Net*" }, { { 5, 5 }, { 1029, 1029 }, { -1, -1 } } },
	{ "D", { "Wide" }, { { 1, 70 }, { 60, 64 }, { -1, -1 } } },
	{ "E", { "Anything" }, { { ANY, ANY }, { -1, -1 } } },
	{ "F", { "Anything" }, { { 0, 0 }, { ANY, ANY }, { -1, -1 } } },
	{ "G", { "*Product*", "Srv" }, { { ANY, ANY }, { -1, -1 } } },
};
enum { RULES = sizeof asks / sizeof *asks };

static const uint16_t ids[] = { 0, 1, 2, 3, 4, 5, 60, 64, 70, 71, 1024, 1025,
	1026, 1029, 2049, 65535 };

static void
rules_write(void)
{
	for (size_t i = 0; i < RULES; i++) {
		struct str who = str_of(asks[i].provider[0]);
		struct str id = str_of(""), event;

		if (asks[i].provider[1] != NULL)
			who = arena_fmt(&mem, "%s|%s", who.p,
			    asks[i].provider[1]);
		for (size_t k = 0; asks[i].id[k][0] >= 0; k++)
			id = asks[i].id[k][0] == ANY ?
			    arena_fmt(&mem, "%s *", id.p) :
			    arena_fmt(&mem, "%s %d-%d", id.p,
			    asks[i].id[k][0], asks[i].id[k][1]);
		event = arena_fmt(&mem, "<event provider='%s' id='%s'/>",
		    who.p, id.p + 1);
		rule(asks[i].rule, "", "", event.p, "");
	}
	scan_begin();
}

static bool
named(const struct asks *x, struct str name)
{
	for (size_t i = 0; i < 2 && x->provider[i] != NULL; i++)
		if (name.n > 0 && str_glob(name, str_of(x->provider[i])))
			return true;
	return false;
}

/* 1: asks for the id, 2: asks for any. */
static unsigned
asks_for(const struct asks *x, struct str provider, struct str source,
    int id)
{
	unsigned how = 0;

	if (!named(x, provider) && !named(x, source))
		return 0;
	for (size_t k = 0; x->id[k][0] >= 0; k++)
		if (x->id[k][0] == ANY)
			how |= 2;
		else if (id >= x->id[k][0] && id <= x->id[k][1])
			how |= 1;
	return how;
}

static void
assert_asked(struct str provider, struct str source, uint16_t id)
{
	static const struct facts none;
	struct event e = { .provider = provider, .source = source, .id = id };
	struct arena a = { 0 };
	struct observer *seen = observer_new(&a, rules, false);
	struct observations *o = observations_new(&a, rules, true);
	bool all = rules_want_all(rules, provider, source);
	unsigned want = 0, ticks[RULES] = { 0 };
	const struct tick *t;
	struct span packed;
	size_t n;

	rules_match(rules, &e, &none, all, seen);
	packed = observer_ticks(seen);
	assert_true(ticks_good(rules, packed));
	observations_survey(o, packed, 0);
	observations_surveyed(o);
	assert_int_equal(observations_want(o, 0), rules_count(rules));
	observations_ticks_add(o, packed, 0);
	t = observations_ticks(o, &n);
	for (size_t i = 0; i < n; i++)
		ticks[t[i].clause]++;
	for (size_t c = 0; c < RULES; c++) {
		unsigned how = asks_for(&asks[c], provider, source, id);

		assert_int_equal(ticks[c], how > 0);
		want |= how;
	}
	if (rules_want(rules, provider, source, id) != (want & 1) ||
	    all != (want >> 1 & 1))
		fail_msg("%.*s %u", (int)provider.n, provider.p, id);
	observations_free(o);
	observer_free(seen);
	arena_free(&a);
}

static void
what_is_remembered_is_what_is_asked(void **state)
{
	static const char *const names[] = { "Srv", "SRV", "srv", "Other",
		"Netlogon", "Net", "Wide", "Nide", "Anything", "Mything",
		"Some Product 7", "Nobody", "" };
	enum { NAMES = sizeof names / sizeof *names };

	(void)state;
	rules_write();
	for (unsigned round = 0; round < 2; round++)
		for (size_t p = 0; p < NAMES; p++)
			for (size_t s = 0; s < NAMES; s++)
				for (size_t i = 0; i < sizeof ids /
				    sizeof *ids; i++)
					assert_asked(str_of(names[p]),
					    str_of(names[s]), ids[i]);
}

/* More providers than are remembered, and names that never are. */
static void
logs_of_many_providers_match_all_the_same(void **state)
{
	(void)state;
	rules_write();
	for (unsigned n = 0; n < 3000; n++) {
		struct str p = arena_fmt(&mem, "%s%u%*s", n % 3 == 0 ? "Net" :
		    n % 3 == 1 ? "Product" : "X", n % 1000,
		    n % 7 == 0 ? 300 : 1, "y");

		assert_asked(p, str_of(n % 5 == 0 ? "Srv" : ""),
		    ids[n % (sizeof ids / sizeof *ids)]);
	}
}

/* The sieve before globs may let through what does not match, never keep
 * back what does. */
static void
no_glob_is_lost_to_its_pairs(void **state)
{
	static const char letters[] = "aAbB@`[{-\303*?";
	unsigned seed = 1, matches = 0, sieved = 0;
	char s[2][8];

	(void)state;
	for (int n = 0; n < 200000; n++) {
		struct str text, glob;
		struct pairs have, want;
		bool lacks = false;

		for (int i = 0; i < 16; i++) {
			seed = seed * 1103515245 + 12345;
			s[i / 8][i % 8] = letters[(seed >> 16) %
			    (i < 8 ? 10 : 12)];
		}
		text = (struct str){ s[0], seed >> 20 & 7 };
		glob = (struct str){ s[1], seed >> 24 & 7 };
		have = pairs_of(text, false);
		want = pairs_of(glob, true);
		for (int i = 0; i < 4; i++)
			lacks = lacks || (want.bits[i] & ~have.bits[i]) != 0;
		assert_false(lacks && str_glob(text, glob));
		matches += str_glob(text, glob);
		sieved += lacks;
	}
	assert_true(matches > 1000 && sieved > 100000);
}

/* Ticks of a few logs: keys that come again, clocks that jump. */
enum { MANY = 120000, LOGS = 3 };
static struct tick_seen many[MANY];

static uint64_t
key_drawn(unsigned seed)
{
	static const uint64_t keys[] = { 0, 1, UINT64_MAX, 1234567 };

	return seed % 7 == 0 ? (uint64_t)seed << 33 | seed : keys[seed % 4];
}

static void
many_draw(void)
{
	unsigned seed = 1;

	for (size_t i = 0; i < MANY; i++) {
		struct tick_seen *t = &many[i];

		seed = seed * 1103515245 + 12345;
		t->clause = (seed >> 16) % RULES;
		t->input = (uint32_t)(i * LOGS / MANY);
		t->seq = i + (seed >> 20) % 3;
		t->time = (uint64_t)(seed >> 8) << (seed >> 28);
		t->record_id = t->seq + (seed >> 18) % 2 * 70000;
		t->group = key_drawn(seed >> 3);
		t->join = key_drawn(seed >> 9);
		t->value = key_drawn(seed >> 11);
	}
}

static void
many_packed(struct tick_packer p[LOGS])
{
	memset(p, 0, LOGS * sizeof *p);
	for (size_t i = 0; i < LOGS; i++)
		p[i].to = out_memory();
	for (size_t i = 0; i < MANY; i++)
		tick_pack(&p[many[i].input], &many[i]);
}

static bool
tick_same(const struct tick *a, const struct tick_seen *b)
{
	const struct tick_rest *r = a->rest;

	return a->clause == b->clause && a->boot == -1 && a->seq == b->seq &&
	    a->time == b->time && r->input == b->input &&
	    a->seq + r->apart == b->record_id && r->group == b->group &&
	    r->join == b->join && r->value == b->value;
}

/* Of the rules [from, to) every tick, each clause's in their order. */
static size_t
assert_turn(struct observations *o, size_t from, size_t to)
{
	size_t n, met = 0;
	const struct tick *t = observations_ticks(o, &n);

	for (uint32_t c = 0; c < RULES; c++) {
		bool wanted = false;
		size_t at = 0;

		for (size_t r = from; r < to; r++)
			wanted = wanted || rules->rules[r]->first_clause == c;
		for (size_t i = 0; wanted && i < MANY; i++) {
			if (many[i].clause != c)
				continue;
			while (at < n && t[at].clause != c)
				at++;
			assert_true(at < n && tick_same(&t[at], &many[i]));
			at++;
			met++;
		}
	}
	assert_int_equal(met, n);
	return n;
}

static struct span
many_of(const struct tick_packer *p)
{
	return (struct span){ (const uint8_t *)p->to.mem, p->to.n };
}

/* All rules, in turns; how many ticks they got. */
static size_t
take_turns(struct observations *o, const struct tick_packer p[LOGS],
    bool kept)
{
	size_t turns = 0, n = 0;

	for (size_t from = 0, to; from < RULES; from = to, turns++) {
		to = observations_want(o, from);
		for (uint32_t i = 0; i < LOGS && !kept; i++)
			observations_ticks_add(o, many_of(&p[i]), i);
		if (kept)
			observations_ticks_take(o);
		n += assert_turn(o, from, to);
	}
	assert_true(turns > 2);
	return n;
}

/* However many turns unpacking takes, asked for once more, kept by clause,
 * and by other observations that come to what was kept. */
static void
turns_give_every_tick(void **state)
{
	struct arena a = { 0 };
	struct tick_packer p[LOGS];
	struct observations *o;
	struct ticks_kept *kept;

	(void)state;
	rules_write();
	many_draw();
	many_packed(p);
	o = observations_new(&a, rules, false);
	for (uint32_t i = 0; i < LOGS; i++)
		observations_survey(o, many_of(&p[i]), i);
	observations_surveyed(o);
	for (unsigned round = 0; round < 2; round++)
		assert_int_equal(take_turns(o, p, false), MANY);
	kept = ticks_keep(&a, o, false);
	for (uint32_t i = 0; i < LOGS; i++)
		ticks_keep_add(kept, o, many_of(&p[i]), i);
	ticks_kept_end(kept);
	observations_kept(o, kept);
	assert_int_equal(take_turns(o, p, true), MANY);
	observations_free(o);
	o = observations_new(&a, rules, true);
	observations_kept(o, kept);
	observations_surveyed(o);
	for (unsigned round = 0; round < 2; round++)
		assert_int_equal(take_turns(o, p, true), MANY);
	observations_free(o);
	for (size_t i = 0; i < LOGS; i++)
		out_free(&p[i].to);
	arena_free(&a);
}

/* Three records; the numbers of two fall into one place. */
static void
shown_match(struct observer *seen, struct tick *of, size_t i)
{
	static const struct { uint64_t record; const char *text; } said[] = {
		{ 1, "one" }, { 2, "two" }, { 257, "three" },
	};
	static const struct facts none;
	static const struct tick_rest rest;
	struct field f = { .text = str_of(said[i].text), .type = VALUE_TEXT,
	    .part = PART_DATA };
	struct event e = { .at = { .id = said[i].record },
	    .provider = STR("Srv"), .id = 1, .record_id = said[i].record,
	    .time = 1000 + i, .fields = &f, .nfields = 1 };

	*of = (struct tick){ .seq = said[i].record, .time = e.time,
	    .rest = &rest };
	assert_true(rules_match(rules, &e, &none, false, seen));
}

/* What is packed once for several clauses is what each of them shows. */
static void
a_record_is_shown_as_its_clause_says(void **state)
{
	static const struct input inputs[1] = { { .path = STR("log") } };
	static const char *const texts[] = { "one", "two", "three" };
	struct arena a = { 0 };
	struct interned constants = interned_new(&a);
	struct details details = { .settled = 0 };
	struct out packed = out_memory();
	struct observations *o;
	struct observer *seen;
	struct tick of[3];

	(void)state;
	rule("A", "", "", "<event provider='Srv' id='1'>"
	    "<show fact='string.1'/></event>", "");
	rule("B", "", "", "<event provider='Srv' id='1'/>", "");
	rule("C", "", "", "<event provider='Srv' id='1'/>", "");
	scan_begin();
	seen = observer_new(&a, rules, false);
	o = observations_new(&a, rules, true);
	for (size_t i = 0; i < 3; i++)
		shown_match(seen, &of[i], i);
	observer_details(seen, &packed);
	details_add(&details, rules, &constants, (struct span){
	    (const uint8_t *)packed.mem, packed.n }, 0);
	observations_details(o, &details, &constants, inputs);
	for (uint32_t i = 0; i < 9; i++) {
		const struct evidence *e;

		of[i / 3].clause = i % 3;
		e = observe_evidence(o, &of[i / 3]);
		assert_non_null(e);
		assert_int_equal(e->time, of[i / 3].time);
		assert_int_equal(e->nfacts, i % 3 == 0);
		if (i % 3 == 0)
			assert_str(e->facts[0].text, texts[i / 3]);
	}
	details_free(&details);
	out_free(&packed);
	observations_free(o);
	observer_free(seen);
	arena_free(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_remembered_is_what_is_asked),
		TEST(logs_of_many_providers_match_all_the_same),
		TEST(no_glob_is_lost_to_its_pairs),
		TEST(turns_give_every_tick),
		TEST(a_record_is_shown_as_its_clause_says),
	};

	return cmocka_run_group_tests_name("rules match", tests, NULL, NULL);
}
