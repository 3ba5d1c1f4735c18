/*
 * The computer behind a log: what its logs say about name, operating
 * system and boots.
 */
#ifndef EVTRIAGE_MODEL_HOST_H
#define EVTRIAGE_MODEL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define OS_UNKNOWN (-1)

/* An operating system as far as it is known.  Sources: EventLog 6009,
 * 6013, the [v15.n] tag of Save Dump, Kernel-General 12. */
struct os {
	int		major, minor;	/* 5.2; OS_UNKNOWN */
	int		build;		/* 3790; OS_UNKNOWN */
	int		sp;		/* 0 none; OS_UNKNOWN */
	int		server;		/* 1 server, 0 client, OS_UNKNOWN */
	int		bits;		/* 32 or 64; 0 unknown */
	struct str	product;	/* as the log names it, or empty:
					 * "Windows Server 2008 R2 Standard" */
	const char	*source;	/* "EventLog 6009"; constant; NULL
					 * when nothing is known */
};

/* Common name of the release: "Windows NT 4.0", "Windows Server 2003",
 * "Windows 10 or Server 2016/2019/2022" when server is unknown.  NULL
 * when unknown. */
const char	*os_name(const struct os *os);
/* Fills what is unknown in dst from src. */
void		os_merge(struct os *dst, const struct os *src);
struct os	os_none(void);
/* What the build number alone says: version, and the service pack where
 * each pack has a build of its own (6.0 and 6.1) or there are none. */
void		os_complete(struct os *os);

enum boot_end { BOOT_UNKNOWN, BOOT_CLEAN, BOOT_CRASH, BOOT_POWER };

/* From outside: why it was shut down (USER32 1074) or what somebody said
 * later of an end that was not (1076); and who.  Either may be empty. */
struct boot_words {
	struct str	reason, initiator;
};

/* There are tens of thousands in a log: what is the same in many lies
 * beside. */
struct boot {
	uint64_t	start;		/* FILETIME; 0 before the log begins */
	uint64_t	end;		/* 0: not known or still running */
	uint64_t	seen;		/* last event before the next start;
					 * 0: not known */
	enum boot_end	ended;
	bool		unexpected;	/* EventLog 6008 says so */
	bool		has_bugcheck;
	uint64_t	bugcheck;	/* code that ended it */
	bool		stepped;	/* the clock was set back: its end lies
					 * before its start, or behind the
					 * next one */
	bool		told;		/* words were said afterwards: 1076 */
	bool		has_down;
	uint64_t	down;		/* from its end to the next start, in
					 * FILETIME units */
	const struct boot_words *words;	/* NULL: none */
	const struct os	*os;		/* as known in this session; NULL:
					 * not */
};

struct host {
	struct str	 computer;	/* newest name */
	struct os	 os;		/* newest known */
	const char	**roles;	/* constant words, sorted */
	size_t		 nroles;
	struct str	 time_zone;	/* "480 Pacific Standard Time"; or
					 * empty */
	const struct boot *boots;	/* oldest first */
	size_t		 nboots;
	const struct str *channels;	/* "System"; sorted, each once */
	size_t		 nchannels;
	uint64_t	 first, last;	/* times of events; 0 none */
	uint64_t	 events;	/* records read */
};

#endif
