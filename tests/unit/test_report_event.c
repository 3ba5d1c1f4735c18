/*
 * The renderers of a single event, as text and as a line of JSON.
 */
#include "unit.h"
#include "base/clock.h"
#include "report/report.h"

#define TIME	UINT64_C(127425576110000000)	/* 2004-10-18T07:20:11Z */

static const uint8_t packet[] = {
	0x00, 0x00, 0x04, 0x00, 0xE4, 0x07, 0x00, 0xC0, 0x9A, 0x00, 0x00,
	0xC0, 0x01, 0x02, 0x03, 0x04, 0xFF,
};

static const struct field every_type[] = {
	{ .type = VALUE_NULL, .part = PART_DATA },
	{ .type = VALUE_TEXT, .text = STR("\\Device\\LanmanServer") },
	{ .type = VALUE_INT, .name = STR("Int"), .text = STR("-2"),
	  .number = UINT64_MAX - 1 },
	{ .type = VALUE_UINT, .name = STR("UInt"),
	  .text = STR("18446744073709551615"), .number = UINT64_MAX },
	{ .type = VALUE_HEX, .name = STR("Hex"), .text = STR("0x10"),
	  .number = 16 },
	{ .type = VALUE_REAL, .name = STR("Real"), .text = STR("-1.#INF") },
	{ .type = VALUE_BOOL, .name = STR("Bool"), .text = STR("true"),
	  .number = 1 },
	{ .type = VALUE_BINARY, .name = STR("Bytes"), .text = STR("00FF"),
	  .bytes = { packet + 15, 2 } },
	{ .type = VALUE_SID, .text = STR("S-1-5-18"), .part = PART_USER,
	  .name = STR("Subject/@sid") },
	{ .type = VALUE_TEXT, .text = STR("Error"), .part = PART_RENDERING,
	  .name = STR("Level") },
	{ .type = VALUE_TEXT, .text = STR("15005"), .part = PART_OTHER,
	  .name = STR("ErrorCode") },
};

static struct event
an_event(void)
{
	return (struct event){
		.at = { .offset = 0x1234, .id = 7, .state = RECORD_SLACK },
		.provider = STR("Srv"), .id = 2020, .qualifiers = 49152,
		.version = EVENT_ABSENT, .level = 2, .task = 0,
		.opcode = EVENT_ABSENT, .time = TIME + 1234567,
		.record_id = 48011, .process = EVENT_ABSENT,
		.thread = EVENT_ABSENT, .channel = STR("System"),
		.computer = STR("SRV-FILE01"), .fields = every_type,
		.nfields = sizeof every_type / sizeof *every_type,
		.has_binary = true, .binary = { packet, sizeof packet },
		.flags = EVENT_LOSSY | EVENT_CUT,
		.error = "too many elements",
	};
}

static struct facts *
some_facts(void)
{
	static struct facts f = {
		.v = {
			{ .name = "packet.final_status",
			  .label = "final status", .type = FACT_CODE,
			  .number = 0xC000009A,
			  .symbol = "STATUS_INSUFFICIENT_RESOURCES",
			  .meaning = "Not enough system resources." },
			{ .name = "packet.final_status", .label = "again",
			  .type = FACT_NUMBER, .number = 1 },
		},
		.n = 2,
		.dropped = 3,
	};

	return &f;
}

typedef void renderer(struct out *, const struct event *,
    const struct facts *, struct str);

