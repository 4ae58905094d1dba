#include "services/common/base/link.h"
#include <string.h>

static const struct {
    const char *de, *en;
    const char *purpose; // of the token; NULL: no secret
} links[LINKS] = {
    [LINK_HOME] = {"/", "/en/", NULL},
    [LINK_IMPRINT] = {"/impressum", "/en/imprint", NULL},
    [LINK_PRIVACY] = {"/datenschutz", "/en/privacy", NULL},
    [LINK_LANDSCAPE] = {"/landschaft", "/en/landscape", NULL},
    [LINK_ENTRY] = {"/landschaft/", "/en/landscape/", NULL},
    [LINK_STATUS] = {"/einreichungen/", "/en/submissions/", "status"},
    [LINK_CONFIRM] = {"/post/bestaetigen/", "/en/mail/confirm/", "confirm"},
    [LINK_PREFERENCES] = {"/post/einstellungen/", "/en/mail/preferences/", "preferences"},
    [LINK_LEAVE_NEWSLETTER] = {"/post/abmelden/newsletter/", "/en/mail/leave/newsletter/", "leave-newsletter"},
    [LINK_LEAVE_DIGEST] = {"/post/abmelden/digest/", "/en/mail/leave/digest/", "leave-digest"},
    [LINK_REFRESH] = {"/eintrag-bestaetigen/", "/en/confirm-entry/", "refresh"},
    [LINK_ISSUE] = {"/newsletter/", "/en/newsletter/", NULL},
    [LINK_RESET] = {"/intern/neues-passwort/", "/en/intern/new-password/", "reset"},
    [LINK_STAFF_SUBMISSION] = {"/intern/einreichungen/", "/en/intern/submissions/", NULL},
    [LINK_STAFF_INBOX] = {"/intern/einreichungen", "/en/intern/submissions", NULL},
    [LINK_STAFF_MAIL_SETTINGS] = {"/intern/konto/mails", "/en/intern/account/mail", NULL},
    [LINK_MESSAGE] = {"", "", "message"},
};

char *link_url(const struct config *config, enum link link, const char *language, const char *variable, struct arena *arena) {
    const char *path = language != NULL && strcmp(language, "en") == 0 ? links[link].en : links[link].de;
    return arena_format(arena, "%s%s%s", config->public_url, path, variable != NULL ? variable : "");
}

void link_token(const uint8_t node_key[32], enum link link, const char *id, uint32_t generation, char out[ID_TOKEN_MAX]) {
    uint8_t bytes[ID_BYTES];
    out[0] = '\0';
    if (id != NULL && links[link].purpose != NULL && id_parse(id, bytes))
        id_token(node_key, bytes, links[link].purpose, generation, out);
}

bool link_check(const uint8_t node_key[32], enum link link, const char *token, uint32_t generation, char id[ID_TEXT_MAX]) {
    uint8_t bytes[ID_BYTES];
    if (links[link].purpose == NULL || !id_token_peek(token, bytes) ||
        !id_token_check(node_key, token, links[link].purpose, generation))
        return false;
    id_text(bytes, id);
    return true;
}
