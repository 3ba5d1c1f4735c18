/*
 * Where results go: standard output or a file.  A file gets its name when
 * it is whole, so that a report is there complete or not at all:
 *
 *	It is written without a name (O_TMPFILE), in the folder where it
 *	will stand, and put in the place of an older one by rename.  Killed,
 *	the program leaves nothing.  Where the file system or a missing /proc
 *	does not allow that it has a name of its own meanwhile
 *	(.evtriage-PID-N.tmp), which signals that end the program remove.
 *	A link is followed: the file it leads to is replaced or made, the
 *	link stays.  The new file has the permissions of the old one, and its
 *	owner and group as far as that is allowed.
 *	What is no file (a device, a pipe) is written to as it is.
 *	What cannot be written is not replaced either.
 *
 * Nothing is written over an input: see guard.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/gate.h"
#include "cli/cli.h"
#include "cli/progress.h"

enum { LINKS = 40, NAMES = 100 };

void
complain(const char *fmt, ...)
{
	char text[PATH_MAX + 1024];
	struct out o = out_file(stderr);
	va_list ap;
	int n;

	progress_clear();
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	out_lit(&o, "evtriage: ");
	gate_text(&o, (struct str){ text, (size_t)n < sizeof text ? (size_t)n :
	    sizeof text - 1 });
	out_char(&o, '\n');
}

void
text_piece(const char *before, struct str s)
{
	struct out o = out_file(stdout);

	out_lit(&o, before);
	gate_text(&o, s);
}

void
text_line(const char *before, struct str s)
{
	text_piece(before, s);
	(void)putchar('\n');
}

static bool
color_wanted(const struct options *o, bool terminal)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	switch (o->color) {
	case COLOR_ALWAYS:
		return true;
	case COLOR_NEVER:
		return false;
	case COLOR_AUTO:
		break;
	}
	return terminal && (no == NULL || *no == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

/* The file that a signal has to remove, and whose it is: not a child's. */
static struct {
	const char	*name;
	pid_t		owner;
} unfinished;

static void
remove_unfinished(int sig)
{
	if (getpid() == unfinished.owner)
		(void)unlink(unfinished.name);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void
watch_signals(const struct output *p)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	unfinished.name = p->tmp;
	unfinished.owner = getpid();
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		/* What was ignored (nohup) stays so. */
		if (signal(signals[i], remove_unfinished) == SIG_IGN)
			(void)signal(signals[i], SIG_IGN);
}

/* The folder of path, up to its last slash. */
static int
folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (int)(slash + 1 - path);
}

