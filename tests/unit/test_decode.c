/*
 * From events to facts: packets of drivers, status numbers, services.  The
 * bytes are those that KB articles and real records show.
 */
#include "unit.h"
#include "decode_events.h"

/* KB886670. */
static void
a_packet_of_srv_2020_is_read(void **state)
{
	(void)state;
	decode_data("Srv", 2020,
	    "00040000 00540001 00000000 c00007e4 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 0000000b");
	assert_int_equal(number("packet.error_code"), 0xC00007E4);
	assert_string_equal(symbol("packet.error_code"),
	    "EVENT_SRV_NO_PAGED_POOL");
	assert_int_equal(number("packet.final_status"), 0xC000009A);
	assert_string_equal(symbol("packet.final_status"),
	    "STATUS_INSUFFICIENT_RESOURCES");
	assert_non_null(fact("packet.final_status")->meaning);
	assert_int_equal(fact("packet.final_status")->offset, 0x14);
	assert_int_equal(fact("packet.final_status")->length, 4);
	assert_int_equal(number("packet.dump_size"), 4);
	assert_int_equal(number("packet.dump0"), 0x0B);
	assert_int_equal(fact("packet.dump0")->offset, 0x28);
	assert_null(fact_find(&facts, "packet.dump1"));
	assert_false(has("status."));
}

/* Q145882. */
static void
a_packet_without_dump_data_is_read(void **state)
{
	(void)state;
	decode_data("Srv", 2021,
	    "00000000 00480003 00000000 800007e5 00000000 c000009a "
	    "00000000 00000000 00000000 00000000");
	assert_string_equal(symbol("packet.error_code"),
	    "EVENT_SRV_NO_WORK_ITEM");
	assert_int_equal(number("packet.dump_size"), 0);
	assert_false(has("packet.dump0"));
}

/* KB244780, as bytes. */
static void
a_packet_of_the_disk_driver_is_read(void **state)
{
	(void)state;
	decode_data("Disk", 51,
	    "04 00 22 00 01 00 72 00 00 00 00 00 33 00 04 80 "
	    "2d 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 52 ea 04 15 00 00 00 01 00 00 00 04 00 00 00 "
	    "03 00 00 00 2a 00 00 00 02 84 00 00 00 29 06 00 "
	    "2a 60 0a 82 75 29 00 00 80 00");
	assert_string_equal(symbol("packet.major_function"),
	    "IRP_MJ_WRITE");
	assert_string_equal(symbol("packet.error_code"),
	    "IO_WARNING_PAGING_FAILURE");
	assert_int_equal(number("packet.unique_value"), 0x12D);
	assert_null(fact("packet.unique_value")->symbol);
	assert_true(number("packet.device_offset") ==
	    UINT64_C(0x1504EA5200));
	assert_int_equal(number("packet.dump4"), 0x8402);
	/* 0x22 bytes: the last word is half of one. */
	assert_int_equal(number("packet.dump8"), 0x80);
	assert_int_equal(fact("packet.dump8")->length, 2);
	assert_false(has("packet.dump9"));
}

/* Dump data cut short, and an I/O control code. */
static void
dump_words_are_bounded_by_what_is_there(void **state)
{
	(void)state;
	decode_data("Disk", 11,
	    "0068030E 00000001 00000000 C004000B 00000103 00000000 "
	    "00000000 002D0800 00000000 00000000 000427B7 00000000 "
	    "FFFFFFFF 00000006 00000040 00000000 12060000 10000008 "
	    "00000000 0000003C");
	assert_int_equal(number("packet.retry_count"), 3);
	assert_int_equal(number("packet.io_control"), 0x2D0800);
	assert_string_equal(fact("packet.io_control")->note.p,
	    "device type 0x2D, function 0x200");
	assert_int_equal(number("packet.dump_size"), 0x68);
	assert_int_equal(number("packet.dump9"), 0x3C);
	assert_false(has("packet.dump10"));
}

static void
dump_data_without_a_size_is_shown_all_the_same(void **state)
{
	(void)state;
	decode_data("Srv", 2020,
	    "00000000 00540001 00000000 c00007e4 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 0000000b");
	assert_int_equal(number("packet.dump0"), 0x0B);
}

