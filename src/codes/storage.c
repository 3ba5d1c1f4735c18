/*
 * Dump data of storage drivers, behind the head of their packets.
 *
 *  - Class drivers (disk, cdrom): CLASS_ERROR_LOG_DATA of the sample class
 *    driver: 00 ticks, 08 port, 0c flags, 10 SCSI_REQUEST_BLOCK (srb.h; its
 *    length tells 32 bits, 0x40, from 64 bits, 0x58), then sense data
 *    (fixed format, SPC).  Windows 2000 and older: the short layout of
 *    KB244780.
 *  - disk 153: the last three bytes of its one word (ntdebugging blog,
 *    "Interpreting Event 153 Errors").
 *  - Port drivers (atapi, aic78xx ...), major function 0x0F: path, target,
 *    unit and the error that ScsiPortLogError was given (srb.h, SP_*),
 *    then perhaps an SRB.
 */
#include "codes/add.h"
#include "codes/packet.h"

#define SRB_32		0x40
#define SRB_64		0x58
#define CLASS_HEAD	0x10
#define PORT_DUMP	0x10
#define KB244780_DUMP	0x22

#define ID(name, label) (struct fact_id){ name, label }

/* Where the parts of an SRB lie; those before are the same in both. */
static const struct srb_layout {
	uint16_t	size, cdb;
} srb_layouts[] = { { SRB_32, 0x30 }, { SRB_64, 0x48 } };

static const struct srb_layout *
srb_layout(struct span dump, size_t at)
{
	struct rd r = rd_at(dump, at);
	uint16_t size = rd_u16(&r);

	for (size_t i = 0; i < 2; i++)
		if (srb_layouts[i].size == size && dump.n >= at &&
		    dump.n - at >= size && dump.p[at + 0xA] <= 16)
			return &srb_layouts[i];
	return NULL;
}

static void
add_byte(struct adding *d, struct fact_id id, enum code_family f,
    struct span dump, size_t at)
{
	if (at < dump.n)
		fact_bytes(add_code(d, id, f, dump.p[at]), PACKET_HEAD + at,
		    1);
}

static void
add_u8(struct adding *d, struct fact_id id, struct span dump, size_t at)
{
	if (at < dump.n)
		fact_bytes(add_number(d, id, dump.p[at]), PACKET_HEAD + at, 1);
}

static void
add_u32(struct adding *d, struct fact_id id, struct span dump, size_t at)
{
	struct span s = span_sub(dump, at, 4);

	if (s.p != NULL)
		fact_bytes(add_number(d, id, le32(s.p)), PACKET_HEAD + at, 4);
}

static uint64_t
big_endian(struct span s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n = n << 8 | s.p[i];
	return n;
}

static void
add_big(struct adding *d, struct fact_id id, struct span dump, size_t at,
    size_t length)
{
	struct span s = span_sub(dump, at, length);

	if (s.p != NULL)
		fact_bytes(add_number(d, id, big_endian(s)),
		    PACKET_HEAD + at, length);
}

/* Block address and count, of commands that read, write or verify (SBC):
 * the group in the upper three bits gives the length. */
static void
add_cdb(struct adding *d, struct span dump, size_t at, size_t length)
{
	struct fact_id lba = ID("cdb.lba", "first block");
	struct fact_id blocks = ID("cdb.blocks", "blocks");
	uint8_t op;

	if (length == 0 || at >= dump.n)
		return;
	op = dump.p[at];
	add_byte(d, ID("cdb.op", "SCSI command"), CODE_SCSI_OP, dump, at);
	switch (op) {
	case 0x28: case 0x2A: case 0x2E: case 0x2F:
		if (length < 10)
			return;
		add_big(d, lba, dump, at + 2, 4);
		add_big(d, blocks, dump, at + 7, 2);
		break;
	case 0xA8: case 0xAA: case 0xAE: case 0xAF:
		if (length < 12)
			return;
		add_big(d, lba, dump, at + 2, 4);
		add_big(d, blocks, dump, at + 6, 4);
		break;
	case 0x88: case 0x8A: case 0x8E: case 0x8F:
		if (length < 16)
			return;
		add_big(d, lba, dump, at + 2, 8);
		add_big(d, blocks, dump, at + 10, 4);
		break;
	}
}

