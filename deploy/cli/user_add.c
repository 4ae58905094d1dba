// kosi user add: the password comes from standard input or is made here; never from the command line, where `ps` shows it.
#include "deploy/cli/ops.h"
#include "kosi/accounts.pb-c.h"
#include "services/common/base/id.h"
#include "services/common/base/json.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { PASSWORD_MAX = 1024 };

// 20 characters of 31 that are not mistaken for one another: 99 bits.
static void make_password(char *out) {
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    int used = 0;
    for (int i = 0; i < 20; i++) {
        if (i && i % 5 == 0)
            out[used++] = '-';
        out[used++] = letters[randombytes_uniform(sizeof letters - 1)];
    }
    out[used] = 0;
}

static int read_password(const struct cli *cli, char *out) {
    if (!fgets(out, PASSWORD_MAX, stdin))
        return cli_fail(cli, EX_USAGE, "Give it as the first line of standard input.", "no password");
    out[strcspn(out, "\r\n")] = 0;
    return 0;
}

static int print_account(const struct cli *cli, const Kosi__UserAddReply *account, const char *password) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    if (!cli->json) {
        buf_format(&out, "account %s made\n", account->login);
        if (password)
            buf_format(&out, "password: %s\n(shown once; not stored in readable form)\n", password);
        return cli_print(&out);
    }
    json_begin_object(&w);
    json_key(&w, "id");
    json_string(&w, account->id);
    json_key(&w, "login");
    json_string(&w, account->login);
    json_key(&w, "roles");
    json_begin_array(&w);
    for (size_t i = 0; i < account->n_roles; i++)
        json_string(&w, account->roles[i]);
    json_end_array(&w);
    if (password) {
        json_key(&w, "password");
        json_string(&w, password);
    }
    json_end_object(&w);
    buf_char(&out, '\n');
    return cli_print(&out);
}

static int add(const struct cli *cli, const struct config *config, char *password, bool generated) {
    Kosi__UserAddRequest request = KOSI__USER_ADD_REQUEST__INIT;
    char *roles[CLI_ROLES_MAX], login[256];
    snprintf(login, sizeof login, "%s", cli->operands[0]);
    for (int i = 0; i < cli->role_count; i++)
        roles[i] = (char *)cli->roles[i];
    request.login = login;
    request.password = password;
    request.roles = roles;
    request.n_roles = (size_t)cli->role_count;
    struct ops_reply reply;
    int result = ops_ask(cli, config, "accounts", "UserAdd", &request.base, &reply);
    if (result)
        return result;
    Kosi__UserAddReply *account = NULL;
    if (strcmp(reply.outcome, "ok") != 0)
        result = ops_refused(cli, &reply, "the account");
    else if (!(account = kosi__user_add_reply__unpack(NULL, reply.body_size, reply.body)))
        result = cli_fail(cli, EX_SOFTWARE, "Is `kosi` of the same version as the node?", "unreadable answer");
    else
        result = print_account(cli, account, generated ? password : NULL);
    if (account)
        kosi__user_add_reply__free_unpacked(account, NULL);
    ops_reply_free(&reply);
    return result;
}

int command_user_add(const struct cli *cli) {
    char password[PASSWORD_MAX];
    struct config *config = NULL;
    bool generated = !cli->value[OPT_PASSWORD_STDIN];
    if (!cli->role_count)
        return cli_fail(cli, EX_USAGE, "Roles: admin, moderator, event_office, management, operations.", "an account needs at least one --role");
    int result = cli_config(cli, &config);
    if (!result && generated)
        make_password(password);
    else if (!result)
        result = read_password(cli, password);
    if (!result)
        result = add(cli, config, password, generated);
    sodium_memzero(password, sizeof password);
    config_free(&config);
    return result;
}
