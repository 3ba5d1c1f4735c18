/*
 * The families of the code book against numbers looked up by hand in the
 * specification that each block names, the bits of unknown codes, search,
 * and that every bug check is reachable.
 *
 * Rows marked + were compared with a second, independent list on
 * 2026-11-24: definitions of other operating systems, libraries and tools
 * that number the same things (SMB commands and TLS alerts with several).
 * None differed.
 */
#include "unit.h"
#include "codes/codes.h"
#include "codes/decode.h"

static struct arena mem;

static int
teardown(void **state)
{
	(void)state;
	arena_free(&mem);
	return 0;
}

static const struct known {
	enum code_family	 family;
	uint32_t		 value;
	const char		*name;
} known[] = {
	/* [MS-ERREF] 2.3.1 */
	{ CODE_NTSTATUS, 0x00000000, "STATUS_SUCCESS" },
	{ CODE_NTSTATUS, 0x00000103, "STATUS_PENDING" },
	{ CODE_NTSTATUS, 0x80000005, "STATUS_BUFFER_OVERFLOW" },
	{ CODE_NTSTATUS, 0xC0000001, "STATUS_UNSUCCESSFUL" },
	{ CODE_NTSTATUS, 0xC0000005, "STATUS_ACCESS_VIOLATION" },
	/*+*/ { CODE_NTSTATUS, 0xC0000022, "STATUS_ACCESS_DENIED" },
	/*+*/ { CODE_NTSTATUS, 0xC000006D, "STATUS_LOGON_FAILURE" },
	/*+*/ { CODE_NTSTATUS, 0xC000009A, "STATUS_INSUFFICIENT_RESOURCES" },
	/*+*/ { CODE_NTSTATUS, 0xC000009C, "STATUS_DEVICE_DATA_ERROR" },
	/*+*/ { CODE_NTSTATUS, 0xC0000185, "STATUS_IO_DEVICE_ERROR" },
	/* [MS-ERREF] 2.2 */
	{ CODE_WIN32, 0, "ERROR_SUCCESS" },
	{ CODE_WIN32, 5, "ERROR_ACCESS_DENIED" },
	{ CODE_WIN32, 8, "ERROR_NOT_ENOUGH_MEMORY" },
	/*+*/ { CODE_WIN32, 1053, "ERROR_SERVICE_REQUEST_TIMEOUT" },
	{ CODE_WIN32, 1069, "ERROR_SERVICE_LOGON_FAILED" },
	{ CODE_WIN32, 1722, "RPC_S_SERVER_UNAVAILABLE" },
	/*+*/ { CODE_WIN32, 10048, "WSAEADDRINUSE" },
	/*+*/ { CODE_WIN32, 10054, "WSAECONNRESET" },
	{ CODE_WIN32, 2114, "NERR_ServerNotStarted" },
	{ CODE_WIN32, 10049, "WSAEADDRNOTAVAIL" },
	/*+*/ { CODE_WIN32, 10060, "WSAETIMEDOUT" },
	/*+*/ { CODE_WIN32, 10061, "WSAECONNREFUSED" },
	/* bug check code reference */
	/*+*/ { CODE_BUGCHECK, 0x0A, "IRQL_NOT_LESS_OR_EQUAL" },
	/*+*/ { CODE_BUGCHECK, 0x1000007E,
	    "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED" },
	/*+*/ { CODE_BUGCHECK, 0x50, "PAGE_FAULT_IN_NONPAGED_AREA" },
	/*+*/ { CODE_BUGCHECK, 0x7F, "UNEXPECTED_KERNEL_MODE_TRAP" },
	/*+*/ { CODE_BUGCHECK, 0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL" },
	/*+*/ { CODE_BUGCHECK, 0x124, "WHEA_UNCORRECTABLE_ERROR" },
	{ CODE_BUGCHECK, 0x3F, "NO_MORE_SYSTEM_PTES" },
	/* netevent.h, ntiologc.h */
	{ CODE_EVENT, 0x800007E5, "EVENT_SRV_NO_WORK_ITEM" },
	{ CODE_EVENT, 0xC00007E4, "EVENT_SRV_NO_PAGED_POOL" },
	{ CODE_EVENT, 0x80001778, "EVENT_EventlogAbnormalShutdown" },
	{ CODE_EVENT, 0xC00007E3, "EVENT_SRV_NO_NONPAGED_POOL" },
	{ CODE_EVENT, 0xC0040007, "IO_ERR_BAD_BLOCK" },
	{ CODE_EVENT, 0xC004000B, "IO_ERR_CONTROLLER_ERROR" },
	/* [MS-ERREF] 2.1.1 */
	{ CODE_HRESULT, 0x00000000, "S_OK" },
	{ CODE_HRESULT, 0x00000001, "S_FALSE" },
	{ CODE_HRESULT, 0x80004005, "E_FAIL" },
	{ CODE_HRESULT, 0x8000FFFF, "E_UNEXPECTED" },
	{ CODE_HRESULT, 0x80070005, "E_ACCESSDENIED" },
	{ CODE_HRESULT, 0x80070057, "E_INVALIDARG" },
	{ CODE_HRESULT, 0x80040154, "REGDB_E_CLASSNOTREG" },
	{ CODE_HRESULT, 0x80080005, "CO_E_SERVER_EXEC_FAILURE" },
	/*+*/ { CODE_HRESULT, 0x8009030C, "SEC_E_LOGON_DENIED" },
	{ CODE_HRESULT, 0x80090322, "SEC_E_WRONG_PRINCIPAL" },
	{ CODE_HRESULT, 0x800B0101, "CERT_E_EXPIRED" },
	/*+*/ { CODE_HRESULT, 0x800B0109, "CERT_E_UNTRUSTEDROOT" },
	/* SAM: status codes */
	/*+*/ { CODE_SCSI_STATUS, 0x00, "SCSISTAT_GOOD" },
	/*+*/ { CODE_SCSI_STATUS, 0x02, "SCSISTAT_CHECK_CONDITION" },
	/*+*/ { CODE_SCSI_STATUS, 0x08, "SCSISTAT_BUSY" },
	{ CODE_SCSI_STATUS, 0x18, "SCSISTAT_RESERVATION_CONFLICT" },
	{ CODE_SCSI_STATUS, 0x28, "SCSISTAT_QUEUE_FULL" },
	/* srb.h */
	/*+*/ { CODE_SRB_STATUS, 0x01, "SRB_STATUS_SUCCESS" },
	/*+*/ { CODE_SRB_STATUS, 0x04, "SRB_STATUS_ERROR" },
	{ CODE_SRB_STATUS, 0x84, "SRB_STATUS_ERROR" },
	/*+*/ { CODE_SRB_STATUS, 0x09, "SRB_STATUS_TIMEOUT" },
	/*+*/ { CODE_SRB_STATUS, 0x0E, "SRB_STATUS_BUS_RESET" },
	/*+*/ { CODE_SRB_STATUS, 0x12, "SRB_STATUS_DATA_OVERRUN" },
	/* SPC-4, 4.5.6: sense keys */
	{ CODE_SENSE_KEY, 0x2, "SCSI_SENSE_NOT_READY" },
	{ CODE_SENSE_KEY, 0x3, "SCSI_SENSE_MEDIUM_ERROR" },
	{ CODE_SENSE_KEY, 0x4, "SCSI_SENSE_HARDWARE_ERROR" },
	{ CODE_SENSE_KEY, 0x6, "SCSI_SENSE_UNIT_ATTENTION" },
	{ CODE_SENSE_KEY, 0xB, "SCSI_SENSE_ABORTED_COMMAND" },
	/* T10 asc-num.txt */
	{ CODE_ASC, 0x0401, "ASC_NOT_READY_BECOMING_READY" },
	{ CODE_ASC, 0x0803, "ASC_COMMUNICATION_CRC_ERROR" },
	/*+*/ { CODE_ASC, 0x1100, "ASC_UNRECOVERED_READ_ERROR" },
	/*+*/ { CODE_ASC, 0x1501, "ASC_MECHANICAL_POSITIONING_ERROR" },
	{ CODE_ASC, 0x2400, "ASC_INVALID_FIELD_IN_CDB" },
	/* SPC-4, annex: operation codes */
	/*+*/ { CODE_SCSI_OP, 0x00, "SCSIOP_TEST_UNIT_READY" },
	/*+*/ { CODE_SCSI_OP, 0x12, "SCSIOP_INQUIRY" },
	/*+*/ { CODE_SCSI_OP, 0x28, "SCSIOP_READ" },
	{ CODE_SCSI_OP, 0x2A, "SCSIOP_WRITE" },
	{ CODE_SCSI_OP, 0x88, "SCSIOP_READ16" },
	/* ndis.h */
	{ CODE_NDIS, 0xC0000001, "NDIS_STATUS_FAILURE" },
	{ CODE_NDIS, 0xC000009A, "NDIS_STATUS_RESOURCES" },
	{ CODE_NDIS, 0x4001000C, "NDIS_STATUS_MEDIA_DISCONNECT" },
	{ CODE_NDIS, 0xC001001F, "NDIS_STATUS_NO_CABLE" },
	/* RFC 4120, 7.5.9 */
	/*+*/ { CODE_KERBEROS, 6, "KDC_ERR_C_PRINCIPAL_UNKNOWN" },
	/*+*/ { CODE_KERBEROS, 7, "KDC_ERR_S_PRINCIPAL_UNKNOWN" },
	/*+*/ { CODE_KERBEROS, 18, "KDC_ERR_CLIENT_REVOKED" },
	/*+*/ { CODE_KERBEROS, 24, "KDC_ERR_PREAUTH_FAILED" },
	{ CODE_KERBEROS, 37, "KRB_AP_ERR_SKEW" },
	{ CODE_KERBEROS, 41, "KRB_AP_ERR_MODIFIED" },
	/* RFC 4511, appendix A */
	{ CODE_LDAP, 0, "LDAP_SUCCESS" },
	/*+*/ { CODE_LDAP, 32, "LDAP_NO_SUCH_OBJECT" },
	/*+*/ { CODE_LDAP, 49, "LDAP_INVALID_CREDENTIALS" },
	/*+*/ { CODE_LDAP, 53, "LDAP_UNWILLING_TO_PERFORM" },
	/* RFC 5246, 7.2; RFC 8446, 6 */
	/*+*/ { CODE_TLS_ALERT, 40, "TLS1_ALERT_HANDSHAKE_FAILURE" },
	/*+*/ { CODE_TLS_ALERT, 48, "TLS1_ALERT_UNKNOWN_CA" },
	/*+*/ { CODE_TLS_ALERT, 70, "TLS1_ALERT_PROTOCOL_VERSION" },
	/*+*/ { CODE_TLS_ALERT, 116, "TLS1_ALERT_CERTIFICATE_REQUIRED" },
	/* reason.h */
	{ CODE_SHUTDOWN_REASON, 0x00020000,
	    "SHTDN_REASON_MAJOR_OPERATINGSYSTEM" },
	{ CODE_SHUTDOWN_REASON, 0x80060000, "SHTDN_REASON_MAJOR_POWER" },
	{ CODE_SHUTDOWN_REASON, 0x0000000F,
	    "SHTDN_REASON_MINOR_BLUESCREEN" },
	{ CODE_SHUTDOWN_REASON, 0x000000FF, "SHTDN_REASON_MINOR_NONE" },
	/* [MS-CIFS] 2.2.2.1 */
	/*+*/ { CODE_SMB_COMMAND, 0x25, "SMB_COM_TRANSACTION" },
	/*+*/ { CODE_SMB_COMMAND, 0x2E, "SMB_COM_READ_ANDX" },
	/*+*/ { CODE_SMB_COMMAND, 0x72, "SMB_COM_NEGOTIATE" },
	/*+*/ { CODE_SMB_COMMAND, 0x73, "SMB_COM_SESSION_SETUP_ANDX" },
	/*+*/ { CODE_SMB_COMMAND, 0xA2, "SMB_COM_NT_CREATE_ANDX" },
	/* wdm.h */
	/*+*/ { CODE_IRP_MAJOR, 0x00, "IRP_MJ_CREATE" },
	/*+*/ { CODE_IRP_MAJOR, 0x03, "IRP_MJ_READ" },
	/*+*/ { CODE_IRP_MAJOR, 0x04, "IRP_MJ_WRITE" },
	/*+*/ { CODE_IRP_MAJOR, 0x0E, "IRP_MJ_DEVICE_CONTROL" },
	/*+*/ { CODE_IRP_MAJOR, 0x1B, "IRP_MJ_PNP" },
};

static void
codes_checked_by_hand(void **state)
{
	(void)state;
	assert_true(sizeof known / sizeof known[0] >= 100);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const struct code *c = code_find(known[i].family,
		    known[i].value);

		assert_non_null(c);
		assert_string_equal(c->name, known[i].name);
	}
}