static void
an_unknown_error_code_is_taken_apart(void **state)
{
	(void)state;
	/* Q317919: the header of today gives 2009 another severity. */
	decode_data("Srv", 2009,
	    "00040000 00540001 00000000 c00007d9 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 000003e9");
	assert_string_equal(symbol("packet.error_code"), "(none)");
	assert_string_equal(fact("packet.error_code")->note.p,
	    "error, facility 0x0, code 0x7D9");
	assert_int_equal(number("packet.dump0"), 0x3E9);
}

static void
data_of_another_event_is_no_packet(void **state)
{
	(void)state;
	decode_data("Srv", 2019,
	    "00040000 00540001 00000000 c00007e4 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 0000000b");
	assert_int_equal(facts.n, 0);
	/* One byte too few. */
	decode_data("Srv", 2021,
	    "00000000 00480003 00000000 800007e5 00000000 c000009a "
	    "00000000 00000000 00000000 00 00 00");
	assert_int_equal(facts.n, 0);
	/* Zeros are no code, even for event 0. */
	decode_data("Srv", 0, "00000000 00000000 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 00000000 00000000");
	assert_int_equal(facts.n, 0);
}

static void
a_status_alone_is_named_by_its_range(void **state)
{
	(void)state;
	decode_data("NETLOGON", 5719, "5e 00 00 c0");
	assert_string_equal(symbol("status.value"),
	    "STATUS_NO_LOGON_SERVERS");
	assert_int_equal(fact("status.value")->length, 4);
	decode_data("Server", 2504, "BE 04");
	assert_string_equal(symbol("status.value"), "ERROR_INVALID_NETNAME");
	decode_data("NETLOGON", 5705, "02");
	assert_string_equal(symbol("status.value"), "ERROR_FILE_NOT_FOUND");
	assert_int_equal(fact("status.value")->length, 1);
	decode_data("DnsApi", 11164, "51 27 00 00");
	assert_string_equal(symbol("status.value"), "WSAEHOSTUNREACH");
}

static void
a_status_out_of_the_book_is_described(void **state)
{
	(void)state;
	/* A database error of DHCP 1014, and an HRESULT. */
	decode_data("DhcpServer", 1014, "02 fe ff ff");
	assert_string_equal(symbol("status.value"), "(none)");
	assert_string_equal(fact("status.value")->note.p,
	    "-510 as a signed number");
	decode_data("Perflib", 1008, "0e 00 07 80");
	assert_string_equal(fact("status.value")->note.p,
	    "HRESULT of ERROR_OUTOFMEMORY");
	decode_data("DhcpServer", 1016, "2d 4e 00 00");
	assert_int_equal(number("status.value"), 20013);
	assert_string_equal(arena_cstr(&mem, fact("status.value")->note),
	    "not in the code book");
}

static void
short_data_of_other_kinds_is_no_status(void **state)
{
	(void)state;
	decode_data("USER32", 1074, "ff 00 00 80");
	assert_int_equal(facts.n, 1);
	assert_int_equal(number("shutdown.reason"), 0x800000FF);
	decode_data("EventLog", 6006, "ff 00 00 00");
	assert_false(has("status."));
	decode_data("W3SVC", 115, "34 00 00");
	assert_int_equal(facts.n, 0);
}

static void
a_service_and_its_error_are_found(void **state)
{
	(void)state;
	decode_strings("Service Control Manager", 7000, "Spooler|%%1053");
	assert_text("service.name", "Spooler");
	assert_int_equal(number("param.error"), 1053);
	assert_string_equal(symbol("param.error"),
	    "ERROR_SERVICE_REQUEST_TIMEOUT");
	decode_strings("Service Control Manager", 7001, "A|B|%%1068");
	assert_string_equal(symbol("param.error"),
	    "ERROR_SERVICE_DEPENDENCY_FAIL");
	decode_strings("Service Control Manager", 7032,
	    "1|Restart the service|Themes|%%1056");
	assert_text("service.name", "Themes");
	assert_int_equal(number("param.error"), 1056);
	decode_strings("Service Control Manager", 7023, "DNS Server|13");
	assert_int_equal(number("param.error"), 13);
	assert_string_equal(symbol("param.error"), "ERROR_INVALID_DATA");
}

