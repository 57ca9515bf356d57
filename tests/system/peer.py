# SPDX-License-Identifier: MIT
"""
A scripted next hop. Real servers cannot be made to refuse, stall or vanish at a chosen step;
wherever one can do what a test needs, the test uses the real one.

Each connection plays one scene: the replies by step. A step's entry is a reply ("450 4.2.0
later"), CLOSE (the connection ends instead), RESET (it is broken off), HANG (nothing is said any
more), Endless("250-more\\r\\n") (said again and again, as long as anyone listens), or a list of
these that is used up one by one, for RCPT or for several letters on one connection. Steps that a
scene does not name are answered as a good server does. With `holds` MAIL and RCPT are not answered
before another command has come. Beyond the scenes given, all are good.
"""

import contextlib
import socket
import ssl
import threading
import time
from typing import NamedTuple

from waiting import until

CLOSE, RESET, HANG = object(), object(), object()
GOOD = {"greeting": "220 peer.example.org ESMTP", "ehlo": "250-peer.example.org\r\n250 8BITMIME",
        "helo": "250 peer.example.org", "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok",
        "data": "354 go on", "dot": "250 2.0.0 taken", "rset": "250 2.0.0 ok",
        "quit": "221 2.0.0 bye", "starttls": "220 2.0.0 go on"}
OFFER = "250-peer.example.org\r\n250-8BITMIME\r\n250 STARTTLS"
STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "text", "dot")


class Endless(str):
    """A part of a reply that has no end."""


class Scene:
    """`text` may be CLOSE or HANG: so it goes in the middle of the text."""

    def __init__(self, bytewise=False, holds=False, **replies):
        assert set(replies) <= set(GOOD) | {"text"}, replies
        self.bytewise, self.holds = bytewise, holds
        self._replies = {step: list(reply) if isinstance(reply, list) else reply
                         for step, reply in replies.items()}

    def names(self, step):
        return step in self._replies

    def reply(self, step):
        reply = self._replies.get(step, GOOD.get(step))
        if isinstance(reply, list):
            return reply.pop(0) if reply else GOOD[step]
        return reply


class Letter(NamedTuple):
    sender: str  # with its parameters: "<box@example.net> SIZE=…"
    recipients: list  # those that were accepted
    text: bytes  # dots removed, CRLF kept
    reply: object  # what its dot was answered with
    connection: int
    at: float  # when its dot was answered, by time.monotonic

    def header(self, name):
        """The values of a field, in order."""
        head = self.text.split(b"\r\n\r\n", 1)[0].decode("latin-1").replace("\r\n\t", " ")
        return [line.split(":", 1)[1].strip() for line in head.replace("\r\n ", " ").split("\r\n")
                if line.lower().startswith(name.lower() + ":")]


