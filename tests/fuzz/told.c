/*
 * What other processes told, as the one that concludes takes it: harvests,
 * and files of partial results.  It is refused, or there is a report, and
 * whatever that says is text.
 *
 * A harvest is tried as real ones of the samples with edits, so that no
 * seed depends on how one is laid out.  The input is a byte that chooses the
 * harvest, then edits, each a letter, the number of a message (a byte,
 * counted round), and what it needs:
 *
 *	n PLACE VALUE	number PLACE of the body becomes VALUE
 *	b PLACE VALUE	the byte there
 *	i PLACE VALUE	the same, put in
 *	c PLACE		the body ends there
 *	k VALUE		another kind
 *	d		left out
 *	t		told twice
 *	s		after the next one
 *	m		the body of the next one
 *
 * Ticks and marks are plain when they are edited, then squeezed again.
 * PLACE is 16 bits, counted round; VALUE 64 (of a byte the lowest), of which
 * the first byte says how many follow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/die.h"
#include "base/pack.h"
#include "base/squeeze.h"
#include "fuzz/fuzz.h"
#include "report/report.h"
#include "triage/harvest.h"
#include "triage/reader.h"
#include "triage/triage.h"

enum { MESSAGES = 4096, HARVESTS = 3 };

static const char *const samples[HARVESTS][2] = {
	{ "samples/iis-stop-3f.evtx", NULL },
	{ "samples/srv-2020-2003.evt", NULL },
	{ "samples/nt351-stop-7f.evt", "samples/iis-stop-3f.evt" },
};

static struct arena kept;
static struct ruleset *rules;
static struct out harvests[HARVESTS];

static void
add(void *ctx, const void *p, size_t n)
{
	out_bytes(ctx, p, n);
}

static void
read_one(struct reader *t, const char *path)
{
	struct source s;
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		die("the samples are not in the current folder");
	source_fd(&s, fileno(f));
	reader_input(t, &s, str_of(path));
	(void)fclose(f);
}

/* Some rules that the samples touch: with all of them most of the time goes
 * into trying those that do not matter. */
static void
rules_get_some(void)
{
	static const char *const some[] = { "KB145882", "KB216765",
	    "KB886670", "KB312362", "KB317249-2021", "srv-2020",
	    "bugcheck", "unexpected-shutdown" };
	char folder[] = "/tmp/evtriage-fuzz-XXXXXX", at[64], *file;
	const struct rules_from from = { .dir = folder, .base = "rules",
	    .policy = SEAL_OFF };
	struct rule_errors errs = { NULL, 0, 0 };

	if (mkdtemp(folder) == NULL)
		die("no folder for rules");
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		(void)snprintf(at, sizeof at, "rules/%s.xml", some[i]);
		file = realpath(at, NULL);
		(void)snprintf(at, sizeof at, "%s/%s.xml", folder, some[i]);
		if (file == NULL || symlink(file, at) == -1)
			die("the rules are not in the current folder");
		free(file);
	}
	rules = rules_load(&kept, &from, &triage_rules_env_lean, &errs);
	if (rules_count(rules) != sizeof some / sizeof *some)
		die("not all rules were loaded");
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		(void)snprintf(at, sizeof at, "%s/%s.xml", folder, some[i]);
		(void)unlink(at);
	}
	(void)rmdir(folder);
}

static void
prepare(void)
{
	if (rules != NULL)
		return;
	rules_get_some();
	for (size_t i = 0; i < HARVESTS; i++) {
		const struct reader_how how = { .rules = rules,
		    .open = log_open, .explain = true, .tell = add,
		    .ctx = &harvests[i] };
		struct reader *t = reader_new(&kept, &how);

		harvests[i] = out_memory();
		for (size_t k = 0; k < 2 && samples[i][k] != NULL; k++)
			read_one(t, samples[i][k]);
		reader_missed(t, str_of("gone"), "is not there");
		reader_free(t);
	}
}

static struct span
of(const struct out *o)
{
	return (struct span){ (const uint8_t *)o->mem, o->n };
}

/* The messages of a harvest, to be edited; plain where they are squeezed. */
struct messages {
	struct arena	a;
	struct message	v[MESSAGES];
	size_t		n;
};

