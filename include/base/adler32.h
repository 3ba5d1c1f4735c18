/* Adler-32 (RFC 1950) of what passes between processes of ours, by libdeflate.
 * It finds mistakes, not lies.  Of bytes that lie in the cache a CRC takes
 * longer than their copy does. */
#ifndef EVTRIAGE_BASE_ADLER32_H
#define EVTRIAGE_BASE_ADLER32_H

#include <stddef.h>
#include <stdint.h>

/* sum is 0 at the start (RFC 1950 begins with 1: there the length is not
 * compared too), else the result so far. */
uint32_t	adler32_update(uint32_t sum, const void *p, size_t n);

#endif
