/*
 * A page of text for people: words set in columns.  The page knows in
 * which column it stands, wraps between words and passes everything
 * through the gate before it measures it, so that neither a colour escape
 * nor a hostile name can spoil the count.
 */
#ifndef EVTRIAGE_REPORT_PAGE_H
#define EVTRIAGE_REPORT_PAGE_H

#include "base/arena.h"
#include "base/out.h"
#include "base/str.h"
#include "model/finding.h"
#include "report/report.h"

#define PAGE_COLUMNS	80	/* when the width is not known */
#define PAGE_LEAST	40	/* narrower than this is not attempted */
#define PAGE_LABEL	17	/* where the text behind a label begins */

enum ink { INK_PLAIN, INK_BOLD, INK_RED, INK_YELLOW, INK_GREEN };

struct page {
	struct out	*o;
	struct arena	 a;		/* of what is being set */
	unsigned	 columns;
	unsigned	 indent;	/* of the lines that follow in a
					 * paragraph */
	unsigned	 at;		/* column of the next character */
	bool		 begun;		/* something stands before it that a
					 * gap has to follow */
	enum ink	 ink;		/* what the stream shows now */
	enum ink	 want;		/* what the next text shall have */
	bool		 verbose;
	bool		 quiet;
};

struct page	page_begin(struct out *o, const struct report_options *opt);
void		page_free(struct page *p);

/*
 * A paragraph: begin it with page_indent() or page_label(), set words and
 * pieces, end it with page_end().  What was made in the page's arena
 * meanwhile is gone then.
 */
/* Begin at column indent. */
void		page_indent(struct page *p, unsigned indent);
/* Begin at PAGE_LABEL, the label standing in its margin. */
void		page_label(struct page *p, const char *label);
/* Words, wrapped between each other; only a word longer than a line is
 * broken. */
void		page_words(struct page *p, struct str s);
void		page_lit(struct page *p, const char *program_text);
/* gap spaces, then s in one piece, on a line of its own when it does not
 * fit.  Never broken: for names, paths and commands. */
void		page_whole(struct page *p, unsigned gap, struct str s);
void		page_whole_lit(struct page *p, unsigned gap,
		    const char *program_text);
/* s in one piece from a column of this line on, two spaces behind what
 * already stands there at least. */
void		page_cell(struct page *p, unsigned column, struct str s);
/* A short piece (255 bytes) of program text and numbers. */
void		page_fmt(struct page *p, unsigned gap, const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));
/* End the paragraph. */
void		page_end(struct page *p);
/* An empty line. */
void		page_blank(struct page *p);

/* Colour of the text that follows, when the stream wants colour; gaps and
 * line ends have none. */
void		page_ink(struct page *p, enum ink ink);

/* 48113 as "48,113"; "1 event", "2 events". */
struct str	page_number(struct arena *a, uint64_t n);
/* "3 d 4 h", "4 h 10 min", "10 min", "6 s"; t in FILETIME units. */
struct str	page_duration(struct arena *a, uint64_t t);
struct str	page_count(struct arena *a, uint64_t n, const char *one,
		    const char *many);
/* Columns that s takes once it is through the gate. */
unsigned	page_width(struct page *p, struct str s);

#endif
