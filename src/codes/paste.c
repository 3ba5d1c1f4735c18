/*
 * Pasted data sections, line by line: an offset perhaps, then groups of
 * two or eight hexadecimal digits, then perhaps a column of characters.
 *
 * Where the groups end is told by the first that is no group, by a gap
 * wider than the one between the groups, and by the distance to the next
 * offset: characters can look like hexadecimal digits.  Misprints that
 * articles show: a zero too many or too few in a word, letter O for the
 * digit, letter l for 1, offsets that count something else.
 */
#include <string.h>

#include "codes/paste.h"

struct lines {
	struct arena	*a;
	struct paste	*p;
	uint8_t		*out;
	size_t		 n, cap;	/* bytes so far */
	size_t		 groups;
	unsigned	 width;		/* 2 or 8; 0 not known yet */
	bool		 offsets;	/* some line had one */
	bool		 first;
	bool		 gap;		/* lines were left out: no more */
};

/* A line taken apart. */
struct row {
	bool		has_offset;
	size_t		offset;
	struct str	rest;
};

static void
remark(struct lines *l, struct str s)
{
	if (l->p->nremarks < PASTE_REMARKS)
		l->p->remarks[l->p->nremarks++] = s;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Digits of s, letters that are misread as digits put right. */
static bool
digits(struct str s, char *buf, size_t size, bool *fixed)
{
	*fixed = false;
	if (s.n == 0 || s.n >= size)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		buf[i] = s.p[i];
		if (s.p[i] == 'O' || s.p[i] == 'o')
			buf[i] = '0';
		else if (s.p[i] == 'l' || s.p[i] == 'I')
			buf[i] = '1';
		else if (!is_hex(s.p[i]))
			return false;
		*fixed = *fixed || buf[i] != s.p[i];
	}
	buf[s.n] = '\0';
	return true;
}

/* The longest run of zeros in buf; its length. */
static size_t
zeros(const char *buf, size_t *at)
{
	size_t best = 0;

	for (size_t i = 0; buf[i] != '\0';) {
		size_t run = strspn(buf + i, "0");

		if (run > best) {
			best = run;
			*at = i;
		}
		i += run > 0 ? run : 1;
	}
	return best;
}

/* A word of 8 digits, or of 7 or 9 with a run of zeros that explains it. */
static bool
word(struct arena *a, struct str s, uint64_t *v, struct str *why)
{
	char buf[24];
	size_t at = 0, run;
	bool fixed;

	*why = str_of(NULL);
	if (!digits(s, buf, sizeof buf, &fixed) || s.n < 7 || s.n > 9)
		return false;
	run = zeros(buf, &at);
	if (s.n == 9 && run >= 2)
		memmove(buf + at, buf + at + 1, strlen(buf + at));
	else if (s.n == 7 && run >= 2) {
		memmove(buf + at + 1, buf + at, strlen(buf + at) + 1);
		buf[at] = '0';
	} else if (s.n != 8)
		return false;
	if (fixed || s.n != 8)
		*why = arena_fmt(a, "\"%.*s\" is no word of eight hexadecimal "
		    "digits: read as %s", (int)s.n, s.p, buf);
	return str_hex64(str_of(buf), v);
}

/* "0010:" or "Data: 0010:"; words before the offset are passed over. */
static struct row
row_of(struct str line)
{
	struct row r = { .rest = str_trim(line) };
	size_t colon = 0;

	while ((colon = str_find(line, ":", colon)) != SIZE_MAX) {
		size_t from = colon;
		uint64_t v;

		while (from > 0 && is_hex(line.p[from - 1]))
			from--;
		if (colon - from >= 3 && colon - from <= 8 &&
		    (from == 0 || is_space(line.p[from - 1])) &&
		    str_hex64(str_sub(line, from, colon - from), &v) &&
		    v <= UINT16_MAX) {
			r.has_offset = true;
			r.offset = (size_t)v;
			r.rest = str_sub(line, colon + 1, line.n);
			return r;
		}
		colon++;
	}
	return r;
}

static struct str
token(struct str s, size_t *at, size_t *gap)
{
	size_t from = *at;

	while (from < s.n && is_space(s.p[from]))
		from++;
	*gap = from - *at;
	for (*at = from; *at < s.n && !is_space(s.p[*at]);)
		(*at)++;
	return str_sub(s, from, *at - from);
}

static bool
group(struct lines *l, struct str t, unsigned width, uint64_t *v,
    struct str *why)
{
	char buf[4];
	bool fixed;

	*why = str_of(NULL);
	if (width == 8)
		return word(l->a, t, v, why);
	return t.n == 2 && digits(t, buf, sizeof buf, &fixed) && !fixed &&
	    str_hex64(t, v);
}

/* Groups at the beginning of s, at most limit; 0 when it is other text. */
static size_t
groups_of(struct lines *l, struct str s, unsigned width, size_t limit,
    uint64_t *v, struct str *whys)
{
	size_t at = 0, n = 0, gap, usual = 0;

	while (n < limit) {
		struct str t = token(s, &at, &gap);

		if (t.n == 0 || !group(l, t, width, &v[n], &whys[n]))
			break;
		if (n == 1)
			usual = gap;
		if (n > 1 && gap > usual + 1)
			break;
		n++;
	}
	return n;
}

