/*
 * Loading a rule set: walk the folder, check every file against the
 * schema (RELAX NG), parse, index.  A rule with a mistake is named with
 * file and line and left out; the others still load.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "rules/rule.h"

struct loader {
	struct arena		*a;
	struct arena		 file;		/* bytes of the one file */
	struct arena		 tree;		/* ... and its elements, which
						 * only examples outlive */
	struct ruleset		*rs;
	struct rule_errors	*errs;
	struct str		 schema_path;
	struct span		 schema_text;
	uint64_t		 schema;	/* its digest */
	struct checked		 checked;
	const struct rule	**by_id;	/* open addressing */
	size_t			 slots;		/* a power of 2, > 2 n */
	struct str		*paths;
	size_t			 n, cap;
};

/* The size bytes of a file; no second call asks whether that was all. */
static bool
bytes_read(int fd, uint8_t *p, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t r = read(fd, p + n, size - n);

		if (r == 0)
			errno = EIO;
		if (r == 0 || (r == -1 && errno != EINTR))
			return false;
		n += r > 0 ? (size_t)r : 0;
	}
	return true;
}

/* The bytes of a regular file of at most CAP_RULE_FILE, good until the
 * next one is read. */
static bool
file_read(struct loader *l, struct str path, struct span *out)
{
	int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	const char *why = NULL;
	uint8_t *p;

	arena_reset(&l->file);
	if (fd == -1 || fstat(fd, &st) == -1)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (st.st_size > CAP_RULE_FILE)
		why = "larger than 1 MiB";
	if (why == NULL) {
		p = arena_raw(&l->file, (size_t)st.st_size);
		*out = (struct span){ p, (size_t)st.st_size };
		if (!bytes_read(fd, p, out->n))
			why = strerror(errno);
	}
	if (fd != -1)
		(void)close(fd);
	if (why != NULL)
		rule_error_add(l->a, l->errs, path, 0, "cannot be read: %s",
		    why);
	return why == NULL;
}

static bool
is_xml(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".xml") == 0 &&
	    strcmp(name, "classes.xml") != 0 &&
	    strcmp(name, "bugchecks.xml") != 0;
}

/* Most file systems say it in the entry; 0 is none of interest. */
static mode_t
type_of(const struct dirent *e, struct str path)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return S_IFREG;
	if (e->d_type == DT_DIR)
		return S_IFDIR;
	return stat(path.p, &st) == 0 ? st.st_mode & S_IFMT : 0;
}

static void
walk(struct loader *l, struct str dir, int depth)
{
	DIR *d = opendir(arena_cstr(l->a, dir));
	const struct dirent *e;

	if (d == NULL) {
		rule_error_add(l->a, l->errs, dir, 0, "cannot be read: %s",
		    strerror(errno));
		return;
	}
	while (errno = 0, (e = readdir(d)) != NULL) {
		struct str path;
		mode_t type;

		if (e->d_name[0] == '.')
			continue;
		path = arena_fmt(l->a, "%.*s/%s", (int)dir.n, dir.p,
		    e->d_name);
		type = type_of(e, path);
		if (type == S_IFDIR && depth < CAP_WALK_DEPTH)
			walk(l, path, depth + 1);
		if (type != S_IFREG || !is_xml(e->d_name))
			continue;
		l->paths = arena_grow(l->a, l->paths, l->n, &l->cap,
		    sizeof *l->paths);
		l->paths[l->n++] = path;
	}
	if (errno != 0)
		rule_error_add(l->a, l->errs, dir, 0, "cannot be read: %s",
		    strerror(errno));
	closedir(d);
}

