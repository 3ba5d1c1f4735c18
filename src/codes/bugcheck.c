/*
 * What the parameters of a bug check stand for, and what their values
 * mean.  The tables (stop_parameters.def, stop_values.def,
 * stop_status.def) are written by hand from the bug check reference of the
 * Windows driver documentation; README.md says how to add to them.
 */
#include "codes/decode.h"
#include "codes/stop.h"

/* Parameter i (0..3) of a bug check, for first parameters from..to. */
struct parameter {
	uint32_t	 code;
	int		 i;
	uint64_t	 from, to;
	const char	*text;
};

#define ANY 0, UINT64_MAX
#define PARAMETER(code, i, from_to, text) { code, (i) - 1, from_to, text },
#define IF(from, to) from, to
static const struct parameter parameters[] = {
#include "codes/stop_parameters.def"
};
#undef PARAMETER

#define STATUS(code, i, from_to) { code, (i) - 1, from_to, "" },
static const struct parameter statuses[] = {
#include "codes/stop_status.def"
};
#undef STATUS
#undef ANY
#undef IF

static const struct value {
	uint32_t	 code;
	int		 i;
	uint64_t	 value;
	const char	*text;
} values[] = {
#define VALUE(code, i, value, text) { code, (i) - 1, value, text },
#include "codes/stop_values.def"
#undef VALUE
};

static uint32_t
plain(uint32_t code)
{
	return (code & 0xFFFF0000u) == 0x10000000u ? code & 0xFFFFu : code;
}

static const struct parameter *
find(const struct parameter *rows, size_t n, const struct parameter *key)
{
	for (size_t k = 0; k < n; k++)
		if (rows[k].code == key->code && rows[k].i == key->i &&
		    key->from >= rows[k].from && key->from <= rows[k].to)
			return &rows[k];
	return NULL;
}

const char *
bugcheck_parameter(uint32_t code, int i, uint64_t p1)
{
	struct parameter key = { .code = plain(code), .i = i, .from = p1 };
	const struct parameter *row = find(parameters,
	    sizeof parameters / sizeof parameters[0], &key);

	return row == NULL ? NULL : row->text;
}

bool
stop_is_status(uint32_t code, int i, uint64_t p1)
{
	struct parameter key = { .code = plain(code), .i = i, .from = p1 };

	return find(statuses, sizeof statuses / sizeof statuses[0],
	    &key) != NULL;
}

const char *
bugcheck_value(uint32_t code, int i, uint64_t value)
{
	code = plain(code);
	for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
		if (values[k].code == code && values[k].i == i &&
		    values[k].value == value)
			return values[k].text;
	return NULL;
}
