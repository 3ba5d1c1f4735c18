/* Targets that decode: see fuzz.h. */
#include <stdlib.h>
#include <string.h>
#include "codes/decode.h"
#include "fuzz/fuzz.h"
#include "report/report.h"
#include "triage/decoding.h"

enum { STRINGS = 7, FIELDS = STRINGS + 1, NAMED = 0x80 };

/* Names that decoders ask for, for the strings in their order. */
static const char *const names[FIELDS] = {
	"RawData", "Address", "BugcheckCode", "BugcheckParameter1",
	"PowerButtonTimestamp", "SleepInProgress", "StartTime", "StopTime"
};

/* A provider for each decoder and one that none knows. */
static const char *const providers[] = {
	"Srv", "NetBT", "disk", "cdrom", "atapi", "storport", "volsnap",
	"MRxSmb", "EventLog", "Microsoft-Windows-Kernel-General",
	"Microsoft-Windows-Kernel-Power", "Save Dump", "BugCheck",
	"System Error", "USER32", "Service Control Manager",
	"Microsoft-Windows-WHEA-Logger", "Microsoft-Windows-DNS-Client",
	"WINS", "MSExchangeIMC", "NETLOGON", "Schannel", "TermDD",
	"Microsoft-Windows-FailoverClustering", "nobody"
};

/* Every fact lies within the data, and is counted as it should be. */
static void
facts_hold(const struct facts *f, struct span binary)
{
	if (f->n > CAP_FACTS || facts_unexplained(f, binary) > binary.n)
		abort();
	for (size_t i = 0; i < f->n; i++)
		if ((size_t)f->v[i].offset + f->v[i].length > binary.n ||
		    f->v[i].name == NULL || f->v[i].label == NULL)
			abort();
}

void
fuzz_text_holds(const struct out *o)
{
	for (size_t i = 0; i < o->n; i++) {
		unsigned char c = (unsigned char)o->mem[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
			abort();
	}
}

static void
event_show(const struct event *e, const struct facts *f)
{
	struct out text = out_memory(), json = out_memory();

	report_event_text(&text, e, f, str_of("input"));
	report_event_jsonl(&json, e, f, str_of("input"));
	fuzz_text_holds(&text);
	fuzz_text_holds(&json);
	out_free(&text);
	out_free(&json);
}

/*
 * Byte 0: provider; 1, 2: event id; 3: how many strings (NAMED: they have
 * names), each a length (byte) and its text; what is left is the data.
 */
void
fuzz_facts(const uint8_t *p, size_t n)
{
	struct field fields[FIELDS];
	struct arena a = { 0 };
	struct facts f;
	struct event e;
	size_t at = 4;

	if (n < at)
		return;
	memset(&e, 0, sizeof e);
	memset(fields, 0, sizeof fields);
	e.provider = str_of(providers[p[0] % (sizeof providers /
	    sizeof *providers)]);
	e.id = (uint16_t)(p[1] | p[2] << 8);
	e.qualifiers = e.version = e.level = EVENT_ABSENT;
	e.task = e.opcode = EVENT_ABSENT;
	e.process = e.thread = EVENT_ABSENT;
	e.fields = fields;
	for (size_t i = 0; i < p[3] % (STRINGS + 1u) && at < n; i++) {
		size_t length = p[at++];

		length = length > n - at ? n - at : length;
		fields[e.nfields].text = (struct str){ (const char *)p + at,
		    length };
		if (p[3] & NAMED)
			fields[e.nfields].name = str_of(names[i]);
		fields[e.nfields].type = VALUE_TEXT;
		fields[e.nfields++].part = PART_DATA;
		at += length;
	}
	e.binary = (struct span){ p + at, n - at };
	e.has_binary = n > at;
	decode_event(&a, &e, &f);
	facts_hold(&f, e.binary);
	event_show(&e, &f);
	decode_dump(&a, &e, &f);
	facts_hold(&f, e.binary);
	arena_free(&a);
}

static void
paste_read(const struct given *g)
{
	struct out text = out_memory(), json = out_memory();
	struct report_options how = { .columns = 80 };
	struct arena a = { 0 };
	struct decoding d;

	decoding_read(&a, g, &d);
	for (size_t i = 0; i < d.nreadings; i++)
		if (d.readings[i].event != NULL)
			facts_hold(d.readings[i].facts,
			    d.readings[i].event->binary);
	report_decoding_text(&text, &d, &how);
	report_decoding_json(&json, &d);
	fuzz_text_holds(&text);
	fuzz_text_holds(&json);
	out_free(&text);
	out_free(&json);
	arena_free(&a);
}

void
fuzz_paste(const uint8_t *p, size_t n)
{
	struct given g = { .text = { (const char *)p, n } };

	paste_read(&g);
	g.provider = str_of("Srv");
	paste_read(&g);
}
