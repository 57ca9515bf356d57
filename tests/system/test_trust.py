# SPDX-License-Identifier: MIT
"""Whom one device trusts: pins and trust anchors that its console was given, and nobody's image."""

import ssl

import pytest

from device import config_number
from peer import Peer
from test_clock import chrony  # noqa: F401, a fixture
from tls import Certificates

pytestmark = pytest.mark.config("trust")

REQUIRED, PINNED = 1, 2
DOMAIN = {REQUIRED: "example.org", PINNED: "pinned.example"}
ROUTE = {REQUIRED: "required", PINNED: "pinned"}


@pytest.fixture(scope="module", autouse=True)
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("trust"))
    made.write_trusted()
    return made


@pytest.fixture
def server():
    """A function that starts the peer of one connector; it resumes sessions by their ID."""
    started = []

    def start(connector, context):
        context.options |= ssl.OP_NO_TICKET
        port = config_number("trust", f"CONNECTOR_{connector}_PORT")
        started.append(Peer(port, tls=context))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture
def box(chrony, device):  # noqa: F811
    """A box that knows the time."""
    device.console.wait_log("clock set")
    return device


def submit(box, connector):
    return box.submit(recipients=(f"ops@{DOMAIN[connector]}",))


def delivers(box, peer, connector):
    count = len(peer.taken())
    submit(box, connector)
    peer.wait_taken(count + 1, 60)
    box.wait_empty()


def refuses(box, peer, connector, cause):
    """Nothing more goes; the letter is deleted. The remedy."""
    count, mark = len(peer.taken()), box.console.mark()
    letter = submit(box, connector)
    found = box.console.wait_log(
        f'route-failed route={ROUTE[connector]} tries=\\d+ cause={cause} remedy="(.*)"', mark)
    assert len(peer.taken()) == count
    box.command(f"freeze {ROUTE[connector]}")
    box.wait_status(**{f"route_{ROUTE[connector]}": "frozen"})
    assert box.command(f"delete {letter}")[-1].startswith("OK")
    box.command(f"unfreeze {ROUTE[connector]}")
    return found[1]


# ---- Pins --------------------------------------------------------------------------------------


def test_pins_of_the_device(box, server, certificates):
    files = certificates.server(issuer="self")
    peer = server(PINNED, certificates.context(files=files))
    remedy = refuses(box, peer, PINNED, "tls-pin")
    assert remedy.endswith("set pin, or CONNECTOR_2_PINS")
    assert box.command(f"set pin pinned {'00' * 32}") == ["OK kept"]
    refuses(box, peer, PINNED, "tls-pin")
    assert box.command(f"set pin pinned {files[2]}") == ["OK kept"]
    for _ in range(2):
        delivers(box, peer, PINNED)
    assert [resumed for _, _, resumed in peer.sessions][-2:] == [False, True]
    box.restart()
    box.console.wait_log("clock set")
    delivers(box, peer, PINNED)
    assert box.command("unset pin pinned 2") == ["OK gone from the flash"]
    refuses(box, peer, PINNED, "tls-pin")
