// submissions: forms, what people send with them, and what becomes of it.
#include "services/submissions/known_entries.h"
#include "services/submissions/migrations.h"
#include "services/submissions/office.h"
#include "submissions.handlers.h"

int main(int argc, char **argv) {
    const struct mesh_service service = {
        .contract = &contract_submissions,
        .handlers = submissions_handlers,
        .migrations = submissions_migrations,
        .migration_count = SUBMISSIONS_MIGRATIONS,
        .follows = &known_entries_follow,
        .follow_count = 1,
        .open = office_open,
        .writer_start = office_writer_start,
        .close = office_close,
        .derive = office_derive,
    };
    return mesh_main(argc, argv, &service);
}
