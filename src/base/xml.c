/*
 * libxml2 behind one door.  The library parses into its own tree, which is
 * checked against the caps, validated, and copied into ours.  A DOCTYPE is
 * refused before it is used (entities are the attack surface); the network
 * and external files are switched off; errors come as data.
 */
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include "base/caps.h"
#include "base/utf.h"
#include "base/xml.h"

enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOCDATA |
    XML_PARSE_NOERROR | XML_PARSE_NOWARNING };

struct xml_schema {
	xmlRelaxNGPtr	 compiled;
	const char	*hollow;
};

/* The first error of a run is the one that explains. */
struct trap {
	struct arena		*a;
	struct xml_error	*err;
	bool			 set;
	/* The parser skips what such elements below the root hold. */
	const char		*hollow;
	unsigned		 inside;	/* how deep it is in one */
};

static void
trap_set(struct trap *t, unsigned line, const char *message)
{
	struct str s = str_trim(str_of(message));

	if (t->set)
		return;
	t->set = true;
	t->err->line = line;
	t->err->message = arena_str(t->a, s);
}

/* The callback's type differs between versions of libxml2 by a const. */
static void
trap_catch(void *ctx, const xmlError *e)
{
	if (e->level >= XML_ERR_ERROR)
		trap_set(ctx, e->line > 0 ? (unsigned)e->line : 0,
		    e->message == NULL ? "malformed" : e->message);
}

static xmlStructuredErrorFunc
trap_function(void)
{
	union {
		void (*mine)(void *, const xmlError *);
		xmlStructuredErrorFunc theirs;
	} u = { .mine = trap_catch };

	return u.theirs;
}

static struct str
text_of(struct arena *a, const xmlChar *s)
{
	if (s == NULL)
		return str_of("");
	return arena_str(a, str_of((const char *)s));
}

static const struct xml_attr *
attrs_copy(struct arena *a, const xmlNode *n)
{
	const struct xml_attr *first = NULL;
	struct xml_attr *last = NULL;

	for (const xmlAttr *at = n->properties; at != NULL; at = at->next) {
		struct xml_attr *x = arena_new(a, struct xml_attr);
		xmlChar *value = xmlNodeListGetString(n->doc, at->children, 1);

		x->name = text_of(a, at->name);
		x->value = text_of(a, value);
		if (value != NULL)
			xmlFree(value);
		if (last == NULL)
			first = x;
		else
			last->next = x;
		last = x;
	}
	return first;
}

/* Own text of an element: its text children joined. */
static struct str
own_text(struct arena *a, const xmlNode *n)
{
	size_t len = 0;
	char *p;

	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if (c->type == XML_TEXT_NODE && c->content != NULL)
			len += strlen((const char *)c->content);
	if (len == 0)
		return str_of("");
	p = arena_alloc(a, len + 1);
	len = 0;
	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if (c->type == XML_TEXT_NODE && c->content != NULL) {
			size_t k = strlen((const char *)c->content);

			memcpy(p + len, c->content, k);
			len += k;
		}
	return (struct str){ p, len };
}

static struct xml_node *
node_copy(struct arena *a, const xmlNode *n)
{
	struct xml_node *x = arena_new(a, struct xml_node);
	long line = xmlGetLineNo(n);

	x->name = text_of(a, n->name);
	x->text = own_text(a, n);
	x->line = line > 0 && line <= INT_MAX ? (unsigned)line : 0;
	x->attrs = attrs_copy(a, n);
	return x;
}

/* The next element in document order below root; *depth follows. */
static const xmlNode *
node_after(const xmlNode *n, const xmlNode *root, int *depth)
{
	if (n->children != NULL && n->type == XML_ELEMENT_NODE) {
		(*depth)++;
		return n->children;
	}
	while (n != root && n->next == NULL) {
		n = n->parent;
		(*depth)--;
	}
	return n == root ? NULL : n->next;
}

/* Copies the tree level by level of a walk; last[d] is the newest node at
 * depth d. */
static const struct xml_node *
tree_copy(struct arena *a, const xmlNode *root, struct trap *t)
{
	struct xml_node *last[CAP_XML_DEPTH + 1] = { NULL };
	size_t nodes = 0;
	int depth = 0;

	for (const xmlNode *n = root; n != NULL;
	    n = node_after(n, root, &depth)) {
		struct xml_node *x;

		if (++nodes > CAP_XML_NODES || depth >= CAP_XML_DEPTH) {
			trap_set(t, 0, depth >= CAP_XML_DEPTH ?
			    "elements are nested too deeply" :
			    "too many elements");
			return NULL;
		}
		if (n->type != XML_ELEMENT_NODE)
			continue;
		x = node_copy(a, n);
		if (depth > 0 && last[depth - 1]->child == NULL)
			last[depth - 1]->child = x;
		else if (depth > 0)
			last[depth]->next = x;
		last[depth] = x;
	}
	return last[0];
}

/* Validation goes through the library's own recursion: depth is checked
 * before it. */
static bool
tree_valid(const struct xml_schema *schema, xmlDocPtr doc, struct trap *t)
{
	xmlRelaxNGValidCtxtPtr v = xmlRelaxNGNewValidCtxt(schema->compiled);
	bool ok;

	if (v == NULL)
		return false;
	xmlRelaxNGSetValidStructuredErrors(v, trap_function(), t);
	ok = xmlRelaxNGValidateDoc(v, doc) == 0;
	xmlRelaxNGFreeValidCtxt(v);
	if (!ok)
		trap_set(t, 0, "does not follow the schema");
	return ok;
}

