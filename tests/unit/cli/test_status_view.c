// The status as JSON: exactly the promised names, and more only when something is wrong.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "deploy/cli/status_view.h"
#include <string.h>

static Kosi__WorkerStatus worker = KOSI__WORKER_STATUS__INIT;
static Kosi__FollowState follow = KOSI__FOLLOW_STATE__INIT;
static Kosi__ServiceStatus service = KOSI__SERVICE_STATUS__INIT;
static Kosi__StatusReply status = KOSI__STATUS_REPLY__INIT;

static int fill(void **state) {
    static uint8_t incarnation[] = {0xab, 0xcd};
    static Kosi__WorkerStatus *workers[] = {&worker};
    static Kosi__FollowState *follows[] = {&follow};
    static Kosi__ServiceStatus *services[] = {&service};
    (void)state;
    worker.slot = 1;
    worker.pid = 7;
    worker.writer = 1;
    worker.incarnation = (ProtobufCBinaryData){2, incarnation};
    follow.service = (char *)"submissions";
    follow.cursor = 5;
    service.name = (char *)"registry";
    service.workers = workers;
    service.n_workers = 1;
    service.follows = follows;
    service.n_follows = 1;
    status.city = (char *)"dortmund";
    status.services = services;
    status.n_services = 1;
    return 0;
}

static void json_is_the_promised_schema(void **state) {
    (void)state;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    worker.hung = service.no_room = 0;
    follow.stopped = NULL;
    status_json(&status, &out);
    assert_string_equal(out.data,
                        "{\"city\":\"dortmund\",\"services\":[{\"name\":\"registry\",\"workers\":[{\"slot\":1,\"pid\":7,"
                        "\"incarnation\":\"abcd\",\"writer\":true,\"uptime_s\":0,\"credit\":0,\"in_flight\":0}],"
                        "\"queue\":{\"depth\":0,\"bytes\":0,\"oldest_ms\":0},\"log\":{\"epoch\":null,\"last_seq\":0},"
                        "\"follows\":[{\"service\":\"submissions\",\"cursor\":5,\"behind\":0,\"parked\":0}]}],"
                        "\"broker\":{\"incarnation\":null,\"pid\":0,\"uptime_s\":0,\"clients\":0,\"dropped\":{}}}\n");
}

static void trouble_is_shown(void **state) {
    (void)state;
    BUF_AUTO struct buf json, table;
    buf_init(&json, 0);
    buf_init(&table, 0);
    worker.hung = service.no_room = 1;
    follow.stopped = (char *)"epoch";
    status_json(&status, &json);
    status_table(&status, &table);
    assert_non_null(strstr(json.data, "\"hung\":true"));
    assert_non_null(strstr(json.data, "\"stopped\":\"epoch\""));
    assert_non_null(strstr(json.data, "\"no_room\":true"));
    assert_non_null(strstr(table.data, "HUNG"));
    assert_non_null(strstr(table.data, "NO ROOM"));
    assert_non_null(strstr(table.data, "STOPPED (epoch)"));
}

static void figures_are_shown(void **state) {
    (void)state;
    BUF_AUTO struct buf json, table;
    buf_init(&json, 0);
    buf_init(&table, 0);
    Kosi__GaugeState late = KOSI__GAUGE_STATE__INIT, sent = KOSI__GAUGE_STATE__INIT, *gauges[] = {&late, &sent};
    late.name = (char *)"mails_overdue";
    late.value = 3;
    late.trouble = 1;
    sent.name = (char *)"mails_sent_total";
    sent.value = 70;
    service.gauges = gauges;
    service.n_gauges = 2;
    status_json(&status, &json);
    status_table(&status, &table);
    service.n_gauges = 0;
    assert_non_null(strstr(json.data, "\"gauges\":{\"mails_overdue\":3,\"mails_sent_total\":70}"));
    assert_non_null(strstr(table.data, "mails_overdue 3 (!), mails_sent_total 70\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(json_is_the_promised_schema), cmocka_unit_test(trouble_is_shown),
                                       cmocka_unit_test(figures_are_shown)};
    return cmocka_run_group_tests(tests, fill, NULL);
}
