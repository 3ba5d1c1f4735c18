/*
 * One EVENTLOGRECORD (winnt.h) as an event:
 *
 *	 0 size, "LfLe", number, time generated, time written, event id
 *	24 u16 type, strings, category, flags; u32 closing number
 *	36 offset of strings, SID length and offset, data length and offset
 *	56 source name, computer name (UTF-16, NUL), SID, strings, data
 *
 * The event id has qualifiers in its high half, like a message id.
 */
#include <string.h>
#include "base/caps.h"
#include "base/utf.h"
#include "log/binxml.h"
#include "log/evt.h"

struct fixed {
	uint32_t	number, generated, written, id;
	unsigned	type, strings, category;
	size_t		strings_at, sid_size, sid_at, data_size, data_at;
	size_t		names_end;	/* set by names_read */
};

uint32_t
evt_head_at(struct span bytes, size_t at)
{
	struct rd r = rd_at(bytes, at);
	uint32_t size = rd_u32(&r), signature = rd_u32(&r);

	return rd_ok(&r) && signature == EVT_SIGNATURE &&
	    size >= EVT_RECORD_MIN && size % 4 == 0 ? size : 0;
}

bool
evt_header_at(struct span bytes, size_t at)
{
	struct rd r = rd_at(bytes, at);

	return rd_u32(&r) == EVT_HEADER && rd_u32(&r) == EVT_SIGNATURE &&
	    rd_ok(&r);
}

static struct fixed
fixed_read(struct span record)
{
	struct rd r = rd_at(record, 8);
	struct fixed f = { .names_end = 0 };

	f.number = rd_u32(&r);
	f.generated = rd_u32(&r);
	f.written = rd_u32(&r);
	f.id = rd_u32(&r);
	f.type = rd_u16(&r);
	f.strings = rd_u16(&r);
	f.category = rd_u16(&r);
	rd_skip(&r, 6);
	f.strings_at = rd_u32(&r);
	f.sid_size = rd_u32(&r);
	f.sid_at = rd_u32(&r);
	f.data_size = rd_u32(&r);
	f.data_at = rd_u32(&r);
	return f;
}

/* Does a part of this size lie between the names and the end? */
static bool
part_fits(size_t at, size_t size, uint32_t whole)
{
	return size == 0 || (at >= EVT_RECORD_MIN && at <= whole - 4 &&
	    size <= whole - 4 - at);
}

bool
evt_fixed_fits(struct span fixed, uint32_t size)
{
	struct fixed f = fixed_read(fixed);
	/* Each string ends with a NUL, so do both names. */
	size_t strings = 2 * (size_t)f.strings;

	return (f.type == 0 || f.type == 1 || f.type == 2 || f.type == 4 ||
	    f.type == 8 || f.type == 16) &&
	    part_fits(f.sid_at, f.sid_size, size) &&
	    part_fits(f.strings_at, strings, size) &&
	    part_fits(f.data_at, f.data_size, size) &&
	    (f.sid_size == 0 || strings == 0 || f.sid_at + f.sid_size <=
	    f.strings_at) && (strings == 0 || f.data_size == 0 ||
	    f.strings_at + strings <= f.data_at);
}

/* Text up to its NUL; false when the record ends before one. */
static bool
text_read(struct arena *a, struct rd *r, struct str *out)
{
	size_t n = 0;
	struct span left = span_from(r->s, r->at);

	while (n + 2 <= left.n && (left.p[n] != 0 || left.p[n + 1] != 0))
		n += 2;
	*out = utf_from_utf16le(a, rd_span(r, n));
	rd_skip(r, 2);
	return rd_ok(r);
}

/* Where what stands behind the names begins. */
static size_t
names_end(struct span record, const struct fixed *f)
{
	size_t end = record.n;

	if (f->sid_size > 0 && f->sid_at < end)
		end = f->sid_at;
	if (f->strings > 0 && f->strings_at < end)
		end = f->strings_at;
	if (f->data_size > 0 && f->data_at < end)
		end = f->data_at;
	return end;
}

/* Source and computer; false when one has no end before the rest begins.
 * What the computer took from there is no name. */
static bool
names_read(struct arena *a, struct span record, struct fixed *f,
    struct str *source, struct str *computer)
{
	size_t end = names_end(record, f);
	struct rd r = rd_at(record, 56);

	if (text_read(a, &r, source) && r.at <= end)
		r.s = span_sub(record, 0, end);
	if (!text_read(a, &r, computer) || r.at > end)
		return false;
	f->names_end = r.at;
	return true;
}

