/*
 * Two readers of one log, the second one as this program wants it: which
 * records only one has, which only one can decode, and why.
 */
#include "second_child.h"
#include <fcntl.h>
#include "triage/verify.h"

/* The offsets of the records of the chunk. */
static uint32_t places[64];
static size_t nplaces;

static void
places_find(void)
{
	uint32_t at = 0x200;

	for (nplaces = 0; le32(request.chunk + at) == 0x2A2A; nplaces++) {
		places[nplaces] = at;
		at += le32(request.chunk + at + 4);
	}
}

static void
end(size_t n)
{
	send_frame(LIBEVTX_END, 0, (struct libevtx_frame){ .id = n });
}

static void
all_as(uint32_t type, const char *xml)
{
	for (size_t i = 0; i < nplaces; i++)
		if (xml != NULL)
			send_record_at(places[i], xml);
		else
			send_frame(type, 0, (struct libevtx_frame){
			    .at = places[i] });
	end(nplaces);
}

static void
answer(const char *how)
{
	places_find();
	if (strcmp(how, "nothing") == 0) {
		end(0);
	} else if (strcmp(how, "more") == 0) {
		send_record_at(0x190, XML("before"));
		send_record_at(places[nplaces - 1] + 8, XML("behind"));
		end(2);
	} else if (strcmp(how, "refused") == 0) {
		send_frame(LIBEVTX_REFUSED, 0, (struct libevtx_frame){ 0 });
	} else if (strcmp(how, "dies") == 0) {
		_exit(0);
	} else if (strcmp(how, "noxml") == 0) {
		all_as(LIBEVTX_RECORD, "<Event");
	} else if (strcmp(how, "cannot") == 0) {
		all_as(LIBEVTX_UNREADABLE, NULL);
	} else {
		all_as(LIBEVTX_RECORD, XML("other"));
	}
}

static uint64_t why[DIVERGENCES];
static struct comparison result;
static bool begun, said_twice;

static void
on_begin(void *ctx, struct str path)
{
	(void)ctx;
	assert_true(str_is(path, "p"));
	memset(why, 0, sizeof why);
	begun = true;
	said_twice = false;
}

static void
on_difference(void *ctx, const struct difference *d)
{
	(void)ctx;
	why[d->why]++;
}

static void
on_end(void *ctx, const struct comparison *c)
{
	(void)ctx;
	result = *c;
	for (size_t i = 0; i < c->nproblems; i++)
		said_twice = said_twice || str_find(c->problems[i].message,
		    "it cannot be read twice", 0) != SIZE_MAX;
}

static void
verify_source(struct source *s)
{
	struct verify_ops ops = { .begin = on_begin,
	    .difference = on_difference, .end = on_end };

	begun = false;
	verify_input(s, str_of("p"), &ops);
	assert_true(begun);
}

static void
verify_bytes(struct span bytes)
{
	struct source s;

	source_memory(&s, bytes);
	verify_source(&s);
}

/* A log whose first record says how, with these lines behind. */
static void
verify(const char *how, const char *lines)
{
	verify_bytes(log_bytes(description(bytes_of(arena_fmt(&mem,
	    "computer A\nprovider P\nid 7\nevent\nstring how=%s\n%s", how,
	    lines).p), "test"), LOG_EVTX));
}

static void
records_that_only_one_has(void **state)
{
	(void)state;
	verify("nothing", "event\nevent\n");
	assert_int_equal(result.ours, 3);
	assert_int_equal(result.only_ours, 3);
	assert_int_equal(why[DIV_UNEXPLAINED], 3);
	assert_true(result.compared && result.complete);
	verify("more", "event\n");
	assert_int_equal(result.only_ours, 2);
	assert_int_equal(result.only_theirs, 2);
	assert_int_equal(why[DIV_UNEXPLAINED], 4);
	verify("refused", "event\n");
	assert_int_equal(result.only_ours, 2);
	assert_int_equal(why[DIV_REFUSED], 2);
	verify("dies", "event\n");
	assert_int_equal(result.only_ours, 2);
	assert_int_equal(why[DIV_FAILED], 2);
}

