/*
 * What a record, its chunk or the log say twice mends what is damaged in one
 * place: sizes and their types, names and their hashes, definitions and
 * their ids, and where all definitions have number, id and time.  What was
 * mended is as it was, and says so.
 */
#include "damage.h"

/* The log that is as it should be. */
static struct reading sound;

static int
begin(void **state)
{
	setup(state);
	sound = reading();
	assert_told(&sound, ALL);
	return 0;
}

/* The descriptor of a value of a record that brings no definition along. */
static uint8_t *
descriptor(size_t i, size_t k, size_t value)
{
	return record(i, k) + 24 + 4 + 10 + 4 + 4 * value;
}

/* Where the tokens of the definition of a chunk begin. */
static uint8_t *
definition(size_t i)
{
	return chunk(i) + le32(record(i, 0) + 24 + 4 + 2 + 4) + 24;
}

static void
expect_same(const struct event *e, const struct event *as)
{
	assert_int_equal(e->at.id, as->at.id);
	assert_true(e->time == as->time);
	assert_int_equal(e->id, as->id);
	assert_int_equal(e->level, as->level);
	assert_true(e->record_id == as->record_id);
	assert_true(str_eq(e->provider, as->provider));
	assert_true(str_eq(e->computer, as->computer));
	assert_int_equal(e->nfields, as->nfields);
	for (size_t i = 0; i < e->nfields; i++)
		assert_true(str_eq(e->fields[i].text, as->fields[i].text));
}

/* A size that its type contradicts would move all values behind it. */
static void
a_size_that_its_type_contradicts(void **state)
{
	/* Level, id, time, record number. */
	static const size_t values[] = { 0, 3, 6, 10 };
	static const unsigned sizes[] = { 0, 3, 9, 40 };

	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			struct reading r;

			begin(state);
			put16(descriptor(1, 5, values[i]), sizes[k]);
			sums_repair(chunk(1));
			r = reading();
			assert_told(&r, "500 live, 1 inferred, 3 valid, "
			    "4096 of header, 196608 of records");
			expect_same(&r.events[190], &sound.events[190]);
			assert_true(r.events[190].flags & EVENT_INFERRED);
		}
}

/* A type that its size contradicts moves nothing; where nothing tells which
 * of them is right, that is told. */
static void
a_type_that_its_size_contradicts(void **state)
{
	static const uint8_t types[] = { 0x0F, 0x06 };

	for (size_t i = 0; i < 2; i++) {
		struct reading r;

		begin(state);
		descriptor(1, 5, 11)[2] = types[i];
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, i == 0 ? ALL : "500 live, 1 undecodable, "
		    "3 valid, 4096 of header, 196608 of records, 1 told, "
		    "1 lost, 3 exit");
		assert_int_equal(problem_says(&r.problems, "the size of a "
		    "value contradicts its type"), i == 1);
		expect_same(&r.events[190], &sound.events[190]);
	}
}

/* A time of a type that its size does not contradict is found where all
 * definitions have it. */
static void
a_time_of_another_type(void **state)
{
	static const uint8_t types[] = { 0x00, 0x01, 0x02, 0x0E, 0x51 };

	for (size_t i = 0; i < sizeof types; i++) {
		struct reading r;

		begin(state);
		assert_int_equal(descriptor(1, 5, 6)[2], 0x11);
		descriptor(1, 5, 6)[2] = types[i];
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 inferred, 3 valid, 4096 of "
		    "header, 196608 of records");
		expect_same(&r.events[190], &sound.events[190]);
		/* Not with another in the header. */
		put64(record(1, 5) + 16, 1);
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 undecodable, 3 valid, 4096 of "
		    "header, 196608 of records, 1 told, 1 lost, 3 exit");
		assert_problem(&r.problems, "its time is damaged");
	}
}

