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

#endif
