# SPDX-License-Identifier: MIT
"""
The board computes a handshake for seconds and does nothing else meanwhile; clients that talk all
the time lose nothing by it.
"""

import threading
import time

import pytest

from client import Client, letter
from measured import measured
from test_clock import chrony  # noqa: F401, a fixture
from test_tls import DOMAIN, REQUIRED, box, server  # noqa: F401, fixtures

pytestmark = [pytest.mark.config("tls"), pytest.mark.usefixtures("certificates")]

CLIENTS = 4  # as many as the box serves at once
LETTERS = 3  # of each at least
COMMANDS = 5
REPLY_S = 120


class Talker(threading.Thread):
    """A client that goes on with commands and letters until `over`; keeps what went wrong."""

    def __init__(self, port, over):
        super().__init__()
        self.letters, self.longest_s, self.trouble = 0, 0, None
        self._port, self._over = port, over

    def run(self):
        try:
            with Client.connect("127.0.0.1", self._port, REPLY_S) as client:
                client.hello()
                while self.letters < LETTERS or not self._over.is_set():
                    self._turn(client)
                assert client.say("QUIT").code == 221
        except (AssertionError, OSError) as error:
            self.trouble = error

    def _turn(self, client):
        begun = time.monotonic()
        client.write(b"NOOP\r\n" * COMMANDS)
        for _ in range(COMMANDS):
            assert client.reply().code == 250
        assert client.send(letter(4000), recipients=(f"ops@{DOMAIN[REQUIRED]}",)).code == 250
        self.longest_s = max(self.longest_s, time.monotonic() - begun)
        self.letters += 1


@pytest.mark.icount
@pytest.mark.parametrize("board", ["emcraft-sf2"], indirect=True)
@pytest.mark.parametrize("kind", ["p384", "rsa4096"])
def test_clients_go_on_while_the_board_computes(box, server, certificates, kind):  # noqa: F811
    peer = server(REQUIRED, certificates.context(kind))
    before = box.status()
    over = threading.Event()
    talkers = [Talker(box.port, over) for _ in range(CLIENTS)]
    for talker in talkers:
        talker.start()
    box.console.wait_log("tls secure", seconds=REPLY_S)
    over.set()
    for talker in talkers:
        talker.join()
    assert [talker.trouble for talker in talkers] == [None] * CLIENTS
    letters = sum(talker.letters for talker in talkers)
    peer.wait_taken(letters, REPLY_S)
    status = box.wait_empty()
    assert len({taken.header("Message-ID")[0] for taken in peer.taken()}) == letters
    assert status["boot"] == before["boot"] and status["uptime_s"] > before["uptime_s"]
    dropped = status["frames_dropped"] - before["frames_dropped"]
    assert dropped > 0, "the clients were too slow to show anything"
    measured[f"frames that overflowed beside a handshake, {kind}"] = dropped
    measured[f"longest turn of a client beside it, s, {kind}"] = round(
        max(talker.longest_s for talker in talkers), 1)
