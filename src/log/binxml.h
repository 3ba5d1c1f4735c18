/*
 * BinXML ([MS-EVEN6] 2.2.12 and what Windows writes in .evtx): values and
 * the token walker.  Everything is addressed by offsets within a chunk.
 */
#ifndef EVTRIAGE_SRC_LOG_BINXML_H
#define EVTRIAGE_SRC_LOG_BINXML_H

#include "log/ops.h"

/* Type byte of a value; BX_ARRAY may be set in it. */
enum {
	BX_NULL = 0x00, BX_STRING = 0x01, BX_ANSI = 0x02, BX_INT8 = 0x03,
	BX_UINT8 = 0x04, BX_INT16 = 0x05, BX_UINT16 = 0x06, BX_INT32 = 0x07,
	BX_UINT32 = 0x08, BX_INT64 = 0x09, BX_UINT64 = 0x0A, BX_REAL32 = 0x0B,
	BX_REAL64 = 0x0C, BX_BOOL = 0x0D, BX_BINARY = 0x0E, BX_GUID = 0x0F,
	BX_SIZET = 0x10, BX_FILETIME = 0x11, BX_SYSTEMTIME = 0x12,
	BX_SID = 0x13, BX_HEX32 = 0x14, BX_HEX64 = 0x15, BX_HANDLE = 0x20,
	BX_XML = 0x21, BX_EVTXML = 0x23,
	BX_ARRAY = 0x80,
};

/*
 * One value as Windows renders it.  A type that is not known, or a size
 * that does not fit the type, gives the bytes as VALUE_BINARY: nothing is
 * lost.  *lossy is set when text held what XML cannot (it is kept).
 */
void	value_decode(struct arena *a, unsigned type, struct span bytes,
	    struct value *v);
/* The next item of an array value; false when there is none left.  *at
 * starts at 0. */
bool	value_item(unsigned type, struct span bytes, size_t *at,
	    struct span *item);

/* Text of names met in a chunk, so that each is converted once. */
struct name_slot {
	uint32_t	offset;		/* 0: free */
	struct str	text;
	uint32_t	size;		/* of the whole name structure */
};
enum { NAME_SLOTS = 512 };

struct chunk {
	struct span	 bytes;		/* of the whole chunk */
	struct arena	*names_arena;	/* reset with every chunk */
	struct name_slot names[NAME_SLOTS];
};
/* A new chunk: forgets what was cached of the last. */
void	chunk_begin(struct chunk *c, struct arena *names, struct span bytes);

/* Walk the BinXML of a record, [off, end) of the chunk, into b. */
void	binxml_walk(struct chunk *c, struct arena *a, struct builder *b,
	    size_t off, size_t end);

/* How the record begins: 0x0C behind the fragment header means a template
 * instance, anything else literal elements. */
bool	binxml_is_literal(const struct chunk *c, size_t off, size_t end);

#endif
