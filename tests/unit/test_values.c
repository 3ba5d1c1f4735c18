/*
 * Values of BinXML, one row for each type and each way in which its bytes
 * can be wrong: what is not of its type's size is shown as bytes.
 */
#include "unit.h"
#include "base/arena.h"
#include "log/binxml.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

/* "01 ff" as bytes. */
static struct span
bytes(const char *hex)
{
	uint8_t *p = arena_alloc(&mem, strlen(hex) / 2 + 1);
	size_t n = 0;

	for (; *hex != '\0'; hex++) {
		char two[3] = { hex[0], hex[1], '\0' };

		if (*hex == ' ')
			continue;
		p[n++] = (uint8_t)strtoul(two, NULL, 16);
		hex++;
	}
	return (struct span){ p, n };
}

struct row {
	unsigned	 type;
	const char	*bytes;
	enum value_type	 is;
	const char	*text;
};

static const struct row rows[] = {
	{ BX_NULL, "", VALUE_NULL, "" },
	{ BX_NULL, "01", VALUE_NULL, "" },
	{ BX_STRING, "41 00 e9 00", VALUE_TEXT, "A\xC3\xA9" },
	{ BX_STRING, "41 00 00 00 00 00", VALUE_TEXT, "A" },
	{ BX_STRING, "41 00 42", VALUE_TEXT, "A" },
	{ BX_STRING, "", VALUE_TEXT, "" },
	{ BX_ANSI, "41 e9 00", VALUE_TEXT, "A\xC3\xA9" },
	{ BX_ANSI, "", VALUE_TEXT, "" },
	{ BX_INT8, "ff", VALUE_INT, "-1" },
	{ BX_INT8, "7f", VALUE_INT, "127" },
	{ BX_INT16, "00 80", VALUE_INT, "-32768" },
	{ BX_INT32, "ff ff ff 7f", VALUE_INT, "2147483647" },
	{ BX_INT64, "00 00 00 00 00 00 00 80", VALUE_INT,
	    "-9223372036854775808" },
	{ BX_INT64, "01 00 00 00 00 00 00 00 00", VALUE_BINARY,
	    "010000000000000000" },
	{ BX_UINT8, "ff", VALUE_UINT, "255" },
	{ BX_UINT16, "ff ff", VALUE_UINT, "65535" },
	{ BX_UINT32, "ff ff ff ff", VALUE_UINT, "4294967295" },
	{ BX_UINT64, "ff ff ff ff ff ff ff ff", VALUE_UINT,
	    "18446744073709551615" },
	{ BX_UINT64, "", VALUE_NULL, "" },
	{ BX_REAL32, "00 00 00 3f", VALUE_REAL, "0.5" },
	{ BX_REAL32, "cd cc cc 3d", VALUE_REAL, "0.1" },
	{ BX_REAL32, "db 0f 49 40", VALUE_REAL, "3.1415927" },
	{ BX_REAL32, "00 00 80 7f", VALUE_REAL, "inf" },
	{ BX_REAL32, "00 00 00", VALUE_BINARY, "000000" },
	{ BX_REAL64, "9a 99 99 99 99 99 b9 3f", VALUE_REAL, "0.1" },
	{ BX_REAL64, "18 2d 44 54 fb 21 09 40", VALUE_REAL,
	    "3.141592653589793" },
	{ BX_REAL64, "34 33 33 33 33 33 d3 3f", VALUE_REAL,
	    "0.30000000000000004" },
	{ BX_REAL64, "00 00 00 00 00 00 f8 7f", VALUE_REAL, "nan" },
	{ BX_REAL64, "00 00 00 00", VALUE_BINARY, "00000000" },
	{ BX_BOOL, "01 00 00 00", VALUE_BOOL, "true" },
	{ BX_BOOL, "00 00 00 00", VALUE_BOOL, "false" },
	{ BX_BINARY, "de ad", VALUE_BINARY, "DEAD" },
	{ BX_BINARY, "", VALUE_BINARY, "" },
	{ BX_GUID, "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff",
	    VALUE_GUID, "{33221100-5544-7766-8899-AABBCCDDEEFF}" },
	{ BX_GUID, "00 11", VALUE_BINARY, "0011" },
	{ BX_SIZET, "10 00 00 00", VALUE_HEX, "0x10" },
	{ BX_SIZET, "10 00 00 00 00 00 00 80", VALUE_HEX,
	    "0x8000000000000010" },
	{ BX_FILETIME, "00 80 3e d5 de b1 9d 01", VALUE_TIME,
	    "1970-01-01T00:00:00.0000000Z" },
	{ BX_FILETIME, "00 80 3e d5", VALUE_BINARY, "00803ED5" },
	{ BX_SYSTEMTIME, "d4 07 0a 00 01 00 12 00 07 00 14 00 0b 00 00 00",
	    VALUE_TIME, "2004-10-18T07:20:11.0000000Z" },
	/* The 13th month. */
	{ BX_SYSTEMTIME, "d4 07 0d 00 01 00 12 00 07 00 14 00 0b 00 00 00",
	    VALUE_BINARY, "D4070D0001001200070014000B000000" },
	{ BX_SYSTEMTIME, "d4 07", VALUE_BINARY, "D407" },
	{ BX_SID, "01 01 00 00 00 00 00 05 12 00 00 00", VALUE_SID,
	    "S-1-5-18" },
	{ BX_SID, "01 01 01 00 00 00 00 05 12 00 00 00", VALUE_SID,
	    "S-1-0x10000000005-18" },
	{ BX_SID, "01 00 00 00 00 00 00 05", VALUE_SID, "S-1-5" },
	{ BX_SID, "01 02 00 00 00 00 00 05 12 00 00 00", VALUE_BINARY,
	    "010200000000000512000000" },
	{ BX_SID, "01", VALUE_BINARY, "01" },
	{ BX_HEX32, "0b 00 00 c0", VALUE_HEX, "0xc000000b" },
	{ BX_HEX64, "0b 00 00 00 01 00 00 00", VALUE_HEX, "0x10000000b" },
	{ BX_HANDLE, "04 00 00 00", VALUE_HEX, "0x4" },
	{ 0x7E, "01 02", VALUE_BINARY, "0102" },
};

