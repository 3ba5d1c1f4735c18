/*
 * From events to facts, with the bytes and strings of real records: the
 * data dumps that KB articles print, and records of NT 3.51 to Windows 11.
 */
#include "unit.h"
#include "base/clock.h"
#include "codes/decode.h"

static struct arena mem;
static struct facts facts;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

/* Words as Event Viewer prints them, or bytes, by the length of a group. */
static struct span
dump(const char *text)
{
	uint8_t *p = arena_alloc(&mem, strlen(text) / 2 + 1);
	size_t n = 0;

	while (*text != '\0') {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");
		uint64_t v;

		assert_true(str_hex64((struct str){ text, digits }, &v));
		for (size_t i = 0; i < digits / 2; i++)
			p[n++] = (uint8_t)(v >> 8 * i);
		text += digits;
		text += strspn(text, " ");
	}
	return (struct span){ p, n };
}

static struct event
event(const char *provider, uint16_t id)
{
	struct event e = { .provider = str_of(provider), .id = id,
	    .qualifiers = EVENT_ABSENT, .time = CLOCK_UNIX_EPOCH };

	return e;
}

static void
decode(const struct event *e)
{
	decode_event(&mem, e, &facts);
}

static void
decode_data(const char *provider, uint16_t id, const char *data)
{
	struct event e = event(provider, id);

	e.has_binary = true;
	e.binary = dump(data);
	decode(&e);
}

/* Strings "a|b|c"; with names, "name=a|name=b". */
static struct event
event_strings(const char *provider, uint16_t id, const char *strings)
{
	struct event e = event(provider, id);
	struct field *f = arena_array(&mem, struct field, 16);

	for (size_t n; *strings != '\0'; strings += n) {
		struct str s = { strings, strcspn(strings, "|") };
		size_t eq = str_find(s, "=", 0);

		n = s.n + (strings[s.n] == '|');
		if (eq != SIZE_MAX) {
			f[e.nfields].name = str_sub(s, 0, eq);
			s = str_sub(s, eq + 1, s.n);
		}
		f[e.nfields].text = s;
		f[e.nfields].type = VALUE_TEXT;
		f[e.nfields++].part = PART_DATA;
	}
	e.fields = f;
	return e;
}

static void
decode_strings(const char *provider, uint16_t id, const char *strings)
{
	struct event e = event_strings(provider, id, strings);

	decode(&e);
}

static const struct fact *
fact(const char *name)
{
	const struct fact *f = fact_find(&facts, name);

	if (f == NULL)
		print_error("no fact %s\n", name);
	assert_non_null(f);
	return f;
}

static uint64_t
number(const char *name)
{
	return fact(name)->number;
}

static const char *
symbol(const char *name)
{
	const char *s = fact(name)->symbol;

	return s == NULL ? "(none)" : s;
}

static void
assert_text(const char *name, const char *text)
{
	assert_int_equal(fact(name)->type, FACT_TEXT);
	assert_string_equal(arena_cstr(&mem, fact(name)->text), text);
}

