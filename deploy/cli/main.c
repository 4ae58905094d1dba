// kosi: what an operator does with a node.
#include "deploy/cli/cli.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char default_config[] = "/etc/kosi/kosi.conf";
static const unsigned options_of_all = 1u << OPT_CONFIG | 1u << OPT_JSON | 1u << OPT_HELP | 1u << OPT_VERSION;

// Fills cli from the arguments, options anywhere among the operands. Returns 0 or EX_USAGE, told.
static int read_arguments(int argc, char **argv, struct cli *cli, const char **words, int *word_count) {
    struct option longs[OPT_COUNT + 1] = {0};
    for (int i = 0; i < OPT_COUNT; i++)
        longs[i] = (struct option){cli_options[i].name, cli_options[i].value ? required_argument : no_argument, NULL, i + 1};
    int found;
    while ((found = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (found == '?')
            return cli_fail(cli, EX_USAGE, "`kosi help` lists commands and options.", "wrong arguments");
        int option = found == 'h' ? OPT_HELP : found - 1;
        cli->value[option] = optarg ? optarg : "";
        cli->json = cli->json || option == OPT_JSON;
        if (option == OPT_ROLE && cli->role_count == CLI_ROLES_MAX)
            return cli_fail(cli, EX_USAGE, "Name each role once.", "more than %d roles", CLI_ROLES_MAX);
        if (option == OPT_ROLE)
            cli->roles[cli->role_count++] = optarg;
    }
    for (; optind < argc; optind++) {
        if (*word_count == CLI_OPERANDS_MAX + 2)
            return cli_fail(cli, EX_USAGE, "`kosi help` lists the commands.", "too many arguments");
        words[(*word_count)++] = argv[optind];
    }
    return 0;
}

// How many of the words name this command; 0 when it is another one.
static int command_matches(const struct command *command, const char **words, int count) {
    char name[64] = "";
    for (int i = 0; i < count && i < 2; i++) {
        size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "%s%s", i ? " " : "", words[i]);
        if (!strcmp(name, command->words))
            return i + 1;
    }
    return 0;
}

static const struct command *find_command(struct cli *cli, const char **words, int count) {
    for (const struct command *c = cli_commands; c->words; c++) {
        int used = command_matches(c, words, count);
        if (!used)
            continue;
        for (int i = used; i < count && cli->operand_count < CLI_OPERANDS_MAX; i++)
            cli->operands[cli->operand_count++] = words[i];
        return c;
    }
    return NULL;
}

static int check_use(const struct cli *cli, const struct command *command) {
    for (int i = 0; i < OPT_COUNT; i++)
        if (cli->value[i] && !((command->options | options_of_all) & 1u << i))
            return cli_fail(cli, EX_USAGE, "`kosi COMMAND --help` lists what it takes.", "`kosi %s` does not take --%s", command->words,
                            cli_options[i].name);
    if (cli->operand_count != command->operand_count && command->run != command_help)
        return cli_fail(cli, EX_USAGE, "`kosi COMMAND --help` explains it.", "usage: kosi %s %s", command->words,
                        command->operands ? command->operands : "(no operands)");
    return 0;
}

static void find_bin_dir(struct cli *cli) {
    ssize_t n = readlink("/proc/self/exe", cli->bin_dir, sizeof cli->bin_dir - 1);
    cli->bin_dir[n > 0 ? n : 0] = 0;
    char *slash = strrchr(cli->bin_dir, '/');
    if (slash)
        *slash = 0;
}

int main(int argc, char **argv) {
    struct cli cli = {0};
    const char *words[CLI_OPERANDS_MAX + 2];
    int word_count = 0;
    find_bin_dir(&cli);
    int wrong = read_arguments(argc, argv, &cli, words, &word_count);
    if (wrong)
        return wrong;
    const char *from_environment = getenv("KOSI_CONFIG");
    cli.config_file = cli.value[OPT_CONFIG] ? cli.value[OPT_CONFIG] : from_environment ? from_environment : default_config;
    if (cli.value[OPT_VERSION])
        return command_version(&cli);
    if (!word_count && cli.value[OPT_HELP])
        return command_help(&cli);
    if (!word_count)
        return cli_fail(&cli, EX_USAGE, "`kosi help` lists the commands.", "no command given");
    const struct command *command = find_command(&cli, words, word_count);
    if (!command)
        return cli_fail(&cli, EX_USAGE, "`kosi help` lists the commands.", "there is no command \"%s%s%s\"", words[0],
                        word_count > 1 ? " " : "", word_count > 1 ? words[1] : "");
    if (cli.value[OPT_HELP]) {
        cli_command_help(command);
        return 0;
    }
    wrong = check_use(&cli, command);
    return wrong ? wrong : command->run(&cli);
}
