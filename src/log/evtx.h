/*
 * The parts of the EVTX reader: evtx.c (the file: header, 64 KiB units),
 * evtx_chunk.c (records of one chunk), orphan.c (records of any format in
 * bytes that are no chunk), library.c (templates for records that lost
 * theirs).
 */
#ifndef EVTRIAGE_SRC_LOG_EVTX_H
#define EVTRIAGE_SRC_LOG_EVTX_H

#include "log/binxml.h"

enum { EVTX_HEADER = 4096, EVTX_UNIT = LOG_UNIT, EVTX_CHUNK_HEADER = 512,
    EVTX_RECORD_MIN = 28, EVTX_RECORD_MAGIC = 0x2A2A };

/* Where in a chunk the walk is. */
enum evtx_part {
	EVTX_RECORDS,	/* up to the free-space offset */
	EVTX_TAIL,	/* behind it, while the ids continue */
	EVTX_REST,	/* unused space: slack */
	EVTX_OVER,
};

/* The ring of a .evt that was met in bytes that are no chunk: from behind
 * its header to where its file ends. */
struct carved_ring {
	uint64_t	begin, end;
};
/* More of them are of no use: a record lies not far behind its header. */
enum { CARVED_RINGS = 4 };

/* What is known from one stretch of such bytes to the next. */
struct carver {
	struct arena		arena;		/* a record */
	uint64_t		reached;	/* by the last */
	struct carved_ring	rings[CARVED_RINGS];
	size_t			nrings;		/* met */
};

/* One chunk being walked. */
struct evtx_walk {
	struct log	*log;
	struct span	 bytes;		/* of the chunk; shorter than the
					 * unit when another begins in it */
	uint64_t	 offset;	/* of the chunk in the file */
	enum evtx_part	 part;
	size_t		 at;		/* next place to look at */
	size_t		 live_end;	/* free-space offset */
	bool		 broken;	/* behind a break */
	bool		 any;		/* a record was found */
	uint64_t	 first, last;	/* ids found: of the first, the last */
	uint64_t	 first_id, last_id;	/* as the header has them */
	bool		 trusted;	/* header checksum is right */
	bool		 orphan;	/* there is no header: orphan.c */
	size_t		 heads;		/* ... records begin below this */
	bool		 evt;		/* ... the last is one of .evt */
	struct span	 apart;		/* ... which the bytes do not hold as
					 * one */
	struct carver	*carver;
	uint64_t	 rest;		/* records seen in the rest */
};

bool		evtx_is_chunk(struct span s);
/* How many bytes at the end may be the begin of a chunk. */
size_t		evtx_magic_begun(struct span s);
/* Reads the header and verifies the checksums. */
void		evtx_chunk_open(struct evtx_walk *w, struct log *l,
		    struct span bytes, uint64_t offset);
enum log_step	evtx_chunk_next(struct evtx_walk *w, struct record *r);
/* Does a record begin at off?  0: no.  Else its size, which is beyond the
 * bytes or contradicted by its copy when *torn is set. */
uint32_t	evtx_record_at(struct span bytes, size_t off, bool *torn);
/* What its header says of the record at w->at. */
void		evtx_record_fill(const struct evtx_walk *w, size_t size,
		    enum record_state state, struct record *r);
/* Bytes that are no chunk, walked for the records that begin below heads;
 * at the end w->bytes are those that were walked. */
void		evtx_orphan_open(struct evtx_walk *w, struct log *l,
		    struct span bytes, size_t heads, uint64_t offset,
		    struct carver *carver);
enum log_step	evtx_orphan_next(struct evtx_walk *w, struct record *r);
/* The bytes of the .evt record returned last, until the next. */
struct span	evtx_orphan_evt(const struct evtx_walk *w, uint64_t offset,
		    uint32_t size);

/*
 * Templates of the whole file by their id, for records whose own chunk no
 * longer holds theirs.  Chunks that define new ones are kept as they are,
 * up to CAP_LIBRARY.
 */
struct library	*library_new(struct arena *a);
/* What the header of a chunk lists. */
void		 library_learn(struct library *lib, struct span chunk);
/* Everything in a source that can be read at will; a pipe teaches nothing
 * in advance. */
void		 library_read(struct library *lib, struct source *s);

/* What most records are: the next one of a sound chunk, right behind the
 * last.  False: it takes a closer look. */
static inline bool
evtx_plain_next(struct evtx_walk *w, struct record *r)
{
	size_t left = w->live_end - w->at;
	const uint8_t *p = w->bytes.p + w->at;
	uint32_t size;

	if (w->part != EVTX_RECORDS || w->broken || !w->trusted || !w->any ||
	    w->at > w->live_end || left < EVTX_RECORD_MIN)
		return false;
	size = le32(p + 4);
	if (le32(p) != EVTX_RECORD_MAGIC || size < EVTX_RECORD_MIN ||
	    size > left || le32(p + size - 4) != size ||
	    le64(p + 8) != w->last + 1)
		return false;
	/* What is asked first of the record behind it: all of the chunk was
	 * read for its checksum, but the nearest cache is smaller. */
	__builtin_prefetch(p + size + 40);
	__builtin_prefetch(p + size + 104);
	__builtin_prefetch(p + size + 168);
	*r = (struct record){ .offset = w->offset + w->at, .id = ++w->last,
	    .written = le64(p + 16), .size = size, .state = RECORD_LIVE };
	w->at += size;
	return true;
}

#endif
