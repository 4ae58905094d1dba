#include "deploy/cli/status_view.h"
#include "services/common/base/id.h"
#include "services/common/base/json.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void hex_value(struct json_writer *w, const ProtobufCBinaryData *bytes) {
    char text[2 * 32 + 1];
    if (!bytes->len || bytes->len > 32) {
        json_null(w);
        return;
    }
    id_hex(bytes->data, bytes->len, text);
    json_string(w, text);
}

static void number(struct json_writer *w, const char *key, uint64_t value) {
    json_key(w, key);
    json_unsigned(w, value);
}

// hung, leaving and stopped appear only when they are true: the promised schema is what a healthy node shows.
static void flag_if(struct json_writer *w, const char *key, bool value) {
    if (!value)
        return;
    json_key(w, key);
    json_bool(w, true);
}

static void worker_json(struct json_writer *w, const Kosi__WorkerStatus *worker) {
    json_begin_object(w);
    number(w, "slot", worker->slot);
    number(w, "pid", worker->pid);
    json_key(w, "incarnation");
    hex_value(w, &worker->incarnation);
    json_key(w, "writer");
    json_bool(w, worker->writer);
    number(w, "uptime_s", worker->uptime_s);
    number(w, "credit", worker->credit);
    number(w, "in_flight", worker->in_flight);
    flag_if(w, "hung", worker->hung);
    flag_if(w, "leaving", worker->leaving);
    json_end_object(w);
}

static void follow_json(struct json_writer *w, const Kosi__FollowState *follow) {
    json_begin_object(w);
    json_key(w, "service");
    json_string(w, follow->service ? follow->service : "");
    number(w, "cursor", follow->cursor);
    number(w, "behind", follow->behind);
    number(w, "parked", follow->parked);
    if (follow->stopped && *follow->stopped) {
        json_key(w, "stopped");
        json_string(w, follow->stopped);
    }
    json_end_object(w);
}

// Only services that tell figures of themselves have them.
static void gauges_json(struct json_writer *w, const Kosi__ServiceStatus *service) {
    if (service->n_gauges == 0)
        return;
    json_key(w, "gauges");
    json_begin_object(w);
    for (size_t i = 0; i < service->n_gauges; i++) {
        json_key(w, service->gauges[i]->name ? service->gauges[i]->name : "?");
        json_integer(w, service->gauges[i]->value);
    }
    json_end_object(w);
}

static void service_json(struct json_writer *w, const Kosi__ServiceStatus *service) {
    Kosi__QueueStatus no_queue = KOSI__QUEUE_STATUS__INIT;
    Kosi__LogStatus no_log = KOSI__LOG_STATUS__INIT;
    const Kosi__QueueStatus *queue = service->queue ? service->queue : &no_queue;
    const Kosi__LogStatus *log = service->log ? service->log : &no_log;
    json_begin_object(w);
    json_key(w, "name");
    json_string(w, service->name ? service->name : "");
    json_key(w, "workers");
    json_begin_array(w);
    for (size_t i = 0; i < service->n_workers; i++)
        worker_json(w, service->workers[i]);
    json_end_array(w);
    json_key(w, "queue");
    json_begin_object(w);
    number(w, "depth", queue->depth);
    number(w, "bytes", queue->bytes);
    number(w, "oldest_ms", queue->oldest_ms);
    json_end_object(w);
    json_key(w, "log");
    json_begin_object(w);
    json_key(w, "epoch");
    hex_value(w, &log->epoch);
    number(w, "last_seq", log->last_seq);
    json_end_object(w);
    json_key(w, "follows");
    json_begin_array(w);
    for (size_t i = 0; i < service->n_follows; i++)
        follow_json(w, service->follows[i]);
    json_end_array(w);
    flag_if(w, "no_room", service->no_room);
    gauges_json(w, service);
    json_end_object(w);
}