class Peer:
    """
    Listens from its making to `stop`; knows all that was said to it. With `tls`, a context of
    ssl, it offers STARTTLS, or begins with TLS where that is `implicit`.
    """

    def __init__(self, port=0, host="127.0.0.1", listener=None, tls=None, implicit=False):
        self.tls, self.implicit = tls, implicit
        self.hangs_up = False  # in the middle of the handshake
        self.in_clear = []  # of `said`
        self.sessions = []  # of each handshake: (version, cipher, whether it was resumed)
        self.letters = []  # whole to the dot, whatever was said then
        self.said = []  # (connection, line) of each command
        self.connected = []  # the time of each connect
        self._scenes = []
        self._open = set()
        self._listener = listener or listen(host, port)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def play(self, *scenes):
        """The scenes of the connections to come."""
        self._scenes += scenes
        return self

    def play_no_more(self):
        """All connections to come are good ones."""
        self._scenes.clear()

    def taken(self):
        return [letter for letter in self.letters if str(letter.reply).startswith("2")]

    def wait_connections(self, count, seconds=20):
        until(lambda: len(self.connected) >= count, f"{count} connections", seconds)

    def wait_taken(self, count=1, seconds=20):
        until(lambda: len(self.taken()) >= count, f"{count} letters at the peer", seconds)
        return self.taken()

    def wait_recipients(self, count, seconds=20):
        until(lambda: sum(len(letter.recipients) for letter in self.taken()) >= count,
              f"{count} recipients at the peer", seconds)

    def wait_closed(self, seconds=20):
        until(lambda: not self._open, "the end of all connections", seconds)

    def wait_said(self, start, seconds=20):
        until(lambda: any(line.startswith(start) for _, line in self.said), start, seconds)

    def commands(self, connection):
        return [line for number, line in self.said if number == connection]

    def stop(self):
        """Nobody listens any more, and open connections end."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _serve(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            number = len(self.connected)
            self.connected.append(time.monotonic())
            scene = self._scenes.pop(0) if self._scenes else Scene()
            threading.Thread(target=self._talk, args=(sock, number, scene), daemon=True).start()

    def _talk(self, sock, number, scene):
        self._open.add(sock)
        with contextlib.suppress(OSError, _Ended), sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _Talk(self, sock, number, scene).run()
        self._open.discard(sock)


def listen(host, port):
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(16)
        return listener
    except OSError as error:
        raise RuntimeError(f"port {port} of {host}, which the test configuration names as the "
                           f"smart host's, cannot be had: {error.strerror}") from None


class _Ended(Exception):
    pass


class _Talk:
    """One connection."""

    def __init__(self, peer, sock, number, scene):
        self._peer, self._socket, self._number, self._scene = peer, sock, number, scene
        self._file = sock.makefile("rb")
        self._sender, self._recipients = "", []

    def _answer(self, step):
        """Says what the scene has for the step; true when it is a good reply."""
        return self._say(self._scene.reply(step))

    def _say(self, reply):
        if reply is CLOSE:
            raise _Ended
        if reply is RESET:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raise _Ended
        if reply is HANG:
            self._socket.recv(1)  # until the other side has had enough
            raise _Ended
        while isinstance(reply, Endless):
            self._socket.sendall(reply.encode() * 100)
        octets = reply.encode("latin-1") + b"\r\n"
        size = 1 if self._scene.bytewise else len(octets)
        for at in range(0, len(octets), size):
            flags = () if self._is_secure() else (socket.MSG_EOR,)
            self._socket.sendall(octets[at:at + size], *flags)
        return reply[0] in "23"

    def _line(self):
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise _Ended
        return line

    def _secure(self):
        """The handshake, after which everything goes through TLS."""
        if self._peer.hangs_up:
            self._socket.recv(1)
            raise _Ended
        self._file.close()
        self._socket = self._peer.tls.wrap_socket(self._socket, server_side=True)
        self._file = self._socket.makefile("rb")
        self._peer.sessions.append((self._socket.version(), self._socket.cipher()[0],
                                    self._socket.session_reused))

    def _is_secure(self):
        return isinstance(self._socket, ssl.SSLSocket)

    def run(self):
        if self._peer.implicit:
            self._secure()
        self._answer("greeting")
        waiting = []
        while True:
            line = self._line().decode("latin-1").rstrip("\r\n")
            self._peer.said.append((self._number, line))
            if not self._is_secure():
                self._peer.in_clear.append(line)
            verb, _, rest = line.partition(" ")
            waiting.append((verb.lower(), rest.partition(":")[2]))
            if self._scene.holds and verb.lower() in ("mail", "rcpt"):
                continue
            for command in waiting:
                self._command(*command)
            waiting.clear()

    def _offers(self, verb):
        return (verb == "ehlo" and self._peer.tls and not self._is_secure()
                and not self._scene.names("ehlo"))

    def _command(self, verb, path):
        good = self._say(OFFER) if self._offers(verb) else self._answer(verb)
        if verb == "starttls" and good:
            self._secure()
        if verb == "mail" and good:
            self._sender, self._recipients = path, []
        elif verb == "rcpt" and good:
            self._recipients.append(path)
        elif verb == "data" and good:
            self._text()
        elif verb == "quit":
            if self._is_secure():
                self._socket.settimeout(5)
                self._socket.unwrap()  # without its end OpenSSL forgets the session
            raise _Ended

    def _text(self):
        lines = []
        self._cuts_text = self._scene.reply("text") is not None
        while (line := self._line()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
            if self._cuts_text and len(lines) > 5:
                self._say(self._scene.reply("text"))
        reply = self._scene.reply("dot")
        self._peer.letters.append(Letter(self._sender, self._recipients, b"".join(lines), reply,
                                         self._number, time.monotonic()))
        self._say(reply)
