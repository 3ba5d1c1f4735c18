/*
 * A ruleset that handles every right and grants none.  Which rights there
 * are depends on the version of the interface, which only the system call
 * tells: a kernel has Landlock though /sys/kernel/security is not mounted.
 * Debian 12's headers know the first two versions, so the layout and the
 * numbers stand here (include/uapi/linux/landlock.h of Linux 6.12).
 */
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/landlock.h"

/* The same numbers on every architecture but alpha. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_restrict_self	446
#endif

struct rights {
	uint64_t	files;		/* since version 1 */
	uint64_t	network;	/* 4 */
	uint64_t	scoped;		/* 6 */
};
enum { ASK_VERSION = 1, VERSION_MOST = 6 };

/*
 * By version.  Files: 1 has thirteen rights (execute to make a link), 2 adds
 * links across folders, 3 truncation, 5 ioctl of devices.  Network: bind and
 * connect of TCP.  Scoped: abstract sockets and signals stay inside.
 */
static const struct {
	struct rights	rights;
	size_t		size;		/* of the struct then */
} known[VERSION_MOST + 1] = {
	[1] = { { 0x1FFF, 0, 0 }, 8 },
	[2] = { { 0x3FFF, 0, 0 }, 8 },
	[3] = { { 0x7FFF, 0, 0 }, 8 },
	[4] = { { 0x7FFF, 3, 0 }, 16 },
	[5] = { { 0xFFFF, 3, 0 }, 16 },
	[6] = { { 0xFFFF, 3, 3 }, 24 },
};

bool
landlock_enter(void)
{
	/* ENOSYS: not built in; EOPNOTSUPP: turned off at boot; EPERM: a
	 * container forbids it. */
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    ASK_VERSION), fd;
	bool on;

	if (version < 1)
		return false;
	if (version > VERSION_MOST)
		version = VERSION_MOST;
	fd = syscall(SYS_landlock_create_ruleset, &known[version].rights,
	    known[version].size, 0);
	if (fd < 0)
		return false;
	on = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	(void)close((int)fd);
	return on;
}
