/*
 * Reading the STOP line out of text.  The insertion strings of the events
 * are never translated, and neither is the line in a rendered text, so a
 * search for its shape works in every language.  Lists cut short by hand
 * copying are taken as far as they go: what is missing is unknown, not
 * zero.
 */
#include <string.h>

#include "codes/stop.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What is left to read of a text. */
struct cursor {
	struct str	s;
	size_t		at;
};

static char
peek(const struct cursor *c)
{
	return (char)(c->at < c->s.n ? c->s.p[c->at] : '\0');
}

static void
skip_space(struct cursor *c)
{
	while (c->at < c->s.n && is_space(c->s.p[c->at]))
		c->at++;
}

static bool
take(struct cursor *c, char wanted)
{
	skip_space(c);
	if (c->at == c->s.n || c->s.p[c->at] != wanted)
		return false;
	c->at++;
	return true;
}

/* 0x and 1 to 16 digits. */
static bool
take_hex(struct cursor *c, uint64_t *n)
{
	size_t digits = 0;

	skip_space(c);
	if (c->s.n - c->at < 3 || peek(c) != '0' ||
	    (c->s.p[c->at + 1] | 0x20) != 'x')
		return false;
	c->at += 2;
	*n = 0;
	for (; hex_digit(peek(c)) >= 0; c->at++) {
		if (++digits > 16)
			return false;
		*n = *n << 4 | (uint64_t)hex_digit(peek(c));
	}
	return digits > 0;
}

/* A code is 32 bits wide, printed as it is or sign-extended. */
static bool
take_code(struct cursor *c, uint32_t *code)
{
	uint64_t n;

	if (!take_hex(c, &n))
		return false;
	*code = (uint32_t)n;
	return n >> 32 == 0 || n >> 32 == 0xFFFFFFFFu;
}

static bool
take_stop(struct cursor *c, struct stop *stop)
{
	memset(stop, 0, sizeof *stop);
	if (!take_code(c, &stop->code) || !take(c, '('))
		return false;
	while (stop->np < 4 && take_hex(c, &stop->p[stop->np])) {
		stop->np++;
		if (take(c, ')'))
			return true;
		if (!take(c, ','))
			break;
	}
	skip_space(c);
	return stop->np > 0 && c->at == c->s.n;
}

bool
stop_parse(struct str s, struct stop *stop)
{
	for (size_t at = 0; at + 2 < s.n; at++) {
		struct cursor c = { s, at };

		if (s.p[at] == '0' && (s.p[at + 1] | 0x20) == 'x' &&
		    take_stop(&c, stop))
			return true;
	}
	return false;
}

static bool
build_at(struct str s, size_t at, uint64_t *build)
{
	size_t end = at;

	while (end < s.n && s.p[end] >= '0' && s.p[end] <= '9')
		end++;
	return end < s.n && (s.p[end] == ']' || s.p[end] == ')') &&
	    end - at <= 5 && str_u64(str_sub(s, at, end - at), build);
}

bool
stop_build(struct str s, uint64_t *build)
{
	static const char tag[] = "v15.";

	for (size_t at = str_find(s, tag, 0); at != SIZE_MAX;
	    at = str_find(s, tag, at + 1))
		if (at > 0 && (s.p[at - 1] == '[' || s.p[at - 1] == '(') &&
		    build_at(s, at + sizeof tag - 1, build))
			return true;
	return false;
}

/* X:\ at that place. */
static bool
drive_at(struct str s, size_t at)
{
	return s.n - at > 3 && s.p[at + 1] == ':' && s.p[at + 2] == '\\' &&
	    (s.p[at] | 0x20) >= 'a' && (s.p[at] | 0x20) <= 'z';
}

struct str
stop_dump(struct str s)
{
	size_t from = SIZE_MAX;

	s = str_trim(s);
	if (s.n > 0 && drive_at(s, 0) && str_find(s, "(", 0) == SIZE_MAX)
		return s;
	for (size_t at = 0; at + 3 < s.n; at++) {
		if (from == SIZE_MAX && drive_at(s, at))
			from = at;
		if (from != SIZE_MAX &&
		    str_caseis(str_sub(s, at, 4), ".dmp"))
			return str_sub(s, from, at + 4 - from);
	}
	return str_of(NULL);
}
