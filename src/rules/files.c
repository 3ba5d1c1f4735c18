/* See files.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/caps.h"
#include "base/self.h"
#include "rules/files.h"
#include "rules/rule.h"

struct reading {
	struct arena		*a;
	struct arena		 one;	/* bytes that are not kept */
	bool			 keep;
	size_t			 total;
	struct rule_files	*f;
};

/* Each step is one-to-one in the word and in what came before. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 32;
}

/* Four words at a time, each in a lane of its own: a step waits for the one
 * before it, and start-up is mostly this. */
uint64_t
digest_of(uint64_t seed, struct span s)
{
	uint64_t a = mix(seed, s.n), b = 1, c = 2, d = 3;
	size_t i = 0;

	for (; i + 32 <= s.n; i += 32) {
		a = mix(a, le64(s.p + i));
		b = mix(b, le64(s.p + i + 8));
		c = mix(c, le64(s.p + i + 16));
		d = mix(d, le64(s.p + i + 24));
	}
	for (; i + 8 <= s.n; i += 8)
		a = mix(a, le64(s.p + i));
	for (; i < s.n; i++)
		a = mix(a, s.p[i]);
	return mix(mix(mix(a, b), c), d);
}

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

static const char *
too_much(const struct reading *r, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_size > CAP_RULE_FILE)
		return "larger than 1 MiB";
	if ((size_t)st->st_size > CAP_RULE_FILES - r->total)
		return "the rule files are larger than 32 MiB together";
	return NULL;
}

/* The bytes of a regular file of at most CAP_RULE_FILE. */
static void
file_read(struct reading *r, struct rule_file *x, uint64_t seed)
{
	int fd = open(x->path.p, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st = { 0 };
	const char *why = NULL;
	uint8_t *p;

	arena_reset(&r->one);
	if (fd == -1 || fstat(fd, &st) == -1)
		why = strerror(errno);
	else
		why = too_much(r, &st);
	if (why == NULL) {
		p = arena_raw(r->keep ? r->a : &r->one, (size_t)st.st_size);
		x->bytes = (struct span){ p, (size_t)st.st_size };
		if (!bytes_read(fd, p, x->bytes.n))
			why = strerror(errno);
	}
	if (fd != -1)
		(void)close(fd);
	x->why = why == NULL ? str_of("") : arena_str(r->a, str_of(why));
	if (why == NULL) {
		r->total += x->bytes.n;
		x->digest = digest_of(seed, x->bytes);
	}
	if (why != NULL || !r->keep)
		x->bytes = (struct span){ NULL, 0 };
}

static bool
is_xml(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".xml") == 0 &&
	    strcmp(name, "classes.xml") != 0 &&
	    strcmp(name, "bugchecks.xml") != 0;
}

static void
unreadable(struct reading *r, struct str path)
{
	rule_error_add(r->a, &r->f->errs, path, 0, "cannot be read: %s",
	    strerror(errno));
}

/* Most file systems say it in the entry; 0 is none of interest. */
static mode_t
type_of(struct reading *r, const struct dirent *e, struct str path)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return S_IFREG;
	if (e->d_type == DT_DIR)
		return S_IFDIR;
	if (stat(path.p, &st) == 0)
		return st.st_mode & S_IFMT;
	/* It may have led to a folder of rules. */
	unreadable(r, path);
	return 0;
}

static void
walk(struct reading *r, struct str dir, size_t below, int depth)
{
	struct str folder = arena_join(r->a, dir, str_of("/"));
	DIR *d = opendir(dir.p);
	struct rule_files *f = r->f;
	const struct dirent *e;

	if (d == NULL) {
		unreadable(r, dir);
		return;
	}
	while (errno = 0, (e = readdir(d)) != NULL) {
		struct str path;
		mode_t type;

		if (e->d_name[0] == '.')
			continue;
		path = arena_join(r->a, folder, str_of(e->d_name));
		type = type_of(r, e, path);
		if (type == S_IFDIR && depth < CAP_WALK_DEPTH)
			walk(r, path, below, depth + 1);
		if (type != S_IFREG || !is_xml(e->d_name))
			continue;
		f->rules = arena_grow(r->a, f->rules, f->n, &f->cap,
		    sizeof *f->rules);
		f->rules[f->n++] = (struct rule_file){ .path = path,
		    .name = str_sub(path, below, path.n) };
	}
	if (errno != 0)
		unreadable(r, dir);
	closedir(d);
}

static int
cmp_paths(const void *a, const void *b)
{
	return str_cmp(((const struct rule_file *)a)->path,
	    ((const struct rule_file *)b)->path);
}

/* dir/name, or base/name when dir has none. */
static struct rule_file
beside(struct arena *a, const char *dir, const char *base, const char *name)
{
	struct str path = arena_fmt(a, "%s/%s", dir, name);

	if (base != NULL && access(path.p, R_OK) == -1)
		path = arena_fmt(a, "%s/%s", base, name);
	return (struct rule_file){ .path = path };
}

void
files_read(struct arena *a, const char *dir, const char *base, bool keep,
    struct rule_files *f)
{
	struct reading r = { .a = a, .keep = keep, .f = f };

	f->schema = beside(a, dir, base, "rule.rng");
	file_read(&r, &f->schema, 0);
	f->classes = beside(a, dir, base, "classes.xml");
	file_read(&r, &f->classes, f->schema.digest);
	walk(&r, arena_str(a, str_of(dir)), strlen(dir) + 1, 0);
	if (f->n > 0)
		qsort(f->rules, f->n, sizeof *f->rules, cmp_paths);
	for (size_t i = 0; i < f->n; i++)
		file_read(&r, &f->rules[i], f->schema.digest);
	arena_free(&r.one);
}

uint64_t
files_digest(const struct rule_files *f)
{
	uint64_t h = mix(f->schema.digest, f->classes.digest);

	for (size_t i = 0; i < f->n; i++)
		h = mix(h, f->rules[i].digest);
	return h;
}

static uint64_t
text_digest(uint64_t seed, struct str s)
{
	return digest_of(seed, (struct span){ (const uint8_t *)s.p, s.n });
}

uint64_t
files_key(const struct rule_files *f)
{
	struct span id = self_id();
	uint64_t key = digest_of(f->schema.digest, id);

	if (id.n == 0 || f->errs.n > 0 || f->schema.why.n > 0 ||
	    f->classes.why.n > 0)
		return 0;
	for (size_t i = 0; i < f->n; i++) {
		if (f->rules[i].why.n > 0)
			return 0;
		key = mix(text_digest(key, f->rules[i].name),
		    f->rules[i].digest);
	}
	key = mix(key, f->classes.digest);
	return key == 0 ? 1 : key;
}
