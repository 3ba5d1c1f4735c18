/*
 * Ranges of a file as jobs.  The process that gives them out does not know
 * what the file is: it goes by its size.  The worker of a range says where it
 * has ended, which may be behind the begin of others (log_open_range): what
 * they gave is dropped, and those that no worker has yet are not given out.
 * So the bytes that count are those of one reader, whoever else has read
 * some of them.
 */
#include <string.h>
#include <unistd.h>
#include "base/pack.h"
#include "triage/ranges.h"
#include "triage/walk.h"

void
giving_begin(struct giving *g, const struct job *j, uint64_t bytes,
    uint64_t step)
{
	uint64_t units = (bytes + LOG_UNIT - 1) / LOG_UNIT;

	g->job = *j;
	g->bytes = bytes;
	g->next = (struct log_range){ 0, step, (units - 1) / step * step };
	g->on = true;
}

void
giving_end(struct giving *g)
{
	if (g->on && g->job.fd != -1)
		(void)close(g->job.fd);
	if (g->on)
		g->passed += g->bytes;
	g->on = false;
}

/* What is over needs no more readers; and a hole may have been passed
 * over. */
static bool
giving_skips(struct giving *g, const struct joining *in)
{
	if (!in->any || in->tag != g->job.tag)
		return false;
	if (!in->over && in->due > g->next.from) {
		uint64_t n = (in->due - g->next.from) * LOG_UNIT;

		g->bytes -= n;
		g->passed += n;
		g->next.from = in->due;
	}
	return in->over;
}

bool
giving_next(struct giving *g, const struct joining *in, struct job *j)
{
	int fd = -1;

	if (!g->on)
		return false;
	if (giving_skips(g, in)) {
		giving_end(g);
		return false;
	}
	*j = g->job;
	j->part = g->next.from > 0;
	if (g->next.from < g->next.last)
		fd = walk_again(g->job.fd);
	/* No other descriptor is to be had: the rest in one piece. */
	if (fd == -1)
		g->next.last = g->next.from;
	g->note.n = 0;
	pack_u64(&g->note, g->next.from);
	pack_u64(&g->note, g->next.step);
	pack_u64(&g->note, g->next.last);
	j->note = (struct str){ g->note.mem, g->note.n };
	j->bytes = fd == -1 ? g->bytes : g->next.step * LOG_UNIT;
	g->bytes -= j->bytes;
	g->next.from += g->next.step;
	g->on = fd != -1;
	if (fd != -1)
		j->fd = fd;
	return true;
}

bool
range_read(struct str note, struct log_range *r)
{
	struct rd rd = rd_init((struct span){ (const uint8_t *)note.p,
	    note.n });

	if (note.n == 0)
		return false;
	r->from = rd_pack_u64(&rd);
	r->step = rd_pack_u64(&rd);
	r->last = rd_pack_u64(&rd);
	return rd_ok(&rd);
}

bool
joining_wants(struct joining *in, uint64_t tag, const struct log_range *r)
{
	if (!in->any || in->tag != tag)
		*in = (struct joining){ .tag = tag, .any = true };
	return !in->over && r->from == in->due;
}

bool
joining_end(struct joining *in, const struct log_range *r,
    struct span message)
{
	if (in->ended || message.n != sizeof in->end)
		return false;
	memcpy(&in->end, message.p, sizeof in->end);
	in->ended = true;
	return in->end == LOG_TO_END || (in->end > r->from &&
	    in->end <= r->last && in->end % r->step == 0);
}
