"""Debian's mail servers on loopback, in a directory of their own: Postfix that delivers and bounces, Dovecot that serves a Maildir by IMAP.

    with Postfix() as postfix:
        node = make_node(settings=postfix.settings())   # reports of undelivered mails go to postfix.returned, a Maildir
        … mail to known@example.net is in postfix.maildir("known"), any other address there bounces
"""
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from .mail_server import certificate
from .wait import wait_until

POSTFIX, DOVECOT = "/usr/sbin/postfix", "/usr/sbin/dovecot"
MAIN = """\
compatibility_level = 3.6
config_directory = {dir}/conf
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/mail.log
maillog_file_prefixes = {dir}
myhostname = mail.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
smtpd_client_connection_rate_limit = 0
virtual_mailbox_domains = example.org, example.net
virtual_mailbox_base = {dir}/boxes
virtual_mailbox_maps = texthash:{dir}/conf/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_transport = error
"""
MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def free_port():
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postfix:
    def __init__(self, known=("known",)):
        """known: local parts at example.net that have a mailbox; kosi@example.org has one as well."""
        self.dir, self.port = Path(tempfile.mkdtemp(prefix="kpost", dir="/tmp")), free_port()
        owner = pwd.getpwnam("nobody")
        self.dir.chmod(0o755)
        for name in ("conf", "data", "queue", "boxes"):
            (self.dir / name).mkdir()
        shutil.chown(self.dir / "data", "postfix")
        os.chown(self.dir / "boxes", owner.pw_uid, owner.pw_gid)
        self._write("main.cf", MAIN.format(dir=self.dir, uid=owner.pw_uid, gid=owner.pw_gid))
        self._write("master.cf", MASTER.format(port=f"127.0.0.1:{self.port}"))
        self._write("mailboxes", "".join(f"{name}@example.net {name}/\n" for name in known) + "kosi@example.org returned/\n")
        self._postfix("start")
        wait_until(lambda: answers(self.port), 10, "Postfix")
        self.returned = self.maildir("returned")
        for folder in ("new", "cur", "tmp"):
            (self.returned / folder).mkdir(parents=True, exist_ok=True)
            os.chown(self.returned / folder, owner.pw_uid, owner.pw_gid)
        os.chown(self.returned, owner.pw_uid, owner.pw_gid)

    def _write(self, name, text):
        (self.dir / "conf" / name).write_text(text)

    def _postfix(self, command):
        done = subprocess.run([POSTFIX, "-c", str(self.dir / "conf"), command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr + self.log()

    def log(self):
        log = self.dir / "mail.log"
        return log.read_text() if log.exists() else ""

    def maildir(self, name):
        return self.dir / "boxes" / name

    def settings(self, **more):
        return {"mail_server": f"smtp://127.0.0.1:{self.port}", "mail_tls": "none", "mail_from": "KoSI-Lab <kosi@example.org>",
                "returned_maildir": str(self.returned), "returned_every_s": 1, **more}

    def close(self):
        try:
            self._postfix("stop")
        finally:
            shutil.rmtree(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


DOVECOT_CONF = """\
protocols = imap
listen = 127.0.0.1
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
default_login_user = dovenull
default_internal_user = dovecot
mail_location = maildir:{dir}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
disable_plaintext_auth = {strict}
ssl = {ssl}
{certificate}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """A Maildir (deliver() puts letters into it) served by IMAP; tls: STARTTLS is required."""

    def __init__(self, password="geheim", tls=False):
        self.dir, self.port, self.password, self.tls = Path(tempfile.mkdtemp(prefix="kimap", dir="/tmp")), free_port(), password, tls
        owner = pwd.getpwnam("nobody")
        self.dir.chmod(0o755)
        self.mail = self.dir / "mail"
        for folder in (self.mail, self.mail / "new", self.mail / "cur", self.mail / "tmp"):
            folder.mkdir()
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self.owner, self.ca_file, lines = owner, None, ""
        if tls:
            self.ca_file, key = certificate(self.dir)
            lines = f"ssl_cert = <{self.ca_file}\nssl_key = <{key}\n"
        self.conf = self.dir / "dovecot.conf"
        self.conf.write_text(DOVECOT_CONF.format(dir=self.dir, uid=owner.pw_uid, gid=owner.pw_gid, port=self.port, password=password,
                                                 certificate=lines, ssl="required" if tls else "no", strict="yes" if tls else "no"))
        self._process = None
        self.start()

    def start(self):
        self._process = subprocess.Popen([DOVECOT, "-F", "-c", str(self.conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port), 10, "Dovecot")

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def deliver(self, name, data):
        path = self.mail / "tmp" / name
        path.write_bytes(data)
        os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        path.rename(self.mail / "new" / name)

    def settings(self, **more):
        tls = {"mail_ca_file": str(self.ca_file)} if self.tls else {}
        return {"returned_imap": f"imap://kosi@127.0.0.1:{self.port}/INBOX", "returned_every_s": 1, **tls, **more}

    def log(self):
        log = self.dir / "dovecot.log"
        return log.read_text() if log.exists() else ""

    def flags(self):
        """{name of a letter: its flags}"""
        return {p.name.split(":")[0].split(",")[0]: p.name.partition(":2,")[2] for f in ("new", "cur") for p in (self.mail / f).iterdir()}

    def close(self):
        self.stop()
        shutil.rmtree(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
