/*
 * The ticks of a computer that has many, in a row for each clause: rules
 * are folded a few at a time, and so every tick is unpacked when the turn of
 * its rule comes, not in every turn.  Rows are squeezed, 4 KB at a time.
 */
#ifndef EVTRIAGE_SRC_RULES_ROWS_H
#define EVTRIAGE_SRC_RULES_ROWS_H

#include "rules/packed.h"

struct row_block;
struct tick_rows {
	const struct row_block	**first;	/* by clause; NULL: none */
};

/* While they are filled. */
struct row;
struct row_filler {
	struct arena		*keep;		/* where the rows lie */
	struct arena		 scratch;
	size_t			 nclauses;
	struct row		*rows;		/* by clause */
	struct out		 squeezed;
	const struct row_block	**first;	/* of tick_rows */
};
void		rows_begin(struct row_filler *k, struct arena *keep,
		    size_t nclauses);
void		rows_add(struct row_filler *k, const struct tick_seen *t);
void		rows_end(struct row_filler *k, struct tick_rows *to);

/* One row, from its first tick on. */
struct row_reader {
	const struct row_block	*next;
	struct out		 plain;		/* of the block that is read */
	struct rd		 r;
	struct tick_seen	 met;		/* place and keys met last */
};
void		row_open(struct row_reader *k, const struct tick_rows *rows,
		    uint32_t clause);
/* False at the end. */
bool		row_next(struct row_reader *k, struct tick_seen *t);
void		row_close(struct row_reader *k);

#endif
