// Batches of writes: one commit, refusals undone, keys, and what happens when the n-th database step fails.
#include "bench_worker.h"
#include "submissions.handlers.h"

static const struct store_migration migrations[] = {
    {1, 1, "CREATE TABLE thing(id INTEGER PRIMARY KEY, slug TEXT NOT NULL) STRICT"}};

static int insert(struct mesh_call *call, const char *slug) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO thing(slug) VALUES(?1)");
    store_bind_text(s, 1, slug);
    return store_run(s);
}

// Toy handlers behind the contract of submissions: the slug says what is to happen.
static int submit(struct mesh_call *call, const ProtobufCMessage *base, ProtobufCMessage *reply_base) {
    const Kosi__SubmitRequest *request = (const Kosi__SubmitRequest *)base;
    Kosi__SubmitReply *reply = (Kosi__SubmitReply *)reply_base;
    int rc = insert(call, request->slug);
    if (rc == 0) {
        Kosi__SubmissionReceived record = KOSI__SUBMISSION_RECEIVED__INIT;
        record.id = request->slug;
        Kosi__SubmissionContact contact = KOSI__SUBMISSION_CONTACT__INIT;
        contact.email = "someone@example.org";
        rc = mesh_log(call, request->slug, &record.base, &contact.base);
    }
    if (strcmp(request->slug, "refuse") == 0) {
        mesh_violation(call, "answers.title", "required", 0);
        return PROBLEM_VALIDATION;
    }
    if (strcmp(request->slug, "fault") == 0)
        return STORE_FAULT;
    reply->id = request->slug;
    reply->token = "secret-of-the-handler";
    return rc;
}

static int erase(struct mesh_call *call, const ProtobufCMessage *base, ProtobufCMessage *reply_base) {
    const Kosi__TokenRequest *request = (const Kosi__TokenRequest *)base;
    ((Kosi__EraseReply *)reply_base)->state = "erased";
    int rc = mesh_key_erase(call, request->token);
    return rc ? rc : mesh_log_erase(call, request->token);
}

static int decide(struct mesh_call *call, const ProtobufCMessage *base, ProtobufCMessage *reply) {
    (void)reply;
    call->audit_subject = ((const Kosi__DecisionRequest *)base)->id;
    call->audit_detail = "accept";
    return insert(call, "decided");
}

static int forms(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)request;
    (void)reply;
    Kosi__FormListReply packed = KOSI__FORM_LIST_REPLY__INIT;
    packed.next_page_token = "packed";
    uint8_t *bytes = arena_take(call->arena, 64);
    mesh_reply_packed(call, bytes, kosi__form_list_reply__pack(&packed, bytes));
    return 0;
}

static int nothing(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)call;
    (void)request;
    (void)reply;
    return 0;
}

static void derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply) {
    (void)call;
    (void)method;
    ((Kosi__SubmitReply *)reply)->token = "derived";
}

static struct mesh_handler handlers[WORKER_METHODS_MOST];
static struct mesh_service service = {.handlers = handlers, .migrations = migrations, .migration_count = 1, .derive = derive};

static void handler_for(const char *name, mesh_handle *handle) {
    for (int i = 0; i < service.contract->method_count; i++)
        if (strcmp(service.contract->methods[i].name, name) == 0)
            handlers[i].handle = handle;
}

static int set_up(void **state) {
    (void)state;
    service.contract = contract_service_named("submissions");
    for (int i = 0; i < service.contract->method_count; i++)
        handlers[i].handle = nothing;
    handler_for("Submit", submit);
    handler_for("Erase", erase);
    handler_for("Decide", decide);
    handler_for("Forms", forms);
    bench_open(&service);
    bench_become_writer();
    return 0;
}
static int tear_down(void **state) {
    (void)state;
    bench_close();
    return 0;
}

