/*
 * Conditions on every kind of value that an event has, and the mistakes in
 * them: one row each.
 */
#include "rulesets.h"

#define HEAD "computer SRV\nchannel System\nuser S-1-5-18\n" \
	"time 2004-10-18T07:00:00Z\nprovider Prov\nprocess 4\nthread 8\n"

/* Event 9: a datum of every type. */
static const char event[] = HEAD "event\nid 9\nlevel error\nversion 3\n"
    "task 5\nopcode 6\n"
    "data int8 Minus=-5\n"
    "data uint32 Five=5\n"
    "data hex32 Kernel=0x80000000\n"
    "data hex64 User=0x7fff0000\n"
    "data hex64 Between=0x800000000000\n"
    "data hex64 High=0xfffff80000b9c3d8\n"
    "data uint32 Low=0xffff\n"
    "data uint32 Net=0x0101A8C0\n"
    "data uint64 Wide=0x10101A8C0\n"
    "data bool Yes=1\n"
    "data filetime When=2004-10-18T07:00:00Z\n"
    "data guid Guid={33221100-5544-7766-8899-AABBCCDDEEFF}\n"
    "data sid Sid=S-1-5-18\n"
    "data binary Bin=0aff\n"
    "data null Nothing=\n"
    "data text Five2= 5 \n"
    "data text Name=\\\\srv1\\share\n"
    "data text Empty=\n"
    "data text Any=0.0.0.0\n"
    "data text Own=127.0.0.1\n"
    "data text A=10.0.0.1\n"
    "data text B=172.31.255.255\n"
    "data text C=192.168.1.1\n"
    "data text Link=169.254.1.1\n"
    "data text Pub=172.32.0.1\n"
    "data text Pub2=192.169.1.1\n"
    "data text Pub3=169.255.1.1\n"
    "data text Multi=224.0.0.5\n"
    "data text Bad=1.2.3.256\n"
    "data text Bad2=1.2.3.x\n"
    "data text Bad3=1.2.3\n"
    "data text Bad4=1.2.3.4.5\n";

/* Data that hold UTF-16 from byte 4 on. */
static const char binary[] = HEAD "event\nid 9\n"
    "bytes 01 02 03 04 41 00 42 00 3d d8 00 de 3d d8 43 00 3d d8 00 00 44\n";

static void
conditions_put(const char *prefix, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rule(arena_fmt(&mem, "%s%zu", prefix, i).p, "", "",
		    arena_fmt(&mem, "<event provider='Prov' id='9'>"
		    "<part name='part.host' of='data.Name' regex='^..([a-z]+)"
		    "[0-9]'/><part name='part.last' of='data.Name' "
		    "regex='(x)?share'/><part name='part.same' "
		    "of='data.Five'/><part name='part.none' of='data.No'/>"
		    "<fact name='%s/></event>", v[i]).p, "");
}

static void
holds(const char *log, const char *const *yes, size_t nyes,
    const char *const *no, size_t nno)
{
	conditions_put("yes", yes, nyes);
	conditions_put("no", no, nno);
	scan(log);
	for (size_t i = 0; i < nyes; i++)
		if (finding_of(arena_fmt(&mem, "yes%zu", i).p) == NULL)
			fail_msg("does not hold: %s", yes[i]);
	for (size_t i = 0; i < nno; i++)
		if (finding_of(arena_fmt(&mem, "no%zu", i).p) != NULL)
			fail_msg("holds: %s", no[i]);
}

#define HOLDS(log, yes, no) holds(log, yes, sizeof yes / sizeof *yes, no, \
	sizeof no / sizeof *no)

static void
values_of_the_head(void **state)
{
	static const char *const yes[] = {
		"event.id' is='9'", "event.level' is='2'",
		"event.version' is='3'", "event.task' is='5'",
		"event.user' like='S-1-5-18'",
		"event.channel' like='system'",
		"event.provider' like='prov'",
		"event.computer' like='SRV'",
	};
	static const char *const no[] = {
		"event.id' is='8'", "event.level' is='3'",
		"event.version' is='4'", "event.task' is='6'",
		"event.user' like='S-1-5-19'",
		"event.channel' like='Application'",
		"event.computer' like='SRV2'",
		"event.qualifiers' present='yes'",
		"event.nothing' present='yes'",
		"event.user' is='5'",
	};

	(void)state;
	HOLDS(event, yes, no);
}

