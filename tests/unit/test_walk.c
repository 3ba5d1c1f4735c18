/*
 * Finding the inputs: the files of folders as they come, whatever stands
 * under their names.
 */
#include <dlfcn.h>
#include <malloc.h>
#include "tree.h"

static char a[] = "a", b[] = "b", c[] = "c", f[] = "f", g[] = "g";

/* Stands before the one of libc: what happens between a look at a file and
 * its opening. */
static void (*after_look)(const char *name);

int
fstatat(int dir, const char *restrict name, struct stat *restrict st,
    int flags)
{
	int (*look)(int, const char *, struct stat *, int);
	int r;

	*(void **)&look = dlsym(RTLD_NEXT, "fstatat");
	r = look(dir, name, st, flags);
	if (after_look != NULL)
		after_look(name);
	return r;
}

static void
folders_come_sorted_files_as_named(void **state)
{
	(void)state;
	folder("f");
	file("f/b", "1");
	file("f/B", "2");
	file("f/b2", "3");
	folder("f/b.d");
	file("f/b.d/z", "4");
	file("f/\xc3\xa4", "5");
	folder("f/empty");
	file("a", "6");
	walk_is("named a 6\nfile f/B 2\nfile f/b 1\nfile f/b.d/z 4\n"
	    "file f/b2 3\nfile f/\xc3\xa4 5\nend f\n", a, f);
	walk_is("end f/empty\nfile f/B 2\nfile f/b 1\nfile f/b.d/z 4\n"
	    "file f/b2 3\nfile f/\xc3\xa4 5\nend f again 1\n",
	    (char[]){ "f/empty" }, f);
	walk_is("file f/b.d/z 4\nend f/b.d/\n", (char[]){ "f/b.d/" });
}

static void
a_file_comes_once(void **state)
{
	(void)state;
	folder("f");
	file("f/b", "1");
	assert_int_equal(link("f/b", "f/c"), 0);
	assert_int_equal(symlink("b", "f/a"), 0);
	assert_int_equal(symlink("f/c", "g"), 0);
	walk_is("file f/a 1\nend f again 2\n", f);
	walk_is("named g 1\n", g, g, (char[]){ "f/b" });
	walk_is("named f/b 1\nend f again 3\n", (char[]){ "f/b" }, f);
	walk_is("file f/a 1\nend f again 2\n", f, f);
}

/* Named behind its folder, a file is still read whatever it is. */
static void
a_file_that_is_also_named_comes_as_named(void **state)
{
	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	walk_is("file f/a 1\nnamed f/b 2\nend f\n", f, (char[]){ "f/b" });
}

static void
links_that_lead_round_end(void **state)
{
	(void)state;
	folder("f");
	folder("f/g");
	file("f/g/x", "1");
	assert_int_equal(symlink("..", "f/g/up"), 0);
	assert_int_equal(symlink("../../f/g", "f/g/again"), 0);
	assert_int_equal(symlink("round", "f/round"), 0);
	walk_is("file f/g/x 1\n"
	    "problem f/round: Too many levels of symbolic links\n"
	    "end f\n", f);
}

static void
links_to_nowhere_are_told(void **state)
{
	(void)state;
	folder("f");
	assert_int_equal(symlink("gone", "f/a"), 0);
	walk_is("problem f/a: it is a link to what is not there\nend f\n", f);
	walk_is("problem f/a: it is a link to what is not there\n",
	    (char[]){ "f/a" });
	walk_is("problem b: No such file or directory\n", b);
	walk_is("problem : No such file or directory\n", (char[]){ "" });
}

/* Root reads everything: the walk is done as somebody else. */
static void
what_cannot_be_read_is_told(void **state)
{
	bool root = geteuid() == 0;

	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	folder("f/c");
	file("f/c/x", "3");
	folder("g");
	file("g/x", "4");
	assert_int_equal(chmod("f/a", 0), 0);
	assert_int_equal(chmod("f/c", 0), 0);
	assert_int_equal(chmod("g", 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	walk_is("problem f/a: Permission denied\nfile f/b 2\n"
	    "problem f/c: Permission denied\nend f\n"
	    "problem g: Permission denied\n", f, g);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("f/c", 0644), 0);	/* names, no files */
	if (root)
		assert_int_equal(seteuid(65534), 0);
	walk_is("problem f/c/x: Permission denied\nend f/c\n",
	    (char[]){ "f/c" });
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("f/c", 0755) | chmod("g", 0755), 0);
}

