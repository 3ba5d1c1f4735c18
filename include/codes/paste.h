/*
 * Reading what people paste: the data of an event as Event Viewer or an
 * article shows it, codes in any notation, a STOP line.  Misprints are
 * tolerated where one reading is left, and every one is pointed out.
 */
#ifndef EVTRIAGE_CODES_PASTE_H
#define EVTRIAGE_CODES_PASTE_H

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

#define PASTE_REMARKS	16

struct paste {
	struct span	bytes;
	size_t		base;		/* offset of the first one: articles
					 * print parts too */
	bool		words;		/* they were printed as words */
	struct str	remarks[PASTE_REMARKS];
	size_t		nremarks;
};

/* White space of every kind, quotes and dashes of word processors to
 * plain ones; CR to nothing.  Copies into a. */
struct str	paste_plain(struct arena *a, struct str s);
/*
 * Data: lines of hexadecimal words (8 digits) or bytes (2), with or
 * without offset ("0000:") and ASCII column, words around them; or the
 * content of a <Binary> element (one run of 16 digits or more).  False
 * when s holds no such thing.  What has no offsets must hold at least
 * least groups, to be told from single codes.  s is plain.
 */
bool		paste_data(struct arena *a, struct str s, size_t least,
		    struct paste *p);
/*
 * A code in any notation: 0xC000009A, c000009a, C000009Ah, 3221225626,
 * -1073741670.  Fills up to two values (digits alone may be decimal or
 * hexadecimal), the likelier first; returns how many.  *remark says what
 * was a misprint, else it is empty.
 */
size_t		paste_code(struct arena *a, struct str s, uint64_t v[2],
		    struct str *remark);
/* The value of "Source: Srv" or "Event ID: 2020" in the text of an event,
 * or empty. */
struct str	paste_label(struct str s, const char *label);
/* "BugCheck 7F, {8, 0, 0, 0}" as a debugger prints it, rewritten as a STOP
 * line; other text unchanged. */
struct str	paste_stop(struct arena *a, struct str s);

#endif
