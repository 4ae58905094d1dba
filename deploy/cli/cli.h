// cli: the operator's command line. One table of options, one table of commands; a command is a function in a file of its own.
// Exit codes are those of sysexits.h and part of the interface: 0 done, 64 usage, 69 node not reachable, 70 a fault of ours,
// 73 a file cannot be written, 75 try again, 77 refused, 78 configuration.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/base/config.h"
#include <limits.h>
#include <stdbool.h>
#include <sysexits.h>

enum option_id {
    OPT_CONFIG, OPT_JSON, OPT_HELP, OPT_VERSION, OPT_CITY, OPT_DATA, OPT_RUN, OPT_PORT, OPT_OPS_PORT, OPT_PUBLIC_URL, OPT_ROLE,
    OPT_PASSWORD_STDIN, OPT_STATE, OPT_OVERDUE, OPT_MOST, OPT_COUNT
};
enum { CLI_OPERANDS_MAX = 4, CLI_ROLES_MAX = 10 };

// What was asked for. Texts are the process's arguments.
struct cli {
    const char *value[OPT_COUNT];              // "" for a flag that was given, NULL for what was not
    const char *roles[CLI_ROLES_MAX];
    int role_count;
    const char *operands[CLI_OPERANDS_MAX];    // after the command's words
    int operand_count;
    const char *config_file;
    bool json;
    char bin_dir[PATH_MAX];                    // where this program and the daemons are
};

struct command {
    const char *words;                         // "config check"
    const char *operands;                      // "SERVICE N", NULL: none
    int operand_count;
    unsigned options;                          // bits 1u << option_id, beside those that every command takes
    const char *summary, *details;
    int (*run)(const struct cli *cli);         // returns the exit code
};
extern const struct command cli_commands[];    // ended by words == NULL

// Options.
struct cli_option { const char *name, *value, *help; };   // value NULL: a flag
extern const struct cli_option cli_options[OPT_COUNT];
int cli_number(const struct cli *cli, enum option_id option, long least, long most, long *out);   // 0, or an exit code, told

// Help.
void cli_command_help(const struct command *command);

// Says what went wrong and what to do about it, on standard error; with --json also as an object on standard output.
// Returns exit_code.
int cli_fail(const struct cli *cli, int exit_code, const char *remedy, const char *format, ...) __attribute__((format(printf, 4, 5)));
// Reads the node's configuration or says why not. 0, or an exit code.
int cli_config(const struct cli *cli, struct config **out);
// One command at a time changes a node: waits for its turn, which lasts until the program ends. 0, or an exit code, told.
int cli_turn(const struct cli *cli, const char *data_dir);
int cli_print(const struct buf *out);          // to standard output; 0 or an exit code

int command_init(const struct cli *cli);
int command_status(const struct cli *cli);
int command_scale(const struct cli *cli);
int command_follow_reset(const struct cli *cli);
int command_user_add(const struct cli *cli);
int command_mails(const struct cli *cli);
int command_mails_retry(const struct cli *cli);
int command_mails_hold(const struct cli *cli);
int command_mails_release(const struct cli *cli);
int command_mails_cancel(const struct cli *cli);
int command_config_check(const struct cli *cli);
int command_config_show(const struct cli *cli);
int command_version(const struct cli *cli);
int command_help(const struct cli *cli);
