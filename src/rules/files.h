/*
 * The files of a rule set, as bytes: found and read, not looked into.
 */
#ifndef EVTRIAGE_SRC_RULES_FILES_H
#define EVTRIAGE_SRC_RULES_FILES_H

#include "rules/rules.h"

/* Of a file that could not be read, or a folder, only why. */
struct rule_file {
	struct str	 path;
	struct str	 name;		/* below the folder */
	struct span	 bytes;		/* if they were to be kept */
	uint64_t	 digest;
	struct str	 why;		/* empty: it was read */
};

struct rule_files {
	struct rule_file	 schema, classes;
	struct rule_file	*rules;		/* sorted by path */
	size_t			 n, cap;
	struct rule_errors	 errs;		/* folders, files not found */
};

/* Reads all of them.  What goes wrong stands with the file or in errs.
 * Without keep their bytes are forgotten again. */
void		files_read(struct arena *a, const char *dir, const char *base,
		    bool keep, struct rule_files *f);
/* Names the files, byte for byte, and this program; 0 when not all were
 * read, or the program has no identity (base/self.h). */
uint64_t	files_key(const struct rule_files *f);
/* Of the bytes alone, for reports. */
uint64_t	files_digest(const struct rule_files *f);

/* Tells edits apart; no defence against who makes bytes to a digest. */
uint64_t	digest_of(uint64_t seed, struct span s);

#endif
