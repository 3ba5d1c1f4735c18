/*
 * One interface to every kind of log: picks the reader by content and
 * keeps the books that all readers have in common.
 */
#include <inttypes.h>
#include <string.h>
#include "log/ops.h"

static const struct log_ops *const readers[] = {
	&evtx_ops, &evt_ops, &xml_ops,
};

static const struct log_ops *
reader_find(struct span first)
{
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i]->sniff(first))
			return readers[i];
	return NULL;
}

bool
log_sniff(struct span first)
{
	return reader_find(first) != NULL;
}

static struct log *
open_as(struct arena *a, struct source *s, struct problems *problems,
    const struct log_ops *ops, bool recover, const struct log_range *range)
{
	struct span first = source_peek(s);
	struct log *l;

	if (s->error != 0) {
		problem_add(problems, GRADE_FILE, 0, "%s", strerror(s->error));
		return NULL;
	}
	if (first.n == 0 || (ops == NULL && !recover)) {
		problem_add(problems, GRADE_FILE, 0, "%s", first.n == 0 ?
		    "the file is empty" : "not an event log: no .evtx, .evt "
		    "or event XML begins like this");
		return NULL;
	}
	l = arena_new(a, struct log);
	l->ops = ops == NULL ? &raw_ops : ops;
	l->arena = a;
	l->source = s;
	l->problems = problems;
	l->lost = problems->lost;
	l->recover = recover;
	l->carve = ops == NULL;
	l->range_end = LOG_TO_END;
	if (range != NULL)
		l->range = *range;
	l->state = l->ops->open(l);
	return l;
}

struct log *
log_open(struct arena *a, struct source *s, struct problems *problems)
{
	return open_as(a, s, problems, reader_find(source_peek(s)), false,
	    NULL);
}

struct log *
log_open_recover(struct arena *a, struct source *s, struct problems *problems)
{
	return open_as(a, s, problems, reader_find(source_peek(s)), true,
	    NULL);
}

struct log *
log_open_libevtx(struct arena *a, struct source *s, struct problems *problems)
{
	const struct log_ops *ops = reader_find(source_peek(s));

	if (ops != NULL && ops != &evtx_ops) {
		problem_add(problems, GRADE_FILE, 0,
		    "libevtx reads .evtx only");
		return NULL;
	}
	return open_as(a, s, problems, ops == NULL ? NULL : &libevtx_ops,
	    false, NULL);
}

bool
log_has_ranges(struct span first)
{
	return evtx_ops.sniff(first);
}

struct log *
log_open_range(struct arena *a, struct source *s, struct problems *problems,
    const struct log_range *r)
{
	return open_as(a, s, problems, reader_find(source_peek(s)), false, r);
}

uint64_t
log_range_end(const struct log *l)
{
	return l->range_end;
}

const char *
log_format(const struct log *l)
{
	return l->ops->format;
}

/* Field by field (volatile keeps a compiler from joining them): what has
 * just been written in parts a processor is slow to read as a whole. */
static void
record_copy(struct record *r, const volatile struct record *at)
{
	r->offset = at->offset;
	r->id = at->id;
	r->written = at->written;
	r->size = at->size;
	r->state = at->state;
}

/* Every record is counted here, in one place. */
enum log_step
log_next(struct log *l, struct record *r)
{
	if (l->ops->next(l, &l->at) == LOG_END) {
		l->ended = true;
		return LOG_END;
	}
	switch (l->at.state) {
	case RECORD_TAIL:
		l->tally.tail++;
		l->tally.read++;
		break;
	case RECORD_RESYNC:
		l->tally.resync++;
		l->tally.read++;
		break;
	case RECORD_LIVE:
		l->tally.read++;
		break;
	case RECORD_TORN:
		l->tally.torn++;
		break;
	case RECORD_SLACK:
	case RECORD_ORPHAN:
		l->tally.recovered++;
		break;
	}
	record_copy(r, &l->at);
	return LOG_RECORD;
}

void
log_ident(struct log *l, struct ident *id)
{
	static const struct str none;

	/* Set one by one: a loop over so few bytes takes longer. */
	id->provider = none;
	id->source = none;
	id->computer = none;
	id->id = 0;
	id->time = 0;
	id->known = false;
	id->names = 0;
	id->where = 0;
	l->ops->ident(l, id);
}

bool
log_likeness(struct log *l, struct likeness *k)
{
	k->record_id = l->at.id;
	return l->ops->likeness != NULL && l->at.state != RECORD_TORN &&
	    l->ops->likeness(l, k);
}

bool
log_event(struct log *l, struct arena *a, struct event *e)
{
	bool ok;

	memset(e, 0, sizeof *e);
	e->at = l->at;
	ok = l->ops->event(l, a, e);
	/* A torn record may go on in zeros or in another: its number, which
	 * stands in its header and within, tells whether it is one. */
	if (ok && l->at.state == RECORD_TORN && e->record_id != l->at.id) {
		e->error = "the numbers of the record contradict each other";
		ok = false;
	}
	if (e->flags & EVENT_INFERRED)
		l->tally.inferred++;
	if (ok || l->at.state == RECORD_TORN)
		return ok;
	l->tally.undecodable++;
	problem_add(l->problems, l->at.state < RECORD_SLACK ? GRADE_RECORD :
	    GRADE_NOTE, l->at.offset, "record %" PRIu64 " is incomplete: %s",
	    l->at.id, e->error == NULL ? "cannot be decoded" : e->error);
	return false;
}

/* Nothing may be lost between the counts: a sum that does not hold is a
 * mistake of the program, and the result is not to be trusted. */
static void
sums_check(struct log *l)
{
	const struct tally *t = &l->tally;
	uint64_t bytes = t->bytes_header + t->bytes_valid + t->bytes_unused +
	    t->bytes_bad;

	if (bytes + l->before != l->source->at)
		problem_add(l->problems, GRADE_RECORD, NO_OFFSET,
		    "accounting error: %" PRIu64 " bytes were read, %" PRIu64
		    " are accounted for", l->source->at, bytes);
}

void
log_close(struct log *l, struct tally *t)
{
	l->ops->close(l);
	if (l->source->error != 0)
		problem_add(l->problems, GRADE_FILE, l->source->at,
		    "reading failed: %s", strerror(l->source->error));
	if (l->ended)
		sums_check(l);
	l->tally.complete = l->problems->lost == l->lost;
	*t = l->tally;
}