static struct question submit_of(const char *slug, const char *key, uint8_t id) {
    static uint8_t bodies[8][256];
    static int next;
    uint8_t *body = bodies[next++ % 8];
    Kosi__SubmitRequest request = KOSI__SUBMIT_REQUEST__INIT;
    Kosi__Answer answer = KOSI__ANSWER__INIT, *answers[] = {&answer};
    Kosi__Value value = KOSI__VALUE__INIT;
    answer.key = "title";
    answer.value = &value;
    value.text = "Lastenräder für alle";
    request.slug = (char *)slug;
    request.answers = answers;
    request.n_answers = 1;
    return (struct question){
        .method = "Submit", .key = key, .request_id = id, .body = body, .size = kosi__submit_request__pack(&request, body)};
}

static const char things[] = "SELECT count(*) FROM thing", logged[] = "SELECT count(*) FROM log",
                  keys[] = "SELECT count(*) FROM mesh_keys";

static void a_batch_commits_once_and_refusals_leave_nothing(void **state) {
    (void)state;
    const char *slugs[] = {"one", "refuse", "fault", "two"};
    for (uint8_t i = 0; i < 4; i++) {
        struct question q = submit_of(slugs[i], NULL, (uint8_t)(i + 1));
        bench_put(&q);
    }
    worker_turn(&bench->worker);
    assert_int_equal(bench->reply_count, 4);
    const char *outcomes[] = {"ok", "validation", "internal", "ok"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(bench->replies[i].outcome, outcomes[i]);
    assert_int_equal(bench_number(things), 2);
    assert_int_equal(bench_number(logged), 2);
    assert_int_equal(bench_number(keys), 2);
    assert_int_equal(bench->hint_count, 1);
    assert_string_equal(bench->hint_types, "SubmissionReceived ");
    assert_int_equal(bench->worker.log_last_seq, 2);
}

static void a_key_is_used_once(void **state) {
    (void)state;
    struct question q = submit_of("one", "key-1", 1), other = submit_of("two", "key-1", 2),
                    again = submit_of("one", "key-1", 3);
    struct caught *reply = bench_ask(&q);
    assert_false(reply->replayed);
    struct caught first = *reply;
    reply = bench_ask(&again);
    assert_true(reply->replayed);
    assert_string_equal(reply->outcome, "ok");
    assert_memory_equal(reply->body, first.body, first.size);
    assert_string_equal(bench_ask(&other)->outcome, "key_reused");
    assert_int_equal(bench_number(things), 1);
    Kosi__SubmitReply *stored = kosi__submit_reply__unpack(NULL, first.size, first.body);
    assert_string_equal(stored->token, "derived");
    kosi__submit_reply__free_unpacked(stored, NULL);
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_keys WHERE instr(reply, CAST('derived' AS BLOB)) > 0"
                                  " OR instr(reply, CAST('secret' AS BLOB)) > 0"),
                     0);
    struct question same_id = submit_of("three", NULL, 9);
    bench_ask(&same_id);
    assert_true(bench_ask(&same_id)->replayed); // delivered again after a worker died
}

static void a_refusal_does_not_use_up_a_key(void **state) {
    (void)state;
    struct question bad = submit_of("refuse", "key-1", 1), good = submit_of("corrected", "key-1", 2);
    assert_string_equal(bench_ask(&bad)->outcome, "validation");
    assert_string_equal(bench_ask(&good)->outcome, "ok");
}

static void after_an_erasure_a_repeat_is_gone(void **state) {
    (void)state;
    struct question q = submit_of("abc", "key-1", 1);
    bench_ask(&q);
    uint8_t body[64];
    Kosi__TokenRequest token = KOSI__TOKEN_REQUEST__INIT;
    token.token = "abc";
    struct question gone = {.method = "Erase", .request_id = 2, .body = body, .size = kosi__token_request__pack(&token, body)};
    assert_string_equal(bench_ask(&gone)->outcome, "ok");
    assert_string_equal(bench_ask(&q)->outcome, "gone");
    assert_int_equal(
        bench_number("SELECT count(*) FROM log WHERE content IS NULL AND private IS NULL AND length(content_hash) = 32"), 1);
}