static void
values_of_the_payload(void **state)
{
	static const char *const yes[] = {
		"data.Minus' is='0xfffffffffffffffb'",
		"data.Five' is='5'", "data.Five' one-of='4, 5'",
		"data.five' present='yes'",
		"data.Five2' is='5'", "data.Five' equals='data.Five2'",
		"data.Five2' equals='data.Five'",
		"data.Kernel' half='high' is='0x8000'",
		"data.Kernel' half='low' is='0'",
		"data.Yes' is='1'", "data.When' is='127425564000000000'",
		"data.When' min='127425564000000000' max='0x7fffffffffffffff'",
		"data.Guid' like='{33221100*'", "data.Sid' like='S-1-*'",
		"data.Bin' like='0AFF'", "data.Nothing' present='no'",
		"data.Name' equals='data.name'",
		"data.Guid' not='yes' equals='data.Sid'",
		"string.2' is='5'", "string.99' present='no'",
		"string.0' present='no'", "string.x' present='no'",
		"part.host' like='srv'", "part.last' present='no'",
		"part.same' is='5'", "part.none' present='no'",
		"part.other' present='no'", "packet.dump0' present='no'",
		"data.Name' regex='SRV\\d'", "data.Guid' not='yes' like='x'",
	};
	static const char *const no[] = {
		"data.Five' is='6'", "data.Five' equals='data.Kernel'",
		"data.Five' equals='data.No'", "data.No' equals='data.Five'",
		"data.Guid' is='1'", "data.Sid' min='0'",
		"data.Nothing' like='*'", "data.Empty' equals='data.Sid'",
		"data.Five' not='yes' equals='data.Five2'",
		"data.Five' not='yes' equals='data.No'",
		"data.Name' not='yes' regex='srv'",
		"part.host' is='1'",
	};

	(void)state;
	HOLDS(event, yes, no);
}

/* Longer than the look-up has room for. */
static void
a_name_that_no_event_can_have(void **state)
{
	struct str name = str_of("data.");

	(void)state;
	for (int i = 0; i < 13; i++)
		name = arena_fmt(&mem, "%sAnyLongName", name.p);
	rule("there", "", "", arena_fmt(&mem, "<event provider='Prov' id='9'>"
	    "<fact name='%s' present='yes'/></event>", name.p).p, "");
	rule("not", "", "", arena_fmt(&mem, "<event provider='Prov' id='9'>"
	    "<fact name='%s' present='no'/></event>", name.p).p, "");
	scan(event);
	assert_no_finding("there");
	assert_non_null(finding_of("not"));
}

static void
sorts_of_addresses(void **state)
{
	static const char *const yes[] = {
		"data.Kernel' kind='kernel-address'",
		"data.High' kind='kernel-address'",
		"data.User' kind='user-address'",
		"data.Low' kind='near-null'",
		"data.Any' kind='ipv4-none'",
		"data.Own' kind='ipv4-loopback'",
		"data.A' kind='ipv4-private'", "data.B' kind='ipv4-private'",
		"data.C' kind='ipv4-private'",
		"data.Link' kind='ipv4-private'",
		"data.Pub' kind='ipv4-public'",
		"data.Pub2' kind='ipv4-public'",
		"data.Pub3' kind='ipv4-public'",
		"data.Bad4' not='yes' like='x'",
	};
	static const char *const no[] = {
		"data.Kernel' kind='user-address'",
		"data.Low' kind='user-address'",
		"data.User' kind='near-null'",
		"data.Between' kind='kernel-address'",
		"data.Guid' kind='kernel-address'",
		"data.A' kind='ipv4-none'", "data.A' kind='ipv4-loopback'",
		"data.Any' kind='ipv4-public'",
		"data.Own' kind='ipv4-public'", "data.A' kind='ipv4-public'",
		"data.Multi' kind='ipv4-public'",
		"data.Pub2' kind='ipv4-private'",
		"data.Bad' kind='ipv4-public'",
		"data.Bad2' kind='ipv4-public'",
		"data.Bad3' not='yes' kind='ipv4-public'",
		"data.Bad4' kind='ipv4-public'",
		"data.Sid' kind='ipv4-none'",
	};

	(void)state;
	HOLDS(event, yes, no);
}

