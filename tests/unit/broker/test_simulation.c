// Random life and death for a long (simulated) while, the same for the same seed: whatever happens, every request gets exactly
// one answer, no worker has more than its credit, and in the end nothing is left over.
#include "broker/fake_bus.h"

enum { STEPS = 20000, SEEDS = 8, WORKERS = 4, OPEN_MAX = 65536 };

struct life {
    struct fake_bus *bus;
    uint64_t random;
    uint32_t asked;
    uint8_t answers[OPEN_MAX];
    uint32_t ok, lost, unknown, busy, starting;
    struct {
        bool alive;
        char incarnation;
        uint64_t has[64];
        int count;
    } workers[WORKERS]; // letters 'A'...
    int writer;
};

static uint32_t dice(struct life *life, uint32_t sides) {
    life->random = life->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(life->random >> 33) % sides;
}

static void count_outcome(struct life *life, const char *outcome) {
    life->ok += strcmp(outcome, "ok") == 0;
    life->lost += strcmp(outcome, "worker_lost") == 0;
    life->unknown += strcmp(outcome, "unknown_outcome") == 0;
    life->busy += strcmp(outcome, "busy") == 0;
    life->starting += strcmp(outcome, "starting") == 0;
}

static void read_sent(struct life *life) {
    const struct sent *sent;
    while ((sent = next(life->bus))) {
        if (sent->kind == KOSI__KIND__REPLY) {
            uint32_t number = (uint32_t)atoi(sent->id);
            assert_true(number < life->asked);
            assert_int_equal(life->answers[number]++, 0);
            count_outcome(life, sent->outcome);
        }
        if (sent->kind == KOSI__KIND__REQUEST) {
            int w = sent->to - 'A';
            assert_true(life->workers[w].alive);
            assert_true(life->workers[w].count < 64);
            life->workers[w].has[life->workers[w].count++] = sent->delivery;
        }
    }
    life->bus->count = life->bus->read = 0;
}

static void some_hello(struct life *life, int w) {
    if (!life->workers[w].alive) {
        life->workers[w].alive = true;
        life->workers[w].incarnation++;
        life->workers[w].count = 0;
        life->bus->gone['A' + w] = false;
    }
    if (dice(life, 2))
        life->writer = w;
    hello(life->bus, (struct hello){.from = (char)('A' + w),
                                    .incarnation = life->workers[w].incarnation,
                                    .slot = (uint32_t)w + 1,
                                    .credit = 8,
                                    .writer = life->writer == w});
}

static void some_ask(struct life *life) {
    char id[16];
    snprintf(id, sizeof id, "%u", life->asked++);
    ask_body(life->bus, SIDE_FRONT, (char)('a' + dice(life, 3)), dice(life, 2) ? "Read" : "Write", id, 1 + dice(life, 3000),
             dice(life, 2000));
}

static void some_reply(struct life *life, int w) {
    if (!life->workers[w].alive || !life->workers[w].count)
        return;
    int at = (int)dice(life, (uint32_t)life->workers[w].count);
    uint64_t delivery = life->workers[w].has[at];
    life->workers[w].has[at] = life->workers[w].has[--life->workers[w].count];
    reply(life->bus, (char)('A' + w), delivery);
}

static void step(struct life *life) {
    int w = (int)dice(life, WORKERS);
    uint32_t what = dice(life, 100);
    if (what < 40)
        some_ask(life);
    else if (what < 80)
        some_reply(life, w);
    else if (what < 90)
        pass(life->bus, 10 * (1 + (int)dice(life, 4)));
    else if (what < 93 && life->workers[w].alive)
        tell(life->bus, (char)('A' + w), KOSI__KIND__PONG);
    else if (what < 95)
        some_hello(life, w);
    else if (what < 96 && life->workers[w].alive)
        tell(life->bus, (char)('A' + w), KOSI__KIND__GOODBYE);
    else if (what < 97) {
        life->workers[w].alive = false;
        life->bus->gone['A' + w] = true;
    } else if (what < 98)
        life->bus->full['A' + w] = !life->bus->full['A' + w];
    else
        core_settle(life->bus->core);
    read_sent(life);
}

static void test_whatever_happens(void **state) {
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        bus_open(state);
        struct life *life = calloc(1, sizeof *life);
        life->bus = *state;
        life->random = seed * 977;
        for (int i = 0; i < STEPS; i++)
            step(life);
        pass(life->bus, 4000);
        read_sent(life);
        for (uint32_t i = 0; i < life->asked; i++)
            assert_int_equal(life->answers[i], 1);
        assert_true(life->ok && life->lost && life->unknown && life->busy && life->starting); // all of life was seen
        free(life);
        bus_close(state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whatever_happens)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
