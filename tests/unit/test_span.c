/*
 * Bytes and memory: spans, the sticky reader, arenas, sources.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "unit.h"
#include "base/arena.h"
#include "base/die.h"
#include "base/source.h"
#include "base/span.h"

static const uint8_t ten[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
static const struct span tens = { ten, sizeof ten };

static void
a_part_outside_of_a_span_is_empty(void **state)
{
	(void)state;
	assert_ptr_equal(span_sub(tens, 3, 7).p, ten + 3);
	assert_int_equal(span_sub(tens, 3, 7).n, 7);
	assert_null(span_sub(tens, 3, 8).p);
	assert_int_equal(span_sub(tens, 3, 8).n, 0);
	assert_non_null(span_sub(tens, 10, 0).p);
	assert_null(span_sub(tens, 11, 0).p);
	/* Sums that would run over. */
	assert_null(span_sub(tens, 1, SIZE_MAX).p);
	assert_null(span_sub(tens, SIZE_MAX, 1).p);
	assert_null(span_sub(tens, SIZE_MAX, SIZE_MAX).p);
	assert_int_equal(span_from(tens, 4).n, 6);
	assert_int_equal(span_from(tens, 10).n, 0);
	assert_null(span_from(tens, 11).p);
}

static void
spans_are_equal_by_content(void **state)
{
	static const uint8_t other[2] = { 1, 2 };

	(void)state;
	assert_true(span_eq(span_sub(tens, 0, 2), (struct span){ other, 2 }));
	assert_false(span_eq(span_sub(tens, 1, 2), (struct span){ other, 2 }));
	assert_false(span_eq(span_sub(tens, 0, 3), (struct span){ other, 2 }));
	assert_true(span_eq((struct span){ NULL, 0 },
	    (struct span){ other, 0 }));
}

static void
words_are_little_endian_and_a_rest_is_extended(void **state)
{
	uint32_t w[3] = { 0, 0, 0xAAAAAAAA };

	(void)state;
	assert_int_equal(span_words(tens, w, 3), 3);
	assert_int_equal(w[0], 0x04030201);
	assert_int_equal(w[1], 0x08070605);
	assert_int_equal(w[2], 0x00000A09);
	w[1] = 7;
	assert_int_equal(span_words(tens, w, 1), 1);
	assert_int_equal(w[1], 7);
	assert_int_equal(span_words((struct span){ NULL, 0 }, w, 3), 0);
}

static void
a_reader_takes_numbers_in_order(void **state)
{
	struct rd r = rd_init(tens);

	(void)state;
	assert_int_equal(rd_u8(&r), 1);
	assert_int_equal(rd_u16(&r), 0x0302);
	assert_int_equal(rd_u32(&r), 0x07060504);
	assert_int_equal(rd_left(&r), 3);
	assert_int_equal(rd_span(&r, 3).p[2], 10);
	assert_true(rd_ok(&r));
	r = rd_at(tens, 2);
	assert_true(rd_u64(&r) == UINT64_C(0x0A09080706050403));
	assert_int_equal(rd_left(&r), 0);
	assert_true(rd_ok(&r));
}

/* One read too far spoils all that follow, even those that would fit. */
static void
a_reader_stays_bad(void **state)
{
	struct rd r = rd_at(tens, 7);

	(void)state;
	assert_int_equal(rd_u32(&r), 0);
	assert_false(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_left(&r), 0);
	assert_null(rd_span(&r, 1).p);
	r = rd_at(tens, 10);
	assert_true(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_false(rd_ok(&r));
	r = rd_at(tens, 11);
	assert_false(rd_ok(&r));
	r = rd_init(tens);
	rd_skip(&r, SIZE_MAX);
	assert_false(rd_ok(&r));
}

static void
an_arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_alloc(&a, n);

		assert_true((uintptr_t)p % _Alignof(max_align_t) == 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	arena_reset(&a);
	assert_int_equal(*(char *)arena_alloc(&a, 1), 0);
	arena_free(&a);
	assert_null(a.blocks);
	assert_int_equal(a.total, 0);
}

/* Small and large: past 256 KiB an array has a block to itself. */
static void
an_array_grows_and_keeps_its_items(void **state)
{
	struct arena a = { 0 };
	uint32_t *v = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t n = 0; n < 300000; n++) {
		v = arena_grow(&a, v, n, &cap, sizeof *v);
		assert_true(cap > n);
		v[n] = n;
		if (n % 50000 == 0)
			(void)arena_alloc(&a, 100);
	}
	for (uint32_t n = 0; n < 300000; n++)
		assert_int_equal(v[n], n);
	arena_free(&a);
}

/* One huge item must not make every later reset keep its block. */
static void
a_reset_arena_does_not_grow(void **state)
{
	struct arena a = { 0 };

	(void)state;
	(void)arena_alloc(&a, 8u << 20);
	arena_reset(&a);
	assert_true(a.total <= 1u << 20);
	for (int i = 0; i < 100; i++) {
		for (int j = 0; j < 40; j++)
			(void)arena_alloc(&a, 50000);
		arena_reset(&a);
	}
	assert_true(a.total <= 1u << 20);
	arena_free(&a);
}

