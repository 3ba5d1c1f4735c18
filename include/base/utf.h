/*
 * Text encodings.  Inside the program text is WTF-8: UTF-8 in which a lone
 * surrogate stands as its three-byte form, so that nothing is lost.
 */
#ifndef EVTRIAGE_BASE_UTF_H
#define EVTRIAGE_BASE_UTF_H

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

/* UTF-16LE to text.  An odd last byte is dropped.  Copies into a. */
struct str	utf_from_utf16le(struct arena *a, struct span s);
/* The same into buf, which has room for 3 bytes a unit; returns how many. */
size_t		utf_write_utf16le(char *buf, struct span s);
/* Windows-1252 to text (its five undefined bytes become U+FFFD). */
struct str	utf_from_cp1252(struct arena *a, struct span s);
/* Bytes that claim to be UTF-8: invalid sequences become U+FFFD. */
struct str	utf_from_utf8(struct arena *a, struct span s);
/* Encode cp (may be a surrogate) into buf; returns 1..4. */
size_t		utf_encode(uint32_t cp, char buf[4]);
/*
 * Decode the character of s at *at and move *at behind it.  Surrogates
 * come back as themselves; a byte that starts no valid sequence comes back
 * as UTF_BAD + byte, and *at moves by one.
 */
#define UTF_BAD 0x80000000u
uint32_t	utf_next(struct str s, size_t *at);
/* Columns that a terminal uses for cp: 0, 1 or 2. */
int		utf_width(uint32_t cp);

#endif
