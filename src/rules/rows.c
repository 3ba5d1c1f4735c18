/*
 * Rows of ticks.  Each tick is what it differs by from the one before in its
 * row: a number with the input (as difference) and what keys follow, then its
 * place (as differences), then keys that are not those met last.  A row goes
 * on from block to block.
 */
#include <string.h>
#include "base/pack.h"
#include "base/squeeze.h"
#include "rules/rows.h"

enum { KEY_NONE, KEY_SAME, KEY_NEW, KEY_BITS = 2, KEYS = 3 };
enum { BLOCK = 4096 };		/* bytes that are squeezed together */

struct row_block {
	const struct row_block	*next;
	size_t			 n;
	uint8_t			 squeezed[];
};
struct row {
	struct out		 to;
	struct tick_seen	 last;
	struct row_block	*newest;
};

void
rows_begin(struct row_filler *k, struct arena *keep, size_t nclauses)
{
	*k = (struct row_filler){ .keep = keep, .nclauses = nclauses,
	    .squeezed = out_memory() };
	k->rows = arena_array(&k->scratch, struct row, nclauses);
	k->first = arena_array(keep, const struct row_block *, nclauses);
}

static void
keys_of(struct tick_seen *t, uint64_t *v[KEYS])
{
	v[0] = &t->group;
	v[1] = &t->join;
	v[2] = &t->value;
}

/* What waits of a row becomes a block. */
static void
block_end(struct row_filler *k, uint32_t clause)
{
	struct row *row = &k->rows[clause];
	struct row_block *b;

	k->squeezed.n = 0;
	squeeze(&k->squeezed, (struct span){ (const uint8_t *)row->to.mem,
	    row->to.n });
	b = arena_raw(k->keep, sizeof *b + k->squeezed.n);
	b->next = NULL;
	b->n = k->squeezed.n;
	memcpy(b->squeezed, k->squeezed.mem, b->n);
	if (row->newest == NULL)
		k->first[clause] = b;
	else
		row->newest->next = b;
	row->newest = b;
	row->to.n = 0;
}

void
rows_add(struct row_filler *k, const struct tick_seen *tick)
{
	struct row *row = &k->rows[tick->clause];
	struct tick_seen t = *tick, *last = &row->last;
	uint64_t head = t.input - last->input, *keys[KEYS], *had[KEYS];

	keys_of(&t, keys);
	keys_of(last, had);
	for (size_t i = 0; i < KEYS; i++)
		head = head << KEY_BITS | (*keys[i] == 0 ? KEY_NONE :
		    *keys[i] == *had[i] ? KEY_SAME : KEY_NEW);
	pack_u64(&row->to, head);
	pack_i64(&row->to, (int64_t)(t.seq - last->seq));
	pack_i64(&row->to, (int64_t)(t.time - last->time));
	pack_i64(&row->to, (int64_t)(t.record_id - t.seq -
	    (last->record_id - last->seq)));
	for (size_t i = 0; i < KEYS; i++)
		if (*keys[i] != 0 && *keys[i] != *had[i])
			out_bytes(&row->to, keys[i], sizeof *keys[i]);
	/* A key that is the same is that of the last tick that had one. */
	for (size_t i = 0; i < KEYS; i++)
		if (*keys[i] != 0)
			*had[i] = *keys[i];
	last->input = t.input;
	last->seq = t.seq;
	last->time = t.time;
	last->record_id = t.record_id;
	if (row->to.n >= BLOCK)
		block_end(k, tick->clause);
}

void
rows_end(struct row_filler *k, struct tick_rows *to)
{
	for (uint32_t c = 0; c < k->nclauses; c++) {
		if (k->rows[c].to.n > 0)
			block_end(k, c);
		out_free(&k->rows[c].to);
	}
	to->first = k->first;
	out_free(&k->squeezed);
	arena_free(&k->scratch);
}

void
row_open(struct row_reader *k, const struct tick_rows *rows, uint32_t clause)
{
	*k = (struct row_reader){ .next = rows->first[clause],
	    .plain = out_memory(), .met = { .clause = clause } };
}

void
row_close(struct row_reader *k)
{
	out_free(&k->plain);
}

/* Blocks are our own: they are good. */
static bool
block_next(struct row_reader *k)
{
	if (k->next == NULL || !unsqueeze(&k->plain, (struct span){
	    k->next->squeezed, k->next->n }))
		return false;
	k->r = rd_init((struct span){ (const uint8_t *)k->plain.mem,
	    k->plain.n });
	k->next = k->next->next;
	return true;
}

bool
row_next(struct row_reader *k, struct tick_seen *t)
{
	struct tick_seen *met = &k->met;
	uint64_t head, apart = met->record_id - met->seq;
	uint64_t *keys[KEYS], *had[KEYS];

	if (rd_left(&k->r) == 0 && !block_next(k))
		return false;
	head = rd_pack_u64(&k->r);
	met->input += (uint32_t)(head >> KEYS * KEY_BITS);
	met->seq += (uint64_t)rd_pack_i64(&k->r);
	met->time += (uint64_t)rd_pack_i64(&k->r);
	met->record_id = met->seq + apart + (uint64_t)rd_pack_i64(&k->r);
	*t = *met;
	keys_of(t, keys);
	keys_of(met, had);
	for (size_t i = 0; i < KEYS; i++) {
		unsigned is = head >> (KEYS - 1 - i) * KEY_BITS & 3;

		if (is == KEY_NEW)
			*had[i] = rd_u64(&k->r);
		*keys[i] = is == KEY_NONE ? 0 : *had[i];
	}
	return true;
}