/* Of values that go beyond their record those before are there. */
static void
values_cut_off(void **state)
{
	struct reading r;

	begin(state);
	put16(descriptor(1, 5, 18), 0x4000);
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "500 live, 1 undecodable, 3 valid, 4096 of header, "
	    "196608 of records, 1 told, 1 lost, 3 exit");
	assert_problem(&r.problems, "are cut off");
	assert_str(r.events[190].provider, "Test");
	assert_true(r.events[190].time == sound.events[190].time);
	assert_int_equal(r.events[190].id, 7);
}

/* A torn record whose values go beyond it, and are not where those of its
 * time and number should be, is none of an event: only that it was there is
 * told. */
static void
values_of_a_torn_record(void **state)
{
	struct reading r;

	begin(state);
	put32(record(1, 5) + 4, 70000);
	put16(descriptor(1, 5, 5), 20);
	put16(descriptor(1, 5, 18), 0x4000);
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "320 live, 179 resync, 1 torn, 3 valid, 4096 of "
	    "header, 196608 of records, 2 told, 1 lost, 3 exit");
	assert_false(r.whole[per[0] + 5]);
	assert_int_equal(r.events[per[0] + 5].provider.n, 0);
	assert_true(r.events[per[0] + 5].time == 0);
}

/* The reference to a name leads elsewhere: one that is stored right behind
 * it is known by its hash. */
static void
a_reference_to_a_name_here(void **state)
{
	uint8_t *name;
	struct reading r;

	begin(state);
	name = memmem(definition(1), 2000, "E\0v\0e\0n\0t\0", 10);
	assert_non_null(name);
	assert_int_equal(le32(name - 12), name - 8 - chunk(1));
	put32(name - 12, 0x4440);
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "500 live, 185 inferred, 3 valid, 4096 of header, "
	    "196608 of records");
	for (size_t i = 0; i < total; i++)
		expect_same(&r.events[i], &sound.events[i]);
}

/* One that is stored elsewhere is lost, and nothing else is. */
static void
a_reference_to_a_name_elsewhere(void **state)
{
	uint8_t *at, *end;
	struct reading r;

	(void)state;
	start_with("computer SRV\nprovider Test\nevent\nid 7\n"
	    "time 2020-01-01T00:00:00Z\ndata text a=one\n"
	    "data text b=two\n");
	at = chunk(0) + 512;
	end = chunk(0) + le32(chunk(0) + 48);
	/* The attribute of <Data Name="a">. */
	while (at < end && (at[0] != 0x06 || le32(at + 1) < 512 ||
	    le32(at + 1) >= (size_t)(at - chunk(0)) || at[5] != 0x05))
		at++;
	assert_true(at < end);
	put32(at + 1, 0x4440);
	sums_repair(chunk(0));
	r = reading();
	assert_told(&r, "1 live, 1 undecodable, 1 valid, 4096 of header, "
	    "65536 of records, 1 told, 1 lost, 3 exit");
	assert_problem(&r.problems, "a name is not where it should be");
	assert_int_equal(r.events[0].id, 7);
	assert_str(r.events[0].computer, "SRV");
	assert_str(r.events[0].fields[0].text, "a");
	assert_str(r.events[0].fields[1].text, "one");
	assert_str(r.events[0].fields[2].text, "two");
	assert_str(r.events[0].fields[2].name, "b");
}

/* A name without which nobody knows time or id: both stand where all
 * definitions have them. */
static void
names_of_time_and_id(void **state)
{
	static const char *const names[] = { "T\0i\0m\0e\0C\0r\0e\0a\0t\0e\0",
	    "S\0y\0s\0t\0e\0m\0T\0i\0m\0e\0", "E\0v\0e\0n\0t\0I\0D\0\0\0" };

	for (size_t i = 0; i < 3; i++) {
		uint8_t *name;
		struct reading r;

		begin(state);
		name = memmem(definition(1), 4000, names[i],
		    i == 2 ? 16 : 20);
		assert_non_null(name);
		name[0] ^= 2;
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 185 undecodable, 185 inferred, "
		    "3 valid, 4096 of header, 196608 of records, 185 told, "
		    "185 lost, 3 exit");
		assert_problem(&r.problems, "a name in it is damaged");
		for (size_t k = 0; k < total; k++) {
			assert_true(r.events[k].time == sound.events[k].time);
			assert_int_equal(r.events[k].id, 7);
			assert_str(r.events[k].provider, "Test");
		}
	}
}

