/*
 * The event log of Windows NT to Server 2003 ([MS-EVEN] 2.2; winnt.h
 * EVENTLOGRECORD; Microsoft's "Event Log File Format").  A header of 48
 * bytes, then a ring of records; the end-of-file record (EOF) lies behind
 * the newest.
 *
 *	u32 48 | "LfLe" | 1 | 1 | start | end | next number | oldest number |
 *	max size | flags | retention | u32 48
 *
 * A record that does not fit before the end of the file goes on behind the
 * header; where not even its head would fit, words of 0x27 fill up.  A
 * log that was in use has a stale header: then the EOF record tells where
 * the ring begins and ends, and without one the records themselves do.
 *
 * The file is read whole, the ring is walked in one pass, and the records
 * found are kept as a list of places.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/caps.h"
#include "log/evt.h"

enum { HEADER = EVT_HEADER, EOF_SIZE = 40 };
enum { FLAG_DIRTY = 1, FLAG_WRAPPED = 2 };
/* What is more is a damaged number. */
enum { GAP_MOST = 1000000 };

/* A header, or where it is damaged a whole record soon behind it. */
static bool
evt_sniff(struct span first)
{
	struct rd r = rd_init(first);
	uint32_t size = rd_u32(&r);

	if (size == HEADER && rd_u32(&r) == EVT_SIGNATURE && rd_ok(&r))
		return true;
	for (size_t at = HEADER; at + EVT_RECORD_MIN <= first.n; at += 4)
		if (evt_record_at(first, at) != 0)
			return true;
	return false;
}

/* n bytes of the ring from at on, across the end if need be; a copy in
 * the arena when it is split.  Empty with p NULL when there are fewer. */
struct span
evt_ring(struct arena *a, struct span file, size_t at, size_t n)
{
	size_t head = at < file.n ? file.n - at : 0;
	uint8_t *p;

	if (n <= head)
		return span_sub(file, at, n);
	if (head == 0 || n - head > at - HEADER || n > file.n - HEADER)
		return (struct span){ NULL, 0 };
	p = arena_alloc(a, n);
	memcpy(p, file.p + at, head);
	memcpy(p + head, file.p + HEADER, n - head);
	return (struct span){ p, n };
}

/* The word at a place of the ring, which goes on behind the header; 0 where
 * there is none. */
static uint32_t
ring_u32(struct span file, size_t at)
{
	struct rd r = rd_at(file, at < file.n ? at : HEADER + (at - file.n));

	return rd_u32(&r);
}

/* Is there a whole record at this place of the ring?  Its size, or 0. */
uint32_t
evt_record_at(struct span file, size_t at)
{
	uint32_t size = ring_u32(file, at);

	if (size < EVT_RECORD_MIN || size % 4 != 0 ||
	    size > file.n - HEADER ||
	    ring_u32(file, at + 4) != EVT_SIGNATURE)
		return 0;
	/* The size stands again in the last four bytes. */
	return ring_u32(file, at + size - 4) == size ? size : 0;
}

static bool
is_eof(struct span file, size_t at)
{
	if (ring_u32(file, at) != EOF_SIZE)
		return false;
	for (size_t i = 1; i <= 4; i++)
		if (ring_u32(file, at + 4 * i) != 0x11111111 * i)
			return false;
	return true;
}

/* Where the ring begins and ends. */
struct ring {
	size_t	start, end;	/* of the oldest record; of the EOF record */
	bool	known;
};

/* The end record may go on in front, up to the oldest record. */
static bool
ring_fits(struct span file, const struct ring *g)
{
	return g->end + EOF_SIZE + HEADER <= file.n + g->start &&
	    g->start >= HEADER && g->start < file.n && g->end >= HEADER &&
	    g->end < file.n && g->start % 4 == 0 && is_eof(file, g->end) &&
	    (g->start == g->end || evt_record_at(file, g->start) != 0);
}

/* The EOF record knows the ring as it was when it was written. */
static struct ring
ring_from_eof(struct span file)
{
	struct ring best = { 0, 0, false };

	for (size_t at = HEADER; at + 4 <= file.n; at += 4) {
		struct ring g = { .end = at, .known = true };

		if (file.p[at] != EOF_SIZE || !is_eof(file, at))
			continue;
		g.start = ring_u32(file, at + 20);
		if (ring_fits(file, &g))
			best = g;
	}
	return best;
}