static void
values_of_the_data(void **state)
{
	static const char *const yes[] = {
		"binary.size' is='21'", "binary.u8.0' is='1'",
		"binary.u8.20' is='0x44'", "binary.u16.0' is='0x201'",
		"binary.u32.0' is='0x04030201'",
		/* A pair, a lone half before a letter; the NUL ends it. */
		"binary.text.4' regex='^AB\xF0\x9F\x98\x80.+C.*$'",
		"binary.u8.0' kind='near-null'",
	};
	static const char *const no[] = {
		"binary.u8.21' present='yes'", "binary.u16.20' is='0x44'",
		"binary.u32.18' present='yes'", "binary.text.18' like='*'",
		"binary.u8' present='yes'", "binary.u8.x' present='yes'",
		"binary.text.4' like='*D*'", "binary.text.20' present='yes'",
	};

	(void)state;
	HOLDS(binary, yes, no);
}

/* A data word holds a network address with its first byte lowest. */
static void
addresses_in_data_words(void **state)
{
	(void)state;
	rule("private", "", "", "<event provider='Prov' id='9'><fact "
	    "name='binary.u32.0' kind='ipv4-private'/></event>", "");
	rule("public", "", "", "<event provider='Prov' id='9'><fact "
	    "name='binary.u32.0' kind='ipv4-public'/></event>", "");
	rule("none", "", "", "<event provider='Prov' id='9'><fact "
	    "name='binary.u32.4' kind='ipv4-none'/></event>", "");
	scan(HEAD "event\nid 9\nwords 0101A8C0 00000000\n");
	assert_finding("private", CONF_LIKELY);
	assert_finding("none", CONF_LIKELY);
	assert_no_finding("public");
}

/* Without data of its own an event has none of these values. */
static void
an_event_without_data(void **state)
{
	(void)state;
	rule("size", "", "", "<event provider='Prov' id='9'><fact "
	    "name='binary.size' present='yes'/></event>", "");
	rule("none", "", "", "<event provider='Prov' id='9'><fact "
	    "name='binary.size' present='no'/></event>", "");
	scan(HEAD "event\nid 9\n");
	assert_no_finding("size");
	assert_non_null(finding_of("none"));
}

struct mistake {
	const char	*applies, *when, *behind, *says;
};

#define EVENT(attrs) "<event provider='A' id='1' " attrs "/>"
#define FACT(attrs) "<event provider='A' id='1'><fact name='a.b' " attrs \
	"/></event>"

