// texts_newsletter: the part of TEXT_TABLE (gateway/texts.h) for newsletters and for confirming an entry.
#pragma once

#define TEXT_TABLE_NEWSLETTER(X)                          \
    X(REFRESH_TITLE, "refresh.title")                     \
    X(REFRESH_LEAD, "refresh.lead")                       \
    X(REFRESH_LEAD_ARCHIVED, "refresh.lead_archived")     \
    X(REFRESH_NOTHING, "refresh.nothing")                 \
    X(REFRESH_DONE, "refresh.done")                       \
    X(NEWSLETTER_TITLE, "newsletter.title")               \
    X(NEWSLETTER_DESCRIPTION, "newsletter.description")   \
    X(LETTERS_TITLE, "letters.title")                     \
    X(LETTERS_READERS, "letters.readers")                 \
    X(LETTERS_READER, "letters.reader")                   \
    X(LETTERS_NEW_TITLE, "letters.new_title")             \
    X(LETTERS_ONE, "letters.one")                         \
    X(LETTERS_DRAFT, "letters.draft")                     \
    X(LETTERS_SENDING, "letters.sending")                 \
    X(LETTERS_SENT, "letters.sent")                       \
    X(LETTERS_SENT_WHEN, "letters.sent_when")             \
    X(LETTERS_EDITED, "letters.edited")                   \
    X(LETTERS_SUBJECT_DE, "letters.subject_de")           \
    X(LETTERS_BODY_DE, "letters.body_de")                 \
    X(LETTERS_BODY_HELP, "letters.body_help")             \
    X(LETTERS_SUBJECT_EN, "letters.subject_en")           \
    X(LETTERS_ENGLISH_HELP, "letters.english_help")       \
    X(LETTERS_BODY_EN, "letters.body_en")                 \
    X(LETTERS_IN_GERMAN, "letters.in_german")             \
    X(LETTERS_IN_ENGLISH, "letters.in_english")           \
    X(LETTERS_SEND_TITLE, "letters.send_title")           \
    X(LETTERS_SEND_ABOUT, "letters.send_about")           \
    X(LETTERS_SEND_ABOUT_ONE, "letters.send_about_one")   \
    X(LETTERS_SEND_WARNING, "letters.send_warning")       \
    X(LETTERS_STATE, "letters.state")                     \
    X(LETTERS_WHEN, "letters.when")                       \
    X(LETTERS_TO, "letters.to")                           \
    X(LETTERS_FIGURE_SENT, "letters.figure_sent")         \
    X(LETTERS_FIGURE_OPEN, "letters.figure_open")         \
    X(LETTERS_FIGURE_FAILED, "letters.figure_failed")     \
    X(LETTERS_PUBLIC, "letters.public")                   \
    X(LETTERS_DONE_SAVED, "letters.done_saved")           \
    X(LETTERS_DONE_TEST, "letters.done_test")             \
    X(LETTERS_DONE_SEND, "letters.done_send")             \
    X(LETTERS_MEANWHILE, "letters.meanwhile")             \
    X(LETTERS_CHANGED, "letters.changed")                 \
    X(LETTERS_GONE_OUT, "letters.gone_out")               \
    X(LETTERS_NO_ADDRESS, "letters.no_address")           \
    X(LETTERS_NO_ADDRESS_LINK, "letters.no_address_link")
