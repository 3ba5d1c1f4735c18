/*
 * What is kept of events for the report, of all logs of one computer.  Every
 * log brings the oldest and newest few events of each clause and key; of all
 * of them together the oldest and newest few are kept, so that it makes no
 * difference over how many files a log was spread, and that memory grows
 * with rules and keys, not with files.
 *
 * They are kept packed, as a row of packings with their lengths in front: the
 * settled one first, then what came since.  When that has become more than
 * the settled one, all of it is settled again.
 */
#include <stdlib.h>
#include <string.h>
#include "base/pack.h"
#include "rules/packed.h"
#include "rules/rule.h"

enum { CONSTANT_MOST = 1 << 12 };	/* bytes */
/* Less than this is not worth settling. */
enum { UNSETTLED = 1 << 15 };

struct record_kept {
	struct record_seen seen;
	struct rd	 rest;		/* of its entry: facts and words */
	size_t		 facts;		/* of its packing begin here */
	bool		 unpacked;	/* ... into seen */
	uint32_t	 packed;	/* its number in a new packing, or 0 */
};

struct shown {
	uint32_t	 clause;
	uint64_t	 group;
	struct record_kept *record;
};

/* A growing table of entries; those of the packing that is read begin at
 * `from`, and are numbered from 1 there. */
struct table {
	size_t		 n, cap, from;
};

/* What has been read of one or more packings. */
struct details_read {
	struct arena	*a;
	const struct ruleset *rs;
	bool		 told;		/* constants are no entries */
	uint32_t	 input;		/* of a packing that tells them */
	struct str	*constants;
	struct str	*texts;
	struct fact	*facts;
	struct record_kept **records;
	struct shown	*shown;
	struct table	 nconstants, ntexts, nfacts, nrecords, nshown;
};

/* The place of an entry that is named by its number; 0 is none. */
static bool
rd_number(struct rd *r, const struct table *t, size_t *at)
{
	uint64_t n = rd_pack_below(r, t->n - t->from + 1);

	*at = t->from + (size_t)n - 1;
	return n > 0;
}

static const char *
rd_constant(struct rd *r, const struct details_read *k)
{
	size_t at;

	return rd_number(r, &k->nconstants, &at) ? k->constants[at].p : NULL;
}

static struct str
rd_text(struct rd *r, const struct details_read *k, size_t most)
{
	size_t at;

	if (!rd_number(r, &k->ntexts, &at))
		return (struct str){ "", 0 };
	if (k->texts[at].n > most)
		r->bad = true;
	return k->texts[at];
}

static void
rd_fact(struct rd *r, const struct details_read *k, struct fact *f)
{
	const struct rules_env *env = k->rs->env;
	uint64_t type;

	f->name = rd_constant(r, k);
	f->label = rd_constant(r, k);
	if (f->label == NULL)
		f->label = f->name;
	f->text = rd_text(r, k, CAP_OBS_TEXT);
	f->note = rd_text(r, k, CAP_OBS_NOTE);
	f->symbol = rd_constant(r, k);
	f->meaning = rd_constant(r, k);
	type = rd_pack_below(r, (FACT_TIME + 1) << 1);
	f->type = (enum fact_type)(type >> 1);
	f->number = rd_pack_u64(r);
	f->offset = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	f->length = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	f->advice = (type & 1) != 0 && env != NULL && env->advice != NULL ?
	    env->advice((uint32_t)f->number) : NULL;
	if (f->name == NULL)
		r->bad = true;
}

/* Facts and words of a record: checked, or (check NULL) unpacked. */
static void
rd_facts(struct rd *r, struct details_read *k, struct record_kept *rec,
    const struct table *check)
{
	struct evidence *v = &rec->seen.evidence;
	size_t at, n = (size_t)rd_pack_below(r, CAP_OBS_FACTS + 1);
	struct fact *facts = check != NULL ? NULL :
	    arena_array(k->a, struct fact, n);

	for (size_t i = 0; i < n; i++)
		if (check == NULL)
			facts[i] = k->facts[rec->facts +
			    rd_pack_u64(r) - 1];
		else if (!rd_number(r, check, &at))
			r->bad = true;
	v->facts = facts;
	v->nfacts = n;
}

