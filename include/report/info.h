/*
 * What a log holds, at a glance.  Filled by the info command, printed by
 * report_info_text and report_info_json.
 */
#ifndef EVTRIAGE_REPORT_INFO_H
#define EVTRIAGE_REPORT_INFO_H

#include "base/clock.h"
#include "base/out.h"
#include "model/host.h"
#include "model/input.h"
#include "report/report.h"

struct info_count {
	struct str	name;		/* empty: the event names none */
	uint64_t	n;		/* events */
};

/* The most frequent first, equals by name. */
struct info_counts {
	struct info_count *v;
	size_t		 n, cap;
	uint64_t	 others;	/* events of names beyond
					 * CAP_INFO_NAMES */
};

/* Between two records that follow each other by number. */
struct info_silence {
	uint64_t	from, to;	/* FILETIME */
	uint64_t	before, after;	/* numbers of the records */
};
enum { INFO_SILENCES = 5 };
#define INFO_SILENCE CLOCK_HOUR

struct info {
	struct input	 input;		/* matched is not used */
	bool		 any;		/* a record was read */
	uint64_t	 first_id, last_id;	/* lowest, highest number */
	struct info_counts computers, channels, providers;
	/* The longest, longest first, of those of INFO_SILENCE and more. */
	struct info_silence silences[INFO_SILENCES];
	size_t		 nsilences;
	uint64_t	 backwards;	/* records older than the one before
					 * by more than a minute */
	const struct host *hosts;
	size_t		 nhosts;
	const struct problem *problems;	/* of this input */
	size_t		 nproblems, problems_dropped;
};

void	report_info_text(struct out *o, const struct info *i,
	    const struct report_options *opt);

/* One document, schema evtriage.info/1 (include/report/info.schema.json);
 * begin, one info after another, end. */
struct json;
void	report_info_json_begin(struct json *j);
void	report_info_json(struct json *j, const struct info *i);
void	report_info_json_end(struct json *j, struct sandbox s);

#endif
