"""Mail servers as they are: quick, slow, down, choosy, without TLS. Each mail arrives once or is seen as not sent, and no server holds up
another's mails.

covers: notifications.Lease notifications.Ledger notifications.LedgerMove
"""
# sanitized: what mail servers reply is read in C, on threads of its own
# threads: a sender and its connections beside the loop
import json
import os
import signal

import pytest

from kosi_test import wait_until
from kosi_test.clock import Clock
from kosi_test.fixtures import ended
from kosi_test.mail_ledger import counts, owe
from kosi_test.mail_people import Sender, new_address
from kosi_test.mail_server import MailServer
from kosi_test.node import free_port


@pytest.fixture(scope="module")
def slow():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock"), "2027-03-01 10:00")


@pytest.fixture(scope="module")
def shared(mail, slow, clock):
    """Two connections to each server; addresses under slow.example and down.example have servers of their own."""
    from kosi_test import fixtures
    routes = f"slow.example={slow.url}, down.example=smtp://127.0.0.1:{free_port()}"
    made = fixtures.Node("dortmund", settings=mail.settings(mail_routes=routes, mail_connections=2, mail_timeout_s=60), environment=clock.environment)
    fixtures._running.append(made)
    yield made
    ended(made)


@pytest.fixture
def node(shared, mail, slow):
    yield shared
    mail.behave()
    slow.behave()


def mails(node):
    """The ledger as the operator sees it."""
    return json.loads(node.kosi("mails", "--json", "--most", "1000").stdout)


def of(node, person):
    """The one mail about what this person sent in."""
    return next((m for m in mails(node)["mails"] if m.get("subject_id") == person.id), None)


def wait_state(node, person, state, deadline=10):
    return wait_until(lambda: (m := of(node, person)) and m["state"] == state and m, deadline, f"a mail that is {state}", every=0.05)


def address_under(domain):
    return new_address().split("@")[0] + "@" + domain


def write(node, mail, address=None):
    return Sender(node, mail, address=address)


# ---- one mail

def test_a_mail_arrives_and_the_ledger_says_so(node, mail):
    anna = write(node, mail)
    mail.wait_for(lambda m: m.to == anna.address)
    sent = wait_state(node, anna, "sent")
    assert sent["attempts"] == 1 and sent["code"] == 250 and "reason" not in sent


def test_one_recipient_is_refused(node, mail):
    address = new_address()
    mail.refuse(address, "550 5.1.1 <%s>: no such user" % address)
    refused, other = write(node, mail, address), write(node, mail)
    mail.wait_for(lambda m: m.to == other.address)
    failed = wait_state(node, refused, "failed")
    assert (failed["code"], failed["status"], failed["reason"], failed["attempts"]) == (550, "5.1.1", "refused", 1)
    assert not mails(node)["troubled"], "the server can be used"
    assert address not in node.log_text()
    suspended = node.staff().http.get("/api/v1/staff/contacts?state=suspended").expect(200).json["items"]
    assert [c["suspended_why"] for c in suspended if c["address"] == address] == ["bounced"], "no such mailbox, said at once"


def test_a_domain_with_umlauts_reaches_any_server(node, mail):
    """Also one that knows ASCII only: to it the domain has another name."""
    address = address_under("müller.example")
    write(node, mail, address)
    got = mail.wait_for(lambda m: m.to == address.replace("müller", "xn--mller-kva"))
    assert got.header("To") == got.to and got.raw.isascii()


def test_policy_against_us_is_no_end(node, mail):
    """Somebody may correct it: relaying, a missing entry."""
    address = new_address()
    mail.refuse(address, "554 5.7.1 Relay access denied")
    person = write(node, mail, address)
    assert wait_state(node, person, "retry")["reason"] == "policy"


def test_greylisting(node, mail, clock):
    address = new_address()
    greylist = mail.defer(address, times=1)
    person = write(node, mail, address)
    later = wait_state(node, person, "retry")
    assert (later["code"], later["status"], later["reason"]) == (450, "4.2.0", "deferred") and not mail.to(address)
    clock.step(minutes=2)
    mail.wait_for(lambda m: m.to == address)
    assert wait_state(node, person, "sent")["attempts"] == 2 and greylist.met == 1


@pytest.mark.parametrize("taken", [False, True])
def test_the_connection_breaks_after_data(node, mail, clock, taken):
    """Whether the server had it cannot be known: it goes once more, as the same mail."""
    address = new_address()
    mail.drop_after_data(address, keep=taken)
    person = write(node, mail, address)
    assert wait_state(node, person, "retry")["reason"] == "lost"
    clock.step(minutes=2)
    wait_state(node, person, "sent")
    got = mail.wait_for(lambda m: m.to == address, count=1 + taken)
    if taken:
        assert got[0].id == got[1].id and got[0].raw == got[1].raw


