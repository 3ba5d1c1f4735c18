/*
 * What the workers of info and verify send, as the process that prints takes
 * it: it is refused, and told as an input that is not whole, or printed.
 *
 * What real ones send of the samples is recorded and edited, so that no seed
 * depends on how it is laid out.  The input is a byte that chooses command
 * and form, then edits of five bytes: what, which piece, 16 bits where in
 * it, a value.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/die.h"
#include "cli/cli.h"
#include "fuzz/fuzz.h"
#include "triage/harvest.h"
#include "triage/inputs.h"
#include "triage/pool_parts.h"

enum { PIECES = 1024, EDITS = 64, SENT_PROBLEM = 2 };
enum { EDIT_BYTE, EDIT_MORE, EDIT_CUT, EDIT_DROP, EDIT_TWICE, EDIT_KIND,
    EDIT_WHAT };

struct told {
	unsigned	kind;
	struct span	s;
};

struct tellings {
	struct told	v[PIECES];
	size_t		n;
};

static const struct {
	int		(*run)(struct arena *a, const struct options *o);
	enum format	 format;
	const char	*log;
} cases[] = {
	{ cmd_info, FORMAT_JSON, "samples/iis-stop-3f.evtx" },
	{ cmd_info, FORMAT_TEXT, "samples/healthy.evtx" },
	{ cmd_info, FORMAT_JSON, "samples/README.md" },
	{ cmd_verify, FORMAT_JSON, "samples/healthy.evtx" },
	{ cmd_verify, FORMAT_TEXT, "samples/healthy.evtx" },
	{ cmd_verify, FORMAT_JSON, "samples/README.md" },
};
enum { CASES = sizeof cases / sizeof *cases };

static struct arena kept;
static struct tellings recorded[CASES], edited;
static struct tellings *record;	/* NULL: edited is told */
static bool refused;

/* In place of triage/inputs.c, which no other target has a use for. */
void
inputs_send(struct work *w, unsigned kind, const void *p, size_t n)
{
	(void)w;
	if (record->n == PIECES)
		die("more pieces than there is room for");
	record->v[record->n++] = (struct told){ kind,
	    arena_span(&kept, (struct span){ p, n }) };
}

void
inputs_problem(struct work *w, const struct problem *p)
{
	struct out o = out_memory();

	problem_pack(&o, p);
	inputs_send(w, SENT_PROBLEM, o.mem, o.n);
	out_free(&o);
}

static bool
piece_tell(const struct inputs_ops *ops, const struct told *x)
{
	struct rd r = rd_init(x->s);
	struct problem p;

	if (x->kind == SENT_TEXT)
		return x->s.n == 0 || ops->text(ops->ctx, x->s);
	if (x->kind != SENT_PROBLEM)
		return ops->message(ops->ctx, x->kind, x->s);
	rd_problem(&r, &p);
	if (!rd_ok(&r) || rd_left(&r) > 0)
		return false;
	ops->told(ops->ctx, &p);
	return true;
}

static void
log_record(const struct inputs_ops *ops, const char *path)
{
	struct work none = { .page = NULL };
	struct source s;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		die("the samples are not in the current folder");
	source_fd(&s, fd);
	ops->begin(ops->ctx, &none);
	ops->one(ops->ctx, &none, &s, str_of(path));
	source_close(&s);
}

enum pool_end
inputs_run(struct arena *a, char *const *paths, size_t n,
    const struct pool_options *how, const struct inputs_ops *ops,
    struct pool_told *told)
{
	const struct input_job j = { .path = str_of(paths[0]), .logs = 1 };
	const struct tellings *all = &edited;

	(void)a;
	(void)n;
	(void)how;
	*told = (struct pool_told){ .layers = SEAL_ALL, .workers = 1 };
	if (record != NULL) {
		log_record(ops, paths[0]);
		all = record;
	}
	refused = false;
	for (size_t i = 0; i < all->n && !refused; i++)
		refused = !piece_tell(ops, &all->v[i]);
	ops->done(ops->ctx, &j, str_of(refused ? "protocol violation" : ""));
	return POOL_DONE;
}

static int
command_run(size_t which)
{
	static char null[] = "/dev/null", path[64];
	char *paths[] = { path };
	const struct options o = { .output = null, .open = log_open,
	    .format = cases[which].format, .args = paths, .nargs = 1,
	    .paths = true, .quiet = true };
	struct arena a = { 0 };
	int status;

	memcpy(path, cases[which].log, strlen(cases[which].log) + 1);
	status = cases[which].run(&a, &o);
	arena_free(&a);
	return status;
}

static void
prepare(void)
{
	if (recorded[0].n > 0)
		return;
	for (size_t i = 0; i < CASES; i++) {
		record = &recorded[i];
		(void)command_run(i);
		if (refused)
			abort();
	}
	record = NULL;
}

/* A piece with the byte at `at' replaced, or one more put in there. */
static void
byte_edit(struct arena *a, struct told *x, size_t at, bool more, uint8_t v)
{
	uint8_t *p = arena_alloc(a, x->s.n + 1);

	if (x->s.n > 0) {
		memcpy(p, x->s.p, at);
		memcpy(p + at + more, x->s.p + at, x->s.n - at);
	}
	p[at] = v;
	x->s = (struct span){ p, x->s.n + more };
}

static void
edit(struct arena *a, struct rd *r)
{
	unsigned what = rd_u8(r) % EDIT_WHAT;
	size_t i = rd_u8(r), at = rd_u16(r);
	uint8_t v = rd_u8(r);
	struct told *x;

	if (edited.n == 0)
		return;
	i %= edited.n;
	x = &edited.v[i];
	at %= x->s.n + (what == EDIT_MORE || x->s.n == 0);
	if (what == EDIT_MORE || (what == EDIT_BYTE && x->s.n > 0)) {
		byte_edit(a, x, at, what == EDIT_MORE, v);
	} else if (what == EDIT_CUT) {
		x->s.n = at;
	} else if (what == EDIT_KIND) {
		/* Others are refused before (triage/inputs.c). */
		x->kind = v % 2 == 0 ? SENT_MESSAGE + v / 2 % 4 :
		    v % 4 == 1 ? SENT_TEXT : SENT_PROBLEM;
	} else if (what == EDIT_DROP) {
		edited.n--;
		memmove(x, x + 1, (edited.n - i) * sizeof *x);
	} else if (what == EDIT_TWICE && edited.n < PIECES) {
		memmove(x + 1, x, (edited.n - i) * sizeof *x);
		edited.n++;
	}
}

void
fuzz_sent(const uint8_t *p, size_t n)
{
	struct rd r = rd_init((struct span){ p, n });
	struct arena a = { 0 };
	size_t which = rd_u8(&r) % CASES;
	int status;

	prepare();
	edited = recorded[which];
	for (size_t i = 0; i < EDITS && rd_left(&r) > 0; i++)
		edit(&a, &r);
	status = command_run(which);
	/* As it was sent it is good. */
	if (refused ? status != STATUS_INCOMPLETE || n < 2 :
	    status != STATUS_INCOMPLETE && status != STATUS_DONE)
		abort();
	arena_free(&a);
}
