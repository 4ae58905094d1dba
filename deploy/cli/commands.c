// The two tables: options and commands. Help is printed from them.
#include "deploy/cli/cli.h"
#include <stdio.h>
#include <string.h>

const struct cli_option cli_options[OPT_COUNT] = {
    [OPT_CONFIG] = {"config", "FILE", "the node's configuration (else $KOSI_CONFIG, else /etc/kosi/kosi.conf)"},
    [OPT_JSON] = {"json", NULL, "answer as JSON on standard output"},
    [OPT_HELP] = {"help", NULL, "explain the command"},
    [OPT_VERSION] = {"version", NULL, "print the version"},
    [OPT_CITY] = {"city", "ID", "which city this node serves: the name of a folder in deploy/cities"},
    [OPT_DATA] = {"data", "DIR", "where configuration, keys, databases and logs live"},
    [OPT_RUN] = {"run", "DIR", "sockets and supervision; a short path (default: DATA/run)"},
    [OPT_PORT] = {"port", "N", "HTTP port on 127.0.0.1"},
    [OPT_OPS_PORT] = {"ops-port", "N", "port of health and metrics on 127.0.0.1"},
    [OPT_PUBLIC_URL] = {"public-url", "URL", "the address people use (default: http://127.0.0.1:PORT)"},
    [OPT_ROLE] = {"role", "ROLE", "admin, moderator, event_office, management or operations; may be repeated"},
    [OPT_PASSWORD_STDIN] = {"password-stdin", NULL, "read the password from the first line of standard input"},
    [OPT_STATE] = {"state", "STATES", "owed, retry, leased, waiting, held, sent, failed, cancelled; several with commas"},
    [OPT_OVERDUE] = {"overdue", NULL, "only what is owed for longer than it should be"},
    [OPT_MOST] = {"most", "N", "how many to show (default 50)"},
};

const struct command cli_commands[] = {
    {"init", NULL, 0,
     1u << OPT_CITY | 1u << OPT_DATA | 1u << OPT_RUN | 1u << OPT_PORT | 1u << OPT_OPS_PORT | 1u << OPT_PUBLIC_URL,
     "make a node: folders, keys, configuration, supervision",
     "Needs --city and --data. May be repeated: what is there stays, keys above all; options given anew are changed in the\n"
     "configuration. Start the node with `s6-svscan RUN/services`; the daemons' lines go to DATA/log/current.",
     command_init},
    {"status", NULL, 0, 0, "show workers, queues, logs and followers",
     "Asks the broker. W marks the worker that writes; \"behind\" counts records a follower has yet to apply, \"parked\" those it\n"
     "could not digest.",
     command_status},
    {"scale", "SERVICE N", 2, 0, "run N workers of a service",
     "Changes the configuration and the supervision, and waits until the broker sees N workers. Workers that leave finish what\n"
     "they have. While the node is down it takes effect at its next start.",
     command_scale},
    {"follow reset", "FOLLOWER FOLLOWED", 2, 0, "let a service read another's log anew",
     "For a follower that `kosi status` shows as stopped (the other's database was restored from an older copy) or with parked\n"
     "records (after an update that can digest them). It goes on in the log as it is now, from the beginning; what it has seen\n"
     "before has no effect a second time. What came from records that the older copy lacks stays: look for it. notifications is\n"
     "not taken back to the beginning, it would write to people about the past: it goes on with the first record it parked, or,\n"
     "if it had stopped, from now on.",
     command_follow_reset},
    {"user add", "LOGIN", 1, 1u << OPT_ROLE | 1u << OPT_PASSWORD_STDIN, "make a staff account",
     "Needs at least one --role. Without --password-stdin a password is made and printed once. A password has 12 to 200\n"
     "characters.",
     command_user_add},
    {"mails retry", "ID", 1, 0, "send a mail that failed, was cancelled, or is to be tried later: now",
     "The time in which it is tried begins anew. Refused when its address was suspended or erased.", command_mails_retry},
    {"mails hold", "ID", 1, 0, "keep a mail from being sent", "Until it is released or cancelled.", command_mails_hold},
    {"mails release", "ID", 1, 0, "let a held mail go", NULL, command_mails_release},
    {"mails cancel", "ID", 1, 0, "a mail is not to be sent any more", "What a sender has at this moment may go out all the same; then it is shown as sent.",
     command_mails_cancel},
    {"mails", NULL, 0, 1u << OPT_STATE | 1u << OPT_OVERDUE | 1u << OPT_MOST, "show what mails are owed and what became of them",
     "Newest first, with the code of the mail server's last reply; no addresses. Below it how many there are in each state, and\n"
     "which servers and boxes of returned mails cannot be used. kosi-notifications(8) explains the words below WHY.\n"
     "One mail is moved by `kosi mails retry|hold|release|cancel ID`.", command_mails},
    {"config check", NULL, 0, 0, "say what would stop the node's start",
     "Runs the checks that the daemons run at their start: configuration, keys, forms, vocabulary, templates, catalogues. Each\n"
     "finding names file, line and remedy. Services that the file does not name are told, too, but stop no start.",
     command_config_check},
    {"config show", NULL, 0, 0, "print every setting with its value",
     "The text reads back as a configuration file. With --json an object: \"file\", \"services\" with their workers, and \"settings\",\n"
     "each with name, value, default (null: made from other settings), from (\"file\", \"default\", \"other settings\"), the file's\n"
     "line, unit, least and most, and meaning. It counts from the next start of the daemons in \"counts_at_start_of\"; none there:\n"
     "for `kosi init` and `kosi scale`.",
     command_config_show},
    {"version", NULL, 0, 0, "print the version", NULL, command_version},
    {"help", "[COMMAND]", 0, 0, "explain", NULL, command_help},
    {0},
};

