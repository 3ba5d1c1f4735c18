/* Observations as bytes, and back. */
#include <string.h>
#include "base/pack.h"
#include "rules/packed.h"

/* Which keys follow; the rest of the byte is not used. */
enum { HAS_GROUP = 1, HAS_JOIN = 2, HAS_VALUE = 4, HAS_ALL = 7 };
/* A key that is not among those met lately: eight bytes follow. */
enum { KEY_NEW = 0xFF };
enum { WORDS_MOST = 1 << 12 };	/* of the code book */

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

void
tick_pack(struct tick_packer *p, const struct tick *t)
{
	struct out *o = &p->to;
	unsigned has = (t->group != 0 ? HAS_GROUP : 0) |
	    (t->join != 0 ? HAS_JOIN : 0) | (t->value != 0 ? HAS_VALUE : 0);

	/* The clause and what follows share a number: most of both are
	 * small. */
	pack_u64(o, (uint64_t)t->clause << 3 | has);
	pack_i64(o, (int64_t)(t->seq - p->coder.seq));
	pack_i64(o, (int64_t)(t->time - p->coder.time));
	pack_i64(o, (int64_t)(t->record_id - t->seq));
	if (has & HAS_GROUP)
		key_pack(p, t->group);
	if (has & HAS_JOIN)
		key_pack(p, t->join);
	if (has & HAS_VALUE)
		key_pack(p, t->value);
	p->coder.seq = t->seq;
	p->coder.time = t->time;
}

void
tick_packer_reset(struct tick_packer *p)
{
	memset(&p->coder, 0, sizeof p->coder);
	p->to.n = 0;
}

void
rd_tick(struct rd *r, struct tick_coder *c, size_t nclauses, struct tick *t)
{
	uint64_t first = rd_pack_below(r, (uint64_t)nclauses << 3);
	unsigned has = first & HAS_ALL;

	memset(t, 0, sizeof *t);
	t->clause = (uint32_t)(first >> 3);
	t->seq = c->seq += (uint64_t)rd_pack_i64(r);
	t->time = c->time += (uint64_t)rd_pack_i64(r);
	t->record_id = t->seq + (uint64_t)rd_pack_i64(r);
	if (has & HAS_GROUP)
		t->group = rd_key(r, c);
	if (has & HAS_JOIN)
		t->join = rd_key(r, c);
	if (has & HAS_VALUE)
		t->value = rd_key(r, c);
	t->boot = -1;
}

static void
fact_pack(struct out *o, const struct fact *f)
{
	pack_cstr(o, f->name);
	/* Mostly the name is the label too. */
	pack_cstr(o, f->label == f->name ? NULL : f->label);
	pack_u64(o, (uint64_t)f->type << 1 | (f->advice != NULL));
	pack_u64(o, f->number);
	pack_str(o, f->text);
	pack_str(o, f->note);
	pack_cstr(o, f->symbol);
	pack_cstr(o, f->meaning);
	pack_u64(o, f->offset);
	pack_u64(o, f->length);
}

static void
rd_fact(struct rd *r, struct arena *a, const struct ruleset *rs,
    struct fact *f)
{
	uint64_t type;

	f->name = rd_pack_cstr(r, a, WORDS_MOST);
	f->label = rd_pack_cstr(r, a, WORDS_MOST);
	if (f->label == NULL)
		f->label = f->name;
	type = rd_pack_below(r, (FACT_TIME + 1) << 1);
	f->type = (enum fact_type)(type >> 1);
	f->number = rd_pack_u64(r);
	f->text = rd_pack_str(r, CAP_OBS_TEXT);
	f->note = rd_pack_str(r, CAP_OBS_NOTE);
	f->symbol = rd_pack_cstr(r, a, WORDS_MOST);
	f->meaning = rd_pack_cstr(r, a, WORDS_MOST);
	f->offset = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	f->length = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	f->advice = (type & 1) != 0 && rs->env != NULL &&
	    rs->env->advice != NULL ?
	    rs->env->advice((uint32_t)f->number) : NULL;
	if (f->name == NULL)
		r->bad = true;
}

void
detail_pack(struct out *o, const struct detail *d)
{
	const struct evidence *v = &d->evidence;

	pack_u64(o, d->clause);
	pack_u64(o, d->group);
	pack_u64(o, d->seq);
	pack_u64(o, v->record_id);
	pack_u64(o, v->offset);
	pack_u64(o, v->time);
	pack_u64(o, v->state);
	pack_u64(o, v->event_id);
	pack_str(o, v->provider);
	pack_u64(o, v->nfacts);
	for (size_t i = 0; i < v->nfacts; i++)
		fact_pack(o, &v->facts[i]);
	pack_u64(o, v->nwords);
	for (size_t i = 0; i < v->nwords; i++)
		pack_u64(o, v->words[i]);
}

void
rd_detail(struct rd *r, struct arena *a, const struct ruleset *rs,
    struct detail *d)
{
	struct evidence *v = &d->evidence;
	struct fact *facts;
	uint32_t *words;

	memset(d, 0, sizeof *d);
	d->clause = (uint32_t)rd_pack_below(r, rs->nclauses);
	d->group = rd_pack_u64(r);
	d->seq = rd_pack_u64(r);
	v->record_id = rd_pack_u64(r);
	v->offset = rd_pack_u64(r);
	v->time = rd_pack_u64(r);
	v->state = (enum record_state)rd_pack_below(r, RECORD_ORPHAN + 1);
	v->event_id = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	v->provider = rd_pack_str(r, CAP_OBS_TEXT);
	v->nfacts = (size_t)rd_pack_below(r, CAP_OBS_FACTS + 1);
	v->facts = facts = arena_array(a, struct fact, v->nfacts);
	for (size_t i = 0; i < v->nfacts; i++)
		rd_fact(r, a, rs, &facts[i]);
	v->nwords = (size_t)rd_pack_below(r, CAP_OBS_WORDS + 1);
	v->words = words = arena_array(a, uint32_t, v->nwords);
	for (size_t i = 0; i < v->nwords; i++)
		words[i] = (uint32_t)rd_pack_below(r, UINT64_C(1) << 32);
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
