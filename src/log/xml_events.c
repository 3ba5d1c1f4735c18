/*
 * Logs as XML: what Event Viewer saves (<Events> around all), what
 * wevtutil prints (bare <Event> elements one after another, perhaps as
 * UTF-16 when a shell redirected it), a single event.
 *
 * The text is cut into <Event>...</Event> pieces, and each is parsed by
 * itself: memory stays small, and a piece that is damaged costs itself.
 * Characters that XML forbids, which event text may hold, are replaced.
 */
#include <inttypes.h>
#include <string.h>
#include "base/caps.h"
#include "base/utf.h"
#include "log/build.h"

enum encoding { ENC_UTF8, ENC_UTF16LE, ENC_UTF16BE };
enum { STEP = 65536 };

struct xml_log {
	enum encoding	 encoding;
	struct arena	 window_arena[2];	/* window and its successor */
	int		 turn;
	uint8_t		*window;	/* UTF-8 text not yet used up */
	size_t		 n, cap, at;
	uint64_t	 consumed;	/* bytes of text before the window */
	uint64_t	 scale;		/* file bytes a byte of text (UTF-16) */
	uint64_t	 number;	/* of events returned */
	bool		 ended;
	uint8_t		 odd;		/* half of a UTF-16 unit */
	bool		 has_odd;
	uint32_t	 high;		/* surrogate waiting for its half */
	struct arena	 tree;		/* the current event */
	const struct xml_node *root;
	bool		 lossy;
};

static enum encoding
encoding_of(struct span s)
{
	if (s.n >= 2 && ((s.p[0] == 0xFF && s.p[1] == 0xFE) ||
	    (s.p[0] == '<' && s.p[1] == 0)))
		return ENC_UTF16LE;
	if (s.n >= 2 && ((s.p[0] == 0xFE && s.p[1] == 0xFF) ||
	    (s.p[0] == 0 && s.p[1] == '<')))
		return ENC_UTF16BE;
	return ENC_UTF8;
}

/* The ASCII of the head of a file, whatever its encoding; what is no ASCII
 * is left out. */
static struct str
head_text(struct span first, char *buf, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < first.n && n < cap; i++)
		if (first.p[i] != 0 && first.p[i] < 0x80)
			buf[n++] = (char)first.p[i];
	return (struct str){ buf, n };
}

static bool
is_tag(struct str s, size_t at, const char *name)
{
	size_t n = strlen(name);
	char behind;

	if (s.n < at || s.n - at <= n || memcmp(s.p + at, name, n) != 0)
		return false;
	behind = s.p[at + n];
	return behind == '>' || behind == '/' || behind == ' ' ||
	    (behind >= '\t' && behind <= '\r');
}

static bool
xml_sniff(struct span first)
{
	char buf[2048];
	struct str s = str_trim(head_text(first, buf, sizeof buf));
	size_t end;

	if (str_starts(s, "<?xml")) {
		end = str_find(s, "?>", 0);
		s = end == SIZE_MAX ? s : str_trim(str_sub(s, end + 2, s.n));
	}
	while (str_starts(s, "<!--")) {
		end = str_find(s, "-->", 0);
		if (end == SIZE_MAX)
			return false;
		s = str_trim(str_sub(s, end + 3, s.n));
	}
	return is_tag(s, 0, "<Events") || is_tag(s, 0, "<Event");
}

static void *
xml_open(struct log *l)
{
	struct xml_log *x = arena_new(l->arena, struct xml_log);

	x->encoding = encoding_of(source_peek(l->source));
	x->scale = x->encoding == ENC_UTF8 ? 1 : 2;
	return x;
}

/* May this character stand in XML 1.0? */
static bool
xml_char(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' ||
	    (cp >= 0x20 && cp < 0xD800) || (cp >= 0xE000 && cp < 0xFFFE) ||
	    (cp >= 0x10000 && cp <= 0x10FFFF);
}

static void
window_put(struct xml_log *x, uint32_t cp)
{
	x->n += utf_encode(cp, (char *)x->window + x->n);
}

/* One UTF-16 unit; pairs are joined across reads. */
static void
unit_put(struct xml_log *x, uint32_t unit)
{
	if (x->high != 0) {
		uint32_t high = x->high;

		x->high = 0;
		if ((unit & 0xFC00) == 0xDC00) {
			window_put(x, 0x10000 + ((high - 0xD800) << 10) +
			    (unit - 0xDC00));
			return;
		}
		window_put(x, 0xFFFD);
		x->lossy = true;
	}
	if ((unit & 0xFC00) == 0xD800) {
		x->high = unit;
		return;
	}
	if ((unit & 0xFC00) == 0xDC00)
		x->lossy = true;
	window_put(x, (unit & 0xFC00) == 0xDC00 ? 0xFFFD : unit);
}

