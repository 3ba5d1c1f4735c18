/*
 * The System element, as a table: which element or attribute goes where.
 * Source: event.xsd of the Windows SDK (SystemPropertiesType).
 */
#include <stddef.h>
#include "base/clock.h"
#include "log/build.h"

enum kind {
	AS_TEXT, AS_ID, AS_QUALIFIERS, AS_INT, AS_LONG, AS_KEYWORDS, AS_TIME,
	AS_RECORD,
};

struct place {
	const char	*element, *attr;	/* attr NULL: the content */
	enum kind	 kind;
	size_t		 at;			/* offset in struct event */
};

#define AT(member) offsetof(struct event, member)

static const struct place places[] = {
	{ "Provider", "Name", AS_TEXT, AT(provider) },
	{ "Provider", "Guid", AS_TEXT, AT(guid) },
	{ "Provider", "EventSourceName", AS_TEXT, AT(source) },
	{ "EventID", NULL, AS_ID, AT(id) },
	{ "EventID", "Qualifiers", AS_QUALIFIERS, AT(qualifiers) },
	{ "Version", NULL, AS_INT, AT(version) },
	{ "Level", NULL, AS_INT, AT(level) },
	{ "Task", NULL, AS_INT, AT(task) },
	{ "Opcode", NULL, AS_INT, AT(opcode) },
	{ "Keywords", NULL, AS_KEYWORDS, AT(keywords) },
	{ "TimeCreated", "SystemTime", AS_TIME, AT(time) },
	{ "EventRecordID", NULL, AS_RECORD, AT(record_id) },
	{ "Correlation", "ActivityID", AS_TEXT, AT(activity) },
	{ "Correlation", "RelatedActivityID", AS_TEXT, AT(related_activity) },
	{ "Execution", "ProcessID", AS_LONG, AT(process) },
	{ "Execution", "ThreadID", AS_LONG, AT(thread) },
	{ "Channel", NULL, AS_TEXT, AT(channel) },
	{ "Computer", NULL, AS_TEXT, AT(computer) },
	{ "Security", "UserID", AS_TEXT, AT(user) },
};

static bool
value_number(const struct value *v, uint64_t *n)
{
	switch (v->type) {
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_HEX:
	case VALUE_BOOL:
	case VALUE_TIME:
		*n = v->number;
		return true;
	case VALUE_TEXT:
		return str_u64(str_trim(v->text), n);
	case VALUE_NULL:
	case VALUE_REAL:
	case VALUE_BINARY:
	case VALUE_GUID:
	case VALUE_SID:
		break;
	}
	return false;
}

static void
time_set(struct event *e, const struct value *v)
{
	uint64_t t;

	if (v->type == VALUE_TIME)
		e->time = v->number;
	else if (clock_parse(v->text, &t))
		e->time = t;
}

/* A number that does not fit where it belongs is left out. */
static void
number_set(struct event *e, const struct place *p, uint64_t n)
{
	void *at = (char *)e + p->at;

	switch (p->kind) {
	case AS_ID:
		if (n <= UINT16_MAX)
			e->id = (uint16_t)n;
		return;
	case AS_QUALIFIERS:
		if (n <= UINT16_MAX)
			e->qualifiers = (int32_t)n;
		return;
	case AS_INT:
		if (n <= UINT16_MAX)
			*(int *)at = (int)n;
		return;
	case AS_LONG:
		if (n <= UINT32_MAX)
			*(int64_t *)at = (int64_t)n;
		return;
	case AS_KEYWORDS:
		e->keywords = n;
		e->has_keywords = true;
		return;
	case AS_RECORD:
		e->record_id = n;
		return;
	case AS_TEXT:
	case AS_TIME:
		break;
	}
}

static void
place_set(struct event *e, const struct place *p, const struct value *v)
{
	uint64_t n;

	if (v->type == VALUE_NULL)
		return;
	if (p->kind == AS_TEXT)
		*(struct str *)(void *)((char *)e + p->at) = v->text;
	else if (p->kind == AS_TIME)
		time_set(e, v);
	else if (value_number(v, &n))
		number_set(e, p, n);
}

static void
system_set(struct event *e, struct str element, struct str attr,
    const struct value *v)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const struct place *p = &places[i];

		if (str_is(element, p->element) && (p->attr == NULL ?
		    attr.n == 0 : str_is(attr, p->attr)))
			place_set(e, p, v);
	}
}

void
system_element(struct event *e, struct str element, const struct value *v)
{
	system_set(e, element, str_of(""), v);
}

void
system_attr(struct event *e, struct str element, struct str attr,
    const struct value *v)
{
	system_set(e, element, attr, v);
}
