/*
 * The EVTX file: a header of 4 KiB and units of 64 KiB, each a chunk,
 * zeros (preallocated) or damaged.  Read strictly forward into one buffer.
 * Chunks stand for themselves, so the header decides nothing: what it says
 * is compared with what is found.
 */
#include <inttypes.h>
#include <string.h>
#include "base/crc32.h"
#include "log/evtx.h"

struct header {
	bool		seen, valid;
	uint64_t	next_record;
	uint32_t	chunks;
	uint32_t	flags;
};

struct evtx {
	struct header	 header;
	struct arena	 names;
	struct chunk	 chunk;
	struct plans	 plans;
	struct evtx_walk walk;
	bool		 walking;
	uint64_t	 unit_at;	/* offset of the unit in the file */
	size_t		 have;		/* bytes of it in the buffer */
	uint64_t	 previous_last;	/* of the chunk before; 0 none */
	bool		 gap;		/* damage since the last chunk */
	bool		 ended;
	uint8_t		 unit[EVTX_UNIT];
};

static bool
evtx_sniff(struct span first)
{
	struct span behind = span_sub(first, EVTX_HEADER, 8);

	return (first.n >= 8 && memcmp(first.p, "ElfFile", 8) == 0) ||
	    evtx_is_chunk(first) || evtx_is_chunk(behind);
}

/* File header flags: 1 not closed properly, 2 full, 4 no checksums. */
static void
header_read(struct log *l, struct evtx *x)
{
	uint8_t buf[EVTX_HEADER];
	size_t n = source_read(l->source, buf, sizeof buf);
	struct span s = { buf, n };
	struct rd r = rd_at(s, 24);
	uint32_t crc;

	x->header.seen = true;
	if (n < 128) {
		problem_add(l->problems, GRADE_FILE, n,
		    "the file ends inside of its header");
		return;
	}
	if (memcmp(buf, "ElfFile", 8) != 0) {
		problem_add(l->problems, GRADE_NOTE, 0,
		    "the file header is damaged and was not used");
		return;
	}
	x->header.next_record = rd_u64(&r);
	r = rd_at(s, 42);
	x->header.chunks = rd_u16(&r);
	r = rd_at(s, 120);
	x->header.flags = rd_u32(&r);
	crc = rd_u32(&r);
	l->tally.dirty = (x->header.flags & 1) != 0;
	x->header.valid = (x->header.flags & 4) != 0 ||
	    crc32_update(0, buf, 120) == crc;
	if (!x->header.valid)
		problem_add(l->problems, GRADE_NOTE, 0,
		    "the checksum of the file header is wrong");
}

