/*
 * From logs to computers: boot sessions, how they ended, records met
 * twice, logs in pieces.
 */
#include "rulesets.h"
#include "told.h"
#include "base/clock.h"
#include "model/keep.h"

#define HEAD "computer A\nchannel System\ntime 2004-10-18T07:00:00Z\n" \
	"step 1m\nqualifiers 0x8000\nprovider EventLog\n"
#define START "event\nid 6009\nstring 5.02.\nstring 3790\nstring\n" \
	"string Multiprocessor Free\nevent\nid 6005\ntime +1s\n"
#define STOP "event\nid 6006\n"
#define CRASH "event\nprovider Save Dump\nid 1001\nstring 0x0000008e " \
	"(0xc0000005, 0xbd1f132a, 0xb25d287c, 0x00000000)\nstring x\n"
#define POWER "event\nprovider Microsoft-Windows-Kernel-Power\nid 41\n" \
	"qualifiers 0\ndata uint32 BugcheckCode=0\n" \
	"data hex64 BugcheckParameter1=0\ndata hex64 BugcheckParameter2=0\n" \
	"data hex64 BugcheckParameter3=0\ndata hex64 BugcheckParameter4=0\n" \
	"data uint32 SleepInProgress=0\ndata uint64 PowerButtonTimestamp=0\n"
#define WORK "event\nprovider Srv\nid 2013\n"
#define ON(computer) WORK "computer " computer "\n"

static void
boots_are(size_t n, ...)
{
	const struct host *h = &report.hosts[0];
	va_list ap;

	assert_int_equal(h->nboots, n);
	va_start(ap, n);
	for (size_t i = 0; i < n; i++) {
		enum boot_end expected = (enum boot_end)va_arg(ap, int);

		if (h->boots[i].ended != expected)
			fail_msg("session %zu ended %s, not %s", i,
			    boot_end_name(h->boots[i].ended),
			    boot_end_name(expected));
	}
	va_end(ap);
}

static void
one_rule(void)
{
	rule("work", "", "", "<event provider='Srv' id='2013'/>", "");
}

static void
sessions_end_clean_by_crash_by_power_or_nobody_knows(void **state)
{
	(void)state;
	one_rule();
	scan(HEAD START WORK STOP START WORK START CRASH WORK START POWER
	    WORK START);
	boots_are(5, BOOT_CLEAN, BOOT_CRASH, BOOT_POWER, BOOT_UNKNOWN,
	    BOOT_UNKNOWN);
	assert_true(report.hosts[0].boots[1].has_bugcheck);
	assert_true(report.hosts[0].boots[1].bugcheck == 0x8E);
	assert_int_equal(report.hosts[0].boots[0].os->build, 3790);
	assert_int_equal(finding_of("work")->count, 4);
}

/* The log begins in the middle of a session. */
static void
what_comes_before_the_first_start_is_a_session(void **state)
{
	(void)state;
	one_rule();
	scan(HEAD WORK START WORK);
	boots_are(2, BOOT_UNKNOWN, BOOT_UNKNOWN);
	assert_true(report.hosts[0].boots[0].start == 0);
	assert_true(report.hosts[0].boots[1].start != 0);
}

/* EventLog 6008 with the SYSTEMTIME of last life: 06:58:02. */
static void
an_unexpected_shutdown_says_when_it_was(void **state)
{
	uint64_t alive;

	(void)state;
	assert_true(clock_parse(str_of("2004-10-18T06:58:02Z"), &alive));
	one_rule();
	scan(HEAD START WORK START "event\nid 6008\nstring a\nstring b\nbytes "
	    "D4 07 0A 00 01 00 12 00 06 00 3A 00 02 00 00 00 "
	    "D4 07 0A 00 01 00 12 00 06 00 3A 00 02 00 00 00\n");
	boots_are(2, BOOT_UNKNOWN, BOOT_UNKNOWN);
	assert_true(report.hosts[0].boots[0].end == alive);
}

/* The clock is set back by an hour in the middle: the order of the log
 * holds, and no session begins that was none. */
static void
a_clock_that_jumps_makes_no_boot(void **state)
{
	(void)state;
	rule("boot", "", "", "<sequence within='boot'><event provider='Srv' "
	    "id='1'/><event provider='Srv' id='2'/></sequence>", "");
	scan(HEAD STOP START "event\nprovider Srv\nid 1\n"
	    "event\nprovider Srv\nid 2\ntime 2004-10-18T06:00:00Z\n"
	    "event\nprovider Srv\nid 3\ntime 2004-10-20T06:00:00Z\n");
	boots_are(2, BOOT_CLEAN, BOOT_UNKNOWN);
	assert_non_null(finding_of("boot"));
}

