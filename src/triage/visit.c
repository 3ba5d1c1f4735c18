/*
 * What an opened file holds: a log, a packed file with logs in it, or
 * nothing for us.  Only the content decides; a log with a wrong extension
 * is still read.  And the thin loop over the walk for who does everything
 * in one process.
 */
#include <string.h>
#include <sys/stat.h>
#include "base/unpack.h"
#include "log/log.h"
#include "triage/walk.h"

/* The logs in a packed file; other files in it are passed over.  Packed
 * files in packed files stay closed. */
static size_t
packed_visit(struct arena *a, struct source *s, struct str path, bool named,
    const struct walk_ops *ops)
{
	struct unpack *u = unpack_open(a, s);
	struct source file;
	struct str name;
	size_t found = 0;

	while (unpack_next(u, &file, &name)) {
		struct str inner = name.n == 0 ? path : arena_join(a,
		    arena_join(a, path, str_of("/")), name);

		if (!log_sniff(source_peek(&file)))
			continue;
		found++;
		ops->one(ops->ctx, &file, inner);
	}
	/* What cannot be unpacked may have been a log. */
	if (unpack_error(u).n > 0)
		ops->problem(ops->ctx, path, arena_cstr(a, unpack_error(u)));
	else if (found == 0 && named)
		ops->problem(ops->ctx, path,
		    "no event log was found in this packed file");
	unpack_close(u);
	return found;
}

size_t
input_visit(struct arena *a, struct source *s, struct str path, bool named,
    const struct walk_ops *ops)
{
	if (unpack_sniff(source_peek(s)))
		return packed_visit(a, s, path, named, ops);
	/* What cannot be read may be a log. */
	if (!named && s->error != 0) {
		ops->problem(ops->ctx, path, strerror(s->error));
		return 0;
	}
	if (!named && !log_sniff(source_peek(s)))
		return 0;
	ops->one(ops->ctx, s, path);
	return 1;
}

const char *
folder_verdict(const struct found *end, size_t logs)
{
	if (logs > 0 || end->told > 0)
		return NULL;
	return end->again == 0 ? "no event log was found in this folder" :
	    "no event log was found in this folder but what had been met "
	    "before";
}

struct file_state
file_state(int fd)
{
	struct file_state state = { .regular = false };
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		state.regular = true;
		state.size = (uint64_t)st.st_size;
		state.written = st.st_mtim;
	}
	return state;
}

const char *
file_change(const struct file_state *before, const struct file_state *after)
{
	if (!before->regular || !after->regular)
		return NULL;
	if (after->size > before->size)
		return "it grew while it was read";
	if (after->size < before->size)
		return "it shrank while it was read";
	if (after->written.tv_sec != before->written.tv_sec ||
	    after->written.tv_nsec != before->written.tv_nsec)
		return "it was written to while it was read";
	return NULL;
}

/* Gives paths the life of an arena. */
struct keeping {
	struct arena		*a;
	const struct walk_ops	*ops;
};

static void
one_keep(void *ctx, struct source *s, struct str path)
{
	const struct keeping *k = ctx;

	k->ops->one(k->ops->ctx, s, arena_str(k->a, path));
}

static void
problem_keep(void *ctx, struct str path, const char *why)
{
	const struct keeping *k = ctx;

	k->ops->problem(k->ops->ctx, arena_str(k->a, path), why);
}

static size_t
file_visit(const struct found *f, const struct walk_ops *ops)
{
	struct arena a = { 0 };
	struct source s;
	size_t logs;

	source_fd(&s, f->fd);
	logs = input_visit(&a, &s, f->path, f->named, ops);
	source_close(&s);
	arena_free(&a);
	return logs;
}

void
walk_paths(struct arena *a, char *const *paths, size_t n,
    const struct walk_ops *ops)
{
	struct keeping k = { a, ops };
	const struct walk_ops keep = { one_keep, problem_keep, &k, 0 };
	struct walk *w = walk_new(a, paths, n);
	struct found f;
	size_t logs = 0, got;
	const char *why;

	if (ops->own > 0)
		walk_pass_over(w, ops->own);
	while (walk_next(w, &f))
		switch (f.kind) {
		case FOUND_FILE:
			got = file_visit(&f, &keep);
			logs += f.inside ? got : 0;
			break;
		case FOUND_PROBLEM:
			problem_keep(&k, f.path, f.why);
			break;
		case FOUND_FOLDER_END:
			why = folder_verdict(&f, logs);
			if (why != NULL)
				problem_keep(&k, f.path, why);
			logs = 0;
			break;
		}
	walk_free(w);
}
