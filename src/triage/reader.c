/*
 * Reading inputs: every record is asked who it is, what some rule or the
 * story of the computer wants is decoded and matched, and what is learnt
 * goes out as a harvest.  This runs in a sealed process where there is one:
 * it has rules, bytes and a way out, nothing else.
 */
#include <string.h>
#include "base/pack.h"
#include "base/squeeze.h"
#include "codes/decode.h"
#include "log/log.h"
#include "triage/echo.h"
#include "triage/harvest.h"
#include "triage/reader.h"
#include "triage/walk.h"

/* A provider met lately and what is known of it, so that the answers are
 * found once and not for every record. */
enum { MEMOS = 64, MEMO_TEXT = 160 };
struct memo {
	size_t		nprovider, nsource;	/* 0, 0: free */
	char		text[MEMO_TEXT];	/* one behind the other */
	bool		all;		/* some rule wants all its events */
	struct roles	roles;
};

/* What is known of a provider's events of one id, by the number that its
 * names have in the log. */
enum { INTERESTS = 1024, INTEREST_PROBES = 4 };
struct interest {
	uint64_t	names;		/* 0: free */
	uint16_t	id;
	bool		wanted;
	struct roles	roles;
};

/* Packed ticks and marks are told when so many bytes wait. */
enum { BATCH = 1 << 15 };

struct reader {
	struct reader_how	 how;
	struct problems		 problems;
	struct input		 in;		/* the one that is read */
	struct sighting		**sightings;	/* in it */
	size_t			 nsightings, sightings_cap;
	struct sighting		*newest;	/* of the last event */
	bool			 channel_known;	/* of the input */
	uint64_t		 records;	/* of all inputs */
	uint64_t		 left;		/* out, of the input */
	struct arena		 file;		/* one input */
	struct arena		 scratch;	/* one event */
	struct out		 body, whole;	/* of a message */
	struct memo		 memos[MEMOS];
	struct memo		 memo_long;	/* of names that do not fit */
	struct interest		 interests[INTERESTS];	/* in the input */
	struct likeness		 likeness;	/* of the record */
	struct echoes		 echoes;	/* in the input */
};

struct reader *
reader_new(struct arena *a, const struct reader_how *how)
{
	struct reader *t = arena_new(a, struct reader);

	t->how = *how;
	t->body = out_memory();
	t->whole = out_memory();
	return t;
}

void
reader_free(struct reader *t)
{
	arena_free(&t->file);
	arena_free(&t->scratch);
	arena_free(&t->echoes.arena);
	out_free(&t->body);
	out_free(&t->whole);
}

void
reader_restart(struct reader *t)
{
	t->records = 0;
}

static void
tell(struct reader *t, enum message_kind kind, struct span body)
{
	t->whole.n = 0;
	message_pack(&t->whole, kind, body);
	t->how.tell(t->how.ctx, t->whole.mem, t->whole.n);
}

static struct span
packed(const struct out *o)
{
	return (struct span){ (const uint8_t *)o->mem, o->n };
}

/* Something about a computer: its number, then the rest. */
static void
tell_of(struct reader *t, enum message_kind kind,
    const struct sighting *s, struct span rest)
{
	if (rest.n == 0)
		return;
	t->body.n = 0;
	pack_u64(&t->body, s->number);
	if (message_squeezed(kind))
		squeeze(&t->body, rest);
	else
		out_bytes(&t->body, rest.p, rest.n);
	tell(t, kind, packed(&t->body));
}

static void
marks_tell(struct reader *t, struct sighting *s)
{
	tell_of(t, MSG_MARKS, s, packed(&s->marks.to));
	mark_packer_reset(&s->marks);
}

static struct str
first_label(struct str name)
{
	size_t dot = str_find(name, ".", 0);

	return str_sub(name, 0, dot);
}

bool
same_computer(struct str a, struct str b)
{
	struct str la = first_label(a), lb = first_label(b);

	if (!str_caseeq(la, lb))
		return false;
	return la.n == a.n || lb.n == b.n || str_caseeq(a, b);
}

static struct sighting *
sighting_find(struct reader *t, struct str name)
{
	struct sighting *s;

	for (size_t i = 0; i < t->nsightings; i++)
		if (same_computer(t->sightings[i]->sum.name, name))
			return t->sightings[i];
	s = arena_new(&t->file, struct sighting);
	s->number = (uint32_t)t->nsightings;
	s->arena = &t->file;
	s->sum.name = arena_str(&t->file, str_sub(name, 0, NAME_MOST));
	s->obs = observer_new(&t->file, t->how.rules, t->how.explain);
	t->sightings = arena_grow(&t->file, t->sightings, t->nsightings,
	    &t->sightings_cap, sizeof(struct sighting *));
	t->sightings[t->nsightings++] = s;
	return s;
}

/* Mostly it is the computer of the event before. */
static struct sighting *
sighting_get(struct reader *t, const struct ident *id)
{
	struct sighting *s = t->newest;

	if (s != NULL && id->where != 0 && id->where == s->where)
		return s;
	if (s == NULL || !str_eq(s->sum.name, id->computer))
		s = sighting_find(t, id->computer);
	return t->newest = s;
}

