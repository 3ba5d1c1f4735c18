/*
 * Data sections that are no packets.
 *
 * By provider:
 *  - Service Control Manager: the service's key name in UTF-16, from 7036
 *    with "/" and the state it went to (winsvc.h);
 *  - USER32 1074, 1076: the reason (reason.h) in the first word;
 *  - RemoteConnectionManager 1056: SHA-1 of a certificate;
 *  - WHEA: a common platform error record (UEFI, appendix N);
 *  - WINS: a line of its source, then the error (KB155040), with 4137 how
 *    many records were scavenged (KB149318), with 4261 and 4262 the server
 *    that owns a record and the version of the record (KB176202);
 *  - MSExchangeIMC: a number of its own, an HRESULT (KB245565), perhaps the
 *    name of a message (KB272672);
 *  - DNS-Client: the server as SOCKADDR.
 * By what it is: text that is printable from end to end, and a SID
 * ([MS-DTYP] 2.4.2.2) that fills the data exactly.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "base/gate.h"
#include "base/utf.h"
#include "codes/add.h"

#define ID(name, label) (struct fact_id){ name, label }
#define TEXT_LEAST	3	/* characters; fewer are as likely numbers */

static bool
all_printable(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t cp = utf_next(s, &at);

		if (cp >= UTF_BAD || cp == 0xFFFD || cp > 0x2FFF ||
		    (gate_is_unsafe(cp) && cp != '\n' && cp != '\r' &&
		    cp != '\t'))
			return false;
	}
	return true;
}

/* UTF-16 is taken for text only when most of it is ASCII: two ASCII
 * letters side by side are a valid character of East Asia too. */
static bool
wide_text(struct arena *a, struct span s, struct str *text)
{
	size_t n = s.n / 2, ascii = 0;

	while (n > 0 && le16(s.p + 2 * (n - 1)) == 0)
		n--;
	for (size_t i = 0; i < n; i++)
		ascii += le16(s.p + 2 * i) < 0x80;
	if (s.n % 2 != 0 || n < TEXT_LEAST || ascii * 2 < n)
		return false;
	*text = utf_from_utf16le(a, span_sub(s, 0, 2 * n));
	return all_printable(*text);
}

static bool
narrow_text(struct arena *a, struct span s, struct str *text)
{
	size_t n = s.n;

	while (n > 0 && s.p[n - 1] == 0)
		n--;
	if (n <= 4)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s.p[i] >= 0x7F || (s.p[i] < 0x20 && s.p[i] != '\r' &&
		    s.p[i] != '\n' && s.p[i] != '\t'))
			return false;
	*text = utf_from_cp1252(a, span_sub(s, 0, n));
	return true;
}

bool
payload_text(struct arena *a, struct span s, struct str *text)
{
	return wide_text(a, s, text) || narrow_text(a, s, text);
}

static bool
is_sid(struct span s)
{
	return s.n >= 12 && s.p[0] == 1 && s.p[1] >= 1 && s.p[1] <= 15 &&
	    s.n == 8 + 4u * s.p[1] && memcmp(s.p + 2, "\0\0\0\0\0", 5) == 0;
}

static struct str
sid_text(struct arena *a, struct span s)
{
	struct str t = arena_fmt(a, "S-1-%u", s.p[7]);

	for (size_t i = 0; i < s.p[1]; i++)
		t = arena_fmt(a, "%s-%" PRIu32, t.p, le32(s.p + 8 + 4 * i));
	return t;
}

static struct str
hex_text(struct arena *a, struct span s)
{
	struct str t = arena_fmt(a, "%s", "");

	for (size_t i = 0; i < s.n; i++)
		t = arena_fmt(a, "%s%02x", t.p, s.p[i]);
	return t;
}

/* winsvc.h, SERVICE_*. */
static const char *
state_name(uint64_t n)
{
	static const char *const names[] = {
		NULL, "SERVICE_STOPPED", "SERVICE_START_PENDING",
		"SERVICE_STOP_PENDING", "SERVICE_RUNNING",
		"SERVICE_CONTINUE_PENDING", "SERVICE_PAUSE_PENDING",
		"SERVICE_PAUSED",
	};

	return n < sizeof names / sizeof names[0] ? names[n] : NULL;
}

