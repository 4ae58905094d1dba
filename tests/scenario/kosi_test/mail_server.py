"""A real SMTP server (Debian's python3-aiosmtpd) that keeps what it gets and misbehaves when told to.

    with MailServer() as mail:
        node = make_node(settings=mail.settings())
        …
        received = mail.wait_for(lambda m: m.to == "anna@example.org")
        assert received.link("/status/")

How it misbehaves, per recipient ("*": any): refuse(), defer(), drop_after_data(), hold(). Behaviours told last come first.
"""
import asyncio
import email
import email.policy
import logging
import random
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

from .wait import wait_until

logging.getLogger("mail.log").setLevel(logging.ERROR)
PORTS = range(10000, 32000)   # below the range the kernel gives to outgoing connections


def certificate(directory, host="127.0.0.1"):
    """A self-signed certificate for a host: (file to trust, file with its key)."""
    crt, key = Path(directory) / f"{host}.crt", Path(directory) / f"{host}.key"
    kind = "IP" if host[0].isdigit() else "DNS"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    f"/CN={host}", "-addext", f"subjectAltName={kind}:{host}", "-keyout", key, "-out", crt], check=True, capture_output=True)
    return crt, key


@dataclass
class Mail:
    """One mail as it arrived: its envelope, and the mail (`message`) as Python's parser reads it."""
    sender: str            # of the envelope
    recipients: list
    raw: bytes
    connection: int        # the server's n-th
    tls: bool
    user: str | None

    @cached_property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self):
        return self.recipients[0]

    @property
    def subject(self):
        return str(self.message["Subject"])

    @property
    def id(self):
        return re.search(rb"^Message-Id: (.*?)\r$", self.raw, re.M | re.I)[1].decode()   # parsing thousands would take minutes

    @property
    def text(self):
        return self._part("plain")

    @property
    def html(self):
        return self._part("html")

    def header(self, name):
        value = self.message[name]
        return None if value is None else str(value)

    def links(self):
        """Web addresses of the text part, in order."""
        return [found.rstrip(".,;:") for found in re.findall(r"https?://[^\s<>\")\]]+", self.text)]

    def link(self, part):
        """The first link that contains this."""
        found = [url for url in self.links() if part in url]
        assert found, f"no link with {part} in\n{self.text}"
        return found[0]

    def _part(self, kind):
        body = self.message.get_body((kind,))
        return body.get_content() if body is not None else None


class Behaviour:
    """What is done with the next `times` mails to a recipient at one point of the dialogue."""

    def __init__(self, recipient, at, reply=None, drop=False, keep=False, gate=None, times=None):
        self.recipient, self.at, self.reply, self.drop, self.keep, self.gate = recipient.lower(), at, reply, drop, keep, gate
        self.left = times
        self.met = 0

    def matches(self, at, recipients):
        return at == self.at and self.left != 0 and (self.recipient == "*" or self.recipient in [r.lower() for r in recipients])

    def meet(self):
        self.met += 1
        if self.left is not None:
            self.left -= 1


class Handler:
    """aiosmtpd's hooks; all of it runs on the server's thread."""

    def __init__(self, server):
        self.server = server

    async def behave(self, smtp, at, recipients):
        """(reply or None, keep the mail all the same)"""
        found = next((b for b in reversed(self.server.behaviours) if b.matches(at, recipients)), None)
        if found is None:
            return None, True
        found.meet()
        if found.gate:
            await found.gate.wait()
        if found.drop:
            smtp.abort()
        return found.reply, found.keep or (not found.drop and found.reply is None)

    async def handle_EHLO(self, smtp, session, envelope, hostname, responses):
        session.host_name = hostname
        reply, _ = await self.behave(smtp, "ehlo", [])
        return [reply] if reply else responses

    async def handle_MAIL(self, smtp, session, envelope, address, options):
        reply, _ = await self.behave(smtp, "mail", [address])
        if reply is None:
            envelope.mail_from = address
        return reply or "250 2.1.0 OK"

    async def handle_RCPT(self, smtp, session, envelope, address, options):
        reply, _ = await self.behave(smtp, "rcpt", [address])
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 OK"

    async def handle_DATA(self, smtp, session, envelope):
        reply, keep = await self.behave(smtp, "data", envelope.rcpt_tos)
        if keep:
            self.server.keep(smtp, session, envelope)
        return reply or "250 2.0.0 OK"

    async def handle_exception(self, error):
        return "451 4.3.0 " + type(error).__name__


