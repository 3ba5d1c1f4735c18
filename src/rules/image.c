/* See image.h; rule_shape.c says what a rule is made of. */
#include <inttypes.h>
#include <string.h>
#include "base/pack.h"
#include "rules/files.h"
#include "rules/image.h"
#include "rules/rule_shape.h"

static const uint8_t magic[8] = { 'e', 'v', 't', 'r', 'u', 'l', 'e', '1' };
enum { SUM = 8, KEY = 16, DIGEST = 24, HEAD = 32 };

static void
u64_put(struct out *o, uint64_t n)
{
	char buf[8];

	(void)str_put_le64(buf, n);
	out_bytes(o, buf, sizeof buf);
}

static void
rule_pack(struct out *o, const struct ruleset *rs, const struct rule *r)
{
	const struct clause *const *c = rs->clauses + r->first_clause;
	const void *things[CAP_RULE_CLAUSES];
	size_t n = 0;

	while (n < CAP_RULE_CLAUSES && r->first_clause + n < rs->nclauses &&
	    c[n]->rule == r) {
		things[n] = c[n];
		n++;
	}
	pack_u64(o, n);
	for (size_t i = 0; i < n; i++)
		shape_pack(o, &shape_clause, c[i], NULL, 0);
	shape_pack(o, &shape_rule, r, things, n);
}

void
image_begin(struct out *o, uint64_t key, uint64_t digest)
{
	out_bytes(o, magic, sizeof magic);
	u64_put(o, 0);
	u64_put(o, key);
	u64_put(o, digest);
}

struct span
image_end(struct out *o)
{
	struct span s = { (const uint8_t *)o->mem, o->n };

	(void)str_put_le64(o->mem + SUM, digest_of(0, span_from(s, KEY)));
	return s;
}

void
image_pack(struct out *o, const struct ruleset *rs,
    const struct rule_errors *errs)
{
	shape_pack(o, &shape_errors, errs, NULL, 0);
	pack_u64(o, rs->nrules);
	for (size_t i = 0; i < rs->nrules; i++)
		rule_pack(o, rs, rs->rules[i]);
}

bool
image_key(struct span image, uint64_t *key)
{
	if (image.n < HEAD || memcmp(image.p, magic, sizeof magic) != 0 ||
	    le64(image.p + SUM) != digest_of(0, span_from(image, KEY)))
		return false;
	*key = le64(image.p + KEY);
	return true;
}

/* The clauses of one rule, numbered within the set. */
static const void *const *
clauses_unpack(struct unpacker *u, struct ruleset *rs, const struct rule *r,
    size_t n)
{
	struct clause *v = arena_array(u->a, struct clause, n);
	const void **things = arena_array(u->a, const void *, n);

	for (size_t i = 0; i < n && rd_ok(&u->r); i++) {
		shape_unpack(u, &shape_clause, &v[i]);
		v[i].number = (uint32_t)rs->nclauses;
		v[i].rule = r;
		things[i] = &v[i];
		rs->clauses = arena_grow(u->a, rs->clauses, rs->nclauses,
		    &rs->clauses_cap, sizeof *rs->clauses);
		rs->clauses[rs->nclauses++] = &v[i];
	}
	return things;
}

static const struct rule *
rule_unpack(struct unpacker *u, struct ruleset *rs, struct str folder)
{
	struct rule *r = arena_new(u->a, struct rule);

	r->first_clause = rs->nclauses;
	u->n = (size_t)rd_pack_below(&u->r, CAP_RULE_CLAUSES + 1);
	u->things = clauses_unpack(u, rs, r, u->n);
	shape_unpack(u, &shape_rule, r);
	r->words = arena_new(u->a, struct words);
	r->words->a = u->a;
	r->info.path = arena_join(u->a, folder, r->info.path);
	return r;
}

struct ruleset *
image_unpack(struct arena *a, struct span image, const char *dir,
    const struct rules_env *env, struct rule_errors *errs)
{
	struct unpacker u = { .r = rd_at(image, HEAD), .a = a };
	struct ruleset *rs = arena_new(a, struct ruleset);
	struct str folder = dir == NULL ? str_of("") :
	    arena_fmt(a, "%s/", dir);
	struct rule_errors mistakes = { NULL, 0, 0 };
	uint64_t key;
	size_t n;

	if (!image_key(image, &key))
		return NULL;
	rs->env = env;
	shape_unpack(&u, &shape_errors, &mistakes);
	rs->digest = arena_fmt(a, "%016" PRIx64, le64(image.p + DIGEST));
	n = (size_t)rd_pack_below(&u.r, (uint64_t)rd_left(&u.r) + 1);
	rs->rules = arena_array(a, const struct rule *, n);
	for (rs->nrules = 0; rs->nrules < n && rd_ok(&u.r); rs->nrules++)
		rs->rules[rs->nrules] = rule_unpack(&u, rs, folder);
	if (!rd_ok(&u.r) || rd_left(&u.r) > 0)
		return NULL;
	for (size_t i = 0; i < mistakes.n; i++)
		rule_error_add(a, errs, mistakes.v[i].path,
		    mistakes.v[i].line, "%.*s", (int)mistakes.v[i].message.n,
		    mistakes.v[i].message.p);
	index_build(a, rs);
	return rs;
}
