/*
 * One decoded event as XML, in the structure that Windows renders (event.xsd
 * of the Windows SDK): order of the elements of System, EventData or
 * UserData, RenderingInfo.  What reads it again finds the same event.
 *
 * Payload below UserData is known by paths (model/event.h); the tree is
 * made again from them: elements stay open as long as paths agree.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "base/gate.h"
#include "report/report.h"
#include "report/text.h"

#define NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"

static void
attr(struct out *o, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	out_fmt(o, " %s='", name);
	gate_xml(o, value);
	out_char(o, '\'');
}

static void
element(struct out *o, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	out_fmt(o, "<%s>", name);
	gate_xml(o, value);
	out_fmt(o, "</%s>", name);
}

static void
number(struct out *o, const char *name, int n)
{
	if (n != EVENT_ABSENT)
		out_fmt(o, "<%s>%d</%s>", name, n, name);
}

static void
origin(struct out *o, const struct event *e)
{
	out_lit(o, "<Provider");
	attr(o, "Name", e->provider);
	attr(o, "Guid", e->guid);
	attr(o, "EventSourceName", e->source);
	out_lit(o, "/><EventID");
	if (e->qualifiers != EVENT_ABSENT)
		out_fmt(o, " Qualifiers='%" PRId32 "'", e->qualifiers);
	out_fmt(o, ">%u</EventID>", (unsigned)e->id);
	number(o, "Version", e->version);
	number(o, "Level", e->level);
	number(o, "Task", e->task);
	number(o, "Opcode", e->opcode);
	if (e->has_keywords)
		out_fmt(o, "<Keywords>0x%" PRIx64 "</Keywords>", e->keywords);
}

static void
system_element(struct out *o, const struct event *e, struct arena *a)
{
	out_lit(o, "<System>");
	origin(o, e);
	if (e->time != 0) {
		out_lit(o, "<TimeCreated");
		attr(o, "SystemTime", clock_rfc3339_full(a, e->time));
		out_lit(o, "/>");
	}
	out_fmt(o, "<EventRecordID>%" PRIu64 "</EventRecordID><Correlation",
	    e->record_id);
	attr(o, "ActivityID", e->activity);
	attr(o, "RelatedActivityID", e->related_activity);
	out_lit(o, "/>");
	if (e->process != EVENT_ABSENT || e->thread != EVENT_ABSENT) {
		out_lit(o, "<Execution");
		if (e->process != EVENT_ABSENT)
			out_fmt(o, " ProcessID='%" PRId64 "'", e->process);
		if (e->thread != EVENT_ABSENT)
			out_fmt(o, " ThreadID='%" PRId64 "'", e->thread);
		out_lit(o, "/>");
	}
	element(o, "Channel", e->channel);
	out_lit(o, "<Computer>");
	gate_xml(o, e->computer);
	out_lit(o, "</Computer><Security");
	attr(o, "UserID", e->user);
	out_lit(o, "/></System>");
}

static bool
has_part(const struct event *e, enum field_part part)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].part == part)
			return true;
	return false;
}

static void
event_data(struct out *o, const struct event *e)
{
	if (!has_part(e, PART_DATA) && !e->has_binary)
		return;
	out_lit(o, "<EventData>");
	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		if (f->part != PART_DATA)
			continue;
		out_lit(o, "<Data");
		attr(o, "Name", f->name);
		out_char(o, '>');
		gate_xml(o, f->text);
		out_lit(o, "</Data>");
	}
	if (e->has_binary) {
		out_lit(o, "<Binary>");
		for (size_t i = 0; i < e->binary.n; i++)
			out_hex(o, e->binary.p[i], 2, true);
		out_lit(o, "</Binary>");
	}
	out_lit(o, "</EventData>");
}

/* The elements that are open below a section, as a path. */
struct tree {
	struct out	*o;
	struct str	 path;
	bool		 in_tag;	/* its start tag is not closed yet */
};

static void
tag_close(struct tree *t)
{
	if (t->in_tag)
		out_char(t->o, '>');
	t->in_tag = false;
}

/* The path without its last name, and that name. */
static struct str
path_above(struct str path, struct str *name)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	*name = str_sub(path, at, path.n);
	return str_sub(path, 0, at > 0 ? at - 1 : 0);
}

/* Is a path within `above`? */
static bool
path_within(struct str path, struct str above)
{
	return above.n == 0 || (path.n >= above.n &&
	    str_eq(str_sub(path, 0, above.n), above) &&
	    (path.n == above.n || path.p[above.n] == '/'));
}

