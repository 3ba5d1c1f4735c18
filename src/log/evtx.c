/*
 * The EVTX file: a header of 4 KiB and units of 64 KiB, each a chunk,
 * zeros (preallocated) or damaged.  Read strictly forward into one buffer.
 * Chunks stand for themselves, so the header decides nothing: what it says
 * is compared with what is found.
 *
 * Several readers may share one file (log_open_range).  From chunk to chunk a
 * reader takes: where the next begins; definitions, which change nothing; the
 * header; the ids of all chunks, which decide at the end what is missing; and
 * whether something was lost.  So a range may end where the file has been as
 * it should be up to there: nothing is off the grid then, nobody has lost
 * anything, and ids that no chunk holds are worth a note at most.  One that
 * has something to say reads on to the end, and finds out for the end what
 * ids the ranges before it had; the ranges behind it do not count.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/crc32.h"
#include "log/definitions.h"
#include "log/evt.h"
#include "log/evtx.h"
#include "log/plan.h"

struct header {
	bool		valid;
	uint32_t	chunks;
	uint32_t	flags;
};

struct evtx {
	struct header	 header;
	struct arena	 names;		/* a chunk */
	struct arena	 kept;		/* the log */
	struct chunk	 chunk;
	struct plans	 plans;
	struct library	*library;	/* NULL: not recovering */
	struct evtx_walk walk;
	struct carver	 carver;
	bool		 walking;
	uint64_t	 unit_at;	/* offset of the unit in the file */
	size_t		 have;		/* bytes of it in the buffer */
	struct id_range	*ranges;	/* of ids found, a chunk each */
	size_t		 nranges, ranges_cap;
	bool		 lost;		/* chunks were damaged or are empty */
	size_t		 room;		/* of the buffer: a unit; of raw
					 * bytes two, in which the records
					 * of the first end */
	uint8_t		*unit;
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
	struct rd r;
	unsigned minor, major;
	uint32_t crc;

	l->tally.bytes_header = n;
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
	r = rd_at(s, 36);
	minor = rd_u16(&r);
	major = rd_u16(&r);
	if (major != 3 || minor < 1 || minor > 2)
		problem_add(l->problems, GRADE_NOTE, 36, "version %u.%u of the "
		    "format is not known; read as 3.1", major, minor);
	r = rd_at(s, 42);
	x->header.chunks = rd_u16(&r);
	r = rd_at(s, 120);
	x->header.flags = rd_u32(&r);
	crc = rd_u32(&r);
	l->tally.dirty = (x->header.flags & 1) != 0;
	x->header.valid = (x->header.flags & 4) != 0 ||
	    crc32_update(0, buf, 120) == crc;
	if (x->header.valid)
		return;
	l->tally.bad_checksums++;
	problem_add(l->problems, GRADE_NOTE, 0,
	    "the checksum of the file header is wrong");
}

/* The header has been told of by the first range; this one begins later. */
static void
range_begin(struct log *l, struct evtx *x)
{
	struct problems unsaid = { .arena = l->arena }, *said = l->problems;

	if (!evtx_is_chunk(source_peek(l->source))) {
		l->problems = &unsaid;
		header_read(l, x);
		l->problems = said;
		l->tally.bad_checksums = 0;
	}
	l->before = l->range.from * EVTX_UNIT;
	source_go(l->source, l->tally.bytes_header + l->before);
}

/* Between two units: does another range begin here? */
static bool
range_over(struct log *l, const struct evtx *x)
{
	uint64_t at = l->source->at - l->tally.bytes_header;
	uint64_t unit = at / EVTX_UNIT;

	if (l->range.step == 0 || x->have > 0 || l->problems->any ||
	    x->lost || at % EVTX_UNIT != 0 || unit <= l->range.from ||
	    unit > l->range.last || unit % l->range.step != 0)
		return false;
	l->range_end = unit;
	return true;
}

