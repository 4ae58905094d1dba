// problem: the outcomes a request can have, in one table that the broker, the services and the edge share.
// A function that can be refused returns 0 (done), a positive enum problem (an expected outcome) or a negative
// number (a fault of ours: becomes "internal"). Columns: enum name, code on the wire, HTTP status.
#pragma once

#define PROBLEM_TABLE(X)                          \
    X(MALFORMED, "malformed", 400)                \
    X(BAD_PAGE_TOKEN, "bad_page_token", 400)      \
    X(BAD_PARAMETER, "bad_parameter", 400)        \
    X(UNKNOWN_FIELD, "unknown_field", 400)        \
    X(NOT_SIGNED_IN, "not_signed_in", 401)        \
    X(SESSION_EXPIRED, "session_expired", 401)    \
    X(SIGN_IN_FAILED, "sign_in_failed", 401)      \
    X(ROLE_MISSING, "role_missing", 403)          \
    X(CSRF, "csrf", 403)                          \
    X(NOT_FOUND, "not_found", 404)                \
    X(METHOD_NOT_ALLOWED, "method_not_allowed", 405) \
    X(ILLEGAL_STATE, "illegal_state", 409)        \
    X(FULL, "full", 409)                          \
    X(CLOSED, "closed", 409)                      \
    X(ALREADY_DECIDED, "already_decided", 409)    \
    X(GONE, "gone", 410)                          \
    X(CHANGED_MEANWHILE, "changed_meanwhile", 412) \
    X(TOO_LARGE, "too_large", 413)                \
    X(UNSUPPORTED_TYPE, "unsupported_type", 415)  \
    X(VALIDATION, "validation", 422)              \
    X(KEY_REUSED, "key_reused", 422)              \
    X(IF_MATCH_REQUIRED, "if_match_required", 428) \
    X(SLOW_DOWN, "slow_down", 429)                \
    X(HEADERS_TOO_LARGE, "headers_too_large", 431) \
    X(INTERNAL, "internal", 500)                  \
    X(WORKER_LOST, "worker_lost", 500)            \
    X(UNKNOWN_SERVICE, "unknown_service", 503)    \
    X(UNKNOWN_METHOD, "unknown_method", 500)      \
    X(WRONG_VERSION, "wrong_version", 500)        \
    X(BUSY, "busy", 503)                          \
    X(STORAGE, "storage", 503)                    \
    X(STARTING, "starting", 503)                  \
    X(UNKNOWN_OUTCOME, "unknown_outcome", 504)

enum problem {
    PROBLEM_NONE = 0,
#define X(name, code, status) PROBLEM_##name,
    PROBLEM_TABLE(X)
#undef X
    PROBLEM_COUNT
};

const char *problem_code(int outcome);   // "ok" for 0; negative and unknown give "internal"
int problem_status(int outcome);         // HTTP status; 200 for 0
int problem_of(const char *code);        // enum problem; 0 for "ok", PROBLEM_INTERNAL for unknown codes
