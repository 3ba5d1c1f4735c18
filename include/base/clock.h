/*
 * Points in time.  One unit everywhere: FILETIME, 100 ns since
 * 1601-01-01T00:00:00Z, unsigned, 0 = none ([MS-DTYP] 2.3.3).  Everything
 * printed is UTC in RFC 3339.
 */
#ifndef EVTRIAGE_BASE_CLOCK_H
#define EVTRIAGE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

#define CLOCK_SECOND	UINT64_C(10000000)
#define CLOCK_MINUTE	(60 * CLOCK_SECOND)
#define CLOCK_HOUR	(60 * CLOCK_MINUTE)
#define CLOCK_DAY	(24 * CLOCK_HOUR)
/* 1970-01-01 as FILETIME. */
#define CLOCK_UNIX_EPOCH UINT64_C(116444736000000000)
/* 10000-01-01: what lies beyond has no RFC 3339 form. */
#define CLOCK_LIMIT	UINT64_C(2650467744000000000)

uint64_t	clock_from_unix(uint32_t seconds);
/*
 * 2004-10-18T07:20:11Z: the fraction is printed with as many digits (of
 * seven) as it needs and left out when zero; digits 7 prints all of them
 * always.  Times at or beyond CLOCK_LIMIT print as 0x%016x.
 */
struct str	clock_rfc3339(struct arena *a, uint64_t t);
/* The first form into a buffer; returns its length. */
#define CLOCK_TEXT 48
size_t		clock_write(char buf[CLOCK_TEXT], uint64_t t);
struct str	clock_rfc3339_full(struct arena *a, uint64_t t);
/* 2004-10-18 07:20:11Z, for people: no fraction. */
struct str	clock_people(struct arena *a, uint64_t t);
/* 2004-10-18 */
struct str	clock_date(struct arena *a, uint64_t t);
/* RFC 3339 or its common relatives: a space for the T, no zone (= UTC),
 * date only, up to nine fraction digits (cut to seven). */
bool		clock_parse(struct str s, uint64_t *t);
/* SYSTEMTIME, 16 bytes ([MS-DTYP] 2.3.13), taken as UTC.  False when its
 * fields are no date. */
bool		clock_from_systemtime(struct span s, uint64_t *t);
/* "30d", "12h", "10m", "90s" in FILETIME units. */
bool		clock_parse_span(struct str s, uint64_t *span);

/* No point in time: milliseconds that only go forward, for measuring. */
uint64_t	clock_ms(void);

#endif
