/*
 * The read receipt: what was read of each input and what could not be
 * read.  Nothing is lost without a line here.
 */
#ifndef EVTRIAGE_MODEL_INPUT_H
#define EVTRIAGE_MODEL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

enum grade {
	GRADE_NOTE,	/* worth knowing, nothing lost */
	GRADE_RECORD,	/* records lost or incomplete */
	GRADE_FILE,	/* the input, or the rest of it, is lost */
};

#define NO_OFFSET UINT64_MAX

struct problem {
	struct str	path;
	uint64_t	offset;		/* NO_OFFSET when there is none */
	enum grade	grade;
	struct str	message;	/* may hold text from outside */
};

struct problems {
	struct arena	*arena;		/* where items live */
	struct str	 path;		/* given to new items */
	struct problem	*v;
	size_t		 n, cap;
	size_t		 dropped;	/* beyond CAP_PROBLEMS a path */
	enum grade	 worst;		/* of all, dropped ones too */
	size_t		 lost;		/* how many of grade record or file */
	bool		 any;
};

/* Adds one; the message is formatted into the arena. */
void		problem_add(struct problems *p, enum grade g, uint64_t offset,
		    const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));

struct id_range { uint64_t first, last; };

/*
 * Counts of one input; filled by the reader.  Every record returned is
 * counted in read, torn or recovered; header, valid, unused and bad bytes
 * are all bytes of the input, which log_close checks.
 */
struct tally {
	uint64_t	 read;		/* live + tail + resync records */
	uint64_t	 tail, resync;	/* of these */
	uint64_t	 torn;		/* returned as far as they go, of XML
					 * not at all */
	uint64_t	 recovered;	/* slack and orphan records returned */
	uint64_t	 undecodable;	/* returned, but not decoded whole */
	uint64_t	 inferred;	/* ... by what stands elsewhere */
	uint64_t	 slack;		/* slack and orphan records seen, not
					 * returned: see log_open_recover */
	/* Chunks of EVTX: whole ones, empty ones, damage. */
	uint64_t	 units_valid, units_zero, units_bad;
	uint64_t	 bytes_header, bytes_valid, bytes_unused;
	uint64_t	 bytes_bad;
	uint64_t	 bad_checksums;
	struct id_range	*missing;	/* ids that should be there */
	size_t		 nmissing, missing_cap;
	uint64_t	 missing_dropped;	/* ranges beyond CAP_MISSING */
	bool		 dirty;		/* was not closed properly */
	bool		 complete;	/* all that should be there was read */
};

/* Ids first..last should be there and are not: listed, and a problem. */
void		tally_missing(struct tally *t, struct arena *a,
		    struct problems *p, uint64_t offset, uint64_t first,
		    uint64_t last);

struct input {
	struct str	 path;
	const char	*format;	/* "evtx", "evt", "xml", "raw" (bytes
				 * searched for records); NULL unknown */
	uint64_t	 bytes;		/* read */
	struct tally	 tally;
	uint64_t	 matched;	/* events that some rule asked for */
	uint64_t	 first, last;	/* times of events */
};

#endif
