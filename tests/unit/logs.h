/*
 * Logs in memory: made from a description by tests/fixture.
 */
#ifndef EVTRIAGE_TESTS_LOGS_H
#define EVTRIAGE_TESTS_LOGS_H

#include "unit.h"
#include "fixture/fixture.h"
#include "log/log.h"

enum logs_format { LOG_EVTX, LOG_EVT, LOG_EVT_SPLIT };

static struct arena mem;

static inline int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static inline struct span
bytes_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static inline struct fx_log *
description(struct span text, const char *name)
{
	struct str error = { "", 0 };
	struct fx_log *log = fixture_parse(&mem, text, name, &error);

	if (log == NULL)
		fail_msg("%s", error.p);
	return log;
}

static inline struct span
log_bytes(const struct fx_log *log, enum logs_format format)
{
	return format == LOG_EVTX ? fixture_evtx(&mem, log) :
	    fixture_evt(&mem, log, format == LOG_EVT_SPLIT);
}

/* A copy that may be damaged. */
static inline uint8_t *
bytes_copy(struct span s)
{
	uint8_t *p = arena_alloc(&mem, s.n);

	memcpy(p, s.p, s.n);
	return p;
}

#endif
