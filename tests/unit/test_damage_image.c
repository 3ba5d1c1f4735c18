/*
 * Raw bytes, as of a disk image or a memory dump: what --recover finds in
 * them of logs of either format, and that the sums hold.
 */
#include "told.h"

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

/* An image of n bytes, which are like nothing. */
static void
image_new(size_t n)
{
	image = arena_alloc(&mem, n);
	memset(image, 0xC3, n);
}

/* What is returned of an image of n bytes: so many records, all of .evt.
 * Into how many pieces it was cut for that depends on where they lie. */
static struct reading
carve_told(size_t n, size_t orphans)
{
	struct reading r = read_how((struct span){ image, n },
	    log_open_recover);
	char expected[100] = "";

	told_add(expected, sizeof expected, orphans, "orphan");
	told_add(expected, sizeof expected, r.tally.units_bad, "bad");
	told_add(expected, sizeof expected, n, "of damage");
	told_add(expected, sizeof expected, 1, "told");
	assert_told(&r, expected);
	for (size_t i = 0; i < r.n; i++)
		assert_true(r.whole[i]);
	return r;
}

enum { LARGE = 2000000, LARGE_EVT = 7 };
static const size_t data_sizes[LARGE_EVT] = { 10, 70000, 65536, 3, 150000,
    900000, 8 };

/* A .evt with records longer than what is searched at a time. */
static struct span
large_evt(void)
{
	char *text = arena_alloc(&mem, 4 * LARGE), *at = text;

	at += sprintf(at, "computer OLD\nprovider Test\n"
	    "time 1999-01-01T00:00:00Z\n");
	for (unsigned i = 0; i < LARGE_EVT; i++) {
		at += sprintf(at, "event\nid %u\nstring one\nbytes", i);
		for (size_t k = 0; k < data_sizes[i]; k++)
			at += sprintf(at, " %02x", (unsigned)(k + i) & 0xFF);
		at += sprintf(at, "\n");
	}
	return log_bytes(description((struct span){ (uint8_t *)text,
	    (size_t)(at - text) }, "large"), LOG_EVT);
}

static void
expect_large(const struct event *e, unsigned i)
{
	assert_int_equal(e->id, i);
	assert_int_equal(e->at.id, i + 1);
	assert_str(e->computer, "OLD");
	assert_str(e->fields[0].text, "one");
	assert_int_equal(e->binary.n, data_sizes[i]);
	for (size_t k = 0; k < e->binary.n; k++)
		if (e->binary.p[k] != ((k + i) & 0xFF))
			fail_msg("byte %zu", k);
}

/* However long they are. */
static void
test_image_evt_large(void **state)
{
	static const size_t places[] = { 9001, 20000, CHUNK - 100,
	    3 * CHUNK - 5000 };
	struct span large = large_evt();
	size_t before = mem.total;

	(void)state;
	assert_true(large.n < LARGE - 4 * CHUNK);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct reading r;

		image_new(LARGE);
		memcpy(image + places[i], large.p, large.n);
		r = carve_told(LARGE, LARGE_EVT);
		for (unsigned k = 0; k < LARGE_EVT; k++)
			expect_large(&r.events[k], k);
	}
	assert_true(mem.total - before < 64u << 20);
}

/* Without its end, with another size at it, with an offset beyond it: it
 * is none, and those behind it are there. */
static void
test_image_evt_large_damaged(void **state)
{
	struct span large = large_evt();
	size_t at = 9001 + 48, end, last;
	struct reading r;

	(void)state;
	image_new(LARGE);
	memcpy(image + 9001, large.p, large.n);
	for (unsigned i = 0; i < 5; i++)
		at += le32(image + at);
	end = at + le32(image + at);	/* of the one with 900,000 bytes */
	last = end + le32(image + end);
	carve_told(end - 1, LARGE_EVT - 2);
	r = carve_told(end, LARGE_EVT - 1);
	expect_large(&r.events[5], 5);
	image[end - 4] ^= 4;
	r = carve_told(last, LARGE_EVT - 1);
	expect_large(&r.events[5], 6);
	image[end - 4] ^= 4;
	image[at + 52 + 3] = 1;
	r = carve_told(last, LARGE_EVT - 1);
	expect_large(&r.events[5], 6);
	image[at + 52 + 3] = 0;
	image[at] ^= 4;
	r = carve_told(last, LARGE_EVT - 1);
	expect_large(&r.events[5], 6);
}

