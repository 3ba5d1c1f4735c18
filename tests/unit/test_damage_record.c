/*
 * Damage to an EVTX file, case by case: records, and what lies in them or
 * beside them.
 */
#include "damage.h"

/* 18, 19: a size that cannot be. */
static void
test_record_size(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 27, 28, 40, 0x7FFFFFFF,
	    0xFFFFFFFF, 70000 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct reading r;

		setup(NULL);
		put32(record(1, 5) + 4, sizes[i]);
		r = reading();
		assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 4096 "
		    "of header, 196608 of records, 1 checksums, 3 told, 1 "
		    "lost, 3 exit");
		/* The torn record is read as far as it goes: all. */
		assert_int_equal(r.events[per[0] + 5].at.state, RECORD_TORN);
		assert_true(r.whole[per[0] + 5]);
		assert_int_equal(r.events[per[0] + 5].id, 7);
	}
}

/* A torn record that goes on in zeros decodes, but its number tells. */
static void
test_record_torn_into_zeros(void **state)
{
	uint8_t *at = record(1, 5);
	struct reading r;

	(void)state;
	put32(at + 4, 70000);
	/* Its values from the first on: sizes and types are still there. */
	memset(at + 24 + 4 + 10 + 4 + 4 * 20, 0, 200);
	r = reading();
	assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 4096 of "
	    "header, 196608 of records, 1 checksums, 3 told, 1 lost, 3 exit");
	assert_int_equal(r.events[per[0] + 5].at.state, RECORD_TORN);
	assert_false(r.whole[per[0] + 5]);
	assert_str(str_of(r.events[per[0] + 5].error),
	    "the numbers of the record contradict each other");
}

/* Without its signature a record is still known by its sizes and number. */
static void
test_record_signature(void **state)
{
	struct reading r;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		setup(NULL);
		record(1, 5)[i] ^= 2;
		r = reading();
		assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of "
		    "records, 1 checksums, 2 told");
		assert_int_equal(r.events[per[0] + 5].at.id, per[0] + 6);
		assert_problem(&r.problems, "signature of a record is damaged");
	}
	/* Not when these do not hold either. */
	record(1, 5)[8] ^= 2;
	r = reading();
	assert_told(&r, "320 live, 179 resync, 3 valid, 4096 of header, 196608 "
	    "of records, 1 checksums, 191 to 191 missing, 3 told, 1 lost, 3 "
	    "exit");
}

/* 20: the copy of the size differs. */
static void
test_record_size_copy(void **state)
{
	struct reading r;

	(void)state;
	put32(record(1, 5) + le32(record(1, 5) + 4) - 4, 8);
	r = reading();
	assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 4096 of "
	    "header, 196608 of records, 1 checksums, 3 told, 1 lost, 3 exit");
	assert_true(r.whole[per[0] + 5]);
}

/* 21: what looks like a record inside of one is none. */
static void
test_record_inside(void **state)
{
	struct reading r;

	(void)state;
	start_with("computer SRV\nprovider Test\nqualifiers 0\nevent\nid 7\n"
	    "words 00002A2A 00000020 00000063 00000000 00000000 00000000 "
	    "00000000 00000020 00002A2A 00000020\nevent\nid 8\n");
	r = reading();
	assert_told(&r, "2 live, 1 valid, 4096 of header, 65536 of records");
	assert_int_equal(r.events[0].binary.n, 40);
}

#define GONE ALL ", 1 checksums, 191 to 191 missing, 2 told, 1 lost, 3 exit"

