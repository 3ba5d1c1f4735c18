/*
 * Files given with --evidence: what no event log holds.  Two kinds of line
 * are known, in any mixture; all others are passed over.
 *
 *	TAG TYPE ALLOCS FREES DIFF BYTES ...	poolmon, memsnap -p; TYPE is
 *		Paged or Nonp, changes in brackets are skipped.  A tag met
 *		again is a later snapshot.
 *	... NAME.EXT ... N.N.N.N ...		a file and its version, in
 *		any order (dir listings, filever, wmic)
 */
#include "rules/rule.h"

enum { TAGS_MOST = 4000, FILES_MOST = 20000, VERSION_PARTS = 4 };

struct tag {
	struct str	name;
	bool		paged;
	uint64_t	first, last;	/* bytes, in the snapshots */
	unsigned	snapshots;
};

struct file {
	struct str	name;
	uint64_t	version[VERSION_PARTS];
};

struct exhibits {
	struct tag	*tags;
	size_t		 ntags, tags_cap;
	struct file	*files;
	size_t		 nfiles, files_cap;
};

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '"' ||
	    c == '=';
}

/* The next word of the line; empty at its end. */
static struct str
word_next(struct str line, size_t *at)
{
	size_t from;

	while (*at < line.n && blank(line.p[*at]))
		++*at;
	from = *at;
	while (*at < line.n && !blank(line.p[*at]))
		++*at;
	return str_sub(line, from, *at - from);
}

/* "5.2.3790.223"; at least three parts, so that 1.5 is none. */
static bool
version_parse(struct str s, uint64_t v[VERSION_PARTS], size_t least)
{
	size_t at = 0, n = 0;

	for (size_t i = 0; i < VERSION_PARTS; i++)
		v[i] = 0;
	while (n < VERSION_PARTS && at <= s.n) {
		size_t dot = str_find(s, ".", at);
		size_t end = dot == SIZE_MAX ? s.n : dot;

		if (str_starts(str_sub(s, at, 2), "0x") ||
		    !str_u64(str_sub(s, at, end - at), &v[n++]))
			return false;
		at = end + 1;
	}
	return at > s.n && n >= least;
}

static struct str
file_name(struct str s)
{
	static const char *const kinds[] = { "*.sys", "*.exe", "*.dll",
	    "*.drv", "*.ocx", "*.cpl" };
	size_t from = s.n;

	while (from > 0 && s.p[from - 1] != '\\' && s.p[from - 1] != '/')
		from--;
	s = str_sub(s, from, s.n);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_glob(s, str_of(kinds[i])))
			return s;
	return (struct str){ "", 0 };
}

static void
file_line(struct arena *a, struct exhibits *x, struct str line)
{
	struct file f = { .name = { "", 0 } };
	uint64_t v[VERSION_PARTS];
	bool versioned = false;
	size_t at = 0;
	struct str w;

	while ((w = word_next(line, &at)).n > 0) {
		struct str name = file_name(w);

		if (name.n > 0) {
			f.name = name;
		} else if (!versioned && version_parse(w, v, 3)) {
			versioned = true;
			for (size_t i = 0; i < VERSION_PARTS; i++)
				f.version[i] = v[i];
		}
	}
	if (f.name.n == 0 || !versioned || x->nfiles == FILES_MOST)
		return;
	x->files = arena_grow(a, x->files, x->nfiles, &x->files_cap,
	    sizeof *x->files);
	f.name = arena_str(a, f.name);
	x->files[x->nfiles++] = f;
}

static void
tag_add(struct arena *a, struct exhibits *x, struct str name, bool paged,
    uint64_t bytes)
{
	for (size_t i = 0; i < x->ntags; i++) {
		struct tag *t = &x->tags[i];

		if (t->paged != paged || !str_eq(t->name, name))
			continue;
		t->last = bytes;
		t->snapshots++;
		return;
	}
	if (x->ntags == TAGS_MOST)
		return;
	x->tags = arena_grow(a, x->tags, x->ntags, &x->tags_cap,
	    sizeof *x->tags);
	x->tags[x->ntags++] = (struct tag){ arena_str(a, name), paged, bytes,
	    bytes, 1 };
}

