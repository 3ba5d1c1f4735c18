/*
 * evtriage: says what is wrong with a server from its event logs.
 */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "base/seal.h"
#include "cli/cli.h"

const struct command commands[] = {
	{ "scan", "[OPTION]... PATH...",
	    "diagnose logs: files, folders, - for standard input",
	    CMD_SCAN, 1u << FORMAT_TEXT | 1u << FORMAT_JSON |
	    1u << FORMAT_JSONL | 1u << FORMAT_CSV | 1u << FORMAT_HTML |
	    1u << FORMAT_MD, cmd_scan },
	{ "events", "[OPTION]... PATH...",
	    "print the decoded events themselves", CMD_EVENTS,
	    1u << FORMAT_TEXT | 1u << FORMAT_JSONL | 1u << FORMAT_CSV |
	    1u << FORMAT_XML, cmd_events },
	{ "info", "[OPTION]... PATH...",
	    "what logs hold: span, computers, boots, gaps, damage", CMD_INFO,
	    1u << FORMAT_TEXT | 1u << FORMAT_JSON, cmd_info },
	{ "verify", "[OPTION]... PATH...",
	    "read .evtx with two independent readers and compare",
	    CMD_VERIFY, 1u << FORMAT_TEXT | 1u << FORMAT_JSON, cmd_verify },
	{ "merge", "[OPTION]... FILE...",
	    "one report from what scan --part wrote, on many machines",
	    CMD_MERGE, 1u << FORMAT_TEXT | 1u << FORMAT_JSON |
	    1u << FORMAT_JSONL | 1u << FORMAT_CSV | 1u << FORMAT_HTML |
	    1u << FORMAT_MD, cmd_merge },
	{ "decode", "[OPTION]... WORD... | -",
	    "explain codes, data words, STOP lines, an event", CMD_DECODE,
	    1u << FORMAT_TEXT | 1u << FORMAT_JSON, cmd_decode },
	{ "rules", "[OPTION]... list | show ID | explain ID PATH... | "
	    "new ID | (check | test | image) [DIR]",
	    "list, show, explain, begin, check or test rules", CMD_RULES,
	    1u << FORMAT_TEXT, cmd_rules },
};
const size_t ncommands = sizeof commands / sizeof *commands;

static void
usage(FILE *f)
{
	(void)fputs("evtriage reads exported Windows event logs (.evtx, .evt, "
	    "event XML) and says what\nis wrong, how it knows, and what to "
	    "do.\n\n", f);
	for (size_t i = 0; i < ncommands; i++)
		(void)fprintf(f, "  evtriage %-8s%s\n", commands[i].name,
		    commands[i].summary);
	(void)fputs("\n  evtriage COMMAND --help tells more; evtriage "
	    "--version says which this is\n  (with -v, how readers are sealed "
	    "on this machine).\n"
	    "\nExit status: 0 done, 1 a finding at or above --fail-on, 2 "
	    "usage or rule error,\n3 some input was not read whole, 130 "
	    "interrupted.\n", f);
}

/* In detail: the layers of the seal that this machine gives. */
static void
version(bool detailed)
{
	unsigned on = detailed ? seal_probe() : 0;

	printf("evtriage %s\n", EVTRIAGE_VERSION);
	for (unsigned layer = 1; detailed && layer < SEAL_ALL; layer *= 2)
		printf("seal: %-14s%s\n", seal_name(layer),
		    (on & layer) != 0 ? "on" : "off");
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
command_run(const struct command *c, int argc, char **argv)
{
	struct arena a = { 0 };
	struct options o;
	int status = STATUS_USAGE;

	if (options_parse(&a, c, argc, argv, &o)) {
		status = STATUS_DONE;
		if (o.help)
			options_help(c);
		else if (o.version)
			version(o.verbose > 0);
		else
			status = c->run(&a, &o);
		if (!output_stdout_ok(0))
			status = STATUS_USAGE;
	}
	arena_free(&a);
	return status;
}

/*
 * What is large is given back when it is freed.  By itself glibc keeps ever
 * larger pieces on its heap, where they stay when something lies above
 * them: a third of the memory that concluding a large log took.  Blocks of
 * arenas, which come and go with every log, stay below that.
 */
static void
memory_prepare(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, 2 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

int
main(int argc, char **argv)
{
	const struct command *c;
	const char *first = argc > 1 ? argv[1] : "";

	memory_prepare();
	/* A closed pipe is seen as a failed write, and ends quietly. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* So is a file that may not grow that far. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
		usage(stdout);
		return output_stdout_ok(0) ? STATUS_DONE : STATUS_USAGE;
	}
	if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
		version(argc > 2 && (strcmp(argv[2], "-v") == 0 ||
		    strcmp(argv[2], "--verbose") == 0));
		return STATUS_DONE;
	}
	c = command_find(first);
	if (c == NULL) {
		if (argc > 1)
			complain("there is no command \"%s\"", first);
		usage(stderr);
		return STATUS_USAGE;
	}
	return command_run(c, argc - 1, argv + 1);
}
