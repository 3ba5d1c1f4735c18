/* One target as a libFuzzer program; TARGET is its function. */
#include "fuzz/fuzz.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	TARGET(p, n);
	return 0;
}