#define KERNEL "event\nqualifiers 0\n" \
	"provider Microsoft-Windows-Kernel-General\n"

/* Windows 8 and later deliver the kernel's stop of the session before and
 * its start behind the first words of the event log service. */
static void
a_kernel_that_speaks_late_makes_no_boot(void **state)
{
	const struct boot *b;
	uint64_t stop, start;

	(void)state;
	assert_true(clock_parse(str_of("2004-10-18T08:00:18Z"), &stop));
	assert_true(clock_parse(str_of("2004-10-18T08:00:24Z"), &start));
	one_rule();
	scan(HEAD START WORK STOP "time 2004-10-18T08:00:15Z\n"
	    "event\nid 6009\ntime 2004-10-18T08:00:37Z\nstring 10.00.\n"
	    "string 17134\nstring\nstring Multiprocessor Free\n"
	    "event\nid 6005\ntime +1s\n"
	    KERNEL "id 13\ntime 2004-10-18T08:00:18Z\n"
	    KERNEL "id 12\ntime 2004-10-18T08:00:24Z\n" WORK);
	boots_are(2, BOOT_CLEAN, BOOT_UNKNOWN);
	b = report.hosts[0].boots;
	assert_true(b[0].end == stop);
	assert_true(b[1].start == start);
	assert_true(b[0].has_down && b[0].down == 6 * CLOCK_SECOND);
	assert_false(b[0].stepped);
	assert_false(b[1].has_down);
}

/* Started with a clock that was half a day off, which was set before the
 * event log service spoke: one session, from the time that is right. */
static void
a_clock_set_while_it_starts_makes_no_boot(void **state)
{
	static const char *const kernel[] = { "2004-10-17T20:00:30Z",
	    "2004-10-18T20:00:30Z" };
	static const char *const log = "event\nid 6009\n"
	    "time 2004-10-18T08:00:37Z\nstring 10.00.\nstring 17134\n"
	    "string\nstring Multiprocessor Free\nevent\nid 6005\ntime +1s\n";

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct boot *b;
		uint64_t start;

		assert_true(clock_parse(str_of("2004-10-18T08:00:37Z"),
		    &start));
		one_rule();
		scan(arena_fmt(&mem, "%s" KERNEL "id 12\ntime %s\n%s%s",
		    HEAD START WORK STOP "time 2004-10-18T08:00:15Z\n",
		    kernel[i], log, WORK).p);
		boots_are(2, BOOT_CLEAN, BOOT_UNKNOWN);
		b = report.hosts[0].boots;
		assert_true(b[1].start == start);
		assert_true(b[0].has_down && b[0].down == 22 * CLOCK_SECOND);
	}
}

/* An end before the start, a start before the end: no time between. */
static void
a_clock_set_back_leaves_the_down_time_open(void **state)
{
	const struct boot *b;

	(void)state;
	one_rule();
	scan(HEAD START WORK STOP "time 2004-10-18T06:00:00Z\n"
	    START STOP "time 2004-10-18T09:00:00Z\n"
	    "event\nid 6005\ntime 2004-10-18T08:00:00Z\n" WORK);
	boots_are(3, BOOT_CLEAN, BOOT_CLEAN, BOOT_UNKNOWN);
	b = report.hosts[0].boots;
	assert_true(b[0].stepped && !b[0].has_down);
	assert_true(b[1].stepped && !b[1].has_down);
	assert_false(b[2].stepped);
}

#define ASKED "event\nprovider USER32\nid 1074\nstring winlogon.exe\n" \
	"string A\nstring Upgrade (Planned)\nstring 0x80020003\n" \
	"string restart\nstring\nstring DOM\\joe\nwords 80020003\n"
#define TOLD "event\nprovider USER32\nid 1076\nstring Power failure\n" \
	"string 0x6000b\nstring\nstring\nstring\nstring DOM\\ann\n"

/* The request explains an end in order; of another end only what somebody
 * says afterwards is kept. */
