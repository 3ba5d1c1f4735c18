/*
 * The seal of a process that reads logs: rights given up for good before it
 * sees a byte of one.  A log may come from the machine of an intruder; what
 * it makes of a reader then has nothing to read, write, call or start.
 *
 * Four layers, for not every kernel or container has all of them:
 *
 *	no new privileges	set-user-id programs give none (Landlock and
 *				seccomp need this one)
 *	limits			memory, CPU, no file grows, no process starts
 *	Landlock		no path, no TCP port (kernel 5.13, 6.7); no
 *				signal to processes outside (6.12)
 *	seccomp			a list of system calls; the rest fails
 *				(EPERM), and what no reader ever does
 *				(open, socket, execve ...) ends the process
 *				with SIGSYS, so that an attack is seen
 *
 * Beside them, always: descriptors that are not kept are closed, standard
 * input, output and error lead to /dev/null, capabilities are dropped, the
 * process dies with its parent, leaves no core and cannot be traced by
 * others of its user.  Local time is UTC from then on.
 *
 * Built with a sanitizer, memory is not limited (AddressSanitizer's shadow
 * needs terabytes of addresses), and hostile calls fail instead of ending
 * the process: its report at a crash tries some.  Leave with _exit, not exit:
 * the search for leaks needs rights that are gone.
 */
#ifndef EVTRIAGE_BASE_SEAL_H
#define EVTRIAGE_BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What to do on a machine that cannot give every layer: go on and say so,
 * refuse, or not ask for them. */
enum seal_policy { SEAL_AUTO, SEAL_REQUIRE, SEAL_OFF };

/* The layers, bits of a set. */
enum {
	SEAL_NO_NEW_PRIVS = 1,
	SEAL_LIMITS = 2,
	SEAL_LANDLOCK = 4,
	SEAL_SECCOMP = 8,
	SEAL_ALL = 15,
};

struct seal {
	size_t		 memory;	/* bytes of addresses; 0: no limit */
	unsigned	 cpu_seconds;	/* then SIGXCPU; 0: no limit */
	bool		 may_fork;	/* may start children that seal
					 * themselves (libevtx), and kill */
	unsigned	 test_off;	/* layers not to be asked for: tests of
					 * degradation, SEAL_OFF */
	const int	*keep;		/* descriptors that stay open; of 0 to
					 * 2, not led to /dev/null */
	size_t		 nkeep;
	pid_t		 parent;	/* getpid() before the fork: if that is
					 * no longer the parent, the process
					 * ends; 0: not asked */
};

/*
 * Seals this process for good; to be called in a forked child with one
 * thread.  Never fails: a layer that the machine does not give is left out.
 * Returns the layers that are on (all parts of each).
 *
 * Afterwards up to SEAL_FILES descriptors can be open at once, for those
 * that come over a socket (numbers of kept ones above that stay good).
 */
unsigned	 seal_enter(const struct seal *how);
enum { SEAL_FILES = 16 };

/* How the processes were sealed that read the logs of a run. */
struct sandbox {
	bool		 apart;		/* no log was read by the process that
					 * reports */
	unsigned	 layers;	/* that were on in every reader */
};

/* The layers this machine gives, tried in a child; 0 if none could be
 * started. */
unsigned	 seal_probe(void);

/* "no-new-privs", "limits", "landlock", "seccomp": of one bit. */
const char	*seal_name(unsigned layer);

#endif
