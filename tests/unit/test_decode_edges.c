/*
 * Decoders where the bytes are one short, one too many or almost right:
 * what is not sure is not said.
 */
#include "decode_events.h"
#include "codes/add.h"

/* Words of an IO_ERROR_LOG_PACKET: its head with that code, then these. */
static const char *
packet(const char *code, const char *words)
{
	return arena_fmt(&mem, "0100000f 00000001 00000000 %s 00000000 "
	    "00000000 00000000 00000000 00000000 00000000 %s", code, words).p;
}

static void
port(const char *words)
{
	decode_data("aic78xx", 11, packet("c004000b", words));
}

static void
errors_of_port_drivers(void **state)
{
	(void)state;
	port("00000001 00000002 00000003 00000005");
	assert_string_equal(symbol("port.error"), "SP_PROTOCOL_ERROR");
	assert_int_equal(number("scsi.path"), 1);
	assert_int_equal(number("scsi.lun"), 3);
	port("00000001 00000002 00000003");
	assert_false(has("port."));
	port("00000100 00000002 00000003 00000005");
	assert_false(has("port."));
	port("00000001 00000100 00000003 00000005");
	assert_false(has("port."));
	port("00000001 00000002 00000100 00000005");
	assert_false(has("port."));
	port("00000001 00000002 00000003 00000000");
	assert_false(has("port."));
	port("00000001 00000002 00000003 0000000b");
	assert_false(has("port."));
	/* Something behind it that is no SRB. */
	port("00000001 00000002 00000003 00000005 00000000");
	assert_false(has("port."));
	/* Without a provider four words and no more are believed. */
	decode_data("", 11, packet("c004000b",
	    "00000001 00000002 00000003 00000005"));
	assert_true(has("port."));
	decode_data("", 11, packet("c004000b",
	    "00000001 00000002 00000003 00000005 00000000"));
	assert_false(has("port."));
}

/* An SRB of 32 bits behind a port packet, its CDB as given. */
static void
command(const char *length, const char *cdb)
{
	port(arena_fmt(&mem, "00000000 00000000 00000000 00000007 "
	    "0e000040 00000000 12%s2000 40200340 00004000 0000003c "
	    "00000000 00000000 00000000 00000000 00000002 00000000 %s",
	    length, cdb).p);
}

static void
commands_of_every_length(void **state)
{
	(void)state;
	command("0a", "55030028 000087b5 00000020 00000000");
	assert_int_equal(number("cdb.lba"), 0x0355B587);
	assert_int_equal(number("cdb.blocks"), 0x20);
	command("09", "55030028 000087b5 00000020 00000000");
	assert_true(has("cdb.op"));
	assert_false(has("cdb.lba"));
	/* VERIFY(10), WRITE AND VERIFY(10) */
	command("0a", "5503002f 000087b5 00000020 00000000");
	assert_int_equal(number("cdb.lba"), 0x0355B587);
	command("0a", "5503002e 000087b5 00000020 00000000");
	assert_int_equal(number("cdb.lba"), 0x0355B587);
	/* READ(12): the count is of four bytes. */
	command("0c", "020100a8 00000403 00002000 00000000");
	assert_int_equal(number("cdb.lba"), 0x01020304);
	assert_int_equal(number("cdb.blocks"), 0x20);
	command("0c", "020100aa 00000403 00002000 00000000");
	assert_int_equal(number("cdb.blocks"), 0x20);
	command("0c", "020100ae 00000403 00002000 00000000");
	assert_int_equal(number("cdb.blocks"), 0x20);
	command("0c", "020100af 00000403 00002000 00000000");
	assert_int_equal(number("cdb.blocks"), 0x20);
	command("0b", "020100a8 00000403 00002000 00000000");
	assert_false(has("cdb.lba"));
	/* READ(16): the address is of eight. */
	command("10", "00000088 00010000 04030201 00002000");
	assert_int_equal(number("cdb.lba"), 0x1000102);
	command("10", "0000008a 00010000 03020100 08000000");
	assert_int_equal(number("cdb.lba"), 0x1000001);
	assert_int_equal(number("cdb.blocks"), 0x02030000);
	command("10", "0000008e 00010000 03020100 08000000");
	assert_true(has("cdb.blocks"));
	command("10", "0000008f 00010000 03020100 08000000");
	assert_true(has("cdb.blocks"));
	command("0f", "00000088 00010000 04030201 00002000");
	assert_false(has("cdb.lba"));
	/* INQUIRY has neither; no command; a length that none has. */
	command("06", "00000012 00002400 00000000 00000000");
	assert_true(has("cdb.op"));
	assert_false(has("cdb.lba"));
	command("00", "00000012 00002400 00000000 00000000");
	assert_false(has("cdb."));
	command("11", "00000012 00002400 00000000 00000000");
	assert_false(has("port."));
}

