/*
 * The records of one chunk.  Layout (J. Metz, "Windows XML Event Log
 * (EVTX) format"; checked on real files): a header of 512 bytes, records
 * up to the free-space offset, unused space.  A record is
 *
 *	"**\0\0" | u32 size | u64 id | u64 FILETIME | BinXML | u32 size
 *
 * Headers may be older than the records (copies of a log in use), so the
 * walk goes on behind the free-space offset while the ids continue.  Where
 * a record should be and is none, the search resumes at 8-byte steps: all
 * records are aligned so.
 */
#include <inttypes.h>
#include <string.h>
#include "base/crc32.h"
#include "log/evtx.h"

static const uint8_t record_magic[4] = { '*', '*', 0, 0 };

bool
evtx_is_chunk(struct span s)
{
	return s.n >= 8 && memcmp(s.p, "ElfChnk", 8) == 0;
}

void
evtx_missing(struct log *l, uint64_t first, uint64_t last)
{
	struct tally *t = &l->tally;

	t->missing = arena_grow(l->arena, t->missing, t->nmissing,
	    &t->missing_cap, sizeof *t->missing);
	t->missing[t->nmissing++] = (struct id_range){ first, last };
	if (first == last)
		problem_add(l->problems, GRADE_RECORD, NO_OFFSET,
		    "record %" PRIu64 " is missing", first);
	else
		problem_add(l->problems, GRADE_RECORD, NO_OFFSET,
		    "records %" PRIu64 " to %" PRIu64 " are missing", first,
		    last);
}

/* Flag 4 in the chunk header: written without checksums. */
static void
checksums(struct evtx_walk *w, uint32_t flags, uint32_t data_crc,
    uint32_t header_crc)
{
	struct span head = span_sub(w->bytes, 0, 120);
	struct span table = span_sub(w->bytes, 128, 384);
	struct span data = span_sub(w->bytes, 512, w->live_end - 512);
	uint32_t crc;

	w->trusted = true;
	if (flags & 4)
		return;
	crc = crc32_update(crc32_update(0, head.p, head.n), table.p, table.n);
	w->trusted = crc == header_crc;
	if (!w->trusted)
		problem_add(w->log->problems, GRADE_NOTE, w->offset,
		    "the checksum of a chunk header is wrong");
	if (w->bytes.n == EVTX_UNIT &&
	    crc32_update(0, data.p, data.n) != data_crc)
		problem_add(w->log->problems, GRADE_NOTE, w->offset + 512,
		    "the checksum of a chunk's records is wrong");
}

void
evtx_chunk_open(struct evtx_walk *w, struct log *l, struct span bytes,
    uint64_t offset)
{
	struct rd r = rd_at(bytes, 24);
	uint32_t free_at, data_crc, flags, header_crc;

	memset(w, 0, sizeof *w);
	w->log = l;
	w->bytes = bytes;
	w->offset = offset;
	w->at = EVTX_CHUNK_HEADER;
	w->first_id = rd_u64(&r);
	w->last_id = rd_u64(&r);
	rd_skip(&r, 8);
	free_at = rd_u32(&r);
	data_crc = rd_u32(&r);
	r = rd_at(bytes, 120);
	flags = rd_u32(&r);
	header_crc = rd_u32(&r);
	w->live_end = free_at;
	if (free_at < EVTX_CHUNK_HEADER || free_at > EVTX_UNIT) {
		problem_add(l->problems, GRADE_NOTE, offset + 48,
		    "a chunk's free-space offset is out of range: %" PRIu32,
		    free_at);
		w->live_end = EVTX_UNIT;
	}
	if (w->live_end > bytes.n) {
		problem_add(l->problems, GRADE_RECORD, offset + bytes.n,
		    "the file ends inside of a chunk");
		w->live_end = bytes.n;
	}
	if (bytes.n >= EVTX_CHUNK_HEADER)
		checksums(w, flags, data_crc, header_crc);
}

/* Does a record begin at off?  0: no.  Else its size, which is beyond the
 * chunk or contradicted by its copy when *torn is set. */
static uint32_t
record_at(const struct evtx_walk *w, size_t off, bool *torn)
{
	struct rd r = rd_at(w->bytes, off);
	struct span magic = rd_span(&r, 4);
	uint32_t size = rd_u32(&r);

	if (!rd_ok(&r) || memcmp(magic.p, record_magic, 4) != 0)
		return 0;
	*torn = true;
	if (size < EVTX_RECORD_MIN || size > w->bytes.n - off)
		return size == 0 ? 1 : size;
	r = rd_at(w->bytes, off + size - 4);
	*torn = rd_u32(&r) != size;
	return size;
}

