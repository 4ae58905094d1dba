// check: what the daemons themselves say about this node before they would start: each is run with --check-config and its
// findings are gathered. So the CLI knows no form and no template, and can't disagree with a daemon.
#pragma once
#include "deploy/cli/cli.h"

enum { CHECK_FINDINGS_MAX = 200 };
struct finding {
    char *daemon;              // who found it first
    char *file;                // NULL when the line names none
    int line;                  // 0: none
    char *text;                // the rest: reason and remedy
};
struct findings { struct finding items[CHECK_FINDINGS_MAX]; int count; };

// Takes one line ("FILE:LINE: reason. Remedy.", or without file or line); the same line of another daemon is kept once, lines of
// the log and blank ones are not findings.
void findings_add(struct findings *findings, const char *daemon, const char *line);
void findings_free(struct findings *findings);
// Runs all daemons of the node at once and waits for them. Returns 0 when all are content, EX_CONFIG otherwise.
int check_daemons(const struct cli *cli, const struct config *config, struct findings *findings);
