// kosi-notifications: every mail that is owed, to whom, and what became of it; who agreed to what; what staff write to many.
#include "services/notifications/mailroom.h"
#include "services/notifications/migrations.h"
#include "notifications.handlers.h"

int main(int argc, char **argv) {
    const struct mesh_service service = {
        .contract = &contract_notifications,
        .handlers = notifications_handlers,
        .migrations = notifications_migrations,
        .migration_count = notifications_migration_count,
        .open = mailroom_open,
        .close = mailroom_close,
    };
    return mesh_main(argc, argv, &service);
}
