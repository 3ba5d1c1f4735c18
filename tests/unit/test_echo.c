/*
 * What is remembered while a log is read changes nothing: definitions met
 * before, likenesses, events that say what others said.  With
 * EVTRIAGE_CORPUS set on real logs too.
 */
#include <ftw.h>
#include "base/pack.h"
#include "rulesets.h"
#include "triage/harvest.h"
#include "triage/reader.h"

#define HEAD "computer A\nchannel System\ntime 2004-10-18T07:00:00Z\n" \
	"step 1m\nprovider P\nid 7\n"

/* Everything but the circumstances. */
static void
saying_add(struct out *o, const struct event *e)
{
	const struct str texts[] = { e->provider, e->source, e->guid,
	    e->channel, e->computer, e->user, e->message, e->user_root,
	    e->other_section, str_of(e->error) };
	const int64_t numbers[] = { e->id, e->qualifiers, e->version,
	    e->level, e->task, e->opcode, (int64_t)e->keywords,
	    e->has_keywords, e->has_binary, e->flags };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		pack_str(o, texts[i]);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		pack_i64(o, numbers[i]);
	for (size_t i = 0; i < e->nfields; i++) {
		const struct field *f = &e->fields[i];

		pack_str(o, f->name);
		pack_str(o, f->text);
		pack_u64(o, f->number);
		pack_str(o, (struct str){ (const char *)f->bytes.p,
		    f->bytes.n });
		pack_u64(o, f->type * 16u + f->part);
	}
	pack_str(o, (struct str){ (const char *)e->binary.p, e->binary.n });
}

struct said {
	struct span	likeness, saying;
};

static struct span
packed(const struct out *o)
{
	return (struct span){ (const uint8_t *)o->mem, o->n };
}

/* What log_ident says without decoding, log_event says too. */
static void
ident_holds(const struct ident *id, const struct event *e)
{
	if (!id->known)
		return;
	assert_true(str_eq(id->provider, e->provider));
	assert_true(str_eq(id->source, e->source));
	assert_true(str_eq(id->computer, e->computer));
	assert_int_equal(id->id, e->id);
	assert_int_equal(id->time, e->time);
}

/* Who is numbered as another is that one. */
struct numbered {
	uint64_t	names;
	uint32_t	where;
	struct str	provider, source, computer;
};

static void
numbers_hold(const struct numbered *v, size_t n, const struct ident *id)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].names == id->names && id->names != 0) {
			assert_true(str_eq(v[i].provider, id->provider));
			assert_true(str_eq(v[i].source, id->source));
		}
		if (v[i].where == id->where && id->where != 0)
			assert_true(str_eq(v[i].computer, id->computer));
	}
}

/* Returns how many idents were known. */
static size_t
idents_hold(struct source *s)
{
	struct arena a = { 0 };
	struct problems problems = { .arena = &a };
	struct numbered *v = NULL;
	size_t n = 0, cap = 0, known = 0;
	struct log *log = log_open(&a, s, &problems);
	struct record r;
	struct ident id;
	struct event e;
	struct tally t;

	while (log != NULL && log_next(log, &r) == LOG_RECORD) {
		log_ident(log, &id);
		numbers_hold(v, n, &id);
		if (id.known && ++known % 8 == 1) {
			v = arena_grow(&a, v, n, &cap, sizeof *v);
			v[n++] = (struct numbered){ id.names, id.where,
			    arena_str(&a, id.provider),
			    arena_str(&a, id.source),
			    arena_str(&a, id.computer) };
		}
		if (log_event(log, &a, &e))
			ident_holds(&id, &e);
	}
	if (log != NULL)
		log_close(log, &t);
	arena_free(&a);
	return known;
}

/* Events of one likeness say the same; returns how many were met again. */
static size_t
likenesses_hold(struct source *s)
{
	static struct likeness k;
	struct arena a = { 0 };
	struct problems problems = { .arena = &a };
	struct said *v = NULL;
	size_t n = 0, cap = 0, again = 0, i;
	struct out o = out_memory();
	struct log *log = log_open(&a, s, &problems);
	struct record r;
	struct event e;

	while (log != NULL && log_next(log, &r) == LOG_RECORD) {
		struct span like, says;

		if (!log_likeness(log, &k))
			continue;
		if (!log_event(log, &a, &e))
			continue;
		o.n = 0;
		pack_u64(&o, k.n);
		out_bytes(&o, k.bytes, k.n);
		out_bytes(&o, k.rest.p, k.rest.n);
		like = arena_span(&a, packed(&o));
		assert_true(e.time == k.time && e.record_id == k.record_id);
		o.n = 0;
		saying_add(&o, &e);
		says = packed(&o);
		for (i = 0; i < n && !span_eq(v[i].likeness, like); i++)
			continue;
		if (i < n) {
			assert_true(span_eq(v[i].saying, says));
			again++;
			continue;
		}
		v = arena_grow(&a, v, n, &cap, sizeof *v);
		v[n++] = (struct said){ like, arena_span(&a, says) };
	}
	if (log != NULL) {
		struct tally t;

		log_close(log, &t);
	}
	out_free(&o);
	arena_free(&a);
	return again;
}

