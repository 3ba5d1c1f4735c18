/*
 * The renderers of a report: what it looks like as text and as JSON, and
 * that nothing hostile in it reaches the stream as it is.  Events:
 * test_report_event.c; paragraphs: test_report_wrap.c.
 */
#include "unit.h"
#include "base/clock.h"
#include "model/keep.h"
#include "report/report.h"

/* 2004-10-18T07:20:11Z, as FILETIME. */
#define LAST	UINT64_C(127425576110000000)
#define FIRST	(LAST - 16 * CLOCK_DAY)

/* ESC, newline, carriage return, C1 CSI, right-to-left override, zero
 * width space, lone surrogate, quote, backslash, a byte alone, bell, NUL. */
#define HOSTILE \
	"a\033[31m\nb\r\302\233\342\200\256\342\200\213\355\240\200\"\\" \
	"\377\a\0z"

static const struct fact pool_facts[] = {
	{ .name = "packet.error_code", .label = "error code",
	  .type = FACT_CODE, .number = 0xC00007E4,
	  .symbol = "EVENT_SRV_NO_PAGED_POOL" },
	{ .name = "packet.final_status", .label = "final status",
	  .type = FACT_CODE, .number = 0xC000009A,
	  .symbol = "STATUS_INSUFFICIENT_RESOURCES",
	  .meaning = "Not enough system resources." },
	{ .name = "packet.retry_count", .label = "retries",
	  .type = FACT_NUMBER, .number = 3 },
	{ .name = "shutdown.last_alive", .label = "last alive",
	  .type = FACT_TIME, .number = LAST },
	{ .name = "service.name", .label = "service", .type = FACT_TEXT,
	  .text = STR("Spooler") },
};

static const uint32_t pool_words[] = { 0x00040000, 0xC00007E4, 0xC000009A };

static const struct evidence pool_evidence[] = {
	{ .input = STR("C:\\logs\\System.evt"), .record_id = 48011,
	  .offset = 4096, .time = LAST, .provider = STR("Srv"),
	  .event_id = 2020, .facts = pool_facts, .nfacts = 5,
	  .words = pool_words, .nwords = 3 },
	{ .input = STR("C:\\logs\\System.evt"), .record_id = 47000,
	  .offset = 2048, .time = FIRST, .provider = STR("srv"),
	  .event_id = 2020 },
};

static const struct condition best_conditions[] = {
	{ STR("Srv 2020, final status STATUS_INSUFFICIENT_RESOURCES"),
	  RESULT_MET },
	{ STR("Windows Server 2003 with a service pack"), RESULT_UNMET },
	{ STR("Srv.sys older than 5.2.3790.223 (a log cannot tell: check the "
	  "version of the file on the server)"), RESULT_UNKNOWN },
};

static const struct condition rival_conditions[] = {
	{ STR("Srv 2020"), RESULT_MET },
	{ STR("very many files are open"), RESULT_UNKNOWN },
};

static const struct step steps[] = {
	{ STR("Compare the version of Srv.sys with the one that the article "
	  "names; replace it when it is older."), STR("dir srv.sys"),
	  RISK_RESTART },
	{ STR("Log pool use."), STR(""), RISK_NONE },
};

static const struct reference refs[] = {
	{ STR("886670"), STR("Server leaks pool"),
	  STR("https://support.example/kb/886670") },
	{ STR(""), STR("A book"), STR("") },
};

static const struct finding pool_findings[] = {
	{ .id = STR("SRV-FILE01/pool/KB886670"), .rule = STR("KB886670"),
	  .problem = STR("pool"),
	  .problem_title = STR("Paged pool ran out in the Server service"),
	  .rank = 1,
	  .title = STR("Srv.sys leaks paged pool under copy/delete load from "
	    "a Samba client"),
	  .severity = SEV_CRITICAL, .confidence = CONF_CONFIRMED,
	  .verdict = VERDICT_KNOWN_BUG, .computer = STR("SRV-FILE01"),
	  .first = FIRST, .last = LAST, .count = 14,
	  .diagnosis = STR("The Server service got no paged pool."),
	  .cause = STR("Each rename leaks a block of memory."),
	  .remedy = steps, .nremedy = 2, .refs = refs, .nrefs = 2,
	  .conditions = best_conditions, .nconditions = 3,
	  .evidence = pool_evidence, .nevidence = 2 },
	{ .id = STR("SRV-FILE01/pool/KB312362"), .rule = STR("KB312362"),
	  .problem = STR("pool"),
	  .problem_title = STR("Paged pool ran out in the Server service"),
	  .rank = 2, .title = STR("Paged pool is trimmed too late"),
	  .severity = SEV_CRITICAL, .confidence = CONF_POSSIBLE,
	  .computer = STR("SRV-FILE01"), .first = LAST, .last = LAST,
	  .count = 2, .conditions = rival_conditions, .nconditions = 2 },
};

