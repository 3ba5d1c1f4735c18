/*
 * What runs in the child process of the second reader.  Debian's libevtx
 * 20181227 crashes on a lone U+FEFF when asked for UTF-8, so only its
 * UTF-16 functions are called; its error texts quote memory that it never
 * wrote, so they are not asked for; it does not say where a record lies, so
 * the chunk is walked beside it.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <libbfio.h>
#include <libevtx.h>
#include "base/crc32.h"
#include "log/libevtx.h"

enum { FILE_SIZE = EVTX_HEADER + EVTX_UNIT,
    RECORDS_MAX = EVTX_UNIT / EVTX_RECORD_MIN };

/* A file in memory, as libbfio wants to see it. */
struct image {
	uint8_t		bytes[FILE_SIZE];
	size_t		at;
	int		open;
};

/* Where the records of the chunk lie. */
struct places {
	uint32_t	at[RECORDS_MAX];
	size_t		n;
};

static struct image image;
static struct libevtx_request request;
static struct places places;
static uint16_t text[LIBEVTX_CAP / 2];

static int
image_free(intptr_t **io, libbfio_error_t **error)
{
	(void)error;
	*io = NULL;
	return 1;
}

static int
image_clone(intptr_t **to, intptr_t *from, libbfio_error_t **error)
{
	(void)error;
	*to = from;
	return 1;
}

static int
image_open(intptr_t *io, int flags, libbfio_error_t **error)
{
	struct image *m = (void *)io;

	(void)flags;
	(void)error;
	m->open = 1;
	m->at = 0;
	return 1;
}

static int
image_close(intptr_t *io, libbfio_error_t **error)
{
	struct image *m = (void *)io;

	(void)error;
	m->open = 0;
	return 0;
}

