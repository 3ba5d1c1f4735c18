/*
 * The workers that share a log: one that dies, one that lies, and an
 * interrupt, anywhere in it, come to the same as with one worker.
 */
#include <signal.h>
#include "ranged.h"
#include "triage/inputs.h"
#include "triage/ranges.h"

/* Numbers of records instead of their text; some kill who decodes them. */
static uint64_t deadly[2];
static struct out said;
static volatile sig_atomic_t stop;
static size_t stop_behind;	/* bytes */

static uint64_t
numbers_send(struct work *w, struct log *l, struct problems *problems)
{
	static uint64_t ordinal;
	uint64_t end;
	struct arena a = { 0 };
	struct tally tally;
	struct record r;
	struct event e;
	struct str why;

	for (ordinal = 0;;) {
		bool leave = work_at(w, ordinal++, &why);

		if (log_next(l, &r) != LOG_RECORD)
			break;
		if (leave) {
			problem_add(problems, GRADE_RECORD, r.offset,
			    "%d is left out: %.*s", (int)r.id, (int)why.n,
			    why.p);
			continue;
		}
		if (r.id == deadly[0] || r.id == deadly[1])
			(void)raise(SIGSEGV);
		arena_reset(&a);
		(void)log_event(l, &a, &e);
		inputs_send(w, SENT_TEXT, &e.record_id, sizeof e.record_id);
	}
	end = log_range_end(l);
	log_close(l, &tally);
	for (size_t i = 0; i < problems->n; i++)
		inputs_problem(w, &problems->v[i]);
	arena_free(&a);
	return end;
}

static void
one_numbers(void *ctx, struct work *w, struct source *s, struct str path)
{
	struct arena a = { 0 };
	struct problems problems = { .arena = &a, .path = path };

	(void)ctx;
	(void)numbers_send(w, log_open(&a, s, &problems), &problems);
	arena_free(&a);
}

static uint64_t
range_numbers(void *ctx, struct work *w, struct source *s, struct str path,
    const struct log_range *r)
{
	struct arena a = { 0 };
	struct problems problems = { .arena = &a, .path = path };
	uint64_t end = numbers_send(w, log_open_range(&a, s, &problems, r),
	    &problems);

	(void)ctx;
	arena_free(&a);
	return end;
}

/* The worker of the second range lies about where it ended. */
static uint64_t
range_lies(void *ctx, struct work *w, struct source *s, struct str path,
    const struct log_range *r)
{
	uint64_t end = range_numbers(ctx, w, s, path, r);

	return r->from == 0 ? end : r->from;
}

static void
problem_none(void *ctx, struct work *w, struct str path, const char *why)
{
	(void)ctx;
	(void)w;
	fail_msg("%.*s: %s", (int)path.n, path.p, why);
}

static bool
text_keep(void *ctx, struct span piece)
{
	(void)ctx;
	out_bytes(&said, piece.p, piece.n);
	if (stop_behind > 0 && said.n >= stop_behind)
		stop = STOP_INTERRUPTED;
	return true;
}

static void
told_keep(void *ctx, const struct problem *p)
{
	(void)ctx;
	note("%d: %.*s\n", (int)p->offset, (int)p->message.n, p->message.p);
}

static void
done_keep(void *ctx, const struct input_job *j, struct str failed)
{
	(void)ctx;
	note("done %.*s %d: %.*s\n", (int)j->path.n, j->path.p, (int)j->seq,
	    (int)failed.n, failed.p);
}

static void
missed_keep(void *ctx, const struct input_job *j, const char *why)
{
	(void)ctx;
	note("missed %.*s: %s\n", (int)j->path.n, j->path.p, why);
}

static struct inputs_ops numbers = { .one = one_numbers,
    .range = range_numbers, .problem = problem_none, .text = text_keep,
    .told = told_keep, .done = done_keep, .missed = missed_keep };

static enum pool_end
numbers_run(uint64_t units, unsigned jobs)
{
	static char a[] = "a", b[] = "b";
	char *const paths[] = { a, b };
	const struct pool_options how = { .workers = jobs, .stop = &stop };
	struct pool_told told;
	enum pool_end end;
	int open = descriptors();

	numbers.units = units;
	transcript_n = 0;
	transcript[0] = '\0';
	said.n = 0;
	stop = 0;
	end = inputs_run(&mem, paths, 2, &how, &numbers, &told);
	assert_int_equal(descriptors(), open);
	return end;
}

