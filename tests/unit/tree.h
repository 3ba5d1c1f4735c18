/*
 * A temporary folder that tests of the walk fill and stand in, and the
 * transcript of a walk: one line for everything found.
 *
 *	file a/x.evtx text		opened; what stands in it
 *	named x.evtx text		the same, named by the user
 *	file a/x.evtx			only looked at
 *	problem PATH: why
 *	end a				of a folder; "again N" if N > 0
 */
#ifndef EVTRIAGE_TESTS_TREE_H
#define EVTRIAGE_TESTS_TREE_H

#include "unit.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "triage/walk.h"

static struct arena mem;
static char tree[64];
static char transcript[1 << 18];
static size_t transcript_n;
static int most_open;		/* descriptors at once */

static inline void
file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline void
folder(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
}

static inline int
tree_begin(void **state)
{
	(void)state;
	/* In memory if we can: some tests make tens of thousands of files. */
	(void)snprintf(tree, sizeof tree, "%s/evtriage-walk-XXXXXX",
	    access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(tree) == NULL || chmod(tree, 0755) == -1)
		return -1;
	alarm(60);	/* what blocks fails */
	return chdir(tree);
}

static inline int
tree_end(void **state)
{
	char command[80];

	(void)state;
	alarm(0);
	arena_free(&mem);
	(void)snprintf(command, sizeof command, "rm -rf %s", tree);
	return chdir("/") != 0 || system(command) != 0;
}

static inline int
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = -1;		/* that one itself */

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2;
}

static inline void
note(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(transcript + transcript_n,
	    sizeof transcript - transcript_n, fmt, ap);
	va_end(ap);
	assert_true(n >= 0);
	transcript_n += (size_t)n;
	assert_true(transcript_n < sizeof transcript);
}

static inline void
found_note(const struct found *f)
{
	char text[64] = "";
	struct stat st;
	ssize_t n;

	switch (f->kind) {
	case FOUND_FILE:
		if (f->fd == -1) {
			note("%s %s\n", f->named ? "named" : "file",
			    f->path.p);
			break;
		}
		assert_true(f->fd > STDERR_FILENO);
		assert_int_equal(fstat(f->fd, &st), 0);
		assert_true(S_ISREG(st.st_mode) ||
		    (fcntl(f->fd, F_GETFL) & O_NONBLOCK) == 0);
		n = read(f->fd, text, sizeof text - 1);
		text[n < 0 ? 0 : n] = '\0';
		assert_int_equal(close(f->fd), 0);
		note("%s %s %s\n", f->named ? "named" : "file", f->path.p,
		    text);
		break;
	case FOUND_PROBLEM:
		note("problem %s: %s\n", f->path.p, f->why);
		break;
	case FOUND_FOLDER_END:
		note(f->again > 0 ? "end %s again %zu\n" : "end %s\n",
		    f->path.p, f->again);
		break;
	}
}

static inline bool
step(struct walk *w)
{
	struct found f;
	int n;

	if (!walk_next(w, &f))
		return false;
	assert_int_equal(f.path.p[f.path.n], '\0');
	n = descriptors();
	if (n > most_open)
		most_open = n;
	found_note(&f);
	return true;
}

static inline struct walk *
begin(char *const *paths)
{
	size_t n = 0;

	while (paths[n] != NULL)
		n++;
	transcript_n = 0;
	transcript[0] = '\0';
	most_open = 0;
	return walk_new(&mem, paths, n);
}

static inline void
end(struct walk *w)
{
	while (step(w))
		;
	walk_free(w);
}

/* What a walk of these paths finds. */
#define walk_is(expected, ...) do {			\
	char *const paths_[] = { __VA_ARGS__, NULL };	\
	int open_ = descriptors();			\
							\
	end(begin(paths_));				\
	assert_string_equal(transcript, expected);	\
	assert_int_equal(descriptors(), open_);		\
} while (0)

#endif