class Dialogue(SMTP):
    """One connection; known to the server while it lasts."""

    def __init__(self, server, handler, **more):
        super().__init__(handler, **more)
        self.server, self.socket = server, None

    def connection_made(self, transport):
        if self.socket is None:
            self.socket = transport.get_extra_info("socket")
            self.server._open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error):
        self.server._open.discard(self)
        super().connection_lost(error)

    def abort(self):
        """Nothing more is said, not even by TLS."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass   # gone already


class TurnedAway(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport):
        transport.write(b"421 4.7.0 Too many connections from you\r\n")
        transport.close()


class MailServer:
    """tls: None, "starttls" or "smtps". certificate: (crt, key) files; users: {name: password} makes it ask for authentication.
    most: connections at once, others are turned away (and counted)."""

    def __init__(self, tls=None, certificate_for="127.0.0.1", users=None, host="127.0.0.1", start=True, most=None):
        self.most, self.turned_away = most, 0
        self.host, self.tls, self.users = host, tls, users
        self.port = None
        self.mails, self.behaviours, self.connections = [], [], 0
        self._open = set()
        self._directory = tempfile.mkdtemp(prefix="m", dir="/tmp") if tls else None
        self.ca_file = None
        self._context = None
        if tls:
            self.ca_file, key = certificate(self._directory, certificate_for)
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(self.ca_file, key)
        self._thread = None
        if start:
            self.start()

    def settings(self, **more):
        """For a node that sends its mail here."""
        settings = {"mail_server": self.url, "mail_tls": "required" if self.tls else "none", "mail_from": "KoSI-Lab <kosi@example.org>"}
        if self.ca_file:
            settings["mail_ca_file"] = str(self.ca_file)
        return {**settings, **more}

    @property
    def url(self):
        return f"{'smtps' if self.tls == 'smtps' else 'smtp'}://{self.host}:{self.port}"

    # ---- life
    def start(self):
        """Also again, after stop(): at the same port."""
        listening = self._listen()
        self._loop = asyncio.new_event_loop()
        context = self._context if self.tls == "smtps" else None
        serving = self._loop.create_server(self._serve, sock=listening, ssl=context)
        self._thread = threading.Thread(target=self._run, args=(serving,), daemon=True)
        self._thread.start()
        return self

    def _listen(self):
        for port in [self.port] if self.port else random.sample(PORTS, 100):
            listening = socket.socket()
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind((self.host, port))
                listening.listen(100)
                self.port = port
                return listening
            except OSError:
                listening.close()
        raise OSError(f"no port at {self.host}")

    def _serve(self):
        if self.most is not None and len(self._open) >= self.most:
            self.turned_away += 1
            return TurnedAway()
        ask = dict(authenticator=self._authenticate, auth_required=True, auth_require_tls=self.tls == "starttls") if self.users else {}
        smtp = Dialogue(self, Handler(self), loop=self._loop, hostname="mail.example.org", ident="ESMTP",
                    tls_context=self._context if self.tls == "starttls" else None, auth_exclude_mechanism=[] if self.users else ["LOGIN", "PLAIN"], **ask)
        self.connections += 1
        smtp.number = self.connections
        if self.most is not None:
            self._open.add(smtp)   # already: several can come in before the first is made
        return smtp

    def _authenticate(self, smtp, session, envelope, mechanism, data):
        name, password = data.login.decode(), data.password.decode()
        if self.users.get(name) != password:
            return AuthResult(success=False, handled=False)
        session.user = name
        return AuthResult(success=True)

    def _run(self, serving):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(serving)
        self._loop.run_forever()
        server.close()
        for smtp in list(self._open):
            smtp.abort()
        self._open.clear()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, server.wait_closed(), return_exceptions=True))
        self._loop.close()

    def stop(self):
        """Abruptly: connections break, later ones are refused."""
        if self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None

    def close(self):
        self.stop()
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- behaviours
    def on(self, recipient, at, **what):
        """at: ehlo, mail (recipient is the sender then), rcpt, data. Returns the behaviour; its `met` counts."""
        behaviour = Behaviour(recipient, at, **what)
        self.behaviours = self.behaviours + [behaviour]
        return behaviour

    def refuse(self, recipient, reply="550 5.1.1 No such user here", at="rcpt", times=None):
        return self.on(recipient, at, reply=reply, times=times)

    def defer(self, recipient, reply="450 4.2.0 Greylisted, please try again later", at="rcpt", times=1):
        return self.on(recipient, at, reply=reply, times=times)

    def drop_after_data(self, recipient, times=1, keep=False):
        """The connection breaks when the mail was taken (keep) or lost, before any answer."""
        return self.on(recipient, "data", drop=True, keep=keep, times=times)

    def hold(self, recipient, at="data", times=None):
        """Mails are not answered until release()."""
        return self.on(recipient, at, gate=asyncio.Event(), times=times)

    def release(self, behaviour):
        behaviour.left = 0
        if behaviour.gate:
            self._loop.call_soon_threadsafe(behaviour.gate.set)

    def behave(self):
        """From now on it is a good server."""
        for behaviour in self.behaviours:
            self.release(behaviour)

    # ---- what came
    def keep(self, smtp, session, envelope):
        mail = Mail(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content, smtp.number,
                    session.ssl is not None or self.tls == "smtps", getattr(session, "user", None))
        self.mails.append(mail)

    def to(self, address):
        return [m for m in self.mails if address in m.recipients]

    def wait_for(self, predicate=lambda mail: True, deadline=10, count=1):
        """The first mail that fits, or with count > 1 a list of so many."""
        def found():
            fitting = [m for m in self.mails if predicate(m)]
            return fitting[:count] if len(fitting) >= count else None
        try:
            mails = wait_until(found, deadline, f"{count} mail(s)")
        except AssertionError as late:
            seen = "\n".join(f"{m.recipients} {m.subject}" for m in self.mails) or "none"
            raise AssertionError(f"{late}; mails that came:\n{seen}") from None
        return mails[0] if count == 1 else mails
