/*
 * The parts of the .evt reader: evt.c (the file as a ring), evt_record.c
 * (one record as an event).
 */
#ifndef EVTRIAGE_SRC_LOG_EVT_H
#define EVTRIAGE_SRC_LOG_EVT_H

#include "base/clock.h"
#include "log/ops.h"

#define EVT_SIGNATURE 0x654C664Cu	/* "LfLe" */
enum { EVT_HEADER = 48, EVT_RECORD_MIN = 56 + 4 };	/* fixed part and
							 * size copy */

struct evt_place {
	uint32_t		at, size, number;
	enum record_state	state;
};

struct evt {
	struct span	  file;
	struct evt_place *places;
	size_t		  nplaces, cap, next;
	struct span	  record;	/* returned last; whole */
	struct arena	  scratch;	/* a record that was split */
};

struct span	evt_ring(struct arena *a, struct span file, size_t at,
		    size_t n);
uint32_t	evt_record_at(struct span file, size_t at);

/* The size that the head of a record at this place gives it, however many
 * bytes there are; 0 when there is none. */
uint32_t	evt_head_at(struct span bytes, size_t at);
/* Does a file header begin here? */
bool		evt_header_at(struct span bytes, size_t at);
/* Could this be the fixed part of a record of that size: do all of its
 * offsets lie inside, in the order in which they are written? */
bool		evt_fixed_fits(struct span fixed, uint32_t size);
/* record: the bytes of one record, its size checked. */
void		evt_record_ident(struct arena *a, struct span record,
		    struct ident *id);
/* torn: the copy of the size that should end it is not there. */
bool		evt_record_event(struct arena *a, struct span record,
		    bool torn, struct event *e);

#endif
