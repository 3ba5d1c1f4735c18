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

struct log *
log_open(struct arena *a, struct source *s, struct problems *problems)
{
	struct span first = source_peek(s);
	const struct log_ops *ops = reader_find(first);
	struct log *l;

	if (s->error != 0) {
		problem_add(problems, GRADE_FILE, 0, "%s", strerror(s->error));
		return NULL;
	}
	if (ops == NULL) {
		problem_add(problems, GRADE_FILE, 0, "%s", first.n == 0 ?
		    "the file is empty" : "not an event log: no .evtx, .evt "
		    "or event XML begins like this");
		return NULL;
	}
	l = arena_new(a, struct log);
	l->ops = ops;
	l->arena = a;
	l->source = s;
	l->problems = problems;
	l->lost = problems->lost;
	l->state = ops->open(l);
	return l;
}

const char *
log_format(const struct log *l)
{
	return l->ops->format;
}

enum log_step
log_next(struct log *l, struct record *r)
{
	if (l->ops->next(l, &l->at) == LOG_END)
		return LOG_END;
	*r = l->at;
	return LOG_RECORD;
}

void
log_ident(struct log *l, struct ident *id)
{
	memset(id, 0, sizeof *id);
	l->ops->ident(l, id);
}

bool
log_event(struct log *l, struct arena *a, struct event *e)
{
	memset(e, 0, sizeof *e);
	e->at = l->at;
	if (l->ops->event(l, a, e))
		return true;
	l->tally.undecodable++;
	problem_add(l->problems, GRADE_RECORD, l->at.offset,
	    "record %" PRIu64 " is incomplete: %s", l->at.id,
	    e->error == NULL ? "cannot be decoded" : e->error);
	return false;
}

void
log_close(struct log *l, struct tally *t)
{
	l->ops->close(l);
	if (l->source->error != 0)
		problem_add(l->problems, GRADE_FILE, l->source->at,
		    "reading failed: %s", strerror(l->source->error));
	l->tally.complete = l->problems->lost == l->lost;
	*t = l->tally;
}