static int
cmp_paths(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static uint64_t
file_add(struct loader *l, struct span bytes)
{
	struct ruleset *rs = l->rs;

	rs->files = arena_grow(l->a, rs->files, rs->nfiles, &rs->files_cap,
	    sizeof *rs->files);
	rs->files[rs->nfiles] = digest_of(l->schema, bytes);
	return rs->files[rs->nfiles++];
}

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
	for (l->slots = 16; l->slots <= 2 * l->n;)
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
rule_add(struct loader *l, const struct rule *r)
{
	struct ruleset *rs = l->rs;
	const struct rule **slot = slot_of(l, r->info.id);
	const struct rule *twin = *slot;

	if (twin != NULL) {
		rule_error_add(l->a, l->errs, r->info.path, 1,
		    "rule \"%.*s\" is also defined in %.*s",
		    (int)r->info.id.n, r->info.id.p,
		    (int)twin->info.path.n, twin->info.path.p);
		return;
	}
	if (!str_eq(stem(r->info.path), r->info.id))
		rule_error_add(l->a, l->errs, r->info.path, 1,
		    "the file must be named after its rule: %.*s.xml",
		    (int)r->info.id.n, r->info.id.p);
	rs->rules = arena_grow(l->a, rs->rules, rs->nrules, &rs->rules_cap,
	    sizeof *rs->rules);
	rs->rules[rs->nrules++] = r;
	*slot = r;
}

/* Compiled when the first file needs it: often none does. */
static bool
schema_compile(struct loader *l)
{
	struct xml_error err = { 0 };

	if (l->rs->schema != NULL)
		return true;
	l->rs->schema = xml_schema_new(l->a, l->schema_text, &err);
	if (l->rs->schema == NULL)
		rule_error_add(l->a, l->errs, l->schema_path, err.line,
		    "%.*s", (int)err.message.n, err.message.p);
	return l->rs->schema != NULL;
}

static const struct xml_node *
document(struct loader *l, struct str path)
{
	struct span bytes;
	struct xml_error err = { 0 };
	const struct xml_node *root;
	bool lean = l->rs->env->lean, checked;
	struct arena *a = lean ? &l->tree : l->a;

	if (!file_read(l, path, &bytes))
		return NULL;
	arena_reset(&l->tree);
	checked = checked_has(&l->checked, file_add(l, bytes));
	if (!checked && !schema_compile(l))
		return NULL;
	root = lean ? xml_parse_hollow(a, bytes, checked ? NULL :
	    l->rs->schema, "example", &err) :
	    xml_parse(a, bytes, l->rs->schema, &err);
	if (root == NULL)
		rule_error_add(l->a, l->errs, path, err.line, "%.*s",
		    (int)err.message.n, err.message.p);
	return root;
}

/* dir/name, or base/name when dir has none. */
static struct str
beside(struct loader *l, const char *dir, const char *base, const char *name)
{
	struct str path = arena_fmt(l->a, "%s/%s", dir, name);

	if (base != NULL && access(path.p, R_OK) == -1)
		path = arena_fmt(l->a, "%s/%s", base, name);
	return path;
}

static bool
schema_load(struct loader *l, const char *dir, const char *base)
{
	struct span bytes;

	l->schema_path = beside(l, dir, base, "rule.rng");
	if (!file_read(l, l->schema_path, &bytes))
		return false;
	l->schema_text = arena_span(l->a, bytes);
	l->schema = digest_of(0, bytes);
	return true;
}

/* Only a scan trusts what was checked before. */
static void
checked_load(struct loader *l, const char *base)
{
	struct str path = arena_fmt(l->a, "%s/checked", base);
	struct span text;

	if (l->rs->env->lean && access(path.p, R_OK) == 0 &&
	    file_read(l, path, &text))
		l->checked = checked_parse(l->a, text);
}

static void
all_load(struct loader *l, const char *dir, const char *base)
{
	struct str path = beside(l, dir, base, "classes.xml");
	const struct xml_node *root = document(l, path);

	if (root == NULL || !classes_parse(l->a, l->rs, root, path, l->errs))
		return;
	walk(l, str_of(dir), 0);
	if (l->n > 0)
		qsort(l->paths, l->n, sizeof *l->paths, cmp_paths);
	slots_make(l);
	for (size_t i = 0; i < l->n; i++) {
		const struct rule *r = NULL;

		root = document(l, l->paths[i]);
		if (root != NULL)
			r = rule_parse(l->a, l->rs, root, l->paths[i],
			    l->errs);
		if (r != NULL)
			rule_add(l, r);
	}
	if (l->n == 0)
		rule_error_add(l->a, l->errs, str_of(dir), 0,
		    "holds no rule files (*.xml)");
}

struct ruleset *
rules_load(struct arena *a, const char *dir, const char *base,
    const struct rules_env *env, struct rule_errors *errs)
{
	struct ruleset *rs = arena_new(a, struct ruleset);
	struct loader l = { .a = a, .rs = rs, .errs = errs };

	rs->env = env;
	if (base != NULL)
		checked_load(&l, base);
	if (schema_load(&l, dir, base))
		all_load(&l, dir, base);
	arena_free(&l.file);
	arena_free(&l.tree);
	rs->digest = arena_fmt(a, "%016" PRIx64, digest_of(l.schema,
	    (struct span){ (const uint8_t *)rs->files,
	    rs->nfiles * sizeof *rs->files }));
	index_build(a, rs);
	return rs;
}

struct ruleset *
rules_none(struct arena *a)
{
	struct ruleset *rs = arena_new(a, struct ruleset);

	rs->digest = str_of("0000000000000000");
	index_build(a, rs);
	return rs;
}

void
rules_free(struct ruleset *rs)
{
	if (rs->schema != NULL)
		xml_schema_free(rs->schema);
	rs->schema = NULL;
}

size_t
rules_count(const struct ruleset *rs)
{
	return rs->nrules;
}

struct str
rules_digest(const struct ruleset *rs)
{
	return rs->digest;
}

const uint64_t *
rules_files(const struct ruleset *rs, size_t *n)
{
	*n = rs->nfiles;
	return rs->files;
}

const struct rule *
rules_get(const struct ruleset *rs, size_t i)
{
	return rs->rules[i];
}

const struct rule *
rules_by_id(const struct ruleset *rs, struct str id)
{
	for (size_t i = 0; i < rs->nrules; i++)
		if (str_caseeq(rs->rules[i]->info.id, id))
			return rs->rules[i];
	return NULL;
}

struct rule_info
rule_info(const struct rule *r)
{
	struct rule_info info = r->info;

	if (!r->words->said)
		conditions_say(r);
	info.conditions = r->words->conditions;
	info.nconditions = r->words->n;
	return info;
}

struct rule_example
rule_example(const struct rule *r, size_t i)
{
	return r->examples[i];
}
