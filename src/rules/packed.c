/* Observations as bytes, and back. */
#include <string.h>
#include "base/pack.h"
#include "rules/packed.h"

/* Which keys follow; and that the record is the one of the tick before. */
enum { HAS_GROUP = 1, HAS_JOIN = 2, HAS_VALUE = 4, SAME = 8, BITS = 4 };
/* A key that is not among those met lately: eight bytes follow. */
enum { KEY_NEW = 0xFF };

static void
key_pack(struct tick_packer *p, uint64_t key)
{
	uint64_t *met = &p->coder.keys[key % TICK_KEYS];
	uint8_t b[9];

	b[0] = (uint8_t)(key % TICK_KEYS);
	if (*met == key) {
		out_bytes(&p->to, b, 1);
		return;
	}
	b[0] = KEY_NEW;
	for (unsigned i = 0; i < 8; i++)
		b[1 + i] = (uint8_t)(key >> 8 * i);
	out_bytes(&p->to, b, sizeof b);
	*met = key;
}

static uint64_t
rd_key(struct rd *r, struct tick_coder *c)
{
	uint8_t b = rd_u8(r);
	uint64_t key;

	if (b < TICK_KEYS)
		return c->keys[b];
	if (b != KEY_NEW)
		r->bad = true;
	key = rd_u64(r);
	return c->keys[key % TICK_KEYS] = key;
}

static void
place_pack(struct out *o, const struct tick_coder *c, const struct tick_seen *t)
{
	pack_i64(o, (int64_t)(t->seq - c->seq));
	pack_i64(o, (int64_t)(t->time - c->time));
	pack_i64(o, (int64_t)(t->record_id - t->seq - c->apart));
}

void
tick_pack(struct tick_packer *p, const struct tick_seen *t)
{
	struct tick_coder *c = &p->coder;
	bool same = t->seq == c->seq && t->time == c->time &&
	    t->record_id - t->seq == c->apart;
	unsigned has = (t->group != 0 ? HAS_GROUP : 0) |
	    (t->join != 0 ? HAS_JOIN : 0) | (t->value != 0 ? HAS_VALUE : 0) |
	    (same ? SAME : 0);

	/* The clause and what follows share a number: most of both are
	 * small. */
	pack_u64(&p->to, (uint64_t)t->clause << BITS | has);
	if (!same)
		place_pack(&p->to, c, t);
	if (has & HAS_GROUP)
		key_pack(p, t->group);
	if (has & HAS_JOIN)
		key_pack(p, t->join);
	if (has & HAS_VALUE)
		key_pack(p, t->value);
	c->seq = t->seq;
	c->time = t->time;
	c->apart = t->record_id - t->seq;
}

void
tick_packer_reset(struct tick_packer *p)
{
	memset(&p->coder, 0, sizeof p->coder);
	p->to.n = 0;
}

void
rd_tick(struct rd *r, struct tick_coder *c, size_t nclauses,
    struct tick_seen *t)
{
	uint64_t first = rd_pack_below(r, (uint64_t)nclauses << BITS);
	unsigned has = first & ((1u << BITS) - 1);

	memset(t, 0, sizeof *t);
	t->clause = (uint32_t)(first >> BITS);
	if ((has & SAME) == 0) {
		c->seq += (uint64_t)rd_pack_i64(r);
		c->time += (uint64_t)rd_pack_i64(r);
		c->apart += (uint64_t)rd_pack_i64(r);
	}
	t->seq = c->seq;
	t->time = c->time;
	t->record_id = t->seq + c->apart;
	if (has & HAS_GROUP)
		t->group = rd_key(r, c);
	if (has & HAS_JOIN)
		t->join = rd_key(r, c);
	if (has & HAS_VALUE)
		t->value = rd_key(r, c);
}

void
detail_packer_init(struct detail_packer *p, struct arena *a,
    struct interned *constants)
{
	memset(p, 0, sizeof *p);
	p->told = constants != NULL;
	p->own = interned_new(a);
	p->constants = p->told ? constants : &p->own;
	p->texts = interned_new(a);
	p->facts = interned_new(a);
	p->records = interned_new(a);
	p->to = out_memory();
	p->entry = out_memory();
}

