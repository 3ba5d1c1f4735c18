/* The build id stands in a note of the program's own image in memory. */
#include <link.h>
#include <string.h>
#include "base/self.h"

static size_t
padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Of the notes the one of that name and type. */
static struct span
note_find(struct span notes)
{
	struct rd r = rd_init(notes);

	while (rd_left(&r) > 0) {
		uint32_t name = rd_u32(&r), size = rd_u32(&r);
		uint32_t type = rd_u32(&r);
		struct span who = rd_span(&r, padded(name));
		struct span what = rd_span(&r, padded(size));

		if (rd_ok(&r) && type == NT_GNU_BUILD_ID && name == 4 &&
		    memcmp(who.p, "GNU", 4) == 0)
			return span_sub(what, 0, size);
	}
	return (struct span){ NULL, 0 };
}

/* The program comes first, its libraries after it. */
static int
program_look(struct dl_phdr_info *info, size_t size, void *out)
{
	struct span *id = out;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum && id->n == 0; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];

		/* An address: there is no other way from it to the bytes. */
		if (h->p_type == PT_NOTE)
			*id = note_find((struct span){ (const uint8_t *)
			    (info->dlpi_addr + h->p_vaddr), h->p_memsz });
	}
	return 1;
}

struct span
self_id(void)
{
	struct span id = { NULL, 0 };

	(void)dl_iterate_phdr(program_look, &id);
	return id;
}
