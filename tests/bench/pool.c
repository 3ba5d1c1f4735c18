/*
 * What the pool costs: jobs that read a file and send as many bytes as the
 * results of one are, so that little else is measured.
 *
 *	pool WORKERS JOBS	workers 0: in this process
 *
 * Measure the CPU time of it and its children from outside (perf stat).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/crc32.h"
#include "triage/pool.h"

enum { FILE_BYTES = 69632, SEND = 20000, RECORDS = 100 };

static uint64_t left, received;

static bool
next(void *ctx, struct job *j)
{
	static char bytes[FILE_BYTES];

	(void)ctx;
	if (left == 0)
		return false;
	left--;
	j->fd = memfd_create("bench", MFD_CLOEXEC);
	return j->fd != -1 && write(j->fd, bytes, sizeof bytes) ==
	    sizeof bytes && lseek(j->fd, 0, SEEK_SET) == 0;
}

static void
work(void *ctx, struct work *w, const struct job *j)
{
	static char buf[FILE_BYTES];
	uint32_t crc = 0;
	struct str why;
	ssize_t n;

	(void)ctx;
	while ((n = read(j->fd, buf, sizeof buf)) > 0)
		crc = crc32_update(crc, buf, (size_t)n);
	(void)close(j->fd);
	for (uint64_t i = 0; i < RECORDS; i++)
		if (!work_at(w, i, &why))
			work_send(w, buf, SEND / RECORDS);
}

static bool
bytes(void *ctx, const struct job *j, struct span s)
{
	(void)ctx;
	(void)j;
	received += s.n;
	return true;
}

static void
done(void *ctx, const struct job *j, const struct job_end *end)
{
	(void)ctx;
	(void)j;
	if (end->failed.n > 0)
		printf("%.*s\n", (int)end->failed.n, end->failed.p);
}

int
main(int argc, char **argv)
{
	static const struct pool_ops ops = { next, work, bytes, done, NULL,
	    NULL };
	struct pool_options o = { 0 };
	struct pool_told told;

	if (argc != 3) {
		fprintf(stderr, "pool WORKERS JOBS\n");
		return 2;
	}
	o.workers = (unsigned)strtoul(argv[1], NULL, 10);
	o.in_process = o.workers == 0;
	left = strtoull(argv[2], NULL, 10);
	if (pool_run(&o, &ops, &told) != POOL_DONE)
		return 1;
	printf("%llu bytes, %llu workers\n", (unsigned long long)received,
	    (unsigned long long)told.workers);
	return 0;
}
