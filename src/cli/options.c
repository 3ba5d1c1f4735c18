/*
 * The one table of options.  What it does not hold does not exist; help
 * and parser are made from it.  Options may stand before, between and
 * behind the paths; "--" ends them.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/progress.h"

struct option_row {
	int		 key;		/* short letter, or >= 256 */
	const char	*name, *arg;	/* arg NULL: takes none */
	unsigned	 commands;
	const char	*help;
	bool		(*set)(struct options *o, const char *arg);
};

static bool
set_output(struct options *o, const char *arg)
{
	o->output = arg;
	return true;
}

static const char *const format_names[] = {
	[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json",
	[FORMAT_JSONL] = "jsonl", [FORMAT_CSV] = "csv", [FORMAT_XML] = "xml",
	[FORMAT_HTML] = "html", [FORMAT_MD] = "md",
};
enum { FORMATS = sizeof format_names / sizeof *format_names };

static bool
set_format(struct options *o, const char *arg)
{
	for (unsigned i = 0; i < FORMATS; i++) {
		if (strcmp(arg, format_names[i]) != 0)
			continue;
		o->format = (enum format)i;
		return true;
	}
	return false;
}

static bool
set_json(struct options *o, const char *arg)
{
	(void)arg;
	o->format = FORMAT_JSON;
	return true;
}

static bool
set_jsonl(struct options *o, const char *arg)
{
	(void)arg;
	o->format = FORMAT_JSONL;
	return true;
}

static bool
set_csv(struct options *o, const char *arg)
{
	(void)arg;
	o->format = FORMAT_CSV;
	return true;
}

static bool
set_html(struct options *o, const char *arg)
{
	(void)arg;
	o->format = FORMAT_HTML;
	return true;
}

static bool
set_md(struct options *o, const char *arg)
{
	(void)arg;
	o->format = FORMAT_MD;
	return true;
}

static bool
set_from(struct options *o, const char *arg)
{
	return filter_from(&o->filter, arg);
}

static bool
set_to(struct options *o, const char *arg)
{
	return filter_to(&o->filter, arg);
}

static bool
set_last(struct options *o, const char *arg)
{
	return filter_last(&o->filter, arg);
}

static bool
set_id(struct options *o, const char *arg)
{
	return filter_ids(&o->filter, arg);
}

static bool
set_level(struct options *o, const char *arg)
{
	return filter_levels(&o->filter, arg);
}

static bool
set_provider(struct options *o, const char *arg)
{
	return filter_glob(&o->filter.provider, arg);
}

static bool
set_channel(struct options *o, const char *arg)
{
	return filter_glob(&o->filter.channel, arg);
}

static bool
set_computer(struct options *o, const char *arg)
{
	return filter_glob(&o->filter.computer, arg);
}

static bool
set_rules(struct options *o, const char *arg)
{
	o->rules = arg;
	return true;
}

static bool
set_reader(struct options *o, const char *arg)
{
	o->libevtx = strcmp(arg, "libevtx") == 0;
	return o->libevtx || strcmp(arg, "own") == 0;
}

static bool
set_evidence(struct options *o, const char *arg)
{
	o->evidence = arg;
	return true;
}

static bool
set_family(struct options *o, const char *arg)
{
	o->family = arg;
	return true;
}

static bool
set_os(struct options *o, const char *arg)
{
	o->os = arg;
	return true;
}

static bool
set_fail_on(struct options *o, const char *arg)
{
	o->fail_on_set = true;
	return severity_parse(str_of(arg), &o->fail_on);
}

static bool
set_min(struct options *o, const char *arg)
{
	return severity_parse(str_of(arg), &o->min_severity);
}

static bool
set_color(struct options *o, const char *arg)
{
	if (strcmp(arg, "auto") == 0)
		o->color = COLOR_AUTO;
	else if (strcmp(arg, "always") == 0)
		o->color = COLOR_ALWAYS;
	else if (strcmp(arg, "never") == 0)
		o->color = COLOR_NEVER;
	else
		return false;
	return true;
}

static bool
set_recover(struct options *o, const char *arg)
{
	(void)arg;
	return o->recover = true;
}

static bool
set_jobs(struct options *o, const char *arg)
{
	uint64_t n;

	if (!str_u64(str_of(arg), &n) || n < 1 || n > JOBS_MOST)
		return false;
	o->jobs = (unsigned)n;
	return true;
}

/* I/N */
static bool
set_shard(struct options *o, const char *arg)
{
	struct str s = str_of(arg);
	size_t slash = str_find(s, "/", 0);
	uint64_t i, n;

	if (slash == SIZE_MAX || !str_u64(str_sub(s, 0, slash), &i) ||
	    !str_u64(str_sub(s, slash + 1, s.n), &n) || i < 1 || i > n ||
	    n > SHARDS_MOST)
		return false;
	o->shard = (unsigned)i;
	o->shards = (unsigned)n;
	return o->part = true;
}

static bool
set_part(struct options *o, const char *arg)
{
	(void)arg;
	return o->part = true;
}

static bool
set_sandbox(struct options *o, const char *arg)
{
	if (strcmp(arg, "auto") == 0)
		o->sandbox = SEAL_AUTO;
	else if (strcmp(arg, "require") == 0)
		o->sandbox = SEAL_REQUIRE;
	else if (strcmp(arg, "off") == 0)
		o->sandbox = SEAL_OFF;
	else
		return false;
	return true;
}

static bool
set_quiet(struct options *o, const char *arg)
{
	(void)arg;
	return o->quiet = true;
}

static bool
set_no_progress(struct options *o, const char *arg)
{
	(void)arg;
	return o->no_progress = true;
}

static bool
set_verbose(struct options *o, const char *arg)
{
	(void)arg;
	o->verbose++;
	return true;
}

static bool
set_help(struct options *o, const char *arg)
{
	(void)arg;
	return o->help = true;
}

static bool
set_version(struct options *o, const char *arg)
{
	(void)arg;
	return o->version = true;
}

static bool
set_source(struct options *o, const char *arg)
{
	o->provider = arg;
	return true;
}

static bool
set_number(struct options *o, const char *arg)
{
	uint64_t n;

	if (!str_u64(str_of(arg), &n) || n > UINT16_MAX)
		return false;
	o->id = (uint16_t)n;
	return o->has_id = true;
}

static bool
set_decode(struct options *o, const char *arg)
{
	(void)arg;
	return o->decode = true;
}

enum { KEY_JSON = 256, KEY_JSONL, KEY_FORMAT, KEY_FAIL_ON, KEY_COLOR,
    KEY_RECOVER, KEY_CSV, KEY_FROM, KEY_TO, KEY_LAST, KEY_PROVIDER, KEY_LEVEL,
    KEY_CHANNEL, KEY_COMPUTER, KEY_READER, KEY_EVIDENCE, KEY_FAMILY, KEY_OS,
    KEY_DECODE, KEY_SANDBOX, KEY_SHARD, KEY_PART,
    KEY_HTML, KEY_MD, KEY_NO_PROGRESS };

static const struct option_row rows[] = {
	{ 'o', "output", "FILE", CMD_SCAN | CMD_EVENTS | CMD_INFO | CMD_VERIFY |
	    CMD_DECODE | CMD_MERGE, "write to FILE, not to standard output",
	    set_output },
	{ KEY_FORMAT, "format", "NAME", CMD_SCAN | CMD_MERGE,
	    "text (default), json, jsonl, csv, html, md", set_format },
	{ KEY_FORMAT, "format", "NAME", CMD_EVENTS,
	    "text (default), jsonl, csv, xml", set_format },
	{ KEY_FORMAT, "format", "NAME", CMD_INFO | CMD_VERIFY | CMD_DECODE,
	    "text (default), json", set_format },
	{ KEY_JSON, "json", NULL, CMD_SCAN | CMD_INFO | CMD_VERIFY |
	    CMD_DECODE | CMD_MERGE,
	    "the same as --format json", set_json },
	{ KEY_JSONL, "jsonl", NULL, CMD_SCAN | CMD_EVENTS | CMD_MERGE,
	    "the same as --format jsonl", set_jsonl },
	{ KEY_CSV, "csv", NULL, CMD_SCAN | CMD_EVENTS | CMD_MERGE,
	    "the same as --format csv", set_csv },
	{ KEY_HTML, "html", NULL, CMD_SCAN | CMD_MERGE,
	    "the same as --format html: one page to hand on", set_html },
	{ KEY_MD, "md", NULL, CMD_SCAN | CMD_MERGE,
	    "the same as --format md: markdown for tickets", set_md },
	{ KEY_FROM, "from", "TIME", CMD_EVENTS,
	    "events of TIME and later: 2004-10-18, 2004-10-18T07:20Z;\n"
	    "UTC when no zone is given", set_from },
	{ KEY_TO, "to", "TIME", CMD_EVENTS,
	    "events up to TIME; a date alone means all of that day", set_to },
	{ KEY_LAST, "last", "SPAN", CMD_EVENTS,
	    "30d, 12h, 10m, 90s up to the newest event of all inputs\n"
	    "(not up to now); reads them twice, so no pipes", set_last },
	{ 'i', "id", "LIST", CMD_EVENTS,
	    "events with these ids: 51,2019-2021", set_id },
	{ KEY_PROVIDER, "provider", "GLOB", CMD_EVENTS,
	    "events of this provider (name or event source); may be\n"
	    "given more than once, as --channel and --computer", set_provider },
	{ KEY_LEVEL, "level", "LIST", CMD_EVENTS,
	    "events of exactly these levels, as Event Viewer's boxes:\n"
	    "critical,error,warning,information,verbose, or 1-3;\n"
	    "information includes level 0", set_level },
	{ KEY_CHANNEL, "channel", "GLOB", CMD_EVENTS,
	    "events of this channel (System, Microsoft-Windows-*)",
	    set_channel },
	{ KEY_COMPUTER, "computer", "GLOB", CMD_EVENTS,
	    "events of this computer", set_computer },
	{ 'r', "rules", "DIR", CMD_SCAN | CMD_RULES | CMD_DECODE | CMD_MERGE,
	    "use the rules in DIR", set_rules },
	{ KEY_EVIDENCE, "evidence", "FILE", CMD_SCAN | CMD_RULES | CMD_MERGE,
	    "what a log cannot tell, of the same computer: pool use\n"
	    "(poolmon, memsnap), file versions", set_evidence },
	{ KEY_FAMILY, "family", "TEXT", CMD_RULES,
	    "only rules whose id, problem or events hold TEXT", set_family },
	{ KEY_OS, "os", "TEXT", CMD_RULES,
	    "only rules for a release that holds TEXT", set_os },
	{ KEY_FAIL_ON, "fail-on", "SEVERITY", CMD_SCAN | CMD_MERGE,
	    "exit with 1 on a finding of this severity or worse:\n"
	    "info, low, medium, high, critical", set_fail_on },
	{ KEY_READER, "reader", "NAME", CMD_SCAN | CMD_EVENTS,
	    "own (default), or libevtx for a second opinion on .evtx",
	    set_reader },
	{ 'm', "min-severity", "SEVERITY", CMD_SCAN | CMD_MERGE,
	    "leave out findings below this severity", set_min },
	{ KEY_RECOVER, "recover", NULL,
	    CMD_SCAN | CMD_EVENTS | CMD_INFO,
	    "also records in unused space and in damaged parts,\n"
	    "and of files that are no logs (disk images, dumps)",
	    set_recover },
	{ 'j', "jobs", "N", CMD_SCAN | CMD_RULES | CMD_EVENTS |
	    CMD_INFO | CMD_VERIFY,
	    "read so many files at a time; default: one a core", set_jobs },
	{ KEY_SHARD, "shard", "I/N", CMD_SCAN,
	    "read only every N-th input, from the I-th on, and write\n"
	    "partial results: see merge", set_shard },
	{ KEY_PART, "part", NULL, CMD_SCAN,
	    "write partial results (of all inputs)", set_part },
	{ KEY_SANDBOX, "sandbox", "WHEN", CMD_SCAN | CMD_RULES | CMD_EVENTS |
	    CMD_INFO | CMD_VERIFY | CMD_DECODE | CMD_MERGE,
	    "readers give up all rights first: auto (default, as far\n"
	    "as this machine can), require (all, or nothing is read),\n"
	    "off", set_sandbox },
	{ KEY_COLOR, "color", "WHEN", CMD_SCAN | CMD_INFO | CMD_DECODE |
	    CMD_MERGE,
	    "auto (default), always or never; NO_COLOR is honoured",
	    set_color },
	{ KEY_NO_PROGRESS, "no-progress", NULL, CMD_SCAN | CMD_RULES |
	    CMD_EVENTS | CMD_INFO | CMD_VERIFY,
	    "do not tell on a terminal how far reading is", set_no_progress },
	{ 'q', "quiet", NULL, CMD_SCAN | CMD_RULES | CMD_MERGE,
	    "print findings (or failures) only", set_quiet },
	{ 'v', "verbose", NULL, CMD_SCAN | CMD_DECODE | CMD_MERGE,
	    "all evidence, what was read, notes", set_verbose },
	{ 'v', "verbose", NULL, CMD_INFO,
	    "all names and missing records", set_verbose },
	{ 'v', "verbose", NULL, CMD_VERIFY,
	    "the differences that are explained too", set_verbose },
	{ 'p', "provider", "NAME", CMD_DECODE,
	    "provider (source) of the event", set_source },
	{ 'i', "id", "N", CMD_DECODE, "id of the event", set_number },
	{ KEY_DECODE, "decode", NULL, CMD_EVENTS,
	    "say what codes and data mean, in text too", set_decode },
	{ 'h', "help", NULL, ~0u, "this text", set_help },
	{ 'V', "version", NULL, ~0u, "which version this is", set_version },
};
enum { ROWS = sizeof rows / sizeof *rows };
_Static_assert(ROWS <= 64, "options given are bits of a number");

/* Which actions of rules know an option; all know the others. */
static const struct {
	int		 key;
	const char	*names;
} actions[] = {
	{ 'r', "list, show, explain, check, test, image" },
	{ KEY_EVIDENCE, "explain" }, { KEY_FAMILY, "list" },
	{ KEY_SANDBOX, "list, show, explain, check, test, image" },
	{ KEY_OS, "list" }, { 'j', "explain" }, { KEY_NO_PROGRESS, "explain" },
	{ 'q', "explain, check, test" },
};

static const char *
actions_of(const struct option_row *r)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (actions[i].key == r->key)
			return actions[i].names;
	return NULL;
}