void
detail_packer_free(struct detail_packer *p)
{
	out_free(&p->to);
	out_free(&p->entry);
}

/* The number of an entry, which is written when it is a new one. */
static uint32_t
entry_number(struct detail_packer *p, struct interned *of,
    enum entry_kind kind, struct str s)
{
	size_t had = of->n;
	uint32_t number = interned_add(of, s);

	if (of->n > had) {
		pack_u64(&p->to, (uint64_t)s.n << 3 | kind);
		out_bytes(&p->to, s.p, s.n);
	}
	return number;
}

static uint32_t
constant_number(struct detail_packer *p, const char *s)
{
	if (s == NULL)
		return 0;
	if (p->told)
		return interned_add(p->constants, str_of(s));
	return entry_number(p, p->constants, ENTRY_CONSTANT, str_of(s));
}

static uint32_t
text_number(struct detail_packer *p, struct str s)
{
	return s.n == 0 ? 0 : entry_number(p, &p->texts, ENTRY_TEXT, s);
}

static struct str
entry_made(const struct detail_packer *p)
{
	return (struct str){ p->entry.mem, p->entry.n };
}

static uint32_t
fact_number(struct detail_packer *p, const struct fact *f)
{
	const uint32_t refs[] = {
		constant_number(p, f->name),
		/* Mostly the name is the label too. */
		constant_number(p, f->label == f->name ? NULL : f->label),
		text_number(p, f->text),
		text_number(p, f->note),
		constant_number(p, f->symbol),
		constant_number(p, f->meaning),
	};

	p->entry.n = 0;
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
		pack_u64(&p->entry, refs[i]);
	pack_u64(&p->entry, (uint64_t)f->type << 1 | (f->advice != NULL));
	pack_u64(&p->entry, f->number);
	pack_u64(&p->entry, f->offset);
	pack_u64(&p->entry, f->length);
	return entry_number(p, &p->facts, ENTRY_FACT, entry_made(p));
}

uint32_t
record_pack(struct detail_packer *p, const struct record_seen *seen)
{
	const struct evidence *v = &seen->evidence;
	uint32_t provider = text_number(p, v->provider);
	uint32_t facts[CAP_OBS_FACTS];
	struct out *o = &p->entry;

	for (size_t i = 0; i < v->nfacts; i++)
		facts[i] = fact_number(p, &v->facts[i]);
	o->n = 0;
	pack_u64(o, seen->input);
	pack_u64(o, seen->seq);
	pack_i64(o, (int64_t)(v->record_id - seen->seq));
	pack_u64(o, v->offset);
	pack_u64(o, v->time);
	pack_u64(o, v->state);
	pack_u64(o, v->event_id);
	pack_u64(o, provider);
	pack_u64(o, v->nfacts);
	for (size_t i = 0; i < v->nfacts; i++)
		pack_u64(o, facts[i]);
	pack_u64(o, v->nwords);
	for (size_t i = 0; i < v->nwords; i++)
		pack_u64(o, v->words[i]);
	return entry_number(p, &p->records, ENTRY_RECORD, entry_made(p));
}

/* Which record, and whether clause and key are those of the entry before. */
void
shown_pack(struct detail_packer *p, uint32_t clause, uint64_t group,
    uint32_t record)
{
	bool same = p->any && p->clause == clause && p->group == group;

	pack_u64(&p->to, (uint64_t)record << 4 | (uint64_t)same << 3 |
	    ENTRY_SHOWN);
	if (!same) {
		pack_u64(&p->to, clause);
		pack_u64(&p->to, group);
	}
	p->any = true;
	p->clause = clause;
	p->group = group;
}

void
tried_pack(struct out *o, uint32_t clause, const struct tried *t)
{
	pack_u64(o, clause);
	pack_u64(o, t->asked);
	for (size_t i = 0; i < CAP_CONDITIONS; i++)
		pack_u64(o, t->failed[i]);
}

uint32_t
rd_tried(struct rd *r, size_t nclauses, struct tried *t)
{
	uint32_t clause = (uint32_t)rd_pack_below(r, nclauses);

	t->asked = rd_pack_u64(r);
	for (size_t i = 0; i < CAP_CONDITIONS; i++)
		t->failed[i] = rd_pack_u64(r);
	return clause;
}