static void *
evtx_open(struct log *l)
{
	struct evtx *x = arena_new(l->arena, struct evtx);

	x->room = l->carve ? 2 * EVTX_UNIT : EVTX_UNIT;
	x->unit = arena_alloc(l->arena, x->room);
	x->chunk.definitions = definitions_new(&x->kept);
	plans_init(&x->plans, &x->kept);
	if (l->recover) {
		x->library = library_new(l->arena);
		library_read(x->library, l->source);
	}
	if (l->range.from > 0)
		range_begin(l, x);
	else if (l->carve)
		problem_add(l->problems, GRADE_NOTE, 0, "no event log begins "
		    "here; it is searched for chunks and records");
	else if (!evtx_is_chunk(source_peek(l->source)))
		header_read(l, x);
	return x;
}

/* Fill the buffer, from what is already in it on. */
static void
unit_fill(struct log *l, struct evtx *x)
{
	x->unit_at = l->source->at - x->have;
	x->have += source_read(l->source, x->unit + x->have,
	    x->room - x->have);
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
zeros_count(struct log *l, struct evtx *x, uint64_t at, uint64_t units)
{
	uint64_t number = (at - l->tally.bytes_header) / EVTX_UNIT;

	l->tally.units_zero += units;
	if (!x->header.valid || l->tally.dirty)
		return;
	for (; units > 0 && number < x->header.chunks; units--, number++) {
		x->lost = true;
		problem_add(l->problems, GRADE_RECORD, at, "chunk %" PRIu64
		    " is empty, though the header counts it", number);
		at += EVTX_UNIT;
	}
}

/* A unit of zeros, and those behind it that were never written: a log may
 * have terabytes of them. */
static void
unit_zero(struct log *l, struct evtx *x)
{
	uint64_t skipped = source_skip_hole(l->source, EVTX_UNIT);

	l->tally.bytes_unused += x->have + skipped;
	zeros_count(l, x, x->unit_at, (x->have + EVTX_UNIT - 1 + skipped) /
	    EVTX_UNIT);
	x->have = 0;
}

/* From here on the records of the first n bytes are walked. */
static void
walk_begin(struct log *l, struct evtx *x, size_t n)
{
	struct span bytes = { x->unit, n };

	if (evtx_is_chunk(bytes)) {
		if (bytes.n > EVTX_UNIT)
			bytes.n = EVTX_UNIT;
		l->tally.units_valid++;
		evtx_chunk_open(&x->walk, l, bytes, x->unit_at);
	} else {
		evtx_orphan_open(&x->walk, l, bytes, n < EVTX_UNIT ? n :
		    EVTX_UNIT, x->unit_at, &x->carver);
	}
	if (x->library != NULL && !x->walk.orphan)
		library_learn(x->library, bytes);
	chunk_begin(&x->chunk, &x->names, bytes);
	x->chunk.library = x->library;
	plans_begin(&x->plans);
	x->walking = true;
}

/*
 * A unit that is no chunk: zeros, or damage.  Damage may be bytes that are
 * missing or too many, so that all following chunks lie off the grid: look
 * for the next chunk inside and carry on from there.  What lies before it
 * may still hold whole records.
 */
static void
unit_bad(struct log *l, struct evtx *x)
{
	const uint8_t *hit;
	size_t lost = x->have;

	if (span_zero((struct span){ x->unit, x->have })) {
		unit_zero(l, x);
		return;
	}
	hit = x->have < 9 ? NULL : memmem(x->unit + 1, x->have - 1,
	    "ElfChnk", 8);
	if (hit != NULL)
		lost = (size_t)(hit - x->unit);
	else if (x->have == x->room)
		lost -= evtx_magic_begun((struct span){ x->unit, x->have });
	l->tally.units_bad++;
	x->lost = true;
	walk_begin(l, x, lost);
}

static void
ids_add(struct log *l, struct evtx *x, const struct evtx_walk *w)
{
	if (!w->any)
		return;
	x->ranges = arena_grow(l->arena, x->ranges, x->nranges,
	    &x->ranges_cap, sizeof *x->ranges);
	x->ranges[x->nranges++] = (struct id_range){ w->first, w->last };
}

/* What the walk of a chunk, or of damage, has come to. */
static void
walk_end(struct log *l, struct evtx *x)
{
	const struct evtx_walk *w = &x->walk;

	x->walking = false;
	unit_consume(x, w->bytes.n);
	if (w->orphan) {
		l->tally.bytes_bad += w->bytes.n;
		if (!l->carve && (w->rest == 0 || l->recover))
			problem_add(l->problems, GRADE_RECORD, w->offset,
			    "%zu bytes are no chunk; records in them: %" PRIu64,
			    w->bytes.n, w->rest);
		else if (!l->carve)
			problem_add(l->problems, GRADE_RECORD, w->offset,
			    "%zu bytes are no chunk; --recover returns the %"
			    PRIu64 " records in them", w->bytes.n, w->rest);
		return;
	}
	l->tally.bytes_valid += w->bytes.n;
	ids_add(l, x, w);
}

/* What a crafted record made the chunk keep is not kept for the next. */
static void
kept_drop(struct evtx *x)
{
	if (x->chunk.spent <= CAP_CHUNK_PROGRAMS)
		return;
	chunk_begin(&x->chunk, &x->names, x->walk.bytes);
	plans_begin(&x->plans);
}

static enum log_step
evtx_next(struct log *l, struct record *r)
{
	struct evtx *x = l->state;

	for (;;) {
		if (x->walking) {
			kept_drop(x);
			if (evtx_plain_next(&x->walk, r)) {
				x->chunk.strict = x->chunk.torn = false;
				return LOG_RECORD;
			}
			if ((x->walk.orphan ? evtx_orphan_next(&x->walk, r) :
			    evtx_chunk_next(&x->walk, r)) == LOG_RECORD) {
				x->chunk.strict = r->state >= RECORD_SLACK;
				x->chunk.torn = r->state == RECORD_TORN;
				return LOG_RECORD;
			}
			walk_end(l, x);
		}
		if (range_over(l, x))
			return LOG_END;
		unit_fill(l, x);
		if (x->have == 0)
			return LOG_END;
		if (evtx_is_chunk((struct span){ x->unit, x->have }))
			walk_begin(l, x, x->have);
		else
			unit_bad(l, x);
	}
}

/* The whole record returned last, one of .evt. */
static struct span
evt_record(const struct log *l, const struct evtx *x)
{
	return evtx_orphan_evt(&x->walk, l->at.offset, l->at.size);
}

/* Where the BinXML of the record returned last lies in its chunk.  A torn
 * record has no size copy at its end. */
static void
record_bounds(const struct log *l, const struct evtx *x, size_t *off,
    size_t *end)
{
	size_t at = (size_t)(l->at.offset - x->walk.offset);

	*off = at + 24;
	*end = at + l->at.size - (l->at.state == RECORD_TORN ? 0 : 4);
}

static void
evtx_ident(struct log *l, struct ident *id)
{
	struct evtx *x = l->state;
	size_t off, end;

	if (x->walk.evt) {
		evt_record_ident(&x->names, evt_record(l, x), id);
		return;
	}
	record_bounds(l, x, &off, &end);
	plan_ident(&x->chunk, &x->plans, off, end, id);
	/* Values behind a damaged size are others'. */
	if (id->time - l->at.written + CLOCK_DAY > 2 * CLOCK_DAY)
		id->known = false;
}

static bool
evtx_likeness(struct log *l, struct likeness *k)
{
	struct evtx *x = l->state;
	size_t off, end;

	if (x->walk.evt)
		return false;
	record_bounds(l, x, &off, &end);
	return likeness_make(&x->chunk, &x->plans, off, end, k);
}

/* How the record begins: a template instance behind the fragment header,
 * or literal elements. */
static bool
is_literal(const struct chunk *c, size_t off, size_t end)
{
	struct span s = span_from(span_sub(c->bytes, 0, end), off);
	bool mended;
	struct rd r = rd_at(s, binxml_behind_header(s, &mended));
	unsigned token = rd_u8(&r);

	return rd_ok(&r) && token != TOK_TEMPLATE;
}

static bool
evtx_event(struct log *l, struct arena *a, struct event *e)
{
	struct evtx *x = l->state;
	struct builder *b;
	size_t off, end;

	if (x->walk.evt)
		return evt_record_event(a, evt_record(l, x), false, e);
	b = builder_new(a, e);
	record_bounds(l, x, &off, &end);
	if (is_literal(&x->chunk, off, end))
		e->flags |= EVENT_LITERAL;
	if (binxml_walk(&x->chunk, a, b, off, end))
		e->flags |= EVENT_INFERRED;
	return builder_finish(b);
}

static int
cmp_ranges(const void *a, const void *b)
{
	const struct id_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last < y->last ? -1 : x->last > y->last;
}

/*
 * Ids that no chunk holds, between those that do, however the chunks lie:
 * a ring wraps, an export picks.  Without damage it is only worth a note:
 * the service that wrote the log may have left them out.
 */
static void
ranges_check(struct log *l, struct evtx *x)
{
	uint64_t gaps = 0, twice = 0, reached;

	if (x->nranges == 0)
		return;
	qsort(x->ranges, x->nranges, sizeof *x->ranges, cmp_ranges);
	reached = x->ranges[0].last;
	for (size_t i = 1; i < x->nranges; i++) {
		struct id_range r = x->ranges[i];

		if (r.first <= reached)
			twice++;
		else if (r.first - reached > 1 && x->lost)
			tally_missing(&l->tally, l->arena, l->problems,
			    NO_OFFSET, reached + 1, r.first - 1);
		else if (r.first - reached > 1)
			gaps += r.first - reached - 1;
		if (r.last > reached)
			reached = r.last;
	}
	if (gaps > 0)
		problem_add(l->problems, GRADE_NOTE, NO_OFFSET, "%" PRIu64
		    " record ids between its chunks stand in none", gaps);
	if (twice > 0)
		problem_add(l->problems, GRADE_NOTE, NO_OFFSET, "%" PRIu64
		    " chunks repeat record ids of others", twice);
}

/* The ids of the ranges before this one, in whose chunks nothing was wrong;
 * the buffer is free by now. */
static void
ids_before(struct log *l, struct evtx *x)
{
	struct problems unsaid = { .arena = l->arena };
	struct log quiet = *l;
	struct evtx_walk w;
	struct record r;

	quiet.problems = &unsaid;
	for (uint64_t unit = 0; unit < l->range.from; unit++) {
		uint64_t at = l->tally.bytes_header + unit * EVTX_UNIT;
		struct span s = { x->unit, source_at(l->source, at, x->unit,
		    EVTX_UNIT) };

		source_stir(l->source);
		if (!evtx_is_chunk(s)) {
			unit += source_hole(l->source, at + EVTX_UNIT) /
			    EVTX_UNIT;
			continue;
		}
		evtx_chunk_open(&w, &quiet, s, at);
		while (evtx_chunk_next(&w, &r) == LOG_RECORD)
			;
		ids_add(l, x, &w);
	}
}

/* Ids are compared over the whole log, or where nothing is lost not at all. */
static void
ids_check(struct log *l, struct evtx *x)
{
	bool clean = !l->problems->any && !x->lost;

	if (l->range_end != LOG_TO_END || (l->range.from > 0 && clean))
		return;
	ids_before(l, x);
	ranges_check(l, x);
}

/* A log that was closed in order knows how much it holds. */
static void
evtx_close(struct log *l)
{
	struct evtx *x = l->state;
	const struct header *h = &x->header;
	uint64_t units = l->range.from + l->tally.units_valid +
	    l->tally.units_zero + l->tally.units_bad;

	ids_check(l, x);
	arena_free(&x->names);
	arena_free(&x->kept);
	arena_free(&x->carver.arena);
	if (l->range_end == LOG_TO_END && h->valid && (h->flags & 1) == 0 &&
	    h->chunks > units)
		problem_add(l->problems, GRADE_RECORD, l->source->at,
		    "the header counts %" PRIu32 " chunks, the file holds %"
		    PRIu64, h->chunks, units);
}

const struct log_ops evtx_ops = {
	.format = "evtx", .sniff = evtx_sniff, .open = evtx_open,
	.next = evtx_next, .ident = evtx_ident,
	.likeness = evtx_likeness, .event = evtx_event, .close = evtx_close,
};

/* Bytes that no reader knows, where they are searched for records. */
const struct log_ops raw_ops = {
	.format = "raw", .open = evtx_open, .next = evtx_next,
	.ident = evtx_ident,
	.likeness = evtx_likeness, .event = evtx_event, .close = evtx_close,
};