static void
sessions_know_who_ended_them_and_why(void **state)
{
	const struct boot *b;

	(void)state;
	one_rule();
	scan(HEAD START WORK "event\nprovider USER32\nid 1074\nstring x\n"
	    ASKED STOP START ASKED START POWER TOLD START ASKED START CRASH);
	boots_are(5, BOOT_CLEAN, BOOT_POWER, BOOT_UNKNOWN, BOOT_CRASH,
	    BOOT_UNKNOWN);
	b = report.hosts[0].boots;
	assert_str(b[0].words->reason, "Upgrade (Planned)");
	assert_str(b[0].words->initiator, "winlogon.exe for DOM\\joe");
	assert_false(b[0].told);
	assert_str(b[1].words->reason, "Power failure");
	assert_str(b[1].words->initiator, "DOM\\ann");
	assert_true(b[1].told);
	assert_null(b[3].words);
}

#define WEEK HEAD START WORK WORK STOP START WORK START CRASH WORK

static void
the_same_log_twice_counts_once(void **state)
{
	(void)state;
	one_rule();
	scan_begin();
	scan_log(WEEK, "one");
	scan_log(WEEK, "two");
	scan_end();
	assert_int_equal(report.nhosts, 1);
	boots_are(3, BOOT_CLEAN, BOOT_CRASH, BOOT_UNKNOWN);
	assert_int_equal(finding_of("work")->count, 4);
	/* Both have been read, and say so. */
	assert_int_equal(report.ninputs, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct input *in = &report.inputs[i];
		char line[200] = "";

		assert_str(in->path, i == 0 ? "one" : "two");
		assert_string_equal(in->format, "evtx");
		assert_int_equal(in->bytes, 4096 + 65536);
		assert_int_equal(in->matched, 4);
		told_add(line, sizeof line, in->tally.read, "read");
		told_counts(line, sizeof line, &in->tally);
		assert_string_equal(line, "12 read, 1 valid, 4096 of header, "
		    "65536 of records");
		assert_int_equal(in->tally.torn + in->tally.recovered, 0);
		assert_true(in->tally.complete);
	}
	assert_int_equal(report.nproblems, 0);
	assert_int_equal(report.hosts[0].events, 2 * 12);
}

/* The first and the second part of WEEK, cut where it hurts. */
static void
a_log_in_two_pieces_is_one_log(void **state)
{
	static const char rest[] = HEAD "record 5\n"
	    "time 2004-10-18T07:03:01Z\n" STOP START WORK START CRASH WORK;

	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		one_rule();
		scan_begin();
		scan_log(turned ? rest : HEAD START WORK WORK, "one");
		scan_log(turned ? HEAD START WORK WORK : rest, "two");
		scan_end();
		boots_are(3, BOOT_CLEAN, BOOT_CRASH, BOOT_UNKNOWN);
		assert_int_equal(finding_of("work")->count, 4);
		if (!turned) {
			rules_end(state);
			rules_begin(state);
		}
	}
}

static void
a_computer_that_joins_a_domain_stays_one(void **state)
{
	(void)state;
	one_rule();
	scan("channel System\ntime 2004-10-18T07:00:00Z\nprovider Srv\n"
	    "id 2013\nevent\ncomputer SRV\nevent\ncomputer srv.corp.example\n"
	    "event\ncomputer SRV2\nevent\ncomputer b.corp.example\n"
	    "event\ncomputer b.other.example\n");
	assert_int_equal(report.nhosts, 4);
	assert_str(report.hosts[2].computer, "srv.corp.example");
	assert_int_equal(report.hosts[2].events, 2);
}

/* A log of so many events of a computer that its ticks are kept by clause; a
 * start every so often.  The clock is set back now and then. */
enum { FULL = 90000, APART = 300, BACK = 30000 };

static void
full_log(struct reader *t, const char *computer, uint64_t from, uint64_t to)
{
	struct event e = { .computer = str_of(computer),
	    .channel = STR("System") };

	for (uint64_t i = from; i < to; i++) {
		e.provider = str_of(i % APART == 0 ? "EventLog" : "Srv");
		e.id = i % APART == 0 ? 6005 : 2013;
		e.at.id = e.record_id = i + 1;
		e.time = CLOCK_UNIX_EPOCH + (i % BACK + i / BACK) *
		    CLOCK_SECOND;
		reader_event(t, &e);
	}
}

