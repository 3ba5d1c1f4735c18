/*
 * From the bytes of rule files to a rule set: every file is checked against
 * the schema (RELAX NG), then parsed.  A rule with a mistake is named with
 * file and line and left out; the others still load.  This is where foreign
 * bytes are looked into: it runs in a sealed process (box.c).
 */
#include <string.h>
#include "rules/files.h"
#include "rules/load.h"
#include "rules/rule.h"

struct loader {
	struct arena		*a;
	struct arena		 tree;		/* elements of the one file,
						 * which only examples
						 * outlive */
	const struct rule_files	*files;
	struct ruleset		*rs;
	struct rule_errors	*errs;
	struct xml_schema	*schema;
	const struct rule	**by_id;	/* open addressing */
	size_t			 slots;		/* a power of 2, > 2 n */
	struct str		 path;		/* of the one file */
};

/* The name of the file without folder and ".xml". */
static struct str
stem(struct str path)
{
	size_t i = path.n;

	while (i > 0 && path.p[i - 1] != '/')
		i--;
	return str_sub(path, i, path.n - i - 4);
}

static void
slots_make(struct loader *l)
{
	for (l->slots = 16; l->slots <= 2 * l->files->n;)
		l->slots *= 2;
	l->by_id = arena_array(l->a, const struct rule *, l->slots);
}

/* Where the rule of that id stands, or would. */
static const struct rule **
slot_of(struct loader *l, struct str id)
{
	size_t i = (size_t)str_casehash(id) & (l->slots - 1);

	while (l->by_id[i] != NULL && !str_caseeq(l->by_id[i]->info.id, id))
		i = (i + 1) & (l->slots - 1);
	return &l->by_id[i];
}

static void
rule_add(struct loader *l, struct rule *r, const struct rule_file *f)
{
	struct ruleset *rs = l->rs;
	const struct rule **slot = slot_of(l, r->info.id);
	const struct rule *twin = *slot;

	if (twin != NULL) {
		rule_error_add(l->a, l->errs, f->path, 1,
		    "rule \"%.*s\" is also defined in %.*s%.*s",
		    (int)r->info.id.n, r->info.id.p,
		    (int)(f->path.n - f->name.n), f->path.p,
		    (int)twin->info.path.n, twin->info.path.p);
		return;
	}
	if (!str_eq(stem(f->path), r->info.id))
		rule_error_add(l->a, l->errs, f->path, 1,
		    "the file must be named after its rule: %.*s.xml",
		    (int)r->info.id.n, r->info.id.p);
	r->info.path = f->name;
	rs->rules = arena_grow(l->a, rs->rules, rs->nrules, &rs->rules_cap,
	    sizeof *rs->rules);
	rs->rules[rs->nrules++] = r;
	*slot = r;
}

static bool
was_read(struct loader *l, const struct rule_file *f)
{
	if (f->why.n > 0)
		rule_error_add(l->a, l->errs, f->path, 0,
		    "cannot be read: %.*s", (int)f->why.n, f->why.p);
	return f->why.n == 0;
}

static bool
schema_load(struct loader *l)
{
	const struct rule_file *f = &l->files->schema;
	struct xml_error err = { 0 };

	if (!was_read(l, f))
		return false;
	l->schema = xml_schema_new(l->a, f->bytes, &err);
	if (l->schema == NULL)
		rule_error_add(l->a, l->errs, f->path, err.line, "%.*s",
		    (int)err.message.n, err.message.p);
	return l->schema != NULL;
}

static const struct xml_node *
document(struct loader *l, const struct rule_file *f)
{
	struct xml_error err = { 0 };
	const struct xml_node *root;

	if (!was_read(l, f))
		return NULL;
	arena_reset(&l->tree);
	root = l->rs->env->lean ? xml_parse_hollow(&l->tree, f->bytes,
	    l->schema, "example", &err) :
	    xml_parse(l->a, f->bytes, l->schema, &err);
	if (root == NULL)
		rule_error_add(l->a, l->errs, f->path, err.line, "%.*s",
		    (int)err.message.n, err.message.p);
	return root;
}

static void
rules_parse(struct loader *l)
{
	const struct rule_files *f = l->files;

	for (size_t i = 0; i < f->errs.n; i++)
		rule_error_add(l->a, l->errs, f->errs.v[i].path, 0, "%.*s",
		    (int)f->errs.v[i].message.n, f->errs.v[i].message.p);
	slots_make(l);
	for (size_t i = 0; i < f->n; i++) {
		const struct xml_node *root = document(l, &f->rules[i]);
		struct rule *r = root == NULL ? NULL : rule_parse(l->a, l->rs,
		    root, f->rules[i].path, l->errs);

		if (r != NULL)
			rule_add(l, r, &f->rules[i]);
	}
}

struct ruleset *
load(struct arena *a, const char *dir, const struct rule_files *f,
    const struct rules_env *env, struct rule_errors *errs)
{
	struct ruleset *rs = arena_new(a, struct ruleset);
	struct loader l = { .a = a, .files = f, .rs = rs, .errs = errs };
	const struct xml_node *root;

	rs->env = env;
	if (schema_load(&l) && (root = document(&l, &f->classes)) != NULL &&
	    classes_parse(a, rs, root, f->classes.path, errs)) {
		rules_parse(&l);
		if (f->n == 0)
			rule_error_add(a, errs, str_of(dir), 0,
			    "holds no rule files (*.xml)");
	}
	xml_schema_free(l.schema);
	arena_free(&l.tree);
	return rs;
}
