/*
 * What info and verify believe of the process that reads for them: all that
 * one sends is recorded, then cut and changed everywhere.  It is refused, or
 * something else is printed, and whatever is printed is text or JSON.
 *
 * The pool is one of this test's own (in place of triage/pool.c), so that
 * everything above it is what it always is.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "cli/cli.h"
#include "triage/pool.h"
#include "unit.h"

enum { STEPS = 4000 };		/* places of a row, about */

struct work {
	struct out	*row;
};

static struct out row;		/* what a sound one sends */
static struct span given;	/* what is believed to be sent */
static size_t piece;		/* bytes at a time */
static bool recording, refused;

void
work_send(struct work *w, const void *p, size_t n)
{
	out_bytes(w->row, p, n);
}

/* What it sends is copied, as in one process. */
char *
work_room(struct work *w, size_t least, size_t *n)
{
	(void)w;
	(void)least;
	(void)n;
	return NULL;
}

void
work_filled(struct work *w, size_t n)
{
	(void)w;
	(void)n;
	fail();
}

bool
work_at(struct work *w, uint64_t ordinal, struct str *why)
{
	(void)w;
	(void)ordinal;
	*why = str_of("");
	return false;
}

_Atomic uint64_t *
work_far(struct work *w)
{
	(void)w;
	return NULL;
}

bool
work_stopped(const struct work *w)
{
	(void)w;
	return false;
}

static bool
bytes_give(const struct pool_ops *ops, const struct job *j)
{
	for (size_t at = 0; at < given.n; at += piece) {
		size_t n = given.n - at < piece ? given.n - at : piece;

		if (!ops->bytes(ops->ctx, j, (struct span){ given.p + at,
		    n }))
			return false;
	}
	return true;
}

enum pool_end
pool_run(const struct pool_options *options, const struct pool_ops *ops,
    struct pool_told *told)
{
	struct job j;

	(void)options;
	*told = (struct pool_told){ .layers = SEAL_ALL, .workers = 1 };
	while (ops->next(ops->ctx, &j)) {
		struct work w = { &row };
		struct job_end end = { .nskips = 0 };

		assert_int_not_equal(j.fd, -1);
		if (recording) {
			row.n = 0;
			ops->work(ops->ctx, &w, &j);
			given = (struct span){ (const uint8_t *)row.mem,
			    row.n };
		} else {
			assert_int_equal(close(j.fd), 0);
		}
		refused = !bytes_give(ops, &j);
		if (refused)
			end.failed = str_of("protocol violation");
		ops->done(ops->ctx, &j, &end);
	}
	return POOL_DONE;
}

/* A pipe: a file would have to reach the disk every time. */
static char folder[] = "/tmp/evtriage-sent-XXXXXX", path[64], cut[64];
static int pipe_fd;
static char printed[1 << 17];

static int
command_run(int (*command)(struct arena *, const struct options *),
    const char *log, enum format format)
{
	char *paths[] = { (char *)(uintptr_t)log };
	const struct options o = { .output = path, .open = log_open,
	    .format = format, .args = paths, .nargs = 1, .paths = true,
	    .quiet = true };
	struct arena a = { 0 };
	int status = command(&a, &o);
	ssize_t n = read(pipe_fd, printed, sizeof printed - 1);

	n = n == -1 && errno == EAGAIN ? 0 : n;
	assert_in_range(n, 0, sizeof printed - 2);
	printed[n] = '\0';
	arena_free(&a);
	return status;
}

static const char *json_value(const char *p);

static const char *
json_blank(const char *p)
{
	return p + strspn(p, " \n");
}

static const char *
json_text(const char *p)
{
	while (*++p != '"') {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p == '\\' && strchr("\"\\/bfnrtu", *++p) == NULL)
			return NULL;
	}
	return p + 1;
}

/* Behind a list or, when pairs, an object; NULL: it is none. */
static const char *
json_list(const char *p, bool pairs)
{
	char end = pairs ? '}' : ']';

	p = json_blank(p + 1);
	if (*p == end)
		return p + 1;
	for (;;) {
		if (pairs) {
			p = *p == '"' ? json_text(p) : NULL;
			p = p == NULL ? p : json_blank(p);
			if (p == NULL || *p++ != ':')
				return NULL;
		}
		p = json_value(json_blank(p));
		if (p == NULL)
			return NULL;
		p = json_blank(p);
		if (*p == end)
			return p + 1;
		if (*p++ != ',')
			return NULL;
		p = json_blank(p);
	}
}

static const char *
json_value(const char *p)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t n = strspn(p, "-0123456789");

	if (*p == '"')
		return json_text(p);
	if (*p == '{' || *p == '[')
		return json_list(p, *p == '{');
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(p, words[i], strlen(words[i])) == 0)
			return p + strlen(words[i]);
	return n > 0 ? p + n : NULL;
}

static void
printed_holds(enum format format)
{
	const char *end;

	for (const char *p = printed; *p != '\0'; p++)
		assert_true(((unsigned char)*p >= 0x20 && *p != 0x7F) ||
		    *p == '\n');
	if (format != FORMAT_JSON)
		return;
	end = json_value(printed);
	assert_non_null(end);
	assert_string_equal(end, "\n");
}

struct tried {
	int		(*command)(struct arena *, const struct options *);
	const char	*log;
	enum format	 format;
	int		 sound;		/* exit status, of all that is sent */
	size_t		 refused, taken;
};

