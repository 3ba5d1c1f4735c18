/*
 * The records of one chunk.  Layout (J. Metz, "Windows XML Event Log
 * (EVTX) format"; checked on real files): a header of 512 bytes, records
 * up to the free-space offset, unused space.  A record is
 *
 *	"**\0\0" | u32 size | u64 id | u64 FILETIME | BinXML | u32 size
 *
 * Headers may be older than the records (copies of a log in use), so the
 * walk goes on behind the free-space offset while the ids continue.  Where
 * a record should be and is none, the next one is searched for.
 */
#include <inttypes.h>
#include <string.h>
#include "base/crc32.h"
#include "log/evtx.h"

/* Behind a break no more ids than these are passed over. */
enum { RESYNC_IDS = 1000 };

bool
evtx_is_chunk(struct span s)
{
	return s.n >= 8 && memcmp(s.p, "ElfChnk", 8) == 0;
}

size_t
evtx_magic_begun(struct span s)
{
	size_t k = s.n < 7 ? s.n : 7;

	while (k > 0 && memcmp(s.p + s.n - k, "ElfChnk", k) != 0)
		k--;
	return k;
}

static void
checksum_bad(struct evtx_walk *w, uint64_t at, const char *what)
{
	w->log->tally.bad_checksums++;
	problem_add(w->log->problems, GRADE_NOTE, w->offset + at, "%s", what);
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
		checksum_bad(w, 0, "the checksum of a chunk header is wrong");
	if (w->bytes.n == EVTX_UNIT &&
	    crc32_update(0, data.p, data.n) != data_crc)
		checksum_bad(w, EVTX_CHUNK_HEADER,
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
	} else if (bytes.n < EVTX_UNIT) {
		problem_add(l->problems, GRADE_NOTE, offset + bytes.n,
		    "the file ends inside of a chunk, behind its records");
	}
	if (bytes.n >= EVTX_CHUNK_HEADER)
		checksums(w, flags, data_crc, header_crc);
}

uint32_t
evtx_record_at(struct span bytes, size_t off, bool *torn)
{
	struct rd r = rd_at(bytes, off);
	struct span magic = rd_span(&r, 4);
	uint32_t size = rd_u32(&r);

	if (!rd_ok(&r) || le32(magic.p) != EVTX_RECORD_MAGIC)
		return 0;
	*torn = true;
	if (size < EVTX_RECORD_MIN || size > bytes.n - off)
		return size == 0 ? 1 : size;
	r = rd_at(bytes, off + size - 4);
	*torn = rd_u32(&r) != size;
	return size;
}

static void
missing(struct evtx_walk *w, uint64_t first, uint64_t last)
{
	tally_missing(&w->log->tally, w->log->arena, w->log->problems,
	    NO_OFFSET, first, last);
}

/* Ids that the header promises and that are passed over. */
static void
gap_check(struct evtx_walk *w, uint64_t id)
{
	uint64_t expected = w->any ? w->last + 1 : w->first_id;

	if (!w->trusted || id <= expected || expected == 0)
		return;
	if (w->last_id >= id && w->first_id <= expected)
		missing(w, expected, id - 1);
}

/* Behind the last record: did the header promise more? */
static void
end_check(struct evtx_walk *w)
{
	uint64_t expected = w->any ? w->last + 1 : w->first_id;

	if (w->trusted && w->first_id != 0 && w->last_id != UINT64_MAX &&
	    w->first_id <= expected && expected <= w->last_id)
		missing(w, expected, w->last_id);
}

void
evtx_record_fill(const struct evtx_walk *w, size_t size,
    enum record_state state, struct record *r)
{
	struct rd rd = rd_at(w->bytes, w->at + 8);

	r->offset = w->offset + w->at;
	r->size = (uint32_t)size;
	r->id = rd_u64(&rd);
	r->written = rd_u64(&rd);
	r->state = state;
}

static void
record_seen(struct evtx_walk *w, uint64_t id)
{
	if (!w->any)
		w->first = id;
	/* A damaged number that goes back takes none before it away. */
	if (!w->any || id > w->last || !w->trusted || w->last > w->last_id)
		w->last = id;
	w->any = true;
}

static void
record_take(struct evtx_walk *w, uint32_t size, struct record *r)
{
	evtx_record_fill(w, size, w->part == EVTX_TAIL ? RECORD_TAIL :
	    w->broken ? RECORD_RESYNC : RECORD_LIVE, r);
	gap_check(w, r->id);
	record_seen(w, r->id);
	w->at += size;
}

/* Behind the free-space offset only what continues the ids is new. */
static bool
tail_continues(const struct evtx_walk *w)
{
	struct rd r = rd_at(w->bytes, w->at + 8);

	return rd_u64(&r) == (w->any ? w->last + 1 : w->first_id) && rd_ok(&r);
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
	if (hit != NULL)
		w->bytes.n = w->at + (size_t)(hit - rest.p);
	else if (w->bytes.n == EVTX_UNIT)
		w->bytes.n -= evtx_magic_begun(rest);
	if (w->live_end > w->bytes.n)
		w->live_end = w->bytes.n;
}