static const struct mistake mistakes[] = {
	{ "", FACT("min='x'"), "", "min=\"x\" is no number" },
	{ "", FACT("one-of=' , '"), "", "an empty list of values" },
	{ "", FACT("like='|'"), "", "an empty pattern" },
	{ "", FACT("is='-1x'"), "", "neither a number nor a known symbol" },
	{ "", FACT("is='-0'"), "", "neither a number nor a known symbol" },
	{ "", FACT("is='-2147483649'"), "", "neither a number" },
	{ "", FACT("half='high' one-of='1 65536'"), "",
	    "65536 has more than 16 bits" },
	{ "", EVENT("per='0m' min='2'"), "", "per=\"0m\": expected a time" },
	{ "", EVENT("up='99999999999999999999d'"), "", "expected a time" },
	{ "", EVENT("within='99999999999999999999d'"), "",
	    "expected boot, anywhere or a time" },
	{ "", EVENT("every='5m' min='2'"), "", "at least 3 events" },
	{ "", EVENT("every='5m' distinct='string.1'"), "",
	    "neither distinct nor per" },
	{ "", EVENT("every='5m' per='1h'"), "", "neither distinct nor per" },
	{ "", "<event provider='A' id=''/>", "", "an event needs a class" },
	{ "", "<event provider='|' id='1'/>", "", "an event needs a class" },
	{ "", "<event provider='A' id='x'/>", "", "\"x\" is no event id" },
	{ "", "<event provider='A' id='1-x'/>", "", "no event id" },
	{ "", "<event provider='A' id='3-1'/>", "", "no event id" },
	{ "", "<event provider='A' id='1'><part name='part.a' of='part.b'/>"
	    "</event>", "", "not of another part" },
	{ "", "<event provider='A' id='1'><part name='part.a' of='a.b' "
	    "regex='('/></event>", "", "regex=\"(\":" },
	{ "<applies><os build='3-1' says='x'/></applies>", EVENT(""), "",
	    "build=\"3-1\" is no number or range" },
	{ "<applies><os sp='2000000' says='x'/></applies>", EVENT(""), "",
	    "sp=\"2000000\" is no number or range" },
	{ "<applies><os sp='99999999999999999999' says='x'/></applies>",
	    EVENT(""), "", "is no number or range" },
	{ "<applies><os sp='1-99999999999999999999' says='x'/></applies>",
	    EVENT(""), "", "is no number or range" },
	{ "<applies><os version='100.0' says='x'/></applies>", EVENT(""), "",
	    "\"100.0\" is no version such as 5.2" },
	{ "<applies><os version='5.100' says='x'/></applies>", EVENT(""), "",
	    "\"5.100\" is no version" },
	{ "<applies><os version='99999999999999999999.0' says='x'/>"
	    "</applies>", EVENT(""), "", "is no version" },
	{ "<applies><os version='5.99999999999999999999' says='x'/>"
	    "</applies>", EVENT(""), "", "is no version" },
	{ "", EVENT(""), "<support says='x' computers='2'/>",
	    "computers=\"\" needs a time" },
	{ "", EVENT(""), "<support says='x' computers='2' within='boot'/>",
	    "computers=\"\" needs a time" },
	/* What it does besides is not said twice. */
	{ "", "<none says='x'>" EVENT("") "</none>", "", NULL },
};

static void
each_mistake_is_said_in_words(void **state)
{
	size_t bad = 0, n = sizeof mistakes / sizeof *mistakes;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct mistake *m = &mistakes[i];

		rule(arena_fmt(&mem, "m%zu", i).p, "", m->applies, m->when,
		    m->behind);
	}
	rules_read();
	for (size_t i = 0; i < n; i++) {
		struct str file = arena_fmt(&mem, "/m%zu.xml", i);
		const struct rule_error *e = NULL;

		for (size_t k = 0; k < errors.n; k++)
			if (str_find(errors.v[k].path, file.p, 0) != SIZE_MAX)
				e = &errors.v[k];
		if (mistakes[i].says == NULL) {
			assert_null(e);
			continue;
		}
		if (e == NULL || str_find(e->message, mistakes[i].says, 0) ==
		    SIZE_MAX)
			fail_msg("%zu: expected \"%s\", got \"%.*s\"", i,
			    mistakes[i].says, e == NULL ? 0 :
			    (int)e->message.n, e == NULL ? "" : e->message.p);
		bad++;
	}
	assert_int_equal(errors.n, bad);
	assert_int_equal(rules_count(rules), n - bad);
}

/* The thirty-third event is one too many. */
static void
a_rule_has_so_many_events(void **state)
{
	struct str when = str_of("");

	(void)state;
	for (int i = 0; i < 32; i++)
		when = arena_fmt(&mem, "%.*s" EVENT(""), (int)when.n, when.p);
	rule("most", "", "", when.p, "");
	rule("more", "", "", arena_fmt(&mem, "%.*s" EVENT(""), (int)when.n,
	    when.p).p, "");
	rules_read();
	assert_int_equal(errors.n, 1);
	assert_non_null(rules_by_id(rules, str_of("most")));
	assert_true(str_find(errors.v[0].message, "more than 32 events", 0) !=
	    SIZE_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rules_begin, rules_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_of_the_head),
		TEST(values_of_the_payload),
		TEST(a_name_that_no_event_can_have),
		TEST(sorts_of_addresses),
		TEST(values_of_the_data),
		TEST(addresses_in_data_words),
		TEST(an_event_without_data),
		TEST(each_mistake_is_said_in_words),
		TEST(a_rule_has_so_many_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