static size_t
likenesses_hold_in(const char *text)
{
	struct source s;

	source_memory(&s, log_bytes(description(bytes_of(text), "one"),
	    LOG_EVTX));
	return likenesses_hold(&s);
}

static void
an_event_is_like_those_that_differ_in_circumstances(void **state)
{
	(void)state;
	assert_int_equal(likenesses_hold_in(HEAD "event\nstring a\n"
	    "event\nprocess 4\nthread 8\nstring a\nevent\nstring a\n"), 2);
	assert_int_equal(likenesses_hold_in(HEAD "event\nstring a\n"
	    "event\nstring b\nevent\nid 8\nstring a\nevent\nstring a\n"
	    "string b\nevent\ncomputer B\nstring a\nevent\nlevel error\n"
	    "string a\nevent\nstring ab\nevent\ndata text a=a\n"
	    "event\ndata text b=a\n"), 0);
	assert_int_equal(likenesses_hold_in(HEAD "event\nliteral\nstring a\n"
	    "event\nliteral\nstring a\n"), 0);
}

/* More names than there is room to remember, of different lengths, each of
 * which makes descriptors of its own; and more values than a layout has. */
static void
idents_are_those_of_the_events(void **state)
{
	struct out o = out_memory();
	struct span bytes;
	struct source s;

	(void)state;
	out_lit(&o, HEAD);
	for (unsigned n = 0; n < 1200; n++) {
		unsigned i = n % 600;

		out_fmt(&o, "event\nprovider P%0*u\nid %u\n",
		    (int)(i * 7 % 90 + 1), i % 400, i % 13);
		if (i % 5 == 0)
			out_fmt(&o, "computer C%0*u\n",
			    (int)(i * 11 % 60 + 1), i % 300);
		for (unsigned k = 0; k < (i % 100 == 0 ? 80 : i % 3); k++)
			out_fmt(&o, "string %u\n", k);
	}
	bytes = log_bytes(description((struct span){
	    (const uint8_t *)o.mem, o.n }, "one"), LOG_EVTX);
	out_free(&o);
	source_memory(&s, bytes);
	/* A few definitions of each chunk find no room. */
	assert_true(idents_hold(&s) > 1100);
	source_memory(&s, bytes);
	assert_true(likenesses_hold(&s) > 500);
}

/* Many events of a few templates, over several chunks. */
static const char *
long_text(void)
{
	struct out o = out_memory();
	const char *text;

	out_lit(&o, HEAD);
	for (unsigned i = 0; i < 900; i++) {
		out_fmt(&o, "event\nprovider %s\nid %u\n", i % 3 == 0 ? "Srv" :
		    i % 3 == 1 ? "EventLog" : "Disk", i % 3 == 0 ?
		    2020 : i % 3 == 1 ? 6005 + i % 2 : 51);
		for (unsigned k = 0; k < i % 5; k++)
			out_fmt(&o, i % 2 == 0 ? "string some text %u\n" :
			    "data text name%u=some value\n", k);
	}
	text = arena_cstr(&mem, (struct str){ o.mem, o.n });
	out_free(&o);
	return text;
}

enum { FILE_HEAD = 4096, CHUNK = 65536 };

static void
chunk_said(struct out *o, struct span bytes)
{
	struct arena a = { 0 };
	struct problems problems = { .arena = &a };
	struct source s;
	struct record r;
	struct ident id;
	struct event e;
	struct tally t;
	struct log *log;

	source_memory(&s, bytes);
	log = log_open(&a, &s, &problems);
	assert_non_null(log);
	while (log_next(log, &r) == LOG_RECORD) {
		log_ident(log, &id);
		(void)log_event(log, &a, &e);
		if (id.known) {
			pack_str(o, id.provider);
			pack_str(o, id.computer);
		}
		saying_add(o, &e);
		pack_u64(o, e.time);
		pack_u64(o, e.record_id);
		pack_i64(o, e.process);
		pack_str(o, e.activity);
	}
	log_close(log, &t);
	arena_free(&a);
}

