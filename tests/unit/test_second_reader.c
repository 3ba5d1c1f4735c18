/*
 * The second reader against a child that misbehaves.  This program has its
 * own libevtx_child: what it answers is chosen by the provider of the first
 * record of the chunk it is sent.  Whatever the child does, it costs a
 * record or a chunk, is said, and the log behind it is read.
 */
#include "readings.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "log/libevtx.h"

static struct libevtx_request request;
static int to;

static void
send_frame(uint32_t type, uint32_t length, struct libevtx_frame f)
{
	f.magic = LIBEVTX_MAGIC;
	f.type = type;
	f.length = length;
	if (send(to, &f, sizeof f, MSG_NOSIGNAL) != (ssize_t)sizeof f)
		_exit(0);
}

/* A record with that XML, its place not known. */
static void
send_record(const char *xml)
{
	uint16_t text[4096];
	size_t n = strlen(xml);

	for (size_t i = 0; i < n; i++)
		text[i] = (unsigned char)xml[i] == 0xFF ? 0xD800 :
		    (unsigned char)xml[i];
	send_frame(LIBEVTX_RECORD, (uint32_t)(2 * n),
	    (struct libevtx_frame){ .at = LIBEVTX_NOWHERE, .id = 77 });
	if (send(to, text, 2 * n, MSG_NOSIGNAL) != (ssize_t)(2 * n))
		_exit(0);
}

#define XML(x) "<Event><System><Provider Name='Q'/><EventID>8</EventID>" \
	"<Computer>A</Computer></System><EventData><Data>" x "</Data>" \
	"</EventData></Event>"

static void
send_good(void)
{
	send_record(XML("good"));
	send_frame(LIBEVTX_END, 0, (struct libevtx_frame){ .id = 1 });
}

/* What is wrong with one frame. */
static void
send_wrong(const char *how)
{
	struct libevtx_frame f = { .magic = LIBEVTX_MAGIC,
	    .type = LIBEVTX_UNREADABLE, .at = LIBEVTX_NOWHERE };

	if (strcmp(how, "magic") == 0)
		f.magic++;
	else if (strcmp(how, "type") == 0)
		f.type = LIBEVTX_END + 1;
	else if (strcmp(how, "long") == 0)
		f = (struct libevtx_frame){ .magic = LIBEVTX_MAGIC,
		    .length = LIBEVTX_CAP + 2 };
	else if (strcmp(how, "odd") == 0)
		f = (struct libevtx_frame){ .magic = LIBEVTX_MAGIC,
		    .length = 3 };
	else if (strcmp(how, "payload") == 0)
		f.length = 2;
	else if (strcmp(how, "place") == 0)
		f.at = EVTX_UNIT;
	else if (strcmp(how, "size") == 0)
		f.at = 0x200, f.size = EVTX_UNIT;
	else if (strcmp(how, "count") == 0)
		f.type = LIBEVTX_END, f.id = 9;
	(void)!send(to, &f, sizeof f, MSG_NOSIGNAL);
}

/* The text of a datum "how=..." in the chunk. */
static const char *
chunk_says(void)
{
	static char how[32];
	size_t n = 0;
	const uint8_t *p = memmem(request.chunk, EVTX_UNIT,
	    "h\0o\0w\0=\0", 8);

	for (p = p == NULL ? NULL : p + 8; p != NULL && n < sizeof how - 1 &&
	    *p >= 'a' && *p <= 'z'; p += 2)
		how[n++] = (char)*p;
	how[n] = '\0';
	return how;
}

