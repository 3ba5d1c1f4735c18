/*
 * A log of some chunks in a folder of its own, and the ways in which workers
 * may share it.
 */
#ifndef EVTRIAGE_TESTS_RANGED_H
#define EVTRIAGE_TESTS_RANGED_H

#include "tree.h"
#define mem tests_mem	/* both heads have one */
#include "logs.h"
#undef mem

enum { WHOLE = 1 << 30 };	/* units: nothing is split */
enum { HEADER = 4096 };

static struct span log_made;	/* 4 KiB and some chunks, in order */

static inline size_t
chunks(void)
{
	return (log_made.n - HEADER) / LOG_UNIT;
}

/* Of so many records, each with a text of `size` bytes. */
static inline int
log_make_of(void **state, int records, int size)
{
	if (tree_begin(state) != 0)
		return -1;
	alarm(0);
	log_made = log_bytes(description(bytes_of(arena_fmt(&tests_mem,
	    "computer A\nchannel System\nprovider P\nid 7\n"
	    "time 2020-01-01T00:00:00Z\nevent\nstring one two three\n"
	    "string %0*d\nrepeat %d every 1s\n", size, 1, records - 1).p),
	    "log"), LOG_EVTX);
	return chunks() < 8;
}

static inline int
log_make(void **state)
{
	return log_make_of(state, 2501, 20);
}

static inline int
log_unmake(void **state)
{
	arena_free(&tests_mem);
	return tree_end(state);
}

static inline void
file_write(const char *name, struct span s)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_int_equal(write(fd, s.p, s.n), s.n);
	assert_int_equal(close(fd), 0);
}

static const struct { uint64_t units; unsigned jobs; } ways[] = {
	{ 1, 1 }, { 1, 4 }, { 3, 2 },
};
enum { WAYS = sizeof ways / sizeof *ways };

#endif
