/*
 * Bytes that are no chunk: damage in a log, or raw bytes such as a disk
 * image or a memory dump.  Nothing says where a record of either format
 * may begin, nor how they are aligned; one that is whole tells by its
 * signature and by its size, which stands at both ends.
 *
 * A .evt record may go on behind the bytes at hand, however long it is, or,
 * where its ring was cut, behind the header of its log, which says how long
 * the file is.  Of such the size has to stand at the end and all its offsets
 * have to lie inside; what is elsewhere is read there, from a file.
 */
#include <string.h>
#include "log/evt.h"
#include "log/evtx.h"

void
evtx_orphan_open(struct evtx_walk *w, struct log *l, struct span bytes,
    size_t heads, uint64_t offset, struct carver *carver)
{
	memset(w, 0, sizeof *w);
	w->log = l;
	w->bytes = bytes;
	w->heads = heads;
	w->offset = offset;
	w->orphan = true;
	w->carver = carver;
	/* A record from before may reach into these. */
	if (carver->reached > offset)
		w->at = carver->reached - offset < bytes.n ?
		    (size_t)(carver->reached - offset) : bytes.n;
}

/* n bytes from a place of the file on, be they at hand or not. */
static bool
bytes_at(const struct evtx_walk *w, uint64_t at, void *to, size_t n)
{
	struct span here = { NULL, 0 };

	if (at >= w->offset && at - w->offset < w->bytes.n)
		here = span_sub(w->bytes, (size_t)(at - w->offset), n);
	if (here.p == NULL)
		return source_at(w->log->source, at, to, n) == n;
	memcpy(to, here.p, n);
	return true;
}

/* The same in a ring, which goes on behind its header; NULL: in none. */
static bool
ring_at(const struct evtx_walk *w, const struct carved_ring *g, uint64_t at,
    void *to, size_t n)
{
	size_t first = n;

	if (g == NULL)
		return bytes_at(w, at, to, n);
	if (at >= g->end)
		at = g->begin + (at - g->end);
	if (n > g->end - at)
		first = (size_t)(g->end - at);
	return bytes_at(w, at, to, first) && (first == n || bytes_at(w,
	    g->begin, (uint8_t *)to + first, n - first));
}

/* The header of a log: its ring is remembered, in place of the oldest. */
static void
ring_learn(struct evtx_walk *w)
{
	struct carver *c = w->carver;
	uint64_t at = w->offset + w->at;
	uint8_t head[EVT_HEADER];
	uint32_t size;

	if (!bytes_at(w, at, head, sizeof head) ||
	    le32(head + 44) != EVT_HEADER)
		return;
	size = le32(head + 32);
	if (size < EVT_HEADER + EVT_RECORD_MIN || size % 4 != 0)
		return;
	c->rings[c->nrings++ % CARVED_RINGS] = (struct carved_ring){
	    .begin = at + EVT_HEADER, .end = at + size };
}

/* A record of this size, cut where the ring ends, if one is (NULL: by
 * nothing): is it one? */
static bool
carves(const struct evtx_walk *w, const struct carved_ring *g, uint32_t size)
{
	uint8_t head[EVT_RECORD_MIN - 4], tail[4];
	uint64_t at = w->offset + w->at;

	return ring_at(w, g, at, head, sizeof head) &&
	    evt_fixed_fits((struct span){ head, sizeof head }, size) &&
	    ring_at(w, g, at + size - 4, tail, sizeof tail) &&
	    le32(tail) == size;
}

/* Does the ring cut a record of this size that begins here? */
static bool
ring_cuts(const struct evtx_walk *w, const struct carved_ring *g,
    uint32_t size)
{
	uint64_t at = w->offset + w->at;

	return at >= g->begin && at < g->end && size > g->end - at &&
	    size - (g->end - at) <= at - g->begin;
}

/* What the bytes at hand do not hold of a record: it is put together. */
static uint32_t
carve(struct evtx_walk *w, uint32_t size)
{
	struct carver *c = w->carver;
	const struct carved_ring *g = NULL;
	uint64_t at = w->offset + w->at;
	bool found = carves(w, NULL, size);
	uint8_t *p;

	for (size_t i = 0; !found && i < CARVED_RINGS; i++)
		if (ring_cuts(w, &c->rings[i], size)) {
			g = &c->rings[i];
			found = carves(w, g, size);
		}
	if (!found)
		return 0;
	p = arena_alloc(&c->arena, size);
	if (!ring_at(w, g, at, p, size))
		return 0;
	w->apart = (struct span){ p, size };
	c->reached = g == NULL ? at + size : g->end;
	return size;
}

/* The size of the whole .evt record at w->at, or 0. */
static uint32_t
evt_whole_at(struct evtx_walk *w)
{
	uint32_t size = evt_head_at(w->bytes, w->at);

	if (size == 0 && evt_header_at(w->bytes, w->at))
		ring_learn(w);
	if (size == 0 || (size <= w->bytes.n - w->at &&
	    le32(w->bytes.p + w->at + size - 4) == size))
		return size;
	return size <= CAP_CARVED_RECORD ? carve(w, size) : 0;
}

/* The size of the whole record at w->at, or 0; w->evt says of which
 * format it is. */
static uint32_t
whole_at(struct evtx_walk *w)
{
	bool torn = false;
	uint32_t size = evtx_record_at(w->bytes, w->at, &torn);

	w->evt = size == 0;
	if (!w->evt)
		return torn ? 0 : size;
	return evt_whole_at(w);
}

struct span
evtx_orphan_evt(const struct evtx_walk *w, uint64_t offset, uint32_t size)
{
	return w->apart.p != NULL ? w->apart : span_sub(w->bytes,
	    (size_t)(offset - w->offset), size);
}

static void
evt_fill(const struct evtx_walk *w, uint32_t size, struct record *r)
{
	uint64_t at = w->offset + w->at;
	struct rd rd = rd_at(evtx_orphan_evt(w, at, size), 8);

	*r = (struct record){ .offset = at, .size = size, .id = rd_u32(&rd),
	    .state = RECORD_ORPHAN };
	rd_skip(&rd, 4);
	r->written = clock_from_unix(rd_u32(&rd));
}

/* Is it worth a look?  This is asked of every byte of an image. */
static bool
may_begin(const struct evtx_walk *w)
{
	const uint8_t *p = w->bytes.p + w->at;

	return p[0] == '*' || p[4] == 'L';
}

/* Behind the record, of which not all need be at hand. */
static void
record_pass(struct evtx_walk *w, uint32_t size)
{
	uint64_t behind = w->apart.p == NULL ? w->at + size :
	    w->carver->reached - w->offset;

	w->at = behind < w->bytes.n ? (size_t)behind : w->bytes.n;
}

enum log_step
evtx_orphan_next(struct evtx_walk *w, struct record *r)
{
	w->apart = (struct span){ NULL, 0 };
	arena_reset(&w->carver->arena);
	while (w->at < w->heads && w->at + EVTX_RECORD_MIN <= w->bytes.n) {
		uint32_t size = may_begin(w) ? whole_at(w) : 0;

		if (size == 0) {
			w->at++;
			continue;
		}
		w->rest++;
		if (w->log->recover && w->evt)
			evt_fill(w, size, r);
		else if (w->log->recover)
			evtx_record_fill(w, size, RECORD_ORPHAN, r);
		else
			w->log->tally.slack++;
		record_pass(w, size);
		if (w->log->recover)
			return LOG_RECORD;
		w->apart = (struct span){ NULL, 0 };
		arena_reset(&w->carver->arena);
	}
	if (w->at >= w->heads)
		w->bytes.n = w->at;
	return LOG_END;
}
