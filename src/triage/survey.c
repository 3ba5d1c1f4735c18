/*
 * Counting what the walk will find.  Both walks see the same files unless
 * somebody adds or removes some meanwhile.
 */
#include "base/clock.h"
#include "triage/survey.h"
#include "triage/walk.h"

/* A step in ms, of the 200 between two of them; in files between two looks
 * at the clock. */
enum { STEP_MS = 10, STEP_FILES = 64 };

struct survey {
	struct walk	*walk;		/* NULL: over */
	unsigned	 shard, shards;
	uint64_t	 seq, files, bytes;
	bool		 unsized;	/* a pipe is among them */
};

struct survey *
survey_new(struct arena *a, char *const *paths, size_t n,
    const struct inputs_ops *ops)
{
	struct survey *s = arena_new(a, struct survey);

	s->shard = ops->shard;
	s->shards = ops->shards;
	s->walk = walk_new(a, paths, n);
	walk_look_only(s->walk);
	if (ops->own > 0)
		walk_pass_over(s->walk, ops->own);
	return s;
}

void
survey_free(struct survey *s)
{
	if (s->walk != NULL)
		walk_free(s->walk);
	s->walk = NULL;
}

static void
survey_step(struct survey *s)
{
	struct found f;

	for (int i = 0; i < STEP_FILES; i++) {
		if (!walk_next(s->walk, &f)) {
			survey_free(s);
			return;
		}
		if (s->shards > 1 && s->seq++ % s->shards != s->shard - 1)
			continue;
		if (f.kind != FOUND_FILE)
			continue;
		s->files++;
		s->bytes += f.bytes;
		s->unsized |= !f.sized;
	}
}

void
survey_go_on(struct survey *s, struct pool_far *f)
{
	uint64_t until = clock_ms() + STEP_MS;

	while (s->walk != NULL && clock_ms() < until)
		survey_step(s);
	f->known = s->walk == NULL;
	f->all_files = s->files;
	f->all_bytes = s->unsized ? 0 : s->bytes;
}