/* Does a whole record begin at `at`?  Where bytes were lost or put in, it is
 * not aligned; then its number has to go on from the last. */
static bool
resyncs(const struct evtx_walk *w, size_t at)
{
	struct rd r = rd_at(w->bytes, at + 8);
	bool torn = false;

	if (w->bytes.p[at] != '*' ||
	    evtx_record_at(w->bytes, at, &torn) == 0 || torn)
		return false;
	return at % 8 == 0 || !w->any || rd_u64(&r) - w->last - 1 < RESYNC_IDS;
}

/* The next record behind a break, or the end of the live area. */
static size_t
resync(const struct evtx_walk *w)
{
	size_t at = w->at + 1;

	while (at < w->live_end && !resyncs(w, at))
		at++;
	return at < w->live_end ? at : w->live_end;
}

/* A record whose size does not hold reaches to where the next begins; one
 * that continues the ids is accounted for. */
static void
torn_take(struct evtx_walk *w, size_t next, struct record *r)
{
	evtx_record_fill(w, next - w->at, RECORD_TORN, r);
	problem_add(w->log->problems, GRADE_RECORD, r->offset,
	    "record %" PRIu64 " is torn: its size does not hold", r->id);
	if (r->id == (w->any ? w->last + 1 : w->first_id))
		record_seen(w, r->id);
	w->at = next;
}

/* The size of a record of which only the signature is damaged, or 0: both
 * sizes agree, and it continues the ids. */
static uint32_t
unsigned_at(const struct evtx_walk *w)
{
	struct rd r = rd_at(w->bytes, w->at + 4);
	uint32_t size = rd_u32(&r);
	uint64_t id = rd_u64(&r);

	if (!rd_ok(&r) || size < EVTX_RECORD_MIN ||
	    size > w->live_end - w->at || !w->any || id != w->last + 1)
		return 0;
	r = rd_at(w->bytes, w->at + size - 4);
	return rd_u32(&r) == size ? size : 0;
}

/* In a damaged header the free-space offset may be anything, and what was
 * written before lies behind the last record. */
static bool
last_seen(const struct evtx_walk *w)
{
	return !w->trusted && w->any && w->last == w->last_id;
}

/* A record up to the free-space offset. */
static bool
live_next(struct evtx_walk *w, struct record *r)
{
	while (w->at < w->live_end && !last_seen(w)) {
		bool torn = false;
		uint32_t size = evtx_record_at(w->bytes, w->at, &torn);
		size_t next;

		if (size != 0 && !torn) {
			record_take(w, size, r);
			return true;
		}
		if (size == 0 && (size = unsigned_at(w)) != 0) {
			problem_add(w->log->problems, GRADE_NOTE, w->offset +
			    w->at, "the signature of a record is damaged");
			record_take(w, size, r);
			return true;
		}
		if (!w->broken)
			break_enter(w);
		next = resync(w);
		if (size != 0 && next - w->at >= EVTX_RECORD_MIN - 4) {
			torn_take(w, next, r);
			return true;
		}
		w->at = next;
	}
	return false;
}

/* In unused space: a whole record of earlier times. */
static bool
slack_next(struct evtx_walk *w, struct record *r)
{
	size_t step = w->broken ? 1 : 8;	/* as they are aligned */

	w->at = (w->at + step - 1) / step * step;
	while (w->at + EVTX_RECORD_MIN <= w->bytes.n) {
		bool torn = false;
		uint32_t size = evtx_record_at(w->bytes, w->at, &torn);

		if (size == 0 || torn) {
			w->at += step;
			continue;
		}
		if (w->log->recover) {
			evtx_record_fill(w, size, RECORD_SLACK, r);
			w->at += size;
			return true;
		}
		w->log->tally.slack++;
		w->at += size;
	}
	return false;
}

enum log_step
evtx_chunk_next(struct evtx_walk *w, struct record *r)
{
	bool torn = false;
	uint32_t size;

	if (w->part == EVTX_RECORDS) {
		if (live_next(w, r))
			return LOG_RECORD;
		w->part = EVTX_TAIL;
	}
	if (w->part == EVTX_TAIL) {
		size = evtx_record_at(w->bytes, w->at, &torn);
		if (size != 0 && !torn && tail_continues(w)) {
			record_take(w, size, r);
			return LOG_RECORD;
		}
		end_check(w);
		w->part = EVTX_REST;
	}
	if (w->part == EVTX_REST && slack_next(w, r))
		return LOG_RECORD;
	w->part = EVTX_OVER;
	return LOG_END;
}
