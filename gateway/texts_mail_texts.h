// texts_mail_texts: the part of TEXT_TABLE (gateway/texts.h) of the pages where staff edit the texts of mails.
#pragma once

#define TEXT_TABLE_MAIL_TEXTS(X)                                  \
    X(MAIL_TEXTS_TITLE, "mail_texts.title")                       \
    X(MAIL_TEXTS_GIVEN, "mail_texts.given")                       \
    X(MAIL_TEXTS_EDITED, "mail_texts.edited")                     \
    X(MAIL_TEXTS_DE, "mail_texts.de")                             \
    X(MAIL_TEXTS_EN, "mail_texts.en")                             \
    X(MAIL_TEXT_TITLE, "mail_text.title")                         \
    X(MAIL_TEXT_DONE, "mail_text.done")                           \
    X(MAIL_TEXT_MEANWHILE, "mail_text.meanwhile")                 \
    X(MAIL_TEXT_LINE, "mail_text.line")                           \
    X(MAIL_TEXT_OLDER, "mail_text.older")                         \
    X(MAIL_TEXT_VERSION, "mail_text.version")                     \
    X(MAIL_TEXT_VERSION_CITY, "mail_text.version_city")           \
    X(MAIL_TEXT_MAIL, "mail_text.mail")                           \
    X(MAIL_TEXT_MAIL_HELP, "mail_text.mail_help")                 \
    X(MAIL_TEXT_REAL, "mail_text.real")                           \
    X(MAIL_TEXT_EXAMPLE, "mail_text.example")                     \
    X(FIELD_NO_SUBJECT, "field.no_subject")                       \
    X(FIELD_EMPTY, "field.empty")                                 \
    X(FIELD_OPEN_BRACES, "field.open_braces")                     \
    X(FIELD_UNKNOWN_FACT, "field.unknown_fact")                   \
    X(FIELD_FACT_MISSING, "field.fact_missing")                   \
    X(FIELD_FACT_NOT_ALONE, "field.fact_not_alone")               \
    X(FIELD_SUBJECT_NOT_SURE, "field.subject_not_sure")           \
    X(FIELD_LINK_NOT_WEB, "field.link_not_web")                   \
    X(FIELD_NOT_IN_MAILS, "field.not_in_mails")                   \
    X(FIELD_TOO_DEEP, "field.too_deep")
