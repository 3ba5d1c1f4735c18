/*
 * The end for what cannot be mended.  Exit status 70 is EX_SOFTWARE of
 * sysexits.h: none of the contract's own.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/die.h"


static void (*on_die)(const char *what);

void
die_handler(void (*handler)(const char *what))
{
	on_die = handler;
}

_Noreturn void
die(const char *what)
{
	if (on_die != NULL)
		on_die(what);
	(void)fprintf(stderr, "evtriage: %s\n", what);
	exit(EXIT_BROKEN);
}
