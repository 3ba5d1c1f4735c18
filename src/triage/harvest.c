/* The harvest of a log as bytes, and back. */
#include <string.h>
#include "base/caps.h"
#include "base/pack.h"
#include "triage/harvest.h"

bool
message_squeezed(enum message_kind kind)
{
	return kind == MSG_TICKS || kind == MSG_MARKS;
}

void
message_pack(struct out *o, enum message_kind kind, struct span body)
{
	pack_u64(o, kind);
	pack_u64(o, body.n);
	if (body.n > 0)
		out_bytes(o, body.p, body.n);
}

bool
rd_message(struct rd *r, struct message *m)
{
	if (rd_left(r) == 0)
		return false;
	m->kind = (enum message_kind)rd_pack_below(r, MSG_END + 1);
	m->body = rd_span(r, (size_t)rd_pack_below(r, SIZE_MAX));
	if (m->kind < MSG_INPUT)
		r->bad = true;
	return rd_ok(r);
}

/* Numbers of an operating system are -1 when they are not known. */
enum { OS_NUMBER_MOST = 1000000 };

static void
os_pack(struct out *o, const struct os *os)
{
	pack_u64(o, (uint64_t)os->major + 1);
	pack_u64(o, (uint64_t)os->minor + 1);
	pack_u64(o, (uint64_t)os->build + 1);
	pack_u64(o, (uint64_t)os->sp + 1);
	pack_u64(o, (uint64_t)os->server + 1);
	pack_u64(o, (uint64_t)os->bits);
	pack_str(o, os->product);
	pack_cstr(o, os->source);
}

static int
rd_os_number(struct rd *r)
{
	return (int)rd_pack_below(r, OS_NUMBER_MOST + 1) - 1;
}

static void
rd_os(struct rd *r, struct arena *a, struct os *os)
{
	os->major = rd_os_number(r);
	os->minor = rd_os_number(r);
	os->build = rd_os_number(r);
	os->sp = rd_os_number(r);
	os->server = (int)rd_pack_below(r, 3) - 1;
	os->bits = (int)rd_pack_below(r, 65);
	os->product = rd_pack_str(r, PRODUCT_MOST);
	os->source = rd_pack_cstr(r, a, NAME_MOST);
}

/* The kind of a mark, and what of it is not said. */
enum { MARK_KIND = 15, MARK_SAME = 16, MARK_BEFORE = 32, MARK_VALUE = 64,
    MARK_OS_SAME = 128, MARK_HEADS = 256 };

void
mark_packer_reset(struct mark_packer *p)
{
	memset(&p->coder, 0, sizeof p->coder);
	p->os.n = 0;
	p->to.n = 0;
}

void
mark_packer_free(struct mark_packer *p)
{
	out_free(&p->to);
	out_free(&p->os);
	out_free(&p->spare);
}

/* False: it is the one that was packed last. */
static bool
os_differs(struct mark_packer *p, const struct os *os)
{
	struct out last = p->os;

	p->os = p->spare;
	p->spare = last;
	p->os.n = 0;
	os_pack(&p->os, os);
	return p->os.n != last.n || memcmp(p->os.mem, last.mem, last.n) != 0;
}

void
mark_pack(struct mark_packer *p, const struct mark *m)
{
	struct mark_coder *c = &p->coder;
	struct out *o = &p->to;
	uint64_t apart = m->record_id - m->seq;
	bool same = m->seq == c->seq && m->time == c->time &&
	    apart == c->apart;
	bool os = m->kind == MARK_OS && os_differs(p, m->os);

	pack_u64(o, m->kind | (same ? MARK_SAME : 0) |
	    (m->before != 0 ? MARK_BEFORE : 0) |
	    (m->value != 0 ? MARK_VALUE : 0) | (os ? 0 : MARK_OS_SAME));
	if (!same) {
		pack_i64(o, (int64_t)(m->seq - c->seq));
		pack_i64(o, (int64_t)(m->time - c->time));
		pack_i64(o, (int64_t)(apart - c->apart));
	}
	c->seq = m->seq;
	c->time = m->time;
	c->apart = apart;
	if (m->before != 0)
		pack_i64(o, (int64_t)(m->time - m->before));
	if (m->value != 0)
		pack_u64(o, m->value);
	if (os)
		out_bytes(o, p->os.mem, p->os.n);
	if (m->kind != MARK_ASKED && m->kind != MARK_TOLD)
		return;
	pack_str(o, m->words->reason);
	pack_str(o, m->words->initiator);
}

