/*
 * Dump data and other payloads, as articles and real records show them.
 */
#include "unit.h"
#include "decode_events.h"

/* KB244780. */
static void
disk_51_in_the_short_layout(void **state)
{
	(void)state;
	decode_data("Disk", 51,
	    "04 00 22 00 01 00 72 00 00 00 00 00 33 00 04 80 "
	    "2d 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 52 ea 04 15 00 00 00 01 00 00 00 04 00 00 00 "
	    "03 00 00 00 2a 00 00 00 02 84 00 00 00 29 06 00 "
	    "2a 60 0a 82 75 29 00 00 80 00");
	assert_int_equal(number("scsi.path"), 1);
	assert_int_equal(number("scsi.target"), 4);
	assert_int_equal(number("scsi.lun"), 3);
	assert_int_equal(number("scsi.status"), 2);
	assert_int_equal(number("srb.status"), 0x84);
	assert_int_equal(number("sense.key"), 6);
	assert_int_equal(number("sense.asc"), 0x2900);
	assert_int_equal(number("cdb.lba"), 0x0A827529);
	assert_int_equal(fact("cdb.lba")->offset, 0x42);
	assert_int_equal(number("cdb.blocks"), 0x80);
}

static const char cdrom_51[] =
    "00800003 00000001 00000000 80040033 0000012d 80000016 00000000 "
    "00000000 02646800 00000000 015a16ae 00000000 ffffffff 00000001 "
    "c4000058 00000102 120a2000 40000248 00008000 0000000a 00000000 "
    "00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
    "00000000 00000000 00000000 00000000 00000028 00008d4c 00000010 "
    "00000000 000600f0 0a000000 00000000 00000028 00000000 00000000";

/* 64 bits: the SRB is 0x58 long; a medium was changed. */
static void
cdrom_51_with_sense_data(void **state)
{
	(void)state;
	decode_data("cdrom", 51, cdrom_51);
	assert_int_equal(number("srb.status"), 0xC4);
	assert_int_equal(number("srb.length"), 0x8000);
	assert_int_equal(number("srb.timeout"), 10);
	assert_string_equal(symbol("cdb.op"), "SCSIOP_READ");
	assert_int_equal(number("cdb.lba"), 0x4C8D);
	assert_int_equal(fact("cdb.lba")->offset, 0x82);
	assert_int_equal(number("sense.key"), 6);
	assert_int_equal(number("sense.asc"), 0x2800);
	assert_int_equal(number("class.ticks"), 0x15A16AE);
}

/* Another driver's packet of that shape has an SRB there, no clock. */
static void
the_first_words_are_a_clock_only_for_class_drivers(void **state)
{
	(void)state;
	decode_data("", 51, cdrom_51);
	assert_int_equal(number("srb.status"), 0xC4);
	assert_false(has("class."));
	decode_data("Srv", 51, cdrom_51);
	assert_false(has("srb."));
}

/* 32 bits, from a port driver: error 7, then the SRB. */
static void
atapi_9_has_the_error_of_the_port(void **state)
{
	(void)state;
	decode_data("atapi", 9,
	    "0050000f 00a40001 00000000 c0040009 00000100 00000000 "
	    "00000000 00000000 00000000 00000000 00000000 00000000 "
	    "00000000 00000007 0e000040 00000000 120a2000 40200340 "
	    "00004000 0000003c 00000000 00000000 00000000 00000000 "
	    "00000002 00000000 55030028 000087b5 00000020 00000000");
	assert_string_equal(symbol("port.error"), "SP_REQUEST_TIMEOUT");
	assert_string_equal(symbol("srb.status"), "SRB_STATUS_BUS_RESET");
	assert_int_equal(number("cdb.lba"), 0x0355B587);
	assert_int_equal(number("cdb.blocks"), 0x20);
}

/* Q132499. */
static void
a_port_packet_of_four_words(void **state)
{
	(void)state;
	decode_data("aic78xx", 11,
	    "0010000f 00680001 00000000 c004000b 00020012 00000000 "
	    "00006395 00000000 00000000 00000000 00000000 00000004 "
	    "00000000 00000005");
	assert_string_equal(symbol("port.error"), "SP_PROTOCOL_ERROR");
	assert_int_equal(number("scsi.target"), 4);
	/* No error: no port packet. */
	decode_data("Disk", 34,
	    "0010000f 00000001 00000000 80040022 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 00000000 00000000 "
	    "00000000 00000000");
	assert_false(has("port."));
}

