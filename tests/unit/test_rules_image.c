/*
 * Rules as bytes: they come out as they went in, nothing is believed of what
 * is not so, and the image of the build stands for its own files only.
 */
#include "rulesets.h"
#include "rules/files.h"
#include "rules/image.h"
#include "rules/load.h"
#include "rules/rule_shape.h"

#define ANY "<event provider='Srv' id='1'/>"

static struct out bytes;

static int
images_begin(void **state)
{
	bytes = out_memory();
	return rules_begin(state);
}

static int
images_end(void **state)
{
	out_free(&bytes);
	return rules_end(state);
}

/* What a set is packed to, whatever files it is from. */
static struct str
packed(const struct ruleset *rs)
{
	struct out o = out_memory();
	struct str s;

	image_pack(&o, rs, &errors);
	s = arena_str(&mem, (struct str){ o.mem, o.n });
	out_free(&o);
	return s;
}

static struct ruleset *
unpacked(struct str s)
{
	struct out o = out_memory();
	struct ruleset *rs;
	struct span image;

	image_begin(&o, 1, 2);
	out_bytes(&o, s.p, s.n);
	image = arena_span(&mem, image_end(&o));
	rs = image_unpack(&mem, image, NULL, &triage_rules_env, &errors);
	out_free(&o);
	return rs;
}

static struct ruleset *
loaded(const char *dir, const struct rules_env *env)
{
	struct rule_files f = { .n = 0 };
	struct ruleset *rs;

	files_read(&mem, dir, "rules", true, &f);
	rs = load(&mem, dir, &f, env, &errors);
	assert_int_equal(errors.n, 0);
	assert_true(rules_count(rs) > 0);
	return rs;
}

static void
assert_comes_back(const char *dir, const struct rules_env *env)
{
	struct str once = packed(loaded(dir, env)), again;
	const struct ruleset *rs = unpacked(once);

	assert_non_null(rs);
	again = packed(rs);
	assert_true(str_eq(once, again));
}

static void
every_shipped_rule_comes_back(void **state)
{
	(void)state;
	assert_comes_back("rules", &triage_rules_env);
	assert_comes_back("rules", &triage_rules_env_lean);
	assert_comes_back("tests/rules", &triage_rules_env);
}

/* The first of a table at or behind that place: a member, or the count of an
 * array. */
static void
member_next(const struct shape *s, size_t from, size_t *at, size_t *size)
{
	*at = SIZE_MAX;
	for (size_t i = 0; i < s->n; i++) {
		const struct member *m = &s->v[i];

		if (m->at >= from && m->at < *at) {
			*at = m->at;
			*size = m->size;
		}
		if (m->kind == MEMBER_ARRAY && m->count >= from &&
		    m->count < *at) {
			*at = m->count;
			*size = sizeof(size_t);
		}
	}
}

/* Between what is in a table, and behind it, the compiler left room for
 * padding and nothing else.  Returns how many tables were looked at. */
static size_t
shape_check(const struct shape *s, const struct shape *from)
{
	size_t end = s->size - (s->next > 0 ? sizeof(void *) : 0);
	size_t at = 0, next, size, align, checked = 1;

	for (; member_next(s, at, &next, &size), next != SIZE_MAX;
	    at = next + size) {
		align = size < 8 ? size : size % 8 == 0 ? 8 : 4;
		if (next != (at + align - 1) / align * align)
			fail_msg("what stands at byte %zu of %zu is not in "
			    "the table", at, s->size);
	}
	assert_in_range(end - at, 0, 7);
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].of != NULL && s->v[i].of != s && s->v[i].of != from)
			checked += shape_check(s->v[i].of, s);
	return checked;
}

static void
every_member_is_in_a_table(void **state)
{
	(void)state;
	assert_true(shape_check(&shape_rule, NULL) > 12);
	assert_true(shape_check(&shape_clause, NULL) > 4);
	assert_int_equal(shape_check(&shape_errors, NULL), 2);
}

