/*
 * See seal.h.  This is the one file that knows libseccomp.
 *
 * What sealed readers call, counted with strace (glibc 2.36) over 424 files:
 * .evtx, .evt, event XML, recovered records, fuzzers' findings, and gzip,
 * zstd, xz, bzip2, tar and zip of them:
 *
 *	read 2046, pread64 1841, mmap 925, brk 811, newfstatat (which is
 *	fstat) 424, lseek 424, munmap 106, futex 11; write and exit_group
 *	once each, to tell the result and to end
 *
 * and libevtx's child: recvfrom, sendto, brk, exit_group.  The rest of the
 * list is what a worker does on its socket (recvmsg, poll, close) and what
 * libc may do in their place on another day; all of it works on what the
 * process has already.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <langinfo.h>
#include <linux/capability.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/landlock.h"
#include "base/seal.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Is this process, or the one it was forked from, sealed already?  Then
 * nothing can be opened. */
static bool sealed;

const char *
seal_name(unsigned layer)
{
	switch (layer) {
	case SEAL_NO_NEW_PRIVS:
		return "no-new-privs";
	case SEAL_LIMITS:
		return "limits";
	case SEAL_LANDLOCK:
		return "landlock";
	case SEAL_SECCOMP:
		return "seccomp";
	}
	return "?";
}

/*
 * What libc looks up in files when it is first needed, before they are out
 * of reach.  libarchive asks for local time with every file of a zip, and
 * has names converted: from UTF-8 (zip, tar) and UTF-16 (7z), for which
 * glibc loads a module and keeps it while it is open: these stay open.
 * malloc, when memory runs out, would count processors to see how many heaps
 * it may have.
 */
static void
libc_prepare(void)
{
	if (sealed)
		return;
	(void)mallopt(M_ARENA_MAX, 1);
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	(void)iconv_open(nl_langinfo(CODESET), "UTF-8");
	(void)iconv_open(nl_langinfo(CODESET), "UTF-16LE");
}

static bool
is_kept(const struct seal *how, int fd)
{
	for (size_t i = 0; i < how->nkeep; i++)
		if (how->keep[i] == fd)
			return true;
	return false;
}

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(1, 3);
}

/* Where there is no /dev/null (or no right to open it), they are closed. */
static void
standard_close(const struct seal *how)
{
	int null = -1;

	for (int fd = STDERR_FILENO; fd >= 0; fd--)
		if (is_null(fd))
			null = fd;
	if (null == -1 && !sealed)
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (is_kept(how, fd) || fd == null || is_null(fd))
			continue;
		if (null == -1 || dup3(null, fd, 0) == -1)
			(void)close(fd);
	}
	if (null > STDERR_FILENO && !is_kept(how, null))
		(void)close(null);
}

/* False when the kernel (before 5.9) or a container has no close_range. */
static bool
ranges_close(const struct seal *how)
{
	unsigned from = STDERR_FILENO + 1;

	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < how->nkeep; i++) {
			unsigned k = (unsigned)how->keep[i];

			if (how->keep[i] >= 0 && k >= from && k < next)
				next = k;
		}
		if (next > from && close_range(from, next == ~0u ? next :
		    next - 1, 0) != 0)
			return false;
		if (next == ~0u)
			return true;
		from = next + 1;
	}
}

/* The same one by one: those that /proc names, else all there can be. */
static void
each_close(const struct seal *how)
{
	DIR *d = sealed ? NULL : opendir("/proc/self/fd");
	struct rlimit files = { 1024, 1024 };
	const struct dirent *e;

	if (d == NULL) {
		(void)getrlimit(RLIMIT_NOFILE, &files);
		if (files.rlim_cur > 65536)
			files.rlim_cur = 65536;
		for (int fd = 3; fd < (int)files.rlim_cur; fd++)
			if (!is_kept(how, fd))
				(void)close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		int fd = (int)strtol(e->d_name, NULL, 10);

		if (fd > STDERR_FILENO && fd != dirfd(d) && !is_kept(how, fd))
			(void)close(fd);
	}
	(void)closedir(d);
}

/* Run by root, a reader would be above most limits. */
static void
capabilities_drop(void)
{
	struct __user_cap_header_struct self = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	(void)syscall(SYS_capset, &self, none);
}

/* Both values of a limit; never above what it is. */
static bool
lower(unsigned which, rlim_t soft, rlim_t hard)
{
	struct rlimit r;

	if (getrlimit(which, &r) != 0)
		return false;
	if (hard < r.rlim_max)
		r.rlim_max = hard;
	r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
	return setrlimit(which, &r) == 0;
}

