/*
 * What reading costs, stage by stage: CPU seconds of a whole pass over a
 * log that stops at each.
 *
 *	stages FILE [STAGE]
 *
 * next: records found and checksums verified; ident: and what decides if a
 * record is wanted; event: decoded whole instead; facts: and what its codes
 * and data say; jsonl: and written as a line of JSON, into memory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "codes/decode.h"
#include "log/log.h"
#include "report/report.h"

enum stage { NEXT, IDENT, EVENT, FACTS, JSONL, STAGES };
static const char *const names[STAGES] = {
	"next", "ident", "event", "facts", "jsonl",
};
enum { BATCH = 1 << 18 };

static void
record(struct log *l, struct arena *a, struct out *o, enum stage stage)
{
	static struct facts facts;
	struct ident id;
	struct event e;

	if (stage == IDENT)
		log_ident(l, &id);
	if (stage < EVENT)
		return;
	arena_reset(a);
	(void)log_event(l, a, &e);
	if (stage >= FACTS)
		decode_event(a, &e, &facts);
	if (stage >= JSONL)
		report_event(o, EVENT_JSONL, &e, &facts, str_of("log"));
	if (o->n >= BATCH)
		o->n = 0;
}

static bool
pass(const char *path, enum stage stage)
{
	struct arena a = { 0 }, scratch = { 0 };
	struct problems problems = { .arena = &a };
	struct out o = out_memory();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	clock_t begin = clock();
	struct source s;
	struct record r;
	struct tally t = { 0 };
	struct log *l;

	if (fd == -1) {
		perror(path);
		return false;
	}
	source_fd(&s, fd);
	l = log_open(&a, &s, &problems);
	while (l != NULL && log_next(l, &r) == LOG_RECORD)
		record(l, &scratch, &o, stage);
	if (l != NULL)
		log_close(l, &t);
	printf("%-6s %9.6f s\n", names[stage],
	    (double)(clock() - begin) / CLOCKS_PER_SEC);
	source_close(&s);
	out_free(&o);
	arena_free(&scratch);
	arena_free(&a);
	return l != NULL;
}

int
main(int argc, char **argv)
{
	bool ok = argc == 2 || argc == 3;

	if (!ok)
		fprintf(stderr, "stages FILE [STAGE]\n");
	for (int i = 0; ok && i < STAGES; i++)
		if (argc == 2 || strcmp(argv[2], names[i]) == 0)
			ok = pass(argv[1], (enum stage)i);
	return ok ? 0 : 2;
}
