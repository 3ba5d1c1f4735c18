/*
 * A log of which one record kills what decodes it: info loses that record,
 * names it, and tells of the others.
 */
#include <fcntl.h>
#include <unistd.h>
#include "log/ops.h"
#include "readings.h"
#include "cli/cli.h"

enum { DEADLY = 4 };

static const struct log_ops *real;

static bool
event_crash(struct log *l, struct arena *a, struct event *e)
{
	volatile uintptr_t nowhere = 8;

	if (l->at.id == DEADLY)
		*(volatile int *)nowhere = 1;
	return real->event(l, a, e);
}

static struct log *
open_crash(struct arena *a, struct source *s, struct problems *problems)
{
	static struct log_ops ops;
	struct log *l = log_open(a, s, problems);

	assert_non_null(l);
	if (l->ops != &ops) {
		real = l->ops;
		ops = *real;
		ops.event = event_crash;
		l->ops = &ops;
	}
	return l;
}

static char folder[] = "/tmp/evtriage-info-XXXXXX";
static char printed[8192];

static void
log_write(const char *name, const char *repeats)
{
	struct span s = log_bytes(description(bytes_of(arena_fmt(&mem,
	    "computer A\nchannel System\nprovider P\nid 7\n"
	    "time 2020-01-01T00:00:00Z\nevent\nrepeat %s every 1s\n",
	    repeats).p), name), LOG_EVTX);
	int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_int_equal(write(fd, s.p, s.n), s.n);
	assert_int_equal(close(fd), 0);
}

static int
info_run(log_opener *open_log, unsigned jobs)
{
	static char a[] = "a.evtx", b[] = "b.evtx", c[] = "c.evtx";
	char *paths[] = { a, b, c };
	const struct options o = { .output = "out", .open = open_log,
	    .jobs = jobs, .args = paths, .nargs = 3, .paths = true };
	int status = cmd_info(&mem, &o), fd = open("out", O_RDONLY);
	ssize_t n = read(fd, printed, sizeof printed - 1);

	assert_true(n > 0);
	printed[n] = '\0';
	assert_int_equal(close(fd), 0);
	return status;
}

static void
a_record_that_kills_is_left_out(void **state)
{
	char sound[sizeof printed], first[sizeof printed];
	const char *b, *c;

	(void)state;
	/* Two logs without a fourth record, and one of ten. */
	log_write("a.evtx", "2");
	log_write("b.evtx", "9");
	log_write("c.evtx", "2");
	assert_int_equal(info_run(log_open, 1), STATUS_DONE);
	memcpy(sound, printed, sizeof sound);
	assert_non_null(strstr(sound, "numbers 1 to 10"));
	assert_null(strstr(sound, "left out"));
	assert_int_equal(info_run(open_crash, 1), STATUS_INCOMPLETE);
	memcpy(first, printed, sizeof first);
	/* The others are told as ever. */
	b = strstr(printed, "b.evtx\n");
	c = strstr(printed, "c.evtx\n");
	assert_true(b != NULL && c != NULL);
	assert_memory_equal(printed, sound, (size_t)(b - printed));
	assert_string_equal(c, strstr(sound, "c.evtx\n"));
	assert_non_null(strstr(b, "10 (numbers 1 to 10), 1 not decoded "
	    "whole\n"));
	assert_non_null(strstr(b, "record 4 is left out: the reader was "));
	assert_non_null(strstr(b, "signal 11"));
	assert_non_null(strstr(b, "A   Windows, version not known   9 "
	    "events"));
	for (unsigned jobs = 2; jobs < 5; jobs++) {
		assert_int_equal(info_run(open_crash, jobs),
		    STATUS_INCOMPLETE);
		assert_string_equal(printed, first);
	}
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
teardown_folder(void **state)
{
	(void)state;
	return unlink("a.evtx") | unlink("b.evtx") | unlink("c.evtx") |
	    unlink("out") | chdir("/") | rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_record_that_kills_is_left_out,
		    teardown),
	};

	return cmocka_run_group_tests_name("info_crash", tests, setup,
	    teardown_folder);
}
