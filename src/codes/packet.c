/*
 * IO_ERROR_LOG_PACKET (wdm.h): what a driver hands to
 * IoWriteErrorLogEntry, and what then stands as the data section of its
 * event, the strings taken out.  The layout is the same on all releases:
 *
 *	00 major function  01 retries       02 size of the dump data
 *	04 strings         06 their offset  08 category
 *	0c error code      10 unique value  14 final status
 *	18 sequence        1c I/O control   20 device offset (64 bits)
 *	28 dump data
 *
 * The error code is the whole event id, which tells a packet from other
 * data: its low half must be the id of the event that carries it.
 */
#include <inttypes.h>
#include <string.h>

#include "codes/decode.h"
#include "codes/packet.h"

#define ERROR_LOG_LIMIT	240	/* wdm.h: of a whole packet */
#define PACKET_DUMPS	16

static const struct fact_id dump_ids[PACKET_DUMPS] = {
	{ "packet.dump0", "dump word 0" }, { "packet.dump1", "dump word 1" },
	{ "packet.dump2", "dump word 2" }, { "packet.dump3", "dump word 3" },
	{ "packet.dump4", "dump word 4" }, { "packet.dump5", "dump word 5" },
	{ "packet.dump6", "dump word 6" }, { "packet.dump7", "dump word 7" },
	{ "packet.dump8", "dump word 8" }, { "packet.dump9", "dump word 9" },
	{ "packet.dump10", "dump word 10" },
	{ "packet.dump11", "dump word 11" },
	{ "packet.dump12", "dump word 12" },
	{ "packet.dump13", "dump word 13" },
	{ "packet.dump14", "dump word 14" },
	{ "packet.dump15", "dump word 15" },
};

/* CTL_CODE of wdm.h: device type, access, function, method. */
static void
add_io_control(struct adding *d, uint32_t code)
{
	struct fact_id id = { "packet.io_control", "I/O control code" };
	struct fact *fact = add_word(d, id, code);

	fact_bytes(fact, 0x1c, 4);
	if (fact != NULL && code != 0)
		fact->note = arena_fmt(d->a, "device type 0x%" PRIX32
		    ", function 0x%" PRIX32, code >> 16, code >> 2 & 0xFFFu);
}

static void
add_dump(struct adding *d, struct span rest)
{
	uint32_t words[PACKET_DUMPS];
	size_t n = decode_words(rest, words, PACKET_DUMPS);

	for (size_t i = 0; i < n; i++)
		fact_bytes(add_word(d, dump_ids[i], words[i]),
		    PACKET_HEAD + 4 * i,
		    rest.n - 4 * i < 4 ? rest.n - 4 * i : 4);
}

static void
add_head(struct adding *d, struct span s)
{
	fact_bytes(add_code(d, (struct fact_id){ "packet.error_code",
	    "error code" }, CODE_EVENT, le32(s.p + 0x0c)), 0x0c, 4);
	fact_bytes(add_code(d, (struct fact_id){ "packet.final_status",
	    "final status" }, CODE_NTSTATUS, le32(s.p + 0x14)), 0x14, 4);
	fact_bytes(add_word(d, (struct fact_id){ "packet.unique_value",
	    "unique value" }, le32(s.p + 0x10)), 0x10, 4);
	fact_bytes(add_number(d, (struct fact_id){ "packet.sequence",
	    "sequence number" }, le32(s.p + 0x18)), 0x18, 4);
	fact_bytes(add_code(d, (struct fact_id){ "packet.major_function",
	    "major function" }, CODE_IRP_MAJOR, s.p[0]), 0x00, 1);
	fact_bytes(add_number(d, (struct fact_id){ "packet.retry_count",
	    "retries" }, s.p[1]), 0x01, 1);
	fact_bytes(add_number(d, (struct fact_id){ "packet.strings",
	    "strings" }, le16(s.p + 0x04)), 0x04, 2);
	fact_bytes(add_number(d, (struct fact_id){ "packet.string_offset",
	    "strings at" }, le16(s.p + 0x06)), 0x06, 2);
	fact_bytes(add_number(d, (struct fact_id){ "packet.category",
	    "category" }, le16(s.p + 0x08)), 0x08, 2);
	add_io_control(d, le32(s.p + 0x1c));
	fact_bytes(add_number(d, (struct fact_id){ "packet.device_offset",
	    "device offset" }, le64(s.p + 0x20)), 0x20, 8);
}

bool
decode_is_packet(struct span s, uint32_t *code)
{
	if (s.n < PACKET_HEAD)
		return false;
	*code = le32(s.p + 0x0c);
	return (*code & 0xFFFFu) != 0 && *code >> 30 != 0 &&
	    le16(s.p + 0x02) <= ERROR_LOG_LIMIT;
}

/* Ids of the I/O manager are errors of devices (ntiologc.h); others have
 * a facility of their own, which the dump data does not tell. */
static uint32_t
whole_id(uint16_t id)
{
	uint32_t device = 0xC0040000u | id;

	return code_find(CODE_EVENT, device) != NULL ? device : id;
}

void
decode_dump(struct arena *a, const struct event *e, struct facts *facts)
{
	struct adding d = { a, e, facts };
	struct packet p = { .code = whole_id(e->id), .major = SCSI_MAJOR,
	    .dump = e->binary };

	facts->n = 0;
	facts->dropped = 0;
	add_dump(&d, p.dump);
	decode_storage(&d, &p);
	decode_network(&d, &p);
	for (size_t i = 0; i < facts->n; i++)
		if (facts->v[i].length > 0)
			facts->v[i].offset = (uint16_t)(facts->v[i].offset -
			    PACKET_HEAD);
}

void
decode_packet(struct adding *d)
{
	struct span s = d->e->binary;
	struct packet p;
	uint16_t size;

	if (s.n < PACKET_HEAD)
		return;
	p.code = le32(s.p + 0x0c);
	if (p.code == 0 || (p.code & 0xFFFFu) != d->e->id)
		return;
	size = le16(s.p + 0x02);
	p.major = s.p[0];
	p.dump = span_from(s, PACKET_HEAD);
	if (size != 0 && size < p.dump.n)
		p.dump.n = size;
	add_head(d, s);
	fact_bytes(add_number(d, (struct fact_id){ "packet.dump_size",
	    "dump data, bytes" }, size), 0x02, 2);
	add_dump(d, p.dump);
	decode_storage(d, &p);
	decode_network(d, &p);
}