static void print_option(int option) {
    char left[48];
    snprintf(left, sizeof left, "--%s %s", cli_options[option].name, cli_options[option].value ? cli_options[option].value : "");
    printf("  %-22s %s\n", left, cli_options[option].help);
}

static void help(void) {
    puts("kosi: what an operator does with a KoSI node.\n\nusage: kosi [--config FILE] COMMAND [OPTIONS]\n\nCommands:");
    for (const struct command *c = cli_commands; c->words; c++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", c->words, c->operands ? c->operands : "");
        printf("  %-22s %s\n", left, c->summary);
    }
    puts("\nOptions of every command:");
    for (int i = OPT_CONFIG; i <= OPT_VERSION; i++)
        print_option(i);
    puts("\nExit codes: 0 done, 64 usage, 69 node not reachable, 70 a fault of ours, 73 a file cannot be written, 75 try again,\n"
         "77 refused, 78 configuration. `kosi COMMAND --help` tells more.");
}

void cli_command_help(const struct command *command) {
    printf("kosi %s: %s.\n\nusage: kosi [--config FILE] %s %s\n", command->words, command->summary, command->words,
           command->operands ? command->operands : "");
    if (command->details)
        printf("\n%s\n", command->details);
    puts("\nOptions:");
    for (int i = 0; i < OPT_COUNT; i++)
        if (command->options & 1u << i || i <= OPT_HELP)
            print_option(i);
}

int command_help(const struct cli *cli) {
    char words[64] = "";
    for (int i = 0; i < cli->operand_count && i < 2; i++) {
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s", i ? " " : "", cli->operands[i]);
    }
    if (!*words) {
        help();
        return 0;
    }
    for (const struct command *c = cli_commands; c->words; c++)
        if (!strcmp(c->words, words)) {
            cli_command_help(c);
            return 0;
        }
    return cli_fail(cli, EX_USAGE, "`kosi help` lists the commands.", "there is no command \"%s\"", words);
}

int command_version(const struct cli *cli) {
    printf(cli->json ? "{\"version\":\"%s\"}\n" : "kosi %s\n", KOSI_VERSION);
    return 0;
}