/* The SRB of 64 bits of a class driver, followed by sense data. */
static void
sense(const char *bytes)
{
	decode_data("cdrom", 51, arena_fmt(&mem,
	    "03 00 80 00 01 00 00 00 00 00 00 00 33 00 04 80 "
	    "2d 01 00 00 16 00 00 80 00 00 00 00 00 00 00 00 "
	    "00 68 64 02 00 00 00 00 ae 16 5a 01 00 00 00 00 "
	    "ff ff ff ff 01 00 00 00 58 00 00 c4 02 01 00 00 "
	    "00 20 0a 12 48 02 00 40 00 80 00 00 0a 00 00 00 "
	    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "28 00 00 00 4c 8d 00 00 10 00 00 00 00 00 00 00 %s",
	    bytes).p);
}

static void
sense_data_of_fixed_format(void **state)
{
	(void)state;
	sense("f0 00 06 00 00 00 00 0a 00 00 00 00 28 00");
	assert_int_equal(number("sense.key"), 6);
	assert_int_equal(number("sense.asc"), 0x2800);
	/* Too short for the additional sense. */
	sense("70 00 06 00 00 00 00 05 00 00 00 00 28 00");
	assert_int_equal(number("sense.key"), 6);
	assert_false(has("sense.asc"));
	/* Descriptor format, and bytes that are cut. */
	sense("72 06 28 00 00 00 00 0a 00 00 00 00 28 00");
	assert_false(has("sense."));
	sense("f0 00 06 00 00 00 00 0a 00 00 00 00 28");
	assert_true(has("srb.status"));
	assert_false(has("sense."));
}

static void
disk_153_needs_four_bytes(void **state)
{
	(void)state;
	decode_data("disk", 153, packet("80040099", "88040000"));
	assert_true(has("srb.status"));
	decode_data("disk", 153, "00000000 00000000 00000000 80040099 "
	    "00000000 00000000 00000000 00000000 00000000 00000000");
	assert_false(has("srb.status"));
}

/* KB244780 without sense data: bit 7 of the status says so. */
static void
disk_51_without_sense(void **state)
{
	(void)state;
	decode_data("Disk", 51,
	    "04 00 22 00 01 00 72 00 00 00 00 00 33 00 04 80 "
	    "2d 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 52 ea 04 15 00 00 00 01 00 00 00 04 00 00 00 "
	    "03 00 00 00 2a 00 00 00 02 04 00 00 00 29 06 00 "
	    "2a 60 0a 82 75 29 00 00 80 00");
	assert_int_equal(number("srb.status"), 4);
	assert_false(has("sense."));
	assert_int_equal(number("cdb.blocks"), 0x80);
}

/* EventLog 6013: a list of strings, each ended by a NUL. */
static void
inventory(const char *list)
{
	struct event e = event("EventLog", 6013);
	size_t n = strlen(list) + 1;
	uint8_t *p = arena_alloc(&mem, 2 * n);

	for (size_t i = 0; i < n; i++)
		p[2 * i] = list[i] == '|' ? 0 : (uint8_t)list[i];
	e.has_binary = true;
	e.binary = (struct span){ p, 2 * n };
	decode(&e);
}