/* buf = the first n bytes of folder, then name.  False with errno. */
static bool
path_join(char buf[PATH_MAX], const char *folder, int n, const char *name)
{
	if (snprintf(buf, PATH_MAX, "%.*s%s", n, folder, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* Where a link leads that leads to nothing yet. */
static bool
links_follow(char place[PATH_MAX])
{
	char target[PATH_MAX], next[PATH_MAX];

	for (int i = 0; i < LINKS; i++) {
		ssize_t n = readlink(place, target, sizeof target - 1);

		if (n < 0)
			return errno == EINVAL || errno == ENOENT;
		target[n] = '\0';
		if (!path_join(next, place, target[0] == '/' ? 0 :
		    folder_length(place), target))
			return false;
		memcpy(place, next, strlen(next) + 1);
	}
	errno = ELOOP;
	return false;
}

/* Finds p->place.  *old: the file that stands there, if *exists. */
static bool
place_find(struct output *p, struct stat *old, bool *exists)
{
	if (!path_join(p->place, "", 0, p->path))
		return false;
	*exists = stat(p->path, old) == 0;
	if (!*exists)
		return errno == ENOENT && links_follow(p->place);
	if (!S_ISREG(old->st_mode))
		return true;
	return realpath(p->path, p->place) != NULL &&
	    access(p->place, W_OK) == 0;
}

/* A name that nobody has; made says whether it could be taken. */
static bool
name_take(struct output *p, int (*make)(struct output *, mode_t),
    mode_t mode)
{
	char name[64];

	for (int i = 0; i < NAMES; i++) {
		(void)snprintf(name, sizeof name, ".evtriage-%ld-%d.tmp",
		    (long)getpid(), i);
		if (!path_join(p->tmp, p->place, folder_length(p->place),
		    name))
			break;
		if (make(p, mode) != -1)
			return true;
		if (errno != EEXIST)
			break;
	}
	p->tmp[0] = '\0';
	return false;
}

static int
make_named(struct output *p, mode_t mode)
{
	return p->fd = open(p->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    mode);
}

static int
make_link(struct output *p, mode_t mode)
{
	char self[64];

	(void)mode;
	(void)snprintf(self, sizeof self, "/proc/self/fd/%d", p->fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, p->tmp, AT_SYMLINK_FOLLOW);
}

/* A file to write to, without a name if that can be had. */
static bool
file_make(struct output *p, mode_t mode)
{
	char folder[PATH_MAX];
	int n = folder_length(p->place);

	(void)path_join(folder, p->place, n, n == 0 ? "." : "");
	p->tmp[0] = '\0';
	p->fd = access("/proc/self/fd", X_OK) != 0 ? -1 :
	    open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
	if (p->fd != -1)
		return true;
	if (!name_take(p, make_named, mode))
		return false;
	watch_signals(p);
	return true;
}

/* The new file as the old one was. */
static void
file_dress(const struct output *p, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;

	/* With another group than the old one its rights are nobody's. */
	if (fchown(p->fd, old->st_uid, old->st_gid) != 0 &&
	    fchown(p->fd, (uid_t)-1, old->st_gid) != 0)
		mode &= 0707;
	(void)fchmod(p->fd, mode);
}

static bool
file_open(struct output *p, const struct options *o)
{
	bool exists = false;
	struct stat st;

	if (!place_find(p, &st, &exists))
		goto failed;
	if (exists && guard_refuses(o, &st, p->path, false))
		return false;
	if (exists && !S_ISREG(st.st_mode)) {
		p->in_place = true;
		p->fd = open(p->path, O_WRONLY | O_CLOEXEC);
		if (p->fd == -1)
			goto failed;
	} else {
		if (!file_make(p, exists ? 0600 : 0666))
			goto failed;
		if (exists)
			file_dress(p, &st);
	}
	p->file = fdopen(p->fd, "w");
	if (p->file != NULL && p->tmp[0] != '\0' && fstat(p->fd, &st) == 0 &&
	    guard_refuses(o, &st, p->path, true)) {
		output_drop(p);
		return false;
	}
	if (p->file != NULL)
		return true;
failed:
	complain("%s: %s", p->path, strerror(errno));
	return false;
}

bool
output_open(struct output *p, const struct options *o)
{
	struct stat st;

	memset(p, 0, sizeof *p);
	p->path = o->output;
	if (p->path == NULL) {
		if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
		    guard_refuses(o, &st, "standard output", true))
			return false;
		p->out = out_file(stdout);
		p->out.color = color_wanted(o, isatty(STDOUT_FILENO) == 1);
		return true;
	}
	if (strlen(p->path) >= PATH_MAX) {
		complain("the name of the output has %zu bytes, and no file "
		    "can be named with more than %d", strlen(p->path),
		    PATH_MAX - 1);
		return false;
	}
	if (!file_open(p, o))
		return false;
	p->out = out_file(p->file);
	p->out.color = color_wanted(o, false);
	return true;
}

void
output_drop(struct output *p)
{
	if (p->file != NULL)
		(void)fclose(p->file);
	if (p->tmp[0] != '\0')
		(void)unlink(p->tmp);
	p->file = NULL;
	p->tmp[0] = '\0';
	unfinished.owner = 0;
}

/* Brings the whole file to its place.  False with errno. */
static bool
file_finish(struct output *p)
{
	FILE *f = p->file;

	if (p->in_place) {
		p->file = NULL;
		return fclose(f) == 0;
	}
	/* So that what counts as written is not lost with the power. */
	if (fsync(p->fd) != 0 && errno != EINVAL && errno != EROFS)
		return false;
	if (p->tmp[0] == '\0' && !name_take(p, make_link, 0))
		return false;
	p->file = NULL;
	if (fclose(f) != 0 || rename(p->tmp, p->place) != 0)
		return false;
	unfinished.owner = 0;
	p->tmp[0] = '\0';
	return true;
}

bool
output_close(struct output *p)
{
	bool ok = out_flush(&p->out);
	int error = p->out.error;

	if (p->file == NULL)
		return output_stdout_ok(error);
	if (ok && !file_finish(p)) {
		ok = false;
		error = errno;
	}
	if (ok)
		return true;
	output_drop(p);
	/* A pipe that was named, and nobody listens any more. */
	if (p->in_place && error == EPIPE)
		return true;
	complain("%s: %s", p->path, strerror(error));
	return false;
}

/* Is standard output a pipe without a reader? */
static bool
nobody_listens(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR) != 0;
}

bool
output_stdout_ok(int error)
{
	static bool said;

	errno = EIO;
	if (fflush(stdout) == 0 && !ferror(stdout) && error == 0)
		return true;
	if (error == 0)
		error = errno;
	/* Not worth a word. */
	if (error == EPIPE || nobody_listens())
		return true;
	if (!said)
		complain("standard output: %s", strerror(error));
	said = true;
	return false;
}

int
output_fd(const struct output *p)
{
	return p->file == NULL ? 0 : fileno(p->file);
}

unsigned
output_columns(const struct output *p)
{
	struct winsize w;

	if (p->file == NULL && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 &&
	    w.ws_col >= 60)
		return w.ws_col < 120 ? w.ws_col : 120;
	return 80;
}
