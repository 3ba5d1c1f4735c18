/*
 * Damage of every kind to every sample: cut off anywhere, bits turned
 * over, with and without checksums that fit.  Nothing may crash or go on
 * for ever, records that the damage did not touch are still there or
 * their loss is told, and what is missing is never called complete.
 *
 * The damage is drawn from a fixed seed: a failure names it, and comes
 * again.
 */
#include <fcntl.h>
#include <glob.h>
#include "base/crc32.h"
#include "readings.h"

enum { HEADER = 4096, CHUNK = 65536, EVT_HEADER = 48 };
enum { CUT_STEP = 512 };

/* Flips a sample: EVTRIAGE_MUTANTS, for make soak. */
static int flips = 220;

/* One log as it was before the damage. */
struct sample {
	const char	*path;
	bool		 evtx;
	struct span	 bytes;
	struct record	*records;
	size_t		 n;
	uint8_t		*work;		/* room for a damaged copy */
};

/* Bytes [from, to) are no longer what they were; those of a checksum that
 * was put right do not count. */
struct damage {
	size_t	from, to;
	size_t	size;		/* of the damaged file */
	bool	repaired;
};

/* What a damaged log gave. */
struct outcome {
	struct arena	 kept, scratch;
	uint64_t	*ids, *offsets;
	size_t		 n, cap, offsets_cap;
	struct problems	 problems;
	struct tally	 tally;
	bool		 opened;
};

static uint64_t seed;

static uint64_t
draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static void
put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* Every checksum of an EVTX file as if a writer had made the damage. */
static void
checksums_repair(uint8_t *p, size_t size)
{
	put32(p + 124, crc32_update(0, p, 120));
	for (size_t at = HEADER; at + CHUNK <= size; at += CHUNK) {
		uint8_t *c = p + at;
		uint32_t end = le32(c + 48), crc;

		if (end >= 512 && end <= CHUNK)
			put32(c + 52, crc32_update(0, c + 512, end - 512));
		crc = crc32_update(crc32_update(0, c, 120), c + 128, 384);
		put32(c + 124, crc);
	}
}

static void
outcome_read(struct outcome *o, struct span bytes)
{
	struct source s;
	struct record r;
	struct ident id;
	struct event e;
	struct log *log;

	arena_reset(&o->kept);
	arena_reset(&o->scratch);
	memset(&o->problems, 0, sizeof o->problems);
	memset(&o->tally, 0, sizeof o->tally);
	o->problems.arena = &o->kept;
	o->ids = o->offsets = NULL;
	o->n = o->cap = o->offsets_cap = 0;
	source_memory(&s, bytes);
	log = log_open(&o->kept, &s, &o->problems);
	o->opened = log != NULL;
	while (log != NULL && log_next(log, &r) == LOG_RECORD) {
		/* Records take up room: a log cannot go on for ever. */
		assert_true(o->n <= bytes.n / 24);
		assert_true(r.offset < bytes.n);
		arena_reset(&o->scratch);
		log_ident(log, &id);
		(void)log_event(log, &o->scratch, &e);
		o->ids = arena_grow(&o->kept, o->ids, o->n, &o->cap,
		    sizeof *o->ids);
		o->offsets = arena_grow(&o->kept, o->offsets, o->n,
		    &o->offsets_cap, sizeof *o->offsets);
		o->ids[o->n] = r.id;
		o->offsets[o->n++] = r.offset;
	}
	if (log != NULL)
		log_close(log, &o->tally);
}

static bool
touches(const struct damage *d, uint64_t from, uint64_t size)
{
	return (d->from < from + size && from < d->to) ||
	    from + size > d->size;
}

/* Are the record, and what says where it is, as they were?  A record of a
 * wrapped .evt that is split lies in two pieces: not asked. */
static bool
untouched(const struct sample *s, const struct damage *d,
    const struct record *r)
{
	if (touches(d, r->offset, r->size))
		return false;
	if (!s->evtx)
		return !touches(d, 0, EVT_HEADER);
	return !touches(d, HEADER + (r->offset - HEADER) / CHUNK * CHUNK, 512);
}