static void
put(struct lines *l, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		l->out = arena_grow(l->a, l->out, l->n, &l->cap, 1);
		l->out[l->n++] = (uint8_t)(v >> 8 * i);
	}
}

/* Offsets tell what is missing; those that step otherwise than the data
 * does are a misprint of all of them. */
static bool
place(struct lines *l, const struct row *r)
{
	size_t here = l->p->base + l->n;

	if (!r->has_offset)
		return true;
	if (l->first)
		l->p->base = r->offset;
	else if (r->offset > here) {
		remark(l, arena_fmt(l->a, "what stands from %04zx to %04zx "
		    "is missing: nothing behind it was read", here,
		    r->offset - 1));
		l->gap = true;
		return false;
	} else if (r->offset < here)
		remark(l, arena_fmt(l->a, "offset %04zx stands where %04zx "
		    "belongs: the order of the lines was followed",
		    r->offset, here));
	return true;
}

/* Digits of a run that can be no code. */
enum { ROW_GROUPS = 2048, RUN_LEAST = 16 };

/* How many groups this row can hold if the next one begins where it
 * says. */
static size_t
row_limit(const struct row *r, const struct row *next, unsigned width)
{
	size_t step;

	if (!r->has_offset)
		return ROW_GROUPS;
	if (!next->has_offset || next->offset <= r->offset)
		return width == 8 ? 4 : 16;
	step = (next->offset - r->offset) / (width / 2);
	return step >= 4 || (width == 2 && step >= 1) ? step : 4;
}

static void
row_take(struct lines *l, const struct row *r, const struct row *next)
{
	uint64_t v[ROW_GROUPS];
	struct str whys[ROW_GROUPS];
	unsigned width = l->width;
	size_t n = 0;

	for (unsigned w = 2; n == 0 && w <= 8; w += 6) {
		if (l->width != 0 && l->width != w)
			continue;
		width = w;
		n = groups_of(l, r->rest, w, row_limit(r, next, w), v, whys);
	}
	if (n == ROW_GROUPS)
		remark(l, arena_fmt(l->a, "more than %d groups in one line: "
		    "those behind were not read", ROW_GROUPS));
	if (n == 0 || (!r->has_offset && l->offsets) || l->gap ||
	    !place(l, r))
		return;
	l->width = width;
	l->first = false;
	l->offsets = l->offsets || r->has_offset;
	for (size_t i = 0; i < n; i++) {
		put(l, v[i], width / 2);
		if (whys[i].n > 0)
			remark(l, whys[i]);
	}
	l->groups += n;
}

static struct str
line_at(struct str s, size_t at)
{
	size_t end = str_find(s, "\n", at);

	return str_sub(s, at, (end == SIZE_MAX ? s.n : end) - at);
}

/* <Binary>0000...</Binary>, or the digits alone. */
static bool
run_take(struct lines *l, struct str s)
{
	size_t from = str_find(s, "<Binary>", 0), n = 0;
	size_t to = str_find(s, "</Binary>", 0);
	bool element = from != SIZE_MAX && to != SIZE_MAX && to > from;
	unsigned half = 0;

	if (element)
		s = str_sub(s, from + 8, to - from - 8);
	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		if (is_hex(s.p[i]))
			n++;
		else if (!element || (s.p[i] != '\n' && !is_space(s.p[i])))
			return false;
	}
	if (n % 2 != 0 || (!element && n < RUN_LEAST))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t v;

		if (!is_hex(s.p[i]) || !str_hex64(str_sub(s, i, 1), &v))
			continue;
		if (half++ % 2 == 0)
			put(l, v << 4, 1);
		else
			l->out[l->n - 1] |= (uint8_t)v;
	}
	return l->n > 0;
}

/* Offsets begin a line, also where a shell made one line of several. */
static struct str
split(struct arena *a, struct str s)
{
	char *out = arena_array(a, char, s.n + 1);

	if (s.n > 0)
		memcpy(out, s.p, s.n);
	for (size_t i = 1; i + 5 < s.n; i++)
		if (is_space(s.p[i - 1]) && is_hex(s.p[i]) &&
		    is_hex(s.p[i + 1]) && is_hex(s.p[i + 2]) &&
		    is_hex(s.p[i + 3]) && s.p[i + 4] == ':' &&
		    is_space(s.p[i + 5]))
			out[i - 1] = '\n';
	return (struct str){ out, s.n };
}

bool
paste_data(struct arena *a, struct str s, size_t least, struct paste *p)
{
	struct lines l = { .a = a, .p = p, .first = true };
	bool run;

	memset(p, 0, sizeof *p);
	run = run_take(&l, s);
	s = split(a, s);
	for (size_t at = 0; !run && at < s.n;) {
		struct str line = line_at(s, at);
		struct row r = row_of(line), next = { .has_offset = false };

		at += line.n + 1;
		if (at < s.n)
			next = row_of(line_at(s, at));
		row_take(&l, &r, &next);
	}
	p->bytes = (struct span){ l.out, l.n };
	p->words = l.width == 8;
	if (p->base != 0)
		remark(&l, arena_fmt(a, "the data begins at offset %04zx: "
		    "what stands before it was not given", p->base));
	return l.n > 0 && (run || l.offsets || l.groups >= least);
}