/* A definition that is damaged, or whose names are, is another one. */
static void
chunks_are_read_in_a_log_as_they_are_alone(void **state)
{
	struct span log = log_bytes(description(bytes_of(long_text()), "one"),
	    LOG_EVTX);
	uint8_t *p = bytes_copy(log);
	uint32_t draw = 1;

	(void)state;
	assert_true(log.n >= FILE_HEAD + 2 * CHUNK);
	for (int round = 0; round < 400; round++) {
		struct out whole = out_memory(), alone = out_memory();
		/* Where definitions and names mostly lie. */
		size_t at = FILE_HEAD + CHUNK + 512;

		draw = draw * 1664525 + 1013904223;
		at += (draw >> 8) % 4000;
		p[at] ^= (uint8_t)(1u << (draw >> 24) % 8);
		chunk_said(&whole, (struct span){ p, FILE_HEAD + 2 * CHUNK });
		chunk_said(&alone, (struct span){ p + FILE_HEAD, CHUNK });
		chunk_said(&alone, (struct span){ p + FILE_HEAD + CHUNK,
		    CHUNK });
		if (whole.n != alone.n ||
		    memcmp(whole.mem, alone.mem, whole.n) != 0)
			fail_msg("bit at %zu, round %d", at, round);
		p[at] = log.p[at];
		out_free(&whole);
		out_free(&alone);
	}
}

/* What only one of them tells: why events do not fit. */
static void
add_but_tried(void *ctx, const void *p, size_t n)
{
	struct rd r = rd_init((struct span){ p, n });

	if (rd_pack_u64(&r) != MSG_TRIED)
		out_bytes(ctx, p, n);
}

static void
harvest_of(struct out *o, struct source *s, bool explain)
{
	struct arena a = { 0 };
	const struct reader_how how = { .rules = rules, .open = log_open,
	    .explain = explain, .tell = add_but_tried, .ctx = o };
	struct reader *t = reader_new(&a, &how);

	reader_input(t, s, str_of("log"));
	reader_free(t);
	arena_free(&a);
}

/* A reader that is to explain decodes every event. */
static void
harvests_are_the_same(struct span bytes)
{
	struct out with = out_memory(), without = out_memory();
	struct source s;

	source_memory(&s, bytes);
	harvest_of(&with, &s, false);
	source_memory(&s, bytes);
	harvest_of(&without, &s, true);
	assert_int_equal(with.n, without.n);
	assert_memory_equal(with.mem, without.mem, with.n);
	out_free(&with);
	out_free(&without);
}

static void
echoes_bring_the_same_harvest(void **state)
{
	(void)state;
	/* 6005 and 6006: their time is a fact of them, which is shown of one
	 * and asked for of the other. */
	rule("start", "", "", "<event provider='EventLog' id='6005'/>", "");
	rule("stop", "", "", "<event provider='EventLog' id='6006'/>", "");
	rule("asked", "", "", "<event provider='EventLog' id='6006'>"
	    "<fact name='boot.stop' min='127000000000000000'/></event>", "");
	rule("keyed", "", "", "<event provider='EventLog' id='6006' "
	    "distinct='boot.stop' min='2'/>", "");
	rule("srv", "", "", "<event provider='Srv' id='2020'/>", "");
	rule("disk", "", "", "<event provider='Disk' id='51'/>", "");
	rules_read();
	harvests_are_the_same(log_bytes(description(bytes_of(long_text()),
	    "one"), LOG_EVTX));
}

static size_t real_logs;

static int
real_log(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *dot = strrchr(path, '.');
	struct arena a = { 0 };
	struct source s;
	struct span bytes;
	FILE *f;

	(void)ftw;
	if (type != FTW_F || dot == NULL || strcasecmp(dot, ".evtx") != 0 ||
	    st->st_size > 4 << 20)
		return 0;
	f = fopen(path, "rb");
	assert_non_null(f);
	source_fd(&s, fileno(f));
	assert_true(source_slurp(&s, &a, SIZE_MAX / 2, &bytes));
	fclose(f);
	source_memory(&s, bytes);
	likenesses_hold(&s);
	source_memory(&s, bytes);
	idents_hold(&s);
	harvests_are_the_same(bytes);
	real_logs++;
	arena_free(&a);
	return 0;
}

static void
real_logs_too(void **state)
{
	const char *corpus = getenv("EVTRIAGE_CORPUS");
	const struct rules_from from = { .dir = "rules" };

	(void)state;
	rules = rules_load(&mem, &from, &triage_rules_env_lean, &errors);
	assert_non_null(rules);
	assert_int_equal(nftw("samples", real_log, 8, FTW_PHYS), 0);
	assert_true(real_logs > 0);
	if (corpus == NULL)
		skip();
	assert_int_equal(nftw(corpus, real_log, 8, FTW_PHYS), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_event_is_like_those_that_differ_in_circumstances),
		TEST(idents_are_those_of_the_events),
		TEST(chunks_are_read_in_a_log_as_they_are_alone),
		TEST(echoes_bring_the_same_harvest),
		TEST(real_logs_too),
	};

	return cmocka_run_group_tests_name("echo", tests, NULL, NULL);
}
