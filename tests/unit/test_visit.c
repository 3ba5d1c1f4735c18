/*
 * What opened files hold, and both steps of finding inputs in one.
 */
#include <errno.h>
#include "tree.h"
#include "triage/inputs.h"

#define LOG "<Event><System/></Event>"

static char f[] = "f", x[] = "x";

static void
one_note(void *ctx, struct source *s, struct str path)
{
	char text[8];
	size_t n = source_read(s, text, sizeof text);

	(void)ctx;
	note("one %.*s %.*s\n", (int)path.n, path.p, (int)n, text);
}

static void
problem_note(void *ctx, struct str path, const char *why)
{
	(void)ctx;
	note("problem %.*s: %s\n", (int)path.n, path.p, why);
}

static const struct visit_ops ops = { one_note, problem_note, NULL };

/* One file of a tar. */
static size_t
tar_put(uint8_t *at, const char *name, const char *text)
{
	unsigned sum = 8 * ' ';
	size_t n = strlen(text);

	memset(at, 0, 1024);
	(void)strcpy((char *)at, name);
	(void)strcpy((char *)at + 100, "0000644");
	(void)snprintf((char *)at + 124, 12, "%011o", (unsigned)n);
	(void)strcpy((char *)at + 136, "00000000000");
	at[156] = '0';
	(void)strcpy((char *)at + 257, "ustar");
	memcpy(at + 263, "00", 2);
	for (size_t i = 0; i < 512; i++)
		sum += at[i];
	(void)snprintf((char *)at + 148, 8, "%06o", sum % 262144);
	at[155] = ' ';
	memcpy(at + 512, text, n);
	return 1024;
}

static size_t
visit(const void *bytes, size_t n, bool named)
{
	struct source s;

	transcript_n = 0;
	transcript[0] = '\0';
	source_memory(&s, (struct span){ bytes, n });
	return input_visit(&mem, &s, str_of("p"), named, &ops);
}

static size_t
read_fails(void *ctx, void *buf, size_t n, int *error)
{
	(void)ctx;
	(void)buf;
	(void)n;
	*error = EIO;
	return 0;
}

/* It was passed over without a word. */
static void
a_file_that_cannot_be_read_is_told(void **state)
{
	struct source s;

	(void)state;
	transcript_n = 0;
	source_from(&s, read_fails, NULL);
	assert_int_equal(input_visit(&mem, &s, str_of("p"), false, &ops), 0);
	assert_string_equal(transcript, "problem p: Input/output error\n");
}

static void
content_decides_unless_it_is_named(void **state)
{
	(void)state;
	assert_int_equal(visit(LOG, strlen(LOG), false), 1);
	assert_string_equal(transcript, "one p <Event><\n");
	assert_int_equal(visit("hello", 5, false), 0);
	assert_string_equal(transcript, "");
	assert_int_equal(visit("hello", 5, true), 1);
	assert_string_equal(transcript, "one p hello\n");
	assert_int_equal(visit("", 0, false), 0);
	assert_int_equal(visit("", 0, true), 1);
	assert_string_equal(transcript, "one p \n");
}

static void
logs_in_packed_files_are_found(void **state)
{
	uint8_t tar[8192] = { 0 };
	size_t n;

	(void)state;
	n = tar_put(tar, "readme", "hello");
	n += tar_put(tar + n, "a/b.xml", LOG);
	n += tar_put(tar + n, "c", LOG);
	assert_int_equal(visit(tar, n + 1024, false), 2);
	assert_string_equal(transcript, "one p/a/b.xml <Event><\n"
	    "one p/c <Event><\n");
	/* Cut off behind the first log. */
	assert_int_equal(visit(tar, 2 * 1024 + 100, false), 1);
	assert_non_null(strstr(transcript, "one p/a/b.xml <Event><\n"
	    "problem p: "));
}

static void
packed_files_without_logs_matter_when_named(void **state)
{
	uint8_t tar[4096] = { 0 };
	size_t n = tar_put(tar, "readme", "hello");

	(void)state;
	assert_int_equal(visit(tar, n + 1024, false), 0);
	assert_string_equal(transcript, "");
	assert_int_equal(visit(tar, n + 1024, true), 0);
	assert_string_equal(transcript,
	    "problem p: no event log was found in this packed file\n");
}

static void
input_note(void *ctx, struct work *w, struct source *s, struct str path)
{
	(void)w;
	one_note(ctx, s, path);
}

static void
input_problem_note(void *ctx, struct work *w, struct str path, const char *why)
{
	(void)w;
	problem_note(ctx, path, why);
}

static void
done_note(void *ctx, const struct input_job *j, struct str failed)
{
	(void)ctx;
	if (failed.n > 0)
		note("failed %.*s\n", (int)j->path.n, j->path.p);
}

