# SPDX-License-Identifier: MIT
"""
Whoever sits on the line between the box and its next hop: hears every octet both ways, and may
meddle with those in clear or cut the line in the middle of a handshake.

Each connection plays one Meddler, those beyond the ones given a harmless one.
"""

import contextlib
import socket
import threading
from typing import NamedTuple

from peer import listen

HEAD = 5  # octets before each record of TLS: type, version, length
SHORT = 8  # a line of a text with fewer octets may be found anywhere


class Meddler(NamedTuple):
    """
    edits: pairs of octets in a line of the server's in clear, and what is put in their place;
    refuses: what STARTTLS is answered with, of which the server hears nothing; records: after
    so many records of the server's the line is cut as the next one comes, where `half` in the
    middle of that.
    """

    edits: tuple = ()
    refuses: bytes = b""
    records: int = 1000
    half: bool = False


class Wire:
    """Listens at `port` from its making to `stop`; the server is at `target`, both 127.0.0.1."""

    def __init__(self, port, target, implicit=False):
        self.said = []  # of each connection what the box said, bytearrays
        self.heard = []  # and what it was told
        self._target, self._implicit = target, implicit
        self._meddlers = []
        self._open = set()
        self._listener = listen("127.0.0.1", port)
        threading.Thread(target=self._serve, daemon=True).start()

    def play(self, *meddlers):
        self._meddlers += meddlers
        return self

    def all(self):
        """Every octet that passed."""
        return b"".join([*self.said, *self.heard])

    def stop(self):
        for sock in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _serve(self):
        while True:
            try:
                box, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._open |= {box, server}
            meddler = self._meddlers.pop(0) if self._meddlers else Meddler()
            self.said.append(bytearray())
            self.heard.append(bytearray())
            line = _Line(box, server, meddler, self._implicit, self.said[-1], self.heard[-1])
            for way in (line.there, line.back):
                threading.Thread(target=way, daemon=True).start()


class _Line:
    """One connection, its two directions."""

    def __init__(self, box, server, meddler, implicit, said, heard):
        self._box, self._server, self._meddler = box, server, meddler
        self._said, self._heard = said, heard
        self._asked = implicit  # the next line of the server's is the last one in clear
        self._secure = implicit
        for sock in (box, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def there(self):
        with self._ending():
            while octets := self._box.recv(65536):
                self._said.extend(octets)
                if not self._secure and octets.upper() == b"STARTTLS\r\n":
                    if self._meddler.refuses:
                        self._tell(self._meddler.refuses)
                        continue
                    self._asked = True
                self._server.sendall(octets)

    def back(self):
        with self._ending():
            file = self._server.makefile("rb")
            while not self._secure and (line := file.readline()):
                for old, new in self._meddler.edits:
                    line = line.replace(old, new)
                self._secure = self._asked
                self._tell(line)
            for _ in range(self._meddler.records):
                self._tell(_record(file))
            record = _record(file)
            self._tell(record[:len(record) // 2 if self._meddler.half else 0])

    def _tell(self, octets):
        self._heard.extend(octets)
        self._box.sendall(octets)

    @contextlib.contextmanager
    def _ending(self):
        """Both ends learn of the end."""
        with contextlib.suppress(OSError, EOFError, ValueError):
            yield
        for sock in (self._box, self._server):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _record(file):
    head = file.read(HEAD)
    if len(head) < HEAD:
        raise EOFError
    if head[0] not in range(20, 24):  # no TLS at all
        return head + file.read1()
    return head + file.read(int.from_bytes(head[3:], "big"))


def records(octets):
    """(type, length) of the records of TLS in what one side said, all before them left out."""
    at = max(octets.find(b"\x16\x03"), 0)
    found = []
    while at + HEAD <= len(octets):
        found.append((octets[at], int.from_bytes(octets[at + 3:at + HEAD], "big")))
        at += HEAD + found[-1][1]
    return found


def pieces(text, sender, recipient):
    """What must not be seen of a letter: its addresses, and each line of it."""
    lines = [line for line in text.split(b"\r\n") if len(line) >= SHORT]
    assert lines
    return [sender.encode(), recipient.encode(), *lines]


def seen(wire, text, sender, recipient):
    """Those of these that passed in clear."""
    octets = wire.all()
    return [piece for piece in pieces(text, sender, recipient) if piece in octets]
