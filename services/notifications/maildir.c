#include "services/notifications/maildir.h"
#include "services/notifications/returned.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LENGTH_MAX = 255 };
struct letters { char names[BOX_LETTERS_MOST][NAME_LENGTH_MAX + 1]; int count, unreadable; };

// What is no file cannot be a letter, and what cannot be read takes no other's place.
static bool may_be_letter(int folder, const struct dirent *entry, struct letters *letters) {
    bool file = entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN;
    if (!file || entry->d_name[0] == '.' || strlen(entry->d_name) > NAME_LENGTH_MAX)
        return false;
    if (faccessat(folder, entry->d_name, R_OK, AT_EACCESS) == 0)
        return true;
    letters->unreadable += errno == EACCES;
    return false;
}

// Some of them, as they come, in the order of their names: those tell when they came.
static int list(int folder, struct letters *out) {
    int fd = openat(folder, "new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    struct dirent *entry;
    out->count = out->unreadable = 0;
    while (out->count < BOX_LETTERS_MOST && (entry = readdir(dir)) != NULL)
        if (may_be_letter(fd, entry, out))
            strcpy(out->names[out->count++], entry->d_name);
    closedir(dir);
    qsort(out->names, (size_t)out->count, sizeof out->names[0], (int (*)(const void *, const void *))strcmp);
    return 0;
}

// Its beginning; -1: it is no plain file, or is gone.
static ssize_t read_letter(int folder, const char *path, char *bytes) {
    struct stat status;
    size_t size = 0;
    ssize_t n = -1;
    int fd = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        while (size < RETURNED_BYTES_MOST && (n = read(fd, bytes + size, RETURNED_BYTES_MOST - size)) > 0)
            size += (size_t)n;
    if (fd >= 0)
        close(fd);
    return n < 0 ? -1 : (ssize_t)size;
}

static bool mark(int folder, const char *from, const char *name, bool seen) {
    char to[NAME_LENGTH_MAX + 10];
    snprintf(to, sizeof to, "cur/%s%s", name, strstr(name, ":2,") != NULL ? "" : seen ? ":2,S" : ":2,");
    return renameat(folder, from, folder, to) == 0;
}

static int hand_over(int folder, const struct letters *letters, char *bytes, box_taker *take, void *owner) {
    int marked = 0;
    enum box_take taken = TAKE_DONE;
    for (int i = 0; i < letters->count && taken != TAKE_END; i++) {
        char from[NAME_LENGTH_MAX + 5];
        snprintf(from, sizeof from, "new/%s", letters->names[i]);
        ssize_t size = read_letter(folder, from, bytes);
        taken = size >= 0 ? take(owner, bytes, (size_t)size) : TAKE_LATER;
        if (taken <= TAKE_ASIDE && mark(folder, from, letters->names[i], taken == TAKE_DONE))
            marked++;
    }
    return marked;
}

int maildir_look(const char *folder_name, box_taker *take, void *owner) {
    int folder = open(folder_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct letters *letters = malloc(sizeof *letters);
    char *bytes = malloc(RETURNED_BYTES_MOST);
    int marked = 0, now = 0;
    bool fine = folder >= 0 && letters != NULL && bytes != NULL;
    do { // as long as there is more than one list holds
        fine = fine && list(folder, letters) == 0;
        now = fine ? hand_over(folder, letters, bytes, take, owner) : 0;
        marked += now;
    } while (now == BOX_LETTERS_MOST);
    int reason = fine ? EACCES : errno;
    if (!fine || letters->unreadable > 0)
        marked = -1;
    free(bytes);
    free(letters);
    if (folder >= 0)
        close(folder);
    errno = reason;
    return marked;
}
