/*
 * How the decoders of this folder put down facts, and the decoders
 * themselves.  A decoder looks at an event and adds what it can prove;
 * what does not fit its layout it leaves alone.
 */
#ifndef EVTRIAGE_SRC_CODES_ADD_H
#define EVTRIAGE_SRC_CODES_ADD_H

#include "base/arena.h"
#include "codes/codes.h"
#include "model/event.h"
#include "model/fact.h"

struct adding {
	struct arena		*a;	/* for text that the event lacks */
	const struct event	*e;
	struct facts		*f;
};

/* Name and label of a fact, both constant. */
struct fact_id {
	const char	*name;
	const char	*label;
};

/* Each returns the fact, or NULL when there was no room for it. */
struct fact	*add_number(struct adding *d, struct fact_id id, uint64_t n);
struct fact	*add_time(struct adding *d, struct fact_id id, uint64_t t);
struct fact	*add_text(struct adding *d, struct fact_id id, struct str s);
/* A code without a book: a driver's own number. */
struct fact	*add_word(struct adding *d, struct fact_id id, uint64_t n);
/* A code with symbol and meaning, or else what its bits say. */
struct fact	*add_code(struct adding *d, struct fact_id id,
		    enum code_family family, uint32_t code);
/* A number of an unknown one of the families that services report. */
struct fact	*add_status(struct adding *d, struct fact_id id,
		    uint32_t code);
/* Where in the data section it stood; fact may be NULL. */
void		 fact_bytes(struct fact *fact, size_t offset, size_t length);
/* Name it by the book, if the book has it. */
void		 fact_symbol(struct fact *fact, enum code_family family,
		    uint32_t code);

/* The number of a field, whether it came typed or as text (decimal or
 * 0x).  False for NULL, and when it is none. */
bool		 field_u64(const struct field *f, uint64_t *n);
/* The n-th insertion string without white space around it, or empty. */
struct str	 event_text(const struct event *e, size_t i);

/* Is all of s printable text, UTF-16 or ASCII?  NULs at the end aside. */
bool		 payload_text(struct arena *a, struct span s,
		    struct str *text);

void		 decode_packet(struct adding *d);	/* packet.* */
void		 decode_stop(struct adding *d);		/* bugcheck.* */
void		 decode_power(struct adding *d);	/* power.* */
void		 decode_session(struct adding *d);	/* boot.* os.* host.* */
void		 decode_status(struct adding *d);	/* status.value */
void		 decode_service(struct adding *d);	/* param.* service.* */
void		 decode_payload(struct adding *d);	/* data.* ... */

#endif