static void same_key_twice_in_one_batch(void **state) {
    (void)state;
    struct question a = submit_of("one", "key-1", 1), b = submit_of("one", "key-1", 2);
    bench_put(&a);
    bench_put(&b);
    worker_turn(&bench->worker);
    assert_false(bench->replies[0].replayed);
    assert_true(bench->replies[1].replayed);
    assert_int_equal(bench_number(things), 1);
}

// Whichever database step fails: what was answered "ok" is stored, everything else is not, and the next batch works.
static void the_nth_step_fails(void **state) {
    (void)state;
    static const int codes[] = {SQLITE_FULL, SQLITE_READONLY, SQLITE_CORRUPT, SQLITE_CONSTRAINT};
    int64_t stored = 0;
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        for (int n = 1; n <= 32; n++) {
            bench->reply_count = 0;
            store_fail_step(bench->worker.writer, n, codes[c]);
            for (uint8_t i = 0; i < 3; i++) {
                char key[32];
                snprintf(key, sizeof key, "%zu-%d-%u", c, n, i);
                struct question q = submit_of("some", key, i);
                bench_put(&q);
            }
            worker_turn(&bench->worker);
            store_fail_step(bench->worker.writer, 0, 0);
            assert_int_equal(bench->reply_count, 3);
            for (int i = 0; i < 3; i++) {
                const struct caught *reply = &bench->replies[i];
                stored += strcmp(reply->outcome, "ok") == 0;
                if (codes[c] == SQLITE_FULL && strcmp(reply->outcome, "ok") != 0) {
                    assert_string_equal(reply->outcome, "storage");
                    assert_in_range(reply->retry_after_ms, 1000, 2000);
                }
            }
            assert_int_equal(bench_number(things), stored);
            assert_int_equal(bench_number(logged), stored);
            assert_int_equal(bench_number(keys), stored);
        }
    }
    assert_true(stored > 0);
    assert_false(bench->worker.failed);
}

static void a_failed_disk_ends_the_process_without_answers(void **state) {
    (void)state;
    for (int n = 12; n > 0 && !bench->worker.failed; n--) { // the last step of a batch is its commit
        struct question q = submit_of("one", NULL, (uint8_t)n);
        bench->reply_count = 0;
        store_fail_step(bench->worker.writer, n, SQLITE_IOERR_FSYNC);
        bench_put(&q);
        worker_turn(&bench->worker);
    }
    assert_true(bench->worker.failed);
    assert_int_equal(bench->worker.exit_code, 74);
    assert_int_equal(bench->reply_count, 0);
}

static void reads_may_answer_packed(void **state) {
    (void)state;
    struct question q = {.method = "Forms"};
    struct caught *reply = bench_ask(&q);
    assert_string_equal(reply->outcome, "ok");
    Kosi__FormListReply *list = kosi__form_list_reply__unpack(NULL, reply->size, reply->body);
    assert_string_equal(list->next_page_token, "packed");
    kosi__form_list_reply__free_unpacked(list, NULL);
}

static void preconditions(void **state) {
    (void)state;
    struct question fine = submit_of("one", NULL, 1);
    struct question q = fine;
    q.version = 2;
    assert_string_equal(bench_ask(&q)->outcome, "wrong_version");
    q = fine, q.method = "Nonsense";
    assert_string_equal(bench_ask(&q)->outcome, "unknown_method");
    q = fine, q.time_left_ms = -1;
    assert_string_equal(bench_ask(&q)->outcome, "starting");
    q = fine, q.key = "a key with blanks";
    assert_string_equal(bench_ask(&q)->outcome, "bad_parameter");
    q = fine, q.size = 7;
    assert_string_equal(bench_ask(&q)->outcome, "malformed");
    q = fine, q.size = 0;
    assert_string_equal(bench_ask(&q)->outcome, "validation"); // an empty message: the slug is missing
    q = (struct question){.method = "LogRead", .origin = "front"};
    assert_string_equal(bench_ask(&q)->outcome, "unknown_method");
    q.origin = "back";
    assert_string_equal(bench_ask(&q)->outcome, "ok");
    uint8_t *large = calloc(1, 200000);
    q = fine, q.body = large, q.size = 200000;
    assert_string_equal(bench_ask(&q)->outcome, "too_large");
    free(large);
    bench->worker.lock_held = false;
    assert_string_equal(bench_ask(&fine)->outcome, "starting"); // never by one who may not write
    bench->worker.lock_held = true;
    assert_int_equal(bench_number(things), 0);
}

