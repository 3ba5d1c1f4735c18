/* The one door to libdeflate.  Its CRC-32 runs at several GB/s; a portable
 * table does 2.5. */
#include <libdeflate.h>
#include "base/adler32.h"
#include "base/crc32.h"

uint32_t
crc32_update(uint32_t crc, const void *p, size_t n)
{
	return libdeflate_crc32(crc, p, n);
}

uint32_t
adler32_update(uint32_t sum, const void *p, size_t n)
{
	return libdeflate_adler32(sum, p, n);
}