static void
texts_are_copied_and_ended(void **state)
{
	struct arena a = { 0 };
	char text[] = "one two";
	struct str s = { text, 3 };
	struct str copy = arena_str(&a, s);
	char *c = arena_cstr(&a, s);

	(void)state;
	text[0] = 'X';
	assert_true(str_is(copy, "one"));
	assert_string_equal(c, "one");
	assert_string_equal(arena_fmt(&a, "%d-%s", 42, "x").p, "42-x");
	assert_int_equal(arena_fmt(&a, "%s", "").n, 0);
	assert_string_equal(arena_cstr(&a, str_of(NULL)), "");
	assert_int_equal(arena_span(&a, (struct span){ NULL, 0 }).n, 0);
	arena_free(&a);
}

static jmp_buf died;
static const char *last_words;

static void
jump_out(const char *what)
{
	last_words = what;
	longjmp(died, 1);
}

/* Sizes that run over end in die(), not in a block that is too small. */
static void
sizes_that_run_over_end_the_process(void **state)
{
	static struct arena a;
	static volatile int deaths;

	(void)state;
	die_handler(jump_out);
	deaths = 0;
	if (setjmp(died) == 0)
		(void)arena_calloc(&a, SIZE_MAX / 2, 3);
	else
		deaths++;
	if (setjmp(died) == 0)
		(void)arena_alloc(&a, SIZE_MAX);
	else
		deaths++;
	if (setjmp(died) == 0)
		(void)arena_alloc(&a, SIZE_MAX - 20);
	else
		deaths++;
	die_handler(NULL);
	assert_int_equal(deaths, 3);
	assert_string_equal(last_words, "out of memory");
	/* It goes on working for whoever jumped out. */
	assert_non_null(arena_alloc(&a, 16));
	arena_free(&a);
}

/* A pipe that is fed byte by byte by another process. */
static int
slow_pipe(const char *text)
{
	int fds[2];
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child > 0) {
		close(fds[1]);
		return fds[0];
	}
	close(fds[0]);
	for (; *text != '\0'; text++) {
		if (write(fds[1], text, 1) != 1)
			_exit(1);
		usleep(200);
	}
	_exit(0);
}

static void
short_reads_of_a_pipe_are_not_the_end(void **state)
{
	struct source s;
	char buf[20] = "";

	(void)state;
	source_fd(&s, slow_pipe("hello, world"));
	assert_true(s.size == SOURCE_UNKNOWN);
	assert_int_equal(source_peek(&s).n, 12);
	assert_int_equal(source_peek(&s).n, 12);
	assert_true(s.at == 0);
	assert_int_equal(source_read(&s, buf, 5), 5);
	assert_string_equal(buf, "hello");
	assert_true(s.at == 5);
	assert_int_equal(source_read(&s, buf, sizeof buf), 7);
	assert_int_equal(source_read(&s, buf, sizeof buf), 0);
	assert_int_equal(s.error, 0);
	assert_true(s.at == 12);
	source_close(&s);
	assert_int_equal(s.fd, -1);
}

/* More than can be peeked: what was peeked comes first, nothing twice. */
static void
peeking_takes_nothing(void **state)
{
	static uint8_t bytes[SOURCE_PEEK + 100], got[SOURCE_PEEK + 100];
	struct source s;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	source_memory(&s, (struct span){ bytes, sizeof bytes });
	assert_int_equal(source_peek(&s).n, SOURCE_PEEK);
	assert_int_equal(source_read(&s, got, 10), 10);
	assert_int_equal(source_read(&s, got + 10, sizeof got),
	    sizeof got - 10);
	assert_memory_equal(got, bytes, sizeof got);
}

static void
slurping_stops_at_its_cap(void **state)
{
	static const uint8_t bytes[1000];
	struct arena a = { 0 };
	struct source s;
	struct span out;

	(void)state;
	source_memory(&s, (struct span){ bytes, sizeof bytes });
	assert_true(source_slurp(&s, &a, 1000, &out));
	assert_int_equal(out.n, 1000);
	source_memory(&s, (struct span){ bytes, sizeof bytes });
	assert_false(source_slurp(&s, &a, 999, &out));
	assert_int_equal(s.error, ERANGE);
	source_fd(&s, slow_pipe("0123456789"));
	assert_false(source_slurp(&s, &a, 9, &out));
	source_close(&s);
	source_fd(&s, slow_pipe("0123456789"));
	assert_true(source_slurp(&s, &a, 10, &out));
	assert_memory_equal(out.p, "0123456789", 10);
	source_close(&s);
	arena_free(&a);
}

static void
a_read_that_fails_is_remembered(void **state)
{
	struct arena a = { 0 };
	struct source s;
	struct span out;
	char buf[4];

	(void)state;
	source_fd(&s, open("/", O_RDONLY | O_CLOEXEC));
	assert_int_equal(source_read(&s, buf, sizeof buf), 0);
	assert_int_equal(s.error, EISDIR);
	assert_false(source_slurp(&s, &a, 100, &out));
	source_close(&s);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_outside_of_a_span_is_empty),
		cmocka_unit_test(spans_are_equal_by_content),
		cmocka_unit_test(
		    words_are_little_endian_and_a_rest_is_extended),
		cmocka_unit_test(a_reader_takes_numbers_in_order),
		cmocka_unit_test(a_reader_stays_bad),
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(an_array_grows_and_keeps_its_items),
		cmocka_unit_test(a_reset_arena_does_not_grow),
		cmocka_unit_test(texts_are_copied_and_ended),
		cmocka_unit_test(sizes_that_run_over_end_the_process),
		cmocka_unit_test(short_reads_of_a_pipe_are_not_the_end),
		cmocka_unit_test(peeking_takes_nothing),
		cmocka_unit_test(slurping_stops_at_its_cap),
		cmocka_unit_test(a_read_that_fails_is_remembered),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
