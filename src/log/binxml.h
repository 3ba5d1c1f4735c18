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
/* What an entity reference stands for; of an unknown one, itself. */
struct str value_entity(struct arena *a, struct str name);
/* Little-endian, of any size up to eight bytes. */
static inline uint64_t
le_any(struct span s)
{
	uint64_t v = 0;

	switch (s.n) {
	case 2:
		return le16(s.p);
	case 4:
		return le32(s.p);
	case 8:
		return le64(s.p);
	default:
		break;
	}
	for (size_t i = s.n; i-- > 0;)
		v = v << 8 | s.p[i];
	return v;
}

/* Two's complement of any size. */
static inline uint64_t
signed_any(struct span s)
{
	uint64_t n = le_any(s), sign = UINT64_C(1) << (8 * s.n - 1);

	return s.n < 8 && (n & sign) != 0 ? n | ~(2 * sign - 1) : n;
}

/* A whole number or a time without its text; false for anything else. */
static inline bool
value_number_only(unsigned type, struct span s, uint64_t *n)
{
	enum { NO, PLAIN, SIGNED, TIME };
	static const uint8_t kinds[] = {
		[BX_INT8] = SIGNED, [BX_INT16] = SIGNED, [BX_INT32] = SIGNED,
		[BX_INT64] = SIGNED, [BX_UINT8] = PLAIN, [BX_UINT16] = PLAIN,
		[BX_UINT32] = PLAIN, [BX_UINT64] = PLAIN, [BX_SIZET] = PLAIN,
		[BX_HEX32] = PLAIN, [BX_HEX64] = PLAIN, [BX_HANDLE] = PLAIN,
		[BX_FILETIME] = TIME,
	};
	unsigned kind = type < sizeof kinds ? kinds[type] : (unsigned)NO;

	if (kind == NO || s.n == 0 || s.n > 8)
		return false;
	*n = kind == SIGNED ? signed_any(s) : le_any(s);
	return kind != TIME || s.n == 8;
}

/* The next item of an array value; false when there is none left.  *at
 * starts at 0. */
bool	value_item(unsigned type, struct span bytes, size_t *at,
	    struct span *item);

/* Text of names met in a chunk, so that each is converted once. */
struct name_slot {
	uint32_t	offset;		/* 0: free */
	struct str	text;
	uint32_t	size;		/* of the whole name structure */
	bool		sound;		/* its hash is right */
	bool		exact;		/* ... and its length */
};
/* What finds no slot takes the place of another. */
enum { NAME_SLOTS = 512, NAME_PROBES = 8 };
/* As far as the end of a name is looked for; real ones have up to 46. */
enum { NAME_MOST = 256 };

/* Names that definitions.c knows, by where they lie in the chunk. */
struct name_known {
	uint32_t	offset;		/* 0: free */
	uint32_t	number;
};
enum { NAMES_KNOWN = 256 };

struct library;
struct definitions;
struct program;
/* The program of a definition; not usable if it cannot have one. */
struct program_slot {
	uint32_t	 offset;	/* 0: free */
	const struct program *program;
};
/* A program is made once for a chunk: what finds no slot is walked. */
enum { PROGRAMS = 128, PROGRAM_PROBES = 8 };

struct chunk {
	struct span	 bytes;		/* of the whole chunk */
	struct library	*library;	/* NULL: none */
	struct definitions *definitions; /* of the log; NULL: none */
	struct arena	*names_arena;	/* reset with every chunk */
	size_t		 spent;		/* bytes of it, about */
	bool		 strict;	/* names that are not sound are none */
	bool		 torn;		/* the record: its end is not known */
	uint32_t	 shift;		/* so far lies what was moved behind
					 * its offset, modulo 2^32 */
	bool		 unsound;	/* name_at gave such a one */
	bool		 named, cached;	/* something stands in these: */
	struct name_slot names[NAME_SLOTS];
	struct program_slot programs[PROGRAMS];
	struct name_known known[NAMES_KNOWN];	/* where cached */
};
/* A new chunk: forgets what was cached of the last. */
void	chunk_begin(struct chunk *c, struct arena *names, struct span bytes);

/* Walk the BinXML of a record, [off, end) of the chunk, into b.  True if a
 * template was taken from the library, since the chunk has it no longer. */
bool	binxml_walk(struct chunk *c, struct arena *a, struct builder *b,
	    size_t off, size_t end);

/* A record begins with a fragment header, 0F 01 01 00: how many bytes its
 * tokens are behind that, 0 without one.  *mended: its first byte is
 * damaged, and known by the others. */
size_t	binxml_behind_header(struct span record, bool *mended);

/* library.c: where a template definition can be found by its id; NULL when
 * it is not known, or not for sure. */
struct chunk *library_find(struct library *lib, uint32_t id,
	    uint32_t *offset);

/*
 * The name structure at an offset of the chunk; its size, or 0 when there
 * is none.  Windows puts a hash of it beside every name: where text has
 * been written over names, in what is recovered, only that tells.
 */
uint32_t name_at(struct chunk *c, uint32_t offset, struct str *name);
/* A name as an element or attribute refers to it: where it is. */
struct name_found {
	struct str	text;
	uint32_t	offset, size;	/* size 0: there is none */
	bool		here;		/* right behind the reference */
	bool		mended;		/* not where the offset says */
	bool		sound;		/* its hash is right */
};
/* The reader at the offset; then behind it, and behind a name that is
 * stored there. */
struct name_found name_refer(struct chunk *c, struct rd *r);

/* Low bits of a token; MORE says that an attribute, or another piece of a
 * value, follows. */
enum {
	TOK_END = 0x00, TOK_OPEN = 0x01, TOK_CLOSE_START = 0x02,
	TOK_CLOSE_EMPTY = 0x03, TOK_CLOSE = 0x04, TOK_TEXT = 0x05,
	TOK_ATTR = 0x06, TOK_CDATA = 0x07, TOK_CHAR = 0x08,
	TOK_ENTITY = 0x09, TOK_PI_TARGET = 0x0A, TOK_PI_DATA = 0x0B,
	TOK_TEMPLATE = 0x0C, TOK_HOLE = 0x0D, TOK_OPTIONAL_HOLE = 0x0E,
	TOK_HEADER = 0x0F,
	TOK_KIND = 0x1F, MORE = 0x40,
};

#endif
