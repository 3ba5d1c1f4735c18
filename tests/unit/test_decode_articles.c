/*
 * Every data section that an article prints, and what the article says it
 * holds: provider, event and words as they were printed against the facts.
 * Where an article names the bytes in running text only, they are written
 * as it names them.
 */
#include "decode_events.h"

static const struct printed {
	const char	*article;
	const char	*provider;
	uint16_t	 id;
	const char	*data;		/* words or bytes */
	const char	*says;		/* NAME=NUMBER or NAME='TEXT' ... */
} printed[] = {
	{ "KB103445", "AppleTalk", 46,
	    "00000000 005c0001 00000000 c000002e 000a03e4 c001000d "
	    "00000000 00000000 00000000 00000000",
	    "packet.final_status=0xC001000D "
	    "packet.unique_value=0xA03E4" },
	{ "KB106153", "Srv", 2000,
	    "00 00 04 00 01 00 54 00 00 00 00 00 d0 07 00 c0 00 00 00"
	    " 00 0d 00 00 c0 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 c0 0b 00 00",
	    "packet.final_status=0xC000000D srv.call=0xBC0 "
	    "srv.place=0" },
	{ "KB112842", "AppleTalk", 48,
	    "00 00 3c 00 02 00 90 00 00 00 00 00 30 00 00 80 bf 07 03"
	    " 00 01 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 aa aa 03 00 00 00 80 f3 00 01 80 9b 06 04 00 01"
	    " 08 00 02 03 52 31 00 01 0e 01 00 00 00 00 00 00 00 01 "
	    "0f 50 00 00 ff ff ff ff ff ff 80 01 00 00 00 01 00 dd 01"
	    " 0b b7 a6 80 20 00 00",
	    "packet.error_code=0x80000030 packet.final_status=0x10001"
	    " packet.dump4=0x03020008 packet.dump5=0x01003152" },
	{ "KB120752", "NetBT", 4320,
	    "00 00 04 00 01 00 54 00 00 00 00 00 e0 10 00 c0 00 00 00"
	    " 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 e7 1a 65 16",
	    "packet.error_code=0xC00010E0 net.address='22.101.26.231'" },
	{ "KB122248", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c0000008 "
	    "00000000 00000000 00000000 00000000 00000bc0",
	    "packet.final_status=0xC0000008 srv.call=0xBC0 "
	    "srv.place=0" },
	{ "KB124357", "Srv", 2001,
	    "000c0000 005c0001 00000000 c00007d1 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 000007d2 0000000b "
	    "0000003c",
	    "packet.final_status=0xC000009A packet.dump0=0x7D2 "
	    "packet.dump1=0xB packet.dump2=0x3C" },
	{ "KB124654", "Browser", 8006,
	    "002c0000 00740004 00000000 80001f46 00000000 c00000d0 "
	    "00000116 00000000 00000000 00000000 424d53ff 00000025 "
	    "00000000 00000000 00000000 00000000 57670000 056102d4 "
	    "30000011 00000000 02000000",
	    "packet.final_status=0xC00000D0 packet.sequence=278 "
	    "smb.command=0x25" },
	{ "KB124654", "Browser", 8006,
	    "00 00 2c 00 04 00 74 00 00 00 00 00 46 1f 00 80 00 00 00"
	    " 00 d0 00 00 c0 16 01 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 ff 53 4d 42 25 00 00 00 00 00 00 00 00 00 00 00"
	    " 00 00 00 00 00 00 00 00 00 00 67 57 d4 02 61 05 11 00 "
	    "00 30 00 00 00 00 00 00 00 02",
	    "packet.final_status=0xC00000D0 packet.sequence=278 "
	    "smb.command=0x25" },
	{ "KB130120", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000000d "
	    "00000000 00000000 00000000 00000000 00000bcd",
	    "packet.final_status=0xC000000D srv.call=0xBCD" },
	{ "KB131351", "Streamer", 5009,
	    "000c0000 00660002 00000000 80001391 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 00000008 0000009d "
	    "00000000",
	    "packet.dump0=8 packet.dump1=0x9D packet.dump2=0" },
	{ "KB132499", "aic78xx", 11,
	    "0010000f 00680001 00000000 c004000b 00020012 00000000 "
	    "00006395 00000000 00000000 00000000 00000000 00000004 "
	    "00000000 00000005",
	    "packet.unique_value=0x20012 scsi.path=0 scsi.target=4 "
	    "scsi.lun=0 port.error=5" },
	{ "KB134759", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000000d "
	    "00000000 00000000 00000000 00000000 12880bc5",
	    "packet.final_status=0xC000000D srv.call=0xBC5 "
	    "srv.place=0x1288" },
	{ "KB136150", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000023a "
	    "00000000 00000000 00000000 00000000 13830bbe",
	    "packet.final_status=0xC000023A srv.call=0xBBE "
	    "srv.place=0x1383" },
	{ "KB142617", "Srv", 2006,
	    "00 00 34 00 02 00 7c 00 00 00 00 00 d6 07 00 c0 00 00 00"
	    " 00 01 20 98 c0 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 2f 06 00 00 ff 53 4d 42 75 00 00 00 00 08 00 00"
	    " 00 00 00 00 00 00 00 00 00 00 00 00 04 08 25 00 01 08 "
	    "06 1a 03 81 00 31 00 01 00 08 00 41 3a 00",
	    "packet.final_status=0xC0982001 packet.dump0=0x62F "
	    "smb.command=0x75" },
	{ "KB145882", "Srv", 2021,
	    "00000000 00480003 00000000 800007e5 00000000 c000009a "
	    "00000000 00000000 00000000 00000000",
	    "packet.error_code=0x800007E5 "
	    "packet.final_status=0xC000009A packet.strings=3 "
	    "packet.dump_size=0" },
	{ "KB150553", "Weitekp9", 22,
	    "000c0000 005e0003 00000000 c0040016 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 0000f000 00000000 "
	    "00000c04",
	    "resource.start=0xF000 resource.length=0xC04" },
	{ "KB150553", "mvaudio", 22,
	    "000c0000 005e0003 00000000 c0040016 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 0000f388 00000000 "
	    "00000004",
	    "resource.start=0xF388 resource.length=4" },
	{ "KB150553", "Weitekp9", 22,
	    "000c0000 005c0003 00000000 c0040016 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 0000f000 00000000 "
	    "00001000",
	    "resource.start=0xF000 resource.length=0x1000" },
	{ "KB150553", "mvaudio", 22,
	    "000c0000 005c0003 00000000 c0040016 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 0000f388 00000000 "
	    "00000004",
	    "resource.start=0xF388 resource.length=4" },
	{ "KB152846", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c0000013 "
	    "00000000 00000000 00000000 00000000 04e80bb9",
	    "packet.final_status=0xC0000013 srv.call=0xBB9 "
	    "srv.place=0x4E8" },
	{ "KB165697", "Rdr", 3031,
	    "00 00 34 00 02 00 7e 00 00 00 00 00 d7 0b 00 80 00 00 00"
	    " 00 34 00 00 c0 c8 c4 0b ff 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 5c 00 73 00 6b 00 79 00 6d 00 61 00 6e 00 31 00"
	    " 5c 00 70 00 75 00 62 00 6c 00 69 00 63 00 5c 00 73 00 "
	    "79 00 73 00 74 00 65 00 6d 00 2e 00 65 00 76 00 74 00",
	    "packet.final_status=0xC0000034 "
	    "dump.text='\\skyman1\\public\\system.evt'" },
	{ "KB165815", "Srv", 2009,
	    "00040000 00540001 00000000 c00007d9 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 000003ea",
	    "packet.final_status=0xC000009A srv.table=1002" },
	{ "KB173210", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000000f "
	    "00000000 00000000 00000000 00000000 05180bc5",
	    "packet.final_status=0xC000000F srv.call=0xBC5 "
	    "srv.place=0x518" },
	{ "KB180543", "NwlnkNB", 9503,
	    "0000ffff 00540003 00000000 8000251f 000002be 00000000 "
	    "ffffffff 00000000 00000000 00000000",
	    "packet.error_code=0x8000251F packet.unique_value=0x2BE "
	    "packet.strings=3" },
	{ "KB192732", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000000d "
	    "00000000 00000000 00000000 00000000 028e0bc5",
	    "packet.final_status=0xC000000D srv.call=0xBC5 "
	    "srv.place=0x28E" },
	{ "KB193505", "TermDD", 2048,
	    "00 00 04 00 02 00 5c 00 00 00 00 00 00 08 0a c0 00 00 00"
	    " 00 00 08 0a c0 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 d9 00 00 00",
	    "packet.error_code=0xC00A0800 "
	    "packet.final_status=0xC00A0800 packet.dump0=0xD9" },
	{ "KB288301", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c0000054 "
	    "00000000 00000000 00000000 00000000 05930bd3",
	    "packet.final_status=0xC0000054 srv.call=0xBD3 "
	    "srv.place=0x593" },
	{ "KB314696", "NetBT", 4320,
	    "00040000 00540001 00000000 c00010e0 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 0168fc82",
	    "net.address='1.104.252.130'" },
	{ "KB317919", "Srv", 2009,
	    "00040000 00540001 00000000 c00007d9 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 000003e9",
	    "packet.final_status=0xC000009A srv.table=1001" },
	{ "KB131366", "NETLOGON", 5712,
	    "c0000022",
	    "status.value=0xC0000022" },
	{ "KB136251", "NETLOGON", 5705,
	    "02",
	    "status.value=2" },
	{ "KB149318", "WINS", 4137,
	    "000003a1 00000000",
	    "data.place=0x3A1 wins.records=0" },
	{ "KB176202", "WINS", 4261,
	    "0000103b 892e020c 00000000 0001d881",
	    "net.address='137.46.2.12' wins.version=0x1D88100000000" },
	{ "KB193899", "Perflib", 1008,
	    "0000007f",
	    "status.value=0x7F" },
	{ "KB197146", "DNS", 1004,
	    "02 00 00 00",
	    "status.value=2" },
	{ "KB197985", "NETLOGON", 5712,
	    "34 01 00 c0",
	    "status.value=0xC0000134" },
	{ "KB197985", "NETLOGON", 5716,
	    "34 01 00 c0",
	    "status.value=0xC0000134" },
	{ "KB245565", "MSExchangeIMC", 4131,
	    "f3 03 15 00 0f 03 09 80",
	    "data.status=0x8009030F" },
	{ "KB246051", "MSExchangeIMC", 4117,
	    "0001037f 80004005",
	    "data.status=0x80004005" },
	{ "KB246805", "rasctrs", 2001,
	    "000003eb",
	    "status.value=0x3EB" },
	{ "KB246805", "Perflib", 1008,
	    "000003eb",
	    "status.value=0x3EB" },
	{ "KB272672", "MSExchangeIMC", 4120,
	    "9a 01 02 00 0e 00 07 80 54 47 34 35 43 4c 50 36 00",
	    "data.status=0x8007000E data.text='TG45CLP6'" },
	{ "KB272672", "MSExchangeIMC", 4131,
	    "3e 02 01 00 0e 00 07 80 54 47 34 35 43 4c 50 36 00",
	    "data.status=0x8007000E data.text='TG45CLP6'" },
	{ "KB284984", "W3SVC", 115,
	    "34 00 00 00",
	    "status.value=52" },
	{ "KB310339", "NETLOGON", 5719,
	    "c000005e",
	    "status.value=0xC000005E" },
	{ "KB173403", "Srv", 2000,
	    "00040000 00540001 00000000 c00007d0 00000000 c000000f "
	    "00000000 00000000 00000000 00000000 05180bc5",
	    "packet.final_status=0xC000000F srv.call=0xBC5" },
	{ "KB886670", "Srv", 2020,
	    "00040000 00540001 00000000 c00007e4 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 0000000b",
	    "packet.error_code=0xC00007E4 "
	    "packet.final_status=0xC000009A packet.dump0=0xB" },
	{ "KB312362", "Srv", 2020,
	    "00040000 00540001 00000000 c00007e4 00000000 c000009a "
	    "00000000 00000000 00000000 00000000 0000000b",
	    "packet.final_status=0xC000009A packet.dump0=0xB" },
	{ "KB2885205", "Srv", 2012,
	    "00040000 002c0001 00000000 800007dc 00000000 c0000184 "
	    "00000000 00000000 00000000 00000000 00000634",
	    "packet.error_code=0x800007DC "
	    "packet.final_status=0xC0000184 packet.dump0=0x634" },
	{ "KB816004", "Ftdisk", 50,
	    "00040000 00560002 00000000 80040032 00000000 00000000 "
	    "00000000 00000000 00000000 00000000 80000011",
	    "packet.final_status=0 dump.status=0x80000011" },
	{ "KB310841", "Ntfs", 55,
	    "04 00 00 00 02 00 4e 00 02 00 00 00 37 00 04 c0 00 00 00"
	    " 00 32 00 00 c0 18 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00",
	    "packet.final_status=0xC0000032 packet.sequence=24 "
	    "packet.major_function=4 packet.category=2" },
	{ "KB244780", "Disk", 51,
	    "04 00 22 00 01 00 72 00 00 00 00 00 33 00 04 80 2d 01 00"
	    " 00 00 00 00 00 00 00 00 00 00 00 00 00 00 52 ea 04 15 "
	    "00 00 00 01 00 00 00 04 00 00 00 03 00 00 00 2a 00 00 00"
	    " 02 84 00 00 00 29 06 00 2a 60 0a 82 75 29 00 00 80 00",
	    "scsi.path=1 scsi.target=4 scsi.lun=3 scsi.status=2 "
	    "srb.status=0x84 sense.key=6 sense.asc=0x2900 cdb.op=0x2A"
	    " cdb.blocks=128 packet.device_offset=0x1504EA5200" },
	{ "event 11 of a USB disk", "Disk", 11,
	    "0068030e 00000001 00000000 c004000b 00000103 00000000 "
	    "00000000 002d0800 00000000 00000000 000427b7 00000000 "
	    "ffffffff 00000006 00000040 00000000 12060000 10000008 "
	    "00000000 0000003c",
	    "packet.retry_count=3 packet.io_control=0x2D0800 "
	    "packet.dump0=0x427B7" },
	{ "event 11 in a log", "Disk", 11,
	    "03 04 68 00 01 00 b6 00 00 00 00 00 0b 00 04 c0 03 01 00"
	    " 00 85 01 00 c0 00 00 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 15 a9 00 00 00 00 00 00 ff ff ff ff 04 00 00 00"
	    " 40 00 00 00 00 00 00 00",
	    "packet.final_status=0xC0000185 packet.retry_count=4 "
	    "packet.unique_value=0x103 packet.dump0=0xA915" },
	{ "KB104558", "NETLOGON", 3210,
	    "c0000022",
	    "status.value=0xC0000022" },
	{ "KB125879", "Server", 2504,
	    "be 04",
	    "status.value=1214" },
	{ "KB129266", "DhcpServer", 1016,
	    "2d 4e 00 00",
	    "status.value=20013" },
	{ "KB129730", "DhcpServer", 1014,
	    "ff fd ff ff",
	    "status.value=0xFFFFFDFF" },
	{ "KB147907", "W3SVC", 4,
	    "26 27 00 00",
	    "status.value=10022" },
	{ "KB153462", "Perfctrs", 4010,
	    "0000006f",
	    "status.value=111" },
	{ "KB153719", "NETLOGON", 3210,
	    "c0000022",
	    "status.value=0xC0000022" },
	{ "KB155040", "WINS", 4288,
	    "00002589 fffffdfc",
	    "data.place=0x2589 data.status=0xFFFFFDFC" },
	{ "KB173882", "NETLOGON", 5716,
	    "34 01 00 c0",
	    "status.value=0xC0000134" },
	{ "KB193639", "MSExchangeIMC", 4116,
	    "74 00 05 00 0e 00 07 80",
	    "data.status=0x8007000E" },
	{ "KB194028", "DhcpServer", 1008,
	    "41 27 00 00",
	    "status.value=10049" },
	{ "KB216793", "DhcpServer", 1014,
	    "02 fe ff ff",
	    "status.value=0xFFFFFE02" },
	{ "KB150518", "NETLOGON", 5722,
	    "8b 01 00 c0",
	    "status.value=0xC000018B" },
};

