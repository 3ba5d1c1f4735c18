/*
 * The gate between text of events and a person's terminal (or a text
 * file: the same).  Control characters, ESC, C1, bidi controls, zero-width
 * and other invisible characters, line and paragraph separators, lone
 * surrogates and invalid bytes come out as visible escapes (\x1b, \u202e,
 * \ud800), so that one event cannot move the cursor, reorder a line or
 * start a new one.  Backslash itself is left alone: Windows paths stay
 * readable.
 */
#ifndef EVTRIAGE_BASE_GATE_H
#define EVTRIAGE_BASE_GATE_H

#include "base/arena.h"
#include "base/out.h"
#include "base/str.h"

void		gate_text(struct out *o, struct str s);
/* The same, into an arena: for wrapping and measuring. */
struct str	gate_text_str(struct arena *a, struct str s);
/* True if cp must not reach a terminal or a log line as it is. */
bool		gate_is_unsafe(uint32_t cp);

/*
 * A cell of CSV (RFC 4180).  Spreadsheets take a cell that begins with
 * = + - @ (full-width forms too), TAB or CR for a formula: it gets an
 * apostrophe in front.  Quoted when it has to be; what gate_text escapes
 * is escaped here too, so that an event is one line.
 */
void		gate_csv(struct out *o, struct str s);
/*
 * Text or an attribute's value in XML 1.0, between quotes of either kind.
 * Characters that are allowed but not fit to be seen, and white space that
 * a parser would change, as references; those that no reference can stand
 * for (most control characters, surrogates, U+FFFE, U+FFFF, invalid bytes)
 * as visible escapes.
 */
void		gate_xml(struct out *o, struct str s);
/* The name of an element or attribute: what cannot stand in a name is
 * replaced by "_". */
void		gate_xml_name(struct out *o, struct str s);

#endif
