/*
 * What one log tells of one computer: gathered while it is read
 * (sighting.c), told to whoever puts the logs together as bytes
 * (harvest.c).
 */
#ifndef EVTRIAGE_SRC_TRIAGE_SIGHTING_H
#define EVTRIAGE_SRC_TRIAGE_SIGHTING_H

#include "base/out.h"
#include "log/log.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/host.h"
#include "rules/rules.h"

/* What an event says about boot sessions. */
enum mark_kind {
	/* A boot has begun.  One boot writes several of these, each kind
	 * once. */
	MARK_KERNEL_START,	/* Kernel-General 12 */
	MARK_VERSION,		/* EventLog 6009 */
	MARK_LOG_START,		/* EventLog 6005 */
	MARK_UNEXPECTED,	/* EventLog 6008; time: last alive */
	MARK_POWER,		/* Kernel-Power 41 */
	MARK_STARTS,		/* how many kinds of start there are */
	/* The end of one, in order. */
	MARK_STOP = MARK_STARTS,	/* EventLog 6006 */
	MARK_KERNEL_STOP,	/* Kernel-General 13; may come late */
	/* About the session before. */
	MARK_BUGCHECK,
	MARK_TOLD,		/* USER32 1076: what somebody says it was */
	/* About the session that it stands in. */
	MARK_ASKED,		/* USER32 1074: a shutdown was asked for */
	MARK_OS,
	MARK_KINDS,
};

struct mark {
	enum mark_kind	kind;
	uint32_t	input;
	uint64_t	seq, time, record_id;
	uint64_t	order;		/* time, as far as it can be right */
	uint64_t	before;		/* time of the event before it in its
					 * log; 0 none */
	uint64_t	value;		/* BUGCHECK: code; UNEXPECTED: last
					 * alive, FILETIME or 0 */
	const struct os	*os;		/* of OS */
	const struct boot_words *words;	/* of TOLD, ASKED */
	int32_t		boot;		/* set by boots_build, and: */
	bool		start;		/* a session begins at or before it */
};

/*
 * Marks as bytes, each as differences to the one before; the operating
 * system, which every boot names again, once.  A packing begins anew where
 * mark_packer_reset is called.
 */
struct mark_coder {
	uint64_t	seq, time;
	uint64_t	apart;		/* record_id - seq */
	const struct os	*os;		/* the last one read, or NULL */
	struct interned	*texts;		/* where those that are read are kept;
					 * NULL: they are borrowed */
};
struct mark_packer {
	struct out	  to;
	struct mark_coder coder;
	struct out	  os;		/* packed, the last one */
	struct out	  spare;	/* the room of the one before */
};
void		mark_pack(struct mark_packer *p, const struct mark *m);
void		mark_packer_reset(struct mark_packer *p);
void		mark_packer_free(struct mark_packer *p);

struct roles {
	uint32_t	seen;		/* bits by place in the table */
};
#define ROLES_MOST 32
struct roles	roles_of(struct str provider);
void		roles_list(struct arena *a, const struct roles *r,
		    struct host *h);

/* How many channels of one computer are told apart. */
enum { CHANNELS_MOST = 64 };

/* What is told at the end of the log. */
struct summary {
	struct str	name;		/* newest */
	uint64_t	name_time;
	struct roles	roles;
	struct str	time_zone;
	uint64_t	zone_time;
	uint64_t	first, last, events;
	uint64_t	first_seq;	/* lowest */
	uint64_t	dropped;	/* matching events not kept */
	struct str	*channels;	/* sorted, each once */
	size_t		nchannels, channels_cap;
};
/* Adds a channel, borrowed, if there is room for it and it is not there. */
void		summary_channel(struct arena *a, struct summary *s,
		    struct str channel);

/* Names of computers, channels, zones are cut at so many bytes; Windows
 * allows 255 characters at most. */
enum { NAME_MOST = 1024, PRODUCT_MOST = 256, WORDS_MOST = 160 };
struct sighting {
	uint32_t	 number;	/* of the computer in its log */
	struct arena	*arena;		/* of the log */
	struct summary	 sum;
	struct observer	*obs;
	struct mark_packer marks;	/* not told yet */
	/* Of many requests in a row the last one counts: it waits here. */
	bool		 asked;
	struct mark	 request;
	struct boot_words words;	/* of it */
	char		 reason[WORDS_MOST], initiator[2 * WORDS_MOST + 8];
	char		 name[NAME_MOST], zone[NAME_MOST];	/* of sum */
	uint32_t	 where;		/* of idents with sum.name, or 0 */
	uint64_t	 seen_seq, seen_time;	/* of the event before */
	uint64_t	 before;	/* its time, if records come in order */
};

/* An event of the computer has been seen; roles: what its provider stands
 * for. */
void		sighting_see(struct sighting *s, const struct ident *id,
		    struct roles roles, uint64_t seq);
/* The log is of that channel ("" says nothing). */
void		sighting_channel(struct sighting *s, struct str channel);
/*
 * What an event says about the computer itself, in the order in which it is
 * to be learnt.  Borrowed from the event and its facts, and good for others
 * that say the same.
 */
enum { LESSON_MARKS = 8 };
struct lesson {
	struct {
		enum mark_kind	kind;
		uint64_t	value;
	}		marks[LESSON_MARKS];
	size_t		nmarks;
	struct os	os;		/* of MARK_OS */
	/* Of MARK_ASKED, MARK_TOLD: why, which process or else who, and for
	 * whom, where that is told beside the process. */
	struct str	reason, who, whom;
	struct str	zone;		/* p NULL: it names none */
};
void		lesson_draw(struct lesson *l, const struct event *e,
		    const struct facts *f);
/* Of the event only record, time and record id count. */
void		sighting_learn(struct sighting *s, const struct event *e,
		    const struct lesson *l);
/* The request that waits is the last one. */
void		sighting_settle(struct sighting *s);

#endif