static void
rd_words(struct rd *r, struct details_read *k, struct record_kept *rec,
    bool check)
{
	struct evidence *v = &rec->seen.evidence;
	size_t n = (size_t)rd_pack_below(r, CAP_OBS_WORDS + 1);
	uint32_t *words = check ? NULL : arena_array(k->a, uint32_t, n);

	for (size_t i = 0; i < n; i++) {
		uint64_t word = rd_pack_below(r, UINT64_C(1) << 32);

		if (!check)
			words[i] = (uint32_t)word;
	}
	v->words = words;
	v->nwords = n;
}

static void
record_unpack(struct details_read *k, struct record_kept *rec)
{
	struct rd r = rec->rest;

	if (rec->unpacked)
		return;
	rec->unpacked = true;
	rd_facts(&r, k, rec, NULL);
	rd_words(&r, k, rec, false);
}

static struct record_kept *
rd_record(struct rd *r, struct details_read *k)
{
	struct record_kept *rec = arena_new(k->a, struct record_kept);
	struct evidence *v = &rec->seen.evidence;

	rec->facts = k->nfacts.from;
	rec->seen.input = (uint32_t)rd_pack_below(r,
	    k->told ? UINT32_MAX : 1);
	if (!k->told)
		rec->seen.input = k->input;
	rec->seen.seq = rd_pack_u64(r);
	v->record_id = rec->seen.seq + (uint64_t)rd_pack_i64(r);
	v->offset = rd_pack_u64(r);
	v->time = rd_pack_u64(r);
	v->state = (enum record_state)rd_pack_below(r, RECORD_ORPHAN + 1);
	v->event_id = (uint16_t)rd_pack_below(r, UINT16_MAX + 1);
	v->provider = rd_text(r, k, CAP_OBS_TEXT);
	rec->rest = *r;
	rd_facts(r, k, rec, &k->nfacts);
	rd_words(r, k, rec, true);
	return rec;
}

static struct str
rd_rest(struct rd *r)
{
	struct span s = rd_span(r, rd_left(r));

	return (struct str){ s.p == NULL ? "" : (const char *)s.p, s.n };
}

static void
rd_constant_entry(struct rd *r, struct details_read *k)
{
	struct str s = rd_rest(r);

	if (k->told || s.n > CONSTANT_MOST || !pack_is_plain(s)) {
		r->bad = true;
		return;
	}
	k->constants = arena_grow(k->a, k->constants, k->nconstants.n,
	    &k->nconstants.cap, sizeof *k->constants);
	k->constants[k->nconstants.n++] = arena_str(k->a, s);
}

static void
rd_text_entry(struct rd *r, struct details_read *k)
{
	k->texts = arena_grow(k->a, k->texts, k->ntexts.n, &k->ntexts.cap,
	    sizeof *k->texts);
	k->texts[k->ntexts.n++] = rd_rest(r);
}

static void
rd_fact_entry(struct rd *r, struct details_read *k)
{
	k->facts = arena_grow(k->a, k->facts, k->nfacts.n, &k->nfacts.cap,
	    sizeof *k->facts);
	memset(&k->facts[k->nfacts.n], 0, sizeof *k->facts);
	rd_fact(r, k, &k->facts[k->nfacts.n]);
	k->nfacts.n++;
}

static void
rd_record_entry(struct rd *r, struct details_read *k)
{
	k->records = arena_grow(k->a, k->records, k->nrecords.n,
	    &k->nrecords.cap, sizeof(struct record_kept *));
	k->records[k->nrecords.n] = rd_record(r, k);
	k->nrecords.n++;
}

