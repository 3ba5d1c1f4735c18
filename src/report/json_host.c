/*
 * A computer, and what was not read, as JSON.
 */
#include <stdio.h>
#include "base/clock.h"
#include "report/json_parts.h"

static void
number_or_null(struct json *j, const char *key, int v)
{
	json_key(j, key);
	if (v == OS_UNKNOWN)
		json_null(j);
	else
		json_i64(j, v);
}

static void
os(struct json *j, const struct os *os)
{
	const char *common = os_name(os);
	struct str name = os->product.n > 0 ? os->product : str_of(common);
	char version[32];

	json_key(j, "os");
	if (name.n == 0 && os->major == OS_UNKNOWN &&
	    os->build == OS_UNKNOWN && os->sp == OS_UNKNOWN) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_maybe(j, "name", name);
	if (os->minor == OS_UNKNOWN)
		(void)snprintf(version, sizeof version, "%d", os->major);
	else
		(void)snprintf(version, sizeof version, "%d.%d", os->major,
		    os->minor);
	json_key_lit(j, "version", os->major == OS_UNKNOWN ? NULL : version);
	number_or_null(j, "build", os->build);
	number_or_null(j, "service_pack", os->sp);
	json_end(j);
}

static void
boot(struct json *j, const struct boot *b)
{
	static const struct boot_words none = { STR(""), STR("") };
	const struct boot_words *w = b->words != NULL ? b->words : &none;

	json_object(j);
	json_key_time(j, "start", b->start);
	json_key_time(j, "end", b->end);
	json_key_lit(j, "ended", boot_end_name(b->ended));
	json_key(j, "bugcheck");
	if (b->has_bugcheck)
		json_hex(j, b->bugcheck);
	else
		json_null(j);
	json_key(j, "down_seconds");
	if (b->has_down)
		json_u64(j, b->down / CLOCK_SECOND);
	else
		json_null(j);
	json_key(j, "clock_stepped");
	json_bool(j, b->stepped);
	json_key_maybe(j, "reason", w->reason);
	json_key_maybe(j, "initiator", w->initiator);
	json_end(j);
}

void
json_host(struct json *j, const struct host *h)
{
	json_object(j);
	json_key_text(j, "computer", h->computer);
	os(j, &h->os);
	json_key(j, "roles");
	json_array(j);
	for (size_t i = 0; i < h->nroles; i++)
		json_lit(j, h->roles[i]);
	json_end(j);
	json_key_maybe(j, "time_zone", h->time_zone);
	json_key(j, "boots");
	json_array(j);
	for (size_t i = 0; i < h->nboots; i++)
		boot(j, &h->boots[i]);
	json_end(j);
	json_key_time(j, "first", h->first);
	json_key_time(j, "last", h->last);
	json_key_u64(j, "events", h->events);
	json_end(j);
}

void
json_problem(struct json *j, const struct problem *q)
{
	json_object(j);
	json_key_text(j, "path", q->path);
	json_key(j, "offset");
	if (q->offset == NO_OFFSET)
		json_null(j);
	else
		json_u64(j, q->offset);
	json_key_lit(j, "grade", grade_name(q->grade));
	json_key_text(j, "message", q->message);
	json_end(j);
}
