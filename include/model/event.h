/*
 * What a log is made of: records, and the events decoded from them.  Read
 * this first, then model/fact.h and model/finding.h.
 *
 *	bytes -> record -> event -> facts -> observation -> finding
 */
#ifndef EVTRIAGE_MODEL_EVENT_H
#define EVTRIAGE_MODEL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

/* In what state a record was found. */
enum record_state {
	RECORD_LIVE,	/* where the headers say it is */
	RECORD_TAIL,	/* intact and contiguous, but beyond what a stale
			 * header admits (dirty or hot copy) */
	RECORD_RESYNC,	/* intact, behind a break in the live area */
	RECORD_TORN,	/* header readable, the rest cut off or contradicting */
	RECORD_SLACK,	/* left over in unused space */
	RECORD_ORPHAN,	/* in bytes without a valid header */
};

/* Where a record lies. */
struct record {
	uint64_t		offset;	/* in the file, of its first byte */
	uint64_t		id;	/* as its header numbers it */
	uint64_t		written;/* FILETIME in its header; 0 none */
	uint32_t		size;	/* bytes */
	enum record_state	state;
};

/* The types of a value ([MS-EVEN6] 2.2.12, .evt and XML have only text
 * and binary). */
enum value_type {
	VALUE_NULL, VALUE_TEXT, VALUE_INT, VALUE_UINT, VALUE_HEX, VALUE_REAL,
	VALUE_BOOL, VALUE_BINARY, VALUE_GUID, VALUE_TIME, VALUE_SID,
};

/* Which part of the event a field stands in. */
enum field_part {
	PART_DATA,	/* EventData/Data: insertion strings */
	PART_USER,	/* below UserData */
	PART_RENDERING,	/* RenderingInfo: text made on the source computer */
	PART_OTHER,	/* DebugData, ProcessingErrorData and the like */
};

struct field {
	/*
	 * The Name attribute of Data; empty when positional.  Below
	 * UserData the path of element names under its one child, joined
	 * with "/", attributes as "/@name".
	 */
	struct str	name;
	struct str	text;	/* the value as Windows renders it */
	uint64_t	number;	/* of INT (two's complement), UINT, HEX, BOOL,
				 * TIME (FILETIME); else 0 */
	struct span	bytes;	/* of BINARY; else empty */
	enum value_type	type;
	enum field_part	part;
};

enum {
	EVENT_LITERAL	= 1,	/* no template (forwarded logs) */
	EVENT_LOSSY	= 2,	/* a text held invalid characters */
	EVENT_CUT	= 4,	/* a cap was hit: error says which */
	EVENT_INFERRED	= 8,	/* template or name found elsewhere, by GUID
				 * and hash, or in its place by a damaged id;
				 * or sizes, number, id or time told by what
				 * all records have in the same place */
};

/* -1 in an int of the event: the element is absent. */
#define EVENT_ABSENT (-1)

/* A whole decoded event.  Text and arrays live in the arena it was
 * decoded into or in the log; they are good until its next record. */
struct event {
	struct record	 at;

	/* System */
	struct str	 provider;	/* Name */
	struct str	 source;	/* EventSourceName; often empty */
	struct str	 guid;
	uint16_t	 id;		/* low 16 bits: what people call it */
	int32_t		 qualifiers;	/* high 16 bits of a classic id */
	int		 version, level, task, opcode;
	bool		 has_keywords;
	uint64_t	 keywords;
	uint64_t	 time;		/* TimeCreated; 0 absent */
	uint64_t	 record_id;	/* EventRecordID, what Event Viewer
					 * shows; at.id when absent */
	struct str	 activity, related_activity;
	int64_t		 process, thread;
	struct str	 channel;	/* .evt: empty (triage infers it) */
	struct str	 computer;
	struct str	 user;		/* SID */

	/* The payload. */
	const struct field *fields;	/* in document order */
	size_t		 nfields;
	bool		 has_binary;	/* a Binary element (or .evt data) */
	struct span	 binary;	/* its bytes: the "data words" */
	struct str	 message;	/* RenderingInfo/Message or empty */
	struct str	 user_root;	/* name of UserData's one child */
	struct str	 other_section;	/* name of what holds PART_OTHER */

	unsigned	 flags;		/* EVENT_* */
	const char	*error;		/* why it is incomplete, or NULL;
					 * constant text */
};

/* The i-th insertion string (%1 is i == 0): the i-th field of PART_DATA;
 * NULL if there are fewer. */
const struct field *event_string(const struct event *e, size_t i);
/* The first field of PART_DATA or PART_USER with that name (ASCII case
 * ignored), or NULL. */
const struct field *event_field(const struct event *e, const char *name);
/* Copies everything that it points to into a, so that it lasts as long. */
void		 event_own(struct arena *a, struct event *e);
/* Is name the provider or the classic source of e?  Case ignored. */
static inline bool
event_from(const struct event *e, const char *name)
{
	return str_caseis(e->provider, name) ||
	    (e->source.n > 0 && str_caseis(e->source, name));
}

#endif
