/*
 * A large log for measuring: the full chunks of given logs, again and
 * again, until the size is reached.
 *
 *	mkbig [-n] OUT MEGABYTES CHANNEL IN.evtx...
 *
 * Only chunks count that are nearly full and hold nothing but records of
 * CHANNEL ("*" for any).  Records are numbered through, so that each
 * counts as one of its own, and checksums are right; with -n the headers
 * say that there are none (flag 4), and readers do not verify any.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/crc32.h"
#include "base/source.h"
#include "log/log.h"

enum { HEADER = 4096, CHUNK = 65536, FULL = 56000, MAX_CHUNKS = 4096 };

static uint8_t *chunks[MAX_CHUNKS];
static size_t nchunks;
static unsigned flags = 1;	/* 1: as copied from a running system */

static void
put(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* Are all records of this chunk of the channel, and do they decode? */
static bool
chunk_fits(const uint8_t *p, const char *channel)
{
	struct arena a = { 0 }, one = { 0 };
	struct problems problems = { .arena = &a };
	struct source s;
	struct record r;
	struct event e;
	struct tally t;
	struct log *l;
	bool fits = true;

	source_memory(&s, (struct span){ p, CHUNK });
	l = log_open(&a, &s, &problems);
	while (l != NULL && log_next(l, &r) == LOG_RECORD) {
		arena_reset(&one);
		fits = fits && log_event(l, &one, &e) &&
		    (strcmp(channel, "*") == 0 || str_is(e.channel, channel));
	}
	if (l != NULL) {
		log_close(l, &t);
		fits = fits && t.complete && t.torn == 0;
	}
	arena_free(&one);
	arena_free(&a);
	return fits && l != NULL;
}

static void
chunks_take(const char *path, const char *channel)
{
	uint8_t buf[CHUNK];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t at = HEADER;

	while (fd != -1 && nchunks < MAX_CHUNKS &&
	    pread(fd, buf, sizeof buf, at) == CHUNK) {
		at += CHUNK;
		if (memcmp(buf, "ElfChnk", 8) != 0 ||
		    le32(buf + 48) < FULL || le32(buf + 48) > CHUNK ||
		    !chunk_fits(buf, channel))
			continue;
		chunks[nchunks] = malloc(CHUNK);
		if (chunks[nchunks] != NULL)
			memcpy(chunks[nchunks++], buf, CHUNK);
	}
	if (fd != -1)
		(void)close(fd);
}

/* Numbers the records of a chunk on from *id and mends the checksums. */
static void
chunk_number(uint8_t *p, uint64_t *id)
{
	size_t end = le32(p + 48), at = 512, size;
	uint64_t first = *id;

	for (; at + 28 <= end; at += size) {
		size = le32(p + at + 4);
		if (le32(p + at) != 0x2A2A || size < 28 || size > end - at)
			break;
		put(p + at + 8, (*id)++, 8);
	}
	put(p + 8, first, 8);
	put(p + 16, *id - 1, 8);
	put(p + 24, first, 8);
	put(p + 32, *id - 1, 8);
	put(p + 120, flags, 4);
	put(p + 52, crc32_update(0, p + 512, end - 512), 4);
	put(p + 124, crc32_update(crc32_update(0, p, 120), p + 128, 384), 4);
}

static bool
write_log(const char *out, size_t megabytes)
{
	size_t n = (megabytes << 20) / CHUNK;
	uint8_t head[HEADER] = "ElfFile";
	uint64_t id = 1;
	FILE *f = fopen(out, "wb");
	bool ok = f != NULL;

	put(head + 16, n - 1, 8);
	put(head + 32, 128, 4);
	put(head + 36, 1, 2);
	put(head + 38, 3, 2);
	put(head + 40, HEADER, 2);
	put(head + 42, n, 2);
	put(head + 120, flags, 4);
	put(head + 124, crc32_update(0, head, 120), 4);
	ok = ok && fwrite(head, HEADER, 1, f) == 1;
	for (size_t i = 0; ok && i < n; i++) {
		uint8_t *p = chunks[i % nchunks];

		chunk_number(p, &id);
		ok = fwrite(p, CHUNK, 1, f) == 1;
	}
	if (f != NULL && fclose(f) != 0)
		ok = false;
	return ok;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "-n") == 0) {
		flags |= 4;
		argc--;
		argv++;
	}
	if (argc < 5) {
		fprintf(stderr,
		    "mkbig [-n] OUT MEGABYTES CHANNEL IN.evtx...\n");
		return 2;
	}
	for (int i = 4; i < argc; i++)
		chunks_take(argv[i], argv[3]);
	if (nchunks == 0) {
		fprintf(stderr, "mkbig: no chunk fits\n");
		return 1;
	}
	if (!write_log(argv[1], strtoul(argv[2], NULL, 10))) {
		perror(argv[1]);
		return 1;
	}
	printf("%zu chunks\n", nchunks);
	return 0;
}