#define HEAD "1.1|0|"
#define MACHINE "|Multiprocessor Free|7601.lab|4a5bc3c1|a|b|c|8|4096|409|SRV"

static void
inventories_of_releases(void **state)
{
	static const char *const others[] = {
		"6.1.7601", "6.1.7601 Build", "6.1.7601 Build 7600",
		"6.1.7601 Build x", "6.1 Build 7601", "6 Build 7601",
		"x.1.7601 Build 7601", "6.x.7601 Build 7601",
		"6.1.x Build 7601", "6.1-7601 Build 7601",
		"6.1.123456 Build 123456",
	};

	(void)state;
	inventory(HEAD "Windows Server 2008 R2|6.1.7601 Build 7601 Service "
	    "Pack 1" MACHINE);
	assert_text("os.product", "Windows Server 2008 R2");
	assert_int_equal(number("os.server"), 1);
	assert_int_equal(number("os.major"), 6);
	assert_int_equal(number("os.minor"), 1);
	assert_int_equal(number("os.build"), 7601);
	assert_int_equal(number("os.sp"), 1);
	assert_text("os.kernel", "Multiprocessor Free");
	assert_int_equal(fact("os.installed")->type, FACT_TIME);
	assert_int_equal(number("host.cpus"), 8);
	assert_int_equal(number("host.ram"), 4096);
	assert_int_equal(number("host.locale"), 0x409);
	assert_text("host.name", "SRV");
	inventory(HEAD "Windows 7 Professional|6.1.7600 Build 7600 " MACHINE);
	assert_int_equal(number("os.server"), 0);
	assert_int_equal(number("os.sp"), 0);
	/* Neither word: not known which it is. */
	inventory(HEAD "Windows|6.1.7601 Build 7601 Service Pack x|"
	    "||0|a|b|c|x|y|z|");
	assert_false(has("os.server"));
	assert_int_equal(number("os.build"), 7601);
	assert_false(has("os.sp"));
	assert_false(has("os.kernel"));
	assert_false(has("os.installed"));
	assert_false(has("host."));
	inventory(HEAD "Windows|6.1.7601 Build 7601 beta" MACHINE);
	assert_int_equal(number("os.build"), 7601);
	assert_false(has("os.sp"));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		inventory(arena_fmt(&mem, HEAD "Windows|%s" MACHINE,
		    others[i]).p);
		if (fact_find(&facts, "os.build") != NULL)
			fail_msg("a build is told from \"%s\"", others[i]);
		assert_true(has("os.product"));
	}
	/* The day of setup as more than a time of Unix. */
	inventory(HEAD "Windows|6.1.7601 Build 7601|k|l|1ffffffff|");
	assert_false(has("os.installed"));
	/* Another layout, no name, no numbers. */
	inventory("1.2|0|Windows|6.1.7601 Build 7601" MACHINE);
	assert_false(has("os."));
	inventory(HEAD "|6.1.7601 Build 7601" MACHINE);
	assert_false(has("os."));
	inventory(HEAD "Windows");
	assert_false(has("os."));
}

static void
log_started(const char *strings)
{
	decode_strings("EventLog", 6009, strings);
}

static void
versions_of_the_event_log(void **state)
{
	static const char *const others[] = { "5|3790", "5.x|3790",
		"5.2x|3790", "5.2.3|3790", ".2|3790", "5.2|x", "5.2|3790x",
		"5.2|3790.1", "123456.2|3790", "5.2|123456" };

	(void)state;
	log_started("5.02.|3790|Service Pack 2|Multiprocessor Free");
	assert_int_equal(number("os.major"), 5);
	assert_int_equal(number("os.minor"), 2);
	assert_int_equal(number("os.build"), 3790);
	assert_int_equal(number("os.sp"), 2);
	log_started("5.2|3790.|Service Pack x|Uniprocessor Free");
	assert_int_equal(number("os.build"), 3790);
	assert_false(has("os.sp"));
	log_started("5.2|3790|Service Pack 1, v.1|Uniprocessor Free");
	assert_int_equal(number("os.sp"), 1);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		log_started(others[i]);
		if (has("os.build"))
			fail_msg("a release is told from \"%s\"", others[i]);
	}
}

