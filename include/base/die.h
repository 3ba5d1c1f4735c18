/*
 * The one way out for what no caller can mend: out of memory.  Prints one
 * line to standard error and leaves with EXIT_BROKEN, unless a handler is
 * set (tests and fuzzers jump out of it).  Bad input never ends here.
 */
#ifndef EVTRIAGE_BASE_DIE_H
#define EVTRIAGE_BASE_DIE_H

enum { EXIT_BROKEN = 70 };

_Noreturn void	die(const char *what);
/* handler must not return; NULL restores the default. */
void		die_handler(void (*handler)(const char *what));

#endif