/* Text of a mark. */
static struct str
rd_mark_text(struct rd *r, const struct mark_coder *c)
{
	struct str s = rd_pack_str(r, NAME_MOST);

	return c->texts == NULL ? s : interned_str(c->texts, s);
}

static void
rd_mark_os(struct rd *r, struct arena *a, struct mark_coder *c, bool same)
{
	struct os *os;

	if (same) {
		if (c->os == NULL)
			r->bad = true;
		return;
	}
	c->os = os = arena_new(a, struct os);
	rd_os(r, a, os);
	if (c->texts != NULL)
		os->product = interned_str(c->texts, os->product);
}

void
rd_mark(struct rd *r, struct arena *a, struct mark_coder *c, struct mark *m)
{
	uint64_t head = rd_pack_below(r, MARK_HEADS);
	struct boot_words *words;

	*m = (struct mark){ .boot = -1 };
	if ((head & MARK_KIND) >= MARK_KINDS)
		r->bad = true;
	m->kind = (enum mark_kind)(head & MARK_KIND);
	if ((head & MARK_SAME) == 0) {
		c->seq += (uint64_t)rd_pack_i64(r);
		c->time += (uint64_t)rd_pack_i64(r);
		c->apart += (uint64_t)rd_pack_i64(r);
	}
	m->seq = c->seq;
	m->time = c->time;
	m->record_id = c->seq + c->apart;
	if (head & MARK_BEFORE)
		m->before = m->time - (uint64_t)rd_pack_i64(r);
	if (head & MARK_VALUE)
		m->value = rd_pack_u64(r);
	if (m->kind == MARK_OS) {
		rd_mark_os(r, a, c, (head & MARK_OS_SAME) != 0);
		m->os = c->os;
	}
	if (m->kind != MARK_ASKED && m->kind != MARK_TOLD)
		return;
	m->words = words = arena_new(a, struct boot_words);
	words->reason = rd_mark_text(r, c);
	words->initiator = rd_mark_text(r, c);
}

void
summary_pack(struct out *o, const struct summary *s)
{
	pack_str(o, s->name);
	pack_u64(o, s->name_time);
	pack_u64(o, s->roles.seen);
	pack_str(o, s->time_zone);
	pack_u64(o, s->zone_time);
	pack_u64(o, s->first);
	pack_u64(o, s->last);
	pack_u64(o, s->events);
	pack_u64(o, s->first_seq);
	pack_u64(o, s->dropped);
	pack_u64(o, s->nchannels);
	for (size_t i = 0; i < s->nchannels; i++)
		pack_str(o, s->channels[i]);
}

void
rd_summary(struct rd *r, struct arena *a, struct summary *s)
{
	memset(s, 0, sizeof *s);
	s->name = rd_pack_str(r, NAME_MOST);
	s->name_time = rd_pack_u64(r);
	s->roles.seen = (uint32_t)rd_pack_below(r,
	    UINT64_C(1) << ROLES_MOST);
	s->time_zone = rd_pack_str(r, NAME_MOST);
	s->zone_time = rd_pack_u64(r);
	s->first = rd_pack_u64(r);
	s->last = rd_pack_u64(r);
	s->events = rd_pack_u64(r);
	s->first_seq = rd_pack_u64(r);
	s->dropped = rd_pack_u64(r);
	s->nchannels = (size_t)rd_pack_below(r, CHANNELS_MOST + 1);
	s->channels = arena_array(a, struct str, s->nchannels);
	for (size_t i = 0; i < s->nchannels; i++)
		s->channels[i] = rd_pack_str(r, NAME_MOST);
}

