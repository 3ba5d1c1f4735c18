/*
 * The second reader against a child that misbehaves: whatever it does, it
 * costs a record or a chunk, is said, and the log behind it is read.
 */
#include "second_child.h"
#include "procs.h"
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

/*
 * A second passes when the child waits, and each of its own work counts
 * WORTH times: so what is waited for many seconds is over at once, and no
 * child is given up because the machine is busy.  With EVTRIAGE_REAL_TIME
 * set it is the time of the machine.
 */
enum { WORTH = 50, SECOND = 1000000000 };
static atomic_bool *napping;		/* the child, until something comes */

static bool
real_time(void)
{
	return getenv("EVTRIAGE_REAL_TIME") != NULL;
}

/* These stand before those of libc. */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *);
	uint64_t n;
	int status;

	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	status = real(id, t);
	if (id >= 0 || real_time())	/* not of another process */
		return status;
	n = WORTH * ((uint64_t)t->tv_sec * SECOND + (uint64_t)t->tv_nsec);
	t->tv_sec = (time_t)(n / SECOND);
	t->tv_nsec = (long)(n % SECOND);
	return status;
}

/* ns that the child, if there is one, has worked; *waits: it does not now. */
static uint64_t
child_worked(bool *waits)
{
	struct timespec t = { 0, 0 };
	clockid_t clock;
	pid_t pid;

	*waits = true;
	if (procs_children(&pid, 1) == 1) {
		*waits = procs_waits(pid);
		if (clock_getcpuclockid(pid, &clock) == 0)
			(void)clock_gettime(clock, &t);
	}
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

int	child_poll(struct pollfd *f, nfds_t n, int ms) __asm__("poll");
	/* the head has an inline one of that name */

int
child_poll(struct pollfd *f, nfds_t n, int ms)
{
	int (*real)(struct pollfd *, nfds_t, int), got;
	bool waits = false;
	uint64_t from;

	*(void **)&real = dlsym(RTLD_NEXT, "poll");
	if (real_time() || n == 0)
		return real(f, n, ms);
	from = child_worked(&waits);
	do {
		got = real(f, n, waits ? 0 : 1);
		if (got != 0 || waits)
			break;
	} while (child_worked(&waits) - from < SECOND || waits);
	if (got == 0 && waits && atomic_exchange(napping, false))
		(void)!send(f[0].fd, "!", 1, MSG_NOSIGNAL);
	return got;
}

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

/* As one that gets little of a busy machine: some work every second or so,
 * for longer than one that does nothing is waited for. */
static void
work_slowly(void)
{
	char byte;

	for (int i = 0; i < 14; i++) {
		for (volatile unsigned n = 0; n < 400000; n++)
			;
		if (real_time()) {
			(void)poll(NULL, 0, 500);
			continue;
		}
		atomic_store(napping, true);
		(void)!recv(to, &byte, 1, 0);
	}
}

static void
answer(const char *how)
{
	if (strcmp(how, "good") == 0) {
		send_good();
	} else if (strcmp(how, "slow") == 0) {
		work_slowly();
		send_good();
	} else if (strcmp(how, "busy") == 0) {
		for (volatile unsigned n = 0;; n++)
			;
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
		__builtin_trap();	/* the seal lets nobody raise */
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

static struct reading
read_chunks(const char *how)
{
	return read_how(chunks(how), log_open_libevtx);
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
	struct reading r;

	(void)state;
	signal(SIGILL, SIG_DFL);	/* cmocka's handler goes with fork */
	r = read_chunks("crash good leave good half good");
	assert_int_equal(r.n, 3);
	assert_int_equal(r.problems.n, 3);
	assert_problem(&r.problems, "crashed (signal 4) at record 1");
	assert_problem(&r.problems, "libevtx ended at record 1");
}

static void
a_child_that_says_nothing(void **state)
{
	static const char *const how[] = { "silent good", "busy good" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct reading r = read_chunks(how[i]);

		assert_int_equal(r.n, 1);
		assert_problem(&r.problems, "no answer for 5 s at record 1");
	}
}

/* On a busy machine what takes libevtx a second of work was given up after
 * five by the clock: what verify printed depended on what else ran. */
static void
a_child_that_gets_little_time(void **state)
{
	struct reading r = read_chunks("slow good");

	(void)state;
	assert_int_equal(r.n, 2);
	assert_int_equal(r.problems.n, 0);
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
		cmocka_unit_test_teardown(a_child_that_gets_little_time,
		    teardown),
		cmocka_unit_test_teardown(a_child_that_fails_again_and_again,
		    teardown),
		cmocka_unit_test_teardown(a_child_that_cannot_be_started,
		    teardown),
	};

	napping = mmap(NULL, sizeof *napping, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return napping == MAP_FAILED ? 1 :
	    cmocka_run_group_tests(tests, NULL, NULL);
}
