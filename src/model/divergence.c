/*
 * The list of known divergences.  Each was found by reading real logs with
 * both readers and checked by hand against the bytes.
 */
#include "model/verify.h"

static const struct {
	const char	*name, *text;
} list[DIVERGENCES] = {
	[DIV_UNEXPLAINED] = { "unexplained",
	    "nothing known explains it: one of the readers is wrong" },
	[DIV_LITERAL] = { "literal",
	    "libevtx reads elements outside of templates in another layout" },
	[DIV_ENTITY] = { "entity",
	    "libevtx cannot decode attributes with entity references" },
	[DIV_UNESCAPED] = { "unescaped",
	    "libevtx does not escape markup in 8-bit strings" },
	[DIV_SIZET] = { "sizet",
	    "libevtx prints pointers and sizes in decimal" },
	[DIV_NEGATIVE] = { "negative",
	    "libevtx prints negative numbers without their high bits" },
	[DIV_RENDERING] = { "rendering",
	    "libevtx drops the second template of a value" },
	[DIV_NON_BMP] = { "non-bmp",
	    "libevtx decodes surrogate pairs wrong" },
	[DIV_NULL] = { "null",
	    "libevtx cannot decode empty values that are not optional" },
	[DIV_HEX] = { "hex",
	    "libevtx fills hexadecimal numbers up with zeros" },
	[DIV_REAL] = { "real",
	    "libevtx prints real numbers in another form" },
	[DIV_TIME] = { "time",
	    "libevtx prints times in another form" },
	[DIV_SURROGATE] = { "surrogate",
	    "libevtx loses text beside a lone surrogate" },
	[DIV_BOM] = { "bom",
	    "libevtx takes U+FEFF for a byte order mark" },
	[DIV_NUL] = { "nul",
	    "libevtx ends a text at its first NUL" },
	[DIV_BLANK] = { "blank",
	    "the XML parser drops a text of nothing but white space" },
	[DIV_BREAK] = { "break",
	    "libevtx does not list records beyond or behind a break" },
	[DIV_REFUSED] = { "refused",
	    "libevtx does not open a chunk with a damaged header" },
	[DIV_FAILED] = { "failed",
	    "libevtx crashed or hung here" },
	[DIV_LIMIT] = { "limit",
	    "beyond what evtriage or the XML parser takes in one event" },
	[DIV_CUT] = { "cut",
	    "libevtx passes over the record that is cut off" },
	[DIV_MENDED] = { "mended",
	    "libevtx does not infer what is damaged" },
};

const char *
divergence_name(enum divergence d)
{
	return list[d].name;
}

const char *
divergence_text(enum divergence d)
{
	return list[d].text;
}
