/*
 * The seal from inside: what is denied, by which layer, and how.
 */
#include "sealed.h"
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#define FD_CWD	((long)AT_FDCWD)

static char path[] = "/etc/passwd";

static int
do_openat(void)
{
	return why(syscall(SYS_openat, FD_CWD, path, O_RDONLY));
}

static int
do_openat_folder(void)
{
	return why(syscall(SYS_openat, folder, "passwd", O_RDONLY));
}

static int
do_openat2(void)
{
	uint64_t open_how[3] = { O_RDONLY, 0, 0 };

	return why(syscall(SYS_openat2, FD_CWD, path, open_how,
	    sizeof open_how));
}

static int
do_create(void)
{
	return why(syscall(SYS_openat, FD_CWD, "/tmp/evtriage-seal",
	    O_WRONLY | O_CREAT, 0600));
}

#ifdef SYS_open
static int
do_open(void)
{
	return why(syscall(SYS_open, path, O_RDONLY));
}

static int
do_creat(void)
{
	return why(syscall(SYS_creat, "/tmp/evtriage-seal", 0600));
}

static int
do_fork(void)
{
	long child = syscall(SYS_fork);

	if (child == 0)
		_exit(0);
	return why(child);
}

static int
do_vfork(void)
{
	return why(syscall(SYS_vfork));
}
#endif

static int
do_clone(void)
{
	long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child == 0)
		_exit(0);
	return why(child);
}

static int
do_clone3(void)
{
	uint64_t args[8] = { [4] = SIGCHLD };
	long child = syscall(SYS_clone3, args, sizeof args);

	if (child == 0)
		_exit(0);
	return why(child);
}

static int
do_socket(void)
{
	return why(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
}

static int
do_connect(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/x" };

	return why(syscall(SYS_connect, lone, &to, sizeof to));
}

static int
do_sendto(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "/x" };

	return why(sendto(lone, "x", 1, 0, (void *)&to, sizeof to));
}

static int
do_execve(void)
{
	char *args[] = { path, NULL };

	return why(syscall(SYS_execve, "/bin/true", args, args + 1));
}

static int
do_kill(void)
{
	return why(syscall(SYS_kill, told->pid, 0));
}

static int
do_tgkill(void)
{
	return why(syscall(SYS_tgkill, told->pid, told->pid, 0));
}

static int
do_ptrace(void)
{
	return why(syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0));
}

static int
do_process_vm(void)
{
	return why(syscall(SYS_process_vm_readv, told->pid, NULL, 0L, NULL,
	    0L, 0L));
}