/* Bytes put in before a definition move it and its names. */
static void
a_definition_that_moved(void **state)
{
	static const size_t by[] = { 1, 8, 100 };

	for (size_t i = 0; i < 3; i++) {
		char expected[200];
		uint8_t *at;
		struct reading r;

		begin(state);
		at = record(1, 0);
		memmove(at + by[i], at, n - (size_t)(at - p));
		memset(at, 0, by[i]);
		n += by[i];
		r = reading();
		snprintf(expected, sizeof expected, "315 live, 185 resync, "
		    "185 inferred, 3 valid, 1 bad, 4096 of header, 196608 of "
		    "records, %zu of damage, 1 checksums, 3 told, 1 lost, "
		    "3 exit", by[i]);
		assert_told(&r, expected);
		for (size_t k = 0; k < r.n; k++) {
			const struct event *e = &r.events[k];

			expect_same(e, &sound.events[e->at.id - 1]);
			assert_true(r.whole[k]);
		}
	}
}

/* A definition whose id is damaged is passed over all the same. */
static void
a_definition_with_a_damaged_id(void **state)
{
	struct reading r;

	begin(state);
	definition(1)[-20 + 2] ^= 0x10;
	definition(1)[-20 + 3] ^= 0x10;
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "500 live, 185 undecodable, 185 inferred, 3 valid, "
	    "4096 of header, 196608 of records, 185 told, 185 lost, 3 exit");
	/* Its values are as those of the records behind it. */
	assert_int_equal(r.events[185].nfields, r.events[186].nfields);
	r = recovering();
	assert_told(&r, "500 live, 185 inferred, 3 valid, 4096 of header, "
	    "196608 of records");
	for (size_t i = 0; i < total; i++)
		expect_same(&r.events[i], &sound.events[i]);
}

/* The token before all others, by whose damage none would be known. */
static void
a_damaged_begin(void **state)
{
	static const uint8_t begins[] = { 0x0E, 0x0D, 0x0B, 0x07, 0x1F, 0x00,
	    0x01, 0xFF };

	for (size_t i = 0; i < sizeof begins; i++) {
		struct reading r;

		begin(state);
		assert_int_equal(record(1, 5)[24], 0x0F);
		record(1, 5)[24] = begins[i];
		sums_repair(chunk(1));
		r = reading();
		assert_told(&r, "500 live, 1 inferred, 3 valid, 4096 of "
		    "header, 196608 of records");
		expect_same(&r.events[190], &sound.events[190]);
		assert_int_equal(r.events[190].flags, EVENT_INFERRED);
	}
	/* Not when more of it is. */
	record(1, 5)[25] = 9;
	sums_repair(chunk(1));
	sound = reading();
	assert_told(&sound, "500 live, 1 undecodable, 3 valid, 4096 of header, "
	    "196608 of records, 1 told, 1 lost, 3 exit");
}

static unsigned
name_hash_of(const char *name)
{
	uint32_t hash = 0;

	for (; *name != '\0'; name++)
		hash = hash * 65599 + (uint8_t)*name;
	return hash & 0xFFFF;
}

/* Two definitions, of which the second refers to the names of the first. */
static void
begin_with_two(void)
{
	char *text = arena_alloc(&mem, 100000);
	size_t at = (size_t)sprintf(text, "computer SRV\nchannel System\n"
	    "time 2020-01-01T00:00:00Z\nid 7\nstring one\n");

	for (unsigned i = 0; i < 150; i++)
		at += (size_t)sprintf(text + at, "event\nprovider A\n"
		    "event\nprovider B\n");
	start_with(text);
	sound = reading();
	assert_told(&sound, "300 live, 2 valid, 4096 of header, 131072 of "
	    "records");
}

