/*
 * The rule language: what is a mistake, what conditions mean, how sure a
 * finding is, how rivals rank.
 */
#include "rulesets.h"

#define HEAD "computer A\nchannel System\ntime 2004-10-18T07:00:00Z\n" \
	"step 1m\nprovider Srv\n"
/* KB886670's packet: c00007e4, c000009a, dump word 0x0b. */
#define SRV2020 "event\nid 2020\nqualifiers 0xC000\nwords 00040000 00540001 " \
	"00000000 c00007e4 00000000 c000009a 00000000 00000000 00000000 " \
	"00000000 0000000b\n"
#define BOOT "event\nprovider EventLog\nid 6005\nqualifiers 0x8000\n"
#define E(n) "event\nid " n "\n"

#define ANY(n) "<event provider='Srv' id='" n "'/>"

static void
assert_error(unsigned line, const char *part)
{
	for (size_t i = 0; i < errors.n; i++)
		if (errors.v[i].line == line && str_find(errors.v[i].message,
		    part, 0) != SIZE_MAX)
			return;
	fail_msg("no error of line %u says \"%s\"; %zu errors, the first: "
	    "line %u, %.*s", line, part, errors.n, errors.n > 0 ?
	    errors.v[0].line : 0, errors.n > 0 ?
	    (int)errors.v[0].message.n : 0, errors.n > 0 ?
	    errors.v[0].message.p : "");
}

static void
a_mistake_is_named_with_its_line_and_the_others_load(void **state)
{
	(void)state;
	rule("good", "", "", ANY("1"), "");
	rule("schema", "", "", ANY("1"), "\n<nonsense/>");
	rule("symbol", "", "", "\n<event provider='Srv' id='1'>\n<fact "
	    "name='packet.final_status' is='STATUS_NO_SUCH_THING'/></event>",
	    "");
	rule("class", "", "", "<event class='nobody'/>", "");
	rule("ids", "", "", ANY("70000"), "");
	rule("range", "", "", "<event provider='Srv' id='1'><fact "
	    "name='event.level' min='3' max='2'/></event>", "");
	rule("anchors", "", "", "<event anchor='yes' provider='Srv' id='1'/>"
	    "<event anchor='yes' provider='Srv' id='2'/>", "");
	rule("within", "", "", "<all within='0m'>" ANY("1") "</all>", "");
	rule_file("doctype.xml", str_of("<?xml version='1.0'?>\n"
	    "<!DOCTYPE rule [<!ENTITY a 'b'>]>\n<rule/>"));
	rule_file("broken.xml", str_of("<rule>\n<title>"));
	rules_read();
	assert_int_equal(rules_count(rules), 1);
	assert_non_null(rules_by_id(rules, str_of("GOOD")));
	assert_error(5, "nonsense");
	assert_error(5, "STATUS_NO_SUCH_THING");
	assert_error(3, "no event class \"nobody\"");
	assert_error(3, "no event id");
	assert_error(3, "min is greater than max");
	assert_error(3, "one anchor");
	assert_error(3, "within=\"0m\"");
	assert_error(2, "DOCTYPE");
	assert_int_equal(errors.n, 9);
}

/* A list was cut behind its 64th entry, without a word. */
static void
a_list_that_is_too_long_is_a_mistake(void **state)
{
	static const struct { const char *before, *sep, *behind; } v[] = {
		{ "<event provider='", "|", "' id='1'/>" },
		{ "<event provider='Srv' id='", ",", "'/>" },
		{ "<event provider='Srv' id='1'><fact name='event.id' "
		    "one-of='", " ", "'/></event>" },
		{ "<event provider='Srv' id='1'><fact name='string.1' "
		    "like='", "|", "'/></event>" },
	};

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		struct str all = str_of("1");

		for (size_t n = 1; n < (i < 4 ? 64 : 65); n++)
			all = arena_fmt(&mem, "%s%s1", all.p, v[i % 4].sep);
		rule(arena_fmt(&mem, "r%zu", i).p, "", "", arena_fmt(&mem,
		    "%s%s%s", v[i % 4].before, all.p, v[i % 4].behind).p, "");
	}
	rules_read();
	assert_int_equal(rules_count(rules), 4);
	assert_int_equal(errors.n, 4);
	assert_error(3, "a list of more than 64");
}

