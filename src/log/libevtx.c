/*
 * The second reader, this side of the process boundary: cuts the source
 * into chunks as evtx.c does, hands them to the child one by one and
 * believes nothing that comes back before it has been checked.  The XML of
 * a record is parsed here, by libxml2.
 *
 * A child that crashes, hangs or asks for too much memory has lost the
 * record it was at: a new one goes on behind it.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/seal.h"
#include "base/utf.h"
#include "log/build.h"
#include "log/libevtx.h"

enum {
	PATIENCE = 5000,	/* ms without a word from the child, of its
				 * CPU time or in which it uses none */
	TICK = 1000,		/* ms, how often that is looked at */
	RESTARTS = 8,		/* a log; then its rest is given up */
	CHUNKS_A_CHILD = 4096,	/* 256 MiB, about 25 s of work */
	CPU_SECONDS = 300,
};
#define CHILD_MEMORY	(128u << 20)

struct child {
	pid_t		pid;	/* 0: none */
	int		fd;
	unsigned	served;	/* chunks */
};

struct libevtx {
	struct child	child;
	unsigned	restarts;
	bool		answering;	/* a request is being answered */
	unsigned	fruitless;	/* requests without any answer */
	uint32_t	index;		/* records of this chunk so far */
	uint64_t	at;		/* offset of the chunk in the file */
	size_t		have, used;	/* of the buffer: filled; chunk */
	struct arena	text;		/* of the current record */
	struct span	xml;		/* UTF-8; empty: unreadable */
	bool		lossy, ended;
	struct libevtx_request request;	/* its chunk; zeros behind */
	uint8_t		unit[EVTX_UNIT];
};

static bool
child_start(struct child *c)
{
	int pair[2];
	struct seal how = { .memory = CHILD_MEMORY, .keep = &pair[1],
	    .cpu_seconds = CPU_SECONDS, .nkeep = 1, .parent = getpid() };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	c->pid = fork();
	if (c->pid == 0) {
		(void)seal_enter(&how);
		libevtx_child(pair[1]);
	}
	(void)close(pair[1]);
	if (c->pid == -1) {
		(void)close(pair[0]);
		c->pid = 0;
		return false;
	}
	c->fd = pair[0];
	c->served = 0;
	return true;
}

/* Ends the child; its wait status. */
static int
child_stop(struct child *c)
{
	int status = 0;

	if (c->pid == 0)
		return 0;
	(void)close(c->fd);
	(void)kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
		;
	c->pid = 0;
	return status;
}

static bool
child_send(const struct child *c, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n > 0) {
		ssize_t k = send(c->fd, from, n, MSG_NOSIGNAL);

		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		from += k;
		n -= (size_t)k;
	}
	return true;
}

enum heard { HEARD, SILENT, GONE, WRONG };

/* ms of CPU time that the child has used.  The number of its clock is made
 * as the kernel's uapi does; clock_getcpuclockid() would ask for more than a
 * sealed process may. */
static uint64_t
child_spent(const struct child *c)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime((clockid_t)(~(unsigned)c->pid << 3 | 2u), &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* How patient one has been with a child, counted in ticks without a word. */
struct patience {
	unsigned	ticks;
	uint64_t	begin, last;	/* CPU time at the first, at the last */
	unsigned	still;		/* ms in which it used none */
};

/* One more tick: is it too much?  On a machine that does much else a child
 * that works takes long, and what is read must not depend on that. */
static bool
patience_ends(struct patience *p, const struct child *c)
{
	uint64_t now = child_spent(c);

	if (p->ticks++ == 0)
		p->begin = p->last = now;
	p->still = now == p->last ? p->still + TICK : 0;
	p->last = now;
	return p->still >= PATIENCE || now - p->begin >= PATIENCE;
}

/* n bytes from the child. */
static enum heard
child_hear(const struct child *c, void *p, size_t n)
{
	struct patience patience = { .ticks = 0 };
	uint8_t *to = p;

	while (n > 0) {
		struct pollfd f = { .fd = c->fd, .events = POLLIN };
		int ready = poll(&f, 1, TICK);
		ssize_t k;

		if (ready == -1 && errno == EINTR)
			continue;
		if (ready == 0 && patience_ends(&patience, c))
			return SILENT;
		if (ready == 0)
			continue;
		k = recv(c->fd, to, n, 0);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return GONE;
		to += k;
		n -= (size_t)k;
	}
	return HEARD;
}

static bool
frame_valid(const struct libevtx *x, const struct libevtx_frame *f)
{
	if (f->magic != LIBEVTX_MAGIC || f->type > LIBEVTX_END ||
	    f->length > LIBEVTX_CAP || f->length % 2 != 0)
		return false;
	if (f->type != LIBEVTX_RECORD && f->length != 0)
		return false;
	if (f->type == LIBEVTX_END)
		return f->id == x->index || x->index > f->id;
	return f->at == LIBEVTX_NOWHERE || (f->at < x->used &&
	    f->size <= EVTX_UNIT - f->at);
}

/* A carriage return of a value would come out of the XML parser as a line
 * feed. */
static struct str
keep_returns(struct arena *a, struct str s)
{
	size_t n = 0;
	char *p;

	if (s.n == 0 || memchr(s.p, '\r', s.n) == NULL)
		return s;
	p = arena_alloc(a, 5 * s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r') {
			p[n++] = s.p[i];
			continue;
		}
		memcpy(p + n, "&#13;", 5);
		n += 5;
	}
	return (struct str){ p, n };
}