static struct ident
ident_of(const struct event *e)
{
	return (struct ident){ .provider = e->provider, .source = e->source,
	    .computer = e->computer, .id = e->id, .time = e->time,
	    .known = true };
}

static bool
memo_is(const struct memo *m, struct str provider, struct str source)
{
	return m->nprovider == provider.n && m->nsource == source.n &&
	    memcmp(m->text, provider.p, provider.n) == 0 &&
	    (source.n == 0 || memcmp(m->text + provider.n, source.p,
	    source.n) == 0);
}

static const struct memo *
memo_get(struct reader *t, const struct ident *id)
{
	struct str p = id->provider, s = id->source;
	bool fits = p.n > 0 && p.n <= MEMO_TEXT && s.n <= MEMO_TEXT - p.n;
	struct memo *m = !fits ? &t->memo_long : &t->memos[(p.n +
	    (size_t)(unsigned char)p.p[p.n - 1] * 7 +
	    (size_t)(unsigned char)p.p[p.n / 2] * 3 + s.n) % MEMOS];

	if (fits && memo_is(m, p, s))
		return m;
	m->all = rules_want_all(t->how.rules, p, s);
	m->roles = roles_of(p);
	if (fits) {
		m->nprovider = p.n;
		m->nsource = s.n;
		memcpy(m->text, p.p, p.n);
		if (s.n > 0)
			memcpy(m->text + p.n, s.p, s.n);
	}
	return m;
}

static bool
wanted(const struct reader *t, const struct memo *m, const struct ident *id)
{
	return m->all || rules_want(t->how.rules, id->provider, id->source,
	    id->id) || decode_wants(id->provider, id->source, id->id);
}

static struct interest
interest_of(struct reader *t, const struct ident *id)
{
	const struct memo *m = memo_get(t, id);

	return (struct interest){ id->names, id->id, wanted(t, m, id),
	    m->roles };
}

/* Good until the next. */
static const struct interest *
interest_get(struct reader *t, const struct ident *id)
{
	uint64_t h = (id->names ^ (uint64_t)id->id << 16) *
	    UINT64_C(0x9E3779B97F4A7C15) >> 32;
	struct interest *v = &t->interests[h % INTERESTS];

	for (size_t i = 1; v->names != 0; i++) {
		if (v->names == id->names && v->id == id->id)
			return v;
		if (i == INTEREST_PROBES)
			break;
		v = &t->interests[(h + i) % INTERESTS];
	}
	*v = interest_of(t, id);
	return v;
}

/* Every event counts, wanted or not.  Its place is its record number,
 * whatever the order of the file: exports may be newest first, rings
 * wrap. */
static struct sighting *
event_see(struct reader *t, const struct ident *id, struct roles roles,
    uint64_t seq)
{
	struct sighting *s = sighting_get(t, id);
	struct input *in = &t->in;

	if (id->time != 0 && (in->first == 0 || id->time < in->first))
		in->first = id->time;
	if (id->time > in->last)
		in->last = id->time;
	sighting_see(s, id, roles, seq);
	return s;
}

/* .evt does not say which log it is; its name mostly does. */
static struct str
channel_of_name(struct str path)
{
	size_t from = path.n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	path = str_sub(path, from, path.n);
	if (str_glob(path, str_of("*app*.evt")))
		return str_of("Application");
	if (str_glob(path, str_of("*sec*.evt")))
		return str_of("Security");
	return str_of(str_glob(path, str_of("*.evt")) ? "System" : "");
}

/* What waits to be told, when it is much. */
static void
batches_tell(struct reader *t, struct sighting *s)
{
	if (s->marks.to.n > BATCH)
		marks_tell(t, s);
	if (observer_waiting(s->obs) > BATCH)
		tell_of(t, MSG_TICKS, s, observer_ticks(s->obs));
}

/* keep: there will be more that say the same as t->likeness. */
static void
event_take(struct reader *t, const struct event *e, bool keep)
{
	struct ident id = ident_of(e);
	const struct memo *m = memo_get(t, &id);
	struct sighting *s = event_see(t, &id, m->roles, e->at.id);
	struct lesson lesson;
	struct facts facts;

	sighting_channel(s, e->channel.n > 0 ? e->channel :
	    channel_of_name(t->in.path));
	t->channel_known = true;
	if (!wanted(t, m, &id))
		return;
	decode_event(&t->scratch, e, &facts);
	if (decode_wants(id.provider, id.source, id.id)) {
		lesson_draw(&lesson, e, &facts);
		sighting_learn(s, e, &lesson);
	}
	if (keep ? rules_match_again(echo_keep(&t->echoes, &t->likeness, e,
	    &facts, t->how.rules), e, &facts, s->obs) :
	    rules_match(t->how.rules, e, &facts, m->all, s->obs))
		t->in.matched++;
	batches_tell(t, s);
}

/* An event that says what another said. */
static void
echo_take(struct reader *t, const struct echo *k, const struct ident *id,
    struct roles roles)
{
	struct sighting *s = event_see(t, id, roles, k->event.at.id);

