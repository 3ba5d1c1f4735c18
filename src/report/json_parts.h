/*
 * Pieces of JSON that several documents share.
 */
#ifndef EVTRIAGE_REPORT_JSON_PARTS_H
#define EVTRIAGE_REPORT_JSON_PARTS_H

#include "base/json.h"
#include "model/fact.h"
#include "model/finding.h"

void	json_key_lit(struct json *j, const char *key, const char *value);
void	json_key_text(struct json *j, const char *key, struct str value);
void	json_key_u64(struct json *j, const char *key, uint64_t value);
void	json_key_time(struct json *j, const char *key, uint64_t value);
/* null when the text is empty. */
void	json_key_maybe(struct json *j, const char *key, struct str value);

/* {"name": {"value", "symbol", "meaning"}, ...}; of facts of one name the
 * first counts. */
void	json_facts(struct json *j, const struct fact *facts, size_t n);

/* json_host.c: whole objects. */
void	json_host(struct json *j, const struct host *h);
void	json_problem(struct json *j, const struct problem *q);

/* "missing": [[first, last], ...] */
void	json_missing(struct json *j, const struct tally *t);
/* The members of a finding and of an input, without the brackets. */
void	json_finding(struct json *j, const struct finding *f);
void	json_input(struct json *j, const struct input *in);

#endif
