"""The digest: what is new, of the themes and districts that a reader chose, week by week."""
import sqlite3

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.clock import Clock
from kosi_test.mail_people import confirm, is_confirmation, new_address
from kosi_test.mail_server import MailServer

TUESDAY, THURSDAY = "2027-02-09 10:00", "2027-02-11 09:00:05"   # not the month's first


@pytest.fixture
def city(make_node, tmp_path):
    with MailServer() as mail:
        clock = Clock(tmp_path, TUESDAY)
        node = make_node(environment=clock.environment, settings=mail.settings())
        yield City(node, clock, mail)


class City:
    def __init__(self, node, clock, mail):
        self.node, self.clock, self.mail = node, clock, mail
        wait_until(lambda: self.rounds().get("weekly"), 10, "the first round is known", every=0.02)

    def read(self, sql, *values):
        with sqlite3.connect(f"file:{self.node.data}/notifications.db?mode=ro", uri=True) as database:
            rows = database.execute(sql, values).fetchall()
        database.close()
        return rows

    def rounds(self):
        """{frequency: (day, done)}"""
        return {name: (period, cursor == -1) for name, period, cursor in self.read("SELECT name, period, cursor FROM round")
                if name in ("weekly", "monthly")}

    def subscribe(self, **wishes):
        """The address of somebody who asked for the digest and confirmed it."""
        address = new_address("leserin")
        self.node.http.post("/api/v1/mail/subscriptions", {"email": address, "lists": ["digest"], **wishes}).expect(202)
        asked = self.mail.wait_for(lambda m: m.to == address)
        confirm(self.node, next(u for u in asked.links() if is_confirmation(u)), ["digest"])
        return address

    def publish(self, *themes, district="eving"):
        """(title, id of the submission, token) of an entry that was accepted and has become known as news."""
        form = self.node.form()
        title = unique_title("Neues im Viertel")
        body = filled_form(form, title)
        body.pop("contact", None)
        made = self.node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
        edits = {"themes": list(themes), "district": district}
        self.node.staff(language="de").decide(made["id"], "accept", edits=edits).expect(200)
        wait_until(lambda: self.read("SELECT 1 FROM news WHERE title = ? AND shown = 1", title), 5, "the news is known", every=0.02)
        return title, made

    def turn(self, when, weekly):
        """The clock is set; then the round of that day is done, and what it owed has left."""
        self.clock.go(when)
        wait_until(lambda: self.rounds()["weekly"] == (weekly, True), 10, f"the round of {weekly}", every=0.05)
        wait_until(lambda: not self.read("SELECT 1 FROM mail WHERE kind = 'digest' AND state <= 3"), 10, "all sent", every=0.05)

    def digests(self, address):
        return [m for m in self.mail.to(address) if m.header("List-Unsubscribe")]


def test_week_by_week(city):
    everything, climate, elsewhere, left = (city.subscribe(), city.subscribe(themes=["climate"]), city.subscribe(districts=["hoerde"]),
                                            city.subscribe())
    warm, _ = city.publish("climate", "mobility")
    rolling, _ = city.publish("mobility")
    withdrawn, made = city.publish("climate")
    city.node.http.post(f"/api/v1/submissions/{made['token']}/withdraw", {}).expect(200)
    wait_until(lambda: city.read("SELECT 1 FROM news WHERE title = ? AND shown = 0", withdrawn), 5, "withdrawn", every=0.02)
    city.clock.go("2027-02-11 08:58")
    wait_until(lambda: city.read("SELECT 1 FROM round WHERE name = 'staff' AND period = '2027-02-11'"), 10, "what comes after the digest's turn")
    assert city.rounds()["weekly"][0] == "2027-02-04" and not city.read("SELECT 1 FROM mail WHERE kind = 'digest'")

    city.turn(THURSDAY, "2027-02-11")
    first = city.digests(everything)[0]
    assert warm in first.text and rolling in first.text and withdrawn not in first.text and "/landschaft/" in first.text
    assert "List-Unsubscribe=One-Click" in first.header("List-Unsubscribe-Post")
    only = city.digests(climate)[0]
    assert warm in only.text and rolling not in only.text
    assert [len(city.digests(a)) for a in (everything, climate, elsewhere, left)] == [1, 1, 0, 1]

    leave = first.header("List-Unsubscribe").strip("<>").replace(f"http://127.0.0.1:{city.node.port}", "")
    mine = city.digests(left)[0].header("List-Unsubscribe").strip("<>").replace(f"http://127.0.0.1:{city.node.port}", "")
    assert leave != mine
    city.node.http.post(mine, form=[("List-Unsubscribe", "One-Click")])
    city.turn("2027-02-18 09:01", "2027-02-18")   # nothing new: no mail
    assert [len(city.digests(a)) for a in (everything, climate, elsewhere, left)] == [1, 1, 0, 1]

    here, _ = city.publish("engagement", district="hoerde")
    city.turn("2027-02-25 09:01", "2027-02-25")
    assert [len(city.digests(a)) for a in (everything, climate, elsewhere, left)] == [2, 1, 1, 1]
    again = city.digests(everything)[1]
    assert here in again.text and warm not in again.text and again.id != first.id


