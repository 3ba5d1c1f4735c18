/*
 * The gates: every way of text of events to a stream, but for JSON
 * (base/json.h).  One function for each place where text can stand.
 *
 * The first is that to a person's terminal (or a text file: the same).
 * Control characters, ESC, C1, bidi controls, zero-width and other
 * invisible characters, line and paragraph separators, lone surrogates and
 * invalid bytes come out as visible escapes (\x1b, \u202e, \ud800), so
 * that one event cannot move the cursor, reorder a line or start a new
 * one.  Backslash itself is left alone: Windows paths stay readable.
 */
#ifndef EVTRIAGE_BASE_GATE_H
#define EVTRIAGE_BASE_GATE_H

#include "base/arena.h"
#include "base/out.h"
#include "base/span.h"
#include "base/str.h"

void		gate_text(struct out *o, struct str s);
/* The same, into an arena: for wrapping and measuring. */
struct str	gate_text_str(struct arena *a, struct str s);
/* True if cp must not reach a terminal or a log line as it is. */
bool		gate_is_unsafe(uint32_t cp);

/*
 * Lines that another process has made, all of whose text has passed a gate
 * there; cut anywhere.  That process read a log and may have been turned
 * against us: false, and nothing is written, when there is in it what could
 * steer a terminal and no gate lets through (control characters but TAB, CR
 * and LF, and DEL).
 */
bool		gate_passed(struct out *o, struct span lines);

/*
 * A cell of CSV (RFC 4180).  Spreadsheets take a cell that begins with
 * = + - @ (full-width forms too), TAB, CR or LF, perhaps behind spaces,
 * for a formula: it gets an apostrophe in front, and so does a cell that
 * begins with an apostrophe.  To have the text again, take one apostrophe
 * off a cell that begins with one.  Quoted when it holds a quote or what
 * separates cells, the semicolon of other countries too; what gate_text
 * escapes is escaped here too, so that an event is one line.
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

/*
 * Text or an attribute's value, between quotes of either kind, in HTML
 * that is XML too.  What gate_text escapes is escaped here too: a
 * reference would bring the character itself before the reader's eyes.
 */
void		gate_html(struct out *o, struct str s);
/*
 * The address of a link, for href="" in HTML and for (<...>) in markdown:
 * what may not stand in an address becomes %XX, & becomes &amp;, which
 * both formats read back.  False, and nothing written, unless it is http
 * or https.
 */
bool		gate_url(struct out *o, struct str s);

/*
 * Markdown (GitHub's): running text, in a paragraph, an item or a cell of
 * a table, at the begin of a line too.  What has a meaning there gets a
 * backslash or becomes a reference; what GitHub makes links of (@name,
 * #12, http://, www.) is broken by an empty comment.  Emoji names (:x:)
 * are left.  What gate_text escapes is escaped, so that it is one line.
 */
void		gate_md(struct out *o, struct str s);
/* ... as a code span: for names and values.  Text with | in it goes the
 * way of gate_md, since a code span in a table cannot hold that. */
void		gate_md_code(struct out *o, struct str s);
/* ... as a fenced block, each of its three lines behind indent spaces:
 * for commands, to be copied. */
void		gate_md_block(struct out *o, struct str s, unsigned indent);

#endif
