/*
 * A library that is loaded before libc (LD_PRELOAD) and makes one call of
 * a kind fail, as a system under pressure does.
 *
 *	EVTRIAGE_FAULT=KIND:N	the N-th call of that kind fails; with a
 *				"+" behind it, all later ones too
 *	EVTRIAGE_FAULT=short:N	every read gives N bytes at most
 *	EVTRIAGE_FAULT_COUNTS=FILE	how many calls of each kind there were
 *
 * Calls are counted across all processes of the run.  What fails is what
 * the program and its libraries call; calls within libc are not seen, but
 * for memory, so that stdio is met at its functions.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { ALLOC, READ, WRITE, OPEN, STAT, FORK, MSG, SHORT, KINDS };
static const char *const names[KINDS] = { "alloc", "read", "write", "open",
    "stat", "fork", "msg", "short" };

/* In a page that forked processes share. */
struct shared {
	atomic_ulong	calls[KINDS];
};

static struct shared *shared;
static enum kind failing = KINDS;
static unsigned long nth;
static bool later;
static pid_t first;

__attribute__((constructor)) static void
begin(void)
{
	const char *fault = getenv("EVTRIAGE_FAULT"), *colon;
	char *end = NULL;
	void *page;

	page = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	colon = fault == NULL ? NULL : strchr(fault, ':');
	if (colon != NULL) {
		nth = strtoul(colon + 1, &end, 10);
		later = *end == '+';
		for (int k = 0; k < KINDS; k++)
			if (strlen(names[k]) == (size_t)(colon - fault) &&
			    strncmp(fault, names[k],
			    (size_t)(colon - fault)) == 0)
				failing = (enum kind)k;
	}
	first = getpid();
	if (page != MAP_FAILED)
		shared = page;
}

/* Without stdio, which counts. */
__attribute__((destructor)) static void
finish(void)
{
	const char *path = getenv("EVTRIAGE_FAULT_COUNTS");
	struct shared *s = shared;
	char line[64];
	int fd, n;

	shared = NULL;
	if (s == NULL || path == NULL || getpid() != first)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (int k = 0; k < SHORT && fd != -1; k++) {
		n = snprintf(line, sizeof line, "%s %lu\n", names[k],
		    atomic_load(&s->calls[k]));
		if (write(fd, line, (size_t)n) != n)
			break;
	}
}

/* Does this call fail? */
static bool
fails(enum kind k, int error)
{
	unsigned long n;

	if (shared == NULL)
		return false;
	n = atomic_fetch_add(&shared->calls[k], 1) + 1;
	if (k != failing || n < nth || (n > nth && !later))
		return false;
	errno = error;
	return true;
}

static size_t
shorter(size_t n)
{
	return failing == SHORT && shared != NULL && n > nth ? nth : n;
}

/* The function of libc, or of AddressSanitizer, that this one stands
 * before. */
#define REAL(name) \
	static __typeof__(&name) real; \
	if (real == NULL) \
		*(void **)&real = dlsym(RTLD_NEXT, #name)

void *
malloc(size_t n)
{
	REAL(malloc);
	return fails(ALLOC, ENOMEM) ? NULL : real(n);
}

void *
calloc(size_t n, size_t size)
{
	REAL(calloc);
	return fails(ALLOC, ENOMEM) ? NULL : real(n, size);
}

void *
realloc(void *p, size_t n)
{
	REAL(realloc);
	return fails(ALLOC, ENOMEM) ? NULL : real(p, n);
}

ssize_t
read(int fd, void *buf, size_t n)
{
	REAL(read);
	return fails(READ, EIO) ? -1 : real(fd, buf, shorter(n));
}

ssize_t
pread(int fd, void *buf, size_t n, off_t at)
{
	REAL(pread);
	return fails(READ, EIO) ? -1 : real(fd, buf, shorter(n), at);
}

ssize_t
pread64(int fd, void *buf, size_t n, off64_t at)
{
	REAL(pread64);
	return fails(READ, EIO) ? -1 : real(fd, buf, shorter(n), at);
}

size_t
fread(void *buf, size_t size, size_t n, FILE *f)
{
	REAL(fread);
	return fails(READ, EIO) ? 0 : real(buf, size, n, f);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	REAL(write);
	return fails(WRITE, ENOSPC) ? -1 : real(fd, buf, n);
}

/* Standard error alone always works: it tells of the failure. */
size_t
fwrite(const void *buf, size_t size, size_t n, FILE *f)
{
	REAL(fwrite);
	return f != stderr && fails(WRITE, ENOSPC) ? 0 :
	    real(buf, size, n, f);
}

size_t
(fwrite_unlocked)(const void *buf, size_t size, size_t n, FILE *f)
{
	REAL(fwrite_unlocked);
	return f != stderr && fails(WRITE, ENOSPC) ? 0 :
	    real(buf, size, n, f);
}

int
fflush(FILE *f)
{
	REAL(fflush);
	return f != stderr && fails(WRITE, ENOSPC) ? EOF : real(f);
}

int
fflush_unlocked(FILE *f)
{
	REAL(fflush_unlocked);
	return f != stderr && fails(WRITE, ENOSPC) ? EOF : real(f);
}

static mode_t
mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	REAL(open);

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(OPEN, EMFILE) ? -1 : real(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	REAL(openat);

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(OPEN, EMFILE) ? -1 : real(dir, path, flags, mode);
}

FILE *
fopen(const char *path, const char *mode)
{
	REAL(fopen);
	return fails(OPEN, EMFILE) ? NULL : real(path, mode);
}

DIR *
opendir(const char *path)
{
	REAL(opendir);
	return fails(OPEN, EMFILE) ? NULL : real(path);
}

DIR *
fdopendir(int fd)
{
	REAL(fdopendir);
	return fails(OPEN, ENOMEM) ? NULL : real(fd);
}

struct dirent *
readdir(DIR *d)
{
	REAL(readdir);
	return fails(READ, EIO) ? NULL : real(d);
}

int
fstat(int fd, struct stat *st)
{
	REAL(fstat);
	return fails(STAT, EIO) ? -1 : real(fd, st);
}

int
stat(const char *restrict path, struct stat *restrict st)
{
	REAL(stat);
	return fails(STAT, EIO) ? -1 : real(path, st);
}

int
fstatat(int dir, const char *restrict path, struct stat *restrict st,
    int flags)
{
	REAL(fstatat);
	return fails(STAT, EIO) ? -1 : real(dir, path, st, flags);
}

pid_t
fork(void)
{
	REAL(fork);
	return fails(FORK, EAGAIN) ? -1 : real();
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	REAL(sendmsg);
	return fails(MSG, ENOBUFS) ? -1 : real(fd, m, flags);
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	REAL(recvmsg);
	return fails(MSG, ENOMEM) ? -1 : real(fd, m, flags);
}

ssize_t
send(int fd, const void *buf, size_t n, int flags)
{
	REAL(send);
	return fails(MSG, ENOBUFS) ? -1 : real(fd, buf, n, flags);
}

ssize_t
recv(int fd, void *buf, size_t n, int flags)
{
	REAL(recv);
	return fails(MSG, ENOMEM) ? -1 : real(fd, buf, n, flags);
}

int
eventfd(unsigned count, int flags)
{
	REAL(eventfd);
	return fails(OPEN, EMFILE) ? -1 : real(count, flags);
}

int
socketpair(int domain, int type, int protocol, int fds[2])
{
	REAL(socketpair);
	return fails(OPEN, EMFILE) ? -1 : real(domain, type, protocol, fds);
}