static const char *roles[] = { "dc" };
static struct id_range gaps[] = { { 5, 9 }, { 12, 12 } };
static const struct boot boots[] = {
	{ .end = FIRST, .ended = BOOT_CLEAN },
	{ .start = FIRST, .end = LAST, .ended = BOOT_CRASH,
	    .has_bugcheck = true, .bugcheck = 0x3F },
	{ .start = LAST, .ended = BOOT_POWER },
};

/* One computer with two rivals, a torn input and a note. */
struct scene {
	struct host	host;
	struct input	input;
	struct problem	problems[2];
	struct concluded concluded;
	struct report	report;
};

static struct scene
scene(void)
{
	struct scene s = {
		.host = {
			.computer = STR("SRV-FILE01"),
			.os = { .major = 5, .minor = 2, .build = 3790,
			    .server = 1, .source = "EventLog 6009" },
			.roles = roles, .nroles = 1, .boots = boots,
			.nboots = 3, .first = FIRST, .last = LAST,
			.events = 48113,
		},
		.input = {
			.path = STR("C:\\logs\\System.evt"), .format = "evt",
			.bytes = 1048576, .matched = 15, .first = FIRST,
			.last = LAST,
			.tally = { .read = 48113, .torn = 1, .missing = gaps,
			    .nmissing = 2 },
		},
		.problems = {
			{ STR("C:\\logs\\System.evt"), 0x1000,
			  GRADE_RECORD, STR("the record is cut off") },
			{ STR("C:\\logs\\System.evt"), NO_OFFSET, GRADE_NOTE,
			  STR("the log was copied while in use") },
		},
	};

	s.report.version = "0.1.0";
	s.report.nrules = 4;
	s.report.rules_digest = str_of("00ff");
	s.concluded.findings = pool_findings;
	s.concluded.nfindings = 2;
	s.report.nhosts = s.report.ninputs = 1;
	s.report.nproblems = 2;
	return s;
}

typedef void renderer(struct out *, const struct report *,
    const struct report_options *);

static char *
render(renderer *how, struct scene *s, struct report_options opt)
{
	struct out o = out_memory();

	s->report.hosts = &s->host;
	s->report.inputs = &s->input;
	s->report.problems = s->problems;
	report_concluded(&s->report, &s->concluded);
	how(&o, &s->report, &opt);
	return o.mem != NULL ? o.mem : calloc(1, 1);
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void
assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static void
assert_narrow(const char *text, size_t columns)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (n > columns)
			fail_msg("%zu columns: %.*s", n, (int)n, text);
		if (n > 0)
			assert_int_not_equal(text[n - 1], ' ');
		text += n + (text[n] == '\n');
	}
}

/* Nothing but printable ASCII and newlines came out of HOSTILE. */
static void
assert_tame(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text != '\n' && (*text < 0x20 || *text > 0x7E))
			fail_msg("raw byte %02x before: %.40s",
			    (unsigned char)*text, text);
}

static void
a_report_reads_as_designed(void **state)
{
	struct scene s = scene();
	char *t = render(report_text, &s, (struct report_options){ 0 });

	(void)state;
	assert_has(t, "SRV-FILE01   Windows Server 2003 (5.2.3790, no service "
	    "pack)   48,113 events\n  2004-10-02 .. 2004-10-18\n"
	    "  3 boots, 1 ended by a crash, 1 by power loss\n\n"
	    "CRITICAL  Paged pool ran out in the Server service\n"
	    "          14 times, last 2004-10-18 07:20:11Z\n"
	    "  most likely    KB886670  Srv.sys leaks paged pool under "
	    "copy/delete load from\n"
	    "                           a Samba client  confirmed (known "
	    "bug)\n"
	    "                 + Srv 2020, final status "
	    "STATUS_INSUFFICIENT_RESOURCES\n"
	    "                 - Windows Server 2003 with a service pack\n"
	    "                 ? Srv.sys older than 5.2.3790.223 (a log");
	assert_has(t, "  or             KB312362  Paged pool is trimmed too "
	    "late  possible\n                           (2 of 14 times)\n"
	    "  tell apart by  KB312362  very many files are open\n"
	    "  evidence       #48011  2004-10-18 07:20:11Z  Srv 2020\n");
	assert_has(t, "                   0xC00007E4  EVENT_SRV_NO_PAGED_POOL"
	    "        error code\n"
	    "                   0xC000009A  STATUS_INSUFFICIENT_RESOURCES  "
	    "final status\n");
	assert_has(t, "                 and 1 more (-v shows them)\n"
	    "  what it means  The Server service got no paged pool.\n"
	    "                 Each rename leaks a block of memory.\n"
	    "  do this        1. Compare the version of Srv.sys with the");
	assert_has(t, "[needs a restart]\n                    > dir srv.sys\n"
	    "                 2. Log pool use.\n"
	    "  see            KB886670  Server leaks pool\n"
	    "                   https://support.example/kb/886670\n"
	    "                 A book\n\nNot read whole\n");
	free(t);
}