static void
every_type_has_its_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value v;

		value_decode(&mem, rows[i].type, bytes(rows[i].bytes), &v);
		if (v.type != rows[i].is || !str_is(v.text, rows[i].text))
			fail_msg("type 0x%x of \"%s\" is %d \"%.*s\", not %d "
			    "\"%s\"", rows[i].type, rows[i].bytes, v.type,
			    (int)v.text.n, v.text.p, rows[i].is,
			    rows[i].text);
	}
}

/* The cheap look never says another number than the whole one. */
static void
a_number_alone_is_the_same_number(void **state)
{
	size_t numbers = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value whole;
		uint64_t cheap = 0;
		struct span s = bytes(rows[i].bytes);
		bool known = value_number_only(rows[i].type, s, &cheap);

		value_decode(&mem, rows[i].type, s, &whole);
		if (!known)
			continue;
		numbers++;
		assert_true(whole.type == VALUE_INT ||
		    whole.type == VALUE_UINT || whole.type == VALUE_HEX ||
		    whole.type == VALUE_TIME);
		assert_true(cheap == whole.number);
	}
	assert_int_equal(numbers, 15);
}

/* The items of an array, each as value_decode makes it, joined with |. */
static const char *
items(unsigned type, const char *hex)
{
	struct span s = bytes(hex), item;
	struct str all = { "", 0 };
	size_t at = 0;

	while (value_item(type, s, &at, &item)) {
		struct value v;

		value_decode(&mem, type, item, &v);
		all = arena_fmt(&mem, "%.*s%.*s|", (int)all.n, all.p,
		    (int)v.text.n, v.text.p);
	}
	return arena_cstr(&mem, all);
}

static void
arrays_are_cut_into_items(void **state)
{
	(void)state;
	assert_string_equal(items(BX_STRING, "41 00 00 00 42 00 43 00"),
	    "A|BC|");
	assert_string_equal(items(BX_STRING, "00 00 41 00 00 00"), "|A|");
	assert_string_equal(items(BX_ANSI, "41 00 42"), "A|B|");
	assert_string_equal(items(BX_INT8, "ff 01"), "-1|1|");
	assert_string_equal(items(BX_UINT8, "ff 01"), "255|1|");
	assert_string_equal(items(BX_INT16, "ff ff 01 00"), "-1|1|");
	assert_string_equal(items(BX_UINT16, "ff ff 01 00"), "65535|1|");
	assert_string_equal(items(BX_INT32, "ff ff ff ff 02 00 00 00"),
	    "-1|2|");
	assert_string_equal(items(BX_UINT32, "01 00 00 00 02 00 00 00"),
	    "1|2|");
	assert_string_equal(items(BX_REAL32, "00 00 00 3f 00 00 80 3f"),
	    "0.5|1|");
	assert_string_equal(items(BX_BOOL, "01 00 00 00 00 00 00 00"),
	    "true|false|");
	assert_string_equal(items(BX_HEX32, "01 00 00 00 0f 00 00 00"),
	    "0x1|0xf|");
	assert_string_equal(items(BX_HEX64, "01 00 00 00 00 00 00 00 "
	    "02 00 00 00 00 00 00 00"), "0x1|0x2|");
	assert_string_equal(items(BX_SYSTEMTIME,
	    "d4 07 0a 00 01 00 12 00 07 00 14 00 0b 00 00 00"),
	    "2004-10-18T07:20:11.0000000Z|");
	assert_string_equal(items(BX_GUID,
	    "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff"),
	    "{33221100-5544-7766-8899-AABBCCDDEEFF}|");
	assert_string_equal(items(BX_SID, "01 01 00 00 00 00 00 05 12 00 00 "
	    "00 01 00 00 00 00 00 00 05"), "S-1-5-18|S-1-5|");
	/* What is left is shorter than an item: shown all the same. */
	assert_string_equal(items(BX_SID, "01"), "01|");
	assert_string_equal(items(BX_GUID, "01 02"), "0102|");
}

static void
entities_that_are_not_known_stay_visible(void **state)
{
	static const char *const known[][2] = { { "amp", "&" }, { "lt", "<" },
	    { "gt", ">" }, { "quot", "\"" }, { "apos", "'" },
	    { "nbsp", "&nbsp;" } };

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_true(str_is(value_entity(&mem, str_of(known[i][0])),
		    known[i][1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_type_has_its_text, teardown),
		cmocka_unit_test_teardown(a_number_alone_is_the_same_number,
		    teardown),
		cmocka_unit_test_teardown(arrays_are_cut_into_items,
		    teardown),
		cmocka_unit_test_teardown(
		    entities_that_are_not_known_stay_visible, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