/* A whole record in the data of one is none, wherever it lies in it. */
static void
test_image_evt_large_holds_one(void **state)
{
	struct span large = large_evt();
	size_t at = 48;

	(void)state;
	image_new(LARGE);
	memcpy(image + 9001, large.p, large.n);
	for (unsigned i = 0; i < 5; i++)
		at += le32(large.p + at);
	for (size_t in = 1000; in < 900000; in += 20000)
		memcpy(image + 9001 + at + in, evt.p + 48, le32(evt.p + 48));
	carve_told(LARGE, LARGE_EVT);
}

static size_t
piped(void *ctx, void *buf, size_t n, int *error)
{
	struct span *left = ctx;

	(void)error;
	if (n > left->n)
		n = left->n;
	memcpy(buf, left->p, n);
	*left = span_from(*left, n);
	return n;
}

/* Of a pipe only what is at hand can be looked at. */
static void
test_image_evt_large_piped(void **state)
{
	struct span large = large_evt(), left = { NULL, LARGE };
	struct reading r;
	struct source s;

	(void)state;
	image_new(LARGE);
	memcpy(image + 9001, large.p, large.n);
	left.p = image;
	source_from(&s, piped, &left);
	r = read_source(&s, log_open_recover);
	assert_told(&r, "5 orphan, 31 bad, 2000000 of damage, 1 told");
	expect_large(&r.events[1], 1);
	expect_large(&r.events[4], 6);
}

/* The same log, its ring cut so far into it. */
static struct span
wrapped_evt(size_t by)
{
	size_t ring = evt.n - 48;
	uint8_t *p = bytes_copy(evt);

	for (size_t i = 0; i < ring; i++)
		p[48 + (i + by) % ring] = evt.p[48 + i];
	return (struct span){ p, evt.n };
}

/* Wherever its ring is cut, but for the first 8 bytes of a record, which
 * tell that it is one. */
static void
test_image_evt_ring(void **state)
{
	static const size_t places[] = { 9001, CHUNK - 3000 };
	size_t ring = evt.n - 48, size = le32(evt.p + 48), split = 0;

	(void)state;
	for (size_t by = 0; by < ring; by += 4) {
		struct span wrapped = wrapped_evt(by);
		size_t cut = ring - by;	/* in the record that is cut */
		bool inside = cut < EVT * size && cut % size != 0;
		size_t known = inside && cut % size < 8 ? EVT - 1 : EVT;
		struct reading r;

		image_new(2 * CHUNK);
		memcpy(image + places[by / 4 % 2], wrapped.p, wrapped.n);
		r = carve_told(2 * CHUNK, known);
		for (size_t i = 0; i < r.n; i++) {
			assert_str(r.events[i].provider, "Test");
			assert_str(r.events[i].computer, "OLD");
			assert_str(r.events[i].fields[1].text, "two");
			assert_int_equal(r.events[i].binary.n, 8);
			assert_true(r.events[i].at.written ==
			    r.events[i].time);
		}
		split += inside && known == EVT;
		arena_free(&mem);
		setup(NULL);
	}
	assert_int_equal(split, EVT * (size / 4 - 2));
}

