/*
 * Pasted text other than data sections: single codes, labels of Event
 * Viewer, the debugger's line, and the making plain of what word
 * processors do to all of them.
 */
#include <inttypes.h>
#include <string.h>

#include "base/utf.h"
#include "codes/paste.h"

/* What stands in for a typographic character; 0: itself. */
static char
plain_char(uint32_t cp)
{
	switch (cp) {
	case 0x00A0: case 0x2007: case 0x202F: case 0x3000:
		return ' ';
	case 0x2018: case 0x2019: case 0x201A: case 0x2032:
		return '\'';
	case 0x201C: case 0x201D: case 0x201E: case 0x2033:
		return '"';
	case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212:
		return '-';
	default:
		return '\0';
	}
}

static bool
is_dropped(uint32_t cp)
{
	return cp == '\r' || cp == 0xFEFF || cp == 0x200B || cp == 0x200E ||
	    cp == 0x200F;
}

struct str
paste_plain(struct arena *a, struct str s)
{
	char *out = arena_array(a, char, s.n + 1);
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t cp = utf_next(s, &at);
		char c = plain_char(cp);

		if (is_dropped(cp))
			continue;
		if (c != '\0') {
			out[n++] = c;
			continue;
		}
		memcpy(out + n, s.p + from, at - from);
		n += at - from;
	}
	return (struct str){ out, n };
}

/* One zero of a run of them struck out: C00000022. */
static bool
nine_digits(struct arena *a, struct str s, uint64_t *v, struct str *why)
{
	size_t at = str_find(s, "00", 0);
	struct str fixed;

	if (s.n != 9 || at == SIZE_MAX)
		return false;
	fixed = arena_fmt(a, "%.*s%.*s", (int)at, s.p, (int)(8 - at),
	    s.p + at + 1);
	*why = arena_fmt(a, "%.*s has nine digits: read as %s", (int)s.n,
	    s.p, fixed.p);
	return str_hex64(fixed, v);
}

size_t
paste_code(struct arena *a, struct str s, uint64_t v[2], struct str *why)
{
	bool prefix = str_casestarts(s, "0x");
	size_t n = 0;
	uint64_t m;

	*why = str_of(NULL);
	if (s.n > 1 && s.p[0] == '-') {
		if (!str_u64(str_sub(s, 1, s.n), &m) || m > UINT32_MAX ||
		    m == 0)
			return 0;
		v[0] = (uint32_t)(0 - m);
		return 1;
	}
	if (prefix)
		s = str_sub(s, 2, s.n);
	else if (s.n > 1 && (s.p[s.n - 1] | 0x20) == 'h') {
		s = str_sub(s, 0, s.n - 1);
		prefix = true;
	}
	if (!str_hex64(s, &m))
		return !prefix && str_u64(s, &v[0]);
	if (s.n == 9 && (prefix || !str_u64(s, &v[1])) &&
	    nine_digits(a, s, &m, why)) {
		v[0] = m;
		return 1;
	}
	if (prefix || !str_u64(s, &v[1])) {
		v[0] = m;
		return 1;
	}
	/* Digits only: eight of them are a code, fewer are a number. */
	v[n++] = s.n == 8 ? m : v[1];
	if (s.n == 8)
		return 2;
	if (m != v[0] && s.n < 8)
		v[n++] = m;
	return n;
}

struct str
paste_label(struct str s, const char *label)
{
	size_t at = 0, n = strlen(label);

	for (; at < s.n; at++) {
		struct str line = str_sub(s, at, s.n - at);
		size_t end = str_find(line, "\n", 0);

		line = str_sub(line, 0, end);
		at += line.n;
		line = str_trim(line);
		if (str_casestarts(line, label))
			return str_trim(str_sub(line, n, line.n));
	}
	return str_of(NULL);
}

struct str
paste_stop(struct arena *a, struct str s)
{
	size_t at = str_find(s, "BugCheck ", 0), open, close;
	struct str line, list;
	uint64_t v;

	if (at == SIZE_MAX)
		return s;
	open = str_find(s, "{", at);
	close = str_find(s, "}", at);
	if (open == SIZE_MAX || close == SIZE_MAX || close < open)
		return s;
	at += strlen("BugCheck ");
	list = str_sub(s, at, open - at);
	while (list.n > 0 && (list.p[list.n - 1] == ' ' ||
	    list.p[list.n - 1] == ','))
		list.n--;
	if (!str_hex64(list, &v))
		return s;
	line = arena_fmt(a, "0x%08" PRIX64 " (", v);
	for (size_t from = open + 1; from < close;) {
		size_t to = str_find(s, ",", from);

		to = to == SIZE_MAX || to > close ? close : to;
		if (!str_hex64(str_trim(str_sub(s, from, to - from)), &v))
			return s;
		line = arena_fmt(a, "%s%s0x%08" PRIX64, line.p,
		    from == open + 1 ? "" : ", ", v);
		from = to + 1;
	}
	return arena_fmt(a, "%s)", line.p);
}
