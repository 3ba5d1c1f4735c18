/*
 * The sum of bytes that come in pieces: it is the same however they are cut,
 * and another for other bytes.
 */
#include "unit.h"
#include "base/sum.h"

enum { MANY = 5 * SUM_BLOCK + 7 };

static uint8_t bytes[MANY];

static int
bytes_make(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	return 0;
}

static uint64_t
sum_of(const uint8_t *p, size_t n)
{
	struct sum s = { 0 };

	sum_add(&s, p, n);
	return sum_end(&s);
}

static void
it_is_the_same_however_they_are_cut(void **state)
{
	uint8_t copy[MANY + 1];

	(void)state;
	for (size_t n = 0; n <= MANY; n++) {
		for (size_t cut = 0; cut <= n; cut++) {
			struct sum s = { 0 }, copied = { 0 };
			size_t second = (n - cut) / 2;

			memset(copy, 0, sizeof copy);
			sum_add(&s, bytes, cut);
			(void)sum_end(&s);
			sum_add(&s, bytes + cut, second);
			sum_add(&s, bytes + cut + second, n - cut - second);
			sum_copy(&copied, copy, bytes, cut);
			sum_copy(&copied, copy + cut, bytes + cut, second);
			sum_copy(&copied, copy + cut + second,
			    bytes + cut + second, n - cut - second);
			assert_true(sum_end(&s) == sum_of(bytes, n));
			assert_true(sum_end(&copied) == sum_of(bytes, n));
			assert_memory_equal(copy, bytes, n);
			assert_int_equal(copy[n], 0);
		}
	}
}

static void
every_bit_counts(void **state)
{
	uint64_t all = sum_of(bytes, MANY);

	(void)state;
	for (size_t bit = 0; bit < 8 * MANY; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_true(sum_of(bytes, MANY) != all);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void
order_and_number_count(void **state)
{
	static const uint8_t zeros[MANY];
	uint8_t other[MANY];
	uint64_t all = sum_of(bytes, MANY);

	(void)state;
	for (size_t i = 0; i + 2 * SUM_BLOCK <= MANY; i += 8) {
		memcpy(other, bytes, MANY);
		memcpy(other + i, bytes + i + SUM_BLOCK, SUM_BLOCK);
		memcpy(other + i + SUM_BLOCK, bytes + i, SUM_BLOCK);
		assert_true(sum_of(other, MANY) != all);
	}
	for (size_t n = 0; n < MANY; n++) {
		assert_true(sum_of(zeros, n) != sum_of(zeros, n + 1));
		assert_true(sum_of(bytes, n) != all);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_is_the_same_however_they_are_cut,
		    bytes_make),
		cmocka_unit_test_setup(every_bit_counts, bytes_make),
		cmocka_unit_test_setup(order_and_number_count, bytes_make),
	};

	return cmocka_run_group_tests_name("sum", tests, NULL, NULL);
}