static void
decode_manager(struct adding *d)
{
	struct span s = d->e->binary;
	struct str text;
	size_t slash;
	struct fact *fact;

	if (!wide_text(d->a, s, &text))
		return;
	slash = d->e->id == 7036 && text.n > 2 ? text.n - 2 : SIZE_MAX;
	if (slash == SIZE_MAX || text.p[slash] != '/' ||
	    state_name((uint64_t)(text.p[slash + 1] - '0')) == NULL) {
		fact_bytes(add_text(d, ID("service.key", "service key"),
		    text), 0, s.n);
		return;
	}
	while (s.n >= 2 && le16(s.p + s.n - 2) == 0)
		s.n -= 2;
	fact_bytes(add_text(d, ID("service.key", "service key"),
	    str_sub(text, 0, slash)), 0, s.n - 4);
	fact = add_number(d, ID("service.state", "state it went to"),
	    (uint64_t)(text.p[slash + 1] - '0'));
	fact_bytes(fact, s.n - 4, 4);
	if (fact != NULL)
		fact->symbol = state_name(fact->number);
}

static void
decode_reason(struct adding *d)
{
	struct span s = span_sub(d->e->binary, 0, 4);
	struct fact *fact;
	uint32_t reason;

	if (s.p == NULL)
		return;
	reason = le32(s.p);
	fact = add_code(d, ID("shutdown.reason", "reason"),
	    CODE_SHUTDOWN_REASON, reason);
	fact_bytes(fact, 0, 4);
	if (fact != NULL)
		fact->note = code_bits(d->a, CODE_SHUTDOWN_REASON, reason);
}

/* UEFI, N.2.1: signature, severity, sections, length. */
static void
decode_cper(struct adding *d, struct span s)
{
	static const char *const severities[] = {
		"recoverable", "fatal", "corrected", "informational",
	};
	struct fact *fact;

	if (s.n < 128 || memcmp(s.p, "CPER", 4) != 0 ||
	    le32(s.p + 6) != 0xFFFFFFFFu || le32(s.p + 12) > 3)
		return;
	fact = add_number(d, ID("cper.severity", "severity of the error"),
	    le32(s.p + 12));
	if (fact != NULL)
		fact->symbol = severities[le32(s.p + 12)];
	add_number(d, ID("cper.sections", "sections of the error record"),
	    le16(s.p + 10));
	add_number(d, ID("cper.length", "error record, bytes"),
	    le32(s.p + 20));
}

static void
add_place(struct adding *d)
{
	fact_bytes(add_word(d, ID("data.place", "number of its own"),
	    le32(d->e->binary.p)), 0, 4);
}

/* The word of an address reads as people write it: 892e020c. */
static void
decode_wins_record(struct adding *d)
{
	const uint8_t *p = d->e->binary.p;

	add_place(d);
	fact_bytes(add_text(d, ID("net.address", "WINS server that owns it"),
	    arena_fmt(d->a, "%u.%u.%u.%u", p[7], p[6], p[5], p[4])), 4, 4);
	fact_bytes(add_word(d, ID("wins.version", "version of the record"),
	    (uint64_t)le32(p + 12) << 32 | le32(p + 8)), 8, 8);
}

static void
decode_wins_scavenged(struct adding *d)
{
	add_place(d);
	fact_bytes(add_number(d, ID("wins.records", "records scavenged"),
	    le32(d->e->binary.p + 4)), 4, 4);
}

static void
decode_second(struct adding *d)
{
	struct span s = span_sub(d->e->binary, 4, 4);

	if (s.p == NULL)
		return;
	add_place(d);
	fact_bytes(add_status(d, ID("data.status", "status"), le32(s.p)), 4,
	    4);
}