static void
missed_note(void *ctx, const struct input_job *j, const char *why)
{
	problem_note(ctx, j->path, why);
}

/* Walk and visit in one process, for its transcript. */
static void
paths_note(char *const *paths, size_t n)
{
	static const struct pool_options how = { .in_process = true,
	    .policy = SEAL_OFF };
	static const struct inputs_ops inputs = { .one = input_note,
	    .problem = input_problem_note, .done = done_note,
	    .missed = missed_note };
	struct pool_told told;

	transcript_n = 0;
	transcript[0] = '\0';
	assert_int_equal(inputs_run(&mem, paths, n, &how, &inputs, &told),
	    POOL_DONE);
}

#define paths_are(expected, ...) do {				\
	char *const paths_[] = { __VA_ARGS__ };			\
								\
	paths_note(paths_, sizeof paths_ / sizeof *paths_);	\
	assert_string_equal(transcript, expected);		\
} while (0)

static void
a_folder_without_logs_is_told(void **state)
{
	(void)state;
	folder("f");
	file("f/a", "hello");
	file("x", LOG);
	paths_are("problem f: no event log was found in this folder\n", f);
	/* A log beside it does not count. */
	paths_are("one x <Event><\nproblem f: no event log was found in this "
	    "folder\n", x, f);
	file("f/b", LOG);
	paths_are("one f/b <Event><\none x <Event><\n", f, x);
	/* One in it that is also named does. */
	paths_are("one f/b <Event><\n", f, (char[]){ "f/b" });
}

/* The folder has a log; saying that it has none was wrong. */
static void
a_folder_read_before_is_not_called_empty(void **state)
{
	(void)state;
	folder("f");
	folder("f/g");
	file("f/g/b", LOG);
	paths_are("one f/g/b <Event><\n", (char[]){ "f/g" }, f);
	paths_are("one f/g/b <Event><\n", (char[]){ "f/g/b" }, f);
	folder("x");
	assert_int_equal(symlink("../f/g/b", "x/b"), 0);
	paths_are("one f/g/b <Event><\nproblem x: no event log was found in "
	    "this folder but what had been met before\n", f, x);
	/* A link to the folder itself is not that. */
	assert_int_equal(unlink("x/b"), 0);
	assert_int_equal(symlink(".", "x/b"), 0);
	paths_are("one f/g/b <Event><\nproblem x: no event log was found in "
	    "this folder\n", f, x);
}

/* Behind its folder's name it went unread, without a word. */
static void
a_named_file_is_read_whatever_it_is(void **state)
{
	(void)state;
	folder("f");
	file("f/a", "hello");
	file("f/b", LOG);
	paths_are("one f/a hello\none f/b <Event><\n", f,
	    (char[]){ "f/a" });
}

static void
a_file_that_changes_is_noticed(void **state)
{
	struct file_state before, after;
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	int pipes[2], fd;

	(void)state;
	file("a", "1234");
	fd = open("a", O_RDWR);
	assert_int_equal(futimens(fd, times), 0);
	before = file_state(fd);
	after = file_state(fd);
	assert_null(file_change(&before, &after));
	/* Replaced under its name: ours is what it was. */
	file("b", "another");
	assert_int_equal(rename("b", "a"), 0);
	after = file_state(fd);
	assert_null(file_change(&before, &after));
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	after = file_state(fd);
	assert_string_equal(file_change(&before, &after),
	    "it was written to while it was read");
	assert_int_equal(ftruncate(fd, 2), 0);
	after = file_state(fd);
	assert_string_equal(file_change(&before, &after),
	    "it shrank while it was read");
	assert_int_equal(ftruncate(fd, 6), 0);
	after = file_state(fd);
	assert_string_equal(file_change(&before, &after),
	    "it grew while it was read");
	assert_int_equal(close(fd), 0);
	assert_int_equal(pipe(pipes), 0);
	before = file_state(pipes[0]);
	assert_false(before.regular);
	assert_null(file_change(&before, &after));
	assert_int_equal(close(pipes[0]) | close(pipes[1]), 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, tree_begin, tree_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(content_decides_unless_it_is_named),
		TEST(a_file_that_cannot_be_read_is_told),
		TEST(logs_in_packed_files_are_found),
		TEST(packed_files_without_logs_matter_when_named),
		TEST(a_folder_without_logs_is_told),
		TEST(a_folder_read_before_is_not_called_empty),
		TEST(a_named_file_is_read_whatever_it_is),
		TEST(a_file_that_changes_is_noticed),
	};

	return cmocka_run_group_tests_name("visit", tests, NULL, NULL);
}
