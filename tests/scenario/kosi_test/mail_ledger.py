"""Many owed mails at once, written into the ledger of a node that is not running; and what the ledger says."""
import sqlite3
import time
import uuid


def _id(now, number):
    """A UUIDv7, counting up."""
    return str(uuid.UUID(int=(int(now * 1000) << 80) | (7 << 76) | (2 << 62) | number))


def database(node, write=False):
    mode = "rw" if write else "ro"
    return sqlite3.connect(f"file:{node.data}/notifications.db?mode={mode}", uri=True, timeout=10)


def owe(node, count, kind="confirmed", domain="example.org", bulk=0, now=None):
    """One mail to each of `count` confirmed addresses, owed by now; returns the addresses. Their texts need nothing but the address.

    now: seconds since 1970 by the node's clock, if that is not the machine's."""
    now = now or time.time()
    at = int(now * 1e6)
    addresses = [f"person-{n}@{domain}" for n in range(count)]
    contacts = [(_id(now, 2 * n), a, a, at) for n, a in enumerate(addresses)]
    with database(node, write=True) as db:
        db.executemany("INSERT INTO contact(id, folded, address, language, state, created_at, confirmed_at) VALUES(?1, ?2, ?3, 'de', 2, ?4, ?4)",
                       contacts)
        db.executemany("INSERT INTO mail(id, kind, contact, subject_id, language, route, bulk, state, owed_at, due_at)"
                       " VALUES(?1, ?2, ?3, '', 'de', 'default', ?4, 1, ?5, ?5)",
                       ((_id(now, 2 * n + 1), kind, contacts[n][0], bulk, at) for n in range(count)))
    return addresses


def counts(node):
    """{state: how many}, as rows."""
    names = {1: "owed", 2: "retry", 3: "leased", 4: "waiting", 5: "held", 6: "sent", 7: "failed", 8: "cancelled"}
    with database(node) as db:
        return {names[state]: n for state, n in db.execute("SELECT state, count(*) FROM mail GROUP BY state")}
