/*
 * Readers behind the seal: every kind of log and packing is read there as
 * it is outside, whichever layers are on, on a kernel that lacks some, and
 * with libevtx in a child of the sealed process.  And which system calls
 * that takes, counted by strace.
 */
#include "readings.h"
#include "sealed.h"
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include "base/unpack.h"

enum { EVENTS = 40, INPUTS = 11, CALLS_MOST = 15 };

static const char text[] =
    "computer A\nprovider P\nid 7\nevent\ndata text a=some text\n"
    "repeat 39 every 1s\n";
static const char event[] =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>"
    "<System><Provider Name='P'/><EventID>7</EventID></System></Event>\n";

static int inputs[INPUTS];
static size_t ninputs;
static int refusal;		/* errno of a kernel that lacks something */
static const char *program;

static int
input_new(void)
{
	assert_true(ninputs < INPUTS);
	return inputs[ninputs++] = memfd_create("log", 0);
}

static void
input_add(struct span s)
{
	assert_int_equal(write(input_new(), s.p, s.n), s.n);
}

/* One file in an archive, under a name that libc has to convert.  Made in
 * a child: this process shall not have done what the sealed one cannot. */
static void
packed_add(struct span s, int format, int filter, const char *options)
{
	int fd = input_new(), status = -1;
	pid_t child = fork();
	struct archive_entry *e;
	struct archive *w;
	bool good;

	if (child != 0) {
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		return;
	}
	(void)setlocale(LC_ALL, "C.UTF-8");
	w = archive_write_new();
	e = archive_entry_new();
	good = archive_write_set_format(w, format) == ARCHIVE_OK &&
	    archive_write_add_filter(w, filter) == ARCHIVE_OK &&
	    archive_write_set_options(w, options) == ARCHIVE_OK &&
	    archive_write_open_fd(w, fd) == ARCHIVE_OK;
	archive_entry_set_pathname_utf8(e, format == ARCHIVE_FORMAT_RAW ?
	    "data" : "Ereignisse f\u00fcr \u65e5.evtx");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_mtime(e, 1000000000, 0);
	archive_entry_set_size(e, (la_int64_t)s.n);
	good = good && archive_write_header(w, e) >= ARCHIVE_WARN &&
	    archive_write_data(w, s.p, s.n) == (la_ssize_t)s.n &&
	    archive_write_close(w) == ARCHIVE_OK;
	_exit(good ? 0 : 1);
}

/* Ten inputs of the same events; of one the most was never written, and who
 * had to read it would come to the end of his time. */
static void
inputs_make(void)
{
	static const int filters[] = { ARCHIVE_FILTER_GZIP,
	    ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD };
	struct fx_log *log = description(bytes_of(text), "text");
	struct span evtx = log_bytes(log, LOG_EVTX);
	int fd;

	input_add(evtx);
	input_add(evtx);
	assert_int_equal(ftruncate(inputs[1], (off_t)1 << 50), 0);
	input_add(log_bytes(log, LOG_EVT));
	fd = input_new();
	for (size_t i = 0; i < EVENTS; i++)
		assert_int_equal(write(fd, event, sizeof event - 1),
		    sizeof event - 1);
	for (size_t i = 0; i < 4; i++)
		packed_add(evtx, ARCHIVE_FORMAT_RAW, filters[i], NULL);
	packed_add(evtx, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE,
	    "hdrcharset=UTF-8");
	packed_add(evtx, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
	    ARCHIVE_FILTER_GZIP, NULL);
}

static int
setup(void **state)
{
	inputs_make();
	return seal_setup(state);
}

static struct seal
reading(void)
{
	return (struct seal){ .memory = 512u << 20, .cpu_seconds = 60,
	    .keep = inputs, .nkeep = ninputs, .parent = getpid() };
}

static void
count_log(struct arena *a, struct source *s, log_opener *opener)
{
	struct problems problems = { .arena = a };
	struct log *l = opener(a, s, &problems);
	struct tally tally;
	struct record r;
	struct event e;

	if (l == NULL)
		return;
	while (log_next(l, &r) == LOG_RECORD)
		if (log_event(l, a, &e) && e.id == 7)
			told->count++;
	log_close(l, &tally);
}

