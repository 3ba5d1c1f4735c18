/*
 * Decoding by hand.  What was given is, in this order: event XML, a STOP
 * line, data of an event, codes.  The first that fits decides; within it
 * every reading is listed.
 */
#include <string.h>

#include "codes/codes.h"
#include "codes/decode.h"
#include "codes/paste.h"
#include "log/log.h"
#include "triage/decoding.h"
#include "triage/triage.h"

/* Bytes before the dump data of an IO_ERROR_LOG_PACKET. */
enum { PACKET_HEAD = 0x28 };

enum { SEARCH_ROWS = 40, CODE_ROWS = 64, READINGS = 64, DATA_GROUPS = 4 };

static struct reading *
reading_add(struct arena *a, struct decoding *d, enum reading_kind kind)
{
	struct reading *r;

	d->readings = arena_grow(a, d->readings, d->nreadings,
	    &d->readings_cap, sizeof *d->readings);
	r = &d->readings[d->nreadings++];
	memset(r, 0, sizeof *r);
	r->kind = kind;
	return r;
}

static void
remark_add(struct arena *a, struct decoding *d, struct str s)
{
	d->remarks = arena_grow(a, d->remarks, d->nremarks, &d->remarks_cap,
	    sizeof *d->remarks);
	d->remarks[d->nremarks++] = s;
}

static void
event_add(struct arena *a, struct decoding *d, enum reading_kind kind,
    const struct event *e, const char *layout)
{
	struct facts *f = arena_new(a, struct facts);
	struct reading *r = reading_add(a, d, kind);

	decode_event(a, e, f);
	r->event = e;
	r->facts = f;
	r->layout = layout;
}

/* Rows of a family that bear this value; ids of events are given without
 * their high half too. */
static size_t
rows_of(enum code_family f, uint32_t value, struct code_row *rows,
    size_t n)
{
	const struct code *c = code_find(f, value), *all;
	size_t count = code_table(f, &all);
	uint32_t key = c != NULL ? c->value : value;
	const struct bugcheck_sheet none = { .nvalues = 0 };

	for (size_t i = 0; i < count && n < CODE_ROWS; i++)
		if ((c != NULL && all[i].value == key) ||
		    (f == CODE_EVENT && value <= 0xFFFFu && value != 0 &&
		    (all[i].value & 0xFFFFu) == value))
			rows[n++] = (struct code_row){ code_family_name(f),
			    all[i].value, all[i].name, all[i].meaning,
			    .sheet = f == CODE_BUGCHECK ?
			    bugcheck_sheet(all[i].value) : none };
	return n;
}

/* An HRESULT that wraps a Win32 code or an NTSTATUS ([MS-ERREF] 2.1). */
static size_t
rows_wrapped(uint32_t value, struct code_row *rows, size_t n)
{
	size_t before = n;

	if ((value & 0xFFFF0000u) == 0x80070000u)
		n = rows_of(CODE_WIN32, value & 0xFFFFu, rows, n);
	else if ((value & 0xF0000000u) == 0xD0000000u)
		n = rows_of(CODE_NTSTATUS, value & ~0x10000000u, rows, n);
	for (; before < n; before++)
		rows[before].note = str_of("wrapped in an HRESULT");
	return n;
}

static void
code_add(struct arena *a, struct decoding *d, struct str given,
    uint64_t value)
{
	struct reading *r = reading_add(a, d, READING_CODE);
	struct code_row *rows = arena_array(a, struct code_row,
	    CODE_ROWS + 1);
	size_t n = 0;

	r->given = given;
	r->value = value;
	r->rows = rows;
	if (value <= UINT32_MAX)
		for (unsigned f = 0; f < CODE_FAMILIES; f++)
			n = rows_of((enum code_family)f, (uint32_t)value,
			    rows, n);
	if (value <= UINT32_MAX)
		n = rows_wrapped((uint32_t)value, rows, n);
	if (n == 0) {
		d->unknown = true;
		rows[n++] = (struct code_row){ "not in the code book",
		    (uint32_t)value, NULL, NULL, .note =
		    value > UINT32_MAX ? str_of("more than 32 bits") :
		    code_bits(a, CODE_NTSTATUS, (uint32_t)value) };
	}
	r->nrows = n;
}

static void
search_add(struct arena *a, struct decoding *d, struct str text)
{
	struct code_search s = code_search(text);
	struct code_row *rows = arena_array(a, struct code_row, SEARCH_ROWS);
	struct reading *r = reading_add(a, d, READING_SEARCH);
	enum code_family f;
	const struct code *c;

	r->given = text;
	r->rows = rows;
	while ((c = code_next(&s, &f)) != NULL) {
		if (r->nrows == SEARCH_ROWS) {
			r->more++;
			continue;
		}
		rows[r->nrows++] = (struct code_row){ code_family_name(f),
		    c->value, c->name, c->meaning, .note = { NULL, 0 } };
	}
	d->unknown = d->unknown || r->nrows == 0;
}

