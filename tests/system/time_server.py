# SPDX-License-Identifier: MIT
"""
The scripted time server: SNTP (RFC 4330), as right or as wrong as it is told to be. Real ones
are chrony's part, in test_clock.py.
"""

import socket
import struct
import threading
import time

from waiting import until

FROM_1900 = 2208988800  # seconds to 1970
PORT = 123


class TimeServer:
    """Answers each question with the packets that `reply` makes of it; silent without one."""

    def __init__(self, host="127.0.0.1"):
        self.questions = []  # (monotonic time, packet)
        self.reply = None  # question -> [(packet, socket), ...]
        self.socket = self.other(host, PORT)
        self.socket.settimeout(0.1)
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @staticmethod
    def other(host="127.0.0.1", port=0):
        """A socket that answers come from."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        return sock

    def _serve(self):
        while not self._ended:
            try:
                question, whence = self.socket.recvfrom(1000)
            except TimeoutError:
                continue
            for packet, sock in self.reply(question) if self.reply else []:
                (sock or self.socket).sendto(packet, whence)
            self.questions.append((time.monotonic(), question))

    def say(self, unix_s, **shape):
        """One answer to each question from now on; `unix_s` is a number or a function."""
        self.reply = lambda question: [(answer(question, unix_s, **shape), None)]

    def wait_questions(self, count, seconds=60):
        until(lambda: len(self.questions) >= count, f"{count} questions", seconds)

    def stop(self):
        self._ended = True
        self._thread.join()
        self.socket.close()


def answer(question, unix_s, leap=0, mode=4, stratum=2, originate=None, reference=b"TEST"):
    """A server's answer, right but for what is asked for."""
    said = unix_s() if callable(unix_s) else unix_s
    ntp_s = (int(said) + FROM_1900) % (1 << 32)  # era 1 begins in 2036
    stamp = struct.pack("!II", ntp_s, 1)
    return (struct.pack("!BBbb", leap << 6 | 4 << 3 | mode, stratum, 6, -20) + bytes(8)
            + reference + stamp + (question[40:48] if originate is None else originate)
            + stamp + stamp)