/* Reads every input; what was read is told. */
static int
do_read(void)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < ninputs; i++) {
		struct source s, inner;
		struct unpack *u;
		struct str name;

		if (lseek(inputs[i], 0, SEEK_SET) != 0)
			return 1;
		source_fd(&s, inputs[i]);
		if (!unpack_sniff(source_peek(&s))) {
			count_log(&a, &s, log_open);
			continue;
		}
		u = unpack_open(&a, &s);
		while (unpack_next(u, &inner, &name))
			count_log(&a, &inner, log_open);
		unpack_close(u);
	}
	arena_free(&a);
	return 0;
}

/* Every set of layers, from all to none. */
static void
test_layers(void **state)
{
	struct seal how = reading();

	(void)state;
	assert_int_not_equal(given & SEAL_LIMITS, 0);
	for (unsigned off = 0; off <= SEAL_ALL; off++) {
		unsigned on = given & ~off;

		if ((off & SEAL_NO_NEW_PRIVS) != 0)
			on &= ~(unsigned)(SEAL_LANDLOCK | SEAL_SECCOMP);
		how.test_off = off;
		ended("reading", sealed(&how, NULL, do_read), 0);
		assert_int_equal(told->on, on);
		assert_int_equal(told->count, EVENTS * ninputs);
	}
}

/* A kernel without Landlock, filters and close_range, or a container that
 * forbids them: refusal is what they answer. */
static void
old_kernel(void)
{
	static const int lacking[] = { SCMP_SYS(landlock_create_ruleset),
	    SCMP_SYS(landlock_restrict_self), SCMP_SYS(close_range) };
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	const uint32_t no = SCMP_ACT_ERRNO((uint32_t)refusal);
	int bad = 0;

	for (size_t i = 0; i < 3; i++)
		bad |= seccomp_rule_add(f, no, lacking[i], 0);
	bad |= seccomp_rule_add(f, no, SCMP_SYS(seccomp), 0);
	bad |= seccomp_rule_add_array(f, no, SCMP_SYS(prctl), 1,
	    &(struct scmp_arg_cmp){ .op = SCMP_CMP_EQ,
	    .datum_a = PR_SET_SECCOMP });
	if (bad != 0 || seccomp_load(f) != 0)
		_exit(99);
	seccomp_release(f);
}

static int
do_read_look(void)
{
	struct stat st;

	return fstat(closed, &st) == 0 || fstat(pair[0], &st) == 0 ? 2 :
	    do_read();
}