/* 22: ids of any kind are returned; what is passed over is told. */
static void
test_record_ids(void **state)
{
	static const struct { uint64_t id; const char *told; } v[] = {
		{ 0, GONE }, { 1, GONE }, { 187, GONE }, { 190, GONE },
		{ UINT64_C(1) << 63, ALL ", 1 checksums, 1 told" },
		{ UINT64_MAX, ALL ", 1 checksums, 1 told" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct reading r;

		setup(NULL);
		put64(record(1, 5) + 8, v[i].id);
		r = reading();
		assert_told(&r, v[i].told);
		assert_true(r.events[per[0] + 5].at.id == v[i].id);
	}
}

/* 23: a record of odd size that ends with the chunk. */
static void
test_record_odd(void **state)
{
	uint8_t *at = record(2, per[2] - 1), *end = chunk(3);
	uint32_t size = (uint32_t)(end - at) - 1;
	struct reading r;

	(void)state;
	put32(at + 4, size);
	put32(at + size - 4, size);
	put32(chunk(2) + 48, CHUNK - 1);
	sums_repair(chunk(2));
	r = reading();
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records");
}

/* 24: a template that is elsewhere, nowhere, or not the one meant. */
static void
test_template_offset(void **state)
{
	/* Of these the last two are the instance itself, and the record. */
	const uint32_t own = (uint32_t)(record(1, 5) - chunk(1));
	const uint32_t offsets[] = { 0, 8, 511, 65535, 65536, 0xFFFFFFFF,
	    40000, own + 24 + 4, own };

	(void)state;
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		struct reading r;

		setup(NULL);
		/* Behind record header, fragment header, 0C 01, id. */
		put32(record(1, 5) + 24 + 4 + 2 + 4, offsets[i]);
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 undecodable, 1 inferred, 3 valid, "
		    "4096 of header, 196608 of records, 1 told, 1 lost, 3 "
		    "exit");
		assert_false(r.whole[per[0] + 5]);
		assert_problem(&r.problems, "template is not there");
		/* Its values are shown, under nobody's names. */
		assert_str(r.events[per[0] + 5].provider, "");
		assert_true(r.events[per[0] + 5].nfields > 0);
		/* With all templates of the file at hand it is whole. */
		r = recovering();
		assert_told(&r, "500 live, 1 inferred, 3 valid, 4096 of "
		    "header, 196608 of records");
		assert_true(r.whole[per[0] + 5]);
		assert_true(r.events[per[0] + 5].flags & EVENT_INFERRED);
		assert_str(r.events[per[0] + 5].provider, "Test");
	}
}

/* 28, 29: no template at all, elements with and without a dependency. */
static void
test_literal(void **state)
{
	static const char *const kinds[] = { "literal", "dependent" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char text[200];
		struct reading r;

		snprintf(text, sizeof text, "computer SRV\nprovider Test\n"
		    "event\nid 1151\n%s\nstring one\n", kinds[i]);
		start_with(text);
		r = reading();
		assert_told(&r, "1 live, 1 valid, 4096 of header, 65536 of "
		    "records");
		assert_true(r.whole[0]);
		assert_int_equal(r.events[0].id, 1151);
		assert_str(r.events[0].computer, "SRV");
		assert_str(r.events[0].fields[0].text, "one");
		assert_true(r.events[0].flags & EVENT_LITERAL);
	}
}

/* 30, 31: names and value counts out of all bounds. */
static void
test_inside_record(void **state)
{
	static const uint32_t counts[] = { 0, 1, 0x10000, 0xFFFFFFFF };
	struct reading r;
	uint8_t *c, *name;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		setup(NULL);
		put32(record(1, 5) + 24 + 4 + 2 + 8, counts[i]);
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 inferred, 3 valid, 4096 of "
		    "header, 196608 of records");
		assert_true(r.whole[per[0] + 5]);
		/* Not when the values do not say what the header says. */
		put64(record(1, 5) + 16, 1);
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 undecodable, 3 valid, 4096 of "
		    "header, 196608 of records, 1 told, 1 lost, 3 exit");
	}
	/* The first name of a chunk gets a length beyond it, or one that ends
	 * elsewhere: its hash tells where it ends.  Without one every record
	 * that uses the template suffers, and no other. */
	for (unsigned length = 37; length <= 0xFFFF; length += 0xFFFF - 37) {
		setup(NULL);
		c = chunk(1);
		name = memmem(c + 512, CHUNK - 512, "E\0v\0e\0n\0t\0", 10);
		assert_non_null(name);
		put16(name - 2, length);
		sums_repair(c);
		r = reading();
		assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of "
		    "records");
		name[0] = 'e';
		r = reading();
		assert_told(&r, "500 live, 185 undecodable, 185 inferred, 3 "
		    "valid, 4096 of header, 196608 of records, 1 checksums, "
		    "186 told, 185 lost, 3 exit");
	}
}

/* The id of a template that is damaged in one byte: in its place lies no
 * other than the one that was meant. */