static void
what_was_not_read_and_the_totals_close_it(void **state)
{
	struct scene s = scene();
	char *t = render(report_text, &s, (struct report_options){ 0 });

	(void)state;
	assert_has(t, "\nNot read whole\n  C:\\logs\\System.evt\n"
	    "    at 0x1000 [record] the record is cut off\n"
	    "    48,113 records read  1 torn  missing record ids: 5-9 12\n");
	assert_has(t, "\n1 input (1 not whole), 48,113 events, 1 computer, "
	    "1 problem, 2 findings\n");
	assert_lacks(t, "copied while in use");
	assert_lacks(t, "\033");
	free(t);
}

static void
every_input_not_whole_is_told_once(void **state)
{
	struct problem lost = { STR("b.evtx"), NO_OFFSET, GRADE_FILE,
		STR("cannot be opened") };
	struct input inputs[3] = {
		{ .path = STR("c.evtx"), .tally = { .read = 1 } },
		{ .path = STR("b.evtx"), .tally = { .slack = 2 } },
		{ .path = STR("a.evtx"), .tally = { .complete = true } },
	};
	struct report r = { .inputs = inputs, .ninputs = 3,
		.problems = &lost, .nproblems = 1, .problems_dropped = 4 };
	struct out o = out_memory();

	(void)state;
	report_text(&o, &r, NULL);
	assert_has(o.mem, "\nNot read whole\n"
	    "  b.evtx\n    [file] cannot be opened\n"
	    "    0 records read  2 seen in unused space\n"
	    "  c.evtx\n    1 record read\n"
	    "  4 more were counted but not kept.\n\n"
	    "3 inputs (2 not whole)");
	out_free(&o);
}

static void
verbose_leaves_nothing_out(void **state)
{
	struct scene s = scene();
	char *t = render(report_text, &s,
	    (struct report_options){ .verbose = 1 });

	(void)state;
	assert_has(t, "#47000");
	assert_has(t, "in C:\\logs\\System.evt at 0x1000\n");
	assert_has(t, "words  00040000 c00007e4 c000009a\n");
	assert_has(t, "Not enough system resources.");
	assert_has(t, "                 ? very many files are open\n");
	assert_has(t, "\nNotes\n");
	assert_has(t, "copied while in use");
	assert_has(t, "\nInputs\n  C:\\logs\\System.evt\n    evt  1,048,576 "
	    "bytes  15 events matched  not whole\n");
	assert_has(t, "crashed (STOP 0x0000003F)");
	assert_has(t, "roles: dc\n");
	assert_lacks(t, "-v shows");
	free(t);
}

static void
quiet_says_findings_only(void **state)
{
	struct scene s = scene();
	char *t = render(report_text, &s,
	    (struct report_options){ .quiet = true });

	(void)state;
	assert_has(t, "CRITICAL  Paged pool");
	assert_lacks(t, "Not read whole");
	assert_lacks(t, "boots");
	free(t);
	s.concluded.nfindings = 0;
	t = render(report_text, &s, (struct report_options){ .quiet = true });
	assert_string_equal(t, "");
	free(t);
}

static void
colour_is_only_used_when_wanted(void **state)
{
	struct scene s = scene();
	struct out o = out_memory();

	(void)state;
	o.color = true;
	s.report.hosts = &s.host;
	s.report.inputs = &s.input;
	s.report.problems = s.problems;
	report_concluded(&s.report, &s.concluded);
	report_text(&o, &s.report, NULL);
	assert_has(o.mem, "\033[1;31mCRITICAL\033[0m  \033[1mPaged pool");
	assert_has(o.mem, "\033[32mconfirmed\033[0m");
	out_free(&o);
}

