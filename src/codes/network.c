/*
 * Dump data of drivers other than storage, as articles explain it:
 *
 *  - NetBT 4319 to 4321: the address of the node, its first byte last
 *    (KB120752).
 *  - Srv 2000: low half of the word what was called, high half a place in
 *    the build (KB2885205, KB136150); 2001: resource, failures, seconds
 *    (KB124357); 2009: the table that is full (KB165815).
 *  - Browser, Rdr, Srv 2006: an SMB header ([MS-CIFS] 2.2.3.1), at the
 *    beginning or behind one word (KB124654, KB142617); Rdr 3031: a path
 *    in UTF-16 (KB165697).
 *  - TermDD 56, Ftdisk and Ntfs 50: an NTSTATUS in the first word
 *    (KB816004).
 *  - network adapters repeat the error code in the first word (e1iexpress).
 *  - 22: two drivers want one I/O range: start, length (KB150553).
 */
#include <string.h>

#include "codes/packet.h"

#define ID(name, label) (struct fact_id){ name, label }

static bool
from_any(const struct event *e, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (event_from(e, names[i]))
			return true;
	return false;
}

static void
decode_netbt(struct adding *d, struct span dump)
{
	if (dump.n < 4)
		return;
	fact_bytes(add_text(d, ID("net.address", "address of the node"),
	    arena_fmt(d->a, "%u.%u.%u.%u", dump.p[3], dump.p[2], dump.p[1],
	    dump.p[0])), PACKET_HEAD, 4);
}

static const char *
srv_table(uint32_t n)
{
	static const char *const names[] = {
		"files", "searches", "sessions", "tree connections",
	};

	return n >= 0x3E9 && n <= 0x3EC ? names[n - 0x3E9] : NULL;
}

static void
decode_srv(struct adding *d, uint16_t id, struct span dump)
{
	uint32_t word;
	struct fact *fact;

	if (dump.n < 4)
		return;
	word = le32(dump.p);
	if (id == 2000) {
		fact_bytes(add_word(d, ID("srv.call", "call of the server"),
		    word & 0xFFFFu), PACKET_HEAD, 2);
		fact_bytes(add_word(d, ID("srv.place",
		    "place in the driver's build"), word >> 16),
		    PACKET_HEAD + 2, 2);
	} else if (id == 2001 && dump.n >= 12) {
		fact_bytes(add_number(d, ID("srv.failures", "failures"),
		    le32(dump.p + 4)), PACKET_HEAD + 4, 4);
		fact_bytes(add_number(d, ID("srv.seconds", "within seconds"),
		    le32(dump.p + 8)), PACKET_HEAD + 8, 4);
	} else if (id == 2009) {
		fact = add_number(d, ID("srv.table", "table that is full"),
		    word);
		fact_bytes(fact, PACKET_HEAD, 4);
		if (fact != NULL)
			fact->symbol = srv_table(word);
	}
}

static void
decode_smb(struct adding *d, struct span dump)
{
	static const uint8_t magic[4] = { 0xFF, 'S', 'M', 'B' };

	for (size_t at = 0; at <= 4; at += 4) {
		struct span s = span_sub(dump, at, 5);

		if (s.p == NULL || memcmp(s.p, magic, sizeof magic) != 0)
			continue;
		fact_bytes(add_text(d, ID("smb.header", "an SMB"),
		    str_of("FF 'SMB'")), PACKET_HEAD + at, 4);
		fact_bytes(add_code(d, ID("smb.command", "SMB command"),
		    CODE_SMB_COMMAND, s.p[4]), PACKET_HEAD + at + 4, 1);
		return;
	}
}

static void
decode_range(struct adding *d, struct span dump)
{
	if (dump.n != 12)
		return;
	fact_bytes(add_word(d, ID("resource.start", "start of the range"),
	    le64(dump.p)), PACKET_HEAD, 8);
	fact_bytes(add_word(d, ID("resource.length", "length of the range"),
	    le32(dump.p + 8)), PACKET_HEAD + 8, 4);
}

void
decode_network(struct adding *d, const struct packet *p)
{
	static const char *const status_first[] = { "TermDD", "Ftdisk",
		"Ntfs" };
	static const char *const smb[] = { "Browser", "bowser", "Rdr",
		"MRxSmb", "Srv" };
	const struct event *e = d->e;
	struct fact *fact;
	struct str text;

	if (event_from(e, "NetBT") && e->id >= 4319 && e->id <= 4321)
		decode_netbt(d, p->dump);
	if (event_from(e, "Srv"))
		decode_srv(d, e->id, p->dump);
	if (e->provider.n == 0 || from_any(e, smb, 5))
		decode_smb(d, p->dump);
	if ((e->id == 50 || e->id == 56) && p->dump.n == 4 &&
	    from_any(e, status_first, 3))
		fact_bytes(add_status(d, ID("dump.status", "status"),
		    le32(p->dump.p)), PACKET_HEAD, 4);
	if (p->dump.n >= 4 && le32(p->dump.p) == p->code)
		fact_bytes(add_code(d, ID("dump.code", "the code again"),
		    CODE_EVENT, p->code), PACKET_HEAD, 4);
	if (p->code == 0xC0040016u)
		decode_range(d, p->dump);
	if (payload_text(d->a, p->dump, &text)) {
		fact = add_text(d, ID("dump.text", "text"), text);
		fact_bytes(fact, PACKET_HEAD, p->dump.n);
	}
}