static void
add_asc(struct adding *d, uint8_t asc, uint8_t ascq, size_t at)
{
	fact_bytes(add_code(d, ID("sense.asc", "additional sense"), CODE_ASC,
	    (uint32_t)asc << 8 | ascq), PACKET_HEAD + at, 2);
}

static void
add_sense_key(struct adding *d, uint8_t key, size_t at)
{
	fact_bytes(add_code(d, ID("sense.key", "sense key"), CODE_SENSE_KEY,
	    key & 0xFu), PACKET_HEAD + at, 1);
}

/* Fixed format: 70 or 71, perhaps with the bit that says "information
 * valid".  The additional sense stands there only if the length says. */
static void
add_sense(struct adding *d, struct span dump, size_t at)
{
	struct span s = span_sub(dump, at, 14);

	if (s.p == NULL || (s.p[0] & 0x7E) != 0x70)
		return;
	add_sense_key(d, s.p[2], at + 2);
	if (s.p[7] >= 6)
		add_asc(d, s.p[12], s.p[13], at + 12);
}

/* The flags beside it are worth a word: sense data, frozen queue. */
static void
add_srb_status(struct adding *d, struct span dump, size_t at)
{
	struct fact *fact;

	if (at >= dump.n)
		return;
	fact = add_code(d, ID("srb.status", "SRB status"), CODE_SRB_STATUS,
	    dump.p[at]);
	fact_bytes(fact, PACKET_HEAD + at, 1);
	if (fact != NULL && (dump.p[at] & 0xC0u) != 0)
		fact->note = code_bits(d->a, CODE_SRB_STATUS, dump.p[at]);
}

static bool
add_srb(struct adding *d, struct span dump, size_t at)
{
	const struct srb_layout *l = srb_layout(dump, at);

	if (l == NULL)
		return false;
	add_srb_status(d, dump, at + 3);
	add_byte(d, ID("scsi.status", "SCSI status"), CODE_SCSI_STATUS, dump,
	    at + 4);
	add_u8(d, ID("scsi.path", "SCSI path"), dump, at + 5);
	add_u8(d, ID("scsi.target", "SCSI target"), dump, at + 6);
	add_u8(d, ID("scsi.lun", "logical unit"), dump, at + 7);
	add_u32(d, ID("srb.length", "transfer, bytes"), dump, at + 0x10);
	add_u32(d, ID("srb.timeout", "time limit, seconds"), dump, at + 0x14);
	add_cdb(d, dump, at + l->cdb, dump.p[at + 0xA]);
	if (dump.p[at + 3] & 0x80)
		add_sense(d, dump, at + l->size);
	return true;
}

static void
decode_class(struct adding *d, struct span dump)
{
	struct span ticks = span_sub(dump, 0, 8);

	if (srb_layout(dump, CLASS_HEAD) == NULL)
		return;
	fact_bytes(add_number(d, ID("class.ticks", "clock ticks since boot"),
	    le64(ticks.p)), PACKET_HEAD, 8);
	add_srb(d, dump, CLASS_HEAD);
}

