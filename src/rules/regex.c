/*
 * See regex.h.  A recursive descent parser writes the program; groups are
 * nested no deeper than DEEP.  Each thread of the matcher carries where
 * the match and its first group began and ended; of the threads at one
 * place the first, which has the leftmost match, is kept.
 */
#include <string.h>
#include "rules/regex.h"

enum { DEEP = 20, REPEAT_MOST = 255 };

enum op { OP_CHAR, OP_SET, OP_SPLIT, OP_JUMP, OP_SAVE, OP_BEGIN, OP_END,
	OP_MATCH };

struct step {
	enum op		 op;
	unsigned char	 c;		/* CHAR */
	uint32_t	 set[8];	/* SET */
	int		 x, y;		/* SPLIT (x first), JUMP; SAVE: slot */
};

struct regex {
	struct step	*steps;
	int		 n;
	bool		 group;		/* it has one */
};

struct compiler {
	struct step	 steps[REGEX_STEPS];
	int		 n;
	struct str	 s;
	size_t		 at;
	int		 depth, groups;
	const char	*why;
};

static int
emit(struct compiler *c, enum op op)
{
	if (c->n == REGEX_STEPS) {
		c->why = "the pattern is too large";
		return REGEX_STEPS - 1;
	}
	memset(&c->steps[c->n], 0, sizeof c->steps[c->n]);
	c->steps[c->n].op = op;
	return c->n++;
}

static bool
more(const struct compiler *c)
{
	return c->why == NULL && c->at < c->s.n;
}

static bool
next_is(struct compiler *c, char want)
{
	if (!more(c) || c->s.p[c->at] != want)
		return false;
	c->at++;
	return true;
}

static unsigned char
lower(unsigned char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (unsigned char)(ch + 32) : ch;
}

static void
set_add(uint32_t *set, unsigned lo, unsigned hi)
{
	for (unsigned ch = lo; ch <= hi; ch++) {
		unsigned folded = lower((unsigned char)ch);

		set[folded / 32] |= UINT32_C(1) << folded % 32;
	}
}

static void
set_invert(uint32_t *set)
{
	for (int i = 0; i < 8; i++)
		set[i] = ~set[i];
}

/* \d \w \s and their opposites; false for any other letter. */
static bool
set_named(uint32_t *set, char name)
{
	uint32_t own[8] = { 0 };

	switch (lower((unsigned char)name)) {
	case 'd':
		set_add(own, '0', '9');
		break;
	case 'w':
		set_add(own, '0', '9');
		set_add(own, 'a', 'z');
		set_add(own, '_', '_');
		break;
	case 's':
		set_add(own, '\t', '\r');
		set_add(own, ' ', ' ');
		break;
	default:
		return false;
	}
	if (name < 'a')
		set_invert(own);
	for (int i = 0; i < 8; i++)
		set[i] |= own[i];
	return true;
}

/* Behind "[" up to its "]". */
static void
parse_set(struct compiler *c)
{
	int at = emit(c, OP_SET);
	uint32_t *set = c->steps[at].set;
	bool negate = next_is(c, '^'), first = true;

	for (; more(c) && (first || c->s.p[c->at] != ']'); first = false) {
		unsigned char lo = (unsigned char)c->s.p[c->at++], hi;

		if (lo == '\\' && more(c)) {
			lo = (unsigned char)c->s.p[c->at++];
			if (set_named(set, (char)lo))
				continue;
		}
		hi = lo;
		if (c->at + 1 < c->s.n && c->s.p[c->at] == '-' &&
		    c->s.p[c->at + 1] != ']') {
			hi = (unsigned char)c->s.p[c->at + 1];
			c->at += 2;
		}
		if (hi < lo)
			c->why = "a range in [...] runs backwards";
		else
			set_add(set, lo, hi);
	}
	if (!next_is(c, ']') && c->why == NULL)
		c->why = "\"[\" without its \"]\"";
	if (negate)
		set_invert(set);
}

static void	parse_either(struct compiler *c);

static void
parse_group(struct compiler *c)
{
	bool first = c->groups++ == 0;

	if (++c->depth > DEEP) {
		c->why = "groups are nested too deeply";
		return;
	}
	if (first)
		c->steps[emit(c, OP_SAVE)].x = 2;
	parse_either(c);
	if (first)
		c->steps[emit(c, OP_SAVE)].x = 3;
	c->depth--;
	if (!next_is(c, ')') && c->why == NULL)
		c->why = "\"(\" without its \")\"";
}

static void
parse_escape(struct compiler *c)
{
	char ch;
	int at;

	if (!more(c)) {
		c->why = "\"\\\" with nothing behind it";
		return;
	}
	ch = c->s.p[c->at++];
	at = emit(c, OP_CHAR);
	c->steps[at].c = lower((unsigned char)ch);
	if (set_named(c->steps[at].set, ch))
		c->steps[at].op = OP_SET;
	else if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	    (ch >= '0' && ch <= '9'))
		c->why = "only \\d, \\w, \\s and escaped signs are known";
}

