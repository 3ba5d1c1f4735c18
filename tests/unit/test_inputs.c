/*
 * Walk and pool put together: what becomes of inputs when the user
 * interrupts, how far those who watch are told that it is, and the text that
 * workers send.
 */
#include "tree.h"
#include "triage/inputs.h"
#include "triage/survey.h"

enum { MANY = 600 };

static volatile sig_atomic_t stop;

static void
one_read(void *ctx, struct work *w, struct source *s, struct str path)
{
	(void)ctx;
	(void)w;
	(void)s;
	(void)path;
}

static void
problem_send(void *ctx, struct work *w, struct str path, const char *why)
{
	(void)ctx;
	(void)w;
	(void)path;
	(void)why;
}

static bool
text_take(void *ctx, struct span piece)
{
	(void)ctx;
	(void)piece;
	return true;
}

static void
told_note(void *ctx, const struct problem *p)
{
	(void)ctx;
	(void)p;
}

static void
done_note(void *ctx, const struct input_job *j, struct str failed)
{
	(void)ctx;
	note("%s%.*s: %.*s\n", j->inside ? "in " : "", (int)j->path.n,
	    j->path.p, (int)failed.n, failed.p);
}

static void
missed_note(void *ctx, const struct input_job *j, const char *why)
{
	(void)ctx;
	note("missed %.*s: %s\n", (int)j->path.n, j->path.p, why);
}

static const struct inputs_ops ops = { .one = one_read,
    .problem = problem_send, .text = text_take, .told = told_note,
    .done = done_note, .missed = missed_note };

/* Interrupted before anything was begun. */
static void
interrupted(char *const *paths, size_t n, const struct inputs_ops *o)
{
	const struct pool_options how = { .in_process = true,
	    .stop = &stop };
	struct pool_told told;
	int open = descriptors();

	transcript_n = 0;
	transcript[0] = '\0';
	assert_int_equal(inputs_run(&mem, paths, n, &how, o, &told),
	    POOL_INTERRUPTED);
	assert_int_equal(descriptors(), open);
}

static char f[] = "f", x[] = "x", gone[] = "gone";

/* Only files that were begun were named. */
static void
an_interrupt_names_what_was_never_begun(void **state)
{
	char *const paths[] = { x, gone, f };

	(void)state;
	stop = STOP_INTERRUPTED;
	file("x", "");
	folder("f");
	file("f/a", "");
	file("f/b", "");
	interrupted(paths, 3, &ops);
	assert_string_equal(transcript,
	    "x: not scanned: interrupted\n"
	    "missed gone: No such file or directory\n"
	    "in f/a: not scanned: interrupted\n"
	    "in f/b: not scanned: interrupted\n");
	stop = STOP_UNWANTED;
	interrupted(paths, 3, &ops);
	assert_string_equal(transcript, "");
}

static void
files_make(size_t n)
{
	char name[32];

	folder("f");
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(name, sizeof name, "f/%03zu", i);
		file(name, "");
	}
}

/* The last line of the transcript. */
static const char *
last_line(void)
{
	size_t at = transcript_n - 1;

	assert_true(transcript_n > 0);
	while (at > 0 && transcript[at - 1] != '\n')
		at--;
	return transcript + at;
}

static size_t
lines(void)
{
	size_t n = 0;

	for (size_t i = 0; i < transcript_n; i++)
		n += transcript[i] == '\n';
	return n;
}

static void
of_many_that_were_not_begun_the_first_are_named(void **state)
{
	char *const paths[] = { f };
	struct inputs_ops third = ops;

	(void)state;
	stop = STOP_INTERRUPTED;
	files_make(NOT_SCANNED_NAMED + 1);
	interrupted(paths, 1, &ops);
	assert_int_equal(lines(), NOT_SCANNED_NAMED + 1);
	assert_string_equal(last_line(),
	    "missed f/016: not scanned: interrupted\n");
	for (size_t i = NOT_SCANNED_NAMED + 1; i < MANY; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "f/%03zu", i);
		file(name, "");
	}
	interrupted(paths, 1, &ops);
	assert_int_equal(lines(), NOT_SCANNED_NAMED + 1);
	assert_string_equal(last_line(), "missed f/016: not scanned: "
	    "interrupted; 583 more behind it were not scanned either\n");
	third.shard = 3;
	third.shards = 3;
	interrupted(paths, 1, &third);
	assert_int_equal(lines(), NOT_SCANNED_NAMED + 1);
	assert_string_equal(last_line(), "missed f/050: not scanned: "
	    "interrupted; 183 more behind it were not scanned either\n");
}