/* A count of 2^64 - 1 ran over where it was added to a place. */
static void
a_number_beyond_reason_is_a_mistake(void **state)
{
	(void)state;
	rule("min", "", "", "<event provider='Srv' id='1' "
	    "min='18446744073709551615'/>", "");
	rule("escalate", "", "", ANY("1"),
	    "<escalate severity='critical' min='18446744073709551615'/>");
	rule("computers", "", "", ANY("1"),
	    "<support says='s' within='1m' computers='1000000001'/>");
	rule("support", "", "", ANY("1"),
	    "<support says='s' weight='1001'>" ANY("2") "</support>");
	rule("check", "", "", ANY("1"), "<check weight='4294967297'>c"
	    "</check>");
	rule("good", "", "", "<event provider='Srv' id='1' "
	    "min='1000000000'/>", "<check weight='1000'>c</check>");
	rules_read();
	assert_int_equal(errors.n, 5);
	assert_error(3, "min=\"18446744073709551615\" is more than "
	    "1000000000");
	assert_error(4, "weight=\"1001\" is more than 1000");
	assert_int_equal(rules_count(rules), 1);
}

static void
an_id_is_defined_once(void **state)
{
	(void)state;
	rule("a", "", "", ANY("1"), "");
	rule_file("b.xml", str_of("<rule id='a' problem='p' severity='high' "
	    "verdict='fault'><title>t</title><when>" ANY("2") "</when>"
	    "<diagnosis>d</diagnosis><cause>c</cause><remedy><step>s</step>"
	    "</remedy><example expect='none' note='n'/></rule>"));
	rules_read();
	assert_error(1, "also defined in");
	assert_int_equal(rules_count(rules), 1);
}

/* One rule for each condition: which are raised by Srv 2020? */
static void
condition(const char *id, const char *fact)
{
	rule(id, "", "", arena_fmt(&mem, "<event provider='srv' id='2020'>"
	    "<fact name='%s/></event>", fact).p, "");
}

