/*
 * One decoded event as a block of text: a line that says what it is, one
 * that says where it comes from, then its data, a value a line, the binary
 * data as words (as Event Viewer's Words view shows them) and what the
 * codes in them mean.  Values stand on one line each, however long, so
 * that they can be searched and copied.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "base/gate.h"
#include "report/text.h"

enum { WORDS_A_LINE = 4 };

/* Keywords of audits (winmeta.h); their level is 0. */
#define AUDIT_SUCCESS	UINT64_C(0x0020000000000000)
#define AUDIT_FAILURE	UINT64_C(0x0010000000000000)

static const char *
level_name(const struct event *e)
{
	static const char *const names[] = {
		"information", "critical", "error", "warning", "information",
		"verbose",
	};

	if (e->has_keywords && (e->keywords & AUDIT_FAILURE) != 0)
		return "audit failure";
	if (e->has_keywords && (e->keywords & AUDIT_SUCCESS) != 0)
		return "audit success";
	if (e->level < 0 || (size_t)e->level >= sizeof names / sizeof *names)
		return NULL;
	return names[e->level];
}

static void
head(struct page *p, const struct event *e)
{
	const char *level = level_name(e);

	page_indent(p, 0);
	if (e->time != 0)
		page_whole(p, 0, clock_people(&p->a, e->time));
	else
		page_whole_lit(p, 0, "no time");
	p->indent = 2;
	page_ink(p, INK_BOLD);
	page_whole(p, 2, e->provider.n > 0 ? e->provider :
	    str_of("(no provider)"));
	page_fmt(p, 1, "%u", (unsigned)e->id);
	page_ink(p, INK_PLAIN);
	if (level != NULL)
		page_whole_lit(p, 2, level);
	else if (e->level >= 0)
		page_fmt(p, 2, "level %d", e->level);
	page_fmt(p, 2, "#%" PRIu64, e->record_id);
	page_end(p);
}

static void
origin_piece(struct page *p, const char *what, struct str value)
{
	if (value.n == 0)
		return;
	page_whole_lit(p, 2, what);
	page_whole(p, 1, value);
}

static void
origin(struct page *p, const struct event *e, struct str input)
{
	page_indent(p, 2);
	origin_piece(p, "channel", e->channel);
	origin_piece(p, "computer", e->computer);
	origin_piece(p, "source", e->source);
	origin_piece(p, "user", e->user);
	if (e->process != EVENT_ABSENT)
		page_fmt(p, 2, "process %" PRId64, e->process);
	origin_piece(p, "in", input);
	page_fmt(p, 1, "at 0x%" PRIx64, e->at.offset);
	page_end(p);
}

const char *
text_state(enum record_state s)
{
	switch (s) {
	case RECORD_TAIL:
		return "beyond what the header of the log admits";
	case RECORD_RESYNC:
		return "found behind a break in the log";
	case RECORD_TORN:
		return "torn";
	case RECORD_SLACK:
		return "recovered from unused space";
	case RECORD_ORPHAN:
		return "recovered from bytes without a header";
	case RECORD_LIVE:
		break;
	}
	return NULL;
}

size_t
text_remarks(const struct event *e, const char *v[REMARKS])
{
	size_t n = 0;

	v[n] = text_state(e->at.state);
	n += v[n] != NULL;
	if (e->flags & EVENT_LOSSY)
		v[n++] = "a text held invalid characters";
	if (e->flags & EVENT_INFERRED)
		v[n++] = "partly inferred";
	if (e->flags & EVENT_CUT)
		v[n++] = "not decoded whole";
	if (e->error != NULL)
		v[n++] = e->error;
	return n;
}

static void
remark(struct page *p, const char *what)
{
	page_indent(p, 2);
	page_whole_lit(p, 0, "(");
	page_whole_lit(p, 0, what);
	page_whole_lit(p, 0, ")");
	page_end(p);
}

static void
remarks(struct page *p, const struct event *e)
{
	const char *v[REMARKS];
	size_t n = text_remarks(e, v);

	for (size_t i = 0; i < n; i++)
		remark(p, v[i]);
}

/* Not set by the page: values are never wrapped. */
static void
field_line(struct out *o, const struct field *f, size_t position)
{
	out_lit(o, "  ");
	if (f->name.n > 0)
		gate_text(o, f->name);
	else if (f->part == PART_DATA)
		out_fmt(o, "%%%zu", position);
	else
		out_lit(o, "value");
	out_lit(o, " = ");
	gate_text(o, f->text);
	out_char(o, '\n');
}

static void
data(struct out *o, const struct event *e)
{
	size_t position = 0;

	for (size_t i = 0; i < e->nfields; i++) {
		if (e->fields[i].part == PART_DATA)
			position++;
		field_line(o, &e->fields[i], position);
	}
	if (e->message.n > 0) {
		out_lit(o, "  message = ");
		gate_text(o, e->message);
		out_char(o, '\n');
	}
}

static void
words(struct out *o, struct span s)
{
	for (size_t at = 0; at < s.n; at += 4) {
		size_t left = s.n - at;
		uint32_t word = 0;

		(void)span_words(span_sub(s, at, left < 4 ? left : 4), &word,
		    1);
		if (at / 4 % WORDS_A_LINE == 0)
			out_fmt(o, "%s  %04zx:", at == 0 ? "" : "\n", at);
		out_fmt(o, " %08" PRIx32, word);
	}
	if (s.n > 0)
		out_char(o, '\n');
}

void
report_event_text(struct out *o, const struct event *e,
    const struct facts *facts, struct str input)
{
	struct page p = page_begin(o, NULL);

	p.verbose = true;
	head(&p, e);
	origin(&p, e, input);
	remarks(&p, e);
	data(o, e);
	words(o, e->binary);
	if (facts != NULL) {
		text_facts(&p, facts->v, facts->n, 4);
		if (facts->dropped > 0)
			out_fmt(o, "    and %zu more\n", facts->dropped);
	}
	page_free(&p);
}
