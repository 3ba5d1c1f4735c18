/*
 * Finding the inputs.  Everything in folders is named relative to the
 * descriptor of its folder, so that no length of a path matters and nobody
 * who renames a folder above leads the walk elsewhere.
 *
 * What lies in folders is looked at before it is opened: a device may do
 * something when it is opened, a FIFO may wait.  What was opened counts,
 * though: between the two calls anybody can put another file there.
 *
 * Every file and folder met is remembered by device and inode, 8 bytes in
 * a table that is at most three quarters full.  Remembering only those
 * that can be met again (several links, folders) would not do: whether a
 * file was met is also asked when a symbolic link leads to it, or its name
 * is given after its folder's, and neither is known when it is met.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/caps.h"
#include "triage/walk.h"

/* The inodes of one file system: open addressing, 0 is an empty slot. */
struct device {
	dev_t		 dev;
	struct arena	 mem;		/* of slots */
	uint64_t	*slots;
	size_t		 n, cap;	/* cap: a power of two */
	bool		 zero;		/* inode 0 is in it, too */
};

struct files {
	struct device	*v;
	size_t		 n, cap;
};

/* A folder that the walk is in. */
struct level {
	int		 fd;		/* -1: closed, to be opened again */
	dev_t		 dev;
	ino_t		 ino;
	size_t		 path_n;	/* of it, in walk.path */
	struct arena	 mem;		/* of names */
	char		*names;		/* one behind the other, with NUL */
	size_t		*offsets;	/* of names, sorted by them */
	size_t		 n, at;
	size_t		 names_n, names_cap, cap;
};

struct walk {
	struct arena	*a;
	char *const	*paths;
	size_t		 npaths, at;
	struct files	 met;
	struct files	 named;		/* files and folders among paths */
	struct files	 own;		/* to be passed over */
	bool		 look_only;
	size_t		 again, told;	/* see struct found */
	char		*path;		/* of what was met last */
	size_t		 path_cap;
	struct level	 level[CAP_WALK_DEPTH];
	size_t		 depth;		/* levels in use */
};

static size_t
slot_of(const struct device *d, uint64_t ino)
{
	size_t i = (size_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (i &= d->cap - 1; d->slots[i] != 0 && d->slots[i] != ino;
	    i = (i + 1) & (d->cap - 1))
		;
	return i;
}

static void
device_grow(struct device *d)
{
	struct device bigger = { .dev = d->dev, .n = d->n, .zero = d->zero,
	    .cap = d->cap == 0 ? 64 : 2 * d->cap };

	bigger.slots = arena_array(&bigger.mem, uint64_t, bigger.cap);
	for (size_t i = 0; i < d->cap; i++)
		if (d->slots[i] != 0)
			bigger.slots[slot_of(&bigger, d->slots[i])] =
			    d->slots[i];
	arena_free(&d->mem);
	*d = bigger;
}

static struct device *
device_find(const struct files *f, dev_t dev)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].dev == dev)
			return &f->v[i];
	return NULL;
}

static bool
files_have(const struct files *f, const struct stat *st)
{
	const struct device *d = device_find(f, st->st_dev);

	if (d == NULL)
		return false;
	return st->st_ino == 0 ? d->zero :
	    d->cap > 0 && d->slots[slot_of(d, st->st_ino)] != 0;
}

static void
files_add(struct arena *a, struct files *f, const struct stat *st)
{
	struct device *d = device_find(f, st->st_dev);
	size_t i;

	if (d == NULL) {
		f->v = arena_grow(a, f->v, f->n, &f->cap, sizeof *f->v);
		d = &f->v[f->n++];
		*d = (struct device){ .dev = st->st_dev };
	}
	if (st->st_ino == 0) {
		d->zero = true;
		return;
	}
	if (d->n >= d->cap / 4 * 3)
		device_grow(d);
	i = slot_of(d, st->st_ino);
	d->n += d->slots[i] == 0;
	d->slots[i] = st->st_ino;
}

static void
files_free(struct files *f)
{
	for (size_t i = 0; i < f->n; i++)
		arena_free(&f->v[i].mem);
}

struct walk *
walk_new(struct arena *a, char *const *paths, size_t n)
{
	struct walk *w = arena_new(a, struct walk);
	struct stat st;

	w->a = a;
	w->paths = paths;
	w->npaths = n;
	walk_pass_over(w, STDOUT_FILENO);
	/* A single path is met as what it is. */
	for (size_t i = 0; n > 1 && i < n; i++)
		if (stat(paths[i], &st) == 0)
			files_add(a, &w->named, &st);
	return w;
}

void
walk_pass_over(struct walk *w, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		files_add(w->a, &w->own, &st);
}

void
walk_look_only(struct walk *w)
{
	w->look_only = true;
}

