#include "services/notifications/mail_texts.h"
#include "services/common/contract/json_walk.h"
#include "services/notifications/mail_text.h"
#include "kosi/mail_words.pb-c.h"
#include "kosi/pages_site.pb-c.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS_BYTES_MOST = 8 * 1024 * 1024, TEXT_BYTES_MOST = 64 * 1024, FILE_BYTES = 600, FOLDERS = 2, LANGUAGES = 2 };
static const char *const language_names[LANGUAGES] = {"de", "en"};

struct mail_texts {
    struct arena *arena;
    char folders[FOLDERS][FILE_BYTES];   // the city's own, then KoSI's
    char *sources[MAIL_KINDS][LANGUAGES];
    Kosi__MailWordsFile *words[FOLDERS];
    Kosi__SiteFile *site;
};

static int language_of(const char *name) {
    return name != NULL && strcmp(name, "en") == 0;
}

// ---- reading

static char *read_file(const char *file, struct arena *arena) {
    FILE *stream = fopen(file, "re");
    char *text = stream != NULL ? arena_take(arena, TEXT_BYTES_MOST + 2) : NULL;
    size_t n = text != NULL ? fread(text, 1, TEXT_BYTES_MOST + 1, stream) : 0;
    if (stream != NULL)
        fclose(stream);
    return text != NULL && n <= TEXT_BYTES_MOST && strlen(text) == n ? text : NULL;
}

static void *read_json(struct mail_texts *texts, const char *file, const ProtobufCMessageDescriptor *descriptor, struct buf *errors) {
    ProtobufCMessage *message = arena_take(texts->arena, descriptor->sizeof_message);
    if (message == NULL)
        return NULL;
    protobuf_c_message_init(descriptor, message);
    return json_file_to_message(file, contract_message_of(descriptor), message, texts->arena, errors) == 0 ? message : NULL;
}

static int read_words(struct mail_texts *texts, struct buf *errors) {
    int failed = 0;
    for (int i = 0; i < FOLDERS; i++) {
        char file[FILE_BYTES + 20];
        snprintf(file, sizeof file, "%s/words.json", texts->folders[i]);
        if (i + 1 < FOLDERS && access(file, F_OK) != 0)
            continue;   // a city need not have words of its own
        texts->words[i] = read_json(texts, file, &kosi__mail_words_file__descriptor, errors);
        failed |= texts->words[i] == NULL ? -1 : 0;
    }
    return failed;
}

static int check_source(enum mail_kind kind, const char *file, const char *source, struct buf *errors) {
    struct mail_faults faults;
    if (mail_text_check(kind, source, &faults) != 0)
        return -1;
    for (int i = 0; i < faults.count; i++) {
        struct buf told BUF_AUTO;
        buf_init(&told, 0);
        mail_fault_tell(&faults.items[i], &told);
        buf_line(errors, "%s:%d: %s", file, faults.items[i].line, told.data);
    }
    return faults.count == 0 ? 0 : -1;
}

static int read_source(struct mail_texts *texts, enum mail_kind kind, int language, struct buf *errors) {
    char file[FILE_BYTES + 60];
    for (int i = 0; i < FOLDERS; i++) {
        snprintf(file, sizeof file, "%s/%s.%s.md", texts->folders[i], mail_kind_row(kind)->name, language_names[language]);
        if (i + 1 < FOLDERS && access(file, F_OK) != 0)
            continue;
        char *whole = read_file(file, texts->arena);
        if (whole == NULL) {
            buf_line(errors, "%s:1: this text of a mail can't be read. Put it there: UTF-8, at most %d bytes.", file, TEXT_BYTES_MOST);
            return -1;
        }
        texts->sources[kind][language] = whole;
        return check_source(kind, file, whole, errors);
    }
    return -1;
}

static int read_all(struct mail_texts *texts, const struct config *config, struct buf *errors) {
    char site[FILE_BYTES];
    snprintf(site, sizeof site, "%s/site.json", config->city_dir);
    texts->site = read_json(texts, site, &kosi__site_file__descriptor, errors);
    int failed = texts->site == NULL ? -1 : 0;
    failed |= read_words(texts, errors);
    for (int kind = 0; kind < MAIL_KINDS; kind++)
        for (int language = 0; language < LANGUAGES; language++)
            failed |= read_source(texts, kind, language, errors);
    return failed;
}

struct mail_texts *mail_texts_open(const struct config *config, struct buf *errors) {
    struct mail_texts *texts = calloc(1, sizeof *texts);
    if (texts == NULL)
        return NULL;
    texts->arena = arena_new(TEXTS_BYTES_MOST);
    snprintf(texts->folders[0], FILE_BYTES, "%s/mails", config->city_dir);
    snprintf(texts->folders[1], FILE_BYTES, "%s/mails", config->share_dir);
    if (access(texts->folders[1], R_OK) != 0)   // in the tree
        snprintf(texts->folders[1], FILE_BYTES, "%s/services/notifications/texts", config->share_dir);
    if (texts->arena == NULL || read_all(texts, config, errors) != 0)
        mail_texts_close(&texts);
    return texts;
}

void mail_texts_close(struct mail_texts **texts) {
    if (*texts == NULL)
        return;
    arena_free(&(*texts)->arena);
    free(*texts);
    *texts = NULL;
}

// ---- looking up

const char *mail_texts_source(const struct mail_texts *texts, enum mail_kind kind, const char *language) {
    return texts->sources[kind][language_of(language)];
}

static const char *in_language(const Kosi__Text *text, const char *language) {
    if (text == NULL)
        return NULL;
    return language_of(language) && text->en != NULL && *text->en != '\0' ? text->en : text->de;
}

const char *mail_texts_word(const struct mail_texts *texts, const char *key, const char *language) {
    for (int i = 0; i < FOLDERS; i++)
        for (size_t k = 0; texts->words[i] != NULL && k < texts->words[i]->n_words; k++)
            if (strcmp(texts->words[i]->words[k]->key, key) == 0)
                return in_language(texts->words[i]->words[k]->text, language);
    return NULL;
}

const char *mail_texts_city(const struct mail_texts *texts, const char *language) {
    const char *name = in_language(texts->site->name, language);
    return name != NULL ? name : "KoSI";
}

struct mail_colours mail_texts_colours(const struct mail_texts *texts, enum mail_light light) {
    const Kosi__ColoursFile *file = light == MAIL_DARK ? texts->site->dark : texts->site->light;
    return (struct mail_colours){file->header, file->on_header, file->action, file->on_action};
}