/* A in one log, B in two. */
static void
full_scan(void)
{
	struct reader_how how = *triage_how(triage);
	struct out harvest = out_memory();
	struct reader *t;

	how.tell = harvest_add;
	how.ctx = &harvest;
	t = reader_new(&mem, &how);
	reader_begin(t, str_of("one"));
	full_log(t, "A", 0, FULL);
	full_log(t, "B", 0, BACK / 2);
	reader_end(t);
	reader_begin(t, str_of("two"));
	full_log(t, "B", BACK / 2, BACK);
	full_log(t, "B", BACK, FULL);
	reader_end(t);
	reader_free(t);
	/* What repeats itself takes little. */
	assert_true(harvest.n < FULL);
	assert_true(triage_harvest(triage, (struct span){
	    (const uint8_t *)harvest.mem, harvest.n }));
	out_free(&harvest);
}

static void
assert_full(size_t host)
{
	static const char *const rules_in_order[] = { "run", "work" };
	const struct concluded *c = report.conclude(report.ctx, host);
	const struct host *h = &report.hosts[host];

	assert_int_equal(c->nfindings, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct finding *f = &c->findings[i];

		assert_str(f->rule, rules_in_order[i]);
		assert_int_equal(f->count, FULL - FULL / APART);
		assert_true(f->first == CLOCK_UNIX_EPOCH + CLOCK_SECOND);
		assert_true(f->last == h->last);
		assert_int_equal(f->nevidence, CAP_EVIDENCE);
		assert_str(f->evidence[0].input, host == 0 ? "one" : "two");
	}
	assert_int_equal(h->events, FULL);
	assert_int_equal(h->nboots, FULL / APART);
}

static void
a_full_log_is_concluded_whole_again_and_again(void **state)
{
	(void)state;
	rule("run", "", "", "<event provider='Srv' id='2013' min='3'"
	    " per='10s'/>", "");
	one_rule();
	scan_begin();
	full_scan();
	scan_end();
	assert_int_equal(report.nhosts, 2);
	for (size_t i = 0; i < 4; i++)
		assert_full(i % 2);
}

/* So many findings, seen so often each but for some that were once more. */
static void
assert_keys(size_t n, uint64_t count, size_t more)
{
	struct finding_at at = { .host = 0 };
	const struct finding *f;

	while ((f = finding_next(&report, &at)) != NULL) {
		n--;
		more -= f->count > count;
		assert_true(f->count - count < 2);
	}
	assert_int_equal(n + more, 0);
}

static uint64_t
count_on(size_t host)
{
	const struct concluded *c = report.conclude(report.ctx, host);

	assert_int_equal(c->nfindings, 1);
	assert_str(c->findings[0].computer, report.hosts[host].computer.p);
	assert_str(c->findings[0].evidence[0].input, "one");
	return c->findings[0].count;
}

/* One at a time is unpacked: which, and how often, makes no difference. */
static void
computers_are_concluded_in_any_order(void **state)
{
	const struct str *lines;

	(void)state;
	one_rule();
	scan(HEAD WORK ON("B") ON("B") ON("C") ON("C") ON("C"));
	assert_int_equal(report.nhosts, 3);
	assert_true(triage_found(triage, SEV_HIGH));
	assert_false(triage_found(triage, SEV_CRITICAL));
	assert_int_equal(count_on(2), 3);
	assert_int_equal(count_on(0), 1);
	assert_true(triage_why(triage, rules_get(rules, 0), 1, &lines) > 0);
	assert_int_equal(count_on(1), 2);
	assert_true(triage_why(triage, rules_get(rules, 0), 1, &lines) > 0);
	assert_int_equal(count_on(1), 2);
	report_keep(&mem, &report);
	triage_free(triage);
	triage = NULL;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(count_on(i), i + 1);
}

static void
what_is_not_severe_enough_is_not_found(void **state)
{
	(void)state;
	one_rule();
	scan_begin();
	scan_log(HEAD WORK, "one");
	triage_report(triage, SEV_CRITICAL, &report);
	assert_null(finding_of("work"));
	assert_false(triage_found(triage, SEV_INFO));
}

/* More keys than are remembered, none twice in a row, from two logs. */
static void
every_key_counts_for_itself(void **state)
{
	enum { KEYS = 700 };
	struct str log = STR(HEAD);

	(void)state;
	rule("work", "", "", "<event provider='Srv' id='2013'/>",
	    "<group by='string.1'/>");
	for (int i = 0; i < 2 * KEYS; i++)
		log = arena_join(&mem, log, arena_fmt(&mem, WORK
		    "string key %d\n", i % KEYS));
	scan_begin();
	scan_log(log.p, "one");
	scan_log(HEAD "time 2005-10-18T07:00:00Z\n" WORK
	    "string key 3\n", "two");
	scan_end();
	assert_keys(KEYS, 2, 1);
}

