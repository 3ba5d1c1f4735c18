/*
 * The parts of the EVTX reader: evtx.c (the file: header, 64 KiB units),
 * evtx_chunk.c (records of one chunk).
 */
#ifndef EVTRIAGE_SRC_LOG_EVTX_H
#define EVTRIAGE_SRC_LOG_EVTX_H

#include "log/binxml.h"

enum { EVTX_HEADER = 4096, EVTX_UNIT = 65536, EVTX_CHUNK_HEADER = 512,
    EVTX_RECORD_MIN = 28 };

/* One chunk being walked. */
struct evtx_walk {
	struct log	*log;
	struct span	 bytes;		/* of the chunk; shorter than the
					 * unit when another begins in it */
	uint64_t	 offset;	/* of the chunk in the file */
	size_t		 at;		/* next place to look at */
	size_t		 live_end;	/* free-space offset */
	bool		 broken;	/* behind a break */
	bool		 any;		/* a record was found */
	uint64_t	 last;		/* its id */
	uint64_t	 first_id, last_id;	/* as the header has them */
	bool		 trusted;	/* header checksum is right */
};

bool		evtx_is_chunk(struct span s);
/* Reads the header and verifies the checksums. */
void		evtx_chunk_open(struct evtx_walk *w, struct log *l,
		    struct span bytes, uint64_t offset);
enum log_step	evtx_chunk_next(struct evtx_walk *w, struct record *r);
/* Ids first..last should be there and are not. */
void		evtx_missing(struct log *l, uint64_t first, uint64_t last);

#endif