static size_t sign(const char *role, int64_t expires_at, const uint8_t *secret, uint8_t *out) {
    Kosi__Actor actor = KOSI__ACTOR__INIT;
    char *roles[] = {(char *)role};
    actor.id = "0190";
    actor.login = "moderation";
    actor.roles = roles;
    actor.n_roles = role ? 1 : 0;
    actor.has_expires_at = true;
    actor.expires_at = expires_at;
    uint8_t packed[256], signature[crypto_sign_BYTES];
    Kosi__SignedActor statement = KOSI__SIGNED_ACTOR__INIT;
    statement.has_actor = statement.has_signature = true;
    statement.actor = (ProtobufCBinaryData){kosi__actor__pack(&actor, packed), packed};
    crypto_sign_detached(signature, NULL, packed, statement.actor.len, secret);
    statement.signature = (ProtobufCBinaryData){sizeof signature, signature};
    return kosi__signed_actor__pack(&statement, out);
}

static void only_a_genuine_actor_with_the_role_decides(void **state) {
    (void)state;
    uint8_t body[256], actor[512], foreign[crypto_sign_SECRETKEYBYTES], foreign_public[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_keypair(foreign_public, foreign);
    Kosi__DecisionRequest request = KOSI__DECISION_REQUEST__INIT;
    request.id = "01900000-0000-7000-8000-000000000001";
    request.decision = "accept";
    struct question q = {
        .method = "Decide", .body = body, .size = kosi__decision_request__pack(&request, body), .actor = actor};
    int64_t later = clock_wall_us() + 60000000;
    struct question nobody = q;
    nobody.actor = NULL;
    assert_string_equal(bench_ask(&nobody)->outcome, "not_signed_in");
    q.actor_size = sign("moderator", later, foreign, actor);
    assert_string_equal(bench_ask(&q)->outcome, "not_signed_in");
    q.actor_size = sign("moderator", clock_wall_us() - 1, bench->actor_secret, actor);
    assert_string_equal(bench_ask(&q)->outcome, "session_expired");
    q.actor_size = sign("admin", later, bench->actor_secret, actor);
    assert_string_equal(bench_ask(&q)->outcome, "role_missing");
    assert_int_equal(bench_number(logged), 0);
    q.actor_size = sign("moderator", later, bench->actor_secret, actor);
    q.request_id = 7;
    assert_string_equal(bench_ask(&q)->outcome, "ok");
    assert_int_equal(bench_number("SELECT count(*) FROM log WHERE type = 'StaffAction' AND subject IS NULL"), 1);
    actor[20] ^= 1;
    assert_string_equal(bench_ask(&q)->outcome, "not_signed_in");
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_batch_commits_once_and_refusals_leave_nothing),
        TEST(a_key_is_used_once),
        TEST(a_refusal_does_not_use_up_a_key),
        TEST(after_an_erasure_a_repeat_is_gone),
        TEST(same_key_twice_in_one_batch),
        TEST(the_nth_step_fails),
        TEST(a_failed_disk_ends_the_process_without_answers),
        TEST(reads_may_answer_packed),
        TEST(preconditions),
        TEST(only_a_genuine_actor_with_the_role_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
