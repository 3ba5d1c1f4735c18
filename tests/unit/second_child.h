/*
 * A child of the second reader that answers as a test wants: the program
 * that includes this has its own libevtx_child, and answer(how), where how
 * is what the first record of the chunk says ("how=good").
 */
#ifndef EVTRIAGE_TESTS_SECOND_CHILD_H
#define EVTRIAGE_TESTS_SECOND_CHILD_H

#include "readings.h"
#include <sys/socket.h>
#include <unistd.h>
#include "log/libevtx.h"

static void	answer(const char *how);

static struct libevtx_request request;
static int to;

static inline void
send_frame(uint32_t type, uint32_t length, struct libevtx_frame f)
{
	f.magic = LIBEVTX_MAGIC;
	f.type = type;
	f.length = length;
	if (send(to, &f, sizeof f, MSG_NOSIGNAL) != (ssize_t)sizeof f)
		_exit(0);
}

/* A record with that XML at a place of the chunk. */
static inline void
send_record_at(uint32_t at, const char *xml)
{
	uint16_t text[4096];
	size_t n = strlen(xml);

	for (size_t i = 0; i < n; i++)
		text[i] = (unsigned char)xml[i] == 0xFF ? 0xD800 :
		    (unsigned char)xml[i];
	send_frame(LIBEVTX_RECORD, (uint32_t)(2 * n),
	    (struct libevtx_frame){ .at = at, .id = 77 });
	if (send(to, text, 2 * n, MSG_NOSIGNAL) != (ssize_t)(2 * n))
		_exit(0);
}

/* ... which is not known. */
static inline void
send_record(const char *xml)
{
	send_record_at(LIBEVTX_NOWHERE, xml);
}

#define XML(x) "<Event><System><Provider Name='Q'/><EventID>8</EventID>" \
	"<Computer>A</Computer></System><EventData><Data>" x "</Data>" \
	"</EventData></Event>"

/* The text of a datum "how=..." in the chunk. */
static inline const char *
chunk_says(void)
{
	static char how[32];
	size_t n = 0;
	const uint8_t *p = memmem(request.chunk, EVTX_UNIT,
	    "h\0o\0w\0=\0", 8);

	for (p = p == NULL ? NULL : p + 8; p != NULL && n < sizeof how - 1 &&
	    *p >= 'a' && *p <= 'z'; p += 2)
		how[n++] = (char)*p;
	how[n] = '\0';
	return how;
}

/* Behind a first failure the chunk is asked for again, from the record
 * behind: these are then at an end. */
_Noreturn void
libevtx_child(int fd)
{
	to = fd;
	while (recv(fd, &request, sizeof request, MSG_WAITALL) ==
	    (ssize_t)sizeof request) {
		if (request.first > 0)
			send_frame(LIBEVTX_END, 0, (struct libevtx_frame){
			    .id = 1 });
		else
			answer(chunk_says());
	}
	_exit(0);
}

/* A log of one chunk for each word of how. */
/* ... as bytes. */
static inline struct span
chunks(const char *how)
{
	struct span one[16];
	size_t n = 0, header = 4096;
	uint8_t *all = arena_alloc(&mem, header + 16 * 65536);
	const char *end;

	do {
		end = strchr(how, ' ');
		one[n] = log_bytes(description(bytes_of(arena_fmt(&mem,
		    "computer A\nprovider P\nid 7\nevent\nstring how=%.*s\n",
		    end == NULL ? (int)strlen(how) : (int)(end - how),
		    how).p), "test"), LOG_EVTX);
		memcpy(all + header + n * 65536, one[n].p + header, 65536);
		n++;
		how = end == NULL ? NULL : end + 1;
	} while (how != NULL);
	memcpy(all, one[0].p, header);
	return (struct span){ all, header + n * 65536 };
}

#endif
