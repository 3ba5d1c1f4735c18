/*
 * Forward reading.  Interrupted reads are resumed; a short read of a pipe
 * is not the end.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/source.h"

void
source_fd(struct source *s, int fd)
{
	struct stat st;

	memset(s, 0, offsetof(struct source, ahead));
	s->fd = fd;
	s->size = SOURCE_UNKNOWN;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		s->base = at > 0 ? (uint64_t)at : 0;
		s->size = (uint64_t)st.st_size;
	}
}

void
source_memory(struct source *s, struct span bytes)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
	s->mem = s->whole = bytes;
	s->size = bytes.n;
}

void
source_from(struct source *s, source_reader *reader, void *ctx)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
	s->reader = reader;
	s->ctx = ctx;
	s->size = SOURCE_UNKNOWN;
}

/* As many of n bytes as the input still has. */
static size_t
read_full(struct source *s, uint8_t *buf, size_t n)
{
	size_t got = 0, more;

	while (s->reader != NULL) {
		more = got < n && s->error == 0 ?
		    s->reader(s->ctx, buf + got, n - got, &s->error) : 0;
		if (more == 0)
			return got;
		got += more;
	}
	if (s->fd == -1) {
		got = n < s->mem.n ? n : s->mem.n;
		if (got > 0)
			memcpy(buf, s->mem.p, got);
		s->mem = span_from(s->mem, got);
		return got;
	}
	while (got < n && s->error == 0) {
		ssize_t r = read(s->fd, buf + got, n - got);

		if (r > 0)
			got += (size_t)r;
		else if (r == 0)
			break;
		else if (errno != EINTR)
			s->error = errno;
	}
	return got;
}

/* Whoever watches is told. */
static void
advance(struct source *s, uint64_t n)
{
	s->at += n;
	if (s->far != NULL)
		atomic_store_explicit(s->far, s->at - s->past,
		    memory_order_relaxed);
}

void
source_stir(struct source *s)
{
	if (s->far != NULL)
		atomic_fetch_add_explicit(s->far, 1, memory_order_relaxed);
}

size_t
source_read(struct source *s, void *buf, size_t n)
{
	uint8_t *p = buf;
	size_t got = n < s->peeked.n ? n : s->peeked.n;

	if (got > 0) {
		memcpy(p, s->peeked.p, got);
		s->peeked = span_from(s->peeked, got);
	}
	if (got < n)
		got += read_full(s, p + got, n - got);
	advance(s, got);
	return got;
}

struct span
source_peek(struct source *s)
{
	if (s->at == 0 && s->peeked.n == 0) {
		size_t n = read_full(s, s->ahead, sizeof s->ahead);

		s->peeked = (struct span){ s->ahead, n };
	}
	return s->peeked;
}

size_t
source_at(const struct source *s, uint64_t at, void *buf, size_t n)
{
	struct span rest = { NULL, 0 };
	ssize_t r;

	if (s->fd == -1) {
		if (at < s->whole.n)
			rest = span_from(s->whole, (size_t)at);
		if (n > rest.n)
			n = rest.n;
		if (n > 0)
			memcpy(buf, rest.p, n);
		return n;
	}
	if (s->size == SOURCE_UNKNOWN || at > INT64_MAX - s->base)
		return 0;
	do
		r = pread(s->fd, buf, n, (off_t)(s->base + at));
	while (r == -1 && errno == EINTR);
	return r > 0 ? (size_t)r : 0;
}

/* Where the descriptor stands. */
static uint64_t
source_stands(const struct source *s)
{
	return s->base + s->at + s->peeked.n;
}

/* Behind the last byte of data the file is a hole up to its end. */
static uint64_t
hole_last(const struct source *s, uint64_t from)
{
	struct stat st;

	return errno == ENXIO && fstat(s->fd, &st) == 0 &&
	    (uint64_t)st.st_size > from ? (uint64_t)st.st_size - from : 0;
}

uint64_t
source_hole(struct source *s, uint64_t at)
{
	uint64_t from = s->base + at;
	off_t data;

	if (s->fd == -1 || s->size == SOURCE_UNKNOWN || s->error != 0 ||
	    at > INT64_MAX - s->base)
		return 0;
	data = lseek(s->fd, (off_t)from, SEEK_DATA);
	if (data == -1)
		return hole_last(s, from);
	if (lseek(s->fd, (off_t)source_stands(s), SEEK_SET) == -1)
		s->error = errno;
	return (uint64_t)data - from;
}

uint64_t
source_skip_hole(struct source *s, uint64_t unit)
{
	uint64_t n = s->peeked.n > 0 ? 0 : source_hole(s, s->at);

	n -= n % unit;
	if (n == 0 || s->error != 0)
		return 0;
	if (lseek(s->fd, (off_t)(s->base + s->at + n), SEEK_SET) == -1) {
		s->error = errno;
		return 0;
	}
	advance(s, n);
	return n;
}

void
source_go(struct source *s, uint64_t at)
{
	if (s->fd == -1)
		s->mem = span_from(s->whole, at < s->whole.n ? (size_t)at :
		    s->whole.n);
	else if (at > INT64_MAX - s->base ||
	    lseek(s->fd, (off_t)(s->base + at), SEEK_SET) == -1)
		s->error = errno;
	s->peeked = (struct span){ NULL, 0 };
	s->past += at - s->at;
	s->at = at;
}

bool
source_slurp(struct source *s, struct arena *a, size_t cap, struct span *out)
{
	uint8_t *buf = NULL;
	size_t n = 0, room = 0, want, got;

	if (s->size != SOURCE_UNKNOWN && s->size > s->base &&
	    s->size - s->base > cap) {
		s->error = ERANGE;
		return false;
	}
	do {
		if (n == room) {
			size_t more = room == 0 ? 65536 : 2 * room;
			uint8_t *bigger;

			if (room == 0 && s->size != SOURCE_UNKNOWN &&
			    s->size < cap)
				more = (size_t)s->size + 1;
			bigger = arena_alloc(a, more);
			if (n > 0)
				memcpy(bigger, buf, n);
			buf = bigger;
			room = more;
		}
		want = room - n;
		got = source_read(s, buf + n, want);
		n += got;
		if (n > cap) {
			s->error = ERANGE;
			return false;
		}
	} while (got == want);
	*out = (struct span){ buf, n };
	return s->error == 0;
}

void
source_close(struct source *s)
{
	if (s->fd > STDERR_FILENO)
		(void)close(s->fd);
	s->fd = -1;
}
