/*
 * The code book: numbers to names and back.  The tables are generated
 * from headers (src/codes/README.md says from which and how); look-ups
 * are exact, nothing is ever guessed.
 */
#ifndef EVTRIAGE_CODES_CODES_H
#define EVTRIAGE_CODES_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/* The numbers of Winsock are Win32 codes (winerror.h counts them on from
 * WSABASEERR, GetLastError returns them) and stand in CODE_WIN32. */
enum code_family {
	CODE_NTSTATUS,		/* STATUS_*, RPC_NT_* ... */
	CODE_WIN32,		/* ERROR_*, RPC_S_*, WSAE*, NERR_* ... */
	CODE_BUGCHECK,		/* STOP codes */
	CODE_EVENT,		/* message ids with their high half */
	CODE_HRESULT,		/* E_*, CO_E_*, SEC_E_*, CERT_E_* ... */
	CODE_SCSI_STATUS,	/* status byte of a SCSI command */
	CODE_SRB_STATUS,	/* SrbStatus of a SCSI request block */
	CODE_SENSE_KEY,		/* SCSI sense key, 0..15 */
	CODE_ASC,		/* additional sense: ASC << 8 | ASCQ */
	CODE_SCSI_OP,		/* first byte of a command block */
	CODE_NDIS,		/* NDIS_STATUS_*, NDIS_ERROR_CODE_* */
	CODE_KERBEROS,		/* error numbers of RFC 4120, 7.5.9 */
	CODE_LDAP,		/* result codes of RFC 4511 */
	CODE_TLS_ALERT,		/* alert numbers of TLS (Schannel events) */
	CODE_SHUTDOWN_REASON,	/* reason of USER32 1074, 1076 */
	CODE_SMB_COMMAND,	/* command byte of SMB 1 */
	CODE_IRP_MAJOR,		/* major function of an IRP */
	CODE_FAMILIES
};

struct code {
	uint32_t	 value;
	const char	*name;
	const char	*meaning;	/* own words, or NULL */
};

const char	*code_family_name(enum code_family f);	/* "NTSTATUS" */
/* Exact; NULL when not in the book.  The canonical name comes first where
 * a value has several.  What is no part of the code is taken off first:
 *  CODE_BUGCHECK		the 0x1000xxxx form is its plain code
 *  CODE_SRB_STATUS	flags 0x80 and 0x40 (sense data, frozen queue)
 *  CODE_SHUTDOWN_REASON	flags in the high byte; what is left is a row
 *			only if major or minor is zero, so ask code_bits */
const struct code *code_find(enum code_family f, uint32_t value);
/* By name, case ignored; NULL when unknown. */
const struct code *code_by_name(enum code_family f, struct str name);
/* A symbol of any family, as rules write it: tries the families in the
 * order of the enum, except that EVENT_* tries CODE_EVENT first.  Sets
 * *value and returns true if known. */
bool		 code_symbol(struct str name, uint32_t *value);
/* What the bits of a code say: "error, facility 0xC, code 0x123" for
 * NTSTATUS, HRESULT, NDIS and message ids ([MS-ERREF] 2), major, minor and
 * flags of a shutdown reason, the flags beside an SRB status, "ASC 0x04,
 * ASCQ 0x7F".  Families whose codes are bare numbers, and codes that their
 * bits do not explain: "not in the code book". */
struct str	 code_bits(struct arena *a, enum code_family f,
		    uint32_t value);

/*
 * Every row of every family that fits a text, in the order of the enum and
 * of the tables:
 *  "STATUS_INSUFF*"	name, a glob without case
 *  ":pool"		meaning holds these letters, case ignored
 *	struct code_search s = code_search(text);
 *	while ((c = code_next(&s, &family)) != NULL) ...
 */
struct code_search {
	struct str	text;		/* borrowed */
	unsigned	family;		/* where code_next goes on */
	size_t		row;
};
struct code_search code_search(struct str text);
const struct code *code_next(struct code_search *s, enum code_family *family);

/* All rows of a table, sorted by value. */
size_t		 code_table(enum code_family f, const struct code **rows);

#endif
