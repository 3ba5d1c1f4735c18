/*
 * How inputs are read: by how many workers, how sealed, until when.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/progress.h"
#include "triage/inputs.h"

/* A worker's addresses: the program with its libraries is below 100 MB, a
 * .evt is read whole (those of real systems are below 300 MB). */
#define WORKER_MEMORY ((size_t)1 << 30)

/* libevtx is given up after 8 times 5 s of CPU time without a word
 * (log/libevtx.c), which may be long on a machine that does much else; and
 * it reads 12 MB/s, packed files of any size too. */
enum { LIBEVTX_DEADLINE = 300, LIBEVTX_TOTAL = 6 * 3600 };

static volatile sig_atomic_t stop;

static void
interrupted(int number)
{
	(void)number;
	stop = STOP_INTERRUPTED;
}

/* The first one ends the reading, what was read is reported; the second one
 * ends the program.  But a terminal that goes away sends SIGHUP twice, by
 * its shell and by the kernel.  What was ignored (nohup, a shell's
 * background) stays so.  No write is broken off: what is finished has to get
 * out; whoever waits for workers polls, which is. */
static void
interrupts_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = interrupted }, was;

	(void)sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		sa.sa_flags = signals[i] == SIGHUP ? SA_RESTART :
		    SA_RESTART | (int)SA_RESETHAND;
		if (sigaction(signals[i], NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &sa, NULL);
	}
}

static unsigned
cores(void)
{
	cpu_set_t set;
	int n = 0;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > JOBS_MOST ? JOBS_MOST : (unsigned)n;
}

struct pool_options
jobs_options(const struct options *o)
{
	struct pool_options how = {
		.workers = o->jobs > 0 ? o->jobs : cores(),
		.in_process = o->sandbox == SEAL_OFF && o->jobs == 1,
		.policy = o->sandbox,
		.seal = { .memory = WORKER_MEMORY },
		.stop = &stop,
		.watch = progress_wanted(o) ? progress_show : NULL,
	};

	interrupts_catch();
	if (o->libevtx)
		jobs_libevtx(&how);
	return how;
}

void
jobs_libevtx(struct pool_options *how)
{
	how->seal.may_fork = true;
	how->deadline = LIBEVTX_DEADLINE;
	how->total = LIBEVTX_TOTAL;
}

void
jobs_tell(const struct options *o, const struct pool_told *told)
{
	if (o->sandbox == SEAL_OFF || o->quiet)
		return;
	if (told->unprotected != NULL)
		complain("logs were read without a process of their own: "
		    "%s: %s", told->unprotected, strerror(told->error));
	else if (o->verbose > 0 && told->workers > 0)
		for (unsigned layer = 1; layer < SEAL_ALL; layer *= 2)
			if ((told->layers & layer) == 0)
				complain("this machine does not give: %s",
				    seal_name(layer));
}

struct sandbox
jobs_sandbox(const struct pool_told *told)
{
	bool apart = told->unprotected == NULL;

	return (struct sandbox){ apart, apart ? told->layers : 0 };
}

int
jobs_refused(struct output *p)
{
	complain("--sandbox require: this machine cannot seal what reads "
	    "logs; evtriage --version -v tells what is missing");
	if (p != NULL)
		output_drop(p);
	return STATUS_INCOMPLETE;
}

void
jobs_stop(void)
{
	stop = STOP_UNWANTED;
}