static struct pool_far
surveyed(char *const *paths, size_t n, const struct inputs_ops *o)
{
	struct survey *s = survey_new(&mem, paths, n, o);
	struct pool_far far = { .known = false };

	while (!far.known)
		survey_go_on(s, &far);
	/* And once more. */
	survey_go_on(s, &far);
	survey_free(s);
	return far;
}

static void
the_survey_counts_what_the_walk_will_find(void **state)
{
	char *const paths[] = { f, x, gone };
	char *const pipes[] = { f, (char[]){ "pipe" } };
	struct inputs_ops half = ops;
	struct pool_far far;

	(void)state;
	files_make(MANY);
	file("f/000", "1234");
	file("x", "567");
	assert_int_equal(symlink("../x", "f/link"), 0);
	assert_int_equal(link("f/000", "f/again"), 0);
	far = surveyed(paths, 3, &ops);
	assert_int_equal(far.all_files, MANY + 1);
	assert_int_equal(far.all_bytes, 7);
	half.shard = 2;
	half.shards = 2;
	far = surveyed(paths, 3, &half);
	assert_int_equal(far.all_files, MANY / 2);
	/* A pipe has no size.  It is not opened either: whoever is about to
	 * write to it would believe that it is read. */
	assert_int_equal(mkfifo("pipe", 0600), 0);
	far = surveyed(pipes, 2, &ops);
	assert_int_equal(far.all_files, MANY + 2);
	assert_int_equal(far.all_bytes, 0);
}

static struct out said;

/* Lines of this many bytes in turn: some fit where they are sent from, some
 * do not, alone or behind others. */
static const size_t lengths[] = { 1, 300, 1 << 14, 7, 1 << 17, 90000, 90000,
    2, (1 << 17) - 5, 1 << 14, 300000, 16379, 50, 131060, 14 };
enum { LENGTHS = sizeof lengths / sizeof *lengths, LINES = 40 * LENGTHS };

static void
line_write(struct out *o, size_t i)
{
	for (size_t n = lengths[i * i % LENGTHS]; n > 1; n--)
		out_char(o, (char)('a' + (i + n) % 26));
	out_char(o, '\n');
}

static void
text_send(void *ctx, struct work *w, struct source *s, struct str path)
{
	const struct problem p = { path, 7, GRADE_NOTE, str_of("between") };
	struct out o = out_memory();

	(void)ctx;
	(void)s;
	for (size_t i = 0; i < LINES; i++) {
		if (o.n == 0)
			inputs_text_begin(w, &o);
		line_write(&o, i);
		if (inputs_text_full(&o) || i % 100 == 99)
			inputs_text_send(w, &o);
		if (i % 100 == 99)
			inputs_problem(w, &p);
	}
	inputs_text_send(w, &o);
	out_free(&o);
}

static bool
text_keep(void *ctx, struct span piece)
{
	(void)ctx;
	out_bytes(&said, piece.p, piece.n);
	return true;
}

static void
place_note(void *ctx, const struct problem *p)
{
	(void)ctx;
	note("%.*s at %zu\n", (int)p->message.n, p->message.p, said.n);
}

/* What is written where it is sent from is what was written, and stands
 * where it was said. */
static void
text_comes_as_it_was_written(void **state)
{
	struct inputs_ops o = ops;
	struct out all = out_memory(), places = out_memory();
	char *const paths[] = { x };

	(void)state;
	file("x", "ElfFile");	/* with its NUL: a log, and no more */
	assert_int_equal(truncate("x", 8), 0);
	for (size_t i = 0; i < LINES; i++) {
		line_write(&all, i);
		if (i % 100 == 99)
			out_fmt(&places, "between at %zu\n", all.n);
	}
	out_lit(&places, "x: \n");
	o.one = text_send;
	o.text = text_keep;
	o.told = place_note;
	for (int inside = 0; inside < 2; inside++) {
		const struct pool_options how = { .workers = 1,
		    .in_process = inside, .stop = &stop };
		struct pool_told told;

		stop = 0;
		said = out_memory();
		transcript_n = 0;
		assert_int_equal(inputs_run(&mem, paths, 1, &how, &o, &told),
		    POOL_DONE);
		assert_string_equal(transcript, places.mem);
		assert_int_equal(said.n, all.n);
		assert_memory_equal(said.mem, all.mem, all.n);
		out_free(&said);
	}
	out_free(&all);
	out_free(&places);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, tree_begin, tree_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_interrupt_names_what_was_never_begun),
		TEST(of_many_that_were_not_begun_the_first_are_named),
		TEST(the_survey_counts_what_the_walk_will_find),
		TEST(text_comes_as_it_was_written),
	};

	return cmocka_run_group_tests_name("inputs", tests, NULL, NULL);
}