/* The record as it was; or, when the damage was to its number, what
 * stands in its place. */
static bool
returned(const struct outcome *o, const struct record *r, bool touched)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->offsets[i] == r->offset && (touched ||
		    o->ids[i] == r->id))
			return true;
	return false;
}

static bool
loss_is_told(const struct outcome *o, const struct record *r)
{
	for (size_t i = 0; i < o->tally.nmissing; i++)
		if (o->tally.missing[i].first <= r->id &&
		    r->id <= o->tally.missing[i].last)
			return true;
	/* "1234 bytes are no record": the place is named, not the number. */
	for (size_t i = 0; i < o->problems.n; i++)
		if (o->problems.v[i].grade != GRADE_NOTE &&
		    o->problems.v[i].offset <= r->offset)
			return true;
	return false;
}

static void
judge(const struct sample *s, const struct outcome *o,
    const struct damage *d, const char *what)
{
	size_t missing = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct record *r = &s->records[i];
		bool same = untouched(s, d, r);

		if (returned(o, r, !same))
			continue;
		missing++;
		if (same && !loss_is_told(o, r))
			fail_msg("%s, %s at %zu: record %llu is lost without "
			    "a word", s->path, what, d->from,
			    (unsigned long long)r->id);
	}
	if (missing > 0 && o->problems.lost == 0)
		fail_msg("%s, %s at %zu%s: %zu records are missing, and no "
		    "problem says so", s->path, what, d->from,
		    d->repaired ? " (checksums repaired)" : "", missing);
	assert_true(!o->opened || o->tally.complete ==
	    (o->problems.lost == 0));
}

static void
cut_everywhere(const struct sample *s, struct outcome *o)
{
	/* Beyond 64 KiB the rest of the file repeats itself. */
	for (size_t n = 0; n < s->bytes.n; n += CUT_STEP - draw(8)) {
		struct damage d = { n, s->bytes.n, n, false };

		outcome_read(o, (struct span){ s->bytes.p, n });
		judge(s, o, &d, "cut off");
	}
}

/* Most of a small EVTX file is unused: let damage fall where records are. */
static size_t
place_draw(const struct sample *s)
{
	const struct record *r = &s->records[draw(s->n)];

	switch (draw(4)) {
	case 0:
		return draw(s->bytes.n);
	case 1:
		return s->evtx ? draw(2) * HEADER + draw(128) :
		    draw(EVT_HEADER);
	default:
		return (r->offset + draw(r->size)) % s->bytes.n;
	}
}

static void
turn_bits(const struct sample *s, struct outcome *o)
{
	for (int i = 0; i < flips; i++) {
		size_t at = place_draw(s);
		struct damage d = { at, at + 1, s->bytes.n, i % 2 == 1 };
		uint8_t was = s->work[at];

		s->work[at] ^= (uint8_t)(1u << draw(8));
		if (s->evtx && d.repaired)
			checksums_repair(s->work, s->bytes.n);
		outcome_read(o, (struct span){ s->work, s->bytes.n });
		judge(s, o, &d, "a bit");
		s->work[at] = was;
		if (s->evtx && d.repaired)
			memcpy(s->work, s->bytes.p, s->bytes.n);
	}
}

/* Words such as sizes, offsets and counts at their limits. */
static void
spoil_words(const struct sample *s, struct outcome *o)
{
	static const uint32_t values[] = { 0, 1, 0x7FFFFFFF, 0x80000000,
	    0xFFFFFFFF };

	for (int i = 0; i < flips / 4; i++) {
		size_t at = place_draw(s) / 4 * 4;
		struct damage d = { at, at + 4, s->bytes.n, true };

		if (at + 4 > s->bytes.n)
			continue;
		put32(s->work + at, values[draw(5)]);
		if (s->evtx)
			checksums_repair(s->work, s->bytes.n);
		outcome_read(o, (struct span){ s->work, s->bytes.n });
		judge(s, o, &d, "a word");
		memcpy(s->work, s->bytes.p, s->bytes.n);
	}
}

static void
sample_damage(const char *path, const struct fx_log *log,
    enum logs_format format)
{
	static struct outcome o;
	struct sample s = { .path = path, .evtx = format == LOG_EVTX };
	struct reading whole;

