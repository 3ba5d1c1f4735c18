/*
 * The release of Windows, out of EventLog 6009 and 6013.
 *
 * The data of 6013 is a list of UTF-16 strings, each ended by a NUL:
 * layout "1.1", a number, the name of the product, "6.1.7601 Build 7601
 * Service Pack 1", the kind of kernel and so on; what the items 1, 7, 8
 * and 9 stand for is not known.  Only the name tells a server from a client,
 * and only if it says so in words.
 */
#include <string.h>
#include "base/clock.h"
#include "base/utf.h"
#include "codes/session.h"

enum { ITEMS = 14 };	/* of an inventory that are looked at */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at *at, of at most five digits; moves *at behind it. */
static bool
take_number(struct str s, size_t *at, uint64_t *n)
{
	size_t from = *at;

	while (*at < s.n && is_digit(s.p[*at]))
		(*at)++;
	return *at > from && *at - from <= 5 &&
	    str_u64(str_sub(s, from, *at - from), n);
}

static bool
take_dot(struct str s, size_t *at)
{
	return *at < s.n && s.p[(*at)++] == '.';
}

bool
release_version(struct str s, struct release *r)
{
	size_t at = 0;

	if (!take_number(s, &at, &r->major) || !take_dot(s, &at) ||
	    !take_number(s, &at, &r->minor))
		return false;
	return at == s.n || (s.p[at] == '.' && at + 1 == s.n);
}

bool
release_build(struct str s, struct release *r)
{
	size_t at = 0;

	return take_number(s, &at, &r->build) &&
	    (at == s.n || (s.p[at] == '.' && at + 1 == s.n));
}

bool
release_sp(struct str s, struct release *r)
{
	static const char pack[] = "Service Pack ";
	size_t at = sizeof pack - 1;

	return str_starts(s, pack) && take_number(s, &at, &r->sp) &&
	    (at == s.n || !is_digit(s.p[at]));
}

void
release_add(struct adding *d, const struct release *r)
{
	add_number(d, (struct fact_id){ "os.major", "major" }, r->major);
	add_number(d, (struct fact_id){ "os.minor", "minor" }, r->minor);
	add_number(d, (struct fact_id){ "os.build", "build" }, r->build);
	if (r->has_sp)
		add_number(d, (struct fact_id){ "os.sp", "service pack" },
		    r->sp);
}

/* A list of NUL-ended UTF-16 strings, and its items as parts of it: those
 * that it lacks are { NULL, 0 }. */
struct inventory {
	struct span	list;
	struct span	item[ITEMS];
};

static struct inventory
inventory_of(struct span list)
{
	struct inventory v = { list, { { NULL, 0 } } };
	size_t n = 0, from = 0;

	for (size_t at = 0; n < ITEMS && at + 2 <= list.n; at += 2) {
		if (le16(list.p + at) != 0)
			continue;
		v.item[n++] = span_sub(list, from, at - from);
		from = at + 2;
	}
	return v;
}

/* "6.1.7601 Build 7601 Service Pack 1" */
static void
add_numbers(struct adding *d, struct str s)
{
	struct release r = { 0 };
	size_t at = 0, sp = str_find(s, "Service Pack ", 0);
	uint64_t again;

	if (!take_number(s, &at, &r.major) || !take_dot(s, &at) ||
	    !take_number(s, &at, &r.minor) || !take_dot(s, &at) ||
	    !take_number(s, &at, &r.build) ||
	    !str_starts(str_sub(s, at, s.n - at), " Build "))
		return;
	at += sizeof " Build " - 1;
	if (!take_number(s, &at, &again) || again != r.build)
		return;
	if (sp != SIZE_MAX)
		r.has_sp = release_sp(str_sub(s, sp, s.n - sp), &r);
	else
		r.has_sp = str_trim(str_sub(s, at, s.n - at)).n == 0;
	release_add(d, &r);
}

static void
add_server(struct adding *d, struct str product)
{
	static const char *const clients[] = {
		"Professional", "Workstation", "Windows XP", "Windows Vista",
		"Windows 7", "Windows 8", "Windows 10", "Windows 11",
	};
	struct fact_id id = { "os.server", "server" };

	if (str_find(product, "Server", 0) != SIZE_MAX) {
		add_number(d, id, 1);
		return;
	}
	for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++)
		if (str_find(product, clients[i], 0) != SIZE_MAX) {
			add_number(d, id, 0);
			return;
		}
}

/* An item that is one number of that base. */
static bool
item_number(struct adding *d, struct span s, bool hex, uint64_t *n)
{
	struct str t = str_trim(utf_from_utf16le(d->a, s));

	return hex ? str_hex64(t, n) : str_u64(t, n);
}

static void
add_item_text(struct adding *d, const struct inventory *v, size_t i,
    struct fact_id id)
{
	struct span s = v->item[i];
	struct str t = str_trim(utf_from_utf16le(d->a, s));

	if (t.n > 0)
		fact_bytes(add_text(d, id, t), (size_t)(s.p - v->list.p),
		    s.n);
}

static struct fact *
add_item_number(struct adding *d, const struct inventory *v, size_t i,
    bool hex, struct fact_id id)
{
	struct span s = v->item[i];
	uint64_t n;
	struct fact *fact = NULL;

	if (!item_number(d, s, hex, &n))
		return NULL;
	fact = hex ? add_word(d, id, n) : add_number(d, id, n);
	fact_bytes(fact, (size_t)(s.p - v->list.p), s.n);
	return fact;
}

/* Kernel, build, the day of setup (Unix time in hexadecimal), processors,
 * megabytes, locale, name: read off inventories of known machines. */
static void
add_machine(struct adding *d, const struct inventory *v)
{
	struct span s = v->item[6];
	uint64_t n;

	add_item_text(d, v, 4, (struct fact_id){ "os.kernel",
	    "kind of kernel" });
	add_item_text(d, v, 5, (struct fact_id){ "os.build_lab",
	    "build, in full" });
	if (item_number(d, s, true, &n) && n != 0 && n <= UINT32_MAX)
		fact_bytes(add_time(d, (struct fact_id){ "os.installed",
		    "installed" }, clock_from_unix((uint32_t)n)),
		    (size_t)(s.p - v->list.p), s.n);
	add_item_number(d, v, 10, false, (struct fact_id){ "host.cpus",
	    "processors" });
	add_item_number(d, v, 11, false, (struct fact_id){ "host.ram",
	    "memory, MB" });
	add_item_number(d, v, 12, true, (struct fact_id){ "host.locale",
	    "locale" });
	add_item_text(d, v, 13, (struct fact_id){ "host.name",
	    "name of the computer" });
}

void
release_inventory(struct adding *d)
{
	const struct inventory v = inventory_of(d->e->binary);
	struct span name = v.item[2], numbers = v.item[3];
	struct str product;
	struct fact *fact;
	size_t first;

	if (numbers.p == NULL || name.n == 0 ||
	    !str_is(utf_from_utf16le(d->a, v.item[0]), "1.1"))
		return;
	product = str_trim(utf_from_utf16le(d->a, name));
	fact = add_text(d, (struct fact_id){ "os.product", "product" },
	    product);
	fact_bytes(fact, (size_t)(name.p - v.list.p), name.n);
	add_server(d, product);
	first = d->f->n;
	add_numbers(d, utf_from_utf16le(d->a, numbers));
	for (size_t i = first; i < d->f->n; i++)
		if (strcmp(d->f->v[i].name, "os.build") == 0)
			fact_bytes(&d->f->v[i], (size_t)(numbers.p - v.list.p),
			    numbers.n);
	add_machine(d, &v);
}