static void
test_old_kernel(void **state)
{
	static const int refusals[] = { ENOSYS, EINVAL, EOPNOTSUPP, EPERM };
	struct seal how = reading();

	(void)state;
	if ((given & SEAL_SECCOMP) == 0)
		skip();
	for (size_t i = 0; i < 4; i++) {
		pid_t child;
		int status;

		refusal = refusals[i];
		ended("reading", sealed(&how, old_kernel, do_read_look), 0);
		assert_int_equal(told->on, SEAL_NO_NEW_PRIVS | SEAL_LIMITS);
		assert_int_equal(told->count, EVENTS * ninputs);
		child = fork();
		if (child == 0) {
			old_kernel();
			_exit((int)seal_probe());
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		ended("probe", status, SEAL_NO_NEW_PRIVS | SEAL_LIMITS);
	}
}

/* In a process that may fork: a child under a seal of its own. */
static int
do_nested(void)
{
	const struct seal inner = { .memory = 256u << 20,
	    .parent = getpid(), .keep = inputs, .nkeep = 1 };
	pid_t child = fork();
	int status;

	if (child == -1)
		return 1;
	if (child == 0) {
		told->count = seal_enter(&inner);
		_exit(why(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", 0)));
	}
	if (waitpid(child, &status, 0) != child)
		return 2;
	if (SANITIZED ? status != EPERM << 8 : !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGSYS)
		return 3;
	child = fork();
	if (child == 0)
		for (;;)
			(void)poll(NULL, 0, 1000);
	if (kill(child, SIGKILL) != 0 || waitpid(child, &status, 0) != child)
		return 4;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 5;
}

static int
do_kill_other(void)
{
	return why(kill(told->pid, SIGUSR1));
}

/* None there: nobody is hit if it is not denied. */
static int
do_kill_group(void)
{
	return why(kill(-0x3FFFFFFF, SIGKILL));
}

static int
do_namespace(void)
{
	return why(syscall(SYS_clone, (long)CLONE_NEWUSER | SIGCHLD, 0, 0, 0,
	    0));
}

static int
do_clone3(void)
{
	uint64_t args[8] = { [4] = SIGCHLD };

	return why(syscall(SYS_clone3, args, sizeof args));
}

static int
do_libevtx(void)
{
	struct arena a = { 0 };
	struct source s;

	if (lseek(inputs[0], 0, SEEK_SET) != 0)
		return 1;
	source_fd(&s, inputs[0]);
	count_log(&a, &s, log_open_libevtx);
	arena_free(&a);
	return 0;
}

static void
test_may_fork(void **state)
{
	struct seal how = reading();

	(void)state;
	how.may_fork = true;
	how.memory = 0;
	if (given != SEAL_ALL)
		skip();
	ended("nested", sealed(&how, NULL, do_nested), 0);
	assert_int_equal(told->on, given);
	assert_int_equal(told->count, given);
	told->pid = getpid();
	ended("kill", sealed(&how, NULL, do_kill_other),
	    SANITIZED ? EPERM : -SIGSYS);
	ended("kill a group", sealed(&how, NULL, do_kill_group), EPERM);
	ended("namespace", sealed(&how, NULL, do_namespace), EPERM);
	ended("clone3", sealed(&how, NULL, do_clone3), ENOSYS);
	ended("libevtx", sealed(&how, NULL, do_libevtx), 0);
	assert_int_equal(told->count, EVENTS);
}

/* How many system calls a trace knows of a process once it has loaded its
 * filter; they are printed. */
static size_t
calls_count(FILE *f)
{
	char line[1024], names[64][32];
	int sealed_pid = 0, pid, end;
	size_t n = 0, i;

	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%d %n", &pid, &end) != 1)
			continue;
		if (strstr(line, "SECCOMP_SET_MODE_FILTER") != NULL &&
		    strstr(line, " = 0\n") != NULL)
			sealed_pid = pid;
		else if (pid == sealed_pid && n < 64 &&
		    sscanf(line + end, "%31[a-z0-9_](", names[n]) == 1) {
			for (i = 0; strcmp(names[i], names[n]) != 0; i++)
				;
			if (i == n)
				print_message("%s ", names[n++]);
		}
	}
	print_message("\n");
	return n;
}

static void
test_calls(void **state)
{
	char trace[] = "/tmp/evtriage-strace-XXXXXX", command[1024];
	int fd = mkstemp(trace), status;
	FILE *f = fdopen(fd, "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	(void)snprintf(command, sizeof command, "strace -f -qq -o %s '%s' "
	    "--read 2>/dev/null", trace, program);
	status = system(command);
	unlink(trace);
	if (status == 127 << 8 || (given & SEAL_SECCOMP) == 0) {
		print_message("no strace\n");
		fclose(f);
		skip();
	}
	assert_int_equal(status, 0);
	n = calls_count(f);
	fclose(f);
	assert_in_range(n, 6, CALLS_MOST);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_may_fork),
		cmocka_unit_test(test_calls),
	};

	program = argv[0];
	if (argc > 1) {		/* what test_calls looks at */
		struct seal how;
		int status;

		(void)setup(NULL);
		how = reading();
		status = sealed(&how, NULL, do_read);
		_exit(status == 0 && told->count == EVENTS * ninputs ? 0 : 1);
	}
	return cmocka_run_group_tests(tests, setup, NULL);
}