static bool
limits_lower(const struct seal *how)
{
	rlim_t cpu = how->cpu_seconds;
	bool all = true;

	if (how->memory != 0 && !SANITIZED)
		all &= lower(RLIMIT_AS, how->memory, how->memory);
	if (cpu != 0)
		all &= lower(RLIMIT_CPU, cpu, cpu + 1);
	if (!how->may_fork)
		all &= lower(RLIMIT_NPROC, 0, 0);
	all &= lower(RLIMIT_FSIZE, 0, 0);
	all &= lower(RLIMIT_CORE, 0, 0);
	all &= lower(RLIMIT_MEMLOCK, 0, 0);
	all &= lower(RLIMIT_MSGQUEUE, 0, 0);
	all &= lower(RLIMIT_NOFILE, SEAL_FILES, SEAL_FILES);
	return all;
}

/* What a reader does: only with what it has. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pread64),
	SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(lseek), SCMP_SYS(fstat),
	SCMP_SYS(close), SCMP_SYS(brk), SCMP_SYS(mremap), SCMP_SYS(munmap),
	SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(sysinfo),	/* qsort: a large one sorts otherwise */
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrandom),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What starts a child that seals itself, and ends it. */
static const int forking[] = {
	SCMP_SYS(fork), SCMP_SYS(wait4), SCMP_SYS(waitid),
	SCMP_SYS(socketpair), SCMP_SYS(dup3), SCMP_SYS(close_range),
	SCMP_SYS(getppid), SCMP_SYS(getrlimit), SCMP_SYS(setrlimit),
	SCMP_SYS(seccomp),
	SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_restrict_self),
};
/* AddressSanitizer asks for its signal stack before every _exit. */
static const int sanitizer[] = {
	SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield),
};
static const int births[] = {
	SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3),
};

/* What only somebody else would try. */
static const int hostile[] = {
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at),
	SCMP_SYS(memfd_create), SCMP_SYS(memfd_secret),
	SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
	SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace),
	SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise), SCMP_SYS(kcmp), SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register), SCMP_SYS(pkey_mprotect),
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
	SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree),
	SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(fsconfig),
	SCMP_SYS(fspick), SCMP_SYS(mount_setattr), SCMP_SYS(setns),
	SCMP_SYS(unshare), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	SCMP_SYS(request_key), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
	SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct),
	SCMP_SYS(quotactl),
};

#define COUNT(a) (sizeof (a) / sizeof *(a))
#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Conditions on an argument, numbered from 0. */
static struct scmp_arg_cmp
is(unsigned arg, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ .arg = arg, .op = SCMP_CMP_EQ,
	    .datum_a = value };
}

static struct scmp_arg_cmp
is_not(unsigned arg, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ .arg = arg, .op = SCMP_CMP_NE,
	    .datum_a = value };
}

static struct scmp_arg_cmp
bits(unsigned arg, scmp_datum_t mask, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ .arg = arg, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = mask, .datum_b = value };
}

/* One call, on a condition; 0 or an error, as libseccomp has it. */
static int
rule(scmp_filter_ctx f, uint32_t action, int call, struct scmp_arg_cmp when)
{
	return seccomp_rule_add_array(f, action, call, 1, &when);
}

/* Every call of a list, whatever its arguments. */
static int
rules(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= seccomp_rule_add_array(f, action, calls[i], 0, NULL);
	return bad;
}

/*
 * Calls that depend on their arguments.  sendto: to the other end only.
 * newfstatat: glibc's fstat is this call with an empty path, and a filter
 * cannot see whether it is empty: that a file exists, and its size, could
 * be found out.  tgkill: abort() signals itself.
 */
static int
conditional_allow(scmp_filter_ctx f)
{
	const uint32_t allow = SCMP_ACT_ALLOW;

	return rule(f, allow, SCMP_SYS(mmap), bits(2, PROT_EXEC, 0)) |
	    rule(f, allow, SCMP_SYS(mprotect), bits(2, PROT_EXEC, 0)) |
	    rule(f, allow, SCMP_SYS(sendto), is(4, 0)) |
	    rule(f, allow, SCMP_SYS(newfstatat),
	    bits(3, AT_EMPTY_PATH, AT_EMPTY_PATH)) |
	    rule(f, allow, SCMP_SYS(tgkill), is(0, (scmp_datum_t)getpid()));
}

/*
 * A child: forked without new namespaces.  clone3 keeps its flags in memory,
 * where a filter cannot look: libc is told to use clone.  A child's abort()
 * fails here (tgkill names another process) and ends in abort's own fault.
 * Only SIGKILL may be sent, and not to a group; that it goes to a child and
 * nobody else, Landlock sees to from version 6 on.
 */
