/* CRC-32 as in EVTX headers and zip (IEEE 802.3, reflected), by
 * libdeflate, which uses the carry-less multiply where the CPU has it. */
#ifndef EVTRIAGE_BASE_CRC32_H
#define EVTRIAGE_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* crc is 0 at the start, else the result so far. */
uint32_t	crc32_update(uint32_t crc, const void *p, size_t n);

#endif
