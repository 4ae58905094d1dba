#include "services/notifications/imap_box.h"
#include "services/notifications/returned.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_MAX = 500, URL_MAX = 600, SEARCH_BYTES = 32 * 1024, CONNECT_S = 20, REQUEST_S = 60 };
#define SEARCH "UID SEARCH UNANSWERED UNDELETED HEADER Content-Type multipart/report"

// What the server answers, up to a bound; the rest is read away.
struct answer { char *bytes; size_t size, most; };
struct box {
    CURL *curl;
    char url[URL_MAX];
    struct answer answer;
    char error[CURL_ERROR_SIZE];
};

// ---- the password: the first line of a file that only we can read
static int password_read(const struct config *config, char password[PASSWORD_MAX], struct buf *errors) {
    const char *path = config_data_path(config, "keys/imap.password");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        buf_format(errors, "%s: the password of returned_imap cannot be read: %s. Write it there, with mode 0600.\n", path != NULL ? path : "keys",
                   strerror(errno));
        return -1;
    }
    struct stat status;
    bool private = fstat(fd, &status) == 0 && (status.st_mode & 077) == 0;
    ssize_t n = read(fd, password, PASSWORD_MAX - 1);
    close(fd);
    password[n > 0 ? n : 0] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    if (private && password[0] != '\0')
        return 0;
    buf_format(errors, "%s: %s.\n", path, private ? "the password is empty. Write it there" : "others can read the password. chmod 600 it");
    return -1;
}

// This machine itself: there is nobody on the way.
static bool is_here(const char *address) {
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    CURLU *url = curl_url();
    char *host = NULL;
    bool here = false;
    if (url != NULL && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK && curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            here |= strcmp(host, names[i]) == 0;
    curl_free(host);
    curl_url_cleanup(url);
    return here;
}

int imap_box_safe(const struct config *config, struct buf *errors) {
    bool clear = strncmp(config->returned_imap, "imap:", 5) == 0 && strcmp(config->mail_tls, "required") != 0;
    if (!clear || is_here(config->returned_imap))
        return 0;
    buf_format(errors, "%s: returned_imap: the password could be read on the way. Write imaps://, or set mail_tls = \"required\".\n",
               config->file);
    return -1;
}

int imap_box_check(const struct config *config, struct buf *errors) {
    char password[PASSWORD_MAX];
    int rc = password_read(config, password, errors);
    explicit_bzero(password, sizeof password);
    return rc;
}

// ---- libcurl
static size_t keep(char *bytes, size_t one, size_t count, void *context) {
    struct answer *answer = context;
    size_t size = one * count, room = answer->most - answer->size;
    memcpy(answer->bytes + answer->size, bytes, size < room ? size : room);
    answer->size += size < room ? size : room;
    return size;
}

static int go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return beside_ending(context);   // not 0: libcurl breaks off
}

// The folder's address without its user, who is told apart: a name may hold an @ (as %40).
static int set_address(struct box *box, const struct config *config) {
    CURLU *url = curl_url();
    char *user = NULL, *bare = NULL, *path = NULL;
    int rc = -1;
    if (url != NULL && curl_url_set(url, CURLUPART_URL, config->returned_imap, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_USER, &user, CURLU_URLDECODE) == CURLUE_OK && curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
        (strcmp(path, "/") != 0 || curl_url_set(url, CURLUPART_PATH, "/INBOX", 0) == CURLUE_OK) &&
        curl_url_set(url, CURLUPART_USER, NULL, 0) == CURLUE_OK && curl_url_get(url, CURLUPART_URL, &bare, 0) == CURLUE_OK &&
        strlen(bare) + 30 < sizeof box->url && curl_easy_setopt(box->curl, CURLOPT_USERNAME, user) == CURLE_OK) {
        strcpy(box->url, bare);
        rc = 0;
    }
    curl_free(user);
    curl_free(path);
    curl_free(bare);
    curl_url_cleanup(url);
    return rc;
}