	s.bytes = log_bytes(log, format);
	s.work = bytes_copy(s.bytes);
	whole = read_bytes(s.bytes);
	assert_true(whole.tally.complete);
	assert_int_equal(whole.n, log->n);
	s.n = whole.n;
	s.records = arena_array(&mem, struct record, s.n);
	for (size_t i = 0; i < s.n; i++)
		s.records[i] = whole.events[i].at;
	seed = UINT64_C(0x9E3779B97F4A7C15);
	cut_everywhere(&s, &o);
	turn_bits(&s, &o);
	spoil_words(&s, &o);
	arena_free(&o.kept);
	arena_free(&o.scratch);
}

static struct span
file_bytes(const char *path)
{
	struct source s;
	struct span bytes = { NULL, 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		fail_msg("%s: cannot be opened", path);
	source_fd(&s, fd);
	assert_true(source_slurp(&s, &mem, 1u << 24, &bytes));
	source_close(&s);
	return bytes;
}

static void
damage_all(enum logs_format format)
{
	glob_t g = { 0 };

	assert_int_equal(glob("samples/src/*.txt", 0, NULL, &g), 0);
	assert_int_equal(glob("samples/src/*/*.txt", GLOB_APPEND, NULL, &g),
	    0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = g.gl_pathv[i];

		sample_damage(path, description(file_bytes(path), path),
		    format);
		arena_reset(&mem);
	}
	globfree(&g);
}

static void
a_damaged_evtx_costs_what_is_damaged(void **state)
{
	(void)state;
	damage_all(LOG_EVTX);
}

static void
a_damaged_evt_costs_what_is_damaged(void **state)
{
	(void)state;
	damage_all(LOG_EVT);
}

static void
a_damaged_evt_ring_costs_what_is_damaged(void **state)
{
	(void)state;
	damage_all(LOG_EVT_SPLIT);
}

/* Several chunks: damage in the second never costs a record of another. */
static void
a_damaged_chunk_costs_no_other(void **state)
{
	static const char text[] = "computer A\nprovider Srv\nid 2013\n"
	    "time 2004-10-18T07:20:11Z\nevent\nstring C:\nrepeat 899 every "
	    "1m\n";
	static struct outcome o;
	struct sample s = { .evtx = true };
	struct reading whole;

	(void)state;
	s.bytes = log_bytes(description(bytes_of(text), "chunks"), LOG_EVTX);
	s.work = bytes_copy(s.bytes);
	whole = read_bytes(s.bytes);
	assert_int_equal(whole.n, 900);
	assert_true(whole.tally.units_valid >= 3);
	seed = 4711;
	for (int i = 0; i < flips; i++) {
		size_t at = HEADER + CHUNK + (i % 2 == 0 ? draw(CHUNK) :
		    draw(1024));

		s.work[at] ^= (uint8_t)(1 + draw(255));
		if (i % 4 < 2)
			checksums_repair(s.work, s.bytes.n);
		outcome_read(&o, (struct span){ s.work, s.bytes.n });
		for (size_t j = 0; j < whole.n; j++)
			if ((whole.events[j].at.offset - HEADER) / CHUNK !=
			    1 && !returned(&o, &whole.events[j].at, false))
				fail_msg("byte %zu: record %zu", at, j + 1);
		memcpy(s.work, s.bytes.p, s.bytes.n);
	}
	arena_free(&o.kept);
	arena_free(&o.scratch);
}

int
main(void)
{
	const char *mutants = getenv("EVTRIAGE_MUTANTS");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    a_damaged_evtx_costs_what_is_damaged, teardown),
		cmocka_unit_test_teardown(
		    a_damaged_evt_costs_what_is_damaged, teardown),
		cmocka_unit_test_teardown(
		    a_damaged_evt_ring_costs_what_is_damaged, teardown),
		cmocka_unit_test_teardown(a_damaged_chunk_costs_no_other,
		    teardown),
	};

	if (mutants != NULL)
		flips = (int)strtol(mutants, NULL, 10);
	return cmocka_run_group_tests_name("mutate", tests, NULL, NULL);
}
