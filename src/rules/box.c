/*
 * Where a rule set comes from.  Rule files may be somebody else's: they are
 * looked into by a child that has given up its rights (base/seal.h), after
 * their bytes were read.  What it finds comes back as an image (image.h)
 * through a pipe, and nothing in that is believed.
 *
 * The files of the program itself were read when it was built.  The image of
 * that time stands for them as long as they are what they were, to the byte,
 * and the program is: then no process is started and nothing parsed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/caps.h"
#include "base/die.h"
#include "base/source.h"
#include "rules/files.h"
#include "rules/image.h"
#include "rules/load.h"
#include "rules/rule.h"

/* The shipped rules take 50 ms of CPU time, as many as are allowed (see
 * CAP_RULE_FILES) take about a second. */
enum { CPU_SECONDS = 10, PATIENCE = 120 * 1000 /* ms */, REFUSED = 3 };
#define CHILD_MEMORY ((size_t)1 << 30)

static struct span
files_load(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, const struct rule_files *f, struct out *o)
{
	struct rule_errors errs = { NULL, 0, 0 };
	const struct ruleset *rs = load(a, from->dir, f, env, &errs);

	image_begin(o, files_key(f), files_digest(f));
	image_pack(o, rs, &errs);
	return image_end(o);
}

static void
send_all(int fd, struct span s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);
		s = span_from(s, (size_t)n);
	}
}

/* Not through exit(): see seal.h.  The parent says it. */
static void
broken(const char *what)
{
	(void)what;
	_exit(EXIT_BROKEN);
}

/* Never returns. */
static void
child(const struct rules_from *from, const struct rules_env *env, int fd,
    pid_t parent)
{
	struct seal how = { .memory = CHILD_MEMORY,
	    .cpu_seconds = CPU_SECONDS, .keep = &fd, .nkeep = 1,
	    .parent = parent };
	struct rule_files f = { .n = 0 };
	struct arena a = { 0 };
	struct out o = out_memory();

	die_handler(broken);
	files_read(&a, from->dir, from->base, true, &f);
	if (seal_enter(&how) != SEAL_ALL && from->policy == SEAL_REQUIRE)
		_exit(REFUSED);
	send_all(fd, files_load(&a, from, env, &f, &o));
	_exit(0);
}

/* Everything up to the end, or NULL and why not. */
static const char *
hear_all(int fd, struct out *o)
{
	char buf[65536];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int ready = poll(&p, 1, PATIENCE);
		ssize_t n;

		if (ready == -1 && errno == EINTR)
			continue;
		if (ready == 0)
			return "gave no answer";
		n = ready == -1 ? -1 : read(fd, buf, sizeof buf);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return strerror(errno);
		if (n == 0)
			return NULL;
		if ((size_t)n > CAP_RULE_IMAGE - o->n)
			return "gave more than 128 MiB";
		out_bytes(o, buf, (size_t)n);
	}
}

static struct str
end_says(struct arena *a, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return str_of("tried what no reader does (a forbidden system "
		    "call: an attack?)");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return str_of("took too long");
	if (WIFSIGNALED(status))
		return arena_fmt(a, "crashed (signal %d)", WTERMSIG(status));
	return str_of(WEXITSTATUS(status) == EXIT_BROKEN ? "ran out of memory" :
	    "ended without an answer");
}

/* Waits for the child; why its answer is none, or an empty text. */
static struct str
child_end(struct arena *a, pid_t pid, const char *why)
{
	int status = 0;

	if (why != NULL)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return str_of(strerror(errno));
	if (why != NULL)
		return str_of(why);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return str_of("");
	if (WIFEXITED(status) && WEXITSTATUS(status) == REFUSED)
		return str_of("cannot be sealed on this machine, as --sandbox "
		    "require asks; evtriage --version -v tells what is "
		    "missing");
	return end_says(a, status);
}

