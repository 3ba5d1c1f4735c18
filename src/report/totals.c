/*
 * Sums over a report.  Events are those of all computers, as they were
 * read: a record that stands in two inputs counts twice.  Problems include
 * those that were counted but not kept, so that the sum hides nothing.
 */
#include "report/totals.h"

struct totals
totals_of(const struct report *r)
{
	struct totals t = {
		.inputs = r->ninputs,
		.hosts = r->nhosts,
		.problems = (uint64_t)r->nproblems + r->problems_dropped,
	};

	for (size_t i = 0; i < r->ninputs; i++) {
		const struct input *in = &r->inputs[i];

		if (!in->tally.complete)
			t.incomplete++;
		t.matched += in->matched;
	}
	for (size_t i = 0; i < r->nhosts; i++)
		t.events += r->hosts[i].events;
	return t;
}
