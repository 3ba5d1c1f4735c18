/*
 * Status numbers that services leave in their events.
 *
 *  - Data of 1, 2 or 4 bytes is a status, except from the sources below
 *    which put something else there.  NETLOGON writes NTSTATUS and Win32
 *    codes side by side and most others Win32 codes, but both kinds of
 *    number have their own range, so that the value itself decides.
 *  - "%%1053" among the strings stands for the text of that Win32 code;
 *    the service control manager of NT prints the bare number.
 */
#include "codes/add.h"

/* Sources whose short data is no status. */
static const char *const no_status[] = {
	"EventLog", "Microsoft-Windows-Eventlog",	/* a flag */
	"USER32",				/* why it was shut down */
	"Service Control Manager",		/* name of the service */
};

static bool
bears_status(const struct event *e)
{
	if (e->binary.n != 1 && e->binary.n != 2 && e->binary.n != 4)
		return false;
	for (size_t i = 0; i < sizeof no_status / sizeof no_status[0]; i++)
		if (event_from(e, no_status[i]))
			return false;
	return true;
}

void
decode_status(struct adding *d)
{
	struct span s = d->e->binary;
	uint32_t code;

	if (!bears_status(d->e) || span_words(s, &code, 1) != 1)
		return;
	fact_bytes(add_status(d, (struct fact_id){ "status.value", "status" },
	    code), 0, s.n);
}
