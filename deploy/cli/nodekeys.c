#include "deploy/cli/nodekeys.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

static int read_key(const char *path, unsigned char *out, size_t n) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t got = read(fd, out, n);
    close(fd);
    if (got == (ssize_t)n)
        return 0;
    errno = EINVAL;
    return -1;
}

// Through a second name, so that a crash leaves a whole key or none; link() never replaces one that is there.
static int write_key(const char *path, const unsigned char *bytes, size_t n) {
    char fresh[PATH_MAX];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return -1;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    int failed = write(fd, bytes, n) != (ssize_t)n || fsync(fd);
    close(fd);
    if (!failed && link(fresh, path) && errno != EEXIST)
        failed = 1;
    int reason = errno;
    unlink(fresh);
    errno = reason;
    return failed ? -1 : 0;
}

static int make_random_key(const char *path) {
    unsigned char key[32];
    if (!access(path, F_OK))
        return 0;
    randombytes_buf(key, sizeof key);
    int result = write_key(path, key, sizeof key);
    sodium_memzero(key, sizeof key);
    return result;
}

// The public key follows from the secret one, so a lost actor.pub comes back.
static int make_actor_keys(const char *secret_path, const char *public_path) {
    unsigned char secret[crypto_sign_SECRETKEYBYTES], public[crypto_sign_PUBLICKEYBYTES];
    int result = 0;
    if (!access(secret_path, F_OK)) {
        result = read_key(secret_path, secret, sizeof secret);
    } else {
        crypto_sign_keypair(public, secret);
        result = write_key(secret_path, secret, sizeof secret);
    }
    if (!result && access(public_path, F_OK)) {
        crypto_sign_ed25519_sk_to_pk(public, secret);
        result = write_key(public_path, public, sizeof public);
    }
    sodium_memzero(secret, sizeof secret);
    return result;
}

int nodekeys_make(const char *data_dir, const char **file) {
    static const char *const random_keys[] = {"keys/node.key", "keys/client.key"};
    char path[PATH_MAX], secret[PATH_MAX], public[PATH_MAX];
    *file = "keys";
    if (sodium_init() < 0)
        return -1;
    for (size_t i = 0; i < sizeof random_keys / sizeof *random_keys; i++) {
        *file = random_keys[i];
        if (snprintf(path, sizeof path, "%s/%s", data_dir, *file) >= PATH_MAX || make_random_key(path))
            return -1;
    }
    *file = "keys/actor.key";
    snprintf(secret, sizeof secret, "%s/keys/actor.key", data_dir);
    snprintf(public, sizeof public, "%s/keys/actor.pub", data_dir);
    return make_actor_keys(secret, public);
}