/* A set that was unpacked does its work, whatever it is. */
static void
use(struct ruleset *rs)
{
	triage = triage_new(&mem, rs);
	scan_log("computer A\nchannel System\ntime 2004-10-18T07:00:00Z\n"
	    "provider Srv\nevent\nid 1\nstring a\nstring b\n", "x");
	scan_end();
	for (size_t i = 0; i < rules_count(rs); i++)
		assert_non_null(rule_info(rules_get(rs, i)).id.p);
	triage_free(triage);
	triage = NULL;
}

static void
everything_in_it(void)
{
	rule("all", "at-most='likely' kind='symptom'", "<applies "
	    "else='possible'><os version='5.2' build='1-9' sp='1' "
	    "server='yes' bits='32' role='iis' says='s'/></applies>",
	    "<event as='a' provider='Srv|S*' id='1-9 12'><part name='part.x' "
	    "of='string.1' regex='(a)'/><fact name='string.1' like='a|b|c'/>"
	    "<fact name='string.2' regex='b+' not='yes'/><fact "
	    "name='event.id' one-of='1 0x2'/><fact name='part.x' "
	    "equals='string.1'/><fact name='binary.u32.0' "
	    "kind='near-null'/><show fact='string.2'/></event><sequence "
	    "within='1h'><event provider='Srv' id='1' min='2' per='1m'/>"
	    "<event class='bugcheck'/></sequence><none says='n'><event "
	    "provider='B' id='*'/></none>", "<benign says='b'>" ANY
	    "</benign><support says='u' weight='2'>" ANY "</support>"
	    "<support says='c' within='2m' computers='3'/><check file='a.sys' "
	    "older='1.2'>t</check><escalate severity='critical' min='3'/>"
	    "<explains problem='x*' within='10m'/>");
}

/* Cut or changed anywhere. */
static void
an_image_that_is_not_one_does_no_harm(void **state)
{
	struct str good;
	size_t refused = 0, taken = 0;
	struct arena keep;

	(void)state;
	everything_in_it();
	rules = loaded(folder, &triage_rules_env);
	good = packed(rules);
	use(unpacked(good));
	for (size_t i = 0; i < good.n; i++) {
		static const unsigned char others[] = { 0, 1, 0x7F, 0x80,
		    0xFF };

		assert_null(unpacked(str_sub(good, 0, i)));
		for (size_t k = 0; k < sizeof others; k++) {
			struct ruleset *rs;
			char *copy;

			keep = mem;
			mem = (struct arena){ 0 };
			copy = arena_cstr(&mem, good);
			copy[i] = (char)others[k];
			rs = unpacked((struct str){ copy, good.n });
			refused += rs == NULL;
			taken += rs != NULL;
			if (rs != NULL)
				use(rs);
			arena_free(&mem);
			mem = keep;
		}
	}
	assert_true(refused > 100);
	assert_true(taken > 100);
}

/* The image of the folder, in a file of it. */
static void
image_write(void)
{
	const struct rules_from from = { .dir = folder };

	assert_true(rules_image(&mem, &from, &triage_rules_env_lean, &errors,
	    &bytes));
	rule_file("rules.image", (struct str){ bytes.mem, bytes.n });
}

/* What it holds: another title, under a checksum that fits, tells whether it
 * was used. */
static void
image_mark(void)
{
	size_t at = str_find((struct str){ bytes.mem, bytes.n }, "TITLE", 0);

	assert_true(at != SIZE_MAX);
	memcpy(bytes.mem + at, "IMAGE", 5);
	(void)image_end(&bytes);
	rule_file("rules.image", (struct str){ bytes.mem, bytes.n });
}

static void
folder_fill(const char *title)
{
	static const char *const shared[] = { "rule.rng", "classes.xml" };

	for (size_t i = 0; i < 2; i++) {
		char *text = arena_alloc(&mem, 65536);
		FILE *f = fopen(arena_fmt(&mem, "rules/%s", shared[i]).p, "r");

		assert_non_null(f);
		rule_file(shared[i], (struct str){ text, fread(text, 1, 65536,
		    f) });
		fclose(f);
	}
	rule("a", "", "", ANY, "");
	rule_file("b.xml", arena_fmt(&mem, "<rule id='b' problem='p' "
	    "severity='high' verdict='fault'><title>%s</title><when>" ANY
	    "</when><diagnosis>d</diagnosis><cause>c</cause><remedy><step>s"
	    "</step></remedy><example expect='none' note='n'/></rule>",
	    title));
}