static void
test_template_id(void **state)
{
	struct reading r;
	uint8_t *def;

	(void)state;
	record(1, 5)[24 + 4 + 2] ^= 0x10;
	r = reading();
	assert_told(&r, "500 live, 1 inferred, 3 valid, 4096 of header, 196608 "
	    "of records, 1 checksums, 1 told");
	assert_true(r.events[per[0] + 5].flags & EVENT_INFERRED);
	assert_str(r.events[per[0] + 5].provider, "Test");
	/* In the definition it concerns all; the other chunks have it too. */
	setup(NULL);
	def = chunk(1) + le32(record(1, 0) + 24 + 4 + 2 + 4);
	def[6] ^= 0x10;
	r = reading();
	assert_told(&r, "500 live, 185 inferred, 3 valid, 4096 of header, "
	    "196608 of records, 1 checksums, 1 told");
	r = recovering();
	assert_told(&r, "500 live, 185 inferred, 3 valid, 4096 of header, "
	    "196608 of records, 1 checksums, 1 told");
	/* Two bytes may be another. */
	def[7] ^= 0x10;
	r = reading();
	assert_told(&r, "500 live, 185 undecodable, 185 inferred, 3 valid, "
	    "4096 of header, 196608 of records, 1 checksums, 186 told, 185 "
	    "lost, 3 exit");
}

/* A hole that no value fills is told, and all else is there. */
static void
test_hole_without_value(void **state)
{
	uint8_t *c = chunk(1), *hole;
	struct reading r;

	(void)state;
	/* <Version>: optional hole 11, a byte. */
	hole = memmem(c + 512, CHUNK - 512, "\x0E\x0B\0\x04", 4);
	assert_non_null(hole);
	hole[2] = 0x80;
	sums_repair(c);
	r = reading();
	assert_told(&r, "500 live, 185 undecodable, 3 valid, 4096 of header, "
	    "196608 of records, 185 told, 185 lost, 3 exit");
	assert_str(r.events[per[0]].computer, "SRV");
	assert_int_equal(r.events[per[0]].nfields, 1);
	assert_int_equal(r.events[per[0]].version, EVENT_ABSENT);
}

/* 35: a large data section. */
static void
test_large_binary(void **state)
{
	char *text = arena_alloc(&mem, 200000);
	size_t at = (size_t)sprintf(text, "computer SRV\nprovider Test\n"
	    "qualifiers 0\nevent\nid 7\nbytes ");
	struct reading r;

	(void)state;
	for (size_t i = 0; i < 60000; i++)
		at += (size_t)sprintf(text + at, "%02x ", (unsigned)i & 0xFF);
	sprintf(text + at, "\n");
	start_with(text);
	r = reading();
	assert_told(&r, "1 live, 1 valid, 4096 of header, 65536 of records");
	assert_int_equal(r.events[0].binary.n, 60000);
}

/* 36: records of earlier times in unused space are counted, returned when
 * asked for, and never mixed with live ones. */
static void
test_slack(void **state)
{
	size_t live = 10;
	struct reading r;

	(void)state;
	put32(chunk(2) + 48, (uint32_t)(record(2, live) - chunk(2)));
	put64(chunk(2) + 16, le64(record(2, live - 1) + 8));
	put64(chunk(2) + 32, le64(record(2, live - 1) + 8));
	for (size_t k = live; k < per[2]; k++)
		put64(record(2, k) + 8, k);
	sums_repair(chunk(2));
	r = reading();
	assert_told(&r, "380 live, 120 unseen, 3 valid, 4096 of header, 196608 "
	    "of records");
	r = recovering();
	assert_told(&r, "380 live, 120 slack, 3 valid, 4096 of header, 196608 "
	    "of records");
	assert_int_equal(r.events[r.n - 1].at.state, RECORD_SLACK);
	assert_true(r.whole[r.n - 1]);
}

/* ... whose template has been written over: another record of the file may
 * still have it; one with two owners helps nobody. */