static ssize_t
image_read(intptr_t *io, uint8_t *buf, size_t n, libbfio_error_t **error)
{
	struct image *m = (void *)io;
	size_t left = sizeof m->bytes - m->at;

	(void)error;
	if (n > left)
		n = left;
	memcpy(buf, m->bytes + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static ssize_t
image_write(intptr_t *io, const uint8_t *buf, size_t n,
    libbfio_error_t **error)
{
	(void)io;
	(void)buf;
	(void)n;
	(void)error;
	return -1;
}

static off64_t
image_seek(intptr_t *io, off64_t to, int whence, libbfio_error_t **error)
{
	struct image *m = (void *)io;

	(void)error;
	if (whence == SEEK_CUR)
		to += (off64_t)m->at;
	else if (whence == SEEK_END)
		to += (off64_t)sizeof m->bytes;
	if (to < 0 || to > (off64_t)sizeof m->bytes)
		return -1;
	m->at = (size_t)to;
	return to;
}

static int
image_exists(intptr_t *io, libbfio_error_t **error)
{
	(void)io;
	(void)error;
	return 1;
}

static int
image_is_open(intptr_t *io, libbfio_error_t **error)
{
	const struct image *m = (void *)io;

	(void)error;
	return m->open;
}

static int
image_size(intptr_t *io, size64_t *size, libbfio_error_t **error)
{
	(void)io;
	(void)error;
	*size = FILE_SIZE;
	return 1;
}

/* A sound header and the chunk behind it. */
static void
image_make(struct image *m, const uint8_t *chunk)
{
	static const uint8_t head[44] = {
		'E', 'l', 'f', 'F', 'i', 'l', 'e', 0,
		[32] = 128, [36] = 1, [38] = 3, [41] = 0x10, [42] = 1,
	};
	uint32_t crc;

	memset(m, 0, sizeof *m);
	memcpy(m->bytes, head, sizeof head);
	crc = crc32_update(0, m->bytes, 120);
	for (int i = 0; i < 4; i++)
		m->bytes[124 + i] = (uint8_t)(crc >> 8 * i);
	memcpy(m->bytes + EVTX_HEADER, chunk, EVTX_UNIT);
}

/* The chain of records from the chunk header on, as far as it holds. */
static void
places_find(const uint8_t *chunk)
{
	size_t at = EVTX_CHUNK_HEADER;

	places.n = 0;
	while (places.n < RECORDS_MAX && at + EVTX_RECORD_MIN <= EVTX_UNIT &&
	    le32(chunk + at) == 0x2A2A) {
		size_t size = le32(chunk + at + 4);

		if (size < EVTX_RECORD_MIN || size > EVTX_UNIT - at)
			return;
		places.at[places.n++] = (uint32_t)at;
		at += size;
	}
}

/* Everything goes out or the process ends: nobody is there any more. */
static void
put(int fd, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n > 0) {
		ssize_t k = send(fd, from, n, MSG_NOSIGNAL);

		if (k <= 0)
			_exit(0);
		from += k;
		n -= (size_t)k;
	}
}

static void
get(int fd, void *p, size_t n)
{
	uint8_t *to = p;

	while (n > 0) {
		ssize_t k = recv(fd, to, n, 0);

		if (k <= 0)
			_exit(0);
		to += k;
		n -= (size_t)k;
	}
}

/* The library's i-th record is the i-th of the chain, unless its number
 * says otherwise. */
static void
frame_place(struct libevtx_frame *f, size_t i, const uint64_t *id)
{
	const uint8_t *p;

	f->at = LIBEVTX_NOWHERE;
	f->id = id == NULL ? 0 : *id;
	if (i >= places.n)
		return;
	p = request.chunk + places.at[i];
	if (id != NULL && le64(p + 8) != *id)
		return;
	f->at = places.at[i];
	f->size = le32(p + 4);
	f->id = le64(p + 8);
	f->written = le64(p + 16);
}

static void
record_send(int fd, libevtx_file_t *file, int i)
{
	struct libevtx_frame f = { .magic = LIBEVTX_MAGIC,
	    .type = LIBEVTX_UNREADABLE };
	libevtx_record_t *r = NULL;
	uint64_t id;
	size_t n = 0;

	if (libevtx_file_get_record_by_index(file, i, &r, NULL) != 1 ||
	    libevtx_record_get_identifier(r, &id, NULL) != 1) {
		frame_place(&f, (size_t)i, NULL);
	} else {
		frame_place(&f, (size_t)i, &id);
		if (libevtx_record_get_utf16_xml_string_size(r, &n, NULL) ==
		    1 && n > 0 && n <= sizeof text / sizeof *text &&
		    libevtx_record_get_utf16_xml_string(r, text, n, NULL) ==
		    1) {
			f.type = LIBEVTX_RECORD;
			f.length = (uint32_t)(2 * (n - 1));
		}
	}
	put(fd, &f, sizeof f);
	put(fd, text, f.length);
	if (r != NULL)
		(void)libevtx_record_free(&r, NULL);
}

static void
chunk_answer(int fd, libbfio_handle_t *io)
{
	struct libevtx_frame end = { .magic = LIBEVTX_MAGIC,
	    .type = LIBEVTX_REFUSED };
	libevtx_file_t *file = NULL;
	int n = 0;

	if (libevtx_file_initialize(&file, NULL) == 1 &&
	    libevtx_file_open_file_io_handle(file, io, LIBEVTX_OPEN_READ,
	    NULL) == 1 &&
	    libevtx_file_get_number_of_records(file, &n, NULL) == 1) {
		for (int i = (int)request.first; i < n; i++)
			record_send(fd, file, i);
		end.type = LIBEVTX_END;
		end.id = (uint64_t)n;
	}
	if (file != NULL)
		(void)libevtx_file_free(&file, NULL);
	put(fd, &end, sizeof end);
}

_Noreturn void
libevtx_child(int fd)
{
	for (;;) {
		libbfio_handle_t *io = NULL;

		get(fd, &request, sizeof request);
		image_make(&image, request.chunk);
		places_find(request.chunk);
		if (libbfio_handle_initialize(&io, (intptr_t *)(void *)&image,
		    image_free, image_clone, image_open, image_close,
		    image_read, image_write, image_seek, image_exists,
		    image_is_open, image_size,
		    LIBBFIO_FLAG_IO_HANDLE_NON_MANAGED, NULL) != 1)
			_exit(1);
		chunk_answer(fd, io);
		(void)libbfio_handle_free(&io, NULL);
	}
}