/* The path of what is now looked at: name behind the first n bytes. */
static void
path_set(struct walk *w, size_t n, const char *name)
{
	size_t len = strlen(name);
	bool slash = n > 0 && w->path[n - 1] != '/';

	while (w->path_cap < n + slash + len + 1)
		w->path = arena_grow(w->a, w->path, w->path_cap, &w->path_cap,
		    1);
	if (slash)
		w->path[n++] = '/';
	memcpy(w->path + n, name, len + 1);
}

static bool
tell(const struct walk *w, struct found *f, enum found_kind kind)
{
	*f = (struct found){ .kind = kind, .path = str_of(w->path),
	    .fd = -1, .again = w->again, .told = w->told,
	    .inside = w->depth > 0 };
	return true;
}

static bool
problem(const struct walk *w, struct found *f, const char *why)
{
	(void)tell(w, f, FOUND_PROBLEM);
	f->why = why;
	return true;
}

/* A descriptor above the standard ones, whichever of these are closed. */
static int
fd_raise(int fd)
{
	int high = fd;

	if (fd >= 0 && fd <= STDERR_FILENO) {
		high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		(void)close(fd);
	}
	return high;
}

static int
open_at(int dir, const char *name)
{
	return fd_raise(openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK));
}

int
walk_again(int fd)
{
	char name[32];

	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	return open_at(AT_FDCWD, name);
}

/* What level i is called in its folder; of the first, its path. */
static const char *
level_name(const struct walk *w, size_t i)
{
	const struct level *up;

	if (i == 0)
		return w->paths[w->at - 1];
	up = &w->level[i - 1];
	return up->names + up->offsets[up->at - 1];
}

/* Folders are closed from the outside in: if this one is, so are those
 * around it, and the way leads from the beginning. */
static int
level_open(struct walk *w)
{
	struct level *l = &w->level[w->depth - 1];
	struct stat st;
	int fd = AT_FDCWD;

	if (l->fd != -1)
		return l->fd;
	for (size_t i = 0; i < w->depth && fd != -1; i++) {
		int next = open_at(fd, level_name(w, i));

		if (i > 0)
			(void)close(fd);
		fd = next;
	}
	if (fd != -1 && (fstat(fd, &st) == -1 || st.st_dev != l->dev ||
	    st.st_ino != l->ino)) {
		(void)close(fd);
		fd = -1;
	}
	l->fd = fd;
	return fd;
}

static int
names_compare(const void *a, const void *b, void *names)
{
	const size_t *x = a, *y = b;

	return strcmp((const char *)names + *x, (const char *)names + *y);
}

static void
name_add(struct level *l, const char *name)
{
	size_t len = strlen(name) + 1;

	while (l->names_cap - l->names_n < len)
		l->names = arena_grow(&l->mem, l->names, l->names_cap,
		    &l->names_cap, 1);
	memcpy(l->names + l->names_n, name, len);
	l->offsets = arena_grow(&l->mem, l->offsets, l->n, &l->cap,
	    sizeof *l->offsets);
	l->offsets[l->n++] = l->names_n;
	l->names_n += len;
}

/* Names in a folder, sorted.  Returns 0, or why there are no more. */
static int
names_read(struct level *l)
{
	int fd = fcntl(l->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), error;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL) {
		error = errno;
		if (fd != -1)
			(void)close(fd);
		return error;
	}
	while (errno = 0, (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0)
			name_add(l, e->d_name);
	error = errno;
	(void)closedir(d);
	if (l->n > 1)
		qsort_r(l->offsets, l->n, sizeof *l->offsets, names_compare,
		    l->names);
	return error;
}

static bool
folder_enter(struct walk *w, struct found *f, int fd, const struct stat *st)
{
	struct level *l = &w->level[w->depth];
	int error;

	if (w->depth == CAP_WALK_DEPTH) {
		(void)close(fd);
		return problem(w, f, "folders are nested too deeply");
	}
	if (w->depth >= WALK_OPEN && l[-WALK_OPEN].fd != -1) {
		(void)close(l[-WALK_OPEN].fd);
		l[-WALK_OPEN].fd = -1;
	}
	*l = (struct level){ .fd = fd, .dev = st->st_dev, .ino = st->st_ino,
	    .path_n = strlen(w->path) };
	if (w->depth == 0)
		w->again = w->told = 0;
	error = names_read(l);
	if (error != 0)
		(void)problem(w, f, strerror(error));
	if (error != 0 && l->n == 0) {
		(void)close(fd);
		arena_free(&l->mem);
	} else {
		w->depth++;
	}
	return error != 0;
}

static void
level_leave(struct walk *w)
{
	struct level *l = &w->level[--w->depth];

	if (l->fd != -1)
		(void)close(l->fd);
	arena_free(&l->mem);
}

/* Why there is nothing of that name, which error says. */
static const char *
missing_why(int dir, const char *name, bool listed, int error)
{
	struct stat st;

	if (error == ENAMETOOLONG)
		return "its path, or a name in it, is longer than the system "
		    "allows";
	if (error != ENOENT)
		return strerror(error);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return "it is a link to what is not there";
	return listed ? "it was removed while its folder was read" :
	    strerror(error);
}