def test_monthly_and_after_weeks_down(city):
    weekly, monthly = city.subscribe(), city.subscribe(frequency="monthly", language="en")
    first, _ = city.publish("climate")
    city.turn(THURSDAY, "2027-02-11")
    assert [len(city.digests(a)) for a in (weekly, monthly)] == [1, 0]
    second, _ = city.publish("climate")
    city.node.stop(graceful=True)
    city.clock.go("2027-03-05 12:00")   # three Thursdays later, the first of March among them
    city.node.start()
    wait_until(lambda: city.rounds() == {"weekly": ("2027-03-04", True), "monthly": ("2027-03-04", True)}, 10, "both rounds", every=0.05)
    wait_until(lambda: len(city.digests(monthly)) == 1 and len(city.digests(weekly)) == 2, 10, "one digest each", every=0.05)
    assert second in city.digests(weekly)[1].text and first not in city.digests(weekly)[1].text
    english = city.digests(monthly)[0]
    assert first in english.text and second in english.text and "/en/landscape/" in english.text
    city.turn("2027-03-11 09:01", "2027-03-11")
    assert [len(city.digests(a)) for a in (weekly, monthly)] == [2, 1]


def test_killed_in_the_middle_of_a_round(city):
    """Two hundred readers; the daemon dies while they are gone through: each is owed one."""
    city.publish("climate")
    city.node.stop(graceful=True)
    with sqlite3.connect(city.node.data / "notifications.db") as database:
        for n in range(200):
            row = database.execute("INSERT INTO contact(id, folded, address, language, state, created_at, confirmed_at)"
                                   " VALUES(?, ?, ?, 'de', 2, 0, 0) RETURNING n", [f"00000000-0000-4000-8000-{n:012}"] + 2 * [f"r{n}@example.org"])
            database.execute("INSERT INTO subscription(list, contact, since) VALUES('digest', ?, 0)", [row.fetchone()[0]])
    database.close()
    city.node.start()
    city.clock.go(THURSDAY)
    for part in (1, 100):
        wait_until(lambda: city.read("SELECT count(*) FROM mail WHERE kind = 'digest'")[0][0] >= part, 10, "the round has begun", every=0.002)
        old = city.node.kill("notifications-1")
        city.node.wait_restarted("notifications-1", old)
    wait_until(lambda: city.rounds()["weekly"] == ("2027-02-11", True), 20, "the round is done", every=0.05)
    assert city.read("SELECT count(*), count(DISTINCT contact) FROM mail WHERE kind = 'digest'") == [(200, 200)]
    wait_until(lambda: city.read("SELECT count(*) FROM mail WHERE kind = 'digest' AND state = 6") == [(200,)], 40, "all sent", every=0.1)
    assert len({m.to for m in city.mail.mails}) == len({m.id for m in city.mail.mails}) == 200


def test_what_is_all_gone_is_not_told_of(city):
    """The mail server is down; until it is back, the only entry of the digest was withdrawn."""
    reader = city.subscribe()
    _, made = city.publish("climate")
    city.mail.stop()
    city.clock.go(THURSDAY)
    digest = wait_until(lambda: city.read("SELECT id FROM mail WHERE kind = 'digest'"), 10, "the digest is owed", every=0.05)[0][0]
    city.node.http.post(f"/api/v1/submissions/{made['token']}/withdraw", {}).expect(200)
    wait_until(lambda: not city.read("SELECT 1 FROM news WHERE shown = 1"), 5, "withdrawn", every=0.02)
    city.mail.start()
    city.clock.step(hours=1)
    wait_until(lambda: city.read("SELECT state, reason FROM mail WHERE id = ?", digest) == [(8, "overtaken")], 40, "cancelled", every=0.1)
    assert not city.digests(reader)
    shown, _ = city.publish("climate")
    assert len(city.read("SELECT 1 FROM news")) == 2
    city.clock.step(days=91)
    wait_until(lambda: city.read("SELECT title FROM news") == [(shown,)], 10, "what is not shown is forgotten", every=0.1)
