/*
 * Roles: which products write to the log.  A provider that is registered
 * only with the product stands for it.
 */
#include "triage/computer.h"

static const struct { const char *role, *provider; } products[] = {
	{ "cluster", "ClusSvc" },
	{ "cluster", "Microsoft-Windows-FailoverClustering" },
	{ "dhcp-server", "DhcpServer" },
	{ "dhcp-server", "Microsoft-Windows-DHCP-Server" },
	{ "dns-server", "DNS" },
	{ "dns-server", "Microsoft-Windows-DNS-Server-Service" },
	{ "domain-controller", "NTDS*" },
	{ "domain-controller", "KDC" },
	{ "domain-controller",
	    "Microsoft-Windows-ActiveDirectory_DomainService" },
	{ "domain-controller",
	    "Microsoft-Windows-Kerberos-Key-Distribution-Center" },
	{ "exchange", "MSExchange*" },
	{ "hyper-v", "Microsoft-Windows-Hyper-V-VMMS" },
	{ "hyper-v", "Microsoft-Windows-Hyper-V-VmSwitch" },
	{ "iis", "W3SVC" },
	{ "iis", "MSFTPSVC" },
	{ "iis", "GopherSvc" },
	{ "iis", "IISADMIN" },
	{ "iis", "Microsoft-Windows-IIS-W3SVC" },
	{ "iis", "Microsoft-Windows-WAS" },
	{ "sql-server", "MSSQLSERVER" },
	{ "sql-server", "MSSQL$*" },
};
enum { PRODUCTS = sizeof products / sizeof *products };
_Static_assert(PRODUCTS <= 32, "struct roles has 32 bits");

struct roles
roles_of(struct str provider)
{
	struct roles r = { 0 };

	for (size_t i = 0; i < PRODUCTS; i++)
		if (str_glob(provider, str_of(products[i].provider)))
			r.seen |= UINT32_C(1) << i;
	return r;
}

/* The table is sorted by role, so the list is too. */
void
roles_list(struct arena *a, const struct roles *r, struct host *h)
{
	h->roles = arena_array(a, const char *, PRODUCTS);
	for (size_t i = 0; i < PRODUCTS; i++) {
		if ((r->seen >> i & 1) == 0)
			continue;
		if (h->nroles > 0 && str_is(str_of(products[i].role),
		    h->roles[h->nroles - 1]))
			continue;
		h->roles[h->nroles++] = products[i].role;
	}
}
