/*
 * Reports that are handed on: HTML, markdown and CSV.  What they look like
 * on samples stands in tests/cli; here is what hostile text could do.
 */
#include "unit.h"
#include "base/clock.h"
#include "model/keep.h"
#include "report/report.h"

/* 2004-10-18T07:20:11Z, as FILETIME. */
#define LAST	UINT64_C(127425576110000000)

/* What ends or begins something in one of the formats, at its begin, in
 * the middle and at its end. */
#define HOSTILE	\
	"# </code></td></section></style><script>alert(1)</script>\"'>" \
	"|a\\|b```` ` ~~~ <!-- &amp; [x](javascript:y) **z** _u_ @who " \
	"\n\n---\n| x | y |\r\n\t- z\033[31m\342\200\256\342\200\250\377\0;" \
	"=1,\"+2\" https://h.example/?a&b <b> |`"

enum { COLUMNS = 22 };

/* A report in which every text from outside is s. */
struct scene {
	struct host		host;
	struct boot_words	said;
	struct boot		boots[2];
	struct str		channel;
	struct fact		fact;
	struct evidence		evidence;
	struct condition	conditions[3];
	struct step		step;
	struct reference	refs[2];
	struct finding		findings[2];
	struct near_miss	miss;
	struct concluded	concluded;
	struct input		input;
	struct id_range		gap;
	struct problem		problems[2];
	uint32_t		words[2];
	struct report		report;
};

static void
scene_fact(struct scene *x, struct str s)
{
	x->fact = (struct fact){ .name = "a.b", .type = FACT_TEXT, .text = s,
	    .note = s, .meaning = "what it means", .length = 4,
	    .offset = 12 };
	x->words[0] = 0xC000009A;
	x->evidence = (struct evidence){ .input = s, .provider = s,
	    .record_id = 7, .time = LAST, .event_id = 2020,
	    .facts = &x->fact, .nfacts = 1, .words = x->words, .nwords = 2,
	    .state = RECORD_SLACK };
}

static struct finding
scene_finding(struct scene *x, struct str s, bool symptom)
{
	return (struct finding){
		.id = s, .rule = s, .problem = s, .problem_title = s,
		.rank = 1, .symptom = symptom, .follows = s,
		.follows_title = s, .title = s, .severity = SEV_HIGH,
		.confidence = CONF_LIKELY, .verdict = VERDICT_KNOWN_BUG,
		.computer = s, .first = LAST - CLOCK_DAY, .last = LAST,
		.count = 3, .diagnosis = s, .cause = s,
		.remedy = &x->step, .nremedy = 1, .refs = x->refs, .nrefs = 2,
		.conditions = x->conditions, .nconditions = 3,
		.evidence = &x->evidence, .nevidence = 1,
	};
}

static void
scene_make(struct scene *x, struct str s)
{
	memset(x, 0, sizeof *x);
	x->channel = s;
	x->said = (struct boot_words){ s, s };
	x->boots[0] = (struct boot){ .end = LAST, .ended = BOOT_CRASH,
	    .has_bugcheck = true, .words = &x->said };
	x->boots[1].start = LAST;
	x->host = (struct host){ .computer = s, .os = os_none(),
	    .time_zone = s, .boots = x->boots, .nboots = 2,
	    .channels = &x->channel, .nchannels = 1 };
	x->host.os.product = s;
	scene_fact(x, s);
	for (int i = 0; i < 3; i++)
		x->conditions[i] = (struct condition){ s, (enum result)i };
	x->step = (struct step){ s, s, RISK_DATA };
	x->refs[0] = (struct reference){ s, s, str_of("https://h.example/") };
	x->refs[1] = (struct reference){ s, s, s };
	x->findings[0] = scene_finding(x, s, false);
	x->findings[1] = scene_finding(x, s, true);
	x->miss = (struct near_miss){ s, s, s, 1 };
	x->gap = (struct id_range){ 5, 9 };
	x->input = (struct input){ .path = s, .tally = {
	    .torn = 1, .dirty = true, .bad_checksums = 2,
	    .missing = &x->gap, .nmissing = 1, .missing_dropped = 1 } };
	x->problems[0] = (struct problem){ s, 16, GRADE_RECORD, s };
	x->problems[1] = (struct problem){ s, NO_OFFSET, GRADE_NOTE, s };
	x->report = (struct report){ .version = "0", .rules_digest = s,
	    .hosts = &x->host, .nhosts = 1,
	    .inputs = &x->input, .ninputs = 1, .problems = x->problems,
	    .nproblems = 2, .problems_dropped = 1 };
	x->concluded = (struct concluded){ x->findings, 2, &x->miss, 1 };
	report_concluded(&x->report, &x->concluded);
}