static void
statuses_by_their_ranges(void **state)
{
	struct facts f = { 0 };
	struct event e = event("A", 1);
	struct adding d = { .a = &mem, .e = &e, .f = &f };
	struct fact_id id = { "x.y", "x" };

	(void)state;
	assert_string_equal(add_status(&d, id, 5)->symbol,
	    "ERROR_ACCESS_DENIED");
	assert_string_equal(add_status(&d, id, 0xC000009Au)->symbol,
	    "STATUS_INSUFFICIENT_RESOURCES");
	/* Wrapped, and what is wrapped is not known either. */
	assert_true(str_is(add_status(&d, id, 0x80070569u)->note,
	    "HRESULT of ERROR_LOGON_TYPE_NOT_GRANTED"));
	assert_true(str_is(add_status(&d, id, 0x8007FFF0u)->note,
	    "HRESULT of Win32 0x0000FFF0"));
	assert_true(str_is(add_status(&d, id, 0xD000009Au)->note,
	    "HRESULT of STATUS_INSUFFICIENT_RESOURCES"));
	assert_true(str_starts(add_status(&d, id, 0xD0FFFFF0u)->note,
	    "HRESULT of "));
	assert_true(str_is(add_status(&d, id, 0xFFFFFE02u)->note,
	    "-510 as a signed number"));
	assert_true(add_status(&d, id, 0xC0FFFFF0u)->note.n > 0);
	(void)add_status(&d, id, 0xFFF0u);
	assert_int_equal(f.n, 9);
	/* There is room for so many; the rest is counted. */
	while (f.n < CAP_FACTS)
		assert_non_null(add_number(&d, id, 1));
	assert_null(add_number(&d, id, 1));
	assert_null(add_time(&d, id, 1));
	assert_null(add_text(&d, id, str_of("x")));
	assert_null(add_status(&d, id, 5));
	assert_null(add_code(&d, id, CODE_NTSTATUS, 5));
	assert_int_equal(f.dropped, 5);
	fact_bytes(NULL, 0, 1);
	/* Places beyond what a fact can say are left out. */
	f.v[0].offset = 7;
	fact_bytes(&f.v[0], 65536, 1);
	fact_bytes(&f.v[0], 1, 65536);
	assert_int_equal(f.v[0].offset, 7);
	fact_bytes(&f.v[0], 65535, 65535);
	assert_int_equal(f.v[0].offset, 65535);
	assert_int_equal(f.v[0].length, 65535);
}

static void
numbers_of_fields(void **state)
{
	static const struct { enum value_type t; const char *s; bool ok;
	    uint64_t n; } rows[] = {
		{ VALUE_INT, "", true, 42 }, { VALUE_UINT, "", true, 42 },
		{ VALUE_HEX, "", true, 42 }, { VALUE_BOOL, "", true, 42 },
		{ VALUE_TIME, "", true, 42 }, { VALUE_NULL, "", false, 0 },
		{ VALUE_REAL, "1", false, 0 },
		{ VALUE_BINARY, "01", false, 0 },
		{ VALUE_GUID, "{}", false, 0 },
		{ VALUE_SID, "S-1-5", false, 0 },
		{ VALUE_TEXT, " TRUE ", true, 1 },
		{ VALUE_TEXT, "false", true, 0 },
		{ VALUE_TEXT, " 0x10", true, 16 },
		{ VALUE_TEXT, "x", false, 0 },
	};
	uint64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct field f = { .type = rows[i].t, .number = 42,
		    .text = str_of(rows[i].s) };

		n = 0;
		assert_int_equal(field_u64(&f, &n), rows[i].ok);
		assert_int_equal(n, rows[i].n);
	}
	assert_false(field_u64(NULL, &n));
}

