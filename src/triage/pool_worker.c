/*
 * The processes of the pool: started, given a job, read, ended.  A worker
 * is ended by SIGKILL alone (it may be anything by then) and taken by its
 * process id.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "triage/pool_parts.h"

enum {
	BRIEF = 1 << 20,		/* bytes of a file that takes no time,
					 * and of all in a queue */
	BRIEF_PART = 4 << 20,		/* of a part of a large one */
	MESSAGES = RING,		/* of one worker in a row */
	GOES_BY_ITSELF = 1000,		/* ms that a worker which has closed
					 * its socket gets to end */
};

static bool
start_failed(struct pool *p, const char *what, int error)
{
	p->start_what = what;
	p->start_error = error;
	p->bad_starts++;
	p->start_again = p->clock + START_PAUSE;
	return false;
}

/* What a worker has in common with the pool, made once for all that stand
 * at this place; what failed, or NULL. */
static const char *
worker_furnish(struct worker *w)
{
	void *m;

	if (w->page != NULL)
		return NULL;
	w->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->bell == -1)
		return "eventfd";
	m = mmap(NULL, sizeof *w->page, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED) {
		int error = errno;

		(void)close(w->bell);
		errno = error;
		return "mmap";
	}
	w->page = m;
	return NULL;
}

void
worker_strip(struct worker *w)
{
	if (w->page == NULL)
		return;
	(void)munmap(w->page, sizeof *w->page);
	(void)close(w->bell);
}

bool
worker_start(struct pool *p, struct worker *w)
{
	const char *lacks = worker_furnish(w);
	int pair[2];
	pid_t self = getpid();

	if (lacks != NULL)
		return start_failed(p, lacks, errno);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return start_failed(p, "socketpair", errno);
	atomic_store(&w->page->taken, 0);
	atomic_store(&w->page->job, 0);
	w->pid = fork();
	if (w->pid == 0)
		worker_main(p, (struct work){ .fd = pair[1],
		    .bell = w->bell, .page = w->page }, self);
	(void)close(pair[1]);
	if (w->pid == -1) {
		int error = errno;

		(void)close(pair[0]);
		w->pid = 0;
		return start_failed(p, "fork", error);
	}
	*w = (struct worker){ .pid = w->pid, .fd = pair[0],
	    .bell = w->bell, .page = w->page };
	p->told->workers++;
	return true;
}

/* The job's frame; the bytes to send. */
static size_t
job_frame(struct frame *f, const struct slot *s)
{
	const struct job *j = &s->job;
	struct frame_job head = { .tag = j->tag, .named = j->named,
	    .path = (uint32_t)j->path.n, .note = (uint32_t)j->note.n,
	    .skips = (uint32_t)s->nskips };
	uint8_t *to = f->payload;

	memcpy(to, &head, sizeof head);
	to += sizeof head;
	memcpy(to, j->path.p, j->path.n);
	to += j->path.n;
	memcpy(to, j->note.p, j->note.n);
	to += j->note.n;
	for (size_t i = 0; i < s->nskips; i++) {
		struct frame_skip k = { s->skips[i].at, s->skips[i].why.n };

		memcpy(to, &k, sizeof k);
		to += sizeof k;
		memcpy(to, s->skips[i].why.p, k.why);
		to += k.why;
	}
	return frame_close(f, FRAME_JOB, s->number, 0,
	    (size_t)(to - f->payload), 0);
}

bool
slot_brief(const struct slot *s)
{
	return s->base != -1 && s->size <= BRIEF;
}

bool
slot_passes(const struct slot *s)
{
	return slot_brief(s) || (s->base != -1 && s->job.bytes != 0 &&
	    s->job.bytes <= BRIEF_PART);
}

bool
worker_has_room(const struct worker *w, const struct slot *s)
{
	/* Behind one that wants to be alone nothing may follow. */
	return w->in.hello && w->slot != NULL && !w->slot->fresh &&
	    slot_passes(w->slot) && w->nqueue < QUEUE &&
	    (w->nqueue == 0 || w->queued + s->size <= BRIEF) &&
	    w->served + w->nqueue + 1 < JOBS_A_WORKER;
}

/* It has nothing else to do any more: the job's time begins. */
static void
worker_turn(struct worker *w, struct slot *s)
{
	intake_job(&w->in, s->number);
	w->slot = s;
	w->moved = true;
	w->still = 0;
	w->spent = 0;
	s->state = SLOT_RUNNING;
}

/* The oldest of its queue is next. */
static void
worker_next(struct worker *w)
{
	struct slot *s = w->queue[0];

	w->nqueue--;
	w->queued -= s->size;
	memmove(w->queue, w->queue + 1, w->nqueue * sizeof *w->queue);
	worker_turn(w, s);
}

bool
worker_give(struct pool *p, struct worker *w, struct slot *s)
{
	union {
		struct cmsghdr	head;
		char		room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec io = { p->frame, job_frame(p->frame, s) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof control };
	ssize_t n;

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &s->job.fd, sizeof(int));
	if (s->base != -1 && lseek(s->job.fd, s->base, SEEK_SET) == -1)
		return false;
	do
		n = sendmsg(w->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return false;
	if (w->slot == NULL) {
		worker_turn(w, s);
	} else {
		w->queue[w->nqueue++] = s;
		w->queued += s->size;
		s->state = SLOT_QUEUED;
	}
	return true;
}

/* Waits for a process that is about to end; false: it is not. */
static bool
process_ends(pid_t pid, int *status)
{
	static const struct timespec ms = { 0, 1000000 };

	for (int i = 0; i < GOES_BY_ITSELF; i++) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid || (got == -1 && errno != EINTR))
			return true;
		(void)nanosleep(&ms, NULL);
	}
	return false;
}

