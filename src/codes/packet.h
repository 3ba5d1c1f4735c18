/*
 * A packet of a driver as far as all drivers share it, for those that read
 * its dump data on.
 */
#ifndef EVTRIAGE_SRC_CODES_PACKET_H
#define EVTRIAGE_SRC_CODES_PACKET_H

#include "codes/add.h"

#define PACKET_HEAD	0x28	/* bytes before the dump data */
#define SCSI_MAJOR	0x0F	/* IRP_MJ_SCSI: major of port drivers */

struct packet {
	uint32_t	code;		/* error code: the whole event id */
	uint8_t		major;
	struct span	dump;		/* as long as the packet says */
};

/* storage.c: class and port drivers. */
void		decode_storage(struct adding *d, const struct packet *p);
/* network.c: NetBT, redirector and browser, terminal devices, Srv. */
void		decode_network(struct adding *d, const struct packet *p);

#endif
