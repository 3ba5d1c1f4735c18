/*
 * From events to facts: STOPs in their four layouts, boots, shutdowns and
 * the release, with the strings and bytes of real records from NT 3.51 to
 * Windows 11.
 */
#include "unit.h"
#include "decode_events.h"

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
	assert_null(fact("power.bugcheck")->symbol);
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
	assert_int_equal(facts.n, 2);
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
	    "\0006.1.7601 Build 7601 Service Pack 1\0Multiprocessor Free\0"
	    "7601.win7sp1_rtm.101119-1850\0005588f6ca\0NA\0NA\0009\0001\0"
	    "512\000409\0HOST\0";
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
	assert_int_equal(fact("os.build")->offset, 76);
	assert_text("os.kernel", "Multiprocessor Free");
	assert_text("os.build_lab", "7601.win7sp1_rtm.101119-1850");
	assert_string_equal(clock_people(&mem, number("os.installed")).p,
	    "2015-06-23 06:03:54Z");
	assert_int_equal(number("host.cpus"), 1);
	assert_int_equal(number("host.ram"), 512);
	assert_int_equal(number("host.locale"), 0x409);
	assert_text("host.name", "HOST");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
