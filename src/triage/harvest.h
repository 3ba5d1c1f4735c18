/*
 * The harvest of a log as bytes: what the process that reads it tells the
 * one that puts logs together.  A harvest is a row of messages, each a
 * kind, a length and that many bytes of packed values (base/pack.h):
 *
 *	INPUT	 path: the messages up to END are about it
 *	PROBLEM	 what could not be read
 *	TICKS, MARKS	number of a computer, then packed ones, squeezed
 *			(base/squeeze.h)
 *	DETAILS, TRIED	number of a computer, then packed ones
 *	COMPUTER number, summary: behind all else of that computer
 *	END	 format, bytes, tally, counts
 *
 * A packed file brings several inputs.  Whoever unpacks believes nothing.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_HARVEST_H
#define EVTRIAGE_SRC_TRIAGE_HARVEST_H

#include "model/input.h"
#include "triage/sighting.h"

enum message_kind {
	MSG_INPUT = 1, MSG_PROBLEM, MSG_TICKS, MSG_MARKS, MSG_DETAILS,
	MSG_TRIED, MSG_COMPUTER, MSG_END,
};

enum { PATH_MOST = 1 << 16 };

struct message {
	enum message_kind kind;
	struct span	 body;
};
/* Is what follows the number of the computer squeezed? */
bool		message_squeezed(enum message_kind kind);
void		message_pack(struct out *o, enum message_kind kind,
		    struct span body);
/* False at the end and (r is bad then) when it is none. */
bool		rd_message(struct rd *r, struct message *m);

/* All but input; texts are borrowed or c's, what is constant is copied into
 * a. */
void		rd_mark(struct rd *r, struct arena *a, struct mark_coder *c,
		    struct mark *m);

void		summary_pack(struct out *o, const struct summary *s);
/* Texts are borrowed. */
void		rd_summary(struct rd *r, struct arena *a, struct summary *s);

void		problem_pack(struct out *o, const struct problem *p);
void		rd_problem(struct rd *r, struct problem *p);

/* What stands at the end of an input. */
struct input_end {
	struct input	input;		/* without its path */
	size_t		problems_dropped, problems_lost;
};
void		input_end_pack(struct out *o, const struct input_end *e);
/* Missing ranges are copied into a. */
void		rd_input_end(struct rd *r, struct arena *a,
		    struct input_end *e);

#endif
