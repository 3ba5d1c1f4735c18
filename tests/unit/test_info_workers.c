/*
 * What info believes of its workers: a record that kills what decodes it is
 * left out, named, and costs nothing else; numbers are checked.
 */
#include <fcntl.h>
#include <unistd.h>
#include "log/ops.h"
#include "logs.h"
#include "cli/cli.h"
#include "cli/info.h"

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

static struct span looked;	/* the numbers that were sent */

static void
begin_look(void *ctx, struct work *w)
{
	look_begin(ctx, w);
}

static void
log_look(void *ctx, struct work *w, struct source *s, struct str path)
{
	(void)w;
	look_log(ctx, s, path);
}

static void
problem_none(void *ctx, struct work *w, struct str path, const char *why)
{
	(void)ctx;
	(void)w;
	fail_msg("%.*s: %s", (int)path.n, path.p, why);
}

static bool
text_take(void *ctx, struct span piece)
{
	(void)ctx;
	return piece.n > 0;
}

static bool
message_keep(void *ctx, unsigned kind, struct span message)
{
	(void)ctx;
	if (kind == SENT_LOOKED)
		looked = arena_span(&mem, message);
	return true;
}

static void
told_none(void *ctx, const struct problem *p)
{
	problem_none(ctx, NULL, p->path, "a problem");
}

static void
done_none(void *ctx, const struct input_job *j, struct str failed)
{
	(void)ctx;
	(void)j;
	assert_int_equal(failed.n, 0);
}

/* As a worker sends them, in this process. */
static void
numbers_make(void)
{
	struct looking k = { .open = log_open };
	const struct inputs_ops ops = { .begin = begin_look,
	    .one = log_look, .problem = problem_none, .text = text_take,
	    .message = message_keep, .told = told_none, .done = done_none,
	    .ctx = &k };
	const struct pool_options how = { .in_process = true,
	    .policy = SEAL_OFF };
	struct pool_told told;

	log_write("a.evtx", "9");
	assert_int_equal(inputs_run(&mem, (char *[]){ (char[]){ "a.evtx" } },
	    1, &how, &ops, &told), POOL_DONE);
	look_free(&k);
}

static bool
unpacks(struct span s, struct info *i)
{
	/* Of its exact size, for AddressSanitizer. */
	uint8_t *exact = malloc(s.n + 1);
	bool good;
	size_t lost;

	memcpy(exact + 1, s.p, s.n);
	*i = (struct info){ .any = false };
	good = info_unpack(&mem, (struct span){ exact + 1, s.n }, i, &lost);
	free(exact);
	return good;
}

static void
numbers_are_checked(void **state)
{
	struct info i;
	uint8_t *p;
	uint32_t x = 1;

	(void)state;
	numbers_make();
	assert_true(unpacks(looked, &i));
	assert_true(i.any && i.input.tally.complete);
	assert_string_equal(i.input.format, "evtx");
	assert_int_equal(i.last_id, 10);
	assert_int_equal(i.input.tally.read, 10);
	for (size_t n = 0; n < looked.n; n++)
		assert_false(unpacks((struct span){ looked.p, n }, &i));
	p = arena_alloc(&mem, looked.n + 1);
	memcpy(p, looked.p, looked.n);
	p[looked.n] = 0;
	assert_false(unpacks((struct span){ p, looked.n + 1 }, &i));
	/* Whatever comes: no more of anything than there is room for. */
	for (int round = 0; round < 20000; round++) {
		x = x * 1664525 + 1013904223;
		memcpy(p, looked.p, looked.n);
		p[(x >> 8) % looked.n] = (uint8_t)(x >> 24);
		p[(x >> 16) % looked.n] ^= (uint8_t)(1u << (x >> 4) % 8);
		if (unpacks((struct span){ p, looked.n }, &i))
			assert_true(i.nsilences <= INFO_SILENCES);
	}
	for (uint64_t kind = 0; kind < 3; kind++)
		assert_non_null(info_counts(&i, kind));
	assert_null(info_counts(&i, 3));
	assert_null(info_counts(&i, UINT64_MAX));
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
		cmocka_unit_test_teardown(numbers_are_checked, teardown),
	};

	return cmocka_run_group_tests_name("info_workers", tests, setup,
	    teardown_folder);
}