static enum heard
xml_hear(struct libevtx *x, size_t n)
{
	uint8_t *utf16 = arena_alloc(&x->text, n + 1);
	enum heard h = child_hear(&x->child, utf16, n);
	struct str s;

	if (h != HEARD)
		return h;
	s = utf_from_utf16le(&x->text, (struct span){ utf16, n });
	x->xml = xml_clean(&x->text, keep_returns(&x->text, s), &x->lossy);
	return HEARD;
}

static enum heard
frame_hear(struct libevtx *x, struct libevtx_frame *f)
{
	enum heard h = child_hear(&x->child, f, sizeof *f);

	arena_reset(&x->text);
	x->xml = (struct span){ NULL, 0 };
	x->lossy = false;
	if (h != HEARD)
		return h;
	if (!frame_valid(x, f))
		return WRONG;
	return f->length > 0 ? xml_hear(x, f->length) : HEARD;
}

static bool
ask(struct log *l, struct libevtx *x)
{
	struct child *c = &x->child;

	if (c->served++ == CHUNKS_A_CHILD)
		(void)child_stop(c);
	if (c->pid == 0 && !child_start(c)) {
		problem_add(l->problems, GRADE_FILE, x->at,
		    "the second reader could not be started: %s",
		    strerror(errno));
		x->ended = true;
		return false;
	}
	x->request.magic = LIBEVTX_MAGIC;
	x->request.first = x->index;
	/* A child that is gone is noticed when it does not answer. */
	(void)child_send(c, &x->request, sizeof x->request);
	x->answering = true;
	return true;
}

/* The child has failed at a record: say so and go on behind it. */
static void
failure(struct log *l, struct libevtx *x, enum heard h)
{
	int status = child_stop(&x->child);

	x->answering = false;
	if (h == SILENT)
		problem_add(l->problems, GRADE_RECORD, x->at, "libevtx gave "
		    "no answer for %d s at record %" PRIu32 " of the chunk",
		    PATIENCE / 1000, x->index + 1);
	else if (h == WRONG)
		problem_add(l->problems, GRADE_RECORD, x->at, "the second "
		    "reader broke its protocol at record %" PRIu32
		    " of the chunk", x->index + 1);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		problem_add(l->problems, GRADE_RECORD, x->at, "libevtx tried "
		    "what no reader does (a forbidden system call: an "
		    "attack?) at record %" PRIu32 " of the chunk",
		    x->index + 1);
	else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		problem_add(l->problems, GRADE_RECORD, x->at, "libevtx "
		    "crashed (signal %d) at record %" PRIu32 " of the chunk",
		    WTERMSIG(status), x->index + 1);
	else
		problem_add(l->problems, GRADE_RECORD, x->at, "libevtx "
		    "ended at record %" PRIu32 " of the chunk", x->index + 1);
	if (++x->restarts > RESTARTS) {
		problem_add(l->problems, GRADE_FILE, x->at,
		    "libevtx failed %d times; the rest was not read with it",
		    RESTARTS);
		x->ended = true;
		return;
	}
	x->index++;
	/* Two in turn: it is not a record but the chunk. */
	if (++x->fruitless < 2)
		(void)ask(l, x);
}

