/*
 * A STOP as it stands in the System log, in four layouts:
 *
 *  - Save Dump 1001, 1000 (NT 3.5 to 2003): the STOP line in one string,
 *    on NT and 2000 the release with its build in another, then the dump;
 *  - WER-SystemErrorReporting 1000 to 1006 (Vista and later): the line,
 *    the dump, the id of the report;
 *  - System Error 1003 (XP, 2003): code and parameters as five strings of
 *    bare hexadecimal digits;
 *  - Kernel-Power 41 (7 and later): named numbers, the code in decimal.
 *
 * A code of the form 0x1000xxxx is the bug check xxxx written to a
 * minidump.
 */
#include "codes/add.h"
#include "codes/decode.h"
#include "codes/stop.h"

#define MINIDUMP	0x10000000u

static const struct fact_id p_ids[4] = {
	{ "bugcheck.p1", "parameter 1" }, { "bugcheck.p2", "parameter 2" },
	{ "bugcheck.p3", "parameter 3" }, { "bugcheck.p4", "parameter 4" },
};

/* 32 significant bits: as they are, or sign-extended to 64. */
static bool
narrow(uint64_t n, uint32_t *low)
{
	*low = (uint32_t)n;
	return n >> 32 == 0 || (n >> 32 == 0xFFFFFFFFu && n >> 31 & 1);
}

static void
add_parameter(struct adding *d, const struct stop *s, int i)
{
	const char *what = bugcheck_parameter(s->code, i, s->p[0]);
	struct fact_id id = p_ids[i];
	struct fact *fact;
	uint32_t low;

	if (what != NULL)
		id.label = what;
	fact = add_word(d, id, s->p[i]);
	if (fact == NULL)
		return;
	fact->meaning = bugcheck_value(s->code, i, s->p[i]);
	if (fact->meaning != NULL || !narrow(s->p[i], &low) || low == 0 ||
	    !stop_is_status(s->code, i, s->p[0]))
		return;
	fact->number = low;
	fact_symbol(fact, CODE_NTSTATUS, low);
	if (fact->symbol == NULL)
		fact->note = code_bits(d->a, CODE_NTSTATUS, low);
}

static void
add_stop(struct adding *d, struct stop s, const char *layout)
{
	bool mini = (s.code & 0xFFFF0000u) == MINIDUMP;
	struct fact *code;

	if (mini)
		s.code &= 0xFFFFu;
	code = add_code(d, (struct fact_id){ "bugcheck.code", "bug check" },
	    CODE_BUGCHECK, s.code);
	if (code != NULL)
		code->advice = bugcheck_advice(s.code);
	for (int i = 0; i < s.np; i++)
		add_parameter(d, &s, i);
	if (mini)
		add_number(d, (struct fact_id){ "bugcheck.minidump",
		    "minidump" }, 1);
	add_text(d, (struct fact_id){ "bugcheck.layout", "layout" },
	    str_of(layout));
}

/* Save Dump and its successor: the line may stand in any string, or only
 * in the rendered text. */
static bool
find_line(const struct event *e, struct stop *s)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].part == PART_DATA &&
		    stop_parse(e->fields[i].text, s))
			return true;
	return stop_parse(e->message, s);
}

static void
add_build(struct adding *d)
{
	uint64_t build;
	bool found = stop_build(d->e->message, &build);

	for (size_t i = 0; i < d->e->nfields && !found; i++)
		found = d->e->fields[i].part == PART_DATA &&
		    stop_build(d->e->fields[i].text, &build);
	if (found)
		add_number(d, (struct fact_id){ "os.build", "build" }, build);
}

static void
add_dump_path(struct adding *d)
{
	struct str path = str_of(NULL);

	for (size_t i = 0; i < d->e->nfields && path.n == 0; i++)
		if (d->e->fields[i].part == PART_DATA)
			path = stop_dump(d->e->fields[i].text);
	if (path.n == 0)
		path = stop_dump(d->e->message);
	if (path.n > 0)
		add_text(d, (struct fact_id){ "bugcheck.dump", "dump" },
		    path);
}

static void
decode_line(struct adding *d, const char *layout)
{
	struct stop s;

	if (!find_line(d->e, &s))
		return;
	add_stop(d, s, layout);
	add_dump_path(d);
	add_build(d);
}

static void
decode_system_error(struct adding *d)
{
	struct stop s = { .np = 4 };
	uint64_t v[5];

	for (size_t i = 0; i < 5; i++)
		if (!str_hex64(event_text(d->e, i), &v[i]))
			return;
	if (event_string(d->e, 5) != NULL || v[0] > UINT32_MAX)
		return;
	s.code = (uint32_t)v[0];
	for (size_t i = 0; i < 4; i++)
		s.p[i] = v[i + 1];
	add_stop(d, s, "system-error");
}

static void
decode_kernel_power(struct adding *d)
{
	static const char *const names[4] = {
		"BugcheckParameter1", "BugcheckParameter2",
		"BugcheckParameter3", "BugcheckParameter4",
	};
	struct stop s = { .np = 0 };
	uint64_t code;

	if (!field_u64(event_field(d->e, "BugcheckCode"), &code) ||
	    code == 0 || code > UINT32_MAX)
		return;
	s.code = (uint32_t)code;
	while (s.np < 4 &&
	    field_u64(event_field(d->e, names[s.np]), &s.p[s.np]))
		s.np++;
	add_stop(d, s, "power-41");
}

bool
decode_is_stop(struct str s)
{
	struct stop stop;

	return stop_parse(s, &stop);
}

void
decode_stop(struct adding *d)
{
	const struct event *e = d->e;

	if (event_from(e, "Save Dump") && e->id >= 1000 && e->id <= 1001)
		decode_line(d, "save-dump");
	else if ((event_from(e, "Microsoft-Windows-WER-SystemErrorReporting")
	    || event_from(e, "BugCheck")) && e->id >= 1000 && e->id <= 1006)
		decode_line(d, "wer");
	else if (event_from(e, "System Error") && e->id == 1003)
		decode_system_error(d);
	else if (event_from(e, "Microsoft-Windows-Kernel-Power") &&
	    e->id == 41)
		decode_kernel_power(d);
}