/* The name of <Computer> in the second chunk, and the first record there,
 * which brings it along. */
static uint8_t *
computer_name(size_t *from)
{
	uint8_t *length = memmem(chunk(1) + 512, CHUNK - 512,
	    "\x08\0C\0o\0m\0p\0u\0t\0e\0r\0\0", 19);

	assert_non_null(length);
	for (*from = 0; sound.events[*from].at.offset < HEADER + CHUNK;)
		++*from;
	assert_str(sound.events[*from].provider, "A");
	return length + 2;
}

/* A definition that was met before but for a name that it refers to is
 * another: in its events that name is the one that their chunk has. */
static void
a_definition_with_another_name(void **state)
{
	struct reading r;
	uint8_t *name;
	size_t from;

	(void)state;
	begin_with_two();
	name = computer_name(&from);
	name[0] = 'K';
	put16(name - 4, name_hash_of("Komputer"));
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "300 live, 2 valid, 4096 of header, 131072 of "
	    "records");
	for (size_t i = 0; i < r.n; i++)
		assert_str(r.events[i].computer, i < from ? "SRV" : "");
}

/* ... and so is one whose name lost the hash that tells that it is one. */
static void
a_definition_with_a_name_without_its_hash(void **state)
{
	struct reading r;
	size_t from;

	(void)state;
	begin_with_two();
	computer_name(&from)[-4] ^= 1;
	sums_repair(chunk(1));
	r = reading();
	assert_told(&r, "300 live, 8 undecodable, 2 valid, 4096 of header, "
	    "131072 of records, 8 told, 8 lost, 3 exit");
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(r.whole[i], i < from);
}

/* Where free space begins is damaged: what was written before lies behind
 * the record that the header says is the last. */
static void
free_space_that_begins_anywhere(void **state)
{
	static const uint32_t places[] = { 0, 0xFFFFFFFF, 60000, 512 };

	for (size_t i = 0; i < 4; i++) {
		struct reading r;

		begin(state);
		put64(chunk(2) + 16, le64(record(2, 9) + 8));
		put64(chunk(2) + 32, le64(record(2, 9) + 8));
		for (size_t k = 10; k < per[2]; k++)
			put64(record(2, k) + 8, k);
		put32(chunk(2) + 48, places[i]);
		r = reading();
		assert_told(&r, i == 3 ? "370 live, 10 tail, 120 unseen, "
		    "3 valid, 4096 of header, 196608 of records, 2 checksums, "
		    "2 told" : i == 2 ? "380 live, 120 unseen, 3 valid, 4096 "
		    "of header, 196608 of records, 2 checksums, 2 told" :
		    "380 live, 120 unseen, 3 valid, 4096 of header, 196608 of "
		    "records, 2 checksums, 3 told");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_size_that_its_type_contradicts,
		    teardown),
		cmocka_unit_test_teardown(a_type_that_its_size_contradicts,
		    teardown),
		cmocka_unit_test_teardown(a_time_of_another_type, teardown),
		cmocka_unit_test_teardown(values_cut_off, teardown),
		cmocka_unit_test_teardown(values_of_a_torn_record, teardown),
		cmocka_unit_test_teardown(a_reference_to_a_name_here,
		    teardown),
		cmocka_unit_test_teardown(a_reference_to_a_name_elsewhere,
		    teardown),
		cmocka_unit_test_teardown(names_of_time_and_id, teardown),
		cmocka_unit_test_teardown(a_definition_that_moved, teardown),
		cmocka_unit_test_teardown(a_definition_with_a_damaged_id,
		    teardown),
		cmocka_unit_test_teardown(a_damaged_begin, teardown),
		cmocka_unit_test_teardown(a_definition_with_another_name,
		    teardown),
		cmocka_unit_test_teardown(
		    a_definition_with_a_name_without_its_hash, teardown),
		cmocka_unit_test_teardown(free_space_that_begins_anywhere,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
