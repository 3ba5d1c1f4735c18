/*
 * The template library.  A chunk header has 32 chains of the definitions
 * in the chunk (offset 384; next pointer, GUID, size).  An instance names
 * its definition by the first four bytes of the GUID: where two GUIDs of a
 * file share these, neither is used.
 */
#include <string.h>
#include "base/caps.h"
#include "log/evtx.h"

enum { SLOTS = 4096, BUCKETS_AT = 384, BUCKETS = 32, CHAIN_MOST = 512 };

struct known {
	uint32_t	 id;		/* 0: free */
	uint8_t		 guid[16];
	bool		 ambiguous;
	uint32_t	 offset;	/* of the definition in its chunk */
	struct chunk	*chunk;
};

struct library {
	struct arena	*a;
	struct known	 known[SLOTS];
	size_t		 n, nchunks;
};

struct library *
library_new(struct arena *a)
{
	struct library *lib = arena_new(a, struct library);

	lib->a = a;
	return lib;
}

static struct known *
slot_of(struct library *lib, uint32_t id)
{
	size_t i = (id * UINT32_C(0x9E3779B1)) % SLOTS;

	while (lib->known[i].id != 0 && lib->known[i].id != id)
		i = (i + 1) % SLOTS;
	return &lib->known[i];
}

/* A copy of the chunk, made when its first new template is met. */
static struct chunk *
chunk_keep(struct library *lib, struct span bytes)
{
	struct chunk *c = arena_new(lib->a, struct chunk);

	lib->nchunks++;
	c->bytes = arena_span(lib->a, bytes);
	c->names_arena = lib->a;
	c->strict = true;
	return c;
}

/* One definition; *kept is the copy of its chunk, if there is one. */
static void
definition_learn(struct library *lib, struct span bytes, uint32_t offset,
    struct chunk **kept)
{
	struct rd r = rd_at(bytes, (size_t)offset + 4);
	struct span guid = rd_span(&r, 16);
	size_t size = rd_u32(&r);
	struct known *k;

	if (!rd_ok(&r) || size > rd_left(&r) || le32(guid.p) == 0)
		return;
	k = slot_of(lib, le32(guid.p));
	if (k->id != 0) {
		if (memcmp(k->guid, guid.p, sizeof k->guid) != 0)
			k->ambiguous = true;
		return;
	}
	if (lib->n == SLOTS / 2 || (*kept == NULL &&
	    lib->nchunks == CAP_LIBRARY))
		return;
	if (*kept == NULL)
		*kept = chunk_keep(lib, bytes);
	lib->n++;
	k->id = le32(guid.p);
	memcpy(k->guid, guid.p, sizeof k->guid);
	k->offset = offset;
	k->chunk = *kept;
}

void
library_learn(struct library *lib, struct span bytes)
{
	struct chunk *kept = NULL;
	unsigned steps = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		struct rd r = rd_at(bytes, BUCKETS_AT + 4 * i);
		uint32_t at = rd_u32(&r);

		while (rd_ok(&r) && at >= EVTX_CHUNK_HEADER &&
		    steps++ < CHAIN_MOST) {
			definition_learn(lib, bytes, at, &kept);
			r = rd_at(bytes, at);
			at = rd_u32(&r);
		}
	}
}

void
library_read(struct library *lib, struct source *s)
{
	struct arena a = { 0 };
	uint8_t *buf = arena_alloc(&a, EVTX_UNIT), *hit;
	uint64_t at = 0;
	size_t n;

	while ((n = source_at(s, at, buf, EVTX_UNIT)) > 8) {
		if (n == EVTX_UNIT && evtx_is_chunk((struct span){ buf, n })) {
			library_learn(lib, (struct span){ buf, n });
			at += n;
			continue;
		}
		hit = memmem(buf + 1, n - 1, "ElfChnk", 8);
		at += hit == NULL ? n - 7 : (size_t)(hit - buf);
		if (hit == NULL && span_zero((struct span){ buf, n }))
			at += source_hole(s, at);
	}
	arena_free(&a);
}

struct chunk *
library_find(struct library *lib, uint32_t id, uint32_t *offset)
{
	const struct known *k = lib == NULL ? NULL : slot_of(lib, id);

	if (k == NULL || k->id != id || id == 0 || k->ambiguous)
		return NULL;
	*offset = k->offset;
	return k->chunk;
}
