#include "cli/cli.h"
int cmd_info(struct arena *a, const struct options *o) { (void)a; (void)o; return STATUS_USAGE; }