/* Unused space: how many whole records of earlier times lie there. */
static void
slack_count(struct evtx_walk *w)
{
	size_t at = (w->at + 7) / 8 * 8;
	uint32_t size;
	bool torn = false;

	while (at + EVTX_RECORD_MIN <= w->bytes.n) {
		size = record_at(w, at, &torn);
		if (size != 0 && !torn) {
			w->log->tally.slack++;
			at += (size + 7) / 8 * 8;
		} else {
			at += 8;
		}
	}
}

static void
gap_check(struct evtx_walk *w, uint64_t id)
{
	uint64_t expected = w->any ? w->last + 1 : w->first_id;

	if (!w->trusted || id <= expected || expected == 0)
		return;
	if (w->last_id >= id && w->first_id <= expected)
		evtx_missing(w->log, expected, id - 1);
}

static void
chunk_end(struct evtx_walk *w)
{
	uint64_t expected = w->any ? w->last + 1 : w->first_id;

	slack_count(w);
	w->at = w->bytes.n;
	if (w->trusted && w->first_id != 0 && w->last_id != UINT64_MAX &&
	    w->first_id <= expected && expected <= w->last_id)
		evtx_missing(w->log, expected, w->last_id);
}

static void
record_take(struct evtx_walk *w, uint32_t size, struct record *r)
{
	struct rd rd = rd_at(w->bytes, w->at + 8);
	bool beyond = w->at >= w->live_end;

	r->offset = w->offset + w->at;
	r->size = size;
	r->id = rd_u64(&rd);
	r->written = rd_u64(&rd);
	r->state = beyond ? RECORD_TAIL : w->broken ? RECORD_RESYNC :
	    RECORD_LIVE;
	gap_check(w, r->id);
	w->any = true;
	w->last = r->id;
	w->at += size;
	w->log->tally.read++;
}

/* Behind the free-space offset only what continues the ids is new. */
static bool
tail_continues(const struct evtx_walk *w)
{
	struct rd r = rd_at(w->bytes, w->at + 8);

	return w->any && rd_u64(&r) == w->last + 1 && rd_ok(&r);
}

static void
torn_report(struct evtx_walk *w)
{
	struct rd r = rd_at(w->bytes, w->at + 8);
	uint64_t id = rd_u64(&r);

	w->log->tally.torn++;
	problem_add(w->log->problems, GRADE_RECORD, w->offset + w->at,
	    "record %" PRIu64 " is torn: its size does not hold", id);
}

/*
 * Where a record should be is none.  If bytes are missing, the next chunk
 * may begin inside of this unit: then this one ends there.
 */
static void
break_enter(struct evtx_walk *w)
{
	struct span rest = span_from(w->bytes, w->at);
	const uint8_t *hit = memmem(rest.p, rest.n, "ElfChnk", 8);

	problem_add(w->log->problems, GRADE_NOTE, w->offset + w->at,
	    "no record where one should be; searching on");
	w->broken = true;
	if (hit == NULL)
		return;
	w->bytes.n = w->at + (size_t)(hit - rest.p);
	if (w->live_end > w->bytes.n)
		w->live_end = w->bytes.n;
}

/* The search for the next record behind a break. */
static bool
resync(struct evtx_walk *w)
{
	bool torn = false;

	if (!w->broken)
		break_enter(w);
	for (w->at = w->at / 8 * 8 + 8; w->at < w->live_end; w->at += 8)
		if (record_at(w, w->at, &torn) != 0 && !torn)
			return true;
	return false;
}

enum log_step
evtx_chunk_next(struct evtx_walk *w, struct record *r)
{
	bool torn = false;
	uint32_t size;

	if (w->at >= w->bytes.n)
		return LOG_END;
	size = record_at(w, w->at, &torn);
	if (w->at >= w->live_end) {
		if (size == 0 || torn || !tail_continues(w)) {
			chunk_end(w);
			return LOG_END;
		}
	} else if (size == 0 || torn) {
		if (size != 0)
			torn_report(w);
		if (!resync(w)) {
			chunk_end(w);
			return LOG_END;
		}
		size = record_at(w, w->at, &torn);
	}
	record_take(w, size, r);
	return LOG_RECORD;
}
