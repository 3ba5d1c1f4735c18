/*
 * Life behind the seal: what still works, the limits, which descriptors are
 * open, and that a sealed process dies with its parent.
 */
#include "sealed.h"
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <time.h>

/* What a reader and its worker need. */
static int
do_allowed(void)
{
	char buf[8] = { 0 }, control[CMSG_SPACE(sizeof(int))];
	struct iovec io = { buf, sizeof buf };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
	    .msg_control = control, .msg_controllen = sizeof control };
	struct pollfd p = { .fd = pair[0], .events = POLLIN };
	struct timespec t;
	struct sysinfo memory;
	struct stat st;
	char *big;
	int fd;

	if (poll(&p, 1, 1000) != 1 || recvmsg(pair[0], &m, 0) != 1 ||
	    CMSG_FIRSTHDR(&m) == NULL)
		return 1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
	if (fd >= SEAL_FILES || fstat(fd, &st) != 0 ||
	    !S_ISREG(st.st_mode) || st.st_size != 3)
		return 2;
	if (lseek(fd, 0, SEEK_SET) != 0 || read(fd, buf, 8) != 3 ||
	    pread(fd, buf, 8, 1) != 2 || close(fd) != 0)
		return 3;
	if (send(pair[0], "ok", 2, MSG_NOSIGNAL) != 2 ||
	    write(pair[0], "!", 1) != 1)
		return 4;
	big = malloc(8u << 20);
	if (big == NULL || (big = realloc(big, 32u << 20)) == NULL)
		return 5;
	memset(big, 1, 32u << 20);
	free(big);
	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0 || getpid() < 1)
		return 6;
	if (sysinfo(&memory) != 0)
		return 8;
	/* Local time is known without a file (libarchive: zip). */
	return localtime(&t.tv_sec) == NULL ? 7 : 0;
}

static void
test_allowed(void **state)
{
	struct seal how = usual();
	int log = memfd_create("log", 0);
	struct iovec io = { (char[]){ "x" }, 1 };
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr h; } c =
	    { .h = { .cmsg_len = CMSG_LEN(sizeof(int)),
	    .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
	    .msg_control = c.bytes, .msg_controllen = sizeof c.bytes };
	char answer[4] = { 0 };

	(void)state;
	assert_int_equal(write(log, "abc", 3), 3);
	memcpy(CMSG_DATA(&c.h), &log, sizeof log);
	assert_int_equal(sendmsg(pair[1], &m, 0), 1);
	close(log);
	ended("allowed", sealed(&how, NULL, do_allowed), 0);
	assert_int_equal(read(pair[1], answer, 3), 3);
	assert_string_equal(answer, "ok!");
}

static int
do_abort(void)
{
	abort();
}

/* Twice as much as the limit, in one piece and in small ones. */
static int
do_allocate(void)
{
	void *volatile p = malloc(512u << 20);

	return p == NULL ? ENOMEM : 0;
}

static int
do_allocate_small(void)
{
	for (size_t n = 0; n < 512u << 20; n += 4096) {
		void *volatile p = malloc(4096);

		if (p == NULL)
			return ENOMEM;
	}
	return 0;
}

static int
do_spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
	return 0;
}

static void
test_limits(void **state)
{
	struct seal how = usual();

	(void)state;
	ended("abort", sealed(&how, NULL, do_abort), -SIGABRT);
	if ((given & SEAL_LIMITS) == 0)
		skip();
	if (!SANITIZED) {
		ended("512 of 256 MiB", sealed(&how, NULL, do_allocate),
		    ENOMEM);
		ended("in pages", sealed(&how, NULL, do_allocate_small),
		    ENOMEM);
	}
	how.memory = 0;
	ended("512 MiB", sealed(&how, NULL, do_allocate), 0);
	how.cpu_seconds = 1;
	ended("CPU", sealed(&how, NULL, do_spin), -SIGXCPU);
}

static bool
leads_to_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(1, 3);
}

/* Descriptors: 2 is kept in the second case. */
static int
do_look(void)
{
	struct stat st;

	for (size_t i = 0; i + 1 < sizeof keep / sizeof *keep; i++)
		if (fstat(keep[i], &st) != 0)
			return 1;
	if (fstat(closed, &st) == 0 || fstat(pair[1], &st) == 0 ||
	    fstat(900, &st) == 0)
		return 2;
	if (!leads_to_null(0) || !leads_to_null(1))
		return 3;
	return leads_to_null(2) ? 0 : 4;
}

static void
many_open(void)
{
	(void)dup2(file, 0);
	(void)dup2(file, 1);
	(void)dup2(file, 2);
	(void)dup2(file, 900);
}

static void
standard_closed(void)
{
	for (int fd = 0; fd <= 2; fd++)
		(void)close(fd);
}

static void
test_descriptors(void **state)
{
	const int kept[] = { 2, folder, file, pair[0], lone };
	struct seal how = usual();

	(void)state;
	ended("descriptors", sealed(&how, many_open, do_look), 0);
	ended("none", sealed(&how, standard_closed, do_look), 0);
	how.keep = kept;
	ended("2 kept", sealed(&how, many_open, do_look), 4);
}

static int
do_wait(void)
{
	char c;

	told->pid = getpid();
	if (write(pair[0], "r", 1) != 1)
		return 1;
	return (int)read(lone, &c, 1);
}

/* Who holds the other end of a socket of the sealed process learns that it
 * is gone.  Its parent ends once it is sealed. */
static void
test_dies_with_parent(void **state)
{
	struct seal how = usual();
	struct pollfd p = { .events = POLLIN };
	int ends[2], got;
	char c;
	pid_t parent;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	parent = fork();
	if (parent == 0) {
		close(ends[0]);
		keep[2] = pair[0] = ends[1];
		how.parent = getpid();
		if (fork() == 0) {
			(void)seal_enter(&how);
			_exit(do_wait());
		}
		pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &c, 1), 1);
	assert_int_equal(kill(parent, SIGKILL), 0);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	p.fd = ends[0];
	got = poll(&p, 1, 10000);
	if (got != 1)
		kill(told->pid, SIGKILL);
	assert_int_equal(got, 1);
	assert_int_equal(read(ends[0], &c, 1), 0);
	close(ends[0]);
	/* It was gone before the seal. */
	how.parent = getpid() + 1;
	ended("orphan", sealed(&how, NULL, do_allowed), 1);
	assert_int_equal(told->on, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_dies_with_parent),
	};

	return cmocka_run_group_tests(tests, seal_setup, NULL);
}
