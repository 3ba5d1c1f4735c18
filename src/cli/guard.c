/*
 * Nothing is written over an input.  Files are compared by device and
 * inode, so that neither links nor other ways to name them help.
 *
 * In folders the content decides what is an input: a report of yesterday
 * that lies beside the logs may be replaced, a log may not.  What grows
 * under a name while folders are read (standard output, mostly) is passed
 * over by the walk: "evtriage scan . >report" is common.
 */
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <unistd.h>
#include "base/source.h"
#include "base/unpack.h"
#include "cli/cli.h"

enum { FOLDERS_OPEN = 16 };

static bool
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What nftw looks for; it hands on no context. */
static const struct stat *wanted;

static int
folder_look(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)path;
	(void)at;
	return kind == FTW_F && same(st, wanted);
}

static bool
folder_has(const char *folder, const struct stat *st)
{
	wanted = st;
	return nftw(folder, folder_look, FOLDERS_OPEN, 0) == 1;
}

static bool
holds_log(const char *path)
{
	struct source s;
	bool is;

	source_fd(&s, open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
	is = s.fd != -1 && (log_sniff(source_peek(&s)) ||
	    unpack_sniff(source_peek(&s)));
	source_close(&s);
	return is;
}

static bool
path_is(const char *path, const struct stat *st, bool as_log)
{
	struct stat in;

	if ((strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &in) :
	    stat(path, &in)) != 0)
		return false;
	return same(&in, st) || (as_log && S_ISDIR(in.st_mode) &&
	    folder_has(path, st));
}

bool
guard_refuses(const struct options *o, const struct stat *st,
    const char *name, bool grows)
{
	const char *input = NULL;
	bool as_log;

	if (!S_ISREG(st->st_mode))
		return false;
	as_log = !grows && holds_log(name);
	if (o->evidence != NULL && path_is(o->evidence, st, false))
		input = o->evidence;
	for (size_t i = 0; i < o->nargs && input == NULL; i++)
		if ((o->paths || strcmp(o->args[i], "-") == 0) &&
		    path_is(o->args[i], st, as_log))
			input = o->args[i];
	if (input == NULL)
		return false;
	complain("%s: is an input too (%s): nothing was written", name,
	    strcmp(input, "-") == 0 ? "standard input" : input);
	return true;
}
