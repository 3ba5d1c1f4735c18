/*
 * Finding the inputs, and what is in them.  Two steps, so that a process
 * that may open files need not look into them, and one that looks into
 * them need not open any:
 *
 *	w = walk_new(arena, paths, n);
 *	while (walk_next(w, &f))	names, folders, descriptors
 *		...
 *	walk_free(w);
 *
 *	logs = input_visit(arena, &source, path, named, &ops);	content
 */
#ifndef EVTRIAGE_TRIAGE_WALK_H
#define EVTRIAGE_TRIAGE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "base/arena.h"
#include "base/source.h"
#include "base/str.h"
#include "model/input.h"

struct walk;

enum found_kind {
	FOUND_FILE,		/* open: fd */
	FOUND_PROBLEM,		/* cannot be opened or listed: why */
	FOUND_FOLDER_END	/* all of a folder that the user named has
				 * come (nothing of one that cannot be
				 * listed comes, but a problem) */
};

struct found {
	enum found_kind	 kind;
	struct str	 path;	/* NUL-terminated; bytes as the system gives
				 * them; good until the next call */
	/* FILE: */
	int		 fd;	/* read-only, above standard error, blocking
				 * (pipes); nothing of it is read yet.  The
				 * taker closes it.  -1: see walk_look_only */
	bool		 sized;	/* a regular file, with so many bytes */
	uint64_t	 bytes;
	bool		 named;	/* by the user: to be read whatever it is;
				 * else only if its content is a log */
	bool		 inside;	/* of a folder that is named */
	/* PROBLEM: good until the next call. */
	const char	*why;
	/* FOLDER_END: how many files and folders were passed over because
	 * they had been met before, here or elsewhere (loops of links
	 * aside), and how many of them the user named: those have been told
	 * of for themselves. */
	size_t		 again, told;
};

/*
 * Paths in the order given: files whatever they are, folders recursively
 * in sorted order (bytes of the names), "-" for standard input.  In folders
 * only regular files come, links followed; FIFOs, devices and sockets are
 * passed over.  Each file and folder comes once, whatever names and links
 * lead to it.  A file of a folder that is also named comes where it is met
 * first, and as named.
 *
 * A regular file that standard output goes to is passed over in folders,
 * and a problem when it is named; so is what walk_pass_over tells.
 *
 * Memory: the names of the folders between the named one and the place
 * where the walk is, and 11 to 22 bytes for every file and folder met.
 * Open descriptors, those handed out aside: at most WALK_OPEN and two at
 * any depth.  The arena holds little; paths must stay good.
 */
enum { WALK_OPEN = 8 };
struct walk	*walk_new(struct arena *a, char *const *paths, size_t n);
/* Before the first walk_next: fd is a file of our own, not an input. */
void		 walk_pass_over(struct walk *w, int fd);
/* From now on files are not opened: for who wants to know of them only. */
void		 walk_look_only(struct walk *w);
/* The next, or false at the end.  Never blocks on what it opens. */
bool		 walk_next(struct walk *w, struct found *f);
/* The same file once more, from its start, for who reads it beside fd; -1:
 * it cannot be had. */
int		 walk_again(int fd);
/* At any time; gives back what does not lie in the arena. */
void		 walk_free(struct walk *w);

/* What the content of inputs is handed to; path and why are good during
 * the call. */
struct visit_ops {
	/* A log, or what the user named. */
	void	(*one)(void *ctx, struct source *s, struct str path);
	/* What cannot be opened or unpacked; a folder or a packed file
	 * without logs. */
	void	(*problem)(void *ctx, struct str path, const char *why);
	void	*ctx;
};

/*
 * Look into an opened file: a log goes to one(), the logs of a packed file
 * one after another (path/name within), anything else only if it is named.
 * Returns how often one() was called.  Does not close s.  The arena holds
 * what unpacking needs; it may be reset after the call.
 */
size_t		 input_visit(struct arena *a, struct source *s,
		    struct str path, bool named, const struct visit_ops *ops);

/* What is to be said of a folder at its FOUND_FOLDER_END, of whose files
 * (inside) so many were logs; NULL: nothing. */
const char	*folder_verdict(const struct found *end, size_t logs);

/*
 * Did a file stay as it was while it was read?  Take its state before and
 * after; file_change says what happened in between, or NULL.  Only regular
 * files have a state; a file that was replaced under its name is still the
 * old one for whoever has it open.
 */
struct file_state {
	bool		 regular;
	uint64_t	 size;
	struct timespec	 written;	/* mtime */
};
struct file_state file_state(int fd);
const char	*file_change(const struct file_state *before,
		    const struct file_state *after);
/* The same since before, as a note. */
void		 file_change_add(struct problems *p,
		    const struct file_state *before, int fd);

#endif