static bool
tag_line(struct arena *a, struct exhibits *x, struct str line)
{
	size_t at = 0, numbers = 0;
	struct str tag = word_next(line, &at), type = word_next(line, &at), w;
	uint64_t n = 0;

	if (tag.n == 0 || tag.n > 4 || (!str_caseis(type, "Paged") &&
	    !str_caseis(type, "Nonp")))
		return false;
	while (numbers < 4 && (w = word_next(line, &at)).n > 0) {
		if (w.p[0] == '(' || w.p[w.n - 1] == ')')
			continue;
		if (!str_u64(w, &n))
			return false;
		numbers++;
	}
	if (numbers == 4)
		tag_add(a, x, tag, str_caseis(type, "Paged"), n);
	return numbers == 4;
}

const struct exhibits *
exhibits_read(struct arena *a, struct span bytes)
{
	struct exhibits *x = arena_new(a, struct exhibits);
	struct str all = { (const char *)bytes.p, bytes.n };
	size_t at = 0;

	while (at < all.n) {
		size_t end = str_find(all, "\n", at);
		struct str line;

		if (end == SIZE_MAX)
			end = all.n;
		line = str_sub(all, at, end - at);
		if (!tag_line(a, x, line))
			file_line(a, x, line);
		at = end + 1;
	}
	return x->ntags + x->nfiles == 0 ? NULL : x;
}

static int
version_cmp(const uint64_t *a, const uint64_t *b)
{
	for (size_t i = 0; i < VERSION_PARTS; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* A file may be listed twice (system folder and dllcache): when the
 * versions disagree, nothing is known. */
static enum result
file_result(const struct exhibits *x, const struct check *k)
{
	uint64_t limit[VERSION_PARTS];
	bool older = false, newer = false;

	if (!version_parse(k->older, limit, 1))
		return RESULT_UNKNOWN;
	for (size_t i = 0; i < x->nfiles; i++) {
		if (!str_caseeq(x->files[i].name, k->subject))
			continue;
		if (version_cmp(x->files[i].version, limit) < 0)
			older = true;
		else
			newer = true;
	}
	if (older == newer)
		return RESULT_UNKNOWN;
	return older ? RESULT_MET : RESULT_UNMET;
}

/* The largest of its pool in the last snapshot? */
static enum result
leads_result(const struct exhibits *x, const struct check *k)
{
	const struct tag *most = NULL;

	for (size_t i = 0; i < x->ntags; i++)
		if (x->tags[i].paged == k->paged &&
		    (most == NULL || x->tags[i].last > most->last))
			most = &x->tags[i];
	if (most == NULL)
		return RESULT_UNKNOWN;
	return str_eq(most->name, k->subject) ? RESULT_MET : RESULT_UNMET;
}

/* By a quarter and 1 MB at least, from the first snapshot to the last. */
static enum result
grows_result(const struct exhibits *x, const struct check *k)
{
	for (size_t i = 0; i < x->ntags; i++) {
		const struct tag *t = &x->tags[i];

		if (t->paged != k->paged || !str_eq(t->name, k->subject))
			continue;
		if (t->snapshots < 2)
			return RESULT_UNKNOWN;
		return t->last > t->first && t->last - t->first >= 1000000 &&
		    t->last - t->first >= t->first / 4 ? RESULT_MET :
		    RESULT_UNMET;
	}
	return RESULT_UNKNOWN;
}

enum result
exhibit_result(const struct exhibits *x, const struct check *k)
{
	if (x == NULL)
		return RESULT_UNKNOWN;
	switch (k->kind) {
	case CHECK_FILE:
		return file_result(x, k);
	case CHECK_LEADS:
		return leads_result(x, k);
	case CHECK_GROWS:
		return grows_result(x, k);
	case CHECK_READER:
		break;
	}
	return RESULT_UNKNOWN;
}
