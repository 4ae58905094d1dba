#include "services/notifications/mail_trouble.h"

const char *mail_trouble_word(enum mail_trouble trouble) {
    static const char *const words[TROUBLES] = {
#define X(id, word) word,
        MAIL_TROUBLE_TABLE(X)
#undef X
    };
    return words[trouble];
}