/* Called when the parser meets a DOCTYPE: flags it and stops. */
static void
doctype_refuse(void *ctx, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	xmlParserCtxtPtr p = ctx;

	(void)name;
	(void)external;
	(void)system;
	trap_set(p->_private, p->input == NULL ? 0 : (unsigned)p->input->line,
	    "a DOCTYPE is not allowed");
	xmlStopParser(p);
}

/* The library's own tree builder, but for what hollow elements hold. */
static void
element_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattrs,
    int ndefaults, const xmlChar **attrs)
{
	xmlParserCtxtPtr p = ctx;
	struct trap *t = p->_private;

	if (t->inside > 0) {
		t->inside++;
		return;
	}
	xmlSAX2StartElementNs(ctx, name, prefix, uri, nns, ns, nattrs,
	    ndefaults, attrs);
	if (p->nodeNr == 2 && strcmp((const char *)name, t->hollow) == 0)
		t->inside = 1;
}

static void
element_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct trap *t = ((xmlParserCtxtPtr)ctx)->_private;

	if (t->inside > 0)
		t->inside--;
	if (t->inside == 0)
		xmlSAX2EndElementNs(ctx, name, prefix, uri);
}

static void
text_add(void *ctx, const xmlChar *text, int n)
{
	const struct trap *t = ((xmlParserCtxtPtr)ctx)->_private;

	if (t->inside == 0)
		xmlSAX2Characters(ctx, text, n);
}

static void
handlers_set(xmlSAXHandler *sax, bool hollow)
{
	sax->internalSubset = doctype_refuse;
	sax->comment = NULL;
	sax->processingInstruction = NULL;
	if (!hollow)
		return;
	sax->startElementNs = element_start;
	sax->endElementNs = element_end;
	sax->characters = sax->ignorableWhitespace = text_add;
}

static xmlDocPtr
doc_parse(struct span bytes, struct trap *t)
{
	xmlParserCtxtPtr p = xmlNewParserCtxt();
	xmlDocPtr doc;

	if (p == NULL || bytes.n > INT_MAX) {
		xmlFreeParserCtxt(p);
		return NULL;
	}
	p->_private = t;
	handlers_set(p->sax, t->hollow != NULL);
	xmlSetStructuredErrorFunc(t, trap_function());
	doc = xmlCtxtReadMemory(p, bytes.n == 0 ? "" : (const char *)bytes.p,
	    (int)bytes.n, NULL, NULL, OPTIONS);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeParserCtxt(p);
	if (t->set && doc != NULL) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

static const struct xml_node *
parse(struct arena *a, struct span bytes, const struct xml_schema *schema,
    bool validate, struct xml_error *err)
{
	struct trap t = { .a = a, .err = err,
	    .hollow = schema == NULL ? NULL : schema->hollow };
	const struct xml_node *root = NULL;
	xmlDocPtr doc = doc_parse(bytes, &t);
	xmlNode *top = doc == NULL ? NULL : xmlDocGetRootElement(doc);

	if (top != NULL)
		root = tree_copy(a, top, &t);
	if (root != NULL && validate && !tree_valid(schema, doc, &t))
		root = NULL;
	if (doc != NULL)
		xmlFreeDoc(doc);
	if (root == NULL)
		trap_set(&t, 0, "no XML document");
	return root;
}

const struct xml_node *
xml_parse(struct arena *a, struct span bytes, const struct xml_schema *schema,
    struct xml_error *err)
{
	return parse(a, bytes, schema, schema != NULL, err);
}

const struct xml_node *
xml_parse_valid(struct arena *a, struct span bytes,
    const struct xml_schema *schema, struct xml_error *err)
{
	return parse(a, bytes, schema, false, err);
}

static void
schema_free(void *p)
{
	xmlRelaxNGFree(p);
}

struct xml_schema *
xml_schema_new(struct arena *a, struct span bytes, struct xml_error *err)
{
	struct trap t = { .a = a, .err = err };
	struct xml_schema *s = arena_new(a, struct xml_schema);
	xmlRelaxNGParserCtxtPtr p = NULL;

	if (bytes.n > 0 && bytes.n <= CAP_RULE_FILE)
		p = xmlRelaxNGNewMemParserCtxt((const char *)bytes.p,
		    (int)bytes.n);
	if (p != NULL) {
		xmlRelaxNGSetParserStructuredErrors(p, trap_function(), &t);
		/* Of what is no XML at all the library would speak itself. */
		xmlSetStructuredErrorFunc(&t, trap_function());
		s->compiled = xmlRelaxNGParse(p);
		xmlSetStructuredErrorFunc(NULL, NULL);
		xmlRelaxNGFreeParserCtxt(p);
	}
	if (s->compiled == NULL)
		trap_set(&t, 0, "not a RELAX NG schema");
	return s->compiled == NULL ? NULL : s;
}

void
xml_schema_hollow(struct xml_schema *s, const char *name)
{
	s->hollow = name;
}

void
xml_schema_free(struct xml_schema *s)
{
	if (s != NULL && s->compiled != NULL)
		schema_free(s->compiled);
	xmlCleanupParser();
}

struct str
xml_attr(const struct xml_node *n, const char *name)
{
	for (const struct xml_attr *at = n->attrs; at != NULL; at = at->next)
		if (str_is(at->name, name))
			return at->value;
	return (struct str){ NULL, 0 };
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *name)
{
	const struct xml_node *c = n->child;

	while (c != NULL && !str_is(c->name, name))
		c = c->next;
	return c;
}

const struct xml_node *
xml_next(const struct xml_node *n, const char *name)
{
	for (n = n->next; n != NULL && !str_is(n->name, name);)
		n = n->next;
	return n;
}