static void
a_symptom_alone_says_what_happened(void **state)
{
	struct scene s = scene();
	struct finding f = pool_findings[0];
	char *t;

	(void)state;
	f.symptom = true;
	s.concluded.findings = &f;
	s.concluded.nfindings = 1;
	t = render(report_text, &s, (struct report_options){ 0 });
	assert_has(t, "  what happened  The Server service got no paged pool. "
	    "(rule KB886670)\n");
	assert_lacks(t, "most likely");
	assert_has(t, "  what it means  Each rename");
	free(t);
}

/* The symptom ranks last; its remedy serves a cause that has none. */
static void
a_symptom_steps_back_behind_a_cause(void **state)
{
	struct scene s = scene();
	struct finding f[2] = { pool_findings[1], pool_findings[0] };
	char *t;

	(void)state;
	f[1].symptom = true;
	s.concluded.findings = f;
	t = render(report_text, &s, (struct report_options){ 0 });
	assert_has(t, "  possibly       KB312362");
	assert_lacks(t, "what happened");
	assert_lacks(t, "  or  ");
	assert_has(t, "  do this        1. Compare");
	free(t);
}

static void
what_no_rule_speaks_of_comes_last(void **state)
{
	struct finding f[3] = { pool_findings[0], pool_findings[0],
		pool_findings[0] };
	struct concluded c[3] = { { 0 }, { f, 2, NULL, 0 },
		{ f + 2, 1, NULL, 0 } };
	struct host hosts[] = { { .computer = STR("AAA") },
		{ .computer = STR("BBB") }, { .computer = STR("CCC") } };
	struct report r = { .hosts = hosts, .nhosts = 3 };
	struct out o = out_memory();

	(void)state;
	hosts[0].os = hosts[1].os = hosts[2].os = os_none();
	f[1].problem_title = str_of("Another problem");
	f[1].problem = str_of("other");
	report_concluded(&r, c);
	report_text(&o, &r, NULL);
	assert_ptr_equal(strstr(o.mem, "BBB   "), o.mem);
	assert_true(strstr(o.mem, "Another problem") < strstr(o.mem, "CCC"));
	assert_true(strstr(o.mem, "CCC") < strstr(o.mem, "AAA"));
	assert_has(o.mem, "AAA   Windows, version not known   0 events\n"
	    "  No rule matched.\n");
	assert_has(o.mem, "no proof of health");
	out_free(&o);
}

static void
an_empty_report_claims_nothing(void **state)
{
	struct report r = { 0 };
	struct out o = out_memory();

	(void)state;
	report_text(&o, &r, NULL);
	assert_string_equal(o.mem, "No rule matched. This is no proof of "
	    "health: a fault that no rule knows, or that\nleft no event in "
	    "what was read, does not show.\n\n"
	    "0 inputs, 0 events, 0 computers, 0 problems, 0 findings\n");
	out_free(&o);
	o = out_memory();
	report_json(&o, &r, NULL);
	assert_has(o.mem, "\"findings\": []");
	assert_has(o.mem, "\"version\": \"\"");
	out_free(&o);
	o = out_memory();
	report_jsonl(&o, &r, NULL);
	assert_int_equal(o.n, 0);
}

static void
lines_keep_to_the_width(void **state)
{
	const unsigned widths[] = { 0, 60, 80, 120 };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct scene s = scene();
		char *t = render(report_text, &s, (struct report_options){
		    .columns = widths[i / 2], .verbose = i % 2 });

		assert_narrow(t, i < 2 ? 80 : widths[i / 2]);
		free(t);
	}
}

static struct finding
hostile_finding(struct evidence *e, struct fact *f)
{
	struct finding x = pool_findings[0];

	*f = (struct fact){ .name = "service.name", .label = "service",
		.type = FACT_TEXT, .text = STR(HOSTILE),
		.note = STR(HOSTILE) };
	*e = pool_evidence[0];
	e->provider = e->input = (struct str)STR(HOSTILE);
	e->facts = f;
	e->nfacts = 1;
	x.computer = x.diagnosis = x.cause = x.title = e->provider;
	x.id = x.rule = x.problem = x.problem_title = e->provider;
	x.evidence = e;
	x.nevidence = 1;
	return x;
}