# ---- connections

def test_many_mails_few_connections(node, mail):
    people = [write(node, mail) for _ in range(30)]
    got = mail.wait_for(lambda m: m.to in [p.address for p in people], count=30)
    assert len({m.to for m in got}) == 30
    assert len({m.connection for m in got}) <= 3, "two at once; one may have ended with a refusal"


def test_an_old_connection_that_has_ended_costs_nothing(node, mail):
    first = write(node, mail)
    mail.wait_for(lambda m: m.to == first.address)
    goodbye = mail.on("*", "mail", reply="421 4.7.0 Enough for this connection", times=1)
    second = write(node, mail)
    mail.wait_for(lambda m: m.to == second.address)
    assert goodbye.met == 1 and wait_state(node, second, "sent")["attempts"] == 1


def test_a_slow_server_holds_up_only_its_own(node, mail, slow):
    thinking = slow.hold("*")
    waiting = [write(node, slow, address_under("slow.example")) for _ in range(6)]
    wait_until(lambda: thinking.met >= 2, 10, "all its connections wait")
    quick = [write(node, mail) for _ in range(10)]
    mail.wait_for(lambda m: m.to in [p.address for p in quick], count=10)
    assert thinking.met == 2 and not slow.mails
    slow.release(thinking)
    got = slow.wait_for(lambda m: m.to in [p.address for p in waiting], count=6)
    assert len({m.to for m in got}) == 6


def test_after_a_rush_to_one_server_the_others_are_served(make_node):
    """What a route was busy with a moment ago must not take up all that a sender asks for."""
    with MailServer() as usual, MailServer() as other:
        node = make_node(settings=usual.settings(mail_routes=f"other.example={other.url}"))
        node.stop(graceful=True)
        owe(node, 400)
        node.start()
        wait_until(lambda: len(usual.mails) >= 400, 30, "the rush")
        late = write(node, other, address_under("other.example"))
        other.wait_for(lambda m: m.to == late.address)


def test_a_server_that_takes_two_connections_gets_two(make_node):
    """Four are tried, and what the others bring is no try of their mails: nothing waits for a minute."""
    with MailServer(most=2) as choosy:
        node = make_node(settings=choosy.settings())
        node.stop(graceful=True)
        owe(node, 200)
        node.start()
        wait_until(lambda: counts(node) == {"sent": 200}, 30, "all sent", every=0.05)
        assert len(choosy.mails) == 200 and choosy.turned_away > 0
        assert not mails(node)["troubled"] and "event=mail_server_trouble" not in node.log_text()


def test_a_server_without_time_for_a_sender_counts_no_tries(make_node):
    """At first it has time for nobody, then for two connections of three senders: whoever gets none leaves the mails to the others."""
    with MailServer() as choosy:
        node = make_node(settings=choosy.settings())
        node.kosi("scale", "notifications", "3")
        node.stop(graceful=True)
        owe(node, 300)
        choosy.most = 0
        node.start()
        wait_until(lambda: choosy.turned_away >= 5, 20, "turned away")
        assert not choosy.mails and set(counts(node)) <= {"owed", "leased"}
        choosy.most = 2
        wait_until(lambda: counts(node) == {"sent": 300}, 60, "all sent", every=0.05)
        assert len(choosy.mails) == 300 and {m["attempts"] for m in mails(node)["mails"]} == {1}
        assert not mails(node)["troubled"] and "event=mail_server_trouble" not in node.log_text()


def test_a_server_that_is_not_there(node, mail):
    nobody, other = write(node, mail, address_under("down.example")), write(node, mail)
    mail.wait_for(lambda m: m.to == other.address)
    assert wait_state(node, nobody, "retry")["reason"] == "unreachable"
    wait_until(lambda: mails(node)["troubled"] == ["down.example"], 5, "shown as troubled")
    wait_until(lambda: "kosi_mail_servers_unusable 1" in node.ops.get("/metrics").text, 10, "counted")


def test_the_server_comes_back(node, mail, clock):
    mail.stop()
    people = [write(node, mail) for _ in range(5)]
    wait_until(lambda: "default" in mails(node)["troubled"], 10, "shown as troubled")
    mail.start()
    clock.step(minutes=5)
    got = mail.wait_for(lambda m: m.to in [p.address for p in people], count=5, deadline=15)
    assert len({m.to for m in got}) == 5
    wait_until(lambda: "default" not in mails(node)["troubled"], 5, "no longer troubled")


# ---- the sender ends

