/*
 * Learning about a computer from the events of one log: name, span,
 * operating system, marks of boot sessions, products.
 */
#include <string.h>
#include "triage/harvest.h"
#include "triage/sighting.h"

static int
number_of(const struct facts *f, const char *name)
{
	const struct fact *x = fact_find(f, name);

	return x == NULL || x->number > 999999 ? OS_UNKNOWN : (int)x->number;
}

/* Where knowledge of the operating system came from, for the report. */
static const char *
source_of(const struct event *e)
{
	if (event_from(e, "Microsoft-Windows-Kernel-General"))
		return "Kernel-General 12";
	if (event_from(e, "Save Dump"))
		return "the build in a Save Dump event";
	if (e->id == 6009)
		return "EventLog 6009";
	return e->id == 6013 ? "EventLog 6013" : "the log";
}

/* A parameter of a bug check that needs more than 32 bits. */
static int
bits_of(const struct facts *f)
{
	static const char *const names[] = { "bugcheck.p1", "bugcheck.p2",
	    "bugcheck.p3", "bugcheck.p4" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct fact *p = fact_find(f, names[i]);

		if (p != NULL && p->number > UINT32_MAX)
			return 64;
	}
	return 0;
}

/* The product's name is borrowed from the facts. */
static struct os
os_of(const struct event *e, const struct facts *f)
{
	const struct fact *product = fact_find(f, "os.product");
	struct os os = os_none();

	os.major = number_of(f, "os.major");
	os.minor = number_of(f, "os.minor");
	os.build = number_of(f, "os.build");
	os.sp = number_of(f, "os.sp");
	os.server = number_of(f, "os.server");
	if (product != NULL)
		os.product = str_sub(product->text, 0, PRODUCT_MOST);
	os.bits = bits_of(f);
	os.source = source_of(e);
	os_complete(&os);
	return os;
}

static bool
os_known(const struct os *os)
{
	return os->major != OS_UNKNOWN || os->build != OS_UNKNOWN ||
	    os->sp != OS_UNKNOWN || os->server != OS_UNKNOWN ||
	    os->product.n > 0;
}

static struct mark
mark_of(const struct sighting *s, enum mark_kind kind, const struct event *e)
{
	return (struct mark){ .kind = kind, .seq = e->at.id, .time = e->time,
	    .record_id = e->record_id, .before = s->before,
	    .boot = -1 };
}

static void
mark_add(struct sighting *s, const struct mark *m)
{
	sighting_settle(s);
	mark_pack(&s->marks, m);
}

void
sighting_settle(struct sighting *s)
{
	if (s->asked)
		mark_pack(&s->marks, &s->request);
	s->asked = false;
}

/* Insertion strings of USER32; texts are the system's language. */
enum {
	ASKED_PROCESS = 0, ASKED_REASON = 2, ASKED_USER = 6,
	TOLD_REASON = 0, TOLD_USER = 5
};

static struct str
words_of(const struct event *e, size_t i)
{
	const struct field *f = event_string(e, i);

	return f == NULL ? str_of("") :
	    str_sub(str_trim(f->text), 0, WORDS_MOST);
}

static struct str
keep(char *buf, size_t cap, struct str s)
{
	s = str_sub(s, 0, cap);
	if (s.n > 0)
		memcpy(buf, s.p, s.n);
	return (struct str){ buf, s.n };
}

/* Who asked: the process and, where it is told, for whom. */
static void
asker_keep(struct sighting *s, const struct lesson *l)
{
	static const struct str between = STR(" for ");
	struct str *i = &s->words.initiator;
	size_t cap = sizeof s->initiator;

	*i = keep(s->initiator, cap, l->who);
	if (l->whom.n == 0)
		return;
	i->n += keep(s->initiator + i->n, cap - i->n, between).n;
	i->n += keep(s->initiator + i->n, cap - i->n, l->whom).n;
}

/* A log full of requests must not fill memory. */
static void
request_learn(struct sighting *s, const struct event *e, enum mark_kind kind,
    const struct lesson *l)
{
	if (s->asked && s->request.kind == kind) {
		if (s->request.seq > e->at.id)
			return;
		s->asked = false;
	}
	sighting_settle(s);
	s->request = mark_of(s, kind, e);
	s->asked = true;
	s->request.words = &s->words;
	s->words.reason = keep(s->reason, sizeof s->reason, l->reason);
	asker_keep(s, l);
}

static void
lesson_mark(struct lesson *l, enum mark_kind kind, uint64_t value)
{
	l->marks[l->nmarks].kind = kind;
	l->marks[l->nmarks++].value = value;
}

static void
request_draw(struct lesson *l, const struct event *e, const struct facts *f)
{
	const struct fact *code = fact_find(f, "shutdown.reason");
	bool asked = e->id == 1074;
	struct str user = words_of(e, asked ? ASKED_USER : TOLD_USER);

	lesson_mark(l, asked ? MARK_ASKED : MARK_TOLD, 0);
	l->reason = words_of(e, asked ? ASKED_REASON : TOLD_REASON);
	if (l->reason.n == 0 && code != NULL)
		l->reason = code->note;
	l->who = asked ? words_of(e, ASKED_PROCESS) : user;
	if (l->who.n == 0)
		l->who = user;
	else if (asked)
		l->whom = user;
}