/* The help text of a row; further lines are led by the same indent. */
static void
row_help(const struct option_row *r, const char *for_what)
{
	const char *p = r->help, *end;
	char left[40];
	int n = 0;

	if (r->key < 256)
		n = snprintf(left, sizeof left, "-%c, ", r->key);
	(void)snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", r->name,
	    r->arg == NULL ? "" : " ", r->arg == NULL ? "" : r->arg);
	printf("  %-30s", left);
	while ((end = strchr(p, '\n')) != NULL) {
		printf("%.*s\n%32s", (int)(end - p), p, "");
		p = end + 1;
	}
	printf("%s\n", p);
	if (for_what != NULL)
		printf("%32s(%s)\n", "", for_what);
}

void
options_help(const struct command *c)
{
	printf("evtriage %s %s\n\n%s\n\n", c->name, c->usage, c->summary);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].commands & c->bit)
			row_help(&rows[i], c->bit == CMD_RULES ?
			    actions_of(&rows[i]) : NULL);
}

/* Rows of this command in the form that getopt_long asks for. */
static void
getopt_fill(const struct command *c, struct option *longs, char *shorts)
{
	size_t n = 0;

	*shorts++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		if ((rows[i].commands & c->bit) == 0)
			continue;
		longs[n++] = (struct option){ rows[i].name,
		    rows[i].arg == NULL ? no_argument : required_argument,
		    NULL, rows[i].key };
		if (rows[i].key >= 256)
			continue;
		*shorts++ = (char)rows[i].key;
		if (rows[i].arg != NULL)
			*shorts++ = ':';
	}
	longs[n] = (struct option){ NULL, 0, NULL, 0 };
	*shorts = '\0';
}

