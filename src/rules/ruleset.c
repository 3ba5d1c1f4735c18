/*
 * What may be asked of a rule set.
 */
#include "rules/rule.h"

struct ruleset *
rules_none(struct arena *a)
{
	struct ruleset *rs = arena_new(a, struct ruleset);

	rs->digest = str_of("0000000000000000");
	index_build(a, rs);
	return rs;
}

size_t
rules_count(const struct ruleset *rs)
{
	return rs->nrules;
}

struct str
rules_digest(const struct ruleset *rs)
{
	return rs->digest;
}

const struct rule *
rules_get(const struct ruleset *rs, size_t i)
{
	return rs->rules[i];
}

const struct rule *
rules_by_id(const struct ruleset *rs, struct str id)
{
	for (size_t i = 0; i < rs->nrules; i++)
		if (str_caseeq(rs->rules[i]->info.id, id))
			return rs->rules[i];
	return NULL;
}

struct rule_info
rule_info(const struct rule *r)
{
	struct rule_info info = r->info;

	if (!r->words->said)
		conditions_say(r);
	info.conditions = r->words->conditions;
	info.nconditions = r->words->n;
	return info;
}

struct rule_example
rule_example(const struct rule *r, size_t i)
{
	return r->examples[i];
}
