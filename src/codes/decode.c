/*
 * From an event to facts: runs every decoder of this folder over it.  Each
 * decides for itself whether the event is one of its own.
 */
#include "codes/add.h"
#include "codes/decode.h"

void
decode_event(struct arena *a, const struct event *e, struct facts *facts)
{
	struct adding d = { a, e, facts };

	facts->n = 0;
	facts->dropped = 0;
	decode_packet(&d);
	decode_stop(&d);
	decode_power(&d);
	decode_session(&d);
	decode_payload(&d);
	decode_status(&d);
	decode_service(&d);
}

/* Events that tell of hosts and boots. */
static const struct {
	struct str	provider;
	uint16_t	first, last;
} wanted[] = {
	{ STR("EventLog"), 6005, 6006 },
	{ STR("EventLog"), 6008, 6009 },
	{ STR("EventLog"), 6011, 6013 },
	{ STR("Microsoft-Windows-Eventlog"), 6005, 6013 },
	{ STR("Microsoft-Windows-Kernel-General"), 12, 13 },
	{ STR("Microsoft-Windows-Kernel-Power"), 41, 42 },
	{ STR("Microsoft-Windows-Kernel-Power"), 107, 109 },
	{ STR("USER32"), 1074, 1076 },
	{ STR("Save Dump"), 1000, 1001 },
	{ STR("Microsoft-Windows-WER-SystemErrorReporting"), 1000, 1006 },
	{ STR("BugCheck"), 1000, 1006 },
	{ STR("System Error"), 1003, 1003 },
};

bool
decode_wants(struct str provider, struct str source, uint16_t id)
{
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (id >= wanted[i].first && id <= wanted[i].last &&
		    (str_caseeq(provider, wanted[i].provider) ||
		    str_caseeq(source, wanted[i].provider)))
			return true;
	return false;
}

size_t
decode_words(struct span data, uint32_t *words, size_t cap)
{
	return span_words(data, words, cap);
}
