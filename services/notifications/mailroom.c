#include "services/notifications/mailroom.h"
#include "services/notifications/consent.h"
#include "services/notifications/imap_box.h"
#include "services/notifications/letter.h"
#include "services/notifications/mail_texts.h"
#include "services/notifications/route.h"
#include "services/notifications/senders.h"
#include "services/notifications/smtp.h"
#include "services/common/contract/vocabulary.h"
#include <stdlib.h>

static int furnish(struct mailroom *room, const struct config *config, struct buf *errors) {
    room->routes = calloc(1, sizeof *room->routes);
    room->senders = senders_new();
    room->arena = arena_new(VOCABULARY_BYTES_MAX);
    if (room->arena == NULL || room->routes == NULL || room->senders == NULL || routes_read(config, room->routes, errors) != 0)
        return -1;
    if (routes_password(config, room->mail_password, sizeof room->mail_password, errors) != 0)
        return -1;
    letter_open();
    if (smtp_prepare() != 0)
        return -1;
    if (imap_box_safe(config, errors) != 0)
        return -1;
    if (consent_open(config, &room->wordings, errors) != 0)
        return -1;
    room->vocabulary = vocabulary_open(config->city_dir, room->arena, errors);
    if (room->vocabulary == NULL)
        return -1;
    room->texts = mail_texts_open(config, errors);
    if (room->texts == NULL)
        return -1;
    return config_key(config, "node", room->node_key, sizeof room->node_key, errors);
}

int mailroom_open(const struct config *config, void **state, struct buf *errors) {
    struct mailroom *room = calloc(1, sizeof *room);
    int rc = room != NULL ? furnish(room, config, errors) : -1;
    if (rc != 0) {
        mailroom_close(room);
        return rc;
    }
    *state = room;
    return 0;
}

void mailroom_close(void *state) {
    struct mailroom *room = state;
    if (room == NULL)
        return;
    mail_texts_close(&room->texts);
    consent_close(&room->wordings);
    senders_free(&room->senders);
    arena_free(&room->arena);
    free(room->routes);
    free(room);
}
