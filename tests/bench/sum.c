/*
 * The bare read: what any reader has to do at least.  Reads a file in
 * 64 KiB steps and adds up its 64-bit words.
 *
 *	sum FILE
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { STEP = 65536 };

int
main(int argc, char **argv)
{
	static uint64_t buf[STEP / 8];
	uint64_t sum = 0;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n;

	if (fd == -1) {
		fprintf(stderr, "sum FILE\n");
		return 2;
	}
	while ((n = read(fd, buf, sizeof buf)) > 0)
		for (size_t i = 0; i < (size_t)n / 8; i++)
			sum += buf[i];
	printf("%016" PRIx64 "\n", sum);
	return n == 0 ? 0 : 1;
}
