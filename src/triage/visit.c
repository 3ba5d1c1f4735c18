/*
 * What an opened file holds: a log, a packed file with logs in it, or
 * nothing for us.  Only the content decides; a log with a wrong extension
 * is still read.
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
    const struct visit_ops *ops)
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
    const struct visit_ops *ops)
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

void
file_change_add(struct problems *p, const struct file_state *before, int fd)
{
	const struct file_state after = file_state(fd);
	const char *change = file_change(before, &after);

	if (change != NULL)
		problem_add(p, GRADE_NOTE, NO_OFFSET, "%s", change);
}