static void
parse_atom(struct compiler *c)
{
	char ch = c->s.p[c->at++];
	int at;

	switch (ch) {
	case '(':
		parse_group(c);
		return;
	case '[':
		parse_set(c);
		return;
	case '\\':
		parse_escape(c);
		return;
	case '.':
		at = emit(c, OP_SET);
		set_invert(c->steps[at].set);
		return;
	case '^':
		(void)emit(c, OP_BEGIN);
		return;
	case '$':
		(void)emit(c, OP_END);
		return;
	case '*':
	case '+':
	case '?':
	case '{':
		c->why = "a repetition of nothing";
		return;
	default:
		at = emit(c, OP_CHAR);
		c->steps[at].c = lower((unsigned char)ch);
	}
}

/* Moves the steps from `from` on by one and puts op in their place.  Where
 * there is no more room it is some step, as with emit(): `from` may be behind
 * the last one then. */
static int
insert(struct compiler *c, int from, enum op op)
{
	int last = emit(c, op);
	struct step s = c->steps[last];

	if (c->why != NULL)
		return last;
	for (int i = last; i > from; i--) {
		c->steps[i] = c->steps[i - 1];
		if (c->steps[i].op == OP_SPLIT || c->steps[i].op == OP_JUMP) {
			c->steps[i].x += c->steps[i].x >= from;
			c->steps[i].y += c->steps[i].y >= from;
		}
	}
	c->steps[from] = s;
	return from;
}

/* A copy of the steps [from, to) at the end. */
static void
copy(struct compiler *c, int from, int to)
{
	int base = c->n;

	for (int i = from; i < to && c->why == NULL; i++) {
		struct step s = c->steps[i];

		if (s.op == OP_SPLIT || s.op == OP_JUMP) {
			s.x += base - from;
			s.y += base - from;
		}
		c->steps[emit(c, s.op)] = s;
	}
}

/* Returns the step that chooses. */
static int
make_optional(struct compiler *c, int from)
{
	int split = insert(c, from, OP_SPLIT);

	c->steps[split].x = from + 1;
	c->steps[split].y = c->n;
	return split;
}

static void
make_loop(struct compiler *c, int from)
{
	int split = make_optional(c, from), jump = emit(c, OP_JUMP);

	c->steps[jump].x = from;
	c->steps[split].y = c->n;
}

static bool
parse_count(struct compiler *c, int *n)
{
	size_t start = c->at;

	*n = 0;
	while (more(c) && c->s.p[c->at] >= '0' && c->s.p[c->at] <= '9' &&
	    *n <= REPEAT_MOST)
		*n = *n * 10 + (c->s.p[c->at++] - '0');
	return c->at > start && *n <= REPEAT_MOST;
}

/* {m}, {m,}, {m,n} of the steps from `from` on: written out. */
static void
parse_braces(struct compiler *c, int from)
{
	int to = c->n, lo, hi, at;
	bool good = parse_count(c, &lo), open = false;

	hi = lo;
	if (good && next_is(c, ',')) {
		open = more(c) && c->s.p[c->at] == '}';
		good = open || (parse_count(c, &hi) && hi >= lo);
	}
	if (!good || !next_is(c, '}') || (hi == 0 && !open)) {
		c->why = "expected {m}, {m,} or {m,n}, up to 255";
		return;
	}
	for (int i = 1; i < lo; i++)
		copy(c, from, to);
	for (int i = lo > 0 ? lo : 1; i < hi && c->why == NULL; i++) {
		at = c->n;
		copy(c, from, to);
		(void)make_optional(c, at);
	}
	if (open && c->why == NULL) {
		at = c->n;
		copy(c, from, to);
		make_loop(c, at);
	}
	if (lo == 0 && c->why == NULL)
		(void)make_optional(c, from);
}

static void
parse_repeated(struct compiler *c)
{
	int from = c->n, split;

	parse_atom(c);
	if (next_is(c, '*')) {
		make_loop(c, from);
	} else if (next_is(c, '?')) {
		(void)make_optional(c, from);
	} else if (next_is(c, '+')) {
		split = emit(c, OP_SPLIT);
		c->steps[split].x = from;
		c->steps[split].y = c->n;
	} else if (next_is(c, '{')) {
		parse_braces(c, from);
	}
}

static void
parse_either(struct compiler *c)
{
	int from = c->n, split, jump;

	while (more(c) && c->s.p[c->at] != '|' && c->s.p[c->at] != ')')
		parse_repeated(c);
	if (!next_is(c, '|'))
		return;
	if (++c->depth > DEEP) {
		c->why = "too many alternatives";
		return;
	}
	split = insert(c, from, OP_SPLIT);
	jump = emit(c, OP_JUMP);
	c->steps[split].x = split + 1;
	c->steps[split].y = c->n;
	parse_either(c);
	c->steps[jump].x = c->n;
	c->depth--;
}