	if (k->lesson != NULL)
		sighting_learn(s, &k->event, k->lesson);
	if (rules_match_again(k->matches, &k->event, k->facts, s->obs))
		t->in.matched++;
	batches_tell(t, s);
}

/* Decoded whole.  What is left of a torn record may be less than it
 * seems. */
static void
record_decode(struct reader *t, struct log *log, const struct record *r,
    bool keep)
{
	struct event e;
	bool whole;

	arena_reset(&t->scratch);
	whole = log_event(log, &t->scratch, &e);
	if (e.provider.n == 0 || (!whole && r->state == RECORD_TORN))
		return;
	event_take(t, &e, keep && whole);
}

static void
record_take(struct reader *t, struct log *log, const struct record *r)
{
	struct echo *k = NULL;
	const struct interest *v;
	struct ident id;
	bool keep = false;

	log_ident(log, &id);
	/* The first event of an input is decoded for its channel, and a torn
	 * record to see whether it is whole. */
	if (!id.known || r->state == RECORD_TORN || !t->channel_known) {
		record_decode(t, log, r, false);
		return;
	}
	v = interest_get(t, &id);
	if (!v->wanted) {
		event_see(t, &id, v->roles, r->id);
		return;
	}
	if (!t->how.explain && log_likeness(log, &t->likeness))
		k = echo_find(&t->echoes, &t->likeness, r, &keep);
	if (k != NULL)
		echo_take(t, k, &id, v->roles);
	else
		record_decode(t, log, r, keep);
}

void
reader_begin(struct reader *t, struct str path)
{
	t->in = (struct input){ .path = path };
	t->problems = (struct problems){ .arena = &t->file, .path = path };
	t->sightings = NULL;
	t->nsightings = t->sightings_cap = 0;
	t->newest = NULL;
	t->channel_known = false;
	echoes_forget(&t->echoes);
	memset(t->interests, 0, sizeof t->interests);
	t->left = 0;
	t->body.n = 0;
	pack_str(&t->body, path);
	tell(t, MSG_INPUT, packed(&t->body));
}

/* All that is left to tell of one computer. */
static void
sighting_end(struct reader *t, struct sighting *s)
{
	struct out rest = out_memory();

	sighting_settle(s);
	marks_tell(t, s);
	tell_of(t, MSG_TICKS, s, observer_ticks(s->obs));
	observer_details(s->obs, &rest);
	tell_of(t, MSG_DETAILS, s, packed(&rest));
	rest.n = 0;
	observer_tried(s->obs, &rest);
	tell_of(t, MSG_TRIED, s, packed(&rest));
	rest.n = 0;
	s->sum.dropped = observer_dropped(s->obs);
	summary_pack(&rest, &s->sum);
	tell_of(t, MSG_COMPUTER, s, packed(&rest));
	out_free(&rest);
	mark_packer_free(&s->marks);
	observer_free(s->obs);
}

void
reader_end(struct reader *t)
{
	struct input_end e = { t->in, t->problems.dropped, t->problems.lost };

	for (size_t i = 0; i < t->problems.n; i++) {
		t->body.n = 0;
		problem_pack(&t->body, &t->problems.v[i]);
		tell(t, MSG_PROBLEM, packed(&t->body));
	}
	for (size_t i = 0; i < t->nsightings; i++)
		sighting_end(t, t->sightings[i]);
	t->body.n = 0;
	input_end_pack(&t->body, &e);
	tell(t, MSG_END, packed(&t->body));
	arena_reset(&t->file);
	arena_reset(&t->scratch);
}

/* A record that killed a process before: its place is all that is known. */
static void
record_leave(struct reader *t, const struct record *r, struct str why)
{
	problem_add(&t->problems, GRADE_RECORD, r->offset, "record %llu is "
	    "left out: %.*s", (unsigned long long)r->id, (int)why.n, why.p);
	t->left++;
}

static void
records_take(struct reader *t, struct log *log)
{
	struct record r;
	struct str why;

	for (;;) {
		bool leave = t->how.at != NULL &&
		    t->how.at(t->how.ctx, t->records++, &why);

		if (log_next(log, &r) != LOG_RECORD)
			return;
		if (leave)
			record_leave(t, &r, why);
		else
			record_take(t, log, &r);
	}
}

void
reader_input(struct reader *t, struct source *s, struct str path)
{
	const struct file_state before = file_state(s->fd);
	struct log *log;

	reader_begin(t, path);
	log = t->how.open(&t->file, s, &t->problems);
	if (log != NULL) {
		t->in.format = log_format(log);
		records_take(t, log);
		log_close(log, &t->in.tally);
		t->in.tally.undecodable += t->left;
	}
	t->in.bytes = s->at;
	file_change_add(&t->problems, &before, s->fd);
	reader_end(t);
}

void
reader_event(struct reader *t, const struct event *e)
{
	arena_reset(&t->scratch);
	event_take(t, e, false);
}

void
reader_missed(struct reader *t, struct str path, const char *why)
{
	reader_begin(t, path);
	problem_add(&t->problems, GRADE_FILE, NO_OFFSET, "%s", why);
	reader_end(t);
}
