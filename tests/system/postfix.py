# SPDX-License-Identifier: MIT
"""
A real Postfix of the tests' own: configuration, queue, mailboxes and log in one directory of
its own; nothing of the system's instance is read or touched. It takes mail for example.org on
one port of 127.0.0.1 and puts each letter into a maildir, its text as it came; `settings` may
make it a relay.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from client import Client
from waiting import TooLate, until

PROGRAM = shutil.which("postfix", path="/usr/sbin:/usr/bin")

MAIN = """
compatibility_level = 3.6
queue_directory = {top}/queue
data_directory = {top}/data
maillog_file = {top}/log
maillog_file_prefixes = {top}
myhostname = mx.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
local_header_rewrite_clients =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {top}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 20000000
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
relay unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
"""
IMPLICIT = "127.0.0.1:{port} inet n - n - - smtpd\n    -o smtpd_tls_wrappermode=yes\n"


class Postfix:
    """
    `settings`: lines of main.cf that replace those above; `network`: a Namespace to live in;
    `implicit`: another port, where TLS begins with the first octet.
    """

    def __init__(self, port, settings="", network=None, directory=None, implicit=None):
        user = pwd.getpwnam("postfix")
        self.port = port
        self._network = network
        self.top = Path(tempfile.mkdtemp(prefix="flashpost-postfix-", dir=directory))
        self.top.chmod(0o755)
        for name in ("etc", "queue", "data", "mail"):
            (self.top / name).mkdir()
        for name in ("data", "mail"):
            os.chown(self.top / name, user.pw_uid, user.pw_gid)
        values = {"top": self.top, "port": port, "uid": user.pw_uid, "gid": user.pw_gid}
        replaced = re.findall(r"(?m)^\w+ =", settings)
        kept = [line for line in MAIN.format(**values).splitlines()
                if not line.startswith(tuple(replaced))]
        (self.top / "etc/main.cf").write_text("\n".join([*kept, settings, ""]))
        more = IMPLICIT.format(port=implicit) if implicit else ""
        (self.top / "etc/master.cf").write_text(MASTER.format(**values) + more)
        self._run("start")
        until(self._greets, "Postfix's greeting")

    def _command(self, verb):
        prefix = self._network.prefix if self._network else []
        return subprocess.run([*prefix, PROGRAM, "-c", str(self.top / "etc"), verb],
                              capture_output=True, text=True)

    def _run(self, verb):
        done = self._command(verb)
        assert done.returncode == 0, f"postfix {verb}: {done.stdout}{done.stderr}{self.log()}"

    def _dial(self):
        if self._network:
            return Client(self._network.connect("127.0.0.1", self.port))
        return Client.dial("127.0.0.1", self.port)

    def _greets(self):
        try:
            with self._dial() as client:
                return client.reply().code == 220 and client.say("QUIT").code == 221
        except (ConnectionError, AssertionError):
            return False

    @property
    def master(self):
        """The process that all others of it descend from."""
        return int((self.top / "queue/pid/master.pid").read_text())

    def log(self):
        path = self.top / "log"
        return path.read_text() if path.exists() else ""

    def empty(self):
        for path in (self.top / "mail").glob("inbox/new/*"):
            path.unlink()

    def wait_letters(self, count=1, seconds=30):
        """The letters in the maildir, as bytes, LF at the end of lines."""
        inbox = self.top / "mail/inbox/new"
        try:
            files = until(lambda: inbox.exists() and len(found := sorted(inbox.iterdir())) >= count
                          and found, f"{count} letters in Postfix's maildir", seconds)
        except TooLate as error:
            raise TooLate(f"{error}\n{self.log()}") from None
        return [path.read_bytes() for path in files]

    def stop(self):
        self._run("stop")
        until(lambda: self._command("status").returncode, "Postfix's end")
        shutil.rmtree(self.top, ignore_errors=True)


def split_trace(stored):
    """(fields that relays put on top, the rest) of a letter in a maildir."""
    field = rb"(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*"
    trace = re.match(b"(?:%s)*" % field, stored)
    return trace[0], stored[trace.end():]
