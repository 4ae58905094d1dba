#include "services/notifications/route.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static int add(struct routes *routes, const char *name, size_t name_size, const char *server, size_t server_size) {
    if (routes->count == ROUTES_MOST || name_size == 0 || name_size >= sizeof routes->items[0].name || server_size < 8 ||
        server_size >= sizeof routes->items[0].server)
        return -1;
    struct route *route = &routes->items[routes->count++];
    snprintf(route->name, sizeof route->name, "%.*s", (int)name_size, name);
    snprintf(route->server, sizeof route->server, "%.*s", (int)server_size, server);
    return strncmp(server, "smtp://", 7) == 0 || strncmp(server, "smtps://", 8) == 0 ? 0 : -1;
}

int routes_read(const struct config *config, struct routes *out, struct buf *errors) {
    *out = (struct routes){0};
    if (config->mail_server[0] != '\0')
        add(out, "default", 7, config->mail_server, strlen(config->mail_server));
    for (const char *at = config->mail_routes + strspn(config->mail_routes, ", "); *at;) {
        size_t all = strcspn(at, ", "), name = strcspn(at, "=, ");
        if (name >= all || add(out, at, name, at + name + 1, all - name - 1) != 0) {
            buf_format(errors,
                       "%s: mail_routes: \"%.*s\" is no route. Write up to %d like example.net=smtp://127.0.0.1:2525.\n",
                       config->file, (int)(all < 100 ? all : 100), at, ROUTES_MOST - 1);
            return -1;
        }
        at += all + strspn(at + all, ", ");
    }
    return 0;
}

// Reads the first line. -1: not readable, empty or too long.
static int read_line(int fd, char *out, size_t size) {
    ssize_t got = read(fd, out, size - 1);
    if (got <= 0 || (size_t)got == size - 1)
        return -1;
    out[got] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return out[0] != '\0' ? 0 : -1;
}

int routes_password(const struct config *config, char *out, size_t size, struct buf *errors) {
    out[0] = '\0';
    if (config->mail_user[0] == '\0')
        return 0;
    if (strcmp(config->mail_tls, "required") != 0 && strncmp(config->mail_server, "smtps:", 6) != 0) {
        buf_format(errors, "%s: mail_user: the password could be read on the way. Set mail_tls = \"required\".\n",
                   config->file);
        return -1;
    }
    const char *path = config_data_path(config, "keys/mail.password");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        buf_format(errors, "%s: mail_user: the password cannot be read from %s: %s. Write it there, in one line.\n",
                   config->file, path != NULL ? path : "keys/mail.password", strerror(errno));
        return -1;
    }
    struct stat status;
    bool private = fstat(fd, &status) == 0 && (status.st_mode & 077) == 0;
    int rc = read_line(fd, out, size);
    close(fd);
    if (rc != 0)
        buf_format(errors, "%s: no password in its first line. Write the one of mail_user.\n", path);
    else if (!private)
        buf_format(errors, "%s: others can read the password. chmod 600 it.\n", path);
    return rc == 0 && private ? 0 : -1;
}

const char *routes_for(const struct routes *routes, const char *address) {
    const char *at = strrchr(address, '@');
    for (int i = 0; at != NULL && i < routes->count; i++)
        if (strcasecmp(routes->items[i].name, at + 1) == 0)
            return routes->items[i].name;
    return "default";
}
