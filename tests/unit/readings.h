/*
 * Logs in memory (logs.h) read back through include/log/log.h.  Shared by the
 * tests of readers and triage.
 */
#ifndef EVTRIAGE_TESTS_READINGS_H
#define EVTRIAGE_TESTS_READINGS_H

#include "logs.h"

/* What a log gave: every event that log_next returned. */
struct reading {
	struct event	*events;
	bool		*whole;		/* log_event said so */
	size_t		 n, cap, whole_cap;
	const char	*format;	/* NULL: no log */
	struct problems	 problems;
	struct tally	 tally;
};

/* An event is good until the next record: this one is kept. */
static inline struct event
event_keep(const struct event *e)
{
	struct event k = *e;

	event_own(&mem, &k);
	return k;
}

static inline void
reading_add(struct reading *r, const struct event *e, bool whole)
{
	r->events = arena_grow(&mem, r->events, r->n, &r->cap,
	    sizeof *r->events);
	r->whole = arena_grow(&mem, r->whole, r->n, &r->whole_cap,
	    sizeof *r->whole);
	r->events[r->n] = event_keep(e);
	r->whole[r->n++] = whole;
}

static inline struct reading
read_source(struct source *s, log_opener *open)
{
	struct reading r = { .problems = { .arena = &mem } };
	struct log *log;
	struct record record;
	struct event e;

	log = open(&mem, s, &r.problems);
	if (log == NULL)
		return r;
	r.format = log_format(log);
	while (log_next(log, &record) == LOG_RECORD) {
		struct ident id;
		bool whole;

		log_ident(log, &id);
		whole = log_event(log, &mem, &e);
		/* The cheap look and the whole one agree. */
		if (whole && id.known) {
			assert_int_equal(id.id, e.id);
			assert_true(str_eq(id.provider, e.provider));
			assert_true(str_eq(id.computer, e.computer));
			assert_true(id.time == e.time);
		}
		reading_add(&r, &e, whole);
	}
	log_close(log, &r.tally);
	return r;
}

static inline struct reading
read_how(struct span bytes, log_opener *open)
{
	struct source s;

	source_memory(&s, bytes);
	return read_source(&s, open);
}

static inline struct reading
read_bytes(struct span bytes)
{
	return read_how(bytes, log_open);
}

static inline struct reading
read_text(const char *text, enum logs_format format)
{
	return read_bytes(log_bytes(description(bytes_of(text), "test"),
	    format));
}

static inline void
assert_str(struct str s, const char *expected)
{
	if (!str_is(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, expected);
}

static inline const struct field *
field_of(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (str_is(e->fields[i].name, name))
			return &e->fields[i];
	fail_msg("there is no field \"%s\"", name);
	return NULL;
}

static inline bool
problem_says(const struct problems *p, const char *part)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_find(p->v[i].message, part, 0) != SIZE_MAX)
			return true;
	return false;
}

static inline void
assert_problem(const struct problems *p, const char *part)
{
	if (!problem_says(p, part))
		fail_msg("no problem says \"%s\"; the first of %zu: %.*s",
		    part, p->n, p->n > 0 ? (int)p->v[0].message.n : 0,
		    p->n > 0 ? p->v[0].message.p : "");
}

#endif
