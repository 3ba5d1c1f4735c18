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
void		json_key(struct json *j, const char *key);
void		json_str(struct json *j, struct str s);
void		json_lit(struct json *j, const char *program_text);
void		json_u64(struct json *j, uint64_t v);
void		json_i64(struct json *j, int64_t v);
void		json_bool(struct json *j, bool v);
void		json_null(struct json *j);
/* "0xC000009A": at least eight digits. */
void		json_hex(struct json *j, uint64_t v);
/* A key from outside (data names of events). */
void		json_key_str(struct json *j, struct str key);
/* FILETIME as RFC 3339, null when 0. */
void		json_time(struct json *j, uint64_t t);
/* The newline behind a finished document or line. */
void		json_finish(struct json *j);

#endif
