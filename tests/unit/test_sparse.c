/*
 * Sparse files: what was never written is counted and not read.  Whatever
 * is asked of a hole, the reading is that of the same file with its zeros
 * written out, for every reader, and where a file system tells of no holes.
 */
#include "damage.h"
#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static log_opener *const openers[] = { log_open, log_open_recover,
    log_open_libevtx };
enum { OPENERS = 3 };

/* A file with n bytes at the places where bytes are no zeros, pages of it. */
static int
sparse(const uint8_t *bytes, size_t size)
{
	static const uint8_t zeros[4096];
	int fd = memfd_create("sparse", 0);

	assert_int_not_equal(fd, -1);
	for (size_t at = 0; at < size; at += sizeof zeros) {
		size_t k = size - at < sizeof zeros ? size - at : sizeof zeros;

		if (memcmp(bytes + at, zeros, k) != 0)
			assert_int_equal(pwrite(fd, bytes + at, k, (off_t)at),
			    k);
	}
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	return fd;
}

/* Is the end of the file known to be a hole? */
static bool
holes_told(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	bool told = lseek(fd, end - 1, SEEK_DATA) == -1 && errno == ENXIO;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return told;
}

static struct reading
read_fd(int fd, log_opener *open)
{
	struct source s;
	struct reading r;

	source_fd(&s, fd);
	r = read_source(&s, open);
	source_close(&s);
	return r;
}

static void
same_problems(const struct problems *a, const struct problems *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->dropped, b->dropped);
	for (size_t i = 0; i < a->n; i++) {
		assert_true(str_eq(a->v[i].message, b->v[i].message));
		assert_true(a->v[i].offset == b->v[i].offset);
		assert_int_equal(a->v[i].grade, b->v[i].grade);
	}
}

static void
same(const struct reading *a, const struct reading *b)
{
	const struct tally *t = &a->tally, *u = &b->tally;

	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_true(a->events[i].at.offset == b->events[i].at.offset);
		assert_true(a->events[i].at.id == b->events[i].at.id);
		assert_int_equal(a->events[i].at.state, b->events[i].at.state);
	}
	assert_memory_equal(t, u, offsetof(struct tally, missing));
	assert_int_equal(t->nmissing, u->nmissing);
	assert_int_equal(t->complete, u->complete);
	same_problems(&a->problems, &b->problems);
}

static void
as_if_written(const uint8_t *bytes, size_t size, log_opener *open)
{
	struct reading holes = read_fd(sparse(bytes, size), open);
	struct reading zeros = read_how((struct span){ bytes, size }, open);

	same(&holes, &zeros);
	assert_false(problem_says(&holes.problems, "accounting error"));
}

/* A hole where there was a chunk, at a shifted place, before the first one,
 * with a rest that is no whole unit behind; one the header counts. */
static void
holes_are_empty_chunks(void **state)
{
	static const struct { size_t from, n; } lost[] = {
		{ HEADER + CHUNK, CHUNK }, { HEADER, CHUNK },
		{ HEADER + CHUNK / 2, CHUNK + CHUNK / 2 },
		{ 0, HEADER + CHUNK }, { HEADER + CHUNK, 2 * CHUNK },
	};
	static const size_t behind[] = { 0, 1, 4097, CHUNK - 1, CHUNK,
	    20 * CHUNK + 5 };

	(void)state;
	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
		for (size_t k = 0; k < sizeof behind / sizeof *behind; k++) {
			size_t size = whole.n + behind[k];
			uint8_t *bytes = arena_alloc(&mem, size);

			memset(bytes, 0, size);
			memcpy(bytes, whole.p, whole.n);
			memset(bytes + lost[i].from, 0, lost[i].n);
			for (size_t o = 0; o < OPENERS; o++)
				as_if_written(bytes, size, openers[o]);
			/* The memory of libevtx's child is limited, and what
			 * a test has taken is in it, too. */
			teardown(NULL);
			setup(NULL);
		}
}

/* Chunks off the grid, with holes between them. */
static void
holes_between_shifted_chunks(void **state)
{
	size_t size = HEADER + 40 * (size_t)CHUNK;
	uint8_t *bytes = arena_alloc(&mem, size);

	(void)state;
	memset(bytes, 0, size);
	memcpy(bytes, whole.p, HEADER);
	memcpy(bytes + HEADER + 5 * CHUNK + 4096, chunk(0), CHUNK);
	memcpy(bytes + HEADER + 11 * CHUNK + 8, chunk(1), CHUNK);
	memcpy(bytes + HEADER + 30 * CHUNK, chunk(2), CHUNK);
	for (size_t o = 0; o < OPENERS; o++)
		as_if_written(bytes, size, openers[o]);
}

static void
holes_between_events_of_xml(void **state)
{
	static const char event[] = "<Event xmlns='http://schemas.microsoft."
	    "com/win/2004/08/events/event'><System><Provider Name='P'/>"
	    "<EventID>7</EventID></System></Event>";
	size_t size = 12 * CHUNK + 100;
	uint8_t *bytes = arena_alloc(&mem, size);

	(void)state;
	for (unsigned width = 1; width <= 2; width++) {
		memset(bytes, 0, size);
		for (size_t i = 0; i < sizeof event - 1; i++) {
			bytes[width * i] = (uint8_t)event[i];
			bytes[7 * CHUNK - 50 + width * i] = (uint8_t)event[i];
			bytes[size - 1000 + width * i] = (uint8_t)event[i];
		}
		as_if_written(bytes, size, log_open);
		assert_int_equal(read_fd(sparse(bytes, size), log_open).n, 3);
	}
}

