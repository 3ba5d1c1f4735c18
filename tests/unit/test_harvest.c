/*
 * What one process tells another about a log: packing and unpacking, and
 * that nothing is taken of bytes that no reader packs.
 */
#include <stdlib.h>
#include "base/pack.h"
#include "triage/gather.h"
#include "triage/harvest.h"
#include "triage/reader.h"
#include "triage/triage.h"
#include "unit.h"
#include "rulesets.h"

static const struct rules_from shipped = { .dir = "rules" };

static struct span
of(const struct out *o)
{
	return (struct span){ (const uint8_t *)o->mem, o->n };
}

static void
numbers_come_back(void **state)
{
	static const uint64_t v[] = { 0, 1, 127, 128, 300, UINT32_MAX,
	    UINT64_MAX - 1, UINT64_MAX };
	struct out o = out_memory();
	struct rd r;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		pack_u64(&o, v[i]);
		pack_i64(&o, (int64_t)v[i]);
		pack_i64(&o, -(int64_t)(v[i] >> 1));
	}
	r = rd_init(of(&o));
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_true(rd_pack_u64(&r) == v[i]);
		assert_true(rd_pack_i64(&r) == (int64_t)v[i]);
		assert_true(rd_pack_i64(&r) == -(int64_t)(v[i] >> 1));
	}
	assert_true(rd_ok(&r));
	assert_int_equal(rd_left(&r), 0);
	out_free(&o);
}

static void
numbers_that_do_not_fit_are_refused(void **state)
{
	static const uint8_t eleven[] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	    0xFF, 0xFF, 0xFF, 0x02 };
	static const uint8_t cut[] = { 0x80 };
	static const uint8_t seven[] = { 7 };
	struct rd r = rd_init((struct span){ eleven, sizeof eleven });

	(void)state;
	assert_int_equal(rd_pack_u64(&r), 0);
	assert_false(rd_ok(&r));
	r = rd_init((struct span){ cut, sizeof cut });
	assert_int_equal(rd_pack_u64(&r), 0);
	assert_false(rd_ok(&r));
	r = rd_init((struct span){ seven, sizeof seven });
	assert_int_equal(rd_pack_below(&r, 7), 0);
	assert_false(rd_ok(&r));
}

/* Text that will not pass a gate must not need one. */
static void
program_text_is_plain(void **state)
{
	static const char *const bad[] = { "a\033[2J", "a\nb", "\x80",
	    "a\xE2\x80\xAE" };
	struct out o = out_memory();
	struct arena a = { 0 };
	struct rd r;

	(void)state;
	pack_cstr(&o, NULL);
	pack_cstr(&o, "");
	pack_cstr(&o, "final status");
	r = rd_init(of(&o));
	assert_null(rd_pack_cstr(&r, &a, 20));
	assert_string_equal(rd_pack_cstr(&r, &a, 20), "");
	assert_string_equal(rd_pack_cstr(&r, &a, 12), "final status");
	assert_true(rd_ok(&r));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		o.n = 0;
		pack_cstr(&o, bad[i]);
		r = rd_init(of(&o));
		assert_null(rd_pack_cstr(&r, &a, 20));
		assert_false(rd_ok(&r));
	}
	arena_free(&a);
	out_free(&o);
}

static void
add(void *ctx, const void *p, size_t n)
{
	out_bytes(ctx, p, n);
}

/* The harvest of a log with boots, ticks, details and a damaged record. */
static struct out
harvest_make(struct arena *a, struct ruleset *rs)
{
	struct out o = out_memory();
	const struct reader_how how = { .rules = rs, .open = log_open,
	    .explain = true, .tell = add, .ctx = &o };
	struct reader *t = reader_new(a, &how);
	static const char *const logs[] = { "samples/iis-stop-3f.evt",
	    "samples/srv-2020-2003.evt" };

	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		struct source s;
		FILE *f = fopen(logs[i], "rb");

		assert_non_null(f);
		source_fd(&s, fileno(f));
		reader_input(t, &s, str_of(logs[i]));
		fclose(f);
	}
	reader_missed(t, str_of("gone"), "is not there");
	reader_free(t);
	return o;
}

