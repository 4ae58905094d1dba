// link: the node's addresses that services write into mails and replies, and the tokens of the secret ones. The one place where a service
// knows a page's address; the gateway's tables have the same ones (a test holds them together).
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/config.h"
#include "services/common/base/id.h"

enum link {
    LINK_HOME,
    LINK_IMPRINT,
    LINK_PRIVACY,
    LINK_LANDSCAPE,
    LINK_ENTRY,             // public: the entry's id
    LINK_STATUS,            // secret, of a submission
    LINK_CONFIRM,           // secret, of a contact: confirm the address
    LINK_PREFERENCES,       // secret, of a contact
    LINK_LEAVE_NEWSLETTER,  // secret, of a contact: one POST leaves the list
    LINK_LEAVE_DIGEST,
    LINK_REFRESH,           // secret, of an entry: it is still right
    LINK_ISSUE,             // public: a newsletter's id
    LINK_RESET,             // secret, of a staff account
    LINK_STAFF_SUBMISSION,  // a submission's id
    LINK_STAFF_INBOX,
    LINK_STAFF_MAIL_SETTINGS,
    LINK_MESSAGE,           // no page: the token in a Message-ID, of a mail
    LINKS
};
// Of LINK_STATUS: whoever sent a submission was shown the first, which holds for ever. One that goes by mail is for an address, perhaps of
// somebody else by mistake: it holds until the sender gives another one. So its generation is LINK_STATUS_MAILED + the changes of the address.
enum { LINK_STATUS_SHOWN = 1, LINK_STATUS_MAILED = 2 };
// "https://…/einreichungen/TOKEN" or "https://…/en/submissions/TOKEN"; variable: what stands at the end (NULL: nothing). NULL: out of memory.
char *link_url(const struct config *config, enum link link, const char *language, const char *variable, struct arena *arena);
// The secret's token for an id (a UUID as text) in a generation. "" when id is none.
void link_token(const uint8_t node_key[32], enum link link, const char *id, uint32_t generation, char out[ID_TOKEN_MAX]);
// Whose token is it? id gets the UUID; false: it is none of this kind and generation. For generations that are not known beforehand
// look with id_token_peek() first.
bool link_check(const uint8_t node_key[32], enum link link, const char *token, uint32_t generation, char id[ID_TEXT_MAX]);
