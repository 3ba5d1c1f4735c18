/*
 * How far reading is, for a person who waits.
 *
 * The line ends with a return to its begin: what anybody else writes, the
 * "^C" of the terminal too, begins at the left edge.  It is taken away with
 * spaces, which every terminal knows.  A process in the background writes
 * nothing: the terminal is somebody else's then.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/gate.h"
#include "cli/progress.h"

enum {
	COLUMNS = 80,		/* of a terminal that does not say */
	NAME_LEAST = 16,	/* columns; with fewer it is left out */
	RATE_MS = 3000,		/* what was before counts little */
	RATE_LEAST = 50,	/* below, 0.0 kB/s would be shown */
};

static struct {
	bool			 line;		/* one is on the terminal */
	uint64_t		 since;		/* ms; 0: nothing yet */
	struct progress_rate	 rate;
} shown;

bool
progress_wanted(const struct options *o)
{
	const char *term = getenv("TERM");

	return !o->quiet && !o->no_progress && isatty(STDERR_FILENO) == 1 &&
	    (term == NULL || strcmp(term, "dumb") != 0) &&
	    (!o->streams || o->output != NULL || isatty(STDOUT_FILENO) != 1);
}

double
progress_rate(struct progress_rate *r, uint64_t ms, uint64_t bytes)
{
	uint64_t span = ms - r->ms;
	/* What is tried again goes back. */
	uint64_t more = bytes > r->bytes ? bytes - r->bytes : 0;

	if (span == 0)
		return r->rate;
	r->rate += ((double)more * 1000 / (double)span - r->rate) *
	    (double)span / (double)(span + r->age);
	r->age = r->age + span < RATE_MS ? r->age + span : RATE_MS;
	r->ms = ms;
	r->bytes = bytes;
	return r->rate;
}

/* Bytes in the unit of `like`, so that two can be compared. */
static struct str
size_text(struct arena *a, double bytes, double like, bool unit)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB" };
	size_t i = 0;

	for (like /= 1000, bytes /= 1000; like >= 999.95 && i < 4; i++) {
		like /= 1000;
		bytes /= 1000;
	}
	return unit ? arena_fmt(a, "%.1f %s", bytes, units[i]) :
	    arena_fmt(a, "%.1f", bytes);
}

static struct str
time_text(struct arena *a, double seconds)
{
	unsigned s = seconds < 1e6 ? (unsigned)seconds + 1 : 1000000;

	if (s < 60)
		return arena_fmt(a, "%u s left", s);
	if (s < 3600)
		return arena_fmt(a, "%u min left", (s + 59) / 60);
	return arena_fmt(a, "%u h %u min left", s / 3600, s / 60 % 60);
}

/* What fits is added, behind a comma; false: no more of it. */
static bool
piece(struct arena *a, struct str *line, struct str s, size_t columns)
{
	if (line->n + (line->n > 0 ? 2 : 0) + s.n > columns)
		return false;
	if (line->n > 0)
		*line = arena_join(a, *line, str_of(", "));
	*line = arena_join(a, *line, s);
	return true;
}

static struct str
files_text(struct arena *a, const struct pool_far *f)
{
	if (f->known && f->all_files >= f->files)
		return arena_fmt(a, "%" PRIu64 " of %" PRIu64 " file%s",
		    f->files, f->all_files, f->all_files == 1 ? "" : "s");
	return arena_fmt(a, "%" PRIu64 " file%s", f->files,
	    f->files == 1 ? "" : "s");
}

/* All that will have been read, or 0. */
static uint64_t
bytes_all(const struct pool_far *f)
{
	if (!f->known || f->all_bytes < f->passed ||
	    f->all_bytes - f->passed < f->bytes)
		return 0;
	return f->all_bytes - f->passed;
}

