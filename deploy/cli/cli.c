#include "deploy/cli/cli.h"
#include "services/common/base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int cli_print(const struct buf *out) {
    if (out->failed || fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout))
        return EX_IOERR;
    return 0;
}

static void print_error_json(int exit_code, const char *message, const char *remedy) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    json_begin_object(&w);
    json_key(&w, "error");
    json_begin_object(&w);
    json_key(&w, "exit_code");
    json_integer(&w, exit_code);
    json_key(&w, "message");
    json_string(&w, message);
    json_key(&w, "remedy");
    json_string(&w, remedy);
    json_end_object(&w);
    json_end_object(&w);
    buf_char(&out, '\n');
    (void)cli_print(&out);
}

int cli_fail(const struct cli *cli, int exit_code, const char *remedy, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "kosi: %s\n", text);
    if (remedy && *remedy)
        fprintf(stderr, "      %s\n", remedy);
    if (cli->json)
        print_error_json(exit_code, text, remedy ? remedy : "");
    return exit_code;
}

int cli_number(const struct cli *cli, enum option_id option, long least, long most, long *out) {
    const char *text = cli->value[option];
    char *end = NULL;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno || end == text || *end || n < least || n > most)
        return cli_fail(cli, EX_USAGE, "", "--%s must be a number from %ld to %ld", cli_options[option].name, least, most);
    *out = n;
    return 0;
}

int cli_config(const struct cli *cli, struct config **out) {
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    if (!config_read(cli->config_file, out, &errors))
        return 0;
    if (errors.len)
        fputs(errors.data, stderr);
    return cli_fail(cli, EX_CONFIG, "Name the node's file with --config FILE, or correct it; `kosi config check` tells more.",
                    "the configuration %s cannot be used", cli->config_file);
}

int cli_turn(const struct cli *cli, const char *data_dir) {
    int dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = -1;
    while (dir >= 0 && (rc = flock(dir, LOCK_EX)) && errno == EINTR)
        ;
    if (rc == 0)
        return 0;
    int reason = errno;
    if (dir >= 0)
        close(dir);
    return cli_fail(cli, EX_CANTCREAT, "Call it as the user who owns the node.", "%s cannot be locked: %s", data_dir, strerror(reason));
}
