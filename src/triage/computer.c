/*
 * Learning about a computer from its events: name, span, operating system,
 * marks of boot sessions, products.
 */
#include <string.h>
#include "triage/computer.h"

enum { CHANNELS_MOST = 64, WORDS_MOST = 160 };

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

static struct os
os_of(struct arena *a, const struct event *e, const struct facts *f)
{
	const struct fact *product = fact_find(f, "os.product");
	struct os os = os_none();

	os.major = number_of(f, "os.major");
	os.minor = number_of(f, "os.minor");
	os.build = number_of(f, "os.build");
	os.sp = number_of(f, "os.sp");
	os.server = number_of(f, "os.server");
	if (product != NULL)
		os.product = arena_str(a, product->text);
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

static struct mark *
mark_add(struct computer *c, enum mark_kind kind, const struct event *e,
    const struct place *at)
{
	struct mark *m;

	c->marks = arena_grow(c->arena, c->marks, c->nmarks, &c->marks_cap,
	    sizeof *c->marks);
	m = &c->marks[c->nmarks++];
	*m = (struct mark){ .kind = kind, .input = at->number,
	    .seq = at->seq, .time = e->time, .record_id = e->record_id,
	    .before = c->before,
	    .os = os_none(), .boot = -1 };
	return m;
}

/* Insertion strings of USER32; texts are the system's language. */
enum {
	ASKED_PROCESS = 0, ASKED_REASON = 2, ASKED_USER = 6,
	TOLD_REASON = 0, TOLD_USER = 5
};

static struct str
words_of(struct arena *a, const struct event *e, size_t i)
{
	const struct field *f = event_string(e, i);
	struct str s = { "", 0 };

	if (f == NULL)
		return s;
	return arena_str(a, str_sub(str_trim(f->text), 0, WORDS_MOST));
}

/* Who asked: the process and, where it is told, for whom. */
static struct str
asker_of(struct arena *a, const struct event *e)
{
	struct str process = words_of(a, e, ASKED_PROCESS);
	struct str user = words_of(a, e, ASKED_USER);

	if (user.n == 0 || process.n == 0)
		return process.n > 0 ? process : user;
	return arena_fmt(a, "%.*s for %.*s", (int)process.n, process.p,
	    (int)user.n, user.p);
}

/* Of many requests in a row the last one counts: a log full of them must
 * not fill memory. */
static void
request_learn(struct computer *c, const struct event *e,
    const struct facts *f, const struct place *at)
{
	const struct fact *code = fact_find(f, "shutdown.reason");
	enum mark_kind kind = e->id == 1074 ? MARK_ASKED : MARK_TOLD;
	struct mark *m = c->nmarks > 0 ? &c->marks[c->nmarks - 1] : NULL;

	if (m != NULL && m->kind == kind && m->input == at->number) {
		if (m->seq > at->seq)
			return;
		c->nmarks--;
	}
	m = mark_add(c, kind, e, at);
	m->reason = words_of(c->arena, e, kind == MARK_ASKED ?
	    ASKED_REASON : TOLD_REASON);
	if (m->reason.n == 0 && code != NULL)
		m->reason = arena_str(c->arena, code->note);
	m->initiator = kind == MARK_ASKED ? asker_of(c->arena, e) :
	    words_of(c->arena, e, TOLD_USER);
}

static void
marks_learn(struct computer *c, const struct event *e, const struct facts *f,
    const struct place *at)
{
	const struct fact *alive = fact_find(f, "shutdown.last_alive");
	const struct fact *code = fact_find(f, "bugcheck.code");
	struct os os = os_of(c->arena, e, f);
	bool log = event_from(e, "EventLog") ||
	    event_from(e, "Microsoft-Windows-Eventlog");

	if (fact_find(f, "boot.stop") != NULL)
		mark_add(c, log ? MARK_STOP : MARK_KERNEL_STOP, e, at);
	if (event_from(e, "USER32") && (e->id == 1074 || e->id == 1076))
		request_learn(c, e, f, at);
	if (fact_find(f, "boot.start") != NULL && log)
		mark_add(c, e->id == 6009 ? MARK_VERSION : MARK_LOG_START, e,
		    at);
	else if (fact_find(f, "boot.start") != NULL)
		mark_add(c, MARK_KERNEL_START, e, at);
	if (log && e->id == 6008)
		mark_add(c, MARK_UNEXPECTED, e, at)->value =
		    alive == NULL ? 0 : alive->number;
	if (fact_find(f, "power.bugcheck") != NULL)
		mark_add(c, MARK_POWER, e, at);
	if (code != NULL)
		mark_add(c, MARK_BUGCHECK, e, at)->value = code->number;
	if (os_known(&os))
		mark_add(c, MARK_OS, e, at)->os = os;
}

void
computer_see(struct computer *c, const struct ident *id,
    struct roles roles, const struct place *at)
{
	if (c->events++ == 0) {
		c->first_input = at->number;
		c->first_seq = at->seq;
	} else if (at->number == c->first_input && at->seq < c->first_seq) {
		c->first_seq = at->seq;
	}
	c->roles.seen |= roles.seen;
	c->before = c->seen_input == at->number && c->seen_seq < at->seq ?
	    c->seen_time : 0;
	c->seen_input = at->number;
	c->seen_seq = at->seq;
	c->seen_time = id->time;
	if (id->time == 0)
		return;
	if (c->first == 0 || id->time < c->first)
		c->first = id->time;
	if (id->time > c->last)
		c->last = id->time;
	if (id->time >= c->name_time) {
		c->name_time = id->time;
		if (!str_eq(c->name, id->computer))
			c->name = arena_str(c->arena, id->computer);
	}
}

void
computer_channel(struct computer *c, struct str channel)
{
	size_t i = 0;

	if (channel.n == 0 || c->nchannels == CHANNELS_MOST)
		return;
	while (i < c->nchannels && str_casecmp(c->channels[i], channel) < 0)
		i++;
	if (i < c->nchannels && str_caseeq(c->channels[i], channel))
		return;
	c->channels = arena_grow(c->arena, c->channels, c->nchannels,
	    &c->channels_cap, sizeof *c->channels);
	memmove(&c->channels[i + 1], &c->channels[i],
	    (c->nchannels++ - i) * sizeof *c->channels);
	c->channels[i] = arena_str(c->arena, channel);
}

void
computer_learn(struct computer *c, const struct event *e,
    const struct facts *f, const struct place *at)
{
	const struct fact *zone = fact_find(f, "host.time_zone");

	marks_learn(c, e, f, at);
	if (zone != NULL && e->time >= c->zone_time) {
		c->time_zone = arena_str(c->arena, zone->text);
		c->zone_time = e->time;
	}
}

void
computer_host(struct computer *c, const struct ruleset *rs,
    const struct os *given, struct host *h)
{
	memset(h, 0, sizeof *h);
	h->computer = c->name;
	h->time_zone = c->time_zone;
	h->first = c->first;
	h->last = c->last;
	h->events = c->events;
	h->os = *given;
	h->channels = c->channels;
	h->nchannels = c->nchannels;
	roles_list(c->arena, &c->roles, h);
	boots_build(c, rs, h);
}