/* Header and end record both tell where the log begins.  Where they differ,
 * it is the place of the record that the end record calls the oldest, or
 * else the one from which there are more. */
static void
start_check(struct span file, struct ring *g)
{
	uint32_t oldest = ring_u32(file, g->end + 32);
	uint32_t first = ring_u32(file, g->start + 8), theirs;
	struct ring other = *g;

	other.start = ring_u32(file, g->end + 20);
	if (other.start == g->start || first == oldest ||
	    !ring_fits(file, &other))
		return;
	theirs = ring_u32(file, other.start + 8);
	if (theirs == oldest || theirs < first)
		*g = other;
}

static struct ring
ring_find(struct log *l, struct span file)
{
	struct rd r = rd_at(file, 16);
	struct ring g;
	uint32_t flags;

	if (le32(file.p) != HEADER || le32(file.p + 4) != EVT_SIGNATURE)
		problem_add(l->problems, GRADE_NOTE, 0,
		    "the file header is damaged and was not used");
	g.start = rd_u32(&r);
	g.end = rd_u32(&r);
	r = rd_at(file, 36);
	flags = rd_u32(&r);
	l->tally.dirty = (flags & FLAG_DIRTY) != 0;
	g.known = !l->tally.dirty && ring_fits(file, &g);
	if (g.known)
		start_check(file, &g);
	else
		g = ring_from_eof(file);
	if (!g.known)
		problem_add(l->problems, GRADE_NOTE, 16, "neither the header "
		    "nor an end record tells where the log begins; its "
		    "records are searched for");
	return g;
}

static void
place_add(struct log *l, struct evt *x, size_t at, uint32_t size,
    enum record_state state)
{
	struct evt_place *p;

	x->places = arena_grow(l->arena, x->places, x->nplaces, &x->cap,
	    sizeof *x->places);
	p = &x->places[x->nplaces++];
	*p = (struct evt_place){ .at = (uint32_t)at, .size = size,
	    .number = ring_u32(x->file, at + 8), .state = state };
}

/* The next place at or behind at, below end, where a record begins. */
static size_t
record_search(struct span file, size_t at, size_t end)
{
	while (at < end && evt_record_at(file, at) == 0)
		at += 4;
	return at;
}

/* Filling at the end of the file, where no head of a record fits. */
static bool
is_padding(struct span file, size_t at)
{
	if (file.n - at >= EVT_RECORD_MIN)
		return false;
	for (size_t i = at; i < file.n; i++)
		if (file.p[i] != 0x27 && file.p[i] != 0)
			return false;
	return true;
}

/* Does the head of a record stand here, its size being what is wrong? */
static bool
is_torn(struct span file, size_t at)
{
	return ring_u32(file, at + 4) == EVT_SIGNATURE;
}

/* The size of a torn record, if it is the copy of it that is damaged: where
 * it ends another begins, or the log does.  Else 0. */
static uint32_t
torn_size(struct span file, size_t at, size_t stop)
{
	uint32_t size = ring_u32(file, at);

	if (!is_torn(file, at) || size < EVT_RECORD_MIN || size % 4 != 0 ||
	    size > file.n - HEADER || (at + size > stop && stop != file.n))
		return 0;
	return evt_record_at(file, at + size) != 0 ||
	    is_eof(file, at + size) ? size : 0;
}

/* Where a record should be is none: up to the next head of one, whole or
 * torn.  Returns where that is, behind the end of the file for one that the
 * ring cuts. */
static size_t
break_skip(struct log *l, struct evt *x, size_t at, size_t stop)
{
	uint32_t size = torn_size(x->file, at, stop);
	size_t next = at + (size != 0 ? size : 4);

	while (size == 0 && next < stop && evt_record_at(x->file, next) == 0 &&
	    !is_torn(x->file, next))
		next += 4;
	if (size == 0 && next > x->file.n)
		next = x->file.n;
	if (is_torn(x->file, at) && next - at >= EVT_RECORD_MIN - 4) {
		place_add(l, x, at, (uint32_t)(next - at), RECORD_TORN);
		problem_add(l->problems, GRADE_RECORD, at, "record %" PRIu32
		    " is torn: its size does not hold",
		    x->places[x->nplaces - 1].number);
	} else {
		l->tally.bytes_bad += next - at;
		problem_add(l->problems, GRADE_RECORD, at, "%zu bytes are no "
		    "record and were skipped", next - at);
	}
	return next;
}