static void
a_harvest_is_taken_whole(void **state)
{
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	struct ruleset *rs = rules_load(&a, &shipped,
	    &triage_rules_env_lean, &errs);
	struct out o = harvest_make(&a, rs);
	struct gathered g;

	(void)state;
	gathered_init(&g, &a, rs);
	assert_true(gather(&g, of(&o)));
	assert_int_equal(g.ninputs, 3);
	assert_int_equal(g.ncomputers, 2);
	assert_int_equal(g.problems.n, 1);
	assert_int_equal(g.problems.lost, 1);
	assert_str(g.inputs[1].path, "samples/srv-2020-2003.evt");
	assert_true(g.inputs[1].tally.read > 0);
	assert_true(g.inputs[1].matched > 0);
	gathered_free(&g);
	out_free(&o);
	arena_free(&a);
}

/* What is said often is kept once, and numbered as it came. */
static void
a_text_is_interned_once(void **state)
{
	struct arena a = { 0 };
	struct interned t = interned_new(&a);
	char text[16];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 1; i <= 5000; i++) {
			struct str s = { text, (size_t)snprintf(text,
			    sizeof text, "%u", i) };

			assert_int_equal(interned_add(&t, s), i);
		}
	assert_int_equal(t.n, 5000);
	assert_int_equal(interned_add(&t, str_of("")), 5001);
	assert_str(interned_str(&t, str_of("17")), "17");
	assert_ptr_equal(interned_str(&t, str_of("17")).p, t.v[16].p);
	arena_free(&a);
}

/* The same computers again and again: what could be shown of them is no
 * more than before. */
static void
details_do_not_grow_with_files(void **state)
{
	enum { MANY = 300 };
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	const struct rules_from from = { .dir = "rules" };
	struct ruleset *rs = rules_load(&a, &from, &triage_rules_env_lean,
	    &errs);
	struct out o = harvest_make(&a, rs);
	struct gathered g;
	size_t constants = 0;

	(void)state;
	gathered_init(&g, &a, rs);
	for (size_t i = 0; i < MANY; i++) {
		assert_true(gather(&g, of(&o)));
		if (i == 0)
			constants = g.constants.n;
	}
	assert_int_equal(g.ninputs, 3 * MANY);
	assert_int_equal(g.ncomputers, 2);
	assert_true(constants > 0);
	assert_int_equal(g.constants.n, constants);
	for (size_t i = 0; i < g.ncomputers; i++) {
		assert_true(g.computers[i]->details.packed.n > 0);
		/* Settled ones, and at most 32 KB that are not. */
		assert_true(g.computers[i]->details.packed.n < 45000);
	}
	gathered_free(&g);
	out_free(&o);
	arena_free(&a);
}

