/*
 * The code book: numbers to names and back.  The tables are generated
 * from headers (src/codes/README.md says from which and how); look-ups
 * are exact, nothing is ever guessed.
 */
#ifndef EVTRIAGE_CODES_CODES_H
#define EVTRIAGE_CODES_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

enum code_family {
	CODE_NTSTATUS,	/* ntstatus.h */
	CODE_WIN32,	/* winerror.h, ERROR_* and RPC_S_*, WSAE* ... */
	CODE_BUGCHECK,	/* bugcodes.h */
	CODE_EVENT,	/* netevent.h, ntiologc.h, ioevent.h: message ids */
	CODE_FAMILIES
};

struct code {
	uint32_t	 value;
	const char	*name;
	const char	*meaning;	/* own words, or NULL */
};

const char	*code_family_name(enum code_family f);	/* "NTSTATUS" */
/* Exact; NULL when not in the book.  The canonical name comes first where
 * a value has several.  CODE_BUGCHECK: the 0x1000xxxx minidump form is
 * looked up as its plain code. */
const struct code *code_find(enum code_family f, uint32_t value);
/* By name, case ignored; NULL when unknown. */
const struct code *code_by_name(enum code_family f, struct str name);
/* A symbol of any family, as rules write it: tries the families in the
 * order of the enum, except that EVENT_* tries CODE_EVENT first.  Sets
 * *value and returns true if known. */
bool		 code_symbol(struct str name, uint32_t *value);
/* "error, facility 0xC, code 0x123": what the bits of a code that is not
 * in the book say ([MS-ERREF] 2.3 for NTSTATUS and message ids). */
struct str	 code_bits(struct arena *a, enum code_family f,
		    uint32_t value);

/* All rows of a table, sorted by value. */
size_t		 code_table(enum code_family f, const struct code **rows);

#endif
