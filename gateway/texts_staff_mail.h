// texts_staff_mail: the part of TEXT_TABLE (gateway/texts.h) that a forgotten password and one's own mails use.
#pragma once

#define TEXT_TABLE_STAFF_MAIL(X)                          \
    X(RESET_FORGOTTEN, "reset.forgotten")                 \
    X(RESET_ASK_TITLE, "reset.ask_title")                 \
    X(RESET_ASK_LEAD, "reset.ask_lead")                   \
    X(RESET_ASK_SEND, "reset.ask_send")                   \
    X(RESET_ASKED, "reset.asked")                         \
    X(RESET_TITLE, "reset.title")                         \
    X(RESET_LEAD, "reset.lead")                           \
    X(RESET_SEND, "reset.send")                           \
    X(RESET_DONE, "reset.done")                           \
    X(RESET_GONE, "reset.gone")                           \
    X(STAFF_MAIL_TITLE, "staff_mail.title")               \
    X(STAFF_MAIL_LEAD, "staff_mail.lead")                 \
    X(STAFF_MAIL_UNCONFIRMED, "staff_mail.unconfirmed")   \
    X(STAFF_MAIL_SUSPENDED, "staff_mail.suspended")       \
    X(STAFF_MAIL_EMAIL, "staff_mail.email")               \
    X(STAFF_MAIL_EMAIL_HELP, "staff_mail.email_help")     \
    X(STAFF_MAIL_PASSWORD_HELP, "staff_mail.password_help") \
    X(STAFF_MAIL_NEW, "staff_mail.new")                   \
    X(STAFF_MAIL_AT_ONCE, "staff_mail.at_once")           \
    X(STAFF_MAIL_DAILY, "staff_mail.daily")               \
    X(STAFF_MAIL_NONE, "staff_mail.none")                 \
    X(STAFF_MAIL_OVERDUE, "staff_mail.overdue")           \
    X(STAFF_MAIL_OVERDUE_YES, "staff_mail.overdue_yes")   \
    X(STAFF_MAIL_LANGUAGE, "staff_mail.language")         \
    X(STAFF_MAIL_GERMAN, "staff_mail.german")             \
    X(STAFF_MAIL_ENGLISH, "staff_mail.english")           \
    X(STAFF_MAIL_SEND, "staff_mail.send")                 \
    X(STAFF_MAIL_DONE, "staff_mail.done")