static void
rd_shown(struct rd *r, struct details_read *k, uint64_t head)
{
	struct shown s = { 0, 0, NULL };
	bool same = (head & 1) != 0;
	uint64_t n = head >> 1;

	if (same && k->nshown.n > k->nshown.from)
		s = k->shown[k->nshown.n - 1];
	else if (same)
		r->bad = true;
	if (!same) {
		s.clause = (uint32_t)rd_pack_below(r, k->rs->nclauses);
		s.group = rd_pack_u64(r);
	}
	if (n == 0 || n > k->nrecords.n - k->nrecords.from) {
		r->bad = true;
		return;
	}
	s.record = k->records[k->nrecords.from + (size_t)n - 1];
	k->shown = arena_grow(k->a, k->shown, k->nshown.n, &k->nshown.cap,
	    sizeof *k->shown);
	k->shown[k->nshown.n++] = s;
}

static void
rd_entry(struct rd *r, struct details_read *k)
{
	static void (*const of_kind[])(struct rd *, struct details_read *) = {
		[ENTRY_CONSTANT] = rd_constant_entry,
		[ENTRY_TEXT] = rd_text_entry,
		[ENTRY_FACT] = rd_fact_entry,
		[ENTRY_RECORD] = rd_record_entry,
	};
	uint64_t head = rd_pack_u64(r), kind = head & 7;
	struct rd e;

	if (kind >= ENTRY_SHOWN) {
		if (kind > ENTRY_SHOWN)
			r->bad = true;
		else
			rd_shown(r, k, head >> 3);
		return;
	}
	e = rd_init(rd_span(r, (size_t)(head >> 3)));
	of_kind[kind](&e, k);
	if (!rd_ok(&e) || rd_left(&e) > 0)
		r->bad = true;
}

/* One packing, behind those that were read before. */
static bool
packing_read(struct details_read *k, struct span packed)
{
	struct rd r = rd_init(packed);

	if (!k->told)
		k->nconstants.from = k->nconstants.n;
	k->ntexts.from = k->ntexts.n;
	k->nfacts.from = k->nfacts.n;
	k->nrecords.from = k->nrecords.n;
	k->nshown.from = k->nshown.n;
	while (rd_left(&r) > 0)
		rd_entry(&r, k);
	return rd_ok(&r);
}

static void
told_use(struct details_read *k, const struct interned *constants)
{
	k->told = true;
	k->constants = constants->v;
	k->nconstants.n = constants->n;
}

/* All packings of a computer. */
static void
details_unpack(struct details_read *k, const struct details *d)
{
	struct rd r = rd_init((struct span){ (const uint8_t *)d->packed.mem,
	    d->packed.n });

	while (rd_left(&r) > 0)
		(void)packing_read(k, rd_span(&r, (size_t)rd_pack_u64(&r)));
}

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* As slots of an observer are sorted. */
static int
cmp_age(const void *x, const void *y)
{
	const struct shown *a = x, *b = y;
	const struct record_seen *p = &a->record->seen, *q = &b->record->seen;
	int d = cmp_u64(a->clause, b->clause);

	if (d == 0)
		d = cmp_u64(a->group, b->group);
	if (d == 0)
		d = cmp_u64(p->evidence.time, q->evidence.time);
	if (d == 0)
		d = cmp_u64(p->evidence.record_id, q->evidence.record_id);
	if (d == 0)
		d = cmp_u64(p->input, q->input);
	return d != 0 ? d : cmp_u64(p->seq, q->seq);
}

static int
cmp_position(const void *x, const void *y)
{
	const struct shown *a = x, *b = y;
	int d = cmp_u64(a->clause, b->clause);

	if (d == 0)
		d = cmp_u64(a->record->seen.input, b->record->seen.input);
	return d != 0 ? d : cmp_u64(a->record->seen.seq, b->record->seen.seq);
}

/* The same record, read from two files. */
static bool
twins(const struct shown *a, const struct shown *b)
{
	const struct record_seen *p = &a->record->seen, *q = &b->record->seen;

	return a->clause == b->clause && a->group == b->group &&
	    p->input != q->input && p->evidence.time == q->evidence.time &&
	    p->evidence.record_id == q->evidence.record_id;
}