/* What does not fit together is no record. */
static void
test_image_evt_ring_damaged(void **state)
{
	enum { AT = 9001, OTHER = 40000 };
	size_t size = le32(evt.p + 48), behind = size - 60;
	struct span wrapped = wrapped_evt(evt.n - 48 - 5 * size - 60);
	/* The header's signature, its end, the file's size (too), that of
	 * the record at its end, which lies behind the header. */
	const size_t bytes[] = { 4, 44, 32, 33, 48 + behind - 4 };

	(void)state;
	image_new(2 * CHUNK);
	memcpy(image + AT, wrapped.p, wrapped.n);
	carve_told(2 * CHUNK, EVT);
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		image[AT + bytes[i]] ^= 4;
		carve_told(2 * CHUNK, EVT - 1);
		image[AT + bytes[i]] ^= 4;
	}
	/* Its last bytes are not where the header says that they are. */
	memset(image + AT + 48, 0xC3, behind);
	carve_told(2 * CHUNK, EVT - 1);
	memcpy(image + AT, wrapped.p, wrapped.n);
	/* The rest of a record would lie behind its own head. */
	image_new(2 * CHUNK);
	memcpy(image + AT, evt.p, 48);
	image[AT + 32] = 48 + 200;
	image[AT + 33] = 0;
	memcpy(image + AT + 48 + 100, evt.p + 48, 100);
	image[AT + 48 + 100] = 300 & 0xFF;
	image[AT + 48 + 101] = 300 >> 8;
	memcpy(image + AT + 48 + 196, image + AT + 48 + 100, 4);
	carve_told(2 * CHUNK, 0);
	memset(image + AT, 0xC3, 400);
	memcpy(image + AT, wrapped.p, wrapped.n);
	/* Another log has a header of its own, and only the last few count. */
	memcpy(image + OTHER, wrapped.p, wrapped.n);
	carve_told(2 * CHUNK, 2 * EVT);
	for (size_t i = 0; i < 3; i++)
		memcpy(image + AT + 48 + behind + i * size, wrapped.p, 48);
	carve_told(2 * CHUNK, 2 * EVT - 3);
	memcpy(image + AT + 48 + behind + 3 * size, wrapped.p, 48);
	carve_told(2 * CHUNK, 2 * EVT - 4 - 1);
}

/* Heads that could be of long records, none of which is there, and headers
 * of logs that could cut them. */
static void
test_image_evt_false_long(void **state)
{
	size_t heads = 0;

	(void)state;
	image_new(IMAGE);
	for (size_t at = 9000; at + 64 < IMAGE; at += 64) {
		memcpy(image + at, evt.p + (at % 1024 == 40 ? 0 : 48), 64);
		if (at % 1024 == 40) {
			image[at + 34] = 2;
			continue;
		}
		image[at] = (uint8_t)(heads++ * 64);
		image[at + 2] = 3;
	}
	assert_true(heads > 5000);
	carve_told(IMAGE, 0);
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

/* ... however long they are, in the chunks behind it too. */
static void
test_image_evt_large_in_damaged_evtx(void **state)
{
	struct span large = large_evt(), s;
	size_t n = evtx.n + LARGE;
	struct reading r;
	char expected[200];

	(void)state;
	image_new(n);
	memcpy(image, evtx.p, evtx.n);
	memcpy(image + evtx.n + 1000, large.p, large.n);
	s = (struct span){ image, n };
	r = read_bytes(s);
	snprintf(expected, sizeof expected, "100 live, 7 unseen, 1 valid, "
	    "31 bad, 4096 of header, 65536 of records, 2000000 of damage, "
	    "31 told, 31 lost, 3 exit");
	assert_told(&r, expected);
	r = read_how(s, log_open_recover);
	assert_told(&r, "100 live, 7 orphan, 1 valid, 31 bad, 4096 of header, "
	    "65536 of records, 2000000 of damage, 31 told, 31 lost, 3 exit");
	for (unsigned k = 0; k < LARGE_EVT; k++)
		expect_large(&r.events[100 + k], k);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_image_evt_records), CASE(test_image_evt_cut),
		CASE(test_image_evt_torn), CASE(test_image_both_formats),
		CASE(test_image_false_heads),
		CASE(test_image_evt_large), CASE(test_image_evt_large_damaged),
		CASE(test_image_evt_large_holds_one),
		CASE(test_image_evt_large_piped), CASE(test_image_evt_ring),
		CASE(test_image_evt_ring_damaged),
		CASE(test_image_evt_false_long),
		CASE(test_image_evt_in_damaged_evtx),
		CASE(test_image_evt_large_in_damaged_evtx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