/* Text as UTF-16, one character a byte. */
static void
decode_wide(const char *provider, uint16_t id, const char *text, bool odd)
{
	struct event e = event(provider, id);
	size_t n = strlen(text);
	uint8_t *p = arena_alloc(&mem, 2 * n + 1);

	for (size_t i = 0; i < n; i++)
		p[2 * i] = (uint8_t)text[i];
	e.has_binary = true;
	e.binary = (struct span){ p, 2 * n + odd };
	decode(&e);
}

static void
keys_and_states_of_services(void **state)
{
	static const char scm[] = "Service Control Manager";

	(void)state;
	decode_wide(scm, 7036, "Spooler/4", false);
	assert_text("service.key", "Spooler");
	assert_string_equal(symbol("service.state"), "SERVICE_RUNNING");
	decode_wide("Microsoft-Windows-Service Control Manager", 7036,
	    "Spooler/1", false);
	assert_string_equal(symbol("service.state"), "SERVICE_STOPPED");
	decode_wide(scm, 7036, "Spooler/8", false);
	assert_text("service.key", "Spooler/8");
	assert_false(has("service.state"));
	decode_wide(scm, 7036, "Spooler/0", false);
	assert_text("service.key", "Spooler/0");
	decode_wide(scm, 7036, "Spooler", false);
	assert_text("service.key", "Spooler");
	decode_wide(scm, 7040, "Spooler/4", false);
	assert_text("service.key", "Spooler/4");
	decode_wide(scm, 7036, "ab", false);
	assert_false(has("service."));
	decode_wide(scm, 7036, "Spooler/4", true);
	assert_false(has("service."));
}

static void
texts_among_the_data(void **state)
{
	(void)state;
	decode_wide("A", 1, "some\ttext\r\n", false);
	assert_true(has("data.text"));
	decode_wide("A", 1, "some\033[31m", false);
	assert_false(has("data.text"));
	decode_data("A", 1, "74 65 78 74 09 0d 0a 74 00");
	assert_text("data.text", "text\t\r\nt");
	decode_data("A", 1, "74 65 78 74 07 78");
	assert_false(has("data.text"));
	decode_data("A", 1, "74 65 78 74 7f 78");
	assert_false(has("data.text"));
	decode_data("A", 1, "74 65 78 74 00 00");
	assert_false(has("data.text"));
	/* Half of a pair, and letters of East Asia that may be numbers. */
	decode_data("A", 1, "41 00 42 00 43 00 00 d8");
	assert_false(has("data.text"));
	decode_data("A", 1, "41 00 42 00 43 00 00 4e");
	assert_false(has("data.text"));
	/* What the log service itself writes is no text. */
	decode_wide("EventLog", 6005, "some text", false);
	assert_false(has("data.text"));
	decode_wide("Microsoft-Windows-Eventlog", 6005, "some text", false);
	assert_false(has("data.text"));
}

static void
sids_among_the_data(void **state)
{
	(void)state;
	decode_data("A", 1, "01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00");
	assert_text("data.sid", "S-1-5-32-544");
	decode_data("A", 1, "01 02 00 00 00 00 00 05 20 00 00 00");
	assert_false(has("data.sid"));
	decode_data("A", 1, "01 01 00 00 01 00 00 05 20 00 00 00");
	assert_false(has("data.sid"));
	decode_data("A", 1, "01 00 00 00 00 00 00 05 20 00 00 00");
	assert_false(has("data.sid"));
	decode_data("A", 1, "01 10 00 00 00 00 00 05 20 00 00 00");
	assert_false(has("data.sid"));
}

