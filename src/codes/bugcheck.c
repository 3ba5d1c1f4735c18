/*
 * What the parameters of a bug check stand for, what their values mean,
 * what usually causes it and what to do first.  The tables (stop_*.def)
 * are made of rules/bugchecks.xml and sorted by code; README.md says how
 * to add to them.
 */
#include "codes/decode.h"
#include "codes/stop.h"

#define ANY 0, UINT64_MAX
#define IF(from, to) from, to
#define PARAMETER(code, i, from_to, text) { code, (i) - 1, from_to, text },
#define VALUE(code, i, value, text) { code, (i) - 1, value, value, text },
#define STATUS(code, i, from_to) { code, (i) - 1, from_to, "" },
static const struct bugcheck_part parameters[] = {
#include "codes/stop_parameters.def"
};
static const struct bugcheck_part values[] = {
#include "codes/stop_values.def"
};
static const struct bugcheck_part statuses[] = {
#include "codes/stop_status.def"
};
#undef ANY
#undef IF
#undef PARAMETER
#undef VALUE
#undef STATUS

#define STEP(id, text) static const char id[] = text;
#include "codes/stop_steps.def"
#undef STEP

#define LIST(...) { __VA_ARGS__ }
#define NONE { NULL }
#define ADVICE(code, causes, steps) { code, { causes, steps } },
static const struct {
	uint32_t	code;
	struct advice	advice;
} advised[] = {
#include "codes/stop_advice.def"
};
#undef LIST
#undef NONE
#undef ADVICE

#define COUNT(array)	(sizeof (array) / sizeof (array)[0])

static uint32_t
plain(uint32_t code)
{
	return (code & 0xFFFF0000u) == 0x10000000u ? code & 0xFFFFu : code;
}

/* The text for parameter i where n lies in from .. to, or NULL. */
static const char *
find(const struct bugcheck_part *rows, size_t count, uint32_t code, int i,
    uint64_t n)
{
	for (size_t k = 0; k < count; k++)
		if (rows[k].code == plain(code) && rows[k].i == i &&
		    n >= rows[k].from && n <= rows[k].to)
			return rows[k].text;
	return NULL;
}

const char *
bugcheck_parameter(uint32_t code, int i, uint64_t p1)
{
	return find(parameters, COUNT(parameters), code, i, p1);
}

bool
stop_is_status(uint32_t code, int i, uint64_t p1)
{
	return find(statuses, COUNT(statuses), code, i, p1) != NULL;
}

const char *
bugcheck_value(uint32_t code, int i, uint64_t value)
{
	return find(values, COUNT(values), code, i, value);
}

const struct advice *
bugcheck_advice(uint32_t code)
{
	for (size_t k = 0; k < COUNT(advised); k++)
		if (advised[k].code == plain(code))
			return &advised[k].advice;
	return NULL;
}

/* The rows of a bug check, which stand together. */
static const struct bugcheck_part *
rows_of(const struct bugcheck_part *rows, size_t count, uint32_t code,
    size_t *n)
{
	size_t from = 0, to;

	while (from < count && rows[from].code != plain(code))
		from++;
	for (to = from; to < count && rows[to].code == plain(code);)
		to++;
	*n = to - from;
	return rows + from;
}

struct bugcheck_sheet
bugcheck_sheet(uint32_t code)
{
	struct bugcheck_sheet s = { .advice = bugcheck_advice(code) };

	s.parameters = rows_of(parameters, COUNT(parameters), code,
	    &s.nparameters);
	s.values = rows_of(values, COUNT(values), code, &s.nvalues);
	return s;
}
