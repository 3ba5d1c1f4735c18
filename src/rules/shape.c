/* See shape.h. */
#include <string.h>
#include "base/caps.h"
#include "base/pack.h"
#include "rules/shape.h"

/* Lists in lists: as elements in elements, and a few around them. */
enum { DEPTH_MOST = CAP_XML_DEPTH + 8 };

static const struct member u64_members[] = {
	{ MEMBER_NUMBER, 0, sizeof(uint64_t), 0, UINT64_MAX, NULL, 0 },
};
static const struct member text_members[] = {
	{ MEMBER_TEXT, 0, sizeof(struct str), 0, 0, NULL, 0 },
};
static const struct member cstring_members[] = {
	{ MEMBER_CSTRING, 0, sizeof(char *), 0, 0, NULL, 0 },
};
const struct shape shape_u64 = SHAPE(uint64_t, u64_members, NULL);
const struct shape shape_text = SHAPE(struct str, text_members, NULL);
const struct shape shape_cstring = SHAPE(char *, cstring_members, NULL);

struct packer {
	struct out		*o;
	const void *const	*things;
	size_t			 n;
};

static const void *
pointer_get(const void *at)
{
	const void *p;

	memcpy(&p, at, sizeof p);
	return p;
}

static size_t
size_get(const void *at)
{
	size_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

/* An int is the only thing with a sign. */
static uint64_t
number_get(const struct member *f, const void *at)
{
	uint8_t small;
	uint16_t half;
	uint32_t word;
	uint64_t whole;

	switch (f->size) {
	case 1:
		memcpy(&small, at, sizeof small);
		return small;
	case 2:
		memcpy(&half, at, sizeof half);
		return half;
	case 4:
		memcpy(&word, at, sizeof word);
		return f->least < 0 ? (uint64_t)(int32_t)word : word;
	}
	memcpy(&whole, at, sizeof whole);
	return whole;
}

static void
number_set(const struct member *f, void *at, uint64_t v)
{
	const uint8_t small = (uint8_t)v;
	const uint16_t half = (uint16_t)v;
	const uint32_t word = (uint32_t)v;

	switch (f->size) {
	case 1:
		memcpy(at, &small, sizeof small);
		return;
	case 2:
		memcpy(at, &half, sizeof half);
		return;
	case 4:
		memcpy(at, &word, sizeof word);
		return;
	}
	memcpy(at, &v, sizeof v);
}

static void
text_pack(struct out *o, struct str s)
{
	pack_str(o, s);
	out_char(o, '\0');
}

static struct str
text_get(const void *at)
{
	struct str s;

	memcpy(&s, at, sizeof s);
	return s;
}

static void	pack(struct packer *p, const struct shape *s,
		    const void *item);

static void
list_pack(struct packer *p, const struct shape *s, const void *first)
{
	const char *x;
	size_t n = 0;

	for (x = first; x != NULL; x = pointer_get(x + s->next))
		n++;
	pack_u64(p->o, n);
	for (x = first; x != NULL; x = pointer_get(x + s->next))
		pack(p, s, x);
}

static void
items_pack(struct packer *p, const struct shape *s, const void *first,
    size_t n)
{
	const char *x = first;

	for (size_t i = 0; i < n; i++)
		pack(p, s, x + i * s->size);
}

/* 0 is none, and the thing of number i is i + 1. */
static void
thing_pack(struct packer *p, const void *thing)
{
	size_t i = 0;

	while (thing != NULL && i < p->n && p->things[i] != thing)
		i++;
	pack_u64(p->o, thing == NULL || i == p->n ? 0 : i + 1);
}

static void
pack(struct packer *p, const struct shape *s, const void *item)
{
	for (const struct member *f = s->v; f < s->v + s->n; f++) {
		const char *at = (const char *)item + f->at;
		size_t n = f->kind == MEMBER_ARRAY || f->kind == MEMBER_BESIDE ?
		    size_get((const char *)item + f->count) : 0;

		switch (f->kind) {
		case MEMBER_NUMBER:
			pack_u64(p->o, number_get(f, at) -
			    (uint64_t)f->least);
			break;
		case MEMBER_TEXT:
			text_pack(p->o, text_get(at));
			break;
		case MEMBER_CSTRING:
			text_pack(p->o, str_of(pointer_get(at)));
			break;
		case MEMBER_INSIDE:
			pack(p, f->of, at);
			break;
		case MEMBER_LIST:
			list_pack(p, f->of, pointer_get(at));
			break;
		case MEMBER_ARRAY:
			pack_u64(p->o, n);
			items_pack(p, f->of, pointer_get(at), n);
			break;
		case MEMBER_BESIDE:
			if (pointer_get(at) == NULL)
				n = 0;
			pack_u64(p->o, n > 0);
			items_pack(p, f->of, pointer_get(at), n);
			break;
		case MEMBER_ONE_OF:
			thing_pack(p, pointer_get(at));
			break;
		case MEMBER_DERIVED:
			break;
		}
	}
}

void
shape_pack(struct out *o, const struct shape *s, const void *item,
    const void *const *things, size_t n)
{
	struct packer p = { o, things, n };

	pack(&p, s, item);
}

/* How many follow; each takes a byte at least. */
static size_t
count_read(struct unpacker *u)
{
	return (size_t)rd_pack_below(&u->r, (uint64_t)rd_left(&u->r) + 1);
}

static struct str
text_read(struct unpacker *u)
{
	struct str s = rd_pack_str(&u->r, CAP_RULE_FILE);

	if (rd_u8(&u->r) != '\0')
		u->r.bad = true;
	return rd_ok(&u->r) ? s : str_of("");
}

static void
list_unpack(struct unpacker *u, const struct shape *s, char *at)
{
	for (size_t n = count_read(u); n > 0 && rd_ok(&u->r); n--) {
		char *x = arena_alloc(u->a, s->size);

		shape_unpack(u, s, x);
		memcpy(at, &x, sizeof x);
		at = x + s->next;
	}
}

/* The count is that of what is there, should the reader go bad. */
static void
items_unpack(struct unpacker *u, const struct member *f, char *at, size_t n)
{
	char *x = arena_calloc(u->a, n, f->of->size);

	memcpy(at, &x, sizeof x);
	for (size_t i = 0; i < n && rd_ok(&u->r); i++)
		shape_unpack(u, f->of, x + i * f->of->size);
}

static void
thing_unpack(struct unpacker *u, char *at)
{
	size_t i = (size_t)rd_pack_below(&u->r, u->n + 1);
	const void *thing = i == 0 ? NULL : u->things[i - 1];

	memcpy(at, &thing, sizeof thing);
}

static void
number_unpack(struct unpacker *u, const struct member *f, char *at)
{
	uint64_t v = rd_pack_u64(&u->r);

	if (v > f->most - (uint64_t)f->least)
		u->r.bad = true;
	number_set(f, at, u->r.bad ? (uint64_t)f->least :
	    v + (uint64_t)f->least);
}

static void
member_unpack(struct unpacker *u, const struct member *f, char *item)
{
	struct str s;
	size_t n;

	switch (f->kind) {
	case MEMBER_NUMBER:
		number_unpack(u, f, item + f->at);
		break;
	case MEMBER_TEXT:
		s = text_read(u);
		memcpy(item + f->at, &s, sizeof s);
		break;
	case MEMBER_CSTRING:
		s = text_read(u);
		memcpy(item + f->at, &s.p, sizeof s.p);
		break;
	case MEMBER_INSIDE:
		shape_unpack(u, f->of, item + f->at);
		break;
	case MEMBER_LIST:
		list_unpack(u, f->of, item + f->at);
		break;
	case MEMBER_ARRAY:
		n = count_read(u);
		memcpy(item + f->count, &n, sizeof n);
		items_unpack(u, f, item + f->at, n);
		break;
	case MEMBER_BESIDE:
		if (rd_pack_below(&u->r, 2) == 1)
			items_unpack(u, f, item + f->at,
			    size_get(item + f->count));
		break;
	case MEMBER_ONE_OF:
		thing_unpack(u, item + f->at);
		break;
	case MEMBER_DERIVED:
		break;
	}
}

void
shape_unpack(struct unpacker *u, const struct shape *s, void *item)
{
	if (u->depth == DEPTH_MOST)
		u->r.bad = true;
	if (!rd_ok(&u->r))
		return;
	u->depth++;
	for (size_t i = 0; i < s->n; i++)
		member_unpack(u, &s->v[i], item);
	u->depth--;
	if (rd_ok(&u->r) && s->ready != NULL && !s->ready(u->a, item))
		u->r.bad = true;
}