typedef void renderer(struct out *, const struct report *,
    const struct report_options *);

static char *
render(renderer *how, struct str s, unsigned verbose)
{
	struct scene *x = calloc(1, sizeof *x);
	struct report_options opt = { .verbose = verbose };
	struct out o = out_memory();

	scene_make(x, s);
	how(&o, &x->report, &opt);
	free(x);
	return o.mem;
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

/* Leaves the tags of a page. */
static void
tags_keep(char *text)
{
	char *to = text;
	bool in = false;

	for (const char *p = text; *p != '\0'; p++) {
		in = in || *p == '<';
		if (in)
			*to++ = *p;
		in = in && *p != '>';
	}
	*to = '\0';
}

/* Leaves what is structure in markdown: lines, bars of tables, what lines
 * begin with.  Between fences everything is text. */
static void
bars_keep(char *text)
{
	char *to = text;
	bool begins = true, fenced = false;

	for (const char *p = text; *p != '\0'; p++) {
		if (begins && strncmp(p, "```", 3) == 0) {
			fenced = !fenced;
			p += strspn(p, "`") - 1;
		} else if (*p == '\n' || (!fenced && (*p == '|' ||
		    (begins && strchr("# -", *p) != NULL)))) {
			*to++ = *p;
		}
		begins = *p == '\n' || (begins && *p == ' ');
	}
	*to = '\0';
	assert_false(fenced);
}

/* Hostile text makes no other document than harmless text. */
static void
html_keeps_its_tags(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		char *hostile = render(report_html,
		    (struct str)STR(HOSTILE), v);
		char *plain = render(report_html, str_of("x"), v);

		assert_has(hostile, "&lt;script&gt;");
		assert_lacks(hostile, "<script");
		assert_lacks(hostile, "\033");
		assert_lacks(hostile, "\342\200\256");
		assert_lacks(hostile, "\377");
		assert_lacks(hostile, "\"javascript");
		tags_keep(hostile);
		tags_keep(plain);
		assert_string_equal(hostile, plain);
		assert_has(plain, "<a rel=\"noopener noreferrer\" "
		    "href=\"https://h.example/\">");
		free(hostile);
		free(plain);
	}
}

static void
markdown_keeps_its_lines(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		char *hostile = render(report_md, (struct str)STR(HOSTILE),
		    v);
		char *plain = render(report_md, str_of("x"), v);

		assert_has(hostile, "\\[x\\](javascript:y)");
		assert_has(hostile, "](<https://h.example/>)");
		assert_lacks(hostile, " @who \\\\n");
		assert_lacks(hostile, "\033");
		bars_keep(hostile);
		bars_keep(plain);
		assert_string_equal(hostile, plain);
		free(hostile);
		free(plain);
	}
}

/* Cells of the row at p, which moves behind it. */
static size_t
row_cells(const char **p)
{
	size_t n = 1;
	bool quoted = false;

	for (; **p != '\0' && (quoted || **p != '\r'); (*p)++) {
		if (**p == '"')
			quoted = !quoted;
		else if (**p == ',' && !quoted)
			n++;
	}
	assert_memory_equal(*p, "\r\n", 2);
	*p += 2;
	return n;
}

static void
csv_keeps_its_cells(void **state)
{
	const struct str texts[] = { STR(HOSTILE), STR("=x"), STR("x") };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *t = render(report_csv, texts[i], 0);
		const char *p = t;

		for (int row = 0; row < 3; row++)
			assert_int_equal(row_cells(&p), COLUMNS);
		assert_string_equal(p, "");
		assert_lacks(t, ",=");
		assert_lacks(t, "\n=");
		free(t);
	}
}

static void
documents_say_all_of_it(void **state)
{
	char *t = render(report_md, str_of("x"), 0);

	(void)state;
	assert_has(t, "**Not everything could be read**");
	assert_has(t, "| **HIGH** | x | x | `x` likely | 3 | 2004-10-18 "
	    "07:20:11Z |\n");
	assert_has(t, "| before the log | 2004-10-18 07:20:11Z | crashed "
	    "(STOP 0x00000000) |");
	assert_has(t, "- **met** x\n- **not met** x\n- **not known** x\n");
	assert_has(t, "`x` `x` a.b (byte 0x0c): what it means<br>data words "
	    "`c000009a 00000000` | `x`, record 7 at byte 0x0, recovered from "
	    "unused space |");
	assert_has(t, "Not all of the 3 times are shown.");
	assert_has(t, "1. x **can lose data**\n   ```\n   x\n   ```\n\n");
	assert_has(t, "- KBx x\n");
	assert_has(t, "| `x` | 0x10 | record | x |\n");
	assert_has(t, "1 more was counted but not kept.");
	assert_has(t, "1 torn<br>2 wrong checksums: records may have been "
	    "altered<br>not closed properly<br>missing record ids: 5-9 and 1 "
	    "more ranges |");
	assert_lacks(t, "What happened");
	assert_lacks(t, "Notes");
	free(t);
	t = render(report_md, str_of("x"), 1);
	assert_has(t, "#### What happened: x");
	assert_has(t, "## Notes\n");
	assert_has(t, "| x | x | 1 | x |\n");
	free(t);
}