/* 0xC000009A is a name of two families, each of which has its own. */
static void
a_shared_number_has_the_name_of_its_family(void **state)
{
	(void)state;
	/* An HRESULT around it is no Win32 code. */
	assert_null(code_find(CODE_WIN32, 0x80070005));
	assert_string_equal(code_find(CODE_NTSTATUS, 0xC000009A)->name,
	    "STATUS_INSUFFICIENT_RESOURCES");
	assert_non_null(code_by_name(CODE_NDIS,
	    str_of("ndis_status_resources")));
	assert_null(code_by_name(CODE_NTSTATUS,
	    str_of("NDIS_STATUS_RESOURCES")));
}

static const char *
bits(enum code_family f, uint32_t value)
{
	return code_bits(&mem, f, value).p;
}

static void
bits_of_each_kind(void **state)
{
	(void)state;
	assert_string_equal(bits(CODE_HRESULT, 0x87FF1234),
	    "error, facility 0x7FF, code 0x1234");
	assert_string_equal(bits(CODE_HRESULT, 0x00040001),
	    "success, facility 0x4, code 0x1");
	assert_string_equal(bits(CODE_SRB_STATUS, 0xC4),
	    "SRB_STATUS_ERROR, sense data valid, queue frozen");
	assert_string_equal(bits(CODE_SRB_STATUS, 0x3F),
	    "not in the code book");
	assert_string_equal(bits(CODE_ASC, 0x047F), "ASC 0x04, ASCQ 0x7F");
	assert_string_equal(bits(CODE_SHUTDOWN_REASON, 0x80020010),
	    "major OPERATINGSYSTEM, minor SERVICEPACK, planned");
	assert_string_equal(bits(CODE_SHUTDOWN_REASON, 0x00050000),
	    "major SYSTEM, minor other, unplanned");
	assert_string_equal(bits(CODE_SHUTDOWN_REASON, 0x00990001),
	    "major 0x99, minor 0x1, unplanned");
	assert_string_equal(bits(CODE_SHUTDOWN_REASON, 0x40020003),
	    "major 0x2, minor 0x3 as this computer defines them, "
	    "unplanned");
	assert_string_equal(bits(CODE_KERBEROS, 999),
	    "not in the code book");
}

