/*
 * Making events by hand and asking for the facts in them: shared by the
 * tests of the decoders.
 */
#ifndef EVTRIAGE_TESTS_DECODE_EVENTS_H
#define EVTRIAGE_TESTS_DECODE_EVENTS_H

#include "unit.h"
#include "base/clock.h"
#include "codes/decode.h"

static struct arena mem;
static struct facts facts;

static inline int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

/* Words as Event Viewer prints them, or bytes, by the length of a group. */
static inline struct span
dump(const char *text)
{
	uint8_t *p = arena_alloc(&mem, strlen(text) / 2 + 1);
	size_t n = 0;

	while (*text != '\0') {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");
		uint64_t v;

		assert_true(str_hex64((struct str){ text, digits }, &v));
		for (size_t i = 0; i < digits / 2; i++)
			p[n++] = (uint8_t)(v >> 8 * i);
		text += digits;
		text += strspn(text, " ");
	}
	return (struct span){ p, n };
}

static inline struct event
event(const char *provider, uint16_t id)
{
	struct event e = { .provider = str_of(provider), .id = id,
	    .qualifiers = EVENT_ABSENT, .time = CLOCK_UNIX_EPOCH };

	return e;
}

static inline void
decode(const struct event *e)
{
	decode_event(&mem, e, &facts);
}

static inline void
decode_data(const char *provider, uint16_t id, const char *data)
{
	struct event e = event(provider, id);

	e.has_binary = true;
	e.binary = dump(data);
	decode(&e);
}

/* Strings "a|b|c"; with names, "name=a|name=b". */
static inline struct event
event_strings(const char *provider, uint16_t id, const char *strings)
{
	struct event e = event(provider, id);
	struct field *f = arena_array(&mem, struct field, 16);

	for (size_t n; *strings != '\0'; strings += n) {
		struct str s = { strings, strcspn(strings, "|") };
		size_t eq = str_find(s, "=", 0);

		n = s.n + (strings[s.n] == '|');
		if (eq != SIZE_MAX) {
			f[e.nfields].name = str_sub(s, 0, eq);
			s = str_sub(s, eq + 1, s.n);
		}
		f[e.nfields].text = s;
		f[e.nfields].type = VALUE_TEXT;
		f[e.nfields++].part = PART_DATA;
	}
	e.fields = f;
	return e;
}

static inline void
decode_strings(const char *provider, uint16_t id, const char *strings)
{
	struct event e = event_strings(provider, id, strings);

	decode(&e);
}

static inline const struct fact *
fact(const char *name)
{
	const struct fact *f = fact_find(&facts, name);

	if (f == NULL)
		print_error("no fact %s\n", name);
	assert_non_null(f);
	return f;
}

static inline uint64_t
number(const char *name)
{
	return fact(name)->number;
}

static inline const char *
symbol(const char *name)
{
	const char *s = fact(name)->symbol;

	return s == NULL ? "(none)" : s;
}

static inline void
assert_text(const char *name, const char *text)
{
	assert_int_equal(fact(name)->type, FACT_TEXT);
	assert_string_equal(arena_cstr(&mem, fact(name)->text), text);
}

static inline bool
has(const char *prefix)
{
	for (size_t i = 0; i < facts.n; i++)
		if (strncmp(facts.v[i].name, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

#endif
