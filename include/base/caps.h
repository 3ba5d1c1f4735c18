/*
 * Every ceiling of the program, with its reason.  A cap that is hit is
 * reported: it never silently cuts.
 */
#ifndef EVTRIAGE_BASE_CAPS_H
#define EVTRIAGE_BASE_CAPS_H

/* One event.  Real logs reach depth 13 and a few hundred elements; 64
 * nested elements is what the other readers allow too. */
#define CAP_EVENT_DEPTH		64
#define CAP_EVENT_TEMPLATES	8	/* nested template instances */
#define CAP_EVENT_ELEMENTS	20000
#define CAP_EVENT_TEXT		(1u << 20)	/* bytes of rendered values */
#define CAP_EVENT_VALUES	4096	/* substitution values a template */
#define CAP_EVENT_WORK		(1u << 20)	/* tokens walked, expansion
						 * of nested templates
						 * included */

/* What is kept of a chunk, in bytes: programs and plans up to the first,
 * names up to the second.  Of real chunks none needed more than 88 KB. */
#define CAP_CHUNK_PROGRAMS	(1u << 19)
#define CAP_CHUNK_NAMES		(1u << 20)

/* Inputs. */
#define CAP_EVT_FILE		(1u << 30)	/* .evt is read whole; NT's
						 * own limit is 4 GiB, real
						 * ones stay below 300 MB */
#define CAP_CARVED_RECORD	(1u << 20)	/* one of .evt, longer than the
						 * bytes at hand or cut by its
						 * ring; what it says is
						 * capped as well */
#define CAP_XML_EVENT		(4u << 20)	/* one <Event> element */
#define CAP_PROBLEMS		200		/* kept an input; the rest is
						 * counted */
#define CAP_MISSING		4096		/* ranges of ids an input */
#define CAP_LIBRARY		96		/* chunks (64 KiB) kept for
						 * their templates */
#define CAP_DEFINITIONS		(1u << 20)	/* bytes of templates of a log
						 * that are known again */
#define CAP_UNPACKED		(UINT64_C(5) << 30)	/* bytes of a packed
						 * file; Windows' own largest
						 * log is just below 4 GiB */
#define CAP_UNPACK_RATIO	2000		/* bytes out for one in; gzip
						 * gives at most 1032, which
						 * a log of zeros comes near */
#define CAP_UNPACK_FREE		(64u << 20)	/* up to here whatever ratio */
#define CAP_WALK_DEPTH		64		/* folders in folders */

/* Rules: what a hand-written file may be. */
#define CAP_RULE_FILE		(1u << 20)
#define CAP_RULE_FILES		(32u << 20)	/* together; the shipped ones
						 * are 2.6 MB */
#define CAP_RULE_IMAGE		(128u << 20)	/* what is made of them */
#define CAP_XML_DEPTH		64
#define CAP_XML_NODES		200000
#define CAP_RULE_CLAUSES	32		/* event clauses a rule */
#define CAP_CONDITIONS		32		/* fact tests a clause */

/* Observations: what leaves a log on its way to a finding. */
#define CAP_OBS_FACTS		24		/* facts kept with one */
#define CAP_OBS_TEXT		256		/* bytes of a fact's text */
#define CAP_OBS_NOTE		64		/* bytes said of its code */
#define CAP_OBS_WORDS		64		/* data words kept */
#define CAP_OBS_DETAILS		16		/* kept a clause: first and
						 * last half each */
#define CAP_OBS_TICKS		4000000		/* a computer */
#define CAP_EVIDENCE		5		/* shown a finding */

/* Names that info counts one by one, of a kind; the rest is summed. */
#define CAP_INFO_NAMES		1000

/* Facts drawn from one event. */
#define CAP_FACTS		128

#endif
