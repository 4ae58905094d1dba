// kosi-notifications: every mail that is owed, to whom, and what became of it; who agreed to what; what staff write to many.
#include "services/notifications/contact.h"
#include "services/notifications/digest.h"
#include "services/notifications/follows.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/migrations.h"
#include "services/notifications/news.h"
#include "services/notifications/newsletter.h"
#include "services/notifications/reader.h"
#include "services/notifications/reminder.h"
#include "services/notifications/returned_box.h"
#include "services/notifications/sender.h"
#include "services/notifications/staff_mail.h"
#include "services/notifications/watchdog.h"
#include "notifications.handlers.h"

static const struct mesh_timer timers[] = {
    {"mail_watchdog", 1000, watchdog_look},
    {"mail_unconfirmed", 60000, watchdog_cancel},
    {"mail_forget", 60000, watchdog_forget},
    {"contacts", CONTACT_SWEEP_MS, contact_sweep},
    {"reminders", 1000, reminder_run},
    {"reminders_old", 60000, reminder_forget_old},
    {"digest", 5000, digest_run},
    {"news_old", 60000, news_forget_old},
    {"newsletter", 500, newsletter_run},
    {"staff_mail", 30000, staff_mail_tick},
};

static const struct mesh_beside besides[] = {
    {"sender", sender_needed, sender_run},
    {"returned", returned_box_needed, returned_box_run},
};

int main(int argc, char **argv) {
    const struct mesh_follow follows[] = {follow_submissions, follow_registry, follow_accounts};
    const struct mesh_service service = {
        .contract = &contract_notifications,
        .handlers = notifications_handlers,
        .migrations = notifications_migrations,
        .migration_count = notifications_migration_count,
        .follows = follows,
        .follow_count = sizeof follows / sizeof *follows,
        .timers = timers,
        .timer_count = sizeof timers / sizeof *timers,
        .besides = besides,
        .beside_count = sizeof besides / sizeof *besides,
        .writer_start = watchdog_start,
        .open = mailroom_open,
        .check = returned_box_check,
        .close = mailroom_close,
        .derive = notifications_derive,
    };
    return mesh_main(argc, argv, &service);
}
