/*
 * merge: one report from partial results, which scan --part wrote, perhaps
 * on many machines.  The lines of all files are taken in the order of the
 * walk, so that the report is the one of a single run.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "cli/cli.h"
#include "rules/rules.h"
#include "triage/triage.h"

/* One file of partial results and the line of it that is next. */
struct pile {
	struct source		 s;
	struct part_reader	*reader;	/* NULL: nothing more */
	struct part_head	 head;
	struct part_line	 line;
	const char		*path;
};

struct merging {
	struct arena	*a;
	struct pile	*v;
	size_t		 n;
	bool		 broken;	/* something is not there; said */
	struct sandbox	 sandbox;	/* the weakest */
};

static bool
pile_open(struct arena *a, struct pile *p, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	const char *why = NULL;
	int fd = standard ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	p->path = path;
	if (fd == -1) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	source_fd(&p->s, fd);
	p->reader = part_open(a, &p->s, &p->head, &why);
	if (p->reader != NULL)
		return true;
	complain("%s: %s", path, why);
	source_close(&p->s);
	return false;
}

/* The next line, or the end of the pile. */
static void
pile_next(struct merging *m, struct pile *p)
{
	struct sandbox end;

	switch (part_next(p->reader, &p->line)) {
	case PART_LINE:
		return;
	case PART_LAST:
		end = part_sandbox(p->reader);
		m->sandbox.apart = m->sandbox.apart && end.apart;
		m->sandbox.layers &= end.layers;
		break;
	case PART_BROKEN:
		complain("%s: %s", p->path, part_error(p->reader));
		m->broken = true;
		break;
	}
	part_close(p->reader);
	p->reader = NULL;
	source_close(&p->s);
}

/* Clauses are numbers within a rule set, and shards places in one walk. */
static bool
heads_agree(const struct merging *m, struct str rules)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct part_head *h = &m->v[i].head;

		if (!str_is(h->version, EVTRIAGE_VERSION) ||
		    !str_eq(h->rules, rules)) {
			complain("%s was made by another version or with other "
			    "rules", m->v[i].path);
			return false;
		}
	}
	return true;
}

/* Shards of one scan that nobody gave. */
static void
shards_check(struct merging *m)
{
	unsigned shards = m->v[0].head.shards;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].head.shards != shards)
			return;
	for (unsigned k = 1; k <= shards && shards <= SHARDS_MOST; k++) {
		size_t i = 0;

		while (i < m->n && m->v[i].head.shard != k)
			i++;
		if (i < m->n)
			continue;
		complain("shard %u of %u is missing", k, shards);
		m->broken = true;
	}
}

/* The pile whose next line comes first in the walk. */
static struct pile *
pile_first(const struct merging *m)
{
	struct pile *first = NULL;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].reader != NULL && (first == NULL ||
		    m->v[i].line.job.seq < first->line.job.seq))
			first = &m->v[i];
	return first;
}

static bool
merge(struct merging *m, const struct options *o, const struct ruleset *rs,
    struct triage *t)
{
	struct pile *p;

	for (size_t i = 0; i < o->nargs; i++)
		if (!pile_open(m->a, &m->v[m->n++], o->args[i]))
			return false;
	if (!heads_agree(m, rules_digest(rs)))
		return false;
	shards_check(m);
	for (size_t i = 0; i < m->n; i++)
		pile_next(m, &m->v[i]);
	while ((p = pile_first(m)) != NULL) {
		triage_line(t, &p->line);
		pile_next(m, p);
	}
	return true;
}

static void
piles_close(struct merging *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].reader == NULL)
			continue;
		part_close(m->v[i].reader);
		source_close(&m->v[i].s);
	}
}

int
cmd_merge(struct arena *a, const struct options *o)
{
	struct ruleset *rs = rules_find(a, o);
	struct merging m = { .a = a, .sandbox = { true, SEAL_ALL } };
	struct triage *t;
	struct output p;
	int status = STATUS_USAGE;

	if (rs == NULL)
		return status;
	t = triage_new(a, rs);
	m.v = arena_array(a, struct pile, o->nargs);
	if (!output_open(&p, o))
		;
	else if (evidence_give(a, o, t) && merge(&m, o, rs, t))
		status = scan_report(t, o, &p, m.sandbox, m.broken);
	else
		output_drop(&p);
	piles_close(&m);
	triage_free(t);
	return status;
}
