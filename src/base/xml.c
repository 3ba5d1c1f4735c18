/*
 * libxml2 behind one door.  The parser's events become a tree of ours at
 * once, checked against the caps as it grows; its own tree is built only
 * where a document is to be validated.  A DOCTYPE is refused before it is
 * used (entities are the attack surface); the network and external files
 * are switched off; errors come as data.  But for one: out
 * of memory, libxml2 2.9 crashes, or loses a text or an attribute without a
 * word, so it gets memory or the process ends, as everywhere.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include "base/caps.h"
#include "base/die.h"
#include "base/xml.h"

enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR |
    XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC };

struct xml_schema {
	xmlRelaxNGPtr	compiled;
};

/* A piece of an element's text; children and references part it. */
struct piece {
	struct str	 s;
	struct piece	*before;
};

/* An element that is open. */
struct open {
	struct xml_node	*node;
	struct xml_node	*last;		/* of its children */
	struct piece	*text;		/* the newest piece */
};

/* One document on its way in. */
struct build {
	struct arena		*a;
	struct xml_error	*err;
	bool			 failed;	/* err is set */
	bool			 library;	/* its tree is wanted too */
	/* What elements of this name below the root hold is skipped. */
	const char		*hollow;
	unsigned		 inside;	/* how deep it is in one */
	struct xml_node		*root;
	struct open		 open[CAP_XML_DEPTH];
	size_t			 depth, nodes;
};

/* The first error of a run is the one that explains. */
static void
fail(struct build *b, unsigned line, const char *message)
{
	struct str s = str_trim(str_of(message));

	if (b->failed)
		return;
	b->failed = true;
	b->err->line = line;
	b->err->message = arena_str(b->a, s);
}

/* The callback's type differs between versions of libxml2 by a const. */
static void
error_catch(void *ctx, const xmlError *e)
{
	if (e->level >= XML_ERR_ERROR)
		fail(ctx, e->line > 0 ? (unsigned)e->line : 0,
		    e->message == NULL ? "malformed" : e->message);
}

static xmlStructuredErrorFunc
error_function(void)
{
	union {
		void (*mine)(void *, const xmlError *);
		xmlStructuredErrorFunc theirs;
	} u = { .mine = error_catch };

	return u.theirs;
}

static void *
memory_get(size_t n)
{
	void *p = malloc(n);

	if (p == NULL && n > 0)
		die("out of memory");
	return p;
}

static void *
memory_move(void *old, size_t n)
{
	void *p = realloc(old, n);

	if (p == NULL && n > 0)
		die("out of memory");
	return p;
}

static char *
memory_text(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(memory_get(n), s, n);
}

/* Before the library is used. */
static void
memory_begin(void)
{
	static bool begun;

	if (!begun && xmlMemSetup(free, memory_get, memory_move,
	    memory_text) == 0)
		begun = true;
}

static unsigned
line_of(const xmlParserCtxt *p)
{
	return p->input == NULL || p->input->line < 0 ? 0 :
	    (unsigned)p->input->line;
}

static struct str
text_of(struct arena *a, const xmlChar *s)
{
	return arena_str(a, str_of((const char *)s));
}

/* The parser leaves "&" in the value of an attribute as a reference, for
 * its tree builder to look at once more; all others it has replaced. */
static struct str
value_of(struct arena *a, const xmlChar *from, const xmlChar *to)
{
	static const char amp[] = "&#38;";
	struct str s = { (const char *)from, (size_t)(to - from) };
	char *p = arena_cstr(a, s), *end = p;

	if (memchr(s.p, '&', s.n) == NULL)
		return (struct str){ p, s.n };
	while (s.n > 0) {
		size_t n = str_starts(s, amp) ? sizeof amp - 1 : 1;

		*end++ = s.p[0];
		s = str_sub(s, n, s.n);
	}
	*end = '\0';
	return (struct str){ p, (size_t)(end - p) };
}

/* Of each attribute the library gives name, prefix, URI, value and where
 * the value ends. */
