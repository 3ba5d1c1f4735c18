/*
 * The event builder.
 */
#include "unit.h"
#include "log/ops.h"

static struct value
text(const char *s)
{
	return (struct value){ .type = VALUE_TEXT, .text = str_of(s) };
}

/* Namespace declarations stand among the attributes in BinXML; XML parsers
 * keep them apart. */
static void
test_namespace(void **state)
{
	struct arena a = { 0 };
	struct event e = { .record_id = 0 };
	struct builder *b = builder_new(&a, &e);
	struct value uri = text("http://example.invalid/events");

	(void)state;
	builder_start(b, str_of("Event"));
	builder_start(b, str_of("UserData"));
	builder_start(b, str_of("LogFileCleared"));
	builder_attr(b, str_of("xmlns:auto-ns3"), &uri);
	builder_attr(b, str_of("xmlns"), &uri);
	builder_attr(b, str_of("xmlnsx"), &uri);
	builder_end(b);
	builder_end(b);
	builder_end(b);
	assert_true(builder_finish(b));
	assert_int_equal(e.nfields, 1);
	assert_true(str_is(e.fields[0].name, "/@xmlnsx"));
	arena_free(&a);
}

/* Pieces of one text may hold NULs, which must not end it. */
static void
test_nul_in_pieces(void **state)
{
	struct arena a = { 0 };
	struct event e = { .record_id = 0 };
	struct builder *b = builder_new(&a, &e);
	struct value one = { .type = VALUE_TEXT, .text = { "a\0b", 3 } };
	struct value two = { .type = VALUE_TEXT, .text = { "\0c", 2 } };

	(void)state;
	builder_start(b, str_of("Event"));
	builder_start(b, str_of("EventData"));
	builder_start(b, str_of("Data"));
	builder_value(b, &one);
	builder_value(b, &two);
	builder_end(b);
	builder_end(b);
	builder_end(b);
	assert_true(builder_finish(b));
	assert_int_equal(e.nfields, 1);
	assert_int_equal(e.fields[0].text.n, 5);
	assert_memory_equal(e.fields[0].text.p, "a\0b\0c", 5);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_nul_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
