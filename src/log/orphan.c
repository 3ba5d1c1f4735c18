/*
 * Bytes that are no chunk: damage in a log, or raw bytes such as a disk
 * image or a memory dump.  Nothing says where a record of either format
 * may begin, nor how they are aligned; one that is whole tells by its
 * signature and by its size, which stands at both ends.
 *
 * A .evt record that its ring had split is two pieces here, and is not
 * found.
 */
#include <string.h>
#include "log/evt.h"
#include "log/evtx.h"

void
evtx_orphan_open(struct evtx_walk *w, struct log *l, struct span bytes,
    size_t heads, uint64_t offset)
{
	memset(w, 0, sizeof *w);
	w->log = l;
	w->bytes = bytes;
	w->heads = heads;
	w->offset = offset;
	w->orphan = true;
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
	size = evt_head_at(w->bytes, w->at);
	return size != 0 && size <= w->bytes.n - w->at &&
	    le32(w->bytes.p + w->at + size - 4) == size ? size : 0;
}

static void
evt_fill(const struct evtx_walk *w, uint32_t size, struct record *r)
{
	struct rd rd = rd_at(w->bytes, w->at + 8);

	*r = (struct record){ .offset = w->offset + w->at, .size = size,
	    .id = rd_u32(&rd), .state = RECORD_ORPHAN };
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

enum log_step
evtx_orphan_next(struct evtx_walk *w, struct record *r)
{
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
		w->at += size;
		if (w->log->recover)
			return LOG_RECORD;
	}
	if (w->at >= w->heads)
		w->bytes.n = w->at;
	return LOG_END;
}