static void
hostile_text_stays_text(void **state)
{
	renderer *const all[] = { report_text, report_json, report_jsonl };
	struct scene s = scene();
	struct evidence e;
	struct fact fact;
	struct finding f = hostile_finding(&e, &fact);

	(void)state;
	s.concluded.findings = &f;
	s.concluded.nfindings = 1;
	s.host.computer = s.host.time_zone = f.computer;
	s.host.os.product = s.input.path = f.computer;
	s.problems[0].path = s.problems[0].message = f.computer;
	s.problems[1] = s.problems[0];
	s.problems[1].grade = GRADE_NOTE;
	for (size_t i = 0; i < 3; i++) {
		char *t = render(all[i], &s,
		    (struct report_options){ .verbose = 1 });

		assert_tame(t);
		assert_has(t, i == 0 ? "\\x1b[31m" : "\\u001b[31m");
		assert_has(t, i == 0 ? "\\ud800" : "\\\\ud800");
		assert_has(t, i == 0 ? "\\u202e" : "\\u202e");
		assert_lacks(t, "\nb");
		free(t);
	}
}

static void
json_has_every_key(void **state)
{
	static const char *const keys[] = {
		"schema", "tool", "name", "version", "rules", "count",
		"digest", "hosts", "computer", "os", "build", "service_pack",
		"roles", "time_zone", "boots", "start", "end", "ended",
		"bugcheck", "first", "last", "events", "findings", "id",
		"rule", "problem", "rank", "title", "severity", "confidence",
		"verdict", "diagnosis", "cause", "remedy", "text", "command",
		"risk", "references", "kb", "url", "conditions", "result",
		"evidence", "input", "record_id", "offset", "time",
		"provider", "event_id", "facts", "value", "symbol",
		"meaning", "data_words", "inputs", "path", "format", "bytes",
		"sha256", "records", "read", "matched", "recovered", "torn",
		"undecodable", "slack", "missing", "complete", "problems",
		"grade", "message", "totals", "incomplete",
	};
	struct scene s = scene();
	char *t = render(report_json, &s, (struct report_options){ 0 });
	char key[32];

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		(void)snprintf(key, sizeof key, "\"%s\": ", keys[i]);
		assert_has(t, key);
	}
	free(t);
}

static void
json_values_have_their_form(void **state)
{
	struct scene s = scene();
	char *t = render(report_json, &s, (struct report_options){ 0 });

	(void)state;
	assert_has(t, "\"value\": \"0xC000009A\",\n");
	assert_has(t, "\"symbol\": \"STATUS_INSUFFICIENT_RESOURCES\"");
	assert_has(t, "\"value\": 3,\n");
	assert_has(t, "\"value\": \"2004-10-18T07:20:11Z\"");
	assert_has(t, "\"c000009a\"");
	assert_has(t, "\"version\": \"5.2\",\n        \"build\": 3790,\n");
	assert_has(t, "\"bugcheck\": \"0x0000003F\"");
	assert_has(t, "\"time_zone\": null,\n      \"boots\": [\n        {\n"
	    "          \"start\": null,\n");
	assert_has(t, "\"offset\": 4096");
	assert_has(t, "\"offset\": null");
	free(t);
	s.host.os = os_none();
	s.input.format = NULL;
	t = render(report_json, &s, (struct report_options){ 0 });
	assert_has(t, "\"os\": null");
	assert_has(t, "\"format\": null");
	free(t);
}

static void
jsonl_is_a_line_each(void **state)
{
	struct scene s = scene();
	char *t = render(report_jsonl, &s,
	    (struct report_options){ .verbose = 1 });
	size_t lines = 0;

	(void)state;
	for (const char *p = t; *p != '\0'; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 3);
	assert_memory_equal(t, "{\"schema\": \"evtriage.finding/1\", ", 33);
	assert_has(t, "\n{\"schema\": \"evtriage.input/1\", \"path\": "
	    "\"C:\\\\logs\\\\System.evt\"");
	free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_reads_as_designed),
		cmocka_unit_test(what_was_not_read_and_the_totals_close_it),
		cmocka_unit_test(every_input_not_whole_is_told_once),
		cmocka_unit_test(verbose_leaves_nothing_out),
		cmocka_unit_test(quiet_says_findings_only),
		cmocka_unit_test(colour_is_only_used_when_wanted),
		cmocka_unit_test(a_symptom_alone_says_what_happened),
		cmocka_unit_test(a_symptom_steps_back_behind_a_cause),
		cmocka_unit_test(what_no_rule_speaks_of_comes_last),
		cmocka_unit_test(an_empty_report_claims_nothing),
		cmocka_unit_test(lines_keep_to_the_width),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(json_has_every_key),
		cmocka_unit_test(json_values_have_their_form),
		cmocka_unit_test(jsonl_is_a_line_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