/* The chunk behind one that was refused has no excuse. */
static void
an_excuse_is_good_for_its_chunk(void **state)
{
	(void)state;
	verify_bytes(chunks("refused nothing"));
	assert_int_equal(result.only_ours, 2);
	assert_int_equal(why[DIV_REFUSED], 1);
	assert_int_equal(why[DIV_UNEXPLAINED], 1);
}

static void
records_that_only_we_can_decode(void **state)
{
	(void)state;
	verify("noxml", "");
	assert_int_equal(why[DIV_UNEXPLAINED], 1);
	assert_int_equal(result.differing, 1);
	verify("noxml", "string a<b\n");
	assert_int_equal(why[DIV_UNESCAPED], 1);
	verify("cannot", "");
	assert_int_equal(why[DIV_UNEXPLAINED], 1);
	verify("cannot", "literal\n");
	assert_int_equal(why[DIV_LITERAL], 1);
	verify_bytes(log_bytes(description(bytes_of("computer A\nprovider P\n"
	    "event\ndata text x=how=cannot\ndata null nothing=\n"),
	    "test"), LOG_EVTX));
	assert_int_equal(why[DIV_NULL], 1);
	verify("cannot", "string a<b\n");
	assert_int_equal(why[DIV_UNEXPLAINED], 1);
}

static void
records_that_both_decode(void **state)
{
	(void)state;
	verify("else", "");
	assert_int_equal(result.differing, 1);
	assert_true(why[DIV_UNEXPLAINED] > 1);
	assert_int_equal(result.equal, 0);
}

static void
records_that_only_they_can_decode(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct span s = log_bytes(description(bytes_of(arena_fmt(&mem,
		    "computer A\nprovider P\nid 7\n%sevent\nstring how=else\n",
		    i == 0 ? "" : "literal\n").p), "test"), LOG_EVTX);
		uint8_t *p = bytes_copy(s);

		/* No template is there; its first element is none. */
		p[4096 + 512 + 24 + (i == 0 ? 13 : 4)] = 0x7F;
		if (i == 0)
			memset(p + 4096 + 512 + 24 + 14 + 4, 0xEE, 2);
		verify_bytes((struct span){ p, s.n });
		assert_int_equal(result.differing, 1);
		assert_false(result.complete);
		assert_int_equal(why[i == 0 ? DIV_UNEXPLAINED : DIV_LITERAL],
		    1);
	}
}

static void
inputs_with_one_reader(void **state)
{
	(void)state;
	verify_bytes(log_bytes(description(bytes_of("event\n"), "test"),
	    LOG_EVT));
	assert_false(result.compared);
	assert_string_equal(result.format, "evt");
	verify_bytes(bytes_of("no log"));
	assert_false(result.compared);
	assert_null(result.format);
	assert_false(result.complete);
}

/* A descriptor that cannot be opened anew, and one that cannot be read. */
static void
inputs_that_cannot_be_read_twice(void **state)
{
	struct source s;
	int fd[2], folder;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "no log", 6), 6);
	close(fd[1]);
	source_fd(&s, fd[0]);
	verify_source(&s);
	assert_false(said_twice);
	source_close(&s);
	folder = open(".", 0);
	assert_true(folder >= 0);
	source_fd(&s, folder);
	s.size = SOURCE_UNKNOWN;
	verify_source(&s);
	assert_true(said_twice);
	source_close(&s);
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_that_only_one_has),
		TEST(an_excuse_is_good_for_its_chunk),
		TEST(records_that_only_we_can_decode),
		TEST(records_that_both_decode),
		TEST(records_that_only_they_can_decode),
		TEST(inputs_with_one_reader),
		TEST(inputs_that_cannot_be_read_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