static void
addresses_of_dns_servers(void **state)
{
	static const char dns[] = "Microsoft-Windows-DNS-Client";
	static const char v6[] = "1700003500000000200100000000000000000000"
	    "0000000100000000";

	(void)state;
	decode_strings(dns, 1014, "Address=020000350A000001");
	assert_text("net.address", "10.0.0.1 port 53");
	decode_strings(dns, 1014, arena_fmt(&mem, "Address=%s", v6).p);
	assert_text("net.address", "2001::1 port 53");
	decode_strings(dns, 1014, "Address=1700003500000000");
	assert_false(has("net."));
	decode_strings(dns, 1014, "Address=030000350A000001");
	assert_false(has("net."));
	decode_strings(dns, 1014, "Address=020000350A0000");
	assert_false(has("net."));
	decode_strings(dns, 1014, "Address=020000350A00000");
	assert_false(has("net."));
	decode_strings(dns, 1014, "Address=020000350A0000xx");
	assert_false(has("net."));
	decode_strings(dns, 1014, "Other=020000350A000001");
	assert_false(has("net."));
}

/* A common platform error record, as far as its head. */
static void
cper(const char *head, size_t n)
{
	struct str digits = arena_fmt(&mem, "RawData=%s", head);

	while (digits.n < 8 + 2 * n)
		digits = arena_fmt(&mem, "%s00", digits.p);
	decode_strings("Microsoft-Windows-WHEA-Logger", 18,
	    str_sub(digits, 0, 8 + 2 * n).p);
}

#define CPER(magic, end, severity) magic "1002" end "0200" severity \
	"0000000000000000C8000000"

static void
records_of_platform_errors(void **state)
{
	(void)state;
	cper(CPER("43504552", "FFFFFFFF", "01000000"), 128);
	assert_string_equal(symbol("cper.severity"), "fatal");
	assert_int_equal(number("cper.sections"), 2);
	cper(CPER("43504552", "FFFFFFFF", "04000000"), 128);
	assert_false(has("cper."));
	cper(CPER("43504552", "FFFFFFFE", "01000000"), 128);
	assert_false(has("cper."));
	cper(CPER("43504553", "FFFFFFFF", "01000000"), 128);
	assert_false(has("cper."));
	cper(CPER("43504552", "FFFFFFFF", "01000000"), 127);
	assert_false(has("cper."));
}

static void
payloads_of_wins_and_others(void **state)
{
	(void)state;
	decode_data("WINS", 4262, "0000103b 892e020c 00000000 0001d881");
	assert_text("net.address", "137.46.2.12");
	decode_data("WINS", 4263, "0000103b 892e020c 00000000 0001d881");
	assert_false(has("net."));
	decode_data("WINS", 4137, "000003a1 00000007");
	assert_int_equal(number("wins.records"), 7);
	decode_data("WINS", 4138, "000003a1 00000005");
	assert_string_equal(symbol("data.status"), "ERROR_ACCESS_DENIED");
	decode_data("WINS", 4137, "000003a1 00000007 00000000");
	assert_false(has("wins."));
	decode_data("USER32", 1074, "00 00");
	assert_false(has("shutdown."));
	decode_data("USER32", 1076, "00000000");
	assert_true(has("shutdown.reason"));
	decode_data("USER32", 1075, "00000000");
	assert_false(has("shutdown.reason"));
	decode_data("MSExchangeIMC", 2000, "00000001 00000005 74786574 "
	    "74786574");
	assert_text("data.text", "texttext");
	decode_data("MSExchangeIMC", 2000, "00000001 00000005 00000000");
	assert_true(has("data.status"));
	assert_false(has("data.text"));
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(errors_of_port_drivers),
		TEST(commands_of_every_length),
		TEST(sense_data_of_fixed_format),
		TEST(disk_153_needs_four_bytes),
		TEST(disk_51_without_sense),
		TEST(inventories_of_releases),
		TEST(versions_of_the_event_log),
		TEST(statuses_by_their_ranges),
		TEST(numbers_of_fields),
		TEST(keys_and_states_of_services),
		TEST(texts_among_the_data),
		TEST(sids_among_the_data),
		TEST(addresses_of_dns_servers),
		TEST(records_of_platform_errors),
		TEST(payloads_of_wins_and_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
