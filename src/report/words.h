/*
 * What the report calls things, in every format that is for people.  What
 * is made lives in a, or is constant or the event's own.
 */
#ifndef EVTRIAGE_REPORT_WORDS_H
#define EVTRIAGE_REPORT_WORDS_H

#include "base/arena.h"
#include "model/finding.h"

/* "Windows Server 2003", "Windows, version not known"; and behind it
 * "(5.2.3790, no service pack)", or empty. */
struct str	words_os(struct arena *a, const struct os *os);
struct str	words_version(struct arena *a, const struct os *os);
/* "2004-10-16 .. 2004-10-18"; empty when not known. */
struct str	words_span(struct arena *a, uint64_t from, uint64_t to);
/* How many sessions nobody had shut down. */
size_t		words_boots_bad(const struct host *h);
/* "3 boots, 1 ended by a crash, down 22 min" */
struct str	words_boots(struct arena *a, const struct host *h);
const char	*words_boot_end(const struct boot *b);	/* "crashed" */
/* "down 10 min"; empty when not known.  next: the session behind b. */
struct str	words_boot_down(struct arena *a, const struct boot *b,
		    const struct boot *next);
/* "known bug"; NULL for a plain fault: there is nothing to add. */
const char	*words_verdict(enum verdict v);
/* "needs a restart", NULL when there is none. */
const char	*words_risk(enum risk r);
const char	*words_result(enum result r);	/* "not met" */

#endif