/* Is the walk in this folder? */
static bool
around(const struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->depth; i++)
		if (w->level[i].dev == st->st_dev &&
		    w->level[i].ino == st->st_ino)
			return true;
	return false;
}

/* Nothing for us, or not again. */
static bool
passed_over(struct walk *w, const struct stat *st, bool named)
{
	if (!named && !S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode))
		return true;
	if (files_have(&w->own, st))
		return true;
	if (files_have(&w->met, st)) {
		if (!around(w, st)) {
			w->again++;
			w->told += files_have(&w->named, st);
		}
		return true;
	}
	files_add(w->a, &w->met, st);
	return false;
}

static bool
file_show(const struct walk *w, struct found *f, const struct stat *st,
    bool named)
{
	(void)tell(w, f, FOUND_FILE);
	f->named = named || files_have(&w->named, st);
	f->sized = S_ISREG(st->st_mode);
	f->bytes = f->sized ? (uint64_t)st->st_size : 0;
	return true;
}

static bool
file_hand_out(struct walk *w, struct found *f, int fd, const struct stat *st,
    bool named)
{
	/* Opening never waits, reading may: a FIFO that nobody writes to is
	 * empty, one with a writer (<(zcat log)) is read to its end. */
	if (!S_ISREG(st->st_mode) && fcntl(fd, F_SETFL, O_RDONLY) == -1) {
		int error = errno;

		(void)close(fd);
		return problem(w, f, strerror(error));
	}
	(void)file_show(w, f, st, named);
	f->fd = fd;
	return true;
}

/* What stands under this name in dir; true when there is something to be
 * said of it. */
static bool
name_take(struct walk *w, struct found *f, int dir, const char *name,
    bool named)
{
	struct stat st, now;
	int fd;

	if (fstatat(dir, name, &st, 0) == -1)
		return problem(w, f, missing_why(dir, name, !named, errno));
	if (named && files_have(&w->own, &st))
		return problem(w, f, "it is what this run writes to");
	if (passed_over(w, &st, named))
		return false;
	if (w->look_only && !S_ISDIR(st.st_mode))
		return file_show(w, f, &st, named);
	fd = open_at(dir, name);
	if (fd == -1 || fstat(fd, &now) == -1) {
		int error = errno;

		if (fd != -1)
			(void)close(fd);
		return problem(w, f, missing_why(dir, name, !named, error));
	}
	if ((now.st_dev != st.st_dev || now.st_ino != st.st_ino) &&
	    passed_over(w, &now, named)) {
		(void)close(fd);
		return false;
	}
	return S_ISDIR(now.st_mode) ? folder_enter(w, f, fd, &now) :
	    file_hand_out(w, f, fd, &now, named);
}

static bool
level_next(struct walk *w, struct found *f)
{
	struct level *l = &w->level[w->depth - 1];
	const char *name;
	int dir;

	w->path[l->path_n] = '\0';
	if (l->at == l->n) {
		level_leave(w);
		return w->depth == 0 && tell(w, f, FOUND_FOLDER_END);
	}
	dir = level_open(w);
	if (dir == -1) {
		l->at = l->n;
		return problem(w, f, "it was moved or closed to us while it "
		    "was read: the rest of it is left out");
	}
	name = l->names + l->offsets[l->at++];
	path_set(w, l->path_n, name);
	return name_take(w, f, dir, name, false);
}

static bool
standard_input(struct walk *w, struct found *f)
{
	struct stat st;
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	path_set(w, 0, "(standard input)");
	if (fd == -1)
		return problem(w, f, errno == EBADF ? "it is closed" :
		    strerror(errno));
	if (fstat(fd, &st) == -1)
		memset(&st, 0, sizeof st);
	if (files_have(&w->own, &st) || w->look_only)
		(void)close(fd);
	if (files_have(&w->own, &st))
		return problem(w, f, "it is what this run writes to");
	(void)file_show(w, f, &st, true);
	if (!w->look_only)
		f->fd = fd;
	return true;
}

static bool
path_next(struct walk *w, struct found *f)
{
	const char *path = w->paths[w->at++];

	if (strcmp(path, "-") == 0)
		return standard_input(w, f);
	path_set(w, 0, path);
	return name_take(w, f, AT_FDCWD, path, true);
}

bool
walk_next(struct walk *w, struct found *f)
{
	bool some = false;

	while (!some && (w->depth > 0 || w->at < w->npaths))
		some = w->depth > 0 ? level_next(w, f) : path_next(w, f);
	return some;
}

void
walk_free(struct walk *w)
{
	while (w->depth > 0)
		level_leave(w);
	files_free(&w->met);
	files_free(&w->named);
	files_free(&w->own);
}