static int
do_mmap(void)
{
	return why((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int
do_mprotect(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : why(mprotect(p, 4096,
	    PROT_READ | PROT_EXEC));
}

static int
do_memfd(void)
{
	return why(syscall(SYS_memfd_create, "x", 0u));
}

static int
do_bpf(void)
{
	return why(syscall(SYS_bpf, 0, NULL, 0));
}

static int
do_io_uring(void)
{
	return why(syscall(SYS_io_uring_setup, 1, NULL));
}

static int
do_userfaultfd(void)
{
	return why(syscall(SYS_userfaultfd, 0));
}

static int
do_mount(void)
{
	return why(syscall(SYS_mount, "a", "/b", "tmpfs", 0L, NULL));
}

static int
do_unshare(void)
{
	return why(syscall(SYS_unshare, CLONE_NEWUSER));
}

#ifdef __x86_64__
/* The other numbers of calls that this kernel may know. */
static int
do_x32(void)
{
	return why(syscall(0x40000000 | SYS_getpid));
}
#endif

/* The result of a write to a file: none may grow. */
static int
do_write(void)
{
	return why(write(file, "x", 1));
}

static int
do_truncate(void)
{
	return why(ftruncate(file, 10));
}

static int
do_mkdir(void)
{
	return why(syscall(SYS_mkdirat, FD_CWD, "/tmp/evtriage-seal", 0700));
}

static int
do_stat(void)
{
	struct stat st;

	return why(stat(path, &st));
}

static int
do_raise(void)
{
	struct rlimit most = { 1024, 1024 };

	return why(setrlimit(RLIMIT_NOFILE, &most));
}

static int
do_dumpable(void)
{
	return why(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int
do_ioctl(void)
{
	int n;

	return why(syscall(SYS_ioctl, pair[0], 0x541Bul, &n));
}

static const struct denied {
	const char	*name;
	int		(*act)(void);
	int		 as;		/* signal (negative) or errno */
} denied[] = {
	{ "openat", do_openat, -SIGSYS },
	{ "openat of a folder that is open", do_openat_folder, -SIGSYS },
	{ "openat2", do_openat2, -SIGSYS },
	{ "create", do_create, -SIGSYS },
#ifdef SYS_open
	{ "open", do_open, -SIGSYS }, { "creat", do_creat, -SIGSYS },
	{ "fork", do_fork, -SIGSYS }, { "vfork", do_vfork, -SIGSYS },
#endif
	{ "clone", do_clone, -SIGSYS }, { "clone3", do_clone3, -SIGSYS },
	{ "socket", do_socket, -SIGSYS }, { "connect", do_connect, -SIGSYS },
	{ "execve", do_execve, -SIGSYS }, { "ptrace", do_ptrace, -SIGSYS },
	{ "kill", do_kill, -SIGSYS }, { "tgkill", do_tgkill, -SIGSYS },
	{ "process_vm_readv", do_process_vm, -SIGSYS },
	{ "mmap PROT_EXEC", do_mmap, -SIGSYS },
	{ "mprotect PROT_EXEC", do_mprotect, -SIGSYS },
	{ "memfd_create", do_memfd, -SIGSYS }, { "bpf", do_bpf, -SIGSYS },
	{ "io_uring", do_io_uring, -SIGSYS },
	{ "userfaultfd", do_userfaultfd, -SIGSYS },
	{ "mount", do_mount, -SIGSYS }, { "unshare", do_unshare, -SIGSYS },
	{ "sendto an address", do_sendto, EPERM },
	{ "ftruncate", do_truncate, EPERM }, { "mkdir", do_mkdir, EPERM },
	{ "stat", do_stat, EPERM }, { "setrlimit", do_raise, EPERM },
	{ "prctl", do_dumpable, EPERM }, { "ioctl", do_ioctl, EPERM },
};

static void
test_denied(void **state)
{
	struct seal how = usual();

	(void)state;
	if ((given & SEAL_SECCOMP) == 0)
		skip();
	told->pid = getpid();
	for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
		int as = denied[i].as;

		if (as == -SIGSYS && SANITIZED)
			as = EPERM;
		ended(denied[i].name, sealed(&how, NULL, denied[i].act), as);
		assert_int_equal(told->on, given);
	}
#ifdef __x86_64__
	ended("x32", sealed(&how, NULL, do_x32), -SIGSYS);
#endif
	if ((given & SEAL_LIMITS) != 0)
		ended("write to a file", sealed(&how, NULL, do_write),
		    -SIGXFSZ);
}

/* The same without seccomp: what Landlock and the limits hold alone, and
 * what they do not. */
static void
test_denied_landlock(void **state)
{
	const struct denied rows[] = {
		{ "openat", do_openat, EACCES },
		{ "openat of a folder", do_openat_folder, EACCES },
		{ "openat2", do_openat2, EACCES },
		{ "create", do_create, EACCES },
		{ "mkdir", do_mkdir, EACCES },
		{ "execve", do_execve, EACCES },
		{ "kill", do_kill, landlock >= 6 ? EPERM : 0 },
		{ "setrlimit", do_raise, EPERM },
		{ "write to a file", do_write, -SIGXFSZ },
		{ "socket", do_socket, 0 }, { "mmap", do_mmap, 0 },
	};
	struct seal how = usual();

	(void)state;
	how.test_off = SEAL_SECCOMP;
	told->pid = getpid();
	if ((given & SEAL_LANDLOCK) == 0 || (given & SEAL_LIMITS) == 0)
		skip();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ended(rows[i].name, sealed(&how, NULL, rows[i].act),
		    rows[i].as);
		assert_int_equal(told->on, given & ~(unsigned)SEAL_SECCOMP);
	}
	/* The limit of processes does not hold root. */
	ended("fork", sealed(&how, NULL, do_clone),
	    getuid() == 0 ? 0 : EAGAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_denied_landlock),
	};

	return cmocka_run_group_tests(tests, seal_setup, NULL);
}
