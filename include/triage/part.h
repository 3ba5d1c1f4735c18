/*
 * Partial results: what the workers of one scan told, in a file, so that a
 * batch may be read on many machines and concluded on one.  Observations,
 * not findings: correlation over all of them is as exact as in one run.
 *
 * A file of lines of JSON, each an object with these keys in this order and
 * no blanks (jq -c keeps that):
 *
 *	{"part":"evtriage.part/4","version":"0.1.0","rules":"16 hex digits",
 *	    "shard":1,"shards":4}
 *	{"seq":17,"kind":"file","inside":true,"logs":1,"data":"base64"}
 *	{"seq":18,"kind":"problem","data":"base64"}
 *	{"seq":19,"kind":"folder","again":0,"told":0,"data":"base64"}
 *	{"end":3,"apart":true,"layers":15}
 *
 * seq is the place in the whole walk, the same for every shard.  data holds
 * packed values (src/base/pack.h): of a file path, why it failed (empty:
 * whole) and the harvest (src/triage/harvest.h); of a problem path and why;
 * of a folder its path.  end counts the lines between; without it the file
 * was cut off.  apart and layers (bits SEAL_*) are those of struct sandbox.
 */
#ifndef EVTRIAGE_TRIAGE_PART_H
#define EVTRIAGE_TRIAGE_PART_H

#include "base/out.h"
#include "base/seal.h"
#include "base/source.h"
#include "triage/inputs.h"

struct part_head {
	struct str	version, rules;	/* borrowed */
	unsigned	shard, shards;	/* 1 of 1: all */
};

/* What one line says. */
struct part_line {
	enum { PART_FILE, PART_PROBLEM, PART_FOLDER } kind;
	struct input_job job;		/* FILE: seq, path, inside, logs;
					 * else seq and path */
	struct str	failed;		/* FILE: why, or empty; PROBLEM: why */
	struct span	harvest;	/* FILE */
	size_t		again, told;	/* FOLDER: struct found */
};

/* Writing: head, lines, end. */
void		part_begin(struct out *o, const struct part_head *h);
void		part_write(struct out *o, const struct part_line *l);
void		part_end(struct out *o, uint64_t lines, struct sandbox s);

/* Reading.  Everything is in arena a but the line that was read last. */
struct part_reader;
struct part_reader *part_open(struct arena *a, struct source *s,
		    struct part_head *h, const char **why);	/* or NULL */
/* PART_LAST: the end, and the file is whole; part_sandbox says how it was
 * made.  PART_BROKEN: part_error
 * says why. */
enum part_step { PART_LINE, PART_LAST, PART_BROKEN };
enum part_step	part_next(struct part_reader *p, struct part_line *l);
struct sandbox	part_sandbox(const struct part_reader *p);
const char	*part_error(const struct part_reader *p);
void		part_close(struct part_reader *p);

#endif
