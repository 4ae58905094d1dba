// floor: the barest group-committing writer. Takes what waits (up to 256), one insert each, one synced commit, then answers.
// usage: floor_writer DIR
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

enum { BATCH = 256 };
struct request { zmq_msg_t client, id; sqlite3_int64 row; };

static sqlite3 *db;
static sqlite3_stmt *begin, *insert, *commit;
static struct request batch[BATCH];

static int run(sqlite3_stmt *statement) {
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result == SQLITE_DONE;
}

static int open_database(const char *dir) {
    char path[200];
    snprintf(path, sizeof path, "%s/floor.db", dir);
    if (sqlite3_open(path, &db))
        return -1;
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16384;"
                     "CREATE TABLE IF NOT EXISTS submission(id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, NULL);
    sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL);
    return sqlite3_prepare_v2(db, "INSERT INTO submission(body) VALUES (?1)", -1, &insert, NULL);
}

// Receives [client][id][body] and inserts the body. 0 when nothing waits.
static int take(void *dealer, struct request *request, int flags) {
    zmq_msg_init(&request->client);
    if (zmq_msg_recv(&request->client, dealer, flags) < 0)
        return 0;
    zmq_msg_init(&request->id);
    zmq_msg_recv(&request->id, dealer, 0);
    zmq_msg_t body;
    zmq_msg_init(&body);
    zmq_msg_recv(&body, dealer, 0);
    sqlite3_bind_blob(insert, 1, zmq_msg_data(&body), (int)zmq_msg_size(&body), SQLITE_STATIC);
    request->row = run(insert) ? sqlite3_last_insert_rowid(db) : 0;
    zmq_msg_close(&body);
    return 1;
}

static void answer(void *dealer, struct request *request) {
    char reply[64];
    int size = snprintf(reply, sizeof reply, "{\"id\":%lld,\"state\":\"received\"}", request->row);
    zmq_msg_send(&request->client, dealer, ZMQ_SNDMORE);
    zmq_msg_send(&request->id, dealer, ZMQ_SNDMORE);
    zmq_send(dealer, reply, (size_t)size, 0);
}

int main(int argc, char **argv) {
    if (argc != 2 || open_database(argv[1]))
        return 64;
    char endpoint[108];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/back", argv[1]);
    void *dealer = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
    zmq_connect(dealer, endpoint);
    zmq_send(dealer, "hello", 5, 0);
    for (;;) {
        zmq_pollitem_t item = {dealer, 0, ZMQ_POLLIN, 0};
        zmq_poll(&item, 1, -1);
        int count = 0;
        run(begin);
        while (count < BATCH && take(dealer, &batch[count], ZMQ_DONTWAIT))
            count++;
        if (!run(commit))
            return 74;
        for (int i = 0; i < count; i++)
            answer(dealer, &batch[i]);
    }
}
