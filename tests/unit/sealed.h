/*
 * Doing one thing in a sealed child, and how it ended.
 */
#ifndef EVTRIAGE_TESTS_SEALED_H
#define EVTRIAGE_TESTS_SEALED_H

#include "unit.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/seal.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* What a child tells. */
static volatile struct told {
	unsigned	on;		/* seal_enter's answer */
	pid_t		pid;
	unsigned	count;
} *told;

/* Open in the parent: a folder, a file to write, a pair of sockets, a
 * socket without other end; kept but for the last. */
static int folder, file, pair[2], lone, closed;
static int keep[5];
static unsigned given;		/* what this machine can do */
static int landlock;		/* its version; 0: none */

static inline struct seal
usual(void)
{
	return (struct seal){ .memory = 256u << 20, .keep = keep,
	    .nkeep = sizeof keep / sizeof *keep, .parent = getpid() };
}

static inline int
seal_setup(void **state)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    1u);

	(void)state;
	landlock = version < 0 ? 0 : (int)version;
	given = seal_probe();
	folder = open("/etc", O_RDONLY | O_DIRECTORY);
	file = memfd_create("test", 0);
	lone = socket(AF_UNIX, SOCK_DGRAM, 0);
	closed = dup(file);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	keep[0] = folder;
	keep[1] = file;
	keep[2] = pair[0];
	keep[3] = lone;
	keep[4] = 77;			/* is not open: no harm */
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return told == MAP_FAILED ? -1 : 0;
}

/* The wait status of a child that does before (if not NULL), is sealed, and
 * ends with what act returns. */
static inline int
sealed(const struct seal *how, void (*before)(void), int (*act)(void))
{
	pid_t child;
	int status = -1;

	told->on = told->count = 0;
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		if (before != NULL)
			before();
		told->on = seal_enter(how);
		_exit(act());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* Was that the end: exit status or (negative) signal? */
static inline void
ended(const char *what, int status, int as)
{
	int was = WIFSIGNALED(status) ? -WTERMSIG(status) :
	    WEXITSTATUS(status);

	if (was != as)
		fail_msg("%s: ended with %d, not %d (on: %u)", what, was, as,
		    told->on);
}

/* 0, or why a call failed. */
static inline int
why(long result)
{
	return result == -1 ? errno : 0;
}

#endif