static void
special_files_in_folders_are_passed_over(void **state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX,
	    .sun_path = "f/socket" };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	folder("f");
	assert_int_equal(mkfifo("f/fifo", 0644), 0);
	assert_int_equal(symlink("/dev/zero", "f/zero"), 0);
	assert_int_equal(bind(s, (struct sockaddr *)&name, sizeof name), 0);
	file("f/x", "1");
	walk_is("file f/x 1\nend f\n", f);
	/* Named, they are tried: nobody writes into the FIFO. */
	walk_is("named f/fifo \n"
	    "problem f/socket: No such device or address\n"
	    "named /dev/null \n", (char[]){ "f/fifo" },
	    (char[]){ "f/socket" }, (char[]){ "/dev/null" });
	assert_int_equal(close(s), 0);
}

static void
put_fifo(const char *name)
{
	if (strcmp(name, "b") == 0) {
		assert_int_equal(unlink("f/b"), 0);
		assert_int_equal(mkfifo("f/b", 0644), 0);
	}
}

static void
put_link(const char *name)
{
	if (strcmp(name, "b") == 0) {
		assert_int_equal(unlink("f/b"), 0);
		assert_int_equal(link("f/a", "f/b"), 0);
	}
}

static void
put_folder(const char *name)
{
	if (strcmp(name, "b") == 0) {
		assert_int_equal(unlink("f/b"), 0);
		folder("f/b");
		file("f/b/x", "3");
	}
}

static void
put_nothing(const char *name)
{
	if (strcmp(name, "b") == 0)
		(void)unlink("f/b");
}

/* Replaced after it was looked at: what is opened decides. */
static void
what_is_opened_counts(void **state)
{
	static const struct {
		void (*put)(const char *);
		const char *gives;
	} cases[] = {
		{ put_fifo, "file f/a 1\nend f\n" },
		{ put_link, "file f/a 1\nend f again 1\n" },
		{ put_folder, "file f/a 1\nfile f/b/x 3\nend f\n" },
		{ put_nothing, "file f/a 1\nproblem f/b: it was removed "
		    "while its folder was read\nend f\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		folder("f");
		file("f/a", "1");
		file("f/b", "2");
		after_look = cases[i].put;
		walk_is(cases[i].gives, f);
		after_look = NULL;
		assert_int_equal(system("rm -r f"), 0);
	}
}

static void
what_vanishes_after_the_listing_is_told(void **state)
{
	struct walk *w = begin((char *[]){ f, NULL });

	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	file("f/c", "3");
	assert_true(step(w));
	assert_int_equal(unlink("f/b"), 0);
	file("f/bb", "too late");
	end(w);
	assert_string_equal(transcript, "file f/a 1\nproblem f/b: it was "
	    "removed while its folder was read\nfile f/c 3\nend f\n");
}

static void
a_renamed_folder_leads_nowhere_else(void **state)
{
	struct walk *w = begin((char *[]){ f, NULL });

	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	folder("g");
	file("g/b", "of another");
	assert_true(step(w));
	assert_int_equal(rename("f", "h"), 0);
	assert_int_equal(symlink("g", "f"), 0);
	end(w);
	assert_string_equal(transcript, "file f/a 1\nfile f/b 2\nend f\n");
}

static void
names_come_as_they_are(void **state)
{
	(void)state;
	folder("f");
	file("f/-", "1");
	file("f/--help", "2");
	file("f/a\nb", "3");
	file("f/\x1b[31m", "4");
	file("f/\xff\xfe", "5");
	file("-", "6");
	walk_is("file f/\x1b[31m 4\nfile f/- 1\nfile f/--help 2\n"
	    "file f/a\nb 3\nfile f/\xff\xfe 5\nend f\nnamed ./- 6\n", f,
	    (char[]){ "./-" });
}

/* d/d/d/... of n levels with a file behind the folder in each. */
static void
deep(size_t n, const char *name)
{
	int dir = open(".", O_RDONLY), next, x;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(mkdirat(dir, name, 0755), 0);
		next = openat(dir, name, O_RDONLY);
		assert_int_not_equal(next, -1);
		(void)close(dir);
		dir = next;
		x = openat(dir, "z", O_CREAT | O_WRONLY, 0644);
		assert_int_equal(write(x, "1", 1), 1);
		(void)close(x);
	}
	(void)close(dir);
}