static bool
has(const char *prefix)
{
	for (size_t i = 0; i < facts.n; i++)
		if (strncmp(facts.v[i].name, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

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
	assert_int_equal(facts.n, 0);
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
words_of_the_audit_log_are_no_errors(void **state)
{
	(void)state;
	decode_strings("Microsoft-Windows-Security-Auditing", 4624,
	    "x|%%1833");
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

/* Q145882: NT 3.51, the release in a string of its own. */
static void
a_save_dump_names_stop_dump_and_build(void **state)
{
	(void)state;
	decode_strings("Save Dump", 1001,
	    "0x0000003f (0x00000000, 0x00000000, 0x00000000, 0x00000000)|"
	    "Microsoft Windows NT [v15.1057]|C:\\MEMORY.DMP");
	assert_int_equal(number("bugcheck.code"), 0x3F);
	assert_string_equal(symbol("bugcheck.code"), "NO_MORE_SYSTEM_PTES");
	assert_string_equal(fact("bugcheck.p1")->meaning,
	    "system page table entries");
	assert_int_equal(number("bugcheck.p4"), 0);
	assert_text("bugcheck.dump", "C:\\MEMORY.DMP");
	assert_text("bugcheck.layout", "save-dump");
	assert_int_equal(number("os.build"), 1057);
	assert_false(has("bugcheck.minidump"));
}

/* Q235496, the whole sentence as one text. */
static void
a_stop_is_found_inside_a_sentence(void **state)
{
	(void)state;
	decode_strings("Save Dump", 1001, "The computer has rebooted from a "
	    "bugcheck.  The bugcheck was : 0xc000021a (0xe1270188,\r\n"
	    "0x00000001, 0x00000000, 0x00000000). Microsoft Windows NT "
	    "(v15.1381). A dump was saved in: C:\\Winnt\\Memory.dmp.");
	assert_int_equal(number("bugcheck.code"), 0xC000021A);
	assert_int_equal(number("bugcheck.p1"), 0xE1270188);
	assert_text("bugcheck.dump", "C:\\Winnt\\Memory.dmp");
	assert_int_equal(number("os.build"), 1381);
}

static void
a_stop_in_translated_text_is_found(void **state)
{
	struct event e = event("Save Dump", 1001);

	(void)state;
	e.message = str_of("\xe6\xa3\x80\xe6\xb5\x8b\xe9\x94\x99\xe8\xaf\xaf: "
	    "0x1000008e (0xc0000005, 0x01d04bf0, 0x00000010, 0x0000029a)"
	    "\xe3\x80\x82 C:\\WINDOWS\\Minidump\\Mini052809-01.dmp"
	    "\xe3\x80\x82");
	decode(&e);
	assert_int_equal(number("bugcheck.code"), 0x8E);
	assert_int_equal(number("bugcheck.minidump"), 1);
	assert_string_equal(symbol("bugcheck.p1"),
	    "STATUS_ACCESS_VIOLATION");
	assert_text("bugcheck.dump",
	    "C:\\WINDOWS\\Minidump\\Mini052809-01.dmp");
}

static void
a_cut_list_of_parameters_gives_what_it_has(void **state)
{
	(void)state;
	decode_strings("Save Dump", 1000, "0x0000007f (0x00000008, 0x1)");
	assert_int_equal(number("bugcheck.p2"), 1);
	assert_string_equal(fact("bugcheck.p1")->meaning, "double fault");
	assert_string_equal(fact("bugcheck.p1")->label, "trap");
	assert_false(has("bugcheck.p3"));
	decode_strings("Save Dump", 1001, "0x7f (0x8, 0x0 and so on)");
	assert_int_equal(facts.n, 0);
	decode_strings("Save Dump", 1001, "0x7f (0x1, 0x2, 0x3, 0x4, 0x5)");
	assert_int_equal(facts.n, 0);
	decode_strings("Save Dump", 1001, "0x7f ()|0x|0x7f (|0");
	assert_int_equal(facts.n, 0);
	decode_strings("Save Dump", 1001, "0x12345678900000007f (0x8)");
	assert_int_equal(facts.n, 0);
}

/* Windows 7 and Windows 10. */
static void
wer_1001_names_stop_and_dump(void **state)
{
	(void)state;
	decode_strings("BugCheck", 1001,
	    "param1=0x00000116 (0xffffc808b0b38010, 0xfffff80282362440, "
	    "0xffffffffc000009a, 0x0000000000000004)|"
	    "param2=C:\\Windows\\MEMORY.DMP|param3=040612-50390-01");
	assert_string_equal(symbol("bugcheck.code"), "VIDEO_TDR_FAILURE");
	assert_true(number("bugcheck.p1") == UINT64_C(0xFFFFC808B0B38010));
	/* Sign-extended: an NTSTATUS has 32 bits. */
	assert_int_equal(number("bugcheck.p3"), 0xC000009A);
	assert_string_equal(symbol("bugcheck.p3"),
	    "STATUS_INSUFFICIENT_RESOURCES");
	assert_text("bugcheck.dump", "C:\\Windows\\MEMORY.DMP");
	assert_text("bugcheck.layout", "wer");
	/* The application log's 1001 is another event. */
	decode_strings("Windows Error Reporting", 1001, "0x7f (0x8)");
	assert_int_equal(facts.n, 0);
}

static void
system_error_1003_is_bare_hexadecimal(void **state)
{
	(void)state;
	decode_strings("System Error", 1003,
	    "1000008e|c0000005|bd1f132a|b25d287c|00000000");
	assert_int_equal(number("bugcheck.code"), 0x8E);
	assert_int_equal(number("bugcheck.minidump"), 1);
	assert_string_equal(symbol("bugcheck.p1"),
	    "STATUS_ACCESS_VIOLATION");
	assert_int_equal(number("bugcheck.p2"), 0xBD1F132A);
	assert_text("bugcheck.layout", "system-error");
	decode_strings("System Error", 1003, "8e|c0000005|1|2");
	assert_int_equal(facts.n, 0);
	decode_strings("System Error", 1003, "8e|c0000005|1|2|3|4");
	assert_int_equal(facts.n, 0);
}

static void
kernel_power_41_counts_in_decimal(void **state)
{
	(void)state;
	decode_strings("Microsoft-Windows-Kernel-Power", 41,
	    "BugcheckCode=159|BugcheckParameter1=0x3|"
	    "BugcheckParameter2=0xffffe001|BugcheckParameter3=0x0|"
	    "BugcheckParameter4=0x0|SleepInProgress=4|"
	    "PowerButtonTimestamp=0");
	assert_string_equal(symbol("bugcheck.code"),
	    "DRIVER_POWER_STATE_FAILURE");
	assert_string_equal(fact("bugcheck.p4")->label, "blocked IRP");
	assert_text("bugcheck.layout", "power-41");
	assert_int_equal(number("power.bugcheck"), 159);
	assert_int_equal(number("power.sleep"), 4);
	assert_false(has("power.button"));
}

/* A record of 2015-08-25: nobody's STOP, but the button was held. */
static void
kernel_power_41_without_a_code_is_no_stop(void **state)
{
	(void)state;
	decode_strings("Microsoft-Windows-Kernel-Power", 41,
	    "BugcheckCode=0|BugcheckParameter1=0x0|SleepInProgress=false|"
	    "PowerButtonTimestamp=130849833260468750");
	assert_false(has("bugcheck."));
	assert_int_equal(number("power.bugcheck"), 0);
	assert_int_equal(number("power.button"), 1);
	assert_int_equal(number("power.sleep"), 0);
	assert_string_equal(clock_people(&mem,
	    number("power.button_time")).p, "2015-08-25 13:35:26Z");
	/* Vista wrote no fields. */
	decode_strings("Microsoft-Windows-Kernel-Power", 41, "");
	assert_int_equal(facts.n, 0);
}

static void
an_unexpected_shutdown_tells_when_it_last_lived(void **state)
{
	(void)state;
	decode_data("EventLog", 6008,
	    "dc 07 04 00 05 00 06 00 09 00 3b 00 0d 00 1d 00 "
	    "dc 07 04 00 05 00 06 00 0d 00 3b 00 0d 00 1d 00 "
	    "60 09 00 00 3c 00 00 00 01 00 00 00 60 09 00 00 "
	    "00 00 00 00 b0 04 00 00 01 00 00 00 bf 59 00 00");
	assert_int_equal(fact("shutdown.last_alive")->type, FACT_TIME);
	assert_string_equal(clock_rfc3339(&mem,
	    number("shutdown.last_alive")).p, "2012-04-06T13:59:13.029Z");
	assert_int_equal(fact("shutdown.last_alive")->offset, 16);
	assert_int_equal(fact("shutdown.last_alive")->length, 16);
	assert_int_equal(facts.n, 1);
	/* One time only: whose zone it is in nobody says. */
	decode_data("EventLog", 6008,
	    "dc 07 04 00 05 00 06 00 09 00 3b 00 0d 00 1d 00");
	assert_int_equal(facts.n, 0);
}

static void
times_of_two_days_are_not_one_moment(void **state)
{
	(void)state;
	decode_data("EventLog", 6008,
	    "dc 07 04 00 05 00 06 00 09 00 3b 00 0d 00 1d 00 "
	    "dc 07 04 00 00 00 08 00 0d 00 3b 00 0d 00 1d 00");
	assert_int_equal(facts.n, 0);
}

static void
event_log_6009_names_the_release(void **state)
{
	(void)state;
	decode_strings("EventLog", 6009,
	    "5.02.|3790|Service Pack 1|Multiprocessor Free");
	assert_int_equal(number("os.major"), 5);
	assert_int_equal(number("os.minor"), 2);
	assert_int_equal(number("os.build"), 3790);
	assert_int_equal(number("os.sp"), 1);
	assert_false(has("os.server"));
	assert_true(number("boot.start") == CLOCK_UNIX_EPOCH);
	decode_strings("EventLog", 6009, "10.00.|20348||Multiprocessor Free|0");
	assert_int_equal(number("os.major"), 10);
	assert_int_equal(number("os.minor"), 0);
	assert_int_equal(number("os.sp"), 0);
	decode_strings("EventLog", 6009, "4.0|1381|Service Pack 6|"
	    "Uniprocessor Free");
	assert_int_equal(number("os.build"), 1381);
	assert_int_equal(number("os.sp"), 6);
	decode_strings("EventLog", 6009, "Windows|eight|x");
	assert_false(has("os."));
}

/* Windows 2008 R2; the data is a list of UTF-16 strings. */
static void
event_log_6013_holds_an_inventory(void **state)
{
	static const char list[] = "1.1\0000\0Windows Server 2008 R2 Standard"
	    "\0006.1.7601 Build 7601 Service Pack 1\0Multiprocessor Free\0";
	struct event e = event_strings("EventLog", 6013,
	    "||||1039089|60|300 Eastern Standard Time");
	uint8_t wide[2 * sizeof list] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof list; i++)
		wide[2 * i] = (uint8_t)list[i];
	e.binary = (struct span){ wide, sizeof wide };
	decode(&e);
	assert_int_equal(number("host.uptime"), 1039089);
	assert_text("host.time_zone", "300 Eastern Standard Time");
	assert_text("os.product", "Windows Server 2008 R2 Standard");
	assert_int_equal(fact("os.product")->offset, 12);
	assert_int_equal(number("os.server"), 1);
	assert_int_equal(number("os.build"), 7601);
	assert_int_equal(number("os.sp"), 1);
	e.binary = (struct span){ wide, 60 };
	decode(&e);
	assert_false(has("os."));
}

static void
boots_are_marked(void **state)
{
	struct event e = event("EventLog", 6006);

	(void)state;
	decode_data("EventLog", 6005, "dc 07 03 00 04 00 0f 00 07 00 0c 00 "
	    "3b 00 1c 03 00 00 00 00 00 00 00 00");
	assert_string_equal(clock_people(&mem, number("boot.start")).p,
	    "2012-03-15 07:12:59Z");
	decode(&e);
	assert_true(number("boot.stop") == CLOCK_UNIX_EPOCH);
	decode_strings("Microsoft-Windows-Kernel-General", 12,
	    "MajorVersion=6|MinorVersion=1|BuildVersion=7601|"
	    "QfeVersion=17727|ServiceVersion=1|BootMode=0|"
	    "StartTime=2012-03-15T07:08:54.500000000Z");
	assert_int_equal(number("os.build"), 7601);
	assert_int_equal(number("os.sp"), 1);
	assert_string_equal(clock_people(&mem, number("boot.start")).p,
	    "2012-03-15 07:08:54Z");
	decode_strings("Microsoft-Windows-Kernel-General", 13,
	    "StopTime=2012-03-15T22:22:16Z");
	assert_string_equal(clock_people(&mem, number("boot.stop")).p,
	    "2012-03-15 22:22:16Z");
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
		cmocka_unit_test(words_of_the_audit_log_are_no_errors),
		cmocka_unit_test(words_of_data_are_little_endian_and_padded),
		cmocka_unit_test(a_save_dump_names_stop_dump_and_build),
		cmocka_unit_test(a_stop_is_found_inside_a_sentence),
		cmocka_unit_test(a_stop_in_translated_text_is_found),
		cmocka_unit_test(a_cut_list_of_parameters_gives_what_it_has),
		cmocka_unit_test(wer_1001_names_stop_and_dump),
		cmocka_unit_test(system_error_1003_is_bare_hexadecimal),
		cmocka_unit_test(kernel_power_41_counts_in_decimal),
		cmocka_unit_test(kernel_power_41_without_a_code_is_no_stop),
		cmocka_unit_test(
		    an_unexpected_shutdown_tells_when_it_last_lived),
		cmocka_unit_test(times_of_two_days_are_not_one_moment),
		cmocka_unit_test(event_log_6009_names_the_release),
		cmocka_unit_test(event_log_6013_holds_an_inventory),
		cmocka_unit_test(boots_are_marked),
		cmocka_unit_test(events_about_hosts_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