/* Records from at up to stop, which does not lie before at; *broken: behind
 * something that is none. */
static size_t
stretch_walk(struct log *l, struct evt *x, size_t at, size_t stop,
    bool *broken)
{
	while (at < stop && !is_padding(x->file, at)) {
		uint32_t size = evt_record_at(x->file, at);
		size_t next;

		if (size != 0) {
			place_add(l, x, at, size, *broken ? RECORD_RESYNC :
			    RECORD_LIVE);
			at += size;
			continue;
		}
		next = break_skip(l, x, at, stop);
		*broken = true;
		at = next;
	}
	return at;
}

static void
ring_walk(struct log *l, struct evt *x, const struct ring *g)
{
	bool broken = false;
	size_t at;

	if (g->start <= g->end) {
		stretch_walk(l, x, g->start, g->end, &broken);
		return;
	}
	at = stretch_walk(l, x, g->start, x->file.n, &broken);
	/* The last record may have run over the end. */
	at = at > x->file.n ? HEADER + (at - x->file.n) : HEADER;
	stretch_walk(l, x, at, g->end, &broken);
}

/* Do the numbers fall once, and go on from the last record to the first?
 * Then the place of the oldest, else 0. */
static size_t
oldest_find(const struct evt *x)
{
	size_t oldest = 0;

	for (size_t i = 1; i < x->nplaces; i++) {
		if (x->places[i].number > x->places[i - 1].number)
			continue;
		if (oldest != 0)
			return 0;
		oldest = i;
	}
	return oldest != 0 && x->places[0].number ==
	    x->places[x->nplaces - 1].number + 1 ? oldest : 0;
}

/* The places from the oldest on, then those before. */
static void
places_turn(struct log *l, struct evt *x, size_t oldest)
{
	size_t size = sizeof *x->places, before = oldest * size;
	struct evt_place *keep = arena_array(l->arena, struct evt_place,
	    oldest);

	memcpy(keep, x->places, before);
	memmove(x->places, x->places + oldest, x->nplaces * size - before);
	memcpy(x->places + x->nplaces - oldest, keep, before);
}

/* No ring is known: every record there is, whole or torn. */
static void
places_scan(struct log *l, struct evt *x)
{
	size_t at = HEADER, oldest;

	while (at < x->file.n) {
		uint32_t size = evt_record_at(x->file, at);

		if (size != 0) {
			place_add(l, x, at, size, RECORD_RESYNC);
			at += size;
		} else if (is_torn(x->file, at)) {
			at = break_skip(l, x, at, x->file.n);
		} else {
			at += 4;
		}
	}
	oldest = oldest_find(x);
	if (oldest != 0)
		places_turn(l, x, oldest);
}

/* Outside of the ring: records of earlier times in the bytes from at up to
 * stop. */
static void
slack_scan(struct log *l, struct evt *x, size_t at, size_t stop)
{
	while ((at = record_search(x->file, at, stop)) < stop) {
		uint32_t size = evt_record_at(x->file, at);

		/* One that ends elsewhere is not left whole. */
		if (size > stop - at) {
			at += 4;
			continue;
		}
		if (l->recover)
			place_add(l, x, at, size, RECORD_SLACK);
		else
			l->tally.slack++;
		at += size;
	}
}

/* The unused part of the file: from behind the end record to the oldest
 * record or, when the ring has not wrapped, to the end of the file. */
static void
slack_find(struct log *l, struct evt *x, const struct ring *g)
{
	size_t end = g->end + EOF_SIZE, more = 0;

	if (end > x->file.n) {
		more = end - x->file.n;	/* the end record goes on in front */
		end = x->file.n;
	}
	if (g->start > g->end) {
		slack_scan(l, x, end, g->start);
		return;
	}
	slack_scan(l, x, end, x->file.n);
	slack_scan(l, x, HEADER + more, g->start);
}

/* Numbers that should lie between two neighbours and do not. */
static void
gaps_report(struct log *l, struct evt *x)
{
	for (size_t i = 1; i < x->nplaces; i++) {
		const struct evt_place *p = &x->places[i];
		uint64_t was = x->places[i - 1].number;

		if (p->state == RECORD_SLACK)
			return;
		if (p->number > was + 1 && p->number - was <= GAP_MOST)
			tally_missing(&l->tally, l->arena, l->problems, p->at,
			    was + 1, p->number - 1);
	}
}