/* 8 GB took 13 s of CPU time, and these are four thousand million; with a
 * chunk at the very end. */
static void
as_large_as_can_be(void **state)
{
	const uint64_t units = ((uint64_t)1 << 46) + 2;
	const uint64_t size = HEADER + units * CHUNK;
	const uint64_t last = size - CHUNK;

	(void)state;
	for (size_t o = 0; o < OPENERS; o++) {
		int fd = sparse(p, HEADER + CHUNK);
		struct reading r;

		assert_int_equal(ftruncate(fd, (off_t)last), 0);
		if (!holes_told(fd)) {
			(void)close(fd);
			skip();
		}
		assert_int_equal(pwrite(fd, chunk(2), CHUNK, (off_t)last),
		    CHUNK);
		r = read_fd(fd, openers[o]);
		assert_int_equal(r.n, per[0] + per[2]);
		assert_true(r.events[per[0]].at.offset == last + 512);
		assert_true(r.tally.bytes_unused ==
		    size - HEADER - 2 * CHUNK);
		assert_int_equal(r.tally.units_valid, 2);
		/* Of these libevtx's side keeps no count. */
		if (openers[o] != log_open_libevtx)
			assert_true(r.tally.units_zero == units - 2);
		assert_false(problem_says(&r.problems, "accounting error"));
	}
}

/* In a log that was closed in order 65535 chunks can be missing, not more. */
static void
chunks_that_the_header_counts(void **state)
{
	int fd;
	struct reading r;

	(void)state;
	put16(p + 42, 0xFFFF);
	header_repair();
	fd = sparse(p, whole.n);
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	if (!holes_told(fd)) {
		(void)close(fd);
		skip();
	}
	r = read_fd(fd, log_open);
	assert_int_equal(r.problems.lost, 0xFFFF - CHUNKS);
	assert_problem(&r.problems, "chunk 3 is empty, though the header");
	assert_int_equal(r.problems.v[1].offset, HEADER + 4 * CHUNK);
	assert_int_equal(r.tally.read, total);
}

/* A file system that does not know of holes. */
static void
where_no_hole_is_told(void **state)
{
	size_t size = whole.n + 100 * (size_t)CHUNK;
	uint8_t *bytes = arena_alloc(&mem, size);
	int status;
	pid_t child;

	(void)state;
	memset(bytes, 0, size);
	memcpy(bytes, whole.p, whole.n);
	child = fork();
	if (child == 0) {
		scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
		struct scmp_arg_cmp data = { .arg = 2, .op = SCMP_CMP_EQ,
		    .datum_a = SEEK_DATA };
		int fd = sparse(bytes, size);

		if (f == NULL || seccomp_rule_add_array(f, SCMP_ACT_ERRNO(
		    EINVAL), SCMP_SYS(lseek), 1, &data) != 0 ||
		    seccomp_load(f) != 0)
			_exit(77);
		if (lseek(fd, 0, SEEK_DATA) != -1 || errno != EINVAL)
			_exit(1);
		(void)close(fd);
		for (size_t o = 0; o < OPENERS; o++)
			as_if_written(bytes, size, openers[o]);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status == 77 << 8)
		skip();
	assert_int_equal(status, 0);
}

/* The place of the descriptor is where reading is, whatever was asked. */
static void
asking_moves_nothing(void **state)
{
	int fd = sparse(p, whole.n);
	struct source s;
	uint8_t one = 1;

	(void)state;
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	if (!holes_told(fd)) {
		(void)close(fd);
		skip();
	}
	assert_int_equal(lseek(fd, 1, SEEK_SET), 1);
	source_fd(&s, fd);
	assert_int_equal(source_hole(&s, 0), 0);
	assert_int_equal(source_hole(&s, whole.n - 1), (1 << 20) - whole.n);
	assert_int_equal(source_hole(&s, (1 << 20) - 2), 1);
	assert_int_equal(source_hole(&s, (1 << 20) - 1), 0);
	assert_int_equal(source_hole(&s, 1 << 21), 0);
	assert_int_equal(source_hole(&s, UINT64_MAX), 0);
	assert_int_equal(source_peek(&s).n, SOURCE_PEEK);
	assert_int_equal(source_hole(&s, whole.n), (1 << 20) - whole.n - 1);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 1 + SOURCE_PEEK);
	assert_int_equal(source_skip_hole(&s, 1), 0);
	assert_int_equal(source_read(&s, &one, 1), 1);
	assert_int_equal(one, p[1]);
	source_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(holes_are_empty_chunks),
		CASE(holes_between_shifted_chunks),
		CASE(holes_between_events_of_xml),
		CASE(as_large_as_can_be),
		CASE(chunks_that_the_header_counts),
		CASE(where_no_hole_is_told),
		CASE(asking_moves_nothing),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