/* What the events of the log service itself tell. */
static void
service_draw(struct lesson *l, const struct event *e, const struct facts *f)
{
	const struct fact *alive = fact_find(f, "shutdown.last_alive");

	if (fact_find(f, "boot.start") != NULL)
		lesson_mark(l, e->id == 6009 ? MARK_VERSION : MARK_LOG_START,
		    0);
	if (e->id == 6008)
		lesson_mark(l, MARK_UNEXPECTED,
		    alive == NULL ? 0 : alive->number);
}

void
lesson_draw(struct lesson *l, const struct event *e, const struct facts *f)
{
	const struct fact *code = fact_find(f, "bugcheck.code");
	const struct fact *zone = fact_find(f, "host.time_zone");
	bool log = event_from(e, "EventLog") ||
	    event_from(e, "Microsoft-Windows-Eventlog");

	*l = (struct lesson){ .os = os_of(e, f) };
	if (zone != NULL)
		l->zone = zone->text;
	if (fact_find(f, "boot.stop") != NULL)
		lesson_mark(l, log ? MARK_STOP : MARK_KERNEL_STOP, 0);
	if (event_from(e, "USER32") && (e->id == 1074 || e->id == 1076))
		request_draw(l, e, f);
	if (log)
		service_draw(l, e, f);
	else if (fact_find(f, "boot.start") != NULL)
		lesson_mark(l, MARK_KERNEL_START, 0);
	if (fact_find(f, "power.bugcheck") != NULL)
		lesson_mark(l, MARK_POWER, 0);
	if (code != NULL)
		lesson_mark(l, MARK_BUGCHECK, code->number);
	if (os_known(&l->os))
		lesson_mark(l, MARK_OS, 0);
}

static void
name_see(struct sighting *s, const struct ident *id)
{
	if (!str_eq(s->sum.name, id->computer))
		s->sum.name = keep(s->name, sizeof s->name, id->computer);
	s->where = s->sum.name.n == id->computer.n ? id->where : 0;
}

void
sighting_see(struct sighting *s, const struct ident *id, struct roles roles,
    uint64_t seq)
{
	struct summary *k = &s->sum;

	if (k->events++ == 0 || seq < k->first_seq)
		k->first_seq = seq;
	k->roles.seen |= roles.seen;
	s->before = k->events > 1 && s->seen_seq < seq ? s->seen_time : 0;
	s->seen_seq = seq;
	s->seen_time = id->time;
	if (id->time == 0)
		return;
	if (k->first == 0 || id->time < k->first)
		k->first = id->time;
	if (id->time > k->last)
		k->last = id->time;
	if (id->time >= k->name_time) {
		k->name_time = id->time;
		if (id->where == 0 || id->where != s->where)
			name_see(s, id);
	}
}

/* The place of a channel, or where it would stand; names compare without
 * case. */
static size_t
channel_place(const struct summary *k, struct str channel, bool *there)
{
	size_t i = 0;

	while (i < k->nchannels && str_casecmp(k->channels[i], channel) < 0)
		i++;
	*there = i < k->nchannels && str_caseeq(k->channels[i], channel);
	return i;
}

void
summary_channel(struct arena *a, struct summary *k, struct str channel)
{
	bool there;
	size_t i = channel_place(k, channel, &there);

	if (there || k->nchannels == CHANNELS_MOST)
		return;
	k->channels = arena_grow(a, k->channels, k->nchannels,
	    &k->channels_cap, sizeof *k->channels);
	memmove(&k->channels[i + 1], &k->channels[i],
	    (k->nchannels++ - i) * sizeof *k->channels);
	k->channels[i] = channel;
}

void
sighting_channel(struct sighting *s, struct str channel)
{
	bool there;

	channel = str_sub(channel, 0, NAME_MOST);
	(void)channel_place(&s->sum, channel, &there);
	if (channel.n > 0 && !there && s->sum.nchannels < CHANNELS_MOST)
		summary_channel(s->arena, &s->sum,
		    arena_str(s->arena, channel));
}

void
sighting_learn(struct sighting *s, const struct event *e,
    const struct lesson *l)
{
	for (size_t i = 0; i < l->nmarks; i++) {
		struct mark m = mark_of(s, l->marks[i].kind, e);

		if (m.kind == MARK_ASKED || m.kind == MARK_TOLD) {
			request_learn(s, e, m.kind, l);
			continue;
		}
		m.value = l->marks[i].value;
		m.os = &l->os;
		mark_add(s, &m);
	}
	if (l->zone.p != NULL && e->time >= s->sum.zone_time) {
		s->sum.time_zone = keep(s->zone, sizeof s->zone, l->zone);
		s->sum.zone_time = e->time;
	}
}