static const struct xml_attr *
attrs_copy(struct arena *a, const xmlChar **v, int n)
{
	struct xml_attr *x = arena_array(a, struct xml_attr, (size_t)n);

	for (int i = 0; i < n; i++, v += 5) {
		x[i].name = text_of(a, v[0]);
		x[i].value = value_of(a, v[3], v[4]);
		x[i].next = i + 1 < n ? &x[i + 1] : NULL;
	}
	return n > 0 ? x : NULL;
}

static void
node_open(struct build *b, struct xml_node *x)
{
	struct open *above = b->depth == 0 ? NULL : &b->open[b->depth - 1];

	if (above == NULL)
		b->root = x;
	else if (above->last == NULL)
		above->node->child = x;
	else
		above->last->next = x;
	if (above != NULL)
		above->last = x;
	b->open[b->depth++] = (struct open){ x, NULL, NULL };
}

static void
node_close(struct build *b)
{
	struct open *o = &b->open[--b->depth];
	size_t n = 0;
	char *p;

	o->node->text = o->text == NULL ? str_of("") : o->text->s;
	if (o->text == NULL || o->text->before == NULL)
		return;
	for (const struct piece *x = o->text; x != NULL; x = x->before)
		n += x->s.n;
	p = arena_raw(b->a, n + 1);
	o->node->text = (struct str){ p, n };
	p[n] = '\0';
	for (const struct piece *x = o->text; x != NULL; x = x->before) {
		n -= x->s.n;
		memcpy(p + n, x->s.p, x->s.n);
	}
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
	fail(p->_private, line_of(p), "a DOCTYPE is not allowed");
	xmlStopParser(p);
}

/* Pieces of text count as elements do. */
static bool
node_fits(xmlParserCtxtPtr p, struct build *b, bool element)
{
	bool deep = element && b->depth == CAP_XML_DEPTH;

	if (!deep && b->nodes++ < CAP_XML_NODES)
		return true;
	fail(b, line_of(p), deep ? "elements are nested too deeply" :
	    "too many elements");
	xmlStopParser(p);
	return false;
}

static void
element_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattrs,
    int ndefaults, const xmlChar **attrs)
{
	xmlParserCtxtPtr p = ctx;
	struct build *b = p->_private;
	struct xml_node *x;

	if (b->inside > 0) {
		b->inside++;
		return;
	}
	if (!node_fits(p, b, true))
		return;
	if (b->library)
		xmlSAX2StartElementNs(ctx, name, prefix, uri, nns, ns,
		    nattrs, ndefaults, attrs);
	x = arena_new(b->a, struct xml_node);
	x->name = text_of(b->a, name);
	x->line = line_of(p);
	x->attrs = attrs_copy(b->a, attrs, nattrs);
	node_open(b, x);
	if (b->hollow != NULL && b->depth == 2 && str_is(x->name, b->hollow))
		b->inside = 1;
}

static void
element_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct build *b = ((xmlParserCtxtPtr)ctx)->_private;

	if (b->inside > 0 && --b->inside > 0)
		return;
	if (b->library)
		xmlSAX2EndElementNs(ctx, name, prefix, uri);
	node_close(b);
}

static void
text_add(void *ctx, const xmlChar *text, int n)
{
	struct build *b = ((xmlParserCtxtPtr)ctx)->_private;
	struct open *o = &b->open[b->depth == 0 ? 0 : b->depth - 1];
	struct piece *x;

	if (b->inside > 0 || b->depth == 0 || n <= 0 ||
	    !node_fits(ctx, b, false))
		return;
	if (b->library)
		xmlSAX2Characters(ctx, text, n);
	x = arena_new(b->a, struct piece);
	x->s = arena_str(b->a, (struct str){ (const char *)text, (size_t)n });
	x->before = o->text;
	o->text = x;
}

static void
handlers_set(xmlSAXHandler *sax)
{
	sax->internalSubset = doctype_refuse;
	sax->comment = NULL;
	sax->processingInstruction = NULL;
	sax->startElementNs = element_start;
	sax->endElementNs = element_end;
	sax->characters = sax->ignorableWhitespace = text_add;
}

/*
 * NULL where the library sees for itself that it is UTF-8 or UTF-16.  For
 * anything else it would ask iconv, which loads modules from files that are
 * out of reach where documents are read; what a document says of itself is
 * ignored for the same reason (OPTIONS).
 */
