/*
 * Pieces of JSON that several documents share.
 */
#ifndef EVTRIAGE_REPORT_JSON_PARTS_H
#define EVTRIAGE_REPORT_JSON_PARTS_H

#include "base/json.h"
#include "base/seal.h"
#include "model/fact.h"
#include "model/finding.h"

/* A member of each kind; inlined as json_key is. */
static inline void
json_key_lit(struct json *j, const char *key, const char *value)
{
	json_key(j, key);
	if (value != NULL)
		json_lit(j, value);
	else
		json_null(j);
}

static inline void
json_key_text(struct json *j, const char *key, struct str value)
{
	json_key(j, key);
	json_str(j, value);
}

static inline void
json_key_u64(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_u64(j, value);
}

static inline void
json_key_time(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	json_time(j, value);
}

/* null when the text is empty. */
static inline void
json_key_maybe(struct json *j, const char *key, struct str value)
{
	json_key(j, key);
	if (value.n > 0)
		json_str(j, value);
	else
		json_null(j);
}


/* {"name": {"value", "symbol", "meaning"}, ...}; of facts of one name the
 * first counts (facts[i] is it). */
bool	json_fact_first(const struct fact *facts, size_t i);
void	json_facts(struct json *j, const struct fact *facts, size_t n);

/* "sandbox": {...} */
void	json_sandbox(struct json *j, struct sandbox s);

/* json_host.c: whole objects. */
void	json_host(struct json *j, const struct host *h);
void	json_problem(struct json *j, const struct problem *q);

/* "missing": [[first, last], ...] */
void	json_missing(struct json *j, const struct tally *t);
/* The members of a finding and of an input, without the brackets. */
void	json_finding(struct json *j, const struct finding *f);
void	json_input(struct json *j, const struct input *in);

/* "live", "slack": how a record was found. */
const char	*json_state_name(enum record_state s);
/* The word for one flag of an event, NULL when there is none. */
const char	*json_flag_name(unsigned flag);

#endif