static void
disk_153_says_status_and_command(void **state)
{
	(void)state;
	decode_data("disk", 153,
	    "0004010f 002c0004 00000000 80040099 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 88040000");
	assert_string_equal(symbol("srb.status"), "SRB_STATUS_ERROR");
	assert_int_equal(number("scsi.status"), 0);
	assert_string_equal(symbol("cdb.op"), "SCSIOP_READ16");
	assert_int_equal(fact("cdb.op")->offset, 0x2B);
}

/* Q120752. */
static void
netbt_4320_names_the_node(void **state)
{
	(void)state;
	decode_data("NetBT", 4320,
	    "00040000 00540001 00000000 c00010e0 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 16651ae7");
	assert_text("net.address", "22.101.26.231");
}

/* Q142617, Q165697, Q288301, Q165815. */
static void
servers_and_redirectors(void **state)
{
	(void)state;
	decode_data("Srv", 2006,
	    "000c0000 007c0002 00000000 c00007d6 00000000 c0982001 "
	    "00000000 00000000 00000000 00000000 0000062f 424d53ff "
	    "00000075");
	assert_string_equal(symbol("smb.command"),
	    "SMB_COM_TREE_CONNECT_ANDX");
	assert_int_equal(fact("smb.command")->offset, 0x30);
	decode_data("Rdr", 3031,
	    "000c0000 007e0002 00000000 80000bd7 00000000 c0000034 "
	    "00000000 00000000 00000000 00000000 0073005c 0079006b "
	    "0061006d");
	assert_text("dump.text", "\\skyma");
	decode_data("Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c0000054 "
	    "00000000 00000000 00000000 00000000 05930bd3");
	assert_int_equal(number("srv.call"), 0xBD3);
	assert_int_equal(number("srv.place"), 0x593);
	decode_data("Srv", 2009,
	    "00040000 00540001 00000000 c00007d9 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 000003ea");
	assert_string_equal(symbol("srv.table"), "searches");
}

static void
termdd_56_holds_a_status(void **state)
{
	(void)state;
	decode_data("TermDD", 56,
	    "00040000 002c0002 00000000 c00a0038 00000000 c00a0038 "
	    "00000000 00000000 00000000 00000000 d00a0032");
	assert_int_equal(number("dump.status"), 0xD00A0032);
}

static void
the_service_manager_names_service_and_state(void **state)
{
	(void)state;
	decode_data("Service Control Manager", 7036,
	    "0076 0065 006e 0074 002f 0034 0000");
	assert_text("service.key", "vent");
	assert_string_equal(symbol("service.state"), "SERVICE_RUNNING");
	decode_data("Service Control Manager", 7031, "0076 0065 006e 0074");
	assert_text("service.key", "vent");
	assert_false(has("service.state"));
}

static void
reasons_sids_text_and_thumbprints(void **state)
{
	(void)state;
	decode_data("USER32", 1074, "80020003 00000000 00000000");
	assert_int_equal(number("shutdown.reason"), 0x80020003);
	decode_data("Some", 1, "00000101 05000000 00000012");
	assert_text("data.sid", "S-1-5-18");
	decode_data("Windows Update Agent", 19, "336e6957 00003d32");
	assert_text("data.text", "Win32=");
	decode_data("Microsoft-Windows-TerminalServices-"
	    "RemoteConnectionManager", 1056,
	    "9b835c61 3060688b 0f25b37f 77514b40 2e0d2db7");
	assert_text("cert.sha1", "615c839b8b6860307fb3250f404b5177b72d0d2e");
	/* Numbers that happen to be printable for three bytes. */
	decode_data("Some", 1, "00414243 00000001");
	assert_false(has("data."));
}

