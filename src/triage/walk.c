/*
 * Finding the inputs.  What the user names is opened whatever it is called
 * or holds; in folders the content decides, so that a folder of exports
 * may hold readme files beside the logs, and a log with a wrong extension
 * is still read.  Nothing that could block or has no end (FIFO, device,
 * socket) is opened in folders.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/caps.h"
#include "base/unpack.h"
#include "log/log.h"
#include "triage/triage.h"

struct seen {
	dev_t	dev;
	ino_t	ino;
};

struct walk {
	struct arena		*a;
	const struct walk_ops	*ops;
	struct seen		*seen;
	size_t			 nseen, cap;
	size_t			 found;		/* logs below this folder */
};

static bool
seen_before(struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->nseen; i++)
		if (w->seen[i].dev == st->st_dev &&
		    w->seen[i].ino == st->st_ino)
			return true;
	w->seen = arena_grow(w->a, w->seen, w->nseen, &w->cap,
	    sizeof *w->seen);
	w->seen[w->nseen].dev = st->st_dev;
	w->seen[w->nseen++].ino = st->st_ino;
	return false;
}

static void
problem(const struct walk *w, struct str path, const char *why)
{
	w->ops->problem(w->ops->ctx, path, why);
}

/* The logs in a packed file; other files in it are passed over.  Packed
 * files in packed files stay closed. */
static void
packed_visit(struct walk *w, struct source *s, struct str path, bool named)
{
	struct unpack *u = unpack_open(w->a, s);
	struct source file;
	struct str name;
	size_t found = 0;

	while (unpack_next(u, &file, &name)) {
		struct str inner = name.n == 0 ? path : arena_fmt(w->a,
		    "%.*s/%.*s", (int)path.n, path.p, (int)name.n, name.p);

		if (!log_sniff(source_peek(&file)))
			continue;
		found++;
		w->ops->one(w->ops->ctx, &file, inner);
	}
	if (unpack_error(u).n > 0 && (named || found > 0))
		problem(w, path, arena_cstr(w->a, unpack_error(u)));
	else if (found == 0 && named)
		problem(w, path, "no event log was found in this packed file");
	w->found += found;
	unpack_close(u);
}

static void
source_visit(struct walk *w, struct source *s, struct str path, bool named)
{
	if (unpack_sniff(source_peek(s))) {
		packed_visit(w, s, path, named);
	} else if (named || log_sniff(source_peek(s))) {
		w->found++;
		w->ops->one(w->ops->ctx, s, path);
	}
}

static void
file_visit(struct walk *w, struct str path, bool named)
{
	int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct source s;

	/* Opening never waits, reading may: a FIFO that nobody writes to is
	 * empty, one with a writer (<(zcat log)) is read to its end. */
	if (fd == -1 || fcntl(fd, F_SETFL, O_RDONLY) == -1) {
		problem(w, path, strerror(errno));
		if (fd != -1)
			(void)close(fd);
		return;
	}
	source_fd(&s, fd);
	source_visit(w, &s, path, named);
	source_close(&s);
}

static int
cmp_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted; NULL with errno when it cannot be read. */
static char **
names_read(struct walk *w, struct str dir, size_t *n)
{
	DIR *d = opendir(dir.p);
	const struct dirent *e;
	char **v = NULL;
	size_t cap = 0;

	*n = 0;
	if (d == NULL)
		return NULL;
	v = arena_grow(w->a, v, 0, &cap, sizeof *v);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		v = arena_grow(w->a, v, *n, &cap, sizeof *v);
		v[(*n)++] = arena_cstr(w->a, str_of(e->d_name));
	}
	closedir(d);
	qsort(v, *n, sizeof *v, cmp_names);
	return v;
}

static void
folder_visit(struct walk *w, struct str dir, int depth)
{
	size_t n;
	char **names = names_read(w, dir, &n);
	const char *slash = dir.n > 0 && dir.p[dir.n - 1] == '/' ? "" : "/";

	if (names == NULL || depth == CAP_WALK_DEPTH) {
		problem(w, dir, names == NULL ? strerror(errno) :
		    "folders are nested too deeply");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct str path = arena_fmt(w->a, "%.*s%s%s", (int)dir.n,
		    dir.p, slash, names[i]);
		struct stat st;

		if (stat(path.p, &st) == -1) {
			problem(w, path, strerror(errno));
			continue;
		}
		if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
			continue;
		if (seen_before(w, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			folder_visit(w, path, depth + 1);
		else
			file_visit(w, path, false);
	}
}

static void
path_visit(struct walk *w, const char *name)
{
	struct str path = str_of(name);
	struct stat st;
	struct source s;

	if (strcmp(name, "-") == 0) {
		source_fd(&s, STDIN_FILENO);
		source_visit(w, &s, str_of("(standard input)"), true);
		return;
	}
	if (stat(name, &st) == -1) {
		problem(w, path, strerror(errno));
		return;
	}
	if (seen_before(w, &st))
		return;
	if (!S_ISDIR(st.st_mode)) {
		file_visit(w, path, true);
		return;
	}
	w->found = 0;
	folder_visit(w, path, 0);
	if (w->found == 0)
		problem(w, path, "no event log was found in this folder");
}

void
walk_paths(struct arena *a, char *const *paths, size_t n,
    const struct walk_ops *ops)
{
	struct walk w = { .a = a, .ops = ops };

	for (size_t i = 0; i < n; i++)
		path_visit(&w, paths[i]);
}