static void
tree_up(struct tree *t)
{
	struct str name;

	tag_close(t);
	t->path = path_above(t->path, &name);
	out_lit(t->o, "</");
	gate_xml_name(t->o, name);
	out_char(t->o, '>');
}

/* Close and open until exactly path is open, its start tag too. */
static void
tree_go(struct tree *t, struct str path)
{
	while (!path_within(path, t->path))
		tree_up(t);
	while (t->path.n < path.n) {
		size_t from = t->path.n == 0 ? 0 : t->path.n + 1;
		/* Every step has a name: the next slash is behind it. */
		size_t end = str_find(path, "/", from + 1);

		tag_close(t);
		t->path = str_sub(path, 0, end == SIZE_MAX ? path.n : end);
		out_char(t->o, '<');
		gate_xml_name(t->o, str_sub(t->path, from, t->path.n - from));
		t->in_tag = true;
	}
}

/* "path/@name": the element is open up to its start tag, or is begun. */
static void
tree_attr(struct tree *t, struct str path, struct str name,
    struct str value)
{
	struct str last;

	if (!str_eq(t->path, path) || !t->in_tag) {
		tree_go(t, path_above(path, &last));
		tree_go(t, path);
	}
	if (!t->in_tag)		/* of the root, which is closed already */
		return;
	out_char(t->o, ' ');
	gate_xml_name(t->o, str_sub(name, 1, name.n));
	out_lit(t->o, "='");
	gate_xml(t->o, value);
	out_char(t->o, '\'');
}

static void
tree_field(struct tree *t, const struct field *f)
{
	struct str name, above = path_above(f->name, &name);

	if (str_starts(name, "@")) {
		tree_attr(t, above, name, f->text);
		return;
	}
	if (!t->in_tag || !str_eq(t->path, f->name)) {
		tree_go(t, above);
		tree_go(t, f->name);
	}
	tag_close(t);
	gate_xml(t->o, f->text);
	tree_up(t);
}

/* All fields of a part as a tree, within what is open already. */
static void
tree_part(struct out *o, const struct event *e, enum field_part part,
    bool in_tag)
{
	struct tree t = { .o = o, .path = { "", 0 }, .in_tag = in_tag };

	for (size_t i = 0; i < e->nfields; i++)
		if (e->fields[i].part == part)
			tree_field(&t, &e->fields[i]);
	while (t.path.n > 0)
		tree_up(&t);
	tag_close(&t);
}

static void
user_data(struct out *o, const struct event *e)
{
	struct str root = e->user_root.n > 0 ? e->user_root :
	    str_of("EventXML");

	if (!has_part(e, PART_USER))
		return;
	out_lit(o, "<UserData><");
	gate_xml_name(o, root);
	tree_part(o, e, PART_USER, true);
	out_lit(o, "</");
	gate_xml_name(o, root);
	out_lit(o, "></UserData>");
}

/* DebugData and the like: a tree, or text right in the section. */
static void
other(struct out *o, const struct event *e)
{
	struct str name = e->other_section.n > 0 ? e->other_section :
	    str_of("DebugData");
	bool text = e->nfields > 0 &&
	    str_eq(e->fields[e->nfields - 1].name, name);

	if (!has_part(e, PART_OTHER))
		return;
	out_char(o, '<');
	gate_xml_name(o, name);
	out_char(o, '>');
	if (text)
		gate_xml(o, e->fields[e->nfields - 1].text);
	else
		tree_part(o, e, PART_OTHER, false);
	out_lit(o, "</");
	gate_xml_name(o, name);
	out_char(o, '>');
}

static void
rendering(struct out *o, const struct event *e)
{
	if (!has_part(e, PART_RENDERING) && e->message.n == 0)
		return;
	out_lit(o, "<RenderingInfo>");
	element(o, "Message", e->message);
	tree_part(o, e, PART_RENDERING, false);
	out_lit(o, "</RenderingInfo>");
}

/* Windows has no place for how a record was found: a comment. */
static void
remarks(struct out *o, const struct event *e)
{
	const char *v[REMARKS];
	size_t n = text_remarks(e, v);

	for (size_t i = 0; i < n; i++) {
		out_lit(o, "<!-- ");
		out_lit(o, v[i]);
		out_lit(o, " -->\n");
	}
}

void
report_event_xml(struct out *o, const struct event *e)
{
	struct arena a = { 0 };

	remarks(o, e);
	out_lit(o, "<Event xmlns='" NAMESPACE "'>");
	system_element(o, e, &a);
	event_data(o, e);
	user_data(o, e);
	other(o, e);
	rendering(o, e);
	out_lit(o, "</Event>\n");
	arena_free(&a);
}