static void
addresses_in_fields(void **state)
{
	static const uint8_t raw[] = { 2, 0, 0, 53, 127, 0, 0, 1 };
	struct event e = event("Microsoft-Windows-DNS-Client", 1014);
	struct field f = { .name = str_of("Address"), .type = VALUE_BINARY,
	    .part = PART_DATA, .bytes = { raw, sizeof raw } };

	(void)state;
	e.fields = &f;
	e.nfields = 1;
	decode(&e);
	assert_text("net.address", "127.0.0.1 port 53");
	/* As event XML has it; cut short it says nothing. */
	decode_strings("Microsoft-Windows-DNS-Client", 1014,
	    "Address=02000035C0A80202");
	assert_text("net.address", "192.168.2.2 port 53");
	decode_strings("Microsoft-Windows-DNS-Client", 1014,
	    "Address=1700003500000000FE80000000000000000000000000000A"
	    "03000000");
	assert_text("net.address", "fe80::a port 53");
	decode_strings("Microsoft-Windows-DNS-Client", 1014,
	    "Address=1700003500000000FE8000000000000000000000000000");
	assert_int_equal(facts.n, 0);
	decode_strings("Microsoft-Windows-DNS-Client", 1014,
	    "Address=02000035C0");
	assert_int_equal(facts.n, 0);
}

static void
an_error_record_of_the_firmware(void **state)
{
	uint8_t raw[128] = "CPER";
	struct event e = event("Microsoft-Windows-WHEA-Logger", 18);
	struct field f = { .name = str_of("RawData"), .type = VALUE_BINARY,
	    .part = PART_DATA, .bytes = { raw, sizeof raw } };

	(void)state;
	memset(raw + 6, 0xFF, 4);
	raw[10] = 3;
	raw[12] = 1;
	raw[20] = 128;
	e.fields = &f;
	e.nfields = 1;
	decode(&e);
	assert_string_equal(symbol("cper.severity"), "fatal");
	assert_int_equal(number("cper.sections"), 3);
	assert_int_equal(number("cper.length"), 128);
	raw[12] = 9;
	decode(&e);
	assert_int_equal(facts.n, 0);
}

/* Q155040, Q245565. */
static void
a_number_of_its_own_stands_before_the_status(void **state)
{
	(void)state;
	decode_data("MSExchangeIMC", 4131, "001503f3 8009030f");
	assert_int_equal(number("data.status"), 0x8009030F);
	decode_data("WINS", 4288, "00002589 fffffdfc");
	assert_string_equal(fact("data.status")->note.p,
	    "-516 as a signed number");
}

static void
the_last_sign_of_life_has_a_zone(void **state)
{
	(void)state;
	decode_data("EventLog", 6008,
	    "000407dc 00060005 003b0009 001d000d 000407dc 00060005 "
	    "003b000d 001d000d 00000960");
	assert_text("shutdown.offset", "-04:00");
	assert_true(has("shutdown.last_alive"));
}

static void
bytes_that_nothing_explains_are_counted(void **state)
{
	static const uint8_t raw[] = { 1, 0, 2, 3 };

	(void)state;
	facts.n = 0;
	assert_int_equal(facts_unexplained(&facts,
	    (struct span){ raw, sizeof raw }), 3);
	facts.n = 1;
	facts.v[0] = (struct fact){ .name = "a", .offset = 2, .length = 1 };
	assert_int_equal(facts_unexplained(&facts,
	    (struct span){ raw, sizeof raw }), 2);
	facts.v[0].name = "packet.dump0";
	assert_int_equal(facts_unexplained(&facts,
	    (struct span){ raw, sizeof raw }), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_51_in_the_short_layout),
		cmocka_unit_test(cdrom_51_with_sense_data),
		cmocka_unit_test(
		    the_first_words_are_a_clock_only_for_class_drivers),
		cmocka_unit_test(atapi_9_has_the_error_of_the_port),
		cmocka_unit_test(a_port_packet_of_four_words),
		cmocka_unit_test(disk_153_says_status_and_command),
		cmocka_unit_test(netbt_4320_names_the_node),
		cmocka_unit_test(servers_and_redirectors),
		cmocka_unit_test(termdd_56_holds_a_status),
		cmocka_unit_test(the_service_manager_names_service_and_state),
		cmocka_unit_test(reasons_sids_text_and_thumbprints),
		cmocka_unit_test(addresses_in_fields),
		cmocka_unit_test(an_error_record_of_the_firmware),
		cmocka_unit_test(a_number_of_its_own_stands_before_the_status),
		cmocka_unit_test(the_last_sign_of_life_has_a_zone),
		cmocka_unit_test(bytes_that_nothing_explains_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
