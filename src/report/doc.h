/*
 * A report as a document: headings, paragraphs, tables, lists.  What it
 * says is written once (doc.c, doc_host.c, doc_problem.c, doc_inputs.c);
 * how that looks in HTML and in markdown is a table of functions each
 * (html.c, md.c), which pass every text through their gate.
 */
#ifndef EVTRIAGE_REPORT_DOC_H
#define EVTRIAGE_REPORT_DOC_H

#include "base/arena.h"
#include "base/out.h"
#include "base/str.h"
#include "report/plan.h"
#include "report/report.h"

struct doc;

/*
 * Between begin and end of a heading, paragraph, cell or item stand inline
 * pieces: lit, text, code, mark, link, jump, line.  lit is text of the
 * program, without characters that mean something in markdown; of its own
 * spaces every piece takes care.
 */
struct doc_ops {
	void	(*open)(struct doc *d, struct str title);
	void	(*close)(struct doc *d);
	/* A part that belongs together; a name for styles. */
	void	(*part)(struct doc *d, const char *kind);
	void	(*part_end)(struct doc *d);
	/* number: for jumps to it, 0 for none. */
	void	(*heading)(struct doc *d, unsigned level, size_t number);
	void	(*heading_end)(struct doc *d, unsigned level);
	void	(*para)(struct doc *d);
	void	(*para_end)(struct doc *d);
	/* heads: n of them, "" for none; the first cell of a row heads
	 * it. */
	void	(*table)(struct doc *d, const char *const *heads, size_t n);
	void	(*table_end)(struct doc *d);
	void	(*row)(struct doc *d);
	void	(*row_end)(struct doc *d);
	void	(*cell)(struct doc *d);
	void	(*cell_end)(struct doc *d);
	void	(*list)(struct doc *d, bool numbered);
	void	(*list_end)(struct doc *d);
	void	(*item)(struct doc *d);
	void	(*item_end)(struct doc *d);
	/* The last of an item: a command to be copied. */
	void	(*command)(struct doc *d, struct str s);

	void	(*lit)(struct doc *d, const char *program_text);
	void	(*text)(struct doc *d, struct str s);
	void	(*code)(struct doc *d, struct str s);
	/* A word that stands out; kind is a name for styles. */
	void	(*mark)(struct doc *d, const char *kind, const char *words);
	/* s, which leads to url; s alone when that is no http or https. */
	void	(*link)(struct doc *d, struct str url, struct str s);
	/* s, which leads to the heading of that number. */
	void	(*jump)(struct doc *d, size_t number, struct str s);
	void	(*line)(struct doc *d);		/* ends one in a cell */
};

struct doc {
	struct out		*o;
	const struct doc_ops	*ops;
	struct arena		 a;	/* of what is being said */
	struct arena		 kept;	/* to the end */
	const struct report	*r;
	bool			 verbose, quiet;
	/* Of the renderer: */
	bool			 numbered;
	bool			 line_due;	/* before the next piece */
	bool			 closed;	/* the item, by a command */
	unsigned		 item;		/* in its list, from 1 */
	unsigned		 cell;		/* in its row, from 1 */
};

/* doc.c: all of it. */
void	doc_report(struct doc *d, const struct report *r,
	    const struct report_options *opt);
void	doc_lit(struct doc *d, const char *program_text);
void	doc_text(struct doc *d, struct str s);
void	doc_code(struct doc *d, struct str s);
/* A cell with nothing but s in it. */
void	doc_cell(struct doc *d, struct str s);
/* A row of two cells is open in its second. */
void	doc_row(struct doc *d, const char *head);
void	doc_row_end(struct doc *d);

/* doc_host.c: what is known of a computer, and its boots. */
void	doc_host(struct doc *d, const struct host *h);
/* doc_problem.c: n findings of one problem, best first. */
void	doc_problem(struct doc *d, const struct finding *f, size_t n,
	    size_t number);
/* The severity as a mark. */
void	doc_severity(struct doc *d, enum severity s);
/* doc_inputs.c: what could not be read; what was. */
void	doc_unread(struct doc *d);
void	doc_inputs(struct doc *d);

#endif
