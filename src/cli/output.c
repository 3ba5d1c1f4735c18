/*
 * Where results go: standard output or a file.  A file is written under a
 * temporary name beside its place and renamed when it is whole, so that a
 * report is there complete or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/gate.h"
#include "cli/cli.h"

void
text_line(const char *before, struct str s)
{
	struct out o = out_file(stdout);

	out_lit(&o, before);
	gate_text(&o, s);
	out_char(&o, '\n');
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

static void
temporary_name(const struct output *p, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s.%ld.tmp", p->path, (long)getpid());
}

bool
output_open(struct output *p, const struct options *o)
{
	char tmp[4200];
	int fd;

	memset(p, 0, sizeof *p);
	p->path = o->output;
	if (p->path == NULL) {
		p->out = out_file(stdout);
		p->out.color = color_wanted(o, isatty(STDOUT_FILENO) == 1);
		return true;
	}
	temporary_name(p, tmp, sizeof tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	p->file = fd == -1 ? NULL : fdopen(fd, "w");
	if (p->file == NULL) {
		complain("%s: %s", p->path, strerror(errno));
		return false;
	}
	p->out = out_file(p->file);
	p->out.color = color_wanted(o, false);
	return true;
}

bool
output_close(struct output *p)
{
	char tmp[4200];
	bool ok = out_flush(&p->out);
	int error = p->out.error;

	if (p->file == NULL) {
		/* Nobody listens any more: not worth a word. */
		if (!ok && error != EPIPE)
			complain("standard output: %s", strerror(error));
		return ok || error == EPIPE;
	}
	temporary_name(p, tmp, sizeof tmp);
	if (fclose(p->file) != 0 && ok) {
		ok = false;
		error = errno;
	}
	if (ok && rename(tmp, p->path) != 0) {
		ok = false;
		error = errno;
	}
	if (!ok) {
		complain("%s: %s", p->path, strerror(error));
		(void)unlink(tmp);
	}
	return ok;
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