static struct str
bytes_text(struct arena *a, const struct pool_far *f)
{
	uint64_t all = bytes_all(f);
	struct str of;

	if (all == 0)
		return size_text(a, (double)f->bytes, (double)f->bytes, true);
	of = size_text(a, (double)all, (double)all, true);
	return arena_join(a, arena_join(a, size_text(a, (double)f->bytes,
	    (double)all, false), str_of(" of ")), of);
}

/* The last characters of a name, after the gate, that fit.  Characters but
 * those of ASCII may be two columns wide. */
static struct str
name_end(struct arena *a, struct str name, size_t columns)
{
	struct str s = gate_text_str(a, name);
	size_t from = s.n, used = 3, whole = 0;

	for (size_t i = 0; i < s.n; i++)
		if (((uint8_t)s.p[i] & 0xc0) != 0x80)
			whole += (uint8_t)s.p[i] < 0x80 ? 1 : 2;
	if (whole <= columns)
		return s;
	for (size_t i = s.n; i-- > 0;) {
		if (((uint8_t)s.p[i] & 0xc0) == 0x80)
			continue;
		used += (uint8_t)s.p[i] < 0x80 ? 1 : 2;
		if (used > columns)
			break;
		from = i;
	}
	return arena_join(a, str_of("..."), str_sub(s, from, s.n));
}

struct str
progress_line(struct arena *a, const struct pool_far *f, double rate,
    size_t columns)
{
	struct str line = str_of("");
	uint64_t all = bytes_all(f);
	bool room = piece(a, &line, files_text(a, f), columns) &&
	    piece(a, &line, bytes_text(a, f), columns);

	/* Nothing comes at the moment. */
	if (rate < RATE_LEAST)
		rate = 0;
	if (room && rate > 0)
		room = piece(a, &line, arena_join(a, size_text(a, rate, rate,
		    true), str_of("/s")), columns);
	if (room && rate > 0 && all > 0)
		room = piece(a, &line, time_text(a,
		    (double)(all - f->bytes) / rate), columns);
	if (room && f->lost > 0)
		room = piece(a, &line, arena_fmt(a, "%" PRIu64 " not read",
		    f->lost), columns);
	if (!room || f->path.n == 0 || line.n + 2 + NAME_LEAST > columns)
		return line;
	line = arena_join(a, line, str_of(": "));
	return arena_join(a, line, name_end(a, f->path, columns - line.n));
}

static size_t
columns_get(void)
{
	struct winsize w;

	/* In its last column some terminals go to the next line. */
	return (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ?
	    w.ws_col : COLUMNS) - 1u;
}

static bool
in_background(void)
{
	pid_t front = tcgetpgrp(STDERR_FILENO);

	return front != -1 && front != getpgrp();
}

/* s in the place of what stands there.  One write, so that nobody sees the
 * line half. */
static void
line_write(struct arena *a, struct str s)
{
	struct str blank = arena_fmt(a, "\r%*s\r", (int)columns_get(), "");
	struct str all = s.n == 0 ? blank : arena_join(a, arena_join(a,
	    blank, s), str_of("\r"));

	/* The terminal may be gone: then nobody misses it. */
	if (write(STDERR_FILENO, all.p, all.n) == -1)
		return;
}

void
progress_clear(void)
{
	struct arena a = { 0 };

	if (shown.line)
		line_write(&a, str_of(""));
	shown.line = false;
	arena_free(&a);
}

void
progress_show(const struct pool_far *f)
{
	struct arena a = { 0 };
	double rate;

	if (f == NULL) {
		progress_clear();
		shown.since = 0;
		return;
	}
	if (shown.since == 0) {
		shown.since = clock_ms() - POOL_UNWATCHED;
		shown.rate = (struct progress_rate){ .ms = shown.since };
	}
	rate = progress_rate(&shown.rate, clock_ms(), f->bytes);
	if (!in_background()) {
		line_write(&a, progress_line(&a, f, rate, columns_get()));
		shown.line = true;
	}
	arena_free(&a);
}
