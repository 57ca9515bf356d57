# SPDX-License-Identifier: MIT
"""A small SMTP client that sends exactly the octets it is told to. smtplib repairs too much."""

import fcntl
import itertools
import re
import socket
import termios
from typing import NamedTuple

from waiting import until

TIMEOUT_S = 60


class Reply(NamedTuple):
    code: int
    text: str  # of all lines, LF between


ODD_LINES = b".\r\n..\r\n.dot\r\nFrom here\r\n\r\ntrailing blanks  \t\r\n\r\n"

_numbers = itertools.count(1)


def letter(size=1024, subject="Disk 2 is failing", body=ODD_LINES):
    """A message of `size` octets, unless it needs more; no two have the same Message-ID."""
    head = (f"From: RAID controller <box@example.net>\r\nTo: ops@example.org\r\n"
            f"Subject: {subject}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
            f"Message-ID: <{next(_numbers)}@example.net>\r\n"
            "X-Folded: one\r\n\ttwo\r\n  three\r\n\r\n").encode()
    return head + body + filler(size - len(head) - len(body))


def filler(size):
    """Lines of text, `size` octets of them."""
    lines = []
    while size > 2:
        line = f"{len(lines):06d} {'=?.x' * (len(lines) % 19)}"[:min(76, size - 2)]
        if size - 2 - len(line) in (1, 2):
            line += "." * (size - 2 - len(line))  # too little is left for a line
        lines.append(line.encode() + b"\r\n")
        size -= len(lines[-1])
    return b"".join(lines)


class Client:
    def __init__(self, sock, timeout_s=TIMEOUT_S):
        self._socket = sock
        self._file = sock.makefile("rb")
        sock.settimeout(timeout_s)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @classmethod
    def dial(cls, host, port, timeout_s=TIMEOUT_S):
        return cls(socket.create_connection((host, port), timeout_s), timeout_s)

    @classmethod
    def connect(cls, host, port, timeout_s=TIMEOUT_S):
        client = cls.dial(host, port, timeout_s)
        assert client.reply().code == 220
        return client

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._file.close()
        self._socket.close()

    def reset(self):
        """Breaks the connection off: no FIN, a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def write(self, octets):
        self._socket.sendall(octets)

    def write_bytewise(self, octets):
        """
        Each octet as a segment of its own, as far as this machine's side goes. Two at most are
        under way: an acknowledgement comes at once for every second segment, later for one.
        """
        for number, octet in enumerate(octets):
            self._socket.send(bytes([octet]), socket.MSG_EOR)
            if number % 2:
                until(self._all_acknowledged, "an acknowledgement")

    def _all_acknowledged(self):
        return fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(4)) == bytes(4)

    def reply(self):
        """The next reply; code 0 when the connection ended instead."""
        lines = []
        while True:
            try:
                line = self._file.readline().decode("ascii").rstrip("\r\n")
            except ConnectionError:
                line = ""
            if not line:
                return Reply(0, "connection ended")
            match = re.fullmatch(r"(\d{3})([- ])(.*)", line)
            assert match, f"no reply: {line!r}"
            lines.append(match[3])
            if match[2] == " ":
                return Reply(int(match[1]), "\n".join(lines))

    def say(self, line):
        self.write(line.encode() + b"\r\n")
        return self.reply()

    def hello(self):
        reply = self.say("EHLO client.example.net")
        assert reply.code == 250, reply
        return reply

    def envelope(self, sender="box@example.net", recipients=("ops@example.org",), options=""):
        """MAIL and every RCPT, all of which must be taken, and DATA."""
        commands = [f"MAIL FROM:<{sender}>{options}"]
        commands += [f"RCPT TO:<{recipient}>" for recipient in recipients]
        for command in commands:
            reply = self.say(command)
            assert reply.code == 250, (command, reply)
        assert self.say("DATA").code == 354

    def send(self, text, sender="box@example.net", recipients=("ops@example.org",), options=""):
        """One letter; the reply to its final dot."""
        self.envelope(sender, recipients, options)
        self.write(stuffed(text) + b".\r\n")
        return self.reply()


def stuffed(text):
    """With a dot before each line that begins with one (RFC 5321 section 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", text)