/* Entries name only entries that stand before them. */
static void
details_that_no_observer_packs_are_refused(void **state)
{
	enum { CONSTANT, TEXT, FACT, RECORD, SHOWN, SAME = 8 };
#define ENTRY(kind, n) ((n) << 3 | (kind))
#define SHOW(n) ((n) << 4 | SHOWN)
#define A_NAME ENTRY(CONSTANT, 1), 'a'
#define A_FACT ENTRY(FACT, 10), 1, 0, 0, 0, 0, 0, 2, 7, 0, 0
#define A_RECORD ENTRY(RECORD, 11), 0, 5, 0, 9, 8, 0, 7, 0, 1, 1, 0
	static const uint8_t good[] = { A_NAME, A_FACT, A_RECORD, SHOW(1), 0,
	    0, SHOW(1) | SAME };
	static const uint8_t bad[][48] = {
		{ SHOW(1), 0, 0 },		/* no record yet */
		{ A_NAME, A_FACT, A_RECORD, SHOW(0), 0, 0 },
		{ A_NAME, A_FACT, A_RECORD, SHOW(2), 0, 0 },
		{ A_NAME, A_FACT, A_RECORD, SHOW(1) | SAME },
		{ ENTRY(CONSTANT, 1), 27 },
		{ ENTRY(CONSTANT, 2), 'a' },	/* cut */
		{ A_FACT },			/* its name */
		{ A_NAME, ENTRY(FACT, 10), 0, 0, 0, 0, 0, 0, 2, 7, 0, 0 },
		{ A_NAME, ENTRY(FACT, 10), 1, 0, 1, 0, 0, 0, 2, 7, 0, 0 },
		{ A_NAME, A_RECORD },		/* its fact */
		{ A_NAME, A_FACT, ENTRY(RECORD, 11), 1, 5, 0, 9, 8, 0, 7, 0,
		    1, 1, 0 },			/* another input */
		{ A_NAME, A_FACT, ENTRY(RECORD, 12), 0, 5, 0, 9, 8, 0, 7, 0,
		    1, 1, 0, 0 },		/* more than there is */
		{ 5 }, { 6 }, { 7 },
	};
	static const size_t lengths[] = { 3, 28, 28, 26, 2, 2, 11, 13, 13,
	    14, 25, 26, 1, 1, 1 };
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	const struct rules_from from = { .dir = "tests/rules",
	    .base = "rules" };
	struct ruleset *rs = rules_load(&a, &from, &triage_rules_env_lean,
	    &errs);

	(void)state;
	assert_true(details_good(rs, (struct span){ good, sizeof good }));
	assert_int_equal(sizeof lengths / sizeof *lengths,
	    sizeof bad / sizeof *bad);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(details_good(rs, (struct span){ bad[i],
		    lengths[i] }));
	arena_free(&a);
}

/* What is taken of it can be folded, whatever it says. */
static bool
survives(const struct ruleset *rs, struct span s)
{
	struct arena a = { 0 };
	struct triage *t = triage_new(&a, rs);
	bool taken = triage_harvest(t, s);
	struct report r;

	triage_report(t, SEV_INFO, &r);
	if (!taken)
		assert_int_equal(r.ninputs + r.nhosts + r.nproblems, 0);
	triage_free(t);
	arena_free(&a);
	return taken;
}

/* Cut anywhere it is refused (but between two inputs); with a byte changed
 * it is refused or says something else, and neither reads where it must not
 * (sanitizers). */
static void
a_harvest_that_is_cut_or_changed_does_no_harm(void **state)
{
	struct arena a = { 0 };
	struct rule_errors errs = { NULL, 0, 0 };
	struct ruleset *rs = rules_load(&a, &shipped,
	    &triage_rules_env_lean, &errs);
	struct out o = harvest_make(&a, rs);
	size_t step = o.n / 400 + 1, cuts = 0, refused = 0;

	(void)state;
	for (size_t i = 1; i < o.n; i += step) {
		struct span cut = { (const uint8_t *)o.mem, i };
		char was = o.mem[i];

		cuts += survives(rs, cut);
		o.mem[i] = (char)(was ^ (1 << i % 8));
		refused += !survives(rs, of(&o));
		o.mem[i] = (char)0xFF;
		refused += !survives(rs, of(&o));
		o.mem[i] = was;
	}
	assert_true(cuts <= 2);
	assert_true(refused > 100);
	out_free(&o);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(program_text_is_plain),
		cmocka_unit_test(a_harvest_is_taken_whole),
		cmocka_unit_test(a_text_is_interned_once),
		cmocka_unit_test(details_do_not_grow_with_files),
		cmocka_unit_test(details_that_no_observer_packs_are_refused),
		cmocka_unit_test(a_harvest_that_is_cut_or_changed_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