static void
decode_class_short(struct adding *d, struct span dump)
{
	if (dump.n != KB244780_DUMP)
		return;
	add_u32(d, ID("scsi.path", "SCSI path"), dump, 0x0);
	add_u32(d, ID("scsi.target", "SCSI target"), dump, 0x4);
	add_u32(d, ID("scsi.lun", "logical unit"), dump, 0x8);
	add_byte(d, ID("scsi.status", "SCSI status"), CODE_SCSI_STATUS, dump,
	    0x10);
	add_srb_status(d, dump, 0x11);
	if (dump.p[0x11] & 0x80) {
		fact_bytes(add_code(d, ID("sense.asc", "additional sense"),
		    CODE_ASC, (uint32_t)dump.p[0x15] << 8 | dump.p[0x14]),
		    PACKET_HEAD + 0x14, 2);
		add_sense_key(d, dump.p[0x16], 0x16);
	}
	add_cdb(d, dump, 0x18, 10);
}

static void
decode_153(struct adding *d, struct span dump)
{
	if (dump.n < 4)
		return;
	add_byte(d, ID("scsi.status", "SCSI status"), CODE_SCSI_STATUS, dump,
	    1);
	add_srb_status(d, dump, 2);
	add_byte(d, ID("cdb.op", "SCSI command"), CODE_SCSI_OP, dump, 3);
}

/* srb.h, SP_*. */
static const struct port_error {
	const char	*name, *meaning;
} port_errors[] = {
	{ NULL, NULL },
	{ "SP_BUS_PARITY_ERROR", "parity error on the bus" },
	{ "SP_UNEXPECTED_DISCONNECT", "the device left the bus on its own" },
	{ "SP_INVALID_RESELECTION", "the device came back to no request" },
	{ "SP_BUS_TIME_OUT", "the bus did not answer in time" },
	{ "SP_PROTOCOL_ERROR", "the device broke the protocol of the bus" },
	{ "SP_INTERNAL_ADAPTER_ERROR", "the adapter failed" },
	{ "SP_REQUEST_TIMEOUT", "a request was not done in time" },
	{ "SP_IRQ_NOT_RESPONDING", "no interrupt came from the adapter" },
	{ "SP_BAD_FW_WARNING", "the firmware of the adapter is outdated" },
	{ "SP_BAD_FW_ERROR", "the firmware of the adapter cannot be used" },
};

static const struct port_error *
port_error(uint32_t n)
{
	return n > 0 && n < sizeof port_errors / sizeof port_errors[0] ?
	    &port_errors[n] : NULL;
}

static void
decode_port(struct adding *d, struct span dump)
{
	const struct port_error *error;
	struct fact *fact;

	if (dump.n < PORT_DUMP || le32(dump.p) > 0xFF ||
	    le32(dump.p + 4) > 0xFF || le32(dump.p + 8) > 0xFF ||
	    (error = port_error(le32(dump.p + 12))) == NULL)
		return;
	if (dump.n > PORT_DUMP && srb_layout(dump, PORT_DUMP) == NULL)
		return;
	fact = add_word(d, ID("port.error", "error of the port driver"),
	    le32(dump.p + 12));
	fact_bytes(fact, PACKET_HEAD + 12, 4);
	if (fact != NULL) {
		fact->symbol = error->name;
		fact->meaning = error->meaning;
	}
	if (!add_srb(d, dump, PORT_DUMP)) {
		add_u32(d, ID("scsi.path", "SCSI path"), dump, 0);
		add_u32(d, ID("scsi.target", "SCSI target"), dump, 4);
		add_u32(d, ID("scsi.lun", "logical unit"), dump, 8);
	}
}

void
decode_storage(struct adding *d, const struct packet *p)
{
	bool class = event_from(d->e, "disk") || event_from(d->e, "cdrom");

	if (class && (p->code & 0xFFFFu) == 153) {
		decode_153(d, p->dump);
	} else if (class) {
		decode_class(d, p->dump);
		decode_class_short(d, p->dump);
	} else if (p->major == SCSI_MAJOR && p->code >> 16 == 0xC004 &&
	    (d->e->provider.n > 0 || p->dump.n == PORT_DUMP)) {
		decode_port(d, p->dump);
	} else if (d->e->provider.n == 0) {
		/* Both kinds put the SRB there. */
		add_srb(d, p->dump, CLASS_HEAD);
	}
}