/* What stands around an anchor is not asked for where there is none. */
static void
a_rule_without_anchors_leaves_others_alone(void **state)
{
	(void)state;
	one_rule();
	rule("silent", "", "", "<all><event anchor='yes' provider='Srv' "
	    "id='1'/><event provider='Srv' id='2013'/></all>", "");
	rule("pair", "", "", "<all><event anchor='yes' provider='Srv' "
	    "id='2013'/><event provider='Srv' id='2014' within='1h'/></all>",
	    "");
	scan(HEAD WORK WORK "event\nprovider Srv\nid 2014\n");
	assert_int_equal(finding_of("work")->count, 2);
	assert_int_equal(finding_of("pair")->count, 2);
	assert_int_equal(finding_of("pair")->nevidence, 3);
	assert_null(finding_of("silent"));
}

/* A damaged input and one that is no log are told; the good one counts. */
static void
what_cannot_be_read_is_told(void **state)
{
	struct source s;

	(void)state;
	one_rule();
	scan_begin();
	scan_log(HEAD WORK, "good");
	assert_true(triage_complete(triage));
	source_memory(&s, bytes_of("no log"));
	scan_source(&s, "bad");
	assert_false(triage_complete(triage));
	scan_end();
	assert_int_equal(report.ninputs, 2);
	assert_int_equal(report.nproblems, 1);
	assert_str(report.problems[0].path, "bad");
	assert_int_equal(report.problems[0].grade, GRADE_FILE);
	assert_int_equal(finding_of("work")->count, 1);
}

/* The file ends within the last record, of which time, provider and id can
 * be read; the time is from 1601. */
static void
a_torn_record_teaches_nothing(void **state)
{
	struct span log;
	struct source s;
	uint8_t *p, *last;
	uint32_t size;

	(void)state;
	one_rule();
	scan_begin();
	log = log_bytes(description(bytes_of(HEAD WORK "event\nid 1\n"
	    "event\nid 2\n" "event\nid 3\nstring some text\n"), "one"),
	    LOG_EVTX);
	p = arena_alloc(&mem, log.n);
	memcpy(p, log.p, log.n);
	last = p + 4096 + 512;
	for (int i = 0; i < 3; i++)
		last += le32(last + 4);
	size = le32(last + 4);
	for (uint32_t i = 24; i + 8 < size; i++)
		if (memcmp(last + i, last + 16, 8) == 0)
			memset(last + i + 6, 0, 2);
	source_memory(&s, (struct span){ p, (size_t)(last - p) + size - 12 });
	scan_source(&s, "one");
	scan_end();
	assert_int_equal(report.inputs[0].tally.torn, 1);
	assert_int_equal(report.nhosts, 1);
	assert_int_equal(report.hosts[0].events, 3);
	assert_true(report.hosts[0].last - report.hosts[0].first ==
	    2 * CLOCK_MINUTE);
	assert_true(report.inputs[0].first == report.hosts[0].first);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sessions_end_clean_by_crash_by_power_or_nobody_knows),
		TEST(what_comes_before_the_first_start_is_a_session),
		TEST(an_unexpected_shutdown_says_when_it_was),
		TEST(a_clock_that_jumps_makes_no_boot),
		TEST(a_kernel_that_speaks_late_makes_no_boot),
		TEST(a_clock_set_while_it_starts_makes_no_boot),
		TEST(a_clock_set_back_leaves_the_down_time_open),
		TEST(sessions_know_who_ended_them_and_why),
		TEST(the_same_log_twice_counts_once),
		TEST(a_log_in_two_pieces_is_one_log),
		TEST(a_computer_that_joins_a_domain_stays_one),
		TEST(a_full_log_is_concluded_whole_again_and_again),
		TEST(computers_are_concluded_in_any_order),
		TEST(what_is_not_severe_enough_is_not_found),
		TEST(every_key_counts_for_itself),
		TEST(a_rule_without_anchors_leaves_others_alone),
		TEST(what_cannot_be_read_is_told),
		TEST(a_torn_record_teaches_nothing),
	};

	return cmocka_run_group_tests_name("triage", tests, NULL, NULL);
}