static void
conditions_on_values(void **state)
{
	static const char *const holds[] = {
		"packet.final_status' is='STATUS_INSUFFICIENT_RESOURCES'",
		"packet.final_status' is='0xC000009A'",
		"packet.error_code' mask='0xffff' is='2020'",
		"packet.final_status' one-of='STATUS_NO_MEMORY 0xC000009A'",
		"packet.dump0' min='11' max='11'",
		"packet.dump0' max='11'",
		"packet.final_status' not='yes' is='0'",
		"packet.dump0' present='yes'",
		"packet.dump1' present='no'",
		"event.provider' like='*x*|S?V'",
		"event.provider' not='yes' like='Disk'",
		"event.provider' like='Disk*|tape|*rV|sRv?'",
		"event.provider' like='x|y|?r?'",
		"event.provider' not='yes' like='Srv?|Sr|rv*'",
	};
	static const char *const fails[] = {
		"packet.final_status' is='STATUS_NO_MEMORY'",
		"packet.final_status' mask='0xffff0000' is='0xC000009A'",
		"packet.final_status' one-of='1,2 3'",
		"packet.dump0' min='12'",
		"packet.dump0' max='10'",
		"packet.final_status' not='yes' is='0xC000009A'",
		"packet.dump0' present='no'",
		/* What is not there satisfies no test, turned round or not. */
		"packet.dump1' is='0'",
		"packet.dump1' not='yes' is='0'",
		"packet.dump1' not='yes' min='5'",
		"data.nothing' not='yes' like='x'",
		"event.provider' like='Sr'",
		"event.provider' like='Srv?|Sr|rv*'",
		"event.provider' not='yes' like='Disk*|tape|*rV|sRv?'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof holds / sizeof *holds; i++)
		condition(arena_fmt(&mem, "holds%zu", i).p, holds[i]);
	for (size_t i = 0; i < sizeof fails / sizeof *fails; i++)
		condition(arena_fmt(&mem, "fails%zu", i).p, fails[i]);
	scan(HEAD SRV2020);
	for (size_t i = 0; i < sizeof holds / sizeof *holds; i++)
		if (finding_of(arena_fmt(&mem, "holds%zu", i).p) == NULL)
			fail_msg("does not hold: %s", holds[i]);
	for (size_t i = 0; i < sizeof fails / sizeof *fails; i++)
		if (finding_of(arena_fmt(&mem, "fails%zu", i).p) != NULL)
			fail_msg("holds: %s", fails[i]);
}

static void
trees_of_conditions(void **state)
{
	(void)state;
	rule("all", "", "", ANY("1") ANY("2"), "");
	rule("all-not", "", "", ANY("1") ANY("9"), "");
	rule("any", "", "", "<event provider='Srv' id='1'/><any>" ANY("9")
	    ANY("2") "</any>", "");
	rule("none", "", "", ANY("1") "<none says='n'>" ANY("9") "</none>",
	    "");
	rule("none-not", "", "", ANY("1") "<none says='n'>" ANY("2")
	    "</none>", "");
	rule("sequence", "", "", "<sequence>" ANY("1") ANY("2") ANY("3")
	    "</sequence>", "");
	rule("sequence-not", "", "", "<sequence>" ANY("2") ANY("1")
	    "</sequence>", "");
	rule("middle", "", "", "<sequence>" ANY("1") "<event anchor='yes' "
	    "provider='Srv' id='2'/>" ANY("3") "</sequence>", "");
	scan(HEAD E("1") E("2") E("3"));
	assert_non_null(finding_of("all"));
	assert_no_finding("all-not");
	assert_non_null(finding_of("any"));
	assert_non_null(finding_of("none"));
	assert_no_finding("none-not");
	assert_non_null(finding_of("sequence"));
	assert_no_finding("sequence-not");
	assert_non_null(finding_of("middle"));
}

/* 1 and 2 lie five minutes and a boot apart; 2 and 3 share the boot. */
static void
scopes_of_time_and_boot(void **state)
{
	(void)state;
	rule("near", "", "", "<all within='5m'>" ANY("1") ANY("2") "</all>",
	    "");
	rule("far", "", "", "<all within='299s'>" ANY("1") ANY("2") "</all>",
	    "");
	rule("boot", "", "", "<all within='boot'>" ANY("2") ANY("3")
	    "</all>", "");
	rule("other-boot", "", "", "<all within='boot'>" ANY("1") ANY("2")
	    "</all>", "");
	rule("back", "", "", "<all within='boot'><event provider='Srv' id='2'"
	    " about='previous-boot'/>" ANY("1") "</all>", "");
	scan(HEAD BOOT "event\nid 1\n" BOOT "time +4m\n"
	    "event\nid 2\nevent\nid 3\n");
	assert_non_null(finding_of("near"));
	assert_no_finding("far");
	assert_non_null(finding_of("boot"));
	assert_no_finding("other-boot");
	assert_non_null(finding_of("back"));
}

static void
so_many_in_that_time(void **state)
{
	(void)state;
	rule("three", "", "", "<event provider='Srv' id='1' min='3' "
	    "per='2m'/>", "");
	rule("four", "", "", "<event provider='Srv' id='1' min='4' "
	    "per='2m'/>", "");
	rule("ever", "", "", "<event provider='Srv' id='1' min='4'/>", "");
	rule("five", "", "", "<event provider='Srv' id='1' min='5'/>", "");
	scan(HEAD E("1") E("1") E("1") "event\nid 1\ntime +1h\n");
	assert_non_null(finding_of("three"));
	assert_no_finding("four");
	assert_non_null(finding_of("ever"));
	assert_no_finding("five");
}

static void
the_same_value_as_the_anchor(void **state)
{
	(void)state;
	rule("same", "", "", "<all same='string.1'>" ANY("1") ANY("2")
	    "</all>", "");
	rule("other", "", "", "<all same='string.1'>" ANY("1") ANY("3")
	    "</all>", "");
	rule("absent", "", "", "<all same='string.1'>" ANY("1") ANY("4")
	    "</all>", "");
	scan(HEAD E("1") "string c:\n" E("2") "string C:\n" E("3")
	    "string D:\n" E("4"));
	assert_non_null(finding_of("same"));
	assert_no_finding("other");
	assert_no_finding("absent");
}

#define FINAL "<event provider='Srv' id='2020'><fact " \
	"name='packet.final_status' is='0xC000009A'/></event>"
#define OS_IS(version, otherwise) "<applies else='" otherwise \
	"'><os version='" version "' says='that release'/></applies>"
#define VERSION_2003 "event\nprovider EventLog\nid 6009\nqualifiers 0x8000\n" \
	"string 5.02.\nstring 3790\nstring\nstring Multiprocessor Free\n"

static void
a_gate_is_met_unmet_or_unknown(void **state)
{
	static const char *const log[] = { HEAD SRV2020,
	    HEAD VERSION_2003 SRV2020 };

	for (int known = 0; known < 2; known++) {
		rule("fits", "", OS_IS("5.2", "exclude"), FINAL, "");
		rule("excluded", "", OS_IS("6.1", "exclude"), FINAL, "");
		rule("kept", "", OS_IS("6.1", "possible"), FINAL, "");
		scan(log[known]);
		if (known) {
			/* "fits" has the one rival "kept", not confirmed. */
			assert_finding("fits", CONF_CONFIRMED);
			assert_no_finding("excluded");
			assert_finding("kept", CONF_POSSIBLE);
		} else {
			assert_finding("fits", CONF_LIKELY);
			assert_finding("excluded", CONF_LIKELY);
			assert_finding("kept", CONF_LIKELY);
			rules_end(state);
			rules_begin(state);
		}
	}
}

/* A whole data word weighs 3, a mask or a range 2, an event 1. */
static void
confidence_is_computed(void **state)
{
	(void)state;
	rule("word", "kind='symptom'", "", ANY("2020"), "");
	rule("bare", "", "", ANY("2020"), "");
	rule("masked", "", "", "<event provider='Srv' id='2020'><fact "
	    "name='packet.error_code' mask='0xffff' is='2020'/></event>", "");
	rule("light", "", "", FINAL, "<check weight='1'>x</check>");
	rule("heavy", "", "", FINAL, "<check>x</check>");
	rule("capped", "at-most='possible'", "", FINAL, "");
	rule("support", "", "", FINAL, "<support says='s'>" ANY("9")
	    "</support>");
	rule("unmet", "", "", FINAL, "<support says='s' missing='unmet'>"
	    ANY("9") "</support>");
	rule("sure", "", "", FINAL, "");
	scan(HEAD SRV2020);
	assert_finding("word", CONF_CONFIRMED);
	assert_finding("bare", CONF_LIKELY);
	assert_finding("masked", CONF_LIKELY);
	assert_finding("light", CONF_LIKELY);
	assert_finding("heavy", CONF_POSSIBLE);
	assert_finding("capped", CONF_POSSIBLE);
	assert_finding("support", CONF_LIKELY);
	assert_finding("unmet", CONF_POSSIBLE);
	assert_finding("sure", CONF_CONFIRMED);
}

static void
rivals_are_ranked_best_first(void **state)
{
	const struct concluded *c;

	(void)state;
	rule("a-symptom", "kind='symptom'", "", ANY("2020"), "");
	rule("b-unmet", "", "", FINAL, "<support says='s' missing='unmet'>"
	    ANY("9") "</support>");
	rule("c-possible", "", "", FINAL, "<check weight='5'>x</check>");
	rule("d-light", "", "", ANY("2020"), "");
	rule("e-sure", "", "", FINAL, "");
	scan(HEAD SRV2020);
	c = report.conclude(report.ctx, 0);
	assert_int_equal(c->nfindings, 5);
	assert_int_equal(finding_of("e-sure")->rank, 1);
	assert_int_equal(finding_of("d-light")->rank, 2);
	assert_int_equal(finding_of("c-possible")->rank, 3);
	assert_int_equal(finding_of("b-unmet")->rank, 4);
	assert_int_equal(finding_of("a-symptom")->rank, 5);
	assert_str(c->findings[0].rule, "e-sure");
	assert_str(c->findings[0].problem_title, "a-symptom");
}

/* A log that fits two explanations confirms neither. */
static void
two_confirmed_rivals_are_both_likely(void **state)
{
	const struct finding *f;

	(void)state;
	rule("one", "", "", FINAL, "");
	rule("two", "", "", FINAL, "");
	scan(HEAD SRV2020);
	assert_finding("one", CONF_LIKELY);
	assert_finding("two", CONF_LIKELY);
	f = finding_of("one");
	assert_int_equal(f->conditions[f->nconditions - 1].result,
	    RESULT_UNKNOWN);
}

static void
values_are_filled_in(void **state)
{
	(void)state;
	rule_file("fill.xml", str_of("<rule id='fill' problem='p-{string.1}' "
	    "severity='high' verdict='fault'><title>t {computer}</title>"
	    "<when><event as='srv' provider='Srv' id='2020'><fact "
	    "name='packet.final_status' present='yes'/></event>"
	    "<event as='two' provider='Srv' id='1'><show fact='event.id'/>"
	    "</event></when><diagnosis>{count}, {first}, {last}, "
	    "{packet.final_status}, {packet.final_status|symbol}, "
	    "{srv:packet.dump0}, {packet.dump9}, {two:packet.dump0}, {open"
	    "</diagnosis><cause>c</cause><remedy><step>s</step></remedy>"
	    "<example expect='none' note='n'/></rule>"));
	scan(HEAD E("1") SRV2020 SRV2020);
	assert_non_null(finding_of("fill"));
	assert_str(finding_of("fill")->diagnosis, "2, 2004-10-18 07:01:00Z, "
	    "2004-10-18 07:02:00Z, 0xC000009A, "
	    "STATUS_INSUFFICIENT_RESOURCES, 0x0000000B, unknown, unknown, "
	    "{open");
	assert_str(finding_of("fill")->title, "t A");
	assert_str(finding_of("fill")->problem, "p-unknown");
}

/* The best explanation sets the severity, but a rival that is as sure
 * counts as much; one that is less sure does not. */
static void
a_problem_is_as_bad_as_its_surest_rivals(void **state)
{
	static const char grave[] = "<escalate severity='critical' min='1'/>";

	(void)state;
	rule("mild", "at-most='likely'", "", "<event provider='Srv' "
	    "id='2020'><fact name='packet.final_status' "
	    "is='STATUS_INSUFFICIENT_RESOURCES'/><fact name='packet.dump0' "
	    "is='0x0b'/></event>", "");
	rule("unsure", "at-most='possible'", "", FINAL, grave);
	scan(HEAD SRV2020);
	assert_int_equal(finding_of("mild")->rank, 1);
	assert_int_equal(finding_of("mild")->severity, SEV_HIGH);
	rules_end(state);
	rules_begin(state);
	rule("mild", "at-most='likely'", "", "<event provider='Srv' "
	    "id='2020'><fact name='packet.final_status' "
	    "is='STATUS_INSUFFICIENT_RESOURCES'/><fact name='packet.dump0' "
	    "is='0x0b'/></event>", "");
	rule("grave", "at-most='likely'", "", FINAL, grave);
	scan(HEAD SRV2020);
	assert_int_equal(finding_of("mild")->rank, 1);
	assert_int_equal(finding_of("mild")->severity, SEV_CRITICAL);
}

/* An event of which a part could not be decoded. */
static void
incomplete(uint16_t id)
{
	struct event e = { .provider = str_of("Srv"), .id = id,
	    .time = 127425744000000000, .record_id = id,
	    .computer = str_of("A"), .error = "the rest cannot be read" };

	e.at.id = id;
	triage_event(triage, &e);
}

/* What is missing may stand in the part that was lost. */
static void
an_incomplete_event_proves_no_absence(void **state)
{
	(void)state;
	rule("absent", "", "", "<event provider='Srv' id='1'><fact "
	    "name='string.1' present='no'/></event>", "");
	rule("not", "", "", "<event provider='Srv' id='1'><fact "
	    "name='event.id' not='yes' is='9'/></event>", "");
	rule("none", "", "", ANY("1") "<none says='n'><event provider='Srv' "
	    "id='2'><fact name='string.1' is='5'/></event></none>", "");
	rule("no-such", "", "", ANY("1") "<none says='n'><event "
	    "provider='Srv' id='2'><fact name='event.id' is='9'/></event>"
	    "</none>", "");
	rule("there", "", "", "<event provider='Srv' id='1'><fact "
	    "name='event.id' is='1'/></event>", "");
	scan_begin();
	incomplete(1);
	incomplete(2);
	scan_end();
	assert_null(finding_of("absent"));
	assert_null(finding_of("not"));
	assert_null(finding_of("none"));
	assert_non_null(finding_of("no-such"));
	assert_non_null(finding_of("there"));
}

/* Records that say the same, but are whole. */
static void
a_whole_event_proves_absence(void **state)
{
	(void)state;
	rule("absent", "", "", "<event provider='Srv' id='1'><fact "
	    "name='string.1' present='no'/></event>", "");
	rule("none", "", "", ANY("1") "<none says='n'><event provider='Srv' "
	    "id='2'><fact name='string.1' is='5'/></event></none>", "");
	scan(HEAD E("1") E("2"));
	assert_non_null(finding_of("absent"));
	assert_non_null(finding_of("none"));
}

static void
causes_and_steps_of_a_bug_check_are_filled_in(void **state)
{
	struct str said;

	(void)state;
	rule_file("fill.xml", str_of("<rule id='fill' problem='p' "
	    "severity='high' verdict='fault'><title>t</title><when>"
	    "<event provider='Save Dump' id='1001'><fact "
	    "name='bugcheck.code' present='yes'/></event></when>"
	    "<diagnosis>[{bugcheck.code|causes}] [{bugcheck.code|steps}] "
	    "[{bugcheck.p1|causes}]</diagnosis><cause>c</cause><remedy>"
	    "<step>s</step></remedy><example expect='none' note='n'/>"
	    "</rule>"));
	scan(HEAD "event\nprovider Save Dump\nid 1001\n"
	    "string 0x00000002 (0x1, 0x0, 0x0, 0x0)\n");
	assert_non_null(finding_of("fill"));
	said = finding_of("fill")->diagnosis;
	assert_true(str_starts(said, "[(not in the code book)] [update, "
	    "roll back or disable the driver"));
	assert_true(str_find(said, "recently] [(not in the code book)]", 0)
	    != SIZE_MAX);
}

/* It was a number once, and which one was chance. */
static void
a_shown_value_that_is_empty_is_an_empty_text(void **state)
{
	const struct fact *shown;

	(void)state;
	rule("empty", "", "", "<event provider='Srv' id='1'>"
	    "<show fact='string.1'/></event>", "");
	scan(HEAD "event\nid 1\nstring\nstring two\n");
	assert_non_null(finding_of("empty"));
	assert_int_equal(finding_of("empty")->evidence[0].nfacts, 1);
	shown = &finding_of("empty")->evidence[0].facts[0];
	assert_int_equal(shown->type, FACT_TEXT);
	assert_int_equal(shown->text.n, 0);
	assert_int_equal(shown->number, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mistake_is_named_with_its_line_and_the_others_load),
		TEST(a_list_that_is_too_long_is_a_mistake),
		TEST(a_number_beyond_reason_is_a_mistake),
		TEST(an_id_is_defined_once), TEST(conditions_on_values),
		TEST(trees_of_conditions), TEST(scopes_of_time_and_boot),
		TEST(so_many_in_that_time),
		TEST(the_same_value_as_the_anchor),
		TEST(a_gate_is_met_unmet_or_unknown),
		TEST(confidence_is_computed),
		TEST(rivals_are_ranked_best_first),
		TEST(two_confirmed_rivals_are_both_likely),
		TEST(a_problem_is_as_bad_as_its_surest_rivals),
		TEST(values_are_filled_in),
		TEST(an_incomplete_event_proves_no_absence),
		TEST(a_whole_event_proves_absence),
		TEST(causes_and_steps_of_a_bug_check_are_filled_in),
		TEST(a_shown_value_that_is_empty_is_an_empty_text),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