static size_t
count(const char *text)
{
	struct code_search s = code_search(str_of(text));
	enum code_family f;
	size_t n = 0;

	while (code_next(&s, &f) != NULL)
		n++;
	return n;
}

static void
search_by_glob_and_by_meaning(void **state)
{
	struct code_search s = code_search(str_of("status_insuff*resources"));
	enum code_family f = CODE_FAMILIES;
	size_t all = 0;

	(void)state;
	assert_string_equal(code_next(&s, &f)->name,
	    "STATUS_INSUFFICIENT_RESOURCES");
	assert_int_equal(f, CODE_NTSTATUS);
	assert_int_equal(count("KRB_AP_ERR_SKEW"), 1);
	assert_int_equal(count("NO_SUCH_SYMBOL"), 0);
	assert_int_equal(count(":"), 0);
	assert_int_equal(count(""), 0);
	assert_true(count(":pool") > 10);
	assert_int_equal(count(":POOL"), count(":pool"));
	for (unsigned k = 0; k < CODE_FAMILIES; k++) {
		const struct code *rows;

		all += code_table((enum code_family)k, &rows);
	}
	assert_int_equal(count("*"), all);
}

/* Every bug check by its number, and something is said of most. */
static void
every_bug_check_is_reachable(void **state)
{
	const struct code *rows;
	size_t n = code_table(CODE_BUGCHECK, &rows), said = 0;

	(void)state;
	assert_true(n >= 433);
	for (size_t i = 0; i < n; i++) {
		const struct code *c = code_find(CODE_BUGCHECK,
		    rows[i].value);

		assert_non_null(c);
		assert_non_null(code_by_name(CODE_BUGCHECK,
		    str_of(rows[i].name)));
		said += c->meaning != NULL;
	}
	assert_true(said >= 390);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_checked_by_hand),
		cmocka_unit_test(a_shared_number_has_the_name_of_its_family),
		cmocka_unit_test(bits_of_each_kind),
		cmocka_unit_test(search_by_glob_and_by_meaning),
		cmocka_unit_test(every_bug_check_is_reachable),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