bool
worker_reap(struct worker *w, bool wait, int *status)
{
	bool itself;

	*status = 0;
	(void)close(w->fd);
	itself = wait && process_ends(w->pid, status);
	if (!itself) {
		(void)kill(w->pid, SIGKILL);
		while (waitpid(w->pid, status, 0) == -1 && errno == EINTR)
			;
	}
	for (unsigned i = 0; i < w->nqueue; i++)
		w->queue[i]->state = SLOT_WAITING;
	*w = (struct worker){ .bell = w->bell, .page = w->page };
	return itself;
}

/* The job is done. */
static void
worker_done(struct pool *p, struct worker *w)
{
	struct slot *s = w->slot;
	struct frame_done done;
	int status;

	memcpy(&done, p->frame->payload, sizeof done);
	s->read = done.far;
	w->slot = NULL;
	w->served++;
	s->by = w->pid;
	slot_end(s, str_of(""));
	if (w->served >= JOBS_A_WORKER || done.heap > HEAP_A_WORKER)
		(void)worker_reap(w, false, &status);
	else if (w->nqueue > 0)
		worker_next(w);
}

static void
worker_hello(struct pool *p, struct worker *w)
{
	struct frame_hello hello;

	memcpy(&hello, p->frame->payload, sizeof hello);
	p->told->layers = p->heard++ == 0 ? hello.layers :
	    p->told->layers & hello.layers;
	if (p->o.policy == SEAL_REQUIRE && hello.layers != SEAL_ALL) {
		w->in.hello = false;	/* it does no job, and ends */
		worker_fault(p, w, FAULT_PROTOCOL, "a layer is missing");
	} else {
		p->bad_starts = 0;
	}
}

static void
worker_bytes(struct pool *p, struct worker *w)
{
	struct span s = { p->body, p->frame->head.body };

	switch (slot_take(p, w->slot, w->in.bytes - s.n, s)) {
	case SLOT_TOOK:
		return;
	case SLOT_REFUSED:
		worker_fault(p, w, FAULT_REFUSED,
		    "bytes that no sound reader sends");
		return;
	case SLOT_TOO_MANY:
		worker_fault(p, w, FAULT_PROTOCOL,
		    "more bytes than a job may send");
		return;
	case SLOT_DIFFERS:
		worker_fault(p, w, FAULT_REFUSED, "");
		return;
	}
}

/* The body of the message of n bytes, out of the worker's reach. */
static void
body_take(struct pool *p, struct worker *w, size_t n)
{
	size_t body = frame_body(p->frame, n);

	if (body == 0)
		return;
	memcpy(p->body, w->page->ring[w->bodies % RING], body);
	atomic_store(&w->page->taken, ++w->bodies);
}

/* Slots are free again: if it waits for one it may go on. */
static void
worker_wake(const struct worker *w)
{
	if (atomic_exchange(&w->page->waits, 0) != 0)
		(void)syscall(SYS_futex, &w->page->taken, FUTEX_WAKE, 1,
		    NULL, NULL, 0);
}

/* Its last bytes may come with the end of a job. */
static void
worker_end(struct pool *p, struct worker *w)
{
	if (p->frame->head.body > 0)
		worker_bytes(p, w);
	if (w->slot == NULL)
		return;
	if (slot_proved(w->slot))
		worker_done(p, w);
	else
		worker_fault(p, w, FAULT_REFUSED, "");
}

/* One message of n bytes is in the frame. */
static void
worker_message(struct pool *p, struct worker *w, size_t n)
{
	const char *why;

	w->moved = true;
	body_take(p, w, n);
	switch (intake_take(&w->in, p->frame, n, p->body, &why)) {
	case INTAKE_HELLO:
		worker_hello(p, w);
		return;
	case INTAKE_BYTES:
		worker_bytes(p, w);
		return;
	case INTAKE_DONE:
		worker_end(p, w);
		return;
	case INTAKE_STRAY:
		worker_fault(p, w, FAULT_STRAY, "");
		return;
	case INTAKE_BAD:
		worker_fault(p, w, FAULT_PROTOCOL, why);
		return;
	}
}

/* False: none has come, or its worker is gone. */
static bool
message_read(struct pool *p, struct worker *w)
{
	ssize_t n = recv(w->fd, p->frame, sizeof *p->frame,
	    MSG_DONTWAIT | MSG_TRUNC);

	if (n > 0)
		worker_message(p, w, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != ECONNRESET &&
	    errno != EAGAIN))
		worker_fault(p, w, FAULT_DIED, "");
	return n > 0 || (n == -1 && (errno == EINTR || errno == ECONNRESET));
}

/* One that waits is woken when it has something to do for a while, not for
 * every slot. */
void
worker_read(struct pool *p, struct worker *w)
{
	bool more = true;

	w->looked = p->clock;
	w->more = false;
	/* ECONNRESET comes before what a worker sent that died with jobs in
	 * its queue. */
	for (int i = 0; more && i < MESSAGES && (i == 0 || w->slot != NULL);
	    i++) {
		more = message_read(p, w);
		if (i == MESSAGES / 2)
			worker_wake(w);
	}
	worker_wake(w);
	w->more = more && w->slot != NULL;
}
