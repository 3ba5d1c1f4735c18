/*
 * What a reading is counted in, as one line of text, so that a test says
 * every number of it.
 */
#ifndef EVTRIAGE_TESTS_TOLD_H
#define EVTRIAGE_TESTS_TOLD_H

#include "readings.h"

/* One more number for the line below, unless it is zero. */
static inline void
told_add(char *line, size_t room, uint64_t n, const char *what)
{
	size_t at = strlen(line);

	if (n != 0)
		snprintf(line + at, room - at, "%s%llu %s", at > 0 ? ", " : "",
		    (unsigned long long)n, what);
}

/* The states of the records that were returned, which the tally counts. */
static inline void
told_states(const struct reading *r, char *line, size_t room)
{
	static const char *const words[] = { [RECORD_LIVE] = "live",
	    [RECORD_TAIL] = "tail", [RECORD_RESYNC] = "resync",
	    [RECORD_TORN] = "torn", [RECORD_SLACK] = "slack",
	    [RECORD_ORPHAN] = "orphan" };
	uint64_t n[sizeof words / sizeof *words] = { 0 };

	for (size_t i = 0; i < r->n; i++)
		n[r->events[i].at.state]++;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		told_add(line, room, n[i], words[i]);
	assert_int_equal(r->tally.read, n[RECORD_LIVE] + n[RECORD_TAIL] +
	    n[RECORD_RESYNC]);
	assert_int_equal(r->tally.tail, n[RECORD_TAIL]);
	assert_int_equal(r->tally.resync, n[RECORD_RESYNC]);
	assert_int_equal(r->tally.torn, n[RECORD_TORN]);
	assert_int_equal(r->tally.recovered, n[RECORD_SLACK] +
	    n[RECORD_ORPHAN]);
}

/* What is counted besides the records that were returned. */
static inline void
told_counts(char *line, size_t room, const struct tally *t)
{
	told_add(line, room, t->slack, "unseen");
	told_add(line, room, t->undecodable, "undecodable");
	told_add(line, room, t->inferred, "inferred");
	told_add(line, room, t->units_valid, "valid");
	told_add(line, room, t->units_zero, "zero");
	told_add(line, room, t->units_bad, "bad");
	told_add(line, room, t->bytes_header, "of header");
	told_add(line, room, t->bytes_valid, "of records");
	told_add(line, room, t->bytes_unused, "unused");
	told_add(line, room, t->bytes_bad, "of damage");
	told_add(line, room, t->bad_checksums, "checksums");
	for (size_t i = 0; i < t->nmissing; i++)
		told_add(line, room, t->missing[i].first, arena_cstr(&mem,
		    arena_fmt(&mem, "to %llu missing",
		    (unsigned long long)t->missing[i].last)));
	told_add(line, room, t->dirty, "dirty");
	assert_int_equal(t->missing_dropped, 0);
}

/*
 * Every number that a reading is counted in, zeros left out: records by
 * state, units, bytes, ids that are missing, problems, and the exit status
 * that follows.
 */
static inline char *
told(const struct reading *r)
{
	enum { ROOM = 600 };
	char *line = arena_alloc(&mem, ROOM);
	const struct tally *t = &r->tally;
	bool opened = r->format != NULL;

	told_states(r, line, ROOM);
	told_counts(line, ROOM, t);
	told_add(line, ROOM, r->problems.n + r->problems.dropped, "told");
	told_add(line, ROOM, r->problems.lost, "lost");
	told_add(line, ROOM, opened && t->complete ? 0 : 3, "exit");
	assert_int_equal(t->complete, opened && r->problems.lost == 0);
	assert_false(problem_says(&r->problems, "accounting error"));
	return line;
}

#define assert_told(r, expected) told_is(r, expected, __FILE__, __LINE__)

static inline void
told_is(const struct reading *r, const char *expected, const char *file,
    int line)
{
	const char *is = told(r);

	if (strcmp(is, expected) != 0)
		fail_msg("%s:%d: \"%s\" is not \"%s\"", file, line, is,
		    expected);
}

#endif
