/*
 * What runs in a worker: seals itself, says how well that went, then does
 * one job after the other until it is killed.  It is a fork of the pool's
 * process, not a program of its own: rules and options are simply there, and
 * nothing that a log could have spoiled, for the pool parses none.
 *
 * The pool does not wait for frames but for a bell: to be woken for each end
 * of a small job would cost it more than all else that it does for one.  The
 * bell is rung for bytes in the middle of a job (for some bodies together), for
 * some ends together, and before anything is waited for.
 *
 * Leaves by _exit alone: what waits in stdio's buffers is the parent's.
 */
#include <errno.h>
#include <linux/futex.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/adler32.h"
#include "base/die.h"
#include "triage/pool_parts.h"

/* Bodies of a job for which the bell is rung once, for the first of them. */
enum { BELL_BODIES = 4 };

/* There is something to be read; the pool is woken if it waits. */
static void
bell_ring(struct work *w)
{
	static const uint64_t one = 1;

	w->unrung = 0;
	while (write(w->bell, &one, sizeof one) == -1 && errno == EINTR)
		;
}

/* Where the next body stands. */
static uint8_t *
slot_next(const struct work *w)
{
	return w->page->ring[w->sent % RING];
}

/* Waits until the pool has taken what stood there before. */
static void
slot_await(struct work *w)
{
	struct page *p = w->page;
	uint32_t taken;

	while (taken = atomic_load(&p->taken), w->sent - taken >= RING) {
		atomic_store(&p->waits, 1);
		bell_ring(w);
		(void)syscall(SYS_futex, &p->taken, FUTEX_WAIT, taken, NULL,
		    NULL, 0);
	}
}

/* The next body is what has gathered; how long it is. */
static size_t
body_close(struct work *w)
{
	size_t n = w->n;

	if (n == 0)
		return 0;
	w->sum = adler32_update(w->sum, slot_next(w), n);
	w->at += n;
	w->n = 0;
	w->sent++;
	return n;
}

/* Everything goes out, or nobody is there any more. */
static void
frame_send(struct work *w, enum frame_type type, size_t length, size_t body)
{
	size_t n = frame_close(w->frame, type, w->job, w->seq++, length,
	    body);

	while (write(w->fd, w->frame, n) == -1)
		if (errno != EINTR)
			_exit(0);
	if (type == FRAME_BYTES ? w->seq % BELL_BODIES == 1 :
	    ++w->unrung > QUEUE / 2)
		bell_ring(w);
}

void
work_send(struct work *w, const void *p, size_t n)
{
	const uint8_t *from = p;

	if (w->inside != NULL) {
		w->inside(w, p, n);
		return;
	}
	while (n > 0) {
		size_t room = FRAME_BODY - w->n, k = n < room ? n : room;

		if (w->n == 0)
			slot_await(w);
		memcpy(slot_next(w) + w->n, from, k);
		w->n += k;
		from += k;
		n -= k;
		if (w->n == FRAME_BODY)
			frame_send(w, FRAME_BYTES, 0, body_close(w));
	}
}

char *
work_room(struct work *w, size_t least, size_t *n)
{
	if (w->page == NULL)
		return NULL;
	if (FRAME_BODY - w->n < least)
		frame_send(w, FRAME_BYTES, 0, body_close(w));
	if (w->n == 0)
		slot_await(w);
	*n = FRAME_BODY - w->n;
	return (char *)slot_next(w) + w->n;
}

void
work_filled(struct work *w, size_t n)
{
	w->n += n;
	if (w->n == FRAME_BODY)
		frame_send(w, FRAME_BYTES, 0, body_close(w));
}

_Atomic uint64_t *
work_far(struct work *w)
{
	return w->page != NULL ? &w->page->far :
	    w->inside != NULL ? &w->pool->inside_far : NULL;
}

bool
work_at(struct work *w, uint64_t ordinal, struct str *why)
{
	*why = str_of("");
	if (w->page == NULL) {
		if (w->inside != NULL)
			pool_watch(w->pool);
		return false;
	}
	atomic_store_explicit(&w->page->ordinal, ordinal,
	    memory_order_relaxed);
	atomic_store_explicit(&w->page->beat, ++w->beat,
	    memory_order_relaxed);
	for (size_t i = 0; i < w->nskips; i++) {
		if (w->skips[i].at == ordinal && ordinal != WORK_NOWHERE) {
			*why = w->skips[i].why;
			return true;
		}
	}
	return false;
}

bool
work_stopped(const struct work *w)
{
	return w->inside != NULL && pool_stopped(w->pool);
}

static struct str
text_read(struct rd *r, uint64_t n)
{
	struct span s = rd_span(r, n);

	return s.p == NULL ? str_of("") :
	    (struct str){ (const char *)s.p, s.n };
}

