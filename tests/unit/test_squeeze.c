/*
 * Squeezing: everything comes back, what repeats itself becomes short, and
 * of bytes that nobody squeezed nothing is believed.
 */
#include "base/pack.h"
#include "base/squeeze.h"
#include "unit.h"

enum { MOST = 1 << 17 };
static uint8_t plain[MOST];

static struct span
of(const struct out *o)
{
	return (struct span){ (const uint8_t *)o->mem, o->n };
}

static unsigned
drawn(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* There and back; how many bytes it was squeezed to. */
static size_t
comes_back(size_t n)
{
	struct out small = out_memory(), back = out_memory();
	size_t squeezed;

	squeeze(&small, (struct span){ plain, n });
	assert_int_equal(squeezed_length(of(&small)), n);
	assert_true(unsqueeze(&back, of(&small)));
	assert_int_equal(back.n, n);
	if (n > 0)
		assert_memory_equal(back.mem, plain, n);
	squeezed = small.n;
	out_free(&small);
	out_free(&back);
	return squeezed;
}

static void
what_is_squeezed_comes_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 3, 4, 5, 14, 15, 16, 19, 20,
	    269, 270, 271, 4096, 65535, 65536, 65540, MOST };
	unsigned seed = 1;

	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
		for (unsigned letters = 1; letters <= 256; letters *= 4) {
			for (size_t i = 0; i < sizes[k]; i++)
				plain[i] = (uint8_t)(drawn(&seed) % letters);
			(void)comes_back(sizes[k]);
		}
}

/* Whatever the period, and an exception now and then. */
static void
what_repeats_itself_becomes_short(void **state)
{
	enum { LONG = 32768 };
	unsigned seed = 1;

	(void)state;
	for (size_t period = 1; period < 3000; period += 1 + period / 3) {
		for (size_t i = 0; i < LONG; i++)
			plain[i] = (uint8_t)(i < period ? drawn(&seed) :
			    plain[i - period]);
		assert_true(comes_back(LONG) < period + 300);
		for (size_t i = period; i < LONG; i += 1000)
			plain[i]++;
		assert_true(comes_back(LONG) < LONG / 2);
	}
}

/* Noise gets hardly longer. */
static void
what_does_not_repeat_itself_stays(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		plain[i] = (uint8_t)drawn(&seed);
	assert_true(comes_back(MOST) < MOST + MOST / 200);
}

static void
several_go_into_one_stream(void **state)
{
	struct out o = out_memory(), back = out_memory();
	size_t first;

	(void)state;
	squeeze(&o, (struct span){ (const uint8_t *)"one", 3 });
	first = o.n;
	squeeze(&o, (struct span){ (const uint8_t *)"twotwotwotwo", 12 });
	assert_true(unsqueeze(&back, (struct span){
	    (const uint8_t *)o.mem, first }));
	assert_string_equal(back.mem, "one");
	assert_true(unsqueeze(&back, (struct span){
	    (const uint8_t *)o.mem + first, o.n - first }));
	assert_string_equal(back.mem, "twotwotwotwo");
	out_free(&o);
	out_free(&back);
}

static void
what_nobody_squeezed_is_refused(void **state)
{
#define HEAD(plain, copied) ((plain) << 4 | (copied))
/* LZ4 copies nothing to the last twelve bytes. */
#define TAIL HEAD(12, 0), 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', \
	    'y', 'z'
	static const struct { uint8_t n, bytes[20]; } bad[] = {
		{ 0, { 0 } },			/* no length */
		{ 1, { 0x80 } },
		{ 1, { 3 } },			/* no piece */
		{ 2, { 0, HEAD(0, 0) } },	/* one too many */
		{ 4, { 3, HEAD(3, 0), 'a', 'b' } },
		{ 5, { 2, HEAD(3, 0), 'a', 'b', 'c' } },
		{ 5, { 4, HEAD(3, 0), 'a', 'b', 'c' } },
		{ 3, { 20, HEAD(15, 0), 255 } },
		/* Copied from before the beginning. */
		{ 18, { 17, HEAD(1, 0), 'a', 2, 0, TAIL } },
		{ 4, { 17, HEAD(1, 0), 'a', 1 } },
		/* More is copied than there should be. */
		{ 18, { 16, HEAD(1, 0), 'a', 1, 0, TAIL } },
		{ 7, { 20, HEAD(1, 15), 'a', 1, 0, 255, 255 } },
		/* More than so few bytes can say; and ever. */
		{ 4, { 0xFF, 0x7F, HEAD(1, 0), 'a' } },
		{ 4, { 0x81, 0x80, 0x80, 0x08 } },
	};
	static const uint8_t good[] = { 17, HEAD(1, 0), 'a', 1, 0, TAIL };
	struct out o = out_memory();

	(void)state;
	assert_true(unsqueeze(&o, (struct span){ good, sizeof good }));
	assert_string_equal(o.mem, "aaaaaopqrstuvwxyz");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(unsqueeze(&o, (struct span){ bad[i].bytes,
		    bad[i].n }));
		assert_int_equal(o.n, 0);
	}
	out_free(&o);
}

/* Sanitizers watch. */
static void
cut_or_changed_it_does_no_harm(void **state)
{
	enum { LONG = 700 };
	struct out o = out_memory(), back = out_memory();
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		plain[i] = (uint8_t)(i % 90 < 40 ? drawn(&seed) : i % 90);
	squeeze(&o, (struct span){ plain, LONG });
	for (size_t i = 0; i < o.n; i++)
		assert_false(unsqueeze(&back, (struct span){
		    (const uint8_t *)o.mem, i }));
	for (size_t i = 0; i < 8 * o.n; i++) {
		o.mem[i / 8] ^= (char)(1 << i % 8);
		if (unsqueeze(&back, of(&o)))
			assert_int_equal(back.n, squeezed_length(of(&o)));
		else
			assert_int_equal(back.n, 0);
		o.mem[i / 8] ^= (char)(1 << i % 8);
	}
	out_free(&o);
	out_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_squeezed_comes_back),
		cmocka_unit_test(what_repeats_itself_becomes_short),
		cmocka_unit_test(what_does_not_repeat_itself_stays),
		cmocka_unit_test(several_go_into_one_stream),
		cmocka_unit_test(what_nobody_squeezed_is_refused),
		cmocka_unit_test(cut_or_changed_it_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