static bool
option_take(const struct command *c, struct options *o, int key, char *word)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].key != key || (rows[i].commands & c->bit) == 0)
			continue;
		o->given |= UINT64_C(1) << i;
		if (rows[i].set(o, optarg))
			return true;
		complain("--%s does not take \"%s\"", rows[i].name, optarg);
		return false;
	}
	if (key == ':')
		complain("%s needs an argument", word);
	else
		complain("%s has no option %s", c->name, word);
	return false;
}

bool
options_fit(const struct options *o, const char *action)
{
	for (size_t i = 0; i < ROWS; i++) {
		const char *names = actions_of(&rows[i]);

		if ((o->given >> i & 1) == 0 || names == NULL ||
		    strstr(names, action) != NULL)
			continue;
		complain("rules %s has no option --%s (it is for %s)",
		    action, rows[i].name, names);
		return false;
	}
	return true;
}

/* -1073741670 is a code and no row of options: a space in front keeps it
 * from getopt. */
static void
numbers_hide(struct arena *a, int argc, char **argv)
{
	uint64_t n;

	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && str_u64(str_of(argv[i] + 1), &n))
			argv[i] = arena_cstr(a, arena_fmt(a, " %s", argv[i]));
}

bool
options_parse(struct arena *a, const struct command *c, int argc, char **argv,
    struct options *o)
{
	struct option longs[ROWS + 1];
	char shorts[2 * ROWS + 2];
	int key;

