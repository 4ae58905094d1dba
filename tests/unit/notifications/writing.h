// For tests of what mails say: the city's files as they are in the tree, and a database of notifications' own.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "services/notifications/mail_gather.h"
#include "services/notifications/mail_texts.h"
#include "services/notifications/migrations.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBMISSION "0198c0de-0000-7000-8000-000000000001"
#define ENTRY "0198c0de-0000-7000-8000-000000000002"
#define CONTACT "0198c0de-0000-7000-8000-000000000003"
#define MAIL "0198c0de-0000-7000-8000-000000000004"

struct writing {
    char folder[64];
    struct config config;
    struct mailroom room;
    struct store *store;
    struct mail_pen pen;
};

static inline void writing_open(struct writing *w) {
    memset(w, 0, sizeof *w);
    strcpy(w->folder, "/tmp/kosi-unit-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    w->config = (struct config){.city_dir = KOSI_SHARE_DIR "/deploy/cities/dortmund", .share_dir = KOSI_SHARE_DIR,
                                .public_url = "https://kosi.example.org", .mail_from = "KoSI-Lab <kosi@example.org>", .overdue_days = 14};
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    w->room.texts = mail_texts_open(&w->config, &errors);
    if (w->room.texts == NULL)
        fail_msg("%s", errors.data);
    memset(w->room.node_key, 7, sizeof w->room.node_key);
    char file[100];
    snprintf(file, sizeof file, "%s/n.db", w->folder);
    w->store = store_open(file, STORE_WRITER);
    assert_non_null(w->store);
    assert_int_equal(store_migrate(w->store, notifications_migrations, notifications_migration_count), 0);
    w->pen = (struct mail_pen){&w->room, &w->config, w->store, arena_new(16 << 20)};
}

static inline void writing_close(struct writing *w) {
    char command[100];
    arena_free(&w->pen.arena);
    store_close(&w->store);
    mail_texts_close(&w->room.texts);
    snprintf(command, sizeof command, "rm -rf %s", w->folder);
    assert_int_equal(system(command), 0);
}

static inline void writing_run(struct writing *w, const char *sql) {
    assert_int_equal(store_run(store_prepare(w->store, sql)), 0);
}

static inline Kosi__LeasedMail writing_mail(const char *kind, const char *language, const char *subject) {
    Kosi__LeasedMail mail = KOSI__LEASED_MAIL__INIT;
    mail.id = MAIL;
    mail.kind = (char *)kind;
    mail.language = (char *)language;
    mail.contact = CONTACT;
    mail.address = "lea@example.org";
    mail.generation = 1;
    mail.subject_id = (char *)subject;
    return mail;
}