static void
units_put(struct xml_log *x, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!x->has_odd) {
			x->odd = p[i];
			x->has_odd = true;
			continue;
		}
		x->has_odd = false;
		unit_put(x, x->encoding == ENC_UTF16LE ?
		    (uint32_t)(x->odd | p[i] << 8) :
		    (uint32_t)(x->odd << 8 | p[i]));
	}
}

/* Makes room for more bytes behind the window: moves what is left of it to
 * the front of a fresh block when the old one is full. */
static void
window_room(struct xml_log *x, size_t more)
{
	size_t left = x->n - x->at, cap;
	uint8_t *p;

	if (x->cap - x->n >= more)
		return;
	cap = 2 * (left + more);
	x->turn = !x->turn;
	arena_reset(&x->window_arena[x->turn]);
	p = arena_alloc(&x->window_arena[x->turn], cap);
	if (left > 0)
		memcpy(p, x->window + x->at, left);
	x->consumed += x->at;
	x->window = p;
	x->cap = cap;
	x->n = left;
	x->at = 0;
}

static bool
window_more(struct log *l, struct xml_log *x)
{
	uint8_t buf[STEP];
	size_t got;

	if (x->ended)
		return false;
	got = source_read(l->source, buf, sizeof buf);
	if (got < sizeof buf)
		x->ended = true;
	window_room(x, 2 * sizeof buf + 4);
	if (x->encoding == ENC_UTF8) {
		memcpy(x->window + x->n, buf, got);
		x->n += got;
	} else {
		units_put(x, buf, got);
	}
	return got > 0;
}

static struct str
window_text(const struct xml_log *x)
{
	if (x->window == NULL)
		return str_of("");
	return (struct str){ (const char *)x->window + x->at, x->n - x->at };
}

static uint64_t
file_offset(const struct xml_log *x)
{
	return (x->consumed + x->at) * x->scale;
}

/* Comments, CDATA and processing instructions hold no tags.  The offset
 * behind the one at s[i], i itself when there is none, SIZE_MAX when it
 * does not end. */
static size_t
opaque_end(struct str s, size_t i)
{
	static const struct { const char *open, *close; } kinds[] = {
		{ "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" },
	};
	struct str here = str_sub(s, i, s.n);

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		size_t end;

		if (!str_starts(here, kinds[k].open))
			continue;
		end = str_find(s, kinds[k].close, i + strlen(kinds[k].open));
		return end == SIZE_MAX ? SIZE_MAX :
		    end + strlen(kinds[k].close);
	}
	return i;
}

/* Offset of the next "<Event" tag in s, SIZE_MAX when there is none. */
static size_t
event_begin(struct str s)
{
	size_t i = 0, end;

	while ((i = str_find(s, "<", i)) != SIZE_MAX) {
		if (is_tag(s, i, "<Event"))
			return i;
		end = opaque_end(s, i);
		if (end == SIZE_MAX)
			return SIZE_MAX;
		i = end == i ? i + 1 : end;
	}
	return SIZE_MAX;
}

/* Length of the event that begins s; SIZE_MAX when its end is not there.
 * An "<Event" inside means that this one was cut off: *broken is set and
 * the length goes up to there. */
static size_t
event_length(struct str s, bool *broken)
{
	size_t i = 1, end;

	while ((i = str_find(s, "<", i)) != SIZE_MAX) {
		if (str_starts(str_sub(s, i, 8), "</Event>"))
			return i + 8;
		if (is_tag(s, i, "<Event")) {
			*broken = true;
			return i;
		}
		end = opaque_end(s, i);
		if (end == SIZE_MAX)
			return SIZE_MAX;
		i = end == i ? i + 1 : end;
	}
	return SIZE_MAX;
}

/* Zeros at the end of the window may be the begin of a hole, which has no
 * tag in it. */
static void
hole_pass(struct log *l, struct xml_log *x)
{
	struct str s = window_text(x);

	if (s.n > 0 && span_zero((struct span){ (const uint8_t *)s.p, s.n }))
		x->consumed += source_skip_hole(l->source, STEP) / x->scale;
}

/* Finds the next piece and leaves the window at its begin; its length, or
 * 0 at the end of the log. */
static size_t
piece_next(struct log *l, struct xml_log *x, bool *broken)
{
	for (;;) {
		struct str s = window_text(x);
		size_t begin = event_begin(s), n;

		if (begin == SIZE_MAX) {
			/* Keep what may be the head of a tag. */
			x->at = x->n - (s.n < 64 ? s.n : 64);
			hole_pass(l, x);
			if (!window_more(l, x))
				return 0;
			continue;
		}
		x->at += begin;
		n = event_length(window_text(x), broken);
		if (n != SIZE_MAX)
			return n;
		if (x->n - x->at > CAP_XML_EVENT) {
			problem_add(l->problems, GRADE_RECORD, file_offset(x),
			    "an event is longer than %u bytes and was skipped",
			    CAP_XML_EVENT);
			x->at += 6;
		} else if (!window_more(l, x)) {
			*broken = true;
			return x->n - x->at;
		}
	}
}