static const char *
encoding_of(struct span s)
{
	bool mark = s.n >= 2 && ((s.p[0] == 0xFF && s.p[1] == 0xFE) ||
	    (s.p[0] == 0xFE && s.p[1] == 0xFF));
	bool wide = s.n >= 3 && s.p[1] == 0 && s.p[2] == 0;

	return mark || (s.n > 0 && s.p[0] == '<' && !wide) ? NULL : "UTF-8";
}

/* Builds; what the library built is returned, NULL after an error. */
static xmlDocPtr
doc_parse(struct span bytes, struct build *b)
{
	xmlParserCtxtPtr p;
	xmlDocPtr doc;

	memory_begin();
	p = xmlNewParserCtxt();
	if (p == NULL || bytes.n > INT_MAX) {
		xmlFreeParserCtxt(p);
		return NULL;
	}
	p->_private = b;
	handlers_set(p->sax);
	xmlSetStructuredErrorFunc(b, error_function());
	doc = xmlCtxtReadMemory(p, bytes.n == 0 ? "" : (const char *)bytes.p,
	    (int)bytes.n, NULL, encoding_of(bytes), OPTIONS);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeParserCtxt(p);
	if (b->failed && doc != NULL) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

/* Validation goes through the library's own recursion: depth was checked
 * before it. */
static bool
tree_valid(const struct xml_schema *schema, xmlDocPtr doc, struct build *b)
{
	xmlRelaxNGValidCtxtPtr v = xmlRelaxNGNewValidCtxt(schema->compiled);
	bool ok;

	if (v == NULL)
		return false;
	xmlRelaxNGSetValidStructuredErrors(v, error_function(), b);
	ok = xmlRelaxNGValidateDoc(v, doc) == 0;
	xmlRelaxNGFreeValidCtxt(v);
	if (!ok)
		fail(b, 0, "does not follow the schema");
	return ok;
}

static const struct xml_node *
parse(struct arena *a, struct span bytes, const struct xml_schema *schema,
    const char *hollow, struct xml_error *err)
{
	struct build b = { .a = a, .err = err, .library = schema != NULL,
	    .hollow = hollow };
	xmlDocPtr doc = doc_parse(bytes, &b);
	bool good = doc != NULL && b.root != NULL &&
	    (schema == NULL || tree_valid(schema, doc, &b));

	if (doc != NULL)
		xmlFreeDoc(doc);
	if (!good)
		fail(&b, 0, "no XML document");
	return good ? b.root : NULL;
}

const struct xml_node *
xml_parse(struct arena *a, struct span bytes, const struct xml_schema *schema,
    struct xml_error *err)
{
	return parse(a, bytes, schema, NULL, err);
}

const struct xml_node *
xml_parse_hollow(struct arena *a, struct span bytes,
    const struct xml_schema *schema, const char *name, struct xml_error *err)
{
	return parse(a, bytes, schema, name, err);
}

static void
schema_free(void *p)
{
	xmlRelaxNGFree(p);
}

struct xml_schema *
xml_schema_new(struct arena *a, struct span bytes, struct xml_error *err)
{
	struct build b = { .a = a, .err = err };
	struct xml_schema *s = arena_new(a, struct xml_schema);
	xmlRelaxNGParserCtxtPtr p = NULL;

	memory_begin();
	if (bytes.n > 0 && bytes.n <= CAP_RULE_FILE)
		p = xmlRelaxNGNewMemParserCtxt((const char *)bytes.p,
		    (int)bytes.n);
	if (p != NULL) {
		xmlRelaxNGSetParserStructuredErrors(p, error_function(), &b);
		/* Of what is no XML at all the library would speak itself. */
		xmlSetStructuredErrorFunc(&b, error_function());
		s->compiled = xmlRelaxNGParse(p);
		xmlSetStructuredErrorFunc(NULL, NULL);
		xmlRelaxNGFreeParserCtxt(p);
	}
	if (s->compiled == NULL)
		fail(&b, 0, "not a RELAX NG schema");
	return s->compiled == NULL ? NULL : s;
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
