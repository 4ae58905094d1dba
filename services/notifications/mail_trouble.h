// mail_trouble: why a mail did not go, as one word that is kept with it and shown in words of the reader's language.
#pragma once

#define MAIL_TROUBLE_TABLE(X)                                                                        \
    X(NONE, "")                                                                                      \
    X(UNREACHABLE, "unreachable")  /* the server: no address, no connection */                       \
    X(TIMEOUT, "timeout")          /* it did not answer in time */                                   \
    X(TLS, "tls")                  /* its certificate is not trusted, or no agreement on TLS */      \
    X(NO_STARTTLS, "no_starttls")  /* it offers none where it is required */                         \
    X(AUTH, "auth")                /* it does not accept our name and password */                    \
    X(SERVER, "server")            /* it does not take mail from us at present */                    \
    X(BUSY, "busy")                /* it says: later (421) */                                        \
    X(LOST, "lost")                /* the connection broke */                                        \
    X(DEFERRED, "deferred")        /* 4xx: it does not take this mail yet */                         \
    X(POLICY, "policy")            /* 5.7.x: it does not take this mail from us */                   \
    X(REFUSED, "refused")          /* 5xx: not for this recipient */                                 \
    X(REJECTED, "rejected")        /* 5xx: not with this content */                                  \
    X(TOO_LARGE, "too_large")                                                                        \
    X(ADDRESS, "address")          /* it is none */                                                  \
    X(TEXT, "text")                /* the mail's text cannot be made */                              \
    X(OVERTAKEN, "overtaken")      /* all that it was to tell of is gone */                          \
    X(INTERRUPTED, "interrupted")  /* by our own end */                                              \
    X(DEADLY, "deadly")            /* our processes died while it was sent */                        \
    X(FAULT, "fault")              /* of ours */

enum mail_trouble {
#define X(id, word) TROUBLE_##id,
    MAIL_TROUBLE_TABLE(X)
#undef X
        TROUBLES
};
const char *mail_trouble_word(enum mail_trouble trouble);