static int
forking_allow(scmp_filter_ctx f)
{
	static const int options[] = { PR_SET_PDEATHSIG, PR_SET_DUMPABLE,
	    PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_GET_SECCOMP };
	const struct scmp_arg_cmp one[] = { bits(0, 0x80000000, 0),
	    is(1, SIGKILL) };
	const uint32_t allow = SCMP_ACT_ALLOW;
	int bad = rules(f, allow, forking, COUNT(forking));

	for (size_t i = 0; i < COUNT(options); i++)
		bad |= rule(f, allow, SCMP_SYS(prctl),
		    is(0, (scmp_datum_t)options[i]));
	return bad | rule(f, allow, SCMP_SYS(clone), bits(0, NAMESPACES, 0)) |
	    rule(f, allow, SCMP_SYS(prlimit64), is(0, 0)) |
	    seccomp_rule_add_array(f, allow, SCMP_SYS(kill), 2, one) |
	    seccomp_rule_add_array(f, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(clone3), 0, NULL);
}

static int
hostile_kill(scmp_filter_ctx f, bool may_fork)
{
	const uint32_t end = SCMP_ACT_KILL_PROCESS;
	int bad = rules(f, end, hostile, COUNT(hostile)) |
	    rule(f, end, SCMP_SYS(mmap), bits(2, PROT_EXEC, PROT_EXEC)) |
	    rule(f, end, SCMP_SYS(mprotect), bits(2, PROT_EXEC, PROT_EXEC));

	if (may_fork)
		return bad | rule(f, end, SCMP_SYS(kill), is_not(1, SIGKILL));
	return bad | rules(f, end, births, COUNT(births)) |
	    seccomp_rule_add_array(f, end, SCMP_SYS(kill), 0, NULL) |
	    rule(f, end, SCMP_SYS(tgkill),
	    is_not(0, (scmp_datum_t)getpid()));
}

/*
 * libseccomp 2.5 runs for ever when it gets no memory while it makes its
 * program.  So what it needs, 141 KB for the longest list, is made free
 * before it begins; what is allocated behind that keeps the heap from giving
 * it back.  (volatile: or a compiler may leave all of this out.)
 */
static bool
filter_room(void *volatile *behind)
{
	enum { PARTS = 4, PART = 1 << 16 };
	void *volatile parts[PARTS];
	bool all = true;

	for (size_t i = 0; i < PARTS; i++) {
		parts[i] = malloc(PART);
		all = all && parts[i] != NULL;
	}
	*behind = malloc(1);
	for (size_t i = 0; i < PARTS; i++)
		free(parts[i]);
	return all && *behind != NULL;
}

/* no_new_privs is a layer of its own: the library shall not set it. */
static bool
filter_load(bool may_fork)
{
	void *volatile behind;
	scmp_filter_ctx f = !filter_room(&behind) ? NULL :
	    seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int bad;

	if (f == NULL) {
		free(behind);
		return false;
	}
	bad = seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 0) |
	    rules(f, SCMP_ACT_ALLOW, allowed, COUNT(allowed)) |
	    conditional_allow(f);
	if (may_fork)
		bad |= forking_allow(f);
	if (SANITIZED)
		bad |= rules(f, SCMP_ACT_ALLOW, sanitizer, COUNT(sanitizer));
	else
		bad |= seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH,
		    SCMP_ACT_KILL_PROCESS) | hostile_kill(f, may_fork);
	if (bad == 0)
		bad = seccomp_load(f);
	seccomp_release(f);
	free(behind);
	return bad == 0;
}

unsigned
seal_enter(const struct seal *how)
{
	unsigned want = SEAL_ALL & ~how->test_off, on = 0;

	libc_prepare();
	standard_close(how);
	if (!ranges_close(how))
		each_close(how);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before that. */
	if (how->parent != 0 && getppid() != how->parent)
		_exit(1);
	capabilities_drop();
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if ((want & SEAL_NO_NEW_PRIVS) != 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		on |= SEAL_NO_NEW_PRIVS;
	/* It needs a descriptor for a moment. */
	if ((want & SEAL_LANDLOCK) != 0 && landlock_enter())
		on |= SEAL_LANDLOCK;
	if ((want & SEAL_LIMITS) != 0 && limits_lower(how))
		on |= SEAL_LIMITS;
	if ((want & SEAL_SECCOMP) != 0 && filter_load(how->may_fork))
		on |= SEAL_SECCOMP;
	sealed = true;
	return on;
}

unsigned
seal_probe(void)
{
	const struct seal how = { .memory = (size_t)1 << 30,
	    .cpu_seconds = 10, .parent = getpid() };
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit((int)seal_enter(&how));
	while (child != -1 && waitpid(child, &status, 0) == -1)
		if (errno != EINTR)
			return 0;
	return child != -1 && WIFEXITED(status) ?
	    (unsigned)WEXITSTATUS(status) : 0;
}
