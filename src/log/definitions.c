/*
 * Template definitions met before.  Every chunk brings along those that its
 * records need, and they are the same in all chunks but for the places of
 * names: a chunk stores a name once, where it is first needed, and refers to
 * it by its offset.  So a definition is known again when its bytes between
 * such references are the same and the references lead to the same names,
 * hashes and all; no id or GUID is believed.  Only those whose names are all
 * sound are kept: what is known again has sound names as well.  That takes a
 * fraction of making its program anew.
 */
#include <string.h>
#include "base/caps.h"
#include "base/interned.h"
#include "log/definitions.h"
#include "log/plan.h"

enum { GUID = 16, CHAINS = 64 };

/* A name_ref as it is kept. */
struct kept_ref {
	uint32_t	at;
	uint32_t	number;		/* of the name; 0: it is stored here */
};

struct definition {
	struct span		 tokens;
	const struct kept_ref	*refs;
	size_t			 nrefs;
	const struct program	*program;
	const struct definition	*next;
};

struct definitions {
	struct arena		*a;
	const struct definition	*chains[CHAINS];	/* by GUID */
	struct interned		 names;
	size_t			 kept;		/* bytes of tokens */
};

struct definitions *
definitions_new(struct arena *a)
{
	struct definitions *d = arena_new(a, struct definitions);

	d->a = a;
	d->names = interned_new(a);
	return d;
}

static struct span
tokens_of(struct rd r)
{
	return span_from(r.s, r.at);
}

/* The GUID stands before the size, which stands before the tokens. */
static size_t
chain_of(struct rd r)
{
	return le32(r.s.p + r.at - 4 - GUID) % CHAINS;
}

/* What lies at a place that a name is said to be at: its hash, length,
 * characters and NUL. */
static struct span
name_lies(struct span chunk, size_t at)
{
	struct rd r = rd_at(chunk, at + 6);
	size_t n = 2 * (size_t)rd_u16(&r);

	rd_skip(&r, n + 2);
	return rd_ok(&r) ? span_sub(chunk, at + 4, n + 6) :
	    (struct span){ NULL, 0 };
}

/* Does the name of that number lie there?  The same few names are asked for
 * again and again: what was found is remembered for the chunk. */
static bool
name_is(const struct definitions *d, struct chunk *c, uint32_t at,
    uint32_t number)
{
	struct name_known *k = &c->known[(at * UINT32_C(0x9E3779B1) >> 16) %
	    NAMES_KNOWN];
	struct str name = d->names.v[number - 1];

	if (k->offset == at && at != 0)
		return k->number == number;
	if (!span_eq(name_lies(c->bytes, at),
	    (struct span){ (const uint8_t *)name.p, name.n }))
		return false;
	*k = (struct name_known){ at, number };
	return true;
}

/* Between two names there are mostly few bytes. */
static inline bool
bytes_eq(const uint8_t *p, const uint8_t *q, size_t n)
{
	if (n < 8 || n > 16)
		return n == 0 || memcmp(p, q, n) == 0;
	return le64(p) == le64(q) && le64(p + n - 8) == le64(q + n - 8);
}

/* Is what r is at the beginning of this definition? */
static bool
is_same(const struct definitions *d, const struct definition *x, struct rd r,
    struct chunk *c)
{
	struct span have = tokens_of(r);
	size_t from = 0;

	if (have.n != x->tokens.n)
		return false;
	for (size_t i = 0; i < x->nrefs; i++) {
		struct kept_ref ref = x->refs[i];
		bool here = ref.number == 0;
		uint32_t at;

		if (!bytes_eq(have.p + from, x->tokens.p + from,
		    ref.at - from))
			return false;
		at = le32(have.p + ref.at);
		/* Behind the reference: first the place of another name. */
		from = ref.at + (here ? 8 : 4);
		if ((at == r.at + ref.at + 4) != here ||
		    (!here && !name_is(d, c, at, ref.number)))
			return false;
	}
	return bytes_eq(have.p + from, x->tokens.p + from, have.n - from);
}

const struct program *
definition_again(const struct definitions *d, struct rd tokens,
    struct chunk *c)
{
	const struct definition *x = d->chains[chain_of(tokens)];

	while (x != NULL && !is_same(d, x, tokens, c))
		x = x->next;
	return x == NULL ? NULL : x->program;
}

/* The texts of a program lie in the arena of its chunk. */
static const struct program *
program_copy(struct arena *a, const struct program *p)
{
	struct program *q = arena_new(a, struct program);

	*q = *p;
	q->steps = arena_array(a, struct step, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		q->steps[i] = p->steps[i];
		q->steps[i].name = arena_str(a, p->steps[i].name);
		q->steps[i].text = arena_str(a, p->steps[i].text);
	}
	q->kept = true;
	program_circumstances(q);
	q->plan = plan_new(a, q);
	return q;
}

static bool
program_eq(const struct program *p, const struct program *q)
{
	if (p->n != q->n)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->steps[i], *t = &q->steps[i];

		if (s->kind != t->kind || s->hole != t->hole ||
		    s->index != t->index || s->depends != t->depends ||
		    s->other != t->other || s->place != t->place ||
		    !str_eq(s->name, t->name) || !str_eq(s->text, t->text))
			return false;
	}
	return true;
}

/* One that is stored here is among the tokens. */
static struct kept_ref
ref_keep(struct definitions *d, const struct name_ref *ref)
{
	return (struct kept_ref){ ref->at, ref->here ? 0 :
	    interned_add(&d->names, (struct str){
	    (const char *)ref->name.p, ref->name.n }) };
}

/* Names stored in other places make other bytes of the same program. */
static const struct program *
program_keep(struct definitions *d, const struct definition *chain,
    const struct program *p)
{
	for (const struct definition *x = chain; x != NULL; x = x->next)
		if (program_eq(x->program, p))
			return x->program;
	return program_copy(d->a, p);
}

const struct program *
definition_keep(struct definitions *d, struct rd tokens,
    const struct name_ref *refs, size_t nrefs, const struct program *p)
{
	const struct definition **chain = &d->chains[chain_of(tokens)];
	struct span bytes = tokens_of(tokens);
	struct definition *x;
	struct kept_ref *v;

	if (bytes.n > CAP_DEFINITIONS - d->kept)
		return NULL;
	d->kept += bytes.n;
	x = arena_new(d->a, struct definition);
	x->tokens = arena_span(d->a, bytes);
	x->refs = v = arena_array(d->a, struct kept_ref, nrefs + 1);
	x->nrefs = nrefs;
	for (size_t i = 0; i < nrefs; i++)
		v[i] = ref_keep(d, &refs[i]);
	x->program = program_keep(d, *chain, p);
	x->next = *chain;
	*chain = x;
	return x->program;
}