/* What is no chunk may be zeros, and a hole behind them. */
static void
zeros_pass(struct log *l, const struct libevtx *x)
{
	if (!span_zero((struct span){ x->unit, x->used }))
		return;
	l->tally.bytes_unused += x->used;
	if (x->used == x->have)
		l->tally.bytes_unused += source_skip_hole(l->source, EVTX_UNIT);
}

/* The next chunk of the source into the request; false at the end. */
static bool
chunk_find(struct log *l, struct libevtx *x)
{
	for (;;) {
		const uint8_t *hit;

		memmove(x->unit, x->unit + x->used, x->have - x->used);
		x->have -= x->used;
		x->at = l->source->at - x->have;
		x->have += source_read(l->source, x->unit + x->have,
		    sizeof x->unit - x->have);
		if (x->have == 0)
			return false;
		hit = x->have < 9 ? NULL : memmem(x->unit + 1, x->have - 1,
		    "ElfChnk", 8);
		x->used = hit == NULL ? x->have : (size_t)(hit - x->unit);
		if (!evtx_is_chunk((struct span){ x->unit, x->have })) {
			zeros_pass(l, x);
			continue;
		}
		memset(x->request.chunk, 0, EVTX_UNIT);
		memcpy(x->request.chunk, x->unit, x->used);
		l->tally.units_valid++;
		return true;
	}
}

static bool
libevtx_sniff(struct span first)
{
	return evtx_ops.sniff(first);
}

static void *
libevtx_open(struct log *l)
{
	struct libevtx *x = arena_new(l->arena, struct libevtx);
	uint8_t header[EVTX_HEADER];

	if (!evtx_is_chunk(source_peek(l->source)))
		l->tally.bytes_header = source_read(l->source, header,
		    sizeof header);
	return x;
}

static enum log_step
libevtx_next(struct log *l, struct record *r)
{
	struct libevtx *x = l->state;
	struct libevtx_frame f;
	enum heard h;

	while (!x->ended) {
		if (!x->answering) {
			x->index = x->fruitless = 0;
			if (!chunk_find(l, x) || !ask(l, x))
				break;
		}
		h = frame_hear(x, &f);
		if (h != HEARD) {
			failure(l, x, h);
			continue;
		}
		x->fruitless = 0;
		if (f.type == LIBEVTX_END || f.type == LIBEVTX_REFUSED)
			x->answering = false;
		if (f.type == LIBEVTX_END)
			l->tally.bytes_valid += x->used;
		if (f.type == LIBEVTX_REFUSED)
			problem_add(l->problems, GRADE_RECORD, x->at, "%s",
			    LIBEVTX_REFUSES);
		if (!x->answering)
			continue;
		x->index++;
		*r = (struct record){ .id = f.id, .written = f.written,
		    .size = f.size, .offset = x->at +
		    (f.at == LIBEVTX_NOWHERE ? 0 : f.at) };
		return LOG_RECORD;
	}
	return LOG_END;
}

static void
libevtx_ident(struct log *l, struct ident *id)
{
	(void)l;
	id->known = false;
}

static bool
libevtx_event(struct log *l, struct arena *a, struct event *e)
{
	struct libevtx *x = l->state;
	struct xml_error err;
	const struct xml_node *root;

	if (x->xml.n == 0) {
		e->error = LIBEVTX_CANNOT;
		return false;
	}
	root = xml_parse(a, x->xml, NULL, &err);
	if (root == NULL) {
		e->error = LIBEVTX_NO_XML;
		return false;
	}
	if (!event_from_tree(a, root, e))
		return false;
	if (x->lossy)
		e->flags |= EVENT_LOSSY;
	return true;
}

static void
libevtx_close(struct log *l)
{
	struct libevtx *x = l->state;
	struct tally *t = &l->tally;

	(void)child_stop(&x->child);
	arena_free(&x->text);
	/* What was no chunk, or none for the library. */
	t->bytes_bad = l->source->at - t->bytes_header - t->bytes_valid -
	    t->bytes_unused;
}

const struct log_ops libevtx_ops = {
	.format = "evtx", .sniff = libevtx_sniff, .open = libevtx_open,
	.next = libevtx_next, .ident = libevtx_ident, .event = libevtx_event,
	.close = libevtx_close,
};
