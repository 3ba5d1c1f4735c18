/*
 * One decoded event as a row of CSV.  The columns are fixed, whatever the
 * event holds; values and facts share one column each, "name=value" joined
 * by "; ", since every kind of event has others.
 */
#include <inttypes.h>
#include "base/clock.h"
#include "base/gate.h"
#include "report/json_parts.h"
#include "report/report.h"

static void
text(struct out *o, struct str s)
{
	out_char(o, ',');
	gate_csv(o, s);
}

static void
number(struct out *o, int64_t n)
{
	out_char(o, ',');
	if (n != EVENT_ABSENT)
		out_fmt(o, "%" PRId64, n);
}

void
report_event_csv_names(struct out *o)
{
	out_lit(o, "time,computer,channel,provider,source,event_id,qualifiers,"
	    "version,level,task,opcode,keywords,record_id,user,process,"
	    "thread,data,words,facts,message,error,input,offset,state,flags"
	    "\r\n");
}

/* A cell is put together in memory, then passed through the gate. */
static void
cell_end(struct out *o, struct out *cell)
{
	text(o, (struct str){ cell->mem, cell->n });
	out_free(cell);
}

static void
data(struct out *o, const struct event *e)
{
	struct out cell = out_memory();
	size_t position = 0;

	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		if (f->part == PART_DATA)
			position++;
		if (i > 0)
			out_lit(&cell, "; ");
		if (f->name.n > 0)
			out_bytes(&cell, f->name.p, f->name.n);
		else
			out_fmt(&cell, "%%%zu", position);
		out_char(&cell, '=');
		if (f->text.n > 0)
			out_bytes(&cell, f->text.p, f->text.n);
	}
	cell_end(o, &cell);
}

static void
words(struct out *o, struct span s)
{
	struct out cell = out_memory();

	for (size_t at = 0; at < s.n; at += 4) {
		size_t left = s.n - at;
		uint32_t word = 0;

		(void)span_words(span_sub(s, at, left < 4 ? left : 4), &word,
		    1);
		if (at > 0)
			out_char(&cell, ' ');
		out_hex(&cell, word, 8, false);
	}
	cell_end(o, &cell);
}

static void
fact(struct out *cell, const struct fact *f)
{
	char buf[CLOCK_TEXT];

	out_lit(cell, f->name);
	out_char(cell, '=');
	switch (f->type) {
	case FACT_CODE:
		out_fmt(cell, "0x%08" PRIX64, f->number);
		break;
	case FACT_NUMBER:
		out_u64(cell, f->number);
		break;
	case FACT_TEXT:
		if (f->text.n > 0)
			out_bytes(cell, f->text.p, f->text.n);
		break;
	case FACT_TIME:
		out_bytes(cell, buf, clock_write(buf, f->number));
		break;
	}
	if (f->symbol != NULL) {
		out_char(cell, ' ');
		out_lit(cell, f->symbol);
	}
}

static void
facts_cell(struct out *o, const struct facts *facts)
{
	struct out cell = out_memory();

	for (size_t i = 0; facts != NULL && i < facts->n; i++) {
		if (i > 0)
			out_lit(&cell, "; ");
		fact(&cell, &facts->v[i]);
	}
	cell_end(o, &cell);
}

static void
flags(struct out *o, unsigned set)
{
	struct out cell = out_memory();

	for (unsigned flag = 1; flag <= set; flag <<= 1) {
		const char *name = json_flag_name(set & flag);

		if (name == NULL)
			continue;
		if (cell.n > 0)
			out_char(&cell, ' ');
		out_lit(&cell, name);
	}
	cell_end(o, &cell);
}

void
report_event_csv(struct out *o, const struct event *e,
    const struct facts *facts, struct str input)
{
	char buf[CLOCK_TEXT];

	if (e->time != 0)
		out_bytes(o, buf, clock_write(buf, e->time));
	text(o, e->computer);
	text(o, e->channel);
	text(o, e->provider);
	text(o, e->source);
	number(o, e->id);
	number(o, e->qualifiers);
	number(o, e->version);
	number(o, e->level);
	number(o, e->task);
	number(o, e->opcode);
	out_char(o, ',');
	if (e->has_keywords)
		out_fmt(o, "0x%" PRIx64, e->keywords);
	out_fmt(o, ",%" PRIu64, e->record_id);
	text(o, e->user);
	number(o, e->process);
	number(o, e->thread);
	data(o, e);
	words(o, e->binary);
	facts_cell(o, facts);
	text(o, e->message);
	text(o, str_of(e->error));
	text(o, input);
	out_fmt(o, ",%" PRIu64, e->at.offset);
	text(o, str_of(json_state_name(e->at.state)));
	flags(o, e->flags);
	out_lit(o, "\r\n");
}