static void
image_folder(void)
{
	folder_fill("TITLE");
	image_write();
	image_mark();
}

static void
reload(const struct rules_env *env)
{
	const struct rules_from from = { .dir = folder,
	    .image = arena_fmt(&mem, "%s/rules.image", folder).p };

	rules = rules_load(&mem, &from, env, &errors);
}

/* The title of the second rule, as it is loaded. */
static struct str
title(const struct rules_env *env)
{
	reload(env);
	assert_int_equal(errors.n, 0);
	assert_int_equal(rules_count(rules), 2);
	assert_true(str_starts(rule_info(rules_get(rules, 0)).path, folder));
	return rule_info(rules_get(rules, 1)).title;
}

#define assert_title(s) \
	assert_true(str_is(title(&triage_rules_env_lean), s))

static void
the_image_of_these_files_is_used(void **state)
{
	(void)state;
	image_folder();
	assert_title("IMAGE");
	/* It has no examples. */
	assert_true(str_is(title(&triage_rules_env), "TITLE"));
}

static void
an_edited_rule_takes_effect(void **state)
{
	(void)state;
	image_folder();
	folder_fill("NEXT!");
	assert_title("NEXT!");
	folder_fill("TITLE");
	assert_title("IMAGE");
	folder_fill("TITLE ");
	assert_title("TITLE");
	folder_fill("TITLE");
	rule("a", "", "", ANY " ", "");
	assert_title("TITLE");
}

static void
rules_that_come_go_or_move_make_it_another_set(void **state)
{
	struct str old, new;

	(void)state;
	image_folder();
	old = arena_fmt(&mem, "%s/a.xml", folder);
	new = arena_fmt(&mem, "%s/0.xml", folder);
	assert_int_equal(rename(old.p, new.p), 0);
	reload(&triage_rules_env_lean);
	assert_int_equal(errors.n, 1);
	errors.n = 0;
	assert_int_equal(rename(new.p, old.p), 0);
	assert_title("IMAGE");
	rule("c", "", "", ANY, "");
	reload(&triage_rules_env_lean);
	assert_int_equal(rules_count(rules), 3);
}

static void
a_changed_schema_is_another_set(void **state)
{
	FILE *f;

	(void)state;
	image_folder();
	f = fopen(arena_fmt(&mem, "%s/rule.rng", folder).p, "a");
	assert_non_null(f);
	fputc('\n', f);
	fclose(f);
	assert_title("TITLE");
}

static void
the_image_of_another_program_is_not_used(void **state)
{
	(void)state;
	image_folder();
	bytes.mem[16] = (char)(bytes.mem[16] + 1);
	(void)image_end(&bytes);
	rule_file("rules.image", (struct str){ bytes.mem, bytes.n });
	assert_title("TITLE");
}

static void
an_image_that_is_damaged_or_cut_is_not_used(void **state)
{
	(void)state;
	image_folder();
	for (size_t i = 0; i < bytes.n; i += bytes.n / 20) {
		bytes.mem[i] = (char)(bytes.mem[i] ^ 0x10);
		rule_file("rules.image", (struct str){ bytes.mem, bytes.n });
		assert_title("TITLE");
		bytes.mem[i] = (char)(bytes.mem[i] ^ 0x10);
		rule_file("rules.image", (struct str){ bytes.mem, i });
		assert_title("TITLE");
	}
	rule_file("rules.image", (struct str){ bytes.mem, bytes.n });
	assert_title("IMAGE");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, images_begin, images_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_shipped_rule_comes_back),
		TEST(every_member_is_in_a_table),
		TEST(an_image_that_is_not_one_does_no_harm),
		TEST(the_image_of_these_files_is_used),
		TEST(an_edited_rule_takes_effect),
		TEST(rules_that_come_go_or_move_make_it_another_set),
		TEST(a_changed_schema_is_another_set),
		TEST(the_image_of_another_program_is_not_used),
		TEST(an_image_that_is_damaged_or_cut_is_not_used),
	};

	return cmocka_run_group_tests_name("rules image", tests, NULL, NULL);
}
