/*
 * The parts of the BinXML walker: binxml.c (tokens), template.c (instances
 * of templates), program.c and program_run.c (definitions that are walked
 * more than once).
 */
#ifndef EVTRIAGE_SRC_LOG_WALKER_H
#define EVTRIAGE_SRC_LOG_WALKER_H

#include "base/caps.h"
#include "log/binxml.h"

enum { NO_DEPENDENCY = 0xFFFF };

#define NAME_UNSOUND "a name in it is damaged"

struct bx_value {
	struct span	bytes;		/* of the chunk */
	unsigned	type;
};

struct walker {
	struct chunk	*c;
	struct arena	*a;
	struct builder	*b;
	size_t		 work;		/* tokens and values seen */
	size_t		 joined;	/* bytes copied to join texts */
	int		 nested;	/* fragments in fragments */
	bool		 inferred;	/* a template came from the library,
					 * or something was mended */
	const struct bx_value *first;	/* values of the outermost instance */
	size_t		 nfirst;
};

/* What is being walked: a stretch of tokens and the values of its holes. */
struct frame {
	struct chunk		*c;	/* that the tokens lie in */
	struct rd		 r;
	const struct bx_value	*values;	/* NULL outside templates */
	size_t			 nvalues;
	bool			 in_template;
	bool			 dependent;	/* elements name a dependency */
	size_t			 depth;		/* elements opened here */
	size_t			 starts[CAP_EVENT_DEPTH];
};

/* The array, which is large, is set as it is used. */
static inline void
frame_begin(struct frame *f, struct chunk *c, bool in_template)
{
	f->c = c;
	f->r = (struct rd){ .bad = true };
	f->values = NULL;
	f->nvalues = 0;
	f->in_template = in_template;
	f->dependent = false;
	f->depth = 0;
}

static inline void
fail(struct walker *w, const char *why)
{
	builder_fail(w->b, why);
}

/* Tokens up to the end of the fragment. */
void		walk(struct walker *w, struct frame *f);
/* Text of an array in an attribute: the items, joined by commas. */
void		array_join(struct walker *w, const struct bx_value *x,
		    struct value *v);
/* A value that is a fragment of its own. */
void		fragment_value(struct walker *w, const struct bx_value *x);
/* What is still missing of an event is taken from where all definitions of
 * Windows have it. */
void		standard_values(struct walker *w);
/* The reader behind the token. */
void		template_instance(struct walker *w, struct frame *f);

/* The tokens of the definition at an offset of the chunk, which ends with
 * them; false when another id stands there. */
bool		definition_at(const struct chunk *c, uint32_t offset,
		    uint32_t id, struct rd *tokens);
/*
 * The definition at an offset of a chunk, as a program: NULL when it is
 * out of the ordinary, or one too many; then it is walked.  *sound is false
 * when a name in it was not.
 */
const struct program *program_get(struct chunk *c, uint32_t offset,
		    struct rd definition, bool *sound);
/* Into the builder, with the values of an instance. */
void		program_run(struct walker *w, const struct program *p,
		    const struct bx_value *values, size_t nvalues);

#endif
