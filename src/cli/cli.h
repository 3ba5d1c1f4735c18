/*
 * The command line.  options.c holds the one table of options that feeds
 * the parser and the help; each command is a file cmd_NAME.c.
 */
#ifndef EVTRIAGE_SRC_CLI_CLI_H
#define EVTRIAGE_SRC_CLI_CLI_H

#include <limits.h>
#include <sys/stat.h>
#include "base/arena.h"
#include "base/out.h"
#include "base/seal.h"
#include "cli/filter.h"
#include "log/log.h"
#include "model/finding.h"
#include "rules/rules.h"

/* Exit status: a contract with scripts. */
enum {
	STATUS_DONE = 0,
	STATUS_FOUND = 1,	/* a finding at or above --fail-on */
	STATUS_USAGE = 2,	/* usage or rule error, or no output */
	STATUS_INCOMPLETE = 3,	/* some input was not read whole */
	STATUS_INTERRUPTED = 130,
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_XML,
    FORMAT_HTML, FORMAT_MD };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	const char	*output;	/* -o; NULL: standard output */
	enum format	 format;
	log_opener	*open;		/* made of these two: */
	bool		 recover, libevtx;
	const char	*evidence;	/* --evidence; NULL: none */
	const char	*family, *os;	/* rules list: only those */
	const char	*rules;		/* -r; NULL: look for them */
	bool		 fail_on_set;
	enum severity	 fail_on, min_severity;
	enum color	 color;
	bool		 quiet, no_progress, help, version;
	bool		 streams;	/* results are printed while inputs
					 * are read */
	unsigned	 verbose;
	unsigned	 jobs;		/* -j; 0: one a core */
	unsigned	 shard, shards;	/* --shard 2/4; 0/0: all */
	bool		 part;		/* --part: partial results */
	enum seal_policy sandbox;
	struct filter	 filter;	/* of events */
	const char	*provider;	/* NULL: not given */
	bool		 has_id, decode;
	uint16_t	 id;
	char		**args;		/* what is no option */
	size_t		 nargs;
	bool		 paths;		/* args name inputs */
	uint64_t	 given;		/* which, for options_fit */
};

/* A command of the program. */
struct command {
	const char	*name, *usage, *summary;
	unsigned	 bit;		/* for the option table */
	unsigned	 formats;	/* bits by enum format */
	int		(*run)(struct arena *a, const struct options *o);
};
enum { CMD_SCAN = 1, CMD_EVENTS = 2, CMD_RULES = 4, CMD_INFO = 8,
    CMD_VERIFY = 16, CMD_DECODE = 32, CMD_MERGE = 64 };
extern const struct command commands[];
extern const size_t ncommands;

/* False when usage is wrong; the message has been printed. */
bool	options_parse(struct arena *a, const struct command *c, int argc,
	    char **argv, struct options *o);
void	options_help(const struct command *c);
/* Does this action of rules know all options that were given?  Said if
 * not. */
bool	options_fit(const struct options *o, const char *action);

int	cmd_scan(struct arena *a, const struct options *o);
int	cmd_events(struct arena *a, const struct options *o);
int	cmd_merge(struct arena *a, const struct options *o);
int	cmd_decode(struct arena *a, const struct options *o);
int	cmd_info(struct arena *a, const struct options *o);
int	cmd_rules(struct arena *a, const struct options *o);
int	cmd_verify(struct arena *a, const struct options *o);

/* "evtriage: ..." to standard error; text passes the gate. */
void	complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A line of standard output: text of the program, then any text, which
 * passes the gate. */
void	text_line(const char *before, struct str s);
/* The same without the end of the line. */
void	text_piece(const char *before, struct str s);

/* cli/output.c: where results go. */
struct output {
	struct out	 out;
	FILE		*file;		/* to be closed; NULL: stdout */
	int		 fd;		/* of file */
	const char	*path;		/* as it was given */
	char		 place[PATH_MAX];	/* what is replaced */
	char		 tmp[PATH_MAX];	/* its name until then, or empty */
	bool		 in_place;	/* no file: written to as it is */
};
/* False when it cannot be, or is an input; said then. */
bool	output_open(struct output *p, const struct options *o);
/* False when something could not be written; said then. */
bool	output_close(struct output *p);
/* Descriptor of the file that is written, which is no input; else 0. */
int	output_fd(const struct output *p);
/* Leave what was there as it was. */
void	output_drop(struct output *p);
/* Could all of standard output be written?  error: known already, or 0. */
bool	output_stdout_ok(int error);

/* cli/guard.c: is the file of st, which is to be written, an input?  Said
 * then.  grows: it has its name while inputs are read. */
bool	guard_refuses(const struct options *o, const struct stat *st,
	    const char *name, bool grows);

unsigned output_columns(const struct output *p);

/* cli/cmd_scan.c: the report of everything that t has been told; closes p.
 * Returns the exit status. */
struct triage;
int	scan_report(struct triage *t, const struct options *o,
	    struct output *p, struct sandbox read_in, bool incomplete);

/* cli/jobs.c: how inputs are read, from the options; from then on SIGINT,
 * SIGTERM and SIGHUP end the reading.  Says what is missing of the seal. */
enum { JOBS_MOST = 256, SHARDS_MOST = 100000 };
struct pool_options;
struct pool_told;
struct pool_options jobs_options(const struct options *o);
/* ... by libevtx as well, in children of the workers. */
void	jobs_libevtx(struct pool_options *how);
void	jobs_tell(const struct options *o, const struct pool_told *told);
struct sandbox jobs_sandbox(const struct pool_told *told);
/* --sandbox require cannot be met: said, p (or NULL) dropped; the exit
 * status. */
int	jobs_refused(struct output *p);
/* As an interrupt: nobody wants the rest. */
void	jobs_stop(void);

/* cli/rules_find.c: the rules for this run, mistakes printed; NULL when
 * there are none to work with. */
struct ruleset *rules_find(struct arena *a, const struct options *o);
/* Where they are to be taken from: dir, else what -r says, else the shipped
 * ones; a dir of NULL: there are none. */
struct rules_from rules_from(struct arena *a, const struct options *o,
	    const char *dir);
void	rules_mistakes(const struct rule_errors *errs);	/* prints them */
/* Reads the file of --evidence, if there is one; false when it is of no
 * use (said then). */
struct triage;
bool	evidence_give(struct arena *a, const struct options *o,
	    struct triage *t);
/* cli/cmd_explain.c */
int	rules_explain_run(struct arena *a, const struct options *o);

#endif
