/*
 * The System element, as a table: which element or attribute goes where.
 * Source: event.xsd of the Windows SDK (SystemPropertiesType).
 */
#include <stddef.h>
#include "base/clock.h"
#include "log/build.h"

#define AT(member) offsetof(struct event, member)

const struct place system_places[] = {
	{ STR("Provider"), STR("Name"), AS_TEXT, AT(provider) },
	{ STR("Provider"), STR("Guid"), AS_TEXT, AT(guid) },
	{ STR("Provider"), STR("EventSourceName"), AS_TEXT, AT(source) },
	{ STR("EventID"), STR(""), AS_ID, AT(id) },
	{ STR("EventID"), STR("Qualifiers"), AS_QUALIFIERS, AT(qualifiers) },
	{ STR("Version"), STR(""), AS_INT, AT(version) },
	{ STR("Level"), STR(""), AS_INT, AT(level) },
	{ STR("Task"), STR(""), AS_INT, AT(task) },
	{ STR("Opcode"), STR(""), AS_INT, AT(opcode) },
	{ STR("Keywords"), STR(""), AS_KEYWORDS, AT(keywords) },
	{ STR("TimeCreated"), STR("SystemTime"), AS_TIME, AT(time) },
	{ STR("EventRecordID"), STR(""), AS_RECORD, AT(record_id) },
	{ STR("Correlation"), STR("ActivityID"), AS_TEXT, AT(activity) },
	{ STR("Correlation"), STR("RelatedActivityID"), AS_TEXT,
	    AT(related_activity) },
	{ STR("Execution"), STR("ProcessID"), AS_LONG, AT(process) },
	{ STR("Execution"), STR("ThreadID"), AS_LONG, AT(thread) },
	{ STR("Channel"), STR(""), AS_TEXT, AT(channel) },
	{ STR("Computer"), STR(""), AS_TEXT, AT(computer) },
	{ STR("Security"), STR("UserID"), AS_TEXT, AT(user) },
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

int
system_place(struct str element, struct str attr)
{
	const size_t n = sizeof system_places / sizeof *system_places;

	for (size_t i = 0; i < n; i++)
		if (str_eq(attr, system_places[i].attr) &&
		    str_eq(element, system_places[i].element))
			return (int)i;
	return -1;
}

bool
system_is_number(int place)
{
	return system_places[place].kind != AS_TEXT;
}

void
builder_system(struct builder *b, int place, const struct value *v)
{
	place_set(builder_event(b), &system_places[place], v);
}

void
system_element(struct event *e, struct str element, const struct value *v)
{
	system_attr(e, element, str_of(""), v);
}

void
system_attr(struct event *e, struct str element, struct str attr,
    const struct value *v)
{
	int place = system_place(element, attr);

	if (place >= 0)
		place_set(e, &system_places[place], v);
}