	memset(o, 0, sizeof *o);
	if (c->bit == CMD_DECODE)
		numbers_hide(a, argc, argv);
	getopt_fill(c, longs, shorts);
	opterr = 0;
	while ((key = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		if (!option_take(c, o, key, argv[optind - 1]))
			return false;
	o->args = argv + optind;
	o->nargs = (size_t)(argc - optind);
	o->paths = c->bit != CMD_DECODE;
	o->streams = (c->bit & (CMD_EVENTS | CMD_INFO | CMD_VERIFY)) != 0 ||
	    o->part;
	if (o->help || o->version)
		return true;
	if ((c->formats >> o->format & 1) == 0) {
		complain("%s does not know the format %s", c->name,
		    format_names[o->format]);
		return false;
	}
	if (o->filter.has_from && o->filter.has_to &&
	    o->filter.from > o->filter.to) {
		complain("--from is later than --to");
		return false;
	}
	if (o->part && (o->format != FORMAT_TEXT || o->evidence != NULL ||
	    o->fail_on_set || o->min_severity != SEV_INFO)) {
		complain("partial results have one form: formats, "
		    "--evidence, --fail-on and --min-severity are for merge");
		return false;
	}
	if (o->recover && o->libevtx) {
		complain("--recover needs our own reader: libevtx recovers "
		    "nothing");
		return false;
	}
	o->open = o->recover ? log_open_recover :
	    o->libevtx ? log_open_libevtx : log_open;
	if (o->nargs == 0) {
		complain("nothing to do: evtriage %s %s", c->name, c->usage);
		return false;
	}
	return true;
}