/* The end record knows what number comes next: records between the newest
 * and it have been written over. */
static void
end_check(struct log *l, struct evt *x, const struct ring *g)
{
	uint64_t next = ring_u32(x->file, g->end + 28), newest = 0;

	for (size_t i = 0; i < x->nplaces; i++)
		if (x->places[i].number < next &&
		    x->places[i].number > newest)
			newest = x->places[i].number;
	if (newest != 0 && next - newest > 1 && next - newest <= GAP_MOST)
		tally_missing(&l->tally, l->arena, l->problems, g->end,
		    newest + 1, next - 1);
}

struct stretch { size_t from, to; };

static int
cmp_stretches(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* Bytes that belong to records, each counted once: in a damaged ring
 * records may seem to overlap. */
static uint64_t
records_cover(struct log *l, const struct evt *x)
{
	struct stretch *v = arena_array(l->arena, struct stretch,
	    2 * x->nplaces + 1);
	size_t n = 0, reached = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < x->nplaces; i++) {
		size_t at = x->places[i].at, end = at + x->places[i].size;

		v[n++] = (struct stretch){ at, end < x->file.n ? end :
		    x->file.n };
		if (end > x->file.n)
			v[n++] = (struct stretch){ HEADER,
			    HEADER + (end - x->file.n) };
	}
	qsort(v, n, sizeof *v, cmp_stretches);
	for (size_t i = 0; i < n; i++) {
		size_t from = v[i].from > reached ? v[i].from : reached;

		if (v[i].to <= from)
			continue;
		sum += v[i].to - from;
		reached = v[i].to;
	}
	return sum;
}

/* What is neither header nor record is damage, or unused. */
static void
bytes_count(struct log *l, const struct evt *x)
{
	struct tally *t = &l->tally;
	uint64_t rest;

	t->bytes_valid = records_cover(l, x);
	rest = l->source->at - t->bytes_header - t->bytes_valid;
	if (t->bytes_bad > rest)
		t->bytes_bad = rest;
	t->bytes_unused = rest - t->bytes_bad;
}

static void *
evt_open(struct log *l)
{
	struct evt *x = arena_new(l->arena, struct evt);
	struct ring g;

	if (!source_slurp(l->source, l->arena, CAP_EVT_FILE, &x->file)) {
		/* log_close reports what reading says. */
		x->file.n = 0;
		bytes_count(l, x);
		return x;
	}
	l->tally.bytes_header = x->file.n < HEADER ? x->file.n : HEADER;
	if (x->file.n < HEADER) {
		problem_add(l->problems, GRADE_FILE, x->file.n,
		    "the file ends inside of its header");
		return x;
	}
	g = ring_find(l, x->file);
	if (g.known) {
		ring_walk(l, x, &g);
		end_check(l, x, &g);
	} else {
		places_scan(l, x);
	}
	if (!g.known && !l->tally.dirty)
		problem_add(l->problems, GRADE_RECORD, x->file.n,
		    "the end of the log is missing");
	if (g.known)
		slack_find(l, x, &g);
	gaps_report(l, x);
	bytes_count(l, x);
	return x;
}

static enum log_step
evt_next(struct log *l, struct record *r)
{
	struct evt *x = l->state;
	const struct evt_place *p;

	if (x->next == x->nplaces)
		return LOG_END;
	p = &x->places[x->next++];
	arena_reset(&x->scratch);
	x->record = evt_ring(&x->scratch, x->file, p->at, p->size);
	*r = (struct record){ .offset = p->at, .id = p->number,
	    .size = p->size, .state = p->state };
	if (x->record.n >= 20)
		r->written = clock_from_unix(le32(x->record.p + 16));
	return LOG_RECORD;
}

static void
evt_ident(struct log *l, struct ident *id)
{
	struct evt *x = l->state;

	evt_record_ident(&x->scratch, x->record, id);
}

static bool
evt_event(struct log *l, struct arena *a, struct event *e)
{
	struct evt *x = l->state;

	return evt_record_event(a, x->record, l->at.state == RECORD_TORN, e);
}

static void
evt_close(struct log *l)
{
	struct evt *x = l->state;

	arena_free(&x->scratch);
}

const struct log_ops evt_ops = {
	.format = "evt", .sniff = evt_sniff, .open = evt_open,
	.next = evt_next, .ident = evt_ident, .event = evt_event,
	.close = evt_close,
};
