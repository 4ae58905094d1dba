"""A machine whose clock is wrong for some minutes: nothing is forgotten, cancelled or sent because of it, and nothing stays that should not."""
import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.clock import Clock
from kosi_test.mail_ledger import database
from kosi_test.mail_people import Sender
from kosi_test.mail_server import MailServer


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path, "2027-03-01 10:00")


@pytest.fixture
def node(make_node, clock):
    with MailServer() as mail:
        node = make_node(settings=mail.settings(key_hours=24), environment=clock.environment)
        node.mail = mail
        yield node


def logged(node, event):
    return (node.data / "log" / "current").read_text().count(f"event={event}")


class Letter:
    """Something sent in with a key, by somebody who has not confirmed the address that the decision is to go to."""

    def __init__(self, node):
        self.node, self.form = node, node.form()
        self.sender = Sender(node, node.mail)
        staff = node.staff(language="de")   # signed in now: sessions end meanwhile
        wait_until(lambda: staff.decide(self.sender.id, "accept").status == 200, 5, "accepted")
        wait_until(lambda: self.waits(), 10, "the mail waits")
        self.body, self.key = filled_form(self.form, title=unique_title("Zeit")), unique_title("key").replace(" ", "-")
        self.id = self.post()

    def post(self):
        return self.node.http.post(f"/api/v1/forms/{self.form['slug']}/submissions", self.body, key=self.key).expect(201).json["id"]

    def waits(self):
        with database(self.node) as db:
            return db.execute("SELECT 1 FROM mail WHERE subject_id = ? AND kind = 'accepted' AND state = 4", [self.sender.id]).fetchone() is not None

    def known(self):
        return self.post() == self.id


def test_what_is_kept_for_days_outlives_a_wrong_clock(node, clock):
    """Unconfirmed mails are kept for 30 days, keys for 24 hours."""
    old = Letter(node)
    clock.step(days=30, minutes=-1)
    young = Letter(node)
    clock.wrong(days=400)
    wait_until(lambda: logged(node, "clock_jumped"), 5, "seen")
    clock.step(minutes=2)   # what is due by the time that passed is done; the wrong clock is not yet followed
    wait_until(lambda: not old.waits(), 10, "the old mail is cancelled")
    wait_until(lambda: not old.known(), 10, "the old key is forgotten")
    assert young.waits() and young.known()
    clock.wrong()
    clock.step(hours=1)
    assert young.waits() and young.known()
    clock.wrong(days=-400)
    assert Letter(node).waits() and young.waits() and young.known()
    clock.wrong(days=400)

    def followed():
        clock.step(minutes=2)
        return not young.waits() and not young.known()
    wait_until(followed, 20, "a clock that stays there is followed")


@pytest.mark.parametrize("days", [400, -400])
def test_a_node_started_before_its_clock_is_set_waits_for_that(node, clock, days):
    letter = Letter(node)
    node.stop()
    clock.unset()
    clock.wrong(days=days)
    node.start()
    wait_until(lambda: logged(node, "clock_unsettled") >= 3, 10, "every service with a log sees that the clock does not fit")
    assert letter.waits() and letter.known()
    clock.wrong()
    wait_until(lambda: logged(node, "clock_followed") >= 4, 10, "followed at once")
    made = node.http.get(Sender(node, node.mail).path).expect(200).json["created_at"]
    assert made[:10] == "2027-03-01"
    clock.step(minutes=10)
    clock.step(days=31)
    wait_until(lambda: not letter.waits() and not letter.known(), 20, "then everything has its time again")
