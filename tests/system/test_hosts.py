# SPDX-License-Identifier: MIT
"""Smart hosts in order: fail-over, return, and a bound on the letters of a connection."""

import pytest

from client import letter
from device import config_number
from peer import CLOSE, HANG, Peer, Scene

pytestmark = pytest.mark.config("hosts")

ADDRESS = "fec0::46:50ff:fe00:1"


@pytest.fixture
def peer_at():
    """A function that starts a peer at one of the two hosts."""
    started = []

    def start(host, *scenes):
        port = config_number("hosts", "CONNECTOR_1_PORT")
        started.append(Peer(port, host).play(*scenes))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture
def box(device):
    """A box that both hosts can be reached from."""
    device.console.wait_log(f"network address ip={ADDRESS}")
    return device


def test_the_first_is_used_again_when_it_is_back(box, peer_at):
    second = peer_at("::1")
    box.submit()
    second.wait_taken(1)
    box.console.wait_log(r"host-failed id=\d+ cause=connect-refused")
    first = peer_at("127.0.0.1")
    box.submit()
    first.wait_taken(1)
    box.wait_empty()
    assert len(second.letters) == 1
    assert box.status()["route_smarthost_tries"] == 0


@pytest.mark.parametrize("scene", [
    {"greeting": "554 5.3.2 no service"}, {"ehlo": "421 4.3.2 busy"}, {"mail": "530 5.7.0 log in"},
    {"rcpt": HANG}, {"data": CLOSE}, {"text": CLOSE}, {"mail": "what?"},
], ids=["greeting", "busy", "login", "silent", "closed", "text", "nonsense"])
def test_a_host_that_fails_as_such(box, peer_at, scene):
    """Its letter goes to the next one within the same try."""
    first, second = peer_at("127.0.0.1", Scene(**scene)), peer_at("::1")
    box.submit(letter(300_000))
    second.wait_taken(1)
    box.console.wait_log(r"host-failed id=\d+ cause=")
    box.wait_empty()
    assert not first.letters and len(first.connected) == 1
    assert not any("route-failed" in line for line in box.log())


def test_a_refusal_of_the_letter_is_no_failure_of_the_host(box, peer_at):
    first, second = peer_at("127.0.0.1", Scene(mail="550 5.7.1 not you")), peer_at("::1")
    box.submit()
    box.wait_status(letters=1, dead=1)
    assert len(first.connected) == 1 and not second.connected


def test_maybe_sent_is_not_sent_to_the_next_host_at_once(box, peer_at):
    first, second = peer_at("127.0.0.1", Scene(dot=CLOSE)), peer_at("::1")
    box.submit()
    first.wait_taken(1)
    box.wait_empty()
    assert not second.connected and len(first.letters) == 2


def test_all_fail(box, peer_at):
    first = peer_at("127.0.0.1", Scene(greeting="554 no"))
    second = peer_at("::1", Scene(greeting="421 4.3.2 no"))
    box.submit()
    box.console.wait_log("route-failed route=smarthost tries=1 cause=shutting-down")
    first.wait_taken(1)
    box.wait_empty()
    assert (len(first.connected), len(second.connected)) == (2, 1)


def test_letters_of_a_connection_are_bounded(box, peer_at):
    for _ in range(5):
        box.submit()
    first = peer_at("127.0.0.1")
    first.wait_taken(5)
    assert [taken.connection for taken in first.taken()] == [0, 0, 1, 1, 2]
    box.wait_empty()
