/*
 * The second EVTX reader: Debian's libevtx behind struct log_ops.
 *
 *	libevtx.c	finds the chunks, starts and watches the child
 *	libevtx_child.c	the child: the only code that calls the library
 *
 * The two talk over a socket.  A request is one chunk; the answer is a
 * frame for each record and LIBEVTX_END.  The library gets a file made of a
 * fresh header and that chunk: one bad chunk then costs itself, not the
 * file, and memory stays small however long the log is.
 */
#ifndef EVTRIAGE_SRC_LOG_LIBEVTX_H
#define EVTRIAGE_SRC_LOG_LIBEVTX_H

#include <stddef.h>
#include <stdint.h>
#include "log/evtx.h"

#define LIBEVTX_MAGIC	0x32545645u	/* "EVT2" */
/* UTF-16 XML of one record.  64 KiB of BinXML seldom makes 1 MiB. */
#define LIBEVTX_CAP	(4u << 20)
#define LIBEVTX_NOWHERE	UINT32_MAX

struct libevtx_request {
	uint32_t	magic;
	uint32_t	first;	/* index of the first record wanted */
	uint8_t		chunk[EVTX_UNIT];	/* zeros behind a short one */
};

enum libevtx_type {
	LIBEVTX_RECORD,		/* payload: its XML, UTF-16 of this machine */
	LIBEVTX_UNREADABLE,	/* the library fails on this record */
	LIBEVTX_REFUSED,	/* the library does not open the chunk */
	LIBEVTX_END,		/* no more records; id: how many there were */
};

struct libevtx_frame {
	uint32_t	magic;
	uint32_t	type;
	uint64_t	id;	/* of the record */
	uint64_t	written;
	uint32_t	at, size;	/* in the chunk; at may be NOWHERE */
	uint32_t	length;	/* bytes of payload that follow */
	uint32_t	zero;
};

/* Serves requests on fd until it is closed; does not return. */
_Noreturn void	libevtx_child(int fd);

#endif