static void
a_timeout_is_no_error_number(void **state)
{
	(void)state;
	decode_strings("Service Control Manager", 7011, "30000|LanmanServer");
	assert_text("service.name", "LanmanServer");
	assert_false(has("param."));
	decode_strings("Service Control Manager", 7031,
	    "Themes|1|60000|1|Restart the service");
	assert_text("service.name", "Themes");
	assert_false(has("param."));
}

static void
a_number_of_the_services_own_gets_no_symbol(void **state)
{
	(void)state;
	decode_strings("Service Control Manager", 7024, "DHCP Server|5");
	assert_int_equal(number("param.error"), 5);
	assert_null(fact("param.error")->symbol);
	assert_true(fact("param.error")->note.n > 0);
}

static void
inserts_of_other_sources_are_no_errors(void **state)
{
	(void)state;
	decode_strings("Microsoft-Windows-Security-Auditing", 4624,
	    "x|%%1833");
	assert_int_equal(facts.n, 0);
	decode_strings("Microsoft-Windows-GroupPolicy", 5320, "%%4168");
	assert_int_equal(facts.n, 0);
	decode_strings("DCOM", 10005, "%%1058|netman");
	assert_string_equal(symbol("param.error"), "ERROR_SERVICE_DISABLED");
	decode_strings("DCOM", 10005, "%%|%%x5|%%99999999999");
	assert_int_equal(facts.n, 0);
}

static void
words_of_data_are_little_endian_and_padded(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5 };
	uint32_t w[2] = { 0, 0 };

	(void)state;
	assert_int_equal(decode_words((struct span){ bytes, 5 }, w, 2), 2);
	assert_int_equal(w[0], 0x04030201);
	assert_int_equal(w[1], 5);
	assert_int_equal(decode_words((struct span){ bytes, 5 }, w, 1), 1);
	assert_int_equal(decode_words((struct span){ bytes, 0 }, w, 2), 0);
}

static bool
wants(const char *provider, const char *source, uint16_t id)
{
	return decode_wants(str_of(provider), str_of(source), id);
}

static void
events_about_hosts_are_wanted(void **state)
{
	(void)state;
	assert_true(wants("EventLog", "", 6005));
	assert_true(wants("EVENTLOG", "", 6013));
	assert_true(wants("microsoft-windows-kernel-general", "", 12));
	assert_true(wants("Microsoft-Windows-WER-SystemErrorReporting",
	    "BugCheck", 1001));
	assert_true(wants("Save Dump", "", 1001));
	assert_true(wants("x", "user32", 1074));
	assert_false(wants("EventLog", "", 6007));
	assert_false(wants("Windows Error Reporting", "", 1001));
	assert_false(wants("", "", 6005));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_of_srv_2020_is_read),
		cmocka_unit_test(a_packet_without_dump_data_is_read),
		cmocka_unit_test(a_packet_of_the_disk_driver_is_read),
		cmocka_unit_test(dump_words_are_bounded_by_what_is_there),
		cmocka_unit_test(
		    dump_data_without_a_size_is_shown_all_the_same),
		cmocka_unit_test(an_unknown_error_code_is_taken_apart),
		cmocka_unit_test(data_of_another_event_is_no_packet),
		cmocka_unit_test(a_status_alone_is_named_by_its_range),
		cmocka_unit_test(a_status_out_of_the_book_is_described),
		cmocka_unit_test(short_data_of_other_kinds_is_no_status),
		cmocka_unit_test(a_service_and_its_error_are_found),
		cmocka_unit_test(a_timeout_is_no_error_number),
		cmocka_unit_test(a_number_of_the_services_own_gets_no_symbol),
		cmocka_unit_test(inserts_of_other_sources_are_no_errors),
		cmocka_unit_test(words_of_data_are_little_endian_and_padded),
		cmocka_unit_test(events_about_hosts_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
