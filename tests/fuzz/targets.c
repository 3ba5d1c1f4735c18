/* See fuzz.h. */
#include <stdlib.h>
#include <string.h>
#include "base/crc32.h"
#include "fuzz/fuzz.h"
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

/* A chunk whose records end at used. */
static void
chunk_read(uint8_t *c, size_t used)
{
	memcpy(c, "ElfChnk", 8);
	put32(c + 40, 128);
	put32(c + 48, (uint32_t)used);
	put32(c + 120, 1);
	put32(c + 52, crc32_update(0, c + HEADER, used - HEADER));
	put32(c + 124, crc32_update(crc32_update(0, c, 120), c + 128, 384));
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