static size_t
lines_of(const char *with)
{
	size_t n = 0;

	for (const char *at = transcript; (at = strstr(at, with)) != NULL;
	    at++)
		n++;
	return n;
}

/* 40 times 200 bytes; and far fewer open folders than levels. */
static void
no_path_is_too_long_in_folders(void **state)
{
	char name[201], path[5000];
	int before;

	(void)state;
	memset(name, 'd', 200);
	name[200] = '\0';
	deep(40, name);
	before = descriptors();
	end(begin((char *[]){ name, NULL }));
	assert_int_equal(lines_of("/z 1\n"), 40);
	assert_int_equal(lines_of("\n"), 41);
	assert_true(most_open - before <= WALK_OPEN + 1);
	assert_int_equal(descriptors(), before);
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	end(begin((char *[]){ path, NULL }));
	assert_non_null(strstr(transcript, "xx: its path, or a name in it, "
	    "is longer than the system allows\n"));
}

static void
few_descriptors_are_enough(void **state)
{
	struct rlimit old, few;

	(void)state;
	deep(30, "d");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)descriptors() + WALK_OPEN + 4;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	end(begin((char *[]){ (char[]){ "d" }, NULL }));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(lines_of("/z 1\n"), 30);
	assert_int_equal(lines_of("problem"), 0);
}

/* Without any left it is told, not lost. */
static void
no_descriptors_left_is_told(void **state)
{
	struct rlimit old, none;
	struct walk *w;

	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	w = begin((char *[]){ f, NULL });
	assert_true(step(w));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_true(step(w));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	end(w);
	assert_string_equal(transcript,
	    "file f/a 1\nproblem f/b: Too many open files\nend f\n");
}

/* The outer folder was closed on the way down, and another one stands in
 * its place on the way up. */
static void
a_folder_that_was_replaced_is_told(void **state)
{
	struct walk *w;

	(void)state;
	deep(20, "d");
	w = begin((char *[]){ (char[]){ "d" }, NULL });
	assert_true(step(w));
	assert_int_equal(rename("d", "e"), 0);
	folder("d");
	end(w);
	assert_int_equal(lines_of("file "), WALK_OPEN);
	assert_int_equal(lines_of("/d: it was moved or closed to us while "
	    "it was read: the rest of it is left out\n"), 20 - WALK_OPEN - 1);
	assert_non_null(strstr(transcript, "problem d: it was moved"));
	assert_int_equal(lines_of("end d\n"), 1);
}

static void
nesting_has_an_end(void **state)
{
	(void)state;
	deep(66, "d");
	end(begin((char *[]){ (char[]){ "d" }, NULL }));
	assert_int_equal(lines_of("file "), 64);
	assert_int_equal(lines_of("problem"), 1);
	assert_int_equal(lines_of("folders are nested too deeply"), 1);
}

static void
what_we_write_is_no_input(void **state)
{
	int out, fd, saved = dup(STDOUT_FILENO);
	struct walk *w;

	(void)state;
	folder("f");
	file("f/a", "1");
	out = open("f/out", O_CREAT | O_WRONLY, 0644);
	fd = open("f/temporary", O_CREAT | O_WRONLY, 0644);
	(void)fflush(stdout);
	assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	w = begin((char *[]){ f, (char[]){ "f/out" }, NULL });
	walk_pass_over(w, fd);
	end(w);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	assert_string_equal(transcript, "file f/a 1\nend f\n"
	    "problem f/out: it is what this run writes to\n");
	assert_int_equal(close(out) | close(fd) | close(saved), 0);
}

/* Standard input, also when it is closed: then no file takes its place. */
static void
standard_input_is_a_dash(void **state)
{
	int saved = dup(STDIN_FILENO);

	(void)state;
	file("a", "1");
	file("b", "2");
	assert_int_equal(close(STDIN_FILENO), 0);
	assert_int_equal(open("a", O_RDONLY), STDIN_FILENO);
	walk_is("named (standard input) 1\nnamed b 2\n", (char[]){ "-" }, b);
	assert_int_equal(close(STDIN_FILENO), 0);
	walk_is("problem (standard input): it is closed\nnamed b 2\n",
	    (char[]){ "-" }, b);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(close(saved), 0);
}