void
evt_record_ident(struct arena *a, struct span record, struct ident *id)
{
	struct fixed f = fixed_read(record);

	id->known = names_read(a, record, &f, &id->provider, &id->computer);
	id->id = (uint16_t)f.id;
	id->time = clock_from_unix(f.generated);
}

/* Event types to the levels that Windows shows for them since Vista. */
static void
type_read(struct event *e, unsigned type)
{
	switch (type) {
	case 1:
		e->level = 2;
		return;
	case 2:
		e->level = 3;
		return;
	case 8:
	case 16:
		e->level = 0;
		e->has_keywords = true;
		e->keywords = type == 8 ? UINT64_C(0x8020000000000000) :
		    UINT64_C(0x8010000000000000);
		return;
	default:
		e->level = 4;
		return;
	}
}

/* How many strings fill the room from the user or the names to the data,
 * the last of them perhaps filling; SIZE_MAX when they do not begin or end
 * there, or the data does not end with the record. */
static size_t
strings_lie(struct span record, const struct fixed *f)
{
	size_t n = 0;

	if (f->names_end == 0 || f->strings_at < (f->sid_size > 0 ?
	    f->sid_at + f->sid_size : f->names_end) ||
	    f->data_at < f->strings_at || f->data_at > record.n ||
	    f->data_size > record.n - f->data_at ||
	    record.n - f->data_at - f->data_size >= 4)
		return SIZE_MAX;
	for (size_t at = f->strings_at; at + 2 <= f->data_at; at += 2) {
		bool ends = le16(record.p + at) == 0;

		n += ends;
		if (at + 2 == f->data_at)
			return ends ? n : SIZE_MAX;
	}
	return SIZE_MAX;
}

static void
strings_read(struct arena *a, struct span record, const struct fixed *f,
    struct event *e)
{
	struct rd r = rd_at(record, f->strings_at);
	size_t n = 0, text = 0, lie = strings_lie(record, f);
	size_t count = f->strings;
	struct field *v;

	if (lie != SIZE_MAX && (count > lie || count + 1 < lie)) {
		e->error = "the number of its strings is damaged";
		count = lie;
	}
	v = arena_array(a, struct field, count + 1);
	for (; n < count; n++) {
		if (!text_read(a, &r, &v[n].text)) {
			e->error = "its strings are cut off";
			break;
		}
		v[n].type = VALUE_TEXT;
		v[n].part = PART_DATA;
		text += v[n].text.n;
		if (text > CAP_EVENT_TEXT) {
			e->flags |= EVENT_CUT;
			e->error = "the text of its values is too long";
			break;
		}
	}
	/* Characters are aligned, and the data stands behind the strings. */
	if (e->error == NULL && n > 0 && (f->strings_at % 2 != 0 ||
	    (f->data_size > 0 && f->data_at < r.at &&
	    f->data_at >= f->strings_at)))
		e->error = "its strings are damaged";
	e->fields = v;
	e->nfields = n;
}

bool
evt_record_event(struct arena *a, struct span record, bool torn,
    struct event *e)
{
	struct fixed f = fixed_read(record);
	/* The size copy at the end belongs to nobody. */
	struct span body = span_sub(record, 0, torn || record.n < 4 ?
	    record.n : record.n - 4);
	struct value sid;

	e->qualifiers = (int32_t)(f.id >> 16);
	e->id = (uint16_t)f.id;
	e->version = e->opcode = EVENT_ABSENT;
	e->process = e->thread = EVENT_ABSENT;
	e->task = (int)f.category;
	e->time = clock_from_unix(f.generated);
	e->record_id = f.number;
	type_read(e, f.type);
	if (!names_read(a, body, &f, &e->provider, &e->computer))
		e->error = "its names are cut off";
	if (f.sid_size > 0) {
		value_decode(a, BX_SID, span_sub(body, f.sid_at, f.sid_size),
		    &sid);
		e->user = sid.text;
		if (sid.type != VALUE_SID)
			e->error = "its user is damaged";
	}
	strings_read(a, body, &f, e);
	if (f.data_size > 0) {
		e->has_binary = true;
		e->binary = span_sub(body, f.data_at, f.data_size);
		if (e->binary.p == NULL)
			e->error = "its data is cut off";
		else
			e->binary = arena_span(a, e->binary);
	}
	return e->error == NULL;
}
