/* See fuzz.h. */
#include <stdlib.h>
#include <string.h>
#include "base/crc32.h"
#include "fuzz/fuzz.h"
#include "base/unpack.h"
#include "log/log.h"

enum { HEADER = 512, CHUNK = 65536, RECORD = 24 };

static void
put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* What must hold for any bytes: reading ends, and every byte of the input
 * is accounted for. */
void
fuzz_log(const uint8_t *p, size_t n)
{
	struct arena a = { 0 }, one = { 0 };
	struct problems problems = { .arena = &a };
	struct source s;
	struct record r;
	struct tally t;
	struct log *l;

	source_memory(&s, (struct span){ p, n });
	l = log_open_recover(&a, &s, &problems);
	while (l != NULL && log_next(l, &r) == LOG_RECORD) {
		struct ident id;
		struct event e;

		log_ident(l, &id);
		arena_reset(&one);
		if (log_event(l, &one, &e) && id.known && id.id != e.id)
			abort();
	}
	if (l != NULL) {
		log_close(l, &t);
		if (t.bytes_header + t.bytes_valid + t.bytes_unused +
		    t.bytes_bad != n)
			abort();
	}
	arena_free(&one);
	arena_free(&a);
}

static void
sums_repair(uint8_t *c, size_t used)
{
	put32(c + 52, crc32_update(0, c + HEADER, used - HEADER));
	put32(c + 124, crc32_update(crc32_update(0, c, 120), c + 128, 384));
}

/* A chunk whose records end at used. */
static void
chunk_read(uint8_t *c, size_t used)
{
	memcpy(c, "ElfChnk", 8);
	put32(c + 40, 128);
	put32(c + 48, (uint32_t)used);
	put32(c + 120, 1);
	sums_repair(c, used);
	fuzz_log(c, CHUNK);
}

void
fuzz_chunk(const uint8_t *p, size_t n)
{
	static uint8_t c[CHUNK];

	if (n > CHUNK - HEADER)
		n = CHUNK - HEADER;
	memset(c, 0, sizeof c);
	if (n > 0)
		memcpy(c + HEADER, p, n);
	chunk_read(c, HEADER + n);
}

void
fuzz_record(const uint8_t *p, size_t n)
{
	static uint8_t c[CHUNK];
	uint8_t *r = c + HEADER;
	size_t size;

	if (n > CHUNK - HEADER - RECORD - 4)
		n = CHUNK - HEADER - RECORD - 4;
	size = RECORD + n + 4;
	memset(c, 0, sizeof c);
	put32(r, 0x2A2A);
	put32(r + 4, (uint32_t)size);
	r[8] = 1;
	if (n > 0)
		memcpy(r + RECORD, p, n);
	put32(r + size - 4, (uint32_t)size);
	chunk_read(c, HEADER + size);
}

/* Each record reaches to the next signature. */
static void
records_repair(uint8_t *c, size_t used)
{
	size_t from = 0;

	for (size_t at = HEADER; at <= used; at += 8) {
		bool record = at + RECORD + 4 <= used &&
		    memcmp(c + at, "**\0", 4) == 0;

		if (!record && at + 8 <= used)
			continue;
		if (from != 0) {
			put32(c + from + 4, (uint32_t)(at - from));
			put32(c + at - 4, (uint32_t)(at - from));
		}
		from = record ? at : 0;
	}
}

/* One chunk of the input: what stands at its front. */
static void
chunk_put(uint8_t *c, struct rd *r)
{
	size_t how = rd_u8(r), n = rd_u16(r), used;
	struct span s;

	n = n < rd_left(r) ? n : rd_left(r);
	s = rd_span(r, n);
	memset(c, 0, CHUNK);
	if (s.p != NULL)
		memcpy(c, s.p, s.n);
	used = (size_t)c[48] | (size_t)c[49] << 8 | (size_t)c[50] << 16;
	used = used < HEADER ? HEADER : used > CHUNK ? CHUNK : used;
	if (how & 1)
		records_repair(c, used);
	if (how & 2)
		sums_repair(c, used);
}

/*
 * The first 128 bytes of the file's header, whose checksum is made to fit;
 * then chunks, each a byte that says what is repaired (1: frames of records,
 * 2: checksums), 16 bits length and its first bytes.
 */
void
fuzz_evtx(const uint8_t *p, size_t n)
{
	enum { FRONT = 4096, MOST = 5 };
	static uint8_t f[FRONT + MOST * CHUNK];
	struct rd r = rd_init((struct span){ p, n });
	struct span head = rd_span(&r, n < 128 ? n : 128);
	size_t k = 0;

	memset(f, 0, FRONT);
	if (head.p != NULL)
		memcpy(f, head.p, head.n);
	put32(f + 124, crc32_update(0, f, 120));
	for (; k < MOST && rd_left(&r) > 0; k++)
		chunk_put(f + FRONT + k * CHUNK, &r);
	fuzz_log(f, FRONT + k * CHUNK);
}

/* Unpacking ends, and gives no more than it may. */
void
fuzz_packed(const uint8_t *p, size_t n)
{
	static uint8_t buf[1 << 16];
	struct arena a = { 0 };
	struct source s, file;
	struct unpack *u;
	struct str name;

	source_memory(&s, (struct span){ p, n });
	(void)unpack_sniff(source_peek(&s));
	u = unpack_open(&a, &s);
	while (unpack_next(u, &file, &name))
		while (source_read(&file, buf, sizeof buf) > 0)
			continue;
	(void)unpack_error(u);
	unpack_close(u);
	arena_free(&a);
}
