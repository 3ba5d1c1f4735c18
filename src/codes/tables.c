/*
 * The rows of the code book and, for each family, the order of its rows by
 * name.  Both are generated (gen_tables, README.md).
 */
#include "codes/tables.h"

#define ROW(value, name, meaning) { value, name, meaning },
static const struct code ntstatus_rows[] = {
#include "codes/ntstatus.def"
};
static const struct code win32_rows[] = {
#include "codes/win32.def"
};
static const struct code bugcheck_rows[] = {
#include "codes/bugcheck.def"
};
static const struct code event_rows[] = {
#include "codes/event.def"
};
static const struct code hresult_rows[] = {
#include "codes/hresult.def"
};
static const struct code scsi_status_rows[] = {
#include "codes/scsi_status.def"
};
static const struct code srb_status_rows[] = {
#include "codes/srb_status.def"
};
static const struct code sense_key_rows[] = {
#include "codes/sense_key.def"
};
static const struct code asc_rows[] = {
#include "codes/asc.def"
};
static const struct code scsi_op_rows[] = {
#include "codes/scsi_op.def"
};
static const struct code ndis_rows[] = {
#include "codes/ndis.def"
};
static const struct code kerberos_rows[] = {
#include "codes/kerberos.def"
};
static const struct code ldap_rows[] = {
#include "codes/ldap.def"
};
static const struct code tls_alert_rows[] = {
#include "codes/tls_alert.def"
};
static const struct code shutdown_reason_rows[] = {
#include "codes/shutdown_reason.def"
};
static const struct code smb_command_rows[] = {
#include "codes/smb_command.def"
};
static const struct code irp_major_rows[] = {
#include "codes/irp_major.def"
};
#undef ROW

static const uint16_t ntstatus_names[] = {
#include "codes/ntstatus_names.def"
};
static const uint16_t win32_names[] = {
#include "codes/win32_names.def"
};
static const uint16_t bugcheck_names[] = {
#include "codes/bugcheck_names.def"
};
static const uint16_t event_names[] = {
#include "codes/event_names.def"
};
static const uint16_t hresult_names[] = {
#include "codes/hresult_names.def"
};
static const uint16_t scsi_status_names[] = {
#include "codes/scsi_status_names.def"
};
static const uint16_t srb_status_names[] = {
#include "codes/srb_status_names.def"
};
static const uint16_t sense_key_names[] = {
#include "codes/sense_key_names.def"
};
static const uint16_t asc_names[] = {
#include "codes/asc_names.def"
};
static const uint16_t scsi_op_names[] = {
#include "codes/scsi_op_names.def"
};
static const uint16_t ndis_names[] = {
#include "codes/ndis_names.def"
};
static const uint16_t kerberos_names[] = {
#include "codes/kerberos_names.def"
};
static const uint16_t ldap_names[] = {
#include "codes/ldap_names.def"
};
static const uint16_t tls_alert_names[] = {
#include "codes/tls_alert_names.def"
};
static const uint16_t shutdown_reason_names[] = {
#include "codes/shutdown_reason_names.def"
};
static const uint16_t smb_command_names[] = {
#include "codes/smb_command_names.def"
};
static const uint16_t irp_major_names[] = {
#include "codes/irp_major_names.def"
};

#define COUNT(array)	(sizeof (array) / sizeof (array)[0])
#define TABLE(id, title) { title, id##_rows, id##_names, COUNT(id##_rows) }
const struct code_rows code_tables[CODE_FAMILIES] = {
	[CODE_NTSTATUS] = TABLE(ntstatus, "NTSTATUS"),
	[CODE_WIN32] = TABLE(win32, "Win32"),
	[CODE_BUGCHECK] = TABLE(bugcheck, "bug check"),
	[CODE_EVENT] = TABLE(event, "event"),
	[CODE_HRESULT] = TABLE(hresult, "HRESULT"),
	[CODE_SCSI_STATUS] = TABLE(scsi_status, "SCSI status"),
	[CODE_SRB_STATUS] = TABLE(srb_status, "SRB status"),
	[CODE_SENSE_KEY] = TABLE(sense_key, "sense key"),
	[CODE_ASC] = TABLE(asc, "additional sense"),
	[CODE_SCSI_OP] = TABLE(scsi_op, "SCSI command"),
	[CODE_NDIS] = TABLE(ndis, "NDIS"),
	[CODE_KERBEROS] = TABLE(kerberos, "Kerberos"),
	[CODE_LDAP] = TABLE(ldap, "LDAP"),
	[CODE_TLS_ALERT] = TABLE(tls_alert, "TLS alert"),
	[CODE_SHUTDOWN_REASON] = TABLE(shutdown_reason, "shutdown reason"),
	[CODE_SMB_COMMAND] = TABLE(smb_command, "SMB command"),
	[CODE_IRP_MAJOR] = TABLE(irp_major, "IRP major function"),
};

#define SAME(id)	_Static_assert(COUNT(id##_names) == COUNT(id##_rows), \
	"every row of " #id " has a place in the order of names")
SAME(ntstatus);
SAME(win32);
SAME(bugcheck);
SAME(event);
SAME(hresult);
SAME(scsi_status);
SAME(srb_status);
SAME(sense_key);
SAME(asc);
SAME(scsi_op);
SAME(ndis);
SAME(kerberos);
SAME(ldap);
SAME(tls_alert);
SAME(shutdown_reason);
SAME(smb_command);
SAME(irp_major);
