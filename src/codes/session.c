/*
 * What the log says of boots, shutdowns and the operating system.
 *
 * The event log service writes 6005 (started), 6006 (stopped), 6008 (the
 * session before ended without 6006), 6009 (release) and 6013 (uptime and
 * an inventory) with the same layout from NT 4.0 on; Kernel-General 12 and
 * 13 (Vista and later) carry the kernel's own start and stop.  Layouts
 * were taken from real records of 2000 to Windows 11.
 */
#include "base/clock.h"
#include "codes/add.h"
#include "codes/session.h"

#define SYSTEMTIME_SIZE	16

static const struct fact_id boot_start = { "boot.start", "boot" };
static const struct fact_id boot_stop = { "boot.stop", "shutdown" };

static void
add_named(struct adding *d, struct fact_id id, uint64_t t)
{
	if (t != 0)
		add_time(d, id, t);
}

/* It names no time: then it was when the event was written. */
static void
add_now(struct adding *d, struct fact_id id)
{
	struct fact *f = d->e->time == 0 ? NULL : add_time(d, id, d->e->time);

	if (f != NULL)
		f->of_event = true;
}

/* 6005: a SYSTEMTIME in UTC on newer releases, else the event's time. */
static void
decode_started(struct adding *d)
{
	struct span s = span_sub(d->e->binary, 0, SYSTEMTIME_SIZE);
	uint64_t t;

	if (s.p != NULL && clock_from_systemtime(s, &t))
		fact_bytes(add_time(d, boot_start, t), 0, SYSTEMTIME_SIZE);
	else
		add_now(d, boot_start);
}

/* 6008: the last heartbeat as two SYSTEMTIMEs, local and UTC.  Both must
 * be dates, and no further apart than time zones are. */
static void
decode_unexpected(struct adding *d)
{
	struct span local = span_sub(d->e->binary, 0, SYSTEMTIME_SIZE);
	struct span utc = span_sub(d->e->binary, SYSTEMTIME_SIZE,
	    SYSTEMTIME_SIZE);
	struct fact_id id = { "shutdown.last_alive", "last alive" };
	uint64_t a, b;

	if (local.p == NULL || utc.p == NULL ||
	    !clock_from_systemtime(local, &a) ||
	    !clock_from_systemtime(utc, &b) ||
	    (a > b ? a - b : b - a) > CLOCK_DAY)
		return;
	fact_bytes(add_time(d, id, b), SYSTEMTIME_SIZE, SYSTEMTIME_SIZE);
	fact_bytes(add_text(d, (struct fact_id){ "shutdown.offset",
	    "local time less UTC" }, arena_fmt(d->a, "%c%02u:%02u",
	    a < b ? '-' : '+', (unsigned)((a > b ? a - b : b - a) /
	    CLOCK_HOUR), (unsigned)((a > b ? a - b : b - a) / CLOCK_MINUTE %
	    60))), 0, SYSTEMTIME_SIZE);
}

/* 6009: "5.02.", "3790", "Service Pack 1", "Multiprocessor Free". */
static void
decode_version(struct adding *d)
{
	const struct event *e = d->e;
	struct release r = { 0 };
	struct str sp;

	add_now(d, boot_start);
	if (!release_version(event_text(e, 0), &r) ||
	    !release_build(event_text(e, 1), &r))
		return;
	if (event_string(e, 2) != NULL) {
		sp = event_text(e, 2);
		r.has_sp = sp.n == 0 || release_sp(sp, &r);
	}
	release_add(d, &r);
}

/* "300 Eastern Standard Time": minutes west of Greenwich and a name. */
static bool
is_zone(struct str s)
{
	size_t i = s.n > 0 && s.p[0] == '-';
	size_t digits = i;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i > digits && i - digits <= 4 && i + 1 < s.n && s.p[i] == ' ';
}

/* 6013: %5 seconds, %7 time zone, the inventory as binary. */
static void
decode_uptime(struct adding *d)
{
	struct str zone = event_text(d->e, 6);
	uint64_t seconds;

	if (field_u64(event_string(d->e, 4), &seconds))
		add_number(d, (struct fact_id){ "host.uptime",
		    "uptime, seconds" }, seconds);
	if (is_zone(zone))
		add_text(d, (struct fact_id){ "host.time_zone",
		    "time zone" }, zone);
	release_inventory(d);
}

static void
decode_log_service(struct adding *d)
{
	switch (d->e->id) {
	case 6005:
		decode_started(d);
		break;
	case 6006:
		add_now(d, boot_stop);
		break;
	case 6008:
		decode_unexpected(d);
		break;
	case 6009:
		decode_version(d);
		break;
	case 6013:
		decode_uptime(d);
		break;
	}
}

/* A time that a kernel event names, else the time of the event. */
static void
add_kernel_time(struct adding *d, struct fact_id id, const char *name)
{
	const struct field *f = event_field(d->e, name);
	uint64_t t;

	if (f != NULL && f->type == VALUE_TIME)
		add_named(d, id, f->number);
	else if (f != NULL && f->type == VALUE_TEXT && clock_parse(f->text, &t))
		add_named(d, id, t);
	else
		add_now(d, id);
}

/* Kernel-General 12. */
static void
decode_kernel_start(struct adding *d)
{
	const struct event *e = d->e;
	struct release r = { 0 };

	add_kernel_time(d, boot_start, "StartTime");
	if (!field_u64(event_field(e, "MajorVersion"), &r.major) ||
	    !field_u64(event_field(e, "MinorVersion"), &r.minor) ||
	    !field_u64(event_field(e, "BuildVersion"), &r.build))
		return;
	r.has_sp = field_u64(event_field(e, "ServiceVersion"), &r.sp);
	release_add(d, &r);
}

void
decode_session(struct adding *d)
{
	const struct event *e = d->e;

	if (event_from(e, "EventLog") ||
	    event_from(e, "Microsoft-Windows-Eventlog"))
		decode_log_service(d);
	else if (!event_from(e, "Microsoft-Windows-Kernel-General"))
		return;
	else if (e->id == 12)
		decode_kernel_start(d);
	else if (e->id == 13)
		add_kernel_time(d, boot_stop, "StopTime");
}