/* The row that was asked for by name stands first. */
static void
rows_lead(struct reading *r)
{
	struct code_row *rows = r->rows, named;

	for (size_t i = 0; i < r->nrows; i++) {
		if (rows[i].symbol == NULL ||
		    !str_caseis(r->given, rows[i].symbol))
			continue;
		named = rows[i];
		memmove(rows + 1, rows, i * sizeof *rows);
		rows[0] = named;
		return;
	}
}

/* A symbol is looked up as a code: all that share its number are shown. */
static bool
symbol_add(struct arena *a, struct decoding *d, struct str s)
{
	uint32_t value;

	if (!code_symbol(s, &value))
		return false;
	code_add(a, d, s, value);
	rows_lead(&d->readings[d->nreadings - 1]);
	return true;
}

static bool
word_add(struct arena *a, struct decoding *d, struct str s)
{
	/* %%1053 in the text of an event is the number of a Win32 code. */
	struct str digits = str_starts(s, "%%") ? str_sub(s, 2, s.n) : s, why;
	uint64_t v[2];
	size_t n = paste_code(a, digits, v, &why);

	if (digits.n < s.n)
		n = n > 0;
	if (why.n > 0)
		remark_add(a, d, why);
	if (n == 2)
		remark_add(a, d, arena_fmt(a, "%.*s may be decimal or "
		    "hexadecimal: 0x in front makes it sure", (int)s.n, s.p));
	for (size_t i = 0; i < n; i++)
		code_add(a, d, s, v[i]);
	return n > 0 || symbol_add(a, d, s);
}

/* Punctuation that text puts around a code. */
static struct str
bare(struct str s)
{
	while (s.n > 0 && strchr("\"'()[]{}<>,.;=", s.p[0]) != NULL)
		s = str_sub(s, 1, s.n);
	while (s.n > 0 && strchr("\"'()[]{}<>,.;:=", s.p[s.n - 1]) != NULL)
		s.n--;
	return s;
}

/* In running text only what can be nothing but a code is one. */
static bool
surely_code(struct str s)
{
	uint32_t value;
	uint64_t v;

	if (str_casestarts(s, "0x"))
		return true;
	if (s.n == 8 && (s.p[0] | 0x20) >= 'a' && str_hex64(s, &v))
		return true;
	return str_find(s, "_", 0) != SIZE_MAX && code_symbol(s, &value);
}

static size_t
words_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (strchr(" \t\n", s.p[i]) == NULL &&
		    (i == 0 || strchr(" \t\n", s.p[i - 1]) != NULL))
			n++;
	return n;
}

static void
codes_add(struct arena *a, struct decoding *d, struct str s)
{
	size_t before = d->nreadings;
	bool alone;

	if (s.n > 0 && (s.p[0] == ':' || str_find(s, "*", 0) != SIZE_MAX ||
	    str_find(s, "?", 0) != SIZE_MAX) && (s.p[0] == ':' ||
	    words_count(s) == 1)) {
		search_add(a, d, s);
		return;
	}
	for (int pass = 0; pass < 2 && d->nreadings == before; pass++) {
		alone = pass == 1;
		for (size_t at = 0; at < s.n;) {
			size_t from = at;

			while (at < s.n && strchr(" \t\n", s.p[at]) == NULL)
				at++;
			if (d->nreadings >= READINGS) {
				remark_add(a, d, str_of("there are more codes "
				    "in the text than are shown"));
				return;
			}
			if (at > from && (alone ||
			    surely_code(bare(str_sub(s, from, at - from)))))
				(void)word_add(a, d,
				    bare(str_sub(s, from, at - from)));
			at++;
		}
	}
}

static void
element_read(struct arena *a, struct str s, struct decoding *d)
{
	struct event *e = arena_new(a, struct event);
	struct xml_error err = { 0 };
	const char *why = NULL;
	const struct xml_node *n = xml_parse(a, (struct span){
	    (const uint8_t *)s.p, s.n }, NULL, &err);

	if (n != NULL && event_from_xml(a, n, e, &why))
		event_add(a, d, READING_EVENT, e, NULL);
	else if (n == NULL)
		remark_add(a, d, arena_fmt(a, "line %u of the event: %.*s",
		    err.line, (int)err.message.n, err.message.p));
	else
		remark_add(a, d, arena_fmt(a, "the event is left out: %s",
		    why != NULL ? why : "malformed"));
}

/* <Event> elements, one or more, whatever stands around them. */
static bool
xml_read(struct arena *a, struct str s, struct decoding *d)
{
	static const char end[] = "</Event>";
	bool any = false;

	for (size_t at = 0; (at = str_find(s, "<Event", at)) != SIZE_MAX;) {
		size_t to = str_find(s, end, at);

		char next = (char)(at + 6 < s.n ? s.p[at + 6] : 'x');

		if (strchr(" >\t\n", next) == NULL) {
			at++;
			continue;
		}
		to = to == SIZE_MAX ? s.n : to + sizeof end - 1;
		element_read(a, str_sub(s, at, to - at), d);
		any = true;
		at = to;
	}
	return any;
}