static char *
render(renderer *how, const struct event *e, const struct facts *f)
{
	struct out o = out_memory();

	how(&o, e, f, str_of("C:\\logs\\System.evt"));
	return o.mem;
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void
text_shows_the_whole_event(void **state)
{
	struct event e = an_event();
	char *t;

	(void)state;
	e.message = str_of("The server\r\nfailed.");
	t = render(report_event_text, &e, some_facts());
	assert_string_equal(t,
	    "2004-10-18 07:20:11Z  Srv 2020  error  #48011\n"
	    "  channel System  computer SRV-FILE01  in C:\\logs\\System.evt at "
	    "0x1234\n"
	    "  (recovered from unused space)\n"
	    "  (a text held invalid characters)\n"
	    "  (not decoded whole)\n"
	    "  (too many elements)\n"
	    "  %1 = \n"
	    "  %2 = \\Device\\LanmanServer\n"
	    "  Int = -2\n"
	    "  UInt = 18446744073709551615\n"
	    "  Hex = 0x10\n"
	    "  Real = -1.#INF\n"
	    "  Bool = true\n"
	    "  Bytes = 00FF\n"
	    "  Subject/@sid = S-1-5-18\n"
	    "  Level = Error\n"
	    "  ErrorCode = 15005\n"
	    "  message = The server\\r\\nfailed.\n"
	    "  0000: 00040000 c00007e4 c000009a 04030201\n"
	    "  0010: 000000ff\n"
	    "    0xC000009A  STATUS_INSUFFICIENT_RESOURCES  final status\n"
	    "      Not enough system resources.\n"
	    "    1                                          again\n"
	    "    and 3 more\n");
	free(t);
}

static void
text_names_levels_and_audits(void **state)
{
	static const struct { int level; uint64_t keywords; const char *says; }
	    cases[] = {
		{ 0, 0, "  information  #" },
		{ 1, 0, "  critical  #" },
		{ 3, 0, "  warning  #" },
		{ 5, 0, "  verbose  #" },
		{ 9, 0, "  level 9  #" },
		{ EVENT_ABSENT, 0, "Srv 2020  #" },
		{ 0, UINT64_C(0x8020000000000000), "  audit success  #" },
		{ 0, UINT64_C(0x8010000000000000), "  audit failure  #" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct event e = an_event();
		char *t;

		e.level = cases[i].level;
		e.has_keywords = true;
		e.keywords = cases[i].keywords;
		t = render(report_event_text, &e, NULL);
		assert_has(t, cases[i].says);
		free(t);
	}
}

static void
json_line_of_an_event(void **state)
{
	struct event e = an_event();
	char *t = render(report_event_jsonl, &e, some_facts());

	(void)state;
	assert_string_equal(t,
	    "{\"schema\": \"evtriage.event/1\", "
	    "\"input\": \"C:\\\\logs\\\\System.evt\", \"offset\": 4660, "
	    "\"record_id\": 48011, \"time\": \"2004-10-18T07:20:11.1234567Z\", "
	    "\"provider\": \"Srv\", \"source\": null, \"guid\": null, "
	    "\"event_id\": 2020, \"qualifiers\": 49152, \"version\": null, "
	    "\"level\": 2, \"task\": 0, \"opcode\": null, \"keywords\": null, "
	    "\"channel\": \"System\", \"computer\": \"SRV-FILE01\", "
	    "\"user\": null, \"process\": null, \"thread\": null, "
	    "\"activity\": null, \"related_activity\": null, \"data\": ["
	    "{\"name\": null, \"type\": \"null\", \"value\": null}, "
	    "{\"name\": null, \"type\": \"text\", "
	    "\"value\": \"\\\\Device\\\\LanmanServer\"}, "
	    "{\"name\": \"Int\", \"type\": \"int\", \"value\": -2}, "
	    "{\"name\": \"UInt\", \"type\": \"uint\", "
	    "\"value\": 18446744073709551615}, "
	    "{\"name\": \"Hex\", \"type\": \"hex\", \"value\": \"0x10\"}, "
	    "{\"name\": \"Real\", \"type\": \"real\", "
	    "\"value\": \"-1.#INF\"}, "
	    "{\"name\": \"Bool\", \"type\": \"bool\", \"value\": true}, "
	    "{\"name\": \"Bytes\", \"type\": \"binary\", "
	    "\"value\": \"04ff\"}], \"user_data\": ["
	    "{\"name\": \"Subject/@sid\", \"type\": \"sid\", "
	    "\"value\": \"S-1-5-18\"}], \"rendering\": ["
	    "{\"name\": \"Level\", \"type\": \"text\", "
	    "\"value\": \"Error\"}], \"other\": ["
	    "{\"name\": \"ErrorCode\", \"type\": \"text\", "
	    "\"value\": \"15005\"}], "
	    "\"binary\": \"00000400e40700c09a0000c001020304ff\", "
	    "\"words\": [\"00040000\", \"c00007e4\", \"c000009a\", "
	    "\"04030201\", \"000000ff\"], \"facts\": {"
	    "\"packet.final_status\": {\"value\": \"0xC000009A\", "
	    "\"symbol\": \"STATUS_INSUFFICIENT_RESOURCES\", "
	    "\"meaning\": \"Not enough system resources.\"}}, "
	    "\"unexplained\": 11, "
	    "\"message\": null, \"state\": \"slack\", "
	    "\"flags\": [\"lossy\", \"cut\"], "
	    "\"error\": \"too many elements\"}\n");
	free(t);
}

static void
an_empty_event_has_every_key(void **state)
{
	static const char *const nulls[] = {
		"time", "source", "guid", "qualifiers", "version", "level",
		"task", "opcode", "keywords", "channel", "user", "process",
		"thread", "activity", "related_activity", "binary", "message",
		"error",
	};
	struct event e = {
		.qualifiers = EVENT_ABSENT, .version = EVENT_ABSENT,
		.level = EVENT_ABSENT, .task = EVENT_ABSENT,
		.opcode = EVENT_ABSENT, .process = EVENT_ABSENT,
		.thread = EVENT_ABSENT,
	};
	char *t = render(report_event_jsonl, &e, NULL);
	char key[40];

	(void)state;
	for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
		(void)snprintf(key, sizeof key, "\"%s\": null", nulls[i]);
		assert_has(t, key);
	}
	assert_has(t, "\"data\": [], \"user_data\": [], \"rendering\": [], "
	    "\"other\": []");
	assert_has(t, "\"words\": [], \"facts\": {}");
	assert_has(t, "\"state\": \"live\", \"flags\": []");
	free(t);
	t = render(report_event_text, &e, NULL);
	assert_string_equal(t, "no time  (no provider) 0  #0\n"
	    "  in C:\\logs\\System.evt at 0x0\n");
	free(t);
}

static void
xml_without_the_rest(struct out *o, const struct event *e,
    const struct facts *facts, struct str input)
{
	(void)facts;
	(void)input;
	report_event_xml(o, e);
}

/* One event, one line (or block): whatever stands in it. */
static void
hostile_text_stays_text(void **state)
{
	static const struct str evil = STR("a\033[31m\n2004-10-18\r\302\233"
	    "\342\200\256\355\240\200\377\a\0z");
	struct field f = { .name = evil, .text = evil, .type = VALUE_TEXT };
	struct fact fact = { .name = "service.name", .label = "service",
		.type = FACT_TEXT, .text = evil, .note = evil };
	struct facts *facts = calloc(1, sizeof *facts);
	renderer *const all[] = { report_event_text, report_event_jsonl,
		report_event_csv, xml_without_the_rest };

	(void)state;
	facts->v[facts->n++] = fact;
	for (size_t i = 0; i < 4; i++) {
		struct event e = an_event();
		char *t;

		e.provider = e.source = e.guid = e.channel = evil;
		e.computer = e.user = e.message = e.activity = evil;
		e.fields = &f;
		e.nfields = 1;
		t = render(all[i], &e, facts);
		for (const char *p = t; *p != '\0'; p++)
			assert_true(*p == '\n' || (*p >= 0x20 && *p < 0x7F) ||
			    (p[0] == '\r' && p[1] == '\n' && p[2] == '\0'));
		assert_null(strstr(t, "\n2004"));
		assert_has(t, "1b[31m");
		free(t);
	}
	free(facts);
}

/* How a record was read stands in every format. */
static void
what_is_not_live_is_marked(void **state)
{
	struct event e = an_event();
	char *t;

	(void)state;
	e.at.state = RECORD_SLACK;
	e.flags = EVENT_INFERRED | EVENT_LOSSY;
	e.error = "its template is not there";
	t = render(report_event_text, &e, NULL);
	assert_has(t, "(recovered from unused space)");
	assert_has(t, "(partly inferred)");
	assert_has(t, "(its template is not there)");
	free(t);
	t = render(report_event_jsonl, &e, NULL);
	assert_has(t, "\"state\": \"slack\", \"flags\": [\"lossy\", "
	    "\"inferred\"]");
	free(t);
	t = render(report_event_csv, &e, NULL);
	assert_has(t, ",slack,lossy inferred\r\n");
	free(t);
	t = render(xml_without_the_rest, &e, NULL);
	assert_has(t, "<!-- recovered from unused space -->\n");
	assert_has(t, "<!-- partly inferred -->\n");
	assert_has(t, "<!-- its template is not there -->\n");
	free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_shows_the_whole_event),
		cmocka_unit_test(text_names_levels_and_audits),
		cmocka_unit_test(json_line_of_an_event),
		cmocka_unit_test(an_empty_event_has_every_key),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(what_is_not_live_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
