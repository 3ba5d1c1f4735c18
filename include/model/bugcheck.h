/*
 * What the code book tells of a bug check beside name and meaning.  All of
 * it is constant data.
 */
#ifndef EVTRIAGE_MODEL_BUGCHECK_H
#define EVTRIAGE_MODEL_BUGCHECK_H

#include <stddef.h>
#include <stdint.h>

enum { ADVICE_CAUSES = 3, ADVICE_STEPS = 5 };

/* What usually causes it and what to do first; NULL behind the last. */
struct advice {
	const char	*causes[ADVICE_CAUSES + 1];
	const char	*steps[ADVICE_STEPS + 1];
};

/* What parameter i (0..3) stands for when the first parameter is from ..
 * to; or what a value of it, from = to, means. */
struct bugcheck_part {
	uint32_t	 code;
	int		 i;
	uint64_t	 from, to;
	const char	*text;
};

/* All of one bug check; empty where the book has nothing. */
struct bugcheck_sheet {
	const struct bugcheck_part	*parameters, *values;
	size_t				 nparameters, nvalues;
	const struct advice		*advice;	/* or NULL */
};

#endif