/* The job in f, which its texts point into. */
static void
job_parse(struct work *w, const struct frame *f, struct job *j)
{
	struct rd r = rd_init((struct span){ f->payload, f->head.length });
	struct span s = rd_span(&r, sizeof(struct frame_job));
	struct frame_job head;

	if (s.p == NULL)
		_exit(1);
	memcpy(&head, s.p, sizeof head);
	j->tag = head.tag;
	j->named = head.named != 0;
	j->path = text_read(&r, head.path);
	j->note = text_read(&r, head.note);
	w->nskips = 0;
	while (w->nskips < head.skips && w->nskips <= POOL_TRIES) {
		struct pool_skip *skip = &w->skips[w->nskips++];
		struct frame_skip k = { 0 };

		s = rd_span(&r, sizeof k);
		if (s.p != NULL)
			memcpy(&k, s.p, sizeof k);
		skip->at = k.at;
		skip->why = text_read(&r, k.why);
	}
	if (!rd_ok(&r))
		_exit(1);
}

/* The next message; before it is waited for the bell is rung. */
static ssize_t
message_receive(struct work *w, struct msghdr *m)
{
	int flags = MSG_DONTWAIT;
	ssize_t n;

	while (n = recvmsg(w->fd, m, flags), n == -1 && (errno == EINTR ||
	    (errno == EAGAIN && flags != 0))) {
		if (errno == EAGAIN) {
			bell_ring(w);
			flags = 0;
		}
	}
	return n;
}

/* Waits for the next job. */
static void
job_receive(struct work *w, struct frame *f, struct job *j)
{
	union {
		struct cmsghdr	head;
		char		room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec io = { f, sizeof *f };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };
	struct cmsghdr *c;
	ssize_t n = message_receive(w, &m);

	if (n <= 0)
		_exit(0);
	c = CMSG_FIRSTHDR(&m);
	if ((size_t)n < sizeof f->head || c == NULL ||
	    c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(int)) ||
	    f->head.length != (size_t)n - sizeof f->head)
		_exit(1);
	memcpy(&j->fd, CMSG_DATA(c), sizeof(int));
	job_parse(w, f, j);
	w->job = f->head.job;
	atomic_store(&w->page->ordinal, WORK_NOWHERE);
	atomic_store(&w->page->far, 0);
	atomic_store(&w->page->job, w->job);
	w->seq = 0;
	w->sum = 0;
	w->at = 0;
	w->n = 0;
}

static size_t
heap_size(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.arena + m.hblkhd;
}

/* By how much the heap has grown.  That of the parent comes with the fork
 * and is not the worker's doing: of a parent that has gathered much every
 * worker would look spent after one job.  mallinfo2() would know of mappings
 * too, which no job leaves behind, and takes a microsecond. */
static size_t
heap_grown(const struct work *w)
{
	const uint8_t *end = sbrk(0);

	return end > w->heap_before ? (size_t)(end - w->heap_before) : 0;
}

static void
done_send(struct work *w)
{
	size_t body = body_close(w);
	struct frame_done done = { .bytes = w->at, .heap = heap_grown(w),
	    .sum = w->sum, .far = atomic_load(&w->page->far) };

	memcpy(w->frame->payload, &done, sizeof done);
	frame_send(w, FRAME_DONE, sizeof done, body);
}

static void
hello_send(struct work *w, unsigned layers)
{
	struct frame_hello hello = { .layers = layers };

	memcpy(w->frame->payload, &hello, sizeof hello);
	frame_send(w, FRAME_HELLO, sizeof hello, 0);
}

_Noreturn static void
worker_dies(const char *what)
{
	(void)what;
	_exit(EXIT_MEMORY);
}

/* What was the parent's and is none of ours: handlers of signals (those from
 * the terminal are for the parent to act on; what kills us shall be seen),
 * and the pages of other workers. */
static void
parent_forget(const struct pool *p, const struct page *page)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
	    SIGTRAP, SIGSYS, SIGPIPE };

	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		(void)signal(fatal[i], SIG_DFL);
	for (unsigned i = 0; i < p->nworkers; i++)
		if (p->workers[i].page != page &&
		    p->workers[i].page != NULL)
			(void)munmap(p->workers[i].page, sizeof *page);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
}

_Noreturn void
worker_main(const struct pool *p, struct work w, pid_t parent)
{
	static struct frame in, out;
	const int keep[] = { w.fd, w.bell };
	struct seal seal = p->o.seal;
	unsigned layers;

	w.frame = &out;
	parent_forget(p, w.page);
	w.heap_before = sbrk(0);
	if (seal.memory > 0)
		seal.memory += heap_size();
	seal.keep = keep;
	seal.nkeep = sizeof keep / sizeof *keep;
	seal.parent = parent;
	if (p->o.policy == SEAL_OFF)
		seal.test_off = SEAL_ALL;
	layers = seal_enter(&seal);
	die_handler(worker_dies);
	hello_send(&w, layers);
	if (p->o.policy == SEAL_REQUIRE && layers != SEAL_ALL)
		_exit(0);
	for (;;) {
		struct job j = { .fd = -1 };

		job_receive(&w, &in, &j);
		p->ops->work(p->ops->ctx, &w, &j);
		(void)close(j.fd);	/* if work() has not */
		done_send(&w);
	}
}
