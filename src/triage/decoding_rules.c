/*
 * What rules say of what was decoded by hand.  An event whose provider is
 * known goes the way of any log.  Of data alone only the articles are
 * named that print such words: which of them it is the words do not tell.
 */
#include "codes/decode.h"
#include "model/keep.h"
#include "triage/decoding.h"
#include "triage/triage.h"

enum { PROVIDERS = 16, FITTING = 64 };

bool
decoding_wants_rules(const struct decoding *d)
{
	for (size_t i = 0; i < d->nreadings; i++)
		if (d->readings[i].event != NULL &&
		    d->readings[i].event->id != 0)
			return true;
	return false;
}

static void
article_add(struct arena *a, struct decoding *d, const struct rule *rule,
    const struct event *e)
{
	struct rule_info info = rule_info(rule);

	for (size_t i = 0; i < d->narticles; i++)
		if (str_eq(d->articles[i].rule, info.id))
			return;
	d->articles = arena_grow(a, d->articles, d->narticles,
	    &d->articles_cap, sizeof *d->articles);
	d->articles[d->narticles++] = (struct article){ .rule = info.id,
	    .title = info.title, .provider = e->provider, .event_id = e->id,
	    .conditions = info.conditions, .nconditions = info.nconditions };
}

static void
articles_of(struct arena *a, const struct ruleset *rs, struct decoding *d,
    const struct event *e)
{
	const struct rule *rules[FITTING];
	struct facts *f = arena_new(a, struct facts);
	size_t n;

	decode_event(a, e, f);
	n = rules_fitting(rs, e, f, rules, FITTING);
	for (size_t i = 0; i < n; i++)
		article_add(a, d, rules[i], e);
}

static void
articles_find(struct arena *a, const struct ruleset *rs, struct decoding *d,
    const struct event *given)
{
	struct str providers[PROVIDERS];
	size_t n = rules_providers(rs, given->id, providers, PROVIDERS);
	struct event e = *given;

	for (size_t i = 0; i < n; i++) {
		e.provider = providers[i];
		articles_of(a, rs, d, &e);
	}
}

void
decoding_judge(struct arena *a, const struct ruleset *rs,
    struct decoding *d)
{
	struct triage *t = triage_new(a, rs);
	struct report *r = arena_new(a, struct report);

	for (size_t i = 0; i < d->nreadings; i++) {
		const struct reading *x = &d->readings[i];

		if (x->event == NULL || x->event->id == 0)
			continue;
		if (x->event->provider.n == 0)
			articles_find(a, rs, d, x->event);
		if (x->event->provider.n > 0)
			triage_event(t, x->event);
	}
	triage_report(t, SEV_INFO, r);
	if (triage_found(t, SEV_INFO))
		d->report = r;
	report_keep(a, r);
	triage_free(t);
}
