/* Partial results as lines of JSON, and back. */
#include <string.h>
#include "base/pack.h"
#include "triage/harvest.h"
#include "triage/part.h"

static const char sixty_four[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648, section 4. */
static void
base64_write(struct out *o, struct span s)
{
	char buf[4];

	for (size_t i = 0; i < s.n; i += 3) {
		size_t n = s.n - i < 3 ? s.n - i : 3;
		uint32_t v = (uint32_t)s.p[i] << 16;

		if (n > 1)
			v |= (uint32_t)s.p[i + 1] << 8;
		if (n > 2)
			v |= s.p[i + 2];
		for (unsigned k = 0; k < 4; k++)
			buf[k] = sixty_four[v >> (18 - 6 * k) & 63];
		for (size_t k = n + 1; k < sizeof buf; k++)
			buf[k] = '=';
		out_bytes(o, buf, sizeof buf);
	}
}

/* The value of a digit, 64 for what is none. */
static uint32_t
digit(char c)
{
	const char *at = c == '\0' ? NULL : strchr(sixty_four, c);

	return at == NULL ? 64 : (uint32_t)(at - sixty_four);
}

/* In place: three bytes for four. */
static bool
base64_read(char *p, size_t n, struct span *out)
{
	uint8_t *to = (uint8_t *)p;
	size_t pad = 0;

	*out = (struct span){ to, 0 };
	if (n % 4 != 0)
		return false;
	while (n > 0 && pad < 2 && p[n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < n; i += 4) {
		uint32_t v = 0;

		for (size_t k = 0; k < 4; k++) {
			uint32_t d = i + k >= n - pad ? 0 : digit(p[i + k]);

			if (d > 63)
				return false;
			v = v << 6 | d;
		}
		to[out->n++] = (uint8_t)(v >> 16);
		to[out->n++] = (uint8_t)(v >> 8);
		to[out->n++] = (uint8_t)v;
	}
	out->n -= pad;
	return true;
}

void
part_begin(struct out *o, const struct part_head *h)
{
	/* Both are the program's own and plain. */
	out_fmt(o, "{\"part\":\"evtriage.part/4\",\"version\":\"%.*s\","
	    "\"rules\":\"%.*s\",\"shard\":%u,\"shards\":%u}\n",
	    (int)h->version.n, h->version.p, (int)h->rules.n, h->rules.p,
	    h->shard, h->shards);
}

static void
data_write(struct out *o, const struct part_line *l)
{
	struct out data = out_memory();

	pack_str(&data, l->job.path);
	if (l->kind != PART_FOLDER)
		pack_str(&data, l->failed);
	if (l->kind == PART_FILE && l->harvest.n > 0)
		out_bytes(&data, l->harvest.p, l->harvest.n);
	out_lit(o, ",\"data\":\"");
	base64_write(o, (struct span){ (const uint8_t *)data.mem, data.n });
	out_lit(o, "\"}\n");
	out_free(&data);
}

void
part_write(struct out *o, const struct part_line *l)
{
	out_lit(o, "{\"seq\":");
	out_u64(o, l->job.seq);
	switch (l->kind) {
	case PART_FILE:
		out_lit(o, ",\"kind\":\"file\",\"inside\":");
		out_lit(o, l->job.inside ? "true" : "false");
		out_lit(o, ",\"logs\":");
		out_u64(o, l->job.logs);
		break;
	case PART_PROBLEM:
		out_lit(o, ",\"kind\":\"problem\"");
		break;
	case PART_FOLDER:
		out_lit(o, ",\"kind\":\"folder\",\"again\":");
		out_u64(o, l->again);
		out_lit(o, ",\"told\":");
		out_u64(o, l->told);
		break;
	}
	data_write(o, l);
}

void
part_end(struct out *o, uint64_t lines, struct sandbox s)
{
	out_lit(o, "{\"end\":");
	out_u64(o, lines);
	out_lit(o, ",\"apart\":");
	out_lit(o, s.apart ? "true" : "false");
	out_lit(o, ",\"layers\":");
	out_u64(o, s.layers);
	out_lit(o, "}\n");
}

struct part_reader {
	struct source	*s;
	struct out	 line;
	char		 ahead[1 << 16];
	size_t		 at, n;		/* of ahead */
	uint64_t	 lines;
	uint64_t	 seq;		/* of the last line */
	struct sandbox	 sandbox;	/* of the end */
	const char	*error;
};

/* The next line without its end, in p->line.  False: there is none. */
static bool
line_read(struct part_reader *p)
{
	p->line.n = 0;
	for (;;) {
		const char *from = p->ahead + p->at, *end;
		size_t n = p->n - p->at;

		if (n == 0) {
			p->at = 0;
			p->n = source_read(p->s, p->ahead, sizeof p->ahead);
			if (p->n == 0)
				return false;
			continue;
		}
		end = memchr(from, '\n', n);
		out_bytes(&p->line, from, end == NULL ? n :
		    (size_t)(end - from));
		p->at += end == NULL ? n : (size_t)(end - from) + 1;
		if (end != NULL)
			return true;
	}
}

/* What is left of a line. */
struct scanner {
	char	*p, *end;
	bool	 bad;
};

static void
expect(struct scanner *k, const char *text)
{
	size_t n = strlen(text);

	if (k->bad || (size_t)(k->end - k->p) < n ||
	    memcmp(k->p, text, n) != 0)
		k->bad = true;
	else
		k->p += n;
}

static bool
follows(const struct scanner *k, const char *text)
{
	struct scanner probe = *k;

	expect(&probe, text);
	return !probe.bad;
}

static uint64_t
number(struct scanner *k)
{
	size_t n = 0;
	uint64_t v = 0;

	while (!k->bad && k->p + n < k->end && k->p[n] >= '0' &&
	    k->p[n] <= '9')
		n++;
	if (!str_u64((struct str){ k->p, n }, &v))
		k->bad = true;
	else
		k->p += n;
	return v;
}

/* Up to the next quotation mark, which is taken too; what we write in
 * quotes holds none. */
static struct str
quoted(struct scanner *k)
{
	struct str s = { k->p, 0 };

	while (!k->bad && k->p + s.n < k->end && k->p[s.n] != '"')
		s.n++;
	if (k->bad || k->p + s.n == k->end) {
		k->bad = true;
		return (struct str){ "", 0 };
	}
	k->p += s.n + 1;
	return s;
}

static bool
truth(struct scanner *k)
{
	bool v = follows(k, "true");

	expect(k, v ? "true" : "false");
	return v;
}

static struct scanner
scanner_of(struct part_reader *p)
{
	struct scanner k = { p->line.mem, p->line.mem, p->line.mem == NULL };

	if (!k.bad)
		k.end += p->line.n;
	return k;
}

struct part_reader *
part_open(struct arena *a, struct source *s, struct part_head *h,
    const char **why)
{
	struct part_reader *p = arena_new(a, struct part_reader);
	struct scanner k;

	p->s = s;
	p->line = out_memory();
	*why = "these are no partial results (scan --part writes them)";
	if (!line_read(p))
		goto no;
	k = scanner_of(p);
	expect(&k, "{\"part\":\"evtriage.part/4\",\"version\":\"");
	h->version = arena_str(a, quoted(&k));
	expect(&k, ",\"rules\":\"");
	h->rules = arena_str(a, quoted(&k));
	expect(&k, ",\"shard\":");
	h->shard = (unsigned)number(&k);
	expect(&k, ",\"shards\":");
	h->shards = (unsigned)number(&k);
	expect(&k, "}");
	if (!k.bad && k.p == k.end)
		return p;
no:
	part_close(p);
	return NULL;
}

void
part_close(struct part_reader *p)
{
	out_free(&p->line);
}

/* Behind the kind; what stands before data. */
static void
line_parse(struct scanner *k, struct part_line *l)
{
	if (follows(k, "file")) {
		l->kind = PART_FILE;
		expect(k, "file\",\"inside\":");
		l->job.inside = truth(k);
		expect(k, ",\"logs\":");
		l->job.logs = (size_t)number(k);
	} else if (follows(k, "problem")) {
		l->kind = PART_PROBLEM;
		expect(k, "problem\"");
	} else {
		l->kind = PART_FOLDER;
		expect(k, "folder\",\"again\":");
		l->again = (size_t)number(k);
		expect(k, ",\"told\":");
		l->told = (size_t)number(k);
	}
}

static bool
data_parse(struct span data, struct part_line *l)
{
	struct rd r = rd_init(data);

	l->job.path = rd_pack_str(&r, PATH_MOST);
	if (l->kind != PART_FOLDER)
		l->failed = rd_pack_str(&r, PATH_MOST);
	if (l->kind == PART_FILE)
		l->harvest = rd_span(&r, rd_left(&r));
	return rd_ok(&r) && rd_left(&r) == 0;
}

static enum part_step
end_check(struct part_reader *p, struct scanner k)
{
	uint64_t n, layers;

	expect(&k, "{\"end\":");
	n = number(&k);
	expect(&k, ",\"apart\":");
	p->sandbox.apart = truth(&k);
	expect(&k, ",\"layers\":");
	layers = number(&k);
	expect(&k, "}");
	p->sandbox.layers = (unsigned)layers & SEAL_ALL;
	if (!k.bad && k.p == k.end && n == p->lines && layers <= SEAL_ALL &&
	    !line_read(p))
		return PART_LAST;
	p->error = "the end does not fit what stands before it";
	return PART_BROKEN;
}

enum part_step
part_next(struct part_reader *p, struct part_line *l)
{
	struct scanner k;
	struct span data;
	struct str text;

	if (!line_read(p)) {
		p->error = p->s->error != 0 ? strerror(p->s->error) : "it "
		    "ends in the middle: the scan that wrote it did not "
		    "finish";
		return PART_BROKEN;
	}
	k = scanner_of(p);
	if (follows(&k, "{\"end\":"))
		return end_check(p, k);
	memset(l, 0, sizeof *l);
	expect(&k, "{\"seq\":");
	l->job.seq = number(&k);
	expect(&k, ",\"kind\":\"");
	line_parse(&k, l);
	expect(&k, ",\"data\":\"");
	text = quoted(&k);
	expect(&k, "}");
	p->error = "a line is not as scan --part writes it";
	if (k.bad || k.p != k.end || (p->lines > 0 && l->job.seq <= p->seq) ||
	    !base64_read(p->line.mem + (text.p - p->line.mem), text.n,
	    &data) || !data_parse(data, l))
		return PART_BROKEN;
	p->lines++;
	p->seq = l->job.seq;
	return PART_LINE;
}

struct sandbox
part_sandbox(const struct part_reader *p)
{
	return p->sandbox;
}

const char *
part_error(const struct part_reader *p)
{
	return p->error;
}
