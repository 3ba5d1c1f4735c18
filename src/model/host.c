/*
 * Names of operating systems.  Source: Microsoft's list of operating
 * system versions (winnt.h, OSVERSIONINFOEX) and release build numbers.
 */
#include "model/host.h"

struct os
os_none(void)
{
	return (struct os){ .major = OS_UNKNOWN, .minor = OS_UNKNOWN,
	    .build = OS_UNKNOWN, .sp = OS_UNKNOWN, .server = OS_UNKNOWN };
}

static void
merge_int(int *dst, int src)
{
	if (*dst == OS_UNKNOWN)
		*dst = src;
}

void
os_merge(struct os *dst, const struct os *src)
{
	/* A service pack belongs to one build: never mixed with another. */
	bool same = dst->build == OS_UNKNOWN || src->build == OS_UNKNOWN ||
	    dst->build == src->build;

	if (!same)
		return;
	merge_int(&dst->major, src->major);
	merge_int(&dst->minor, src->minor);
	merge_int(&dst->build, src->build);
	merge_int(&dst->sp, src->sp);
	merge_int(&dst->server, src->server);
	if (dst->bits == 0)
		dst->bits = src->bits;
	if (dst->product.n == 0)
		dst->product = src->product;
	if (dst->source == NULL)
		dst->source = src->source;
}

/* Builds that were released with one version and service pack only; sp
 * OS_UNKNOWN where packs do not change the build. */
static const struct { int lo, hi, major, minor, sp; } builds[] = {
	{ 511, 528, 3, 10, OS_UNKNOWN }, { 807, 807, 3, 50, OS_UNKNOWN },
	{ 1057, 1057, 3, 51, OS_UNKNOWN }, { 1381, 1381, 4, 0, OS_UNKNOWN },
	{ 2195, 2195, 5, 0, OS_UNKNOWN }, { 2600, 2600, 5, 1, OS_UNKNOWN },
	{ 3790, 3790, 5, 2, OS_UNKNOWN }, { 6000, 6000, 6, 0, 0 },
	{ 6001, 6001, 6, 0, 1 }, { 6002, 6003, 6, 0, 2 },
	{ 7600, 7600, 6, 1, 0 }, { 7601, 7601, 6, 1, 1 },
	{ 9200, 9200, 6, 2, 0 }, { 9600, 9600, 6, 3, 0 },
	{ 10240, 99999, 10, 0, 0 },
};

void
os_complete(struct os *os)
{
	for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
		if (os->build < builds[i].lo || os->build > builds[i].hi)
			continue;
		merge_int(&os->major, builds[i].major);
		merge_int(&os->minor, builds[i].minor);
		merge_int(&os->sp, builds[i].sp);
	}
	/* No server later than 6.0 came for 32 bits; nothing before 5.1 for
	 * 64. */
	if (os->server == 1 && (os->major > 6 ||
	    (os->major == 6 && os->minor >= 1)))
		os->bits = 64;
	if (os->major >= 3 && (os->major < 5 ||
	    (os->major == 5 && os->minor == 0)))
		os->bits = 32;
}

struct release {
	int		 major, minor, build_lo, build_hi;
	const char	*client, *server, *either;
};

static const struct release releases[] = {
	{ 3, 10, 0, 99999, "Windows NT 3.1", "Windows NT Advanced Server 3.1",
	    "Windows NT 3.1" },
	{ 3, 50, 0, 99999, "Windows NT Workstation 3.5",
	    "Windows NT Server 3.5", "Windows NT 3.5" },
	{ 3, 51, 0, 99999, "Windows NT Workstation 3.51",
	    "Windows NT Server 3.51", "Windows NT 3.51" },
	{ 4, 0, 0, 99999, "Windows NT Workstation 4.0",
	    "Windows NT Server 4.0", "Windows NT 4.0" },
	{ 5, 0, 0, 99999, "Windows 2000 Professional",
	    "Windows 2000 Server", "Windows 2000" },
	{ 5, 1, 0, 99999, "Windows XP", "Windows XP", "Windows XP" },
	{ 5, 2, 0, 99999, "Windows XP x64", "Windows Server 2003",
	    "Windows Server 2003" },
	{ 6, 0, 0, 99999, "Windows Vista", "Windows Server 2008",
	    "Windows Vista or Server 2008" },
	{ 6, 1, 0, 99999, "Windows 7", "Windows Server 2008 R2",
	    "Windows 7 or Server 2008 R2" },
	{ 6, 2, 0, 99999, "Windows 8", "Windows Server 2012",
	    "Windows 8 or Server 2012" },
	{ 6, 3, 0, 99999, "Windows 8.1", "Windows Server 2012 R2",
	    "Windows 8.1 or Server 2012 R2" },
	{ 10, 0, 14393, 14393, "Windows 10", "Windows Server 2016",
	    "Windows 10 or Server 2016" },
	{ 10, 0, 17763, 17763, "Windows 10", "Windows Server 2019",
	    "Windows 10 or Server 2019" },
	{ 10, 0, 20348, 20348, "Windows 10", "Windows Server 2022",
	    "Windows Server 2022" },
	{ 10, 0, 26100, 26100, "Windows 11", "Windows Server 2025",
	    "Windows 11 or Server 2025" },
	{ 10, 0, 22000, 99999, "Windows 11", "Windows Server",
	    "Windows 11 or Server" },
	{ 10, 0, 0, 21999, "Windows 10", "Windows Server",
	    "Windows 10 or Server 2016 or later" },
};

const char *
os_name(const struct os *os)
{
	int build = os->build == OS_UNKNOWN ? 0 : os->build;

	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++) {
		const struct release *r = &releases[i];

		if (os->major != r->major || os->minor != r->minor ||
		    build < r->build_lo || build > r->build_hi)
			continue;
		if (os->server == OS_UNKNOWN)
			return r->either;
		return os->server != 0 ? r->server : r->client;
	}
	return NULL;
}
