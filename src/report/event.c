/*
 * Single events in the format that was asked for.
 */
#include "report/report.h"

void
report_events_begin(struct out *o, enum event_format f)
{
	if (f == EVENT_CSV)
		report_event_csv_names(o);
	else if (f == EVENT_XML)
		out_lit(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<Events>\n");
}

void
report_event(struct out *o, enum event_format f, const struct event *e,
    const struct facts *facts, struct str input)
{
	switch (f) {
	case EVENT_TEXT:
		report_event_text(o, e, facts, input);
		break;
	case EVENT_JSONL:
		report_event_jsonl(o, e, facts, input);
		break;
	case EVENT_CSV:
		report_event_csv(o, e, facts, input);
		break;
	case EVENT_XML:
		report_event_xml(o, e);
		break;
	}
}

void
report_events_end(struct out *o, enum event_format f)
{
	if (f == EVENT_XML)
		out_lit(o, "</Events>\n");
}
