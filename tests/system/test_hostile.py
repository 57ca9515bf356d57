# SPDX-License-Identifier: MIT
"""Clients that mean no good."""

import selectors
import socket
import threading
import time

import pytest

from client import Client, letter
from device import GLOBAL, config_number
from peer import Peer

SLOW_CLIENTS = 200
GOOD_SOURCE = "fec0::2"
SLOW_SOURCE = "fec0::3"
SENT_AWAY = 25
SERVED_WITHIN_S = 10


class SlowClients:
    """
    Many connections, held open; one octet of a greeting now and then on each that was greeted.
    Who is sent away comes back a second later.
    """

    def __init__(self, namespace, count):
        self.greeted = 0
        self.sent_away = 0
        self._namespace = namespace
        self._wanted = count
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()

    def _connect(self):
        for _ in range(self._wanted - len(self._selector.get_map())):
            sock = socket.socket(socket.AF_INET6)
            sock.bind((SLOW_SOURCE, 0))
            sock.setblocking(False)
            sock.connect_ex((GLOBAL, 25))
            self._selector.register(sock, selectors.EVENT_READ)

    def _hear(self, sock):
        try:
            heard = sock.recv(512)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if heard.startswith(b"220"):
            self.greeted += 1
        if not heard or heard.startswith(b"421"):
            self.sent_away += 1
            self._selector.unregister(sock)
            sock.close()
        else:
            self._drip(sock)

    @staticmethod
    def _drip(sock):
        try:
            sock.send(b"E")
        except OSError:
            pass

    def _run(self):
        while not self._over.is_set():
            self._namespace.inside(self._connect)
            second = time.monotonic() + 1
            while time.monotonic() < second and not self._over.is_set():
                for key, _ in self._selector.select(timeout=0.05):
                    self._hear(key.fileobj)


def served(namespace):
    """Seconds that one letter takes from the connect to the 250 after its dot."""
    begun = time.monotonic()
    with Client(namespace.connect(GLOBAL, 25, GOOD_SOURCE)) as client:
        assert client.reply().code == 220
        client.hello()
        assert client.send(letter()).code == 250
    return time.monotonic() - begun


@pytest.mark.alone
@pytest.mark.config("ipv6")
def test_good_client_among_slow_ones(neighbour, namespace):
    port = config_number("ipv6", "CONNECTOR_1_PORT")
    peer = Peer(listener=namespace.listen(GOOD_SOURCE, port))
    namespace.add_address(SLOW_SOURCE)
    taken = []
    with SlowClients(namespace, SLOW_CLIENTS) as slow:
        while slow.greeted < 4:
            time.sleep(0.01)
        while slow.sent_away < SENT_AWAY:
            taken.append(served(namespace))
            assert taken[-1] < SERVED_WITHIN_S, taken
    peer.wait_taken(len(taken))
    neighbour.wait_empty()
    peer.stop()
