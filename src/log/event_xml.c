/*
 * One <Event> element, as a parsed tree, through the event builder.
 */
#include "base/caps.h"
#include "log/build.h"

static struct value
text_value(struct str s)
{
	return (struct value){ .type = VALUE_TEXT, .text = s };
}

static void
node_begin(struct builder *b, const struct xml_node *n)
{
	builder_start(b, n->name);
	for (const struct xml_attr *at = n->attrs; at != NULL; at = at->next) {
		struct value v = text_value(at->value);

		builder_attr(b, at->name, &v);
	}
	if (n->text.n > 0 && (n->child == NULL ||
	    str_trim(n->text).n > 0)) {
		struct value v = text_value(n->text);

		builder_value(b, &v);
	}
}

bool
event_from_tree(struct arena *a, const struct xml_node *root, struct event *e)
{
	const struct xml_node *open[CAP_XML_DEPTH + 1];
	struct builder *b = builder_new(a, e);
	const struct xml_node *n = root;
	size_t depth = 0;

	while (n != NULL && !builder_full(b)) {
		node_begin(b, n);
		if (n->child != NULL && depth < CAP_XML_DEPTH) {
			open[depth++] = n;
			n = n->child;
			continue;
		}
		builder_end(b);
		while (depth > 0 && n->next == NULL) {
			n = open[--depth];
			builder_end(b);
		}
		n = depth == 0 ? NULL : n->next;
	}
	return builder_finish(b);
}

bool
event_from_xml(struct arena *a, const struct xml_node *root, struct event *e,
    const char **why)
{
	if (!event_from_tree(a, root, e)) {
		*why = e->error;
		return false;
	}
	if (e->provider.n == 0) {
		*why = e->error = "it names no provider";
		return false;
	}
	return true;
}