static size_t
untwin(struct shown *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !twins(&v[kept - 1], &v[i]))
			v[kept++] = v[i];
	return kept;
}

/* The oldest and newest few of each clause and key stay.  It makes no
 * difference whether that is done once or after every log. */
static void
oldest_newest(struct details_read *k)
{
	enum { HALF = CAP_OBS_DETAILS / 2 };
	struct shown *v = k->shown;
	size_t kept = 0, n;

	if (k->nshown.n == 0)
		return;
	qsort(v, k->nshown.n, sizeof *v, cmp_age);
	n = untwin(v, k->nshown.n);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n; j++)
			if (v[j].clause != v[i].clause ||
			    v[j].group != v[i].group)
				break;
		for (size_t x = i; x < j; x++)
			if (x < i + HALF || x + HALF >= j)
				v[kept++] = v[x];
	}
	k->nshown.n = kept;
}

/* What is left of what was read, as one packing behind those of d. */
static void
packing_add(struct details *d, struct details_read *k,
    struct interned *constants)
{
	struct detail_packer p;

	oldest_newest(k);
	detail_packer_init(&p, k->a, constants);
	for (size_t i = 0; i < k->nshown.n; i++) {
		const struct shown *s = &k->shown[i];

		if (s->record->packed == 0) {
			record_unpack(k, s->record);
			s->record->packed = record_pack(&p,
			    &s->record->seen);
		}
		shown_pack(&p, s->clause, s->group, s->record->packed);
	}
	if (p.to.n > 0) {
		pack_u64(&d->packed, p.to.n);
		out_bytes(&d->packed, p.to.mem, p.to.n);
	}
	out_trim(&d->packed);
	detail_packer_free(&p);
}

static void
details_settle(struct details *d, const struct ruleset *rs,
    struct interned *constants)
{
	struct arena scratch = { 0 };
	struct details_read k = { .a = &scratch, .rs = rs };
	struct details settled = { .packed = out_memory() };

	told_use(&k, constants);
	details_unpack(&k, d);
	packing_add(&settled, &k, constants);
	settled.settled = settled.packed.n;
	details_free(d);
	*d = settled;
	arena_free(&scratch);
}

bool
details_good(const struct ruleset *rs, struct span packed)
{
	struct arena scratch = { 0 };
	struct details_read k = { .a = &scratch, .rs = rs };
	bool good = packing_read(&k, packed);

	arena_free(&scratch);
	return good;
}

void
details_add(struct details *d, const struct ruleset *rs,
    struct interned *constants, struct span packed, uint32_t input)
{
	struct arena scratch = { 0 };
	struct details_read k = { .a = &scratch, .rs = rs, .input = input };

	(void)packing_read(&k, packed);
	packing_add(d, &k, constants);
	arena_free(&scratch);
	if (d->packed.n - d->settled > d->settled + UNSETTLED)
		details_settle(d, rs, constants);
}

void
details_free(struct details *d)
{
	out_free(&d->packed);
	d->settled = 0;
}

struct details_read *
details_open(struct arena *a, const struct ruleset *rs,
    const struct details *d, const struct interned *constants)
{
	struct details_read *k = arena_new(a, struct details_read);

	k->a = a;
	k->rs = rs;
	told_use(k, constants);
	details_unpack(k, d);
	oldest_newest(k);
	if (k->nshown.n > 0)
		qsort(k->shown, k->nshown.n, sizeof *k->shown, cmp_position);
	return k;
}

const struct evidence *
details_find(struct details_read *k, const struct tick *t,
    const struct input *inputs)
{
	struct record_kept key = { .seen = { .input = t->rest->input,
	    .seq = t->seq } };
	const struct shown want = { t->clause, 0, &key };
	struct shown *s = k->nshown.n == 0 ? NULL : bsearch(&want, k->shown,
	    k->nshown.n, sizeof *k->shown, cmp_position);

	if (s == NULL)
		return NULL;
	record_unpack(k, s->record);
	s->record->seen.evidence.input = inputs[t->rest->input].path;
	return &s->record->seen.evidence;
}
