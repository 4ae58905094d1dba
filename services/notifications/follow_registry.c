// From the registry's log: what is new for the digest, and the reminders about entries that nobody confirmed for long.
#include "services/notifications/follows.h"
#include "services/notifications/news.h"
#include "services/notifications/reminder.h"
#include <string.h>

static const struct {
    const char *type;
    int (*apply)(struct mesh_call *call, const struct mesh_record *record);
} rows[] = {{"EntryPublished", news_published},
            {"EntryUnpublished", news_unpublished},
            {"ReminderSet", reminder_apply},
            {"ReminderDropped", reminder_apply}};
static const char *const types[] = {"EntryPublished", "EntryUnpublished", "ReminderSet", "ReminderDropped", NULL};

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].type, record->type) == 0)
            return rows[i].apply(call, record);
    return 0;
}

const struct mesh_follow follow_registry = {"registry", types, true, apply};
