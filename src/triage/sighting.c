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

static void
mark_plain(struct sighting *s, enum mark_kind kind, const struct event *e,
    uint64_t value)
{
	struct mark m = mark_of(s, kind, e);

	m.value = value;
	mark_add(s, &m);
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
asker_keep(struct sighting *s, const struct event *e)
{
	static const struct str between = STR(" for ");
	struct str process = words_of(e, ASKED_PROCESS);
	struct str user = words_of(e, ASKED_USER), *i = &s->words.initiator;
	size_t cap = sizeof s->initiator;

	*i = keep(s->initiator, cap, process.n > 0 ? process : user);
	if (user.n == 0 || process.n == 0)
		return;
	i->n += keep(s->initiator + i->n, cap - i->n, between).n;
	i->n += keep(s->initiator + i->n, cap - i->n, user).n;
}

/* A log full of requests must not fill memory. */
static void
request_learn(struct sighting *s, const struct event *e,
    const struct facts *f)
{
	const struct fact *code = fact_find(f, "shutdown.reason");
	enum mark_kind kind = e->id == 1074 ? MARK_ASKED : MARK_TOLD;
	struct str reason = words_of(e, kind == MARK_ASKED ? ASKED_REASON :
	    TOLD_REASON);

	if (s->asked && s->request.kind == kind) {
		if (s->request.seq > e->at.id)
			return;
		s->asked = false;
	}
	sighting_settle(s);
	s->request = mark_of(s, kind, e);
	s->asked = true;
	if (reason.n == 0 && code != NULL)
		reason = code->note;
	s->request.words = &s->words;
	s->words.initiator = (struct str){ "", 0 };
	s->words.reason = keep(s->reason, sizeof s->reason, reason);
	if (kind == MARK_ASKED)
		asker_keep(s, e);
	else
		s->words.initiator = keep(s->initiator, sizeof s->initiator,
		    words_of(e, TOLD_USER));
}

/* What the events of the log service itself tell. */
static void
service_learn(struct sighting *s, const struct event *e,
    const struct facts *f)
{
	const struct fact *alive = fact_find(f, "shutdown.last_alive");

	if (fact_find(f, "boot.start") != NULL)
		mark_plain(s, e->id == 6009 ? MARK_VERSION : MARK_LOG_START,
		    e, 0);
	if (e->id == 6008)
		mark_plain(s, MARK_UNEXPECTED, e,
		    alive == NULL ? 0 : alive->number);
}

static void
marks_learn(struct sighting *s, const struct event *e, const struct facts *f)
{
	const struct fact *code = fact_find(f, "bugcheck.code");
	struct mark m = mark_of(s, MARK_OS, e);
	struct os os;
	bool log = event_from(e, "EventLog") ||
	    event_from(e, "Microsoft-Windows-Eventlog");

	if (fact_find(f, "boot.stop") != NULL)
		mark_plain(s, log ? MARK_STOP : MARK_KERNEL_STOP, e, 0);
	if (event_from(e, "USER32") && (e->id == 1074 || e->id == 1076))
		request_learn(s, e, f);
	if (log)
		service_learn(s, e, f);
	else if (fact_find(f, "boot.start") != NULL)
		mark_plain(s, MARK_KERNEL_START, e, 0);
	if (fact_find(f, "power.bugcheck") != NULL)
		mark_plain(s, MARK_POWER, e, 0);
	if (code != NULL)
		mark_plain(s, MARK_BUGCHECK, e, code->number);
	os = os_of(e, f);
	m.os = &os;
	if (os_known(&os))
		mark_add(s, &m);
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
		if (!str_eq(k->name, id->computer))
			k->name = keep(s->name, sizeof s->name,
			    id->computer);
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
    const struct facts *f)
{
	const struct fact *zone = fact_find(f, "host.time_zone");

	marks_learn(s, e, f);
	if (zone != NULL && e->time >= s->sum.zone_time) {
		s->sum.time_zone = keep(s->zone, sizeof s->zone, zone->text);
		s->sum.zone_time = e->time;
	}
}
