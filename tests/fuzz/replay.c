/*
 * Runs fuzz targets over files, without a fuzzer.
 *
 *	replay TARGET FILE...
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "base/source.h"
#include "fuzz/fuzz.h"

static const struct {
	const char	*name;
	void		(*run)(const uint8_t *p, size_t n);
} targets[] = {
	{ "log", fuzz_log }, { "chunk", fuzz_chunk },
	{ "record", fuzz_record }, { "facts", fuzz_facts },
	{ "paste", fuzz_paste }, { "frames", fuzz_frames },
	{ "gates", fuzz_gates }, { "evtx", fuzz_evtx },
	{ "harvest", fuzz_harvest }, { "part", fuzz_part },
	{ "rules", fuzz_rules }, { "regex", fuzz_regex },
	{ "exhibits", fuzz_exhibits }, { "packed", fuzz_packed },
	{ "image", fuzz_image }, { "sent", fuzz_sent },
	{ "squeeze", fuzz_squeeze },
};

static bool
replay(void (*run)(const uint8_t *p, size_t n), const char *path)
{
	struct arena a = { 0 };
	struct source s;
	struct span bytes;
	bool ok;

	source_fd(&s, open(path, O_RDONLY | O_CLOEXEC));
	ok = s.fd != -1 && source_slurp(&s, &a, 1u << 24, &bytes);
	if (ok)
		run(bytes.p, bytes.n);
	else
		perror(path);
	source_close(&s);
	arena_free(&a);
	return ok;
}

int
main(int argc, char **argv)
{
	size_t n = sizeof targets / sizeof *targets, i = 0;

	while (i < n && (argc < 3 || strcmp(targets[i].name, argv[1]) != 0))
		i++;
	if (i == n) {
		fprintf(stderr, "replay TARGET FILE...\n");
		return 2;
	}
	for (int f = 2; f < argc; f++)
		if (!replay(targets[i].run, argv[f]))
			return 1;
	printf("%s: %d files\n", argv[1], argc - 2);
	return 0;
}