static void *
evtx_open(struct log *l)
{
	struct evtx *x = arena_new(l->arena, struct evtx);

	if (!evtx_is_chunk(source_peek(l->source)))
		header_read(l, x);
	return x;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* Fill the buffer from what is already in it up to a whole unit. */
static void
unit_fill(struct log *l, struct evtx *x)
{
	x->unit_at = l->source->at - x->have;
	x->have += source_read(l->source, x->unit + x->have,
	    sizeof x->unit - x->have);
}

/* What lies behind the chunk moves to the front of the buffer. */
static void
unit_consume(struct evtx *x, size_t n)
{
	memmove(x->unit, x->unit + n, x->have - n);
	x->have -= n;
}

/* Space prepared for chunks to come; but one that a log closed in order
 * counts among its chunks has been lost. */
static void
unit_zero(struct log *l, struct evtx *x)
{
	uint64_t number = (x->unit_at - EVTX_HEADER) / EVTX_UNIT;

	l->tally.units_zero++;
	x->have = 0;
	x->gap = true;
	if (x->header.valid && !l->tally.dirty && number < x->header.chunks)
		problem_add(l->problems, GRADE_RECORD, x->unit_at,
		    "chunk %" PRIu64 " is empty, though the header counts it",
		    number);
}

/*
 * A unit that is no chunk: zeros, or damage.  Damage may be bytes that are
 * missing or too many, so that all following chunks lie off the grid: look
 * for the next chunk inside and carry on from there.
 */
static void
unit_bad(struct log *l, struct evtx *x)
{
	const uint8_t *hit;
	size_t lost = x->have;

	if (all_zero(x->unit, x->have)) {
		unit_zero(l, x);
		return;
	}
	hit = x->have < 9 ? NULL : memmem(x->unit + 1, x->have - 1,
	    "ElfChnk", 8);
	if (hit != NULL)
		lost = (size_t)(hit - x->unit);
	l->tally.units_bad++;
	x->gap = true;
	problem_add(l->problems, GRADE_RECORD, x->unit_at,
	    "%zu bytes are no chunk and were skipped", lost);
	unit_consume(x, lost);
}

static void
chunk_start(struct log *l, struct evtx *x)
{
	struct span bytes = { x->unit, x->have };

	l->tally.units_valid++;
	evtx_chunk_open(&x->walk, l, bytes, x->unit_at);
	chunk_begin(&x->chunk, &x->names, bytes);
	plans_begin(&x->plans);
	x->walking = true;
}

static void
chunk_done(struct evtx *x)
{
	x->walking = false;
	unit_consume(x, x->walk.bytes.n);
	if (!x->walk.any)
		return;
	x->previous_last = x->walk.last;
	x->gap = false;
}

/* The first record of a chunk behind damage says how many were lost. */
static void
gap_report(struct log *l, struct evtx *x, uint64_t id)
{
	if (x->gap && x->previous_last != 0 && id > x->previous_last + 1)
		evtx_missing(l, x->previous_last + 1, id - 1);
	x->gap = false;
}

static enum log_step
evtx_next(struct log *l, struct record *r)
{
	struct evtx *x = l->state;

	for (;;) {
		if (x->walking) {
			bool first = !x->walk.any;

			if (evtx_chunk_next(&x->walk, r) == LOG_RECORD) {
				if (first)
					gap_report(l, x, r->id);
				return LOG_RECORD;
			}
			chunk_done(x);
		}
		unit_fill(l, x);
		if (x->have == 0)
			return LOG_END;
		if (evtx_is_chunk((struct span){ x->unit, x->have }))
			chunk_start(l, x);
		else
			unit_bad(l, x);
	}
}

static void
evtx_ident(struct log *l, struct ident *id)
{
	struct evtx *x = l->state;
	size_t off = (size_t)(l->at.offset - x->walk.offset) + 24;

	plan_ident(&x->chunk, &x->plans, off, off - 24 + l->at.size - 4, id);
}

static bool
evtx_event(struct log *l, struct arena *a, struct event *e)
{
	struct evtx *x = l->state;
	size_t off = (size_t)(e->at.offset - x->walk.offset) + 24;
	size_t end = off - 24 + e->at.size - 4;
	struct builder *b = builder_new(a, e);

	if (binxml_is_literal(&x->chunk, off, end))
		e->flags |= EVENT_LITERAL;
	binxml_walk(&x->chunk, a, b, off, end);
	return builder_finish(b);
}

/* A log that was closed in order knows how much it holds. */
static void
evtx_close(struct log *l)
{
	struct evtx *x = l->state;
	const struct header *h = &x->header;
	uint64_t units = l->tally.units_valid + l->tally.units_zero +
	    l->tally.units_bad;

	arena_free(&x->names);
	if (!h->valid || (h->flags & 1) != 0)
		return;
	if (h->chunks > units)
		problem_add(l->problems, GRADE_RECORD, l->source->at,
		    "the header counts %" PRIu32 " chunks, the file holds %"
		    PRIu64, h->chunks, units);
}

const struct log_ops evtx_ops = {
	.format = "evtx", .sniff = evtx_sniff, .open = evtx_open,
	.next = evtx_next, .ident = evtx_ident, .event = evtx_event,
	.close = evtx_close,
};