/* A binary value; event XML has it as hexadecimal digits. */
static struct span
field_bytes(struct arena *a, const struct field *f)
{
	uint8_t *out;

	if (f == NULL || f->type != VALUE_TEXT || f->text.n % 2 != 0)
		return f == NULL ? (struct span){ NULL, 0 } : f->bytes;
	out = arena_array(a, uint8_t, f->text.n / 2 + 1);
	for (size_t i = 0; i < f->text.n / 2; i++) {
		uint64_t v;

		if (!str_hex64(str_sub(f->text, 2 * i, 2), &v))
			return (struct span){ NULL, 0 };
		out[i] = (uint8_t)v;
	}
	return (struct span){ out, f->text.n / 2 };
}

static void
decode_mail(struct adding *d)
{
	struct span rest = span_from(d->e->binary, 8);
	struct str text;

	decode_second(d);
	if (rest.n > 0 && payload_text(d->a, rest, &text))
		fact_bytes(add_text(d, ID("data.text", "text"), text), 8,
		    rest.n);
}

static void
decode_wins(struct adding *d)
{
	size_t n = d->e->binary.n;

	if (n == 16 && (d->e->id == 4261 || d->e->id == 4262))
		decode_wins_record(d);
	else if (n == 8 && d->e->id == 4137)
		decode_wins_scavenged(d);
	else if (n == 8)
		decode_second(d);
}

/* SOCKADDR (ws2def.h, ws2ipdef.h): family 2 with the address at 4, or 23
 * with flow information at 4 and the address at 8; port and address in
 * network order. */
static void
decode_dns(struct adding *d)
{
	struct fact_id id = ID("net.address", "DNS server");
	struct span s = field_bytes(d->a, event_field(d->e, "Address"));
	char text[INET6_ADDRSTRLEN];
	unsigned port;

	if (s.n < 8)
		return;
	port = (unsigned)s.p[2] << 8 | s.p[3];
	if ((le16(s.p) == 2 &&
	    inet_ntop(AF_INET, s.p + 4, text, sizeof text) != NULL) ||
	    (le16(s.p) == 23 && s.n >= 24 &&
	    inet_ntop(AF_INET6, s.p + 8, text, sizeof text) != NULL))
		add_text(d, id, arena_fmt(d->a, "%s port %u", text, port));
}

/* Data that says itself what it is. */
static void
decode_plain(struct adding *d)
{
	struct span s = d->e->binary;
	struct str text;

	if (is_sid(s))
		fact_bytes(add_text(d, ID("data.sid", "SID"),
		    sid_text(d->a, s)), 0, s.n);
	else if (payload_text(d->a, s, &text))
		fact_bytes(add_text(d, ID("data.text", "text"), text), 0,
		    s.n);
}

void
decode_payload(struct adding *d)
{
	const struct event *e = d->e;

	if (event_from(e, "Microsoft-Windows-WHEA-Logger")) {
		decode_cper(d, field_bytes(d->a, event_field(e, "RawData")));
	} else if (event_from(e, "Microsoft-Windows-DNS-Client")) {
		decode_dns(d);
	} else if (event_from(e, "Service Control Manager") ||
	    event_from(e, "Microsoft-Windows-Service Control Manager")) {
		decode_manager(d);
	} else if (event_from(e, "USER32") && (e->id == 1074 ||
	    e->id == 1076)) {
		decode_reason(d);
	} else if (e->id == 1056 && e->binary.n == 20 && event_from(e,
	    "Microsoft-Windows-TerminalServices-RemoteConnectionManager")) {
		fact_bytes(add_text(d, ID("cert.sha1",
		    "SHA-1 of the certificate"), hex_text(d->a, e->binary)),
		    0, 20);
	} else if (event_from(e, "WINS") && e->binary.n >= 8 &&
	    fact_find(d->f, "packet.error_code") == NULL) {
		decode_wins(d);
	} else if (e->binary.n >= 8 && event_from(e, "MSExchangeIMC")) {
		decode_mail(d);
	} else if (!event_from(e, "EventLog") &&
	    !event_from(e, "Microsoft-Windows-Eventlog") &&
	    fact_find(d->f, "packet.error_code") == NULL) {
		decode_plain(d);
	}
}
