/*
 * What the kernel tells of processes: the children of one, and whether one
 * runs.
 */
#ifndef EVTRIAGE_TESTS_PROCS_H
#define EVTRIAGE_TESTS_PROCS_H

#include "unit.h"
#include <sys/types.h>
#include <unistd.h>

/* The children of this process, at most n of them; -1: the kernel does not
 * tell. */
static inline int
procs_children(pid_t *pids, int n)
{
	char name[64];
	int got = 0;
	FILE *f;

	snprintf(name, sizeof name, "/proc/self/task/%d/children",
	    (int)getpid());
	f = fopen(name, "r");
	if (f == NULL)
		return -1;
	while (got < n && fscanf(f, "%d", &pids[got]) == 1)
		got++;
	fclose(f);
	return got;
}

/* Does it wait for another process (or is it at its end)?  Not so when it is
 * ready to run and gets no processor, or waits for a disk. */
static inline bool
procs_waits(pid_t pid)
{
	char name[64], text[256] = "";
	const char *end;
	FILE *f;

	snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
	f = fopen(name, "r");
	if (f == NULL)
		return false;
	(void)!fread(text, 1, sizeof text - 1, f);
	fclose(f);
	end = strrchr(text, ')');
	return end != NULL && end[1] == ' ' && end[2] != '\0' &&
	    strchr("STtZX", end[2]) != NULL;
}

#endif