/* "&#1;" and the like: a reference to a character that XML forbids makes
 * the parser refuse the piece.  Its length, or 0. */
static size_t
bad_reference(struct str s, size_t i)
{
	uint64_t cp = 0;
	size_t end = str_find(str_sub(s, 0, i + 12), ";", i);
	struct str digits;

	if (s.n - i < 4 || s.p[i] != '&' || s.p[i + 1] != '#' ||
	    end == SIZE_MAX)
		return 0;
	digits = str_sub(s, i + 2, end - i - 2);
	if (digits.n > 1 && (digits.p[0] == 'x' || digits.p[0] == 'X')) {
		if (!str_hex64(str_sub(digits, 1, digits.n), &cp))
			return 0;
	} else if (!str_u64(digits, &cp)) {
		return 0;
	}
	return cp <= 0x10FFFF && xml_char((uint32_t)cp) ? 0 : end - i + 1;
}

struct span
xml_clean(struct arena *a, struct str s, bool *lossy)
{
	char *p = arena_alloc(a, 3 * s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t from = i, skip = s.p[i] == '&' ? bad_reference(s, i) : 0;
		uint32_t cp;

		if (skip > 0) {
			i += skip;
			cp = 0;
		} else {
			cp = utf_next(s, &i);
		}
		if (xml_char(cp)) {
			memcpy(p + n, s.p + from, i - from);
			n += i - from;
		} else {
			*lossy = true;
			n += utf_encode(0xFFFD, p + n);
		}
	}
	return (struct span){ (const uint8_t *)p, n };
}

/* Parses a piece; false (and a problem) when it is no event. */
static bool
piece_parse(struct log *l, struct xml_log *x, size_t n, bool broken)
{
	struct xml_error err = { 0, str_of("") };
	struct str s = str_sub(window_text(x), 0, n);

	arena_reset(&x->tree);
	x->root = NULL;
	if (!broken)
		x->root = xml_parse(&x->tree, xml_clean(&x->tree, s,
		    &x->lossy), NULL, &err);
	else
		err.message = str_of("the event is cut off");
	if (x->root != NULL)
		return true;
	l->tally.torn++;
	l->tally.bytes_bad += n * x->scale;
	problem_add(l->problems, GRADE_RECORD, file_offset(x),
	    "an event cannot be read: %.*s", (int)err.message.n,
	    err.message.p);
	return false;
}

static uint64_t
record_number(const struct xml_node *root)
{
	const struct xml_node *system = xml_child(root, "System");
	const struct xml_node *n = system == NULL ? NULL :
	    xml_child(system, "EventRecordID");
	uint64_t id = 0;

	return n != NULL && str_u64(str_trim(n->text), &id) ? id : 0;
}

static enum log_step
xml_next_event(struct log *l, struct record *r)
{
	struct xml_log *x = l->state;

	for (;;) {
		bool broken = false, good;
		size_t n;

		x->lossy = false;
		n = piece_next(l, x, &broken);
		if (n == 0)
			break;
		good = piece_parse(l, x, n, broken);
		*r = (struct record){ .offset = file_offset(x),
		    .size = (uint32_t)(n * x->scale), .state = RECORD_LIVE };
		x->at += n;
		if (!good)
			continue;
		l->tally.bytes_valid += r->size;
		x->number++;
		r->id = record_number(x->root);
		if (r->id == 0)
			r->id = x->number;
		return LOG_RECORD;
	}
	return LOG_END;
}

static void
xml_ident(struct log *l, struct ident *id)
{
	(void)l;
	id->known = false;
}

static bool
xml_event(struct log *l, struct arena *a, struct event *e)
{
	struct xml_log *x = l->state;
	const char *why;
	bool ok = event_from_xml(a, x->root, e, &why);

	if (x->lossy)
		e->flags |= EVENT_LOSSY;
	return ok;
}

static void
xml_close(struct log *l)
{
	struct xml_log *x = l->state;
	struct tally *t = &l->tally;

	/* Of UTF-16 with what XML forbids the sizes are a guess. */
	if (t->bytes_bad > l->source->at)
		t->bytes_bad = l->source->at;
	if (t->bytes_valid + t->bytes_bad > l->source->at)
		t->bytes_valid = l->source->at - t->bytes_bad;
	t->bytes_unused = l->source->at - t->bytes_valid - t->bytes_bad;
	arena_free(&x->window_arena[0]);
	arena_free(&x->window_arena[1]);
	arena_free(&x->tree);
}

const struct log_ops xml_ops = {
	.format = "xml", .sniff = xml_sniff, .open = xml_open,
	.next = xml_next_event, .ident = xml_ident, .event = xml_event,
	.close = xml_close,
};
