/* See unpack.h: the one file that knows libarchive. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include "base/caps.h"
#include "base/unpack.h"

enum { STEP = 65536 };

struct unpack {
	struct arena	*a;
	struct source	*s;
	struct archive	*archive;
	bool		 opened;
	uint64_t	 at;		/* of a 7z: what is read next */
	uint64_t	 out;		/* bytes of this file */
	uint64_t	 total;		/* of all */
	struct str	 error;
	uint8_t		 buf[STEP];
};

static const char magic_7z[6] = "7z\xbc\xaf\x27\x1c";

bool
unpack_sniff(struct span first)
{
	static const struct { const char *magic; size_t n, at; } kinds[] = {
		{ "\x1f\x8b\x08", 3, 0 },		/* gzip */
		{ "\x28\xb5\x2f\xfd", 4, 0 },		/* zstd */
		{ "\xfd" "7zXZ\0", 6, 0 },		/* xz */
		{ "BZh", 3, 0 },			/* bzip2 */
		{ "PK\x03\x04", 4, 0 },			/* zip */
		{ magic_7z, sizeof magic_7z, 0 },
		{ "ustar", 5, 257 },			/* tar */
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct span s = span_sub(first, kinds[i].at, kinds[i].n);

		if (s.p != NULL && memcmp(s.p, kinds[i].magic, s.n) == 0)
			return true;
	}
	return false;
}

static la_ssize_t
packed_read(struct archive *archive, void *ctx, const void **buf)
{
	struct unpack *u = ctx;
	size_t n = source_read(u->s, u->buf, sizeof u->buf);

	*buf = u->buf;
	if (u->s->error == 0)
		return (la_ssize_t)n;
	archive_set_error(archive, u->s->error, "%s", strerror(u->s->error));
	return -1;
}

static la_ssize_t
place_read(struct archive *archive, void *ctx, const void **buf)
{
	struct unpack *u = ctx;
	size_t n = source_at(u->s, u->at, u->buf, sizeof u->buf);

	(void)archive;
	*buf = u->buf;
	u->at += n;
	/* Of a packed file this is how far it was read. */
	if (u->s->at < u->at)
		u->s->at = u->at;
	return (la_ssize_t)n;
}

static la_int64_t
place_seek(struct archive *archive, void *ctx, la_int64_t by, int whence)
{
	struct unpack *u = ctx;
	la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ?
	    (la_int64_t)u->at : (la_int64_t)u->s->size;

	(void)archive;
	if (by < -from || by > INT64_MAX - from)
		return ARCHIVE_FATAL;
	u->at = (uint64_t)(from + by);
	return from + by;
}

static void
fault(struct unpack *u)
{
	const char *text = archive_error_string(u->archive);

	u->error = arena_str(u->a, str_of(text == NULL ?
	    "it cannot be unpacked" : text));
}

static int
stream_open(struct unpack *u)
{
	archive_read_support_filter_gzip(u->archive);
	archive_read_support_filter_zstd(u->archive);
	archive_read_support_filter_xz(u->archive);
	archive_read_support_filter_bzip2(u->archive);
	archive_read_support_format_zip(u->archive);
	archive_read_support_format_tar(u->archive);
	archive_read_support_format_raw(u->archive);
	return archive_read_open(u->archive, u, NULL, packed_read, NULL);
}

static int
places_open(struct unpack *u)
{
	archive_read_support_format_7zip(u->archive);
	archive_read_set_seek_callback(u->archive, place_seek);
	return archive_read_open(u->archive, u, NULL, place_read, NULL);
}

struct unpack *
unpack_open(struct arena *a, struct source *s)
{
	struct unpack *u = arena_new(a, struct unpack);
	struct span magic = span_sub(source_peek(s), 0, sizeof magic_7z);
	bool is_7z = magic.p != NULL &&
	    memcmp(magic.p, magic_7z, magic.n) == 0;

	u->a = a;
	u->s = s;
	if (is_7z && s->size == SOURCE_UNKNOWN) {
		u->error = str_of("a 7z cannot be read from a pipe, nor inside "
		    "of another file");
		return u;
	}
	u->archive = archive_read_new();
	if (u->archive == NULL) {
		u->error = str_of("out of memory");
		return u;
	}
	u->opened = (is_7z ? places_open(u) : stream_open(u)) == ARCHIVE_OK;
	if (!u->opened)
		fault(u);
	return u;
}

/* Is this more than the caps allow? */
static bool
too_much(struct unpack *u, size_t n)
{
	u->out += n;
	u->total += n;
	return u->out > CAP_UNPACKED || (u->total > CAP_UNPACK_FREE &&
	    u->total / CAP_UNPACK_RATIO > u->s->at);
}

static size_t
unpacked_read(void *ctx, void *buf, size_t n, int *error)
{
	struct unpack *u = ctx;
	la_ssize_t got;

	if (u->error.n > 0)
		return 0;
	do
		got = archive_read_data(u->archive, buf, n);
	while (got == ARCHIVE_RETRY);
	if (got < 0) {
		fault(u);
		*error = EIO;
		return 0;
	}
	if (too_much(u, (size_t)got)) {
		u->error = str_of("it unpacks beyond all measure");
		*error = EFBIG;
		return 0;
	}
	return (size_t)got;
}

bool
unpack_next(struct unpack *u, struct source *file, struct str *name)
{
	struct archive_entry *e;
	const char *path;
	int r;

	if (!u->opened || u->error.n > 0)
		return false;
	do {
		r = archive_read_next_header(u->archive, &e);
		if (r == ARCHIVE_EOF)
			return false;
		if (r == ARCHIVE_FATAL || r == ARCHIVE_FAILED) {
			fault(u);
			return false;
		}
	} while (r == ARCHIVE_RETRY || archive_entry_filetype(e) != AE_IFREG);
	path = archive_entry_pathname(e);
	if (archive_format(u->archive) == ARCHIVE_FORMAT_RAW || path == NULL)
		path = "";
	*name = arena_str(u->a, str_of(path));
	u->out = 0;
	source_from(file, unpacked_read, u);
	return true;
}

struct str
unpack_error(const struct unpack *u)
{
	return u->error;
}

void
unpack_close(struct unpack *u)
{
	if (u->archive != NULL)
		(void)archive_read_free(u->archive);
}
