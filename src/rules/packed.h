/*
 * Observations as bytes.  Who reads a log packs them, in a process that may
 * have been turned against us; who folds them unpacks them and believes
 * nothing: every reader here is sticky (base/span.h) and refuses what the
 * packer does not write.
 */
#ifndef EVTRIAGE_SRC_RULES_PACKED_H
#define EVTRIAGE_SRC_RULES_PACKED_H

#include "base/interned.h"
#include "base/out.h"
#include "rules/rule.h"

/*
 * Ticks, each as differences to the one before (what the same record ticks
 * off comes in a row); keys (hashes of 64 bits)
 * that were met before as one byte.  A packing begins anew, with nothing
 * before, where tick_packer_reset is called: every batch stands alone.
 */
struct tick_seen {
	uint32_t	clause;
	uint32_t	input;		/* is not packed */
	uint64_t	seq, time, record_id;
	uint64_t	group, join, value;
};
enum { TICK_KEYS = 128 };
struct tick_coder {
	uint64_t	seq, time;
	uint64_t	apart;		/* record_id - seq */
	uint64_t	keys[TICK_KEYS];	/* met lately, by hash */
};
struct tick_packer {
	struct out		to;
	struct tick_coder	coder;
};
void		tick_pack(struct tick_packer *p, const struct tick_seen *t);
/* What was packed stays where it is until the next tick. */
void		tick_packer_reset(struct tick_packer *p);
/* The next tick; clauses are below nclauses. */
void		rd_tick(struct rd *r, struct tick_coder *c, size_t nclauses,
		    struct tick_seen *t);

/*
 * What is kept of events for the report: a row of entries, each a kind and
 * what follows.  Entries of a kind are numbered from 1, and name those
 * before them by their numbers (0: none), so that nothing is there twice:
 * one record satisfies dozens of clauses, and all logs say the same words.
 *
 * A kind shares a number with the length of what follows, of SHOWN with
 * the number of the record.
 *
 *	CONSTANT	text of the program itself
 *	TEXT		from outside
 *	FACT		constants, texts, numbers
 *	RECORD		its place, facts and data words
 *	SHOWN		clause, key and record
 *
 * Who keeps the details of many logs knows the constants already (told):
 * they are numbers in a table beside them, and no entries.
 */
enum entry_kind {
	ENTRY_CONSTANT, ENTRY_TEXT, ENTRY_FACT, ENTRY_RECORD, ENTRY_SHOWN
};
struct record_seen {
	uint32_t	 input;
	uint64_t	 seq;		/* in it */
	struct evidence	 evidence;	/* without the path of the input */
};
struct detail_packer {
	bool		 told;
	struct interned	*constants;
	struct interned	 own, texts, facts, records;
	struct out	 to, entry;
	bool		 any;		/* a clause and key were packed */
	uint32_t	 clause;	/* ... the last ones */
	uint64_t	 group;
};
/* With constants NULL they are entries. */
void		detail_packer_init(struct detail_packer *p, struct arena *a,
		    struct interned *constants);
void		detail_packer_free(struct detail_packer *p);
/* Returns the number of the record. */
uint32_t	record_pack(struct detail_packer *p,
		    const struct record_seen *seen);
void		shown_pack(struct detail_packer *p, uint32_t clause,
		    uint64_t group, uint32_t record);

void		tried_pack(struct out *o, uint32_t clause,
		    const struct tried *t);
uint32_t	rd_tried(struct rd *r, size_t nclauses, struct tried *t);

#endif
