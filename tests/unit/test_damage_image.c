/*
 * Raw bytes, as of a disk image or a memory dump: what --recover finds in
 * them of logs of either format, and that the sums hold.
 */
#include "readings.h"

enum { IMAGE = 400000, CHUNK = 65536, EVT = 40 };

static uint8_t *image;
static struct span evt, evtx;
static size_t records;		/* in the chunk of evtx */

static int
setup(void **state)
{
	(void)state;
	image = arena_alloc(&mem, IMAGE);
	/* Neither zeros nor like the head of anything. */
	memset(image, 0xC3, IMAGE);
	evt = log_bytes(description(bytes_of("computer OLD\nprovider Test\n"
	    "event\nid 7\ntime 1999-01-01T00:00:00Z\nstring one\nstring two\n"
	    "words 11111111 22222222\nrepeat 39 every 1m\n"), "old"), LOG_EVT);
	evtx = log_bytes(description(bytes_of("computer NEW\nprovider Test\n"
	    "channel System\nevent\nid 8\ntime 2020-01-01T00:00:00Z\n"
	    "string one\nrepeat 99 every 1m\n"), "new"), LOG_EVTX);
	assert_int_equal(evtx.n, 4096 + CHUNK);
	records = 100;
	return 0;
}

static void
put(size_t at, struct span s)
{
	memcpy(image + at, s.p, s.n);
}

static void
put_chunk(size_t at)
{
	put(at, span_sub(evtx, 4096, CHUNK));
}

/* Where the k-th record of the .evt lies in it. */
static size_t
evt_at(size_t k)
{
	size_t at = 48;

	while (k-- > 0)
		at += le32(evt.p + at);
	return at;
}

static struct reading
carve(size_t n, uint64_t read, uint64_t recovered)
{
	struct reading r = read_bytes((struct span){ image, n });

	assert_null(r.format);
	r = read_how((struct span){ image, n }, log_open_recover);
	assert_string_equal(r.format, "raw");
	assert_int_equal(r.tally.read, read);
	assert_int_equal(r.tally.recovered, recovered);
	assert_int_equal(r.n, read + recovered);
	assert_int_equal(r.tally.bytes_header + r.tally.bytes_valid +
	    r.tally.bytes_unused + r.tally.bytes_bad, n);
	assert_false(problem_says(&r.problems, "accounting error"));
	for (size_t i = 0; i < r.n; i++)
		assert_true(r.whole[i]);
	return r;
}

static void
expect_evt(const struct event *e, size_t at, size_t k)
{
	assert_int_equal(e->at.state, RECORD_ORPHAN);
	assert_int_equal(e->at.offset, at + evt_at(k));
	assert_int_equal(e->at.id, k + 1);
	assert_true(e->at.written == e->time);
	assert_int_equal(e->id, 7);
	assert_str(e->provider, "Test");
	assert_str(e->computer, "OLD");
	assert_str(e->fields[1].text, "two");
	assert_int_equal(e->binary.n, 8);
}

/* Wherever they lie, across the bounds of what is read at a time too. */
static void
test_image_evt_records(void **state)
{
	static const size_t places[] = { 9001, 12288, CHUNK - 700,
	    CHUNK - 697, 2 * CHUNK - 3000, IMAGE - 9000 };

	(void)state;
	assert_true(evt.n < 9000);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct reading r;

		setup(NULL);
		put(places[i], evt);
		r = carve(IMAGE, 0, EVT);
		for (size_t k = 0; k < EVT; k++)
			expect_evt(&r.events[k], places[i], k);
		assert_int_equal(r.tally.bytes_bad, IMAGE);
	}
}

/* One that its end cuts off is not whole; one byte more and it is. */
static void
test_image_evt_cut(void **state)
{
	(void)state;
	put(9001, evt);
	carve(9001 + evt_at(EVT) - 1, 0, EVT - 1);
	carve(9001 + evt_at(EVT), 0, EVT);
}

/* A size that its copy contradicts costs that record. */
static void
test_image_evt_torn(void **state)
{
	struct reading r;

	(void)state;
	put(70000, evt);
	image[70000 + evt_at(6) - 4] ^= 4;
	image[70000 + evt_at(9)] ^= 4;
	r = carve(IMAGE, 0, EVT - 2);
	expect_evt(&r.events[4], 70000, 4);
	expect_evt(&r.events[5], 70000, 6);
}

/* Both kinds, records of either against a chunk of the other. */
static void
test_image_both_formats(void **state)
{
	struct reading r;
	size_t at = 20000 + evt_at(EVT);

	(void)state;
	put(20000, evt);
	put_chunk(at);
	put(at + CHUNK, span_from(evt, evt_at(3)));
	put_chunk(250000);
	r = carve(IMAGE, 2 * records, EVT + EVT - 3);
	assert_int_equal(r.tally.units_valid, 2);
	assert_int_equal(r.tally.bytes_valid, 2 * CHUNK);
	expect_evt(&r.events[EVT - 1], 20000, EVT - 1);
	assert_int_equal(r.events[EVT].at.state, RECORD_LIVE);
	assert_str(r.events[EVT].computer, "NEW");
	expect_evt(&r.events[EVT + records], at + CHUNK - evt_at(3), 3);
	/* A chunk that lost its header: its records among the others. */
	image[250000] ^= 1;
	r = carve(IMAGE, records, records + EVT + EVT - 3);
	assert_int_equal(r.tally.units_valid, 1);
	assert_str(r.events[r.n - 1].computer, "NEW");
	assert_int_equal(r.events[r.n - 1].at.state, RECORD_ORPHAN);
}

/* Heads of records that are none cost time in proportion, no more. */
static void
test_image_false_heads(void **state)
{
	static const uint8_t evtx_head[8] = { '*', '*', 0, 0, 0, 0, 1, 0 },
	    evt_head[8] = { 0xFC, 0xFF, 0, 0, 'L', 'f', 'L', 'e' };

	(void)state;
	for (size_t at = 9000; at + 16 < IMAGE; at += 16) {
		memcpy(image + at, evtx_head, 8);
		memcpy(image + at + 8, evt_head, 8);
	}
	put(300000, evt);
	carve(IMAGE, 0, EVT);
}

/* In the damage of an .evtx they are counted, and returned when asked for. */
static void
test_image_evt_in_damaged_evtx(void **state)
{
	uint8_t *p = arena_alloc(&mem, evtx.n + CHUNK);
	struct span s = { p, evtx.n + CHUNK };
	struct reading r;

	(void)state;
	memcpy(p, evtx.p, evtx.n);
	memset(p + evtx.n, 0xC3, CHUNK);
	memcpy(p + evtx.n + 1000, evt.p, evt.n);
	r = read_bytes(s);
	assert_string_equal(r.format, "evtx");
	assert_int_equal(r.tally.read, records);
	assert_int_equal(r.tally.slack, EVT);
	assert_problem(&r.problems, "returns the 40 records in them");
	r = read_how(s, log_open_recover);
	assert_int_equal(r.tally.read, records);
	assert_int_equal(r.tally.recovered, EVT);
	expect_evt(&r.events[r.n - 1], evtx.n + 1000, EVT - 1);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_image_evt_records), CASE(test_image_evt_cut),
		CASE(test_image_evt_torn), CASE(test_image_both_formats),
		CASE(test_image_false_heads),
		CASE(test_image_evt_in_damaged_evtx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