/* The body with what was squeezed as `way` makes it. */
static void
body_turn(struct messages *m, struct message *x,
    void (*way)(struct out *to, struct span s))
{
	struct rd r = rd_init(x->body);
	struct out o = out_memory();

	if (!message_squeezed(x->kind))
		return;
	pack_u64(&o, rd_pack_u64(&r));
	way(&o, span_from(x->body, r.at));
	x->body = arena_span(&m->a, of(&o));
	out_free(&o);
}

static void
plain_add(struct out *to, struct span s)
{
	struct out plain = out_memory();

	if (!unsqueeze(&plain, s))
		abort();
	out_bytes(to, plain.mem == NULL ? "" : plain.mem, plain.n);
	out_free(&plain);
}

static void
messages_of(struct messages *m, struct span harvest)
{
	struct rd r = rd_init(harvest);

	for (m->n = 0; m->n < MESSAGES && rd_message(&r, &m->v[m->n]);
	    m->n++)
		body_turn(m, &m->v[m->n], plain_add);
}

/* The body with n bytes at `from' replaced. */
static struct span
replaced(struct messages *m, struct span body, size_t from, size_t n,
    const struct out *by)
{
	struct out o = out_memory();
	struct span s;

	out_bytes(&o, body.p, from);
	out_bytes(&o, by->mem == NULL ? "" : by->mem, by->n);
	out_bytes(&o, body.p + from + n, body.n - from - n);
	s = arena_span(&m->a, of(&o));
	out_free(&o);
	return s;
}

/* Number k of the body, as if all of it were numbers: where it stands. */
static size_t
number_at(struct span body, size_t k, size_t *length)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < body.n; i++)
		n += body.p[i] < 0x80;
	k = n == 0 ? 0 : k % n;
	while (k > 0)
		k -= body.p[at++] < 0x80;
	*length = 0;
	while (at + *length < body.n && body.p[at + *length] >= 0x80)
		++*length;
	*length += at + *length < body.n;
	return at;
}

static uint64_t
value(struct rd *r)
{
	size_t n = rd_u8(r) % 9;
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)rd_u8(r) << 8 * i;
	return v;
}

/* Edits inside of a body. */
static void
body_edit(struct messages *m, struct message *x, uint8_t what, struct rd *r)
{
	size_t place = rd_u16(r), length = what == 'b';
	struct out by = out_memory();

	if (what == 'n') {
		place = number_at(x->body, place, &length);
		pack_u64(&by, value(r));
	} else {
		place = x->body.n == 0 ? 0 : place % x->body.n;
	}
	if (what == 'b' || what == 'i')
		out_char(&by, (char)value(r));
	if (what == 'c')
		x->body.n = place;
	else if (place + length <= x->body.n)
		x->body = replaced(m, x->body, place, length, &by);
	out_free(&by);
}

static void
edit(struct messages *m, uint8_t what, struct rd *r)
{
	size_t i = m->n == 0 ? 0 : rd_u8(r) % m->n;
	struct message was = m->v[i], *next = &m->v[(i + 1) % MESSAGES];

	if (m->n < 2 || i + 1 == m->n)
		next = &m->v[0];
	switch (what) {
	case 'k':
		m->v[i].kind = (enum message_kind)(value(r) % (MSG_END + 1));
		break;
	case 'd':
		m->n -= m->n > 0;
		memmove(&m->v[i], &m->v[i + 1], (m->n - i) * sizeof *m->v);
		break;
	case 't':
		if (m->n == 0 || m->n == MESSAGES)
			break;
		memmove(&m->v[i + 1], &m->v[i], (m->n - i) * sizeof *m->v);
		m->n++;
		break;
	case 's':
		m->v[i] = *next;
		*next = was;
		break;
	case 'm':
		m->v[i].body = next->body;
		break;
	default:
		if (m->n > 0)
			body_edit(m, &m->v[i], what, r);
		break;
	}
}