static void
an_empty_report_claims_nothing(void **state)
{
	struct report r = { 0 };
	struct report_options quiet = { .quiet = true };
	struct out o = out_memory();

	(void)state;
	report_md(&o, &r, NULL);
	assert_has(o.mem, "is no proof of health");
	out_free(&o);
	report_html(&o, &r, &quiet);
	assert_has(o.mem, "<h1>Event log report</h1>\n</main>");
	out_free(&o);
	report_csv(&o, &r, NULL);
	assert_has(o.mem, ",id\r\n");
	out_free(&o);
}

/* A fleet of which every computer has one finding, each with words of its
 * own, and one near miss. */
enum { FLEET = 1000, WORDS = 12000 };
struct fleet {
	struct host		hosts[FLEET];
	char			names[FLEET][12];
	unsigned		asked[FLEET];	/* how often */
	char			said[WORDS + 1];
	struct finding		finding;
	struct near_miss	miss;
	struct concluded	concluded;
};

static const struct concluded *
fleet_conclude(void *ctx, size_t host)
{
	struct fleet *x = ctx;
	unsigned seed = (unsigned)host;
	struct str name = x->hosts[host].computer;

	for (size_t i = 0; i < WORDS; i++) {
		seed = seed * 1103515245 + 12345;
		x->said[i] = (char)('a' + (seed >> 16) % 26);
	}
	x->asked[host]++;
	x->finding = (struct finding){ .title = STR("t"), .problem = STR("p"),
	    .rule = STR("r"), .computer = name, .count = 1,
	    .diagnosis = str_of(x->said) };
	x->miss = (struct near_miss){ name, str_of("near"), STR("w"), 1 };
	/* Of the last computer nothing is said. */
	x->concluded = (struct concluded){ &x->finding, host + 1 < FLEET,
	    &x->miss, 1 };
	return &x->concluded;
}

/* All of them in their order and once; under headings what is said of
 * them. */
static void
assert_fleet(const char *page, const char *before, struct fleet *x)
{
	char part[64];

	(void)snprintf(part, sizeof part, "%sHOST", before);
	for (size_t i = 0; i < FLEET; i++) {
		page = strstr(page, part);
		assert_non_null(page);
		page += strlen(before);
		assert_memory_equal(page, x->names[i], 8);
		if (i + 1 == FLEET || before[1] != 'h')
			continue;
		(void)fleet_conclude(x, i);
		page = strstr(page, x->said);
		assert_non_null(page);
	}
	assert_null(strstr(page, part));
}

/* What does not fit the memory for it is concluded when its turn comes. */
static void
a_fleet_is_concluded_once_as_far_as_there_is_room(void **state)
{
	struct fleet *x = calloc(1, sizeof *x);
	struct report r = { .hosts = x->hosts, .nhosts = FLEET,
	    .conclude = fleet_conclude, .ctx = x };
	struct report_options how = { .verbose = 1 };
	struct out o = out_memory();
	size_t twice = 0;

	(void)state;
	for (size_t i = 0; i < FLEET; i++) {
		(void)snprintf(x->names[i], sizeof x->names[i], "HOST%04u",
		    (unsigned)i % 10000);
		x->hosts[i].computer = str_of(x->names[i]);
		x->hosts[i].os = os_none();
	}
	report_html(&o, &r, &how);
	for (size_t i = 0; i < FLEET; i++) {
		/* For the section, and for what did not fire. */
		assert_true(x->asked[i] == 1 || x->asked[i] == 3);
		assert_true(i == 0 || x->asked[i] >= x->asked[i - 1]);
		twice += x->asked[i] > 1;
	}
	assert_true(twice > 0 && twice < FLEET - 1);
	assert_fleet(o.mem, "<h2>", x);
	assert_fleet(strstr(o.mem, "did not fire"), "<td>", x);
	out_free(&o);
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_keeps_its_tags),
		cmocka_unit_test(markdown_keeps_its_lines),
		cmocka_unit_test(csv_keeps_its_cells),
		cmocka_unit_test(documents_say_all_of_it),
		cmocka_unit_test(an_empty_report_claims_nothing),
		cmocka_unit_test(
		    a_fleet_is_concluded_once_as_far_as_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
