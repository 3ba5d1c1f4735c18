/*
 * From an event to facts.  Each decoder names its source; each fact knows
 * the bytes of the data section that said so.
 *
 * Facts (name: type, meaning):
 *  packet.*   IO_ERROR_LOG_PACKET (wdm.h), the data of driver events, when
 *             the data is one: its error code must agree with the event id
 *    packet.error_code     CODE EVENT: event id with its high half
 *    packet.final_status   CODE NTSTATUS
 *    packet.unique_value   CODE (driver's own; no symbol)
 *    packet.sequence       NUMBER
 *    packet.major_function CODE (IRP_MJ_*)
 *    packet.retry_count    NUMBER
 *    packet.io_control     CODE
 *    packet.device_offset  NUMBER
 *    packet.strings, packet.string_offset, packet.category   NUMBER
 *    packet.dump_size      NUMBER (bytes)
 *    packet.dump0 .. packet.dump15   CODE: 32-bit words of DumpData
 *  dump data of storage drivers (storage.c)
 *    srb.status CODE SRB status, srb.length srb.timeout NUMBER
 *    scsi.status CODE SCSI status, scsi.path scsi.target scsi.lun NUMBER
 *    cdb.op CODE SCSI command, cdb.lba cdb.blocks NUMBER
 *    sense.key CODE, sense.asc CODE (ASC << 8 | ASCQ)
 *    port.error CODE SP_*, class.ticks NUMBER
 *  dump data of others (network.c)
 *    net.address TEXT      NetBT: who claims the name; DNS, WINS: the server
 *    smb.command CODE      command of an SMB header
 *    srv.call srv.place CODE  Srv 2000: what was called, where it failed
 *    srv.table NUMBER      Srv 2009: the table that is full
 *    dump.code CODE        the error code once more
 *    dump.text TEXT        dump data that is UTF-16 text
 *    dump.status CODE      NTSTATUS in the first word of the dump data
 *    resource.start resource.length CODE   22: an I/O range in conflict
 *  data.*     data of other layouts (payload.c)
 *    data.text TEXT, data.sid TEXT, cert.sha1 TEXT, data.status CODE
 *    shutdown.reason CODE  USER32 1074, 1076
 *    wins.version CODE, wins.records NUMBER   WINS 4261, 4262 and 4137
 *    service.key TEXT, service.state NUMBER   SCM
 *    cper.severity cper.sections cper.length NUMBER   WHEA
 *  bugcheck.* a STOP, from any of its four layouts (Save Dump 1001/1000,
 *             WER-SystemErrorReporting 1001 etc., System Error 1003,
 *             Kernel-Power 41 with a code that is not zero)
 *    bugcheck.code         CODE BUGCHECK (0x1000xxxx form normalised)
 *    bugcheck.p1 .. p4     CODE (symbol when documented as NTSTATUS)
 *    bugcheck.minidump     NUMBER 1 when the 0x1000xxxx form was given
 *    bugcheck.dump         TEXT path of the dump, when named
 *    bugcheck.layout       TEXT "save-dump" "wer" "system-error" "power-41"
 *  power.*    Kernel-Power 41
 *    power.bugcheck        CODE BUGCHECK (also when 0)
 *    power.button          NUMBER 1 when PowerButtonTimestamp is not 0 or
 *                          LongPowerButtonPressDetected
 *    power.button_time     TIME
 *    power.sleep           NUMBER SleepInProgress
 *  shutdown.last_alive TIME  EventLog 6008 (UTC of its data; the strings
 *                          are local time and locale text: not used)
 *  status.value  CODE     data of 1, 2 or 4 bytes: NTSTATUS or Win32, which
 *                          of the two by provider (decode.c has the table)
 *  param.error   CODE     a string that is %%n or, for service control
 *                          manager events, a plain number: the Win32 code
 *                          (first such string of the event)
 *  service.name  TEXT     Service Control Manager: the service
 *  os.*       what the event says of the operating system
 *    os.major os.minor os.build os.sp  NUMBER
 *    os.server             NUMBER 1/0
 *    os.product            TEXT
 *  boot.*     markers of a boot session (triage/host.c uses them)
 *    boot.start            TIME  EventLog 6005/6009, Kernel-General 12
 *    boot.stop             TIME  EventLog 6006, Kernel-General 13
 *    os.kernel os.build_lab TEXT, os.installed TIME   EventLog 6013
 *    host.cpus host.ram (MB) NUMBER, host.locale CODE, host.name TEXT
 *  shutdown.offset TEXT  EventLog 6008: "-04:00"
 *  host.time_zone TEXT, host.uptime NUMBER (seconds; EventLog 6013)
 */
#ifndef EVTRIAGE_CODES_DECODE_H
#define EVTRIAGE_CODES_DECODE_H

#include "base/arena.h"
#include "model/bugcheck.h"
#include "model/event.h"
#include "model/fact.h"

/* Fills facts (cleared first).  Text lives in a or in the event. */
void		decode_event(struct arena *a, const struct event *e,
		    struct facts *facts);
/* The same for an event of whose packet only the dump data was printed:
 * what stands from offset 0x28 on.  Provider and id must be known. */
void		decode_dump(struct arena *a, const struct event *e,
		    struct facts *facts);
/* Would decode_event look at events of this provider and id although no
 * rule asks for them (host and boot facts)?  For the scan's filter. */
bool		decode_wants(struct str provider, struct str source,
		    uint16_t id);

/* Does it look like the packet of a driver: head complete, the id of an
 * event in it, no dump data longer than packets can have?  *code is the
 * whole id. */
bool		decode_is_packet(struct span data, uint32_t *code);

/* Does a STOP line, "0x0000007f (0x00000008, ...)", stand in s? */
bool		decode_is_stop(struct str s);

/* A data section as little-endian 32-bit words; a rest of 1..3 bytes is
 * zero-extended into the last.  Returns the count, at most cap. */
size_t		decode_words(struct span data, uint32_t *words, size_t cap);

/* Meaning of the four parameters of a bug check, NULL when not known.
 * i is 0..3; p1 selects sub-tables (0x7F: trap number). */
const char	*bugcheck_parameter(uint32_t code, int i, uint64_t p1);
/* What a value of a parameter means (0x7F p1 = 8: "double fault"), or
 * NULL. */
const char	*bugcheck_value(uint32_t code, int i, uint64_t value);
/* Usual causes and first steps, or NULL. */
const struct advice *bugcheck_advice(uint32_t code);
/* All that the book has of it. */
struct bugcheck_sheet bugcheck_sheet(uint32_t code);

#endif
