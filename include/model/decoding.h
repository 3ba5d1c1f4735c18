/*
 * What the decode command makes of a code, of data words or of an event
 * that somebody has in hand: every reading that fits, best first.
 */
#ifndef EVTRIAGE_MODEL_DECODING_H
#define EVTRIAGE_MODEL_DECODING_H

#include "model/bugcheck.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/finding.h"

enum reading_kind {
	READING_CODE,		/* a number, by every table that has it */
	READING_SEARCH,		/* rows of the code book that fit a text */
	READING_DATA,		/* the data section of an event */
	READING_EVENT,		/* a whole event, or a STOP line as one */
};

/* A row of the code book. */
struct code_row {
	const char	*family;	/* "NTSTATUS" */
	uint32_t	 value;
	const char	*symbol;	/* NULL: what note says of its bits */
	const char	*meaning;	/* or NULL */
	struct str	 note;
	struct bugcheck_sheet sheet;	/* of a bug check, else empty */
};

/* One reading of one thing that was given. */
struct reading {
	enum reading_kind kind;
	struct str	 given;		/* the code or text; else empty */
	const char	*layout;	/* of data: "IO_ERROR_LOG_PACKET" */
	uint64_t	 value;		/* READING_CODE */
	struct code_row	*rows;	/* CODE, SEARCH */
	size_t		 nrows, more;	/* more: found, but not kept */
	const struct event *event;	/* DATA, EVENT */
	size_t		 base;		/* offset of its first byte */
	const struct facts *facts;	/* DATA, EVENT */
};

/* An article (rule) that prints such data. */
struct article {
	struct str		 rule, title;
	struct str		 provider;
	uint16_t		 event_id;
	const struct str	*conditions;	/* what tells it apart */
	size_t			 nconditions;
};

struct decoding {
	struct reading		*readings;
	size_t			 nreadings, readings_cap;
	struct str		*remarks;	/* misprints and the like */
	size_t			 nremarks, remarks_cap;
	struct article		*articles;
	size_t			 narticles, articles_cap;
	const struct report	*report;	/* diagnosis, or NULL */
	bool			 unknown;	/* something was in no table */
};

#endif
