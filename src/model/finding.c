/* The words for the enums of the model: what JSON and rules write. */
#include "model/finding.h"

static const char *const severities[] =
    { "info", "low", "medium", "high", "critical" };
static const char *const confidences[] =
    { "possible", "likely", "confirmed" };
static const char *const verdicts[] = { "fault", "known-bug",
    "configuration", "hardware", "benign", "security" };
static const char *const results[] = { "met", "unmet", "unknown" };
static const char *const risks[] = { "none", "restart", "registry", "data" };
static const char *const boot_ends[] =
    { "unknown", "clean", "crash", "power" };
static const char *const grades[] = { "note", "record", "file" };

#define COUNT(v) (sizeof(v) / sizeof *(v))

/* Index of s in names, or n. */
static unsigned
word_find(struct str s, const char *const *names, unsigned n)
{
	unsigned i = 0;

	while (i < n && !str_is(s, names[i]))
		i++;
	return i;
}

const char *
severity_name(enum severity s)
{
	return severities[s];
}

bool
severity_parse(struct str s, enum severity *out)
{
	unsigned i = word_find(s, severities, COUNT(severities));

	if (i == COUNT(severities))
		return false;
	*out = (enum severity)i;
	return true;
}

const char *
confidence_name(enum confidence c)
{
	return confidences[c];
}

bool
confidence_parse(struct str s, enum confidence *out)
{
	unsigned i = word_find(s, confidences, COUNT(confidences));

	if (i == COUNT(confidences))
		return false;
	*out = (enum confidence)i;
	return true;
}

const char *
verdict_name(enum verdict v)
{
	return verdicts[v];
}

bool
verdict_parse(struct str s, enum verdict *out)
{
	unsigned i = word_find(s, verdicts, COUNT(verdicts));

	if (i == COUNT(verdicts))
		return false;
	*out = (enum verdict)i;
	return true;
}

const char *
result_name(enum result r)
{
	return results[r];
}

const char *
risk_name(enum risk r)
{
	return risks[r];
}

bool
risk_parse(struct str s, enum risk *out)
{
	unsigned i = word_find(s, risks, COUNT(risks));

	if (i == COUNT(risks))
		return false;
	*out = (enum risk)i;
	return true;
}

const char *
boot_end_name(enum boot_end e)
{
	return boot_ends[e];
}

const char *
grade_name(enum grade g)
{
	return grades[g];
}

const struct finding *
finding_next(const struct report *r, struct finding_at *at)
{
	for (; at->host < r->nhosts; at->host++, at->finding = 0) {
		const struct concluded *c = r->conclude(r->ctx, at->host);

		if (at->finding < c->nfindings)
			return &c->findings[at->finding++];
	}
	return NULL;
}
