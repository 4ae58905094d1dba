// What readers tell, and what staff make of it.
#include "services/common/base/id.h"
#include "services/registry/entry.h"
#include "services/registry/projection.h"
#include "services/registry/report.h"
#include "registry.handlers.h"
#include <string.h>

enum { LATER_MS = 3600 * 1000 };

static int refuse(struct mesh_call *call, const char *field, const char *code) {
    mesh_violation(call, field, code, 0);
    return PROBLEM_VALIDATION;
}

static bool is_blank(const char *text) {
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static int check_entry(struct mesh_call *call, const char *given, char id[ID_TEXT_MAX]) {
    struct landscape landscape = registry_landscape(call);
    uint8_t binary[ID_BYTES], *bytes;
    size_t size;
    if (!id_parse(given, binary))
        return PROBLEM_NOT_FOUND;
    id_text(binary, id);   // as it is stored, whatever case it was sent in
    return entry_packed(&landscape, id, &bytes, &size);
}

int registry_report(struct mesh_call *call, const Kosi__ReportRequest *given, Kosi__ReportReply *reply) {
    Kosi__ReportRequest request = *given;
    char entry_id[ID_TEXT_MAX] = "", id[ID_TEXT_MAX];
    bool about_entry = request.entry_id != NULL && request.entry_id[0] != '\0';
    int rc = about_entry ? check_entry(call, request.entry_id, entry_id) : 0;
    if (rc != 0)
        return rc;
    request.entry_id = entry_id;
    if (!report_reason_known(request.reason, about_entry))
        return refuse(call, "reason", "not_an_option");
    if (report_reason_needs_text(request.reason) && is_blank(request.text))
        return refuse(call, "text", "required");
    uint32_t open;
    rc = report_count_open(call->store, &open);
    if (rc == 0 && open >= REPORTS_OPEN_MAX) {
        call->retry_after_ms = LATER_MS;
        return PROBLEM_SLOW_DOWN;
    }
    id_uuid7(id);
    rc = rc ? rc : report_add(call->store, id, &request, call->now_us);
    reply->id = arena_text(call->arena, id);
    reply->has_created_at = true;
    reply->created_at = call->now_us;
    return rc == 0 && reply->id == NULL ? STORE_FAULT : rc;
}

int registry_reports(struct mesh_call *call, const Kosi__ReportListRequest *request, Kosi__ReportListReply *reply) {
    struct landscape landscape = registry_landscape(call);
    int rc = report_list(&landscape, request, reply);
    if (rc == PROBLEM_BAD_PARAMETER)
        mesh_violation(call, "state", "not_an_option", 0);
    return rc;
}

int registry_resolve(struct mesh_call *call, const Kosi__ResolveRequest *request, Kosi__ResolveReply *reply) {
    uint8_t binary[ID_BYTES];
    char id[ID_TEXT_MAX];
    if (!id_parse(request->id, binary))
        return PROBLEM_NOT_FOUND;
    id_text(binary, id);
    if (!report_outcome_known(request->outcome))
        return refuse(call, "outcome", "not_an_option");
    Kosi__ResolveRequest asked = *request;
    asked.id = id;
    int rc = report_resolve(call->store, &asked, call->actor->login, call->now_us);
    if (rc != 0)
        return rc;
    reply->id = arena_text(call->arena, id);
    reply->outcome = request->outcome;
    reply->has_resolved_at = true;
    reply->resolved_at = call->now_us;
    call->audit_subject = reply->id;
    call->audit_detail = arena_format(call->arena, "%s%s", request->outcome, request->erase ? ", erased" : "");
    return reply->id == NULL ? STORE_FAULT : 0;
}
