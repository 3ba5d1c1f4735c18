/*
 * Common head of the unit tests: cmocka 1.1.5 needs these four headers
 * before it, in this order.
 */
#ifndef EVTRIAGE_TESTS_UNIT_H
#define EVTRIAGE_TESTS_UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#endif
