/*
 * A fuzz target reads bytes in one way.  With clang each becomes a libFuzzer
 * program (make fuzz); replay.c runs them all over the seeds in make check.
 */
#ifndef EVTRIAGE_TESTS_FUZZ_H
#define EVTRIAGE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* A log of any format, damaged or not, with all that can be recovered. */
void	fuzz_log(const uint8_t *p, size_t n);
/* What stands behind the header of an EVTX chunk; checksums fit. */
void	fuzz_chunk(const uint8_t *p, size_t n);
/* The BinXML of one record. */
void	fuzz_record(const uint8_t *p, size_t n);
/* Strings and data of an event of some provider (decoding.c has the form),
 * decoded and shown. */
void	fuzz_facts(const uint8_t *p, size_t n);
/* What somebody pastes, decoded and shown. */
void	fuzz_paste(const uint8_t *p, size_t n);
/* What a worker sends to the pool (frames.c has the form). */
void	fuzz_frames(const uint8_t *p, size_t n);
/* A text through every gate, and back by readers of the formats. */
void	fuzz_gates(const uint8_t *p, size_t n);
/* What the process that reads rule files tells: an image behind its head. */
void	fuzz_rules(const uint8_t *p, size_t n);

#endif
