/*
 * One log read by several workers, a range of it each, says what one reader
 * of the whole log says: what events prints, byte for byte, and its exit
 * status, in every format and however the log is damaged.
 */
#include "ranged.h"
#include "cli/cli.h"

static struct span
file_read(const char *name)
{
	int fd = open(name, O_RDONLY);
	struct source s;
	struct span all;

	assert_int_not_equal(fd, -1);
	source_fd(&s, fd);
	assert_true(source_slurp(&s, &mem, (size_t)1 << 30, &all));
	source_close(&s);
	return all;
}

/* What a run of events has come to. */
struct told {
	struct span	out, err;
	int		status;
};

static struct told
events_run(const struct options *with, uint64_t units, unsigned jobs)
{
	struct options o = *with;
	struct told t;
	int err = open("err", O_CREAT | O_RDWR | O_TRUNC, 0600);
	int kept = dup(STDERR_FILENO);

	o.output = "out";
	o.open = log_open;
	o.units = units;
	o.jobs = jobs;
	o.no_progress = o.paths = true;
	(void)fflush(stderr);
	assert_int_equal(dup2(err, STDERR_FILENO), STDERR_FILENO);
	t.status = cmd_events(&mem, &o);
	(void)fflush(stderr);
	assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	(void)close(kept);
	(void)close(err);
	t.out = file_read("out");
	t.err = file_read("err");
	assert_int_equal(unlink("out"), 0);
	return t;
}

static void
same_bytes(struct span a, struct span b, const char *what, uint64_t units,
    unsigned jobs)
{
	size_t n = a.n < b.n ? a.n : b.n, at = 0, from;

	while (at < n && a.p[at] == b.p[at])
		at++;
	if (at == a.n && at == b.n)
		return;
	from = at < 200 ? 0 : at - 200;
	fail_msg("%s, %d units, %u jobs: %zu and %zu bytes, of which %zu are "
	    "the same:\n%.*s\n----\n%.*s\n", what, (int)units, jobs, a.n, b.n,
	    at, (int)(a.n - from < 400 ? a.n - from : 400), a.p + from,
	    (int)(b.n - from < 400 ? b.n - from : 400), b.p + from);
}

/* Some of the ways to read what o names. */
static struct told
same_told(const struct options *o, const char *what, size_t n)
{
	struct told whole = events_run(o, WHOLE, 1);

	for (size_t i = 0; i < n; i++) {
		struct told t = events_run(o, ways[i].units, ways[i].jobs);

		same_bytes(whole.out, t.out, what, ways[i].units,
		    ways[i].jobs);
		same_bytes(whole.err, t.err, what, ways[i].units,
		    ways[i].jobs);
		assert_int_equal(whole.status, t.status);
	}
	return whole;
}

static const enum format formats[] = { FORMAT_JSONL, FORMAT_CSV, FORMAT_XML,
    FORMAT_TEXT };
enum { FORMATS = sizeof formats / sizeof *formats };

/* In the first n formats, and --last. */
static void
same_formats(char **paths, size_t n)
{
	struct options o = { .args = paths, .nargs = 1 };

	for (size_t i = 0; i < n; i++) {
		o.format = formats[i];
		assert_true(same_told(&o, paths[0], WAYS).out.n > 0);
		arena_reset(&mem);
	}
	o.format = FORMAT_JSONL;
	assert_true(filter_last(&o.filter, "10m"));
	assert_true(same_told(&o, "--last", WAYS).out.n > 0);
	arena_reset(&mem);
}

static uint8_t *
chunk_at(uint8_t *bytes, size_t k)
{
	return bytes + HEADER + k * LOG_UNIT;
}

static void
cut_out(struct span *s, size_t at, size_t n)
{
	uint8_t *p = (uint8_t *)(uintptr_t)s->p;

	memmove(p + at, p + at + n, s->n - at - n);
	s->n -= n;
}

static void
put_in(struct span *s, size_t at, size_t n, int byte)
{
	uint8_t *p = (uint8_t *)(uintptr_t)s->p;

	memmove(p + at + n, p + at, s->n - at);
	memset(p + at, byte, n);
	s->n += n;
}

/* The header says that it was closed in order, without a checksum, and that
 * there are so many chunks. */
static void
header_set(uint8_t *p, unsigned n)
{
	p[42] = (uint8_t)n;
	p[43] = (uint8_t)(n >> 8);
	p[120] = 4;
}

/* The i-th damage that is done to whole chunks, at chunk k; false: there are
 * no more. */
static bool
damage_chunks(struct span *s, size_t i, size_t k)
{
	uint8_t *p = (uint8_t *)(uintptr_t)s->p, *c = chunk_at(p, k);
	uint8_t *last = chunk_at(p, chunks() - 1);
	uint8_t *opposite = chunk_at(p, chunks() - 1 - k);
	static uint8_t other[LOG_UNIT];

	switch (i) {
	case 0:		/* no chunk */
		memset(c, 0xaa, LOG_UNIT);
		return true;
	case 1:		/* an empty one */
		memset(c, 0, LOG_UNIT);
		return true;
	case 2:		/* the same, and the header counts it */
		memset(c, 0, LOG_UNIT);
		header_set(p, (unsigned)chunks());
		return true;
	case 3:		/* the record ids go on elsewhere */
		cut_out(s, (size_t)(c - p), LOG_UNIT);
		return true;
	case 4:		/* the same, and behind it something is lost */
		memset(last, 0xaa, LOG_UNIT);
		cut_out(s, (size_t)(c - p), LOG_UNIT);
		return true;
	case 5:		/* chunks change places */
		memcpy(other, c, LOG_UNIT);
		memcpy(c, opposite, LOG_UNIT);
		memcpy(opposite, other, LOG_UNIT);
		return true;
	case 6:		/* twice */
		if (c != opposite)
			memcpy(c, opposite, LOG_UNIT);
		return true;
	case 7:		/* fewer than the header says */
		header_set(p, (unsigned)chunks() + 3);
		return true;
	case 8:		/* room for more */
		put_in(s, s->n, 3 * LOG_UNIT + 512, 0);
		return true;
	default:
		return false;
	}
}

