/*
 * A fuzz target reads bytes in one way.  With clang each becomes a libFuzzer
 * program (make fuzz); replay.c runs them all over the seeds in make check.
 * The list of targets is made from these declarations.
 */
#ifndef EVTRIAGE_TESTS_FUZZ_H
#define EVTRIAGE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include "base/out.h"

/* A log of any format, damaged or not, with all that can be recovered. */
void	fuzz_log(const uint8_t *p, size_t n);
/* What stands behind the header of an EVTX chunk; checksums fit. */
void	fuzz_chunk(const uint8_t *p, size_t n);
/* An EVTX file of several chunks; checksums and, where it is asked for, the
 * frames of records fit (targets.c has the form). */
void	fuzz_evtx(const uint8_t *p, size_t n);
/* The BinXML of one record. */
void	fuzz_record(const uint8_t *p, size_t n);
/* Strings and data of an event of some provider (decoding.c has the form),
 * decoded and shown. */
void	fuzz_facts(const uint8_t *p, size_t n);
/* What somebody pastes, decoded and shown. */
void	fuzz_paste(const uint8_t *p, size_t n);
/* What a worker sends to the pool (frames.c has the form). */
void	fuzz_frames(const uint8_t *p, size_t n);
/* What a worker says of a log, and what a file of partial results says
 * (told.c has the forms). */
void	fuzz_harvest(const uint8_t *p, size_t n);
void	fuzz_part(const uint8_t *p, size_t n);
/* What is squeezed in it (base/squeeze.h). */
void	fuzz_squeeze(const uint8_t *p, size_t n);
/* What workers of info and verify send (sent.c has the form). */
void	fuzz_sent(const uint8_t *p, size_t n);
/* A file of rules; a pattern and a text; a file for --evidence. */
void	fuzz_rules(const uint8_t *p, size_t n);
void	fuzz_regex(const uint8_t *p, size_t n);
void	fuzz_exhibits(const uint8_t *p, size_t n);
/* A packed file, all that is in it. */
void	fuzz_packed(const uint8_t *p, size_t n);
/* A text through every gate, and back by readers of the formats. */
void	fuzz_gates(const uint8_t *p, size_t n);
/* What the process that reads rule files tells: an image behind its head. */
void	fuzz_image(const uint8_t *p, size_t n);

/* Nothing but text leaves a renderer. */
void	fuzz_text_holds(const struct out *o);

#endif