static void
records_that_kill_are_left_out_of_their_range(void **state)
{
	char first[4096];
	struct span whole;

	(void)state;
	file_write("a", log_made);
	file_write("b", log_made);
	deadly[0] = 700;
	deadly[1] = 1900;
	assert_int_equal(numbers_run(WHOLE, 1), POOL_DONE);
	assert_true(transcript_n < sizeof first);
	memcpy(first, transcript, transcript_n + 1);
	assert_non_null(strstr(first, "1900 is left out: the reader was "));
	whole = arena_span(&mem, (struct span){ (uint8_t *)said.mem,
	    said.n });
	for (size_t i = 0; i < WAYS; i++) {
		assert_int_equal(numbers_run(ways[i].units, ways[i].jobs),
		    POOL_DONE);
		assert_string_equal(transcript, first);
		assert_int_equal(said.n, whole.n);
		assert_memory_equal(said.mem, whole.p, whole.n);
	}
	deadly[0] = deadly[1] = 0;
}

static void
a_range_that_lies_costs_the_rest_of_its_file(void **state)
{
	(void)state;
	numbers.range = range_lies;
	for (unsigned jobs = 1; jobs < 5; jobs += 3) {
		assert_int_equal(numbers_run(2, jobs), POOL_DONE);
		assert_string_equal(transcript,
		    "done a 0: protocol violation: bytes that no sound reader "
		    "sends\n"
		    "done b 1: protocol violation: bytes that no sound reader "
		    "sends\n");
	}
	numbers.range = range_numbers;
}

/* The numbers of records of at most two files, each from its first on and
 * without a gap. */
static void
numbers_go_on(void)
{
	uint64_t was = 0;
	size_t begins = 0;

	for (size_t i = 0; i < said.n / sizeof was; i++) {
		uint64_t n;

		memcpy(&n, said.mem + i * sizeof n, sizeof n);
		assert_true(n == 1 || n == was + 1);
		begins += n == 1;
		was = n;
	}
	assert_in_range(begins, 1, 2);
}

/* Wherever it comes: each file is told of once, and what was said of it is
 * the begin of what is to be said.  What the second has ready by then is
 * given, too. */
static void
an_interrupt_between_ranges(void **state)
{
	size_t whole;

	(void)state;
	assert_int_equal(numbers_run(WHOLE, 1), POOL_DONE);
	whole = said.n;
	for (size_t at = 8; at < whole / 2; at += whole / 25) {
		stop_behind = at;
		assert_int_equal(numbers_run(1, 2), POOL_INTERRUPTED);
		/* All of the first may have come by then. */
		if (strncmp(transcript, "done a 0: \n", 11) != 0)
			assert_string_equal(transcript,
			    "done a 0: not scanned: interrupted\n"
			    "done b 1: not scanned: interrupted\n");
		else
			assert_string_equal(transcript + 11,
			    "done b 1: not scanned: interrupted\n");
		assert_true(said.n >= at && said.n < whole);
		numbers_go_on();
	}
	stop_behind = 0;
}

/* Where no other descriptor is to be had the rest is one range. */
static void
a_file_that_cannot_be_opened_again(void **state)
{
	struct giving g = { .note = out_memory() };
	const struct joining in = { .any = false };
	const struct job file = { .fd = 1 << 20, .tag = 8 };
	struct log_range r;
	struct job j;

	(void)state;
	giving_begin(&g, &file, 10 * LOG_UNIT + 1, 2);
	assert_true(giving_next(&g, &in, &j));
	assert_int_equal(j.fd, file.fd);
	assert_true(range_read(j.note, &r));
	assert_true(r.from == 0 && r.last == 0 && !j.part);
	assert_true(j.bytes == 10 * LOG_UNIT + 1);
	assert_false(giving_next(&g, &in, &j));
	out_free(&g.note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_that_kill_are_left_out_of_their_range),
		cmocka_unit_test(a_range_that_lies_costs_the_rest_of_its_file),
		cmocka_unit_test(an_interrupt_between_ranges),
		cmocka_unit_test(a_file_that_cannot_be_opened_again),
	};
	int failed;

	said = out_memory();
	failed = cmocka_run_group_tests(tests, log_make, log_unmake);
	out_free(&said);
	return failed;
}
