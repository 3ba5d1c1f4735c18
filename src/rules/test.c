/*
 * Conditions on single values of an event.
 */
#include "rules/rule.h"

static bool
values_hold(const struct test *t, uint64_t v)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->values[i] == v)
			return true;
	return false;
}

static bool
is_wild(char c)
{
	return c == '*' || c == '?';
}

struct pairs
pairs_of(struct str s, bool glob)
{
	struct pairs x = { { 0 } };

	for (size_t i = 1; i < s.n; i++) {
		/* Letters alike in both cases; no harm if others are too. */
		unsigned a = (unsigned char)s.p[i - 1] | 0x20u;
		unsigned b = (unsigned char)s.p[i] | 0x20u;
		unsigned pair = (a * 31 + b) % 256;

		if (!glob || (!is_wild(s.p[i - 1]) && !is_wild(s.p[i])))
			x.bits[pair / 64] |= UINT64_C(1) << pair % 64;
	}
	return x;
}

static bool
pairs_hold(const struct pairs *have, const struct pairs *want)
{
	uint64_t lacks = 0;

	for (size_t i = 0; i < 4; i++)
		lacks |= want->bits[i] & ~have->bits[i];
	return lacks == 0;
}

static bool
globs_hold(const struct test *t, struct str s)
{
	struct pairs have;

	if (t->pairs != NULL)
		have = pairs_of(s, false);
	for (size_t i = 0; i < t->n; i++)
		if ((t->pairs == NULL || pairs_hold(&have, &t->pairs[i])) &&
		    str_glob(s, t->names[i]))
			return true;
	return false;
}

/* An address by the number that it is; 32-bit kernels own the half from
 * 2 GiB on, 64-bit ones what lies above the canonical gap. */
static bool
address_is(enum value_kind kind, uint64_t v)
{
	bool kernel = (v >= UINT64_C(0x80000000) &&
	    v <= UINT64_C(0xFFFFFFFF)) || v >= UINT64_C(0xFFFF800000000000);

	if (kind == KIND_NULL)
		return v < 0x10000;
	return kind == KIND_KERNEL ? kernel : !kernel && v >= 0x10000;
}

/* Text "a.b.c.d", or a number whose lowest byte is a (as the bytes of a
 * network address lie in a data word). */
static bool
ipv4_of(const struct datum *d, uint8_t ip[4])
{
	size_t at = 0;

	for (int i = 0; d->text.n > 0 && i < 4; i++) {
		size_t dot = str_find(d->text, ".", at);
		uint64_t n;

		if (i == 3 ? dot != SIZE_MAX : dot == SIZE_MAX)
			return false;
		if (i == 3)
			dot = d->text.n;
		if (!str_u64(str_sub(d->text, at, dot - at), &n) || n > 255)
			return false;
		ip[i] = (uint8_t)n;
		at = dot + 1;
	}
	for (int i = 0; d->text.n == 0 && i < 4; i++)
		ip[i] = (uint8_t)(d->number >> 8 * i);
	return d->text.n > 0 || (d->has_number && d->number <= UINT32_MAX);
}

static bool
ipv4_is(enum value_kind kind, const uint8_t ip[4])
{
	bool none = ip[0] == 0 && ip[1] == 0 && ip[2] == 0 && ip[3] == 0;
	bool loop = ip[0] == 127;
	bool private = ip[0] == 10 || (ip[0] == 172 && ip[1] >> 4 == 1) ||
	    (ip[0] == 192 && ip[1] == 168) || (ip[0] == 169 && ip[1] == 254);

	if (kind == KIND_IPV4_NONE)
		return none;
	if (kind == KIND_IPV4_LOOPBACK)
		return loop;
	if (kind == KIND_IPV4_PRIVATE)
		return private;
	return !none && !loop && !private && ip[0] < 224;
}

/* *answer is whether it is of the kind; false if it is no address. */
static bool
kind_known(enum value_kind kind, const struct datum *d, bool *answer)
{
	uint8_t ip[4] = { 0 };

	if (kind >= KIND_IPV4_NONE) {
		if (!ipv4_of(d, ip))
			return false;
		*answer = ipv4_is(kind, ip);
		return true;
	}
	*answer = address_is(kind, d->number);
	return d->has_number;
}

static bool
same_value(const struct datum *a, const struct datum *b)
{
	if (a->has_number && b->has_number)
		return a->number == b->number;
	return a->text.n > 0 && str_caseeq(str_trim(a->text),
	    str_trim(b->text));
}

/* A value that is absent satisfies nothing but <... present="no">: a
 * negated test too asks for a value that is there and differs.  Nothing
 * negative is concluded from an event that could not be decoded whole. */
bool
test_holds(const struct test *t, const struct view *v)
{
	struct datum d, other;
	bool there = datum_get(v, &t->name, &d);
	bool holds = false;

	if (t->negate && v->e->error != NULL)
		return false;
	switch (t->kind) {
	case TEST_PRESENT:
		return there != t->negate;
	case TEST_EQUAL:
	case TEST_RANGE:
		if (!there || !d.has_number)
			return false;
		if (t->masked)
			d.number = (d.number & t->mask) >> t->shift;
		holds = t->kind == TEST_EQUAL ? values_hold(t, d.number) :
		    d.number >= t->lo && d.number <= t->hi;
		break;
	case TEST_LIKE:
		holds = there && globs_hold(t, d.text);
		break;
	case TEST_REGEX:
		holds = there && regex_find(t->regex, d.text, NULL);
		break;
	case TEST_EQUALS:
		there = there && datum_find(v, t->other, &other);
		holds = there && same_value(&d, &other);
		break;
	case TEST_KIND:
		there = there && kind_known(t->value_kind, &d, &holds);
		break;
	}
	if (!there)
		return false;
	return holds != t->negate;
}

bool
test_open(const struct test *t, const struct view *v)
{
	struct datum d;

	return v->e->error != NULL && (t->negate ||
	    !datum_get(v, &t->name, &d));
}

/* A whole data word tells most, then a masked word or a range, then a
 * string; that something is there at all tells little. */
int
test_weight(const struct test *t)
{
	switch (t->kind) {
	case TEST_EQUAL:
		return t->negate || t->masked || t->n > 1 ? 2 : 3;
	case TEST_RANGE:
	case TEST_LIKE:
	case TEST_REGEX:
	case TEST_EQUALS:
		return 2;
	case TEST_KIND:
	case TEST_PRESENT:
		return 1;
	}
	return 0;
}