static void
test_slack_template(void **state)
{
	struct reading r;
	uint8_t *at;

	test_slack(state);
	at = record(2, per[2] - 1);
	put32(at + 24 + 4 + 2 + 4, 600);
	r = recovering();
	assert_told(&r, "380 live, 120 slack, 1 inferred, 3 valid, 4096 of "
	    "header, 196608 of records");
	assert_str(r.events[r.n - 1].provider, "Test");
	put32(at + 24 + 4 + 2, 0x12345678);
	r = recovering();
	assert_told(&r, "380 live, 120 slack, 1 undecodable, 1 inferred, 3 "
	    "valid, 4096 of header, 196608 of records, 1 told");
	assert_false(r.whole[r.n - 1]);
	assert_str(r.events[r.n - 1].provider, "");
	assert_true(r.events[r.n - 1].nfields > 0);
	/* One byte apart is another here: much was written since. */
	put32(at + 24 + 4 + 2 + 4, le32(record(2, 0) + 24 + 4 + 2 + 4));
	put32(at + 24 + 4 + 2, le32(record(2, 0) + 24 + 4 + 2) ^ 0x10);
	r = recovering();
	assert_told(&r, "380 live, 120 slack, 1 undecodable, 1 inferred, 3 "
	    "valid, 4096 of header, 196608 of records, 1 told");
	assert_false(r.whole[r.n - 1]);
}

/* ... or only some of its names: text that was written over them is no
 * name, and the values are shown without. */
static void
test_slack_names(void **state)
{
	const struct event *live;
	struct reading r;
	uint8_t *name;

	test_slack(state);
	name = memmem(chunk(2) + 512, CHUNK - 512, "D\0a\0t\0a\0\0", 9);
	assert_non_null(name);
	memcpy(name, "A\0l\0a\0s", 7);
	sums_repair(chunk(2));
	r = recovering();
	/* In a live record it is that name alone. */
	assert_false(r.whole[r.n - 1 - r.tally.recovered]);
	live = &r.events[r.n - 1 - r.tally.recovered];
	assert_str(live->fields[0].name, "Data");
	assert_false(r.whole[r.n - 1]);
	assert_problem(&r.problems, "template is not there");
	assert_str(r.events[r.n - 1].provider, "Test");
	assert_str(r.events[r.n - 1].fields[0].name, "value 0");
	assert_str(r.events[r.n - 1].fields[0].text, "a text of some length, "
	    "so that a record is of the size that is usual");
	/* The text that chunks before had, but not its hash. */
	memcpy(name, "D\0a\0t\0a", 7);
	name[-4] ^= 1;
	sums_repair(chunk(2));
	r = recovering();
	/* In a live record it is that name alone. */
	assert_false(r.whole[r.n - 1 - r.tally.recovered]);
	live = &r.events[r.n - 1 - r.tally.recovered];
	assert_str(live->fields[0].name, "Data");
	assert_false(r.whole[r.n - 1]);
	assert_problem(&r.problems, "template is not there");
}

/* 37: tampering that repairs the checksums still leaves the envelopes. */
static void
test_tampered(void **state)
{
	uint32_t def = le32(record(1, 0) + 24 + 4 + 2 + 4);
	struct reading r;

	(void)state;
	memset(chunk(1) + def + 40, 0xEE, 64);
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "500 live, 185 undecodable, 185 inferred, 3 valid, "
	    "4096 of header, 196608 of records, 185 told, 185 lost, 3 exit");
}

/* 39, and hot copies: records beyond what the header admits. */
static void
test_tail(void **state)
{
	struct reading r;

	(void)state;
	put64(chunk(2) + 16, le64(record(2, 9) + 8));
	put64(chunk(2) + 32, le64(record(2, 9) + 8));
	sums_repair(chunk(2));
	r = reading();
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records");
	put32(chunk(2) + 48, (uint32_t)(record(2, 10) - chunk(2)));
	sums_repair(chunk(2));
	r = reading();
	assert_told(&r, "380 live, 120 tail, 3 valid, 4096 of header, 196608 "
	    "of records");
}

/* The header of a chunk promises more than there is. */
static void
test_promised(void **state)
{
	struct reading r;

	(void)state;
	put64(chunk(2) + 32, total + 15);
	sums_repair(chunk(2));
	r = reading();
	assert_told(&r, "500 live, 3 valid, 4096 of header, 196608 of records, "
	    "501 to 515 missing, 1 told, 1 lost, 3 exit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_record_size),
		CASE(test_record_signature),
		CASE(test_record_torn_into_zeros), CASE(test_record_size_copy),
		CASE(test_record_inside), CASE(test_record_ids),
		CASE(test_record_odd), CASE(test_template_offset),
		CASE(test_template_id), CASE(test_hole_without_value),
		CASE(test_literal), CASE(test_inside_record),
		CASE(test_large_binary), CASE(test_slack),
		CASE(test_slack_template), CASE(test_slack_names),
		CASE(test_tampered),
		CASE(test_tail), CASE(test_promised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