/* No record of chunk k or behind it decodes: more problems than are told. */
static void
tokens_break(uint8_t *p, size_t k)
{
	for (; k < chunks(); k++) {
		uint8_t *c = chunk_at(p, k);

		for (size_t at = 512; c[at] == '*'; at += c[at + 4] +
		    256u * c[at + 5])
			c[at + 24] = 0x7e;
	}
}

/* The same, to some bytes. */
static bool
damage_bytes(struct span *s, size_t i, size_t k)
{
	uint8_t *p = (uint8_t *)(uintptr_t)s->p, *c = chunk_at(p, k);
	size_t at = (size_t)(c - p);

	switch (i) {
	case 0:
		return true;
	case 1:		/* a checksum */
		c[3000] ^= 1;
		return true;
	case 2:		/* the size of the first record */
		c[516] = 0xff;
		return true;
	case 3:		/* a BinXML token */
		c[512 + 24] = 0x7e;
		return true;
	case 4:		/* off the grid */
		put_in(s, at + 30000, 100, 0x55);
		return true;
	case 5:
		cut_out(s, at + 30000, 104);
		return true;
	case 6:		/* off the grid, and on it again */
		put_in(s, at, 100, 0x55);
		if (k < chunks() - 1)
			cut_out(s, at + 2 * LOG_UNIT - 100, 100);
		return true;
	case 7:		/* cut off */
		s->n = at + 20000;
		return true;
	case 8:		/* no file header, or a bad one */
		cut_out(s, 0, HEADER);
		return true;
	case 9:
		p[k] ^= 0x20;
		return true;
	case 10:
		tokens_break(p, k);
		return true;
	default:
		return false;
	}
}

typedef bool	damager(struct span *s, size_t i, size_t k);

/* Logs with every damage of this kind, in a folder. */
static void
damaged_write(const char *kind, damager *damage, size_t k)
{
	uint8_t *room = arena_alloc(&mem, log_made.n + 8 * LOG_UNIT);
	bool more = true;

	for (size_t i = 0; more; i++) {
		struct span s = { room, log_made.n };

		memcpy(room, log_made.p, log_made.n);
		more = damage(&s, i, k);
		if (more)
			file_write(arena_fmt(&mem, "d/%s%02zu.evtx", kind,
			    i).p, s);
	}
}

static void
damaged_logs_are_told_of_as_by_one_reader(void **state)
{
	static char d[] = "d";
	char *paths[] = { d };
	const size_t where[] = { 0, 1, 2, 5, chunks() - 1 };

	(void)state;
	folder("d");
	for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
		damaged_write("chunks", damage_chunks, where[i]);
		damaged_write("bytes", damage_bytes, where[i]);
		same_formats(paths, i == 2 ? FORMATS : 1);
	}
}

/* What is there of real logs and crafted ones. */
static void
the_corpus_is_told_of_as_by_one_reader(void **state)
{
	char *corpus = getenv("EVTRIAGE_CORPUS");
	struct options o = { .args = &corpus, .nargs = 1 };

	(void)state;
	if (corpus == NULL || *corpus == '\0')
		skip();
	for (size_t i = 0; i < FORMATS; i++) {
		o.format = formats[i];
		assert_true(same_told(&o, corpus, i == 0 ? WAYS :
		    1).out.n > 0);
		arena_reset(&mem);
	}
}

/* A hole between two chunks costs no job a unit, nor any reading. */
static void
holes_are_not_given_out(void **state)
{
	static char name[] = "sparse";
	char *paths[] = { name };
	const uint64_t far = HEADER + ((uint64_t)1 << 20) * LOG_UNIT;
	struct options o = { .args = paths, .nargs = 1,
	    .format = FORMAT_JSONL };
	const uint8_t dirty = 5;
	struct told t;
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	(void)state;
	if (ftruncate(fd, (off_t)far) == -1)
		skip();
	assert_int_equal(write(fd, log_made.p, HEADER + 2 * LOG_UNIT),
	    HEADER + 2 * LOG_UNIT);
	assert_int_equal(pwrite(fd, log_made.p + HEADER + 2 * LOG_UNIT,
	    2 * LOG_UNIT, (off_t)far), 2 * LOG_UNIT);
	assert_int_equal(pwrite(fd, &dirty, 1, 120), 1);
	assert_int_equal(close(fd), 0);
	t = same_told(&o, name, WAYS);
	assert_int_equal(t.status, STATUS_DONE);
	assert_int_equal(unlink(name), 0);
	arena_reset(&mem);
}

/* Long ones: it is the places in between that count, and every record is
 * read a few hundred times. */
static int
log_few(void **state)
{
	return log_make_of(state, 620, 350);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_logs_are_told_of_as_by_one_reader),
		cmocka_unit_test(the_corpus_is_told_of_as_by_one_reader),
		cmocka_unit_test(holes_are_not_given_out),
	};

	return cmocka_run_group_tests(tests, log_few, log_unmake);
}