static void broker_json(struct json_writer *w, const Kosi__BrokerStatus *broker) {
    json_begin_object(w);
    json_key(w, "incarnation");
    hex_value(w, &broker->incarnation);
    number(w, "pid", broker->pid);
    number(w, "uptime_s", broker->uptime_s);
    number(w, "clients", broker->clients);
    json_key(w, "dropped");
    json_begin_object(w);
    for (size_t i = 0; i < broker->n_dropped; i++)
        number(w, broker->dropped[i]->reason ? broker->dropped[i]->reason : "?", broker->dropped[i]->count);
    json_end_object(w);
    json_end_object(w);
}

void status_json(const Kosi__StatusReply *status, struct buf *out) {
    Kosi__BrokerStatus no_broker = KOSI__BROKER_STATUS__INIT;
    struct json_writer w = {.out = out};
    json_begin_object(&w);
    json_key(&w, "city");
    json_string(&w, status->city ? status->city : "");
    json_key(&w, "services");
    json_begin_array(&w);
    for (size_t i = 0; i < status->n_services; i++)
        service_json(&w, status->services[i]);
    json_end_array(&w);
    json_key(&w, "broker");
    broker_json(&w, status->broker ? status->broker : &no_broker);
    json_end_object(&w);
    buf_char(out, '\n');
}

static void worker_row(const Kosi__ServiceStatus *service, const Kosi__WorkerStatus *worker, struct buf *out) {
    char slot[16];
    snprintf(slot, sizeof slot, "%" PRIu32 "%s", worker->slot, worker->writer ? " W" : "");
    buf_format(out, "%-14s %-5s %8" PRIu32 " %9" PRIu64 " %6" PRIu32 " %8" PRIu32 " %6" PRIu64 "  %s\n", service->name, slot, worker->pid,
               worker->uptime_s, worker->credit, worker->in_flight, service->queue ? service->queue->depth : 0,
               worker->hung      ? "HUNG"
               : worker->leaving ? "leaving"
                                 : "");
}

static void service_rows(const Kosi__ServiceStatus *service, struct buf *out) {
    for (size_t i = 0; i < service->n_workers; i++)
        worker_row(service, service->workers[i], out);
    if (service->no_room)
        buf_format(out, "%-14s NO ROOM: its disk is full or nearly so, and what is new is refused\n", service->name);
    if (!service->n_workers)
        buf_format(out, "%-14s %s\n", service->name, service->expected ? "NO WORKER: see DATA/log/current" : "no worker");
}

static void follow_rows(const Kosi__ServiceStatus *service, struct buf *out) {
    for (size_t i = 0; i < service->n_follows; i++) {
        const Kosi__FollowState *follow = service->follows[i];
        buf_format(out, "%-14s follows %-14s at %" PRIu64 ", %" PRIu64 " behind, %" PRIu64 " parked", service->name, follow->service,
                   follow->cursor, follow->behind, follow->parked);
        if (follow->stopped && *follow->stopped)
            buf_format(out, ", STOPPED (%s)", follow->stopped);
        buf_char(out, '\n');
    }
}

static void gauge_rows(const Kosi__ServiceStatus *service, struct buf *out) {
    for (size_t i = 0; i < service->n_gauges; i++) {
        const Kosi__GaugeState *gauge = service->gauges[i];
        buf_format(out, "%s%s %" PRId64 "%s", i == 0 ? "" : ", ", gauge->name ? gauge->name : "?", gauge->value, gauge->trouble ? " (!)" : "");
    }
    if (service->n_gauges > 0)
        buf_char(out, '\n');
}

void status_table(const Kosi__StatusReply *status, struct buf *out) {
    buf_format(out, "%s", status->city ? status->city : "");
    if (status->broker)
        buf_format(out, ": broker %" PRIu32 ", up %" PRIu64 " s, %" PRIu32 " clients", status->broker->pid, status->broker->uptime_s,
                   status->broker->clients);
    buf_format(out, "\n\n%-14s %-5s %8s %9s %6s %8s %6s\n", "SERVICE", "SLOT", "PID", "UP (S)", "CREDIT", "IN WORK", "QUEUE");
    for (size_t i = 0; i < status->n_services; i++)
        service_rows(status->services[i], out);
    buf_char(out, '\n');
    for (size_t i = 0; i < status->n_services; i++)
        follow_rows(status->services[i], out);
    for (size_t i = 0; i < status->n_services; i++)
        gauge_rows(status->services[i], out);
}