void
problem_pack(struct out *o, const struct problem *p)
{
	pack_str(o, p->path);
	pack_u64(o, p->offset);
	pack_u64(o, p->grade);
	pack_str(o, p->message);
}

void
rd_problem(struct rd *r, struct problem *p)
{
	p->path = rd_pack_str(r, PATH_MOST);
	p->offset = rd_pack_u64(r);
	p->grade = (enum grade)rd_pack_below(r, GRADE_FILE + 1);
	p->message = rd_pack_str(r, PATH_MOST);
}

/* The plain counts of a tally, in one order for both ways. */
enum { TALLY_COUNTS = 16 };
static void
tally_counts(struct tally *t, uint64_t *v[TALLY_COUNTS])
{
	uint64_t *all[TALLY_COUNTS] = { &t->read, &t->tail, &t->resync,
	    &t->torn, &t->recovered, &t->undecodable, &t->inferred, &t->slack,
	    &t->units_valid, &t->units_zero, &t->units_bad,
	    &t->bytes_header, &t->bytes_valid, &t->bytes_unused,
	    &t->bytes_bad, &t->bad_checksums };

	memcpy(v, all, sizeof all);
}

void
input_end_pack(struct out *o, const struct input_end *e)
{
	const struct input *in = &e->input;
	struct tally t = in->tally;
	uint64_t *counts[TALLY_COUNTS];

	tally_counts(&t, counts);
	pack_cstr(o, in->format);
	pack_u64(o, in->bytes);
	pack_u64(o, in->matched);
	pack_u64(o, in->first);
	pack_u64(o, in->last);
	for (size_t i = 0; i < TALLY_COUNTS; i++)
		pack_u64(o, *counts[i]);
	pack_u64(o, t.missing_dropped);
	pack_u64(o, (uint64_t)t.dirty | (uint64_t)t.complete << 1);
	pack_u64(o, t.nmissing);
	for (size_t i = 0; i < t.nmissing; i++) {
		pack_u64(o, t.missing[i].first);
		pack_u64(o, t.missing[i].last);
	}
	pack_u64(o, e->problems_dropped);
	pack_u64(o, e->problems_lost);
}

static void
rd_missing(struct rd *r, struct arena *a, struct tally *t)
{
	t->nmissing = (size_t)rd_pack_below(r, CAP_MISSING + 1);
	t->missing = arena_array(a, struct id_range, t->nmissing);
	for (size_t i = 0; i < t->nmissing; i++) {
		t->missing[i].first = rd_pack_u64(r);
		t->missing[i].last = rd_pack_u64(r);
	}
}

void
rd_input_end(struct rd *r, struct arena *a, struct input_end *e)
{
	struct input *in = &e->input;
	struct tally *t = &in->tally;
	uint64_t *counts[TALLY_COUNTS], bits;

	memset(e, 0, sizeof *e);
	tally_counts(t, counts);
	in->format = rd_pack_cstr(r, a, NAME_MOST);
	in->bytes = rd_pack_u64(r);
	in->matched = rd_pack_u64(r);
	in->first = rd_pack_u64(r);
	in->last = rd_pack_u64(r);
	for (size_t i = 0; i < TALLY_COUNTS; i++)
		*counts[i] = rd_pack_u64(r);
	t->missing_dropped = rd_pack_u64(r);
	bits = rd_pack_below(r, 4);
	t->dirty = (bits & 1) != 0;
	t->complete = (bits & 2) != 0;
	rd_missing(r, a, t);
	e->problems_dropped = (size_t)rd_pack_u64(r);
	e->problems_lost = (size_t)rd_pack_u64(r);
}