static struct str
child_ask(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, struct out *o)
{
	pid_t self = getpid(), pid;
	int pair[2];
	const char *why;

	if (pipe2(pair, O_CLOEXEC) == -1)
		return arena_fmt(a, "could not be started: %s",
		    strerror(errno));
	pid = fork();
	if (pid == 0)
		child(from, env, pair[1], self);
	why = pid == -1 ? strerror(errno) : NULL;
	(void)close(pair[1]);
	if (pid != -1)
		why = hear_all(pair[0], o);
	(void)close(pair[0]);
	return pid == -1 ? arena_fmt(a, "could not be started: %s", why) :
	    child_end(a, pid, why);
}

/* The answer for what was asked for, kept in a; empty, with a mistake, when
 * there is none. */
static struct span
files_ask(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, struct rule_errors *errs)
{
	struct out o = out_memory();
	struct arena scratch = { 0 };
	struct rule_files f = { .n = 0 };
	struct str why = str_of("");
	struct span s;

	if (from->policy == SEAL_OFF) {
		files_read(&scratch, from->dir, from->base, true, &f);
		(void)files_load(&scratch, from, env, &f, &o);
	} else {
		why = child_ask(a, from, env, &o);
	}
	if (why.n > 0)
		rule_error_add(a, errs, str_of(from->dir), 0,
		    "the process that reads the rules %.*s", (int)why.n,
		    why.p);
	s = why.n > 0 ? (struct span){ NULL, 0 } :
	    arena_span(a, (struct span){ (const uint8_t *)o.mem, o.n });
	arena_free(&scratch);
	out_free(&o);
	return s;
}

/* The image of the build, if it is of these very files. */
static struct span
image_fresh(struct arena *a, const struct rules_from *from)
{
	const struct span none = { NULL, 0 };
	struct rule_files f = { .n = 0 };
	struct arena scratch = { 0 };
	struct source s;
	struct span image;
	uint64_t key;
	bool whole;
	int fd = open(from->image, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);

	if (fd == -1)
		return none;
	source_fd(&s, fd);
	whole = source_slurp(&s, a, CAP_RULE_IMAGE, &image);
	source_close(&s);
	if (!whole || !image_key(image, &key))
		return none;
	files_read(&scratch, from->dir, NULL, false, &f);
	whole = key != 0 && key == files_key(&f);
	arena_free(&scratch);
	return whole ? image : none;
}

/* Rules and their image from a process of its own, or NULL and mistakes. */
static struct ruleset *
files_take(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, struct rule_errors *errs, struct span *image)
{
	struct ruleset *rs = NULL;

	*image = files_ask(a, from, env, errs);
	if (image->p != NULL)
		rs = image_unpack(a, *image, from->dir, env, errs);
	if (image->p != NULL && rs == NULL)
		rule_error_add(a, errs, str_of(from->dir), 0, "the process "
		    "that reads the rules gave a wrong answer");
	return rs;
}

struct ruleset *
rules_load(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, struct rule_errors *errs)
{
	struct span image = { NULL, 0 };
	struct ruleset *rs = NULL;

	if (from->image != NULL && env->lean)
		image = image_fresh(a, from);
	if (image.p != NULL)
		rs = image_unpack(a, image, from->dir, env, errs);
	if (rs == NULL)
		rs = files_take(a, from, env, errs, &image);
	return rs == NULL ? rules_none(a) : rs;
}

bool
rules_image(struct arena *a, const struct rules_from *from,
    const struct rules_env *env, struct rule_errors *errs, struct out *to)
{
	struct span image;
	uint64_t key = 0;

	(void)files_take(a, from, env, errs, &image);
	if (errs->n == 0 && (!image_key(image, &key) || key == 0))
		rule_error_add(a, errs, str_of(from->dir), 0,
		    "this program has no build id to know its image by");
	if (errs->n == 0)
		out_bytes(to, image.p, image.n);
	return errs->n == 0;
}
