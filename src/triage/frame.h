/*
 * Frames: what passes between the pool and a worker, one to a message of a
 * SOCK_SEQPACKET pair.  Both ends are the same program on the same machine,
 * so numbers are in its own byte order.
 *
 * A job's bytes are not in the message but in memory that both share, its
 * body; the pool copies it out before it looks at it.
 */
#ifndef EVTRIAGE_SRC_TRIAGE_FRAME_H
#define EVTRIAGE_SRC_TRIAGE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum frame_type {
	FRAME_HELLO = 1,	/* from a worker, once: struct frame_hello */
	FRAME_JOB,		/* to it: struct frame_job and what follows */
	FRAME_BYTES,		/* from it: a body */
	FRAME_DONE,		/* from it: struct frame_done; the last body,
				 * or none */
};

struct frame_head {
	uint32_t	magic;
	uint32_t	type;
	uint64_t	job;		/* its number, from 1; 0: HELLO */
	uint32_t	seq;		/* of the frames of this job, from 0 */
	uint32_t	length;		/* of what follows */
	uint32_t	body;		/* bytes of the job in its slot */
	uint32_t	zero;
};
#define FRAME_MAGIC	0x45565446u
#define FRAME_PAYLOAD	65536u
#define FRAME_BODY	131072u

struct frame {
	struct frame_head	head;
	uint8_t			payload[FRAME_PAYLOAD];
};

struct frame_hello {
	uint32_t	layers;		/* SEAL_* */
};

/* Then the path, the note, and the skips: each a struct frame_skip and its
 * reason. */
struct frame_job {
	uint64_t	tag;
	uint32_t	named, path, note, skips;
};

struct frame_skip {
	uint64_t	at;
	uint64_t	why;		/* bytes */
};

struct frame_done {
	uint64_t	bytes;		/* of all bodies of the job */
	uint64_t	heap;		/* bytes that the allocator holds */
	uint64_t	sum;		/* Adler-32 of these bytes */
	uint64_t	far;		/* bytes of the file that were read;
					 * a hint */
};

/* Makes the head of a frame whose payload is in place; the bytes to send. */
size_t		frame_close(struct frame *f, enum frame_type type,
		    uint64_t job, uint32_t seq, size_t length, size_t body);
/* How long its body is, by a message of n bytes; at most FRAME_BODY. */
size_t		frame_body(const struct frame *f, size_t n);

/*
 * What the pool has received from one worker and expects next.  Believes
 * nothing: whatever is not exactly what a sound worker sends next is
 * INTAKE_BAD.
 */
struct intake {
	uint64_t	job;		/* at work on; 0: none */
	uint64_t	before;		/* the job before that; 0: none */
	bool		hello;		/* has come */
	uint32_t	seq;		/* of the next frame */
	uint64_t	bytes;		/* of this job so far */
	uint32_t	sum;
};

enum intake_got {
	INTAKE_HELLO,
	INTAKE_BYTES,
	INTAKE_DONE,		/* all bytes have come as they were sent */
	INTAKE_STRAY,		/* of no job, or of the job before */
	INTAKE_BAD,		/* *why tells */
};

/* From now on the worker is at this job. */
void		intake_job(struct intake *in, uint64_t job);
/* A message of n bytes (n may be more than fit the frame) has come; its body
 * has been copied from where the worker cannot change it any more. */
enum intake_got	intake_take(struct intake *in, const struct frame *f,
		    size_t n, const uint8_t *body, const char **why);

#endif
