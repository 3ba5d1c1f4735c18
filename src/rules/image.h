/*
 * A rule set as bytes: what the process that reads rule files tells the one
 * that works with them (rules/box.c), and what the build keeps beside the
 * program.
 *
 *	"evtrule1", checksum of all behind it, key, digest (8 bytes each,
 *	the lowest first), mistakes, rules
 *
 * The key names exactly the files that the rules came from, and the program
 * that read them (rules/files.h).
 */
#ifndef EVTRIAGE_SRC_RULES_IMAGE_H
#define EVTRIAGE_SRC_RULES_IMAGE_H

#include "rules/rule.h"

/* Into memory, in this order; what end gives lives until out_free. */
void		image_begin(struct out *o, uint64_t key, uint64_t digest);
void		image_pack(struct out *o, const struct ruleset *rs,
		    const struct rule_errors *errs);
struct span	image_end(struct out *o);

/* The key, or false when it is no image or not whole. */
bool		image_key(struct span image, uint64_t *key);
/*
 * The rules, ready for work, and the mistakes.  NULL when the bytes are not
 * what image_pack writes: nothing in them is believed.  Borrows from image;
 * dir is the folder that the paths of rules begin with, or NULL.
 */
struct ruleset	*image_unpack(struct arena *a, struct span image,
		    const char *dir, const struct rules_env *env,
		    struct rule_errors *errs);

#endif
