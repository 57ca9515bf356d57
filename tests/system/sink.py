# SPDX-License-Identifier: MIT
"""smtp-sink, Postfix's next hop that takes mail and throws it away, or fails as its flags say."""

import os
import re
import socket
import subprocess
import threading
import time

from waiting import until


class Sink:
    """How many letters it has taken, and when the last came."""

    def __init__(self, host, port, flags=(), prefix=()):
        self.count, self.last = 0, 0.0
        user = ["-u", "postfix"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [*prefix, "smtp-sink", *user, *flags, "-c", f"{host}:{port}", "100"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self._read, daemon=True).start()
        if not prefix:
            until(lambda: self._listens(host, port), "smtp-sink")

    def _listens(self, host, port):
        """Seen without a connection, which its counters would show."""
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
                return False
            except OSError:
                return self._process.poll() is None

    def _read(self):
        while octets := os.read(self._process.stdout.fileno(), 65536):
            now = time.monotonic()
            counts = re.findall(rb"mesg=\s*(\d+)", octets)
            if counts and int(counts[-1]) > self.count:
                self.count, self.last = int(counts[-1]), now

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