def test_an_orderly_end_waits_for_what_is_on_its_way(node, mail):
    address = new_address()
    thinking = mail.hold(address)
    person = write(node, mail, address)
    wait_until(lambda: thinking.met == 1, 10, "on its way")
    pid = node.kill("notifications-1", signal.SIGTERM)
    mail.release(thinking)
    node.wait_restarted("notifications-1", pid, deadline=10)
    assert wait_state(node, person, "sent")["attempts"] == 1
    assert len(mail.to(address)) == 1


def test_the_node_ends_while_a_mail_is_on_its_way(make_node, mail):
    """All daemons are told at once: who passes the report on must not be the first to go."""
    node = make_node(settings=mail.settings())
    address = new_address()
    thinking = mail.hold(address)
    write(node, mail, address)
    wait_until(lambda: thinking.met == 1, 10, "on its way")
    node.svscan.send_signal(signal.SIGTERM)
    wait_until(lambda: "event=leaving" in node.log_text(), 10, "others leave")
    mail.release(thinking)
    node.stop(graceful=True)
    node.start()
    wait_until(lambda: counts(node) == {"sent": 1}, 20, "sent")
    assert len(mail.to(address)) == 1


def test_killed_while_it_sends(node, mail):
    address, later = new_address(), None
    thinking = mail.hold(address)
    person = write(node, mail, address)
    wait_until(lambda: thinking.met == 1, 10, "on its way")
    pid = node.kill("notifications-1")
    mail.release(thinking)
    node.wait_restarted("notifications-1", pid)
    later = wait_state(node, person, "sent", 20)
    got = mail.to(address)
    assert later and 1 <= len(got) <= 2 and len({m.id for m in got}) == 1


# ---- TLS, signing in, what the configuration says

@pytest.fixture
def secure():
    with MailServer(tls="starttls", users={"kosi": "richtig"}) as server:
        yield server


def password(node, text):
    path = node.data / "keys" / "mail.password"
    path.write_text(text + "\n")
    os.chmod(path, 0o600)


def together(directory, *servers):
    path = directory / "trusted.pem"
    path.write_text("".join(s.ca_file.read_text() for s in servers))
    return str(path)


def test_tls_and_signing_in(make_node, secure, tmp_path):
    """Whatever is wrong with a server: nothing goes over it in clear, and it is said what it is."""
    with MailServer(tls="smtps") as smtps, MailServer() as clear, MailServer(tls="starttls", certificate_for="other.example") as other:
        routes = f"smtps.example={smtps.url}, clear.example={clear.url}, other.example={other.url}"
        clock = Clock(tmp_path, "2027-03-01 10:00")
        node = make_node(start=False, environment=clock.environment, settings=secure.settings(
            mail_routes=routes, mail_user="kosi", mail_ca_file=together(tmp_path, secure, smtps, other)))
        password(node, "falsch")
        node.start()
        waits = {reason: write(node, secure, address_under(domain))
                 for domain, reason in [("example.org", "auth"), ("clear.example", "no_starttls"), ("other.example", "tls")]}
        good = write(node, smtps, address_under("smtps.example"))
        assert smtps.wait_for(lambda m: m.to == good.address).tls
        for reason, person in waits.items():
            assert wait_state(node, person, "retry")["reason"] == reason
        assert mails(node)["troubled"] == ["clear.example", "default", "other.example"]
        assert not clear.mails and not other.mails and not secure.mails
        password(node, "richtig")
        pid = node.kill("notifications-1", signal.SIGTERM)
        node.wait_restarted("notifications-1", pid, deadline=10)
        clock.step(minutes=5)
        got = secure.wait_for(lambda m: m.to == waits["auth"].address)
        assert got.tls and got.user == "kosi"
        assert "richtig" not in node.log_text() and "falsch" not in node.log_text()


def test_the_configuration_is_checked(make_node):
    node = make_node(start=False, settings={"mail_server": "smtps://mail.example.org", "mail_from": "KoSI-Lab <kosi@example.org>"})

    def complaint():
        done = node.kosi("config", "check", check=False)
        return done.stdout + done.stderr if done.returncode else ""
    assert complaint() == ""
    node.set("mail_user", "kosi")
    assert "mail.password" in complaint()
    password(node, "geheim")
    assert complaint() == ""
    (node.data / "keys" / "mail.password").chmod(0o644)
    assert "chmod 600" in complaint()
    password(node, "")
    assert "no password" in complaint()
    password(node, "geheim")
    node.set("mail_server", "smtp://mail.example.org")
    node.set("mail_tls", "opportunistic")
    assert "read on the way" in complaint()
    node.set("mail_tls", "required")
    node.set("mail_routes", "example.net=mail.example.net")
    assert "no route" in complaint()
    node.set("mail_routes", "example.net=smtp://mail.example.net:2525")
    assert complaint() == ""