/* n bytes of mem, as if they had been sent. */
static int
tried(struct tried *t, const uint8_t *mem, size_t n)
{
	/* Of its exact size, for AddressSanitizer. */
	uint8_t *exact = malloc(n + 1);
	int status;

	memcpy(exact + 1, mem, n);
	given = (struct span){ exact + 1, n };
	status = command_run(t->command, t->log, t->format);
	free(exact);
	printed_holds(t->format);
	if (refused) {
		assert_int_equal(status, STATUS_INCOMPLETE);
		assert_non_null(strstr(printed, "protocol violation"));
	}
	*(refused ? &t->refused : &t->taken) += 1;
	return status;
}

/* That nothing came of the input, or that the rest is not there. */
static void
cut_everywhere(struct tried *t, const uint8_t *sent, size_t n, size_t step)
{
	size_t untold = 0;

	for (size_t i = 0; i < n; i += i < 100 || n - i < 100 ? 1 : step) {
		assert_int_equal(tried(t, sent, i), STATUS_INCOMPLETE);
		if (strstr(printed, "said nothing of it") != NULL)
			untold++;
		else
			assert_non_null(strstr(printed, "is cut off"));
	}
	/* Before anything, and behind "there is a log". */
	assert_int_equal(untold, 2);
	assert_int_equal(t->refused, 0);
}

static void
changed_everywhere(struct tried *t, uint8_t *sent, size_t n, size_t step)
{
	uint8_t *more = malloc(n + 1);

	for (size_t i = 0; i < n; i += i < 100 || n - i < 100 ? 1 : step) {
		uint8_t was = sent[i];
		const uint8_t others[] = { (uint8_t)(was ^ 1 << i % 8), 0xFF,
		    0, (uint8_t)(was + 1), 0x80, 0x1B };

		for (size_t k = 0; k < sizeof others; k++) {
			sent[i] = others[k];
			(void)tried(t, sent, n);
		}
		sent[i] = was;
		/* Left out, and twice. */
		memcpy(more, sent, i);
		memcpy(more + i, sent + i + 1, n - i - 1);
		(void)tried(t, more, n - 1);
		memcpy(more + i, sent + i, n - i);
		memmove(more + i + 1, more + i, n - i);
		(void)tried(t, more, n + 1);
	}
	free(more);
}

static void
all_that_is_sent_is_checked(struct tried *t)
{
	char *sound;
	uint8_t *sent;
	size_t n, step;

	piece = SIZE_MAX / 2;
	recording = true;
	t->sound = command_run(t->command, t->log, t->format);
	recording = false;
	printed_holds(t->format);
	sound = strdup(printed);
	n = row.n;
	assert_true(n > 100);
	sent = malloc(n);
	memcpy(sent, row.mem, n);
	for (piece = 1; piece < 4; piece++) {
		assert_int_equal(tried(t, sent, n), t->sound);
		assert_string_equal(printed, sound);
	}
	piece = SIZE_MAX / 2;
	step = n / STEPS + 1;
	cut_everywhere(t, sent, n, step);
	t->taken = 0;
	changed_everywhere(t, sent, n, step);
	assert_true(t->refused > 300);
	assert_true(t->taken > 100);
	assert_int_equal(tried(t, sent, n), t->sound);
	assert_string_equal(printed, sound);
	free(sent);
	free(sound);
}

static void
info_checks_what_is_sent(void **state)
{
	struct tried json = { .command = cmd_info, .format = FORMAT_JSON,
	    .log = "samples/iis-stop-3f.evtx" }, text = json;

	(void)state;
	text.format = FORMAT_TEXT;
	all_that_is_sent_is_checked(&json);
	all_that_is_sent_is_checked(&text);
}

static void
verify_checks_what_is_sent(void **state)
{
	struct tried json = { .command = cmd_verify, .format = FORMAT_JSON,
	    .log = "samples/healthy.evtx" }, text = json;

	(void)state;
	text.format = FORMAT_TEXT;
	all_that_is_sent_is_checked(&json);
	assert_non_null(strstr(printed, "\"differences\""));
	all_that_is_sent_is_checked(&text);
}

static void
problems_are_checked_too(void **state)
{
	struct tried info = { .command = cmd_info, .log = cut,
	    .format = FORMAT_JSON }, verify = info;

	(void)state;
	verify.command = cmd_verify;
	all_that_is_sent_is_checked(&info);
	assert_non_null(strstr(printed, "the end of the log is missing"));
	all_that_is_sent_is_checked(&verify);
	assert_non_null(strstr(printed, "the end of the log is missing"));
}

/* The front of a log. */
static bool
cut_write(void)
{
	static char front[3000];
	FILE *from = fopen("samples/iis-stop-3f.evt", "rb");
	FILE *to = fopen(cut, "wb");

	return from != NULL && to != NULL &&
	    fread(front, 1, sizeof front, from) == sizeof front &&
	    fwrite(front, 1, sizeof front, to) == sizeof front &&
	    fclose(from) == 0 && fclose(to) == 0;
}

static int
begin(void **state)
{
	(void)state;
	row = out_memory();
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/pipe", folder);
	(void)snprintf(cut, sizeof cut, "%s/log", folder);
	if (!cut_write() || mkfifo(path, 0600) != 0)
		return -1;
	pipe_fd = open(path, O_RDWR | O_NONBLOCK);
	return fcntl(pipe_fd, F_SETPIPE_SZ, (int)sizeof printed) <
	    (int)sizeof printed;
}

static int
end(void **state)
{
	(void)state;
	out_free(&row);
	return close(pipe_fd) | unlink(path) | unlink(cut) | rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(info_checks_what_is_sent),
		cmocka_unit_test(verify_checks_what_is_sent),
		cmocka_unit_test(problems_are_checked_too),
	};

	return cmocka_run_group_tests_name("sent", tests, begin, end);
}