static void set_up(struct box *box, const struct config *config, const struct beside *beside, const char *password) {
    static const struct { const char *name; long use; } tls[] = {{"required", CURLUSESSL_ALL}, {"opportunistic", CURLUSESSL_TRY}, {"none", CURLUSESSL_NONE}};
    for (size_t i = 0; i < sizeof tls / sizeof *tls; i++)
        if (strcmp(config->mail_tls, tls[i].name) == 0)
            curl_easy_setopt(box->curl, CURLOPT_USE_SSL, tls[i].use);
    if (config->mail_ca_file[0] != '\0')
        curl_easy_setopt(box->curl, CURLOPT_CAINFO, config->mail_ca_file);
    curl_easy_setopt(box->curl, CURLOPT_PASSWORD, password);
    curl_easy_setopt(box->curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
    curl_easy_setopt(box->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(box->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(box->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(box->curl, CURLOPT_TIMEOUT, (long)REQUEST_S);
    curl_easy_setopt(box->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(box->curl, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(box->curl, CURLOPT_XFERINFODATA, beside);
    curl_easy_setopt(box->curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(box->curl, CURLOPT_WRITEDATA, &box->answer);
    curl_easy_setopt(box->curl, CURLOPT_ERRORBUFFER, box->error);
}

// One request over the connection that is kept. command: NULL fetches what the address names.
static int request(struct box *box, const char *url, const char *command, char reason[IMAP_REASON_MAX]) {
    box->answer.size = 0;
    box->error[0] = '\0';
    curl_easy_setopt(box->curl, CURLOPT_URL, url);
    curl_easy_setopt(box->curl, CURLOPT_CUSTOMREQUEST, command);
    CURLcode code = curl_easy_perform(box->curl);
    if (code != CURLE_OK)
        snprintf(reason, IMAP_REASON_MAX, "%.*s", IMAP_REASON_MAX - 1, box->error[0] != '\0' ? box->error : curl_easy_strerror(code));
    return code == CURLE_OK ? 0 : -1;
}

// "* SEARCH 4 7 12": the numbers that are whole; a list that was cut goes on the next time.
static int numbers(struct answer *answer, unsigned long uids[BOX_LETTERS_MOST]) {
    int count = 0;
    answer->bytes[answer->size] = '\0';
    const char *at = strstr(answer->bytes, "* SEARCH");
    at = at != NULL ? at + 8 : "";
    while (count < BOX_LETTERS_MOST && *at == ' ') {
        char *end;
        unsigned long uid = strtoul(at, &end, 10);
        if (end == at || uid == 0 || uid > UINT32_MAX || *end == '\0')
            break;
        uids[count++] = uid;
        at = end;
    }
    return count;
}

static int each(struct box *box, const unsigned long *uids, int count, box_taker *take, void *owner, char reason[IMAP_REASON_MAX]) {
    int marked = 0;
    for (int i = 0; i < count; i++) {
        char url[URL_MAX + 40], store[80];
        snprintf(url, sizeof url, "%s;UID=%lu", box->url, uids[i]);
        if (request(box, url, NULL, reason) != 0)
            return -1;
        enum box_take taken = take(owner, box->answer.bytes, box->answer.size);
        if (taken == TAKE_END)
            break;
        if (taken == TAKE_LATER)
            continue;
        snprintf(store, sizeof store, "UID STORE %lu +FLAGS.SILENT (\\Answered)", uids[i]);
        if (request(box, box->url, store, reason) != 0)
            return -1;
        marked++;
    }
    return marked;
}

static int look(struct box *box, box_taker *take, void *owner, char reason[IMAP_REASON_MAX]) {
    unsigned long uids[BOX_LETTERS_MOST];
    box->answer.most = SEARCH_BYTES;
    if (request(box, box->url, SEARCH, reason) != 0)
        return -1;
    int count = numbers(&box->answer, uids);
    box->answer.most = RETURNED_BYTES_MOST;
    return each(box, uids, count, take, owner, reason);
}

int imap_box_look(const struct config *config, const struct beside *beside, box_taker *take, void *owner, char reason[IMAP_REASON_MAX]) {
    char password[PASSWORD_MAX] = "";
    struct box box = {.curl = curl_easy_init(), .answer = {.bytes = malloc(RETURNED_BYTES_MOST + 1)}};
    struct buf errors BUF_AUTO;
    int rc = -1;
    buf_init(&errors, 2000);
    if (password_read(config, password, &errors) != 0)
        snprintf(reason, IMAP_REASON_MAX, "%.*s", (int)strcspn(errors.data, "\n"), errors.data);
    else if (box.curl == NULL || box.answer.bytes == NULL || set_address(&box, config) != 0)
        snprintf(reason, IMAP_REASON_MAX, "returned_imap is no address, or out of memory");
    else {
        set_up(&box, config, beside, password);
        rc = look(&box, take, owner, reason);
    }
    curl_easy_cleanup(box.curl);
    free(box.answer.bytes);
    explicit_bzero(password, sizeof password);
    return rc;
}
