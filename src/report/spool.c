/* See spool.h. */
#include <string.h>
#include "base/squeeze.h"
#include "report/spool.h"

/* Bytes that are squeezed together; squeezed ones that may wait. */
enum { PIECE = 1 << 17, MOST = 8 << 20 };

struct spool_piece {
	struct spool_piece	*next;
	size_t			 n;
	uint8_t			 squeezed[];
};

struct spool
spool_new(struct arena *a, const struct out *like)
{
	struct spool s = { .a = a, .plain = out_memory() };

	s.plain.color = like->color;
	s.plain.wide = like->wide;
	return s;
}

static void
piece_add(struct spool *s, struct span plain, struct out *squeezed)
{
	struct spool_piece *p;

	squeezed->n = 0;
	squeeze(squeezed, plain);
	p = arena_raw(s->a, sizeof *p + squeezed->n);
	p->next = NULL;
	p->n = squeezed->n;
	memcpy(p->squeezed, squeezed->mem, p->n);
	if (s->first == NULL)
		s->first = p;
	else
		s->last->next = p;
	s->last = p;
	s->n += p->n;
}

bool
spool_settle(struct spool *s)
{
	struct span plain = { (const uint8_t *)s->plain.mem, s->plain.n };
	struct out squeezed = out_memory();
	size_t n;

	if (plain.n < PIECE)
		return s->n < MOST;
	for (; plain.n > 0; plain = span_from(plain, n)) {
		n = plain.n / 2 < PIECE ? plain.n : PIECE;
		piece_add(s, span_sub(plain, 0, n), &squeezed);
	}
	s->plain.n = 0;
	out_free(&squeezed);
	return s->n < MOST;
}

void
spool_write(struct spool *s, struct out *to)
{
	struct out plain = out_memory();

	for (const struct spool_piece *p = s->first; p != NULL; p = p->next)
		if (unsqueeze(&plain, (struct span){ p->squeezed, p->n }))
			out_bytes(to, plain.mem, plain.n);
	if (s->plain.n > 0)
		out_bytes(to, s->plain.mem, s->plain.n);
	out_free(&plain);
	out_free(&s->plain);
	s->first = NULL;
	s->n = 0;
}
