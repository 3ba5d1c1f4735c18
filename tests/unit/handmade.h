/*
 * BinXML made by hand, as no writer would make it: a chunk with a good
 * record, the hostile one and a good one.
 */
#ifndef EVTRIAGE_TESTS_HANDMADE_H
#define EVTRIAGE_TESTS_HANDMADE_H

#include "fixture/bytes.h"
#include "told.h"

/* Names and definitions lie where no records are. */
enum { NAMES = 60000, NAME_ROOM = 64, DEFINITIONS = 40000, CHUNK = 65536 };
enum { EVENT, SYSTEM, PROVIDER, NAME, EVENT_ID, EVENT_DATA, DATA };

static const char *const names[] = { "Event", "System", "Provider", "Name",
    "EventID", "EventData", "Data" };

static uint8_t *chunk;
static size_t record_end;
static struct bytes x;			/* BinXML being written */

static inline void
put32(size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		chunk[at + (size_t)i] = (uint8_t)(v >> 8 * i);
}

static inline void
name_reference(unsigned name)
{
	bytes_u32(&x, NAMES + NAME_ROOM * name);
}

static inline void
fragment(void)
{
	x = (struct bytes){ .a = &mem };
	bytes_u32(&x, 0x0001010F);
}

/* Literal elements have no dependency, those of a template do. */
static inline void
open_at(uint32_t name_offset, bool attrs, bool in_template)
{
	bytes_u8(&x, attrs ? 0x41 : 0x01);
	if (in_template)
		bytes_u16(&x, 0xFFFF);
	bytes_u32(&x, 0);
	bytes_u32(&x, name_offset);
	if (attrs)
		bytes_u32(&x, 0);
}

static inline void
start(unsigned name, bool in_template)
{
	open_at(NAMES + NAME_ROOM * name, false, in_template);
	bytes_u8(&x, 0x02);
}

static inline void
end(void)
{
	bytes_u8(&x, 0x04);
}

static inline void
text(const char *s)
{
	bytes_u8(&x, 0x05);
	bytes_u8(&x, 0x01);
	bytes_u16(&x, (unsigned)strlen(s));
	bytes_utf16(&x, str_of(s), false);
}

/* <Event><System>...</System>, the rest is the caller's. */
static inline void
head(bool in_template)
{
	start(EVENT, in_template);
	start(SYSTEM, in_template);
	open_at(NAMES + NAME_ROOM * PROVIDER, true, in_template);
	bytes_u8(&x, 0x06);
	name_reference(NAME);
	text("Srv");
	bytes_u8(&x, 0x03);
	start(EVENT_ID, in_template);
	text("2020");
	end();
	end();
}

static inline void
hole(unsigned index, unsigned type)
{
	bytes_u8(&x, 0x0D);
	bytes_u16(&x, index);
	bytes_u8(&x, type);
}

static inline void
instance(uint32_t id, uint32_t offset, uint32_t values)
{
	bytes_u8(&x, 0x0C);
	bytes_u8(&x, 1);
	bytes_u32(&x, id);
	bytes_u32(&x, offset);
	bytes_u32(&x, values);
}

/* What was written becomes definition id. */
static inline uint32_t
definition(uint32_t id)
{
	uint32_t at = DEFINITIONS + 4096 * id;

	bytes_u8(&x, 0);
	assert_true(x.n + 24 <= 4096);
	put32(at + 4, id);
	put32(at + 20, (uint32_t)x.n);
	memcpy(chunk + at + 24, x.p, x.n);
	return at;
}

static inline void
record(void)
{
	size_t size, at = record_end;

	bytes_u8(&x, 0);
	size = (24 + x.n + 4 + 7) / 8 * 8;
	assert_true(at + size <= DEFINITIONS);
	memcpy(chunk + at, "**\0\0", 4);
	put32(at + 4, (uint32_t)size);
	put32(at + 8, le32(chunk + 32) + 1);
	memcpy(chunk + at + 24, x.p, x.n);
	put32(at + size - 4, (uint32_t)size);
	record_end = at + size;
	put32(32, le32(chunk + 32) + 1);
	put32(48, (uint32_t)record_end);
}

static inline void
good(void)
{
	fragment();
	head(false);
	end();
	record();
}

static inline void
name_put(uint32_t at, struct str name)
{
	struct bytes b = { .a = &mem };
	uint32_t hash = 0;

	for (size_t i = 0; i < name.n; i++)
		hash = hash * 65599 + (uint8_t)name.p[i];
	bytes_u32(&b, at);		/* next: itself */
	bytes_u16(&b, hash & 0xFFFF);
	bytes_u16(&b, (unsigned)name.n);
	bytes_utf16(&b, name, true);
	memcpy(chunk + at, b.p, b.n);
}

static inline void
begin(void)
{
	chunk = arena_alloc(&mem, CHUNK);
	record_end = 512;
	memcpy(chunk, "ElfChnk", 8);
	put32(24, 1);
	put32(120, 4);			/* no checksums */
	for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
		name_put(NAMES + NAME_ROOM * i, str_of(names[i]));
	}
	good();
}

static inline struct reading
finish(void)
{
	record();
	good();
	return read_bytes((struct span){ chunk, CHUNK });
}

static inline void
assert_costs_itself(const char *why)
{
	struct reading r = finish();

	assert_told(&r, "3 live, 1 undecodable, 1 valid, 65536 of records, "
	    "1 told, 1 lost, 3 exit");
	assert_true(r.whole[0] && r.whole[2]);
	assert_int_equal(r.events[2].id, 2020);
	assert_false(r.whole[1]);
	assert_problem(&r.problems, why);
	assert_true(mem.total < 64u << 20);
}

/* The chain of names of one hash runs in a circle; nobody follows it. */

#endif