enum { MANY = 20000 };

/* Most that was got from malloc while 20,000 things were walked. */
static size_t
most_memory(size_t *files)
{
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd, most = 0;
	struct walk *w = begin((char *[]){ f, NULL });
	struct found x;

	*files = 0;
	for (size_t i = 0; walk_next(w, &x); i++) {
		if (x.kind == FOUND_FILE) {
			(*files)++;
			(void)close(x.fd);
		}
		if (i % 100 == 0) {
			struct mallinfo2 m = mallinfo2();

			if (m.uordblks + m.hblkhd - before > most)
				most = m.uordblks + m.hblkhd - before;
		}
	}
	walk_free(w);
	return most;
}

/*
 * Names of 9 bytes with their NUL, offsets of 8, inodes of 8, each in a
 * buffer that is at least half full and has smaller ones behind it in the
 * arena: less than 100 bytes a file.
 */
static void
many_files_take_little_memory(void **state)
{
	char name[32];
	size_t files;

	(void)state;
	if (mallinfo2().arena == 0)	/* another malloc, of a sanitizer */
		skip();
	folder("f");
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof name, "f/%08d", i);
		assert_int_equal(mknod(name, S_IFREG | 0644, 0), 0);
	}
	assert_in_range(most_memory(&files), 1, 100 * MANY);
	assert_int_equal(files, MANY);
}

/* Files in folders: the names of one inner folder at a time. */
static void
many_folders_take_little_memory(void **state)
{
	char name[32];
	size_t files;

	(void)state;
	if (mallinfo2().arena == 0)	/* another malloc, of a sanitizer */
		skip();
	folder("f");
	for (int i = 0; i < MANY / 4; i++) {
		(void)snprintf(name, sizeof name, "f/%04d", i);
		folder(name);
		for (int k = 0; k < 4; k++) {
			(void)snprintf(name, sizeof name, "f/%04d/%08d", i,
			    k);
			assert_int_equal(mknod(name, S_IFREG | 0644, 0), 0);
		}
	}
	assert_in_range(most_memory(&files), 1, 60 * MANY);
	assert_int_equal(files, MANY);
}

static void
a_walk_can_end_anywhere(void **state)
{
	int before = descriptors();
	struct walk *w;

	(void)state;
	deep(12, "d");
	w = begin((char *[]){ (char[]){ "d" }, a, c, NULL });
	assert_true(step(w));
	walk_free(w);
	assert_int_equal(descriptors(), before);
	walk_free(walk_new(&mem, NULL, 0));
}

static void
a_walk_may_go_on_without_opening_files(void **state)
{
	char *const paths[] = { (char[]){ "f" }, (char[]){ "-" }, NULL };
	struct walk *w;

	(void)state;
	folder("f");
	file("f/a", "1");
	file("f/b", "2");
	folder("f/c");
	file("f/c/d", "3");
	w = begin(paths);
	assert_true(step(w));
	walk_look_only(w);
	end(w);
	assert_string_equal(transcript, "file f/a 1\nfile f/b\nfile f/c/d\n"
	    "end f\nnamed (standard input)\n");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, tree_begin, tree_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folders_come_sorted_files_as_named),
		TEST(a_file_comes_once),
		TEST(a_file_that_is_also_named_comes_as_named),
		TEST(links_that_lead_round_end),
		TEST(links_to_nowhere_are_told),
		TEST(what_cannot_be_read_is_told),
		TEST(special_files_in_folders_are_passed_over),
		TEST(what_is_opened_counts),
		TEST(what_vanishes_after_the_listing_is_told),
		TEST(a_renamed_folder_leads_nowhere_else),
		TEST(names_come_as_they_are),
		TEST(no_path_is_too_long_in_folders),
		TEST(few_descriptors_are_enough),
		TEST(no_descriptors_left_is_told),
		TEST(a_folder_that_was_replaced_is_told),
		TEST(nesting_has_an_end),
		TEST(what_we_write_is_no_input),
		TEST(standard_input_is_a_dash),
		TEST(many_files_take_little_memory),
		TEST(many_folders_take_little_memory),
		TEST(a_walk_can_end_anywhere),
		TEST(a_walk_may_go_on_without_opening_files),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