static void
answer(const char *how)
{
	struct rlimit none = { 0, 0 };

	if (strcmp(how, "good") == 0) {
		send_good();
	} else if (strcmp(how, "texts") == 0) {
		send_record(XML("a\rb"));
		send_record(XML("\xFF"));
		send_record("<Event");
		send_record("<Other/>");
		send_frame(LIBEVTX_UNREADABLE, 0, (struct libevtx_frame){
		    .at = 0x200, .size = 100, .id = 1 });
		send_frame(LIBEVTX_END, 0, (struct libevtx_frame){ .id = 5 });
	} else if (strcmp(how, "refused") == 0) {
		send_frame(LIBEVTX_REFUSED, 0, (struct libevtx_frame){ 0 });
	} else if (strcmp(how, "crash") == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (strcmp(how, "leave") == 0) {
		_exit(0);
	} else if (strcmp(how, "silent") == 0) {
		pause();
	} else if (strcmp(how, "half") == 0) {
		send_frame(LIBEVTX_RECORD, 100, (struct libevtx_frame){
		    .at = LIBEVTX_NOWHERE });
		_exit(0);
	} else {
		send_wrong(how);
	}
}

/* Behind a first failure the chunk is asked for again, from the record
 * behind: these are then at an end. */
_Noreturn void
libevtx_child(int fd)
{
	to = fd;
	while (recv(fd, &request, sizeof request, MSG_WAITALL) ==
	    (ssize_t)sizeof request) {
		if (request.first > 0)
			send_frame(LIBEVTX_END, 0, (struct libevtx_frame){
			    .id = 1 });
		else
			answer(chunk_says());
	}
	_exit(0);
}

/* A log of one chunk for each word of how. */
static struct reading
read_chunks(const char *how)
{
	struct span one[16];
	size_t n = 0, header = 4096;
	uint8_t *all = arena_alloc(&mem, header + 16 * 65536);
	const char *end;

	do {
		end = strchr(how, ' ');
		one[n] = log_bytes(description(bytes_of(arena_fmt(&mem,
		    "computer A\nprovider P\nid 7\nevent\nstring how=%.*s\n",
		    end == NULL ? (int)strlen(how) : (int)(end - how),
		    how).p), "test"), LOG_EVTX);
		memcpy(all + header + n * 65536, one[n].p + header, 65536);
		n++;
		how = end == NULL ? NULL : end + 1;
	} while (how != NULL);
	memcpy(all, one[0].p, header);
	return read_how((struct span){ all, header + n * 65536 },
	    log_open_libevtx);
}

static void
a_child_that_does_well(void **state)
{
	struct reading r = read_chunks("good good");

	(void)state;
	assert_int_equal(r.n, 2);
	assert_int_equal(r.problems.n, 0);
	assert_true(r.tally.complete);
	assert_str(r.events[0].provider, "Q");
	assert_int_equal(r.events[0].id, 8);
	assert_int_equal(r.events[1].at.id, 77);
}

static void
texts_that_xml_would_spoil(void **state)
{
	struct reading r = read_chunks("texts");

	(void)state;
	assert_int_equal(r.n, 5);
	assert_true(r.whole[0]);
	assert_str(event_string(&r.events[0], 0)->text, "a\rb");
	assert_true(r.whole[1]);
	assert_true((r.events[1].flags & EVENT_LOSSY) != 0);
	assert_false(r.whole[2]);
	assert_false(r.whole[3]);
	assert_false(r.whole[4]);
	assert_int_equal(r.events[4].at.size, 100);
	assert_int_equal(r.events[4].at.offset, 4096 + 0x200);
}

static void
a_chunk_that_is_refused(void **state)
{
	struct reading r = read_chunks("refused good");

	(void)state;
	assert_int_equal(r.n, 1);
	assert_problem(&r.problems, "libevtx");
	assert_int_equal(r.tally.bytes_bad, 65536);
}

static void
a_frame_that_breaks_the_protocol(void **state)
{
	static const char *const hows[] = { "magic", "type", "long", "odd",
	    "payload", "place", "size", "count" };

	(void)state;
	for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
		struct reading r = read_chunks(arena_fmt(&mem, "%s good",
		    hows[i]).p);

		if (r.n != 1 || r.problems.n != 1)
			fail_msg("%s: %zu records, %zu problems", hows[i],
			    r.n, r.problems.n);
		assert_problem(&r.problems, "broke its protocol at record 1");
		assert_str(event_string(&r.events[0], 0)->text, "good");
	}
}

static void
a_child_that_dies(void **state)
{
	struct reading r = read_chunks("crash good leave good half good");

	(void)state;
	assert_int_equal(r.n, 3);
	assert_int_equal(r.problems.n, 3);
	assert_problem(&r.problems, "crashed (signal 11) at record 1");
	assert_problem(&r.problems, "libevtx ended at record 1");
}

static void
a_child_that_says_nothing(void **state)
{
	struct reading r = read_chunks("silent good");

	(void)state;
	assert_int_equal(r.n, 1);
	assert_problem(&r.problems, "no answer for 5 s at record 1");
}

/* After so many failures the rest of the log is left to the first reader,
 * and that is said. */
static void
a_child_that_fails_again_and_again(void **state)
{
	struct reading r = read_chunks("leave leave leave leave leave leave "
	    "leave leave leave good");

	(void)state;
	assert_int_equal(r.n, 0);
	assert_int_equal(r.problems.n, 10);
	assert_problem(&r.problems, "failed 8 times; the rest was not read");
	assert_false(r.tally.complete);
}

/* No process and no socket can be had: a problem, not an empty log. */
static void
a_child_that_cannot_be_started(void **state)
{
	struct rlimit before, none;
	struct reading r;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	r = read_chunks("good");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(r.n, 0);
	assert_problem(&r.problems, "could not be started");
	assert_false(r.tally.complete);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_child_that_does_well, teardown),
		cmocka_unit_test_teardown(texts_that_xml_would_spoil,
		    teardown),
		cmocka_unit_test_teardown(a_chunk_that_is_refused, teardown),
		cmocka_unit_test_teardown(a_frame_that_breaks_the_protocol,
		    teardown),
		cmocka_unit_test_teardown(a_child_that_dies, teardown),
		cmocka_unit_test_teardown(a_child_that_says_nothing,
		    teardown),
		cmocka_unit_test_teardown(a_child_that_fails_again_and_again,
		    teardown),
		cmocka_unit_test_teardown(a_child_that_cannot_be_started,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
