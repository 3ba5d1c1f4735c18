/*
 * One table of the code book for each family, constant data.
 */
#ifndef EVTRIAGE_SRC_CODES_TABLES_H
#define EVTRIAGE_SRC_CODES_TABLES_H

#include "codes/codes.h"

struct code_rows {
	const char		*title;		/* "NTSTATUS" */
	const struct code	*rows;		/* sorted by value */
	const uint16_t		*by_name;	/* numbers of rows */
	size_t			 n;
};

extern const struct code_rows code_tables[CODE_FAMILIES];

#endif
