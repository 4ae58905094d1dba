#include "services/notifications/route.h"
#include "services/common/base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static int add(struct routes *routes, const char *name, const char *server) {
    if (routes->count == ROUTES_MOST || strlen(server) >= sizeof routes->items[0].server)
        return -1;
    struct route *route = &routes->items[routes->count++];
    snprintf(route->name, sizeof route->name, "%s", name);
    snprintf(route->server, sizeof route->server, "%s", server);
    return 0;
}

static bool is_known(const struct routes *routes, const char *name) {
    for (int i = 0; i < routes->count; i++)
        if (strcasecmp(routes->items[i].name, name) == 0)
            return true;
    return false;
}

// "example.net=smtp://127.0.0.1:2525"; a domain is what stands behind the @ of an address. NULL, or what is wrong with it.
static const char *add_domain(struct routes *routes, const char *text) {
    char address[sizeof routes->items[0].name + 2] = "a@", *name = address + 2;
    size_t n = strcspn(text, "=");
    if (text[n] == '\0' || n >= sizeof routes->items[0].name)
        return "is no route";
    memcpy(name, text, n);
    if (!text_is_email(address) || !text_is_mail_server(text + n + 1))
        return "is no route";
    if (is_known(routes, name))
        return "is there twice";
    return add(routes, name, text + n + 1) == 0 ? NULL : "is no route";
}

int routes_read(const struct config *config, struct routes *out, struct buf *errors) {
    *out = (struct routes){0};
    if (config->mail_server[0] != '\0')
        add(out, "default", config->mail_server);
    for (const char *at = config->mail_routes + strspn(config->mail_routes, ", "); *at;) {
        size_t all = strcspn(at, ", ");
        char text[2 * sizeof(struct route)];
        snprintf(text, sizeof text, "%.*s", (int)all, at);
        const char *wrong = add_domain(out, text);
        if (wrong != NULL) {
            buf_format(errors, "%s: mail_routes: \"%.100s\" %s. Write up to %d like example.net=smtp://127.0.0.1:2525.\n", config->file, text, wrong,
                       ROUTES_MOST - 1);
            return -1;
        }
        at += all + strspn(at + all, ", ");
    }
    if (config->mail_ca_file[0] != '\0' && access(config->mail_ca_file, R_OK) != 0) {
        buf_format(errors, "%s: mail_ca_file: %s: %s. Name a file of certificates (PEM) that this program may read.\n", config->file,
                   config->mail_ca_file, strerror(errno));
        return -1;
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
