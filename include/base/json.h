/*
 * JSON writer: begin, append, end, with a stack of open brackets; commas,
 * indentation and escaping are its own business.  Output is strict UTF-8
 * whatever goes in: control and invisible characters as \uXXXX, lone
 * surrogates and invalid bytes as the visible text \\udXXX / \\xNN.
 * 64-bit record ids and offsets are written as numbers (readers must use
 * 64-bit integers); codes are strings.  The indentation is two spaces, or
 * none at all (one line) when compact.
 */
#ifndef EVTRIAGE_BASE_JSON_H
#define EVTRIAGE_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include "base/out.h"
#include "base/span.h"
#include "base/str.h"

#define JSON_DEPTH 32

struct json {
	struct out	*o;
	bool		 compact;
	int		 depth;
	char		 open[JSON_DEPTH];	/* '{' or '[' */
	bool		 some[JSON_DEPTH];	/* something stands in it */
	bool		 after_key;
};

struct json	json_begin(struct out *o, bool compact);
void		json_object(struct json *j);	/* { as value */
void		json_array(struct json *j);	/* [ as value */
void		json_end(struct json *j);	/* closes the innermost */
/* New line and indentation of a document that is not compact. */
void		json_indent(struct json *j);

/* Before a value or a key: comma and new line, as needed. */
static inline void
json_separate(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	if (j->some[j->depth - 1])
		out_lit(j->o, j->compact ? ", " : ",");
	j->some[j->depth - 1] = true;
	if (!j->compact)
		json_indent(j);
}

/* Keys of the program need no escaping.  Inlined: a line of an event has
 * forty of them, and the length of a literal is known. */
static inline void
json_key(struct json *j, const char *key)
{
	size_t n = strlen(key);
	char *p;

	json_separate(j);
	p = out_room(j->o, n + 4);
	if (p != NULL) {
		*p = '"';
		memcpy(p + 1, key, n);
		memcpy(p + 1 + n, "\": ", 3);
		out_wrote(j->o, p + n + 4);
	} else {
		out_char(j->o, '"');
		out_bytes(j->o, key, n);
		out_lit(j->o, "\": ");
	}
	j->after_key = true;
}

void		json_str(struct json *j, struct str s);
/* A text between quotes, nothing else. */
void		json_quote(struct out *o, struct str s);
void		json_lit(struct json *j, const char *program_text);
void		json_u64(struct json *j, uint64_t v);
void		json_i64(struct json *j, int64_t v);
void		json_bool(struct json *j, bool v);
void		json_null(struct json *j);
/* "0xC000009A": at least eight digits. */
void		json_hex(struct json *j, uint64_t v);
/* "00ff": bytes as hexadecimal digits. */
void		json_bytes(struct json *j, struct span s);
/* "c000009a": eight digits. */
void		json_word(struct json *j, uint32_t word);
/* FILETIME as RFC 3339, null when 0. */
void		json_time(struct json *j, uint64_t t);
/*
 * Values alone, at a place of a stream in memory (out_place), for lines
 * whose keys and commas are written as they stand.  Return the new place.
 */
char		*json_put_str(struct out *o, char *p, struct str s);
char		*json_put_u64(struct out *o, char *p, uint64_t v);
char		*json_put_i64(struct out *o, char *p, int64_t v);
char		*json_put_hex(struct out *o, char *p, uint64_t v);
char		*json_put_time(struct out *o, char *p, uint64_t t);
char		*json_put_bytes(struct out *o, char *p, struct span s);
char		*json_put_word(struct out *o, char *p, uint32_t word);
/* The newline behind a finished document or line. */
void		json_finish(struct json *j);

#endif
