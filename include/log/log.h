/*
 * One interface to every kind of log.  A reader goes strictly forward
 * through its source, returns every record, and accounts for every byte
 * that it could not read.
 *
 *	log = log_open(arena, source, problems);
 *	while (log_next(log, &record) == LOG_RECORD) {
 *		log_ident(log, &ident);		cheap: decides if more is wanted
 *		log_event(log, arena, &event);	everything
 *	}
 *	log_close(log, &tally);
 *
 * Records come in file order, a .evt ring oldest first.  The chunks of an
 * EVTX ring that has wrapped come as they lie in the file (it may be a
 * pipe): whoever needs the order of events goes by record.id.
 *
 * To add a format: write its struct log_ops (src/log/ops.h) and a row in
 * the table of log.c.
 */
#ifndef EVTRIAGE_LOG_LOG_H
#define EVTRIAGE_LOG_LOG_H

#include "base/arena.h"
#include "base/source.h"
#include "base/xml.h"
#include "model/event.h"
#include "model/input.h"

struct log;

enum log_step { LOG_RECORD, LOG_END };

/* What decides whether a record is wanted, found without decoding the
 * rest.  Borrowed until the next log_next. */
struct ident {
	struct str	provider, source, computer;
	uint16_t	id;
	uint64_t	time;	/* TimeCreated, FILETIME */
	bool		known;	/* false: only log_event can tell */
	/* Of one log, the same number: the same provider and source.  0:
	 * they have none. */
	uint64_t	names;
	/* The same of the computer. */
	uint32_t	where;
};

/*
 * Recognise the source by its content and open it.  NULL when it is no
 * log: the reason is then in problems (grade file).  arena must outlive
 * the log.  A damaged header is a problem, not a refusal.
 */
struct log	*log_open(struct arena *a, struct source *s,
		    struct problems *problems);
/*
 * The same, and what lies in unused space, in bytes without a header and
 * (when no reader recognises the source) anywhere in raw bytes such as a
 * disk image is returned too, as RECORD_SLACK and RECORD_ORPHAN: records of
 * .evtx and, in damage and raw bytes, of .evt.  log_open only counts these.
 */
struct log	*log_open_recover(struct arena *a, struct source *s,
		    struct problems *problems);
/*
 * The same as log_open with Debian's libevtx, in a process of its own
 * (src/log/libevtx.c); other formats than .evtx are refused.  A second
 * opinion: slow and with known mistakes.
 */
struct log	*log_open_libevtx(struct arena *a, struct source *s,
		    struct problems *problems);
/* What that reader says of events and (REFUSES) of chunks. */
#define LIBEVTX_CANNOT	"libevtx cannot decode it"
#define LIBEVTX_REFUSES	"libevtx does not open this chunk"
#define LIBEVTX_NO_XML	"what libevtx makes of it is no XML"
/* One of the three ways to open a log. */
typedef struct log *log_opener(struct arena *a, struct source *s,
		    struct problems *problems);

/*
 * Ranges, for who has one log read by several readers at once (each with a
 * descriptor of its own).  A range ends before the next unit behind `from`
 * that is a multiple of step and not behind last; so those from 0, step,
 * 2 step ... last are the log, in this order, if each ends where the next
 * begins.  Where anything is to be said of the log a range goes on to the end
 * of the file instead, and is then the last that counts.  What it returns,
 * and its problems, are those of one reader of the whole file, but for notes
 * about record ids; the tally is of the range.
 */
struct log_range {
	uint64_t	from, step, last;	/* units: 64 KiB */
};
#define LOG_UNIT	65536
#define LOG_TO_END	UINT64_MAX
/* Has a file that begins like this ranges? */
bool		 log_has_ranges(struct span first);
struct log	*log_open_range(struct arena *a, struct source *s,
		    struct problems *problems, const struct log_range *r);
/* Where the next range has to begin, or LOG_TO_END. */
uint64_t	 log_range_end(const struct log *l);

const char	*log_format(const struct log *l);	/* see model/input.h */
/* Does some reader recognise a file that begins like this (SOURCE_PEEK
 * bytes or all of it)? */
bool		 log_sniff(struct span first);
enum log_step	 log_next(struct log *l, struct record *r);
/* About the record that log_next returned last. */
void		 log_ident(struct log *l, struct ident *id);
/*
 * What it says apart from the circumstances, as bytes: of two records of
 * one log with the same bytes and the same rest log_event makes the same,
 * except for the record, time, record id, process, thread and activities.
 * The rest is borrowed until the next log_next.  False: it is not known (then
 * only decoding can tell).
 */
enum { LIKENESS_MOST = 2048 };		/* of either */
struct likeness {
	uint64_t	time, record_id;	/* of this one */
	struct span	rest;
	size_t		n;
	uint8_t		bytes[LIKENESS_MOST];
};
bool		 log_likeness(struct log *l, struct likeness *k);
/*
 * Decode it whole into a.  False when something is missing: e->error says
 * what (constant text), every field that could be read is there, and a
 * problem with the offset has been added (for a torn record already by
 * log_next).
 */
bool		 log_event(struct log *l, struct arena *a, struct event *e);
/* Ends the reading (checks what is to be checked at the end), fills
 * tally, which lives in the arena of log_open. */
void		 log_close(struct log *l, struct tally *t);

/*
 * One <Event> element, as Event Viewer shows it, from a parsed tree: for
 * rules' examples and pasted events.  False when it is no event; *why then
 * says what is wrong (constant text).
 */
bool		 event_from_xml(struct arena *a, const struct xml_node *n,
		    struct event *e, const char **why);

#endif