const struct regex *
regex_compile(struct arena *a, struct str pattern, const char **why)
{
	struct arena scratch = { 0 };
	struct compiler *c = arena_new(&scratch, struct compiler);
	struct regex *r = NULL;

	c->s = pattern;
	if (pattern.n == 0)
		c->why = "an empty pattern";
	c->steps[emit(c, OP_SAVE)].x = 0;
	parse_either(c);
	if (c->at < c->s.n && c->why == NULL)
		c->why = "\")\" without its \"(\"";
	c->steps[emit(c, OP_SAVE)].x = 1;
	(void)emit(c, OP_MATCH);
	if (c->why == NULL) {
		r = arena_new(a, struct regex);
		r->n = c->n;
		r->group = c->groups > 0;
		r->steps = arena_array(a, struct step, (size_t)c->n);
		memcpy(r->steps, c->steps, (size_t)c->n * sizeof *r->steps);
	}
	*why = c->why;
	arena_free(&scratch);
	return r;
}

/* Where the match (0, 1) and its first group (2, 3) begin and end. */
struct thread {
	int	step;
	size_t	at[4];
};

struct threads {
	struct thread	v[REGEX_STEPS];
	int		n;
};

struct matcher {
	const struct regex	*r;
	struct str		 s;
	struct threads		 lists[2];
	unsigned		 stamp[REGEX_STEPS], now;
};

/* Adds a thread and all it comes to without reading; each step once, in
 * order of preference.  Not recursive: the stack holds what waits. */
static void
thread_add(struct matcher *m, struct threads *list, struct thread first,
    size_t at)
{
	struct thread stack[REGEX_STEPS + 2];
	int n = 0;

	stack[n++] = first;
	while (n > 0) {
		struct thread t = stack[--n];
		const struct step *s = &m->r->steps[t.step];

		if (m->stamp[t.step] == m->now)
			continue;
		m->stamp[t.step] = m->now;
		if (s->op == OP_SPLIT) {
			stack[n] = t;
			stack[n++].step = s->y;
			t.step = s->x;
			stack[n++] = t;
		} else if (s->op == OP_JUMP) {
			t.step = s->x;
			stack[n++] = t;
		} else if (s->op == OP_SAVE) {
			t.at[s->x] = at;
			t.step++;
			stack[n++] = t;
		} else if (s->op == OP_BEGIN || s->op == OP_END) {
			t.step++;
			if (at == (s->op == OP_BEGIN ? 0 : m->s.n))
				stack[n++] = t;
		} else {
			list->v[list->n++] = t;
		}
	}
}

static bool
step_takes(const struct step *s, unsigned char ch)
{
	ch = lower(ch);
	if (s->op == OP_CHAR)
		return s->c == ch;
	return (s->set[ch / 32] >> ch % 32 & 1) != 0;
}

/* One place of the text: the threads that can go on do.  True when one
 * has come to the end of the program; worse ones are then dropped. */
static bool
advance(struct matcher *m, const struct threads *from, struct threads *to,
    size_t at, struct thread *best)
{
	to->n = 0;
	m->now++;
	for (int i = 0; i < from->n; i++) {
		struct thread t = from->v[i];
		const struct step *s = &m->r->steps[t.step];

		if (s->op == OP_MATCH) {
			*best = t;
			return true;
		}
		if (at < m->s.n &&
		    step_takes(s, (unsigned char)m->s.p[at])) {
			t.step++;
			thread_add(m, to, t, at + 1);
		}
	}
	return false;
}

bool
regex_find(const struct regex *r, struct str s, struct str *part)
{
	struct matcher m = { .r = r, .s = s };
	struct threads *from = &m.lists[0], *to = &m.lists[1], *swap;
	struct thread best = { .step = -1 };
	bool found = false;
	int g = r->group ? 2 : 0;

	for (size_t at = 0; at <= s.n; at++) {
		struct thread start = { 0, { at, at, SIZE_MAX, SIZE_MAX } };

		if (at == 0)
			m.now++;
		/* A match that began further left is always better. */
		if (!found)
			thread_add(&m, from, start, at);
		found = advance(&m, from, to, at, &best) || found;
		swap = from;
		from = to;
		to = swap;
		if (found && from->n == 0)
			break;
	}
	if (found && part != NULL)
		*part = best.at[g] == SIZE_MAX || best.at[g + 1] == SIZE_MAX ?
		    (struct str){ NULL, 0 } :
		    str_sub(s, best.at[g], best.at[g + 1] - best.at[g]);
	return found;
}