/* One "NAME=..." against the facts. */
static void
assert_said(const struct printed *p, struct str said)
{
	size_t equals = str_find(said, "=", 0);
	struct str name = str_sub(said, 0, equals);
	struct str want = str_sub(said, equals + 1, said.n);
	const struct fact *f;
	uint64_t n;

	f = fact_find(&facts, arena_fmt(&mem, "%.*s", (int)name.n,
	    name.p).p);
	if (f == NULL)
		fail_msg("%s: no fact %.*s", p->article, (int)name.n,
		    name.p);
	if (want.p[0] == '\'') {
		want = str_sub(want, 1, want.n - 2);
		if (!str_eq(f->text, want))
			fail_msg("%s: %.*s is %.*s", p->article, (int)said.n,
			    said.p, (int)f->text.n, f->text.p);
		return;
	}
	assert_true(str_casestarts(want, "0x") ?
	    str_hex64(str_sub(want, 2, want.n), &n) : str_u64(want, &n));
	if (f->number != n)
		fail_msg("%s: %.*s is 0x%llx", p->article, (int)said.n,
		    said.p, (unsigned long long)f->number);
}

static void
what_articles_print_is_decoded_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
		struct str says = str_of(printed[i].says);

		assert_true(says.n > 0);
		decode_data(printed[i].provider, printed[i].id,
		    printed[i].data);
		while (says.n > 0) {
			size_t end = str_find(says, " ", 0);

			assert_said(&printed[i], str_sub(says, 0, end));
			says = end == SIZE_MAX ? str_of("") :
			    str_sub(says, end + 1, says.n);
		}
	}
}

/* KB139357 prints the dump data alone. */
static void
dump_data_alone_is_decoded(void **state)
{
	struct event e = event("aic78xx", 9);

	(void)state;
	e.binary = dump("00 00 00 00 00 00 00 00 00 00 00 00 07 00 00 00");
	e.has_binary = true;
	decode_dump(&mem, &e, &facts);
	assert_int_equal(number("port.error"), 7);
	assert_string_equal(symbol("port.error"), "SP_REQUEST_TIMEOUT");
	assert_int_equal(fact("port.error")->offset, 12);
	assert_int_equal(number("scsi.target"), 0);
	assert_null(fact_find(&facts, "packet.dump_size"));

	/* Srv 2000 has other dump data, and no SCSI address. */
	e.provider = str_of("Srv");
	e.id = 2000;
	decode_dump(&mem, &e, &facts);
	assert_null(fact_find(&facts, "port.error"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    what_articles_print_is_decoded_as_they_say, teardown),
		cmocka_unit_test_teardown(dump_data_alone_is_decoded,
		    teardown),
	};

	return cmocka_run_group_tests_name("articles", tests, NULL, NULL);
}
