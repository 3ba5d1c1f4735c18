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

#include "codes/add.h"
#include "codes/decode.h"

#define PACKET_HEAD	0x28
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

/* IRP_MJ_* of wdm.h by number. */
static const char *const major_functions[] = {
	"IRP_MJ_CREATE", "IRP_MJ_CREATE_NAMED_PIPE", "IRP_MJ_CLOSE",
	"IRP_MJ_READ", "IRP_MJ_WRITE", "IRP_MJ_QUERY_INFORMATION",
	"IRP_MJ_SET_INFORMATION", "IRP_MJ_QUERY_EA", "IRP_MJ_SET_EA",
	"IRP_MJ_FLUSH_BUFFERS", "IRP_MJ_QUERY_VOLUME_INFORMATION",
	"IRP_MJ_SET_VOLUME_INFORMATION", "IRP_MJ_DIRECTORY_CONTROL",
	"IRP_MJ_FILE_SYSTEM_CONTROL", "IRP_MJ_DEVICE_CONTROL",
	"IRP_MJ_INTERNAL_DEVICE_CONTROL", "IRP_MJ_SHUTDOWN",
	"IRP_MJ_LOCK_CONTROL", "IRP_MJ_CLEANUP", "IRP_MJ_CREATE_MAILSLOT",
	"IRP_MJ_QUERY_SECURITY", "IRP_MJ_SET_SECURITY", "IRP_MJ_POWER",
	"IRP_MJ_SYSTEM_CONTROL", "IRP_MJ_DEVICE_CHANGE", "IRP_MJ_QUERY_QUOTA",
	"IRP_MJ_SET_QUOTA", "IRP_MJ_PNP",
};

static void
add_major(struct adding *d, uint8_t major)
{
	struct fact_id id = { "packet.major_function", "major function" };
	struct fact *fact = add_word(d, id, major);

	fact_bytes(fact, 0x00, 1);
	if (fact != NULL &&
	    major < sizeof major_functions / sizeof major_functions[0])
		fact->symbol = major_functions[major];
}

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
add_dump(struct adding *d, size_t size)
{
	struct span rest = span_from(d->e->binary, PACKET_HEAD);
	uint32_t words[PACKET_DUMPS];
	size_t n;

	fact_bytes(add_number(d, (struct fact_id){ "packet.dump_size",
	    "dump data, bytes" }, size), 0x02, 2);
	if (size != 0 && size < rest.n)
		rest.n = size;
	n = decode_words(rest, words, PACKET_DUMPS);
	for (size_t i = 0; i < n; i++)
		fact_bytes(add_word(d, dump_ids[i], words[i]),
		    PACKET_HEAD + 4 * i,
		    rest.n - 4 * i < 4 ? rest.n - 4 * i : 4);
}

void
decode_packet(struct adding *d)
{
	struct rd r = rd_init(d->e->binary);
	uint8_t major = rd_u8(&r), retries = rd_u8(&r);
	uint16_t size = rd_u16(&r);
	uint32_t code, unique, status, sequence, control;
	uint64_t place;

	rd_skip(&r, 8);
	code = rd_u32(&r);
	unique = rd_u32(&r);
	status = rd_u32(&r);
	sequence = rd_u32(&r);
	control = rd_u32(&r);
	place = rd_u64(&r);
	if (!rd_ok(&r) || code == 0 || (code & 0xFFFFu) != d->e->id)
		return;

	fact_bytes(add_code(d, (struct fact_id){ "packet.error_code",
	    "error code" }, CODE_EVENT, code), 0x0c, 4);
	fact_bytes(add_code(d, (struct fact_id){ "packet.final_status",
	    "final status" }, CODE_NTSTATUS, status), 0x14, 4);
	fact_bytes(add_word(d, (struct fact_id){ "packet.unique_value",
	    "unique value" }, unique), 0x10, 4);
	fact_bytes(add_number(d, (struct fact_id){ "packet.sequence",
	    "sequence number" }, sequence), 0x18, 4);
	add_major(d, major);
	fact_bytes(add_number(d, (struct fact_id){ "packet.retry_count",
	    "retries" }, retries), 0x01, 1);
	add_io_control(d, control);
	fact_bytes(add_number(d, (struct fact_id){ "packet.device_offset",
	    "device offset" }, place), 0x20, 8);
	add_dump(d, size);
}