static struct event *
event_new(struct arena *a, const struct given *g, uint16_t id)
{
	struct event *e = arena_new(a, struct event);

	e->provider = g->provider;
	e->id = g->has_id ? g->id : id;
	e->qualifiers = EVENT_ABSENT;
	e->version = e->level = e->task = e->opcode = EVENT_ABSENT;
	e->process = e->thread = EVENT_ABSENT;
	return e;
}

/* The line of a STOP, as the event that Windows makes of it. */
static bool
stop_read(struct arena *a, struct str s, struct decoding *d)
{
	struct given wer = { .provider = str_of("BugCheck"), .has_id = true,
	    .id = 1001 };
	struct event *e;
	struct field *f;

	s = paste_stop(a, s);
	if (!decode_is_stop(s))
		return false;
	e = event_new(a, &wer, 0);
	f = arena_new(a, struct field);
	f->text = s;
	f->type = VALUE_TEXT;
	f->part = PART_DATA;
	e->fields = f;
	e->nfields = 1;
	event_add(a, d, READING_EVENT, e, "STOP line");
	return true;
}

/* Labels of Event Viewer in the text sharpen like options do. */
static struct given
sharpened(struct arena *a, const struct given *g, struct str s,
    struct decoding *d)
{
	struct given out = *g;
	struct str source = paste_label(s, "Source:");
	struct str id = paste_label(s, "Event ID:");
	uint64_t n;

	if (source.n == 0)
		source = paste_label(s, "Event Source:");
	if (out.provider.n == 0 && source.n > 0) {
		out.provider = source;
		remark_add(a, d, arena_fmt(a, "provider %.*s, as the text "
		    "says", (int)source.n, source.p));
	}
	if (!out.has_id && str_u64(id, &n) && n <= UINT16_MAX) {
		out.has_id = true;
		out.id = (uint16_t)n;
		remark_add(a, d, arena_fmt(a, "event %u, as the text says",
		    (unsigned)n));
	}
	return out;
}

static void
data_add(struct arena *a, struct decoding *d, const struct given *g,
    const struct paste *p, uint16_t id, const char *layout)
{
	struct event *e = event_new(a, g, id);

	e->binary = p->bytes;
	e->has_binary = true;
	event_add(a, d, READING_DATA, e, layout);
	d->readings[d->nreadings - 1].base = p->base;
}

/* Some articles print the dump data of a packet and nothing before it. */
static void
dump_add(struct arena *a, struct decoding *d, const struct given *g,
    const struct paste *p)
{
	struct facts *f = arena_new(a, struct facts);
	struct reading *r;

	data_add(a, d, g, p, 0, "dump data");
	r = &d->readings[d->nreadings - 1];
	decode_dump(a, r->event, f);
	r->facts = f;
}

/* Articles print the first lines of a packet and leave out the rest. */
static void
packet_add(struct arena *a, struct decoding *d, const struct given *g,
    const struct paste *p, uint16_t id)
{
	const struct fact *size;

	data_add(a, d, g, p, id, "IO_ERROR_LOG_PACKET");
	size = fact_find(d->readings[d->nreadings - 1].facts,
	    "packet.dump_size");
	if (size != NULL && size->number + PACKET_HEAD > p->bytes.n)
		remark_add(a, d, arena_fmt(a, "the packet announces %u bytes "
		    "of dump data; not all of them were given",
		    (unsigned)size->number));
}

static bool
data_read(struct arena *a, const struct given *g, struct str s,
    struct decoding *d)
{
	struct given sharp;
	struct paste p;
	uint32_t code;
	bool known;

	if (!paste_data(a, s, DATA_GROUPS, &p) && !((g->provider.n > 0 ||
	    (p.bytes.n > 1 && !p.words)) && p.bytes.n > 0))
		return false;
	for (size_t i = 0; i < p.nremarks; i++)
		remark_add(a, d, p.remarks[i]);
	sharp = sharpened(a, g, s, d);
	known = sharp.provider.n > 0;
	if (p.base == 0 && decode_is_packet(p.bytes, &code) &&
	    (!sharp.has_id || sharp.id == (code & 0xFFFFu)))
		packet_add(a, d, &sharp, &p, (uint16_t)code);
	else if (p.base == PACKET_HEAD && known && sharp.has_id)
		dump_add(a, d, &sharp, &p);
	else
		data_add(a, d, &sharp, &p, 0, "data section");
	if (!known && p.bytes.n == 4 && !p.words)
		code_add(a, d, arena_fmt(a, "as one number"),
		    le32(p.bytes.p));
	else if (!known && p.bytes.n < 4 && str_find(s, ":", 0) == SIZE_MAX)
		codes_add(a, d, s);
	if (d->nreadings > 1)
		remark_add(a, d, str_of("more than one reading fits; the "
		    "provider (-p) tells which"));
	return true;
}

void
decoding_read(struct arena *a, const struct given *g, struct decoding *d)
{
	struct str s = str_trim(paste_plain(a, g->text));

	memset(d, 0, sizeof *d);
	if (xml_read(a, s, d) || stop_read(a, s, d) ||
	    data_read(a, g, s, d))
		return;
	codes_add(a, d, s);
}