/* Everything that can be asked of what was taken. */
static void
conclude(struct triage *t, bool taken)
{
	struct report_options how = { .columns = 80, .verbose = 1 };
	struct out text = out_memory(), json = out_memory();
	const struct finding *f;
	struct finding_at at = { .host = 0 };
	const struct str *lines;
	struct str rule;
	struct report r;

	triage_report(t, SEV_INFO, &r);
	if (!taken && r.ninputs + r.nhosts + r.nproblems > 0)
		abort();
	report_text(&text, &r, &how);
	report_json(&json, &r, &how);
	fuzz_text_holds(&text);
	fuzz_text_holds(&json);
	f = finding_next(&r, &at);
	rule = f != NULL ? f->rule : str_of("");
	for (size_t i = 0; i < r.nhosts && rule.n > 0; i++)
		(void)triage_why(t, rules_by_id(rules, rule), i, &lines);
	out_free(&text);
	out_free(&json);
}

void
fuzz_harvest(const uint8_t *p, size_t n)
{
	static struct messages m;
	struct rd r = rd_init((struct span){ p, n });
	struct arena a = { 0 };
	struct out o = out_memory();
	struct triage *t;
	size_t which;
	bool taken;

	prepare();
	t = triage_new(&a, rules);
	which = rd_u8(&r) % HARVESTS;
	messages_of(&m, of(&harvests[which]));
	for (size_t k = 0; k < 64 && rd_left(&r) > 0; k++)
		edit(&m, rd_u8(&r), &r);
	for (size_t i = 0; i < m.n; i++) {
		body_turn(&m, &m.v[i], squeeze);
		message_pack(&o, m.v[i].kind, m.v[i].body);
	}
	taken = triage_harvest(t, of(&o));
	/* As it was made it is good. */
	if (!taken && n < 2)
		abort();
	conclude(t, taken);
	triage_free(t);
	out_free(&o);
	arena_reset(&m.a);
	arena_free(&a);
}

/* As what was squeezed; and squeezed, and back. */
void
fuzz_squeeze(const uint8_t *p, size_t n)
{
	struct out o = out_memory(), back = out_memory();
	struct span s = { p, n };

	if (unsqueeze(&back, s) && back.n != squeezed_length(s))
		abort();
	if (n <= SQUEEZE_MOST) {
		squeeze(&o, s);
		if (!unsqueeze(&back, of(&o)) || back.n != n ||
		    (n > 0 && memcmp(back.mem, p, n) != 0))
			abort();
	}
	out_free(&o);
	out_free(&back);
}

/* A file of partial results to its end. */
static void
part_read(struct span file, const struct part_line *expected)
{
	struct arena a = { 0 };
	struct triage *t = triage_new(&a, rules);
	struct part_head h;
	struct part_line l;
	struct part_reader *p;
	struct source s;
	const char *why;
	enum part_step step = PART_BROKEN;
	size_t n = 0;

	source_memory(&s, file);
	p = part_open(&a, &s, &h, &why);
	while (p != NULL && (step = part_next(p, &l)) == PART_LINE) {
		n++;
		if (expected != NULL && (!str_eq(l.job.path,
		    expected->job.path) || l.harvest.n !=
		    expected->harvest.n || (l.harvest.n > 0 &&
		    memcmp(l.harvest.p, expected->harvest.p,
		    l.harvest.n) != 0)))
			abort();
		triage_line(t, &l);
	}
	if (expected != NULL && (step != PART_LAST || n != 1))
		abort();
	if (p != NULL && step == PART_BROKEN && part_error(p) == NULL)
		abort();
	conclude(t, true);
	if (p != NULL)
		part_close(p);
	triage_free(t);
	arena_free(&a);
}

/* As it is; and as what a worker told, written and read back. */
void
fuzz_part(const uint8_t *p, size_t n)
{
	const struct part_head head = { str_of("1"), str_of("2"), 1, 1 };
	const struct part_line line = { .kind = PART_FILE, .job = {
	    .path = { (const char *)p, n < PATH_MOST ? n : PATH_MOST },
	    .seq = n }, .harvest = { p, n } };
	struct out o = out_memory();

	prepare();
	part_read((struct span){ p, n }, NULL);
	part_begin(&o, &head);
	part_write(&o, &line);
	part_end(&o, 1, (struct sandbox){ true, SEAL_ALL });
	part_read(of(&o), &line);
	out_free(&o);
}
