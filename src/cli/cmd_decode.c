/*
 * decode: what people have in hand, a code, data words, a STOP line, an
 * event, is said in words.  Rules are loaded only when there is an event
 * that they could speak about.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/source.h"
#include "base/utf.h"
#include "cli/cli.h"
#include "report/report.h"
#include "rules/rules.h"
#include "triage/decoding.h"

enum { CAP_GIVEN = 1 << 20 };

/* What Windows saves as "Unicode" begins with FF FE. */
static struct str
text_of(struct arena *a, struct span s)
{
	if (s.n >= 2 && s.p[0] == 0xFF && s.p[1] == 0xFE)
		return utf_from_utf16le(a, span_from(s, 2));
	return utf_from_utf8(a, s);
}

/* Arguments side by side, "-" for what standard input holds. */
static bool
text_given(struct arena *a, const struct options *o, struct str *text)
{
	struct str s = str_of("");

	for (size_t i = 0; i < o->nargs; i++) {
		struct str word = utf_from_utf8(a, (struct span){
		    (const uint8_t *)o->args[i], strlen(o->args[i]) });

		if (str_is(word, "-")) {
			struct source in;
			struct span bytes;

			source_fd(&in, STDIN_FILENO);
			if (!source_slurp(&in, a, CAP_GIVEN, &bytes)) {
				complain("standard input: %s", in.error ==
				    ERANGE ? "more than 1 MiB" :
				    strerror(in.error));
				return false;
			}
			word = text_of(a, bytes);
		}
		s = i == 0 ? word : arena_fmt(a, "%.*s %.*s", (int)s.n, s.p,
		    (int)word.n, word.p);
	}
	*text = s;
	return true;
}

static bool
decoding_make(struct arena *a, const struct options *o,
    const struct given *g, struct decoding *d, struct ruleset **rs)
{
	*rs = NULL;
	decoding_read(a, g, d);
	if (!decoding_wants_rules(d))
		return true;
	*rs = rules_find(a, o);
	if (*rs == NULL)
		return false;
	decoding_judge(a, *rs, d);
	return true;
}

int
cmd_decode(struct arena *a, const struct options *o)
{
	struct given g = { .provider = str_of(o->provider),
	    .has_id = o->has_id, .id = o->id };
	struct report_options how = { .quiet = true };
	struct ruleset *rs = NULL;
	struct decoding d;
	struct output p;
	int status = STATUS_USAGE;

	if (!text_given(a, o, &g.text))
		return status;
	if (decoding_make(a, o, &g, &d, &rs) && output_open(&p, o)) {
		how.columns = output_columns(&p);
		how.verbose = o->verbose;
		if (o->format == FORMAT_JSON)
			report_decoding_json(&p.out, &d);
		else
			report_decoding_text(&p.out, &d, &how);
		status = output_close(&p) ? STATUS_DONE : STATUS_USAGE;
		if (status == STATUS_DONE && (d.nreadings == 0 ||
		    d.unknown)) {
			if (d.nreadings == 0)
				complain("nothing in it looks like a code, "
				    "data words, a STOP line or an event");
			status = STATUS_INCOMPLETE;
		}
	}
	return status;
}
